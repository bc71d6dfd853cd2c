"""The keying desk: which waves have paper, and the screen that mirrors a sheet."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.actions import SerialTaken
from survey.collection.queries import definition_of
from survey.desk import actions, blueprint, queries
from survey.desk.forms import SheetForm
from survey.desk.keys import UNREADABLE, key_caps
from survey.extensions import db, number_argument, one_or_abort
from survey.models import Wave
from survey.questionnaire.definition import Definition
from survey.questionnaire.face import show
from survey.questionnaire.form import ResponseForm, build_form
from survey.questionnaire.modes import Mode
from survey.serials import format_serial

KEY = Permission.RESPONSE_KEY
_STAFF_LANGUAGE = "it"


@blueprint.get("/ente/<body_slug>/imputazione")
@requires(KEY)
def index(body_slug: str) -> str:
    found = queries.paper_waves(db.session, g.body)
    waves = [
        one for one in found if may(staff_member(), KEY, body=g.body, service=one.wave.service)
    ]
    return render_template("desk/index.html", waves=waves)


@blueprint.get("/ente/<body_slug>/imputazione/<int:wave_id>")
@requires(KEY)
def key(body_slug: str, wave_id: int) -> str:
    wave = _wave(wave_id)
    sheet = SheetForm(formdata=None)
    after = number_argument("dopo")
    proposed = None if after is None else _next(wave, after)
    sheet.serial.data = format_serial(proposed) if proposed else ""
    sheet.day.data = _remembered_day(wave).isoformat()
    return _screen(wave, sheet)


@blueprint.post("/ente/<body_slug>/imputazione/<int:wave_id>")
@requires(KEY)
def save(body_slug: str, wave_id: int) -> str | Response | tuple[str, int]:
    wave = _wave(wave_id)
    sheet, form = SheetForm(), build_form(definition_of(wave.edition), Mode.PAPER)()
    if not all([sheet.validate_on_submit(), form.validate()]):
        return _screen(wave, sheet, form), 422
    try:
        actions.key_sheet(
            db.session, wave, _sheet(sheet, form), by=staff_member(), today=clock.today()
        )
    except (actions.SheetRefused, SerialTaken) as refusal:
        db.session.rollback()
        sheet[getattr(refusal, "field", "serial")].errors = [str(refusal)]
        return _screen(wave, sheet, form), refusal.status.value
    flash(_("Foglio %(serial)s salvato.", serial=format_serial(sheet.number)))
    db.session.commit()
    return redirect(_address(wave, dopo=sheet.number, giorno=sheet.day.data))


def _wave(wave_id: int) -> Wave:
    """Return a wave of the body that the member may key, and that takes sheets."""
    wave: Wave = one_or_abort(select(Wave).where(Wave.id == wave_id, Wave.body_id == g.body.id))
    if not may(staff_member(), KEY, body=g.body, service=wave.service):
        abort(403)
    actions.check_keyable(wave)
    return wave


def _next(wave: Wave, after: int) -> int | None:
    runs = queries.print_runs(db.session, wave)
    return queries.next_serial(runs, queries.keyed_serials(db.session, wave), after=after)


def _remembered_day(wave: Wave) -> dt.date:
    """Return the day of the sheet before, else the last day possible."""
    last = actions.latest_day(wave, clock.today())
    try:
        return min(dt.date.fromisoformat(request.args.get("giorno", "")), last)
    except ValueError:
        return last


def _sheet(sheet: SheetForm, form: ResponseForm) -> actions.Sheet:
    day = sheet.day.day
    if day is None:
        raise ValueError("a form that was valid has a day")
    return actions.Sheet(sheet.number, day, form.answers(), form.comments())


def _screen(wave: Wave, sheet: SheetForm, form: ResponseForm | None = None) -> str:
    definition = definition_of(wave.edition)
    keyed = queries.keyed_serials(db.session, wave)
    runs = queries.print_runs(db.session, wave)
    return render_template(
        "desk/key.html",
        wave=wave,
        sheet=sheet,
        face=show(definition, _language(definition)),
        languages=sorted({run.language for run in runs}),
        printed=[(run.first_serial, run.last_serial) for run in runs],
        printed_count=sum(run.last_serial - run.first_serial + 1 for run in runs),
        keyed=queries.as_ranges(keyed),
        keyed_count=len(keyed),
        cells={} if form is None else form.cells(),
        errors={} if form is None else form.errors,
        caps=key_caps,
        unreadable=UNREADABLE,
        address=_address(wave),
        in_language=lambda code: _address(wave, lingua=code),
        today=clock.today(),
    )


def _language(definition: Definition) -> str:
    """Return the language in which the screen mirrors the sheet."""
    wanted = request.args.get("lingua", "")
    return (
        wanted
        if wanted in definition.languages
        else definition.language_or_default(_STAFF_LANGUAGE)
    )


def _address(wave: Wave, **args: str | int | None) -> str:
    place = url_for("desk.key", body_slug=g.body.slug, wave_id=wave.id)
    kept = {"lingua": request.args.get("lingua")} | args
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{place}?{query}" if query else place

"""Keying the sheets of a bundle, and putting right what was keyed wrongly."""

from __future__ import annotations

import datetime as dt

from flask import abort, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import actions, blueprint, queries
from survey.desk.bundle_queries import balance
from survey.desk.forms import HALF, CorrectionForm, FindForm, SheetForm, read_half_marks
from survey.desk.refusals import SheetRefused
from survey.desk.screen import Filled, Screen, address, draft_name, draw, go_on
from survey.extensions import db, number_argument, one_or_abort
from survey.models import Bundle, Wave
from survey.questionnaire.face import FIELD_PREFIX
from survey.questionnaire.form import ResponseForm, build_form
from survey.questionnaire.kinds import KINDS, TICK_SEPARATOR
from survey.questionnaire.marks import decode
from survey.questionnaire.modes import Mode
from survey.serials import MAX_SERIAL, format_serial

KEY = Permission.RESPONSE_KEY


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/imputa")
@requires(KEY)
def key(body_slug: str, bundle_id: int) -> str:
    bundle, after = _bundle(bundle_id), number_argument("dopo")
    sheet = SheetForm(formdata=None)
    sheet.serial.data = _proposed(bundle, after)
    sheet.day.data = _remembered_day(bundle.wave).isoformat()
    return draw(_keying(bundle, after), sheet)


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/imputa")
@requires(KEY)
def save(body_slug: str, bundle_id: int) -> str | Response | tuple[str, int]:
    bundle, sheet = _bundle(bundle_id), SheetForm()
    form, halves = _read(bundle)
    if not sheet.validate_on_submit() or form.errors or sheet.day.day is None:
        return draw(_keying(bundle), sheet, _typed(form)), 422
    read = actions.Sheet(sheet.number, sheet.day.day, form.answers(), form.comments(), halves)
    try:
        actions.key_sheet(db.session, bundle, read, by=staff_member(), today=clock.today())
    except SheetRefused as refusal:
        db.session.rollback()
        sheet[refusal.field].errors = [str(refusal)]
        return draw(_keying(bundle), sheet, _typed(form)), refusal.status.value
    db.session.commit()
    return _next(bundle, read)


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/fogli")
@requires(KEY)
def sheets(body_slug: str, bundle_id: int) -> str | Response:
    bundle, form = _bundle(bundle_id), FindForm(request.args)
    keyed = queries.bundle_serials(db.session, bundle)
    if form.is_asked() and form.validate():
        if form.found in keyed:
            return redirect(address("desk.sheet", bundle, serial=form.found))
        form.numero.errors = [_("Questo foglio non è tra quelli imputati in questo plico.")]
    found = [(serial, format_serial(serial)) for serial in keyed]
    return render_template("desk/sheets.html", bundle=bundle, form=form, keyed=found)


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/fogli/<int:serial>")
@requires(KEY)
def sheet(body_slug: str, bundle_id: int, serial: int) -> str:
    bundle, stored = _stored(bundle_id, serial)
    form = CorrectionForm(formdata=None)
    form.day.data = stored.response.day.isoformat()
    cells = _stored_cells(bundle, stored)
    return draw(_correcting(bundle, stored), form, {"cells": cells, "halves": stored.half_marks})


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/fogli/<int:serial>")
@requires(KEY)
def correct(body_slug: str, bundle_id: int, serial: int) -> str | Response | tuple[str, int]:
    bundle, stored = _stored(bundle_id, serial)
    why, (form, halves) = CorrectionForm(), _read(bundle)
    if not why.validate_on_submit() or form.errors or why.day.day is None:
        return draw(_correcting(bundle, stored), why, _typed(form)), 422
    wanted = actions.Correction(
        serial, form.answers(), form.comments(), why.day.day, halves, request.form.get("seen")
    )
    try:
        changed = _put_right(bundle, wanted, why.reason.data or "")
    except SheetRefused as refusal:
        db.session.rollback()
        why[refusal.field if refusal.field in why else "reason"].errors = [str(refusal)]
        _, stored = _stored(bundle_id, serial)
        return draw(_correcting(bundle, stored), why, _typed(form)), refusal.status.value
    db.session.commit()
    return go_on(address("desk.key", bundle, dopo=serial), _told(serial, changed), {})


def _bundle(bundle_id: int) -> Bundle:
    """Return an open bundle of the body whose sheets the member may key."""
    bundle: Bundle = one_or_abort(
        select(Bundle).where(Bundle.id == bundle_id, Bundle.body_id == g.body.id)
    )
    if not may(staff_member(), KEY, body=g.body, service=bundle.wave.service):
        abort(403)
    actions.check_open(db.session, bundle, by=staff_member())
    return bundle


def _stored(bundle_id: int, serial: int) -> tuple[Bundle, queries.StoredSheet]:
    if not 1 <= serial <= MAX_SERIAL:
        abort(404)
    bundle = _bundle(bundle_id)
    return bundle, actions.find_stored(db.session, bundle, serial, by=staff_member())


def _read(bundle: Bundle) -> tuple[ResponseForm, tuple[str, ...]]:
    """Check the answers sent, and the half marks noted with them."""
    form = build_form(definition_of(bundle.wave.edition), Mode.PAPER)()
    form.validate()
    return form, read_half_marks(form, request.form.getlist(HALF))


def _typed(form: ResponseForm) -> Filled:
    """Return what was sent, to show it again with what is wrong."""
    return {"cells": form.cells(), "errors": form.errors, "halves": request.form.getlist(HALF)}


def _put_right(bundle: Bundle, wanted: actions.Correction, reason: str) -> int:
    return actions.correct_sheet(
        db.session, bundle, wanted, by=staff_member(), reason=reason, today=clock.today()
    )


def _told(serial: int, changed: int) -> str:
    words = ngettext("%(num)s cosa cambiata", "%(num)s cose cambiate", changed)
    named = {"serial": format_serial(serial), "changed": words}
    return str(_("Foglio %(serial)s corretto: %(changed)s.", **named))


def _proposed(bundle: Bundle, after: int | None) -> str:
    """Return the number of the sheet that follows in the pile, as it is printed."""
    if after is None:
        return ""
    ranges = queries.ranges_of(bundle, queries.print_runs(db.session, bundle.wave))
    serial = queries.next_serial(ranges, _taken(bundle.wave), after=after)
    return "" if serial is None else format_serial(serial)


def _taken(wave: Wave) -> set[int]:
    keyed = queries.keyed_serials(db.session, wave)
    return {*keyed, *queries.void_serials(db.session, wave)}


def _remembered_day(wave: Wave) -> dt.date:
    """Return the day of the sheet before, else the last day possible."""
    last = actions.latest_day(wave, clock.today())
    try:
        return min(dt.date.fromisoformat(request.args.get("giorno", "")), last)
    except ValueError:
        return last


def _keying(bundle: Bundle, last: int | None = None) -> Screen:
    runs, sums = queries.print_runs(db.session, bundle.wave), balance(db.session, bundle)
    done = last in queries.bundle_serials(db.session, bundle)
    return Screen(
        bundle=bundle,
        job=_("Imputa"),
        action=address("desk.key", bundle),
        draft=draft_name(bundle, "imputa"),
        accepted=queries.ranges_of(bundle, runs),
        keyed=queries.as_ranges(queries.keyed_serials(db.session, bundle.wave)),
        void=queries.as_ranges(queries.void_serials(db.session, bundle.wave)),
        done=sums.keyed,
        total=sums.found - sums.blank - sums.void,
        in_order=bundle.first_serial is not None,
        last=address("desk.sheet", bundle, serial=last) if done else "",
        sheets=address("desk.sheets", bundle),
        languages=sorted({run.language for run in runs}),
    )


def _next(bundle: Bundle, read: actions.Sheet) -> Response:
    """Go on to the next sheet of the pile; the same is told to our script, which needs no page."""
    screen = _keying(bundle, read.serial)
    where = address("desk.key", bundle, dopo=read.serial, giorno=read.day.isoformat())
    message = _("Foglio %(serial)s salvato.", serial=format_serial(read.serial))
    told = {
        "serial": _proposed(bundle, read.serial),
        "day": read.day.isoformat(),
        "keyed": screen.keyed,
        "done": screen.done,
        "total": screen.total,
        "last": screen.last,
    }
    return go_on(where, message, told)


def _correcting(bundle: Bundle, stored: queries.StoredSheet) -> Screen:
    serial = stored.keying.serial
    cells = _stored_cells(bundle, stored)
    return Screen(
        bundle=bundle,
        job=_("Correggi il foglio %(serial)s", serial=format_serial(serial)),
        action=address("desk.sheet", bundle, serial=serial),
        draft=draft_name(bundle, f"correggi-{serial}"),
        sheets=address("desk.sheets", bundle),
        languages=[stored.response.language],
        number=format_serial(serial),
        seen=actions.state_of(stored),
        stored={name: TICK_SEPARATOR.join(found) for name, found in cells.items()},
    )


def _stored_cells(bundle: Bundle, stored: queries.StoredSheet) -> dict[str, list[str]]:
    """Return what stands in each box, by name of field."""
    definition = definition_of(bundle.wave.edition)
    answers = decode(definition, stored.response.marks)
    cells = {
        FIELD_PREFIX + question.key: KINDS[question.kind].to_cell(answers[question.key])
        for question in definition.closed_questions
    }
    texts = {FIELD_PREFIX + key: [text] for key, text in stored.comments.items()}
    return {
        name: cell.split(TICK_SEPARATOR) if cell else [] for name, cell in cells.items()
    } | texts

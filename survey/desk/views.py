"""Keying the sheets of a bundle, one after the other."""

from __future__ import annotations

import datetime as dt

from flask import abort, g, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import actions, blueprint, queries
from survey.desk.bundle_queries import balance
from survey.desk.forms import HALF, SheetForm, read_half_marks
from survey.desk.refusals import SheetRefused
from survey.desk.screen import Filled, Screen, address, draft_name, draw, go_on
from survey.extensions import db, number_argument, one_or_abort
from survey.models import Bundle, Wave
from survey.questionnaire.form import ResponseForm, build_form
from survey.questionnaire.modes import Mode
from survey.serials import format_serial
from survey.turns import in_turn

KEY = Permission.RESPONSE_KEY


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/imputa")
@requires(KEY)
def key(body_slug: str, bundle_id: int) -> str:
    bundle, after = bundle_to_key(bundle_id), number_argument("dopo")
    sheet = SheetForm(formdata=None)
    sheet.serial.data = _proposed(bundle, after)
    sheet.day.data = _remembered_day(bundle.wave).isoformat()
    return draw(_keying(bundle, after), sheet)


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/imputa")
@requires(KEY)
def save(body_slug: str, bundle_id: int) -> str | Response | tuple[str, int]:
    bundle, sheet = bundle_to_key(bundle_id), SheetForm()
    form, halves = read_answers(bundle)
    if not sheet.validate_on_submit() or form.errors or sheet.day.day is None:
        return draw(_keying(bundle), sheet, as_typed(form)), 422
    read = actions.Sheet(sheet.number, sheet.day.day, form.answers(), form.comments(), halves)
    try:
        with in_turn(db.session):
            actions.key_sheet(db.session, bundle, read, by=staff_member(), today=clock.today())
            db.session.commit()
    except SheetRefused as refusal:
        db.session.rollback()
        sheet[refusal.field].errors = [str(refusal)]
        return draw(_keying(bundle), sheet, as_typed(form)), refusal.status.value
    return _next(bundle, read)


def bundle_to_key(bundle_id: int) -> Bundle:
    """Return an open bundle of the body whose sheets the member may key."""
    bundle: Bundle = one_or_abort(
        select(Bundle).where(Bundle.id == bundle_id, Bundle.body_id == g.body.id)
    )
    if not may(staff_member(), KEY, body=g.body, service=bundle.wave.service):
        abort(403)
    actions.check_open(db.session, bundle, by=staff_member())
    return bundle


def read_answers(bundle: Bundle) -> tuple[ResponseForm, tuple[str, ...]]:
    """Check the answers sent, and the half marks noted with them."""
    form = build_form(definition_of(bundle.wave.edition), Mode.PAPER)()
    form.validate()
    return form, read_half_marks(form, request.form.getlist(HALF))


def as_typed(form: ResponseForm) -> Filled:
    """Return what was sent, to show it again with what is wrong."""
    return {"cells": form.cells(), "errors": form.errors, "halves": request.form.getlist(HALF)}


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

"""Second keying: which sheets are drawn, and the screen on which they are typed blind."""

from __future__ import annotations

import secrets

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import blueprint, second
from survey.desk.actions import check_open
from survey.desk.forms import HALF, read_half_marks
from survey.desk.quality import bundle_quality
from survey.desk.queries import as_ranges, print_runs
from survey.desk.rules import bars_own_service, is_at_work
from survey.desk.screen import Filled, Screen, address, draft_name, draw, go_on
from survey.desk.second_forms import SecondSheetForm
from survey.desk.second_queries import SecondProgress, second_progress
from survey.extensions import db, number_argument, one_or_abort
from survey.models import Bundle, Wave
from survey.questionnaire.form import ResponseForm, build_form
from survey.questionnaire.modes import Mode
from survey.serials import format_serial

KEY, REVIEW = Permission.RESPONSE_KEY, Permission.KEYING_REVIEW
_SEED_BITS = 64


def bundle_of(bundle_id: int, permission: Permission) -> Bundle:
    """Return a bundle of the body, of a service that the member may do this for."""
    bundle: Bundle = one_or_abort(
        select(Bundle)
        .where(Bundle.id == bundle_id, Bundle.body_id == g.body.id)
        .options(joinedload(Bundle.wave).joinedload(Wave.service))
    )
    if not may(staff_member(), permission, body=g.body, service=bundle.wave.service):
        abort(403)
    return bundle


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/seconda")
@requires(KEY)
def second_keying(body_slug: str, bundle_id: int) -> str:
    bundle = bundle_of(bundle_id, KEY)
    reviews = may(staff_member(), REVIEW, body=g.body, service=bundle.wave.service)
    progress = second_progress(db.session, bundle, staff_member())
    return render_template(
        "desk/second.html",
        bundle=bundle,
        progress=progress,
        is_open=is_at_work(bundle),
        barred=bars_own_service(db.session, g.body, staff_member(), bundle.wave.service),
        sample=second.sample_size(progress.keyed) if reviews else 0,
        quality=bundle_quality(db.session, bundle) if reviews and progress.typed else None,
        reviews=reviews,
        format_serial=format_serial,
    )


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/seconda/estrai")
@requires(REVIEW)
def second_draw(body_slug: str, bundle_id: int) -> Response:
    bundle, everything = bundle_of(bundle_id, REVIEW), request.form.get("quanti") == "tutti"
    drawn = second.draw_sheets(
        db.session,
        bundle,
        by=staff_member(),
        seed=secrets.randbits(_SEED_BITS),
        everything=everything,
    )
    flash(ngettext("Estratto un foglio.", "Estratti %(num)d fogli.", drawn))
    db.session.commit()
    return redirect(url_for("desk.second_keying", body_slug=body_slug, bundle_id=bundle_id))


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/seconda/imputa")
@requires(KEY)
def second_key(body_slug: str, bundle_id: int) -> str | Response:
    bundle = bundle_of(bundle_id, KEY)
    check_open(db.session, bundle, by=staff_member())
    progress = second_progress(db.session, bundle, staff_member())
    if not progress.mine:
        return redirect(address("desk.second_keying", bundle))
    sheet = SecondSheetForm(formdata=None)
    sheet.serial.data = _proposed(progress, number_argument("dopo"))
    return draw(_screen(bundle, progress), sheet)


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/seconda/imputa")
@requires(KEY)
def second_save(body_slug: str, bundle_id: int) -> str | Response | tuple[str, int]:
    bundle, sheet = bundle_of(bundle_id, KEY), SecondSheetForm()
    check_open(db.session, bundle, by=staff_member())
    form, halves = _read(bundle)
    if not sheet.validate_on_submit() or form.errors:
        return _again(bundle, sheet, form), 422
    read = second.SecondSheet(sheet.number, form.answers(), halves)
    try:
        second.key_again(db.session, bundle, read, by=staff_member(), today=clock.today())
    except second.SecondRefused as refusal:
        db.session.rollback()
        sheet.serial.errors = [str(refusal)]
        return _again(bundle, sheet, form), refusal.status.value
    db.session.commit()
    return _next(bundle, sheet.number)


def _read(bundle: Bundle) -> tuple[ResponseForm, tuple[str, ...]]:
    """Check the answers sent, and the half marks noted with them."""
    form = build_form(definition_of(bundle.wave.edition), Mode.PAPER)()
    form.validate()
    return form, read_half_marks(form, request.form.getlist(HALF))


def _again(bundle: Bundle, sheet: SecondSheetForm, form: ResponseForm) -> str:
    """Show what was sent, and what is wrong with it."""
    progress = second_progress(db.session, bundle, staff_member())
    filled: Filled = {
        "cells": form.cells(),
        "errors": form.errors,
        "halves": request.form.getlist(HALF),
    }
    return draw(_screen(bundle, progress), sheet, filled)


def _next(bundle: Bundle, serial: int) -> Response:
    """Go on to the next drawn sheet; after the last one, to where the second keying stands."""
    progress = second_progress(db.session, bundle, staff_member())
    message = _("Foglio %(serial)s salvato.", serial=format_serial(serial))
    if not progress.mine:
        return go_on(address("desk.second_keying", bundle), message, {})
    screen = _screen(bundle, progress)
    told = {
        "serial": _proposed(progress, serial),
        "keyed": screen.keyed,
        "done": screen.done,
        "total": screen.total,
    }
    return go_on(address("desk.second_key", bundle, dopo=serial), message, told)


def _proposed(progress: SecondProgress, after: int | None) -> str:
    """Return the number of the drawn sheet that follows in the pile, or the first one left."""
    later = (serial for serial in progress.mine if serial > (after or 0))
    serial = next(later, progress.mine[0] if progress.mine else None)
    return "" if serial is None else format_serial(serial)


def _screen(bundle: Bundle, progress: SecondProgress) -> Screen:
    runs = print_runs(db.session, bundle.wave)
    return Screen(
        bundle=bundle,
        job=_("Seconda imputazione"),
        action=address("desk.second_key", bundle),
        draft=draft_name(bundle, "seconda"),
        accepted=as_ranges(progress.mine),
        done=progress.done,
        total=progress.done + len(progress.mine),
        languages=sorted({run.language for run in runs}),
        asks_texts=False,
        hint=_("È uno dei fogli estratti: cercalo nel plico."),
    )

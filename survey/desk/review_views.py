"""Where two keyings differ, what that says of the bundle, and whether the office takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from survey.access import requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import blueprint, differences, second
from survey.desk.quality import Proposal, bundle_quality
from survey.desk.refusals import SheetRefused
from survey.desk.rules import bars_own_service, check_own_service, is_at_work
from survey.desk.screen import address, shown_language
from survey.desk.second_forms import DecisionForm, ResolveForm
from survey.desk.second_queries import (
    SheetTwice,
    decision_reason,
    last_corrections,
    sheets_differing,
)
from survey.desk.second_views import REVIEW, bundle_of
from survey.desk.second_words import what_to_type
from survey.extensions import db, number_argument, one_or_abort
from survey.models import Bundle, Keying
from survey.questionnaire.cell_words import cell_words
from survey.serials import format_serial

#: refusals to show beside a difference: row and question, to sentence and what was typed
Faults = Mapping[tuple[int, str], tuple[str, str]]


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/differenze")
@requires(REVIEW)
def second_differences(body_slug: str, bundle_id: int) -> str:
    return _differences_page(_bundle_of_sheets(bundle_id), number_argument("foglio"))


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/differenze/risolvi")
@requires(REVIEW)
def second_resolve(body_slug: str, bundle_id: int) -> Response | tuple[str, int]:
    bundle, form = _bundle_of_sheets(bundle_id), ResolveForm()
    if not form.validate_on_submit():
        return _differences_page(bundle, None), 422
    row = _second_row(bundle, form.keying.data or 0)
    settlement = form.settlement()
    try:
        cell = differences.resolve_difference(
            db.session, row, settlement, by=staff_member(), today=clock.today()
        )
    except (differences.CellRefused, SheetRefused) as refusal:
        db.session.rollback()
        faults = {(row.id, settlement.question_key): (str(refusal), settlement.typed)}
        return _differences_page(bundle, row.serial, faults), refusal.status.value
    flash(_settled(row, settlement.question_key, cell))
    db.session.commit()
    return redirect(address("desk.second_differences", bundle, foglio=_stay(bundle, row.serial)))


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/qualita")
@requires(REVIEW)
def second_quality(body_slug: str, bundle_id: int) -> str:
    return _quality_page(bundle_of(bundle_id, REVIEW), DecisionForm())


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/qualita/accetta")
@requires(REVIEW)
def second_accept(body_slug: str, bundle_id: int) -> Response | tuple[str, int]:
    bundle, form = bundle_of(bundle_id, REVIEW), DecisionForm()
    if not form.validate_on_submit():
        return _quality_page(bundle, form), 422
    try:
        second.accept_bundle(
            db.session,
            bundle,
            by=staff_member(),
            today=clock.today(),
            reason=form.reason.data or "",
        )
    except (second.ReasonMissing, second.NotJudgeable) as refusal:
        db.session.rollback()
        form.reason.errors = [str(refusal)]
        return _quality_page(bundle, form), refusal.status.value
    flash(_("Plico accettato."))
    db.session.commit()
    return redirect(address("desk.second_quality", bundle))


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/qualita/reimputa")
@requires(REVIEW)
def second_rekey(body_slug: str, bundle_id: int) -> Response | tuple[str, int]:
    bundle, form = bundle_of(bundle_id, REVIEW), DecisionForm()
    if not form.validate_on_submit():
        return _quality_page(bundle, form), 422
    drawn = second.rekey_bundle(
        db.session, bundle, by=staff_member(), today=clock.today(), reason=form.reason.data or ""
    )
    flash(
        ngettext(
            "Resta da imputare di nuovo un foglio.",
            "Restano da imputare di nuovo %(num)d fogli.",
            drawn,
        )
    )
    db.session.commit()
    return redirect(address("desk.second_quality", bundle))


def _bundle_of_sheets(bundle_id: int) -> Bundle:
    """Return a bundle of which the member may see what stands on the sheets."""
    bundle = bundle_of(bundle_id, REVIEW)
    check_own_service(db.session, bundle.wave.body, staff_member(), bundle.wave.service)
    return bundle


def _second_row(bundle: Bundle, keying_id: int) -> Keying:
    found: Keying = one_or_abort(
        select(Keying).where(
            Keying.id == keying_id,
            Keying.bundle_id == bundle.id,
            Keying.round == 2,
            Keying.marks.is_not(None),
        )
    )
    return found


def _differences_page(bundle: Bundle, serial: int | None, faults: Faults | None = None) -> str:
    differing = sheets_differing(db.session, bundle)
    definition = definition_of(bundle.wave.edition)
    language = shown_language(definition)
    return render_template(
        "desk/differences.html",
        bundle=bundle,
        is_open=is_at_work(bundle),
        differing=differing,
        unresolved=sum(sheet.unresolved for sheet in differing),
        sheet=_shown(differing, serial),
        corrections=last_corrections(db.session, bundle),
        faults=faults or {},
        words=lambda question, cell: cell_words(question, cell, language),
        to_type=lambda question: what_to_type(question, language),
        language=language,
        format_serial=format_serial,
    )


def _shown(differing: Sequence[SheetTwice], serial: int | None) -> SheetTwice | None:
    """Return the sheet asked for, else the first with something to settle."""
    asked = (sheet for sheet in differing if sheet.serial == serial)
    return next(asked, next((sheet for sheet in differing if sheet.unresolved), None))


def _stay(bundle: Bundle, serial: int) -> int | None:
    """Return the sheet while something on it is left to settle."""
    found = sheets_differing(db.session, bundle, serial)
    return serial if any(sheet.unresolved for sheet in found) else None


def _settled(row: Keying, question_key: str, cell: str) -> str:
    definition = definition_of(row.bundle.wave.edition)
    question = definition.question(question_key)
    words: str = _(
        "Foglio %(serial)s, domanda %(number)s: vale «%(answer)s».",
        serial=format_serial(row.serial),
        number=question.number,
        answer=cell_words(question, cell, shown_language(definition)),
    )
    return words


def _quality_page(bundle: Bundle, form: DecisionForm) -> str:
    return render_template(
        "desk/quality.html",
        bundle=bundle,
        is_open=is_at_work(bundle),
        barred=bars_own_service(db.session, bundle.wave.body, staff_member(), bundle.wave.service),
        found=bundle_quality(db.session, bundle),
        proposals=Proposal,
        reason=decision_reason(db.session, bundle),
        language=shown_language(definition_of(bundle.wave.edition)),
        form=form,
    )

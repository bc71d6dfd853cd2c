"""The sheets of a bundle: found by number, looked at, and put right while the bundle is open."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import actions, blueprint, moves, queries
from survey.desk.forms import CorrectionForm, FindForm, MoveForm
from survey.desk.refusals import SheetRefused
from survey.desk.rules import check_own_service, is_at_work
from survey.desk.screen import Screen, address, draft_name, draw, go_on, shown_language
from survey.desk.second_queries import cells_of
from survey.desk.second_views import bundle_of
from survey.desk.sheet_words import read_only_words
from survey.desk.views import KEY, as_typed, bundle_to_key, read_answers
from survey.extensions import db
from survey.models import Bundle
from survey.questionnaire.cell_words import cell_words
from survey.questionnaire.face import FIELD_PREFIX
from survey.questionnaire.kinds import KINDS, TICK_SEPARATOR
from survey.questionnaire.marks import decode
from survey.serials import MAX_SERIAL, format_serial


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
    return render_template(
        "desk/sheets.html",
        bundle=bundle,
        form=form,
        keyed=found,
        read_only=read_only_words(bundle),
    )


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/fogli/<int:serial>")
@requires(KEY)
def sheet(body_slug: str, bundle_id: int, serial: int) -> str:
    bundle, stored = _stored(_bundle(bundle_id), serial)
    if not is_at_work(bundle):
        return _read_only(bundle, stored)
    form = CorrectionForm(formdata=None)
    form.day.data = stored.response.day.isoformat()
    cells = _stored_cells(bundle, stored)
    return draw(_correcting(bundle, stored), form, {"cells": cells, "halves": stored.half_marks})


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/fogli/<int:serial>")
@requires(KEY)
def correct(body_slug: str, bundle_id: int, serial: int) -> str | Response | tuple[str, int]:
    bundle, stored = _stored(bundle_to_key(bundle_id), serial)
    why, (form, halves) = CorrectionForm(), read_answers(bundle)
    if not why.validate_on_submit() or form.errors or why.day.day is None:
        return draw(_correcting(bundle, stored), why, as_typed(form)), 422
    wanted = actions.Correction(
        serial, form.answers(), form.comments(), why.day.day, halves, request.form.get("seen")
    )
    try:
        changed = _put_right(bundle, wanted, why.reason.data or "")
    except SheetRefused as refusal:
        db.session.rollback()
        why[refusal.field if refusal.field in why else "reason"].errors = [str(refusal)]
        bundle, stored = _stored(bundle, serial)
        return draw(_correcting(bundle, stored), why, as_typed(form)), refusal.status.value
    db.session.commit()
    return go_on(address("desk.key", bundle, dopo=serial), _told(serial, changed), {})


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/fogli/<int:serial>/sposta")
@requires(KEY)
def move(body_slug: str, bundle_id: int, serial: int) -> str:
    bundle = _stored(bundle_to_key(bundle_id), serial)[0]
    return _move_page(bundle, serial, MoveForm(formdata=None))


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/fogli/<int:serial>/sposta")
@requires(KEY)
def move_to(body_slug: str, bundle_id: int, serial: int) -> Response | tuple[str, int]:
    bundle, form = bundle_to_key(bundle_id), MoveForm()
    if not form.validate_on_submit():
        return _move_page(bundle, serial, form), 422
    why, to = form.reason.data or "", form.number
    try:
        moves.move_sheet(db.session, bundle, serial, to, by=staff_member(), reason=why)
        db.session.commit()
    except moves.MovedAlready:
        db.session.rollback()
    except SheetRefused as refusal:
        db.session.rollback()
        form[refusal.field].errors = [str(refusal)]
        return _move_page(bundle, serial, form), refusal.status.value
    flash(_moved(serial, to))
    return redirect(address("desk.sheet", bundle, serial=to))


def _bundle(bundle_id: int) -> Bundle:
    """Return a bundle of the body whose sheets the member may see, closed or published too."""
    bundle = bundle_of(bundle_id, KEY)
    check_own_service(db.session, bundle.wave.body, staff_member(), bundle.wave.service)
    return bundle


def _stored(bundle: Bundle, serial: int) -> tuple[Bundle, queries.StoredSheet]:
    if not 1 <= serial <= MAX_SERIAL:
        abort(404)
    return bundle, actions.find_stored(db.session, bundle, serial, by=staff_member())


def _put_right(bundle: Bundle, wanted: actions.Correction, reason: str) -> int:
    return actions.correct_sheet(
        db.session, bundle, wanted, by=staff_member(), reason=reason, today=clock.today()
    )


def _moved(serial: int, to: int) -> str:
    named = {"serial": format_serial(serial), "to": format_serial(to)}
    return str(_("Foglio %(serial)s spostato sul numero %(to)s.", **named))


def _move_page(bundle: Bundle, serial: int, form: MoveForm) -> str:
    number = format_serial(serial)
    return render_template("desk/move.html", bundle=bundle, serial=serial, number=number, form=form)


def _told(serial: int, changed: int) -> str:
    words = ngettext("%(num)s cosa cambiata", "%(num)s cose cambiate", changed)
    named = {"serial": format_serial(serial), "changed": words}
    return str(_("Foglio %(serial)s corretto: %(changed)s.", **named))


def _correcting(bundle: Bundle, stored: queries.StoredSheet) -> Screen:
    serial = stored.keying.serial
    cells = _stored_cells(bundle, stored)
    return Screen(
        bundle=bundle,
        job=_("Correggi il foglio %(serial)s", serial=format_serial(serial)),
        action=address("desk.sheet", bundle, serial=serial),
        draft=draft_name(bundle, f"correggi-{serial}"),
        sheets=address("desk.sheets", bundle),
        move=address("desk.move", bundle, serial=serial),
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


def _read_only(bundle: Bundle, stored: queries.StoredSheet) -> str:
    wave, serial = bundle.wave, stored.keying.serial
    definition = definition_of(wave.edition)
    language = shown_language(definition)
    cells = cells_of(definition, stored.response.marks)
    around = queries.neighbours(queries.bundle_serials(db.session, bundle), serial)
    return render_template(
        "desk/sheet.html",
        bundle=bundle,
        stored=stored,
        read_only=read_only_words(bundle),
        questions=definition.questions,
        answers={
            question.key: cell_words(question, cells[question.key], language)
            for question in definition.closed_questions
        },
        language=language,
        reads_texts=may(
            staff_member(), Permission.COMMENT_READ, body=wave.body, service=wave.service
        ),
        around=around,
        format_serial=format_serial,
    )

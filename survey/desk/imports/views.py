"""Pages for files of answers: what can be imported where, the check, the import."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from analysis.faults import LISTED, AnswersError
from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import blueprint
from survey.desk.imports import fault_list, queries, words
from survey.desk.imports.actions import check_answers, import_answers, why_not
from survey.desk.imports.forms import AnswersForm
from survey.desk.imports.reading import Reading
from survey.desk.imports.refusals import FileTooLarge, ImportRefused, LooksRepeated, SessionOver
from survey.desk.rules import OwnService, bars_own_service
from survey.errors import SurveyError
from survey.extensions import db, one_or_abort
from survey.models import Wave

IMPORT = Permission.RESPONSE_IMPORT
#: largest file that a page takes; beyond it there is the command
MOST_BYTES = 20 * 1024 * 1024
#: faults shown on the page; the rest is counted
SHOWN = 200
_TAKING_FILES = frozenset(
    {"desk.send_answers", "desk.match_columns", "desk.save_mapping", "desk.send_counts"}
)
Page = str | Response | tuple[str, int]


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let who is signed in send a file to the pages that take one, before anything is read.

    What is too long for them is refused here, with a sentence of its own.
    """
    if endpoint not in _TAKING_FILES or request.method != "POST":
        return
    length, as_usual = request.content_length or 0, request.max_content_length or MOST_BYTES
    if length > as_usual and not current_user.is_authenticated:
        raise SessionOver
    if length > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES >> 20)
    if current_user.is_authenticated:
        request.max_content_length = request.max_form_memory_size = MOST_BYTES


@blueprint.get("/ente/<body_slug>/importazioni")
@requires(IMPORT)
def imports(body_slug: str) -> str:
    waves = [one for one in queries.importable_waves(db.session, g.body) if _within_reach(one)]
    return render_template(
        "desk/imports/index.html",
        waves=waves,
        mappings=queries.mappings(db.session, g.body),
        words=words,
    )


@blueprint.get("/ente/<body_slug>/importazioni/<int:wave_id>")
@requires(IMPORT)
def answers_file(body_slug: str, wave_id: int) -> str:
    found = _wave(wave_id)
    form = AnswersForm(found, queries.mappings(db.session, g.body), formdata=None)
    return _answers_page(found, form)


@blueprint.post("/ente/<body_slug>/importazioni/<int:wave_id>")
@requires(IMPORT)
def send_answers(body_slug: str, wave_id: int) -> Page:
    found = _wave(wave_id)
    form = AnswersForm(found, queries.mappings(db.session, g.body))
    if not form.validate_on_submit():
        return _answers_page(found, form), 422
    try:
        return _take(found, form)
    except AnswersError as error:
        db.session.rollback()
        if request.form.get("azione") == "errori":
            return _fault_file(error)
        return _answers_page(found, form, error=error), 422
    except ImportRefused as refusal:
        db.session.rollback()
        return _answers_page(found, form, refusal=refusal), refusal.status.value


def _take(found: Wave, form: AnswersForm) -> Page:
    """Check the file, and import it when that was asked."""
    deed = request.form.get("azione")
    upload = form.upload(listed=fault_list.LISTED if deed == "errori" else LISTED)
    if deed != "importa":
        reading = check_answers(db.session, found, upload, today=clock.today())
        return _answers_page(found, form, reading=reading)
    reading = import_answers(db.session, found, upload, by=staff_member(), today=clock.today())
    db.session.commit()
    flash(
        ngettext("%(num)s questionario importato.", "%(num)s questionari importati.", reading.forms)
    )
    for note in words.notes(reading):
        flash(note)
    return redirect(url_for("desk.answers_file", body_slug=g.body.slug, wave_id=found.id))


def _fault_file(error: AnswersError) -> Response:
    answer = Response(fault_list.fault_list(error, get_locale().language), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="errori.csv")
    return answer


def _answers_page(
    found: Wave, form: AnswersForm, *, error: AnswersError | None = None, **outcome: Any
) -> str:
    return render_template(
        "desk/imports/answers.html",
        wave=found,
        form=form,
        files=queries.imported_files(db.session, found),
        words=words,
        questions=definition_of(found.edition).questions,
        most_megabytes=MOST_BYTES >> 20,
        shut=_why_shut(found),
        may_repeat=_may_repeat(**outcome),
        **faults_of(error),
        **outcome,
    )


def _why_shut(found: Wave) -> SurveyError | None:
    barred = bars_own_service(db.session, g.body, staff_member(), found.service)
    own = OwnService(service=found.service.name) if barred else None
    return why_not(db.session, found) or own


def _may_repeat(reading: Reading | None = None, refusal: ImportRefused | None = None) -> bool:
    """Tell whether a person has to say that the forms are others."""
    if reading is not None:
        return reading.looks_repeated
    return isinstance(refusal, LooksRepeated)


def faults_of(error: AnswersError | None) -> dict[str, Any]:
    """Say the first faults in words, and how many there are in all."""
    if error is None:
        return {"faults": [], "fault_total": 0}
    language = get_locale().language
    return {
        "faults": [fault.message(language) for fault in error.faults[:SHOWN]],
        "fault_total": error.total,
    }


def _within_reach(wave: Wave) -> bool:
    return may(staff_member(), IMPORT, body=g.body, service=wave.service)


def _wave(wave_id: int) -> Wave:
    found: Wave = one_or_abort(select(Wave).where(Wave.id == wave_id, Wave.body_id == g.body.id))
    if not _within_reach(found):
        abort(403)
    return found

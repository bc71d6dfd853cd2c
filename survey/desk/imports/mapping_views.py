"""Pages that match another program's columns with our questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from analysis.faults import AnswersError
from survey.access import requires, staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk import blueprint
from survey.desk.imports import queries
from survey.desk.imports.actions import NamedMapping, drop_mapping, keep_mapping
from survey.desk.imports.mapping import DMY, MDY, from_document
from survey.desk.imports.mapping_forms import (
    ExampleForm,
    as_mapping,
    cell_choices,
    completed,
    kept_sketches,
    sketches_of,
    target_choices,
    undecided,
    unseen,
)
from survey.desk.imports.proposal import Sketch, day_order, is_code, propose, with_labels
from survey.desk.imports.refusals import ImportRefused, OtherQuestionnaire
from survey.desk.imports.table import open_table
from survey.desk.imports.views import IMPORT, Page, faults_of
from survey.extensions import db, one_or_abort
from survey.models import Edition, ImportMapping, ImportSource

#: longest name of a mapping
_LONGEST_NAME = 200


@blueprint.get("/ente/<body_slug>/importazioni/corrispondenze/nuova")
@requires(IMPORT)
def new_mapping(body_slug: str) -> str:
    return _example_page(_example_form(formdata=None))


@blueprint.get("/ente/<body_slug>/importazioni/corrispondenze/<int:mapping_id>")
@requires(IMPORT)
def open_mapping(body_slug: str, mapping_id: int) -> str:
    kept = _mapping(mapping_id)
    edition = queries.latest_edition(db.session, kept.questionnaire)
    columns = from_document(kept.document)
    sketches = kept_sketches(definition_of(edition), columns)
    sent = Sent(kept.name, kept.source.value, columns.day_order, str(kept.id))
    return _match_page(edition, sketches, sent)


@blueprint.post("/ente/<body_slug>/importazioni/corrispondenze/<int:mapping_id>/togli")
@requires(IMPORT)
def remove_mapping(body_slug: str, mapping_id: int) -> Page:
    kept = _mapping(mapping_id)
    flash(_("Corrispondenza «%(name)s» tolta.", name=kept.name))
    drop_mapping(db.session, kept, by=staff_member())
    db.session.commit()
    return redirect(url_for("desk.imports", body_slug=g.body.slug))


@blueprint.post("/ente/<body_slug>/importazioni/corrispondenze/nuova")
@requires(IMPORT)
def match_columns(body_slug: str) -> Page:
    form = _example_form()
    if not form.validate_on_submit():
        return _example_page(form), 422
    try:
        return _matched(form)
    except AnswersError as error:
        return _example_page(form, error=error), 422
    except ImportRefused as refusal:
        return _example_page(form, refusal=refusal), refusal.status.value


def _matched(form: ExampleForm) -> str:
    edition, base = form.editions[form.edition.data], form.mappings.get(form.base.data)
    definition, table = definition_of(edition), open_table(form.file.data.read())
    sketches = propose(definition, table)
    if base is not None and base.questionnaire_id != edition.questionnaire_id:
        raise OtherQuestionnaire(name=base.name)
    if base is not None:
        columns = from_document(base.document)
        sketches = completed(definition, columns, sketches)
        sent = Sent(base.name, base.source.value, columns.day_order, str(base.id))
        return _match_page(edition, sketches, sent)
    days = [n for n, one in enumerate(sketches) if one.target == "form.day"]
    order = day_order(table, days[0]) if days else DMY
    return _match_page(edition, sketches, Sent("", form.source.data, order))


@blueprint.post("/ente/<body_slug>/importazioni/corrispondenze")
@requires(IMPORT)
def save_mapping(body_slug: str) -> Page:
    edition = _edition()
    if edition is None:
        return _example_page(_example_form()), 422
    posted, definition = request.form, definition_of(edition)
    sketches = [with_labels(definition, one, one.cells) for one in sketches_of(posted, definition)]
    sent = _sent()
    if posted.get("azione") == "aggiorna":
        return _match_page(edition, sketches, sent)
    if problem := _problem(sketches, sent.name):
        return _match_page(edition, sketches, sent, problem=problem), 422
    return _keep(edition, sketches, sent)


@dataclass(frozen=True, slots=True)
class Sent:
    """What the page of a match says beside its columns."""

    name: str
    source: str
    order: str
    #: number of the mapping that is being changed; empty for a new one
    mapping: str = ""


def _sent() -> Sent:
    posted = request.form
    source = posted.get("source", "")
    return Sent(
        posted.get("name", "")[:_LONGEST_NAME],
        source if source in list(ImportSource) else ImportSource.ANSWERS.value,
        MDY if posted.get("day_order") == MDY else DMY,
        posted.get("mapping", ""),
    )


def _keep(edition: Edition, sketches: list[Sketch], sent: Sent) -> Page:
    columns = as_mapping(sketches, sent.order)
    try:
        kept = keep_mapping(
            db.session,
            edition.questionnaire,
            NamedMapping(sent.name, ImportSource(sent.source), columns, sent.mapping),
            by=staff_member(),
            today=clock.today(),
        )
    except ImportRefused as refusal:
        db.session.rollback()
        return _match_page(edition, sketches, sent, problem=str(refusal)), 422
    flash(_("Corrispondenza «%(name)s» salvata.", name=kept.name))
    db.session.commit()
    return redirect(url_for("desk.imports", body_slug=g.body.slug))


def _problem(sketches: list[Sketch], name: str) -> str | None:
    targets = [one.target for one in sketches if one.target]
    twice = sorted({target for target in targets if targets.count(target) > 1})
    left = undecided(sketches)
    if not name.strip():
        return str(_("Scrivi un nome per la corrispondenza."))
    if not targets:
        return str(_("Nessuna colonna è abbinata a una domanda."))
    if twice:
        names = "; ".join(one.name for one in sketches if one.target in twice)
        return str(_("Più colonne danno la stessa cosa: %(names)s.", names=names))
    if left:
        return str(_("Scegli che risposta è: %(labels)s.", labels="; ".join(left[:10])))
    if unseen(request.form, sketches):
        return str(_("Hai cambiato delle colonne: controlla le loro risposte, poi salva."))
    return None


def _edition() -> Edition | None:
    wanted = request.form.get("edition", type=int)
    if wanted is None or wanted >= 2**31:
        return None
    mine = (Edition.id == wanted, Edition.body_id == g.body.id)
    found: Edition = one_or_abort(select(Edition).where(*mine))
    return found


def _mapping(mapping_id: int) -> ImportMapping:
    mine = (ImportMapping.id == mapping_id, ImportMapping.body_id == g.body.id)
    found: ImportMapping = one_or_abort(select(ImportMapping).where(*mine))
    return found


def _example_form(**given: Any) -> ExampleForm:
    editions = queries.latest_editions(db.session, g.body)
    return ExampleForm(editions, queries.mappings(db.session, g.body), **given)


def _example_page(
    form: ExampleForm,
    *,
    error: AnswersError | None = None,
    refusal: ImportRefused | None = None,
) -> str:
    return render_template(
        "desk/imports/example.html", form=form, refusal=refusal, **faults_of(error)
    )


def _match_page(
    edition: Edition, sketches: list[Sketch], sent: Sent, *, problem: str | None = None
) -> str:
    definition = definition_of(edition)
    language = definition.language_or_default(get_locale().language)
    return render_template(
        "desk/imports/match.html",
        edition=edition,
        sketches=sketches,
        targets=target_choices(definition, language),
        cells=[cell_choices(definition, one, language) for one in sketches],
        has_codes=any(is_code(label) for one in sketches for label in one.cells if one.target),
        sent=sent,
        problem=problem,
    )

"""Pages that match another program's columns with our questions."""

from __future__ import annotations

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
from survey.desk.imports.actions import NamedMapping, keep_mapping
from survey.desk.imports.mapping import DMY, MDY
from survey.desk.imports.mapping_forms import (
    ExampleForm,
    as_mapping,
    cell_choices,
    sketches_of,
    target_choices,
    undecided,
)
from survey.desk.imports.proposal import Sketch, day_order, propose, with_labels
from survey.desk.imports.refusals import ImportRefused
from survey.desk.imports.table import open_table
from survey.desk.imports.views import IMPORT, Page, faults_of
from survey.extensions import db, one_or_abort
from survey.models import Edition, ImportSource

#: longest name of a mapping
_LONGEST_NAME = 200


@blueprint.get("/ente/<body_slug>/importazioni/corrispondenze/nuova")
@requires(IMPORT)
def new_mapping(body_slug: str) -> str:
    form = ExampleForm(queries.latest_editions(db.session, g.body), formdata=None)
    return _example_page(form)


@blueprint.post("/ente/<body_slug>/importazioni/corrispondenze/nuova")
@requires(IMPORT)
def match_columns(body_slug: str) -> Page:
    form = ExampleForm(queries.latest_editions(db.session, g.body))
    if not form.validate_on_submit():
        return _example_page(form), 422
    edition = form.editions[form.edition.data]
    try:
        table = open_table(form.file.data.read())
        sketches = propose(definition_of(edition), table)
    except AnswersError as error:
        return _example_page(form, error=error), 422
    days = [n for n, one in enumerate(sketches) if one.target == "form.day"]
    order = day_order(table, days[0]) if days else DMY
    return _match_page(edition, sketches, source=form.source.data, order=order)


@blueprint.post("/ente/<body_slug>/importazioni/corrispondenze")
@requires(IMPORT)
def save_mapping(body_slug: str) -> Page:
    edition = _edition()
    if edition is None:
        return _example_page(ExampleForm(queries.latest_editions(db.session, g.body))), 422
    sent, definition = request.form, definition_of(edition)
    sketches = [with_labels(definition, one, one.cells) for one in sketches_of(sent, definition)]
    source = sent.get("source", "")
    if source not in list(ImportSource):
        source = ImportSource.ANSWERS.value
    order = MDY if sent.get("day_order") == MDY else DMY
    again = {
        "source": source,
        "order": order,
        "name": sent.get("name", "")[:_LONGEST_NAME],
    }
    if sent.get("azione") == "aggiorna":
        return _match_page(edition, sketches, **again)
    if problem := _problem(sketches, again["name"]):
        return _match_page(edition, sketches, problem=problem, **again), 422
    return _keep(edition, sketches, again)


def _keep(edition: Edition, sketches: list[Sketch], sent: dict[str, str]) -> Page:
    try:
        kept = keep_mapping(
            db.session,
            edition.questionnaire,
            NamedMapping(
                sent["name"], ImportSource(sent["source"]), as_mapping(sketches, sent["order"])
            ),
            by=staff_member(),
            today=clock.today(),
        )
    except ImportRefused as refusal:
        db.session.rollback()
        return _match_page(edition, sketches, problem=str(refusal), **sent), 422
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
    return None


def _edition() -> Edition | None:
    wanted = request.form.get("edition", type=int)
    if wanted is None or wanted >= 2**31:
        return None
    mine = (Edition.id == wanted, Edition.body_id == g.body.id)
    found: Edition = one_or_abort(select(Edition).where(*mine))
    return found


def _example_page(form: ExampleForm, *, error: AnswersError | None = None) -> str:
    return render_template("desk/imports/example.html", form=form, **faults_of(error))


def _match_page(
    edition: Edition, sketches: list[Sketch], *, order: str, source: str, **shown: Any
) -> str:
    definition = definition_of(edition)
    language = definition.language_or_default(get_locale().language)
    return render_template(
        "desk/imports/match.html",
        edition=edition,
        sketches=sketches,
        targets=target_choices(definition, language),
        cells=[cell_choices(definition, one, language) for one in sketches],
        source=source,
        order=order,
        **shown,
    )

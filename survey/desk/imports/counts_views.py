"""The page for waves of which counts alone are known."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from analysis.faults import AnswersError
from survey.access import may, requires, staff_member
from survey.desk import blueprint
from survey.desk.imports import queries
from survey.desk.imports.counts import import_counts, read_counts_file
from survey.desk.imports.counts_forms import CountsForm
from survey.desk.imports.refusals import ImportRefused
from survey.desk.imports.views import IMPORT, Page, faults_of
from survey.extensions import db
from survey.models import WaveState


@blueprint.get("/ente/<body_slug>/importazioni/conteggi")
@requires(IMPORT)
def counts_file(body_slug: str) -> str:
    return _counts_page(_form(formdata=None))


@blueprint.post("/ente/<body_slug>/importazioni/conteggi")
@requires(IMPORT)
def send_counts(body_slug: str) -> Page:
    form = _form()
    if not form.validate_on_submit():
        return _counts_page(form), 422
    try:
        return _take(form)
    except AnswersError as error:
        db.session.rollback()
        return _counts_page(form, error=error), 422
    except ImportRefused as refusal:
        db.session.rollback()
        return _counts_page(form, refusal=refusal), refusal.status.value


def _take(form: CountsForm) -> Page:
    """Show what the counts say of themselves, and import them when that was asked."""
    content, wanted = form.file.data.read(), form.wave()
    reading = read_counts_file(content, wanted.edition)
    language = get_locale().language
    found = [finding.message(language) for finding in reading.findings]
    forms = int(reading.tally.questionnaires.sum())
    if request.form.get("azione") != "importa" or (found and not form.accepted.data):
        return _counts_page(form, findings=found, forms=forms, is_read=True)
    wave = import_counts(db.session, wanted, content, by=staff_member(), consent=form.consent())
    flash(
        _("Conteggi importati: %(service)s, %(year)s.", service=wave.service.name, year=wave.year)
    )
    if wave.state is WaveState.PUBLISHED:
        flash(_("L'anno è già pubblicato: i suoi numeri cambiano solo se lo pubblichi di nuovo."))
    db.session.commit()
    return redirect(url_for("desk.imports", body_slug=g.body.slug))


def _form(**given: Any) -> CountsForm:
    services = [
        one for one in g.body.services if may(staff_member(), IMPORT, body=g.body, service=one)
    ]
    return CountsForm(services, queries.latest_editions(db.session, g.body), **given)


def _counts_page(form: CountsForm, *, error: AnswersError | None = None, **outcome: Any) -> str:
    return render_template("desk/imports/counts.html", form=form, **faults_of(error), **outcome)

"""Waves of a year and the page of one wave: open, close, count, print."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.authoring import actions, blueprint, queries
from survey.authoring.forms import CountsForm, PrintForm
from survey.authoring.refusals import WaveRefused
from survey.authoring.sheets import qr_code
from survey.authoring.words import LANGUAGES, MODES, STATES
from survey.collection import clock
from survey.errors import SurveyError
from survey.extensions import db, one_or_abort
from survey.models import PrintRun, Service, Wave
from survey.results.queries import is_counts_only
from survey.serials import format_serial

READ = Permission.SURVEY_READ
EDIT = Permission.SURVEY_EDIT
PRINT = Permission.SHEET_PRINT


@blueprint.get("/ente/<body_slug>/rilevazioni/<int:year>")
@requires(READ)
def waves(body_slug: str, year: int) -> str:
    rows = [row for row in queries.year_waves(db.session, g.body, year) if _sees(row.wave.service)]
    missing = [one for one in queries.services_without_wave(db.session, g.body, year) if _sees(one)]
    years = sorted({*queries.wave_years(db.session, g.body), year})
    return render_template("authoring/waves.html", rows=rows, year=year, years=years,
                           missing=missing, **_words())  # fmt: skip


@blueprint.get("/ente/<body_slug>/rilevazione/<int:wave_id>")
@requires(READ)
def wave(body_slug: str, wave_id: int) -> str:
    found = _wave(wave_id, READ)
    return _page(found, _counts(found), PrintForm(found, formdata=None))


@blueprint.get("/ente/<body_slug>/rilevazione/<int:wave_id>/qr")
@requires(READ)
def qr(body_slug: str, wave_id: int) -> Response:
    drawn = qr_code(_address(_wave(wave_id, READ)))
    return FlaskResponse(drawn, mimetype="image/svg+xml")


@blueprint.post("/ente/<body_slug>/rilevazione/<int:wave_id>/apri")
@requires(EDIT)
def open_wave(body_slug: str, wave_id: int) -> Response | tuple[str, int]:
    found = _wave(wave_id, EDIT)
    try:
        actions.open_wave(db.session, found, by=staff_member(), today=clock.today())
    except WaveRefused as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash(_("La rilevazione è aperta: i cittadini possono rispondere."))
    return _back(found)


@blueprint.post("/ente/<body_slug>/rilevazione/<int:wave_id>/chiudi")
@requires(EDIT)
def close_wave(body_slug: str, wave_id: int) -> Response | tuple[str, int]:
    found = _wave(wave_id, EDIT)
    try:
        actions.close_wave(db.session, found, by=staff_member())
    except WaveRefused as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash(_("La rilevazione è chiusa. I fogli già compilati si possono ancora imputare."))
    return _back(found)


@blueprint.post("/ente/<body_slug>/rilevazione/<int:wave_id>/conteggi")
@requires(EDIT)
def set_counts(body_slug: str, wave_id: int) -> Response | tuple[str, int]:
    found = _wave(wave_id, EDIT)
    form = CountsForm(by_bundles=queries.counts_by_bundles(db.session, found))
    if not form.validate_on_submit():
        return _page(found, form, PrintForm(found, formdata=None)), 422
    try:
        actions.set_counts(db.session, found, by=staff_member(), **form.counts())
    except WaveRefused as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash(_("Conteggi salvati."))
    return _back(found)


@blueprint.post("/ente/<body_slug>/rilevazione/<int:wave_id>/fogli")
@requires(PRINT)
def print_run(body_slug: str, wave_id: int) -> Response | tuple[str, int]:
    found = _wave(wave_id, PRINT)
    form = PrintForm(found)
    if not form.validate_on_submit():
        return _page(found, _counts(found), form), 422
    try:
        run = actions.print_run(db.session, found, language=form.language.data,
                                copies=form.copies.data, by=staff_member(),
                                today=clock.today())  # fmt: skip
    except SurveyError as refusal:
        return _refused(found, refusal)
    flash(_("Fogli da %(first)s a %(last)s pronti: scarica il PDF e stampalo al 100%%.",
            **_serials(run)))  # fmt: skip
    db.session.commit()
    return _back(found)


@blueprint.get("/ente/<body_slug>/rilevazione/<int:wave_id>/fogli/<int:run_id>")
@requires(PRINT)
def sheets(body_slug: str, wave_id: int, run_id: int) -> Response:
    found = _wave(wave_id, PRINT)
    run = one_or_abort(select(PrintRun).where(PrintRun.id == run_id, PrintRun.wave_id == found.id))
    layout = actions.sheet_layout(db.session, found.edition, run.language)
    pdf = queries.printed_sheets(run, layout, public_url=_public_url())
    db.session.commit()
    name = f"fogli-{found.service.slug}-{found.year}-{run.first_serial}-{run.last_serial}.pdf"
    return FlaskResponse(pdf, mimetype="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    })  # fmt: skip


def _sees(service: Service) -> bool:
    return may(staff_member(), READ, body=g.body, service=service)


def _wave(wave_id: int, permission: Permission) -> Wave:
    """Return a wave of the body that the member may touch."""
    found: Wave = one_or_abort(select(Wave).where(Wave.id == wave_id, Wave.body_id == g.body.id))
    if not may(staff_member(), permission, body=g.body, service=found.service):
        abort(403)
    return found


def _page(
    wave: Wave, counts: CountsForm, printing: PrintForm, *, refusal: SurveyError | None = None
) -> str:
    runs = queries.print_runs(db.session, wave)
    return render_template(
        "authoring/wave.html",
        row=queries.wave_row(db.session, wave),
        counts=counts,
        printing=printing,
        refusal=refusal,
        counts_only=is_counts_only(db.session, wave),
        runs=[(run, _serials(run)) for run in runs],
        may_edit=may(staff_member(), EDIT, body=g.body, service=wave.service),
        may_print=may(staff_member(), PRINT, body=g.body, service=wave.service),
        **_words(),
    )


def _counts(wave: Wave) -> CountsForm:
    by_bundles = queries.counts_by_bundles(db.session, wave)
    return CountsForm(by_bundles=by_bundles, formdata=None, obj=wave)


def _words() -> dict[str, object]:
    return {"states": STATES, "modes": MODES, "languages": LANGUAGES, "address_of": _address}


def _serials(run: PrintRun) -> dict[str, str]:
    return {"first": format_serial(run.first_serial), "last": format_serial(run.last_serial)}


def _address(wave: Wave) -> str:
    return queries.public_address(wave, public_url=_public_url())


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


def _refused(wave: Wave, refusal: SurveyError) -> tuple[str, int]:
    """Show the wave as it now stands, and above it why nothing was done."""
    db.session.rollback()
    page = _page(wave, _counts(wave), PrintForm(wave, formdata=None), refusal=refusal)
    return page, refusal.status.value


def _back(wave: Wave) -> Response:
    return redirect(url_for("authoring.wave", body_slug=g.body.slug, wave_id=wave.id))

"""Pages of the room: the year of a body, the year of a service, and what can be taken away.

Everything of a published year is meant for everybody at the body, and in the end for the public:
whoever may read any result of the body may read the overview and take the report. The page of a
service, with its comments, is for those whose role covers that service.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from survey.access import Permission, may, may_everywhere, requires, staff_member
from survey.extensions import db
from survey.models import YearlyResult
from survey.results import blueprint, pages, queries
from survey.results.actions import PublishOptions, publish_year, record_break
from survey.results.forms import BreakForm, LiftForm, PublishForm
from survey.results.pages import Wanted
from survey.results.report import report_pdf, report_version
from survey.results.words import few, flags_in_words, look, mode_word, reason

LANGUAGES = ("it", "en")
_ITALY = ZoneInfo("Europe/Rome")
#: other numbers in an address are no year of anybody's survey
_YEARS = range(1990, 2201)
_REVISION = re.compile(r"[1-9]\d{0,8}", re.ASCII)
#: a revision never changes, so what names one may be kept for a while
_KEEP = "private, max-age=3600"
_ASK_AGAIN = "private, no-cache"


@blueprint.record_once
def teach_templates(state: BlueprintSetupState) -> None:
    """Give macros their words: what a context processor adds does not reach them."""
    state.app.jinja_env.globals.update(
        verdict_look=look,
        why_missing=reason,
        mode_word=mode_word,
        flags_in_words=flags_in_words,
        few=few,
        results_language=_language,
    )


@blueprint.before_request
def refuse_impossible_years() -> None:
    year = (request.view_args or {}).get("year")
    if year is not None and year not in _YEARS:
        abort(404)


@blueprint.get("/ente/<body_slug>/quadro")
@blueprint.get("/ente/<body_slug>/quadro/<int:year>")
@requires(Permission.RESULT_READ)
def overview(body_slug: str, year: int | None = None) -> str:
    page = pages.overview(
        db.session, g.body, year, language=_language(), revision=_wanted_revision()
    )
    if page.result is None and _wanted_revision() is not None:
        abort(404)
    return render_template(
        "results/overview.html",
        page=page,
        publish_form=PublishForm() if _may_publish() and page.to_publish else None,
        lift_form=LiftForm() if _may_publish() and page.is_guarded else None,
        readable=_readable_services(),
        overview_address=lambda year: url_for("results.overview", body_slug=body_slug, year=year),
    )


@blueprint.get("/ente/<body_slug>/quadro/<int:year>/<service_slug>")
@requires(Permission.RESULT_READ)
def service(body_slug: str, year: int, service_slug: str) -> str:
    reads = may(staff_member(), Permission.COMMENT_READ, body=g.body, service=g.service)
    number = request.args.get("pagina", 1, type=int)
    wanted = Wanted(_language(), _wanted_revision(), number if reads else None)
    page = pages.service_page(db.session, g.service, year, wanted=wanted)
    if page.result is None and (page.wave is None or wanted.revision is not None):
        abort(404)
    return render_template(
        "results/service.html",
        page=page,
        break_form=_break_form(page),
        own_address=lambda year: url_for(
            "results.service", body_slug=body_slug, year=year, service_slug=service_slug
        ),
    )


@blueprint.post("/ente/<body_slug>/quadro/<int:year>/pubblica")
@requires(Permission.RESULT_PUBLISH)
def publish(body_slug: str, year: int) -> Reply:
    if not _may_publish():
        abort(403)
    form = PublishForm()
    options = PublishOptions(
        leave_out_open=bool(form.leave_out_open.data),
        leave_open_bundles=bool(form.leave_open_bundles.data),
    )
    today = dt.datetime.now(_ITALY).date()
    published = publish_year(
        db.session, g.body, year, by=staff_member(), today=today, options=options
    )
    db.session.commit()
    flash(_published_words(published.is_new, year))
    return redirect(url_for("results.overview", body_slug=body_slug, year=year))


@blueprint.post("/ente/<body_slug>/quadro/<int:year>/spostamento-comune")
@requires(Permission.RESULT_PUBLISH)
def lift_guard(body_slug: str, year: int) -> Reply:
    if not _may_publish():
        abort(403)
    form = LiftForm()
    if form.validate_on_submit():
        options = PublishOptions(
            leave_out_open=True, leave_open_bundles=True, lift_guard=form.lift_guard.data or ""
        )
        today = dt.datetime.now(_ITALY).date()
        publish_year(db.session, g.body, year, by=staff_member(), today=today, options=options)
        db.session.commit()
        flash(_("La cautela è tolta: il motivo sta nella nota di metodo della nuova revisione."))
    else:
        flash(" ".join(str(error) for error in form.lift_guard.errors))
    return redirect(url_for("results.overview", body_slug=body_slug, year=year))


@blueprint.post("/ente/<body_slug>/quadro/<int:year>/<service_slug>/interruzione")
@requires(Permission.RESULT_PUBLISH)
def series_break(body_slug: str, year: int, service_slug: str) -> Reply:
    wave = queries.wave_of(db.session, g.service, year)
    if wave is None:
        abort(404)
    form = BreakForm()
    if form.validate_on_submit():
        today = dt.datetime.now(_ITALY).date()
        found = record_break(
            db.session, wave, form.reason.data or "", by=staff_member(), today=today
        )
        db.session.commit()
        flash(_break_words(found is not None))
    else:
        flash(" ".join(str(error) for error in form.reason.errors))
    return redirect(
        url_for("results.service", body_slug=body_slug, year=year, service_slug=service_slug)
    )


@blueprint.get("/ente/<body_slug>/quadro/<int:year>/grafici/<name>.svg")
@requires(Permission.RESULT_READ)
def body_chart(body_slug: str, year: int, name: str) -> Response:
    result = queries.body_result(db.session, g.body, year, revision=_wanted_revision())
    return _drawing(_found(result), name)


@blueprint.get("/ente/<body_slug>/quadro/<int:year>/<service_slug>/grafici/<name>.svg")
@requires(Permission.RESULT_READ)
def service_chart(body_slug: str, year: int, service_slug: str, name: str) -> Response:
    result = queries.service_result(db.session, g.service, year, revision=_wanted_revision())
    return _drawing(_found(result), name)


@blueprint.get("/ente/<body_slug>/quadro/<int:year>/risultati.json")
@requires(Permission.RESULT_READ)
def document(body_slug: str, year: int) -> Response:
    result = _found(queries.body_result(db.session, g.body, year, revision=_wanted_revision()))
    text = json.dumps(result.document, ensure_ascii=False, indent=1).encode()
    reply = _file(text, "application/json", name=f"risultati-{body_slug}-{year}.json")
    return _kept(reply, _digest(text))


@blueprint.get("/ente/<body_slug>/quadro/<int:year>/relazione.pdf")
@requires(Permission.RESULT_READ)
def report(body_slug: str, year: int) -> Response:
    result = _found(queries.body_result(db.session, g.body, year, revision=_wanted_revision()))
    version = report_version(result, _language())
    if request.if_none_match.contains(version):
        return _kept(Response(status=304), version)
    pdf = report_pdf(db.session, g.body, result, language=_language())
    reply = _file(pdf, "application/pdf", name=f"relazione-{body_slug}-{year}.pdf")
    return _kept(reply, version)


def _published_words(is_new: bool, year: int) -> str:
    if is_new:
        return str(_("I risultati del %(year)s sono pubblicati.", year=year))
    return str(_("Nulla da pubblicare: i dati del %(year)s non sono cambiati.", year=year))


def _break_words(is_broken: bool) -> str:
    if is_broken:
        return str(_("Interruzione registrata: varrà dalla prossima pubblicazione dell'anno."))
    return str(_("Nessuna interruzione: l'anno si confronta con i precedenti."))


def _break_form(page: pages.ServicePage) -> BreakForm | None:
    """Give the form to who publishes, with the reason that stands."""
    if page.wave is None or not _may_publish():
        return None
    found = queries.series_break(db.session, g.service, page.year)
    return BreakForm(formdata=None, reason="" if found is None else found.reason)


def _language() -> str:
    """Return the language of the page among those that results are kept in."""
    language = str(get_locale().language)
    return language if language in LANGUAGES else LANGUAGES[0]


def _wanted_revision() -> int | None:
    """Return the revision asked for; what cannot be one is not found, not taken for the newest."""
    asked = request.args.get("revisione")
    if asked is None:
        return None
    if not _REVISION.fullmatch(asked):
        abort(404)
    return int(asked)


def _may_publish() -> bool:
    """Publishing concerns the whole body: a role narrowed to a part of it is not enough."""
    return may_everywhere(staff_member(), Permission.RESULT_PUBLISH, body=g.body)


def _readable_services() -> set[str]:
    """Return the slugs of the services whose page the member may open."""
    return {
        service.slug
        for service in g.body.services
        if may(staff_member(), Permission.RESULT_READ, body=g.body, service=service)
    }


def _found(result: YearlyResult | None) -> YearlyResult:
    if result is None:
        abort(404)
    return result


def _drawing(result: YearlyResult, name: str) -> Response:
    chart = queries.chart_of(db.session, result, name, language=_language())
    if chart is None:
        abort(404)
    svg = chart.svg_narrow if request.args.get("stretto") else chart.svg
    return _kept(Response(svg, mimetype="image/svg+xml"), _digest(svg.encode()))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _kept(reply: Response, version: str) -> Response:
    reply.headers["Cache-Control"] = _ASK_AGAIN if _wanted_revision() is None else _KEEP
    reply.set_etag(version)
    reply.make_conditional(request)
    return reply


def _file(content: bytes, mimetype: str, *, name: str) -> Response:
    reply = Response(content, mimetype=mimetype)
    reply.headers.set("Content-Disposition", "attachment", filename=name)
    return reply

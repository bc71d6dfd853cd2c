"""Public pages: no sign-in, no cookie, nothing kept of who looks."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from survey.access import PUBLIC, requires
from survey.collection import blueprint, clock, queries, web
from survey.collection.actions import AlreadySent, Target, WaveClosed, record_response
from survey.collection.queries import Openness, PublicWave
from survey.extensions import csrf, db
from survey.models import Place, PublicBody
from survey.questionnaire.definition import Definition
from survey.questionnaire.modes import Mode
from survey.turns import in_turn

logger = logging.getLogger(__name__)


@blueprint.get("/")
@requires(PUBLIC)
def home() -> str:
    known = queries.bodies(db.session)
    if len(known) == 1:
        return _open_surveys(known[0])
    asking = queries.bodies_asking(db.session, clock.today())
    return render_template("collection/home.html", bodies=asking)


@blueprint.get("/ente/<body_slug>")
@requires(PUBLIC)
def body(body_slug: str) -> str:
    return _open_surveys(_body_or_404(body_slug))


@blueprint.get("/ente/<body_slug>/accessibilita")
@requires(PUBLIC)
def accessibility(body_slug: str) -> str:
    return _about("accessibility", body_slug)


@blueprint.get("/ente/<body_slug>/privacy")
@requires(PUBLIC)
def privacy(body_slug: str) -> str:
    return _about("privacy", body_slug)


@blueprint.get("/q/<code>")
@requires(PUBLIC)
def form(code: str) -> AnyResponse:
    wave = _wave_or_404(code)
    if wave.shown.code != code:  # one address a form, whatever the capitals
        asked = urlencode(list(request.args.items(multi=True)))
        return redirect(f"{url_for('.form', code=wave.shown.code)}?{asked}".rstrip("?"))
    definition = queries.edition_definition(db.session, wave.shown)
    language = web.choose_language(definition)
    if wave.openness(clock.today()) is not Openness.OPEN:
        return _shut(wave, language)
    return web.fresh_page(wave, definition, language)


@blueprint.post("/q/<code>")
@csrf.exempt  # type: ignore[untyped-decorator]  # no session here: the signed nonce stands guard
@requires(PUBLIC)
def send(code: str) -> AnyResponse:
    wave = _wave_or_404(code)
    definition = queries.edition_definition(db.session, wave.shown)
    language = web.choose_language(definition)
    attempt = web.read(wave, definition, language)
    is_open = wave.openness(clock.today()) is Openness.OPEN
    if is_open and not attempt.problems:
        return _record(wave, definition, attempt, language)
    if attempt.nonce is not None and queries.was_sent(db.session, attempt.nonce.digest):
        return _thanked(wave, language)  # sent before, whatever has become of the page since
    if not is_open:
        return _shut(wave, language, lost=True)
    return web.page_again(wave, definition, language, attempt)


@blueprint.get("/q/<code>/grazie")
@requires(PUBLIC)
def thanks(code: str) -> str:
    wave = _wave_or_404(code)
    definition = queries.edition_definition(db.session, wave.shown)
    return web.thanks_page(wave, definition, web.choose_language(definition))


def _record(
    wave: PublicWave, definition: Definition, attempt: web.Attempt, language: str
) -> AnyResponse:
    """Write the response and its nonce in one transaction."""
    place = None if wave.place_id is None else db.session.get(Place, wave.place_id)
    try:
        with in_turn(db.session):
            record_response(
                db.session,
                Target(wave.shown.wave_id, wave.body_id, wave.service_id, definition),
                answers=attempt.form.answers(),
                comments=attempt.form.comments(),
                mode=Mode.WEB,
                day=clock.today(),
                language=language,
                place=place,
                flags=attempt.flags,
                nonce=attempt.digest,
            )
            db.session.commit()
    except AlreadySent:
        db.session.rollback()
    except WaveClosed:
        db.session.rollback()
        return _shut(wave, language, lost=True)
    except OperationalError as error:  # held too long by another writer, the disk full
        db.session.rollback()
        logger.error("response not stored: %s", type(error.orig).__name__, exc_info=error)
        return web.page_unsaved(wave, definition, language, attempt)
    return _thanked(wave, language)


def _thanked(wave: PublicWave, language: str) -> AnyResponse:
    asked = language if "lang" in request.args else None
    return redirect(url_for(".thanks", code=wave.shown.code, lang=asked), code=303)


def _shut(wave: PublicWave, language: str, *, lost: bool = False) -> Response:
    """Say that the wave takes no answers yet, or no more."""
    today = clock.today()
    over = wave.openness(today) is not Openness.NOT_YET
    page = web.draw("collection/shut.html", wave, language, over=over, lost=lost, today=today)
    status = HTTPStatus.GONE if over else HTTPStatus.FORBIDDEN
    return Response(page, status=status, mimetype="text/html")


def _open_surveys(owner: PublicBody) -> str:
    waves = queries.open_waves(db.session, owner, clock.today())
    return render_template("collection/body.html", body=owner, waves=waves)


def _about(page: str, body_slug: str) -> str:
    return render_template(f"collection/{page}.html", body=_body_or_404(body_slug))


def _wave_or_404(code: str) -> PublicWave:
    wave = queries.find_wave(db.session, code, request.args.get("luogo"))
    if wave is None:
        abort(HTTPStatus.NOT_FOUND)
    return wave


def _body_or_404(slug: str) -> PublicBody:
    owner = queries.find_body(db.session, slug)
    if owner is None:
        abort(HTTPStatus.NOT_FOUND)
    return owner

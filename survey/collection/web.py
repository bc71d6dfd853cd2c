"""The public form as a page: kept ready, spliced with a nonce, shown again with what was typed."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Response, current_app, render_template, request
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from survey.collection.actions import TOO_FAST
from survey.collection.kept import Kept
from survey.collection.nonces import Nonce, Nonces
from survey.collection.queries import PublicWave, Shown
from survey.questionnaire import messages
from survey.questionnaire.definition import Definition, Status
from survey.questionnaire.face import show
from survey.questionnaire.form import ResponseForm, build_form
from survey.questionnaire.modes import Mode

NONCE = "modulo"
#: languages that our own words are written in; the questionnaire's may be more
WORDS = ("it", "en")
#: no person sees it, so whoever fills it in is a program, or a browser that fills in too much
HONEYPOT = "nota_interna"
#: a questionnaire has some dozens of fields; a body of many thousands is an attack
MAX_FIELDS = 1_000
#: reading an item and choosing takes longer than this
SECONDS_AN_ITEM = 2

STALE = _l(
    "La pagina è rimasta aperta troppo a lungo, oppure è stata modificata. Le tue risposte sono "
    "ancora qui sotto: premi di nuovo «Invia»."
)
TRAPPED = _l(
    "È stato compilato un campo nascosto che deve restare vuoto. Lo abbiamo svuotato: premi di "
    "nuovo «Invia»."
)
UNSAVED = _l(
    "Il problema è nostro e passerà. Sono ancora qui sotto: premi di nuovo «Invia» tra un minuto."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence in the summary, and the id that it leads to."""

    sentence: str
    target: str | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came back: the checked form, its nonce if it is ours, and what is wrong."""

    form: ResponseForm
    nonce: Nonce | None
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> bytes:
        if self.nonce is None:
            raise LookupError("a form without a nonce of ours is never recorded")
        return self.nonce.digest

    @property
    def flags(self) -> str:
        """Letter of a form filled in faster than it can be read."""
        if self.nonce is None or self.nonce.again:
            return ""
        given = [a for a in self.form.answers().values() if a.status is not Status.BLANK]
        return TOO_FAST if self.nonce.age < SECONDS_AN_ITEM * len(given) else ""


class KeptPage:
    """A page in two halves around the place of its nonce, each also compressed beforehand.

    Compressing a page anew costs as much as all the rest of the request. A deflate stream that is
    flushed to a byte can be continued by another, so the halves are compressed once and the nonce
    goes between them as it is; only the checksum is worked out each time.
    """

    def __init__(self, html: str, mark: str) -> None:
        before, after = html.encode().split(mark.encode())
        self.before, self.after = before, after
        self._head = b"\x1f\x8b\x08" + bytes(6) + b"\xff" + _deflate(before, zlib.Z_FULL_FLUSH)
        self._head_sum = zlib.crc32(before)
        self._tail = _deflate(after, zlib.Z_FINISH)

    def plain(self, nonce: bytes) -> bytes:
        return self.before + nonce + self.after

    def gzipped(self, nonce: bytes) -> bytes:
        size = len(nonce)
        # a block "stored", not the last: how long it is, and the same upside down
        block = b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
        total = zlib.crc32(self.after, zlib.crc32(nonce, self._head_sum))
        length = len(self.before) + size + len(self.after)
        trailer = total.to_bytes(4, "little") + length.to_bytes(4, "little")
        return b"".join((self._head, block, nonce, self._tail, trailer))


#: what a kept page depends on: what it shows, its language, and the prefix of its links
_Key = tuple[Shown, str, str]
_PAGES: Kept[_Key, KeptPage] = Kept(512)
_THANKS: Kept[_Key, str] = Kept(512)


def choose_language(definition: Definition) -> str:
    """Take the language asked for in the address, else what the browser prefers among ours."""
    wanted = request.args.get("lang")
    if wanted in definition.languages:
        return str(wanted)
    return request.accept_languages.best_match(definition.languages) or definition.languages[0]


def fresh_page(wave: PublicWave, definition: Definition, language: str) -> Response:
    """Answer with the kept page and a nonce of its own."""
    page = _PAGES.get(_key(wave, language), lambda: _draw(wave, definition, language))
    nonce = _nonces().issue(wave.shown.wave_id).encode()
    response = Response(mimetype="text/html")
    if request.accept_encodings["gzip"] > 0:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(page.gzipped(nonce))
    else:
        response.set_data(page.plain(nonce))
    return keep_in_history(response)


def thanks_page(wave: PublicWave, definition: Definition, language: str) -> str:
    """Return the page of thanks, kept as the form is: nothing in it is of who answered."""
    words = definition.thanks[language] if definition.thanks else None
    return _THANKS.get(
        _key(wave, language),
        lambda: draw("collection/thanks.html", wave, language, words=words),
    )


def keep_in_history(response: Response) -> Response:
    """Let the browser go back to the very same page, nonce and answers, but nobody else keep it."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def read(wave: PublicWave, definition: Definition, language: str) -> Attempt:
    """Check what was posted."""
    posted = request.form
    if sum(1 for _ in posted.items(multi=True)) > MAX_FIELDS:
        raise RequestEntityTooLarge
    with force_locale(language if language in WORDS else WORDS[0]):
        form = build_form(definition, Mode.WEB)(formdata=posted)
        nonce = _nonces().read(wave.shown.wave_id, posted.get(NONCE, ""))
        problems = tuple(_problems(form, nonce, posted))
    return Attempt(form, nonce, problems)


def page_again(
    wave: PublicWave,
    definition: Definition,
    language: str,
    attempt: Attempt,
    *,
    unsaved: bool = False,
) -> Response:
    """Show the form with everything that was typed, and what to mend."""
    nonce = attempt.nonce
    if nonce is None or nonce.has_expired:
        token = _nonces().issue(wave.shown.wave_id, again=nonce is not None)
    else:
        token = nonce.token  # unused still, and it knows when the page was first opened
    errors = {p.question: p.sentence for p in attempt.problems if p.question is not None}
    page = _render(
        wave, definition, language,
        nonce=token, cells=attempt.form.cells(), problems=attempt.problems, errors=errors,
        unsaved=unsaved,
    )  # fmt: skip
    return keep_in_history(Response(page, status=422, mimetype="text/html"))


def page_unsaved(
    wave: PublicWave, definition: Definition, language: str, attempt: Attempt
) -> Response:
    """Show the form with everything that was typed, which could not be written just now.

    Its nonce stays: sent again it is kept once, also if it was written after all.
    """
    with force_locale(language if language in WORDS else WORDS[0]):
        told = replace(attempt, problems=(Problem(str(UNSAVED)),))
    page = page_again(wave, definition, language, told, unsaved=True)
    page.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    page.headers["Retry-After"] = "60"
    return page


def _problems(
    form: ResponseForm, nonce: Nonce | None, posted: MultiDict[str, str]
) -> list[Problem]:
    problems = []
    if nonce is None or nonce.has_expired:
        problems.append(Problem(str(STALE)))
    if posted.get(HONEYPOT):
        problems.append(Problem(str(TRAPPED)))
    if not form.validate():
        problems += [
            Problem(str(sentences[0]), name, name.removeprefix("q_"))
            for name, sentences in form.errors.items()
            if name is not None and sentences
        ]
    elif form.is_empty():
        problems.append(Problem(str(messages.NOTHING_ANSWERED), next(iter(form)).name))
    return problems


def _key(wave: PublicWave, language: str) -> _Key:
    return (wave.shown, language, request.script_root)


def _draw(wave: PublicWave, definition: Definition, language: str) -> KeptPage:
    mark = secrets.token_hex(16)
    return KeptPage(_render(wave, definition, language, nonce=mark), mark)


def draw(template: str, wave: PublicWave, language: str, **more: Any) -> str:
    """Draw a page about a wave in the language of its questionnaire."""
    shown = wave.shown
    words = language if language in WORDS else WORDS[0]
    with force_locale(words):
        return render_template(
            template,
            wave=wave,
            shown=shown,
            lang=language,
            frame_lang=words,
            body_name=shown.body,
            body_slug=shown.body_slug,
            **more,
        )


def _render(
    wave: PublicWave,
    definition: Definition,
    language: str,
    *,
    nonce: str,
    **more: Any,
) -> str:
    return draw(
        "questionnaire/web.html",
        wave,
        language,
        face=show(definition, language),
        languages={code: _own_name(code) for code in definition.languages},
        nonce=nonce,
        nonce_field=NONCE,
        honeypot=HONEYPOT,
        **more,
    )


def _own_name(code: str) -> str:
    """Name a language in itself: Italiano, English, Slovenščina."""
    try:
        name = Locale.parse(code).get_display_name(code)
    except (UnknownLocaleError, ValueError):
        name = None
    return (name or code).capitalize()


def _nonces() -> Nonces:
    """Return the signer of this application, made once."""
    kept = current_app.extensions.get("gradimento.nonces")
    if isinstance(kept, Nonces):
        return kept
    fallbacks = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    made = Nonces([*reversed(fallbacks), current_app.config["SECRET_KEY"]])
    current_app.extensions["gradimento.nonces"] = made
    return made


def _deflate(data: bytes, flush: int) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush(flush)

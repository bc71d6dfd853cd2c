"""Every sentence of the tree is in every catalogue, and no page shows one in the wrong language."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from bs4 import NavigableString
from bs4.element import PreformattedString
from flask import abort
from jinja2 import Environment
from sqlalchemy import select

from survey import create_app
from survey.application import LANGUAGES
from survey.audit import audit
from survey.authoring.actions import print_run
from survey.extensions import db
from survey.models import Role, RoleGrant, Wave, WaveState
from survey.settings import Settings
from survey.staff.words import DEEDS
from tests.compiled import TEMPLATES
from tests.conftest import SECRET
from tests.pages import Pages, check_page
from tests.results.year import (
    FAIR,
    IN_ALL_LANGUAGES,
    answer,
    closed_wave,
    comment,
    copied,
    publish,
    spread,
    tell_two_years,
)

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in LANGUAGES if language != "it"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
#: attributes that are read out or shown
SPOKEN = {"alt", "aria-label", "title", "placeholder", "label"}
#: texts of templates that are the same in every language
NAMES = {"Gradimento", "(PDF)"}
EXAMPLE = (
    "<!doctype html><html lang='en'><title>x</title><body><main><h1>Pagina non trovata</h1>"
    "<img alt='Ecco: Codice QR che apre il questionario' src='x'><p>Al massimo 9 caratteri.</p>"
    "</main></body></html>"
)


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_holds_the_sentences_of_the_tree_and_no_other(template, language):
    # `make catalogues` puts it right
    wanted, found = sentences(template), sentences(catalogue(language))
    assert len(wanted) > 400
    assert sorted(map(str, wanted - found)) == [], "sentences without a translation"
    assert sorted(map(str, found - wanted)) == [], "translations that nothing uses"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_for_certain(language):
    messages = [message for message in catalogue(language) if message.id]
    assert [m.id for m in messages if m.fuzzy] == []
    assert [m.id for m in messages if not all(text.strip() for text in texts(m.string))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translation_keeps_the_placeholders(language):
    wrong = {
        text: original
        for original, text in pairs(language)
        if sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(text))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_translation_ends_as_the_sentence_does(language):
    wrong = {
        text: original
        for original, text in pairs(language)
        if [one[-1] for one in (original, text) if one[-1] in ".:;,?…"] not in ([], [text[-1]] * 2)
    }
    assert wrong == {}


def test_templates_have_no_words_outside_the_catalogue():
    bare = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for word in bare_words(path.read_text("utf-8"))
    }
    assert bare == set()


def test_words_outside_the_catalogue_are_found():
    assert bare_words("<p>{{ _('Ciao') }} <b>{{ n }}</b> Gradimento<i id='no'></i></p>") == []
    assert bare_words('<p {% if x %}id="no"{% endif %}>Due</p><img alt="tre">') == ["tre", "Due"]


def test_italian_left_on_an_english_page_is_found():
    assert left_in_italian(check_page(EXAMPLE)) == {
        "Pagina non trovata",
        "Ecco: Codice QR che apre il questionario",
        "Al massimo 9 caratteri.",
    }


def test_public_pages_speak_english(english, wave):
    for where in (
        "/",
        f"/ente/{wave.body.slug}",
        f"/ente/{wave.body.slug}/accessibilita",
        f"/ente/{wave.body.slug}/privacy",
        f"/q/{wave.code}",
        f"/q/{wave.code}/grazie",
        "/accesso",
    ):
        assert left_in_italian(english.get(where)) == set(), where
    assert "Thank you" in english.get(f"/q/{wave.code}/grazie").get_text()


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.CLOSED])
def test_page_of_a_survey_that_does_not_collect_speaks_english(english, make, state):
    wave = make.wave(state=state)
    make.session.commit()
    page = check_page(english.client.get(f"/q/{wave.code}").text)
    assert left_in_italian(page) == set()


def test_address_may_ask_for_english(pages, wave):
    page = pages.get(f"/q/{wave.code}?lang=en")
    assert page.html["lang"] == "en"
    assert left_in_italian(page) == set()


def test_form_sent_back_speaks_english(english, wave):
    sent = {"q_hours": "9", "q_comment": "x" * 5000, "nota_interna": "spam"}
    page = english.submit(english.get(f"/q/{wave.code}"), sent, status=422)
    assert "Choose an answer." in page.get_text()
    assert left_in_italian(page) == set()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 415, 418, 429, 500])
def test_error_page_speaks_english(app, english, status):
    app.add_url_rule("/prova", "prova", lambda: abort(status))
    assert left_in_italian(english.get("/prova", status=status)) == set()


def test_refusals_at_the_sign_in_speak_english(english):
    empty = english.submit(english.get("/accesso"), {"email": "", "password": ""}, status=422)
    wrong = {"email": "a@example.org", "password": "something else"}
    refused = english.submit(english.get("/accesso"), wrong, status=422)
    assert left_in_italian(empty) | left_in_italian(refused) == set()


@pytest.mark.parametrize(
    "where",
    [
        "/area-riservata",
        "/area-riservata/password",
        "{ente}/rilevazioni/2027",
        "{ente}/rilevazioni/2031",
        "{ente}/rilevazione/{wave}",
        "{ente}/imputazione",
        "{ente}/imputazione/{wave}",
        "{ente}/quadro",
        "{ente}/quadro/2025",
        "{ente}/quadro/2026",
        "{ente}/quadro/2026/anagrafe",
        "{ente}/quadro/2026/cimiteri",
        "{ente}/quadro/2026/sportello",
        "{ente}/quadro/2026?revisione=1",
        "{ente}/quadro/2027",
        "{ente}/quadro/2027/anagrafe",
        "{ente}/registro",
        "{ente}/persone",
        "{ente}/persone/nuova",
        "{ente}/persone/{person}",
    ],
)
def test_office_page_speaks_english(office, where):
    pages, places = office
    assert left_in_italian(pages.get(where.format(**places))) == set()


# ---- reading catalogues and templates -----------------------------------------------------------


def catalogue(language):
    path = ROOT / "survey" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def texts(words):
    return (words,) if isinstance(words, str) else tuple(words)


def sentences(messages):
    return {message.id for message in messages if message.id}


def pairs(language):
    for message in catalogue(language):
        if message.id:
            yield from zip(texts(message.id), texts(message.string), strict=True)


def bare_words(template):
    """Return the words of a template that stand between tags or in a spoken attribute."""
    parts = [
        value if kind == "data" else "\x00" * kind.endswith("_begin")
        for _line, kind, value in Environment(autoescape=True).lex(template)
    ]
    html = "".join(parts)
    spoken = re.findall(rf'\b(?:{"|".join(SPOKEN)})="([^"]*)"', html)
    between = re.sub(r"<[^<>]*>", " ", re.sub(r'[\w-]+="[^"]*"', " ", html))
    words = " ".join([*spoken, between]).replace("\x00", " ").split()
    return [word for word in words if re.search(r"[^\W\d_]{2}", word) and word not in NAMES]


# ---- reading pages ------------------------------------------------------------------------------


def left_in_italian(page):
    """Return the texts of an English page that say an Italian sentence of ours."""
    return {text for text in seen(page) if WHOLE.fullmatch(text) or LONG.search(text)}


def seen(page):
    """Yield what a page says in its own language; a form to key stays in that of its paper."""
    for tag in page.find_all(True):
        own = tag if tag.has_attr("lang") else tag.find_parent(lang=True)
        if own is None or own["lang"] != page.html["lang"]:
            continue
        for child in tag.children:
            if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                yield " ".join(child.split())
        for name, value in tag.attrs.items():
            if name in SPOKEN or name.startswith("data-"):
                yield " ".join(str(value).split())


def spoken(sentence):
    """Return a pattern of the sentence with anything in its placeholders."""
    parts = PLACEHOLDER.split(sentence)
    return r".+".join(re.escape(part) for part in parts)


ITALIAN = sorted(
    original for original, text in pairs("en") if original.casefold() != text.casefold()
)
WHOLE = re.compile("|".join(spoken(one) for one in ITALIAN))
#: long enough not to be found in words of another language by chance
LONG = re.compile(
    "|".join(spoken(one) for one in ITALIAN if one.count(" ") >= 3 and "%" not in one)
)


# ---- a body with something on every page --------------------------------------------------------


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The sentences of the tree, extracted as `make catalogues` does."""
    path = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    command += ["-F", "pyproject.toml", "-k", "_l", "-k", "N_", "-o", str(path), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture
def english(pages):
    """A visitor whose browser prefers English."""
    pages.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9,it;q=0.5"
    return pages


@pytest.fixture
def wave(make):
    wave = make.wave(make.service(name="Anagrafe"))
    make.session.commit()
    return wave


@pytest.fixture(scope="module")
def office(migrated_file, tmp_path_factory):
    """Sign in one who sees every page of a body with published years and an open survey."""
    path = tmp_path_factory.mktemp("office") / "office.sqlite"
    url = f"sqlite:///{path}"
    app = create_app(
        Settings(secret_key=SECRET, database_url=url, secure_cookies=False, cheap_passwords=True)
    )
    app.testing = True
    app.jinja_env.bytecode_cache = TEMPLATES
    pages = Pages(app)
    pages.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with copied(migrated_file, path) as make:
        member, places = tell_a_busy_year(make)
        make.session.commit()
        pages.sign_in(member)
    yield pages, places
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def tell_a_busy_year(make):
    anagrafe, biblioteca, _cimiteri = tell_two_years(make)
    make.service(name="Servizio senza nulla")
    few = closed_wave(make, make.service(slug="sportello"), 2026, spread(4, FAIR))
    comment(make.session, few, "Grazie")
    publish(make, 2025, 2026, options=IN_ALL_LANGUAGES)
    publish_again(make, biblioteca)
    wave = make.wave(anagrafe, year=2027, users_served=10)
    print_run(make.session, wave, language="it", copies=2, by=None, today=dt.date(2027, 1, 2))
    answer(make.session, wave, spread(3, FAIR), day=dt.date(2027, 2, 3))
    member = make.staff_member(Role.ADMINISTRATOR)
    person = make.staff_member(Role.MANAGER, service_id=anagrafe.id)
    make.session.add(
        RoleGrant(body_id=member.grants[0].body_id, staff_member_id=member.id,
                  role=Role.QUALITY_OFFICE)
    )  # fmt: skip
    for deed in DEEDS:
        audit(make.session, body_id=make.body().id, by=member, action=deed, subject="wave:1",
              before={"n": 1}, after={"n": 2}, reason="Errore di battitura")  # fmt: skip
    ente = f"/ente/{make.body().slug}"
    return member, {"ente": ente, "wave": wave.id, "person": person.id}


def publish_again(make, service):
    """Publish 2026 a second time, with one more form."""
    wave = make.session.scalars(select(Wave).filter_by(service_id=service.id, year=2026)).one()
    wave.users_served = 2500
    make.session.flush()
    publish(make, 2026)

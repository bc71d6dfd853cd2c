"""What citizens see before and besides answering."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey.collection import clock, web
from survey.extensions import db
from survey.models import PublicBody, Wave, WaveState
from tests.factories import TODAY, Factory, document, small_document
from tests.pages import Pages, check_page


def test_home_shows_the_open_surveys_when_there_is_one_body(
    pages: Pages, make: Factory, wave: Wave
) -> None:
    make.wave(make.service(name="Servizio in bozza"), state=WaveState.DRAFT)
    make.session.commit()
    page = pages.get("collection.home")
    assert links(page, ".cards") == {"Anagrafe": f"/q/{wave.code}"}
    assert "Servizio in bozza" not in page.get_text()


def test_home_shows_the_bodies_that_ask_something_when_there_are_many(
    pages: Pages, make: Factory, wave: Wave
) -> None:
    asking = make.body(slug="unione", name="Unione dei Comuni")
    make.body(slug="silente", name="Ente che non chiede nulla")
    make.wave(make.service(body_id=asking.id), make.edition(body=asking))
    make.session.commit()
    page = pages.get("collection.home")
    assert links(page, ".cards") == {
        wave.body.name: f"/ente/{wave.body.slug}",
        "Unione dei Comuni": "/ente/unione",
    }


def test_an_empty_installation_has_a_home(pages: Pages) -> None:
    assert "nessun questionario aperto" in pages.get("/").get_text()


def test_a_body_lists_its_own_open_surveys_alone(
    pages: Pages, make: Factory, wave: Wave, noise: Wave
) -> None:
    page = pages.get("collection.body", body_slug=wave.body.slug)
    assert links(page, ".cards") == {"Anagrafe": f"/q/{wave.code}"}
    pages.get("/ente/nessuno", status=404)


@pytest.mark.parametrize("endpoint", ["collection.accessibility", "collection.privacy"])
def test_the_body_says_how_it_can_be_reached(
    pages: Pages, session: Session, wave: Wave, endpoint: str
) -> None:
    wave.body.email, wave.body.phone = "urp@ente.example.it", "055 123"
    wave.body.accessibility_url = "https://ente.example.it/accessibilita"
    wave.body.website = "javascript:alert(1)"
    session.commit()
    page = pages.get(endpoint, body_slug=wave.body.slug)
    targets = {str(link["href"]) for link in page.find_all("a", href=True)}
    assert {"mailto:urp@ente.example.it", "tel:055123"} <= targets
    assert not any(target.startswith("javascript:") for target in targets)
    pages.get(endpoint, body_slug="nessuno", status=404)


def test_the_footer_leads_to_the_statements(pages: Pages, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    found = links(page, "footer")
    slug = wave.body.slug
    assert found["Dichiarazione di accessibilità"] == f"/ente/{slug}/accessibilita"
    assert found["Privacy"] == f"/ente/{slug}/privacy"


@pytest.mark.parametrize("where", ["/", "/ente/{slug}", "/q/{code}", "/q/{code}/grazie", "/q/no"])
def test_no_public_page_sets_a_cookie_or_calls_a_third_party(
    pages: Pages, wave: Wave, where: str
) -> None:
    response = pages.client.get(where.format(slug=wave.body.slug, code=wave.code))
    assert "Set-Cookie" not in response.headers
    page = check_page(response.text)
    loaded = [str(tag.get("src") or tag.get("href")) for tag in page.find_all(["script", "link"])]
    assert all(address.startswith("/static/") for address in loaded)


def test_the_form_shows_every_question_in_order_with_its_number(pages: Pages, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    labels = [words(tag) for tag in page.select("main legend, .question-label")]
    assert labels == [
        "1. Gli orari sono comodi",
        "2. Il personale è cortese",
        "3. Nel complesso sono soddisfatto (obbligatoria)",
        "4. Che cosa possiamo migliorare?",
        "5. Età",
    ]
    boxes = page.select("input[name=q_hours]")
    assert [box["value"] for box in boxes] == ["1", "2", "3", "4", "NS", "NP"]
    assert not page.select("[checked]")
    assert words(page.select_one("h1")) == "Come è andata?"


def test_what_lies_outside_the_scale_stands_apart(pages: Pages, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code)
    group = page.select_one("fieldset")
    assert group is not None
    assert [words(tag) for tag in group.select(".outside label")] == ["Non so", "Non previsto"]


def test_pictograms_never_stand_without_words(pages: Pages, make: Factory) -> None:
    wave = make.wave(edition=make.edition(document("scale-stars5")))
    make.session.commit()
    page = pages.get("collection.form", code=wave.code)
    drawn = page.select(".option svg")
    assert len(drawn) == 15
    for picture in drawn:
        assert picture["aria-hidden"] == "true"
        assert words(picture.parent)


def test_the_language_is_the_one_asked_for_else_the_browser_s(pages: Pages, wave: Wave) -> None:
    page = pages.get("collection.form", code=wave.code, lang="en")
    assert page.html is not None
    assert (page.html["lang"], words(page.h1)) == ("en", "How did it go?")
    response = pages.client.get(f"/q/{wave.code}", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert "How did it go?" in response.text
    assert words(pages.get("collection.form", code=wave.code, lang="xx").h1) == "Come è andata?"
    chosen = links(pages.get("collection.form", code=wave.code), "nav")
    assert chosen == {
        "Italiano": f"/q/{wave.code}?lang=it",
        "English": f"/q/{wave.code}?lang=en",
    }


@pytest.mark.parametrize("language", ["ar", "it", "de", "sl", "fr", "en"])
def test_a_questionnaire_in_any_language_has_a_page(
    pages: Pages, make: Factory, language: str
) -> None:
    name = "right-to-left" if language == "ar" else "many-languages"
    wave = make.wave(edition=make.edition(document(name)))
    make.session.commit()
    page = pages.get("collection.form", code=wave.code, lang=language)
    assert page.html is not None
    assert page.html["lang"] == language
    assert page.html.get("dir") == ("rtl" if language == "ar" else None)


def test_the_place_is_shown_and_kept_through_languages(
    pages: Pages, make: Factory, wave: Wave
) -> None:
    make.place(wave.service, code="centro", name="Sportello di piazza")
    elsewhere = make.place(make.service(), code="altrove", name="Altro ufficio")
    make.session.commit()
    page = pages.get("collection.form", code=wave.code, luogo="centro")
    assert "Sportello di piazza" in words(page.select_one(".where"))
    assert links(page, "nav")["English"] == f"/q/{wave.code}?lang=en&luogo=centro"
    for unknown in (elsewhere.code, "", "nessuno", "'; --"):
        page = pages.get("collection.form", code=wave.code, luogo=unknown)
        assert words(page.select_one(".where")) == "Anagrafe"


@pytest.mark.parametrize("endpoint", ["collection.form", "collection.thanks"])
def test_a_kept_page_never_shows_a_name_that_has_changed_since(
    pages: Pages, make: Factory, wave: Wave, endpoint: str
) -> None:
    assert "Anagrafe" in words(pages.get(endpoint, code=wave.code).select_one(".where"))
    wave.service.name = "Servizi demografici"
    make.session.commit()
    page = pages.get(endpoint, code=wave.code)
    assert words(page.select_one(".where")) == "Servizi demografici"


@pytest.mark.parametrize("path", ["/q/{code}", "/q/{code}/grazie"])
def test_a_kept_page_leads_under_the_prefix_it_is_asked_through(
    pages: Pages, wave: Wave, path: str
) -> None:
    address, slug = path.format(code=wave.code), wave.body.slug
    for prefix in ("", "/pareri", ""):
        page = pages.client.get(address, environ_overrides={"SCRIPT_NAME": prefix})
        brand = BeautifulSoup(page.text, "html5lib").select_one(".brand")
        assert brand is not None
        assert brand["href"] == f"{prefix}/ente/{slug}"


@pytest.mark.parametrize("name", ["many-languages", "naughty-texts", "all-options", "sections"])
@pytest.mark.parametrize("accepts", ["gzip", ""])
def test_the_kept_page_is_the_same_compressed_or_not(
    pages: Pages, make: Factory, name: str, accepts: str
) -> None:
    wave = make.wave(edition=make.edition(document(name)))
    make.session.commit()
    for _ in range(2):
        response = pages.client.get(f"/q/{wave.code}", headers={"Accept-Encoding": accepts})
        packed = response.headers.get("Content-Encoding") == "gzip"
        assert packed == (accepts == "gzip")
        assert "Accept-Encoding" in response.headers["Vary"]
        body = gzip.decompress(response.data) if packed else response.data
        check_page(body.decode())
        assert int(response.headers["Content-Length"]) == len(response.data)


def test_each_visit_gets_a_nonce_of_its_own_in_the_same_page(pages: Pages, wave: Wave) -> None:
    first, second = (pages.get("collection.form", code=wave.code) for _ in range(2))
    nonces = [page.select_one(f"input[name={web.NONCE}]") for page in (first, second)]
    assert nonces[0] is not None and nonces[1] is not None
    assert nonces[0]["value"] != nonces[1]["value"]
    for tag in nonces:
        if tag is not None:
            tag.decompose()
    assert str(first) == str(second)


def test_a_kept_page_costs_one_query(pages: Pages, wave: Wave) -> None:
    pages.get("collection.form", code=wave.code)
    assert len(queries_of(pages, f"/q/{wave.code}")) == 1


def test_a_changed_name_shows_at_once(
    pages: Pages, session: Session, make: Factory, wave: Wave
) -> None:
    place = make.place(wave.service, code="p")
    session.commit()
    pages.get("collection.form", code=wave.code, luogo="p")
    wave.body.name, wave.service.name, place.name = "Comune Nuovo", "Stato civile", "Piano terra"
    session.commit()
    page = pages.get("collection.form", code=wave.code, luogo="p")
    assert words(page.select_one(".where")) == "Stato civile · Piano terra"
    assert words(page.select_one(".brand")) == "Comune Nuovo"


def test_another_edition_of_the_wave_shows_at_once(
    pages: Pages, session: Session, make: Factory, wave: Wave
) -> None:
    pages.get("collection.form", code=wave.code)
    title = {"it": "Titolo nuovo", "en": "New title"}
    wave.edition = make.edition(small_document(title=title))
    session.commit()
    assert words(pages.get("collection.form", code=wave.code).h1) == "Titolo nuovo"


def test_closing_a_wave_closes_its_form_at_once(pages: Pages, session: Session, wave: Wave) -> None:
    pages.get("collection.form", code=wave.code)
    wave.state = WaveState.CLOSED
    session.commit()
    page = pages.get("collection.form", code=wave.code, status=410)
    assert "è chiuso" in words(page.h1)
    assert not page.select("form")


@pytest.mark.parametrize(
    ("change", "value", "status", "sentence"),
    [
        ("state", WaveState.DRAFT, 403, "Riprova tra qualche giorno"),
        ("opens_on", dt.date(2026, 12, 1), 403, "Si potrà rispondere dal 1 dicembre 2026"),
        ("closes_on", dt.date(2026, 11, 21), 410, "fino al 21 novembre 2026"),
        ("state", WaveState.CLOSED, 410, "Non raccoglie più risposte"),
        ("state", WaveState.PUBLISHED, 410, "Non raccoglie più risposte"),
    ],
)
def test_a_form_that_takes_no_answers_says_why(
    pages: Pages, session: Session, wave: Wave, *, change: str, value: Any, status: int,
    sentence: str,
) -> None:  # fmt: skip
    setattr(wave, change, value)
    session.commit()
    page = pages.get("collection.form", code=wave.code, status=status)
    assert sentence in page.get_text()
    assert f"/ente/{wave.body.slug}" in links(page, "main").values()


def test_the_first_and_the_last_day_are_open(pages: Pages, session: Session, wave: Wave) -> None:
    wave.opens_on = wave.closes_on = TODAY
    session.commit()
    pages.get("collection.form", code=wave.code)


@pytest.mark.parametrize("stored", ["AB23CD45", "ab23cd45"])
@pytest.mark.parametrize("typed", ["AB23CD45", "ab23cd45", "Ab23cd45"])
def test_a_code_typed_with_other_capitals_leads_to_the_form(
    pages: Pages, make: Factory, stored: str, typed: str
) -> None:
    make.wave(code=stored)
    make.session.commit()
    response = pages.client.get(f"/q/{typed}?luogo=atrio&lang=en&code=x", follow_redirects=True)
    assert response.status_code == 200
    assert response.request.path == f"/q/{stored}"
    if typed != stored:
        assert response.request.args["luogo"] == "atrio"
        assert response.request.args["lang"] == "en"


def test_two_codes_that_differ_by_capitals_stay_two(pages: Pages, make: Factory) -> None:
    make.wave(make.service(name="Biblioteca"), code="abcd")
    make.wave(make.service(name="Anagrafe"), code="ABCD")
    make.session.commit()
    assert "Biblioteca" in pages.get("/q/abcd").get_text()
    assert "Anagrafe" in pages.get("/q/ABCD").get_text()


@pytest.mark.parametrize("path", ["/q/nessuno", "/q/%00", "/q/nessuno/grazie", "/q/" + "x" * 3000])
def test_an_unknown_code_is_not_found(pages: Pages, path: str) -> None:
    assert "non esiste" in pages.get(path, status=404).get_text()


def words(tag: Any) -> str:
    return " ".join(tag.get_text(" ", strip=True).split()) if tag is not None else ""


def links(page: BeautifulSoup, inside: str) -> dict[str, str]:
    return {words(link): str(link["href"]) for link in page.select(f"{inside} a[href]")}


def queries_of(pages: Pages, path: str) -> list[str]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    with pages.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    pages.client.get(path)
    event.remove(engine, "before_cursor_execute", note)
    return seen


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = dt.datetime.combine(TODAY, dt.time(12), dt.UTC).timestamp()
    monkeypatch.setattr(clock, "seconds", lambda: noon)


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    wave = make.wave(make.service(name="Anagrafe"))
    session.commit()
    return wave


@pytest.fixture
def noise(session: Session, make: Factory) -> Wave:
    """An open wave of another body, which nobody asked for."""
    other: PublicBody = make.body(slug="altro-ente", name="Altro ente")
    service = make.service(body_id=other.id, name="Anagrafe altrui")
    wave = make.wave(service, make.edition(body=other))
    session.commit()
    return wave

"""The public pages in a real browser: seen, keyed, sent, with script and without."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.web import NONCE
from survey.models import Comment, Response, Wave
from survey.questionnaire import library
from survey.theme import theme_folder
from tests.browser import DESKTOP, PHONE, OpenPage, Site, axe_violations, overflows
from tests.factories import Factory, document

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NARROW = 320
HTML_BUDGET, VISIT_BUDGET = 14_000, 200_000
SHOWN = (
    "scale-stars5", "kiosk-faces", "scale-numeric0-10", "kind-number", "aside", "right-to-left",
    "long-labels", "many-languages", "naughty-texts", "whole-profile",
)  # fmt: skip


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_no_public_page_breaks_an_accessibility_rule(
    site: Site, open_page: OpenPage, wave: Wave, width: int
) -> None:
    page = open_page(width=width)
    for path in paths(wave):
        page.goto(site.url + path)
        assert axe_violations(page) == [], path
        assert not overflows(page), path


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_form_with_errors_breaks_no_accessibility_rule(
    site: Site, open_page: OpenPage, session: Session, make: Factory, width: int
) -> None:
    wave = make.wave(edition=make.edition(document("required")))
    session.commit()
    page = open_page(width=width)
    page.goto(f"{site.url}/q/{wave.code}")
    page.click("button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert page.title().startswith("Errore: ")
    assert page.evaluate("document.activeElement.id") == "errori"
    assert axe_violations(page) == []
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.name").startswith("q_")


@pytest.mark.parametrize("name", SHOWN)
def test_every_kind_of_question_fits_a_narrow_screen_and_breaks_no_rule(
    site: Site, open_page: OpenPage, session: Session, make: Factory, name: str
) -> None:
    wave = make.wave(edition=make.edition(document(name)))
    session.commit()
    page = open_page(width=NARROW)
    page.goto(f"{site.url}/q/{wave.code}?lang={document(name)['languages'][0]}")
    assert not overflows(page)
    assert axe_violations(page) == []
    assert all(height >= 44 for height in heights(page, ".option, .send button"))


def test_text_twice_as_large_loses_nothing(site: Site, open_page: OpenPage, wave: Wave) -> None:
    """At 200 % a screen of 1280 points shows what 640 would hold, and 320 at 400 %."""
    for width in (DESKTOP // 2, DESKTOP // 4):
        page = open_page(width=width)
        page.goto(f"{site.url}/q/{wave.code}")
        assert not overflows(page)
        cut = page.evaluate(
            "[...document.querySelectorAll('.option, legend, h1, h2, p')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
        )
        assert cut == []


def test_text_is_large_and_scales_stand_in_a_row_only_where_there_is_room(
    site: Site, open_page: OpenPage, wave: Wave
) -> None:
    tops = {}
    for width in (PHONE, DESKTOP):
        page = open_page(width=width)
        page.goto(f"{site.url}/q/{wave.code}")
        size = page.evaluate("getComputedStyle(document.querySelector('.option span')).fontSize")
        assert float(size.removesuffix("px")) >= 18
        assert "Titillium" in page.evaluate("getComputedStyle(document.body).fontFamily")
        boxes = page.locator("fieldset >> nth=0").locator(".option:not(.option-aside)")
        tops[width] = {box["y"] for box in (b.bounding_box() for b in boxes.all()) if box}
    assert (len(tops[PHONE]), len(tops[DESKTOP])) == (4, 1)


def test_a_citizen_without_script_answers_and_is_thanked(
    site: Site, open_page: OpenPage, session: Session, wave: Wave
) -> None:
    page = open_page(width=PHONE, javascript=False)
    page.goto(f"{site.url}/q/{wave.code}")
    page.check("#q_opening_hours-3")
    page.check("input[name=q_wishes] >> nth=1")
    page.fill("#q_comment", "Più sedie\nin attesa")
    page.click("button[type=submit]")
    assert "/grazie" in page.url
    assert page.context.cookies() == []
    row = session.scalars(select(Response)).one()
    assert (row.marks.startswith("3"), row.mode.value) == (True, "web")
    assert session.scalars(select(Comment.text)).all() == ["Più sedie\nin attesa"]


def test_a_citizen_with_a_keyboard_alone_answers(
    site: Site, open_page: OpenPage, session: Session, make: Factory
) -> None:
    wave = make.wave()
    session.commit()
    page = open_page()
    page.goto(f"{site.url}/q/{wave.code}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Vai al contenuto"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenuto"
    press_until(page, "q_hours", "Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    press_until(page, "q_overall", "Tab")
    page.keyboard.press("ArrowUp")  # from the first box round to the last
    press_until(page, "q_comment", "Tab")
    page.keyboard.type("Tutto bene")
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
        assert visible_focus(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/grazie**")
    assert session.scalars(select(Response.marks)).one() == "2.4."


def test_going_back_and_sending_again_stays_one_response(
    site: Site, open_page: OpenPage, session: Session, make: Factory
) -> None:
    wave = make.wave()
    session.commit()
    page = open_page()
    page.goto(f"{site.url}/q/{wave.code}")
    nonce = page.input_value(f"input[name={NONCE}]")
    page.check("#q_overall")
    page.click("button[type=submit]")
    page.wait_for_url("**/grazie**")
    page.reload()
    page.go_back()
    assert page.input_value(f"input[name={NONCE}]") == nonce
    page.check("#q_overall-2")
    page.click("button[type=submit]")
    page.wait_for_url("**/grazie**")
    assert session.scalars(select(Response.marks)).all() == ["..1."]


def test_script_lets_an_answer_be_taken_back_and_counts_characters(
    site: Site, open_page: OpenPage, wave: Wave
) -> None:
    page = open_page()
    page.goto(f"{site.url}/q/{wave.code}")
    group = page.locator("fieldset >> nth=0")
    back = group.get_by_role("button", name="Togli la risposta")
    assert not back.is_visible()
    group.locator("input >> nth=1").check()
    back.click()
    assert group.locator("input:checked").count() == 0
    assert not back.is_visible()
    page.fill("#q_comment", "😀" * 10)
    assert page.text_content("#q_comment-limit") == "Puoi scrivere ancora 990 caratteri."
    page.fill("#q_comment", "x" * 1010)
    assert page.text_content("#q_comment-limit") == "Hai scritto 10 caratteri di troppo."
    assert axe_violations(page) == []


def test_a_screen_reader_hears_question_and_answers(
    site: Site, open_page: OpenPage, wave: Wave
) -> None:
    page = open_page()
    page.goto(f"{site.url}/q/{wave.code}")
    heard = page.locator("fieldset >> nth=1").aria_snapshot()
    assert '2. I locali: accesso, posti a sedere, cartelli"' in heard
    assert [line.split('"')[1] for line in heard.splitlines() if "- radio" in line] == [
        "Per nulla", "Poco", "Abbastanza", "Molto", "Non previsto",
    ]  # fmt: skip
    assert "lascia vuoto" not in page.locator("main").aria_snapshot().lower()


def test_a_first_visit_is_light(
    site: Site, open_page: OpenPage, wave: Wave, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_page(width=PHONE)
    weights: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    session.on("Network.requestWillBeSent", lambda e: note_address(addresses, e))
    session.on(
        "Network.loadingFinished",
        lambda e: weights.update({addresses[e["requestId"]]: int(e["encodedDataLength"])}),
    )
    session.send("Network.enable")
    page.goto(f"{site.url}/q/{wave.code}", wait_until="networkidle")
    html = page.request.get(f"{site.url}/q/{wave.code}").body()
    packed = len(gzip.compress(html, 9))
    lines = [f"{weight:>7} {address}" for address, weight in sorted(weights.items())]
    total = f"{len(html)} B of HTML, {packed} B gzip; first visit {sum(weights.values())} B"
    with capsys.disabled():
        sys.stdout.write("\n".join(("", total, *lines, "")))
    assert all(address.startswith(site.url) for address in weights)
    assert packed <= HTML_BUDGET
    assert weights[f"{site.url}/q/{wave.code}"] <= HTML_BUDGET
    assert 20_000 < sum(weights.values()) <= VISIT_BUDGET


def test_the_page_stands_without_the_theme(site: Site, open_page: OpenPage, wave: Wave) -> None:
    assert theme_folder() is not None
    page = open_page(width=PHONE)
    page.route("**/static/bi/**", lambda route: route.fulfill(status=200, body=""))
    page.goto(f"{site.url}/q/{wave.code}")
    assert not overflows(page)
    assert all(height >= 44 for height in heights(page, ".option, .send button"))


def note_address(addresses: dict[str, str], event: Any) -> None:
    addresses[event["requestId"]] = event["request"]["url"]


def paths(wave: Wave) -> Iterable[str]:
    slug = wave.body.slug
    yield from ("/", f"/ente/{slug}", f"/ente/{slug}/privacy", f"/ente/{slug}/accessibilita")
    yield from (f"/q/{wave.code}", f"/q/{wave.code}?lang=en", f"/q/{wave.code}/grazie")
    yield from ("/q/nessuno", "/q/chiusa")


def press_until(page: Page, name: str, key: str) -> None:
    """Press a key until the field of that name has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press(key)
        assert visible_focus(page)
    raise AssertionError(f"{name} is never reached")


def visible_focus(page: Page) -> bool:
    """Tell whether what has the focus, or the card around it, is outlined."""
    return bool(
        page.evaluate(
            "[document.activeElement, document.activeElement.closest('label') ?? document.body]"
            ".some(e => getComputedStyle(e).outlineStyle !== 'none')"
        )
    )


def heights(page: Page, selector: str) -> list[float]:
    found = page.eval_on_selector_all(
        selector, "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert found
    return [float(height) for height in found]


@pytest.fixture
def wave(session: Session, make: Factory) -> Wave:
    """A wave with the model questionnaire of the front office, and a closed one beside it."""
    text = (Path(library.__file__).parent / "urp-sportello.json").read_text("utf-8")
    body = make.body()
    body.email, body.phone, body.website = (
        "urp@ente.example.it",
        "055 123",
        "https://ente.example.it",
    )
    wave = make.wave(make.service(name="Anagrafe"), make.edition(json.loads(text)))
    make.wave(code="chiusa", state="closed")
    session.commit()
    return wave

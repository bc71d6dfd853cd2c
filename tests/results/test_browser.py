"""The pages of a year in a real browser: readable on a phone and by a screen reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from survey.models import Role
from tests.browser import (
    DESKTOP,
    PHONE,
    OpenPage,
    Site,
    axe_violations,
    overflows,
    sign_in,
)
from tests.factories import Factory
from tests.results.year import answer, factory_on, spread

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def migrated_file(two_years: Path) -> Path:
    return two_years


@pytest.fixture
def make(session: Session) -> Factory:
    return factory_on(session)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/2026", "/2027", "/2026/anagrafe", "/2026/anagrafe?lang=en"])
def test_the_pages_of_a_year_are_accessible_and_fit_the_screen(
    make: Factory, site: Site, open_page: OpenPage, path: str, width: int
) -> None:
    answer(make.session, make.wave(make.service(name="Nidi"), year=2027), spread(20, (1, 1, 1, 1)))
    member = make.staff_member(Role.QUALITY_OFFICE)
    make.session.commit()
    page = open_page(width=width)
    sign_in(page, site, member)
    page.goto(f"{site.url}/ente/{make.body().slug}/quadro{path}")
    page.wait_for_load_state("networkidle")
    assert axe_violations(page) == []
    assert not overflows(page)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert axe_violations(page) == []
    assert not overflows(page)


def test_a_phone_gets_the_drawings_made_for_it(
    make: Factory, site: Site, open_page: OpenPage
) -> None:
    member = make.staff_member(Role.MANAGER)
    make.session.commit()
    for width, wanted in ((PHONE, True), (DESKTOP, False)):
        page = open_page(width=width)
        sign_in(page, site, member)
        page.goto(f"{site.url}/ente/{make.body().slug}/quadro/2026/anagrafe")
        image = page.locator("figure img").first
        image.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('figure img').naturalWidth > 0")
        assert ("stretto" in image.evaluate("img => img.currentSrc")) is wanted


def test_the_numbers_of_a_chart_open_from_the_keyboard(
    make: Factory, site: Site, open_page: OpenPage
) -> None:
    member = make.staff_member(Role.MANAGER)
    make.session.commit()
    page = open_page(javascript=False)
    sign_in(page, site, member)
    page.goto(f"{site.url}/ente/{make.body().slug}/quadro/2026/anagrafe")
    summary = page.locator("figure summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("figure details table").first.is_visible()

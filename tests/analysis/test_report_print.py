"""The report of many services: how large the page is, how it opens, and how it prints."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from bs4 import BeautifulSoup

from analysis import report
from analysis.charts import body_charts
from analysis.data import read_questionnaire
from analysis.simulate import design_for
from tests.analysis.test_report import Town
from tests.browser import OpenPage

SERVICES = 24
#: Pixels between the margins of an A4 sheet.
ACROSS, DOWN = 170 / 25.4 * 96, 261 / 25.4 * 96


@pytest.fixture
def many(make_document: Callable[..., Any], tmp_path: Path) -> Path:
    """Return the folder with the report of a body with many services."""
    document = make_document(items=4, dimensions=2)
    town = Town(read_questionnaire(document), design_for(document))
    waves = {
        f"Servizio numero {k}": {
            year: town.wave(year, target=40, seed=k) for year in ("2025", "2026")
        }
        for k in range(1, SERVICES + 1)
    }
    found = town.results(waves)
    report.write(found, tmp_path)
    assert len(body_charts(found)[0].alternative().rows) == SERVICES
    return tmp_path


def test_no_outline_is_twice_in_the_page_and_all_are_there(many: Path) -> None:
    text = (many / "report.html").read_text(encoding="utf-8")
    ids = Counter(re.findall(r'\bid="([^"]+)"', text))
    assert ids.most_common(1)[0][1] == 1
    outlines = Counter(re.findall(r'<path id="[^"]+" d="([^"]+)"', text))
    assert outlines.most_common(1)[0][1] == 1
    referred = set(re.findall(r'<use href="#([^"]+)"', text))
    assert referred <= set(ids)
    files = sum(path.stat().st_size for path in (many / "charts").iterdir())
    assert 2 * len(text) < files, "the page is less than half of its charts as files"


def test_the_services_stand_in_parts_each_with_its_words(many: Path) -> None:
    page = BeautifulSoup((many / "report.html").read_text(encoding="utf-8"), "html5lib")
    first = page.find("figure")
    assert first is not None
    drawings = first.select(".wide > svg")
    assert len(drawings) > 1
    words = [drawing.desc.get_text() for drawing in drawings if drawing.desc is not None]
    for k in range(1, SERVICES + 1):
        assert sum(f"Servizio numero {k}:" in said for said in words) == 1
    assert len(first.select(".narrow > svg")) == 1
    numbers = first.find_next_sibling()
    assert numbers is not None
    assert len(numbers.select("tbody tr")) == SERVICES


@pytest.mark.browser
def test_no_drawing_is_taller_than_a_sheet_and_the_first_begins_under_the_title(
    many: Path, open_page: OpenPage
) -> None:
    page = open_page(width=round(ACROSS), height=round(DOWN))
    page.emulate_media(media="print")
    page.goto((many / "report.html").as_uri())
    heights = page.eval_on_selector_all(
        ".wide svg", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) > SERVICES
    assert 0 < max(heights) <= DOWN
    bottom = page.eval_on_selector(".wide svg", "one => one.getBoundingClientRect().bottom")
    assert bottom <= DOWN, "the first part has room on the first page"
    assert not page.locator("nav").is_visible()


@pytest.mark.browser
def test_the_first_printed_page_is_not_nearly_empty(many: Path, open_page: OpenPage) -> None:
    page = open_page()
    page.goto((many / "report.html").as_uri())
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    # White is 255: where a row of the picture has ink, something is darker.
    ink = np.asarray(document[0].render(scale=0.5).to_pil().convert("L")).min(axis=1) < 200
    assert np.flatnonzero(ink).max() > 0.6 * len(ink)
    assert len(page.pdf(prefer_css_page_size=True)) < 5e6


@pytest.mark.browser
def test_a_link_of_the_contents_leads_to_its_service(many: Path, open_page: OpenPage) -> None:
    page = open_page(width=1100, height=800)
    page.goto((many / "report.html").as_uri())
    page.click(f'nav a[href="#service-{SERVICES - 3}"]')
    heading = page.locator(f"#service-{SERVICES - 3}")
    page.wait_for_function(
        "one => { const { top } = one.getBoundingClientRect(); return top > -2 && top < 400; }",
        arg=heading.element_handle(),
    )
    assert heading.inner_text() == f"Servizio numero {SERVICES - 3}"

"""The charts chosen for a results document, and the page that holds them."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup

from analysis import report
from analysis.charts import Chart, Dots, Years, body_charts, service_charts
from analysis.charts.titles import services_title
from analysis.data import Questionnaire, read_questionnaire, responses_from_columns
from analysis.parameters import Parameters
from analysis.results import as_document
from analysis.simulate import Conditions, Design, design_for, draw_traits, draw_wave
from analysis.tally import tally_responses
from analysis.wave import Wave
from analysis.yearly import ServiceWaves, body_year
from tests.browser import OpenPage
from tests.pages import check_page

HOSTILE = "Tributi </title><script>alert('$x$')</script> & \x00 «C» " + "W" * 60
YEARS = ("2024", "2025", "2026")
Json = dict[str, Any]


class Town:
    """A body whose services answer to a questionnaire made for tests."""

    def __init__(self, questionnaire: Questionnaire, design: Design) -> None:
        self.questionnaire, self.design = questionnaire, design

    def wave(self, year: str, *, target: float, shift: float = 0.0, seed: int = 1) -> Wave:
        rng = np.random.default_rng([seed, int(re.sub(r"\D", "", year) or 0)])
        traits = draw_traits(rng, self.design, level=0.0, users=3000)
        drawn = draw_wave(
            rng, self.design, traits=traits, conditions=Conditions(target=target, shift=shift)
        )
        responses = responses_from_columns(self.questionnaire, drawn.columns, mode=drawn.mode)
        tally = tally_responses(self.questionnaire, responses)
        return Wave(year, self.questionnaire, tally, users_served=drawn.users)

    def results(self, services: Mapping[str, Mapping[str, Wave]], **choices: Any) -> Json:
        """Compute every year that occurs, each against the one before."""
        years = sorted({year for waves in services.values() for year in waves})
        found = []
        for place, year in enumerate(years):
            before = years[place - 1] if place else ""
            family = [
                ServiceWaves(
                    f"s{number}",
                    name,
                    waves[year],
                    (waves[before],) if before in waves else (),
                )
                for number, (name, waves) in enumerate(services.items(), start=1)
                if year in waves
            ]
            found.append(body_year(year, family, **choices))
        return as_document(found, body="Comune di prova")


@pytest.fixture
def town(make_document: Callable[..., Json]) -> Town:
    document = make_document(items=6, dimensions=3)
    return Town(read_questionnaire(document), design_for(document))


@pytest.fixture
def results(town: Town) -> Json:
    """Return three services: one falls in the last year, one is hostile, one is tiny."""
    return town.results(
        {
            "Anagrafe": {y: town.wave(y, target=220, shift=-0.8 * (y == "2026")) for y in YEARS},
            HOSTILE: {y: town.wave(y, target=200, seed=2) for y in YEARS},
            "Cimiteri": {y: town.wave(y, target=4, seed=3) for y in YEARS},
        }
    )


def named(charts: list[Chart], name: str) -> Chart:
    return next(chart for chart in charts if chart.name == name)


def test_a_service_has_years_dimensions_answers_drivers_modes_and_profile(results: Json) -> None:
    names = [chart.name for chart in service_charts(results, "s1")]
    assert names == ["years", "dimensions", "answers-1", "drivers", "modes", "profile"]
    assert [chart.name for chart in service_charts(results, "s3")] == [
        "years", "dimensions", "answers-1", "modes",
    ]  # fmt: skip


def test_a_file_without_modes_has_no_chart_of_modes(town: Town) -> None:
    wave = town.wave("2026", target=60)
    found = town.results({"Anagrafe": {"2026": wave}})
    found["services"][0]["waves"][0]["modes"] = [
        {"mode": "not_stated", "n": wave.respondents, "share": 100.0, "reason": None}
    ]
    assert "modes" not in [chart.name for chart in service_charts(found, "s1")]


def test_the_years_chart_is_titled_by_verdict_and_values(results: Json) -> None:
    chart = named(service_charts(results, "s1"), "years")
    before, now = results["services"][0]["waves"][-1]["change"]["values"]
    assert chart.title == f"Peggioramento accertato: {before:.0f} nel 2025, {now:.0f} nel 2026"
    english = named(service_charts(results, "s1", language="en"), "years")
    assert english.title.startswith("Established decline: ")


def test_a_page_of_an_earlier_year_does_not_know_the_later_ones(results: Json) -> None:
    chart = named(service_charts(results, "s1", wave="2025"), "years")
    assert isinstance(chart.data, Years)
    assert [point.year for point in chart.data.points] == [2024, 2025]
    body = body_charts(results, wave="2025")
    assert "2025" in body[0].title
    assert "2026" not in body[0].alternative().text


def test_the_first_wave_of_a_service_has_no_verdict_in_its_title(results: Json) -> None:
    chart = named(service_charts(results, "s1", wave="2024"), "years")
    value = results["services"][0]["waves"][0]["isu"]["value"]
    assert chart.title == f"Indice di soddisfazione 2024: {value:.0f}"


def test_the_overview_shows_each_service_of_the_year_in_its_own_order(results: Json) -> None:
    chart = body_charts(results)[0]
    assert isinstance(chart.data, Dots)
    assert [dot.label for dot in chart.data.rows] == ["Anagrafe", HOSTILE, "Cimiteri"]
    assert [dot.tone for dot in chart.data.rows] == ["worse", "plain", "plain"]
    assert chart.title == "Servizi nel 2026: 1 in peggioramento accertato"


def test_without_an_established_change_the_title_says_so() -> None:
    year = {"wave": "2026", "verdicts": {"stabile": 3}}
    assert services_title(year, "it") == "Servizi nel 2026: nessun cambiamento accertato"


def test_a_tiny_service_says_why_it_shows_nothing(results: Json) -> None:
    for chart in service_charts(results, "s3"):
        said = chart.alternative()
        assert "n < 10: non pubblicato" in said.text
        digits = re.sub(r"20\d\d|n < 10|\d+\. [a-z0-9]+|95%", "", said.text + str(said.rows))
        digits = re.sub(r"D\d|code \d", "", digits)
        assert not re.search(r"\d", digits), (chart.name, digits)


def test_a_raised_threshold_is_named_in_the_charts(town: Town) -> None:
    waves = {"Anagrafe": {"2026": town.wave("2026", target=30)}}
    found = town.results(waves, parameters=Parameters(publication_minimum=100, full_minimum=200))
    for chart in service_charts(found, "s1"):
        assert "n < 100: non pubblicato" in chart.alternative().text
        assert "n < 10:" not in chart.alternative().text


def test_a_declared_break_cuts_the_series(town: Town) -> None:
    first, last = town.wave("2025", target=150), town.wave("2026", target=150)
    broken = Wave(
        "2026", last.questionnaire, last.tally, series_break="nuova sede", users_served=3000
    )
    found = town.results({"Anagrafe": {"2025": first, "2026": broken}})
    chart = named(service_charts(found, "s1"), "years")
    assert isinstance(chart.data, Years)
    assert [point.break_before for point in chart.data.points] == ["", "nuova sede"]
    assert "non confrontabile con prima (nuova sede)" in chart.alternative().text


def test_waves_that_are_not_calendar_years_keep_their_names(town: Town) -> None:
    waves = {name: town.wave(name, target=80) for name in ("2026-1", "2026-2")}
    found = town.results({"Anagrafe": waves})
    chart = named(service_charts(found, "s1"), "years")
    assert [row[0] for row in chart.alternative().rows] == ["2026-1", "2026-2"]
    chart.svg()


def test_the_worst_category_comes_first_also_for_reversed_items(
    make_document: Callable[..., Json],
) -> None:
    document = make_document(items=2, dimensions=1, changes={"q2": {"reversed": True}})
    town = Town(read_questionnaire(document), design_for(document))
    found = town.results({"Anagrafe": {"2026": town.wave("2026", target=200)}})
    charts = [c for c in service_charts(found, "s1") if c.name.startswith("answers")]
    assert [chart.alternative().header[2] for chart in charts] == ["code 1", "code 5"]
    item = found["services"][0]["waves"][0]["items"][1]
    worst = next(cell["n"] for cell in item["counts"] if cell["code"] == 5)
    row = charts[1].alternative().rows[0]
    assert row[2] == f"{100 * worst / item['n']:.0f}%"


@pytest.mark.parametrize(("service", "wave"), [("s9", None), ("s1", "1999")])
def test_an_unknown_service_or_wave_is_refused(
    results: Json, service: str, wave: str | None
) -> None:
    with pytest.raises(ValueError, match=r"no (service|wave) '(s9|1999)'"):
        service_charts(results, service, wave=wave)
    with pytest.raises(ValueError, match="no wave '1999'"):
        body_charts(results, wave="1999")


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_report_is_a_valid_accessible_page(
    results: Json, language: str, tmp_path: Path
) -> None:
    report.write(results, tmp_path, language=language)
    page = check_page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.html is not None
    assert page.html["lang"] == language
    drawings = page.select("figure svg")
    assert drawings
    assert page.select_one("svg.shapes[aria-hidden=true]") is not None
    for drawing in drawings:
        assert drawing["role"] == "img"
        assert drawing.find("title") and drawing.find("desc")
    for figure in page.find_all("figure"):
        after = figure.find_next_sibling()
        assert after is not None and after.find("table"), "every drawing has its numbers after it"


def test_the_report_needs_nothing_from_elsewhere(results: Json, tmp_path: Path) -> None:
    report.write(results, tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "<script" not in text
    assert "<link" not in text


def test_hostile_names_arrive_as_text_and_harmless_file_names(
    results: Json, tmp_path: Path
) -> None:
    report.write(results, tmp_path)
    page = BeautifulSoup((tmp_path / "report.html").read_text(encoding="utf-8"), "html5lib")
    titles = [h2.get_text() for h2 in page.find_all("h2")]
    assert HOSTILE.replace("\x00", " ") in titles
    assert page.find("script") is None
    files = [path.name for path in (tmp_path / "charts").iterdir()]
    assert all(re.fullmatch(r"[a-z0-9-]+\.svg", name) for name in files)
    assert "02-tributi-title-script-alert-x-script-c-ww-years.svg" in files


def test_every_chart_is_written_wide_and_narrow(results: Json, tmp_path: Path) -> None:
    report.write(results, tmp_path)
    files = {path.name for path in (tmp_path / "charts").iterdir()}
    wide = {name for name in files if not name.endswith("-narrow.svg")}
    assert {name.replace(".svg", "-narrow.svg") for name in wide} == files - wide
    assert len(wide) == 2 + 6 + 6 + 4


def test_the_same_results_give_the_same_bytes(results: Json, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        report.write(json.loads(json.dumps(results)), tmp_path / folder)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    assert len(files) > 20
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_tiny_service_leaves_no_count_in_the_page(town: Town, tmp_path: Path) -> None:
    wave = town.wave("2026", target=6, seed=11)
    assert 0 < wave.forms < 10
    found = town.results({"Cimiteri": {"2026": wave}})
    report.write(found, tmp_path)
    page = BeautifulSoup((tmp_path / "report.html").read_text(encoding="utf-8"), "html5lib")
    assert page.main is not None
    words = page.main.get_text(" ")
    assert "Meno di 10 questionari ricevuti" in words
    assert "n < 10: non pubblicato" in words
    assert not re.search(rf"\bn {wave.forms}\b", words)
    assert "None" not in words
    assert "Impronte dei dati" not in words


def test_one_service_needs_no_overview(town: Town, tmp_path: Path) -> None:
    found = town.results({"Anagrafe": {"2026": town.wave("2026", target=100)}})
    report.write(found, tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Tutti i servizi" not in text
    assert "<nav" not in text
    assert not list((tmp_path / "charts").glob("00-*"))


def test_the_english_page_has_no_italian_sentence(results: Json, tmp_path: Path) -> None:
    report.write(results, tmp_path, language="en")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    words = BeautifulSoup(text, "html5lib").get_text(" ")
    for italian in ("servizi", "domand", "rispost", "questionari", "soddisf", "Indice", "nel 2026"):
        assert italian not in words, italian


def test_flags_are_told_in_words(results: Json, tmp_path: Path) -> None:
    wave = results["services"][0]["waves"][-1]
    wave["flags"] = ["items_reduced", "made_up"]
    wave["change"]["flags"] = ["mode_mix_changed"]
    report.write(results, tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "è cambiata di almeno 15 punti percentuali" in text
    assert "troppo poche risposte e non entrano" in text
    assert "made_up" in text


@pytest.mark.browser
def test_the_report_reads_on_a_phone_and_at_a_desk(
    results: Json, tmp_path: Path, open_page: OpenPage
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    report.write(results, tmp_path)
    for width, shown, hidden in ((360, "narrow", "wide"), (1100, "wide", "narrow")):
        page = open_page(width=width)
        page.goto((tmp_path / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(f".{shown} svg").first.is_visible()
        assert not page.locator(f".{hidden} svg").first.is_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    phone = open_page(width=360)
    phone.goto((tmp_path / "report.html").as_uri())
    # The drawing is 328 CSS pixels wide or more, so its letters keep their 11 pixels.
    box = phone.locator(".narrow svg").first.bounding_box()
    assert box is not None
    assert box["width"] >= 328

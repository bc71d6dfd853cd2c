"""What the report tells of the detail: in a reader's order, with n, and never without a reason."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

import analysis
from analysis.charts import Alternative, ProfileVariable, service_charts
from analysis.charts.detail_charts import beside_users
from analysis.data import Status
from analysis.reasons import OF_PART, REASONS, why
from analysis.report.answerers import coverage_table, more_than_drawn
from analysis.report.body import body_section
from analysis.report.html import table, without_blank_columns
from analysis.report.page import page
from analysis.report.service import Story
from analysis.results import as_document
from analysis.yearly import ServiceWaves, body_year
from tests.pages import check_page

Json = dict[str, Any]
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))
#: Codes of the verdict on a change, which `analysis.words` says.
VERDICTS = frozenset(SCHEMA["$defs"]["change"]["properties"]["reasons"]["items"]["enum"])


@pytest.fixture(scope="module")
def bare(simulated: tuple[Json, Path]) -> dict[str, BeautifulSoup]:
    """Return the page of the simulated body without drawings, by language."""
    document = simulated[0]
    none: dict[str, list[Any]] = {one["service"]: [] for one in document["services"]}
    pages = {}
    for language in ("it", "en"):
        text = page(document, body=[], services=none, language=language)
        over = body_section(document, [], language=language)
        pages[language] = check_page(text.replace("<main>", f"<main>{over}"))
    return pages


def tables_of(found: BeautifulSoup, name: str) -> Tag:
    caption = found.find(id=name)
    assert caption is not None, name
    whole = caption.find_parent("table")
    assert whole is not None
    return whole


def cells(found: BeautifulSoup, name: str) -> list[list[str]]:
    rows = tables_of(found, name).find_all("tr")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]


def codes(value: object) -> Iterator[str]:
    """Give every reason code of a document."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("reason", "change_reason") and isinstance(part, str):
                yield part
            yield from codes(part)
    elif isinstance(value, list):
        for part in value:
            yield from codes(part)


def declared(value: object) -> Iterator[str]:
    """Give every reason code that the schema lists."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("reason", "change_reason") and isinstance(part, dict):
                yield from (code for code in part.get("enum", ()) if code is not None)
            yield from declared(part)
    elif isinstance(value, list):
        for part in value:
            yield from declared(part)


def test_a_service_is_told_in_the_order_of_a_reader(bare: dict[str, BeautifulSoup]) -> None:
    first = bare["it"].find(id="service-1")
    assert first is not None and first.parent is not None
    assert [h3.get_text() for h3 in first.parent.find_all("h3")] == [
        "Che cosa è cambiato", "Come sta il servizio", "Chi ha risposto", "Dove agire",
        "Gli standard della carta", "Quanto ci si può fidare",
    ]  # fmt: skip


def test_a_service_without_promises_has_no_section_of_standards(
    bare: dict[str, BeautifulSoup],
) -> None:
    second = bare["it"].find(id="service-2")
    assert second is not None and second.parent is not None
    assert "Gli standard della carta" not in second.parent.get_text()


@pytest.mark.parametrize("language", ["it", "en"])
def test_no_cell_is_empty_and_no_sentence_says_none(
    bare: dict[str, BeautifulSoup], language: str
) -> None:
    found = bare[language]
    assert all(cell.get_text(strip=True) for cell in found.find_all(["td", "th"]))
    assert not re.search(r"\b(None(?! of )|nan|inf)\b", found.get_text(" "))
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", found.get_text(" "))


def test_every_table_has_heads_with_scope_and_a_caption_of_its_own(
    bare: dict[str, BeautifulSoup],
) -> None:
    captions = []
    for found in bare["it"].find_all("table"):
        assert found.caption is not None
        captions.append(found.caption.get_text())
        head, *rows = found.find_all("tr")
        assert all(cell.get("scope") == "col" for cell in head.find_all(["th", "td"]))
        for row in rows:
            assert [th.get("scope") for th in row.find_all("th")] == ["row"]
    assert len(captions) == len(set(captions)) > 50


def test_the_english_page_has_no_italian_words(bare: dict[str, BeautifulSoup]) -> None:
    words = bare["en"].get_text(" ")
    for italian in ("domand", "rispost", "questionari", "soddisf", "Indice", "corretto", "modo"):
        assert italian not in words, italian


def test_questions_that_moved_stand_with_shares_interval_and_n(
    bare: dict[str, BeautifulSoup], simulated: tuple[Json, Path]
) -> None:
    shift = simulated[0]["services"][0]["waves"][-1]["detail"]["where"]["items"][0]
    row = cells(bare["it"], "s1-where")[1]
    before, after = (f"{shift['satisfied'][when]:.0f}%" for when in ("before", "after"))
    assert row[:3] == ["1. Aspetto 1", "peggiorata", f"{before} → {after}"]
    assert row[3].startswith(f"−{abs(shift['satisfied']['difference']):.0f} (da −")
    assert row[-1] == f"{shift['n'][0]} → {shift['n'][1]}"


def test_what_was_not_computed_is_told_with_its_reason(bare: dict[str, BeautifulSoup]) -> None:
    first = bare["it"].find(id="service-1")
    assert first is not None and first.parent is not None
    said = [p.get_text() for p in first.parent.find_all("p", class_="missing")]
    assert any("almeno 150 questionari con le risposte, e 15 per domanda" in one for one in said)
    second = bare["it"].find(id="service-5")
    assert second is not None and second.parent is not None
    assert "dove: nessun cambiamento accertato e nessun segnale" in second.parent.get_text()


def test_the_screening_is_called_exploratory_and_lists_the_marked_alone(
    bare: dict[str, BeautifulSoup], simulated: tuple[Json, Path]
) -> None:
    block = simulated[0]["years"][-1]["detail"]["screening"]
    marked = sum(cell["marked"] for cell in block["cells"])
    assert 0 < marked < len(block["cells"])
    assert len(cells(bare["it"], "screened")) == 1 + marked
    assert tables_of(bare["it"], "screened").get_text().strip().startswith("Tabella esplorativa")
    assert tables_of(bare["en"], "screened").get_text().strip().startswith("Exploratory table")


def test_promises_of_all_services_are_one_table(bare: dict[str, BeautifulSoup]) -> None:
    rows = cells(bare["it"], "promises")
    assert [row[0] for row in rows[1:]] == ["servizio01: TEXT 55", "servizio01: TEXT 85"]
    assert rows[2][1] == "non rispettato"


def test_headings_follow_one_another(bare: dict[str, BeautifulSoup]) -> None:
    levels = [int(tag.name[1]) for tag in bare["it"].find_all(["h1", "h2", "h3", "h4"])]
    assert set(levels) == {1, 2, 3}
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_service_without_detail_has_neither_parts_nor_tables(
    simulated: tuple[Json, Path],
) -> None:
    document = json.loads(json.dumps(simulated[0]))
    document["services"] = document["services"][:1]
    document["services"][0]["waves"][-1]["detail"] = None
    found = BeautifulSoup(page(document, body=[], services={"servizio01": []}), "html5lib")
    assert [h3.get_text() for h3 in found.find_all("h3")] == ["Impronte dei dati"]
    assert found.find("table") is None


def test_sentences_of_the_notes_are_not_repeated_in_each_service(
    simulated: tuple[Json, Path],
) -> None:
    document = simulated[0]
    story = Story(document["services"][0], [], document, 1, "it")
    unsaid = "Nessun metodo qui usato corregge una mancata risposta"
    assert any(note.startswith(unsaid) for note in document["notes"]["it"])
    assert unsaid not in story.words("coverage")
    assert "Tasso di risposta non calcolabile" in story.words("coverage")


def test_the_design_is_told_with_the_index_that_it_corrects(
    bare: dict[str, BeautifulSoup], simulated: tuple[Json, Path]
) -> None:
    block = simulated[0]["services"][0]["waves"][-1]["detail"]["weighting"]
    told = dict(row[:2] for row in cells(bare["it"], "s1-design"))
    assert told["Correzione secondo gli utenti"] == "post-stratificazione"
    assert told["Risposte efficaci"] == f"{block['n_effective']:.0f}"
    assert told["Indice senza correzione"].startswith(f"{block['unweighted']['value']:.0f} (da ")
    plain = dict(row[:2] for row in cells(bare["it"], "s2-design"))
    assert "Risposte efficaci" not in plain
    assert plain["Correzione secondo gli utenti"].startswith("nessuna (gli utenti per classe")


def test_who_answered_is_drawn_beside_the_users_where_they_are_known(
    simulated: tuple[Json, Path],
) -> None:
    wave = simulated[0]["services"][0]["waves"][-1]
    block = wave["detail"]["coverage"]["profiles"][0]
    data = next(c for c in service_charts(simulated[0], "servizio01") if c.name == "profile").data
    assert isinstance(data, tuple)
    found = {one.label: one.classes for one in data if isinstance(one, ProfileVariable)}
    assert [one.users for one in found["Sesso"]] == pytest.approx([0.5, 0.5], abs=0.001)
    assert [one.count for one in found["Sesso"]] == [cell["n"] for cell in block["classes"]]
    assert {one.users for one in found["Età"]} == {None}


def test_a_protected_class_is_not_drawn_beside_the_users(simulated: tuple[Json, Path]) -> None:
    wave = json.loads(json.dumps(simulated[0]["services"][0]["waves"][-1]))
    profile = next(one for one in wave["profiles"] if one["variable"] == "sex")
    assert beside_users(wave, profile, language="it") is not None
    assert not more_than_drawn(wave["detail"]["coverage"])
    cell = wave["detail"]["coverage"]["profiles"][0]["classes"][0]
    cell.update(n=None, answers_share=None, reason="below_minimum")
    assert beside_users(wave, profile, language="it") is None
    assert more_than_drawn(wave["detail"]["coverage"])
    assert coverage_table(wave["detail"]["coverage"], "it").rows[0][2] == "n < 10: non pubblicato"


@pytest.mark.parametrize("language", ["it", "en"])
def test_odd_waves_are_told_without_a_code_or_an_empty_cell(
    make_questionnaire: Callable[..., Any], make_wave: Callable[..., Any], language: str
) -> None:
    asked, blank = make_questionnaire(), int(Status.BLANK)
    odd = {"one": [[4] * 5], "few": [[4] * 5, [3] * 5] * 8, "equal": [[4] * 5] * 60,
           "blank": [[blank] * 5] * 60, "none": []}  # fmt: skip
    before = {name: make_wave(asked, rows, label="2025") for name, rows in odd.items()}
    services = [ServiceWaves(name, name, make_wave(asked, rows), (before[name],))
                for name, rows in odd.items()]  # fmt: skip
    document = as_document([body_year("2026", services)])
    text = page(document, body=[], services={name: [] for name in odd}, language=language)
    over = body_section(document, [], language=language)
    found = check_page(text.replace("<main>", f"<main>{over}"))
    assert all(cell.get_text(strip=True) for cell in found.find_all(["td", "th"]))
    assert not re.search(r"\b([a-z]+_[a-z_]+|None(?! of )|nan)\b", found.get_text(" "))


def test_every_reason_has_words(simulated: tuple[Json, Path]) -> None:
    known = set(REASONS) | VERDICTS
    assert set(declared(SCHEMA)) <= known
    assert set(codes(simulated[0])) <= known


@pytest.mark.parametrize("code", [*REASONS, *(code for _, code in OF_PART)])
def test_reasons_are_a_few_words_in_both_languages(code: str) -> None:
    for language in ("it", "en"):
        said = why(code, language)
        assert said and not said.endswith(".") and "_" not in said
    assert why(code, "it") != why(code, "en")


def test_an_unknown_reason_is_not_shown_as_a_code() -> None:
    assert why("made_up", "it") == "non disponibile"
    assert why(None, "en") == "not available"


def test_words_stand_left_and_numbers_right() -> None:
    rows = (("a", "peggiorata", "12"), ("b", "migliorata", "9"))
    found = BeautifulSoup(
        table(Alternative("", ("x", "y", "z"), rows), name="t", caption="c"), "html5lib"
    )
    assert [td.get("class") for td in found.find_all("td")] == [["left"], None, ["left"], None]
    assert [th.get("class") for th in found.find_all("th", scope="col")] == [None, ["left"], None]


def test_a_table_without_rows_is_not_written() -> None:
    assert table(Alternative("", ("x",), ()), name="t", caption="c") == ""


def test_columns_in_which_nothing_applies_are_left_out() -> None:
    said = Alternative("", ("x", "y", "z"), (("–", "–", "1"), ("–", "", "2")))
    assert without_blank_columns(said).rows == (("–", "1"), ("–", "2"))

"""What the charts and the page say of results that are not the usual ones."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from analysis import report
from analysis.charts import body_charts, service_charts
from analysis.charts.gallery import reason_in_words
from analysis.charts.titles import answers_title, dimensions_title, modes_title, pick, years_title

Json = dict[str, Any]


def estimate(value: float | None, **changes: Any) -> Json:
    found = {
        "value": value, "se": None, "lower": None, "upper": None, "n": 80,
        "publication": "not_published" if value is None else "full", "decimals": 0,
        "reason": "below_minimum" if value is None else None,
    }  # fmt: skip
    return found | changes


def wave(label: str, value: float | None, **changes: Any) -> Json:
    found = {
        "wave": label, "data_hash": "0" * 64, "forms": 80, "n": 80, "users_served": None,
        "response_rate": {"value": None, "reason": "not_calculable"}, "series_break": None,
        "flags": [], "modes": [{"mode": "web", "n": 80, "share": 100.0}], "isu": estimate(value),
        "dimensions": [], "items": [], "overall": None, "other_ratings": [], "change": None,
    }  # fmt: skip
    return found | changes


def change(verdict: str, *, reasons: list[str], headline: str, **changes: Any) -> Json:
    sentence = {"headline": headline, "detail": ""}
    found = {
        "verdict": verdict, "label": {"it": "Non confrontabile", "en": "Not comparable"},
        "words": {"it": sentence, "en": sentence}, "reasons": reasons, "base_waves": ["2025"],
        "values": None, "value": None, "decimals": 0, "flags": [],
    }  # fmt: skip
    return found | changes


def document(*waves: Json, weighting: str = "users_served", **year: Any) -> Json:
    last = {
        "wave": waves[-1]["wave"], "isu": waves[-1]["isu"], "weighting": weighting,
        "verdicts": {}, "common_shift": None,
    }  # fmt: skip
    entries = [{"service": f"s{i}", "name": f"Servizio {i}", "waves": list(waves)} for i in (1, 2)]
    return {
        "body": None, "method_version": "1", "notes": {"it": ["Nota."], "en": ["Note."]},
        "parameters": {
            "publication_minimum": 10, "full_minimum": 30, "delta": 4.5, "confidence": 0.95,
        },
        "years": [last | year], "services": entries,
    }  # fmt: skip


def read(results: Json, folder: Path, language: str = "it") -> str:
    report.write(results, folder, language=language)
    text = (folder / "report.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html5lib").get_text(" ")


def test_changed_questions_cut_the_series_with_their_reason() -> None:
    headline = "Non confrontabile con la rilevazione precedente: le domande sono cambiate."
    broken = change("non_confrontabile", reasons=["items_changed"], headline=headline)
    found = document(wave("2025", 70.0), wave("2026", 60.0, change=broken))
    said = service_charts(found, "s1")[0].alternative().text
    assert "2026: 60, n 80; non confrontabile con prima (le domande sono cambiate)" in said


def test_too_few_answers_do_not_cut_the_series() -> None:
    few = change("non_confrontabile", reasons=["too_few_responses"], headline="x: y.")
    found = document(wave("2025", 70.0), wave("2026", 60.0, change=few))
    assert "non confrontabile" not in service_charts(found, "s1")[0].alternative().text


def test_a_verdict_without_a_difference_stands_alone_in_the_overview() -> None:
    few = change("non_confrontabile", reasons=["too_few_responses"], headline="x: y.")
    said = body_charts(document(wave("2026", 60.0, change=few)))[0].alternative()
    assert said.rows[0][-1] == "Non confrontabile"


def test_the_first_wave_has_no_verdict_in_the_overview() -> None:
    first = change("non_confrontabile", reasons=["no_previous_wave"], headline="Prima.")
    said = body_charts(document(wave("2026", 60.0, change=first)))[0].alternative()
    assert said.header == ("Servizio", "Indice", "Intervallo al 95%", "n")


def test_an_index_not_weighted_by_users_is_not_called_that_of_the_body(tmp_path: Path) -> None:
    found = document(wave("2026", 60.0), weighting="responses")
    assert "media delle risposte 60" in body_charts(found)[0].alternative().text
    words = read(found, tmp_path)
    assert "Media delle risposte dell'ente (utenti serviti non noti) 2026: 60" in words
    assert "Indice dell'ente" not in words


def test_a_common_shift_is_told_at_the_top(tmp_path: Path) -> None:
    shift = {"raised": True, "words": {"it": "Tutti insieme (+5).", "en": "All together (+5)."}}
    found = document(wave("2026", 60.0), common_shift=shift)
    assert "Tutti insieme (+5)." in read(found, tmp_path / "it")
    assert "All together (+5)." in read(found, tmp_path / "en", language="en")


def test_a_response_rate_is_told_where_it_can_be_calculated(tmp_path: Path) -> None:
    rate = {"value": 21.4, "reason": None}
    words = read(document(wave("2026", 60.0, users_served=374, response_rate=rate)), tmp_path)
    assert "80 questionari ricevuti, 374 utenti nell'anno, tasso di risposta 21%." in words
    assert "almeno 4,5 punti" in words


@pytest.mark.parametrize(
    ("reason", "written"),
    [
        ("no_valid_answer", "nessuna risposta valida"),
        ("no_index_items", "nessuna domanda dell'indice"),
        ("below_minimum", "n < 12: non pubblicato"),
        ("something_new", "n < 12: non pubblicato"),
    ],
)
def test_each_reason_has_its_words(reason: str, written: str) -> None:
    assert reason_in_words(reason, minimum=12, language="it") == written


def test_a_year_without_valid_answers_says_so() -> None:
    empty = wave("2026", None)
    empty["isu"]["reason"] = "no_index_items"
    said = service_charts(document(empty), "s1")[0].alternative().text
    assert "2026: nessuna domanda dell'indice." in said


def test_the_weakest_dimension_is_named_only_below_the_intervals_of_all_others() -> None:
    def dimension(name: str, value: float, half: float) -> Json:
        bounds = {"lower": value - half, "upper": value + half}
        return {"label": {"it": name}, **estimate(value, **bounds)}

    apart = [dimension("Attesa", 50, 4), dimension("Cortesia", 70, 4)]
    near = [dimension("Attesa", 66, 4), dimension("Cortesia", 70, 4)]
    assert dimensions_title(apart, "it") == "Attesa è la dimensione più debole"
    assert dimensions_title(near, "it") == "Dimensioni della qualità: da 66 a 70"


@pytest.mark.parametrize(
    "changes", [{"publication": "warning"}, {"lower": None, "upper": None, "se": None}]
)
def test_no_dimension_is_the_weakest_on_few_answers_or_without_an_interval(
    changes: dict[str, Any],
) -> None:
    found = [
        {"label": {"it": name}, **estimate(value, lower=value - 4, upper=value + 4), **changes}
        for name, value in (("Attesa", 50.0), ("Cortesia", 70.0))
    ]

    assert dimensions_title(found, "it") == "Dimensioni della qualità: da 50 a 70"


def test_the_title_of_the_years_names_the_mean_of_two_base_waves() -> None:
    last = wave("2026", 66.0)
    last["change"] = {
        "values": [70.0, 78.0, 66.0], "base_waves": ["2024", "2025"], "decimals": 0,
        "label": {"it": "Peggioramento accertato"}, "reasons": [], "items": ["q1", "q2"],
    }  # fmt: skip
    last["index_items"] = ["q1", "q2"]
    told = "Peggioramento accertato: 74 nel 2024-2025, 66 nel 2026"

    assert years_title([last], "it") == told
    last["index_items"].append("q3")  # a new question, that the years before did not ask
    assert years_title([last], "it") == f"{told}, sulle domande in comune"


def test_titles_without_anything_to_say_name_the_subject() -> None:
    assert dimensions_title([], "it") == "Dimensioni della qualità"
    assert answers_title([], "it") == "Le risposte, domanda per domanda"
    assert modes_title([], "it") == "Come sono arrivati i questionari"
    assert years_title([], "it") == "Indice di soddisfazione"


def test_a_text_without_the_language_falls_back_to_the_first() -> None:
    assert pick({"de": "Amt", "it": "Ufficio"}, "en") == "Amt"
    assert pick({"it": "Ufficio", "en": "Office"}, "en-GB") == "Office"
    assert pick(None, "it") == ""

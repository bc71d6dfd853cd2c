"""Charts of the detail: drawn from the results document alone, the same bytes each time."""

from typing import Any

import numpy as np
import pytest

from analysis.charts import PriorityItem, PriorityPlot, service_charts
from analysis.charts.detail_charts import detail_charts
from analysis.charts.titles import drivers_title, gaps_title, priority_title
from analysis.results import as_document
from analysis.yearly import ServiceWaves, body_year
from tests.analysis.asking import Answers, document, marks, wave_of, with_role
from tests.analysis.test_part_drivers import ASKED as WITH_OVERALL
from tests.analysis.test_part_drivers import answers as with_overall
from tests.analysis.test_part_priorities import ASKED as STATED
from tests.analysis.test_part_priorities import corners

Json = dict[str, Any]
EXPECTED = document([{"key": "a"}, {"key": "b"}, *with_role("expectation", ["a", "b"])])


def results(asked: Json, answers: Answers) -> Json:
    services = [ServiceWaves("s", "Sportello", wave_of(asked, answers))]
    return as_document([body_year("2026", services)])


def sketches(found: Json, language: str = "it") -> dict[str, Any]:
    wave = found["services"][0]["waves"][-1]
    return {name: (title, data) for name, title, data in detail_charts(wave, language=language)}


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("asked", ["stated", "derived", "expected"])
def test_charts_of_the_detail_are_the_same_bytes_again(asked: str, narrow: bool) -> None:
    made = {
        "stated": (STATED, corners(200, 1), ["priorities", "gaps-importance"]),
        "derived": (WITH_OVERALL, with_overall(600, 1), ["priorities", "drivers"]),
        "expected": (EXPECTED, marks(60, 4, 1), ["gaps-expectation"]),
    }
    questionnaire, answers, names = made[asked]

    one, two = (
        {chart.name: chart.svg(narrow=narrow) for chart in service_charts(found, "s")}
        for found in (results(questionnaire, answers) for _ in range(2))
    )

    assert one == two
    assert [name for name in one if name.startswith(("prio", "driv", "gaps"))] == names


def test_the_map_says_the_places_of_the_document() -> None:
    found = results(STATED, corners(200, 1))

    title, plot = sketches(found)["priorities"]

    block = found["services"][0]["waves"][0]["detail"]["priorities"]
    assert title == "Priorità di intervento: wait"
    assert [item.importance for item in plot.items] == [p["importance"] for p in block["places"]]
    assert [item.tag for item in plot.items] == [p["label"]["it"] for p in block["places"]]
    assert plot.quadrants[3] == "Priorità di intervento"
    assert (plot.level, plot.charter) == (60, False)


def test_derived_importance_is_called_so_and_fills_its_axis() -> None:
    _, plot = sketches(results(WITH_OVERALL, with_overall(600, 1)), "en")["priorities"]

    assert plot.importance == "Importance derived from the answers (share, %)"
    assert max(item.importance for item in plot.items) < plot.importance_bounds[1] <= 100


def test_drivers_are_percentages_with_intervals_in_the_order_of_the_form() -> None:
    found = results(WITH_OVERALL, with_overall(600, 1))
    chart = next(one for one in service_charts(found, "s") if one.name == "drivers")

    rows = chart.alternative().rows

    assert [row[0] for row in rows] == ["1. wait", "2. care", "3. rooms"]
    assert all(row[1].endswith("%") for row in rows)
    assert chart.alternative().header[1] == "Quota dell'associazione"
    assert chart.title == "Più associata alla soddisfazione complessiva: 1. wait"


def test_gaps_carry_their_sign_and_are_read_against_none() -> None:
    answers = marks(60, 4, 1)
    answers[:, 2:] = 5
    title, data = sketches(results(EXPECTED, answers))["gaps-expectation"]

    assert title == "Giudizi sotto le aspettative: 1. a; 2. b"
    assert (data.reference, data.signed, data.bounds) == (0, True, (-100, 100))
    assert [row.value < 0 for row in data.rows] == [True, True]


def test_a_wave_without_a_detail_or_with_nothing_in_it_has_no_such_chart() -> None:
    few = results(STATED, corners(9, 1))
    old = results(STATED, corners(200, 1))
    del old["services"][0]["waves"][0]["detail"]

    assert sketches(few) == {}
    assert sketches(old) == {}
    assert sketches(results(WITH_OVERALL, with_overall(100, 1))) == {}


def test_a_hidden_gap_shows_its_reason_and_no_number() -> None:
    answers = marks(60, 4, 1)
    answers[9:, 3] = np.nan
    found = results(EXPECTED, answers)
    chart = next(one for one in service_charts(found, "s") if one.name == "gaps-expectation")

    assert chart.alternative().rows[1][1:] == ("n < 10: non pubblicato", "", "")


def test_titles_count_where_there_are_too_many_to_name() -> None:
    items = tuple(PriorityItem(f"q{k}", 80.0, 40.0, act=True) for k in range(4))

    assert priority_title(PriorityPlot(items), "it") == "Priorità di intervento: 4 domande"
    assert gaps_title("importance", list("abcd"), "en").endswith("given: 4 questions")
    assert gaps_title("expectation", [], "it") == "Nessun giudizio risulta sotto le aspettative"
    assert drivers_title(list("abcd"), 8, by_item=True, language="it").startswith("4 a pari merito")
    assert drivers_title(["a", "b"], 2, by_item=False, language="it").startswith(
        "Nessuna dimensione si distingue"
    )
    assert drivers_title(["a", "b"], 5, by_item=True, language="it").endswith("pari merito: a; b")

"""Item results, shares, dimensions and the index, with their edge cases."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from analysis.data import Questionnaire, read_questionnaire, responses_from_columns
from analysis.gate import excluded_items
from analysis.indices import index_result, item_result
from analysis.moments import index_weights
from analysis.parameters import Parameters
from analysis.publication import Publication
from analysis.tally import tally_responses
from analysis.wave import Wave
from analysis.yearly import ServiceWaves, service_year

Make = Callable[..., Any]
REFERENCE = Path(__file__).parent.parent / "reference"
DOT = -3


def test_four_of_five_is_75_and_not_80(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)

    wave = make_wave(questionnaire, [[4]] * 12)

    assert item_result(questionnaire, wave.tally, "q1").index.value == 75


def test_the_worked_example_of_an_item(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    marks = np.repeat([1, 2, 3, 4, 5], [4, 6, 15, 45, 30])

    found = item_result(questionnaire, make_wave(questionnaire, marks[:, None]).tally, "q1")

    assert found.n == 100
    assert found.counts == {1: 4, 2: 6, 3: 15, 4: 45, 5: 30}
    assert found.mean == pytest.approx(3.91)
    assert found.sd == pytest.approx(1.0258773, abs=5e-8)
    assert found.mean_se == pytest.approx(0.10258773, abs=5e-9)
    assert found.index.value == pytest.approx(72.75)
    assert (found.index.lower, found.index.upper) == pytest.approx((67.39215, 77.52114), abs=5e-6)
    assert (found.mean_lower, found.mean_upper) == pytest.approx((3.695686, 4.100846), abs=5e-7)
    assert found.satisfied.value == 75
    assert found.satisfied.lower == pytest.approx(65.6955, abs=5e-5)
    assert found.dissatisfied.count == 4


def test_the_worked_example_of_the_index(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=1, overall=False)
    rows = [[5, 4, DOT], [4, 4, 3], [3, DOT, 2], [5, 5, 4], [DOT, 2, 1], [4, 3, 3]]
    # 6 respondents are too few to publish: the example is repeated ten times, so that the index
    # stays and n/(n-1) SE^2 shrinks by the known factor (5/6)(60/59)/10.
    wave = make_wave(questionnaire, rows * 10)

    isu = index_result(wave).isu

    assert isu.value == pytest.approx(61.6667, abs=5e-5)
    expected = 25 * 0.38918719 * np.sqrt(5 / 6 * 60 / 59 / 10)
    assert isu.se == pytest.approx(expected, abs=5e-7)


def test_the_published_figures_of_somerville() -> None:
    wave = _somerville()
    expected = {
        "X1": (4.314685315, 82.8671329, 79.313781, 85.918479),
        "X2": (2.538461538, 38.4615385, 33.963223, 43.166194),
        "X3": (3.265734266, 56.6433566, 52.509790, 60.686505),
        "X4": (3.699300699, 67.4825175, 63.714001, 71.037562),
        "X5": (3.615384615, 65.3846154, 60.580712, 69.894018),
        "X6": (4.216783217, 80.4195804, 76.682021, 83.685516),
    }
    for key, (mean, value, lower, upper) in expected.items():
        found = item_result(wave.questionnaire, wave.tally, key)
        assert found.n == 143
        assert found.mean == pytest.approx(mean, abs=5e-10)
        assert found.index.value == pytest.approx(value, abs=5e-8)
        assert (found.index.lower, found.index.upper) == pytest.approx((lower, upper), abs=5e-7)

    isu = index_result(wave).isu
    assert isu.value == pytest.approx(65.20979020979021, abs=1e-12)
    assert isu.se == pytest.approx(1.179250136, abs=5e-10)
    assert (isu.lower, isu.upper) == pytest.approx((62.84479290, 67.50209554), abs=5e-9)


def test_the_standard_error_without_gaps_is_that_of_the_respondents_scores() -> None:
    # DescrStatsW(scores).std_mean == scores.std(ddof=1) / sqrt(n)
    scores = (_somerville_marks()[:, 1:] - 1).mean(axis=1) * 25

    assert index_result(_somerville()).isu.se == pytest.approx(
        DescrStatsW(scores).std_mean, abs=1e-10
    )


def test_the_share_satisfied_of_somerville() -> None:
    wave = _somerville()

    found = item_result(wave.questionnaire, wave.tally, "hap").satisfied

    assert (found.count, found.n) == (77, 143)
    assert (found.lower, found.upper) == pytest.approx((45.681753, 61.809319), abs=1e-6)
    # proportion_confint(77, 143, method="wilson")
    expected = 100 * np.array(proportion_confint(77, 143, method="wilson"))
    assert (found.lower, found.upper) == pytest.approx(tuple(expected), abs=1e-10)


@pytest.mark.parametrize("gaps", [0.0, 0.15, 0.5])
def test_the_linearised_error_equals_that_of_the_respondents(
    make_questionnaire: Make, make_wave: Make, draw: Make, gaps: float
) -> None:
    questionnaire = make_questionnaire(items=5, dimensions=2, changes={"q2": {"reversed": True}})
    ratings, mode, _ = draw(questionnaire, 400, seed=11, gaps=gaps)

    found = index_result(make_wave(questionnaire, ratings, mode=mode)).isu

    theta, se, n = respondent_index(questionnaire, ratings)
    assert found.value == pytest.approx(100 * theta, abs=1e-9)
    assert found.se == pytest.approx(100 * se, abs=1e-9)
    assert found.n == n


def test_dimensions_count_alike_however_many_items_they_have(
    make_questionnaire: Make, make_wave: Make
) -> None:
    changes = {"q3": {"dimension": "d1"}}
    questionnaire = make_questionnaire(items=3, dimensions=2, changes=changes, overall=False)
    wave = make_wave(questionnaire, [[5, 1, 5]] * 40)

    found = index_result(wave)

    assert index_weights(questionnaire.index_items).tolist() == [0.25, 0.5, 0.25]
    assert found.isu.value == 50
    assert {key: e.value for key, e in found.dimensions.items()} == {"d1": 100, "d2": 0}


def test_a_dimension_counts_only_those_who_answered_it(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=2, overall=False)

    found = index_result(make_wave(questionnaire, [[4, 3]] * 12 + [[5, -1]] * 20))

    assert (found.dimensions["d1"].n, found.dimensions["d2"].n, found.isu.n) == (32, 12, 32)
    assert found.dimensions["d2"].publication is Publication.WARNING


def test_a_questionnaire_without_dimensions_has_one(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=0, overall=False)

    found = index_result(make_wave(questionnaire, [[5, 3]] * 30))

    assert found.isu.value == 75
    assert list(found.dimensions) == [None]


def test_an_item_outside_the_core_or_the_overall_question_does_not_enter_the_index(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, changes={"q2": {"core": False}})

    found = index_result(make_wave(questionnaire, [[5, 1, 1]] * 30))

    assert found.isu.value == 100
    assert [item.key for item in found.items] == ["q1"]


def test_an_item_with_nine_answers_is_left_out_and_said(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)

    nine = index_result(make_wave(questionnaire, [[5, 1]] * 9 + [[5, -2]] * 31))
    ten = index_result(make_wave(questionnaire, [[5, 1]] * 10 + [[5, -2]] * 30))

    assert nine.isu.value == 100
    assert nine.flags == ("items_reduced",)
    assert [item.key for item in nine.left_out] == ["q2"]
    assert ten.isu.value == 50
    assert ten.flags == ()


def test_an_item_most_people_could_not_judge_last_year_stays_out(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    previous = make_wave(questionnaire, [[5, 1]] * 50 + [[5, -2]] * 40)
    wave = make_wave(questionnaire, [[5, 1]] * 90)

    assert excluded_items(previous) == {"q2"}
    assert excluded_items(None) == frozenset()
    found = service_year(ServiceWaves("s", "S", wave, (previous,)))
    assert found.index.isu.value == 100
    assert found.flags == ("items_reduced",)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.lists(st.sampled_from([-4, -3, -1, 1, 2, 3]), min_size=3, max_size=3)))
def test_a_blank_respondent_changes_no_figure(rows: list[list[int]]) -> None:
    questionnaire = _three_points()

    before = index_result(_wave(questionnaire, rows))
    after = index_result(_wave(questionnaire, [*rows, [-3, -3, -3]]))

    assert before.isu == after.isu
    assert before.dimensions == after.dimensions


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.sampled_from([-3, 1, 2, 3]), min_size=3, max_size=3), min_size=20, max_size=60
    )
)
def test_reversing_the_scale_mirrors_the_index(rows: list[list[int]]) -> None:
    upright = index_result(_wave(_three_points(), rows)).isu
    negative = index_result(_wave(_three_points(polarity="negative"), rows)).isu
    turned = [[4 - mark if mark > 0 else mark for mark in row] for row in rows]
    mapped = index_result(_wave(_three_points(polarity="negative"), turned)).isu

    if upright.value is not None and negative.value is not None:
        assert upright.value + negative.value == pytest.approx(100)
        assert upright.se == pytest.approx(negative.se, abs=1e-9)
        assert mapped.value == pytest.approx(upright.value)


def test_a_reversed_item_swaps_its_satisfied_codes(
    make_questionnaire: Make, make_wave: Make
) -> None:
    changes = {"q1": {"reversed": True}}
    questionnaire = make_questionnaire(items=1, dimensions=1, changes=changes, overall=False)

    found = item_result(questionnaire, make_wave(questionnaire, [[1]] * 30).tally, "q1")

    assert found.mean == 1
    assert found.index.value == 100
    assert found.satisfied.value == 100
    assert found.mean_lower == 1
    assert found.mean_upper < 2


def test_nobody_gives_reasons_instead_of_numbers(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire()
    wave = make_wave(questionnaire, [])

    item = item_result(questionnaire, wave.tally, "q1")

    assert (item.mean, item.sd, item.index.value) == (None, None, None)
    assert item.index.reason == "no_valid_answer"
    assert item.satisfied.reason == "no_valid_answer"
    assert index_result(wave).isu.reason == "too_few_answers"


def test_one_respondent_has_a_mean_but_no_error(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)

    item = item_result(questionnaire, make_wave(questionnaire, [[4]]).tally, "q1")

    assert (item.mean, item.sd, item.mean_se) == (4, None, None)
    assert item.index.reason == "one_respondent"
    assert item.index.publication is Publication.NOT_PUBLISHED


def test_everybody_blank_gives_reasons_instead_of_numbers(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, overall=False)
    wave = make_wave(questionnaire, [[-3, -3]] * 50)

    assert index_result(wave).isu.reason == "too_few_answers"
    assert (wave.forms, wave.respondents) == (50, 0)


@pytest.mark.parametrize("mark", [1, 3, 5])
def test_everybody_equal_leaves_a_defined_interval(
    make_questionnaire: Make, make_wave: Make, mark: int
) -> None:
    questionnaire = make_questionnaire(items=3, dimensions=2, overall=False)

    isu = index_result(make_wave(questionnaire, [[mark] * 3] * 40)).isu

    assert isu.value == pytest.approx(25 * (mark - 1))
    assert isu.se == 0
    assert isu.lower < isu.upper
    assert 0 <= isu.lower <= isu.value <= isu.upper <= 100


def test_without_rated_core_items_there_is_no_index(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=0, dimensions=0)
    wave = make_wave(questionnaire, [[5]] * 40)

    assert index_result(wave).isu.reason == "no_index_items"
    assert item_result(questionnaire, wave.tally, "overall").index.value == 100


def test_a_scale_without_a_satisfied_set_has_no_share(make_document: Make, make_wave: Make) -> None:
    document = make_document(items=1, dimensions=1, overall=False)
    document["scales"]["main"]["satisfied"] = []
    questionnaire = read_questionnaire(document)

    found = item_result(questionnaire, make_wave(questionnaire, [[4]] * 30).tally, "q1")

    assert found.satisfied.value is None
    assert found.satisfied.reason == "no_set_declared"


def test_a_raised_publication_minimum_is_obeyed(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4]] * 12)

    strict = index_result(wave, parameters=Parameters(publication_minimum=15))

    assert index_result(wave).isu.value == 75
    assert strict.isu.reason == "too_few_answers"


def respondent_index(questionnaire: Questionnaire, ratings: Any) -> tuple[float, float, int]:
    """The index from the respondents' own answers: mean and error of linearised scores."""
    columns, dimensions = [], []
    for place, question in enumerate(questionnaire.rated):
        if question in questionnaire.index_items:
            marks = np.where(ratings[:, place] >= 0, ratings[:, place].astype(float), np.nan)
            unit = (marks - question.scale.lower) / (question.scale.upper - question.scale.lower)
            columns.append(unit if question.higher_is_better else 1 - unit)
            dimensions.append(question.dimension)
    x = np.stack(columns, axis=1)
    a = np.array([1 / len(set(dimensions)) / dimensions.count(name) for name in dimensions])
    answered = (~np.isnan(x)).any(axis=1)
    n, means = int(answered.sum()), np.nanmean(x, axis=0)
    y = a @ means + n * np.nansum((x - means) * a / (~np.isnan(x)).sum(axis=0), axis=1)
    return float(a @ means), float(y[answered].std(ddof=1) / np.sqrt(n)), n


def _somerville_marks() -> Any:
    with (REFERENCE / "somerville_2015.csv").open(encoding="utf-8-sig") as stream:
        return np.array([[int(cell) for cell in row] for row in list(csv.reader(stream))[1:]])


def _somerville() -> Wave:
    document = json.loads((REFERENCE / "somerville_questionnaire.json").read_text("utf-8"))
    return _wave(read_questionnaire(document), _somerville_marks())


def _wave(questionnaire: Questionnaire, rows: Any) -> Wave:
    keys = [question.key for question in questionnaire.rated]
    table = np.array(rows, dtype=np.int16).reshape(-1, len(keys))
    columns = dict(zip(keys, table.T, strict=True))
    responses = responses_from_columns(questionnaire, columns, mode=np.zeros(len(table), np.int8))
    return Wave("2015", questionnaire, tally_responses(questionnaire, responses))


def _three_points(polarity: str = "positive") -> Questionnaire:
    text = {"it": "x"}
    codes = [{"code": code, "label": text} for code in (1, 2, 3)]
    items = [
        {
            "key": f"q{i}",
            "kind": "rating",
            "role": "item",
            "scale": "s",
            "dimension": d,
            "text": text,
        }
        for i, d in enumerate(["a", "a", "b"])
    ]
    return read_questionnaire(
        {
            "format": "gradimento/questionnaire/1",
            "id": "three",
            "languages": ["it"],
            "title": text,
            "dimensions": [{"key": "a", "label": text}, {"key": "b", "label": text}],
            "scales": {"s": {"codes": codes, "polarity": polarity, "satisfied": [3]}},
            "sections": [{"key": "s", "questions": items}],
        }
    )

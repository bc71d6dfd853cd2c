"""Weights, clusters and finite populations against R's survey package.

The lines of R stand in tests/reference/design.R and beside each value of design_r.json.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.data import responses_from_columns
from analysis.design import sample_of
from analysis.indices import index_result, item_result
from analysis.tally import tally_responses
from analysis.wave import Wave

Make = Callable[..., Any]
FOLDER = Path(__file__).parents[1] / "reference"
R = {
    name: made["value"]
    for name, made in json.loads((FOLDER / "design_r.json").read_text())["values"].items()
}
with (FOLDER / "somerville_2015.csv").open(encoding="utf-8") as stream:
    TABLE = np.array([[int(cell) for cell in row] for row in list(csv.reader(stream))[1:]])
FORMS = np.arange(1, len(TABLE) + 1)


def answers() -> NDArray[np.int64]:
    """Six items, with the blanks that the script makes."""
    marks = TABLE[:, 1:].copy()
    for item in range(1, 7):
        marks[(FORMS + 3 * item) % 11 == 0, item - 1] = -3
    return marks


def clusters() -> NDArray[np.int64]:
    """Ninety forms five at a time by their first answer, below zero; the others alone."""
    order = np.lexsort((FORMS, TABLE[:, 1]))
    numbers = np.arange(len(FORMS))
    numbers[order[:90]] = -1 - np.arange(90) // 5
    return numbers


@pytest.fixture
def somerville(make_questionnaire: Make) -> Callable[..., Wave]:
    questionnaire = make_questionnaire(
        items=6, dimensions=0, overall=False, profiles={"sex": 2, "age_class": 3}
    )

    def make(*, cluster: NDArray[np.int64] | None = None, **choices: Any) -> Wave:
        columns = {f"q{item + 1}": marks for item, marks in enumerate(answers().T)}
        columns |= {"sex": 1 + ((7 * FORMS) % 5 < 2), "age_class": 1 + FORMS % 3}
        responses = responses_from_columns(
            questionnaire, columns, mode=np.zeros(len(FORMS), np.int8), cluster=cluster
        )
        return Wave("2015", questionnaire, tally_responses(questionnaire, responses), **choices)

    return make


def native(estimate: Any) -> tuple[float, float]:
    """Value and error on 1-5, as R has them."""
    return 1 + estimate.value / 25, estimate.se / 25


def near(name: str, *, tolerance: float = 1e-9) -> Any:
    return pytest.approx(tuple(R[name]), rel=tolerance)


def test_forms_that_stand_alone(somerville: Make) -> None:
    assert native(index_result(somerville()).isu) == near("alone")


def test_clusters_widen_the_index_as_in_svydesign(somerville: Make) -> None:
    isu: Any = index_result(somerville(cluster=clusters())).isu

    assert native(isu) == near("clusters")
    assert isu.df == R["cluster_df"]
    deff = (R["clusters"][1] / R["alone"][1]) ** 2
    assert isu.n / isu.precision.effective == pytest.approx(deff, rel=1e-9)


def test_clusters_widen_items_and_shares(somerville: Make) -> None:
    wave = somerville(cluster=clusters())

    found: Any = item_result(wave.questionnaire, wave.tally, "q2", sample=sample_of(wave))

    assert (found.mean, found.mean_se) == near("cluster_item")
    share, error = R["cluster_share"]
    assert found.satisfied.value == pytest.approx(100 * share, rel=1e-9)
    p = share
    simple = p * (1 - p) / (found.n - 1)
    assert found.n / found.satisfied.precision.effective == pytest.approx(error**2 / simple)


def test_a_finite_population_narrows_the_index_and_the_item(somerville: Make) -> None:
    wave = somerville(users_served=400, design="census_invited")

    item: Any = item_result(wave.questionnaire, wave.tally, "q2", sample=sample_of(wave))

    assert native(index_result(wave).isu) == near("finite")
    assert (item.mean, item.mean_se) == near("finite_item")


SEX = ((1, 4000.0), (2, 6000.0))
AGE = ((1, 2000.0), (2, 3500.0), (3, 4500.0))


def test_one_margin_is_post_stratified_as_in_poststratify(somerville: Make) -> None:
    found: Any = index_result(somerville(users_by={"sex": SEX}))

    assert found.weighting.method == "post_stratified"
    assert native(found.isu) == near("post_stratified")
    assert native(found.unweighted) == near("alone")


def test_two_margins_are_raked_as_in_rake(somerville: Make) -> None:
    found: Any = index_result(somerville(users_by={"sex": SEX, "age_class": AGE}))

    assert found.weighting.method == "raked"
    assert native(found.isu) == near("raked", tolerance=1e-6)
    assert found.isu.precision.kish == pytest.approx(R["kish"], rel=1e-6)


def test_items_and_shares_are_raked_too(somerville: Make) -> None:
    wave = somerville(users_by={"sex": SEX, "age_class": AGE})
    sample = sample_of(wave, index_result(wave).weighting)

    found: Any = item_result(wave.questionnaire, wave.tally, "q1", sample=sample)

    assert (found.mean, found.mean_se) == near("raked_item", tolerance=1e-6)
    share, error = R["raked_share"]
    assert found.satisfied.value == pytest.approx(100 * share, rel=1e-6)
    # the interval is Wilson's with p(1-p)/SE^2 trials and Student's quantile
    trials = share * (1 - share) / error**2
    q = 1.9785244914586  # qt(0.975, 129): 130 people answered
    centre = (share + q**2 / 2 / trials) / (1 + q**2 / trials)
    assert (found.satisfied.lower + found.satisfied.upper) / 2 == pytest.approx(
        100 * centre, rel=1e-5
    )

"""Every statistic that R computes too, against the values of tests/reference/values.R.

The line of R that made a value stands beside it in r_values.json. Tolerance: 1e-9 of the value,
1e-6 where R or the method iterates.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.adjust import adjusted_change
from analysis.data import Questionnaire
from analysis.drivers import relative_weights
from analysis.equivalence import same_mean
from analysis.importance import paired_gap, recommendation, weighted_index
from analysis.indices import index_result, item_result
from analysis.intervals import clopper_pearson, newcombe, quasi_wilson_t, wilson
from analysis.keying import kappa, keying_quality
from analysis.lmg import lmg
from analysis.mode_effects import mode_differences, score_cells
from analysis.prediction import beta_binomial
from analysis.quality import dk_share_change
from analysis.ranks import brunner_munzel, holm, separated_p
from analysis.reliability import cronbach, omega_total
from analysis.trend import cochran_armitage, weighted_line
from analysis.wave import Wave

FOLDER = Path(__file__).parents[1] / "reference"
R = {
    name: made["value"]
    for name, made in json.loads((FOLDER / "r_values.json").read_text())["values"].items()
}
with (FOLDER / "somerville_2015.csv").open(encoding="utf-8") as stream:
    TABLE = np.array([[int(cell) for cell in row] for row in list(csv.reader(stream))[1:]])
HAPPY, ITEMS = TABLE[:, 0], TABLE[:, 1:]
FORMS = np.arange(1, len(ITEMS) + 1)
SCORE = 25 * (ITEMS.mean(axis=1) - 1)
SECOND = FORMS > 70
EXACT = 1e-9


def near(name: str, *, tolerance: float = EXACT) -> Any:
    return pytest.approx(R[name], rel=tolerance, abs=1e-12)


def with_gaps() -> NDArray[np.int64]:
    """The answers that the script takes away, as blank."""
    answers = ITEMS.copy()
    for item in range(1, 7):
        answers[(FORMS + 3 * item) % 11 == 0, item - 1] = -3
    return answers


def counts(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(values, minlength=6)[1:6]


def test_intervals_of_shares_are_those_of_r() -> None:
    found = wilson(75, 100)
    assert [found.lower, found.upper] == near("wilson")
    assert wilson(170, 200, confidence=0.90).lower == near("wilson_one_sided_lower")
    apart = newcombe((58, 100), (75, 100))
    assert [apart.lower, apart.upper] == near("newcombe")
    exact = clopper_pearson(7, 1200)
    assert [exact.lower, exact.upper] == near("clopper_pearson")
    assert keying_quality(7, 1200).upper == near("clopper_pearson_upper")


def test_the_interval_of_a_mean_solves_its_score_equation() -> None:
    found = quasi_wilson_t(0.7275, 0.10258773 / 4, 99, n=100)
    assert [found.lower, found.upper] == near("quasi_wilson")


def test_items_and_index_with_gaps_are_those_of_survey(
    make_questionnaire: Callable[..., Questionnaire], make_wave: Callable[..., Wave]
) -> None:
    questionnaire = make_questionnaire(items=6, dimensions=0, overall=False, profiles={})
    wave = make_wave(questionnaire, with_gaps())
    found = [item_result(questionnaire, wave.tally, f"q{item}") for item in range(1, 7)]
    assert [one.mean for one in found] == near("item_means")
    assert [one.mean_se for one in found] == near("item_ses")
    isu = index_result(wave).isu
    assert isu.value == near("index")
    assert isu.se == near("index_se")


def test_the_adjusted_change_is_the_regression_with_hc1_errors(
    make_questionnaire: Callable[..., Questionnaire], make_wave: Callable[..., Wave]
) -> None:
    questionnaire = make_questionnaire(
        items=6, dimensions=0, overall=False, profiles={"age_class": 4}
    )
    waves = [
        make_wave(
            questionnaire, ITEMS[part], label=label, mode=(FORMS % 3)[part],
            profiles={"age_class": (FORMS % 4 + 1)[part]},
        )
        for label, part in (("2025", ~SECOND), ("2026", SECOND))
    ]  # fmt: skip
    found = adjusted_change(waves, questionnaire.index_items)
    assert found is not None
    assert found.adjusted == near("ancova")
    assert found.se == near("ancova_hc1")


def test_ranks_and_families_are_those_of_r() -> None:
    found = brunner_munzel(counts(ITEMS[~SECOND, 0]), counts(ITEMS[SECOND, 0]))
    assert [found.superiority, found.p] == near("brunner_munzel")
    assert holm(np.array([0.011, 0.02, 0.04, 0.002, 0.6])).tolist() == near("holm")
    assert separated_p(5, 6) == near("separated")


def test_alpha_is_that_of_psych() -> None:
    chosen = ITEMS[:, [0, 2, 4, 5]].astype(np.float64)
    found = cronbach(np.cov(chosen, rowvar=False), len(chosen))
    assert found.interval is not None
    assert found.value == near("alpha")
    assert [found.interval.lower, found.interval.upper] == near("alpha_feldt")
    assert list(found.item_rest) == near("alpha_item_rest")
    assert list(found.if_deleted) == near("alpha_if_deleted")


def test_omega_is_that_of_lavaan() -> None:
    chosen = ITEMS[:, [0, 2, 4, 5]].astype(np.float64)
    found = omega_total(np.cov(chosen, rowvar=False), len(chosen))
    assert found.value == near("omega", tolerance=1e-6)


def test_kappa_is_that_of_psych() -> None:
    table = np.array([[30, 2, 0, 0], [3, 40, 1, 0], [0, 2, 50, 4], [0, 1, 1, 26]])
    plain = kappa(table, ordinal=False)
    assert kappa(table, ordinal=True).kappa == near("kappa_quadratic")
    assert plain.kappa == near("kappa_plain")
    assert plain.se == near("kappa_plain_se")


def test_weights_of_drivers_are_averages_over_all_orderings() -> None:
    whole = np.corrcoef(np.column_stack([ITEMS, HAPPY]), rowvar=False)
    among, with_overall = whole[:6, :6], whole[:6, 6]
    assert relative_weights(among, with_overall).tolist() == near("relative_weights")
    assert lmg(among, with_overall).tolist() == near("lmg")
    assert float(relative_weights(among, with_overall).sum()) == near("r_squared")


def test_gaps_and_secondary_indices_are_those_of_r() -> None:
    answers = ITEMS.astype(np.float64)
    gap = paired_gap(answers[:, 0], answers[:, 1])
    assert gap.interval is not None
    assert [gap.value, gap.interval.lower, gap.interval.upper, gap.p] == near("paired_gap")
    portions = (answers - 1) / 4
    csi = weighted_index(portions[:, :3], portions[:, 3:], np.full(3, 1 / 3)).csi
    assert [csi.value, csi.se] == near("csi")
    net = recommendation(np.array([0, 0, 5, 0, 10, 0, 0, 15, 20, 30, 20]))
    assert [net.value, net.se] == near("net_recommendation")


def test_modes_are_compared_as_by_welch() -> None:
    two = FORMS % 3 > 0
    profile = np.zeros(int(two.sum()), dtype=np.int64)
    (found,) = mode_differences(score_cells((FORMS % 3)[two], profile, SCORE[two]))
    assert [found.difference, found.lower, found.upper, found.p] == near("welch")


def test_shares_and_series_are_tested_as_by_r() -> None:
    trend = cochran_armitage(np.array([60, 66, 75, 81]), np.array([100, 105, 110, 100]))
    assert trend.z is not None
    assert trend.z**2 == near("cochran_armitage")
    assert dk_share_change((10, 200), (40, 210)).p == near("dk_share_p")
    line = weighted_line(
        np.arange(5.0),
        np.array([70.1, 71.9, 72.2, 75.6, 75.1]),
        np.diag(np.array([1.1, 0.9, 1.4, 1.0, 1.2]) ** 2),
    )
    assert [line.slope, line.se, line.misfit, line.misfit_p] == near("trend_line")


def test_predictions_and_equivalence_are_those_of_r() -> None:
    bound = np.searchsorted(np.cumsum(beta_binomial(170, 200, 200)), 0.05) / 200
    assert bound == near("beta_binomial")
    first, second = SCORE[~SECOND], SCORE[SECOND]
    parts = [float(np.var(one, ddof=1)) / len(one) for one in (first, second)]
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1))
    difference = float(second.mean() - first.mean())
    claim = same_mean(difference, float(np.sqrt(sum(parts))), df, margin=5.0)
    assert claim.bounds is not None
    assert [claim.bounds.lower, claim.bounds.upper] == near("tost_upper_90")

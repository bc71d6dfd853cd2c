"""The adjusted change from cell sums against the regression of the respondents."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.typing import NDArray

from analysis.adjust import adjusted_change
from analysis.change import ServicePair, compare_services
from analysis.comparisons import Comparisons
from analysis.data import Questionnaire
from analysis.publication import DEFAULT
from analysis.wave import Wave

Make = Callable[..., Any]
Sample = tuple[NDArray[Any], NDArray[Any], dict[str, NDArray[Any]]]


def test_the_adjusted_change_equals_the_regression_of_the_respondents(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(items=5, dimensions=2, changes={"q3": {"reversed": True}})
    samples = [draw(questionnaire, 350, seed=1, gaps=0.2), draw(questionnaire, 280, seed=2)]
    waves = [_wave(make_wave, questionnaire, sample) for sample in samples]

    found = adjusted_change(waves, questionnaire.index_items)

    model, crude = respondent_regression(questionnaire, samples)
    assert found is not None
    assert found.factors == ("mode", "age_class", "sex")
    assert found.crude == pytest.approx(crude, abs=1e-9)
    assert found.adjusted == pytest.approx(model.params["C(wave)[T.1]"], abs=1e-9)
    assert found.se == pytest.approx(model.bse["C(wave)[T.1]"], abs=1e-9)
    assert found.df == model.df_resid


def test_two_base_waves_are_averaged_in_the_contrast(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(items=4)
    samples = [draw(questionnaire, 200 + 40 * i, seed=10 + i, shift=0.1 * i) for i in range(3)]
    waves = [_wave(make_wave, questionnaire, sample) for sample in samples]

    found = adjusted_change(waves, questionnaire.index_items)

    model, _ = respondent_regression(questionnaire, samples)
    contrast = model.t_test("C(wave)[T.2] - C(wave)[T.1]/2 = 0")
    assert found is not None
    assert found.adjusted == pytest.approx(float(contrast.effect[0]), abs=1e-9)
    assert found.se == pytest.approx(float(np.squeeze(contrast.sd)), abs=1e-9)


def test_the_interaction_test_is_the_wald_test_of_the_respondents(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(items=4, profiles={})
    samples = [draw(questionnaire, 300, seed=20), draw(questionnaire, 300, seed=21)]
    waves = [_wave(make_wave, questionnaire, sample) for sample in samples]

    found = adjusted_change(waves, questionnaire.index_items)

    frame = _frame(questionnaire, samples)
    model = smf.ols("y ~ C(wave) * C(mode)", frame).fit(cov_type="HC1")
    tested = [name for name in model.params.index if ":" in name]
    wald = model.wald_test(np.eye(len(model.params))[[
        list(model.params.index).index(name) for name in tested
    ]], use_f=False, scalar=True)  # fmt: skip
    assert found is not None
    assert found.interaction_p == pytest.approx(float(wald.pvalue), abs=1e-9)


def test_a_mode_that_one_profile_alone_used_in_the_last_wave_tells_no_interaction(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(profiles={"age_class": 3})
    mode = np.repeat([0, 2], 60)
    young = {"age_class": np.tile([1, 2], 60)}
    old_on_paper = {"age_class": np.where(mode == 2, 3, young["age_class"])}
    waves = [
        make_wave(questionnaire, draw(questionnaire, 120, seed=seed)[0], mode=mode, profiles=ages)
        for seed, ages in enumerate((young, old_on_paper))
    ]

    found = adjusted_change(waves, questionnaire.index_items)

    assert found is not None
    assert found.factors == ("mode", "age_class")
    assert found.interaction_p is None


def test_the_change_by_mode_is_tested_for_who_looks_at_it(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(profiles={})
    waves = [_wave(make_wave, questionnaire, draw(questionnaire, 200, seed=k)) for k in range(2)]
    known = Comparisons()

    without = known.change(waves, DEFAULT, by_mode=False)
    looked_at = known.change(waves, DEFAULT)

    assert without is not None
    assert looked_at is not None
    assert without.interaction_p is None
    assert looked_at.interaction_p is not None
    assert (without.adjusted, without.se) == (looked_at.adjusted, looked_at.se)
    assert known.change(waves, DEFAULT, by_mode=False) is looked_at


def test_a_shift_of_mode_is_not_read_as_a_change_of_the_service(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, profiles={}, overall=False)

    def half(web: int, paper: int) -> Wave:
        rng = np.random.default_rng(web)
        marks = np.concatenate([rng.choice([2, 3, 4], web), rng.choice([3, 4, 5], paper)])
        return make_wave(questionnaire, marks[:, None], mode=[0] * web + [2] * paper)

    found = adjusted_change([half(200, 800), half(800, 200)], questionnaire.index_items)

    assert found is not None
    assert found.crude < -12
    assert abs(found.adjusted) < 4
    assert found.factors == ("mode",)


def test_simpsons_paradox_is_flagged(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, profiles={}, overall=False)
    before = make_wave(questionnaire, [[2], [3]] * 100 + [[4], [5]] * 400, mode=_modes(200, 800))
    after = make_wave(questionnaire, [[3], [3]] * 400 + [[5], [5]] * 100, mode=_modes(800, 200))

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.change is not None
    assert change.change.crude < 0 < change.change.adjusted
    assert "simpson" in change.flags
    assert "mode_mix_changed" in change.flags


def test_a_profile_asked_in_one_wave_only_is_not_adjusted_for(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    without = make_questionnaire(profiles={})
    with_age = make_questionnaire(profiles={"age_class": 3})
    before = _wave(make_wave, without, draw(without, 200, seed=1))
    after = _wave(make_wave, with_age, draw(with_age, 200, seed=2))

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.change is not None
    assert change.change.factors == ("mode",)


def test_a_profile_confounded_with_the_waves_is_left_out_of_the_adjustment(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(profiles={"age_class": 3})
    (ratings, mode, _), late = draw(questionnaire, 200, seed=1), draw(questionnaire, 200, seed=2)
    before = make_wave(questionnaire, ratings, mode=mode)
    ages = {"age_class": np.random.default_rng(3).choice([1, 2, 3], 200)}
    after = make_wave(questionnaire, late[0], mode=late[1], profiles=ages)

    found = adjusted_change([before, after], questionnaire.index_items)

    assert found is not None
    assert found.factors == ("mode",)


def test_waves_without_a_common_mode_cannot_be_told_apart_from_their_modes(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    web = make_wave(questionnaire, [[3], [4]] * 40, mode=[0] * 80)
    paper = make_wave(questionnaire, [[3], [4]] * 40, mode=[2] * 80)

    assert adjusted_change([web, paper], questionnaire.index_items) is None


def test_a_wave_answered_by_one_person_has_no_pseudo_values(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    one, many = make_wave(questionnaire, [[3]]), make_wave(questionnaire, [[3]] * 5)

    with pytest.raises(ValueError, match="no standard error"):
        adjusted_change([one, many], questionnaire.index_items)


def respondent_regression(
    questionnaire: Questionnaire, samples: Sequence[Sample]
) -> tuple[Any, float]:
    """OLS of pseudo-values with statsmodels' HC1 errors, and the crude change."""
    frame = _frame(questionnaire, samples)
    factors = " + ".join(f"C({name})" for name in ("mode", *samples[0][2]))
    # smf.ols("y ~ C(wave) + C(mode) + C(age_class) + C(sex)", frame).fit(cov_type="HC1")
    model = smf.ols(f"y ~ C(wave) + {factors}", frame).fit(cov_type="HC1")
    means = frame.groupby("wave")["y"].mean()
    return model, float(means.iloc[-1] - means.iloc[:-1].mean())


def _frame(questionnaire: Questionnaire, samples: Sequence[Sample]) -> Any:
    frames = []
    for number, (ratings, mode, profiles) in enumerate(samples):
        frame = pd.DataFrame(
            {"y": _pseudo_values(questionnaire, ratings), "mode": mode, **profiles}
        )
        frames.append(frame.assign(wave=number).dropna(subset="y"))
    return pd.concat(frames)


def _pseudo_values(questionnaire: Questionnaire, ratings: NDArray[Any]) -> NDArray[np.float64]:
    """Pseudo-value of each form, NaN where no index item was answered."""
    items = questionnaire.index_items
    x = np.where(ratings >= 0, ratings, np.nan)[:, [questionnaire.position(q.key) for q in items]]
    x = 100 * (x - [q.scale.lower for q in items]) / [q.scale.upper - q.scale.lower for q in items]
    x = np.where([q.higher_is_better for q in items], x, 100 - x)
    names = [q.dimension for q in items]
    a = np.array([1 / len(set(names)) / names.count(name) for name in names])
    valid = ~np.isnan(x)
    n, means = valid.any(axis=1).sum(), np.nanmean(x, axis=0)
    y = a @ means + n * np.nansum((x - means) * a / valid.sum(axis=0), axis=1)
    return np.where(valid.any(axis=1), y, np.nan)


def _wave(make_wave: Make, questionnaire: Questionnaire, sample: Sample) -> Wave:
    ratings, mode, profiles = sample
    return make_wave(questionnaire, ratings, mode=mode, profiles=profiles)


def _modes(web: int, paper: int) -> list[int]:
    return [0] * web + [2] * paper

"""Response modes: differences at equal profile, the mix, and small modes that stay hidden."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import statsmodels.formula.api as smf
from numpy.typing import NDArray

from analysis.data import MODES, Status
from analysis.examples import example_wave
from analysis.history import ServiceHistory, body_years
from analysis.parts.channels import channels_json, channels_of, channels_words
from analysis.wave import Wave
from tests.analysis.contexts import check_block, context_of

Make = Callable[..., Any]
WEB, KIOSK, PAPER = (MODES.index(name) for name in ("web", "kiosk", "paper"))


@pytest.fixture
def wave_of(make_questionnaire: Make, make_wave: Make) -> Callable[..., Wave]:
    """Forms by mode, each with the same two answers unless noise is wanted."""

    def make(label: str = "2026", *, seed: int = 1, **sizes: tuple[int, float]) -> Wave:
        questionnaire = make_questionnaire(items=4, dimensions=2, overall=False)
        rng = np.random.default_rng(seed)
        rows, modes = [], []
        for name, (n, level) in sizes.items():
            rows.append(np.clip(np.rint(rng.normal(level, 0.8, (n, 4))), 1, 5))
            modes += [MODES.index(name)] * n
        ratings = np.vstack(rows) if rows else np.zeros((0, 4))
        n = len(ratings)
        profiles = {"age_class": np.arange(n) % 3 + 1, "sex": np.arange(n) % 2 + 1}
        wave: Wave = make_wave(questionnaire, ratings, mode=modes, profiles=profiles, label=label)
        return wave

    return make


def _scores(wave_ratings: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(25 * (wave_ratings.mean(axis=1) - 1))


def test_the_difference_is_that_of_a_regression_saturated_in_the_profile(
    make_questionnaire: Make, make_wave: Make
) -> None:
    # one mode effect in each profile cell, averaged over the respondents of both:
    # smf.ols("y ~ C(mode) * C(cell)"), mean over the sample of predict(mode 2) - predict(mode 0)
    import pandas

    questionnaire = make_questionnaire(items=4, dimensions=1, overall=False)
    rng = np.random.default_rng(4)
    n = 300
    age, sex = rng.integers(1, 4, n), rng.integers(1, 3, n)
    mode = np.where(rng.random(n) < 0.2 + 0.2 * age, PAPER, WEB)
    level = 3 + 0.3 * age + 0.5 * (mode == PAPER)
    ratings = np.clip(np.rint(rng.normal(level[:, None], 0.7, (n, 4))), 1, 5)
    frame = pandas.DataFrame({"y": _scores(ratings), "mode": mode, "cell": 10 * age + sex})
    fit = smf.ols("y ~ C(mode) * C(cell)", frame).fit()
    expected = (
        fit.predict(frame.assign(mode=PAPER)).mean() - fit.predict(frame.assign(mode=WEB)).mean()
    )
    wave = make_wave(questionnaire, ratings, mode=mode, profiles={"age_class": age, "sex": sex})

    found = channels_of(context_of(wave))

    assert len(found.differences) == 1
    assert found.differences[0].difference == pytest.approx(expected)
    assert found.flags == ("mode_effect",)


def test_a_flagged_difference_is_told_and_never_corrected(wave_of: Callable[..., Wave]) -> None:
    wave = wave_of(web=(80, 3.2), paper=(90, 4.3))
    context = context_of(wave)

    words = channels_words(channels_of(context), "it")

    assert words[0].startswith("A parità di età e sesso, chi risponde su carta dà in media ")
    assert words[1] == (
        "Non si può dire se dipende dal modo di rispondere o da chi lo sceglie: il livello non "
        "viene corretto, e gli anni si confrontano a parità di modo."
    )
    assert context.index.isu.value == pytest.approx(context_of(wave).index.isu.value)
    check_block("channels", channels_json(channels_of(context)))


@pytest.mark.parametrize(
    ("asked", "italian", "english"),
    [
        ({}, "Chi risponde su carta dà", "Those who answer on paper"),
        ({"sex": 2}, "A parità di sesso, chi risponde su carta", "At equal sex, those who answer"),
    ],
)
def test_only_what_was_asked_is_said_to_be_equal(
    make_questionnaire: Make, make_wave: Make, asked: dict[str, int], italian: str, english: str
) -> None:
    rng = np.random.default_rng(5)
    ratings = np.clip(np.rint(rng.normal(np.repeat([3.2, 4.4], 80)[:, None], 0.8, (160, 4))), 1, 5)
    questionnaire = make_questionnaire(items=4, overall=False, profiles=asked)
    profiles = {name: np.arange(160) % 2 + 1 for name in asked}
    mode = np.repeat([WEB, PAPER], 80)

    found = channels_of(context_of(make_wave(questionnaire, ratings, mode=mode, profiles=profiles)))

    assert channels_words(found, "it")[0].startswith(italian)
    assert channels_words(found, "en")[0].startswith(english)


def test_small_differences_raise_no_flag_and_no_word(wave_of: Callable[..., Wave]) -> None:
    found = channels_of(context_of(wave_of(web=(80, 4.0), kiosk=(80, 4.0), paper=(80, 4.0))))

    assert len(found.differences) == 3
    assert found.flags == ()
    assert channels_words(found, "it") == ()


def test_a_mode_with_29_respondents_is_not_compared(wave_of: Callable[..., Wave]) -> None:
    found = channels_of(context_of(wave_of(web=(80, 3.0), paper=(29, 5.0))))

    assert found.differences == ()
    assert found.reason == "too_few_answers"


def test_a_mix_that_moved_names_the_mode_and_its_points(wave_of: Callable[..., Wave]) -> None:
    before = wave_of("2025", web=(30, 4.0), paper=(70, 4.0))
    after = wave_of("2026", web=(100, 4.0), paper=(100, 4.0))

    found = channels_of(context_of(after, before))
    block = channels_json(found)

    assert found.mix_changed and found.flags == ("mode_mix_changed",)
    assert [one["moved"] for one in block["mix"]] == pytest.approx([20, -20])
    assert block["words"]["it"][0].startswith(
        "La quota di chi risponde online è passata dal 30% al 50% (+20 punti)"
    )
    assert block["words"]["en"][0].startswith("The share answering online went from 30% to 50%")
    check_block("channels", block)


def test_a_move_of_14_points_is_no_change_of_the_mix(wave_of: Callable[..., Wave]) -> None:
    before = wave_of("2025", web=(36, 4.0), paper=(64, 4.0))
    after = wave_of("2026", web=(50, 4.0), paper=(50, 4.0))

    assert channels_of(context_of(after, before)).mix_changed is False


def test_a_small_mode_cannot_be_found_by_subtraction(wave_of: Callable[..., Wave]) -> None:
    before = wave_of("2025", web=(60, 4.0), paper=(40, 4.0))
    after = wave_of("2026", web=(120, 4.0), kiosk=(4, 4.0), paper=(60, 4.0))

    block = channels_json(channels_of(context_of(after, before)))

    shown = {one["mode"]: one["n"] for one in block["mix"]}
    assert shown == {"web": 120, "kiosk": None, "paper": None}
    hidden = [one for one in block["mix"] if one["n"] is None]
    assert all(one["after"] is one["moved"] is None for one in hidden)
    assert {one["reason"] for one in hidden} == {"below_minimum"}
    check_block("channels", block)


def test_a_hidden_mode_that_moved_is_told_without_its_name(wave_of: Callable[..., Wave]) -> None:
    before = wave_of("2025", web=(8, 4.0), paper=(32, 4.0))
    after = wave_of("2026", web=(40, 4.0), paper=(40, 4.0))

    found = channels_of(context_of(after, before))

    levels = (
        "Il modo di rispondere è cambiato molto dall'indagine precedente: i livelli dei due anni "
        "non si leggono uno accanto all'altro"
    )
    assert channels_words(found, "it") == (f"{levels}.",)
    assert channels_words(replace(found, adjusted=True), "it") == (
        f"{levels}, la variazione è calcolata a parità di modo di risposta.",
    )


@pytest.mark.parametrize(("n", "adjusted"), [(24, False), (60, True)])
def test_a_change_at_equal_mode_is_claimed_only_where_there_is_one(n: int, adjusted: bool) -> None:
    waves = example_wave("2025", n=n), example_wave("2026", n=n, seed=2)

    year = body_years([ServiceHistory("urp", "URP", waves)])[-1]

    assert year.services[0].detail.channels.adjusted is adjusted


def test_few_respondents_without_a_counterpart_are_not_told(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    rng = np.random.default_rng(2)
    ratings = rng.integers(2, 6, (100, 2))
    age = np.where(np.arange(100) < 4, 3, np.arange(100) % 2 + 1)
    mode = np.where(np.arange(100) < 50, WEB, PAPER)
    wave = make_wave(questionnaire, ratings, mode=mode,
                     profiles={"age_class": age, "sex": np.ones(100)})  # fmt: skip

    found = channels_of(context_of(wave))

    assert found.differences[0].compared == pytest.approx(0.96)
    assert found.compared == (None,)
    assert channels_json(found)["differences"][0]["compared_reason"] == "below_minimum"


@pytest.mark.parametrize(
    ("ratings", "mode", "reason"),
    [
        (np.zeros((0, 2)), [], "one_mode"),
        ([[4, 5]], [WEB], "one_mode"),
        (np.full((80, 2), int(Status.BLANK)), [WEB, PAPER] * 40, "one_mode"),
        (np.full((80, 2), 4), [WEB] * 80, "one_mode"),
        (np.full((40, 2), 4), [WEB, PAPER] * 20, "too_few_answers"),
        (np.full((80, 2), 4), [WEB, PAPER] * 40, None),
        (np.full((80, 2), 4), [WEB, -1] * 40, "too_few_answers"),
    ],
)
def test_every_edge_has_a_defined_result(
    make_questionnaire: Make, make_wave: Make, ratings: Any, mode: list[int], reason: str | None
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    wave = make_wave(questionnaire, ratings, mode=mode)

    found = channels_of(context_of(wave))

    assert found.reason == reason
    assert found.flags == ()
    assert found.mix_changed is None
    check_block("channels", channels_json(found))


def test_separated_modes_without_any_variance_have_a_difference_and_a_reason(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[1, 1]] * 40 + [[5, 5]] * 40, mode=[WEB] * 40 + [PAPER] * 40)

    block = channels_json(channels_of(context_of(wave)))

    assert block["differences"][0]["value"] == pytest.approx(100)
    assert block["differences"][0]["reason"] == "no_variance"
    assert block["differences"][0]["p"] is None
    check_block("channels", block)

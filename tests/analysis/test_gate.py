"""Which waves may be compared."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from analysis.change import ServicePair, comparability_gate, compare_services
from analysis.data import Questionnaire
from analysis.gate import field_period_differs
from analysis.parameters import Parameters
from analysis.wave import Wave
from analysis.words import Verdict
from analysis.yearly import ServiceWaves, body_year

Make = Callable[..., Any]


def test_a_first_wave_has_nothing_to_compare_with(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire()

    change = compare_services([ServicePair("s", (), make_wave(questionnaire, []))]).services[0]

    assert change.verdict is Verdict.NOT_COMPARABLE
    assert change.reasons == ("no_previous_wave",)
    assert change.words["it"].headline == "Prima rilevazione: nessun confronto."


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"changes": {"q1": {"wording": 2}, "q2": {"wording": 2}}}, "items_changed"),
        ({"bounds": (1, 6)}, "scale_changed"),
        ({"changes": {"q1": {"scale": "yes_no"}}}, "scale_changed"),
        ({"items": 6}, "items_changed"),
    ],
)
def test_changed_questions_are_not_compared(
    make_questionnaire: Make, make_wave: Make, draw: Make, last: dict[str, Any], reason: str
) -> None:
    old, new = make_questionnaire(), make_questionnaire(**last)
    pair = ServicePair(
        "s",
        (_wave(make_wave, old, draw(old, 100, seed=1)),),
        _wave(make_wave, new, draw(new, 100, seed=2)),
    )

    assert comparability_gate(pair).reasons == (reason,)


def test_one_changed_item_of_six_is_left_out_of_both_waves(
    make_questionnaire: Make, make_wave: Make
) -> None:
    old = make_questionnaire(items=6, overall=False)
    new = make_questionnaire(items=6, overall=False, changes={"q6": {"wording": 2}})
    pair = ServicePair(
        "s",
        (make_wave(old, [[3, 4, 4, 4, 3, 1], [4] * 5 + [2]] * 30),),
        make_wave(new, [[3, 4, 4, 4, 3, 5], [4] * 6] * 30),
    )

    change = compare_services([pair]).services[0]

    assert change.items == ("q1", "q2", "q3", "q4", "q5")
    assert change.verdict is Verdict.STABLE
    assert change.change is not None
    assert change.change.crude == pytest.approx(0)


@pytest.mark.parametrize(("n", "opened"), [(29, False), (30, True)])
def test_thirty_respondents_are_needed_in_each_wave(
    make_questionnaire: Make, make_wave: Make, n: int, opened: bool
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    many, few = make_wave(questionnaire, [[4]] * 90), make_wave(questionnaire, [[4]] * n)

    assert comparability_gate(ServicePair("s", (many,), few)).open is opened
    assert comparability_gate(ServicePair("s", (few,), many)).open is opened


@pytest.mark.parametrize(
    ("modes", "opened"),
    [((100, 0), True), ((0, 100), False), ((9, 91), False), ((49, 51), False), ((50, 50), True)],
)
def test_common_modes_must_cover_half_of_each_wave(
    make_questionnaire: Make, make_wave: Make, modes: tuple[int, int], opened: bool
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[4]] * 100)
    after = make_wave(questionnaire, [[4]] * 100, mode=_modes(*modes))

    gate = comparability_gate(ServicePair("s", (before,), after))

    assert gate.open is opened
    assert gate.reasons == (() if opened else ("no_common_mode",))


def test_a_declared_break_ends_the_series(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[4]] * 50)
    after = make_wave(questionnaire, [[4]] * 50, series_break="nuova sede")

    assert comparability_gate(ServicePair("s", (before,), after)).reasons == ("series_break",)


def test_a_break_between_the_base_waves_ends_the_series_too(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    oldest, last = (make_wave(questionnaire, [[4]] * 50) for _ in range(2))
    broken = make_wave(questionnaire, [[4]] * 50, series_break="nuova sede")

    pair = ServicePair("s", (oldest, broken), last)

    assert comparability_gate(pair).reasons == ("series_break",)


def test_an_item_outside_the_index_stays_outside_its_change(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[5, 1], [4, 1]] * 25 + [[5, -2]] * 50)
    after = make_wave(questionnaire, [[4, 5], [3, 5]] * 50)

    found = body_year("2026", [ServiceWaves("s", "S", after, (before,))]).services[0]

    assert found.change.items == ("q1",)
    assert found.change.change.values[-1] == pytest.approx(found.index.isu.value, abs=1e-9)


def test_too_few_answers_are_not_called_changed_questions(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[4, 4]] * 60)
    after = make_wave(questionnaire, [[4, 4]] * 9 + [[4, -3]] * 60)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert change.reasons == ("too_few_answers",)
    assert "poche risposte" in change.words["it"].headline


def test_the_sentence_names_the_minimum_that_was_chosen(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4]] * 40)

    pair, chosen = ServicePair("s", (wave,), wave), Parameters(full_minimum=50)

    assert "almeno 50 questionari" in compare_services([pair], chosen).services[0].words[
        "it"].headline  # fmt: skip


def _wave(make_wave: Make, questionnaire: Questionnaire, sample: Any) -> Wave:
    ratings, mode, profiles = sample
    return make_wave(questionnaire, ratings, mode=mode, profiles=profiles)


def _modes(web: int, paper: int) -> list[int]:
    return [0] * web + [2] * paper


SPRING = (dt.date(2025, 3, 10), dt.date(2025, 5, 20))


@pytest.mark.parametrize(
    ("first", "last", "differs"),
    [
        ("2026-03-01", "2026-05-31", False),  # the same three months
        ("2026-04-01", "2026-06-30", False),  # two of three
        ("2026-05-01", "2026-08-31", True),  # one of four
        ("2026-10-01", "2026-12-15", True),  # none
        ("2025-11-01", "2026-04-30", True),  # two of six, over a new year
        ("2026-01-01", "2026-12-31", True),  # three of twelve
    ],
)
def test_waves_in_other_months_of_the_year_are_flagged(
    make_questionnaire: Make, make_wave: Make, first: str, last: str, differs: bool
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[4], [5]] * 50, field_period=SPRING)
    period = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    after = make_wave(questionnaire, [[4], [5]] * 50, field_period=period)

    change = compare_services([ServicePair("s", (before,), after)]).services[0]

    assert ("field_period_differs" in change.flags) is differs
    assert field_period_differs(after, before) is differs


def test_a_period_that_is_not_known_flags_nothing_and_one_that_ends_first_is_refused(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4]] * 50, field_period=SPRING)

    assert not field_period_differs(wave, make_wave(questionnaire, [[4]] * 50))
    with pytest.raises(ValueError, match="cannot end before it begins"):
        make_wave(questionnaire, [[4]] * 50, field_period=SPRING[::-1])

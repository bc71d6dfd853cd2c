"""The change of the whole body: weights, error and words, against closed forms."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.history import ServiceHistory, body_years
from analysis.results import as_document
from analysis.words import Verdict

Make = Callable[..., Any]


@pytest.fixture
def make_body(make_questionnaire: Make, make_wave: Make, draw: Make) -> Make:
    """Services that move by the shifts given, and who say how many users they served."""

    def make(shifts: list[float], users: list[int | None]) -> list[ServiceHistory]:
        asked = make_questionnaire()
        histories = []
        for place, (shift, served) in enumerate(zip(shifts, users, strict=True)):
            waves = []
            for year in (0, 1):
                drawn = draw(asked, 150, seed=10 * place + year, shift=shift * year)
                waves.append(
                    make_wave(
                        asked, drawn[0], mode=drawn[1], profiles=drawn[2],
                        label=str(2025 + year), users_served=served,
                    )
                )  # fmt: skip
            histories.append(ServiceHistory(f"s{place}", f"S{place}", tuple(waves)))
        return histories

    return make


def test_services_count_by_the_users_they_serve_now(make_body: Make) -> None:
    year = body_years(make_body([0.3, 0.0, -0.3], [6000, 3000, 1000]))[-1]
    found, services = year.index_change, [one.change for one in year.change.services]

    assert found is not None
    weights = np.array([0.6, 0.3, 0.1])
    value = float(weights @ [one.adjusted for one in services])
    se = float(np.sqrt(weights**2 @ [one.se**2 for one in services]))
    assert found.value == pytest.approx(value)
    assert found.se == pytest.approx(se)
    # scipy.stats.norm.interval(.95, value, se)
    assert (found.lower, found.upper) == pytest.approx(stats.norm.interval(0.95, value, se))
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(value) / se))
    assert found.weighting == "users_served"


def test_one_unknown_number_of_users_weights_all_by_answers(make_body: Make) -> None:
    found = body_years(make_body([0.3, 0.0], [6000, None]))[-1].index_change

    assert found is not None
    assert found.weighting == "responses"


def test_a_body_that_falls_in_part_is_judged_at_its_own_rate(make_body: Make) -> None:
    # four of six services fall: the mean moves by more than two points, so the guard asks first
    year = body_years(make_body([-0.6] * 4 + [0.0] * 2, [1000] * 6))[-1]
    few = body_years(make_body([-0.6] * 3, [1000] * 3))[-1]

    assert year.index_change is not None
    assert year.change.common_shift is not None
    assert year.change.common_shift.raised
    assert year.index_change.verdict is Verdict.SIGNAL
    assert "quasi tutti i servizi" in year.index_change.words["it"].headline
    assert few.index_change is not None
    assert few.index_change.verdict is Verdict.WORSE


def test_one_service_is_no_body(make_body: Make) -> None:
    years = body_years(make_body([0.3], [1000]))

    assert [year.index_change for year in years] == [None, None]
    assert as_document(years)["years"][-1]["change"] is None


def test_a_body_that_does_not_move_is_stable(make_body: Make) -> None:
    found = body_years(make_body([0.0] * 8, [1000] * 8))[-1].index_change

    assert found is not None
    assert found.verdict is Verdict.STABLE
    assert found.words["it"].headline.startswith("Stabile")


def test_a_change_of_some_services_says_of_how_many(make_body: Make) -> None:
    first, second, third = make_body([0.3, 0.0, 0.0], [None, None, None])
    new = ServiceHistory(third.key, third.name, third.waves[1:])

    whole = body_years([first, second])[-1].index_change
    some = body_years([first, second, new])[-1].index_change

    assert whole is not None and some is not None
    assert whole.words["it"].detail.startswith("300 risposte prima")
    assert some.words["it"].detail.startswith(
        "Si possono confrontare 2 servizi su 3: 300 risposte prima"
    )

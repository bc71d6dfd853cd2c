"""The guard against improvements of all services at once: raised, spread, lifted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.change import ServicePair, compare_services
from analysis.common_shift import Moved, find_common_shift
from analysis.history import ServiceHistory, body_years
from analysis.results import as_document
from analysis.words import Verdict

Make = Callable[..., Any]


def test_the_shift_is_the_mean_weighted_by_precision() -> None:
    found = find_common_shift([Moved(4, 1), Moved(6, 2), Moved(5, 1), Moved(3, 1), Moved(8, 2)])

    assert found is not None
    # (4 + 5 + 3 + 6/4 + 8/4) / (3 + 2/4)
    assert found.value == pytest.approx(15.5 / 3.5)
    assert found.raised
    assert find_common_shift([Moved(9, 1)] * 4) is None


def test_a_third_of_the_services_is_not_nearly_all_of_them() -> None:
    found = find_common_shift([Moved(-7.5, 1.0)] * 4 + [Moved(0.4, 1.0), Moved(-0.4, 1.0)] * 4)

    assert found is not None
    assert found.value == pytest.approx(-2.5)
    assert found.p < 0.001
    assert not found.raised


def test_services_that_wobble_do_not_raise_the_guard_by_chance() -> None:
    plain = find_common_shift([Moved(2.5, 1.5)] * 10)
    wobbling = find_common_shift([Moved(2.5, 1.5, tau=3.0)] * 10)

    assert plain is not None
    assert wobbling is not None
    # 2 * pnorm(-2.5 * sqrt(10) / c(1.5, sqrt(1.5^2 + 3^2)))
    assert plain.p == pytest.approx(1.3608023e-07, rel=1e-6)
    assert wobbling.p == pytest.approx(1.8422125e-02, rel=1e-6)
    assert plain.raised
    assert not wobbling.raised


def test_services_that_share_differently_in_a_shift_are_not_called_improved() -> None:
    alike = find_common_shift([Moved(5 + 0.1 * step, 1.0) for step in range(-5, 6)])
    apart = find_common_shift([Moved(5 + 1.5 * step, 1.0) for step in range(-5, 6)])

    assert alike is not None
    assert apart is not None
    assert alike.spread == 0.0
    # sd of 1.5 * (-5..5) is 4.97, of which 1 is sampling error: the square root of 23.75 is 4.87
    assert apart.spread == pytest.approx(4.87, rel=0.2)


def test_wave_noise_is_not_counted_twice_in_the_spread() -> None:
    moved = [5 + 1.5 * step for step in range(-5, 6)]
    plain = find_common_shift([Moved(one, 1.0) for one in moved])
    noisy = find_common_shift([Moved(one, 1.0, tau=5.0) for one in moved])

    assert plain is not None
    assert noisy is not None
    assert noisy.spread < plain.spread / 2


def test_a_signed_reason_takes_the_guard_away_and_stays_in_the_results(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    histories = []
    for service in range(6):
        waves = []
        for year, shift in enumerate((0.0, 0.9)):
            ratings, mode, profiles = draw(asked, 150, seed=10 * service + year, shift=shift)
            label = str(2025 + year)
            waves.append(make_wave(asked, ratings, mode=mode, profiles=profiles, label=label))
        histories.append(ServiceHistory(f"s{service}", f"S{service}", tuple(waves)))
    reason = "Nuovo sportello unico aperto a marzo; responsabile URP, protocollo 12/2026"

    guarded = body_years(histories)[-1]
    lifted = body_years(histories, lifted={"2026": reason})
    shift = as_document(lifted)["years"][-1]["common_shift"]

    assert not any(one.verdict is Verdict.BETTER for one in guarded.change.services)
    assert all(one.verdict is Verdict.BETTER for one in lifted[-1].change.services)
    assert shift["raised"]
    assert shift["lifted"] == reason
    assert all("spostamento_comune" in one.flags for one in lifted[-1].change.services)


def test_without_a_shift_nothing_joins_the_error(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    asked = make_questionnaire()
    rng = np.random.default_rng(3)
    pairs = []
    for service in range(8):
        two = [
            make_wave(asked, draw(asked, 120, seed=20 * service + year, shift=rng.normal() / 4)[0],
                      label=str(2025 + year))
            for year in (0, 1)
        ]  # fmt: skip
        pairs.append(ServicePair(str(service), (two[0],), two[1]))

    found = compare_services(pairs)

    assert found.common_shift is not None
    assert not found.common_shift.raised
    assert found.common_shift.spread == 0.0

"""Resampling from counts against the closed form, and its fixed seeds."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.bootstrap import DRAWS, multinomial_bootstrap, seed_of

KEY = ("ente", "urp", "2026", "q1")
COUNTS = np.array([4, 6, 15, 45, 30])


def mean(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(drawn @ np.arange(1, 6) / drawn.sum(axis=1))


def test_the_spread_of_a_mean_is_the_closed_form() -> None:
    found = multinomial_bootstrap(COUNTS, mean, KEY)

    # sqrt(sum p (x - m)^2 / n): 1.0258773 * sqrt(99/100) / 10; the draws' own error is se/sqrt(2B)
    closed = 1.0258773 * (99 / 100) ** 0.5 / 10
    assert found.se == pytest.approx(closed, abs=4 * closed / (2 * DRAWS) ** 0.5)
    assert found.lower == pytest.approx(3.91 - 1.96 * closed, abs=0.03)
    assert found.upper == pytest.approx(3.91 + 1.96 * closed, abs=0.03)
    assert found.draws == DRAWS


def test_the_same_key_gives_the_same_numbers_and_another_key_others() -> None:
    once = multinomial_bootstrap(COUNTS, mean, KEY)

    assert multinomial_bootstrap(COUNTS, mean, KEY) == once
    assert multinomial_bootstrap(COUNTS, mean, (*KEY[:3], "q2")) != once


def test_seeds_depend_on_where_one_name_ends() -> None:
    # printf '4:ente3:urp4:20262:q1' | sha256sum | cut -c1-32
    assert seed_of(*KEY) == 0x77E9F40615BDE48471CC073D5BC732FC
    assert seed_of("ab", "c") != seed_of("a", "bc")


def test_nobody_and_an_undefined_statistic_have_reasons() -> None:
    def never(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(drawn), np.nan)

    assert multinomial_bootstrap(np.zeros(5, int), mean, KEY).reason == "no_valid_answer"
    assert multinomial_bootstrap(COUNTS, never, KEY).reason == "undefined_statistic"


def test_everybody_alike_has_no_spread() -> None:
    found = multinomial_bootstrap(np.array([0, 0, 0, 0, 40]), mean, KEY)

    assert (found.se, found.lower, found.upper) == (0.0, 5.0, 5.0)


def test_impossible_counts_and_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="negative: -1"):
        multinomial_bootstrap(np.array([3, -1]), mean, KEY)
    with pytest.raises(ValueError, match="two draws are needed, not 1"):
        multinomial_bootstrap(COUNTS, mean, KEY, draws=1)

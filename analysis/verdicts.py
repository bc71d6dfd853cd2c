"""What a comparison of waves leaves behind: the verdict on a service, and on all of a body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.adjust import AdjustedChange
from analysis.common_shift import CommonShift
from analysis.parameters import Parameters
from analysis.ranks import RankComparison, holm
from analysis.words import Sentence, Verdict


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """Verdict on one service with everything behind it.

    Attributes
    ----------
    change : AdjustedChange or None
        None when the waves are not comparable.
    last_year : AdjustedChange or None
        The wave against the one before alone, where that can be compared; `change` itself where
        the base is one wave.
    tau : float
        Wobble between waves that `se` has in it.
    se : float or None
        Standard error of the adjusted change with the wave noise in it.
    lower, upper : float or None
        Interval of the adjusted change.
    p : float or None
        Two-sided, unadjusted, without wave noise.
    p_worse, p_better : float or None
        One-sided; after the common-shift guard.
    p_worse_adjusted, p_better_adjusted : float or None
        The same after Holm, one family a direction.
    mde : float or None
        Change that would have been seen with 80 % power.
    overall : RankComparison or None
        Ranks of the overall question, last wave against the one before.
    """

    service: str
    verdict: Verdict
    reasons: tuple[str, ...]
    items: tuple[str, ...]
    base_waves: tuple[str, ...]
    n: tuple[int, ...]
    change: AdjustedChange | None
    last_year: AdjustedChange | None
    tau: float
    se: float | None
    lower: float | None
    upper: float | None
    p: float | None
    p_worse: float | None
    p_better: float | None
    p_worse_adjusted: float | None
    p_better_adjusted: float | None
    mde: float | None
    overall: RankComparison | None
    flags: tuple[str, ...]
    words: Mapping[str, Sentence]


@dataclass(frozen=True, slots=True)
class BodyChange:
    """Changes of all services of a body in one wave; `tests` services were testable."""

    services: tuple[ServiceChange, ...]
    tests: int
    common_shift: CommonShift | None
    parameters: Parameters


def adjust_families(judged: Sequence[ServiceChange]) -> list[ServiceChange]:
    """Adjust the one-sided p of a body's services, one family a direction.

    Parameters
    ----------
    judged : sequence of ServiceChange
        All services of a body in one wave; those without p are in no family.

    Returns
    -------
    list of ServiceChange
        In the same order, with `p_worse_adjusted` and `p_better_adjusted` after Holm.

    Examples
    --------
    >>> adjust_families([])
    []
    """
    worse = holm(np.array([one.p_worse for one in judged if one.p_worse is not None], dtype=float))
    better = holm(
        np.array([one.p_better for one in judged if one.p_better is not None], dtype=float)
    )
    pairs = iter(zip(worse.tolist(), better.tolist(), strict=True))
    result = []
    for one in judged:
        if one.p_worse is None:
            result.append(one)
        else:
            down, up = next(pairs)
            result.append(replace(one, p_worse_adjusted=down, p_better_adjusted=up))
    return result

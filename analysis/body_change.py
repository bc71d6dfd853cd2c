"""Did satisfaction with the body as a whole change? One test, with its own error rate."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.intervals import normal_quantile
from analysis.parameters import Parameters
from analysis.publication import DEFAULT, index_decimals
from analysis.ranks import lower_tail
from analysis.verdicts import BodyChange, ServiceChange
from analysis.words import LANGUAGES, Movement, Sentence, Verdict, comparison

#: Season, weather or a new law move all services at once, and no difference among them shows it.
_SHARED = {
    "it": "Non comprende le oscillazioni che toccano tutti i servizi insieme.",
    "en": "Swings that all services share are not in it.",
}
#: The index of the year has all published services in it, and the change some of them.
_SOME = {
    "it": "Si possono confrontare {} servizi su {}: ",
    "en": "Over the {} of {} services that can be compared: ",
}
_POWER = 1.644853627 + 0.841621234
_TWO_SERVICES = 2


@dataclass(frozen=True, slots=True)
class BodyIndexChange:
    """Change of the index over the services that can be compared.

    Attributes
    ----------
    value, se : float
        Adjusted change and its standard error with wave noise, in points of 0-100.
    lower, upper : float
        Interval.
    p : float
        Two-sided.
    base, last : float
        Plain index of these services before and now, with the weights of now.
    mde : float
        Change that would have been seen with 80 % power.
    weighting : str
        ``users_served``, or ``responses`` when any of them does not know its users.
    services : tuple of str
        Those that are in it.
    verdict : Verdict
        By the rules for a service (method, 6.4), at 5 % for this one test.
    words : mapping of language to Sentence
        The verdict in words.
    """

    value: float
    se: float
    lower: float
    upper: float
    p: float
    base: float
    last: float
    mde: float
    weighting: str
    services: tuple[str, ...]
    verdict: Verdict
    words: Mapping[str, Sentence]


def body_index_change(
    change: BodyChange,
    users: Mapping[str, int | None],
    *,
    parameters: Parameters = DEFAULT,
) -> BodyIndexChange | None:
    r"""Test whether the services of a body changed, taken together.

    Parameters
    ----------
    change : BodyChange
        Verdicts on its services.
    users : mapping of service to int or None
        Users served in the wave under test.
    parameters : Parameters, optional
        delta, error rate, coverage.

    Returns
    -------
    BodyIndexChange or None
        None with fewer than two services that can be compared, or where nothing varies.

    Notes
    -----
    :math:`\Delta = \sum_s w_s \Delta_s`, variance :math:`\sum_s w_s^2 (SE_s^2 + \tau_s^2)`, with
    :math:`w_s` the share of the users served **now**, the same before and after: a service that
    grew is no change of satisfaction. One two-sided test, own 5 % (method, 2.8 and 6.3). Under a
    common shift that nobody has explained a coloured verdict becomes a signal: this is the
    movement the guard suspects.

    Examples
    --------
    >>> from analysis.verdicts import BodyChange
    >>> body_index_change(BodyChange((), 0, None, DEFAULT), {}) is None
    True
    """
    tested = [one for one in change.services if one.change is not None]
    if len(tested) < _TWO_SERVICES:
        return None
    known = all(users.get(one.service) for one in tested)
    sizes = np.array([float(users[one.service] or 0) if known else one.n[-1] for one in tested])
    weights = sizes / sizes.sum()
    se = math.sqrt(float(weights**2 @ np.array([(one.se or 0.0) ** 2 for one in tested])))
    if se == 0:
        return None
    value = float(weights @ _of(tested, "adjusted"))
    half = normal_quantile(parameters.confidence) * se
    p = min(1.0, 2 * lower_tail(-abs(value) / se, None))
    doubted = change.common_shift is not None and change.common_shift.active
    verdict = _verdict(value, se, p, doubted=doubted, parameters=parameters)
    base, last = float(weights @ _of(tested, "base")), float(weights @ _of(tested, "last"))
    movement = Movement(
        base=base,
        last=last,
        difference=value,
        crude=float(weights @ _of(tested, "crude")),
        lower=value - half,
        upper=value + half,
        se=se,
        base_n=sum(sum(one.n[:-1]) for one in tested),
        last_n=sum(one.n[-1] for one in tested),
        services=1,
        delta=parameters.delta,
        mde=_POWER * se,
        doubt="spostamento_comune" if doubted else "",
        profile=all(len(one.change.factors) > 1 for one in tested if one.change is not None),
    )
    return BodyIndexChange(
        value, se, value - half, value + half, p, base, last, movement.mde,
        "users_served" if known else "responses",
        tuple(one.service for one in tested), verdict,
        {
            language: _said(verdict, movement, language, of=(len(tested), len(change.services)))
            for language in LANGUAGES
        },
    )  # fmt: skip


def body_index_change_json(found: BodyIndexChange | None) -> dict[str, object] | None:
    """Return the block of the results document.

    Parameters
    ----------
    found : BodyIndexChange or None
        As computed.

    Returns
    -------
    dict or None

    Examples
    --------
    >>> body_index_change_json(None) is None
    True
    """
    if found is None:
        return None
    names = ("value", "se", "lower", "upper", "p", "base", "last", "mde", "weighting")
    return {
        "verdict": found.verdict.value,
        **{name: getattr(found, name) for name in names},
        "decimals": index_decimals(found.se),
        "services": list(found.services),
        "words": {
            language: {"headline": sentence.headline, "detail": sentence.detail}
            for language, sentence in found.words.items()
        },
    }


def _said(verdict: Verdict, movement: Movement, language: str, *, of: tuple[int, int]) -> Sentence:
    found = comparison(verdict, movement, language)
    some = _SOME[language].format(*of) if of[0] < of[1] else ""
    return Sentence(found.headline, f"{some}{found.detail} {_SHARED[language]}")


def _of(tested: Sequence[ServiceChange], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """One figure of every service's change; the base is the mean of its waves."""
    changes = [one.change for one in tested if one.change is not None]
    if name == "base":
        return np.array([sum(one.values[:-1]) / len(one.values[:-1]) for one in changes])
    if name == "last":
        return np.array([one.values[-1] for one in changes])
    return np.array([float(getattr(one, name)) for one in changes])


def _verdict(
    value: float, se: float, p: float, *, doubted: bool, parameters: Parameters
) -> Verdict:
    large = abs(value) >= parameters.delta
    if p < parameters.alpha and large:
        if doubted:
            return Verdict.SIGNAL
        return Verdict.WORSE if value < 0 else Verdict.BETTER
    if p < parameters.alpha:
        return Verdict.SMALL
    if abs(value) + se * normal_quantile(0.90) < parameters.delta:
        return Verdict.STABLE
    return Verdict.UNKNOWN

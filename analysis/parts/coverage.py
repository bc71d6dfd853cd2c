"""Who answered, of all who used the service: rate, profile, and what nobody can correct."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.context import ServiceContext
from analysis.data import ProfileQuestion
from analysis.figures import number
from analysis.nonresponse import (
    Representativity,
    ResponseRate,
    rate_changed,
    representativity,
    response_rate,
)
from analysis.parameters import Parameters
from analysis.population import INVITED
from analysis.publication import share_decimals, suppress_line
from analysis.tally import FIRST_CODE
from analysis.wave import Wave
from analysis.words import LANGUAGES

Json = dict[str, Any]
BELOW = "below_minimum"

_TEXTS: Mapping[str, tuple[str, str]] = {
    "rate": (
        "Questionari ricevuti: {received} su {users} utenti ({rate}%).",
        "Forms received: {received} of {users} users ({rate}%).",
    ),
    "open_link": (
        "Questionari ricevuti: {received}. Tasso di risposta non calcolabile: il questionario era "
        "aperto a tutti.",
        "Forms received: {received}. No response rate can be computed: the form was open to all.",
    ),
    "users_unknown": (
        "Questionari ricevuti: {received}. Tasso di risposta non calcolabile: non si conosce il "
        "numero di utenti.",
        "Forms received: {received}. No response rate can be computed: the number of users is not "
        "known.",
    ),
    "more_answers_than_users": (
        "Questionari ricevuti: {received}, più degli utenti dichiarati ({users}): controllare il "
        "numero di utenti.",
        "Forms received: {received}, more than the users declared ({users}): check the number of "
        "users.",
    ),
    "changed": (
        "Il tasso di risposta è passato dal {before}% al {after}%: chi risponde può essere "
        "cambiato.",
        "The response rate went from {before}% to {after}%: who answers may have changed.",
    ),
    "profile": (
        "Tra chi ha risposto alcuni gruppi di utenti pesano oltre 10 punti in più o in meno che "
        "tra gli utenti ({names}).",
        "Among those who answered some groups of users weigh over 10 points more or less than "
        "among the users ({names}).",
    ),
    "self_selection": (
        "Nessun metodo qui usato corregge una mancata risposta che dipende dalla soddisfazione "
        "stessa: se chi è più (o meno) soddisfatto risponde più volentieri, tutti i livelli sono "
        "spostati.",
        "No method used here corrects non-response that depends on satisfaction itself: if those "
        "more (or less) satisfied answer more readily, all levels are shifted.",
    ),
}


@dataclass(frozen=True, slots=True)
class ProfileCoverage:
    """One profile variable, respondents against users.

    Attributes
    ----------
    question : ProfileQuestion
        Gives the names of the classes.
    found : Representativity
        On the classes whose users are known.
    shown : tuple of bool
        For each class, whether its respondents may be told.
    whole : bool
        Every number may be told, also those that follow from all classes together.
    stated : bool
        The number of those who stated a class with known users may be told.
    """

    question: ProfileQuestion
    found: Representativity
    shown: tuple[bool, ...]
    whole: bool
    stated: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rate and profile.

    Attributes
    ----------
    rate : ResponseRate
        Of this wave.
    before : ResponseRate or None
        Of the wave before; None where that is not published.
    changed : bool or None
        It moved by more than 30 % of its earlier value; None when not known.
    profiles : tuple of ProfileCoverage
        Variables whose users are known by class.
    """

    rate: ResponseRate
    before: ResponseRate | None
    changed: bool | None
    profiles: tuple[ProfileCoverage, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """``response_rate_changed``, ``profile_differs``."""
        raised = {
            "response_rate_changed": bool(self.changed),
            "profile_differs": any(one.found.flagged for one in self.profiles),
        }
        return tuple(name for name, present in raised.items() if present)


def coverage_of(context: ServiceContext) -> Coverage:
    """Compare those who answered with those who used the service.

    Parameters
    ----------
    context : ServiceContext
        Its wave with `Wave.users_served` and `Wave.users_by`, the last of the earlier ones, and
        the parameters.

    Returns
    -------
    Coverage
        Method, 3.9. A class of 1 to 9 respondents is hidden together with what would give it back.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.publication import Publication
    >>> from analysis.wave_noise import WaveNoise
    >>> users = {"age_class": ((1, 300), (2, 100), (3, 100))}
    >>> wave = replace(
    ...     example_wave(), design="census_invited", users_served=500, users_by=users
    ... )
    >>> context = ServiceContext(
    ...     "urp", wave, (), index_result(wave), Publication.FULL,
    ...     None, WaveNoise(0.0, 0), Parameters(),
    ... )
    >>> found = coverage_of(context)
    >>> found.rate.rate, found.flags
    (0.4, ('profile_differs',))
    >>> [round(one.answers_share, 2) for one in found.profiles[0].found.classes]
    [0.3, 0.37, 0.33]
    """
    wave = context.wave
    rate = _rate(wave)
    earlier, minimum = context.earlier[-1:], context.parameters.publication_minimum
    # the forms of a wave that is not published are not told a year later either
    before = _rate(earlier[0]) if earlier and earlier[0].respondents >= minimum else None
    return Coverage(
        rate=rate,
        before=before,
        changed=None if before is None else rate_changed(before, rate),
        profiles=tuple(
            _profile(wave, question, users, context.parameters)
            for question in wave.questionnaire.profiles
            if (users := wave.users_by.get(question.variable))
        ),
    )


def _rate(wave: Wave) -> ResponseRate:
    return response_rate(wave.forms, wave.users_served, design=wave.design)


def _profile(
    wave: Wave,
    question: ProfileQuestion,
    users: Sequence[tuple[int, float]],
    parameters: Parameters,
) -> ProfileCoverage:
    """Compare the classes whose users are known; other answers count as not stated.

    Cells are hidden as in the counts of the profile question, so that neither block gives away
    what the other hides.
    """
    place = wave.questionnaire.profiles.index(question)
    counts = wave.tally.profiles[place]
    by_code = {code: int(counts[code + FIRST_CODE]) for code in question.codes}
    not_stated = int(counts[:FIRST_CODE].sum())
    line = suppress_line([*by_code.values(), not_stated], minimum=parameters.publication_minimum)
    visible = {code: n is not None for code, n in zip(by_code, line[:-1], strict=True)}
    known = [code for code, _ in users]
    others = [visible[code] for code in by_code if code not in known]
    stated = line[-1] is not None and all(others)
    return ProfileCoverage(
        question=question,
        found=representativity(
            {code: by_code[code] for code in known}, users, rates=wave.design in INVITED
        ),
        shown=tuple(visible[code] for code in known),
        whole=stated and all(visible.values()),
        stated=stated,
    )


def coverage_json(found: Coverage) -> Json:
    """Turn the part into its block of the results document.

    Parameters
    ----------
    found : Coverage
        The part.

    Returns
    -------
    dict
        Shares and rates in percent; None with a reason where they are not told.

    Examples
    --------
    >>> rate = response_rate(120, 400, design="census_invited")
    >>> block = coverage_json(Coverage(rate, None, None, ()))["rate"]
    >>> block["value"], round(block["lower"], 1), round(block["upper"], 1), block["decimals"]
    (30.0, 25.7, 34.7, 0)
    """
    return {
        "rate": _rate_json(found.rate),
        "before": None if found.before is None else _rate_json(found.before),
        "rate_changed": found.changed,
        "profiles": [_profile_json(one) for one in found.profiles],
        "flags": list(found.flags),
        "words": {language: list(coverage_words(found, language)) for language in LANGUAGES},
    }


def _rate_json(rate: ResponseRate) -> Json:
    ends, decimals = rate.interval, 0
    if ends is not None:
        decimals = share_decimals(100 * (ends.upper - ends.lower) / (2 * 1.959964), rate.received)
    return {
        "received": rate.received,
        "users": rate.users,
        "value": None if rate.rate is None else 100 * rate.rate,
        "lower": None if ends is None else 100 * ends.lower,
        "upper": None if ends is None else 100 * ends.upper,
        "decimals": decimals,
        "reason": rate.reason,
    }


def _profile_json(one: ProfileCoverage) -> Json:
    classes = []
    for found, shown in zip(one.found.classes, one.shown, strict=False):
        told = shown and one.stated
        classes.append(
            {
                "code": found.code,
                "label": dict(one.question.labels[found.code]),
                "users": found.users,
                "users_share": 100 * found.users_share,
                "n": found.respondents if shown else None,
                "answers_share": 100 * found.answers_share if told else None,
                "rate": 100 * found.rate if shown and found.rate is not None else None,
                "flagged": found.flagged,
                "reason": None if told else BELOW,
            }
        )
    hidden = None if one.whole or one.found.reason else BELOW
    return {
        "variable": one.question.variable,
        "classes": classes,
        "r_indicator": one.found.r_indicator if one.whole else None,
        "reason": one.found.reason or hidden,
    }


def coverage_words(found: Coverage, language: str) -> tuple[str, ...]:
    """Say how many answered of how many, what differs most, and always what cannot be corrected.

    Parameters
    ----------
    found : Coverage
        The part.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Two or three sentences.

    Examples
    --------
    >>> rate = response_rate(120, None, design="open_link")
    >>> print(coverage_words(Coverage(rate, None, None, ()), "it")[0])
    Questionari ricevuti: 120. Tasso di risposta non calcolabile: il questionario era aperto a
    tutti.
    """
    rate = found.rate
    said = [
        _text(
            rate.reason or "rate", language,
            received=number(rate.received, language=language),
            users="" if rate.users is None else number(rate.users, language=language),
            rate="" if rate.rate is None else _percent(rate.rate, language),
        )
    ]  # fmt: skip
    names = [
        label.get(language) or label.get("it") or str(one.code)
        for profile in found.profiles
        for one in profile.found.classes
        if one.flagged and (label := profile.question.labels[one.code])
    ]
    before = found.before.rate if found.before is not None else None
    if names:
        said.append(_text("profile", language, names=", ".join(names)))
    elif found.changed and before is not None and rate.rate is not None:
        ends = {"before": _percent(before, language), "after": _percent(rate.rate, language)}
        said.append(_text("changed", language, **ends))
    return (*said, _text("self_selection", language))


def _percent(share: float, language: str) -> str:
    return number(100 * share, decimals=0 if share >= 0.1 else 1, language=language)


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)

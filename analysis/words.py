"""Verdicts as sentences, in Italian and English.

Never "significativo" alone, "dimostra", "certo", rankings, or causes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.figures import number
from analysis.publication import index_decimals
from analysis.verdict_texts import (
    AGAINST,
    ALIKE,
    AND_PROFILE,
    COMMON,
    COMMON_QUESTIONS,
    DETAIL,
    DETAIL_TWO,
    DOUBTS,
    MOVED,
    MOVED_ALIKE,
    REASONS,
    SIGNAL,
    SMALL,
    STABLE,
    UNKNOWN,
    WAYS,
)

LANGUAGES = ("it", "en")


class Verdict(StrEnum):
    """What can be said about a change (method, 6.4)."""

    WORSE = "peggioramento_accertato"
    BETTER = "miglioramento_accertato"
    SIGNAL = "segnale_da_verificare"
    SMALL = "variazione_piccola"
    STABLE = "stabile"
    UNKNOWN = "non_determinabile"
    NOT_COMPARABLE = "non_confrontabile"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence for the verdict, one line for its numbers (empty where there are none)."""

    headline: str
    detail: str


@dataclass(frozen=True, slots=True)
class Movement:
    """The numbers that a sentence names, in points of 0-100."""

    base: float
    last: float
    difference: float
    crude: float
    lower: float
    upper: float
    se: float
    base_n: int
    last_n: int
    services: int
    delta: float
    mde: float
    #: Change from the wave before alone, where the base is two waves.
    last_year: float | None = None
    #: The same, where it alone gives the signal; None where the change from the base does.
    signal: float | None = None
    #: Why a signal needs checking, one of `DOUBTS`; "" where it may be chance.
    doubt: str = ""
    #: Whether the difference is at equal profile too, and not at equal response mode alone.
    profile: bool = True
    #: Questions that the waves share, where the index of any of them has more; None otherwise.
    common: int | None = None


_LABELS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.WORSE: ("Peggioramento accertato", "Established decline"),
    Verdict.BETTER: ("Miglioramento accertato", "Established improvement"),
    Verdict.SIGNAL: ("Segnale da verificare", "Signal to be checked"),
    Verdict.SMALL: ("Variazione piccola", "Small change"),
    Verdict.STABLE: ("Stabile", "Stable"),
    Verdict.UNKNOWN: ("Non determinabile", "Cannot tell"),
    Verdict.NOT_COMPARABLE: ("Non confrontabile", "Not comparable"),
}

NOTES: Mapping[str, tuple[str, str]] = {
    "wave_noise": (
        "Nei confronti ({years}) si tiene conto delle oscillazioni casuali tra un anno e l'altro, "
        "stimate dagli anni precedenti.",
        "Comparisons ({years}) take random swings from one year to the next into account, "
        "estimated from the years before.",
    ),
    "no_wave_noise_in": (
        "Nei confronti ({years}) non si tiene conto delle oscillazioni casuali tra un anno e "
        "l'altro: gli anni precedenti sono troppo pochi per stimarle.",
        "Comparisons ({years}) do not take random swings from one year to the next into account: "
        "the years before are too few to estimate them.",
    ),
    "interval": (
        "L'intervallo indica l'incertezza dovuta al numero di risposte; non comprende l'effetto "
        "di chi ha scelto di non rispondere.",
        "The interval shows the uncertainty due to the number of answers; it does not cover the "
        "effect of those who chose not to answer.",
    ),
    "no_wave_noise": (
        "Non si tiene conto delle oscillazioni casuali tra un anno e l'altro.",
        "Random swings from one year to the next are not taken into account.",
    ),
    "non_response": (
        "Nessun metodo qui usato corregge una mancata risposta che dipende dalla soddisfazione "
        "stessa.",
        "No method used here corrects non-response that depends on satisfaction itself.",
    ),
    "weights_ignored": (
        "I pesi contenuti nel file non sono stati usati: i risultati non sono ponderati.",
        "The weights found in the file were not used: results are unweighted.",
    ),
}


def label(verdict: Verdict, language: str) -> str:
    """Name of a verdict for people.

    Parameters
    ----------
    verdict : Verdict
        What can be said.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> label(Verdict.WORSE, "it"), label(Verdict.UNKNOWN, "en")
    ('Peggioramento accertato', 'Cannot tell')
    """
    return _LABELS[verdict][LANGUAGES.index(language)]


def note(name: str, language: str, **values: str) -> str:
    """A sentence of the methodological note.

    Parameters
    ----------
    name : str
        A key of `NOTES`.
    language : str
        One of `LANGUAGES`.
    **values : str
        What the sentence names, such as ``years``.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If there is no such sentence, or a value it names is missing.
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> note("no_wave_noise", "en")
    'Random swings from one year to the next are not taken into account.'
    """
    return NOTES[name][LANGUAGES.index(language)].format(**values)


def points(value: float, language: str, *, decimals: int = 0, signed: bool = True) -> str:
    """Write a number of points.

    Parameters
    ----------
    value : float
        Points of 0-100.
    language : str
        One of `LANGUAGES`; `KeyError` for any other.
    decimals : int, optional
        Digits after the decimal mark.
    signed : bool, optional
        Write a plus sign too.

    Returns
    -------
    str
        With the true minus sign, and the singular for what is written as 1.

    Examples
    --------
    >>> points(-8.04, "it"), points(1.0, "it"), points(5, "en", signed=False)
    ('−8 punti', '+1 punto', '5 points')
    """
    text = number(value, decimals=decimals, language=language, signed=signed)
    one = text.strip("+−") == "1"
    unit = {"it": ("punti", "punto"), "en": ("points", "point")}[language][one]
    return f"{text} {unit}"


def comparison(verdict: Verdict, movement: Movement, language: str) -> Sentence:
    """Say a verdict on a comparable pair of waves.

    Parameters
    ----------
    verdict : Verdict
        Any but ``NOT_COMPARABLE``, for which there is `not_comparable`.
    movement : Movement
        The numbers to name; a `doubt` is said for ``SIGNAL`` alone.
    language : str
        One of `LANGUAGES`; `KeyError` for any other.

    Returns
    -------
    Sentence
        Decimals follow the standard error; near the threshold there are enough of them for the
        difference not to read like the threshold, and for the interval of an established change
        not to read as if it touched zero.

    Examples
    --------
    >>> movement = Movement(base=74, last=66, difference=-8, crude=-8, lower=-12, upper=-4, se=2,
    ...                     base_n=210, last_n=200, services=40, delta=5, mde=5)
    >>> print(comparison(Verdict.WORSE, movement, "it").headline)
    La soddisfazione è scesa da 74 a 66 (−8 punti, intervallo da −12 a −4). È molto improbabile
    che dipenda dal caso.
    """
    decimals = index_decimals(movement.se)
    moved = verdict in (Verdict.WORSE, Verdict.BETTER)
    if verdict in (Verdict.SMALL, Verdict.STABLE):
        decimals = _decimals_below(movement, decimals)
    decimals = _decimals_apart(movement, decimals)

    def plain(value: float) -> str:
        return number(value, decimals=decimals, language=language)

    def signed(value: float) -> str:
        return number(value, decimals=decimals, language=language, signed=True)

    ways, profile = WAYS[language], AND_PROFILE[language] if movement.profile else ""
    named, against = movement.difference, ""
    if verdict is Verdict.SIGNAL and movement.signal is not None:
        named, against = movement.signal, AGAINST[language]
    falling = named < 0
    key = ("fell" if falling else "rose") if moved else ("fall" if falling else "rise")
    same = signed(movement.last - movement.base) == signed(movement.difference)
    values = {
        "way": ways[key],
        "base": plain(movement.base),
        "last": plain(movement.last),
        "points": points(named, language, decimals=decimals),
        "against": against,
        "change": signed(movement.difference),
        "crude": signed(movement.crude),
        "lower": signed(movement.lower),
        "upper": signed(movement.upper),
        "alike": "" if same else ALIKE[language] + profile,
        "and_profile": profile,
        "among": _among(movement.services, language),
        "size": points(abs(movement.difference), language, decimals=decimals, signed=False),
        "common": _common(movement.common, language),
        "delta": points(
            movement.delta, language, decimals=_decimals_of(movement.delta), signed=False
        ),
        "mde": points(math.ceil(movement.mde), language, signed=False),
        "n": number(movement.last_n, language=language),
        "base_n": number(movement.base_n, language=language),
        "last_n": number(movement.last_n, language=language),
    }
    visible = values["base"] != values["last"] and falling == (movement.last < movement.base)
    templates = {
        Verdict.SIGNAL: DOUBTS.get(movement.doubt, SIGNAL),
        Verdict.SMALL: SMALL,
        Verdict.STABLE: STABLE,
        Verdict.UNKNOWN: UNKNOWN,
    }
    headline = templates.get(verdict, MOVED if visible else MOVED_ALIKE)[language]
    headline = headline.format(**values)
    if movement.last_year is None:
        return Sentence(headline, DETAIL[language].format(**values))
    values["last_year"] = signed(movement.last_year)
    return Sentence(headline, DETAIL_TWO[language].format(**values))


def _decimals_of(value: float) -> int:
    return next((digits for digits in (0, 1) if round(value, digits) == value), 2)


def _decimals_below(movement: Movement, decimals: int) -> int:
    """Digits with which a difference below the threshold does not read like the threshold."""
    size = abs(movement.difference)
    while decimals < 3 and round(size, decimals) >= movement.delta > size:
        decimals += 1
    return decimals


def _decimals_apart(movement: Movement, decimals: int) -> int:
    """Digits with which an interval that leaves zero out does not read as if it touched it."""
    nearest = min(abs(movement.lower), abs(movement.upper))
    apart = movement.lower > 0 or movement.upper < 0
    while apart and decimals < 2 and round(nearest, decimals) == 0:
        decimals += 1
    return decimals


def _common(questions: int | None, language: str) -> str:
    if questions is None:
        return ""
    one, more = COMMON_QUESTIONS[language]
    return one if questions == 1 else more.format(number(questions, language=language))


def _among(services: int, language: str) -> str:
    if services < 2:
        return ""
    text = {"it": "con {} servizi controllati, ", "en": "with {} services checked, "}
    return text[language].format(services)


def not_comparable(reason: str, language: str, *, minimum: int = 30) -> Sentence:
    """Say why there is no comparison; `minimum` forms are needed in each wave.

    Parameters
    ----------
    reason : str
        One of those of `analysis.gate.comparability_gate`, or ``confounded``; `KeyError` for any
        other.
    language : str
        One of `LANGUAGES`; `ValueError` for any other.
    minimum : int, optional
        Forms needed in each wave.

    Returns
    -------
    Sentence
        Without a detail.

    Examples
    --------
    >>> not_comparable("too_few_responses", "en", minimum=40).headline
    'Not comparable with the previous survey: at least 40 forms are needed in both surveys.'
    """
    place = LANGUAGES.index(language)
    if reason == "no_previous_wave":
        first = ("Prima rilevazione: nessun confronto.", "First survey: nothing to compare.")
        return Sentence(first[place], "")
    start = (
        "Non confrontabile con la rilevazione precedente",
        "Not comparable with the previous survey",
    )
    why = REASONS[reason][place].format(minimum=minimum)
    return Sentence(f"{start[place]}: {why}.", "")


def common_shift(shift: float, language: str) -> str:
    """Warn that nearly all services moved together.

    Parameters
    ----------
    shift : float
        What services share, in points of 0-100.
    language : str
        One of `LANGUAGES`; `KeyError` for any other.

    Returns
    -------
    str

    Examples
    --------
    >>> print(common_shift(5.0, "it"))
    Quasi tutti i servizi si muovono insieme (+5): prima di leggerlo come miglioramento verificare
    se è cambiato il modo di raccogliere le risposte.
    """
    rising = {"it": ("peggioramento", "miglioramento"), "en": ("a decline", "an improvement")}
    return COMMON[language].format(
        shift=number(shift, language=language, signed=True), way=rising[language][shift > 0]
    )

"""Web, kiosk, paper and phone: do they differ at equal profile, and did their mix move?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.adjust import cell_scores
from analysis.context import ServiceContext
from analysis.data import MODES
from analysis.figures import number
from analysis.mode_effects import ModeDifference, cells_of, mode_differences, mode_mix
from analysis.parameters import Parameters
from analysis.publication import index_decimals, suppress_line
from analysis.wave import mode_shares
from analysis.words import LANGUAGES, points

Json = dict[str, Any]
BELOW = "below_minimum"
_MINIMUM = 30
_SHARE_MOVED = 15.0

_NAMES: Mapping[str, tuple[str, str]] = {
    "web": ("online", "online"),
    "kiosk": ("al totem", "at a kiosk"),
    "paper": ("su carta", "on paper"),
    "phone": ("al telefono", "by telephone"),
    "not_stated": ("in modo non indicato", "in a way not stated"),
}
_EQUAL: Mapping[str, tuple[str, str]] = {"age_class": ("età", "age"), "sex": ("sesso", "sex")}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "differ": (
        "{those} risponde {high} dà in media {points} in più di chi risponde {low} (intervallo da "
        "{lower} a {upper}).",
        "{those} who answer {high} score {points} more on average than those who answer {low} "
        "(interval from {lower} to {upper}).",
    ),
    "why": (
        "Non si può dire se dipende dal modo di rispondere o da chi lo sceglie: il livello non "
        "viene corretto, e gli anni si confrontano a parità di modo.",
        "Whether this comes from the way of answering or from who chooses it cannot be told: the "
        "level is not corrected, and years are compared at equal mode.",
    ),
    "moved": (
        "La quota di chi risponde {mode} è passata dal {before}% al {after}% ({points}): i livelli "
        "dei due anni non si leggono uno accanto all'altro{equal}.",
        "The share answering {mode} went from {before}% to {after}% ({points}): do not read the "
        "levels of the two years side by side{equal}.",
    ),
    "moved_hidden": (
        "Il modo di rispondere è cambiato molto dall'indagine precedente: i livelli dei due anni "
        "non si leggono uno accanto all'altro{equal}.",
        "The way of answering changed much since the survey before: do not read the levels of the "
        "two years side by side{equal}.",
    ),
    "equal": (
        ", la variazione è calcolata a parità di modo di risposta",
        ", the change is computed at equal response mode",
    ),
}


@dataclass(frozen=True, slots=True)
class ModeShare:
    """One response mode in this wave and the one before.

    Attributes
    ----------
    mode : str
        One of `MODES`, or ``not_stated``.
    n : int or None
        Respondents; None where they, or others beside them, are fewer than the minimum.
    before, after, moved : float or None
        Percent of the respondents, and percentage points; None where a count is hidden or there
        is no wave before.
    """

    mode: str
    n: int | None
    before: float | None
    after: float | None
    moved: float | None


@dataclass(frozen=True, slots=True)
class Channels:
    """Differences between modes, and the mix.

    Attributes
    ----------
    differences : tuple of ModeDifference
        Every pair of modes with 30 respondents each.
    compared : tuple of float or None
        For each difference the part of its respondents in profile cells found in both modes; None
        where the others are fewer than the minimum.
    mix : tuple of ModeShare
        In the order of `MODES`.
    before : str or None
        Label of the wave before.
    mix_changed : bool or None
        ``mode_mix_changed``; None without a wave before.
    reason : str or None
        Why there is no difference: ``one_mode``, ``too_few_answers`` or ``no_pair_sums``.
    equal : tuple of str
        Profile variables that were asked, at which the modes are compared.
    adjusted : bool
        Whether there is a change from the waves before, computed at equal response mode.
    """

    differences: tuple[ModeDifference, ...]
    compared: tuple[float | None, ...]
    mix: tuple[ModeShare, ...]
    before: str | None
    mix_changed: bool | None
    reason: str | None = None
    equal: tuple[str, ...] = ()
    adjusted: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """``mode_effect``, ``mode_mix_changed``."""
        raised = {
            "mode_effect": any(found.flagged for found in self.differences),
            "mode_mix_changed": bool(self.mix_changed),
        }
        return tuple(name for name, present in raised.items() if present)


def channels_of(context: ServiceContext) -> Channels:
    """Compare the response modes of a wave, and their mix with the wave before.

    Parameters
    ----------
    context : ServiceContext
        Its wave, the last of the earlier ones, the index and the parameters.

    Returns
    -------
    Channels
        Never a correction of the level: selection and measurement cannot be told apart without an
        experiment (method, 3.8).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> from analysis.publication import DEFAULT, publication_class
    >>> from analysis.wave_noise import NO_NOISE
    >>> wave, before = example_wave("2026", seed=2), example_wave("2025")
    >>> context = ServiceContext("urp", wave, (before,), index_result(wave),
    ...                          publication_class(wave.respondents), None, NO_NOISE, DEFAULT)
    >>> found = channels_of(context)
    >>> [(one.mode, one.n, round(one.moved, 1)) for one in found.mix]
    [('web', 91, -7.0), ('paper', 109, 7.0)]
    """
    wave, parameters = context.wave, context.parameters
    sizes = mode_shares(wave)
    differences, reason = _differences(context, sizes)
    previous = context.earlier[-1] if context.earlier else None
    # a wave of counts alone knows nothing of its modes
    known = previous is not None and previous.tally.paired and wave.tally.paired
    before = mode_shares(previous) if previous is not None and known else {}
    shown, shown_before = _shown(sizes, parameters), _shown(before, parameters)
    total, total_before = sum(sizes.values()), sum(before.values())
    changed = None if not total_before else mode_mix(before, sizes).changed
    mix = []
    for mode in _ordered({*sizes, *before}):
        n, was = shown.get(mode, 0), shown_before.get(mode, 0)
        after = None if n is None or not total else 100 * n / total
        earlier = None if was is None or not total_before else 100 * was / total_before
        moved = None if after is None or earlier is None else after - earlier
        mix.append(ModeShare(_name(mode), n, earlier, after, moved))
    return Channels(
        differences=differences,
        compared=tuple(_compared(found, sizes, parameters) for found in differences),
        mix=tuple(mix),
        before=None if previous is None else previous.label,
        mix_changed=changed,
        reason=reason,
        equal=tuple(name for name in _EQUAL if wave.questionnaire.cell_profile(name) is not None),
        adjusted=_adjusted(context),
    )


def _adjusted(context: ServiceContext) -> bool:
    judged = None if context.change is None else context.change.change
    return judged is not None and "mode" in judged.factors


def _differences(
    context: ServiceContext, sizes: Mapping[int, int]
) -> tuple[tuple[ModeDifference, ...], str | None]:
    wave, items = context.wave, context.index.items
    if len(sizes) < 2:
        return (), "one_mode"
    if not wave.tally.paired:
        return (), "no_pair_sums"
    if sum(n >= _MINIMUM for n in sizes.values()) < 2 or not items:
        return (), "too_few_answers"
    found = mode_differences(
        cells_of(cell_scores(wave, items)), confidence=context.parameters.confidence
    )
    stated = tuple(one for one in found if min(one.first, one.second) >= 0)
    return stated, None if stated else "too_few_answers"


def _shown(sizes: Mapping[int, int], parameters: Parameters) -> dict[int, int | None]:
    """Counts as the results show them: in the same order, so that the same ones are hidden."""
    modes = _ordered(sizes)
    hidden = suppress_line([sizes[mode] for mode in modes], minimum=parameters.publication_minimum)
    return dict(zip(modes, hidden, strict=True))


def _ordered(modes: Mapping[int, int] | set[int]) -> list[int]:
    return sorted(modes, key=lambda mode: mode if mode >= 0 else len(MODES))


def _name(mode: int) -> str:
    return MODES[mode] if mode >= 0 else "not_stated"


def _compared(
    found: ModeDifference, sizes: Mapping[int, int], parameters: Parameters
) -> float | None:
    pooled = sizes[found.first] + sizes[found.second]
    apart = pooled - round(found.compared * pooled)
    return None if 0 < apart < parameters.publication_minimum else found.compared


def channels_json(found: Channels) -> Json:
    """Turn the part into its block of the results document.

    Parameters
    ----------
    found : Channels
        As `channels_of` gives it.

    Returns
    -------
    dict
        Plain JSON: differences in points of 0-100, shares in percent, None with a reason.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.history import ServiceHistory, body_years
    >>> waves = (example_wave("2025"), example_wave("2026", seed=2))
    >>> detail = body_years([ServiceHistory("urp", "URP", waves)])[-1].services[0].detail
    >>> block = channels_json(detail.channels)
    >>> block["before"], block["mix_changed"], round(block["differences"][0]["value"], 1)
    ('2025', False, -7.1)
    """
    return {
        "differences": [
            {
                "first": _name(one.first),
                "second": _name(one.second),
                "value": one.difference,
                "se": one.se,
                "lower": one.lower,
                "upper": one.upper,
                "p": one.p,
                "compared": None if compared is None else 100 * compared,
                "compared_reason": BELOW if compared is None else None,
                "decimals": 0 if not one.se else index_decimals(one.se),
                "flagged": one.flagged,
                "reason": one.reason,
            }
            for one, compared in zip(found.differences, found.compared, strict=True)
        ],
        "mix": [
            {
                "mode": one.mode,
                "n": one.n,
                "before": one.before,
                "after": one.after,
                "moved": one.moved,
                "reason": _reason(one, found.before),
            }
            for one in found.mix
        ],
        "before": found.before,
        "mix_changed": found.mix_changed,
        "reason": found.reason,
        "flags": list(found.flags),
        "words": {language: list(channels_words(found, language)) for language in LANGUAGES},
    }


def _reason(one: ModeShare, before: str | None) -> str | None:
    if one.moved is not None:
        return None
    return "no_previous_wave" if before is None and one.n is not None else BELOW


def channels_words(found: Channels, language: str) -> tuple[str, ...]:
    """Say the largest flagged difference and what it may not be used for, and the mix that moved.

    Parameters
    ----------
    found : Channels
        As `channels_of` gives it.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        Sentences; empty where nothing is flagged.

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> web = ModeShare("web", 150, 30.0, 50.0, 20.0)
    >>> found = Channels((), (), (web,), "2025", True, "one_mode", adjusted=True)
    >>> print(*channels_words(found, "it"))
    La quota di chi risponde online è passata dal 30% al 50% (+20 punti): i livelli dei due anni
    non si leggono uno accanto all'altro, la variazione è calcolata a parità di modo di risposta.
    """
    said = []
    flagged = [one for one in found.differences if one.flagged]
    if flagged:
        said.append(_difference_words(max(flagged, key=_size), found.equal, language))
        said.append(_text("why", language))
    if found.mix_changed:
        said.append(_mix_words(found, language))
    return tuple(said)


def _size(one: ModeDifference) -> float:
    return abs(one.difference or 0.0)


def _those(equal: tuple[str, ...], language: str) -> str:
    """Begin the sentence with what is held equal, or with nothing where nothing is known."""
    place = LANGUAGES.index(language)
    names = (" e ", " and ")[place].join(_EQUAL[name][place] for name in equal)
    if not names:
        return ("Chi", "Those")[place]
    return (f"A parità di {names}, chi", f"At equal {names}, those")[place]


def _difference_words(one: ModeDifference, equal: tuple[str, ...], language: str) -> str:
    value, se = one.difference or 0.0, one.se or 0.0
    ends = sorted(abs(end) for end in (one.lower or 0.0, one.upper or 0.0))
    low, high = (one.first, one.second) if value > 0 else (one.second, one.first)
    decimals = index_decimals(se)
    return _text(
        "differ", language,
        those=_those(equal, language),
        high=_NAMES[_name(high)][LANGUAGES.index(language)],
        low=_NAMES[_name(low)][LANGUAGES.index(language)],
        points=points(abs(value), language, decimals=decimals, signed=False),
        lower=number(ends[0], decimals=decimals, language=language),
        upper=number(ends[1], decimals=decimals, language=language),
    )  # fmt: skip


def _mix_words(found: Channels, language: str) -> str:
    equal = _text("equal", language) if found.adjusted else ""
    known = [one for one in found.mix if one.moved is not None]
    most = max(known, key=lambda one: abs(one.moved or 0.0), default=None)
    if most is None or abs(most.moved or 0.0) < _SHARE_MOVED - 1e-9:
        return _text("moved_hidden", language, equal=equal)
    return _text(
        "moved", language,
        mode=_NAMES[most.mode][LANGUAGES.index(language)],
        before=number(most.before or 0.0, language=language),
        after=number(most.after or 0.0, language=language),
        points=points(most.moved or 0.0, language), equal=equal,
    )  # fmt: skip


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)

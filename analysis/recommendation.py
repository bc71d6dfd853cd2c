"""What to propose for a standard: keep it, raise it, look for causes, or ask more people."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.planning import answers_for_standard
from analysis.prediction import chance_to_miss, prediction_bound
from analysis.standards import (
    Check,
    Standard,
    Verdict,
    check_share,
    is_sure_miss,
)

_MARGIN = 0.05


class Action(StrEnum):
    """Proposal of the module; the decision belongs to the body."""

    KEEP = "keep"
    RAISE = "raise"
    FIND_CAUSES = "find_causes"
    ASK_MORE = "ask_more"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of the next wave.

    Attributes
    ----------
    next_trials : int
        Answers expected.
    comparable : bool
        The last two waves were measured alike.
    declined : bool
        A red verdict stands on the service.
    stable : bool
        A control chart shows a stable process: no wobble is assumed.
    wobble : float
        Standard deviation of the process between waves, on 0-1.
    """

    next_trials: int
    comparable: bool = True
    declined: bool = False
    stable: bool = False
    wobble: float = 0.02


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with its numbers.

    Attributes
    ----------
    checks : tuple of Check
        Of the waves given, oldest first.
    new_value : float or None
        New promise, in whole percent on 0-1, when raising.
    chance_to_miss : float or None
        That an unchanged service misses `new_value` next time.
    answers_needed : int or None
        To tell next time, when more answers are proposed; None when no number is enough.
    """

    action: Action
    checks: tuple[Check, ...]
    new_value: float | None = None
    chance_to_miss: float | None = None
    answers_needed: int | None = None


def recommend(waves: Sequence[tuple[int, int]], standard: Standard, outlook: Outlook) -> Proposal:
    """Propose what to do with a standard.

    Parameters
    ----------
    waves : sequence of (successes, trials)
        Oldest first, at least one; only the last two count.
    standard : Standard
        The promise.
    outlook : Outlook
        What is known of the next wave.

    Returns
    -------
    Proposal

    Raises
    ------
    ValueError
        If there is no wave.

    Notes
    -----
    Method, 9.3. Find causes: ``not_met`` in the last two waves, or in the last with p < .01; a
    lower promise is never proposed. Raise: ``met`` in the last two, comparable, no decline, and
    the lower 5 % prediction bound of the pooled share, in whole percent, above the promise. Ask
    more: ``not_conclusive`` twice, with the answers that would tell a share 5 points better.
    Keep: otherwise. A promise of at most so much is turned round, the new value rounded up.

    Examples
    --------
    >>> found = recommend([(186, 200), (188, 200)], Standard(0.80), Outlook(200))
    >>> found.action.value, found.new_value, round(found.chance_to_miss, 3)
    ('raise', 0.88, 0.049)
    """
    if not waves:
        raise ValueError("no wave to recommend from")
    checks = tuple(check_share(x, n, standard) for x, n in waves[-2:])
    verdicts = [check.verdict for check in checks]
    twice = len(verdicts) == 2
    if is_sure_miss(checks[-1]) or (twice and set(verdicts) == {Verdict.NOT_MET}):
        return Proposal(Action.FIND_CAUSES, checks)
    if twice and set(verdicts) == {Verdict.MET} and outlook.comparable and not outlook.declined:
        return _raised(waves[-2:], standard, outlook, checks)
    if twice and set(verdicts) == {Verdict.NOT_CONCLUSIVE}:
        base = standard.promised if standard.at_least else 1 - standard.promised
        needed = answers_for_standard(base, _MARGIN)
        return Proposal(Action.ASK_MORE, checks, answers_needed=needed)
    return Proposal(Action.KEEP, checks)


def _raised(
    waves: Sequence[tuple[int, int]],
    standard: Standard,
    outlook: Outlook,
    checks: tuple[Check, ...],
) -> Proposal:
    trials = sum(n for _, n in waves)
    successes = sum(x for x, _ in waves)
    good = successes if standard.at_least else trials - successes
    base = standard.promised if standard.at_least else 1 - standard.promised
    wobble = outlook.wobble
    bound = prediction_bound(
        good, trials, outlook.next_trials, wobble=wobble, stable=outlook.stable
    ).bound
    value = math.floor(100 * bound + 1e-9) / 100
    if value <= base + 1e-9:
        return Proposal(Action.KEEP, checks)
    miss = chance_to_miss(
        value, good, trials, outlook.next_trials, wobble=None if outlook.stable else wobble
    )
    shown = value if standard.at_least else round(1 - value, 2)
    return Proposal(Action.RAISE, checks, shown, miss)


_TEXTS = {
    Action.KEEP: ("Mantenere lo standard.", "Keep the standard."),
    Action.FIND_CAUSES: (
        "Standard non raggiunto: individuare le cause.",
        "Standard not reached: find the causes.",
    ),
    Action.RAISE: (
        "Si può proporre di portare lo standard a {value} %: se nulla cambia, la probabilità di "
        "non raggiungerlo alla prossima rilevazione è circa {chance} %.",
        "The standard could be moved to {value}%: if nothing changes, the chance of missing it at "
        "the next survey is about {chance}%.",
    ),
    Action.ASK_MORE: (
        "I dati non permettono di dire se lo standard è rispettato{more}.",
        "The data do not tell whether the standard is met{more}.",
    ),
}


def proposal_words(proposal: Proposal, language: str) -> str:
    """Sentence of a proposal, in Italian or English.

    Parameters
    ----------
    proposal : Proposal
        What to do with the standard.
    language : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    str
        With shares and chances rounded to whole per cent.

    Raises
    ------
    ValueError
        If the language has no words.

    Examples
    --------
    >>> proposal_words(Proposal(Action.ASK_MORE, (), answers_needed=283), "it")
    'I dati non permettono di dire se lo standard è rispettato: servono circa 283 risposte.'
    """
    if language not in ("it", "en"):
        raise ValueError(f"no words in language {language!r}")
    english = language == "en"
    more = ""
    if proposal.answers_needed is not None:
        needed = proposal.answers_needed
        more = (
            f": about {needed} answers are needed"
            if english
            else f": servono circa {needed} risposte"
        )
    value = "" if proposal.new_value is None else f"{100 * proposal.new_value:.0f}"
    chance = "" if proposal.chance_to_miss is None else f"{100 * proposal.chance_to_miss:.0f}"
    return _TEXTS[proposal.action][english].format(value=value, chance=chance, more=more)

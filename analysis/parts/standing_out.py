"""Which of the compared services stand out, and which pairs differ, in words."""

from collections.abc import Mapping, Sequence

from analysis.figures import number
from analysis.funnel import Funnel, PairDifference, band_words
from analysis.publication import index_decimals
from analysis.words import LANGUAGES

_NAMED = 3

_CHANCE = (
    "Anche se nessun servizio fosse diverso dagli altri, circa {expected} su {count} uscirebbero "
    "dai limiti per caso.",
    "Even if no service differed, about {expected} of {count} would leave the limits by chance.",
)
#: The limits hold both: with large usual differences they are far beyond what chance can do.
_NONE_OUTSIDE = (
    "Nessuno dei {count} servizi confrontati si scosta dagli altri più di quanto spieghino il caso "
    "e le differenze abituali tra i servizi.",
    "None of the {count} services compared differs from the others by more than chance and the "
    "usual differences between services account for.",
)


def funnel_words(found: Funnel, names: Mapping[str, str], language: str) -> tuple[str, ...]:
    """Say which services stand out of a funnel, and how many would by chance.

    Parameters
    ----------
    found : Funnel
        With points.
    names : mapping of str to str
        Names for people, by key of the service.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    tuple of str
        First who is outside the limits of 95 %: by name up to three, else how many on each side, or
        nobody; then how many would be outside by chance alone.

    Examples
    --------
    >>> from analysis.funnel import ServiceScore, funnel
    >>> scores = [ServiceScore(f"s{k}", 70 + k % 3, 1.5, 200) for k in range(10)]
    >>> print(funnel_words(funnel(scores), {score.name: score.name for score in scores}, "en")[1])
    Even if no service differed, about 0.5 of 10 would leave the limits by chance.
    """
    place = LANGUAGES.index(language)
    outside = [point for point in found.points if point.band != "in_line"]
    count = len(found.points)
    if not outside:
        first = _NONE_OUTSIDE[place].format(count=count)
    elif len(outside) <= _NAMED:
        listed = "; ".join(
            f"{names[one.service.name]} ({band_words(one.band, language)})" for one in outside
        )
        lead = ("Si scostano dagli altri, su {count} servizi", "Of {count} services, these differ")
        first = f"{lead[place].format(count=count)}: {listed}."
    else:
        above = sum(point.z > 0 for point in outside)
        first = (
            "Su {count} servizi, {above} sono sopra l'atteso e {below} sotto.",
            "Of {count} services, {above} are above expectation and {below} below.",
        )[place].format(count=count, above=above, below=len(outside) - above)
    expected = number(found.expected_outside, decimals=1, language=language)
    return first, _CHANCE[place].format(expected=expected, count=count)


def pair_words(pairs: Sequence[PairDifference], names: Mapping[str, str], language: str) -> str:
    """Say which pairs of services differ by more than chance allows, or that none does.

    Parameters
    ----------
    pairs : sequence of PairDifference
        At least one.
    names : mapping of str to str
        Names for people, by key of the service.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    str
        Up to three pairs with p < .05 after Holm, in the order given, with the difference in
        points.

    Examples
    --------
    >>> from analysis.funnel import ServiceScore, pairwise
    >>> pairs = pairwise([ServiceScore("a", 70.0, 1.5, 101), ServiceScore("b", 64.0, 2.0, 51)])
    >>> print(pair_words(pairs, {"a": "Desk", "b": "Library"}, "en"))
    Differences in points between services larger than chance allows: Desk – Library (+6).
    """
    place = LANGUAGES.index(language)
    apart = [pair for pair in pairs if pair.p_holm is not None and pair.p_holm < 0.05]
    count = len({key for pair in pairs for key in (pair.first, pair.second)})
    if not apart:
        return (
            "Tra i {count} servizi confrontati nessuna differenza è più grande di quanto possa il "
            "caso.",
            "Among the {count} services compared no difference is larger than chance allows.",
        )[place].format(count=count)
    listed = [
        f"{names[one.first]} – {names[one.second]} "
        f"({number(one.difference, decimals=pair_decimals(one), language=language, signed=True)})"
        for one in apart[:_NAMED]
    ]
    more = len(apart) - len(listed)
    if more:
        listed.append((f"e altre {more}", f"and {more} more")[place])
    lead = (
        "Differenze di punti tra servizi più grandi di quanto possa il caso",
        "Differences in points between services larger than chance allows",
    )
    return f"{lead[place]}: {'; '.join(listed)}."


def pair_decimals(pair: PairDifference) -> int:
    """Decimals with which a difference of two services is shown.

    Parameters
    ----------
    pair : PairDifference
        With the interval of 95 %.

    Returns
    -------
    int
        0 or 1, from the width of the interval (method, 3.6); 0 without one.

    Examples
    --------
    >>> from analysis.intervals import Interval
    >>> pair_decimals(PairDifference("a", "b", 6.0, Interval(1.0, 11.0), 0.02, 0.02))
    0
    >>> pair_decimals(PairDifference("a", "b", 6.0, Interval(5.5, 6.5), 0.0, 0.0))
    1
    """
    if pair.interval is None:
        return 0
    return index_decimals((pair.interval.upper - pair.interval.lower) / (2 * 1.959964))

"""From what the analysis found to what a chart shows, with the words that go with it.

Apart from the charts, which know no numpy: a page that only shows tables never loads it.
"""

from collections.abc import Collection, Mapping, Sequence

from analysis.charts.control import ControlPlot, ControlPoint
from analysis.charts.funnel import Band, FunnelPlot, FunnelService
from analysis.charts.priority import PriorityItem, PriorityPlot
from analysis.charts.profile import ProfileClass, ProfileVariable
from analysis.charts.standards import Outcome, StandardRow
from analysis.charts.table import say
from analysis.control_chart import ControlChart
from analysis.figures import is_english
from analysis.funnel import Funnel, band_words
from analysis.nonresponse import Representativity
from analysis.priority import PriorityMap, Quadrant, place_words, quadrant_name
from analysis.standards import Check, Standard, Verdict, verdict_words

_BANDS: Mapping[str, Band] = {
    "in_line": "in_line", "above": "above", "below": "below", "far_above": "far_above",
    "far_below": "far_below",
}  # fmt: skip
_OUTCOMES: Mapping[Verdict, Outcome] = {
    Verdict.MET: "met", Verdict.NOT_MET: "not_met", Verdict.NOT_CONCLUSIVE: "not_conclusive",
}  # fmt: skip
_NO_CONTROL = {
    "fewer_than_twelve_points": ("Meno di 12 punti: troppo pochi per una carta di controllo.",
                                 "Fewer than 12 points: too few for a control chart."),
    "no_trials": ("Nessuna risposta.", "No answers."),
}  # fmt: skip


def _two(language: str) -> str:
    return "en" if is_english(language) else "it"


def funnel_plot(found: Funnel, *, language: str) -> FunnelPlot:
    """Show a funnel.

    Parameters
    ----------
    found : Funnel
        With points: a ValueError says why there are none.
    language : str
        ``it`` or ``en``.
    """
    if found.target is None or found.spread is None or found.dispersion is None:
        raise ValueError(f"no funnel: {found.reason}")
    words = ("fuori dal confronto: meno di 30 risposte efficaci, o errore non calcolabile",
             "not compared: fewer than 30 effective answers, or no standard error")  # fmt: skip
    why = say(*words, language=language)
    services = [
        FunnelService(
            point.service.name, point.service.value, point.service.n, _BANDS[point.band],
            band_words(point.band, _two(language)),
        )
        for point in found.points
    ]  # fmt: skip
    services += [FunnelService(name, None, reason=why) for name in found.left_out]
    return FunnelPlot(
        tuple(services), found.target, found.spread, found.dispersion.tau2, found.expected_outside
    )


def priority_plot(
    found: PriorityMap, labels: Mapping[str, str], *, language: str, importance: str = ""
) -> PriorityPlot:
    """Show a priority map.

    Parameters
    ----------
    found : PriorityMap
        With a `reason` it has no places, and the chart says that there are no data.
    labels : mapping of str to str
        Text of each item, by key.
    language : str
        ``it`` or ``en``.
    importance : str, optional
        What is measured across; the importance stated by users by default.
    """
    two = _two(language)
    items = tuple(
        PriorityItem(
            labels.get(place.key, place.key), place.importance, place.performance, place.ellipse,
            place_words(place, two), sure=place.quadrant is not None,
            act=place.quadrant is Quadrant.ACT,
        )
        for place in found.places
    )  # fmt: skip
    enough, strength, low, act = (
        quadrant_name(one, two)
        for one in (Quadrant.ENOUGH, Quadrant.STRENGTH, Quadrant.LOW, Quadrant.ACT)
    )
    quadrants = (enough, strength, low, act)
    return PriorityPlot(items, found.crosshair, found.level, quadrants, importance)


def standard_row(
    label: str, standard: Standard, check: Check, *, n: int, language: str
) -> StandardRow:
    """Show a promised share, in per cent.

    Parameters
    ----------
    label : str
        The promise in words.
    standard : Standard
        The promise.
    check : Check
        What was found; fewer than 10 cases of a sample are not shown.
    n : int
        Cases.
    language : str
        ``it`` or ``en``.
    """
    floor = None if standard.minimum is None else 100 * standard.minimum
    hidden = check.observed is None or (n < 10 and not standard.register)
    if hidden or check.observed is None:
        none = say("nessun caso", "no cases", language=language) if n == 0 else ""
        return StandardRow(
            label, 100 * standard.promised, None, floor=floor, at_least=standard.at_least,
            reason=none,
        )  # fmt: skip
    ends = None if standard.register else check.bounds
    return StandardRow(
        label, 100 * standard.promised, 100 * check.observed, _OUTCOMES[check.verdict],
        verdict_words(check.verdict, _two(language)),
        lower=None if ends is None else 100 * ends.lower,
        upper=None if ends is None else 100 * ends.upper,
        floor=floor, at_least=standard.at_least, n=n, decimals=int(n >= 100),
        register=standard.register,
    )  # fmt: skip


def control_plot(
    found: ControlChart,
    labels: Sequence[str],
    *,
    language: str,
    share: bool = True,
    what: str = "",
    hidden: Collection[int] = (),
) -> ControlPlot:
    """Show a control chart.

    Parameters
    ----------
    found : ControlChart
        With fewer than 12 points it has no values, and the chart says so.
    labels : sequence of str
        Name of each point.
    language : str
        ``it`` or ``en``.
    share : bool, optional
        Values lie on 0-1 and are shown in per cent.
    what : str, optional
        What the values are.
    hidden : collection of int, optional
        Places of points that may not be shown.
    """
    if found.centre is None:
        words = _NO_CONTROL.get(found.reason or "", ("Nessun dato.", "No data."))
        return ControlPlot((), reason=say(*words, language=language))
    if len(labels) != len(found.values):
        raise ValueError(f"{len(labels)} labels for {len(found.values)} points")
    scale = 100.0 if share else 1.0
    points = tuple(
        ControlPoint(label, None)
        if place in hidden
        else ControlPoint(
            label, scale * found.values[place], scale * found.lower[place],
            scale * found.upper[place], _signals(found, place),
        )
        for place, label in enumerate(labels)
    )  # fmt: skip
    return ControlPlot(
        points, scale * found.centre, "%" if share else "", decimals=0 if share else 1,
        bounds=(0.0, 100.0) if share else None, few_points=found.few_points, what=what,
    )  # fmt: skip


def _signals(found: ControlChart, place: int) -> frozenset[str]:
    rules = (("beyond", found.beyond), ("near", found.near), ("run", found.run))
    return frozenset(name for name, places in rules if place in places)


def profile_variable(
    label: str,
    found: Representativity,
    names: Mapping[int, str],
    *,
    language: str,
    hidden: Collection[int] = (),
) -> ProfileVariable:
    """Show respondents beside users, among those who stated their class.

    Parameters
    ----------
    label : str
        The variable.
    found : Representativity
        Without classes nothing can be shown.
    names : mapping of int to str
        Name of each class, by code.
    language : str
        ``it`` or ``en``.
    hidden : collection of int, optional
        Codes of the classes that are protected, by `analysis.disclosure`.
    """
    if not found.classes:
        words = ("nessuno ha indicato la classe", "nobody stated a class")
        return ProfileVariable(label, None, (), say(*words, language=language))
    forms = sum(one.respondents for one in found.classes)
    apart = ("lontana dagli utenti più di 10 punti", "more than 10 points from the users")
    classes = tuple(
        ProfileClass(names.get(one.code, str(one.code)), None)
        if one.code in hidden
        else ProfileClass(
            names.get(one.code, str(one.code)), one.respondents, one.users_share,
            say(*apart, language=language) if one.flagged else "",
        )
        for one in found.classes
    )  # fmt: skip
    return ProfileVariable(label, forms, classes)

"""From the detail of a service's wave to its charts: what matters, what goes with satisfaction.

Only what stands in the results document is read; a part without numbers has no chart.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from analysis.charts.dots import Dot, Dots
from analysis.charts.priority import PriorityItem, PriorityPlot, reach
from analysis.charts.profile import ProfileClass, ProfileVariable
from analysis.charts.table import say
from analysis.charts.titles import drivers_title, gaps_title, pick, priority_title
from analysis.figures import is_english

Json = Mapping[str, Any]
#: Name, title and data of a chart.
Sketch = tuple[str, str, Dots | PriorityPlot]


def detail_charts(wave: Json, *, language: str) -> list[Sketch]:
    """Charts of one wave that come from its detail.

    Parameters
    ----------
    wave : mapping
        A wave of a service as of results.schema.json; one from before there was a detail, or one
        that is not published, has none.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    list of (name, title, data)
    """
    detail = wave.get("detail") or {}
    bare = {item["key"]: pick(item["text"], language) for item in wave["items"]}
    texts = {item["key"]: f"{item['number']}. {bare[item['key']]}" for item in wave["items"]}
    found = []
    if detail.get("priorities", {}).get("places"):
        # The map numbers its questions itself.
        found.append(_priorities(detail["priorities"], bare, language))
    if detail.get("drivers", {}).get("drivers"):
        found.append(_drivers(detail["drivers"], texts, language))
    for kind in ("expectation", "importance"):
        gaps = [one for one in detail.get("gaps", {}).get("gaps", ()) if one["kind"] == kind]
        if any(one["value"] is not None for one in gaps):
            found.append(_gaps(kind, gaps, texts, language))
    return found


def beside_users(wave: Json, found: Json, *, language: str) -> ProfileVariable | None:
    """Respondents beside users for one question about the user.

    Parameters
    ----------
    wave : mapping
        A wave of a service as of results.schema.json.
    found : mapping
        One of its profiles.
    language : str
        ``it`` or ``en``.

    Returns
    -------
    ProfileVariable or None
        None where users are not known, or where a class is protected: how many stated their class
        would then tell how many it has.
    """
    blocks = ((wave.get("detail") or {}).get("coverage") or {}).get("profiles", ())
    block = next((one for one in blocks if one["variable"] == found["variable"]), None)
    if block is None or any(one["answers_share"] is None for one in block["classes"]):
        return None
    far = say("lontana dagli utenti", "far from the users", language=language)
    classes = tuple(
        ProfileClass(
            pick(one["label"], language) or str(one["code"]), one["n"], one["users_share"] / 100,
            far if one["flagged"] else "",
        )
        for one in block["classes"]
    )  # fmt: skip
    forms = sum(one["n"] for one in block["classes"])
    return ProfileVariable(pick(found["text"], language), forms, classes) if forms else None


def _priorities(block: Json, texts: Mapping[str, str], language: str) -> Sketch:
    two = "en" if is_english(language) else "it"
    items = tuple(
        PriorityItem(
            texts[place["key"]], place["importance"], place["performance"],
            tuple(place["ellipse"][side] for side in ("long", "short", "angle")),
            place["label"][two], sure=place["quadrant"] is not None,
            act=place["quadrant"] == "high_low",
        )
        for place in block["places"]
    )  # fmt: skip
    names = block["quadrants"][two]
    corners = (names["low_high"], names["high_high"], names["low_low"], names["high_low"])
    derived = block["basis"] == "derived"
    words = ("Importanza ricavata dalle risposte (quota, %)",
             "Importance derived from the answers (share, %)")  # fmt: skip
    cross = block["crosshair"]
    plot = PriorityPlot(
        items, (cross["importance"], cross["performance"]), block["level"],
        charter=block["charter"], quadrants=corners,
        importance=say(*words, language=language) if derived else "",
        importance_bounds=(0.0, _span(items)) if derived else (0.0, 100.0),
    )  # fmt: skip
    return "priorities", priority_title(plot, language), plot


def _span(items: Sequence[PriorityItem]) -> float:
    """Return whole tens that hold all shares: a few questions share 100 between them."""
    farthest = max((item.importance or 0.0) + reach(item)[0] for item in items)
    return min(100.0, max(20.0, 10.0 * ceil(farthest / 10)))


def _drivers(block: Json, texts: Mapping[str, str], language: str) -> Sketch:
    found = block["drivers"]
    first = max(found, key=lambda one: one["share"])
    top = {first["key"], *first["level_with"]}
    level = say("a pari merito", "level with one another", language=language)
    rows = tuple(
        Dot(
            pick(one["label"], language) if one["label"] else texts[one["key"]],
            one["share"], one["lower"], one["upper"], block["n"], one["decimals"],
            tag=level if one["key"] in top and 1 < len(top) < len(found) else "",
        )
        for one in found
    )  # fmt: skip
    by_item = block["by"] == "items"
    what = ("Domanda", "Question") if by_item else ("Dimensione", "Dimension")
    data = Dots(
        rows,
        what=say(*what, language=language),
        measure=say("Quota dell'associazione", "Share of the association", language=language),
        unit="%",
    )
    named = [row.label for row, one in zip(rows, found, strict=True) if one["key"] in top]
    title = drivers_title(named, len(found), by_item=by_item, language=language)
    return "drivers", title, data


def _gaps(kind: str, gaps: Sequence[Json], texts: Mapping[str, str], language: str) -> Sketch:
    scales = say("le due domande hanno scale diverse", "the two questions have different scales",
                 language=language)  # fmt: skip
    rows = tuple(
        Dot(texts[one["key"]], None, reason=scales if one["reason"] == "other_scale" else "")
        if one["value"] is None
        else Dot(
            texts[one["key"]], one["value"], one["lower"], one["upper"], one["n"],
            one["decimals"], few=one["publication"] == "warning",
        )
        for one in gaps
    )  # fmt: skip
    alike = {
        "expectation": ("pari alle aspettative", "equal to expectations"),
        "importance": ("pari all'importanza", "equal to importance"),
    }
    data = Dots(
        rows, bounds=(-100.0, 100.0), reference=0.0,
        reference_label=say(*alike[kind], language=language),
        what=say("Domanda", "Question", language=language),
        measure=say("Scarto in punti", "Gap in points", language=language), signed=True,
    )  # fmt: skip
    below = [
        texts[one["key"]]
        for one in sorted(gaps, key=lambda one: one["value"] or 0.0)
        if one["p"] is not None and one["p"] < 0.05 and one["value"] < 0
    ]
    return f"gaps-{kind}", gaps_title(kind, below, language), data

"""Charts of a results document, drawn once when the year is published.

matplotlib is imported when the first chart is drawn: never by a page that shows one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from survey.models import Chart
from survey.theme import font_folder

if TYPE_CHECKING:
    from analysis.charts import Chart as Sketch

LANGUAGES = ("it", "en")
_POINTS = re.compile(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"')


def service_charts(
    document: Mapping[str, Any], service: str, languages: Sequence[str] = LANGUAGES
) -> Iterator[Chart]:
    """Draw the charts of one service; its last wave is the year under report."""
    from analysis.charts import service_charts as sketches

    (entry,) = (one for one in document["services"] if one["service"] == service)
    for language in languages:
        for sketch in sketches(document, service, language=language):
            if _says_something(sketch, entry["waves"]):
                yield _draw(sketch)


def draw_service(
    document: Mapping[str, Any], service: str, languages: Sequence[str] = LANGUAGES
) -> list[Chart]:
    """Draw in the letters of the pages, also in a process of its own."""
    use_house_fonts()
    return list(service_charts(document, service, languages))


def draw_body(document: Mapping[str, Any], languages: Sequence[str] = LANGUAGES) -> list[Chart]:
    use_house_fonts()
    return list(body_charts(document, languages))


def _says_something(sketch: Sketch, waves: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a chart would show a figure: an empty frame only frightens.

    Drivers that are all level have their sentence, and nothing to look at.
    """
    if sketch.name == "drivers" and _all_level(waves[-1]["detail"]["drivers"]["drivers"]):
        return False
    shown = waves if sketch.name == "years" else waves[-1:]
    return any(wave["isu"]["value"] is not None for wave in shown)


def _all_level(drivers: Sequence[Mapping[str, Any]]) -> bool:
    first = max(drivers, key=lambda one: float(one["share"]))
    return len({first["key"], *first["level_with"]}) == len(drivers)


def body_charts(
    document: Mapping[str, Any], languages: Sequence[str] = LANGUAGES
) -> Iterator[Chart]:
    """Draw the charts of the whole body; its last year is the one under report."""
    from analysis.charts import body_charts as sketches

    for language in languages:
        for sketch in sketches(document, language=language):
            yield _draw(sketch)


@cache
def use_house_fonts() -> None:
    """Draw with the letters of the pages, where the theme is installed."""
    from analysis.charts import use_fonts

    folder = font_folder()
    if folder is not None:
        use_fonts(folder)


def _draw(sketch: Sketch) -> Chart:
    """Draw without the title: page and report write it above, as text that can be read aloud."""
    from analysis.charts import svg

    said = sketch.alternative()
    words = {"title": sketch.title, "description": said.text}
    bare = replace(sketch, title="")
    wide, narrow = svg(bare.figure(), **words), svg(bare.figure(narrow=True), **words)
    table = {"header": list(said.header), "rows": [list(row) for row in said.rows]}
    sizes = {"size": _size(wide), "size_narrow": _size(narrow)}
    return Chart(
        name=sketch.name,
        language=sketch.language,
        svg=wide,
        svg_narrow=narrow,
        words={**words, **table, **sizes},
    )


def _size(drawing: str) -> list[int]:
    """Return width and height in whole pixels, so that a page can keep the room free."""
    found = _POINTS.search(drawing)
    if found is None:
        raise ValueError(f"a drawing without a size: {drawing[:80]!r}")
    return [round(float(points) * 96 / 72) for points in found.groups()]

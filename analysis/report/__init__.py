"""The results as a folder of charts and one page that needs nothing else."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.charts.gallery import Chart, body_charts, service_charts
from analysis.report.page import Picture, page

__all__ = ["page", "write"]


def _name(place: int, text: str, *, chart: str) -> str:
    """Name a file from what may be any text: only letters, digits and hyphens remain."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return "-".join(part for part in (f"{place:02d}", plain, chart) if part)


def _pictures(charts: list[Chart], *, start: str, place: int) -> list[Picture]:
    return [Picture(_name(place, start, chart=one.name), one, one.svg(), one.svg(narrow=True))
            for one in charts]  # fmt: skip


def write(results: Mapping[str, Any], out: Path, *, language: str = "it") -> None:
    """Write ``charts/*.svg`` and ``report.html`` into a folder.

    Parameters
    ----------
    results : mapping
        A results document, as of results.schema.json.
    out : Path
        Folder, made where it is missing. Each chart is written for paper and desk, and once
        more, with ``-narrow`` in its name, for a phone.
    language : str, optional
        ``it`` or ``en``.

    Notes
    -----
    The same results give the same bytes. `analysis.charts.use_fonts` chooses another face.
    """
    several = len(results["services"]) > 1
    body = _pictures(body_charts(results, language=language), start="ente", place=0)
    services = {
        str(entry["service"]): _pictures(
            service_charts(results, entry["service"], language=language),
            start=str(entry["name"]),
            place=place,
        )
        for place, entry in enumerate(results["services"], start=1)
    }
    text = page(results, body=body if several else [], services=services, language=language)
    folder = out / "charts"
    folder.mkdir(parents=True, exist_ok=True)
    for picture in [
        *(body if several else []),
        *(one for some in services.values() for one in some),
    ]:
        (folder / f"{picture.name}.svg").write_text(picture.wide, encoding="utf-8", newline="\n")
        (folder / f"{picture.name}-narrow.svg").write_text(
            picture.narrow, encoding="utf-8", newline="\n"
        )
    (out / "report.html").write_text(text, encoding="utf-8", newline="\n")

"""The results as a folder of charts and one page that needs nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.charts.gallery import body_charts, service_charts
from analysis.report.drawings import pictures, shared_by, sketches, write_files
from analysis.report.page import page

__all__ = ["page", "write"]


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
    The letters of all charts are defined once in the page; each file has its own.
    """
    entries = results["services"]
    over_all = body_charts(results, language=language) if len(entries) > 1 else []
    body = sketches(over_all, start="ente", place=0)
    services = {
        str(entry["service"]): sketches(
            service_charts(results, entry["service"], language=language),
            start=str(entry["name"]),
            place=place,
        )
        for place, entry in enumerate(entries, start=1)
    }
    drawn = [*body, *(one for some in services.values() for one in some)]
    write_files(drawn, out / "charts")
    shared = shared_by(drawn)
    inside = {service: pictures(some, shared) for service, some in services.items()}
    text = page(
        results, body=pictures(body, shared), services=inside, language=language,
        shapes=shared.definitions(),
    )  # fmt: skip
    (out / "report.html").write_text(text, encoding="utf-8", newline="\n")

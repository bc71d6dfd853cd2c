"""One HTML page with everything in it: style, drawings, words and tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.charts.table import say
from analysis.figures import is_english
from analysis.report.body import body_section
from analysis.report.html import bullets, paragraphs, section, text
from analysis.report.sentences import method_lines
from analysis.report.service import Picture, Story, service_section
from analysis.report.style import STYLE

__all__ = ["Picture", "page"]

Json = Mapping[str, Any]


def _contents(results: Json, *, language: str) -> str:
    label = say("Indice della pagina", "Contents", language=language)
    everybody = say("Tutti i servizi", "All services", language=language)
    links = [f'<li><a href="#services">{text(everybody)}</a></li>'] + [
        f'<li><a href="#service-{place}">{text(entry["name"])}</a></li>'
        for place, entry in enumerate(results["services"], start=1)
    ]
    return f'<nav aria-label="{label}">\n<ol>\n' + "\n".join(links) + "\n</ol>\n</nav>"


def _method(results: Json, *, language: str) -> str:
    hashes = [
        f"{entry['name']}, {wave['wave']}: {wave['data_hash']}"
        for entry in results["services"]
        for wave in entry["waves"]
        if wave["data_hash"] is not None
    ]
    version = say("Versione del metodo: {}", "Version of the method: {}", language=language)
    prints = say("Impronte dei dati", "Digests of the data", language=language)
    content = [
        bullets(method_lines(results, language)),
        paragraphs([version.format(results["method_version"])]),
        f'<h3>{prints}</h3>\n<div class="digests">{bullets(hashes)}</div>' if hashes else "",
    ]
    title = say("Come leggere i numeri", "How to read the numbers", language=language)
    return section(title, content, name="method")


def _shapes(definitions: str) -> str:
    """Hold definitions where they take no room: what is not displayed would not be drawn."""
    if not definitions:
        return ""
    return f'<svg class="shapes" width="0" height="0" aria-hidden="true">\n{definitions}</svg>\n'


def page(
    results: Json,
    *,
    body: Sequence[Picture],
    services: Mapping[str, Sequence[Picture]],
    language: str = "it",
    shapes: str = "",
) -> str:
    """Return the report as one page of HTML.

    Parameters
    ----------
    results : mapping
        A results document.
    body : sequence of Picture
        Charts over all services; none leaves that section out.
    services : mapping of str to sequence of Picture
        Charts of each service, by its key.
    language : str, optional
        ``it`` or ``en``.
    shapes : str, optional
        Definitions that the charts share.
    """
    entries = results["services"]
    whose = results["body"] or (entries[0]["name"] if len(entries) == 1 else "")
    title = say("La soddisfazione degli utenti", "The satisfaction of users", language=language)
    years = [str(year["wave"]) for year in results["years"]]
    subtitle = " · ".join(part for part in (whose, years[-1]) if part)
    parts = [
        _contents(results, language=language) if len(entries) > 1 else "",
        body_section(results, body, language=language) if body else "",
        *[
            service_section(Story(entry, services[str(entry["service"])], results, place, language))
            for place, entry in enumerate(entries, start=1)
        ],
        _method(results, language=language),
    ]  # fmt: skip
    main = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{"en" if is_english(language) else "it"}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)} · {text(subtitle)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{_shapes(shapes)}<header>\n<h1>{text(title)}</h1>\n<p>{text(subtitle)}</p>\n</header>\n"
        f"<main>\n{main}\n</main>\n</body>\n</html>\n"
    )

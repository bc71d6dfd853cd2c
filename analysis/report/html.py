"""The pieces of a page: text, lists, tables, sections. Everything is escaped here."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from analysis.charts.table import Alternative

#: A cell that does not apply: an empty one is passed over by a screen reader.
EMPTY = "–"
#: A word and not the unit of a number, nor the "from" of an interval.
_WORD = re.compile(r"[^\W\d_]{5,}")
_LONG = 15


def text(words: object) -> str:
    """Escape a text; control characters have no place in a page."""
    return escape("".join(c if c.isprintable() else " " for c in str(words)))


def paragraphs(lines: Iterable[str], *, kind: str = "") -> str:
    opening = f'<p class="{kind}">' if kind else "<p>"
    return "\n".join(f"{opening}{text(line)}</p>" for line in lines if line)


def bullets(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return "<ul>\n" + "\n".join(f"<li>{text(line)}</li>" for line in lines) + "\n</ul>"


def _kinds(said: Alternative) -> list[str]:
    """Class of each column after the first: words stand left, numbers right."""
    columns = zip(*(row[1:] for row in said.rows), strict=True)
    worded = [[_WORD.search(cell) is not None for cell in column] for column in columns]
    return ["left" if 3 * sum(found) >= len(found) else "" for found in worded]


def _cells(row: Sequence[str], kinds: Sequence[str]) -> str:
    """Write the cells after the first; long words may wrap."""
    written = []
    for cell, kind in zip(row, kinds, strict=True):
        named = "words" if sum(c.isalpha() for c in cell) > _LONG else kind
        opening = f'<td class="{named}">' if named else "<td>"
        written.append(f"{opening}{text(cell or EMPTY)}</td>")
    return "".join(written)


def _head(said: Alternative, kinds: Sequence[str]) -> str:
    classes = (f' class="{kind}"' if kind else "" for kind in ("", *kinds))
    return "".join(
        f'<th scope="col"{named}>{text(cell)}</th>'
        for cell, named in zip(said.header, classes, strict=True)
    )


def without_blank_columns(said: Alternative) -> Alternative:
    """Leave out columns after the first in which nothing applies.

    Examples
    --------
    >>> without_blank_columns(Alternative("", ("a", "b", "c"), (("x", "–", "1"),))).header
    ('a', 'c')
    """
    kept = [0] + [
        place for place in range(1, len(said.header))
        if any(row[place] not in ("", EMPTY) for row in said.rows)
    ]  # fmt: skip
    rows = tuple(tuple(row[place] for place in kept) for row in said.rows)
    return Alternative(said.text, tuple(said.header[place] for place in kept), rows)


def table(said: Alternative, *, name: str, caption: str) -> str:
    """Write a table whose first column names its rows; no table where there are no rows."""
    if not said.rows:
        return ""
    kinds = _kinds(said)
    rows = "\n".join(
        f'<tr><th scope="row">{text(row[0])}</th>{_cells(row[1:], kinds)}</tr>' for row in said.rows
    )
    # A region that can be reached by keyboard, because it may scroll sideways on a phone.
    return (
        f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
        f'<caption id="{name}"><span>{text(caption)}</span></caption>\n'
        f"<thead><tr>{_head(said, kinds)}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def section(title: str, content: Sequence[str], *, name: str, level: int = 2) -> str:
    """Write a section with its heading; nothing where it would be empty."""
    inside = "\n".join(part for part in content if part)
    if not inside:
        return ""
    heading = f'<h{level} id="{name}">{text(title)}</h{level}>'
    if level > 2:
        # A landmark for each part of each service would leave nobody an overview.
        return f"<div>\n{heading}\n{inside}\n</div>"
    return f'<section aria-labelledby="{name}">\n{heading}\n{inside}\n</section>'

"""Letters as outlines: each defined once for all the drawings that stand together.

Text is drawn and not written, because nobody knows which fonts the reader's machine has. A word
that returns often is defined as a whole, and so is a line, where that makes the page smaller.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from analysis.charts.outline import Contour, contours, decimal, path_data

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

#: matplotlib lays out at 100 points, and a drawing is measured in thousandths of the size.
_EM: Final = 10
#: Letters by name, each with the place where it begins, in thousandths of the size of the type.
Run = tuple[tuple[str, int], ...]
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Characters that it takes to define an outline, besides its data, and to place it once.
_DEFINED, _PLACED = 22, 26


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text on a drawing, in points."""

    x: float
    y: float
    size: float
    colour: str
    #: Words with the place where each begins.
    words: tuple[tuple[int, Run], ...]


_outlines: dict[str, list[Contour]] = {}


def _font(faces: tuple[str, ...], weight: str) -> "FT2Font":
    """Return matplotlib's own for this thread: a font keeps its size and its last text."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    found = [findfont(FontProperties(family=face, weight=weight)) for face in faces]
    return get_font(list(dict.fromkeys(found)))


@lru_cache(maxsize=65536)
def words_of(text: str, faces: tuple[str, ...], weight: str) -> tuple[tuple[int, Run], ...]:
    """Lay out a line: what stands between two blanks is a word.

    Parameters
    ----------
    text : str
        One line.
    faces : tuple of str
        Families, the preferred one first; the others have what it lacks.
    weight : str
        ``normal`` or ``bold``.
    """
    from matplotlib.path import Path
    from matplotlib.textpath import TextToPath

    paths, font = TextToPath(), _font(faces, weight)
    font.set_size(paths.FONT_SCALE, paths.DPI)
    placed, shapes, _ = paths.get_glyphs_with_font(font, text)
    words: list[tuple[float, list[tuple[str, int]]]] = []
    within = False
    for name, x, _, _ in placed:
        if name not in _outlines:
            _outlines[name] = contours(Path(*shapes[name]), scale=_EM, down=False)
        if not _outlines[name]:
            within = False
            continue
        if not within:
            words.append((x, []))
        within = True
        start, letters = words[-1]
        letters.append((name, round((x - start) * _EM)))
    return tuple((round(x * _EM), tuple(letters)) for x, letters in words)


@lru_cache(maxsize=65536)
def _data(run: Run) -> str:
    return "".join(path_data(_outlines[name], right=x) for name, x in run)


def _short(number: int) -> str:
    """Write a number in base 36."""
    text = _DIGITS[number % 36]
    while number := number // 36:
        text = _DIGITS[number % 36] + text
    return text


def _worth_it(run: Run, *, times: int, pieces: int, placed: int) -> bool:
    """Tell whether one outline for the whole takes less room than its pieces."""
    return times * (pieces - 1) * placed > len(_data(run)) + _DEFINED


class Letters:
    """The outlines that drawings share.

    Parameters
    ----------
    prefix : str
        What their identifiers begin with.
    lines : iterable of Line
        Everything that is to be written with them.
    """

    def __init__(self, prefix: str, lines: Iterable[Line]) -> None:
        self._prefix = prefix
        self._names: dict[Run, str] = {}
        placed = _PLACED + len(prefix)
        whole = Counter(line.words for line in lines)
        self._lines = {
            words for words, times in whole.items()
            if len(words) > 1
            and _worth_it(_run(words), times=times, pieces=len(words), placed=placed)
        }  # fmt: skip
        each: Counter[Run] = Counter()
        for words, times in whole.items():
            if words not in self._lines:
                for _, word in words:
                    each[word] += times
        self._words = {
            word for word, times in each.items()
            if _worth_it(word, times=times, pieces=len(word), placed=placed)
        }  # fmt: skip

    def _pieces(self, words: Sequence[tuple[int, Run]]) -> Iterator[tuple[int, Run]]:
        if words in self._lines:
            yield 0, _run(words)
            return
        for at, word in words:
            if word in self._words:
                yield at, word
            else:
                for name, x in word:
                    yield at + x, ((name, 0),)

    def _name(self, run: Run) -> str:
        if run not in self._names:
            self._names[run] = self._prefix + _short(len(self._names))
        return self._names[run]

    def write(self, line: Line) -> str:
        """Write a line with the outlines, which are noted."""
        uses = [
            f'<use href="#{self._name(run)}"' + (f' x="{x}"/>' if x else "/>")
            for x, run in self._pieces(line.words)
        ]
        x, y = decimal(round(line.x * 100), 2), decimal(round(line.y * 100), 2)
        size = decimal(round(line.size * 100), 5)
        return (
            f'<g fill="{line.colour}" transform="translate({x} {y})scale({size})">'
            f"{''.join(uses)}</g>\n"
        )

    def outlines(self) -> str:
        """Return the outlines of all that was written so far."""
        return "".join(
            f'<path id="{name}" d="{_data(run)}"/>\n' for run, name in self._names.items()
        )


def _run(words: Sequence[tuple[int, Run]]) -> Run:
    return tuple((name, at + x) for at, word in words for name, x in word)

"""How the forms came in: online, at the kiosk, on paper, by telephone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.canvas import BLUE
from analysis.charts.stacked import Bar, Part, draw_stacked
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Mode, its two names, colour and hatch.
_MODES = (
    ("web", ("online", "online"), Part("", BLUE)),
    ("kiosk", ("totem", "kiosk"), Part("", "#57B894", "\\\\")),
    ("paper", ("cartaceo", "paper"), Part("", "#F0C36D", "//")),
    ("phone", ("telefono", "telephone"), Part("", "#7B5EA7", "--")),
    ("not_stated", ("non indicato", "not stated"), Part("", "#8A97A3")),
)
_OTHER = Part("", "#D5DCE3", "||")


@dataclass(frozen=True, slots=True)
class Mix:
    """Forms of one wave by mode; a mode whose count is None is protected."""

    label: str
    forms: int | None
    #: By mode, as of `analysis.data.MODES`, and `not_stated`; an absent mode was not used.
    counts: dict[str, int | None]
    reason: str = ""


def mode_name(mode: str, language: str) -> str:
    """Name a response mode for people."""
    names = next((names for known, names, _ in _MODES if known == mode), (mode, mode))
    return say(*names, language=language)


def _used(waves: tuple[Mix, ...]) -> list[str]:
    return [mode for mode, _, _ in _MODES if any(wave.counts.get(mode) for wave in waves)]


def _rest(wave: Mix) -> int:
    """Return the forms of the protected modes together."""
    return (wave.forms or 0) - sum(count or 0 for count in wave.counts.values())


def _amounts(wave: Mix, modes: list[str], *, rest: bool) -> list[int]:
    counts = [wave.counts.get(mode) or 0 for mode in modes]
    return [*counts, _rest(wave)] if rest else counts


def _write(count: int, forms: int, *, language: str) -> str:
    if forms < 30:
        return number(count, language=language)
    return percent(count / forms, language=language)


def _bar(wave: Mix, modes: list[str], *, rest: bool, language: str) -> Bar:
    if not wave.forms:
        none = say("nessun questionario", "no forms", language=language)
        return Bar(
            wave.label,
            None,
            note=none if wave.forms == 0 else withheld(wave.reason, language=language),
        )
    counts = _amounts(wave, modes, rest=rest)
    return Bar(
        wave.label,
        tuple(count / wave.forms for count in counts),
        tuple(_write(count, wave.forms, language=language) for count in counts),
        note=f"n {number(wave.forms, language=language)}",
    )


def mode_parts(modes: list[str], *, rest: bool, language: str) -> list[Part]:
    parts = [
        Part(say(*names, language=language), part.colour, part.hatch)
        for mode, names, part in _MODES
        if mode in modes
    ]
    words = ("modi protetti, insieme", "protected modes, together")
    other = Part(say(*words, language=language), _OTHER.colour, _OTHER.hatch)
    return [*parts, other] if rest else parts


def draw_modes(
    waves: tuple[Mix, ...], *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw a bar of 100 % for each wave; protected modes are drawn together."""
    modes, rest = _used(waves), any(_rest(wave) > 0 for wave in waves)
    return draw_stacked(
        [_bar(wave, modes, rest=rest, language=language) for wave in waves],
        parts=mode_parts(modes, rest=rest, language=language),
        title=title,
        nothing=nothing_to_show(language),
        narrow=narrow,
    )


def describe_modes(waves: tuple[Mix, ...], *, title: str, language: str = "it") -> Alternative:
    """Say in words and as a table what `draw_modes` shows.

    Examples
    --------
    >>> describe_modes((Mix("2026", 200, {"web": 150, "paper": 50}),), title="Vince il web").text
    'Vince il web. 2026: online 75%, cartaceo 25%, n 200.'
    """
    modes, rest = _used(waves), any(_rest(wave) > 0 for wave in waves)
    parts = mode_parts(modes, rest=rest, language=language)
    sentences, rows = [title.rstrip(".")], []
    for wave in waves:
        bar = _bar(wave, modes, rest=rest, language=language)
        said = [f"{part.label} {text}" for part, text in zip(parts, bar.texts, strict=False)]
        sentences.append(f"{wave.label}: {', '.join([*said, bar.note])}")
        forms = number(wave.forms, language=language) if wave.forms else bar.note
        rows.append((wave.label, forms, *(bar.texts or [""] * len(parts))))
    if not waves:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        say("Anno", "Year", language=language),
        say("Questionari", "Forms", language=language),
        *[part.label for part in parts],
    )
    return Alternative(". ".join(sentences) + ".", header, tuple(rows))

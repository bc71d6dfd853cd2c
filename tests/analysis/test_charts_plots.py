"""The plots: funnel, priorities, standards, control chart and profile."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

from analysis.charts import (
    ControlPlot,
    ControlPoint,
    FunnelPlot,
    FunnelService,
    PriorityItem,
    PriorityPlot,
    ProfileClass,
    ProfileVariable,
    StandardRow,
    describe_control,
    describe_funnel,
    describe_priority,
    describe_profile,
    describe_standards,
    draw_control,
    draw_funnel,
    draw_priority,
    draw_profile,
    draw_standards,
    svg,
)
from analysis.charts.funnel import Band

LONG = (
    "Servizio sociale professionale e segretariato sociale (punto unico di accesso), sede di "
    "Sant'Angelo Lodigiano"
)
NASTY = "$x_1$ & <b>Anagrafe</b> -- élève Ž đ č 漢字 😀 \x07\x00\n" + "W" * 90
BANDS: tuple[Band, ...] = ("in_line", "above", "below", "far_above", "far_below")
QUADRANTS = ("Presidio da non aumentare", "Punti di forza", "Bassa priorità", "Priorità")


def services(*sizes: float) -> tuple[FunnelService, ...]:
    return tuple(
        FunnelService(
            LONG if i == 3 else f"Servizio {i}",
            70 + (i * 37) % 17 - 8.0,
            n,
            BANDS[i % 5 if i % 3 == 0 else 0],
            tag=BANDS[i % 5 if i % 3 == 0 else 0],
        )
        for i, n in enumerate(sizes)
    )


FUNNELS = {
    "usual": FunnelPlot(services(*range(40, 400, 20)), 71, 20, 4, 0.9),
    "skewed": FunnelPlot(services(30, 35, 40, 60, 80, 90, 100, 110, 9000), 71, 20, 4, 0.5),
    "hidden": FunnelPlot((FunnelService("Cimiteri", None),), 71, 20, 4),
    "crowded": FunnelPlot(
        tuple(FunnelService(f"S{i}", 40, 100, "far_below", "sotto") for i in range(40)), 71, 20, 0
    ),
    "nasty": FunnelPlot(
        (FunnelService(NASTY, 100, 0.001, "far_above", NASTY), FunnelService("", 0, 1e7)), 0, 0, 0
    ),
    "nothing": FunnelPlot((), 71, 20, 4),
}
PRIORITIES = {
    "usual": PriorityPlot(
        (
            PriorityItem("Attesa", 90, 52, (4, 2.5, 0.4), "Priorità", sure=True, act=True),
            PriorityItem(LONG, 84, 82, (3, 2, 0.2), "Punti di forza", sure=True),
            PriorityItem("Orari", 78, 61, (4, 3, 1.2), "al confine tra «a» e «b»"),
            PriorityItem("Moduli", 76, 63, (4, 3, 0.9), "al confine tra «a» e «b»"),
            PriorityItem("Sito", None),
        ),
        (82, 64.5),
        60,
        QUADRANTS,
    ),
    "crowded": PriorityPlot(
        tuple(PriorityItem(f"Domanda {i}", 80, 70, (1, 1, 0)) for i in range(25)), (80, 70)
    ),
    "bare": PriorityPlot((PriorityItem("A", 0, 0), PriorityItem("B", 100, 100))),
    "hidden": PriorityPlot((PriorityItem("Orari", None, reason="nessuna risposta"),), None, 60),
    "nasty": PriorityPlot(
        (PriorityItem(NASTY, 50, 50, (90, 40, 0.7), NASTY),),
        (0, 100), 0, (NASTY, NASTY, NASTY, NASTY), NASTY,
    ),
    "nothing": PriorityPlot(()),
}  # fmt: skip
STANDARDS = {
    "usual": (
        StandardRow("Entro 30 giorni", 90, 94, "met", "rispettato", 91.2, 96.1, 75, n=412),
        StandardRow(LONG, 85, 81, "not_conclusive", "non si può dire", 76.4, 85.2, n=196),
        StandardRow(
            "Tempo medio", 20, 26.4, "not_met", "non rispettato", 24.9, 27.9, at_least=False,
            n=1210, unit="giorni", decimals=1, scale=(0, 40),
        ),
        StandardRow("Reclami", 95, 97, "met", "rispettato", n=63, register=True, floor=80),
    ),
    "hidden": (StandardRow("Cortesia", 80, None, floor=70),),
    "nasty": (
        StandardRow(NASTY, 1000, -5, "not_met", NASTY, -9, 500, 2000, n=12, unit="W" * 90),
        StandardRow("", 0, 0, "met", "", 0, 0, 0),
    ),
    "nothing": (),
}  # fmt: skip


def months(count: int, **options: Any) -> ControlPlot:
    names = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"]
    points = tuple(
        ControlPoint(f"{names[i % 12]} {2024 + i // 12}", 80 + (i * 7) % 5 - 2.0, 71, 89)
        for i in range(count)
    )
    return ControlPlot(points, 80, "%", bounds=(0, 100), **options)


def signalling(plot: ControlPlot, place: int, *signals: str) -> ControlPlot:
    points = list(plot.points)
    points[place] = replace(points[place], value=55.0, signals=frozenset(signals))
    return replace(plot, points=tuple(points))


CONTROLS = {
    "usual": signalling(months(24, what="Utenti soddisfatti"), 20, "beyond", "near", "run"),
    "long": signalling(months(120), 3, "near"),
    "few": months(12, few_points=True),
    "hidden": ControlPlot((ControlPoint("gen", None), ControlPoint("feb", None)), 80),
    "none": ControlPlot((), reason="Meno di 12 punti."),
    "nasty": ControlPlot(
        (ControlPoint(NASTY, 1e6, -1e6, 1e9, frozenset({"run"})), ControlPoint(NASTY, 0)), 0,
        what=NASTY,
    ),
    "level": ControlPlot((ControlPoint("a", 70, 70, 70), ControlPoint("b", 70, 70, 70)), 70),
    "nothing": ControlPlot(()),
}  # fmt: skip
PROFILES = {
    "usual": (
        ProfileVariable(
            "Età",
            412,
            (
                ProfileClass("fino a 34", 60, 0.25),
                ProfileClass(LONG, 240, 0.35, tag="più di 10 punti"),
                ProfileClass("75 e oltre", None, 0.1),
                ProfileClass("non indicato", None),
            ),
        ),
        ProfileVariable("Genere", 21, (ProfileClass("f", 11), ProfileClass("m", 10))),
    ),
    "hidden": (ProfileVariable("Zona", None, (ProfileClass("Nord", 7),)),),
    "empty": (ProfileVariable("Zona", 0, (ProfileClass("Nord", 0),)),),
    "nasty": (ProfileVariable(NASTY, 30, (ProfileClass(NASTY, 30, 1.7, NASTY),)),),
    "nothing": (),
}
KINDS: dict[str, tuple[Callable[..., Figure], Callable[..., Any], dict[str, Any]]] = {
    "funnel": (draw_funnel, describe_funnel, FUNNELS),
    "priority": (draw_priority, describe_priority, PRIORITIES),
    "standards": (draw_standards, describe_standards, STANDARDS),
    "control": (draw_control, describe_control, CONTROLS),
    "profile": (draw_profile, describe_profile, PROFILES),
}
CASES = [(kind, name) for kind, (_, _, data) in KINDS.items() for name in data]


def drawn(kind: str, name: str, **options: Any) -> Figure:
    draw, _, data = KINDS[kind]
    return draw(data[name], title=options.pop("title", "Il titolo dice il risultato"), **options)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def course(line: Line2D) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.asarray(line.get_xdata(), np.float64), np.asarray(line.get_ydata(), np.float64)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_no_letter_leaves_the_sheet_or_covers_another(kind: str, name: str, narrow: bool) -> None:
    figure = drawn(kind, name, narrow=narrow, title=LONG)
    figure.set_dpi(720)  # fine enough that hinting does not widen the letters
    figure.draw_without_rendering()
    sheet = figure.bbox
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    for words, box in boxes:
        assert box.x0 >= sheet.x0 - 1, words
        assert box.x1 <= sheet.x1 + 1, words
        assert box.y0 >= sheet.y0 - 1, words
        assert box.y1 <= sheet.y1 + 1, words
    for place, (words, box) in enumerate(boxes):
        for other, beside in boxes[place + 1 :]:
            across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            along = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            # Descenders may come within a quarter of a line of the next one.
            assert across <= 4 or along <= 0.25 * min(box.height, beside.height), (words, other)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_nothing_is_drawn_outside_the_sheet(kind: str, name: str, narrow: bool) -> None:
    figure = drawn(kind, name, narrow=narrow)
    width, height = figure.get_size_inches() * 72
    right, bottom = width - 3, height - 3
    for line in figure.findobj(Line2D):
        across, down = course(line)
        assert across.min() >= -3
        assert across.max() <= right
        assert down.min() >= -3
        assert down.max() <= bottom


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_letters_are_at_least_eleven_pixels_on_a_phone(kind: str, name: str) -> None:
    figure = drawn(kind, name, narrow=True)
    assert figure.get_figwidth() * 96 == pytest.approx(328)
    assert min(float(t.get_fontsize()) for t in figure.findobj(Text) if t.get_text()) >= 8.25


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_svg_is_the_same_bytes_again_and_well_formed(kind: str, name: str) -> None:
    one, two = (svg(drawn(kind, name), title=NASTY, description="a < b & c\x00") for _ in range(2))
    assert one == two
    root = ElementTree.fromstring(one)  # noqa: S314  # bytes that we have just written
    assert root.get("role") == "img"
    assert "style" not in one
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', one))
    assert referred <= set(re.findall(r'\bid="([^"]+)"', one))


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_table_is_rectangular_and_the_text_begins_with_the_finding(
    kind: str, name: str, language: str
) -> None:
    _, describe, data = KINDS[kind]
    said = describe(data[name], title="Il risultato", language=language)
    assert {len(row) for row in said.rows} <= {len(said.header)}
    assert said.text.startswith("Il risultato. ")
    assert said.text.endswith(".")
    assert ("Nessun dato" in said.text) == (name == "nothing" and language == "it")
    assert ("No data" in said.text) == (name == "nothing" and language == "en")


LEAKS = {
    "funnel": FunnelPlot((FunnelService("A", None, 41.0, "below", "43"),), 71, 20, 4),
    "priority": PriorityPlot((PriorityItem("A", None, 41.0, (43, 43, 0), "43", act=True),)),
    "standards": (StandardRow("A", 80, None, "not_met", "43", 41, 43, n=7),),
    "control": ControlPlot((ControlPoint("A", None, 41, 43, frozenset({"beyond"})),)),
    "profile": (ProfileVariable("A", None, (ProfileClass("B", 7, 0.41, "43"),)),),
    "profile class": (
        ProfileVariable("A", 100, (ProfileClass("B", None, 0.41, "43"), ProfileClass("C", 93))),
    ),
}


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", LEAKS)
def test_what_is_suppressed_leaves_no_trace_of_its_numbers(name: str, narrow: bool) -> None:
    # A caller that forgets to blank the rest of the record must not leak it.
    draw, describe, _ = KINDS[name.split(maxsplit=1)[0]]
    words = " ".join(texts(draw(LEAKS[name], title="T", narrow=narrow)))
    said = describe(LEAKS[name], title="T")
    for written in (words, said.text, str(said.rows)):
        assert "n < 10: non pubblicato" in written
        assert not re.search(r"\b(41|43|7)\b", written)
        assert "limiti:" not in written

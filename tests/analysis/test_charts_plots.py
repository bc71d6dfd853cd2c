"""The plots: funnel, priorities, standards, control chart and profile."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

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
from analysis.charts.standards import Outcome

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


def bars(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def markers(figure: Figure, shape: str) -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in figure.findobj(Line2D)
        if line.get_marker() == shape
    ]


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
    axes = figure.axes[0]
    right, bottom = axes.get_xlim()[1], axes.get_ylim()[0]
    for line in axes.lines:
        assert min(line.get_xdata()) >= -3
        assert max(line.get_xdata()) <= right
        assert min(line.get_ydata()) >= -3
        assert max(line.get_ydata()) <= bottom


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_letters_are_at_least_eleven_pixels_on_a_phone(kind: str, name: str) -> None:
    figure = drawn(kind, name, narrow=True)
    assert figure.get_figwidth() * 96 == pytest.approx(328)
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 8.25


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


def test_the_limits_of_a_funnel_are_those_of_the_analysis() -> None:
    # 72 ± 1.96 sqrt(20^2 / 100 + 9) = 72 ± 1.96 * 3.6055513 = 64.9331, 79.0669
    plot = FunnelPlot((), 72, 20, 9)
    assert plot.limits(100, 1.96) == pytest.approx((64.933120, 79.066880), abs=1e-5)
    assert plot.limits(1e-6, 1.96) == (0, 100)


def test_only_services_outside_the_limits_are_named_in_the_funnel() -> None:
    plot = FunnelPlot(
        (
            FunnelService("Anagrafe", 71, 100, tag="in linea"),
            FunnelService("Tributi", 40, 100, "far_below", "molto sotto l'atteso"),
        ),
        71, 20, 4, 0.1,
    )  # fmt: skip
    words = texts(draw_funnel(plot, title="T"))
    assert "Tributi" in words
    assert "Anagrafe" not in words
    assert {row[0] for row in describe_funnel(plot, title="T").rows} == {"Anagrafe", "Tributi"}
    assert any("circa 0,1 su 2" in word for word in words)


def test_services_of_very_different_size_stand_on_a_logarithmic_scale() -> None:
    assert "Risposte efficaci (scala logaritmica)" in texts(drawn("funnel", "skewed"))
    assert "Risposte efficaci" in texts(drawn("funnel", "usual"))


def test_every_band_has_a_mark_of_its_own() -> None:
    plot = FunnelPlot(
        tuple(FunnelService(band, 70, 50 + 20 * i, band) for i, band in enumerate(BANDS)), 71, 20, 4
    )
    seen = {
        (line.get_marker(), line.get_markerfacecolor() == "#FFFFFF")
        for line in draw_funnel(plot, title="T").findobj(Line2D)
        if line.get_marker() in {"o", "^", "v"}
    }
    assert len(seen) == 5


def test_a_funnel_refuses_a_service_without_respondents() -> None:
    with pytest.raises(ValueError, match="not 0"):
        FunnelPlot((FunnelService("A", 70, 0),), 71, 20, 4)


def test_important_items_stand_to_the_right_and_good_ones_above() -> None:
    plot = PriorityPlot((PriorityItem("A", 60, 80), PriorityItem("B", 80, 60)))
    one, two = markers(draw_priority(plot, title="T"), "o")[:2]
    assert one[0] < two[0]
    assert one[1] < two[1]  # downwards


def test_an_ellipse_reaches_as_far_as_its_semi_axes() -> None:
    from analysis.charts.priority import _outline, _reach

    item = PriorityItem("A", 50, 50, (10, 4, 0.6))
    across = [x for x, _ in _outline(item)]
    up = [y for _, y in _outline(item)]
    assert max(across) - 50 == pytest.approx(_reach(item)[0], rel=5e-3)
    assert max(up) - 50 == pytest.approx(_reach(item)[1], rel=5e-3)


def test_every_item_of_a_crowded_map_still_has_its_number() -> None:
    words = texts(drawn("priority", "crowded", narrow=True))
    assert all(words.count(str(place)) == 2 for place in range(1, 26) if place not in {20, 25})


@pytest.mark.parametrize(
    ("value", "outcome", "bound"),
    [(94.0, "met", 91.2), (70.0, "not_met", 76.1), (95.0, "not_conclusive", 91.2)],
)
def test_the_bound_of_a_standard_is_the_one_towards_the_promise(
    value: float, outcome: Outcome, bound: float
) -> None:
    assert StandardRow("A", 90, value, outcome, "", 91.2, 76.1).bound == bound


def test_a_full_register_has_no_bound() -> None:
    row = STANDARDS["usual"][3]
    said = describe_standards((row,), title="T")
    assert row.bound is None
    assert said.rows[0][4] == "tutti i casi, non un campione"


def test_a_bound_that_reads_like_the_promise_gets_a_decimal_more() -> None:
    said = describe_standards((STANDARDS["usual"][1],), title="T")
    assert said.rows[0][4] == "limite superiore 85,2%"


def test_the_measured_bar_is_as_long_as_its_value() -> None:
    row = StandardRow("A", 80, 50, "not_met", "no", 45, 55, n=200)
    widths = [r.get_width() for r in bars(draw_standards((row,), title="T"))]
    track, kept, bar = widths[:3]
    assert kept / track == pytest.approx(0.2)
    assert bar / track == pytest.approx(0.5)


def test_a_promise_of_at_most_is_kept_on_the_left() -> None:
    row = StandardRow("A", 20, 10, "met", "sì", 8, 12, at_least=False, scale=(0, 40), n=200)
    track, kept = bars(draw_standards((row,), title="T"))[:2]
    assert kept.get_x() == track.get_x()
    assert describe_standards((row,), title="T").rows[0][1] == "al massimo 20%"


def test_outcomes_differ_in_shape_and_not_in_colour_alone() -> None:
    figure = drawn("standards", "usual")
    assert all(markers(figure, shape) for shape in ("o", "v", "D"))


def test_a_scale_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="two different ends"):
        StandardRow("A", 80, 50, scale=(1, 1))


def test_the_line_of_months_is_cut_at_a_month_that_does_not_show() -> None:
    plot = months(12)
    points = list(plot.points)
    points[5] = ControlPoint("giu", None)
    joined = [
        line
        for line in draw_control(replace(plot, points=tuple(points)), title="T").findobj(Line2D)
        if line.get_linewidth() == 1.2
    ]
    assert len(joined) == 9


def test_the_strongest_signal_gives_a_month_its_shape_and_all_are_told() -> None:
    figure = drawn("control", "usual")
    said = describe_control(CONTROLS["usual"], title="T")
    assert len(markers(figure, "D")) == 2  # the month and its entry in the key
    assert said.rows[20][3] == (
        "oltre i limiti; 2 di 3 oltre due sigma; 8 o più di fila da un lato"
    )
    assert "oltre i limiti: set 2025 (55%)" in said.text


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule among"):
        ControlPlot((ControlPoint("gen", 80, signals=frozenset({"below"})),))


def test_shares_of_a_profile_rest_on_all_forms_and_small_bases_are_counts() -> None:
    rows = describe_profile(PROFILES["usual"], title="T").rows
    assert rows[0] == ("Età", "fino a 34", "60", "15%", "25%")
    assert rows[-1] == ("Genere", "m", "10", "10 su 21", "")


def test_a_bar_of_the_profile_is_as_long_as_its_share() -> None:
    data = (ProfileVariable("A", 100, (ProfileClass("B", 25),)),)
    track, bar = bars(draw_profile(data, title="T"))[:2]
    assert bar.get_width() / track.get_width() == pytest.approx(0.25)


def test_more_answers_than_forms_are_refused() -> None:
    with pytest.raises(ValueError, match="11 answers on 10 forms"):
        ProfileVariable("A", 10, (ProfileClass("B", 11),))

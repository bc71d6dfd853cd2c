"""What single marks of the plots mean: places, lengths, shapes and numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from analysis.charts import (
    ControlPlot,
    ControlPoint,
    Dot,
    Dots,
    FunnelPlot,
    FunnelService,
    PriorityItem,
    PriorityPlot,
    ProfileClass,
    ProfileVariable,
    StandardRow,
    describe_control,
    describe_funnel,
    describe_profile,
    describe_standards,
    draw_control,
    draw_dots,
    draw_funnel,
    draw_priority,
    draw_profile,
    draw_standards,
)
from analysis.charts.axis import Axis, LogAxis
from analysis.charts.priority import _outline, reach
from analysis.charts.standards import Outcome
from tests.analysis.test_charts_plots import (
    BANDS,
    CONTROLS,
    PROFILES,
    STANDARDS,
    course,
    drawn,
    months,
    texts,
)


def bars(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.artists if isinstance(patch, Rectangle)]


def markers(figure: Figure, shape: str) -> list[tuple[float, float]]:
    return [
        (float(course(line)[0][0]), float(course(line)[1][0]))
        for line in figure.findobj(Line2D)
        if line.get_marker() == shape
    ]


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
    item = PriorityItem("A", 50, 50, (10, 4, 0.6))
    across = [x for x, _ in _outline(item)]
    up = [y for _, y in _outline(item)]
    assert max(across) - 50 == pytest.approx(reach(item)[0], rel=5e-3)
    assert max(up) - 50 == pytest.approx(reach(item)[1], rel=5e-3)


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


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_a_tight_axis_holds_every_value_between_few_round_numbers(values: list[float]) -> None:
    axis = Axis.tight(values)
    slack = 1e-6 * axis.step
    assert axis.low - slack <= min(values) <= max(values) <= axis.high + slack
    assert 2 <= len(axis.ticks) <= 8


def test_a_tight_axis_never_leaves_the_scale() -> None:
    axis = Axis.tight([93.0, 99.5], bounds=(0, 100))
    assert axis.high == 100
    assert Axis.tight([], bounds=(0, 100)).ticks[-1] == 100


def test_ticks_closer_than_one_get_decimals() -> None:
    assert Axis.tight([0.12, 0.31]).decimals == 2
    assert Axis.tight([10.0, 50.0]).decimals == 0


def test_on_a_logarithmic_axis_doubling_is_always_the_same_step() -> None:
    axis = LogAxis(10, 1000)
    assert axis.place(40) - axis.place(20) == pytest.approx(axis.place(200) - axis.place(100))
    assert (axis.place(1), axis.place(1e9)) == (0, 1)


def test_dots_stand_over_the_lines_of_their_axis() -> None:
    rows = tuple(Dot(name, 60.0, 50.0, 70.0, n=90) for name in ("A", "B"))
    figure = draw_dots(Dots(rows, reference=60.0), title="T")

    spans = [
        np.ptp(artist.get_xydata(), axis=0)
        for artist in figure.artists
        if isinstance(artist, Line2D)
    ]
    of_axis = [bool(right == 0 and down > 20) for right, down in spans]
    assert sum(of_axis) > 2
    assert of_axis == sorted(of_axis, reverse=True)

"""Charts of the results: each is drawn, said in words and tabled from the same numbers."""

from analysis.charts.canvas import NARROW, WIDE, use_fonts
from analysis.charts.distribution import (
    Distribution,
    Question,
    describe_distribution,
    draw_distribution,
)
from analysis.charts.dots import Dot, Dots, Tone, describe_dots, draw_dots
from analysis.charts.gallery import Chart, body_charts, service_charts
from analysis.charts.modes import Mix, describe_modes, draw_modes
from analysis.charts.table import Alternative
from analysis.charts.vector import png, svg
from analysis.charts.years import YearPoint, Years, describe_years, draw_years

__all__ = [
    "NARROW",
    "WIDE",
    "Alternative",
    "Chart",
    "Distribution",
    "Dot",
    "Dots",
    "Mix",
    "Question",
    "Tone",
    "YearPoint",
    "Years",
    "body_charts",
    "describe_distribution",
    "describe_dots",
    "describe_modes",
    "describe_years",
    "draw_distribution",
    "draw_dots",
    "draw_modes",
    "draw_years",
    "png",
    "service_charts",
    "svg",
    "use_fonts",
]

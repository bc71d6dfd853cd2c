"""Charts of the results: each is drawn, said in words and tabled from the same numbers."""

from analysis.charts.canvas import NARROW, WIDE, use_fonts
from analysis.charts.control import ControlPlot, ControlPoint, describe_control, draw_control
from analysis.charts.distribution import (
    Distribution,
    Question,
    describe_distribution,
    draw_distribution,
)
from analysis.charts.dots import Dot, Dots, Tone, describe_dots, draw_dots
from analysis.charts.funnel import FunnelPlot, FunnelService, describe_funnel, draw_funnel
from analysis.charts.gallery import Chart, body_charts, service_charts
from analysis.charts.modes import Mix, describe_modes, draw_modes
from analysis.charts.priority import (
    PriorityItem,
    PriorityPlot,
    describe_priority,
    draw_priority,
)
from analysis.charts.profile import (
    ProfileClass,
    ProfileVariable,
    describe_profile,
    draw_profile,
)
from analysis.charts.standards import StandardRow, describe_standards, draw_standards
from analysis.charts.table import Alternative
from analysis.charts.vector import png, svg
from analysis.charts.years import YearPoint, Years, describe_years, draw_years

__all__ = [
    "NARROW",
    "WIDE",
    "Alternative",
    "Chart",
    "ControlPlot",
    "ControlPoint",
    "Distribution",
    "Dot",
    "Dots",
    "FunnelPlot",
    "FunnelService",
    "Mix",
    "PriorityItem",
    "PriorityPlot",
    "ProfileClass",
    "ProfileVariable",
    "Question",
    "StandardRow",
    "Tone",
    "YearPoint",
    "Years",
    "body_charts",
    "describe_control",
    "describe_distribution",
    "describe_dots",
    "describe_funnel",
    "describe_modes",
    "describe_priority",
    "describe_profile",
    "describe_standards",
    "describe_years",
    "draw_control",
    "draw_distribution",
    "draw_dots",
    "draw_funnel",
    "draw_modes",
    "draw_priority",
    "draw_profile",
    "draw_standards",
    "draw_years",
    "png",
    "service_charts",
    "svg",
    "use_fonts",
]

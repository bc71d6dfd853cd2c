"""The SVG of a chart: short, and the same picture as matplotlib's own; parts of tall charts."""

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from PIL import Image

from analysis.charts import Chart, Distribution, Dot, Dots, Mix, Question, draw_modes, svg
from analysis.charts.drawing import taken_apart
from analysis.charts.outline import contours, decimal, path_data, polyline
from analysis.charts.parts import ALMOST, PAGE, parts
from analysis.charts.vector import Shared
from tests.analysis import test_charts, test_charts_plots
from tests.browser import OpenPage

ASPECT = "La chiarezza delle informazioni ricevute prima di arrivare allo sportello, numero {}"
MIXES = (Mix("2026", 100, {"web": 20, "kiosk": 25, "paper": 25, "phone": 20, "not_stated": 10}),)


def services(count: int) -> Dots:
    rows = tuple(
        Dot(f"Servizio {k}", 50.0 + k % 37, 44.0 + k % 37, 56.0 + k % 37, n=200, tag="Stabile (0)")
        for k in range(count)
    )
    return Dots(rows, reference=70.0, reference_label="indice dell'ente 70")


def questions(count: int) -> Distribution:
    asked = tuple(Question(ASPECT.format(k), (9, 20 + k, 30, 40)) for k in range(count))
    return Distribution(("1", "2", "3", "4"), frozenset({2, 3}), frozenset({0, 1}), asked)


def as_matplotlib_writes(figure: Figure) -> str:
    """Return matplotlib's own SVG."""
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "a"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()[stream.getvalue().index("<svg") :]


def rows_of(chart: Chart) -> tuple[object, ...]:
    if isinstance(chart.data, Dots):
        return chart.data.rows
    assert isinstance(chart.data, Distribution)
    return chart.data.questions


def height_of(chart: Chart) -> float:
    return float(chart.figure().get_figheight()) * 72


@pytest.mark.browser
def test_a_chart_looks_as_matplotlib_draws_it(open_page: OpenPage) -> None:
    figures: list[Figure] = []
    for module in (test_charts, test_charts_plots):
        kinds = dict(reversed(module.CASES))
        figures += [module.drawn(kind, name) for kind, name in kinds.items()]
    figures.append(draw_modes(MIXES, title="Ogni tratteggio"))
    page = open_page(width=700, height=1200)
    for figure in figures:
        shots = []
        for text in (as_matplotlib_writes(figure), svg(figure, title="t", description="d")):
            page.set_content(f'<body style="margin:0;background:#fff">{text}')
            shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
            shots.append(np.asarray(shot, np.float64))
        apart = np.abs(shots[0] - shots[1])
        # Edges may be a shade lighter; nothing is missing and nothing has moved.
        assert apart.mean() < 0.1
        assert (apart > 100).mean() < 1e-4


def test_a_chart_takes_at_most_half_of_what_matplotlib_writes() -> None:
    figure = Chart("answers", "Titolo", "it", questions(12)).figure()
    short = svg(figure, title="Titolo", description="d")
    assert 2 * len(short) < len(as_matplotlib_writes(figure))
    assert not re.search(r"\d\.\d{3}", re.sub(r"scale\([\d.]+\)", "", short))
    assert "<g>" not in short
    assert "<pattern" not in short


def test_letters_of_several_drawings_are_defined_once() -> None:
    drawings = [
        taken_apart(Chart("c", "Titolo", "it", questions(12)).figure(narrow=narrow))
        for narrow in (False, True)
    ]
    shared = Shared("t", drawings)
    text = "".join(shared.content(drawing) for drawing in drawings)
    defined = re.findall(r'<path id="([^"]+)" d="([^"]+)"', shared.definitions())
    assert len({name for name, _ in defined}) == len({data for _, data in defined}) == len(defined)
    used = set(re.findall(r'href="#([^"]+)"', text))
    assert used == {name for name, _ in defined}
    # A word of every label is one outline and one reference for each time that it stands there.
    alone = Shared("t", drawings[:1])
    alone.content(drawings[0])
    assert len(shared.definitions()) < 1.5 * len(alone.definitions())


def test_a_word_that_returns_is_placed_as_a_whole() -> None:
    once, often = (
        Shared("t", [taken_apart(Chart("c", "", "it", questions(count)).figure())])
        for count in (1, 12)
    )
    drawing = taken_apart(Chart("c", "", "it", questions(1)).figure())
    assert 2 * often.content(drawing).count("<use") < once.content(drawing).count("<use")


def test_what_no_canvas_draws_is_refused() -> None:
    from matplotlib.patches import Circle

    figure = Figure()
    figure.add_artist(Circle((0.5, 0.5), 0.1))
    with pytest.raises(TypeError, match="no Circle"):
        taken_apart(figure)


@pytest.mark.parametrize(
    ("steps", "digits", "text"),
    [
        (0, 2, "0"),
        (5, 2, ".05"),
        (-120, 2, "-1.2"),
        (100, 2, "1"),
        (-7, 0, "-7"),
        (950, 5, ".0095"),
    ],
)
def test_numbers_are_as_short_as_they_can_be(steps: int, digits: int, text: str) -> None:
    assert decimal(steps, digits) == text
    assert float(text) == pytest.approx(steps / 10**digits)


def test_straight_lines_and_curves_are_told_from_step_to_step() -> None:
    square = [(0.0, 0.0), (2.5, 0.0), (2.5, 1.0), (0.0, 1.0)]
    assert polyline(square, closed=True) == "M0 0h2.5v1h-2.5z"
    assert polyline([(1.0, 1.0), (2.004, 3.0)], closed=False) == "M1 1l1 2"
    curve = Outline([(0, 0), (1, 2), (3, 4), (0, 0)], [1, 3, 3, 79])
    assert path_data(contours(curve, scale=10, down=False)) == "M0 0q10-20 30-40z"


@pytest.mark.parametrize("first", [PAGE, 500.0])
@pytest.mark.parametrize("count", [12, 13, 40])
@pytest.mark.parametrize("make", [services, questions])
def test_a_tall_chart_becomes_parts_that_fit_a_page(
    make: Callable[[int], Dots | Distribution], count: int, first: float
) -> None:
    chart = Chart("c", "Titolo", "it", make(count))
    found = parts(chart, height=height_of(chart), first=first)
    sizes = [len(rows_of(part)) for part in found]
    assert tuple(row for part in found for row in rows_of(part)) == rows_of(chart)
    assert height_of(found[0]) <= (first if first < PAGE else ALMOST * PAGE)
    assert all(height_of(part) <= ALMOST * PAGE for part in found)
    if len(found) > 1:
        assert all(height_of(part) <= PAGE for part in found)
        titles = [f"Titolo – parte {k} di {len(found)}" for k in range(1, len(found) + 1)]
        assert [part.title for part in found] == titles
        assert min(sizes) > 2, "no row stands alone"


def test_the_parts_of_a_chart_share_its_scale() -> None:
    chart = Chart("c", "Titolo", "it", services(40))
    found = parts(chart, height=height_of(chart))
    axes = {part.data.axis() for part in found if isinstance(part.data, Dots)}
    assert len(found) > 1
    assert isinstance(chart.data, Dots)
    assert axes == {chart.data.axis()}


def test_a_chart_that_is_no_list_of_rows_stays_whole() -> None:
    from analysis.charts import YearPoint, Years

    chart = Chart("years", "Titolo", "it", Years((YearPoint(2026, 70.0, 60.0, 80.0, n=50),)))
    assert parts(chart, height=9000.0) == [chart]

"""The charts: what they draw, what they say, and that they stay inside their sheet."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.charts import (
    Distribution,
    Dot,
    Dots,
    Mix,
    Question,
    YearPoint,
    Years,
    describe_distribution,
    describe_dots,
    describe_modes,
    describe_years,
    draw_distribution,
    draw_dots,
    draw_modes,
    draw_years,
    png,
    svg,
)

VERBAL = ("Per nulla", "Poco", "Abbastanza", "Molto")
LONG = (
    "Servizio sociale professionale e segretariato sociale (punto unico di accesso), sede di "
    "Sant'Angelo Lodigiano"
)
NASTY = "$x_1$ & <b>Anagrafe</b> -- élève Ž đ č 漢字 😀 \x07\x00\n" + "W" * 90


def verbal(*questions: Question) -> Distribution:
    return Distribution(VERBAL, frozenset({2, 3}), frozenset({0, 1}), questions)


DISTRIBUTIONS = {
    "usual": verbal(
        Question("Orari", (8, 22, 90, 76), dk=4, blank=2), Question(LONG, (31, 58, 70, 34), na=9)
    ),
    "few": verbal(Question("Orari", (1, 2, 5, 3)), Question("Cortesia", (0, 0, 0, 11))),
    "hidden": verbal(Question("Orari", None), Question("Nessuno", (0, 0, 0, 0), dk=14)),
    "ten": Distribution(
        tuple(str(code) for code in range(1, 11)),
        frozenset({7, 8, 9}),
        frozenset(range(5)),
        (Question("Nel complesso", (2, 1, 3, 4, 9, 15, 30, 60, 44, 32)),),
    ),
    "nasty": Distribution(
        (NASTY, "", "Né soddisfatto/a né insoddisfatto/a"),
        frozenset(),
        frozenset(),
        (Question(NASTY, (100000, 1, 3)),),
    ),
    "nothing": verbal(),
}
DOTS = {
    "usual": Dots(
        tuple(
            Dot(
                f"{LONG} {i}" if i % 3 else f"Tributi {i}",
                50 + 3.3 * i,
                45 + 3.3 * i,
                55 + 3.3 * i,
                n=11 * (i + 1),
                few=i < 2,
                decimals=i % 2,
                tag="Peggioramento accertato" if i == 4 else "",
                tone="worse" if i == 4 else "plain",
            )
            for i in range(12)
        ),
        reference=72.3,
        reference_label="media dell'ente 72",
    ),
    "hidden": Dots((Dot("Cimiteri", None), Dot("Tributi", 0.0, 0.0, 31.2, n=11, few=True))),
    "all hidden": Dots((Dot("Cimiteri", None, reason="nessuna risposta"),)),
    "native": Dots((Dot("Orari", 3.91, 3.70, 4.10, n=100, decimals=2),), bounds=(1, 5)),
    "nasty": Dots((Dot(NASTY, 100.0, 80.2, 100.0, n=18, tag=NASTY, tone="watch"),)),
    "nothing": Dots(()),
}
YEARS = {
    "usual": Years(
        (
            YearPoint(2019, 71, 66, 76, n=120),
            YearPoint(2020, None),
            YearPoint(2022, 68.2, 64, 72, n=196, note="Sede spostata in via Roma per lavori"),
            YearPoint(2023, 76.1, 73, 79.5, n=11, few=True),
            YearPoint(2024, 74, 70, 78, n=205, break_before="scala da 1-5 a 1-4"),
            YearPoint(2026, 66, 62, 70, n=1200),
        )
    ),
    "one": Years((YearPoint(2026, 66.4, 62, 70.1, n=203, decimals=1),)),
    "long": Years(tuple(YearPoint(y, 60.0, 55.0, 64.0, n=200) for y in range(2008, 2027))),
    "hidden": Years((YearPoint(2026, None),)),
    "nasty": Years((YearPoint(1, 0, None, None, n=30, note=NASTY, break_before=NASTY),)),
    "nothing": Years(()),
}
MODES = {
    "usual": (
        Mix("2023", 196, {"web": 60, "kiosk": 30, "paper": 106}),
        Mix("2024", 205, {"web": 100, "kiosk": None, "paper": 90, "phone": None}),
        Mix("2025", 12, {"web": 12}),
    ),
    "hidden": (Mix("2025", None, {}), Mix("2026", 0, {})),
    "nasty": (Mix(NASTY, 30, {"phone": 30}),),
    "nothing": (),
}
KINDS: dict[str, tuple[Callable[..., Figure], Callable[..., Any], dict[str, Any]]] = {
    "distribution": (draw_distribution, describe_distribution, DISTRIBUTIONS),
    "dots": (draw_dots, describe_dots, DOTS),
    "years": (draw_years, describe_years, YEARS),
    "modes": (draw_modes, describe_modes, MODES),
}
CASES = [(kind, name) for kind, (_, _, data) in KINDS.items() for name in data]


def drawn(kind: str, name: str, **options: Any) -> Figure:
    draw, _, data = KINDS[kind]
    return draw(data[name], title=options.pop("title", "Il titolo dice il risultato"), **options)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


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


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_letters_are_at_least_eleven_pixels_on_a_phone(kind: str, name: str) -> None:
    figure = drawn(kind, name, narrow=True)
    assert figure.get_figwidth() * 96 == pytest.approx(328)
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 8.25


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_svg_is_well_formed_named_and_free_of_styles(kind: str, name: str) -> None:
    text = svg(drawn(kind, name), title=NASTY, description="a < b & c\x00")
    root = ElementTree.fromstring(text)  # noqa: S314  # bytes that we have just written
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    title, desc = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title is not None
    assert desc is not None
    assert (title.text or "").startswith("$x_1$ & <b>Anagrafe</b>")
    assert desc.text == "a < b & c"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")
    assert "style" not in text
    assert "<metadata" not in text
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    assert referred <= set(re.findall(r'\bid="([^"]+)"', text))


def test_charts_of_one_page_share_no_identifier() -> None:
    ids: list[str] = []
    for kind, name in CASES:
        text = svg(drawn(kind, name), title=kind, description=name)
        ids += re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_chart_is_the_same_bytes_in_another_process() -> None:
    program = (
        "from analysis.charts import *\n"
        "data = Distribution(('No', 'Sì'), frozenset({1}), frozenset({0}),"
        " (Question('Tornerebbe?', (40, 60), dk=3),))\n"
        "print(svg(draw_distribution(data, title='Titolo'), title='Titolo', description='d'))"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            cwd=root,
            env={"PYTHONHASHSEED": seed, "MPLCONFIGDIR": str(Path.home() / ".cache")},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert b"<svg" in runs[0]


def test_describing_a_chart_does_not_load_matplotlib() -> None:
    program = (
        "import sys\nfrom analysis.charts import *\n"
        "describe_dots(Dots((Dot('A', 70.0, 60.0, 80.0, n=50),)), title='T')\n"
        "raise SystemExit('matplotlib' in sys.modules or 'scipy.stats' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 0


@pytest.mark.parametrize("narrow", [False, True])
def test_a_suppressed_wave_leaves_no_trace_of_its_numbers(narrow: bool) -> None:
    # A caller that forgets to blank the rest of the record must not leak it.
    years = Years((YearPoint(2025, 70.0, 65.0, 75.0, n=88), YearPoint(2026, None, 41.0, 43.0, n=7)))
    words = " | ".join(texts(draw_years(years, title="T", narrow=narrow)))
    said = describe_years(years, title="T")
    for written in (words, said.text, str(said.rows)):
        assert "n < 10: non pubblicato" in written
        assert not re.search(r"\b(41|43|7)\b", written)


@pytest.mark.parametrize("narrow", [False, True])
def test_a_suppressed_service_leaves_no_trace_of_its_numbers(narrow: bool) -> None:
    dots = Dots((Dot("Cimiteri", None, 41.0, 43.0, n=7),))
    words = " | ".join(texts(draw_dots(dots, title="T", narrow=narrow)))
    said = describe_dots(dots, title="T")
    for written in (words, said.text, str(said.rows)):
        assert "n < 10: non pubblicato" in written
        assert not re.search(r"\b(41|43|7)\b", written)


def test_a_suppressed_question_leaves_no_trace_of_its_statuses() -> None:
    data = verbal(Question("Orari", None, dk=3, na=4, blank=5, invalid=6))
    words = " | ".join(texts(draw_distribution(data, title="T")))
    said = describe_distribution(data, title="T")
    for written in (words, said.text, str(said.rows)):
        assert "n < 10: non pubblicato" in written
        assert not re.search(r"\b[3456]\b", written)


def test_protected_modes_are_told_together() -> None:
    said = describe_modes(MODES["usual"], title="T")
    assert said.header[-1] == "modi protetti, insieme"
    assert "telefono" not in said.header
    assert said.rows[1] == ("2024", "205", "49%", "0%", "44%", "7%")


def test_fewer_than_thirty_answers_are_told_as_counts() -> None:
    said = describe_distribution(DISTRIBUTIONS["few"], title="T")
    assert said.rows[0] == ("Orari", "11", "1", "2", "5", "3", "8 su 11")
    assert "%" not in said.text


def test_the_table_has_a_column_for_each_status_that_occurs() -> None:
    said = describe_distribution(DISTRIBUTIONS["usual"], title="T")
    assert said.header[-4:] == ("non so", "non previsto", "in bianco", "soddisfatti")
    assert said.rows[1][-4:] == ("0%", "4%", "0%", "54%")


def test_percentages_rest_on_valid_answers_and_statuses_on_all_forms() -> None:
    said = describe_distribution(
        verbal(Question("Orari", (10, 20, 30, 40), dk=100)), title="T", language="en"
    )
    assert said.rows[0][2:7] == ("10%", "20%", "30%", "40%", "50%")
    assert said.rows[0][-1] == "70%"


def test_a_bar_is_as_long_as_its_share() -> None:
    from matplotlib.patches import Rectangle

    figure = draw_distribution(verbal(Question("Orari", (25, 0, 25, 50))), title="T")
    rectangles = figure.findobj(Rectangle)
    ground, *parts = [r.get_width() for r in rectangles if r.get_height() == 9.5 * 1.8]
    gap = 0.8  # left white between neighbours
    assert [(part + gap) / ground for part in parts] == pytest.approx([0.25, 0.25, 0.5])


def test_a_dot_stands_where_its_value_is() -> None:
    from matplotlib.lines import Line2D

    rows = (Dot("A", 60.0, n=50), Dot("B", 70.0, n=50), Dot("C", 80.0, n=50))
    figure = draw_dots(Dots(rows), title="T")
    places = [
        float(line.get_xdata()[0]) for line in figure.findobj(Line2D) if line.get_marker() == "o"
    ]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1])
    assert places[0] < places[1]


@pytest.mark.parametrize(
    ("years", "joined"),
    [
        ((2024, 2025, 2026), 2),
        ((2023, 2025, 2026), 1),
    ],
)
def test_the_line_is_not_drawn_over_a_missing_year(years: tuple[int, ...], joined: int) -> None:
    data = Years(tuple(YearPoint(year, 70.0, n=100) for year in years))
    assert joins(draw_years(data, title="T")) == joined


def test_the_line_is_not_drawn_over_a_break_or_a_suppressed_wave() -> None:
    cut = Years((YearPoint(2025, 70.0, n=100), YearPoint(2026, 60.0, n=90, break_before="scala")))
    hidden = Years((YearPoint(2024, 70.0, n=100), YearPoint(2025, None), YearPoint(2026, 66, n=99)))
    assert joins(draw_years(cut, title="T")) == 0
    assert joins(draw_years(hidden, title="T")) == 0


def joins(figure: Figure) -> int:
    """Count the slanting or level strokes of the series: blue, thin, between two years."""
    from matplotlib.lines import Line2D

    from analysis.charts.canvas import BLUE

    return sum(
        line.get_color() == BLUE and line.get_linewidth() == 1.4 for line in figure.findobj(Line2D)
    )


def test_verdicts_differ_in_shape_and_not_in_colour_alone() -> None:
    from matplotlib.lines import Line2D

    rows = tuple(
        Dot(tone, 70.0, 60.0, 80.0, n=50, tone=tone)  # type: ignore[arg-type]  # values of mixed types on purpose
        for tone in ("plain", "worse", "better", "watch")
    )
    figure = draw_dots(Dots(rows), title="T")
    shapes = {line.get_marker() for line in figure.findobj(Line2D)}
    assert shapes & {"o", "v", "^", "D"} == {"o", "v", "^", "D"}
    assert "peggioramento accertato" in texts(figure)


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_table_is_rectangular_and_the_text_begins_with_the_finding(
    kind: str, name: str, language: str
) -> None:
    _, describe, data = KINDS[kind]
    said = describe(data[name], title="Il risultato", language=language)
    assert {len(row) for row in said.rows} <= {len(said.header)}
    assert said.text.startswith("Il risultato")
    assert said.text.endswith(".")
    assert ("Nessun dato" in said.text) == (name == "nothing" and language == "it")
    assert ("No data" in said.text) == (name == "nothing" and language == "en")


def test_numbers_follow_the_language() -> None:
    dots = Dots((Dot("A", 66.44, 62.0, 1070.12, n=1234, decimals=1),), bounds=(0, 2000))
    assert describe_dots(dots, title="T").rows[0][1:] == ("66,4", "da 62,0 a 1.070,1", "1.234")
    english = describe_dots(dots, title="T", language="en").rows[0][1:]
    assert english == ("66.4", "from 62.0 to 1,070.1", "1,234")


def test_breaks_and_annotations_are_numbered_and_told() -> None:
    said = describe_years(YEARS["usual"], title="T")
    remarks = {row[0]: row[-1] for row in said.rows}
    assert remarks["2022"] == "Sede spostata in via Roma per lavori"
    assert remarks["2024"] == "non confrontabile con prima (scala da 1-5 a 1-4)"
    words = texts(drawn("years", "usual"))
    assert "[1]" in words
    assert "[2]" in words


def test_years_must_rise() -> None:
    with pytest.raises(ValueError, match="must rise"):
        Years((YearPoint(2026, 1.0), YearPoint(2025, 2.0)))


def test_a_question_with_a_count_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match="5 counts for 4"):
        verbal(Question("Orari", (1, 2, 3, 4, 5)))


def test_a_png_is_written_for_documents_that_cannot_hold_svg() -> None:
    assert png(drawn("modes", "usual")).startswith(b"\x89PNG")

"""The sheet, the axis and the number formats under the charts."""

import importlib.util
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import Distribution, canvas, use_fonts
from analysis.charts.axis import Axis
from analysis.charts.distribution import scale_parts
from analysis.charts.modes import mode_parts
from analysis.figures import from_to, number, of_total, percent


@given(
    st.lists(st.floats(0, 100), max_size=30),
    st.sampled_from([(0.0, 100.0), (1.0, 5.0), (0.0, 1.0)]),
)
def test_the_axis_holds_every_value_and_at_least_half_of_the_scale(
    places: list[float], bounds: tuple[float, float]
) -> None:
    low, high = bounds
    values = [low + place / 100 * (high - low) for place in places]
    axis = Axis.around(values, bounds=bounds)
    assert low - 1e-9 <= axis.low < axis.high <= high + 1e-9
    assert axis.high - axis.low >= 0.5 * (high - low) - 1e-9
    assert all(axis.low - 1e-9 <= value <= axis.high + 1e-9 for value in values)
    assert 2 <= len(axis.ticks) <= 7
    assert all(axis.low - 1e-9 <= tick <= axis.high + 1e-9 for tick in axis.ticks)


def test_a_scale_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="two different bounds"):
        Axis.around([], bounds=(1, 1))


def test_a_value_beyond_the_axis_is_drawn_at_its_end() -> None:
    axis = Axis.around([60.0, 70.0], bounds=(0, 100))
    assert axis.place(-5) == 0
    assert axis.place(105) == 1


@given(st.text(max_size=80), st.floats(40, 200))
def test_a_wrapped_text_keeps_its_letters_and_its_width(text: str, width: float) -> None:
    sheet = canvas.Canvas(canvas.WIDE)
    lines = sheet.wrap(text, width=width, size=9)
    kept = "".join("".join(lines).split())
    assert kept == "".join(canvas.drawable(text).split())
    assert all(sheet.measure(line, size=9) <= width for line in lines)


def test_what_no_font_can_draw_becomes_a_box() -> None:
    assert canvas.drawable("a漢\x00b\n c") == "a□ b c"


@pytest.mark.parametrize(
    ("ground", "letters"),
    [("#FFFFFF", canvas.INK), ("#0066CC", "#FFFFFF"), ("#B4540A", "#FFFFFF"), ("#F0C36D",
     canvas.INK)],
)  # fmt: skip
def test_letters_on_a_colour_are_the_more_readable_of_the_two(ground: str, letters: str) -> None:
    assert canvas.text_on(ground) == letters


@pytest.fixture
def faces() -> Iterator[list[str]]:
    before = list(canvas._fonts)
    yield canvas._fonts
    canvas._fonts[:] = before
    canvas._measured.cache_clear()


def test_titillium_is_used_where_its_folder_is_given(faces: list[str]) -> None:
    found = importlib.util.find_spec("bootstrap_italia_template")
    assert found is not None
    assert found.submodule_search_locations is not None
    folder = Path(found.submodule_search_locations[0]) / "static" / "fonts"
    plain = canvas.Canvas(canvas.WIDE).measure("Soddisfazione", size=10)
    use_fonts(folder)
    assert faces[0] == "Titillium Web"
    assert canvas.Canvas(canvas.WIDE).measure("Soddisfazione", size=10) < plain


def test_a_folder_without_fonts_changes_nothing(faces: list[str], tmp_path: Path) -> None:
    before = list(faces)
    use_fonts(tmp_path)
    assert faces == before


@pytest.mark.parametrize(
    ("value", "decimals", "language", "written"),
    [
        (12.5, 1, "it", "12,5"),
        (12.5, 1, "en", "12.5"),
        (1234567.891, 2, "it", "1.234.567,89"),
        (1234567.891, 2, "en-GB", "1,234,567.89"),
        (1200.0, 1, "sl", "1.200,0"),
        (-7.6, 0, "it", "−8"),
        (-0.4, 0, "it", "0"),
        (0.0, 2, "it", "0,00"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    value: float, decimals: int, language: str, written: str
) -> None:
    assert number(value, decimals=decimals, language=language) == written


def test_a_signed_number_shows_its_plus_but_zero_shows_none() -> None:
    assert number(3.2, signed=True) == "+3"
    assert number(0.2, signed=True) == "0"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_number_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        number(value)


def test_shares_counts_and_intervals_read_as_sentences() -> None:
    assert percent(0.824, decimals=1) == "82,4%"
    assert of_total(7, 12, language="en") == "7 of 12"
    assert from_to(62, 70.1, decimals=1) == "da 62,0 a 70,1"


#: Machado, Oliveira and Fernandes (2009), table 1, severity 1.0, on linear RGB.
BLINDNESS = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as seen with a colour blindness."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLINDNESS[sight]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ seen / (0.9505, 1, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", BLINDNESS)
@pytest.mark.parametrize(
    "shares",
    [
        Distribution(("1", "2", "3", "4"), frozenset({2, 3}), frozenset({0, 1}), ()),
        Distribution(("1", "2", "3", "4", "5"), frozenset({3, 4}), frozenset({0, 1}), ()),
        Distribution(("1", "2", "3"), frozenset({2}), frozenset({0}), ()),
    ],
)
def test_the_colours_of_a_scale_differ_for_every_sight(sight: str, shares: Distribution) -> None:
    seen = [lab(part.colour, sight) for part in scale_parts(shares)]
    for one, two in combinations(seen, 2):
        assert np.linalg.norm(one - two) > 15


@pytest.mark.parametrize("sight", BLINDNESS)
def test_the_colours_of_the_modes_differ_for_every_sight(sight: str) -> None:
    modes = ["web", "kiosk", "paper", "phone", "not_stated"]
    parts = mode_parts(modes, rest=True, language="it")
    assert len(parts) == 6
    for one, two in combinations([lab(part.colour, sight) for part in parts], 2):
        assert np.linalg.norm(one - two) > 15


def test_neighbouring_modes_differ_in_hatch_where_there_is_no_colour() -> None:
    parts = mode_parts(["web", "kiosk", "paper", "phone"], rest=True, language="it")
    hatches = [part.hatch for part in parts]
    assert len(set(hatches)) == len(hatches)

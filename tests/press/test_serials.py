"""Serial numbers of sheets: what is printed is read back, a slip is caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.serials import MAX_SERIAL, format_serial, parse_serial

serials = st.integers(1, MAX_SERIAL)


def test_the_check_digit_is_that_of_the_worked_example() -> None:
    # 572 -> 4 is the example of Damm's algorithm in the literature and on Wikipedia
    assert format_serial(572) == "00572-4"


@given(serials)
def test_what_is_printed_is_read_back(serial: int) -> None:
    assert parse_serial(format_serial(serial)) == serial


@given(serials)
def test_dash_zeros_and_spaces_may_be_left_out(serial: int) -> None:
    printed = format_serial(serial)
    for typed in (
        printed.replace("-", ""),
        printed.lstrip("0"),
        f" {printed} ",
        f"{serial} {printed[-1]}",
    ):
        assert parse_serial(typed) == serial


@given(serials, st.data())
def test_any_single_wrong_digit_is_caught(serial: int, data: st.DataObject) -> None:
    digits = format_serial(serial).replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    with pytest.raises(ValueError, match="not a serial number"):
        parse_serial(digits[:place] + wrong + digits[place + 1 :])


@given(serials, st.data())
def test_any_exchange_of_neighbours_is_caught(serial: int, data: st.DataObject) -> None:
    digits = format_serial(serial).replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        with pytest.raises(ValueError, match="not a serial number"):
            parse_serial(swapped)


@pytest.mark.parametrize("text", ["", "7", "-", "abc", "00000-0", "١٢", "12--3", "1" * 30, "²3"])
def test_what_is_no_serial_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a serial number"):
        parse_serial(text)


@pytest.mark.parametrize("serial", [0, -1, MAX_SERIAL + 1])
def test_a_number_outside_the_range_is_not_printed(serial: int) -> None:
    with pytest.raises(ValueError, match="not a serial number"):
        format_serial(serial)

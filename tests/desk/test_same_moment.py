"""The same deed done twice in one moment, on both databases: one is kept, others told why not."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from survey.desk import bundles, second
from survey.desk.actions import Correction, Sheet, correct_sheet, key_sheet
from survey.desk.bundle_refusals import SerialKeyed, SerialVoid
from survey.desk.bundles import Counts, Opening, SetAside
from survey.desk.differences import Reading, Settlement, resolve_difference
from survey.desk.moves import move_sheet
from survey.desk.refusals import SheetKeyed, SheetVoid
from survey.desk.second import NothingToDraw
from survey.models import (
    Bundle,
    Keying,
    KeyingResolution,
    Response,
    StaffMember,
    VoidReason,
    VoidSheet,
    Wave,
)
from survey.questionnaire.kinds import Answer
from tests.desk.test_bundles_at_once import ANSWERS, Alone, ids, key, url
from tests.factories import TODAY, Factory

# fixtures of their own file
__all__ = ["ids", "url"]
AT_ONCE = 5


def set_aside(serial: int):
    def deed(session: Session, bundle: Bundle, by: StaffMember) -> None:
        aside = SetAside(VoidReason.DAMAGED, serial)
        bundles.set_aside(session, bundle, aside, by=by, today=TODAY)

    return deed


def open_with_one_form(session: Session, bundle: Bundle, by: StaffMember) -> bundles.Opened:
    opening = Opening(TODAY, "Uno", "Due", Counts(found=1), nonce="a" * 32)
    return bundles.open_bundle(session, bundle.wave, opening, by=by, today=TODAY)


def draw(session: Session, bundle: Bundle, by: StaffMember) -> None:
    second.draw_sheets(session, bundle, by=by, seed=1, everything=True)


def settle(session: Session, bundle: Bundle, by: StaffMember) -> None:
    row = session.scalars(select(Keying).where(Keying.round == 2)).one()
    resolve_difference(session, row, Settlement("hours", Reading.SECOND), by=by, today=TODAY)


def test_sheet_set_aside_in_two_bundles_is_void_once(url: str, ids: dict) -> None:
    found = outcomes(url, ids, [set_aside(5)] * AT_ONCE)
    assert found == ["None"] + [SerialVoid.__name__] * (AT_ONCE - 1)
    assert count(url, VoidSheet) == 1


def test_sheet_keyed_by_several_at_once_is_one_response(url: str, ids: dict) -> None:
    def different(n: int):
        def deed(session: Session, bundle: Bundle, by: StaffMember) -> None:
            # texts of their own: the very same sheet sent again would be thanked again
            key_sheet(session, bundle, Sheet(5, TODAY, ANSWERS, {"comment": str(n)}),
                      by=by, today=TODAY)  # fmt: skip

        return deed

    found = outcomes(url, ids, [different(n) for n in range(AT_ONCE)])
    assert found == ["None"] + [SheetKeyed.__name__] * (AT_ONCE - 1)
    assert (count(url, Response), count(url, Keying)) == (1, 1)


def test_sheet_set_aside_in_one_bundle_is_not_keyed_in_another(url: str, ids: dict) -> None:
    engine = create_engine(url)
    with Session(engine) as voiding:
        by = voiding.get_one(StaffMember, ids["by"])
        set_aside(5)(voiding, voiding.get_one(Bundle, ids["other"]), by)
        keying = Alone(url, ids, key(5))
        assert keying.waits()
        voiding.commit()
        assert isinstance(keying.outcome(), SheetVoid)
    assert (count(url, VoidSheet), count(url, Response)) == (1, 0)
    engine.dispose()


def test_sheet_keyed_in_one_bundle_is_not_set_aside_in_another(url: str, ids: dict) -> None:
    engine = create_engine(url)
    with Session(engine) as keying:
        by = keying.get_one(StaffMember, ids["by"])
        key(5)(keying, keying.get_one(Bundle, ids["other"]), by)
        voiding = Alone(url, ids, set_aside(5))
        assert voiding.waits()
        keying.commit()
        assert isinstance(voiding.outcome(), SerialKeyed)
    assert (count(url, VoidSheet), count(url, Response)) == (0, 1)
    engine.dispose()


def test_one_form_sent_several_times_at_once_opens_one_box(url: str, ids: dict) -> None:
    before = count(url, Bundle)
    assert outcomes(url, ids, [open_with_one_form] * AT_ONCE) == ["None"] * AT_ONCE
    assert count(url, Bundle) == before + 1


def test_of_one_form_sent_several_times_at_once_all_but_one_are_told_of_the_open_box(
    url: str, ids: dict
) -> None:
    told: list[bool] = []

    def opening(session: Session, bundle: Bundle, by: StaffMember) -> None:
        told.append(open_with_one_form(session, bundle, by).is_new)

    assert outcomes(url, ids, [opening] * AT_ONCE) == ["None"] * AT_ONCE
    assert sorted(told) == [False] * (AT_ONCE - 1) + [True]


def test_number_is_not_keyed_in_one_bundle_while_a_sheet_moves_to_it(url: str, ids: dict) -> None:
    assert outcomes(url, ids, [key(5)]) == ["None"]
    engine = create_engine(url)
    with Session(engine) as moving:
        by = moving.get_one(StaffMember, ids["by"])
        move_sheet(moving, moving.get_one(Bundle, ids["bundle"]), 5, 6, by=by, reason="Letto male")
        keying = Alone(url, ids | {"bundle": ids["other"]}, key(6))
        assert keying.waits()
        moving.commit()
        assert isinstance(keying.outcome(), SheetKeyed)
    assert count(url, Response) == 1
    engine.dispose()


def test_two_sheets_moved_to_one_number_at_once_are_one_there(url: str, ids: dict) -> None:
    assert outcomes(url, ids, [key(5), key(7)]) == ["None"] * 2

    def move(serial: int):
        def deed(session: Session, bundle: Bundle, by: StaffMember) -> None:
            move_sheet(session, bundle, serial, 6, by=by, reason="Letto male")

        return deed

    assert outcomes(url, ids, [move(5), move(7)]) == ["None", SheetKeyed.__name__]
    assert count(url, Response) == 2


def test_sheets_of_two_bundles_are_put_right_at_once(url: str, ids: dict) -> None:
    numbers = range(10, 10 + 2 * AT_ONCE)
    assert outcomes(url, ids, [key(n) for n in numbers]) == ["None"] * len(numbers)

    def correct(serial: int):
        def deed(session: Session, bundle: Bundle, by: StaffMember) -> None:
            correction = Correction(serial, {"hours": Answer.valid(1)})
            correct_sheet(session, bundle, correction, by=by, reason="Riletto", today=TODAY)

        return deed

    # as each was keyed: even numbers in one bundle, odd ones in the other
    assert outcomes(url, ids, [correct(n) for n in numbers]) == ["None"] * len(numbers)
    engine = create_engine(url)
    with Session(engine) as session:
        assert session.get_one(Wave, ids["wave"]).corrections == len(numbers)
    engine.dispose()


def test_sheets_drawn_by_two_at_once_are_drawn_once(url: str, ids: dict) -> None:
    assert outcomes(url, ids, [key(5)]) == ["None"]
    found = outcomes(url, ids | {"other": ids["bundle"]}, [draw] * AT_ONCE)
    assert found == ["None"] + [NothingToDraw.__name__] * (AT_ONCE - 1)
    assert count(url, Keying) == 2


def test_difference_settled_by_several_at_once_is_settled(url: str, ids: dict, twice: None) -> None:
    assert outcomes(url, ids, [settle] * AT_ONCE) == ["None"] * AT_ONCE
    assert count(url, KeyingResolution) == 1


def outcomes(url: str, ids: dict, deeds: list) -> list[str]:
    """Run the deeds at once, on two bundles in turn; return what became of them, "None" first."""
    turns = [ids["bundle"], ids["other"]]
    running = [Alone(url, ids | {"bundle": turns[n % 2]}, deed) for n, deed in enumerate(deeds)]
    found = [one.outcome() for one in running]
    return sorted(("None" if one is None else type(one).__name__) for one in found)


def count(url: str, table: type) -> int:
    engine = create_engine(url)
    with Session(engine) as session:
        found = session.scalar(select(func.count()).select_from(table)) or 0
    engine.dispose()
    return found


@pytest.fixture
def twice(url: str, ids: dict) -> None:
    """A sheet typed twice, with another answer to its first question."""
    assert outcomes(url, ids, [key(5)]) == ["None"]
    engine = create_engine(url)
    with Session(engine) as session:
        make = Factory(session, first_number=500)
        first = session.scalars(select(Keying)).one()
        other = StaffMember(email="altra@ente.example.it", name="Altra", password_hash="x")
        session.add(other)
        session.flush()
        marks = "1" + str(first.marks)[1:]
        make.keying(first.bundle, 5, by=other, round=2, marks=marks)
        session.commit()
    engine.dispose()

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.desk.differences import (
    CellRefused,
    NoDifference,
    NothingTyped,
    Reading,
    Settlement,
    resolve_difference,
    typed_cell,
)
from survey.desk.refusals import AlreadyPublished
from survey.desk.rules import BundleClosed
from survey.desk.second_queries import sheets_differing
from survey.models import AuditEntry, Keying, KeyingResolution, Response, WaveState
from survey.serials import format_serial
from tests.desk.twice import MARKS, type_once, type_twice
from tests.factories import TODAY, document


def resolve(session, keying, by, key, cell):
    """Settle a difference with a code that the reviewer types."""
    settle(session, keying, by, Settlement(key, Reading.OTHER, cell))


def settle(session, keying, by, settlement):
    return resolve_difference(session, keying, settlement, by=by, today=TODAY)


def stored(session):
    return session.scalars(select(Response.marks).where(Response.serial == 1)).one()


def entries(session, action):
    return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


def test_first_reading_confirmed_leaves_the_response_as_it_is(session, twice, office):
    assert settle(session, twice, office, Settlement("hours", Reading.FIRST)) == "4"
    assert stored(session) == MARKS
    assert [*entries(session, "response:settle"), *entries(session, "response:correct")] == []
    kept = session.scalars(select(KeyingResolution)).one()
    told = (kept.question_key, kept.cell_first, kept.cell_second, kept.cell)
    assert told == ("hours", "4", "3", "4")
    assert (kept.resolved_by, kept.resolved_on) == (office.id, TODAY)


def test_second_reading_corrects_the_response_in_that_answer_alone(session, twice, office):
    assert settle(session, twice, office, Settlement("hours", Reading.SECOND)) == "3"
    assert stored(session) == "3N?."


def test_first_reading_may_be_that_the_question_is_blank(session, twice, office):
    assert settle(session, twice, office, Settlement("age", Reading.FIRST)) == ""
    assert stored(session) == MARKS


def test_third_reading_of_the_reviewer_stands(session, twice, office):
    resolve(session, twice, office, "age", "2")
    assert stored(session) == "4N?2"
    kept = session.scalars(select(KeyingResolution)).one()
    assert (kept.cell_first, kept.cell_second, kept.cell) == ("", "1", "2")


def test_correction_is_in_the_register_with_before_after_who_and_why(session, twice, office):
    resolve(session, twice, office, "hours", "3")
    entry = entries(session, "response:settle")[0]
    assert (entry.before["q_hours"], entry.after["q_hours"]) == ("4", "3")
    assert entry.after["serial"] == format_serial(1)
    assert (entry.staff_member_id, entry.reason) == (office.id, "seconda imputazione")


def test_settling_is_in_the_register_without_the_answer(session, twice, office):
    resolve(session, twice, office, "hours", "4")
    entry = entries(session, "keying:resolve")[0]
    assert entry.subject == f"bundle:{twice.bundle_id}"
    assert (entry.before, entry.after) == (None, {"serial": format_serial(1), "question": "hours"})


def test_what_both_keyers_typed_is_never_changed(session, twice, office):
    resolve(session, twice, office, "hours", "2")
    typed = session.scalars(
        select(Keying.marks).where(Keying.serial == 1).order_by(Keying.round)
    ).all()
    assert typed == [MARKS, "3N?1"]


def test_difference_is_settled_anew_after_a_slip(session, twice, office):
    resolve(session, twice, office, "hours", "3")
    resolve(session, twice, office, "hours", "4")
    assert stored(session) == MARKS
    assert session.scalars(select(KeyingResolution.cell)).all() == ["4"]
    assert len(entries(session, "response:settle")) == 2


def test_settled_differences_are_told_apart_from_the_open_ones(session, twice, office):
    resolve(session, twice, office, "hours", "3")
    session.expire_all()
    sheet = next(one for one in sheets_differing(session, twice.bundle) if one.serial == 1)
    assert [(one.question.key, one.resolution is None) for one in sheet.differences] == [
        ("hours", False),
        ("age", True),
    ]
    assert sheet.unresolved == 1


@pytest.mark.parametrize("key", ["courtesy", "comment", "unknown"])
def test_question_on_which_both_agree_is_not_settled(session, twice, office, key):
    with pytest.raises(NoDifference):
        resolve(session, twice, office, key, "1")
    assert stored(session) == MARKS


@pytest.mark.parametrize("cell", ["5", "1|2", "x", "NS"])
def test_answer_that_the_question_does_not_offer_is_refused(session, twice, office, cell):
    with pytest.raises(CellRefused):
        resolve(session, twice, office, "age", cell)


def test_sheet_still_to_be_typed_again_has_no_difference(session, twice, office, make):
    waiting = make.keying(
        twice.bundle, 3, by=office, round=2, marks=None, staff_member_id=None, keyed_on=None
    )
    type_once(make, twice.bundle, range(3, 4), by=office)
    with pytest.raises(NoDifference):
        resolve(session, waiting, office, "hours", "1")


def test_closed_bundle_is_settled_no_more(session, twice, office):
    bundle = twice.bundle
    bundle.state, bundle.closed_on, bundle.closed_by = "closed", TODAY, office.id
    bundle.seal, bundle.storage_place, bundle.destroy_on = "S1", "Archivio", TODAY
    session.flush()
    with pytest.raises(BundleClosed):
        resolve(session, twice, office, "hours", "3")
    assert stored(session) == MARKS


def test_published_wave_is_settled_no_more(session, twice, office):
    twice.bundle.wave.state = WaveState.PUBLISHED
    session.flush()
    with pytest.raises(AlreadyPublished):
        resolve(session, twice, office, "hours", "3")


@pytest.mark.parametrize(
    ("typed", "cell"),
    [("3", "3"), (" 3 ", "3"), ("n", "NS"), ("P", "NP"), ("/", "?"), ("-", "")],
)
def test_reviewer_types_the_keys_of_the_keying_screen(make, typed, cell):
    hours = definition_of(make.edition()).question("hours")
    assert typed_cell(hours, typed) == cell


@pytest.mark.parametrize("typed", ["", "  "])
def test_nothing_typed_is_no_blank(make, typed):
    with pytest.raises(NothingTyped):
        typed_cell(definition_of(make.edition()).question("hours"), typed)


@pytest.mark.parametrize("typed", ["9", "1 2", "molto", "--", "½", "٣"])
def test_what_is_no_answer_is_refused_and_repeated(make, typed):
    with pytest.raises(CellRefused, match=typed):
        typed_cell(definition_of(make.edition()).question("hours"), typed)


@pytest.mark.parametrize("typed", ["2 1", "1,2", "2|1", " 1 , 2 "])
def test_several_ticks_are_typed_with_spaces_or_commas(make, typed):
    definition = definition_of(make.edition(document("kind-multiple-choice")))
    several = next(one for one in definition.questions if one.kind == "multiple_choice")
    assert typed_cell(several, typed) == "1|2"


@pytest.fixture
def office(make):
    return make.staff_member()


@pytest.fixture
def twice(session, make, office):
    """Sheet 1 of two with other answers to hours and age in its second keying."""
    wave = make.wave()
    make.print_run(wave)
    bundle = make.bundle(wave, by=office)
    people = (make.staff_member(), make.staff_member())
    type_twice(make, bundle, 2, by=people, marks="1111")
    return type_twice(make, bundle, 1, by=people, marks="3N?1")

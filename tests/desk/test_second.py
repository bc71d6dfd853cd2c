import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.desk import second
from survey.desk.actions import SheetDrawn, find_stored
from survey.desk.queries import SECOND
from survey.desk.refusals import AlreadyPublished
from survey.desk.rules import BundleClosed
from survey.desk.second_queries import (
    second_progress,
    serials_of,
    sheets_differing,
)
from survey.models import AuditEntry, Keying, Response, SecondKeying, WaveState
from survey.questionnaire.marks import decode
from survey.serials import format_serial
from tests.desk.twice import MARKS, type_once, type_twice
from tests.factories import TODAY

SEED = 20261122


def draw(session, bundle, by, **how):
    return second.draw_sheets(session, bundle, by=by, seed=SEED, **how)


def reading(bundle, serial, marks=MARKS, half_marks=()):
    return second.SecondSheet(serial, decode(definition_of(bundle.wave.edition), marks), half_marks)


def key_again(session, bundle, by, serial, *, marks=MARKS, half_marks=()):
    read = reading(bundle, serial, marks, half_marks)
    second.key_again(session, bundle, read, by=by, today=TODAY)


def entries(session, action):
    return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


def test_of_a_small_bundle_every_sheet_is_drawn(session, bundle, make, keyer, office):
    type_once(make, bundle, range(1, 31), by=keyer)
    assert draw(session, bundle, office) == 30
    assert serials_of(session, bundle, SECOND) == list(range(1, 31))
    assert bundle.second_keying is SecondKeying.DRAWN


def test_at_least_fifty_sheets_are_drawn_and_no_other_bundle_is_touched(
    session, bundle, make, keyer, office
):
    noise = make.bundle(bundle.wave)
    type_once(make, noise, range(90, 101), by=keyer)
    type_once(make, bundle, range(1, 81), by=keyer)
    assert draw(session, bundle, office) == 50
    drawn = serials_of(session, bundle, SECOND)
    assert len(set(drawn)) == 50
    assert set(drawn) <= set(range(1, 81))
    assert serials_of(session, noise, SECOND) == []


def test_sheet_typed_again_and_sent_twice_is_kept_once_and_told_as_kept(
    session, bundle, make, keyer, office
):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, office)
    key_again(session, bundle, office, 1)
    key_again(session, bundle, office, 1)
    assert len(session.scalars(select(Keying).where(Keying.round == 2)).all()) == 1
    with pytest.raises(second.KeyedTwice):
        key_again(session, bundle, office, 1, marks="3N?.")
    with pytest.raises(second.KeyedTwice):
        key_again(session, bundle, make.staff_member(), 1)


def test_same_seed_draws_the_same_sheets_and_another_seed_others(session, make, keyer, office):
    found = []
    for seed in (1, 1, 2):
        wave = make.wave()
        make.print_run(wave)
        bundle = make.bundle(wave)
        type_once(make, bundle, range(1, 101), by=keyer)
        second.draw_sheets(session, bundle, by=office, seed=seed)
        found.append(serials_of(session, bundle, SECOND))
    assert found[0] == found[1] != found[2]


def test_drawing_again_adds_what_is_missing_and_takes_nothing_away(
    session, bundle, make, keyer, office
):
    type_once(make, bundle, range(1, 61), by=keyer)
    draw(session, bundle, office)
    before = set(serials_of(session, bundle, SECOND))
    with pytest.raises(second.NothingToDraw, match=r"60.*50"):
        draw(session, bundle, office)
    assert draw(session, bundle, office, everything=True) == 10
    assert before < set(serials_of(session, bundle, SECOND)) == set(range(1, 61))


def test_bundle_without_a_typed_sheet_has_nothing_to_draw(session, bundle, office):
    with pytest.raises(second.NothingToDraw):
        draw(session, bundle, office, everything=True)
    assert bundle.second_keying is SecondKeying.NONE


def test_register_names_what_was_drawn_and_the_seed_and_no_answer(
    session, bundle, make, keyer, office
):
    type_once(make, bundle, range(1, 61), by=keyer)
    draw(session, bundle, office)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("keying:draw", f"bundle:{bundle.id}")
    assert entry.staff_member_id == office.id
    assert entry.after == {
        "drawn": 50,
        "among": 60,
        "seed": str(SEED),
        "serials": [format_serial(serial) for serial in serials_of(session, bundle, SECOND)],
    }


def test_register_of_a_draw_of_all_the_sheets_lists_none(session, bundle, make, keyer, office):
    type_once(make, bundle, range(1, 4), by=keyer)
    draw(session, bundle, office)
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.after == {"drawn": 3, "among": 3, "seed": str(SEED)}


def test_second_keying_is_kept_apart_and_the_response_stays(session, bundle, make, keyer, other):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    key_again(session, bundle, other, 1, marks="3N?1", half_marks=("hours",))
    row = session.scalars(select(Keying).where(Keying.round == 2)).one()
    assert (row.marks, row.half_marks, row.keyed_on) == ("3N?1", "hours", TODAY)
    assert row.staff_member_id == other.id
    assert session.scalars(select(Response.marks)).one() == MARKS


def test_second_keying_leaves_no_minute_in_the_register(session, bundle, make, keyer, other):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    before = session.scalars(select(AuditEntry.id)).all()
    key_again(session, bundle, other, 1, marks="3N?1")
    assert session.scalars(select(AuditEntry.id)).all() == before


def test_nobody_types_the_own_sheet_again(session, bundle, make, keyer, other):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    with pytest.raises(second.OwnSheet, match="00001-3"):
        key_again(session, bundle, keyer, 1)


def test_sheet_that_was_not_drawn_is_refused(session, bundle, make, keyer, other):
    type_once(make, bundle, range(1, 81), by=keyer)
    draw(session, bundle, other)
    left = min(set(range(1, 81)) - set(serials_of(session, bundle, SECOND)))
    for serial in (left, 99):
        with pytest.raises(second.NotDrawn):
            key_again(session, bundle, other, serial)


def test_sheet_is_typed_a_second_time_once(session, bundle, make, keyer, other):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    key_again(session, bundle, other, 1)
    with pytest.raises(second.KeyedTwice):
        key_again(session, bundle, make.staff_member(), 1, marks="1N?.")
    assert session.scalars(select(Keying.marks).where(Keying.round == 2)).one() == MARKS


@pytest.mark.parametrize("what", ["draw", "key", "accept", "rekey"])
def test_closed_bundle_takes_nothing_more(session, bundle, make, *, keyer, other, what):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    close(bundle, other)
    session.flush()
    with pytest.raises(BundleClosed):
        deed(session, bundle, other, what)


@pytest.mark.parametrize("what", ["draw", "key", "accept", "rekey"])
def test_published_wave_takes_nothing_more(session, bundle, make, *, keyer, other, what):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    bundle.wave.state = WaveState.PUBLISHED
    session.flush()
    with pytest.raises(AlreadyPublished):
        deed(session, bundle, other, what)


def test_member_is_offered_the_drawn_sheets_of_others_alone(session, bundle, make, keyer, other):
    type_once(make, bundle, range(1, 4), by=keyer)
    type_once(make, bundle, range(4, 6), by=other)
    draw(session, bundle, other)
    key_again(session, bundle, other, 2)
    found = second_progress(session, bundle, other)
    assert (found.keyed, found.drawn, found.typed, found.waiting) == (5, 5, 1, 4)
    assert found.mine == (1, 3)
    assert second_progress(session, bundle, keyer).mine == (4, 5)


def test_answers_of_a_drawn_sheet_stay_unseen_until_it_is_typed_again(
    session, bundle, make, keyer, other
):
    type_once(make, bundle, range(1, 2), by=keyer)
    draw(session, bundle, other)
    with pytest.raises(SheetDrawn):
        find_stored(session, bundle, 1, by=other)
    key_again(session, bundle, other, 1)
    assert find_stored(session, bundle, 1, by=other).response.marks == MARKS


def test_differences_are_told_by_question_in_the_order_of_the_sheet(
    session, bundle, make, keyer, other
):
    type_twice(make, bundle, 1, by=(keyer, other), marks=MARKS)
    row = type_twice(make, bundle, 2, by=(keyer, other), marks="3N?1")
    row.half_marks = "hours"
    found = sheets_differing(session, bundle)
    assert [(sheet.serial, len(sheet.differences)) for sheet in found] == [(2, 2)]
    told = [
        (one.question.key, one.first, one.second, one.half_first, one.half_second)
        for one in found[0].differences
    ]
    assert told == [("hours", "4", "3", False, True), ("age", "", "1", False, False)]
    assert found[0].unresolved == 2


def close(bundle, by):
    bundle.state, bundle.closed_on, bundle.closed_by = "closed", TODAY, by.id
    bundle.seal, bundle.storage_place, bundle.destroy_on = "S1", "Archivio", TODAY


def deed(session, bundle, by, what):
    match what:
        case "draw":
            draw(session, bundle, by)
        case "key":
            key_again(session, bundle, by, 1)
        case "accept":
            second.accept_bundle(session, bundle, by=by, today=TODAY)
        case "rekey":
            second.rekey_bundle(session, bundle, by=by, today=TODAY)


@pytest.fixture
def keyer(make):
    return make.staff_member()


@pytest.fixture
def other(make):
    return make.staff_member()


@pytest.fixture
def office(make):
    return make.staff_member()


@pytest.fixture
def bundle(make, office):
    wave = make.wave()
    make.print_run(wave)
    return make.bundle(wave, by=office)

import datetime as dt

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.desk import actions, queries, refusals
from survey.desk.rules import BundleClosed, OwnService
from survey.models import (
    AuditEntry,
    BundleState,
    Comment,
    CommentState,
    Keying,
    Response,
    Role,
    VoidReason,
    VoidSheet,
    WaveState,
)
from survey.questionnaire.definition import Status
from survey.questionnaire.kinds import BLANK, Answer
from survey.questionnaire.marks import decode
from survey.questionnaire.modes import Mode
from tests.factories import TODAY

ANSWERS = {
    "hours": Answer.valid(3),
    "courtesy": Answer(Status.INVALID),
    "overall": BLANK,
    "age": Answer.valid(2),
}


def key(session, bundle, by, **values):
    read = {"serial": 17, "day": TODAY, "answers": ANSWERS, "comments": {}} | values
    return actions.key_sheet(session, bundle, actions.Sheet(**read), by=by, today=TODAY)


def correct(session, bundle, by, answers, *, serial=17, reason="Riletto il foglio", **values):
    wanted = actions.Correction(serial, answers, **values)
    return actions.correct_sheet(session, bundle, wanted, by=by, reason=reason, today=TODAY)


def test_sheet_becomes_a_paper_response_with_its_serial(session, bundle, clerk):
    key(session, bundle, clerk)
    row = session.scalars(select(Response)).one()
    assert (row.mode, row.serial, row.day, row.language) == (Mode.PAPER, 17, TODAY, "it")
    assert decode(definition_of(bundle.wave.edition), row.marks) == ANSWERS


def test_text_of_a_sheet_is_kept_apart_with_its_serial(session, bundle, clerk):
    key(session, bundle, clerk, comments={"comment": "Troppa coda"})
    comment = session.scalars(select(Comment)).one()
    assert (comment.text, comment.serial) == ("Troppa coda", 17)


def test_language_is_that_of_the_print_run(session, bundle, clerk, make):
    make.print_run(bundle.wave, 101, 120).language = "en"
    key(session, bundle, clerk, serial=101)
    assert session.scalars(select(Response.language)).one() == "en"


def test_who_keyed_is_known_by_the_day_and_never_by_the_minute(session, bundle, clerk):
    key(session, bundle, clerk, comments={"comment": "Troppa coda"})
    keying = session.scalars(select(Keying)).one()
    assert (keying.staff_member_id, keying.keyed_on) == (clerk.id, TODAY)
    assert session.scalars(select(AuditEntry)).all() == []


def test_sheet_is_keyed_once(session, bundle, clerk, make):
    key(session, bundle, clerk)
    with pytest.raises(refusals.SheetKeyed, match="00017-4"):
        key(session, bundle, make.staff_member())
    assert len(session.scalars(select(Response)).all()) == 1


def test_sheet_sent_again_with_a_half_mark_noted_is_not_taken_for_the_same(session, bundle, clerk):
    key(session, bundle, clerk)
    with pytest.raises(refusals.SheetKeyed):
        key(session, bundle, clerk, half_marks=("hours",))


def test_same_serial_of_another_wave_is_another_sheet(session, bundle, clerk, make):
    other = make.wave()
    make.print_run(other)
    key(session, bundle, clerk)
    key(session, make.bundle(other, by=clerk), clerk)
    assert len(session.scalars(select(Response)).all()) == 2


@pytest.mark.parametrize("serial", [101, 5_000])
def test_sheet_that_was_never_printed_is_refused(session, bundle, clerk, serial):
    with pytest.raises(refusals.SerialUnknown):
        key(session, bundle, clerk, serial=serial)


@pytest.mark.parametrize("day", [TODAY + dt.timedelta(days=1), dt.date(2025, 12, 31)])
def test_day_outside_the_wave_is_refused(session, bundle, clerk, day):
    with pytest.raises(refusals.DayOutside, match=r"01/01/2026.*22/11/2026"):
        key(session, bundle, clerk, day=day)


def test_closed_wave_still_takes_sheets_of_its_days(session, bundle, clerk):
    wave = bundle.wave
    wave.state, wave.closes_on = WaveState.CLOSED, TODAY - dt.timedelta(days=10)
    with pytest.raises(refusals.DayOutside):
        key(session, bundle, clerk)
    assert key(session, bundle, clerk, day=wave.closes_on)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(WaveState.DRAFT, refusals.NotKeyable), (WaveState.PUBLISHED, refusals.AlreadyPublished)],
)
def test_draft_and_published_waves_take_no_sheet(session, bundle, clerk, state, refusal):
    bundle.wave.state = state
    with pytest.raises(refusal):
        key(session, bundle, clerk)


def test_sheet_without_any_answer_is_refused(session, bundle, clerk):
    with pytest.raises(refusals.SheetEmpty):
        key(session, bundle, clerk, answers=dict.fromkeys(ANSWERS, BLANK))


def test_sheet_with_a_text_alone_is_taken(session, bundle, clerk):
    blank = dict.fromkeys(ANSWERS, BLANK)
    assert key(session, bundle, clerk, answers=blank, comments={"comment": "Grazie"})


def test_next_sheet_is_the_first_one_printed_and_not_keyed(session, bundle, make):
    make.print_run(bundle.wave, 201, 210)
    ranges = queries.ranges_of(bundle, queries.print_runs(session, bundle.wave))
    assert queries.next_serial(ranges, [], after=0) == 1
    assert queries.next_serial(ranges, [2, 3], after=1) == 4
    assert queries.next_serial(ranges, [], after=100) == 201
    assert queries.next_serial(ranges, [], after=150) == 201
    assert queries.next_serial(ranges, [], after=210) is None


def test_pile_of_a_bundle_stays_within_its_numbers(session, bundle, make):
    make.print_run(bundle.wave, 201, 210)
    bundle.first_serial, bundle.last_serial = 91, 205
    ranges = queries.ranges_of(bundle, queries.print_runs(session, bundle.wave))
    assert ranges == [(91, 100), (201, 205)]


def test_neighbouring_serials_join_into_ranges():
    assert queries.as_ranges([]) == []
    assert queries.as_ranges([4]) == [(4, 4)]
    assert queries.as_ranges([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]


def test_keying_says_who_typed_what_in_which_bundle(session, bundle, clerk):
    key(session, bundle, clerk, half_marks=("hours",))
    row = session.scalars(select(Keying)).one()
    assert (row.bundle_id, row.serial, row.round) == (bundle.id, 17, 1)
    assert (row.staff_member_id, row.keyed_on) == (clerk.id, TODAY)
    assert (row.marks, row.half_marks) == ("3?.2", "hours")


def test_same_sheet_sent_again_by_the_same_clerk_is_the_sheet_already_kept(session, bundle, clerk):
    first = key(session, bundle, clerk, comments={"comment": "Grazie"})
    assert key(session, bundle, clerk, comments={"comment": "Grazie"}) == first
    for table in (Response, Keying, Comment):
        assert len(session.scalars(select(table)).all()) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"answers": ANSWERS | {"hours": Answer.valid(4)}},
        {"comments": {"comment": "Altro"}},
        {"day": TODAY - dt.timedelta(days=1)},
    ],
)
def test_another_reading_of_a_kept_sheet_is_not_taken_for_the_same(session, bundle, clerk, other):
    key(session, bundle, clerk)
    with pytest.raises(refusals.SheetKeyed):
        key(session, bundle, clerk, **other)


def test_sheet_of_another_box_is_refused_with_the_numbers_of_this_one(session, bundle, clerk):
    bundle.first_serial, bundle.last_serial = 1, 16
    with pytest.raises(refusals.SerialElsewhere, match=r"00017-4 .* 00001-3 al 00016-3"):
        key(session, bundle, clerk)


def test_void_sheet_is_not_keyed(session, bundle, clerk):
    void(session, bundle, clerk, 17)
    with pytest.raises(refusals.SheetVoid):
        key(session, bundle, clerk)
    assert queries.void_serials(session, bundle.wave) == [17]


def test_closed_bundle_takes_and_changes_nothing(session, bundle, clerk):
    key(session, bundle, clerk)
    close(bundle, clerk)
    with pytest.raises(BundleClosed):
        key(session, bundle, clerk, serial=18)
    with pytest.raises(BundleClosed):
        correct(session, bundle, clerk, {"hours": BLANK})


def test_who_works_in_the_service_keys_none_of_its_sheets_where_the_body_says_so(
    session, bundle, make
):
    insider = make.staff_member(Role.KEYER, service_id=bundle.wave.service_id)
    bundle.wave.body.bar_own_service = True
    session.flush()
    with pytest.raises(OwnService):
        key(session, bundle, insider)
    assert key(session, bundle, make.staff_member(Role.KEYER))


# ---- corrections ------------------------------------------------------------------------------


def test_correction_changes_what_it_names_and_nothing_else(session, bundle, clerk):
    key(session, bundle, clerk, comments={"comment": "Grazie"})
    assert correct(session, bundle, clerk, {"hours": Answer.valid(4)}) == 1
    row = session.scalars(select(Response)).one()
    assert (row.marks, row.day) == ("4?.2", TODAY)
    assert session.scalars(select(Comment.text)).one() == "Grazie"


def test_correction_stands_in_the_register_with_before_after_who_and_why(session, bundle, clerk):
    key(session, bundle, clerk)
    correct(session, bundle, clerk, {"hours": Answer.valid(4), "overall": Answer.valid(1)})
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    sheet = {"serial": "00017-4", "bundle": bundle.number}
    assert entry.before == sheet | {"q_hours": "3", "q_overall": ""}
    assert entry.after == sheet | {"q_hours": "4", "q_overall": "1"}
    assert (entry.action, entry.reason) == ("response:correct", "Riletto il foglio")
    assert entry.staff_member_id == clerk.id


def test_what_was_typed_is_kept_beside_the_correction(session, bundle, clerk):
    key(session, bundle, clerk)
    correct(session, bundle, clerk, {"hours": Answer.valid(4)})
    assert session.scalars(select(Keying.marks)).one() == "3?.2"


def test_wave_counts_its_corrections(session, bundle, clerk):
    key(session, bundle, clerk)
    correct(session, bundle, clerk, {"hours": Answer.valid(4)})
    correct(session, bundle, clerk, {"hours": Answer.valid(1)})
    session.refresh(bundle.wave)
    assert bundle.wave.corrections == 2


def test_corrected_text_is_replaced_and_the_register_tells_its_length_alone(session, bundle, clerk):
    key(session, bundle, clerk, comments={"comment": "Mario Rossi era gentile"})
    assert correct(session, bundle, clerk, {}, comments={"comment": "Gentile"}) == 1
    assert session.scalars(select(Comment.text)).one() == "Gentile"
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.before["text:comment"], entry.after["text:comment"]) == (23, 7)
    assert correct(session, bundle, clerk, {}, comments={}) == 1
    assert session.scalars(select(Comment)).all() == []


def test_text_that_stands_keeps_what_was_decided_on_it(session, bundle, clerk):
    key(session, bundle, clerk, comments={"comment": "Grazie"})
    session.scalars(select(Comment)).one().state = CommentState.HIDDEN
    correct(session, bundle, clerk, {"hours": BLANK}, comments={"comment": "Grazie"})
    assert session.scalars(select(Comment.state)).one() is CommentState.HIDDEN


def test_day_is_corrected_within_the_wave(session, bundle, clerk):
    key(session, bundle, clerk)
    day = dt.date(2026, 3, 4)
    assert correct(session, bundle, clerk, {}, day=day) == 1
    assert session.scalars(select(Response.day)).one() == day
    with pytest.raises(refusals.DayOutside):
        correct(session, bundle, clerk, {}, day=TODAY + dt.timedelta(days=1))


def test_half_mark_goes_with_the_answer_it_stood_beside(session, bundle, clerk):
    key(session, bundle, clerk, half_marks=("hours",))
    correct(session, bundle, clerk, {"overall": Answer.valid(2)})
    assert session.scalars(select(Keying.half_marks)).one() == "hours"
    correct(session, bundle, clerk, {"hours": Answer.valid(1)})
    assert session.scalars(select(Keying.half_marks)).one() == ""
    assert correct(session, bundle, clerk, {}, half_marks=("overall",)) == 1


@pytest.mark.parametrize(
    ("answers", "values", "refusal"),
    [
        ({"hours": Answer.valid(4)}, {"reason": "  "}, refusals.ReasonMissing),
        ({"hours": Answer.valid(3)}, {}, refusals.NothingChanged),
        (dict.fromkeys(ANSWERS, BLANK), {}, refusals.SheetEmpty),
        ({"hours": Answer.valid(4)}, {"serial": 18}, refusals.SheetMissing),
    ],
)
def test_correction_that_says_nothing_is_refused(
    session, bundle, clerk, *, answers, values, refusal
):
    key(session, bundle, clerk)
    with pytest.raises(refusal):
        correct(session, bundle, clerk, answers, **values)
    assert session.scalars(select(Response.marks)).one() == "3?.2"


def test_sheet_of_another_bundle_is_not_corrected_here(session, bundle, clerk, make):
    key(session, bundle, clerk)
    with pytest.raises(refusals.SheetMissing):
        correct(session, make.bundle(bundle.wave, by=clerk), clerk, {"hours": BLANK})


def test_sheet_drawn_for_second_keying_is_seen_by_its_first_keyer_alone(
    session, bundle, clerk, make
):
    key(session, bundle, clerk)
    drawn = {"staff_member_id": None, "keyed_on": None, "marks": None}
    make.keying(bundle, 17, by=clerk, round=2, **drawn)
    other = make.staff_member()
    with pytest.raises(refusals.SheetDrawn):
        correct(session, bundle, other, {"hours": Answer.valid(4)})
    assert correct(session, bundle, clerk, {"hours": Answer.valid(4)}) == 1


def void(session, bundle, by, serial):
    place = {"body_id": bundle.body_id, "wave_id": bundle.wave_id, "bundle_id": bundle.id}
    noted = {"reason": VoidReason.DAMAGED, "recorded_on": TODAY, "recorded_by": by.id}
    session.add(VoidSheet(**place, **noted, serial=serial))
    session.flush()


def close(bundle, by):
    bundle.state, bundle.closed_on, bundle.closed_by = BundleState.CLOSED, TODAY, by.id
    bundle.seal, bundle.storage_place = "A1", "archivio"
    bundle.destroy_on = TODAY.replace(year=2031)


@pytest.fixture
def clerk(make):
    return make.staff_member()


@pytest.fixture
def bundle(make, clerk):
    wave = make.wave()
    make.print_run(wave, 1, 100)
    return make.bundle(wave, by=clerk)

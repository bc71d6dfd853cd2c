import datetime as dt

import pytest
from sqlalchemy import select

from survey.collection.queries import definition_of
from survey.desk import actions, queries
from survey.models import AuditEntry, Comment, Response, WaveState
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


def key(session, wave, by, *, serial=17, answers=ANSWERS, comments=None, day=TODAY):
    sheet = actions.Sheet(serial, day, answers, comments or {})
    return actions.key_sheet(session, wave, sheet, by=by, today=TODAY)


def test_sheet_becomes_a_paper_response_with_its_serial(session, wave, clerk):
    key(session, wave, clerk)
    row = session.scalars(select(Response)).one()
    assert (row.mode, row.serial, row.day, row.language) == (Mode.PAPER, 17, TODAY, "it")
    assert decode(definition_of(wave.edition), row.marks) == ANSWERS


def test_text_of_a_sheet_is_kept_apart_with_its_serial(session, wave, clerk):
    key(session, wave, clerk, comments={"comment": "Troppa coda"})
    comment = session.scalars(select(Comment)).one()
    assert (comment.text, comment.serial) == ("Troppa coda", 17)


def test_language_is_that_of_the_print_run(session, wave, clerk, make):
    make.print_run(wave, 101, 120).language = "en"
    key(session, wave, clerk, serial=101)
    assert session.scalars(select(Response.language)).one() == "en"


def test_register_names_the_serial_and_never_the_answers(session, wave, clerk):
    key(session, wave, clerk, comments={"comment": "Troppa coda"})
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("response:key", f"wave:{wave.id}")
    assert (entry.before, entry.after) == (None, {"serial": "00017-4"})
    assert entry.staff_member_id == clerk.id


def test_sheet_is_keyed_once(session, wave, clerk):
    key(session, wave, clerk)
    with pytest.raises(actions.SheetKeyed, match="00017-4"):
        key(session, wave, clerk)
    assert len(session.scalars(select(Response)).all()) == 1


def test_same_serial_of_another_wave_is_another_sheet(session, wave, clerk, make):
    other = make.wave()
    make.print_run(other)
    key(session, wave, clerk)
    key(session, other, clerk)
    assert len(session.scalars(select(Response)).all()) == 2


@pytest.mark.parametrize("serial", [101, 5_000])
def test_sheet_that_was_never_printed_is_refused(session, wave, clerk, serial):
    with pytest.raises(actions.SerialUnknown):
        key(session, wave, clerk, serial=serial)


@pytest.mark.parametrize("day", [TODAY + dt.timedelta(days=1), dt.date(2025, 12, 31)])
def test_day_outside_the_wave_is_refused(session, wave, clerk, day):
    with pytest.raises(actions.DayOutside, match=r"01/01/2026.*22/11/2026"):
        key(session, wave, clerk, day=day)


def test_closed_wave_still_takes_sheets_of_its_days(session, wave, clerk):
    wave.state, wave.closes_on = WaveState.CLOSED, TODAY - dt.timedelta(days=10)
    with pytest.raises(actions.DayOutside):
        key(session, wave, clerk)
    assert key(session, wave, clerk, day=wave.closes_on)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(WaveState.DRAFT, actions.NotKeyable), (WaveState.PUBLISHED, actions.AlreadyPublished)],
)
def test_draft_and_published_waves_take_no_sheet(session, wave, clerk, state, refusal):
    wave.state = state
    with pytest.raises(refusal):
        key(session, wave, clerk)


def test_sheet_without_any_answer_is_refused(session, wave, clerk):
    with pytest.raises(actions.SheetEmpty):
        key(session, wave, clerk, answers=dict.fromkeys(ANSWERS, BLANK))


def test_sheet_with_a_text_alone_is_taken(session, wave, clerk):
    blank = dict.fromkeys(ANSWERS, BLANK)
    assert key(session, wave, clerk, answers=blank, comments={"comment": "Grazie"})


def test_next_sheet_is_the_first_one_printed_and_not_keyed(session, wave, make):
    make.print_run(wave, 201, 210)
    runs = queries.print_runs(session, wave)
    assert queries.next_serial(runs, [], after=0) == 1
    assert queries.next_serial(runs, [2, 3], after=1) == 4
    assert queries.next_serial(runs, [], after=100) == 201
    assert queries.next_serial(runs, [], after=150) == 201
    assert queries.next_serial(runs, [], after=210) is None


def test_neighbouring_serials_join_into_ranges():
    assert queries.as_ranges([]) == []
    assert queries.as_ranges([4]) == [(4, 4)]
    assert queries.as_ranges([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]


def test_waves_with_paper_are_counted_in_their_own_body(session, wave, clerk, make):
    key(session, wave, clerk)
    make.wave()  # nothing printed
    make.print_run(make.wave(state=WaveState.DRAFT))
    make.print_run(make.wave(state=WaveState.PUBLISHED))
    other = make.body(name="Altro ente", slug="altro")
    noise = make.wave(make.service(body_id=other.id), make.edition(body=other))
    make.print_run(noise)
    found = queries.paper_waves(session, make.body())
    assert [(one.wave.id, one.printed, one.keyed) for one in found] == [(wave.id, 100, 1)]


@pytest.fixture
def clerk(make):
    return make.staff_member()


@pytest.fixture
def wave(make):
    wave = make.wave()
    make.print_run(wave, 1, 100)
    return wave

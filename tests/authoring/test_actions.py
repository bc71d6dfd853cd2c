"""Editions, waves, counts and print runs: what is done, what is refused, what is written down."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.authoring import actions, refusals
from survey.authoring.queries import printed_sheets, services_without_wave, year_waves
from survey.models import (
    AuditEntry,
    PrintRun,
    Questionnaire,
    SheetLayout,
    Wave,
    WaveState,
    WaveTally,
)
from survey.questionnaire.modes import Mode
from survey.questionnaire.parsing import DefinitionError
from tests.factories import TODAY, Factory, document, small_document
from tests.pdf import texts


@pytest.fixture
def questionnaire(make: Factory) -> Questionnaire:
    row = Questionnaire(body_id=make.body().id, slug="urp", title="URP")
    make.session.add(row)
    make.session.flush()
    return row


def publish(session: Session, questionnaire: Questionnaire, doc: Any) -> Any:
    return actions.publish_edition(session, questionnaire, doc, by=None, today=TODAY)


def test_editions_are_numbered_and_keep_their_document(
    session: Session, questionnaire: Questionnaire
) -> None:
    first = publish(session, questionnaire, small_document())
    second = publish(session, questionnaire, small_document(title={"it": "Nuovo", "en": "New"}))
    assert (first.number, second.number) == (1, 2)
    assert first.document == small_document()
    assert first.digest != second.digest
    assert first.published_on == TODAY


def test_the_same_document_has_the_same_digest_whatever_the_order_of_its_fields(
    session: Session, questionnaire: Questionnaire
) -> None:
    doc = small_document()
    first = publish(session, questionnaire, doc)
    second = publish(session, questionnaire, dict(reversed(doc.items())))
    assert first.digest == second.digest


def test_a_document_that_is_no_questionnaire_leaves_no_edition(
    session: Session, questionnaire: Questionnaire
) -> None:
    with pytest.raises(DefinitionError):
        publish(session, questionnaire, small_document(sections=[]))
    session.flush()
    assert questionnaire.editions == []


def test_a_known_question_cannot_change_its_scale(
    session: Session, questionnaire: Questionnaire
) -> None:
    publish(session, questionnaire, document("scale-numeric5"))
    with pytest.raises(refusals.EditionRefused, match="courtesy") as refusal:
        publish(session, questionnaire, document("scale-verbal4"))
    assert "edizione 1" in str(refusal.value)


def test_a_known_question_may_change_its_words(
    session: Session, questionnaire: Questionnaire
) -> None:
    publish(session, questionnaire, small_document())
    doc = small_document()
    doc["sections"][0]["questions"][0]["text"] = {"it": "Altre parole", "en": "Other words"}
    assert publish(session, questionnaire, doc).number == 2


def plan(**changes: Any) -> Any:
    days = {"opens_on": dt.date(2027, 1, 1), "closes_on": dt.date(2027, 12, 31)}
    return {"year": 2027} | days | changes


def test_a_new_wave_is_a_draft_under_a_code_of_its_own(make: Factory, session: Session) -> None:
    edition = make.edition()
    waves = [
        actions.create_wave(session, make.service(), edition, by=None, **plan()) for _ in range(20)
    ]
    codes = {wave.code for wave in waves}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {8}
    assert not set("".join(codes)) & set("01ILOU")
    assert {wave.state for wave in waves} == {WaveState.DRAFT}


def test_a_service_has_one_wave_a_year(make: Factory, session: Session) -> None:
    service, edition = make.service(name="Anagrafe"), make.edition()
    actions.create_wave(session, service, edition, by=None, **plan())
    with pytest.raises(refusals.WaveExists, match="Anagrafe ha già una rilevazione per il 2027"):
        actions.create_wave(session, service, edition, by=None, **plan())


def test_a_wave_cannot_end_before_it_begins(make: Factory, session: Session) -> None:
    reversed_days = plan(closes_on=dt.date(2026, 12, 31))
    with pytest.raises(refusals.DaysReversed):
        actions.create_wave(session, make.service(), make.edition(), by=None, **reversed_days)


def test_a_wave_asks_with_a_questionnaire_of_its_own_body(make: Factory, session: Session) -> None:
    service, other = make.service(), make.body(slug="altro", name="Altro")
    with pytest.raises(refusals.OtherBody):
        actions.create_wave(session, service, make.edition(body=other), by=None, **plan())


def test_a_wave_opens_closes_and_opens_again_and_the_register_tells(
    make: Factory, session: Session
) -> None:
    wave, member = make.wave(state=WaveState.DRAFT), make.staff_member()
    actions.open_wave(session, wave, by=member, today=TODAY)
    actions.close_wave(session, wave, by=member)
    actions.open_wave(session, wave, by=member, today=TODAY)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert wave.state is WaveState.OPEN
    assert [(one.action, one.before, one.after) for one in entries] == [
        ("wave:open", {"state": "draft"}, {"state": "open"}),
        ("wave:close", {"state": "open"}, {"state": "closed"}),
        ("wave:open", {"state": "closed"}, {"state": "open"}),
    ]
    assert {one.staff_member_id for one in entries} == {member.id}
    assert {one.subject for one in entries} == {f"wave:{wave.id}"}


@pytest.mark.parametrize(
    ("state", "closes_on", "refusal"),
    [
        (WaveState.OPEN, dt.date(2199, 1, 1), refusals.AlreadyOpen),
        (WaveState.PUBLISHED, dt.date(2199, 1, 1), refusals.NotOpenable),
        (WaveState.DRAFT, dt.date(2026, 11, 21), refusals.PeriodOver),
    ],
)
def test_what_cannot_open_is_refused(
    state: WaveState, closes_on: dt.date, refusal: type[Exception], make: Factory
) -> None:
    wave = make.wave(state=state, closes_on=closes_on)
    with pytest.raises(refusal):
        actions.open_wave(make.session, wave, by=None, today=TODAY)
    assert wave.state is state


def test_wave_known_only_as_counts_does_not_open(make: Factory, session: Session) -> None:
    wave = make.wave(state=WaveState.CLOSED)
    session.add(
        WaveTally(wave_id=wave.id, body_id=wave.body_id, responses=9, payload=b"", counts_only=True)
    )
    session.flush()
    with pytest.raises(refusals.CountsAlone, match="solo i conteggi importati"):
        actions.open_wave(session, wave, by=None, today=TODAY)
    assert wave.state is WaveState.CLOSED


@pytest.mark.parametrize("state", [WaveState.DRAFT, WaveState.CLOSED, WaveState.PUBLISHED])
def test_only_an_open_wave_closes(state: WaveState, make: Factory) -> None:
    with pytest.raises(refusals.NotClosable):
        actions.close_wave(make.session, make.wave(state=state), by=None)


def counts(**changes: Any) -> Any:
    return {"users_served": None, "handed_out": 0, "refused": 0, "void": 0} | changes


def test_counts_are_kept_and_the_register_has_what_they_were(
    make: Factory, session: Session
) -> None:
    wave = make.wave(handed_out=5)
    actions.set_counts(session, wave, by=None, **counts(users_served=900, handed_out=120))
    (entry,) = session.scalars(select(AuditEntry))
    assert (wave.users_served, wave.handed_out) == (900, 120)
    assert entry.before == counts(handed_out=5)
    assert entry.after == counts(users_served=900, handed_out=120)


def test_counts_that_do_not_change_leave_no_entry(make: Factory, session: Session) -> None:
    actions.set_counts(session, make.wave(), by=None, **counts())
    assert session.scalars(select(AuditEntry)).all() == []


def test_counts_of_a_published_wave_stay(make: Factory, session: Session) -> None:
    wave = make.wave(state=WaveState.PUBLISHED)
    with pytest.raises(refusals.CountsFrozen):
        actions.set_counts(session, wave, by=None, **counts(void=1))


def run(session: Session, wave: Wave, copies: int = 10, language: str = "it") -> PrintRun:
    return actions.print_run(session, wave, language=language, copies=copies, by=None, today=TODAY)


def test_runs_of_a_wave_follow_one_another_and_other_waves_count_apart(
    make: Factory, session: Session
) -> None:
    edition = make.edition()
    wave, noise = make.wave(edition=edition), make.wave(edition=edition)
    run(session, noise, 500)
    runs = [run(session, wave, 10), run(session, wave, 5, "en"), run(session, wave, 1)]
    assert [(one.first_serial, one.last_serial) for one in runs] == [(1, 10), (11, 15), (16, 16)]


def test_the_first_print_stores_the_boxes_and_later_ones_leave_them(
    make: Factory, session: Session
) -> None:
    wave = make.wave()
    run(session, wave)
    (layout,) = session.scalars(select(SheetLayout))
    kept = dict(layout.coordinates)
    run(session, wave)
    assert session.scalars(select(SheetLayout)).all() == [layout]
    assert layout.coordinates == kept
    assert kept["boxes"]


def test_a_layout_of_an_older_template_still_prints_if_no_box_has_moved(
    make: Factory, session: Session
) -> None:
    wave = make.wave()
    run(session, wave)
    layout = session.scalars(select(SheetLayout)).one()
    layout.template_digest = "0" * 64
    session.flush()
    assert run(session, wave).first_serial == 11
    assert layout.template_digest == "0" * 64


def test_a_box_that_would_move_stops_the_print(make: Factory, session: Session) -> None:
    wave = make.wave()
    run(session, wave)
    layout = session.scalars(select(SheetLayout)).one()
    moved = [box | {"x": box["x"] + 1} for box in layout.coordinates["boxes"]]
    layout.coordinates = layout.coordinates | {"boxes": moved}
    layout.template_digest = "0" * 64
    session.flush()
    with pytest.raises(refusals.SheetMoved):
        run(session, wave)


@pytest.mark.parametrize("state", [WaveState.CLOSED, WaveState.PUBLISHED])
def test_nothing_is_printed_once_the_wave_is_closed(state: WaveState, make: Factory) -> None:
    with pytest.raises(refusals.NotPrintable):
        run(make.session, make.wave(state=state))


def test_runs_of_a_wave_prepared_at_once_follow_each_other(make: Factory, session: Session) -> None:
    edition = make.edition()
    waves = [make.wave(edition=edition), make.wave(edition=edition)]
    session.commit()
    engine = session.get_bind()

    def prepare(number: int) -> None:
        with Session(engine) as office:
            run(office, office.get_one(Wave, waves[number % 2].id), 5)
            office.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(prepare, range(8)))
    for wave in waves:
        printed = select(PrintRun.first_serial).where(PrintRun.wave_id == wave.id)
        assert sorted(session.scalars(printed)) == [1, 6, 11, 16]
    assert len(session.scalars(select(SheetLayout)).all()) == 1


def test_a_layout_kept_by_somebody_else_meanwhile_is_taken(
    make: Factory, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = actions.sheet_layout(session, make.edition(), "it")
    known, looks = actions._kept_layout, []

    def blind_at_first(*args: Any) -> SheetLayout | None:
        looks.append(args)
        return None if len(looks) == 1 else known(*args)

    monkeypatch.setattr(actions, "_kept_layout", blind_at_first)
    assert actions.sheet_layout(session, first.edition, "it") is first


@pytest.mark.parametrize("copies", [0, -1, 1001])
def test_a_run_has_a_sensible_number_of_sheets(copies: int, make: Factory) -> None:
    with pytest.raises(refusals.BadCopies, match="1000"):
        run(make.session, make.wave(), copies)


def test_a_language_that_the_edition_lacks_is_refused(make: Factory) -> None:
    with pytest.raises(refusals.LanguageMissing):
        run(make.session, make.wave(), language="sl")


def test_an_emoji_is_refused_by_name_and_nothing_is_reserved(make: Factory) -> None:
    wave = make.wave(edition=make.edition(small_document(title={"it": "Ciao 👍", "en": "Hi"})))
    with pytest.raises(refusals.TextNotPrintable, match="👍"):
        run(make.session, wave)
    assert make.session.scalars(select(PrintRun)).all() == []


def test_a_questionnaire_too_long_for_a_page_is_refused(make: Factory) -> None:
    doc = small_document()
    item = doc["sections"][0]["questions"][0]
    doc["sections"][0]["questions"] = [item | {"key": f"item_{n}"} for n in range(60)]
    with pytest.raises(refusals.SheetTooLong):
        run(make.session, make.wave(edition=make.edition(doc)))


def test_the_serials_of_a_wave_can_run_out(make: Factory) -> None:
    wave = make.wave()
    make.print_run(wave, first=1, last=99_999_999)
    with pytest.raises(refusals.SerialsExhausted):
        run(make.session, wave, 1)


def test_the_sheets_of_a_run_name_service_year_and_address(make: Factory, session: Session) -> None:
    wave = make.wave(make.service(name="Biblioteca"))
    made = run(session, wave, 3)
    layout = actions.sheet_layout(session, wave.edition, "it")
    sheets = texts(printed_sheets(made, layout, public_url="https://g.example.it"))
    assert len(sheets) == 3
    assert all("Biblioteca Anno 2026" in sheet for sheet in sheets)
    assert all(f"https://g.example.it/q/{wave.code}" in sheet for sheet in sheets)


def test_a_year_lists_its_waves_with_what_arrived_by_mode(make: Factory, session: Session) -> None:
    b, a = make.service(name="Biblioteca"), make.service(name="Anagrafe")
    edition = make.edition()
    for service in (b, a):
        make.wave(service, edition)
    make.wave(make.service(), edition, year=2025)
    other = make.body(slug="altro", name="Altro")
    make.wave(make.service(body_id=other.id), make.edition(body=other))
    rows = year_waves(session, make.body(), 2026)
    assert [(row.wave.service.name, row.total) for row in rows] == [
        ("Anagrafe", 0),
        ("Biblioteca", 0),
    ]
    assert rows[0].received.get(Mode.WEB, 0) == 0


def test_services_that_existed_and_were_not_asked_about_are_told(
    make: Factory, session: Session
) -> None:
    make.wave(make.service(name="Chiesto"))
    make.service(name="Dimenticato")
    make.service(name="Finito", last_year=2024)
    make.service(name="Futuro", first_year=2027)
    missing = services_without_wave(session, make.body(), 2026)
    assert [service.name for service in missing] == ["Dimenticato"]

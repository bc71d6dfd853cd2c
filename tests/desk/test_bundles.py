"""Opening, counting and closing bundles, without pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.desk import bundle_queries, bundles
from survey.desk import bundle_refusals as refusals
from survey.desk.bundles import Counts, Opening, Sealing, SetAside
from survey.desk.imports.refusals import WaveIsCounts
from survey.desk.rules import BundleClosed, OwnService, bars_own_service
from survey.models import (
    AuditEntry,
    BundleState,
    Response,
    Role,
    SecondKeying,
    VoidReason,
    VoidSheet,
    WaveState,
    WaveTally,
)
from survey.questionnaire.modes import Mode
from tests.factories import TODAY

OPENING = Opening(
    opened_on=TODAY,
    first_opener="Prima Persona",
    second_opener="Seconda Persona",
    counts=Counts(found=42, blank=2, refused=3, handed_out=50),
    first_serial=1,
    last_serial=60,
)
SEALING = Sealing("A-17", "Archivio, armadio 3", dt.date(2031, 11, 22))


def opened(session, wave, by, **changes):
    opening = replace(OPENING, **changes)
    return bundles.open_bundle(session, wave, opening, by=by, today=TODAY).bundle


def key(session, make, bundle, by, *serials):
    """Write the rows that keying these sheets leaves behind."""
    for serial in serials:
        make.keying(bundle, serial, by=by)
        session.add(
            Response(id=serial, body_id=bundle.body_id, wave_id=bundle.wave_id, mode=Mode.PAPER,
                     day=TODAY, language="it", serial=serial, marks="")
        )  # fmt: skip
    session.flush()


def test_bundles_of_a_wave_are_numbered_from_one(session, make, wave, clerk):
    other = make.wave()
    make.print_run(other)
    assert [opened(session, one, clerk).number for one in (wave, wave, other)] == [1, 2, 1]


def test_no_box_is_opened_where_counts_stand_for_the_answers(session, wave, clerk):
    session.add(
        WaveTally(wave_id=wave.id, body_id=wave.body_id, responses=9, payload=b"", counts_only=True)
    )
    session.flush()
    with pytest.raises(WaveIsCounts, match="solo i conteggi"):
        opened(session, wave, clerk)


def test_opening_is_kept_with_who_where_and_when(session, make, wave, clerk):
    place = make.place(wave.service)
    bundle = opened(session, wave, clerk, place=place, place_note="  secondo   piano ")
    assert (bundle.place, bundle.place_note) == (place, "secondo piano")
    assert (bundle.first_opener, bundle.second_opener) == ("Prima Persona", "Seconda Persona")
    assert (bundle.opened_on, bundle.opened_by, bundle.state) == (
        TODAY,
        clerk.id,
        BundleState.OPEN,
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"second_opener": " prima  persona"}, refusals.SamePerson),
        ({"opened_on": dt.date(2025, 12, 31)}, refusals.DayOutside),
        ({"opened_on": dt.date(2026, 11, 23)}, refusals.DayOutside),
        ({"first_serial": None}, refusals.HalfRange),
        ({"first_serial": 61}, refusals.RangeBackwards),
        ({"last_serial": 101}, refusals.NotPrinted),
        ({"counts": Counts(found=1, blank=2)}, refusals.MoreBlankThanFound),
    ],
)
def test_opening_that_cannot_be_is_refused(session, wave, clerk, changes, refusal):
    with pytest.raises(refusal):
        opened(session, wave, clerk, **changes)


def test_place_of_another_service_is_refused(session, make, wave, clerk):
    elsewhere = make.place(make.service())
    with pytest.raises(refusals.PlaceElsewhere):
        opened(session, wave, clerk, place=elsewhere)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(WaveState.DRAFT, refusals.NoBoxYet), (WaveState.PUBLISHED, refusals.FiguresPublished)],
)
def test_box_is_opened_only_while_sheets_can_be_keyed(session, wave, clerk, state, refusal):
    wave.state = state
    session.flush()
    with pytest.raises(refusal):
        opened(session, wave, clerk)


def test_loose_sheets_need_no_range(session, wave, clerk):
    bundle = opened(session, wave, clerk, first_serial=None, last_serial=None)
    assert bundle.first_serial is None


def test_keyed_and_missing_follow_from_what_was_counted(session, make, wave, clerk):
    bundle = opened(session, wave, clerk)
    key(session, make, bundle, clerk, 1, 2, 3)
    aside(session, bundle, clerk, VoidReason.DAMAGED)
    make.keying(bundle, 1, by=clerk, round=2)  # a second keying is no other sheet
    balance = bundle_queries.balance(session, bundle)
    assert (balance.keyed, balance.void, balance.blank) == (3, 1, 2)
    assert balance.left == 42 - 3 - 1 - 2
    assert balance.missing == 50 - 42 - 3


def test_what_is_missing_is_unknown_where_nobody_counted(session, wave, clerk):
    bundle = opened(session, wave, clerk, counts=Counts(found=4))
    assert bundle_queries.balance(session, bundle).missing is None


def test_figures_of_the_wave_follow_from_its_bundles(session, make, wave, clerk):
    wave.handed_out, wave.refused, wave.void = 7, 7, 7
    first = opened(session, wave, clerk)
    opened(session, wave, clerk, counts=Counts(found=5, blank=1, refused=1, handed_out=10))
    aside(session, first, clerk, VoidReason.INSULT)
    assert (wave.handed_out, wave.refused, wave.void) == (60, 4, 4)


def test_sheets_given_out_stay_as_written_while_a_box_does_not_know_its_own(session, wave, clerk):
    wave.handed_out = 90
    session.flush()
    opened(session, wave, clerk, counts=Counts(found=5))
    opened(session, wave, clerk)
    assert (wave.handed_out, wave.refused) == (90, 3)


def test_recount_is_written_in_the_register_with_before_and_after(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    bundles.recount(session, bundle, Counts(found=41, blank=2, refused=3), by=clerk)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "bundle:count")).one()
    assert (entry.before["found"], entry.after["found"]) == (42, 41)
    assert (entry.before["handed_out"], entry.after["handed_out"]) == (50, None)


def test_same_count_again_leaves_no_trace(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    bundles.recount(session, bundle, OPENING.counts, by=clerk)
    assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "bundle:count")).all()


def test_sheet_set_aside_is_kept_with_its_reason(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    void = aside(session, bundle, clerk, VoidReason.UNREADABLE, serial=9, note="bagnato")
    assert (void.serial, void.reason, void.note) == (9, VoidReason.UNREADABLE, "bagnato")
    assert (void.recorded_on, void.recorded_by) == (TODAY, clerk.id)


@pytest.mark.parametrize("reason", [VoidReason.COPY, VoidReason.OTHER_WAVE, VoidReason.NOT_A_FORM])
def test_number_that_is_not_the_sheets_own_bars_no_other_sheet(session, make, wave, clerk, reason):
    bundle = opened(session, wave, clerk)
    key(session, make, bundle, clerk, 9)
    void = aside(session, bundle, clerk, reason, serial=9)
    assert (void.serial, void.note) == (None, "00009-2")


def test_keyed_sheet_is_not_set_aside(session, make, wave, clerk):
    bundle = opened(session, wave, clerk)
    key(session, make, bundle, clerk, 9)
    with pytest.raises(refusals.SerialKeyed):
        aside(session, bundle, clerk, VoidReason.DAMAGED, serial=9)


def test_sheet_is_set_aside_once(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    aside(session, bundle, clerk, VoidReason.DAMAGED, serial=9)
    with pytest.raises(refusals.SerialVoid):
        aside(session, bundle, clerk, VoidReason.INSULT, serial=9)


def test_number_never_printed_is_not_set_aside(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    with pytest.raises(refusals.SerialElsewhere):
        aside(session, bundle, clerk, VoidReason.DAMAGED, serial=500)


def test_other_reason_must_be_said(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    with pytest.raises(refusals.NoteMissing):
        aside(session, bundle, clerk, VoidReason.OTHER, note="  ")


def test_sheet_set_aside_by_mistake_is_taken_back_and_the_register_remembers(session, wave, clerk):
    bundle = opened(session, wave, clerk)
    void = aside(session, bundle, clerk, VoidReason.DAMAGED, serial=9)
    bundles.take_back(session, bundle, void, by=clerk)
    assert not session.scalars(select(VoidSheet)).all()
    assert wave.void == 2
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "bundle:unvoid")).one()
    assert entry.before == {"serial": "00009-2", "reason": "damaged", "note": None}


def test_bundle_that_balances_closes_without_a_word(session, make, wave, clerk):
    bundle = balanced(session, make, wave, clerk)
    closed(session, bundle, clerk)
    assert (bundle.state, bundle.closed_on, bundle.closed_by) == (
        BundleState.CLOSED,
        TODAY,
        clerk.id,
    )
    assert (bundle.seal, bundle.storage_place) == ("A-17", "Archivio, armadio 3")
    assert (bundle.destroy_on, bundle.imbalance_reason) == (dt.date(2031, 11, 22), None)


@pytest.mark.parametrize("found", [2, 4])
def test_bundle_that_does_not_balance_closes_only_with_a_reason(session, make, wave, clerk, found):
    bundle = balanced(session, make, wave, clerk)
    bundles.recount(session, bundle, Counts(found=found), by=clerk)
    with pytest.raises(refusals.ReasonMissing):
        closed(session, bundle, clerk, reason="  ")
    closed(session, bundle, clerk, reason="Un foglio è caduto nel lago.")
    assert bundle.imbalance_reason == "Un foglio è caduto nel lago."
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "bundle:close")).one()
    assert (entry.reason, entry.after["left"]) == ("Un foglio è caduto nel lago.", found - 3)


@pytest.mark.parametrize("stage", [SecondKeying.DRAWN, SecondKeying.REKEY])
def test_second_keying_without_a_decision_asks_for_a_reason_too(session, make, wave, clerk, stage):
    bundle = balanced(session, make, wave, clerk)
    bundle.second_keying, bundle.second_decided_on = stage, TODAY
    session.flush()
    with pytest.raises(refusals.ReasonMissing):
        closed(session, bundle, clerk)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"seal": " "}, refusals.NotSealed),
        ({"storage_place": ""}, refusals.NotSealed),
        ({"destroy_on": dt.date(2026, 11, 21)}, refusals.DestroyedTooSoon),
    ],
)
def test_bundle_closes_only_sealed_and_with_a_day_for_its_paper(
    session, wave, clerk, changes, refusal
):
    bundle = opened(session, wave, clerk, counts=Counts(found=0))
    with pytest.raises(refusal):
        closed(session, bundle, clerk, **changes)
    assert bundle.state is BundleState.OPEN


def test_closed_bundle_changes_no_more(session, make, wave, clerk):
    bundle = balanced(session, make, wave, clerk)
    void = aside(session, bundle, clerk, VoidReason.DAMAGED)
    closed(session, bundle, clerk, reason="doppio conteggio")
    for deed in (
        lambda: closed(session, bundle, clerk),
        lambda: bundles.recount(session, bundle, Counts(found=9), by=clerk),
        lambda: aside(session, bundle, clerk, VoidReason.DAMAGED),
        lambda: bundles.take_back(session, bundle, void, by=clerk),
    ):
        with pytest.raises(BundleClosed):
            deed()


def test_published_wave_keeps_its_figures_but_lets_its_bundle_be_sealed(session, make, wave, clerk):
    bundle = balanced(session, make, wave, clerk)
    wave.state = WaveState.PUBLISHED
    session.flush()
    with pytest.raises(refusals.FiguresPublished):
        aside(session, bundle, clerk, VoidReason.DAMAGED)
    closed(session, bundle, clerk)
    assert bundle.state is BundleState.CLOSED


def test_paper_is_proposed_for_destruction_after_the_years_of_the_body(make):
    body = make.body()
    assert bundles.destruction_day(body, TODAY) == dt.date(2031, 11, 22)
    body.paper_years = 1
    assert bundles.destruction_day(body, dt.date(2028, 2, 29)) == dt.date(2029, 3, 1)


def test_rules_of_paper_are_changed_on_the_record(session, make, clerk):
    body = make.body()
    bundles.set_paper_rules(session, body, by=clerk, bar_own_service=True, paper_years=3)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "body:paper")).one()
    assert entry.before == {"bar_own_service": False, "paper_years": 5}
    assert entry.after == {"bar_own_service": True, "paper_years": 3}


def test_rule_bars_whoever_has_a_role_in_the_service_or_its_area(session, make):
    area = make.area()
    mine, other = make.service(area_id=area.id), make.service(area_id=make.area().id)
    of_service = make.staff_member(Role.MANAGER, service_id=mine.id)
    of_area = make.staff_member(Role.KEYER, area_id=area.id)
    of_body = make.staff_member(Role.KEYER)
    body = make.body()
    assert not bars_own_service(session, body, of_service, mine)
    body.bar_own_service = True
    assert bars_own_service(session, body, of_service, mine)
    assert bars_own_service(session, body, of_area, mine)
    assert not bars_own_service(session, body, of_area, other)
    assert not bars_own_service(session, body, of_body, mine)


def test_who_may_not_key_the_sheets_may_not_leave_them_out_of_the_count(session, make, wave, clerk):
    bundle = opened(session, wave, clerk, counts=Counts(found=3))
    void = aside(session, bundle, clerk, VoidReason.DAMAGED)
    rated = make.staff_member(Role.KEYER, service_id=wave.service_id)
    make.body().bar_own_service = True
    deeds = [
        lambda: opened(session, wave, rated),
        lambda: aside(session, bundle, rated, VoidReason.INSULT, serial=7),
        lambda: bundles.take_back(session, bundle, void, by=rated),
        lambda: bundles.recount(session, bundle, Counts(found=1), by=rated),
        lambda: closed(session, bundle, rated, reason="Gli altri fogli sono persi"),
    ]
    for deed in deeds:
        with pytest.raises(OwnService):
            deed()
    row = bundle_queries.bundle_row(session, bundle)
    assert (row.balance.found, row.balance.void, bundle.state) == (3, 1, "open")


def test_desk_tells_what_is_open_and_left_in_each_wave(session, make, wave, clerk):
    open_one = opened(session, wave, clerk, counts=Counts(found=10, blank=1))
    key(session, make, open_one, clerk, 1, 2)
    make.keying(open_one, 1, by=clerk, round=2, marks=None, staff_member_id=None, keyed_on=None)
    over = opened(session, wave, clerk, counts=Counts(found=0))
    closed(session, over, clerk)
    make.print_run(make.wave(state=WaveState.DRAFT))
    (row,) = bundle_queries.paper_waves(session, make.body())
    assert (row.wave, row.printed, row.keyed) == (wave, 100, 2)
    assert (row.bundles, row.open_bundles, row.left, row.waiting) == (2, 1, 7, 1)


def aside(session, bundle, by, reason, **sheet):
    return bundles.set_aside(session, bundle, SetAside(reason, **sheet), by=by, today=TODAY)


def balanced(session, make, wave, by):
    bundle = opened(session, wave, by, counts=Counts(found=3))
    key(session, make, bundle, by, 1, 2, 3)
    return bundle


def closed(session, bundle, by, **changes):
    return bundles.close_bundle(session, bundle, replace(SEALING, **changes), by=by, today=TODAY)


@pytest.fixture
def wave(make):
    wave = make.wave()
    make.print_run(wave)
    return wave


@pytest.fixture
def clerk(make):
    return make.staff_member(Role.KEYER)

"""What the two keyings of a bundle tell; the figures come from scipy and statsmodels."""

import pytest
from sqlalchemy import select

from survey.desk import second
from survey.desk.differences import Reading, Settlement, resolve_difference
from survey.desk.quality import Proposal, bundle_quality
from survey.desk.second_queries import decision_reason
from survey.models import AuditEntry, Bundle, Keying, SecondKeying
from tests.desk.twice import type_once
from tests.factories import TODAY, document

#: overall judgement by first keying (rows) and second, codes 1 to 4
OVERALL = ((9, 1, 0, 0), (1, 12, 1, 0), (0, 0, 15, 1), (0, 0, 0, 10))
#: age class the same way, then three sheets blank in both keyings and two in the second alone
AGE = ((24, 1), (0, 20))


def test_field_error_rate_has_exact_bounds(session, fifty):
    found = bundle_quality(session, fifty).quality
    assert (found.discordant, found.compared, found.rate) == (7, 200, 0.035)
    # from scipy.stats import beta; beta.ppf(.025, 7, 194), beta.ppf(.975, 8, 193)
    assert found.interval.lower == pytest.approx(0.014185525898, abs=1e-9)
    assert found.interval.upper == pytest.approx(0.070780998351, abs=1e-9)
    # beta.ppf(.95, 8, 193)
    assert found.upper == pytest.approx(0.064732522137, abs=1e-9)
    assert found.accepted is False


def test_agreement_of_a_rating_is_weighted_by_the_distance(session, fifty):
    one = of(bundle_quality(session, fifty), "overall")
    assert (one.compared, one.discordant, one.agreement, one.is_ordinal) == (50, 4, 0.92, True)
    # from statsmodels.stats.inter_rater import cohens_kappa; cohens_kappa(OVERALL, wt="quadratic")
    assert one.kappa.kappa == pytest.approx(0.9625748502994012, abs=1e-9)
    assert one.kappa.se == pytest.approx(0.018614463104394394, abs=1e-9)


def test_agreement_of_a_choice_is_unweighted_over_the_codes_alone(session, fifty):
    one = of(bundle_quality(session, fifty), "age")
    assert (one.compared, one.discordant, one.agreement, one.is_ordinal) == (50, 3, 0.94, False)
    # cohens_kappa(AGE): the five sheets with a blank are no pair of codes
    assert one.kappa.n == 45
    assert one.kappa.kappa == pytest.approx(0.9552238805970149, abs=1e-9)
    assert one.kappa.se == pytest.approx(0.04423140528755917, abs=1e-9)


def test_question_answered_by_all_alike_has_agreement_and_no_kappa(session, fifty):
    found = bundle_quality(session, fifty)
    alike, nobody = of(found, "hours"), of(found, "courtesy")
    assert (alike.agreement, alike.kappa.kappa, alike.kappa.reason) == (1, None, "one_category")
    assert (nobody.agreement, nobody.kappa.kappa, nobody.kappa.reason) == (1, None, "no_pairs")


def test_questions_of_several_answers_and_numbers_have_agreement_alone(session, make, pair):
    wave = make.wave(None, make.edition(document("kind-multiple-choice")))
    bundle = make.bundle(wave)
    for round_, marks, by in ((1, "1", pair[0]), (2, "1", pair[1])):
        width = sum_of_boxes(wave)
        make.keying(bundle, 1, by=by, round=round_, marks=marks * width)
    found = bundle_quality(session, bundle)
    several = [one for one in found.questions if one.question.kind == "multiple_choice"]
    assert several
    assert {(one.agreement, one.kappa) for one in several} == {(1, None)}


def test_bundle_that_nobody_typed_twice_says_nothing_was_compared(session, make):
    found = bundle_quality(session, make.bundle(make.wave()))
    assert (found.quality.compared, found.quality.reason) == (0, "nothing_compared")
    assert found.proposal is Proposal.NOT_YET
    assert {one.agreement for one in found.questions} == {None}
    assert found.keyers == ()


def test_three_hundred_fields_without_an_error_are_just_enough(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1111")] * 75, untyped=1)
    found = bundle_quality(session, bundle)
    # 1 - .05 ** (1 / 300)
    assert found.quality.upper == pytest.approx(0.009936081944457747, abs=1e-9)
    assert found.proposal is Proposal.ACCEPT


def test_too_few_fields_to_tell_lead_to_keying_again(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1111")] * 74, untyped=1)
    assert bundle_quality(session, bundle).proposal is Proposal.REKEY


def test_bundle_typed_wholly_twice_and_settled_is_good_whatever_the_rate(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1112")])
    assert bundle_quality(session, bundle).proposal is Proposal.NOT_YET  # nothing is left to type
    settle(session, bundle, "age", "2")
    assert bundle_quality(session, bundle).proposal is Proposal.ACCEPT


def test_no_proposal_while_drawn_sheets_wait(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1111")] * 75)
    wait(make, bundle, 76, by=pair[0])
    assert bundle_quality(session, bundle).proposal is Proposal.NOT_YET


def test_keyer_is_told_the_fields_that_proved_wrong_and_those_unsettled(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1112"), ("1111", "2122")])
    settle(session, bundle, "age", "2", serial=1)  # the first keyer was wrong
    settle(session, bundle, "age", "-", serial=2)  # both were
    found = {one.member.id: one for one in bundle_quality(session, bundle).keyers}
    told = [(one.sheets, one.fields, one.wrong, one.unsettled) for one in found.values()]
    assert told == [(2, 8, 2, 2), (2, 8, 1, 2)]


def test_good_bundle_is_accepted_and_the_register_keeps_the_figures(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1111")] * 75)
    second.accept_bundle(session, bundle, by=pair[0], today=TODAY)
    assert bundle.second_keying is SecondKeying.ACCEPTED
    assert (bundle.second_decided_by, bundle.second_decided_on) == (pair[0].id, TODAY)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.reason) == ("keying:accept", None)
    assert entry.after == {"discordant": 0, "compared": 300, "proposal": "accept"}


def test_bad_bundle_is_accepted_with_a_written_reason_alone(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1111")] * 74, untyped=1)
    with pytest.raises(second.ReasonMissing):
        second.accept_bundle(session, bundle, by=pair[0], today=TODAY, reason="  ")
    second.accept_bundle(session, bundle, by=pair[0], today=TODAY, reason="Plico piccolo")
    assert decision_reason(session, bundle) == "Plico piccolo"


@pytest.mark.parametrize(("second_marks", "more"), [("1112", 0), ("1111", 1)])
def test_bundle_with_open_differences_or_waiting_sheets_is_not_accepted(
    session, make, pair, *, second_marks, more
):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", second_marks)] * 75)
    for serial in range(76, 76 + more):
        wait(make, bundle, serial, by=pair[0])
    with pytest.raises(second.NotJudgeable):
        second.accept_bundle(session, bundle, by=pair[0], today=TODAY, reason="Va bene")


def test_bundle_never_typed_twice_is_not_accepted(session, make, pair):
    with pytest.raises(second.NotJudgeable):
        second.accept_bundle(session, make.bundle(make.wave()), by=pair[0], today=TODAY, reason="x")


def test_asking_to_key_again_draws_every_sheet_that_is_left(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1112")] * 2, untyped=3)
    assert second.rekey_bundle(session, bundle, by=pair[0], today=TODAY, reason="Troppi") == 3
    assert bundle.second_keying is SecondKeying.REKEY
    assert bundle_quality(session, bundle).waiting == 3
    assert decision_reason(session, bundle) == "Troppi"
    with pytest.raises(second.NothingToDraw):
        second.rekey_bundle(session, bundle, by=pair[0], today=TODAY)


def test_sheets_typed_after_the_acceptance_put_it_in_question(session, make, pair):
    bundle = make.bundle(make.wave())
    compare(make, bundle, pair, [("1111", "1111")] * 75)
    second.accept_bundle(session, bundle, by=pair[0], today=TODAY)
    make.keying(bundle, 76, by=pair[0], marks="1111")
    second.draw_sheets(session, bundle, by=pair[0], seed=1, everything=True)
    assert bundle.second_keying is SecondKeying.DRAWN
    assert (bundle.second_decided_by, bundle.second_decided_on) == (None, None)


def of(found, key):
    return next(one for one in found.questions if one.question.key == key)


def compare(make, bundle: Bundle, pair, marks, untyped=0):
    """Type these pairs of marks, sheet by sheet, and then `untyped` sheets once alone."""
    for serial, (first, again) in enumerate(marks, start=1):
        type_once(make, bundle, range(serial, serial + 1), by=pair[0], marks=first)
        make.keying(bundle, serial, by=pair[1], marks=again, round=2)
    rest = range(len(marks) + 1, len(marks) + 1 + untyped)
    type_once(make, bundle, rest, by=pair[0], marks="1111")


def wait(make, bundle, serial, *, by):
    make.keying(bundle, serial, by=by, marks="1111")
    make.keying(bundle, serial, by=by, round=2, marks=None, staff_member_id=None, keyed_on=None)


def settle(session, bundle, key, typed, serial=1):
    row = session.scalars(select(Keying).where(Keying.round == 2, Keying.serial == serial)).one()
    settlement = Settlement(key, Reading.OTHER, typed)
    resolve_difference(session, row, settlement, by=row.staff_member, today=TODAY)


def sum_of_boxes(wave):
    from survey.collection.queries import definition_of
    from survey.questionnaire.marks import marks_length

    return marks_length(definition_of(wave.edition))


def pairs_of(table):
    return [
        (i + 1, j + 1) for i, row in enumerate(table) for j, n in enumerate(row) for _ in [0] * n
    ]


@pytest.fixture
def pair(make):
    return make.staff_member(), make.staff_member()


@pytest.fixture
def fifty(make, pair):
    bundle = make.bundle(make.wave())
    ages = [*pairs_of(AGE), *[(".", ".")] * 3, *[("1", ".")] * 2]
    marks = [
        (f"4N{one}{age}", f"4N{two}{age_again}")
        for (one, two), (age, age_again) in zip(pairs_of(OVERALL), ages, strict=True)
    ]
    compare(make, bundle, pair, marks)
    noise = make.bundle(bundle.wave)
    make.keying(noise, 900, by=pair[0], marks="1111")
    make.keying(noise, 900, by=pair[1], marks="2222", round=2)
    return bundle

"""The promises of a charter: measured, judged, and what is proposed."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import scipy.stats

import analysis
from analysis.body_detail import body_detail, body_detail_json
from analysis.context import ServiceContext
from analysis.data import Questionnaire
from analysis.indices import index_result
from analysis.parameters import Parameters
from analysis.parts.comparison import ComparedService
from analysis.parts.standards import KeptStandard, standards_json, standards_of, standards_words
from analysis.promises import PromisedStandard
from analysis.publication import publication_class
from analysis.recommendation import Action
from analysis.standards import Verdict
from analysis.wave import Wave
from analysis.wave_noise import NO_NOISE

Make = Callable[..., Any]
FOLDER = Path(analysis.__file__).parent
RESULTS = json.loads((FOLDER / "results.schema.json").read_text("utf-8"))


def promise(**changes: Any) -> PromisedStandard:
    values: dict[str, Any] = {
        "key": "satisfied", "text": {"it": "Utenti soddisfatti"}, "kind": "satisfied_share",
        "promised": 80.0,
    }  # fmt: skip
    return PromisedStandard(**(values | changes))


def kept(waves: Sequence[Wave], standard: PromisedStandard) -> KeptStandard:
    last = waves[-1]
    wave = Wave(last.label, last.questionnaire, last.tally, users_by=last.users_by,
                standards=(standard,))  # fmt: skip
    context = ServiceContext(
        "urp", wave, tuple(waves[:-1]), index=index_result(wave),
        publication=publication_class(wave.respondents), change=None, noise=NO_NOISE,
        parameters=Parameters(),
    )  # fmt: skip
    found = standards_of(context)
    document = standards_json(found)
    jsonschema.validate(document, {"$ref": "#/$defs/standards", "$defs": RESULTS["$defs"]})
    json.dumps(document, allow_nan=False)
    return found.rows[0]


def test_the_example_of_the_method_is_met_at_80_and_cannot_tell_at_85(satisfied: Make) -> None:
    row = kept([satisfied(170, 200)], promise())
    # R: prop.test(170, 200, conf.level=.90, correct=FALSE)$conf.int
    bounds = row.measured.check.bounds
    assert bounds is not None
    assert (bounds.lower, bounds.upper) == pytest.approx((0.803812401, 0.886844586), abs=1e-8)
    assert row.measured.check.verdict is Verdict.MET

    unsure = kept([satisfied(170, 200)], promise(promised=85.0))
    assert (unsure.measured.check.verdict, unsure.measured.check.reached) == (
        Verdict.NOT_CONCLUSIVE, True,
    )  # fmt: skip


def test_met_twice_is_proposed_to_be_raised_to_the_prediction_bound(satisfied: Make) -> None:
    row = kept([satisfied(186, 200, 2025), satisfied(188, 200)], promise())

    proposal = row.proposal
    assert proposal is not None and proposal.chance_to_miss is not None
    # R: p <- 374.5/401; s <- sqrt(p*(1-p)*(1/400+1/200)+1.5*.02^2); p - qnorm(.95)*s -> 0.8803
    assert (proposal.action.value, proposal.new_value) == ("raise", 0.88)
    # R: pnorm((.88 - p)/s)
    assert proposal.chance_to_miss == pytest.approx(0.0490895655, abs=1e-9)


def test_a_single_wave_is_kept_whatever_it_shows(satisfied: Make) -> None:
    proposal = kept([satisfied(195, 200)], promise()).proposal
    assert proposal is not None and proposal.action.value == "keep"


def test_a_sure_miss_asks_for_causes_and_never_lowers(satisfied: Make) -> None:
    proposal = kept([satisfied(120, 200)], promise(minimum=70.0)).proposal
    assert proposal is not None
    assert (proposal.action.value, proposal.new_value) == ("find_causes", None)


def test_twice_inconclusive_says_how_many_answers_are_needed(satisfied: Make) -> None:
    row = kept([satisfied(80, 100, 2025), satisfied(82, 100)], promise())

    assert row.proposal is not None
    assert row.proposal.action.value == "ask_more"
    # R: ((qnorm(.95)*sqrt(.8*.2) + qnorm(.8)*sqrt(.85*.15))/.05)^2 -> 367.458
    assert row.proposal.answers_needed == 368


def test_a_red_verdict_forbids_to_raise(satisfied: Make) -> None:
    # the overall question was asked with other words: not measured alike
    before = satisfied(186, 200, 2025, wording=2)
    proposal = kept([before, satisfied(188, 200)], promise()).proposal
    assert proposal is not None and proposal.action.value == "keep"


def test_the_guaranteed_minimum_is_shown_or_not(satisfied: Make) -> None:
    assert kept([satisfied(170, 200)], promise(minimum=80.0)).minimum_kept is True
    assert kept([satisfied(165, 200)], promise(minimum=80.0)).minimum_kept is False
    assert kept([satisfied(165, 200)], promise()).minimum_kept is None


def test_ten_to_29_answers_have_a_value_and_no_verdict(satisfied: Make) -> None:
    row = kept([satisfied(20, 20)], promise())

    assert (row.measured.check.observed, row.measured.reason) == (1.0, "too_few_answers")
    assert (row.measured.check.verdict, row.proposal) == (Verdict.NOT_CONCLUSIVE, None)


def test_fewer_than_ten_answers_show_nothing(questionnaire: Questionnaire, make_wave: Make) -> None:
    rows = [[4] * 4 + [-3]] * 40 + [[4] * 5] * 7
    row = kept([make_wave(questionnaire, rows)], promise())

    assert (row.measured.check.observed, row.measured.n) == (None, 0)
    assert row.measured.reason == "below_minimum"


def test_a_question_that_was_not_asked_has_a_reason(satisfied: Make) -> None:
    row = kept([satisfied(170, 200)], promise(question="q99"))
    assert (row.measured.reason, row.proposal) == ("not_asked", None)


def test_users_known_by_class_weight_the_share(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(profiles={"sex": 2})
    rows = [[5] * 5] * 90 + [[2] * 5] * 10 + [[5] * 5] * 30 + [[2] * 5] * 70
    sex = [1] * 100 + [2] * 100
    wave = make_wave(
        questionnaire, rows, profiles={"sex": sex}, users_by={"sex": ((1, 900.0), (2, 100.0))}
    )

    row = kept([wave], promise())

    # 0.9 * 90 % + 0.1 * 30 %
    assert row.measured.check.observed == pytest.approx(0.84)
    assert row.measured.weighted is True


def test_a_register_is_judged_by_the_fact(satisfied: Make) -> None:
    standard = promise(
        kind="register_share", promised=90.0, register={"2025": (95, 100), "2026": (179, 200)}
    )
    row = kept([satisfied(50, 100, 2025), satisfied(50, 100)], standard)

    assert row.measured.check.observed == pytest.approx(0.895)
    assert (row.measured.check.verdict, row.measured.n) == (Verdict.NOT_MET, 200)


def test_a_register_without_this_year_has_a_reason(satisfied: Make) -> None:
    standard = promise(kind="register_share", register={"2025": (95, 100)})
    assert kept([satisfied(50, 100)], standard).measured.reason == "no_register_value"


def test_an_index_is_judged_by_its_one_sided_bounds(satisfied: Make) -> None:
    wave = satisfied(150, 200)
    isu = index_result(wave).isu
    assert isu.value is not None and isu.se is not None
    # the index is a mean on a bounded scale: lower root of (m - p)^2 = q^2 p (1 - p)/n*,
    # R: qt(.95, 199) = 1.652547
    m, q = isu.value / 100, 1.652547
    trials = max(200.0, m * (1 - m) / (isu.se / 100) ** 2)
    just = 100 * float(min(np.roots([1 + q**2 / trials, -2 * m - q**2 / trials, m**2])))

    met = kept([wave], promise(kind="mean_index", promised=just - 0.01))
    unsure = kept([wave], promise(kind="mean_index", promised=just + 0.01))

    assert met.measured.check.verdict is Verdict.MET
    assert unsure.measured.check.verdict is Verdict.NOT_CONCLUSIVE
    assert met.measured.check.observed == isu.value


def test_thirty_equal_answers_do_not_settle_a_promise(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    wave = make_wave(questionnaire, [[5] * 5] * 30)

    # 30 of 30: R: q <- qt(.95, 29); 100 * 30/(30 + q^2) -> 91.22
    for promised, verdict in ((91.0, Verdict.MET), (92.0, Verdict.NOT_CONCLUSIVE)):
        row = kept([wave], promise(kind="mean_index", promised=promised))
        assert row.measured.check.verdict is verdict
    assert row.measured.check.bounds is not None
    assert row.measured.check.bounds.lower == pytest.approx(91.22, abs=0.005)


def test_an_index_that_nobody_raises_asks_for_causes_as_a_share_does(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    wave = make_wave(questionnaire, [[1] * 5] * 60)
    row = kept([wave], promise(kind="mean_index", promised=65.0))

    assert row.measured.check.verdict is Verdict.NOT_MET
    # R: pt((0 - .65)/sqrt(.65 * .35/60), 59)
    assert row.measured.check.p_not_met == pytest.approx(1.628757e-15, rel=1e-6)
    assert row.proposal is not None
    assert row.proposal.action is Action.FIND_CAUSES


@pytest.mark.parametrize("promised", [0.0, 50.0, 91.0, 92.0, 100.0])
@pytest.mark.parametrize("mark", [1, 3, 5])
@pytest.mark.parametrize("at_least", [True, False])
def test_where_all_answer_alike_p_agrees_with_the_verdict(
    promised: float, mark: int, at_least: bool, questionnaire: Questionnaire, make_wave: Make
) -> None:
    wave = make_wave(questionnaire, [[mark] * 5] * 30)
    standard = promise(kind="mean_index", promised=promised, at_least=at_least)
    check = kept([wave], standard).measured.check

    assert check.p_not_met is not None
    assert (check.p_not_met < 0.05) == (check.verdict is Verdict.NOT_MET)


def test_a_dimension_may_be_promised(satisfied: Make) -> None:
    wave = satisfied(150, 200)
    row = kept([wave], promise(kind="mean_index", promised=50.0, dimension="d2"))
    assert row.measured.check.observed == index_result(wave).dimensions["d2"].value


def test_less_may_be_better(satisfied: Make) -> None:
    standard = promise(kind="mean_index", promised=95.0, at_least=False)
    assert kept([satisfied(150, 200)], standard).measured.check.verdict is Verdict.MET


def test_many_standards_say_how_many_verdicts_may_be_wrong(satisfied: Make) -> None:
    wave = satisfied(170, 200)
    standards = tuple(promise(key=str(k), promised=70.0 + k) for k in range(4))
    wave = Wave(wave.label, wave.questionnaire, wave.tally, standards=standards)
    context = ServiceContext(
        "urp", wave, (), index=index_result(wave), publication=publication_class(200),
        change=None, noise=NO_NOISE, parameters=Parameters(),
    )  # fmt: skip

    found = standards_of(context)

    assert found.many.wrong_each_side == pytest.approx(0.2)
    assert standards_words(found, "it") == (
        "Standard: rispettato 4.",
        "Con 4 standard verificati insieme ci si può attendere fino a 0,2 verdetti sbagliati per "
        "parte.",
    )


def test_the_promises_of_all_services_are_one_family(satisfied: Make) -> None:
    missed, kept_well = satisfied(120, 200), satisfied(170, 200)
    services, promised = [], []
    for key, wave in (("urp", missed), ("nidi", kept_well)):
        one = Wave(wave.label, wave.questionnaire, wave.tally, standards=(promise(),))
        index, publication = index_result(one), publication_class(200)
        services.append(ComparedService(key, key, one, index, publication))
        context = ServiceContext(
            key, one, (), index=index, publication=publication, change=None, noise=NO_NOISE,
            parameters=Parameters(),
        )  # fmt: skip
        promised.append(standards_of(context))

    detail = body_detail(services, [None, None], promised)

    found = body_detail_json(detail)
    assert found is not None
    jsonschema.validate(found, {"$ref": "#/$defs/body_detail", "$defs": RESULTS["$defs"]})
    assert found["standards"]["wrong_each_side"] == pytest.approx(0.1)
    # R: p <- pnorm((c(.6, .85) - .8)/sqrt(.8*.2/200)); p.adjust(p, "holm")
    p = scipy.stats.norm.cdf(np.array([-0.2, 0.05]) / math.sqrt(0.16 / 200))
    holm = [row["p_holm"] for row in found["standards"]["rows"]]
    assert holm == pytest.approx([2 * p[0], p[1]], rel=1e-9)


def test_five_waves_that_hardly_differ_are_not_taken_for_a_stable_process(satisfied: Make) -> None:
    waves = [satisfied(180, 200, 2022 + place) for place in range(5)]
    row = kept(waves, promise())

    # R: p <- 360.5 / 401; p - qnorm(.95) * sqrt(p*(1-p)*(1/400+1/200) + 1.5*.02^2)
    # 0.8401; without the wobble 0.8561
    assert row.proposal is not None
    assert row.proposal.new_value == 0.84


def test_waves_that_wobble_more_than_two_points_are_held_to_their_wobble(satisfied: Make) -> None:
    marks = [196, 170, 196, 180, 190]
    row = kept([satisfied(x, 200, 2022 + place) for place, x in enumerate(marks)], promise())

    # R: x <- c(196,170,196,180,190); q <- x/200; s2 <- var(q) - mean(q*(1-q)/199)
    #    p <- 370.5/401; p - qnorm(.95)*sqrt(p*(1-p)*(1/400+1/200) + 1.5*s2)
    # 0.8097, not a whole percent above the promise; with two points 0.8687
    assert row.proposal is not None
    assert row.proposal.action is Action.KEEP


def test_a_register_is_a_fact_and_no_test_among_the_others(satisfied: Make) -> None:
    wave = satisfied(170, 200)
    days = promise(key="days", kind="register_share", promised=90.0, register={"2026": (80, 100)})
    one, two = (promise(key=str(k), promised=84.0 + k) for k in range(2))
    context = ServiceContext(
        "urp", Wave("2026", wave.questionnaire, wave.tally, standards=(days, one, two)), (),
        index=index_result(wave), publication=publication_class(200), change=None,
        noise=NO_NOISE, parameters=Parameters(),
    )  # fmt: skip

    found = standards_of(context)

    # 5 % of the two that a sample can get wrong, and Holm over these two alone
    assert found.many.wrong_each_side == pytest.approx(0.1)
    assert standards_words(found, "it")[1].startswith("Con 2 standard verificati insieme")
    # R: p <- pnorm((.85 - c(.84, .85)) / sqrt(c(.84*.16, .85*.15)/200)); p.adjust(p, "holm")
    assert found.many.p_holm == (None, pytest.approx(1.0), pytest.approx(1.0))
    assert found.rows[0].proposal is not None  # a sure miss still asks for the causes
    assert found.rows[0].proposal.action is Action.FIND_CAUSES


@pytest.mark.parametrize(
    ("kept_cases", "cases", "decimals"), [(1699, 2000, 2), (1691, 2000, 1), (1700, 2000, 0)]
)
def test_a_missed_promise_never_reads_as_if_it_were_reached(
    satisfied: Make, kept_cases: int, cases: int, decimals: int
) -> None:
    # 84.95 % would read 85 % at no decimals and 85.0 % (or 84.9 %) at one; 84.55 % reads 84.5 %
    standard = promise(kind="register_share", promised=85.0, register={"2026": (kept_cases, cases)})
    wave = satisfied(50, 100)
    context = ServiceContext(
        "urp", Wave("2026", wave.questionnaire, wave.tally, standards=(standard,)), (),
        index=index_result(wave), publication=publication_class(100), change=None,
        noise=NO_NOISE, parameters=Parameters(),
    )  # fmt: skip

    row = standards_json(standards_of(context))["rows"][0]

    assert row["reached"] == (kept_cases >= 1700)
    assert row["decimals"] == decimals


@pytest.fixture
def questionnaire(make_questionnaire: Make) -> Questionnaire:
    made: Questionnaire = make_questionnaire(profiles={})
    return made


@pytest.fixture
def satisfied(make_questionnaire: Make, make_wave: Make) -> Make:
    """A wave with so many satisfied of so many, the items with some spread."""

    def make(count: int, n: int, year: int = 2026, *, wording: int = 1) -> Wave:
        asked = make_questionnaire(
            profiles={}, changes={"overall": {"wording": wording}} if wording > 1 else None
        )
        rows = np.full((n, 5), 4)
        rows[::3, 0] = 5
        rows[::4, 1] = 3
        rows[count:, 4] = 2
        made: Wave = make_wave(asked, rows, label=str(year))
        return made

    return make

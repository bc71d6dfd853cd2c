"""Services beside one another: who is compared, at which profile, with which words."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.nonparametric import rank_compare_2ordinal

import analysis
from analysis.body_detail import body_detail, body_detail_json
from analysis.charts.comparison_charts import funnel_chart
from analysis.data import Questionnaire
from analysis.indices import index_result
from analysis.parts.comparison import (
    ComparedService,
    Comparison,
    comparison_json,
    comparison_of,
    comparison_words,
)
from analysis.parts.screening import (
    benjamini_hochberg,
    screening_json,
    screening_of,
    screening_words,
)
from analysis.publication import publication_class
from analysis.wave import Wave

Make = Callable[..., Any]
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))


def compared(waves: Sequence[Wave]) -> list[ComparedService]:
    return [
        ComparedService(
            f"s{place}", f"Servizio {place}", wave, index_result(wave),
            publication_class(wave.respondents),
        )
        for place, wave in enumerate(waves)
    ]  # fmt: skip


def check(name: str, found: dict[str, Any]) -> dict[str, Any]:
    jsonschema.validate(found, {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})
    json.dumps(found, allow_nan=False)
    return found


def test_scores_are_post_stratified_to_the_people_of_all_services(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(profiles={"sex": 2})
    # women answer 5, men 2 or 3, in both services; the first has more women
    waves = [
        make_wave(questionnaire, _rows(women, 100 - women),
                  profiles={"sex": [1] * women + [2] * (100 - women)})
        for women in (70, 30)
    ]  # fmt: skip

    found = comparison_of(compared(waves))

    # women 100, men (25 + 50)/2: plain indices 0.7 * 100 + 0.3 * 37.5 and the other way round
    plain = [index_result(wave).isu.value for wave in waves]
    assert plain == pytest.approx([81.25, 56.25], abs=0.3)
    values = [row.score.value for row in found.rows if row.score is not None]
    # one half of each: (100 + mean of the men)/2, in both services alike
    assert values == pytest.approx([68.75, 68.75], abs=0.2)
    assert [row.standardised for row in found.rows] == [True, True]
    assert found.variables == ("sex",)


def test_known_users_replace_the_respondents_as_profile(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(profiles={"sex": 2})
    waves = [
        make_wave(
            questionnaire, _rows(50, 50), profiles={"sex": [1] * 50 + [2] * 50},
            users_by={"sex": ((1, 900.0), (2, 100.0))},
        )
        for _ in range(2)
    ]  # fmt: skip

    found = comparison_of(compared(waves))

    men = 37.5
    assert found.rows[0].score is not None
    assert found.rows[0].score.value == pytest.approx(0.9 * 100 + 0.1 * men, abs=1e-6)


def test_a_handful_in_a_class_is_not_told_by_the_effective_number(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(profiles={"sex": 2, "age_class": 2})
    # 7 of the women are of the second age class
    sex, age = [1] * 60 + [2] * 60, [1] * 53 + [2] * 7 + [1] * 20 + [2] * 40
    others = {"sex": [1] * 80 + [2] * 60, "age_class": ([1] * 2 + [2]) * 46 + [1] * 2}
    waves = [
        make_wave(questionnaire, _rows(60, 60), profiles={"sex": sex, "age_class": age}),
        make_wave(questionnaire, _rows(80, 60), profiles=others),
    ]

    found = comparison_of(compared(waves))

    shown = [row["n_eff"] for row in comparison_json(found)["services"]]
    exact = [row.score.n for row in found.rows if row.score is not None]
    assert found.rows[0].standardised is True
    assert shown[0] is None
    assert shown[1] == exact[1]


def test_few_respondents_are_left_as_they_are(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(profiles={"sex": 2})
    waves = [
        make_wave(questionnaire, _rows(30, 10), profiles={"sex": [1] * 30 + [2] * 10}),
        make_wave(questionnaire, _rows(50, 50), profiles={"sex": [1] * 50 + [2] * 50}),
    ]

    row = comparison_of(compared(waves)).rows[0]

    assert (row.standardised, row.flags) == (False, ("not_weighted_small_n",))
    assert row.score is not None
    assert row.score.value == pytest.approx(index_result(waves[0]).isu.value)


def test_fewer_than_ten_services_are_compared_in_pairs(body: Make) -> None:
    waves = body([0.0, 0.0, -0.9])

    found = comparison_of(compared(waves))

    assert found.funnel.reason == "fewer_than_ten_services"
    # scipy.stats.ttest_ind_from_stats(y1, se1*sqrt(n1), n1, y2, ..., equal_var=False)
    p = []
    for one, two in ((0, 1), (0, 2), (1, 2)):
        a, b = found.rows[one].score, found.rows[two].score
        assert a is not None and b is not None
        p.append(
            scipy.stats.ttest_ind_from_stats(
                a.value, a.se * a.n**0.5, a.n, b.value, b.se * b.n**0.5, b.n, equal_var=False
            ).pvalue
        )
    assert [pair.p for pair in found.pairs] == pytest.approx(p, rel=1e-6)
    holm = multipletests(p, method="holm")[1]
    assert [pair.p_holm for pair in found.pairs] == pytest.approx(holm.tolist(), rel=1e-6)
    words = comparison_words(found, "it")
    assert words[0].startswith("Differenze di punti tra servizi")
    assert "Servizio 0 – Servizio 2" in words[0] and "Servizio 0 – Servizio 1" not in words[0]
    check("comparison", comparison_json(found))


def test_ten_services_make_a_funnel_in_the_order_given(body: Make) -> None:
    found = comparison_of(compared(body([0.0] * 11 + [-1.2])))

    assert [point.service.name for point in found.funnel.points] == [f"s{k}" for k in range(12)]
    assert found.pairs == ()
    document = check("comparison", comparison_json(found))
    assert document["services"][11]["band"] in ("below", "far_below")
    words = comparison_words(found, "it")
    assert words[0].startswith("Si scostano dagli altri, su 12 servizi: Servizio 11 (")
    assert "circa 0,6 su 12" in words[1]
    assert not {"primo", "ultimo", "classifica"} & set(" ".join(words).lower().split())


def test_usual_differences_between_services_are_not_called_chance(body: Make) -> None:
    found = comparison_of(compared(body([0.8 * (place % 2) for place in range(12)])))

    # far apart for their sampling errors, but half of them on either side: nobody is unusual
    assert found.funnel.dispersion is not None and found.funnel.dispersion.tau2 > 25
    assert {point.band for point in found.funnel.points} == {"in_line"}
    assert "il caso e le differenze abituali tra i servizi" in comparison_words(found, "it")[0]
    assert "the usual differences between services" in comparison_words(found, "en")[0]


def test_small_and_different_services_are_left_out_with_their_reason(
    body: Make, make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = body([0.0])[0].questionnaire
    other = make_questionnaire(profiles={}, bounds=(1, 4))
    waves = [
        *body([0.0] * 3),
        make_wave(questionnaire, [[4, 3, 4, 5, 4]] * 5),
        make_wave(questionnaire, [[4, 3, 4, 5, 4]] * 20),
        make_wave(other, [[4, 3, 2, 3, 4], [1, 2, 3, 4, 3]] * 30),
        make_wave(questionnaire, [[4] * 5] * 60),
    ]

    found = comparison_of(compared(waves))

    reasons = [row.reason for row in found.rows]
    assert reasons == [
        None, None, None, "below_minimum", "too_few_responses", "other_questions",
        "no_standard_error",
    ]  # fmt: skip
    document = check("comparison", comparison_json(found))
    assert document["services"][3] == {
        "service": "s3", "n": None, "n_eff": None, "value": None, "se": None, "decimals": 0,
        "standardised": False, "z": None, "z_published": None, "band": None, "label": None,
        "stabilised": None, "flags": [], "reason": "below_minimum",
    }  # fmt: skip


def test_nobody_to_compare_says_nothing() -> None:
    found: Comparison = comparison_of([])
    assert (found.rows, found.pairs, comparison_words(found, "it")) == ((), (), ())
    check("comparison", comparison_json(found))


def test_the_funnel_of_the_document_is_drawn_without_the_small(body: Make, make_wave: Make) -> None:
    waves = [*body([0.0] * 11 + [-1.2])]
    waves.append(make_wave(waves[0].questionnaire, [[4, 3, 4, 5, 4]] * 5))
    services = compared(waves)
    detail = body_detail(services, [None] * len(services))
    year = {"detail": check("body_detail", body_detail_json(detail) or {})}
    document = {"services": [{"service": one.key, "name": one.name} for one in services]}

    drawn = funnel_chart(document, year, language="it")

    assert drawn is not None
    title, plot = drawn
    assert title.startswith("Servizio 11: ")
    assert [one.label for one in plot.services if one.value is None] == ["Servizio 12"]
    assert len(plot.shown) == 12


def test_a_document_from_before_comparisons_has_no_funnel() -> None:
    assert funnel_chart({"services": []}, {"wave": "2020"}, language="it") is None


def test_a_single_service_has_nothing_beside_it(body: Make) -> None:
    assert body_detail(compared(body([0.0])), [None]) is None


def test_benjamini_hochberg_is_that_of_statsmodels() -> None:
    p = np.random.default_rng(1).random(40) ** 2
    # multipletests(p, method="fdr_bh")[1]
    wanted = multipletests(p, method="fdr_bh")[1]
    assert benjamini_hochberg(p) == pytest.approx(wanted, rel=1e-12)
    with pytest.raises(ValueError, match="probabilities"):
        benjamini_hochberg(np.array([0.1, np.nan]))
    assert len(benjamini_hochberg(np.array([]))) == 0


def test_screening_compares_every_question_with_the_wave_before(body: Make) -> None:
    before, after = body([0.0, 0.0]), body([0.0, -1.0], year=2026)

    found = screening_of([(f"s{k}", before[k], after[k]) for k in range(2)])

    assert found.tests == 8
    # rank_compare_2ordinal(before, after).test_prob_superior().pvalue
    p = []
    for one, two in zip(before, after, strict=True):
        for place in range(4):
            counts = [w.tally.counts[:, place, 5:10].sum(axis=0) for w in (one, two)]
            p.append(rank_compare_2ordinal(*counts).test_prob_superior().pvalue)
    assert [cell.ranks.p for cell in found.cells if cell.ranks] == pytest.approx(p, rel=1e-6)
    adjusted = multipletests(p, method="fdr_bh")[1]
    assert [cell.p_adjusted for cell in found.cells] == pytest.approx(adjusted, rel=1e-6)
    assert all(cell.marked for cell in found.cells[4:])
    said = screening_words(found, "it")[0]
    assert said.startswith("Tabella esplorativa, senza correzione per modalità e profilo: ")
    assert "più di quanto faccia di solito il caso" in said
    check("screening", screening_json(found))


def test_screening_leaves_out_what_cannot_be_compared(body: Make, make_wave: Make) -> None:
    before, after = body([0.0]), body([0.0], year=2026)
    small = make_wave(before[0].questionnaire, [[4, 3, 4, 5, 4]] * 12)

    found = screening_of([("new", None, after[0]), ("small", small, after[0])])

    assert (found.cells, found.tests, screening_words(found, "it")) == ((), 0, ())


def test_cells_without_variance_or_answers_have_a_reason(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire: Questionnaire = make_questionnaire(profiles={}, items=5, dimensions=1)
    rows = [[4, 3, 4, 5, -1, 4]] * 35 + [[4, 4, 5, 3, 4, 4]] * 15
    waves = [make_wave(questionnaire, rows, label=label) for label in ("2025", "2026")]

    cells = screening_of([("s", *waves)]).cells

    assert {cell.question.key: cell.reason for cell in cells}["q1"] == "no_variance"
    few = [one for one in screening_json(screening_of([("s", *waves)]))["cells"]
           if one["reason"] == "too_few_answers"]  # fmt: skip
    assert all(one["n"] == [None, None] and one["p"] is None for one in few)


def _rows(women: int, men: int) -> list[list[int]]:
    return [[5] * 5] * women + [[2] * 5, [3] * 5] * (men // 2)


@pytest.fixture
def body(make_questionnaire: Make, make_wave: Make, draw: Make) -> Make:
    """One wave a service, 120 forms each, with a shift of the latent satisfaction."""
    questionnaire = make_questionnaire(profiles={})

    def make(shifts: Sequence[float], *, year: int = 2025) -> list[Wave]:
        waves = []
        for place, shift in enumerate(shifts):
            rows, *_ = draw(questionnaire, 120, seed=place + year, shift=shift, gaps=0.02)
            waves.append(make_wave(questionnaire, rows, label=str(year)))
        return waves

    return make

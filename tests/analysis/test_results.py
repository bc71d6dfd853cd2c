"""The results document: complete, valid, and silent where it must be."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import analysis
from analysis.adjust import AdjustedChange
from analysis.charts import service_charts
from analysis.parameters import Parameters
from analysis.results import as_document
from analysis.tables import COLUMNS, write_tables
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise
from analysis.yearly import ServiceWaves, body_year

Make = Callable[..., Any]
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_two_years_of_services_of_all_sizes_give_a_valid_document(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire(changes={"q2": {"reversed": True}})

    def wave(label: str, n: int, seed: int) -> Wave:
        ratings, mode, profiles = draw(questionnaire, n, seed=seed)
        found: Wave = make_wave(
            questionnaire, ratings, mode=mode, profiles=profiles, label=label, users_served=9000
        )
        return found

    sizes = [200, 35, 12, 5, 1, 0]
    first = [ServiceWaves(f"s{n}", f"S{n}", wave("2025", n, n)) for n in sizes]
    second = [ServiceWaves(w.key, w.name, wave("2026", 80, 1), (w.wave,)) for w in first]

    document = as_document([body_year("2025", first), body_year("2026", second)], body="Comune")

    jsonschema.validate(document, SCHEMA)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert [one["service"] for one in document["services"]] == [f"s{n}" for n in sizes]
    assert all(len(one["waves"]) == 2 for one in document["services"])
    assert document["years"][0]["services_left_out"] == ["s5", "s1", "s0"]


def test_a_simulated_body_from_its_files_gives_a_valid_document(
    simulated: tuple[dict[str, Any], Path],
) -> None:
    document, folder = simulated

    jsonschema.validate(document, SCHEMA)
    assert json.loads((folder / "results.json").read_text("utf-8")) == document
    details = [wave["detail"] for one in document["services"] for wave in one["waves"]]
    assert all(set(detail) == set(details[0]) for detail in details)
    assert document["years"][-1]["detail"]["comparison"]["reason"] is None


@pytest.mark.parametrize("n", [0, 1, 9])
def test_fewer_than_ten_respondents_show_that_they_are_few_and_nothing_else(
    make_questionnaire: Make, make_wave: Make, draw: Make, n: int
) -> None:
    wave = _one(make_questionnaire, make_wave, draw, n)

    assert wave["forms"] == wave["n"] == wave["isu"]["n"] == (None if n else 0)
    assert wave["publication"] == "not_published"
    assert wave["isu"]["value"] is None
    assert wave["isu"]["reason"] == "too_few_answers"
    assert wave["modes"] is None
    assert wave["data_hash"] is None
    assert wave["profiles"] == []
    for rating in [*wave["items"], wave["overall"]]:
        assert rating["counts"] is None
        assert rating["statuses"] is None
        assert rating["mean"]["value"] is None
        assert rating["satisfied"]["count"] is None
        assert rating["index"]["reason"] in (
            "below_minimum", "no_valid_answer", "one_respondent",
        )  # fmt: skip


def test_an_item_with_few_answers_is_silent_in_a_wave_that_speaks(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4, 4]] * 9 + [[5, -2]] * 40)

    found = _document(wave)["services"][0]["waves"][0]

    assert found["items"][1]["counts"] is None
    assert found["items"][1]["index"]["reason"] == "below_minimum"
    assert found["items"][1]["statuses"]["na"] == 40
    assert found["items_left_out"] == ["q2"]
    assert found["isu"]["value"] == pytest.approx(100 * (40 + 9 * 0.75) / 49)


def test_small_profile_groups_cannot_be_found_by_subtraction(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    sex, age = [1] * 36 + [2] * 4, [1] * 20 + [2] * 20
    profiles = {"sex": sex, "age_class": age}
    wave = make_wave(questionnaire, [[4]] * 40, profiles=profiles)

    ages, sexes = _document(wave)["services"][0]["waves"][0]["profiles"]

    assert [option["n"] for option in ages["options"]] == [20, 20, 0]
    assert [option["n"] for option in sexes["options"]] == [None, None]
    assert sexes["options"][0]["reason"] == "below_minimum"


def test_numbers_are_not_rounded_and_carry_their_decimals(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    isu = _one(make_questionnaire, make_wave, draw, 200)["isu"]

    assert isu["value"] != round(isu["value"], 6)
    assert isu["decimals"] == 0


def test_open_links_have_no_response_rate_and_censuses_have(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    marks = [[4]] * 50

    free = _document(make_wave(questionnaire, marks, users_served=200))
    census = _document(make_wave(questionnaire, marks, users_served=200, design="census_invited"))

    assert free["services"][0]["waves"][0]["response_rate"]["reason"] == "not_calculable"
    assert census["services"][0]["waves"][0]["response_rate"]["value"] == 25


def test_more_forms_than_users_is_flagged_and_still_valid(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4]] * 50, users_served=20, design="census_invited")

    document = _document(wave)

    jsonschema.validate(document, SCHEMA)
    found = document["services"][0]["waves"][0]
    assert "more_forms_than_users" in found["flags"]
    assert found["response_rate"] == {"value": None, "reason": "not_calculable"}


def test_a_common_shift_is_in_the_year_with_its_sentence(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    before = make_wave(questionnaire, [[3], [4]] * 50)
    after = make_wave(questionnaire, [[4], [5]] * 50)
    services = [ServiceWaves(f"s{i}", "S", after, (before,)) for i in range(5)]

    document = as_document([body_year("2026", services)])

    jsonschema.validate(document, SCHEMA)
    shift = document["years"][0]["common_shift"]
    assert shift["raised"]
    assert shift["value"] == pytest.approx(25)
    assert "Quasi tutti i servizi" in shift["words"]["it"]


def test_wave_noise_taken_into_account_is_not_denied(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4], [5]] * 50)
    services = [ServiceWaves("s", "S", wave, (wave,))]

    quiet = body_year("2025", services)
    noisy = body_year("2026", services, noise=WaveNoise(2.0, 40))
    alone, both = as_document([noisy]), as_document([quiet, noisy])

    assert any("Non si tiene conto" in line for line in as_document([quiet])["notes"]["it"])
    assert not any("on si tiene conto" in line for line in alone["notes"]["it"])
    assert "Nei confronti (2026) si tiene conto" in both["notes"]["it"][2]
    assert "Nei confronti (2025) non si tiene conto" in both["notes"]["it"][3]
    assert both["years"][1]["wave_noise"] == {"tau": 2.0, "differences": 40, "reason": None}
    jsonschema.validate(both, SCHEMA)


def test_ignored_weights_are_said(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)

    document = _document(make_wave(questionnaire, [[4]] * 50, weights_ignored=True))

    assert document["services"][0]["waves"][0]["flags"] == ["weights_ignored"]
    assert "non sono ponderati" in document["notes"]["it"][-1]


def test_the_interval_is_never_called_margin_of_error(
    make_questionnaire: Make, make_wave: Make, draw: Make
) -> None:
    questionnaire = make_questionnaire()
    ratings, mode, profiles = draw(questionnaire, 80, seed=1)
    document = _document(make_wave(questionnaire, ratings, mode=mode, profiles=profiles))

    assert "margine" not in json.dumps(document, ensure_ascii=False)
    assert document["notes"]["it"][0].startswith("L'intervallo indica l'incertezza")


def test_a_number_that_is_not_finite_never_leaves(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4], [5]] * 50)
    year = body_year("2026", [ServiceWaves("s", "S", wave, (wave,))])
    broken = copy.copy(year.services[0].change.change)
    assert isinstance(broken, AdjustedChange)
    object.__setattr__(broken, "crude", float("nan"))
    object.__setattr__(year.services[0].change, "change", broken)

    with pytest.raises(ValueError, match=r"change\.crude is nan"):
        as_document([year])


def test_years_with_different_parameters_do_not_share_a_document(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    services = [ServiceWaves("s", "S", make_wave(questionnaire, [[4]] * 40))]
    years = [
        body_year("2025", services),
        body_year("2026", services, parameters=Parameters(full_minimum=40)),
    ]

    with pytest.raises(ValueError, match="different parameters"):
        as_document(years)
    with pytest.raises(ValueError, match="at least one year"):
        as_document([])


@pytest.mark.parametrize(
    ("name", "written"), [("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("Asilo; =A1", "Asilo;' =A1")]
)
def test_a_service_name_that_looks_like_a_formula_stays_text(
    make_questionnaire: Make, make_wave: Make, tmp_path: Path, *, name: str, written: str
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    wave = make_wave(questionnaire, [[4]] * 40)
    document = as_document([body_year("2026", [ServiceWaves(name, name, wave)])])

    paths = write_tables(document, tmp_path)

    assert {path.stem for path in paths} == set(COLUMNS)
    assert f"\n{written},2026," in (tmp_path / "indices.csv").read_text("utf-8")


@pytest.mark.parametrize("choice", [{"design": "panel"}, {"users_served": 0}, {"users_served": -5}])
def test_an_impossible_wave_is_refused(
    make_questionnaire: Make, make_wave: Make, choice: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"design|users served"):
        make_wave(make_questionnaire(), [], **choice)


def test_a_tally_of_another_questionnaire_is_refused(
    make_questionnaire: Make, make_wave: Make
) -> None:
    wave = make_wave(make_questionnaire(), [])

    with pytest.raises(ValueError, match="another questionnaire"):
        Wave("2026", make_questionnaire(items=2), wave.tally)


def _document(wave: Wave) -> dict[str, Any]:
    return as_document([body_year(wave.label, [ServiceWaves("s", "S", wave)])])


def _one(make_questionnaire: Make, make_wave: Make, draw: Make, n: int) -> dict[str, Any]:
    questionnaire = make_questionnaire()
    ratings, mode, profiles = draw(questionnaire, n, seed=1, gaps=0.02)
    document = _document(make_wave(questionnaire, ratings, mode=mode, profiles=profiles))
    jsonschema.validate(document, SCHEMA)
    found: dict[str, Any] = document["services"][0]["waves"][0]
    return found


def test_a_questionnaire_of_the_overall_question_alone_follows_the_schema(
    make_questionnaire: Make, make_wave: Make
) -> None:
    asked = make_questionnaire(items=0, dimensions=0, profiles={})
    wave = make_wave(asked, [[c] for c in (1, 1, 2, 3, 4, 4, 5, 5, 5, 5, 5, 5)])

    document = as_document([body_year("2026", [ServiceWaves("a", "A", wave)])])

    jsonschema.validate(document, SCHEMA)
    overall = document["services"][0]["waves"][0]["overall"]
    assert [one["n"] for one in overall["counts"]] == [2, 1, 1, 2, 6]
    assert all(chart.figure() is not None for chart in service_charts(document, "a"))

"""A whole body of sixteen services and five years, from answers files to verdicts, against R.

tests/reference/body.R reads the same files and computes everything anew from respondents; its
values stand in body_r.json. Tolerance: 1e-9 of the value, 1e-6 where R or the method iterates.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from analysis.command import Request, compute
from analysis.parameters import Parameters
from analysis.simulate.files import write_scenario

FOLDER = Path(__file__).parents[1] / "reference"
R = json.loads((FOLDER / "body_r.json").read_text(encoding="utf-8"))
SERVICES = [f"servizio{number:02d}" for number in range(1, 17)]
ITEMS = [f"item{number}" for number in range(1, 9)]
LAST = "2026"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("body")
    write_scenario(folder, "I", seed=11, services=16, years=5)
    return folder


@pytest.fixture(scope="module")
def document(body: Path) -> Json:
    request = Request("it", body / "questionnaire.json", body, None, "open_link", Parameters())
    for path in sorted(body.glob("*.csv")):
        service, year = path.stem.split("-")
        request.waves[service, year] = path
    return compute(request)


def near(wanted: Any, *, relative: float = 1e-9, absolute: float = 1e-9) -> Any:
    return pytest.approx(wanted, rel=relative, abs=absolute)


def chance(wanted: Any) -> Any:
    """A p-value: as many digits however small it is."""
    return pytest.approx(wanted, rel=1e-8, abs=1e-15)


def wave_of(document: Json, service: str, year: str = LAST) -> Json:
    one = next(entry for entry in document["services"] if entry["service"] == service)
    found: Json = next(wave for wave in one["waves"] if wave["wave"] == year)
    return found


def year_of(document: Json, year: str = LAST) -> Json:
    found: Json = next(entry for entry in document["years"] if entry["wave"] == year)
    return found


def values(block: Json, *names: str) -> list[Any]:
    return [block[name] for name in names]


ESTIMATE = ("value", "se", "lower", "upper", "n")


def test_the_files_are_those_that_r_has_read(body: Path) -> None:
    first = (body / "servizio01-2022.csv").read_bytes()
    assert hashlib.md5(first, usedforsecurity=False).hexdigest() == R["first_file_md5"]


def test_index_and_dimensions_of_every_wave(document: Json) -> None:
    for key, wanted in R["indices"].items():
        wave = wave_of(document, *key.split("/"))
        assert values(wave["isu"], *ESTIMATE) == near(wanted["isu"]), key
        for one in wave["dimensions"]:
            assert values(one, *ESTIMATE) == near(wanted["dimensions"][one["key"]]), key


def test_questions_with_means_and_shares(document: Json) -> None:
    for service, wanted in R["items"].items():
        wave = wave_of(document, service)
        for one in [*wave["items"], wave["overall"]]:
            ours = [one["n"], *values(one["mean"], "value", "se", "lower", "upper")]
            for share in ("satisfied", "dissatisfied"):
                ours += values(one[share], "value", "lower", "upper")
            assert ours == near(wanted[one["key"]]), (service, one["key"])


def test_index_of_the_body(document: Json) -> None:
    for year, wanted in R["body"].items():
        assert values(year_of(document, year)["isu"], "value", "se") == near(wanted)


def test_change_of_the_body(document: Json) -> None:
    for year, wanted in R["body_change"].items():
        found = year_of(document, year)["change"]
        *numbers, p = wanted["numbers"]
        assert values(found, "value", "se", "lower", "upper") == near(numbers), year
        assert (found["p"], found["verdict"]) == (chance(p), wanted["verdict"])


def test_wave_noise_and_common_shift_of_each_year(document: Json) -> None:
    for year, wanted in R["years"].items():
        found = year_of(document, year)
        assert found["wave_noise"]["differences"] == wanted["differences"]
        assert found["wave_noise"]["tau"] == near(wanted["tau"])
        assert found["common_shift"]["value"] == near(wanted["shift"][0])
        assert found["common_shift"]["p"] == chance(wanted["shift"][1])
    assert R["years"][LAST]["tau"] > 0


@pytest.mark.parametrize("year", ["2023", "2024", "2025", "2026"])
def test_change_and_verdict_of_every_service(document: Json, year: str) -> None:
    for service, wanted in R["years"][year]["services"].items():
        found = wave_of(document, service, year)["change"]
        assert found["verdict"] == wanted["verdict"], (service, year)
        assert found["base_waves"] == wanted["base"]
        figures = ("value", "se", "df", "crude", "crude_se", "lower", "upper", "mde")
        assert values(found, *figures) == near(values(wanted, *figures)), (service, year)
        assert found["wave_noise"] == near(wanted["tau"])
        tests = ("p", "p_worse", "p_better", "interaction_p")
        assert values(found, *tests) == chance(values(wanted, *tests)), (service, year)
        *last, p = wanted["last_year"]
        ours = values(found["last_year"], "value", "se", "crude", "crude_se")
        assert ours == near(last), (service, year)
        assert found["last_year"]["p"] == chance(p)
        ranks = values(found["overall"], "superiority", "lower", "upper", "p")
        assert ranks == chance(wanted["overall"]), (service, year)


def test_body_holds_verdicts_of_several_kinds() -> None:
    found = {one["verdict"] for year in R["years"].values() for one in year["services"].values()}
    assert {"peggioramento_accertato", "segnale_da_verificare", "stabile"} <= found
    bases = {len(one["base"]) for one in R["years"][LAST]["services"].values()}
    assert bases == {2}
    assert any(len(one["base"]) == 1 for one in R["years"]["2025"]["services"].values())


def test_questions_behind_a_verdict(document: Json) -> None:
    for service in SERVICES:
        rows = wave_of(document, service)["detail"]["where"]["items"]
        wanted = R["where"].get(service, [])
        assert len(rows) == len(wanted), service
        for one, line in zip(rows, wanted, strict=True):
            ours = values(one, "superiority", "lower", "upper", "p", "p_adjusted")
            ours += values(one["satisfied"], "lower", "upper")
            assert ours == chance(line), (service, one["key"])


def test_screening_of_all_questions_of_all_services(document: Json) -> None:
    cells = year_of(document)["detail"]["screening"]["cells"]
    for service, rows in R["screening"].items():
        own = [cell for cell in cells if cell["service"] == service]
        assert [cell["key"] for cell in own] == ITEMS
        for cell, line in zip(own, rows, strict=True):
            assert values(cell, "superiority", "p", "p_adjusted") == chance(line)
            assert cell["marked"] == (line[2] < 0.10)


def test_trend_of_five_years(document: Json) -> None:
    for service, wanted in R["trend"].items():
        found = wave_of(document, service)["detail"]["trend"]
        assert [one["level"] for one in found["waves"]] == near(wanted["levels"])
        assert [one["se"] for one in found["waves"]] == near(wanted["ses"])
        *line, p, misfit, misfit_p = wanted["line"]
        assert values(found["line"], "slope", "se", "lower", "upper") == near(line), service
        assert found["line"]["misfit"] == near(misfit)
        assert values(found["line"], "p", "misfit_p") == chance([p, misfit_p]), service


def test_trend_of_each_question(document: Json) -> None:
    for service, rows in R["trend_items"].items():
        found = wave_of(document, service)["detail"]["trend"]["questions"]
        for one, (z, p, share_p) in zip(found, rows, strict=True):
            assert one["marks"]["z"] == near(z), (service, one["key"])
            assert [one["marks"]["p"], one["satisfied"]["p"]] == chance([p, share_p])


def test_index_weighted_by_importance(document: Json) -> None:
    for service, wanted in R["csi"].items():
        found = wave_of(document, service)["detail"]["importance"]
        names = ("value", "se", "difference", "difference_se")
        assert values(found, *names) == near(wanted), service
        parts = [found["change"][name]["value"] for name in ("performance", "preferences")]
        assert parts == near(R["split"][service])


def test_coherence_of_the_index(document: Json) -> None:
    for service, wanted in R["coherence"].items():
        found = wave_of(document, service)["detail"]["coherence"]
        alpha = found["whole"]["alpha"]
        ours = [*values(alpha, "value", "lower", "upper"), found["whole"]["n"]]
        assert [*ours, found["overall"]["value"]] == near(wanted), service


def test_relative_weights_with_their_check(document: Json) -> None:
    for service in SERVICES:
        found = wave_of(document, service)["detail"]["drivers"]
        wanted = R["drivers"].get(service)
        if wanted is None:
            assert found["drivers"] == []
            continue
        assert values(found, "r_squared", "n") == near(values(wanted, "r2", "n"))
        assert [one["share"] for one in found["drivers"]] == near(wanted["shares"])
        assert [one["lmg"] for one in found["drivers"]] == near(wanted["lmg"])
    assert len(R["drivers"]) > 5


def test_response_modes_at_equal_profile(document: Json) -> None:
    for service, wanted in R["modes"].items():
        found = wave_of(document, service)["detail"]["channels"]["differences"]
        assert {f"{one['first']}-{one['second']}" for one in found} == set(wanted), service
        for one in found:
            line = wanted[f"{one['first']}-{one['second']}"]
            assert values(one, "value", "se", "lower", "upper") == near(line[:-1]), service
            assert one["p"] == chance(line[-1])


def test_do_not_know_against_the_wave_before(document: Json) -> None:
    for service, rows in R["dk"].items():
        wave = wave_of(document, service)
        found = {one["key"]: one for one in wave["detail"]["answers"]["questions"]}
        for key, (before, now, *p) in zip([*ITEMS, "overall"], rows, strict=True):
            moved = found[key]["change"]["dk"]
            assert [moved["before"], found[key]["dk"]] == near([before, now])
            assert moved["p"] == (chance(p[0]) if p else None), (service, key)


def test_funnel_of_the_services(document: Json) -> None:
    found, wanted = year_of(document)["detail"]["comparison"], R["funnel"]
    names = ("target", "spread", "tau2", "tau2_published")
    assert values(found, *names) == near(values(wanted, *names), relative=1e-6)
    for one in found["services"]:
        ours = values(one, "value", "se", "z", "z_published", "stabilised", "n_eff")
        line = wanted["services"][one["service"]]
        assert ours == near(line, relative=1e-6, absolute=1e-6), one["service"]

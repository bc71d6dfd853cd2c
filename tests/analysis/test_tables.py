"""The flat tables: what the document says, unrounded, and nothing that it keeps back."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.detail_tables import ROWS
from analysis.results import as_document
from analysis.tables import COLUMNS, write_tables
from analysis.yearly import ServiceWaves, body_year

Json = dict[str, Any]
Simulated = tuple[Json, Path]
DOCS = Path(__file__).parents[2] / "docs" / "statistics.md"


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def last(document: Json, service: int = 0) -> Json:
    wave: Json = document["services"][service]["waves"][-1]
    return wave


def rows_of(
    simulated: Simulated, name: str, *, service: str = "servizio01"
) -> list[dict[str, str]]:
    found = read(simulated[1] / "tables", name)
    return [row for row in found if row["wave"] == "2026" and row.get("service") == service]


def test_every_table_has_the_columns_that_are_declared(simulated: Simulated) -> None:
    for name, columns in COLUMNS.items():
        path = simulated[1] / "tables" / f"{name}.csv"
        assert path.read_text("utf-8").splitlines()[0] == ",".join(columns), name


def test_every_table_and_column_is_told_in_the_manual() -> None:
    told = DOCS.read_text("utf-8")
    for name, columns in COLUMNS.items():
        line = next((one for one in told.splitlines() if one.startswith(f"| `{name}.csv` |")), "")
        assert line, name
        assert set(re.findall(r"`(\w+)`", line.split("|", 2)[2])) >= set(columns), name


def test_numbers_are_those_of_the_document_not_rounded(simulated: Simulated) -> None:
    detail = last(simulated[0])["detail"]
    shift, row = detail["where"]["items"][0], rows_of(simulated, "where")[0]
    assert float(row["cliff"]) == shift["cliff"]
    assert float(row["satisfied_difference"]) == shift["satisfied"]["difference"]
    assert (int(row["n_before"]), int(row["n_after"])) == tuple(shift["n"])
    design = rows_of(simulated, "weighting")[0]
    assert float(design["difference"]) == detail["weighting"]["difference"]
    place = detail["priorities"]["places"][0]
    row = rows_of(simulated, "priorities")[0]
    assert float(row["p_high_low"]) == place["probabilities"]["high_low"]


def test_a_part_that_was_not_computed_gives_one_row_with_its_reason(simulated: Simulated) -> None:
    reason = last(simulated[0])["detail"]["drivers"]["reason"]
    assert reason == "too_few_answers"
    rows = rows_of(simulated, "drivers")
    assert [(row["reason"], row["key"], row["share"]) for row in rows] == [(reason, "", "")]


def test_promises_carry_the_chance_over_the_whole_body(simulated: Simulated) -> None:
    family = simulated[0]["years"][-1]["detail"]["standards"]["rows"]
    rows = rows_of(simulated, "standards")
    assert [row["standard"] for row in rows] == ["satisfied55", "satisfied85"]
    assert [float(row["p_holm_body"]) for row in rows] == [one["p_holm"] for one in family]


def test_a_trend_has_its_line_and_two_tests_a_question(simulated: Simulated) -> None:
    block = last(simulated[0])["detail"]["trend"]
    rows = rows_of(simulated, "trend")
    assert [row["kind"] for row in rows].count("index") == 1
    assert float(rows[0]["slope"]) == block["line"]["slope"]
    assert rows[0]["first_wave"] == "2022"
    assert len(rows) == 1 + 2 * len(block["questions"])


def test_the_body_has_a_row_a_year_and_one_for_each_service(simulated: Simulated) -> None:
    folder = simulated[1] / "tables"
    assert [row["wave"] for row in read(folder, "body_years")] == [
        "2022", "2023", "2024", "2025", "2026",
    ]  # fmt: skip
    assert len(read(folder, "comparison")) == 5 * 10
    assert len(read(folder, "screening")) == 4 * 10 * 8


def test_no_cell_says_none_or_nan(simulated: Simulated) -> None:
    for name in COLUMNS:
        for row in read(simulated[1] / "tables", name):
            assert not {"None", "nan", "NaN", "inf", "[]", "{}"} & set(row.values()), (name, row)


def test_a_service_of_a_handful_has_no_row_in_the_detail(
    make_questionnaire: Callable[..., Any], make_wave: Callable[..., Any], tmp_path: Path
) -> None:
    questionnaire = make_questionnaire()
    few = ServiceWaves("few", "Few", make_wave(questionnaire, [[4, 4, 4, 4, 4]] * 9))
    write_tables(as_document([body_year("2026", [few])]), tmp_path)
    for name in ROWS:
        assert [row for row in read(tmp_path, name) if "few" in row.values()] == [], name


@pytest.mark.parametrize("name", ROWS)
def test_a_document_without_detail_has_tables_of_headings(name: str) -> None:
    year = {"wave": "2026", "common_shift": None, "wave_noise": {"tau": 0, "reason": "x"}}
    bare = {"services": [{"service": "a", "waves": [{"wave": "2026"}]}], "years": [year]}
    rows: Iterator[Json] = ROWS[name](bare)
    assert len(list(rows)) == (name == "body_years")

"""From an answers file with days to monthly control charts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import analysis
from analysis.__main__ import main
from analysis.data import Questionnaire
from analysis.monthly import monthly_series

Make = Callable[..., Any]
SCHEMA = json.loads((Path(analysis.__file__).parent / "control.schema.json").read_text("utf-8"))
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][:14]


def run(folder: Path, document: dict[str, Any], rows: list[str], *more: str) -> int:
    (folder / "q.json").write_text(json.dumps(document), "utf-8")
    (folder / "a.csv").write_text("\n".join(["day,q1,q2,overall", *rows]) + "\n", "utf-8")
    return main([
        "control", "--questionnaire", str(folder / "q.json"), "--answers", str(folder / "a.csv"),
        "--out", str(folder / "out"), *more,
    ])  # fmt: skip


def rows_of(month: str, satisfied: int, n: int) -> list[str]:
    good = [f"{month}-{1 + k % 28:02d},{4 + k % 2},4,5" for k in range(satisfied)]
    return good + [f"{month}-{1 + k % 28:02d},{2 + k % 2},3,2" for k in range(n - satisfied)]


def result(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "control.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


def test_a_month_beyond_the_limits_is_found(
    tmp_path: Path, document: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    counts = [32, 33, 31, 32, 34, 32, 31, 33, 32, 31, 33, 32, 32, 15]
    rows = [row for month, x in zip(MONTHS, counts, strict=True) for row in rows_of(month, x, 40)]

    assert run(tmp_path, document, rows) == 0

    share = result(tmp_path)["series"][0]
    # R: p <- sum(x)/560; z <- (x/40-p)/sqrt(p*(1-p)/40); mean(abs(diff(z)))/1.128
    assert share["centre"] == pytest.approx(100 * sum(counts) / 560)
    assert share["sigma_z"] == pytest.approx(0.849715833, abs=1e-9)
    assert share["months"][-1]["signals"] == ["beyond"]
    assert (share["stable"], share["few_points"]) == (False, True)
    # the mean sinks with the last month: the 8th to the 13th stand in a long row above it
    assert share["words"]["it"][0].startswith("Il processo dà segnali di cambiamento: 7 su 14")
    assert "Utenti soddisfatti, domanda complessiva: Il processo" in capsys.readouterr().out
    names = sorted(path.name for path in (tmp_path / "out" / "charts").iterdir())
    assert names == [
        "control-isu-narrow.svg", "control-isu.svg", "control-satisfied-narrow.svg",
        "control-satisfied.svg",
    ]  # fmt: skip


def test_the_index_is_a_chart_of_individual_values(
    tmp_path: Path, document: dict[str, Any]
) -> None:
    rows = [row for month in MONTHS for row in rows_of(month, 30, 40)]

    assert run(tmp_path, document, rows) == 0

    index = result(tmp_path)["series"][1]
    assert index["reason"] == "no_variance"
    assert {month["value"] for month in index["months"]} == {index["centre"]}
    assert index["stable"] is True


def test_the_same_answers_give_the_same_bytes(tmp_path: Path, document: dict[str, Any]) -> None:
    rows = [row for k, month in enumerate(MONTHS) for row in rows_of(month, 30 + k % 3, 40)]
    found = []
    for _ in range(2):
        assert run(tmp_path, document, rows) == 0
        files = sorted((tmp_path / "out").rglob("*.*"))
        found.append([path.read_bytes() for path in files])
    assert found[0] == found[1]


def test_a_small_month_hides_itself_and_one_more(tmp_path: Path, document: dict[str, Any]) -> None:
    sizes = [40, 35, 4, *[40] * 11]
    rows = [
        row for month, n in zip(MONTHS, sizes, strict=True) for row in rows_of(month, n // 2, n)
    ]

    assert run(tmp_path, document, rows) == 0

    share = result(tmp_path)["series"][0]
    # the yearly total is published: 4 alone would follow from it, so the 35 are left out too
    assert [month["n"] for month in share["months"]] == [40, None, None, *[40] * 11]
    hidden = share["months"][2]
    assert (hidden["value"], hidden["reason"], hidden["signals"]) == (None, "below_minimum", [])


def test_eleven_months_are_no_control_chart(tmp_path: Path, document: dict[str, Any]) -> None:
    rows = [row for month in MONTHS[:11] for row in rows_of(month, 30, 40)]

    assert run(tmp_path, document, rows, "--lang", "en") == 0

    share = result(tmp_path)["series"][0]
    assert share["reason"] == "fewer_than_twelve_points"
    assert all(month["value"] is None for month in share["months"])
    assert share["words"]["en"] == ["Fewer than 12 points: too few for a control chart."]


def test_months_that_are_all_too_small_are_not_told_as_no_answers(
    tmp_path: Path, document: dict[str, Any]
) -> None:
    rows = [row for month in MONTHS for row in rows_of(month, 3, 4)]

    assert run(tmp_path, document, rows) == 0

    share, index = result(tmp_path)["series"]
    assert share["reason"] == index["reason"] == "fewer_than_twelve_points"
    assert share["words"] == index["words"]


def test_forms_without_a_day_belong_to_no_month(tmp_path: Path, document: dict[str, Any]) -> None:
    rows = [row for month in MONTHS for row in rows_of(month, 30, 40)] + [",4,4,5"] * 12

    assert run(tmp_path, document, rows) == 0

    found = result(tmp_path)
    assert found["undated"] == 12
    assert sum(month["n"] for month in found["series"][0]["months"]) == 14 * 40


def test_a_file_without_days_ends_with_a_sentence(
    tmp_path: Path, document: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "a.csv").write_text("q1,q2,overall\n4,4,5\n", "utf-8")
    arguments = ["control", "--questionnaire", str(tmp_path / "q.json"), "--answers",
                 str(tmp_path / "a.csv"), "--out", str(tmp_path / "out")]  # fmt: skip

    assert main(arguments) == 2
    assert "manca la colonna «day»" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("row", "said"), [("2025-13-01,4,4,5", "errori: 1"), ("2025-01-01,9,4,5", "errori: 1")]
)
def test_a_faulty_row_writes_nothing(
    tmp_path: Path, document: dict[str, Any], capsys: pytest.CaptureFixture[str], row: str,
    said: str,
) -> None:  # fmt: skip
    assert run(tmp_path, document, [*rows_of("2025-01", 30, 40), row]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_ends_with_a_sentence(
    tmp_path: Path, document: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.json").write_text(json.dumps(document), "utf-8")
    for name, said in (("none.csv", "il file non si apre"), ("a.parquet", "file CSV")):
        assert main([
            "control", "--questionnaire", str(tmp_path / "q.json"), "--answers",
            str(tmp_path / name), "--out", str(tmp_path / "out"),
        ]) == 2  # fmt: skip
        assert said in capsys.readouterr().err


def test_nobody_makes_no_chart(make_questionnaire: Make) -> None:
    questionnaire: Questionnaire = make_questionnaire(profiles={})

    found = monthly_series(questionnaire, {})

    assert [one.reason for one in found] == ["no_trials", "fewer_than_twelve_points"]


def test_the_months_follow_the_method(make_questionnaire: Make, make_wave: Make) -> None:
    questionnaire = make_questionnaire(profiles={})
    rng = np.random.default_rng(5)
    tallies = {
        month: make_wave(questionnaire, rng.integers(2, 6, (50, 5))).tally for month in MONTHS
    }

    isu = monthly_series(questionnaire, tallies)[1]

    # mean +- 2.66 mean |moving range| (method, 6.6)
    values = np.array(isu.chart.values)
    half = 2.66 * np.abs(np.diff(values)).mean()
    assert isu.chart.upper[0] == pytest.approx(values.mean() + half)
    assert isu.chart.centre == pytest.approx(values.mean())


@pytest.fixture
def document(make_document: Make) -> dict[str, Any]:
    made: dict[str, Any] = make_document(items=2, dimensions=1, profiles={})
    return made


def test_a_file_given_twice_would_count_double(
    tmp_path: Path, document: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "." / "a.csv"

    assert run(tmp_path, document, rows_of("2025-01", 30, 40), "--answers", str(again)) == 2

    assert "il file è dato due volte" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_fault_in_drawing_leaves_the_earlier_months_as_they_were(
    tmp_path: Path, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for month in MONTHS for row in rows_of(month, 32, 40)]
    assert run(tmp_path, document, rows) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}

    def fail(*_: object, **__: object) -> None:
        raise ValueError("cannot be drawn")

    monkeypatch.setattr("analysis.charts.control.draw_control", fail)
    with pytest.raises(ValueError, match="cannot be drawn"):
        run(tmp_path, document, rows[:-40])

    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == before

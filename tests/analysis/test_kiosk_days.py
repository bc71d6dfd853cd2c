"""Forms of one kiosk and day are one cluster in an answers file too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import csv_in
from analysis.csv_in import AnswersError, read_answers
from analysis.data import Questionnaire
from analysis.parquet_in import iter_parquet

Make = Callable[..., Any]
HALL = "kiosk,2026-05-04,Atrio,1"


@pytest.fixture
def one(make_questionnaire: Make) -> Questionnaire:
    found: Questionnaire = make_questionnaire(items=1, dimensions=1, overall=False, profiles={})
    return found


@pytest.mark.parametrize(
    ("row", "together"),
    [
        (HALL, True),
        ("kiosk, 2026-05-04 ,Atrio ,2", True),
        ('kiosk,"2026-05-04","Atrio",', True),
        ("kiosk,2026-05-05,Atrio,1", False),
        ("kiosk,2026-05-04,Scale,1", False),
        ("kiosk,2026-05-04,,1", False),
        ("kiosk,,Atrio,1", False),
        ("web,2026-05-04,Atrio,1", False),
        (",2026-05-04,Atrio,1", False),
    ],
)
def test_only_the_same_place_and_day_of_a_kiosk_are_together(
    one: Questionnaire, tmp_path: Path, row: str, together: bool
) -> None:
    clusters = from_csv(tmp_path, one, HALL, "web,2026-05-04,Atrio,1", row)
    assert (clusters[2] == clusters[0]) is together
    assert clusters[0] < 0
    assert clusters[1] == 1
    assert (clusters[2] < 0) is (row.startswith("kiosk") and "2026" in row)
    assert from_parquet(tmp_path, one, HALL, row.replace('"', "")) == [
        clusters[0],
        *([clusters[2]] if clusters[2] < 0 else [1]),
    ]


def test_without_a_column_of_places_the_day_alone_tells(one: Questionnaire, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("q1,day,mode\n1,2026-05-04,kiosk\n2,2026-05-04,kiosk\n1,2026-05-06,kiosk\n")
    clusters = read_answers(path, one).cluster.tolist()
    assert clusters[0] == clusters[1] != clusters[2]
    assert max(clusters) < 0


def test_without_a_column_of_days_each_form_stands_alone(
    one: Questionnaire, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("q1,mode,place\n1,kiosk,Atrio\n2,kiosk,Atrio\n")
    assert read_answers(path, one).cluster.tolist() == [0, 1]


def test_a_cluster_keeps_its_number_over_blocks(
    one: Questionnaire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [HALL, "kiosk,2026-05-04,Scale,1", "web,,,1"] * 40
    whole = from_csv(tmp_path, one, *rows)
    monkeypatch.setattr(csv_in, "_BLOCK", 64)
    assert from_csv(tmp_path, one, *rows) == whole
    assert len({number for number in whole if number < 0}) == 2


def test_places_whose_names_begin_alike_are_apart(one: Questionnaire, tmp_path: Path) -> None:
    long = "Sportello del piano terra, palazzo degli uffici comunali di piazza grande".replace(
        ",", ""
    )
    clusters = from_csv(
        tmp_path, one, f"kiosk,2026-05-04,{long} A,1", f"kiosk,2026-05-04,{long} B,1"
    )
    assert clusters[0] != clusters[1]


@pytest.mark.parametrize(
    "day", ["2026-02-29", "2026-13-01", "2026-00-10", "2026/05/04", "20260504x", "0000-01-01"]
)
def test_a_day_that_is_none_is_a_fault(one: Questionnaire, tmp_path: Path, day: str) -> None:
    with pytest.raises(AnswersError) as caught:
        from_csv(tmp_path, one, HALL, f"kiosk,{day},Atrio,1")
    assert [(fault.line, fault.column, fault.code) for fault in caught.value.faults] == [
        (3, 2, "day")
    ]


def from_csv(folder: Path, questionnaire: Questionnaire, *rows: str) -> list[int]:
    path = folder / "answers.csv"
    path.write_text("\n".join(["mode,day,place,q1", *rows]), encoding="utf-8")
    clusters: list[int] = read_answers(path, questionnaire).cluster.tolist()
    return clusters


def from_parquet(folder: Path, questionnaire: Questionnaire, *rows: str) -> list[int]:
    path = folder / "answers.parquet"
    cells = zip(*(row.split(",") for row in rows), strict=True)
    names = ("mode", "day", "place", "q1")
    pq.write_table(
        pa.table({name: list(column) for name, column in zip(names, cells, strict=True)}), path
    )
    (chunk,) = iter_parquet(path, questionnaire)
    clusters: list[int] = chunk.cluster.tolist()
    return clusters

"""Parquet is read as the CSV of the same table would be."""

import csv
import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.__main__ import main
from analysis.csv_in import AnswersError, iter_answers
from analysis.data import Questionnaire, read_questionnaire
from analysis.faults import Fault
from analysis.parquet_in import iter_parquet
from analysis.tally import tally_stream

REFERENCE = Path(__file__).parent.parent / "reference"
SOMERVILLE = REFERENCE / "somerville_2015.csv"
QUESTIONNAIRE = REFERENCE / "somerville_questionnaire.json"


def test_text_and_number_columns_give_the_tally_of_the_csv(tmp_path: Path) -> None:
    questionnaire = read_questionnaire(json.loads(QUESTIONNAIRE.read_text("utf-8")))
    with SOMERVILLE.open(encoding="utf-8") as stream:
        names, *rows = csv.reader(stream)
    texts = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    wanted = tally_stream(questionnaire, iter_answers(SOMERVILLE, questionnaire)).digest()

    kinds: dict[str, Callable[[list[str]], pa.Array]] = {
        "text": pa.array,
        "int8": lambda cells: pa.array([int(c) if c else None for c in cells], pa.int8()),
        "float": lambda cells: pa.array([float(c) if c else None for c in cells], pa.float32()),
        "dictionary": lambda cells: pa.array(cells).dictionary_encode(),
    }
    for kind, column in kinds.items():
        path = tmp_path / f"{kind}.parquet"
        pq.write_table(pa.table({name: column(cells) for name, cells in texts.items()}), path)
        found = tally_stream(questionnaire, iter_parquet(path, questionnaire))
        assert found.digest() == wanted, kind


def test_several_chunks_give_one_tally_and_number_the_forms_on(
    tmp_path: Path, questionnaire: Questionnaire
) -> None:
    n = 300_000
    rng = np.random.default_rng(1)
    path = write(tmp_path, {key: rng.integers(1, 6, n) for key in ("q1", "q2", "overall")})

    chunks = list(iter_parquet(path, questionnaire))

    assert [len(chunk) for chunk in chunks] == [131_072, 131_072, 37_856]
    assert int(chunks[-1].cluster[-1]) == n - 1
    assert chunks[0].weight is None


def test_dates_lists_weights_modes_and_nulls_are_read(
    tmp_path: Path, questionnaire: Questionnaire
) -> None:
    day = datetime.date(2026, 3, 31)
    path = write(
        tmp_path,
        {
            "q1": [5, None], "q2": ["NS", "?"], "overall": [4.0, 3.0],
            "reasons": pa.array([[1, 2], None], pa.list_(pa.int8())),
            "day": [day, None], "mode": ["web", None], "weight": [1.5, 2.0], "serial": [7, 8],
            "lang": ["it", "en"],
        },
    )  # fmt: skip

    (chunk,) = iter_parquet(path, questionnaire)

    assert chunk.ratings.tolist() == [[5, -1, 4], [-3, -4, 3]]
    assert chunk.mode.tolist() == [0, -1]
    assert chunk.weight is not None
    assert chunk.weight.tolist() == [1.5, 2.0]


COLUMNS: dict[str, list[Any]] = {
    "q1": ["5", "9", " 4 ", ""],
    "q2": ["NS", "x", "NP", "3"],
    "overall": ["1", "4.5", "-1", "NS"],
    "reasons": ["1|2", "1|1", "3", ""],
    "mode": ["web", "fax", "", "kiosk"],
    "day": ["2026-03-31", "2026-02-30", "yesterday", ""],
    "weight": ["1,5", "0", "", "2"],
    "serial": ["A1", "A2", " A1", ""],
}


def test_faults_are_those_of_the_csv_of_the_same_table(
    tmp_path: Path, questionnaire: Questionnaire
) -> None:
    text = tmp_path / "same.csv"
    with text.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(zip(*COLUMNS.values(), strict=True))

    from_csv = faults(iter_answers, text, questionnaire)

    assert len(from_csv) > 10
    assert faults(iter_parquet, write(tmp_path, COLUMNS), questionnaire) == from_csv


@pytest.mark.parametrize(
    "names",
    [["q1", "q2"], ["q1", "q2", "overall", "colour"], ["q1", "q2", "overall", "a;b,c\n"]],
)
def test_wrong_columns_are_named_before_anything_is_read(
    tmp_path: Path, questionnaire: Questionnaire, names: list[str]
) -> None:
    found = faults(iter_parquet, write(tmp_path, {name: [1] for name in names}), questionnaire)

    code = "missing_column" if len(names) == 2 else "unknown_column"
    assert [fault.code for fault in found] == [code]


def test_numbers_that_are_no_codes_are_faults_with_their_row(
    tmp_path: Path, questionnaire: Questionnaire
) -> None:
    columns = {"q1": [5, 6, -1], "q2": [1.0, 4.5, float("nan")], "overall": [True, None, False]}

    found = faults(iter_parquet, write(tmp_path, columns), questionnaire)

    assert [(fault.line, fault.column, fault.value) for fault in found] == [
        (2, 3, "True"), (3, 1, "6"), (3, 2, "4.5"), (4, 1, "-1"), (4, 2, "nan"), (4, 3, "False"),
    ]  # fmt: skip


def test_a_file_without_rows_gives_no_chunk(tmp_path: Path, questionnaire: Questionnaire) -> None:
    empty = {key: pa.array([], pa.int8()) for key in ("q1", "q2", "overall")}

    assert list(iter_parquet(write(tmp_path, empty), questionnaire)) == []


def test_the_command_reads_parquet_beside_csv(tmp_path: Path) -> None:
    table = pa.table(_somerville())
    pq.write_table(table, tmp_path / "b.parquet")

    assert run(tmp_path, f"2014={SOMERVILLE}", f"2015={tmp_path / 'b.parquet'}") == 0

    document = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    one, two = document["services"][0]["waves"]
    assert one["data_hash"] == two["data_hash"]
    assert main(["verify", str(tmp_path / "out" / "manifest.json")]) == 0


@pytest.mark.parametrize("content", [b"", b"not parquet at all", b"PAR1" + bytes(40) + b"PAR1"])
def test_what_is_no_parquet_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(content)

    assert run(tmp_path, f"2015={bad}") == 2
    assert "bad.parquet: non è un file Parquet leggibile" in capsys.readouterr().err


def test_a_parquet_file_that_is_not_there_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "2015=/nowhere/a.parquet") == 2
    assert "/nowhere/a.parquet: il file non si apre" in capsys.readouterr().err


def test_without_pyarrow_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    code = (
        "import sys; sys.modules['pyarrow'] = None; from analysis.__main__ import main; "
        f"sys.exit(main(['run', '--questionnaire', {str(QUESTIONNAIRE)!r}, "
        f"'--wave', '2015={tmp_path / 'a.parquet'}', '--out', {str(tmp_path / 'o')!r}]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, check=False, text=True, cwd=REFERENCE.parent.parent,
    )  # fmt: skip

    assert done.returncode == 2
    assert "serve pyarrow: pip install 'gradimento[scale]'" in done.stderr
    assert "Traceback" not in done.stderr


def _somerville() -> dict[str, list[int | None]]:
    with SOMERVILLE.open(encoding="utf-8") as stream:
        names, *rows = csv.reader(stream)
    columns = zip(*rows, strict=True)
    return {
        name: [int(cell) if cell else None for cell in column]
        for name, column in zip(names, columns, strict=True)
    }


def faults(read: Callable[..., Any], path: Path, questionnaire: Questionnaire) -> tuple[Fault, ...]:
    with pytest.raises(AnswersError) as caught:
        list(read(path, questionnaire))
    return caught.value.faults


def write(folder: Path, columns: dict[str, Any]) -> Path:
    path = folder / "answers.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def run(folder: Path, *waves: str) -> int:
    arguments = ["run", "--questionnaire", str(QUESTIONNAIRE), "--out", str(folder / "out")]
    return main([*arguments, *(f"--wave={wave}" for wave in waves)])


@pytest.fixture
def questionnaire(make_document: Callable[..., dict[str, Any]]) -> Questionnaire:
    document = make_document(items=2, dimensions=0, profiles={})
    label = {"it": "x", "en": "x"}
    document["sections"][0]["questions"].append(
        {
            "key": "reasons", "kind": "multiple_choice", "role": "other", "text": label,
            "options": [{"code": code, "label": label} for code in (1, 2)],
        }
    )  # fmt: skip
    return read_questionnaire(document)

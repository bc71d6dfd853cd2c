"""Answers files: every accepted shape, and every fault with its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import csv_in
from analysis.csv_in import AnswersError, iter_answers, read_answers
from analysis.data import Questionnaire, Status, read_questionnaire
from analysis.faults import LISTED, Fault
from analysis.tally import tally_responses, tally_stream

Make = Callable[..., Any]


def test_codes_and_statuses_are_read_and_modes_too(two: Questionnaire, tmp_path: Path) -> None:
    path = _file(tmp_path, "q1,q2,mode\n5,,web\nNS,NP,paper\n?,1,\n")

    found = read_answers(path, two)

    assert found.ratings.tolist() == [[5, -3], [-1, -2], [-4, 1]]
    assert found.mode.tolist() == [0, 2, -1]
    assert found.cluster.tolist() == [0, 1, 2]


SHAPES = {
    "plain": b"q1,q2,mode,serial\n5,4,web,1\n3,NS,kiosk,2\n",
    "semicolons": b"q1;q2;mode;serial\n5;4;web;1\n3;NS;kiosk;2\n",
    "bom": b"\xef\xbb\xbfq1,q2,mode,serial\n5,4,web,1\n3,NS,kiosk,2\n",
    "crlf": b"q1,q2,mode,serial\r\n5,4,web,1\r\n3,NS,kiosk,2\r\n",
    "no last newline": b"q1,q2,mode,serial\n5,4,web,1\n3,NS,kiosk,2",
    "quoted": b'"q1","q2",mode,serial\n"5",4,"web",1\n3,"NS",kiosk,"2"\n',
    "quoted crlf": b'"q1",q2,mode,serial\r\n"5",4,web,1\r\n3,NS,kiosk,2\r\n',
    "blanks around": b"q1, q2 ,mode,serial\n 5,4 ,web , 1\n3, NS,kiosk,2\n",
    "empty lines": b"q1,q2,mode,serial\n5,4,web,1\n\n3,NS,kiosk,2\n\n",
    "other order": b"serial,mode,q2,q1\n1,web,4,5\n2,kiosk,NS,3\n",
    "other columns": b"q1,q2,mode,serial,day,place,lang\n5,4,web,1,2026-03-31,urp,it\n"
    b"3,NS,kiosk,2,,,\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_accepted_shape_reads_the_same(
    two: Questionnaire, tmp_path: Path, shape: str
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(SHAPES[shape])

    found = read_answers(path, two)

    assert found.ratings.tolist() == [[5, 4], [3, -1]]
    assert found.mode.tolist() == [0, 1]


def test_ten_is_not_one(make_questionnaire: Make, tmp_path: Path) -> None:
    questionnaire = make_questionnaire(
        items=1, dimensions=1, bounds=(0, 10), overall=False, profiles={}
    )

    found = read_answers(_file(tmp_path, "q1\n10\n1\n0\n\n"), questionnaire)

    assert found.ratings[:, 0].tolist() == [10, 1, 0, Status.BLANK]


def test_comments_may_hold_newlines_quotes_and_separators(
    with_extras: Questionnaire, tmp_path: Path
) -> None:
    path = _file(tmp_path, 'q1,note,where,visits\n5,"una, ""due""\ntre",1|2,3\n4,caffè,2,NS\n')

    found = read_answers(path, with_extras)

    assert found.ratings[:, 0].tolist() == [5, 4]


def test_weights_are_kept_apart(two: Questionnaire, tmp_path: Path) -> None:
    path = _file(tmp_path, "q1;q2;weight\n5;4;1,5\n3;3;0.25\n")

    found = read_answers(path, two)

    assert found.weight is not None
    assert found.weight.tolist() == [1.5, 0.25]


def test_profile_columns_are_read_too(make_questionnaire: Make, tmp_path: Path) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)

    found = read_answers(_file(tmp_path, "sex,q1,age_class,day\n2,5,3,  \n,4, 1,\n"), questionnaire)

    assert found.profiles.tolist() == [[3, 2], [1, Status.BLANK]]


def test_only_a_heading_means_nobody_answered(two: Questionnaire, tmp_path: Path) -> None:
    found = read_answers(_file(tmp_path, "q1,q2\n"), two)

    assert len(found) == 0
    assert found.ratings.shape == (0, 2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("q1,q2,q9\n1,1,1\n", Fault(1, 3, "unknown_column", "q9")),
        ("q1,q2,q1\n1,1,1\n", Fault(1, 3, "duplicate_column", "q1")),
        ("q1\n1\n", Fault(1, 0, "missing_column", "q2")),
        ("q1,q2\n1,2\n1\n", Fault(3, 0, "cells", "1", "2")),
        ("q1,q2\n1,2,3\n", Fault(2, 0, "cells", "3", "2")),
        ("q1,q2\n1,6\n", Fault(2, 2, "unknown_code", "6", "NS, NP, ?, 1, 2, 3, 4, 5", "q2")),
        ("q1,q2\n4,5;4\n", Fault(2, 2, "unknown_code", "5;4", "", "q2")),
        ("q1,q2,mode\n1,2,fax\n", Fault(2, 3, "mode", "fax", "web, kiosk, paper, phone", "mode")),
        ("q1,q2,day\n1,2,31/03/2026\n", Fault(2, 3, "day", "31/03/2026", "", "day")),
        ("q1,q2,day\n1,2,2026-02-30\n", Fault(2, 3, "day", "2026-02-30", "", "day")),
        ("q1,q2,weight\n1,2,0\n", Fault(2, 3, "weight", "0", "", "weight")),
        ("q1,q2,weight\n1,2,nan\n", Fault(2, 3, "weight", "nan", "", "weight")),
        ("q1,q2,weight\n1,2,\n", Fault(2, 3, "weight", "", "", "weight")),
        ("q1,q2,serial\n1,2,A7\n1,2,A8\n1,2,A7\n", Fault(4, 3, "duplicate_serial", "A7")),
        ("q1,q2,serial\n1,2,7\n1,2,\n1,2, 7\n", Fault(4, 3, "duplicate_serial", "7")),
        ("q1,q2\n1,2,3\n4\n", Fault(2, 0, "cells", "3", "2")),
        ("q1,q2,serial\n1,2,A7 \n1,2,A7\n", Fault(3, 3, "duplicate_serial", "A7")),
        ('q1,q2\n"1,2\n', Fault(2, 0, "quotes")),
        ('q1,q2\n"1"x,2\n', Fault(2, 0, "quotes")),
        ("", Fault(0, 0, "empty_file")),
        ("\n", Fault(1, 0, "empty_file")),
    ],
)
def test_each_fault_is_named_with_its_place(
    two: Questionnaire, tmp_path: Path, content: str, expected: Fault
) -> None:
    faults = _faults(_file(tmp_path, content), two)

    first = faults[0]
    assert (first.line, first.column, first.code, first.value) == (
        expected.line, expected.column, expected.code, expected.value,
    )  # fmt: skip
    assert len({fault.code for fault in faults}) == 1
    assert faults[0].expected == expected.expected or not expected.expected


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"q1,q2\n1,2\n1,\xe8\n", 3, "not_utf8"),
        (b"q\xe8,q2\n1,2\n", 1, "not_utf8"),
        ("q1,q2\n1,2\n".encode("utf-16"), 1, "nul"),
        (b"q1,q2\n1,2\n1,\x002\n", 3, "nul"),
        (b"PK\x03\x04\x14\x00\x00", 1, "nul"),
    ],
)
def test_a_file_that_is_not_utf8_text_is_refused(
    two: Questionnaire, tmp_path: Path, content: bytes, line: int, code: str
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)

    faults = _faults(path, two)

    assert [(fault.line, fault.code) for fault in faults] == [(line, code)]


def test_a_status_the_form_does_not_offer_is_refused(
    make_questionnaire: Make, tmp_path: Path
) -> None:
    changes = {"q1": {"allows": ["na"]}}
    questionnaire = make_questionnaire(
        items=1, dimensions=1, changes=changes, overall=False, profiles={}
    )

    assert _faults(_file(tmp_path, "q1\nNP\nNS\n"), questionnaire)[0].line == 3


@pytest.mark.parametrize(
    "row", ["5,x,3,2", "5,x,1|3,2", "5,x,1|1,2", "5,x,1,-1", "5,x,1,21", "5,x,1,1.5", "5,x,1,NP"]
)
def test_several_choices_and_numbers_are_checked_though_not_counted(
    with_extras: Questionnaire, tmp_path: Path, row: str
) -> None:
    assert len(_faults(_file(tmp_path, f"q1,note,where,visits\n{row}\n"), with_extras)) == 1


def test_all_faults_are_listed_and_nothing_is_kept(two: Questionnaire, tmp_path: Path) -> None:
    path = _file(tmp_path, "q1,q2,mode\n9,2,web\n1,2,fax\n1\n1,2,web\n1,0,web\n")

    with pytest.raises(AnswersError) as raised:
        read_answers(path, two)

    assert [(f.line, f.column) for f in raised.value.faults] == [(2, 1), (3, 3), (4, 0), (6, 2)]
    assert raised.value.message().startswith("riga 2, colonna 1 (q1): «9» non è una risposta")
    assert raised.value.message("en").startswith("line 2, column 1 (q1): “9” is not an answer")


def test_very_many_faults_are_counted_but_not_all_listed(
    two: Questionnaire, tmp_path: Path
) -> None:
    path = _file(tmp_path, "q1,q2\n" + "7,7\n" * LISTED)

    with pytest.raises(AnswersError) as raised:
        read_answers(path, two)

    assert raised.value.total == 2 * LISTED
    assert len(raised.value.faults) == LISTED
    assert raised.value.message().endswith("… e altri 1000")
    assert raised.value.message("en").endswith("… and 1000 more faults")


def test_a_long_wrong_cell_is_shortened_in_the_message() -> None:
    message = Fault(2, 1, "unknown_code", "x" * 500, "1, 2").message()

    assert len(message) < 120


def test_blocks_of_any_size_give_the_same_answers(
    two: Questionnaire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f'{i % 5 + 1},"{(i * 7) % 5 + 1}",{i}\n' if i % 9 == 0
                   else f"{i % 5 + 1},{(i * 7) % 5 + 1},{i}\n" for i in range(300))  # fmt: skip
    path = _file(tmp_path, "q1,q2,serial\n" + rows)
    whole = read_answers(path, two)

    monkeypatch.setattr(csv_in, "_BLOCK", 61)
    chunks = list(iter_answers(path, two))

    assert len(chunks) > 20
    assert np.array_equal(np.vstack([chunk.ratings for chunk in chunks]), whole.ratings)
    assert np.concatenate([chunk.cluster for chunk in chunks]).tolist() == list(range(300))
    assert tally_stream(two, chunks) == tally_responses(two, whole)


def test_lines_are_counted_across_blocks(
    two: Questionnaire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_in, "_BLOCK", 50)
    path = _file(tmp_path, "q1,q2\n" + "1,2\n" * 100 + '"4",9\n' + "1,2\n" * 30 + "8,1\n")

    assert [fault.line for fault in _faults(path, two)] == [102, 133]


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_memory(
    two: Questionnaire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_in, "_BLOCK", 64)
    monkeypatch.setattr(csv_in, "_LONGEST_ROW", 256)
    path = _file(tmp_path, 'q1,q2\n1,2\n"' + "1,2\n" * 400)

    assert {fault.code for fault in _faults(path, two)} == {"long_row"}


def test_a_very_long_row_is_refused_and_never_cuts_the_file_short(
    with_extras: Questionnaire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_in, "_BLOCK", 64)
    monkeypatch.setattr(csv_in, "_LONGEST_ROW", 256)
    path = _file(tmp_path, "q1,note\n1," + "x" * 500 + "\n" + "1,y\n" * 100)

    assert [fault.code for fault in _faults(path, with_extras)] == ["long_row"]


@pytest.mark.parametrize("mark", ["", '"'])
def test_a_comment_of_a_million_characters_is_read(
    with_extras: Questionnaire, tmp_path: Path, mark: str
) -> None:
    comment = mark + "x" * 1_000_000 + mark
    path = _file(tmp_path, f"q1,note,serial\n1,{comment},A\n5,z,B\n")

    assert read_answers(path, with_extras).ratings[:, 0].tolist() == [1, 5]
    path = _file(tmp_path, f"q1,note,serial\n1,{comment},A\n5,z,A\n")
    assert [fault.code for fault in _faults(path, with_extras)] == ["duplicate_serial"]


def test_a_heading_of_a_million_characters_is_an_unknown_column(
    two: Questionnaire, tmp_path: Path
) -> None:
    path = _file(tmp_path, "q1,q2," + "x" * 1_000_000 + "\n1,2,3\n")

    assert [fault.code for fault in _faults(path, two)] == ["unknown_column"]


def test_lines_that_end_with_a_carriage_return_alone_are_refused(
    two: Questionnaire, tmp_path: Path
) -> None:
    found = _faults(_file(tmp_path, "q1,q2\r1,2\r3,4\r"), two)

    assert [fault.code for fault in found] == ["line_ends"]
    assert "CR" in found[0].message()


@pytest.mark.parametrize("cell", ["１", "1_0", "inf", "nan", "0", "-1", ""])
def test_what_only_looks_like_a_weight_is_refused(
    two: Questionnaire, tmp_path: Path, cell: str
) -> None:
    found = _faults(_file(tmp_path, f"q1,q2,weight\n1,2,{cell}\n"), two)

    assert [fault.code for fault in found] == ["weight"]


def test_progress_is_told_in_bytes(two: Questionnaire, tmp_path: Path) -> None:
    path = _file(tmp_path, "q1,q2\n1,2\n")
    told: list[tuple[int, int]] = []

    list(iter_answers(path, two, progress=lambda done, size: told.append((done, size))))

    assert told == [(10, 10)]


CELLS = st.sampled_from(["1", "2", "5", "", "NS", "NP", "?", " 3", "6", "x", "10", "é", "-1"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=12))
def test_the_fast_and_the_careful_way_agree(
    two: Questionnaire, tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    plain = _file(tmp_path, "q1,q2\n" + "".join(f"{a},{b}\n" for a, b in rows))
    outcome = _outcome(plain, two)

    quoted = _file(tmp_path, "q1,q2\n" + "".join(f'"{a}","{b}"\n' for a, b in rows))

    assert _outcome(quoted, two) == outcome


def _outcome(path: Path, questionnaire: Questionnaire) -> Any:
    try:
        return read_answers(path, questionnaire).ratings.tolist()
    except AnswersError as error:
        return error.faults


def _faults(path: Path, questionnaire: Questionnaire) -> tuple[Fault, ...]:
    with pytest.raises(AnswersError) as raised:
        list(iter_answers(path, questionnaire))
    return raised.value.faults


def _file(folder: Path, content: str) -> Path:
    path = folder / "answers.csv"
    path.write_bytes(content.encode())
    return path


@pytest.fixture
def two(make_questionnaire: Make) -> Questionnaire:
    found: Questionnaire = make_questionnaire(items=2, dimensions=1, overall=False, profiles={})
    return found


@pytest.fixture
def with_extras(make_document: Make) -> Questionnaire:

    document = make_document(items=1, dimensions=1, overall=False, profiles={})
    text = {"it": "x", "en": "x"}
    options = [{"code": 1, "label": text}, {"code": 2, "label": text}]
    where = {"key": "where", "kind": "multiple_choice", "role": "other", "options": options}
    visits = {"key": "visits", "kind": "number", "role": "other", "maximum": 20, "allows": ["dk"]}
    note = {"key": "note", "kind": "long_text", "role": "comment"}
    document["sections"][0]["questions"] += [
        {**question, "text": text} for question in (note, where, visits)
    ]
    return read_questionnaire(document)

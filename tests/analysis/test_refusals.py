"""Why a document is refused, in the language of who runs the command."""

import ast
import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import analysis
from analysis.__main__ import main
from analysis.refusals import _TEXTS, DocumentError

Make = Callable[..., Any]
ROOT = Path(analysis.__file__).parent
SAID = [
    ("q.json", {"format": "x"}, "atteso 'gradimento/questionnaire/1', trovato 'x'"),
    ("q.json", [], "documento: serve un oggetto, trovato un elenco"),
    ("s.json", {"format": "gradimento/standards/1"}, "standards: serve un elenco di almeno uno"),
    ("u.json", {"2026": {"sex": {"7": 4}}}, "2026: utenti per 'sex': non c'è l'opzione 7"),
    ("u.json", {"2026": {"sex": {"1": -4}}}, "2026.sex.1: serve un numero di utenti, trovato -4"),
    ("u.json", {"2025": {}}, "2025: di questa rilevazione non ci sono risposte"),
    ("u.json", {"2026": {"sex": {"1": 5}, "age_class": {"1": 9}}},
     "2026: i totali degli utenti per classe sono diversi: sex 5, age_class 9"),
    ("u.json", {"2026": {"sex": {"1": 5, "01": 5}}}, "utenti per 'sex': un solo numero"),
    ("a.json", {"format": "gradimento/counts/1", "n": 5, "items": {"zz": {}}},
     "non c'è la domanda a scala 'zz'"),
    ("a.json", {"format": "gradimento/counts/1", "n": -1}, "n: serve un numero di questionari"),
    ("a.json", {"format": "gradimento/counts/1", "n": 5, "items": {"q1": {"counts": {"x": 1}}}},
     "items.q1: un codice è un numero intero, trovato 'x'"),
]  # fmt: skip


@pytest.mark.parametrize("refused", SAID, ids=lambda refused: refused[2])
def test_an_italian_run_says_in_italian_what_is_wrong_with_a_document(
    tmp_path: Path,
    make_document: Make,
    capsys: pytest.CaptureFixture[str],
    refused: tuple[str, Any, str],
) -> None:
    name, content, words = refused
    good = {
        "q.json": make_document(items=2),
        "a.json": {"format": "gradimento/counts/1", "n": 9, "items": {}},
    }
    for file, document in {**good, name: content}.items():
        (tmp_path / file).write_text(json.dumps(document), "utf-8")
    options = {"s.json": "--standards", "u.json": "--users-by"}
    more = [f"{options[name]}={tmp_path / name}"] if name in options else []

    code = main([
        "run", f"--questionnaire={tmp_path / 'q.json'}", f"--wave=2026={tmp_path / 'a.json'}",
        f"--out={tmp_path / 'out'}", *more,
    ])  # fmt: skip

    said = capsys.readouterr().err
    assert code == 2
    assert f"{name}: " in said
    assert words in said
    assert not (tmp_path / "out").exists()


def test_a_promise_that_cannot_be_is_refused_in_italian_with_its_whole_place(
    tmp_path: Path, make_document: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    promise = {
        "key": "a", "service": "servizio", "text": {"it": "A"}, "promised": 120,
        "indicator": {"kind": "satisfied_share"},
    }  # fmt: skip
    (tmp_path / "q.json").write_text(json.dumps(make_document(items=2)), "utf-8")
    standards = {"format": "gradimento/standards/1", "standards": [promise]}
    (tmp_path / "s.json").write_text(json.dumps(standards), "utf-8")
    arguments = [
        "run", f"--questionnaire={tmp_path / 'q.json'}", "--wave=2026=a.csv",
        f"--standards={tmp_path / 's.json'}", f"--out={tmp_path / 'out'}",
    ]  # fmt: skip

    assert main(arguments) == 2
    assert "standards[0].promised: serve un numero tra 0 e 100, non 120" in capsys.readouterr().err
    assert main([*arguments, "--lang", "en"]) == 2
    assert "promised: a number between 0 and 100 is needed, not 120" in capsys.readouterr().err


def test_a_number_too_long_for_json_is_no_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.json").write_text("9" * 5000, "utf-8")
    question = f"--questionnaire={tmp_path / 'q.json'}"

    assert main(["run", question, "--wave=1=a.csv", f"--out={tmp_path / 'o'}"]) == 2
    assert "non è JSON valido" in capsys.readouterr().err


def test_the_months_and_the_verification_refuse_in_italian_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.json").write_text("[]", "utf-8")
    where = ["--answers", "a.csv", "--out", str(tmp_path / "o")]

    assert main(["control", "--questionnaire", str(tmp_path / "q.json"), *where]) == 2
    assert "documento: serve un oggetto" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "q.json")]) == 2
    assert "manifest: serve un oggetto, trovato un elenco" in capsys.readouterr().err


def test_every_text_is_used_and_both_languages_say_the_same_values() -> None:
    used = {
        call.args[0].value
        for path in ROOT.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "DocumentError"
        and isinstance(call.args[0], ast.Constant)
    }
    assert used == set(_TEXTS)
    for italian, english in _TEXTS.values():
        assert _fields(italian) == _fields(english)


def test_a_part_of_a_place_keeps_what_it_says() -> None:
    error = DocumentError("number", "promised", found="x")

    assert str(error.within("standards[2]")) == (
        "standards[2].promised: a number is needed, found 'x'"
    )
    assert error.within("s").message("it") == "s.promised: serve un numero, trovato 'x'"


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

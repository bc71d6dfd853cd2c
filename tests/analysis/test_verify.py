"""A published year can be computed again, and what was touched afterwards is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.__main__ import main
from analysis.manifest import NAME, as_text, read_manifest, text_sha256

REFERENCE = Path(__file__).parent.parent / "reference"


def test_an_untouched_year_is_verified(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(published / "out" / NAME)]) == 0

    assert capsys.readouterr().out == (
        "Verificato: 2 rilevazioni ricalcolate, risultati uguali a quelli pubblicati.\n"
    )


def test_the_manifest_names_inputs_choices_and_programs(published: Path) -> None:
    document = json.loads((published / "out" / NAME).read_text("utf-8"))

    assert [(one["wave"], one["file"]) for one in document["waves"]] == [
        ("2014", "../a.csv"), ("2015", "../b.csv"),
    ]  # fmt: skip
    assert document["waves"][1]["users_served"] == 900
    assert document["parameters"]["delta"] == 4.0
    assert (document["design"], document["body"]) == ("census_invited", "Comune di prova")
    assert document["lifted"] == {"2015": "nuova sede; firma il responsabile URP"}
    assert document["method_version"] == "1"
    assert len(document["code"]["source"]) == 64
    assert str(published) not in json.dumps(document)
    assert read_manifest(document).as_document() == document


def test_another_answer_is_found_in_the_file_and_in_the_figures(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = published / "b.csv"
    lines = answers.read_text("utf-8").splitlines()
    lines[1] = "1,5,5,5,5,5,5" if lines[1] != "1,5,5,5,5,5,5" else "0,1,1,1,1,1,1"
    answers.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert main(["verify", str(published / "out" / NAME), "--lang", "en"]) == 1

    said = capsys.readouterr().out
    assert "b.csv: not the file of the publication" in said
    assert "a.csv" not in said
    assert "services[0].waves[1].data_hash: published" in said
    assert "more differences" in said
    assert "Not verified" in said


def test_a_figure_touched_after_publication_is_named_with_both_values(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = published / "out" / "results.json"
    document = json.loads(results.read_text("utf-8"))
    index = document["services"][0]["waves"][1]["isu"]
    index["value"] = 80.0
    results.write_text(json.dumps(document), encoding="utf-8")

    assert main(["verify", str(published / "out" / NAME)]) == 1

    said = capsys.readouterr().out.splitlines()
    assert "modificato dopo la pubblicazione" in said[0]
    assert said[1].startswith(
        "services[0].waves[1].isu.value: pubblicato 80.0, ricalcolato 65.2097"
    )
    assert said[2] == "Non verificato: 2 differenze."


def test_a_forger_who_also_mends_the_manifest_is_found_by_the_figures(
    published: Path, change: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    results = published / "out" / "results.json"
    forged = results.read_text("utf-8").replace('"forms": 143', '"forms": 144')
    results.write_text(forged, encoding="utf-8")
    change(results={"file": "results.json", "sha256": text_sha256(forged)})

    assert main(["verify", str(published / "out" / NAME)]) == 1
    assert "forms: pubblicato 144, ricalcolato 143" in capsys.readouterr().out


def test_another_parameter_changes_the_results(
    published: Path, change: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((published / "out" / NAME).read_text("utf-8"))
    change(parameters={**manifest["parameters"], "delta": 6.0})

    assert main(["verify", str(published / "out" / NAME)]) == 1
    assert "parameters.delta: pubblicato 4.0, ricalcolato 6.0" in capsys.readouterr().out


def test_another_program_with_the_same_figures_is_a_note_and_no_difference(
    published: Path, change: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((published / "out" / NAME).read_text("utf-8"))
    change(code={**manifest["code"], "numpy": "1.0"}, method_version="0")

    assert main(["verify", str(published / "out" / NAME)]) == 0

    said = capsys.readouterr().out
    assert "programma (numpy): pubblicato con 1.0" in said
    assert "versione del metodo: pubblicato con 0, ricalcolato con 1" in said


@pytest.mark.parametrize(("code", "verdict"), [({"numpy": "1.0"}, 0), ({}, 1)])
def test_new_words_for_the_same_figures_are_a_note_if_the_program_is_another(
    published: Path,
    change: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    code: dict[str, str],
    verdict: int,
) -> None:
    results = published / "out" / "results.json"
    document = json.loads(results.read_text("utf-8"))
    document["services"][0]["waves"][1]["change"]["words"]["it"]["headline"] = "Come allora."
    results.write_text(as_text(document), encoding="utf-8")
    manifest = json.loads((published / "out" / NAME).read_text("utf-8"))
    change(
        results={"file": "results.json", "sha256": text_sha256(as_text(document))},
        code={**manifest["code"], **code},
    )

    assert main(["verify", str(published / "out" / NAME)]) == verdict
    assert ("con le stesse cifre: 1" in capsys.readouterr().out) == (verdict == 0)


def test_last_digits_may_differ_and_are_noted(
    published: Path, change: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    results = published / "out" / "results.json"
    document = json.loads(results.read_text("utf-8"))
    document["services"][0]["waves"][1]["isu"]["value"] += 1e-13
    results.write_text(as_text(document), encoding="utf-8")
    change(results={"file": "results.json", "sha256": text_sha256(as_text(document))})

    assert main(["verify", str(published / "out" / NAME)]) == 0
    assert "le ultime cifre differiscono" in capsys.readouterr().out


def test_results_that_are_not_there_are_checked_by_their_hash(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (published / "out" / "results.json").unlink()

    assert main(["verify", str(published / "out" / NAME)]) == 0
    assert "confronto con la sola impronta" in capsys.readouterr().out


def test_files_kept_elsewhere_are_found_by_name(published: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("a.csv", "b.csv", "q.json"):
        shutil.move(published / name, elsewhere / name)

    assert main(["verify", str(published / "out" / NAME)]) == 2
    assert main(["verify", str(published / "out" / NAME), "--data", str(elsewhere)]) == 0


def test_answers_that_can_no_longer_be_read_are_a_difference(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (published / "b.csv").write_text("hap,X1\n9,9\n", encoding="utf-8")

    assert main(["verify", str(published / "out" / NAME)]) == 1
    assert "il ricalcolo non riesce" in capsys.readouterr().out


def test_a_wave_of_few_forms_has_no_fingerprint_to_try_answers_against(tmp_path: Path) -> None:
    lines = (REFERENCE / "somerville_2015.csv").read_text("utf-8").splitlines()
    few = tmp_path / "few.csv"
    few.write_text("\n".join(lines[:6]) + "\n", encoding="utf-8")
    run(tmp_path / "out", f"2015={few}")

    manifest = json.loads((tmp_path / "out" / NAME).read_text("utf-8"))
    assert manifest["waves"][0]["sha256"] is None
    assert main(["verify", str(tmp_path / "out" / NAME)]) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "x"}, "format"),
        ({"waves": []}, "waves"),
        ({"waves": [{"service": "s"}]}, "waves[0].wave"),
        ({"design": "guess"}, "design"),
        ({"parameters": {"delta": 50}}, "delta"),
        ({"parameters": {"gamma": 1}}, "parameters"),
        ({"questionnaire": None}, "questionnaire"),
    ],
)
def test_a_damaged_manifest_ends_with_a_sentence_and_code_two(
    published: Path, change: Callable[..., None], capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any], words: str,
) -> None:  # fmt: skip
    change(**changes)

    assert main(["verify", str(published / "out" / NAME)]) == 2
    assert words in capsys.readouterr().err


def test_no_manifest_and_no_json_end_with_code_two(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{", encoding="utf-8")

    assert main(["verify", str(tmp_path / "nowhere.json")]) == 2
    assert main(["verify", str(tmp_path / "m.json")]) == 2


def run(out: Path, *waves: str) -> None:
    arguments = ["run", "--questionnaire", str(REFERENCE / "somerville_questionnaire.json")]
    arguments += [f"--wave={wave}" for wave in waves]
    assert main([*arguments, "--out", str(out)]) == 0


@pytest.fixture
def published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "year"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        shutil.copy(REFERENCE / "somerville_2015.csv", folder / name)
    shutil.copy(REFERENCE / "somerville_questionnaire.json", folder / "q.json")
    arguments = [
        "run", "--questionnaire", str(folder / "q.json"), "--out", str(folder / "out"),
        f"--wave=2014={folder / 'a.csv'}", f"--wave=2015={folder / 'b.csv'}", "--delta", "4",
        "--lift-guard", "2015=nuova sede; firma il responsabile URP",
        "--users", "2015=900", "--design", "census_invited", "--body", "Comune di prova",
    ]  # fmt: skip
    assert main(arguments) == 0
    capsys.readouterr()
    return folder


@pytest.fixture
def change(published: Path) -> Callable[..., None]:
    def rewrite(**changes: Any) -> None:
        path = published / "out" / NAME
        document = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**document, **changes}), encoding="utf-8")

    return rewrite

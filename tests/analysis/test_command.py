"""The command line, from files to files."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import analysis
from analysis.__main__ import main
from analysis.run_options import add_run_options

Make = Callable[..., Any]
REFERENCE = Path(__file__).parent.parent / "reference"
SOMERVILLE = REFERENCE / "somerville_2015.csv"
QUESTIONNAIRE = REFERENCE / "somerville_questionnaire.json"
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))
#: Mean, 0-100 and interval of X1..X6: numpy and scipy on the same file, by method 3.1
SOMERVILLE_ITEMS = [
    (4.314685315, 82.8671329, 79.313781, 85.918479),
    (2.538461538, 38.4615385, 33.963223, 43.166194),
    (3.265734266, 56.6433566, 52.509790, 60.686505),
    (3.699300699, 67.4825175, 63.714001, 71.037562),
    (3.615384615, 65.3846154, 60.580712, 69.894018),
    (4.216783217, 80.4195804, 76.682021, 83.685516),
]


def test_the_somerville_survey_gives_its_published_figures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "analysis", "run", "--questionnaire", QUESTIONNAIRE]

    done = subprocess.run(
        [*command, "--wave", f"2015={SOMERVILLE}", "--out", tmp_path / "out"],
        capture_output=True, check=False, cwd=REFERENCE.parent.parent,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    wave = document["services"][0]["waves"][0]
    assert wave["isu"]["value"] == pytest.approx(65.20979020979021, abs=1e-9)
    assert wave["isu"]["se"] == pytest.approx(1.179250136, abs=5e-10)
    ends = wave["isu"]["lower"], wave["isu"]["upper"]
    assert ends == pytest.approx((62.84479290, 67.50209554), abs=5e-9)
    overall = wave["overall"]["satisfied"]
    shown = overall["count"], overall["value"], overall["lower"], overall["upper"]
    assert shown == pytest.approx((77, 53.84615, 45.681753, 61.809319), abs=5e-6)
    for item, (mean, value, lower, upper) in zip(wave["items"], SOMERVILLE_ITEMS, strict=True):
        index = item["index"]
        assert item["mean"]["value"] == pytest.approx(mean, abs=5e-10)
        assert index["value"] == pytest.approx(value, abs=5e-8)
        assert (index["lower"], index["upper"]) == pytest.approx((lower, upper), abs=5e-7)
    assert [item["counts"][4]["n"] for item in wave["items"]] == [72, 7, 17, 26, 32, 63]
    assert wave["change"]["reasons"] == ["no_previous_wave"]


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert _run(tmp_path / name, f"2015={SOMERVILLE}") == 0

    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert Path("tables/items.csv") in files
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_several_services_and_years_are_one_family(tmp_path: Path) -> None:
    waves = [f"urp/2024={SOMERVILLE}", f"urp/2025={SOMERVILLE}", f"nidi/2025={SOMERVILLE}"]

    assert _run(tmp_path, *waves, "--users", "urp/2025=5000", "--users", "nidi/2025=900") == 0

    document = json.loads((tmp_path / "results.json").read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert [year["wave"] for year in document["years"]] == ["2024", "2025"]
    assert document["years"][1]["weighting"] == "users_served"
    assert document["years"][1]["tests"] == 1
    urp = next(one for one in document["services"] if one["service"] == "urp")
    assert urp["waves"][1]["change"]["verdict"] == "stabile"
    assert urp["waves"][1]["change"]["base_waves"] == ["2024"]


def test_a_wave_of_counts_is_read_beside_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = tmp_path / "2014.json"
    item = {"counts": {"4": 60, "5": 39}, "published": {"mean": 4.4}}
    counts.write_text(
        json.dumps({"format": "gradimento/counts/1", "n": 100, "items": {"X1": item}})
    )

    assert _run(tmp_path, f"2014={counts}", f"2015={SOMERVILLE}") == 0

    said = capsys.readouterr().err
    assert "le parti fanno 99, ma il totale dichiarato è 100" in said
    document = json.loads((tmp_path / "results.json").read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    change = document["services"][0]["waves"][1]["change"]
    assert "no_pair_sums" in change["reasons"]


def test_weights_in_the_file_are_reported_as_unused(tmp_path: Path) -> None:
    lines = SOMERVILLE.read_text("utf-8").splitlines()
    weighted = tmp_path / "weighted.csv"
    rows = [f"{lines[0]},weight", *(f"{line},2" for line in lines[1:])]
    weighted.write_text("\n".join(rows))

    assert _run(tmp_path, f"2015={weighted}") == 0

    document = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert document["services"][0]["waves"][0]["flags"] == ["weights_ignored"]


@pytest.mark.parametrize("language", ["it", "en"])
def test_faults_of_an_answers_file_are_listed_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("hap,X1,X2,X3,X4,X5,X6\n0,1,2,3,4,5,6\n2,1,1,1,1,1,1\n")

    code = _run(tmp_path / "out", f"2015={bad}", "--lang", language)

    said = capsys.readouterr().err
    assert code == 2
    assert ("riga 2, colonna 7" if language == "it" else "line 2, column 7") in said
    assert ("riga 3, colonna 1" if language == "it" else "line 3, column 1") in said
    assert not (tmp_path / "out").exists()


def test_the_help_of_run_says_what_a_file_of_answers_looks_like(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])

    said = " ".join(capsys.readouterr().out.split())
    assert "una riga per questionario e una colonna per domanda" in said
    assert "ripetibile dove il questionario è cambiato" in said
    assert "open_link, census_invited, random_sample" in said
    for option in add_run_options(argparse.ArgumentParser().add_subparsers())._actions:
        assert option.help, option.option_strings


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("it", "lo stesso file di risposte, byte per byte"),
        ("en", "the same answers file, byte for"),
    ],
)
def test_the_same_answers_for_two_waves_are_told_and_the_run_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    copy, other = tmp_path / "copy.csv", tmp_path / "other.csv"
    copy.write_bytes(SOMERVILLE.read_bytes())
    other.write_bytes(SOMERVILLE.read_bytes().replace(b",5", b",4", 1))
    waves = [f"2014={copy}", f"2015={SOMERVILLE}", f"2016={other}"]

    assert _run(tmp_path / "out", *waves, "--lang", language) == 0

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert words in said[0]
    assert "servizio/2014, servizio/2015" in said[0]
    assert "copy.csv" in said[0]
    assert "2016" not in said[0]
    assert (tmp_path / "out" / "results.json").exists()


BAD = {
    "missing file": (["2015=/nowhere/a.csv"], "/nowhere/a.csv"),
    "folder": (["2015=/"], "/: "),
    "no path": (["2015"], "--wave 2015"),
    "no label": ([f"={SOMERVILLE}"], "--wave ="),
    "no service": ([f"/2015={SOMERVILLE}"], "--wave /2015="),
    "twice": ([f"2015={SOMERVILLE}", f"2015={SOMERVILLE}"], "2015"),
    "users of no wave": ([f"2015={SOMERVILLE}", "--users", "2016=3"], "--users 2016=3"),
    "lift of no wave": (
        [f"2015={SOMERVILLE}", "--lift-guard", "2016=why, who"],
        "--lift-guard 2016=why, who",
    ),
    "lift without a reason": ([f"2015={SOMERVILLE}", "--lift-guard", "2015= "], "--lift-guard"),
    "users zero": ([f"2015={SOMERVILLE}", "--users", "2015=0"], "--users 2015=0"),
    "users word": ([f"2015={SOMERVILLE}", "--users", "2015=many"], "--users 2015=many"),
    "delta": ([f"2015={SOMERVILLE}", "--delta", "50"], "delta"),
    "counts not json": ([f"2015={REFERENCE / 'README.md'}"], "README.md"),
    "counts of another questionnaire": ([f"2015={QUESTIONNAIRE}"], "format"),
    "counts missing": (["2015=/nowhere/a.json"], "/nowhere/a.json"),
    "out is a file": ([f"2015={SOMERVILLE}", "--out", str(SOMERVILLE)], "somerville_2015.csv"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_arguments_end_with_a_sentence_and_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    arguments, words = BAD[name]

    code = _run(tmp_path / "out", *arguments)

    said = capsys.readouterr().err
    assert code == 2
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "riga 1 colonna 2"),
        (b"\xff\xfe{", "JSON"),
        (b"[]", "document"),
        (b'{"format": "x"}', "format"),
        (b'{"format": "gradimento/questionnaire/1"}', "sections"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_bad_questionnaire_ends_with_a_sentence_and_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    path = tmp_path / "q.json"
    path.write_bytes(content)

    code = main(
        ["run", "--questionnaire", str(path), "--wave", "1=a.csv", "--out", str(tmp_path / "o")]
    )

    assert code == 2
    assert words in capsys.readouterr().err


def test_long_reading_says_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.command._QUIET_BYTES", 0)

    assert _run(tmp_path, f"2015={SOMERVILLE}") == 0

    assert "somerville_2015.csv: 100 %" in capsys.readouterr().err


def test_importing_the_analysis_loads_neither_statistics_nor_drawing() -> None:
    code = (
        "import sys, analysis.command, analysis.results; "
        "print([m for m in sys.modules if m.startswith(('scipy.stats', 'matplotlib', 'pandas', "
        "'flask', 'sqlalchemy', 'statsmodels', 'survey'))])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, check=True, text=True, cwd=REFERENCE.parent.parent,
    )  # fmt: skip

    assert done.stdout.strip() == "[]"


def _run(out: Path, *waves_and_options: str) -> int:
    arguments = ["run", "--questionnaire", str(QUESTIONNAIRE), "--out", str(out)]
    options = iter(waves_and_options)
    for value in options:
        if value.startswith("--"):
            arguments += [value, next(options)]
        else:
            arguments += ["--wave", value]
    return main(arguments)

"""What `run` takes wave by wave: another questionnaire, another design."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import analysis
from analysis.__main__ import main, parser
from analysis.command import run
from analysis.manifest import NAME, read_manifest

Make = Callable[..., Any]
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))


def test_a_changed_questionnaire_is_compared_on_the_questions_in_common(year: Path) -> None:
    assert main(_arguments(year, "old.json", "2026=new.json")) == 0

    waves = _waves(year)
    assert (year / "out" / "report.html").exists()
    assert [len(wave["items"]) for wave in waves] == [5, 6]
    assert waves[1]["change"]["reasons"] == []
    # means of q1..q5, which are 80 % of the six: the sixth, all ones, does not pull them down
    assert waves[1]["change"]["verdict"] == "stabile"
    assert waves[1]["isu"]["value"] < waves[0]["isu"]["value"] - 5


def test_a_new_wording_of_too_many_questions_closes_the_comparison(
    year: Path, make_document: Make
) -> None:
    reworded = make_document(items=5, changes={f"q{k}": {"wording": 2} for k in (1, 2, 5)})
    (year / "new.json").write_text(json.dumps(reworded), "utf-8")
    _answers(year / "2026.csv", items=5, seed=2)

    _run(year, "old.json", "2026=new.json")

    assert _waves(year)[1]["change"]["reasons"] == ["items_changed"]
    assert _waves(year)[1]["change"]["verdict"] == "non_confrontabile"


def test_the_plain_questionnaire_serves_the_waves_that_have_none_of_their_own(year: Path) -> None:
    _run(year, "urp/2025=old.json", "new.json", service="urp")

    assert [len(wave["items"]) for wave in _waves(year)] == [5, 6]


def test_every_wave_may_have_its_own_and_none_is_plain(
    year: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(year, "2025=old.json", "2026=new.json")

    assert json.loads((year / "out" / NAME).read_text("utf-8"))["questionnaire"] is None
    assert main(["verify", str(year / "out" / NAME)]) == 0
    assert "Verificato: 2" in capsys.readouterr().out


def test_a_label_without_service_means_that_wave_of_every_service(year: Path) -> None:
    waves = ["2025=2025.csv", "nidi/2025=2025.csv", "2026=2026.csv", "nidi/2026=2025.csv",
             "tari/2026=2026.csv"]  # fmt: skip
    given = ["old.json", "2026=new.json", "nidi/2026=old.json"]

    _run(year, *given, waves=waves, service="urp")

    document = json.loads((year / "out" / "results.json").read_text("utf-8"))
    asked = {
        (one["service"], wave["wave"]): len(wave["items"])
        for one in document["services"]
        for wave in one["waves"]
    }
    assert asked == {
        ("urp", "2025"): 5, ("urp", "2026"): 6, ("nidi", "2025"): 5, ("nidi", "2026"): 5,
        ("tari", "2026"): 6,
    }  # fmt: skip


def test_the_manifest_keeps_the_fingerprint_of_each_and_verify_computes_with_each(
    year: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(year, "old.json", "2026=new.json", "--design", "2026=census_invited")
    document = json.loads((year / "out" / NAME).read_text("utf-8"))
    assert document["questionnaire"]["file"] == "../old.json"
    assert "questionnaire" not in document["waves"][0]
    assert document["waves"][1]["questionnaire"]["file"] == "../new.json"
    assert read_manifest(document).as_document() == document
    assert main(["verify", str(year / "out" / NAME)]) == 0

    new = year / "new.json"
    new.write_text(new.read_text("utf-8").replace('"q6"', '"q6" '), "utf-8")
    capsys.readouterr()

    assert main(["verify", str(year / "out" / NAME), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "new.json: not the file of the publication" in said
    assert "old.json" not in said


def test_files_of_one_name_in_folders_of_their_own_are_found_elsewhere_too(
    year: Path, tmp_path: Path
) -> None:
    for place, wave in (("old", "2025"), ("new", "2026")):
        (year / "in" / wave).mkdir(parents=True)
        (year / f"{place}.json").rename(year / "in" / wave / "q.json")
        (year / f"{wave}.csv").rename(year / "in" / wave / "a.csv")
    waves = ["2025=in/2025/a.csv", "2026=in/2026/a.csv"]
    _run(year, "in/2025/q.json", "2026=in/2026/q.json", waves=waves)
    (year / "in").rename(tmp_path / "archive")
    manifest = str(year / "out" / NAME)

    assert main(["verify", manifest]) == 2
    assert main(["verify", manifest, "--data", str(tmp_path / "archive")]) == 0


def test_the_manifest_of_one_questionnaire_and_design_has_no_more_fields(year: Path) -> None:
    _run(year, "old.json", waves=["2025=2025.csv"])

    document = json.loads((year / "out" / NAME).read_text("utf-8"))
    assert document["format"] == "gradimento/manifest/1"
    assert list(document["waves"][0]) == ["service", "wave", "file", "sha256", "users_served"]
    assert list(document["questionnaire"]) == ["file", "sha256"]


def test_a_program_that_knows_one_questionnaire_alone_will_not_misread_the_manifest(
    year: Path,
) -> None:
    _run(year, "old.json", "2026=new.json")

    document = json.loads((year / "out" / NAME).read_text("utf-8"))
    assert document["format"] == "gradimento/manifest/2"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ({"design": "guess"}, "waves[1].design: uno tra"),
        ({"design": 3}, "waves[1].design: serve un testo"),
        ({"questionnaire": "q.json"}, "waves[1].questionnaire: serve un oggetto"),
        ({"questionnaire": {"file": "q.json"}}, "waves[1].questionnaire.sha256"),
        ({"questionnaire": None}, "questionnaire: una rilevazione non ne ha uno proprio"),
    ],
)
def test_a_damaged_wave_of_the_manifest_is_named(
    year: Path, capsys: pytest.CaptureFixture[str], damage: dict[str, Any], words: str
) -> None:
    _run(year, "2025=old.json", "2026=new.json")
    path = year / "out" / NAME
    document = json.loads(path.read_text("utf-8"))
    document["waves"][1].update(damage)
    path.write_text(json.dumps(document), "utf-8")

    assert main(["verify", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_a_design_may_be_of_one_wave_alone(year: Path) -> None:
    users = ["--users", "2025=900", "--users", "2026=900"]

    _run(year, "old.json", "2026=new.json", "--design", "2026=census_invited", *users)

    assert [wave["design"] for wave in _waves(year)] == ["open_link", "census_invited"]
    assert _waves(year)[0]["response_rate"]["value"] is None
    assert _waves(year)[1]["response_rate"]["value"] == pytest.approx(100 * 200 / 900)
    assert main(["verify", str(year / "out" / NAME)]) == 0


def test_the_plain_design_is_that_of_the_other_waves(year: Path) -> None:
    designs = ["--design", "random_sample", "--design", "2025=open_link"]

    _run(year, "old.json", "2026=new.json", *designs)

    assert [wave["design"] for wave in _waves(year)] == ["open_link", "random_sample"]
    assert json.loads((year / "out" / NAME).read_text("utf-8"))["design"] == "random_sample"


def test_a_path_with_an_equals_sign_is_a_plain_questionnaire(year: Path) -> None:
    (year / "anno=nuovo.json").write_bytes((year / "new.json").read_bytes())

    _run(year, "anno=nuovo.json", "2025=old.json")

    assert [len(wave["items"]) for wave in _waves(year)] == [5, 6]


def test_users_by_class_are_held_against_the_questionnaire_of_their_wave(
    year: Path, make_document: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = make_document(items=5, profiles={"age_class": 3})
    (year / "old.json").write_text(json.dumps(asked), "utf-8")
    users = year / "users.json"
    users.write_text(json.dumps({"2026": {"sex": {"1": 500, "2": 500}}}), "utf-8")
    option = ["--users-by", str(users)]
    _answers(year / "2025.csv", items=5, seed=1, profiles=("age_class",))
    _run(year, "old.json", "2026=new.json", *option)

    users.write_text(json.dumps({"2025": {"sex": {"1": 500, "2": 500}}}), "utf-8")
    assert main(_arguments(year, "old.json", "2026=new.json", *option)) == 2
    assert "users.json: 2025: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["2025=old.json"], "2026"),
        (["old.json", "new.json"], "new.json"),
        (["old.json", "2026=new.json", "2026=old.json"], "2026"),
        (["old.json", "2027=new.json"], "--questionnaire 2027="),
        (["old.json", "nidi/2026=new.json"], "--questionnaire nidi/2026="),
        (["old.json", "2026="], "--questionnaire 2026="),
        (["old.json", "2026=nowhere.json"], "nowhere.json"),
        (["old.json", "--design", "2027=census_invited"], "--design 2027="),
        (["old.json", "--design", "guess"], "--design guess"),
        (["old.json", "--design", "2026=guess"], "--design 2026=guess"),
        (["old.json", "--design", "open_link", "--design", "random_sample"], "--design"),
    ],
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_slip_ends_with_a_sentence_and_code_two_and_writes_nothing(
    year: Path, capsys: pytest.CaptureFixture[str], language: str, given: list[str], words: str
) -> None:
    assert main(_arguments(year, *given, "--lang", language)) == 2

    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    assert not (year / "out").exists()


def _waves(folder: Path) -> Any:
    document = json.loads((folder / "out" / "results.json").read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    return document["services"][0]["waves"]


def _run(folder: Path, *given: str, **choices: Any) -> None:
    """Compute and write, without drawing."""
    run(parser().parse_args(_arguments(folder, *given, **choices)))


def _arguments(
    folder: Path, *given: str, waves: list[str] | None = None, service: str = "servizio"
) -> list[str]:
    """Plain arguments are questionnaires, their paths within the folder."""
    arguments = ["run", "--service", service, "--out", str(folder / "out")]
    for wave in waves or ["2025=2025.csv", "2026=2026.csv"]:
        arguments += ["--wave", _placed(folder, wave)]
    rest = iter(given)
    for value in rest:
        if value.startswith("--"):
            arguments += [value, next(rest)]
        else:
            arguments += ["--questionnaire", _placed(folder, value)]
    return arguments


def _placed(folder: Path, value: str) -> str:
    left, equals, path = value.partition("=")
    if (folder / value).exists() or not equals:
        return str(folder / value)
    return f"{left}={folder / path}" if path else value


def _answers(
    path: Path, *, items: int, seed: int, profiles: tuple[str, ...] = ("age_class", "sex")
) -> None:
    rng = np.random.default_rng(seed)
    person = rng.normal(0, 0.7, (200, 1))
    latent = 3.5 + person + rng.normal(0, 0.7, (200, items + 1))
    marks = np.clip(np.rint(latent), 1, 5).astype(int)
    marks[:, 5:-1] = 1
    heads = [*(f"q{k + 1}" for k in range(items)), "overall", *profiles]
    rows = [
        ",".join(map(str, [*row, *[1 + place % 2] * len(profiles)]))
        for place, row in enumerate(marks.tolist())
    ]
    path.write_text("\n".join([",".join(heads), *rows]) + "\n", "utf-8")


@pytest.fixture
def year(tmp_path: Path, make_document: Make) -> Path:
    """Two waves: the second asks one question more, to which everybody answers 1."""
    for name, items in (("old", 5), ("new", 6)):
        document = make_document(items=items, dimensions=2)
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    _answers(tmp_path / "2025.csv", items=5, seed=1)
    _answers(tmp_path / "2026.csv", items=6, seed=2)
    return tmp_path

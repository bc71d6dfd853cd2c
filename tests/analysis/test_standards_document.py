"""The document that holds the promises of a charter: read, refused, and run with a survey."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import analysis
from analysis.__main__ import main
from analysis.promises import read_standards

FOLDER = Path(analysis.__file__).parent
SCHEMA = json.loads((FOLDER / "standards.schema.json").read_text("utf-8"))
RESULTS = json.loads((FOLDER / "results.schema.json").read_text("utf-8"))
REFERENCE = Path(__file__).parent.parent / "reference"


def document(**changes: Any) -> dict[str, Any]:
    one = {
        "key": "satisfied", "service": "urp", "text": {"it": "Soddisfatti"}, "promised": 85,
        "indicator": {"kind": "satisfied_share"},
    }  # fmt: skip
    return {"format": "gradimento/standards/1", "standards": [one | changes]}


def test_a_document_of_standards_is_read_and_follows_its_schema() -> None:
    given = document(
        indicator={"kind": "register_share"}, minimum=80,
        register={"2026": {"x": 90, "n": 100}},
    )  # fmt: skip
    jsonschema.validate(given, SCHEMA)

    found = read_standards(given)["urp"][0]

    assert (found.promised, found.minimum, found.register) == (85.0, 80.0, {"2026": (90, 100)})


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"promised": "85"}, r"standards\[0\].promised"),
        ({"promised": 100}, r"standards\[0\].promised"),
        ({"promised": True}, r"standards\[0\].promised"),
        ({"minimum": -1}, r"standards\[0\].minimum"),
        ({"text": {}}, r"standards\[0\].text"),
        ({"text": {"fr": "x"}}, r"standards\[0\].text.fr"),
        ({"key": ""}, r"standards\[0\].key"),
        ({"extra": 1}, r"standards\[0\].extra"),
        ({"at_least": "no"}, r"standards\[0\].at_least"),
        ({"indicator": {"kind": "guess"}}, r"standards\[0\].indicator.kind"),
        ({"indicator": {"kind": "register_share"}}, r"standards\[0\].register"),
        ({"register": {"2026": {"x": 5, "n": 4}}}, r"standards\[0\].register"),
        ({"register": {"2026": {"x": 5.5, "n": 9}}}, r"standards\[0\].register.2026"),
        ({"indicator": {"kind": "satisfied_share", "dimension": "d1"}}, r"indicator.dimension"),
        (
            {"indicator": {"kind": "mean_index", "dimension": "d1", "question": "q1"}},
            r"standards\[0\].indicator",
        ),
    ],
)
def test_a_wrong_document_names_the_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place):
        read_standards(document(**changes))


def test_a_promise_comes_once_for_a_service() -> None:
    twice = document()
    twice["standards"] *= 2
    with pytest.raises(ValueError, match=r"standards\[1\].key"):
        read_standards(twice)


@pytest.mark.parametrize("given", [[], {}, {"format": "gradimento/standards/1", "standards": []}])
def test_other_documents_are_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"document|format|standards"):
        read_standards(given)


def _run(out: Path, given: dict[str, Any]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    (out / "standards.json").write_text(json.dumps(given), "utf-8")
    return main([
        "run", "--questionnaire", str(REFERENCE / "somerville_questionnaire.json"),
        "--wave", f"urp/2015={REFERENCE / 'somerville_2015.csv'}",
        "--standards", str(out / "standards.json"), "--out", str(out), "--lang", "en",
    ])  # fmt: skip


def test_a_run_with_standards_is_verified_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, document(promised=50)) == 0

    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    jsonschema.validate(results, RESULTS)
    row = results["services"][0]["waves"][0]["detail"]["standards"]["rows"][0]
    # 77 of 143; R: prop.test(77, 143, conf.level=.90, correct=FALSE)$conf.int
    assert (row["value"], row["verdict"]) == (pytest.approx(7700 / 143), "not_conclusive")
    assert (row["lower"], row["upper"]) == pytest.approx((46.9812217, 60.5682508), abs=1e-6)
    assert main(["verify", str(tmp_path / "manifest.json")]) == 0

    (tmp_path / "standards.json").write_text(json.dumps(document(promised=40)), "utf-8")
    assert main(["verify", str(tmp_path / "manifest.json"), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "standards.json: not the file of the publication" in said


def test_standards_of_a_service_without_answers_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, document(service="nidi")) == 2
    assert "'nidi' has no --wave" in capsys.readouterr().err

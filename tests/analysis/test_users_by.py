"""Users by class: read from a file, weighted to, and part of what is verified."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.manifest import NAME
from analysis.users_by import read_users_by

Make = Callable[..., Any]
WAVES = [("urp", "2026"), ("urp", "2025"), ("nidi", "2026")]


def test_a_name_without_service_stands_for_the_only_wave_of_that_label(
    make_questionnaire: Make,
) -> None:
    found = read_users_by(
        {"2025": {"sex": {"2": 9, "1": 5}}}, dict.fromkeys(WAVES, make_questionnaire())
    )

    assert found == {("urp", "2025"): {"sex": ((1, 5.0), (2, 9.0))}}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "users: an object is needed, found list"),
        ({"2026": {}}, "2026: several services have this wave, write SERVICE/2026"),
        ({"urp/2024": {}}, "urp/2024: there are no answers of this wave"),
        ({"2025": {}, "urp/2025": {}}, "urp/2025: this wave comes twice"),
        ({"2025": {"mode": {}}}, "2025.mode: one of age_class, sex, access_channel is needed"),
        ({"2025": {"sex": {"F": 1}}}, "2025.sex: 'F' is not an option code"),
        ({"2025": {"sex": {"1": "many"}}}, "2025.sex.1: a number of users is needed"),
        ({"2025": {"sex": {"1": True}}}, "2025.sex.1: a number of users is needed"),
        ({"2025": {"sex": {"1": -4}}}, "2025.sex.1: a number of users is needed"),
        ({"2025": {"sex": {"7": 4}}}, "2025: users by 'sex': no option 7"),
        (
            {"2025": {"sex": {"1": 50, "2": 50}, "age_class": {"1": 90, "2": 9, "3": 2}}},
            "2025: totals of the margins differ: sex 100, age_class 101",
        ),
    ],
)
def test_documents_that_do_not_fit_are_refused_with_the_place(
    make_questionnaire: Make, document: Any, words: str
) -> None:
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        read_users_by(document, dict.fromkeys(WAVES, make_questionnaire()))


def test_the_headline_is_weighted_to_the_users_and_the_plain_one_stands_beside(
    weighted: Path,
) -> None:
    wave = _wave(weighted)
    beside = wave["detail"]["weighting"]

    # 90 forms all 5 and 30 forms all 3, users half and half
    assert wave["isu"]["value"] == pytest.approx(75.0)
    assert beside["unweighted"]["value"] == pytest.approx(100 * (90 * 1 + 30 * 0.5) / 120)
    assert (beside["method"], beside["variables"]) == ("post_stratified", ["sex"])
    item = wave["items"][0]
    assert item["mean"]["value"] == pytest.approx(4.0)
    assert item["satisfied"]["value"] == pytest.approx(50.0)
    assert item["satisfied"]["count"] == 90


def test_users_by_class_are_part_of_the_manifest_and_verified(
    weighted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = str(weighted / "out" / NAME)
    assert main(["verify", manifest]) == 0

    users = weighted / "users.json"
    users.write_text(users.read_text("utf-8").replace("500", "501"), "utf-8")

    assert main(["verify", manifest, "--lang", "en"]) == 1
    assert "users.json: not the file of the publication" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("users", "flags"),
    [
        ({"1": 500, "2": 500}, []),
        # 120 forms, of 119 users
        ({"1": 89, "2": 30}, ["more_forms_than_users"]),
        # of 1000 users, but 90 forms of men, who are 89
        ({"1": 89, "2": 911}, ["more_forms_than_users"]),
        ({"1": 90, "2": 30}, []),
    ],
)
def test_users_by_class_that_are_fewer_than_the_forms_are_flagged(
    weighted: Path, users: dict[str, int], flags: list[str]
) -> None:
    (weighted / "users.json").write_text(json.dumps({"2026": {"sex": users}}), "utf-8")

    assert _run(weighted) == 0

    assert _wave(weighted)["flags"] == flags


def test_a_class_too_small_to_be_told_is_not_told_by_a_flag(weighted: Path) -> None:
    rows = (weighted / "a.csv").read_text("utf-8").splitlines()
    few = [rows[0], *rows[1:91], *rows[91:96]]
    (weighted / "a.csv").write_text("\n".join(few) + "\n", "utf-8")
    users = {"2026": {"sex": {"1": 500, "2": 4}}}
    (weighted / "users.json").write_text(json.dumps(users), "utf-8")

    assert _run(weighted) == 0

    # five women among four: told, it would say that they are from five to nine
    assert "more_forms_than_users" not in _wave(weighted)["flags"]


def test_margins_that_disagree_end_the_command_with_a_sentence(
    weighted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (weighted / "users.json").write_text(
        json.dumps({"2026": {"sex": {"1": 5, "2": 5}, "age_class": {"1": 11}}}), "utf-8"
    )

    assert _run(weighted) == 2
    assert (
        "totali degli utenti per classe sono diversi: sex 10, age_class 11"
        in capsys.readouterr().err
    )


def test_margins_that_no_weights_can_meet_end_the_command_with_a_sentence(
    weighted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # all the young are men and all the others women, so half and half cannot be a third young
    rows = (weighted / "a.csv").read_text("utf-8").splitlines()
    rows = [row[:-1] + row[-3] if row[0] in "35" else row for row in rows]
    (weighted / "a.csv").write_text("\n".join(rows) + "\n", "utf-8")
    users = {"sex": {"1": 500, "2": 500}, "age_class": {"1": 300, "2": 700}}
    (weighted / "users.json").write_text(json.dumps({"2026": users}), "utf-8")
    before = (weighted / "out" / "results.json").read_bytes()

    assert _run(weighted) == 2

    told = capsys.readouterr().err
    assert "users.json: servizio/2026: gli utenti per sex, age_class non si conciliano" in told
    assert (weighted / "out" / "results.json").read_bytes() == before


@pytest.fixture
def weighted(tmp_path: Path, make_document: Make) -> Path:
    document = make_document(items=2, overall=False)
    (tmp_path / "q.json").write_text(json.dumps(document), "utf-8")
    marks = np.repeat([5, 3], [90, 30])
    rows = [f"{mark},{mark},{1 if mark == 5 else 2},1" for mark in marks]
    (tmp_path / "a.csv").write_text("\n".join(["q1,q2,sex,age_class", *rows]) + "\n", "utf-8")
    (tmp_path / "users.json").write_text(json.dumps({"2026": {"sex": {"1": 500, "2": 500}}}))
    assert _run(tmp_path) == 0
    return tmp_path


def _wave(folder: Path) -> Any:
    document = json.loads((folder / "out" / "results.json").read_text("utf-8"))
    return document["services"][0]["waves"][0]


def _run(folder: Path) -> int:
    return main(
        [
            "run", "--questionnaire", str(folder / "q.json"), "--wave", f"2026={folder / 'a.csv'}",
            "--users-by", str(folder / "users.json"), "--out", str(folder / "out"),
        ]
    )  # fmt: skip

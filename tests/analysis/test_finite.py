"""No number that is not finite gets into a document, and what was looked through stays shared."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.finite import Finite, check_finite
from analysis.results import as_document
from analysis.yearly import ServiceWaves, body_year

Make = Callable[..., Any]
NOT_FINITE = [float("nan"), float("inf"), -float("inf")]


@pytest.mark.parametrize("bad", NOT_FINITE)
@pytest.mark.parametrize(
    ("place", "wrap"),
    [
        ("document.a", lambda bad: {"a": bad}),
        ("document.a.b", lambda bad: {"text": "x", "a": {"n": 1, "b": bad}}),
        ("document.a[1][0]", lambda bad: {"a": [0.5, [bad]]}),
        ("document.a[2].b", lambda bad: {"a": [None, True, {"b": bad}, 3]}),
    ],
)
def test_a_number_that_is_not_finite_is_refused_with_its_place(
    bad: float, place: str, wrap: Callable[[float], dict[str, Any]]
) -> None:
    with pytest.raises(ValueError, match=r"holds finite numbers only$") as refused:
        check_finite(wrap(bad))

    assert str(refused.value).startswith(f"{place} is {bad}: ")


def test_a_number_of_numpy_is_a_number_too() -> None:
    check_finite({"a": [{"value": np.float64(0.5)}]})
    with pytest.raises(ValueError, match=r"^document\.a\[0\]\.value is nan"):
        check_finite({"a": [{"value": np.float64("nan")}]})


def test_the_refusal_names_the_part_that_was_looked_through() -> None:
    with pytest.raises(ValueError, match=r"^wave 2026\.isu\.value is nan"):
        check_finite({"isu": {"value": float("nan")}}, place="wave 2026")


@pytest.mark.parametrize("bad", NOT_FINITE)
def test_a_finite_block_cannot_be_made_of_a_number_that_is_not(bad: float) -> None:
    with pytest.raises(ValueError, match="finite numbers only"):
        Finite({"codes": [{"code": bad}]})


def test_a_finite_block_reads_like_any_other_and_hides_nothing_beside_it() -> None:
    block = Finite({"lower": 1, "label": {"it": "Poco"}})

    assert json.loads(json.dumps({"scale": block})) == {"scale": block}
    with pytest.raises(ValueError, match=r"document\.mean is nan"):
        check_finite({"scale": block, "mean": float("nan")})


def test_waves_share_what_the_form_prints_and_one_kept_back_leaves_it_whole(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=1, dimensions=1, overall=False)
    waves = [make_wave(questionnaire, [[4], [5]] * n) for n in (20, 2, 20)]
    services = [ServiceWaves(f"s{n}", f"S{n}", wave) for n, wave in enumerate(waves)]

    document = as_document([body_year("2026", services)])

    first, few, last = (entry["waves"][0]["items"][0] for entry in document["services"])
    assert first["scale"] is last["scale"]
    assert first["text"] is last["text"]
    assert first["scale"] == few["scale"]
    alone = copy.deepcopy(document["services"][0])
    assert as_document([body_year("2026", services[:1])])["services"] == [alone]

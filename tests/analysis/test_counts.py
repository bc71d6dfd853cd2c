"""Waves known from counts or percentages, and the figures printed by real bodies."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.counts import FORMAT, check_published, read_counts, settle_counts
from analysis.data import Questionnaire, read_questionnaire
from analysis.findings import Finding
from analysis.gate import ServicePair, comparability_gate, mode_mix_changed
from analysis.indices import index_result, item_result
from analysis.intervals import wilson
from analysis.printed import decimals_of, mean_is_possible, share_count
from analysis.wave import Wave

Make = Callable[..., Any]
REFERENCE = Path(__file__).parent.parent / "reference"
PUBLISHED = {
    entry["id"]: entry
    for entry in json.loads((REFERENCE / "published_counts.json").read_text("utf-8"))
}
#: 215 and 248 of 315: statsmodels 0.15.0, proportion_confint(x, 315, method="wilson")
SAN_GIMIGNANO = [
    ("better_than_expected", 0.6291991637961655, 0.7314816599127493),
    ("staff_ottimo", 0.7387896752340515, 0.8288905777338926),
]


def test_the_mean_of_the_dfp_manual() -> None:
    entry = PUBLISHED["dfp-manual-mean-1-7"]
    questionnaire = _one_item(range(1, 8))

    reading = read_counts(_document(entry["n"], q={"counts": entry["counts"], "published": {
        "mean": entry["published_metrics"]["mean"]}}), questionnaire)  # fmt: skip

    item = item_result(questionnaire, reading.tally, "q")
    assert reading.findings == ()
    assert item.mean == pytest.approx(3.588, abs=1e-12)
    # sum of products 1794; (3.588 - 1) / 6
    assert sum(code * n for code, n in item.counts.items()) == 1794
    assert item.index.value == pytest.approx(100 * (1794 / 500 - 1) / 6)
    assert item.index.lower < item.index.value < item.index.upper


def test_a_mean_without_counts_can_only_be_checked_for_being_possible() -> None:
    entry = PUBLISHED["dfp-manual-mean-one-respondent"]
    questionnaire = _one_item(range(1, 6))

    reading = read_counts(_document(entry["n"], q={"published": {"mean": 3.6}}), questionnaire)

    assert [finding.code for finding in reading.findings] == ["not_recomputable"]
    assert "non si può ricalcolare" in reading.findings[0].message()


def test_the_parts_of_san_gimignano_make_the_whole() -> None:
    entry = PUBLISHED["san-gimignano-urp"]
    women, men = entry["counts"]["donne"], entry["counts"]["uomini"]

    found = settle_counts("sesso", codes=[1, 2], n=entry["n"], counts={1: women, 2: men})

    assert found.findings == ()
    assert sum(found.counts.values()) == 315
    for name, lower, upper in SAN_GIMIGNANO:
        ends = wilson(entry["published_metrics"][name], entry["n"])
        assert (ends.lower, ends.upper) == pytest.approx((lower, upper), abs=1e-9)


@pytest.mark.parametrize(
    "name", ["bagno-a-ripoli-giudizio-complessivo", "bagno-a-ripoli-cortesia-assistenti"]
)
def test_the_shares_of_bagno_a_ripoli_are_whole_people(name: str) -> None:
    entry = PUBLISHED[name]
    questionnaire = _one_item(range(2), satisfied=[1])
    percentage = entry["percentages"]["positive"]

    reading = read_counts(_document(entry["n"], q={
        "percentages": {"1": percentage, "0": round(100 - percentage, 2)},
        "published": {"satisfied": percentage}}), questionnaire)  # fmt: skip

    assert reading.findings == ()
    satisfied = item_result(questionnaire, reading.tally, "q").satisfied
    assert satisfied.count == entry["derived_counts"]["positive"]
    assert round(satisfied.value, 2) == percentage


def test_the_judgements_of_quarrata_leave_eleven_people_unsaid() -> None:
    entry = PUBLISHED["quarrata-bus-overall"]
    shares = entry["percentages"]
    given = {4: shares["ottimo"], 3: shares["buono"], 1: shares["insufficiente"]}

    partial = settle_counts("bus", codes=[4, 3, 2, 1], n=264, percentages=given)
    rest = round(100 - sum(given.values()), 2)
    whole = settle_counts("bus", codes=[4, 3, 2, 1], n=264, percentages={**given, 2: rest})

    assert [finding.code for finding in partial.findings] == ["percentages_not_100"]
    assert partial.findings[0].message().startswith("bus: le percentuali fanno 95,83 invece di 100")
    assert whole.counts == {4: 145, 3: 108, 2: 11, 1: 0}


def test_the_waiting_time_of_empoli_becomes_counts() -> None:
    entry = PUBLISHED["empoli-urp-2024"]
    questionnaire = _one_item(range(1, 6))
    percentages = dict(zip("54321", entry["percentages"]["attesa"], strict=True))

    reading = read_counts(_document(200, q={"percentages": percentages}), questionnaire)

    assert reading.findings == ()
    item = item_result(questionnaire, reading.tally, "q")
    assert [item.counts[code] for code in (5, 4, 3, 2, 1)] == entry["derived_counts"]["attesa"]


@pytest.mark.parametrize(
    "item", ["cortesia", "competenza", "risposte", "privacy", "comfort", "raggiungibilita", "orari"]
)
def test_the_other_items_of_empoli_are_named_as_incomplete(item: str) -> None:
    codes = {"ottimo": 5, "buono": 4, "discreto": 3, "sufficiente": 2, "insufficiente": 1}
    printed = PUBLISHED["empoli-urp-2024"]["published_metrics"][item]

    found = settle_counts(
        item,
        codes=[5, 4, 3, 2, 1],
        n=200,
        percentages={codes[name]: value for name, value in printed.items()},
    )

    assert found.counts is None
    assert [finding.code for finding in found.findings] == ["percentages_not_100"]


def test_every_share_printed_by_empoli_is_whole_people() -> None:
    entry = PUBLISHED["empoli-urp-2024"]
    items = set(entry["item"].split(", ")) - {"accesso"}  # named, but no figure was printed

    printed = entry["published_metrics"]

    assert set(printed) - {"raggiungibilita"} == items
    for shares in printed.values():
        for value in shares.values():  # 74 % of 200 are 148 people, and so on: 2 people a point
            assert share_count(value, entry["n"], decimals=0) == 2 * value


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"n": 127, "counts": {1: 15, 2: 22, 3: 27, 4: 12, 5: 50}}, "parts_not_total"),
        ({"n": 50, "percentages": {5: 20, 4: 20, 3: 10}}, "counts_not_percentages"),
        ({"n": 7, "percentages": {5: 50.0, 4: 50.0}}, "percentage_impossible"),
        ({"n": 10, "counts": {6: 10}}, "unknown_code"),
        ({"n": 10, "counts": {5: 2.5}}, "not_a_count"),
        ({"n": None, "percentages": {5: 60, 4: 40}}, "not_recomputable"),
        ({"n": 10}, "not_recomputable"),
        ({"n": 200, "percentages": {5: 33, 4: 33, 3: 33}}, "parts_not_total"),
        ({"n": 3, "percentages": {5: 33, 4: 33, 3: 33}}, None),
    ],
)
def test_contradictions_are_named(given: dict[str, Any], code: str | None) -> None:
    found = settle_counts("q", codes=[1, 2, 3, 4, 5], **given)

    assert [finding.code for finding in found.findings] == ([code] if code else [])


def test_rounded_thirds_are_three_people() -> None:
    found = settle_counts("q", codes=[1, 2, 3], n=3, percentages={1: 33, 2: 33, 3: 33})

    assert found.counts == {1: 1, 2: 1, 3: 1}


@pytest.mark.parametrize(
    ("counts", "published", "code"),
    [
        ({1: 0, 2: 0, 3: 0, 4: 5, 5: 5}, {"mean": 4.5, "satisfied": 100}, None),
        ({1: 0, 2: 0, 3: 0, 4: 5, 5: 5}, {"mean": 4.4}, "mean_differs"),
        ({1: 1, 2: 0, 3: 0, 4: 5, 5: 5}, {"satisfied": 81}, "share_differs"),
        (None, {"mean": 67.81}, "mean_out_of_range"),
        (None, {"mean": 3.67}, "mean_impossible"),
    ],
)
def test_printed_figures_are_held_against_the_counts(
    counts: dict[int, int] | None, published: dict[str, float], code: str | None
) -> None:
    question = _one_item(range(1, 6)).rated[0]

    found = check_published("q", question, counts=counts, n=10, published=published)

    assert code is None or found[0].code == code
    assert bool(found) is bool(code)


def test_findings_speak_both_languages() -> None:
    finding = Finding("attesa", "mean_differs", "3.5880", "3.59")

    assert finding.message() == "attesa: la media dai conteggi è 3,5880, quella dichiarata 3,59"
    assert finding.message("en") == (
        "attesa: the mean from the counts is 3.5880, the stated one 3.59"
    )


def test_a_counted_wave_has_an_index_without_interval_and_is_not_compared(
    make_questionnaire: Make, make_wave: Make
) -> None:
    questionnaire = make_questionnaire(items=2, dimensions=1, overall=False)
    five = {"counts": {"4": 60, "5": 40}}

    tally = read_counts(_document(100, q1=five, q2=five), questionnaire).tally
    wave = Wave("2020", questionnaire, tally)

    isu = index_result(wave).isu
    assert isu.value == pytest.approx(85)
    assert (isu.lower, isu.reason) == (None, "no_pair_sums")
    after = make_wave(questionnaire, [[4, 4]] * 50, mode=[-1] * 50)
    web = make_wave(questionnaire, [[4, 4]] * 50)
    for later in (after, web):
        assert comparability_gate(ServicePair("s", (wave,), later)).reasons == ("no_pair_sums",)
        assert not mode_mix_changed(wave, later)


@pytest.mark.parametrize(
    "document",
    [
        {"format": "other"},
        {"format": FORMAT, "n": -1},
        {"format": FORMAT, "n": True},
        {"format": FORMAT, "n": 5, "items": {"zz": {}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"counts": [1, 2]}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"counts": {"one": 2}}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"counts": {"1": "2"}}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"percentages": {"1": float("nan")}}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"counts": {"1": 2, "01": 3}}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"n": -5}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"n": "5"}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"published": [3]}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"published": {"mean": "3"}}}},
        {"format": FORMAT, "n": 5, "items": {"q": {"published": {"mean": float("nan")}}}},
        {"format": FORMAT, "n": 5, "items": {"q": []}},
        {"format": FORMAT, "n": 5, "items": []},
        {"format": FORMAT, "n": 10**30},
        # sums of squares of these would not fit in 64 bits
        {"format": FORMAT, "n": 5, "items": {"q": {"counts": {"5": 10**18}}}},
    ],
)
def test_a_malformed_counts_document_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"format|n:|zz|items"):
        read_counts(document, _one_item(range(1, 6)))


def test_a_document_that_is_a_list_is_refused() -> None:
    with pytest.raises(ValueError, match="an object is needed, found list"):
        read_counts([], _one_item(range(1, 6)))  # type: ignore[arg-type]  # as JSON may give it


def test_an_item_of_unknown_base_keeps_its_counts() -> None:
    document = _document(10, q={"n": None, "counts": {"1": 4, "5": 5}})

    reading = read_counts(document, _one_item(range(1, 6)))

    assert reading.findings == ()
    assert item_result(_one_item(range(1, 6)), reading.tally, "q").n == 9


def test_decimals_and_whole_people_are_recognised() -> None:
    assert [decimals_of(value) for value in (38, 38.0, 3.6, 89.66)] == [0, 0, 1, 2]
    assert share_count(89.66, 0, decimals=2) is None
    assert not mean_is_possible(3.5, 0, decimals=1)


def _one_item(codes: range, *, satisfied: list[int] | None = None) -> Questionnaire:
    text = {"it": "x"}
    top = max(codes)
    return read_questionnaire(
        {
            "format": "gradimento/questionnaire/1",
            "id": "one",
            "languages": ["it"],
            "title": text,
            "dimensions": [],
            "scales": {
                "s": {
                    "codes": [{"code": code, "label": text} for code in codes],
                    "satisfied": satisfied or [top - 1, top],
                }
            },
            "sections": [
                {
                    "key": "s",
                    "questions": [
                        {"key": "q", "kind": "rating", "role": "item", "scale": "s", "text": text}
                    ],
                }
            ],
        }
    )


def _document(n: int, **items: Any) -> dict[str, Any]:
    return {"format": FORMAT, "n": n, "items": items}

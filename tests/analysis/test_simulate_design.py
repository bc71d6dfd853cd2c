"""What a synthetic survey asks: believable parameters, refused faults, designs from documents."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.simulate import (
    SPECIFICATION,
    Choice,
    Rating,
    design_for,
    draw_traits,
    draw_wave,
    expected_index,
    solve_shift,
    usual_shares,
)


@pytest.mark.parametrize("categories", range(2, 12))
def test_usual_shares_sum_to_one_on_every_scale(categories: int) -> None:
    shares = usual_shares(categories)
    assert len(shares) == categories
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


def test_a_scale_of_one_category_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        usual_shares(1)


@pytest.mark.parametrize(
    "fault",
    [
        {"codes": (1, 2), "shares": (0.5, 0.3, 0.2)},
        {"codes": (1, 2), "shares": (0.5, 0.6)},
        {"dk": 0.7, "na": 0.4},
        {"dk": -0.1},
    ],
)
def test_a_faulty_rating_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="broken"):
        Rating("broken", **fault)  # type: ignore[arg-type]  # values of mixed types on purpose


def test_choices_and_mode_shares_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match="one share a code"):
        Choice("door", (1, 2), (0.5, 0.4))
    with pytest.raises(ValueError, match="mode shares"):
        replace(SPECIFICATION, modes={"web": (0.5, 0.5, 0.5, 0.5)})
    with pytest.raises(ValueError, match="age codes"):
        replace(SPECIFICATION, age_codes=(1, 2))
    with pytest.raises(ValueError, match="at least one item"):
        replace(SPECIFICATION, items=())


def test_a_change_at_the_very_end_of_the_scale_is_refused_rather_than_missed() -> None:
    offsets = np.zeros(8)
    start, _ = expected_index(SPECIFICATION, np.zeros(3), offsets=offsets)
    with pytest.raises(ValueError, match="no latent shift"):
        solve_shift(SPECIFICATION, np.zeros(3), offsets=offsets, change=100 - start - 1e-9)


def text(words: str) -> dict[str, str]:
    return {"it": words}


@pytest.fixture
def document() -> dict[str, object]:
    """A form with a reversed item, a 1 = best scale and six age classes."""
    options = [{"code": c, "label": text(str(c))} for c in range(1, 7)]
    return {
        "scales": {
            "verbal4": {
                "polarity": "positive",
                "codes": [{"code": c, "label": text(str(c))} for c in range(1, 5)],
            },
            "rank": {
                "polarity": "negative",
                "codes": [{"code": c, "label": text(str(c))} for c in range(1, 6)],
            },
        },
        "sections": [
            {
                "questions": [
                    {
                        "key": "kind",
                        "kind": "rating",
                        "role": "item",
                        "scale": "verbal4",
                        "dimension": "care",
                        "allows": ["dk", "na"],
                    },
                    {
                        "key": "rude",
                        "kind": "rating",
                        "role": "item",
                        "scale": "verbal4",
                        "dimension": "care",
                        "reversed": True,
                    },
                    {"key": "verdict", "kind": "rating", "role": "overall", "scale": "rank"},
                    {
                        "key": "matters",
                        "kind": "rating",
                        "role": "importance",
                        "scale": "verbal4",
                        "of": "kind",
                    },
                    {"key": "comment", "kind": "long_text", "role": "comment"},
                ]
            },
            {
                "questions": [
                    {
                        "key": "age",
                        "kind": "single_choice",
                        "role": "profile",
                        "variable": "age_class",
                        "options": options,
                    },
                    {
                        "key": "sex",
                        "kind": "single_choice",
                        "role": "profile",
                        "variable": "sex",
                        "options": options[:3],
                    },
                    {
                        "key": "channel",
                        "kind": "single_choice",
                        "role": "profile",
                        "variable": "access_channel",
                        "options": options[:3],
                    },
                ]
            },
        ],
    }


def test_a_design_is_read_from_a_questionnaire(document: dict[str, object]) -> None:
    design = design_for(document)
    assert [item.key for item in design.items] == ["kind", "rude"]
    assert design.items[0].codes == (1, 2, 3, 4)
    assert design.items[1].codes == (4, 3, 2, 1)
    assert design.items[0].dk > 0
    assert design.items[1].dk == 0
    assert design.overall is not None
    assert design.overall.codes == (5, 4, 3, 2, 1)
    assert [rating.key for rating in design.importance] == ["matters"]


def test_every_column_of_a_questionnaire_is_filled_with_its_codes(
    document: dict[str, object],
) -> None:
    design = design_for(document)
    rng = np.random.default_rng(1)
    wave = draw_wave(rng, design, traits=draw_traits(rng, design))
    assert set(wave.columns) == {"kind", "rude", "verdict", "matters", "age", "sex", "channel"}
    assert set(np.unique(wave.columns["age"])) <= {1, 2, 3, 4, 5, 6}
    assert set(np.unique(wave.columns["sex"])) <= {1, 2, 3}
    assert wave.columns["kind"].dtype == np.int16


def test_a_form_without_profile_has_no_profile_columns(document: dict[str, object]) -> None:
    document["sections"] = document["sections"][:1]  # type: ignore[index]  # a document is free JSON
    rng = np.random.default_rng(1)
    design = design_for(document)
    wave = draw_wave(rng, design, traits=draw_traits(rng, design))
    assert set(wave.columns) == {"kind", "rude", "verdict", "matters"}

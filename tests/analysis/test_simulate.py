"""The generator against the facts stated in its specification (method, section 12)."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.data import MODES, Status
from analysis.simulate import (
    SCENARIOS,
    SPECIFICATION,
    Conditions,
    Design,
    Rating,
    SimulatedWave,
    Traits,
    draw_traits,
    draw_users,
    draw_wave,
    expected_index,
    simulate_body,
    solve_shift,
    usual_shares,
)

AVERAGE = Traits(level=0.0, items=np.zeros(8), users=12000)


def marks(wave: SimulatedWave, design: Design = SPECIFICATION) -> np.ndarray:
    """Return the items as floats, NaN where there is no valid answer."""
    table = np.column_stack([wave.columns[item.key] for item in design.items]).astype(float)
    table[table < 0] = np.nan
    return table


def big_wave(seed: int = 5, **conditions: float) -> SimulatedWave:
    return draw_wave(
        np.random.default_rng(seed),
        SPECIFICATION,
        traits=AVERAGE,
        conditions=Conditions(target=6000, **conditions),
    )


def clean_marks() -> np.ndarray:
    """Return complete rows without mode effects and dirt: what the specification speaks of."""
    table = marks(
        draw_wave(
            np.random.default_rng(11),
            SPECIFICATION.clean(),
            traits=replace(AVERAGE, users=60_000),
            conditions=Conditions(target=30_000),
        )
    )
    return table[~np.isnan(table).any(axis=1)]


def test_an_item_spreads_by_about_one_point() -> None:
    assert clean_marks().std(axis=0).mean() == pytest.approx(1.0, abs=0.02)


def test_two_items_correlate_by_about_47_hundredths() -> None:
    pairs = np.corrcoef(clean_marks().T)[np.triu_indices(8, 1)]
    assert pairs.mean() == pytest.approx(0.47, abs=0.015)


def test_the_index_spreads_by_about_three_quarters_of_a_point() -> None:
    assert clean_marks().mean(axis=1).std() == pytest.approx(0.75, abs=0.015)


def test_items_of_one_dimension_correlate_more_than_others() -> None:
    r = np.corrcoef(clean_marks().T)
    within = np.mean([r[j, j + 1] for j in (0, 2, 4, 6)])
    between = np.mean([r[0, j] for j in range(2, 8)])
    assert within > between + 0.05


def test_modes_follow_age_as_specified() -> None:
    rng = np.random.default_rng(2)
    traits = replace(AVERAGE, users=200_000)
    users = draw_users(rng, SPECIFICATION, traits=traits, conditions=Conditions())
    paper, web, kiosk = (MODES.index(name) for name in ("paper", "web", "kiosk"))
    for age, expected in enumerate(
        [(0.25, 0.55, 0.20), (0.35, 0.45, 0.20), (0.50, 0.30, 0.20), (0.70, 0.10, 0.20)]
    ):
        mode = users.mode[users.age == age]
        found = [float((mode == wanted).mean()) for wanted in (paper, web, kiosk)]
        assert found == pytest.approx(expected, abs=0.01)
    assert np.bincount(users.age) / 200_000 == pytest.approx((0.22, 0.28, 0.28, 0.22), abs=0.01)


def test_a_mode_shift_moves_that_share_of_paper_to_the_web() -> None:
    paper = MODES.index("paper")
    before, after = (float((big_wave(mode_shift=k).mode == paper).mean()) for k in (0.0, 0.5))
    assert after / before == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("target", [11, 200, 600])
def test_the_forms_meet_the_target_on_average(target: int) -> None:
    rng = np.random.default_rng(target)
    traits = Traits(level=0.2, items=np.zeros(8), users=1500)
    clean = SPECIFICATION.clean()
    sizes = [
        draw_wave(rng, clean, traits=traits, conditions=Conditions(target=target)).forms
        for _ in range(60)
    ]
    # Poisson-binomial: the sd of one size is at most the root of the target.
    assert np.mean(sizes) == pytest.approx(target, abs=4 * np.sqrt(target / 60))


def test_older_users_answer_more_readily() -> None:
    wave = big_wave()
    shares = np.bincount(wave.columns["age_class"])[1:] / wave.forms
    assert shares[3] > 0.24
    assert shares[0] < 0.20


def test_selection_makes_the_satisfied_answer_more_readily() -> None:
    honest = np.nanmean(marks(big_wave()))
    chosen = np.nanmean(
        marks(
            draw_wave(
                np.random.default_rng(5),
                SPECIFICATION,
                traits=AVERAGE,
                conditions=Conditions(target=600, selection=0.35),
            )
        )
    )
    assert chosen - honest > 0.12


def test_dirt_arrives_in_the_stated_doses() -> None:
    wave = big_wave()
    assert wave.duplicate.mean() == pytest.approx(0.01, abs=0.005)
    assert (wave.columns["item5"] == Status.DK).mean() == pytest.approx(0.15 * 0.98, abs=0.015)
    assert (wave.columns["item1"] == Status.BLANK).mean() == pytest.approx(0.02, abs=0.006)
    kiosk = wave.mode == MODES.index("kiosk")
    assert wave.straightline[kiosk].mean() == pytest.approx(0.06, abs=0.02)
    assert wave.straightline[~kiosk].mean() == pytest.approx(0.02, abs=0.01)
    assert np.log(wave.seconds).mean() == pytest.approx(np.log(150), abs=0.03)


def test_importance_is_not_asked_at_the_kiosk() -> None:
    wave = big_wave()
    kiosk = wave.mode == MODES.index("kiosk")
    assert (wave.columns["importance1"][kiosk] == Status.BLANK).all()
    assert (wave.columns["importance1"][~kiosk] > 0).mean() > 0.9


def test_a_duplicate_repeats_a_form_of_the_same_person() -> None:
    wave = big_wave()
    copy = int(np.flatnonzero(wave.duplicate)[0])
    first = int(np.flatnonzero(wave.cluster == wave.cluster[copy])[0])
    assert first != copy
    assert all(column[first] == column[copy] for column in wave.columns.values())


def test_the_same_seed_gives_the_same_file() -> None:
    one, two = big_wave(9), big_wave(9)
    assert one.columns.keys() == two.columns.keys()
    assert all((one.columns[key] == two.columns[key]).all() for key in one.columns)


def test_the_truth_is_what_the_answers_of_a_clean_census_average_to() -> None:
    clean = SPECIFICATION.clean()
    wave = draw_wave(
        np.random.default_rng(3), clean, traits=AVERAGE, conditions=Conditions(target=11_999)
    )
    measured = 25 * (np.nanmean(marks(wave), axis=0).mean() - 1)
    assert measured == pytest.approx(wave.true_index, abs=0.5)


def test_a_solved_shift_moves_the_truth_by_what_was_asked() -> None:
    content = np.random.default_rng(1).normal(0, 0.72, 3000)
    offsets = np.array([item.offset for item in SPECIFICATION.items])
    shift = solve_shift(SPECIFICATION, content, offsets=offsets, change=-7.5)
    before, _ = expected_index(SPECIFICATION, content, offsets=offsets)
    after, _ = expected_index(SPECIFICATION, content + shift, offsets=offsets)
    assert after - before == pytest.approx(-7.5, abs=1e-8)


def test_a_change_the_scale_has_no_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        solve_shift(SPECIFICATION, np.zeros(10), offsets=np.zeros(8), change=60)


def test_scenario_e_drops_exactly_its_four_services() -> None:
    rng = np.random.default_rng(4)
    waves = list(simulate_body(rng, SCENARIOS["E"], services=6, years=2, target=100))
    assert [w.truth.service for w in waves if w.truth.changed] == [0, 1, 2, 3]
    moves = [waves[2 * s + 1].truth.true_index - waves[2 * s].truth.true_index for s in range(6)]
    # 0.3 of 4 points is 7.5 of 100; the users of each year are other people.
    assert moves[:4] == pytest.approx([-7.5] * 4, abs=2.5)
    assert moves[4:] == pytest.approx([0, 0], abs=2.5)


def test_scenario_h_touches_one_item_of_one_service() -> None:
    waves = list(
        simulate_body(np.random.default_rng(4), SCENARIOS["H"], services=2, years=2, target=900)
    )
    first, last = marks(waves[0].wave), marks(waves[1].wave)
    drop = np.nanmean(last, axis=0) - np.nanmean(first, axis=0)
    assert drop[0] < -0.25
    assert np.abs(drop[1:]).max() < 0.2
    assert [w.truth.changed for w in waves] == [False, True, False, False]


def test_scenario_f_drifts_every_year() -> None:
    waves = simulate_body(np.random.default_rng(4), SCENARIOS["F"], services=4, years=3, target=50)
    changed = [(w.truth.service, w.truth.year) for w in waves if w.truth.changed]
    assert changed == [(s, y) for s in range(3) for y in (1, 2)]


def test_all_nine_scenarios_are_there() -> None:
    assert "".join(sorted(SCENARIOS)) == "ABCDEFGHI"


def test_a_smaller_body_is_the_beginning_of_a_larger_one() -> None:
    def forms(services: int) -> list[int]:
        rng = np.random.default_rng(8)
        return [
            w.wave.forms
            for w in simulate_body(rng, SCENARIOS["C"], services=services, years=2, target=40)
        ]

    assert forms(4)[:4] == forms(2)


def test_a_fixed_level_leaves_the_following_draws_alone() -> None:
    one, two = np.random.default_rng(3), np.random.default_rng(3)
    draw_traits(one, SPECIFICATION)
    draw_traits(two, SPECIFICATION, level=-0.4, users=900)
    assert one.random() == two.random()


def test_an_unreachable_target_is_refused() -> None:
    with pytest.raises(ValueError, match="out of reach"):
        draw_wave(
            np.random.default_rng(1),
            SPECIFICATION,
            traits=replace(AVERAGE, users=100),
            conditions=Conditions(target=100),
        )


def test_nobody_answers_a_target_of_zero() -> None:
    wave = draw_wave(
        np.random.default_rng(1), SPECIFICATION, traits=AVERAGE, conditions=Conditions(target=0)
    )
    assert wave.forms == 0
    assert 0 < wave.true_index < 100


def test_a_descending_scale_gives_low_codes_to_the_content() -> None:
    german = Rating("note", codes=(6, 5, 4, 3, 2, 1), shares=usual_shares(6))
    design = replace(SPECIFICATION, items=(german,), overall=None, importance=())
    wave = draw_wave(
        np.random.default_rng(1),
        design,
        traits=Traits(0.0, np.zeros(1), 5000),
        conditions=Conditions(target=800),
    )
    note = wave.columns["note"]
    assert note[note > 0].mean() < 3


def test_invalid_marks_occur_on_paper_alone() -> None:
    design = replace(
        SPECIFICATION, dirt=replace(SPECIFICATION.dirt, invalid_on_paper=0.1, profile_blank=0.1)
    )
    wave = draw_wave(
        np.random.default_rng(1), design, traits=AVERAGE, conditions=Conditions(target=2000)
    )
    paper = wave.mode == MODES.index("paper")
    invalid = wave.columns["item1"] == Status.INVALID
    assert invalid[paper].mean() == pytest.approx(0.1, abs=0.03)
    assert not invalid[~paper].any()
    assert (wave.columns["sex"] == Status.BLANK).mean() == pytest.approx(0.1, abs=0.03)


def test_a_service_without_kiosk_has_no_kiosk_forms() -> None:
    wave = draw_wave(
        np.random.default_rng(1),
        SPECIFICATION,
        traits=AVERAGE,
        conditions=Conditions(target=500, mode_factors={"kiosk": 0.0}),
    )
    assert not (wave.mode == MODES.index("kiosk")).any()

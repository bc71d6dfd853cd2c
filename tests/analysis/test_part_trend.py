"""The trend of a service: which waves are in it, its line, its questions, its words."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.nonparametric import jonckheere_terpstra

import analysis
from analysis.context import ServiceContext
from analysis.data import Questionnaire
from analysis.examples import example_wave
from analysis.indices import index_result
from analysis.intervals import Interval
from analysis.parameters import Parameters
from analysis.parts.trend import trend_json, trend_of, trend_words
from analysis.publication import publication_class
from analysis.wave import Wave
from analysis.wave_noise import NO_NOISE, WaveNoise

Make = Callable[..., Any]
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))
TREND = {"$ref": "#/$defs/trend", "$defs": SCHEMA["$defs"]}


def context_of(waves: Sequence[Wave], *, noise: WaveNoise = NO_NOISE) -> ServiceContext:
    last = waves[-1]
    return ServiceContext(
        "urp", last, tuple(waves[:-1]), index=index_result(last),
        publication=publication_class(last.respondents), change=None, noise=noise,
        parameters=Parameters(),
    )  # fmt: skip


def test_the_line_is_that_of_weighted_least_squares(series: Make) -> None:
    waves = series([0.0, -0.2, -0.3, -0.55, -0.6])

    found = trend_of(context_of(waves))

    line = found.line
    assert line is not None and line.interval is not None
    # one mode and no profile: levels are the plain, independent indices of the waves
    isu = [index_result(wave).isu for wave in waves]
    assert found.levels == pytest.approx([one.value for one in isu], abs=1e-9)
    # HC1 over the whole run: SE^2 of a wave is n/(n - p) (n_t - 1)/n_t of that of the wave alone
    n, p = 150, len(waves)
    factor = len(waves) * n / (len(waves) * n - p) * (n - 1) / n
    ses = np.array([one.se for one in isu], dtype=float) * math.sqrt(factor)
    assert found.level_ses == pytest.approx(ses.tolist(), rel=1e-9)
    # sm.WLS(y, sm.add_constant(years), weights=1/se**2).fit(cov_type="fixed scale")
    years = np.arange(2022.0, 2027)
    fit = sm.WLS(np.array(found.levels), sm.add_constant(years), weights=ses**-2.0).fit(
        cov_type="fixed scale"
    )
    assert line.slope == pytest.approx(fit.params[1], rel=1e-9)
    assert line.se == pytest.approx(fit.bse[1], rel=1e-6)
    assert (line.interval.lower, line.interval.upper) == pytest.approx(
        tuple(fit.conf_int()[1]), rel=1e-6
    )


def test_wave_noise_widens_the_interval_of_the_slope(series: Make) -> None:
    waves = series([0.0, -0.2, -0.3, -0.55])

    found = trend_of(context_of(waves, noise=WaveNoise(3.0, 40)))

    assert found.line is not None
    # tau of a change against two waves has the variance 1.5 sigma^2 of a wave: sigma^2 = 9/1.5
    # sm.WLS(y, sm.add_constant(years), weights=1/(se**2 + 6)).fit(cov_type="fixed scale").bse[1]
    weights = 1 / (np.array(found.level_ses) ** 2 + 6)
    years = sm.add_constant(np.arange(2022.0, 2026))
    fit = sm.WLS(np.array(found.levels), years, weights=weights).fit(cov_type="fixed scale")
    assert found.line.se == pytest.approx(fit.bse[1], rel=1e-6)


def test_three_waves_are_no_trend(series: Make) -> None:
    found = trend_of(context_of(series([0.0, 0.1, 0.2])))

    assert found.reason == "fewer_than_four_waves"
    assert (found.line, found.questions, trend_words(found, "it")) == (None, (), ())


def test_the_run_stops_at_a_series_break(series: Make) -> None:
    waves = series([0.0, 0.1, 0.2, 0.1, 0.3])
    waves[1] = replace(waves[1], series_break="nuovo questionario")

    found = trend_of(context_of(waves))

    assert found.waves == ("2023", "2024", "2025", "2026")


def test_a_wave_of_few_forms_ends_the_run(series: Make, make_wave: Make) -> None:
    waves = series([0.0, 0.1, 0.2, 0.1, 0.3])
    waves[2] = make_wave(waves[2].questionnaire, [[3, 3, 3, 3, 3]] * 12, label="2024")

    found = trend_of(context_of(waves))

    assert (found.waves, found.reason) == (("2025", "2026"), "fewer_than_four_waves")


def test_questions_are_tested_for_a_trend_of_their_marks(series: Make) -> None:
    waves = series([0.0, -0.3, -0.5, -0.8])

    found = trend_of(context_of(waves))

    # statsmodels.stats.nonparametric.jonckheere_terpstra(samples, alternative="two-sided")
    p = []
    for place in range(5):
        counts = [wave.tally.counts[:, place, 4:].sum(axis=0) for wave in waves]
        samples = [np.repeat(np.arange(11), table) for table in counts]
        p.append(jonckheere_terpstra(samples, alternative="two-sided").pvalue)
    assert [one.question.key for one in found.questions] == ["q1", "q2", "q3", "q4", "overall"]
    assert [one.marks.p for one in found.questions] == pytest.approx(p, rel=1e-6)
    # multipletests(p, method="holm")[1]
    holm = multipletests(p, method="holm")[1]
    assert [one.marks_p for one in found.questions] == pytest.approx(holm.tolist(), rel=1e-6)
    assert all((one.marks.z or 0) < 0 for one in found.questions)


def test_a_fall_is_said_with_its_pace_and_interval(series: Make) -> None:
    found = trend_of(context_of(series([0.0, -0.3, -0.5, -0.8, -1.0])))

    words = trend_words(found, "it")
    assert words[0].startswith("Dal 2022 al 2026 l'indice è calato in media di ")
    assert "punti l'anno (intervallo da " in words[0]
    assert "−" not in words[0]
    moved = next(line for line in words if line.startswith("Domande che si muovono"))
    assert "in calo" in moved
    # the tests of the questions know nothing of modes and profiles; the line of the index does
    assert "senza correzione per modalità e profilo" in moved
    assert trend_words(found, "en")[0].startswith("From 2022 to 2026 the index fell by ")


def test_no_direction_is_said_as_such(series: Make) -> None:
    words = trend_words(trend_of(context_of(series([0.0, 0.0, 0.0, 0.0]))), "it")

    assert "non mostra una direzione chiara" in words[0]


def test_labels_that_are_not_years_count_surveys(series: Make) -> None:
    waves = [replace(wave, label=f"{wave.label}-1") for wave in series([0.0, -0.4, -0.8, -1.2])]

    found = trend_of(context_of(waves))

    assert (found.times, found.calendar) == ((0.0, 1.0, 2.0, 3.0), False)
    assert "a rilevazione" in trend_words(found, "it")[0]


def test_a_missing_year_keeps_its_distance(series: Make) -> None:
    waves = series([0.0, -0.4, -0.8, -1.2])
    waves[3] = replace(waves[3], label="2027")

    assert trend_of(context_of(waves)).times == (2022.0, 2023.0, 2024.0, 2027.0)


def test_equal_answers_in_every_wave_have_no_line_but_a_reason(
    questionnaire: Questionnaire, make_wave: Make
) -> None:
    waves = [make_wave(questionnaire, [[4] * 5] * 60, label=str(y)) for y in range(2022, 2026)]

    found = trend_json(trend_of(context_of(waves)))

    jsonschema.validate(found, TREND)
    assert found["reason"] == "no_sampling_error"
    assert found["line"] is None
    assert {one["marks"]["reason"] for one in found["questions"]} == {"no_variance"}
    assert json.dumps(found, allow_nan=False)


def test_the_document_of_a_trend_follows_the_schema(series: Make) -> None:
    found = trend_json(trend_of(context_of(series([0.0, -0.3, -0.5, -0.8, -1.0]))))

    jsonschema.validate(found, TREND)
    first, last = found["waves"][0], found["waves"][-1]
    assert last["line"] - first["line"] == pytest.approx(4 * found["line"]["slope"])


@pytest.fixture
def questionnaire(make_questionnaire: Make) -> Questionnaire:
    made: Questionnaire = make_questionnaire(profiles={})
    return made


@pytest.fixture
def series(questionnaire: Questionnaire, make_wave: Make, draw: Make) -> Make:
    """Waves from 2022 on, 150 forms each, with a shift of the latent satisfaction."""

    def make(shifts: Sequence[float]) -> list[Wave]:
        waves = []
        for place, shift in enumerate(shifts):
            rows, *_ = draw(questionnaire, 150, seed=place, shift=shift, gaps=0.0)
            waves.append(make_wave(questionnaire, rows, label=str(2022 + place)))
        return waves

    return make


def test_a_clear_trend_says_how_often_chance_shows_one_so_steep() -> None:
    waves = tuple(example_wave(str(2022 + k), n=60, seed=300 + k, shift=0.05 * k) for k in range(5))
    found = trend_of(context_of(waves))
    assert found.line is not None and found.line.p is not None

    # R: 2 * pnorm(-abs(slope / se)) is 0.0283; 1 / 0.0283 = 35.3
    assert 2 * norm.cdf(-abs(found.line.slope / found.line.se)) == pytest.approx(0.0283, abs=5e-5)
    assert trend_words(found, "it")[1] == (
        "Un servizio che sta fermo ne mostra uno così ripido, per caso, circa una volta su 35."
    )
    steep = replace(found, line=replace(found.line, p=0.0009))
    assert not any("per caso" in one for one in trend_words(steep, "it"))


def test_a_clear_direction_never_reads_as_if_its_interval_touched_zero() -> None:
    waves = tuple(example_wave(str(2022 + k), n=60, seed=300 + k, shift=0.05 * k) for k in range(5))
    found = trend_of(context_of(waves))
    assert found.line is not None
    near = replace(found, line=replace(found.line, interval=Interval(0.02, 3.2)))

    assert "intervallo da 0,02 a 3,20" in trend_words(near, "it")[0]
    assert trend_json(near)["line"]["decimals"] == 2

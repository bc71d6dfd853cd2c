"""What is said of weights, clusters and finite populations, and what is kept back."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.data import MODES, responses_from_columns
from analysis.parts.weighting import Weighted, weighting_json, weighting_of, weighting_words
from analysis.tally import tally_responses
from analysis.wave import Wave
from tests.analysis.contexts import check_block, context_of

Make = Callable[..., Any]
EVEN = {"sex": ((1, 500.0), (2, 500.0))}


@pytest.fixture
def wave_of(make_questionnaire: Make) -> Callable[..., Wave]:
    """One item; the first sex answers high, the second low."""

    def make(*sizes: int, marks: tuple[int, ...] = (5, 2, 3), **choices: Any) -> Wave:
        questionnaire = make_questionnaire(
            items=1, dimensions=1, overall=False, profiles={"sex": 2, "access_channel": 2}
        )
        n = sum(sizes)
        sex = np.repeat([1, 2, -3][: len(sizes)], sizes)
        marks_of = np.repeat(marks[: len(sizes)], sizes)
        marks_of[:2] = [4, 3]
        columns = {
            "q1": marks_of,
            "sex": sex,
            "access_channel": choices.pop("channel", 1 + 0 * sex),
        }
        responses = responses_from_columns(
            questionnaire, columns, mode=np.zeros(n, np.int8), cluster=choices.pop("cluster", None)
        )
        return Wave("2026", questionnaire, tally_responses(questionnaire, responses), **choices)

    return make


def block(wave: Wave) -> tuple[Weighted, dict[str, Any]]:
    found = weighting_of(context_of(wave))
    written = weighting_json(found)
    check_block("weighting", written)
    return found, written


def test_a_correction_of_more_than_two_points_is_said(wave_of: Make) -> None:
    found, written = block(wave_of(120, 40, users_by=EVEN))

    # two marks of the first sex are 4 and 3, the others 5; the second sex always answers 2
    first, second = (118 * 5 + 4 + 3) / 120, 2.0
    plain = ((120 * first + 40 * second) / 160 - 1) * 25
    weighted = ((first + second) / 2 - 1) * 25
    assert written["method"] == "post_stratified"
    assert written["difference"] == pytest.approx(weighted - plain)
    assert written["unweighted"]["value"] == pytest.approx(plain)
    assert "differs" in written["flags"]
    # half of 160 users stand behind 120 answers, half behind 40: weights 80/120 and 80/40
    assert written["n_effective"] == pytest.approx(160**2 / (120 * (2 / 3) ** 2 + 40 * 2**2))
    assert weighting_words(found, "it") == (
        "L'indice è corretto secondo gli utenti serviti per sesso: senza correzione sarebbe "
        "80,8 (+18,6 punti).",
        "Confronto tra gli anni, scarti, importanza e priorità usano le risposte senza questa "
        "correzione.",
    )


def test_a_small_correction_is_said_to_be_small(wave_of: Make) -> None:
    found, written = block(wave_of(80, 78, users_by=EVEN))

    assert "differs" not in written["flags"]
    assert weighting_words(found, "en")[0] == (
        "The index is corrected to the users served by sex: this moves it by less than 2 points."
    )


def test_few_answers_are_not_weighted_and_it_is_said(wave_of: Make) -> None:
    found, written = block(wave_of(40, 19, users_by=EVEN))

    assert (written["method"], written["reason"]) == ("none", "not_weighted_small_n")
    assert (written["unweighted"], written["difference"]) == (None, None)
    assert "troppo" not in weighting_words(found, "it")[0]
    assert weighting_words(found, "it")[0].startswith("Gli utenti per sesso sono noti, ma")


def test_a_class_with_nine_respondents_is_not_weighted(wave_of: Make) -> None:
    assert block(wave_of(151, 9, users_by=EVEN))[1]["reason"] == "not_weighted_small_n"
    assert block(wave_of(150, 10, users_by=EVEN))[1]["method"] == "raked"


def test_one_class_left_and_users_not_known_have_their_reasons(wave_of: Make) -> None:
    assert block(wave_of(100, 2, users_by=EVEN))[1]["reason"] == "one_class"
    assert block(wave_of(100, 50))[1]["reason"] == "users_not_known"


def test_very_unequal_weights_ask_to_read_the_plain_index(wave_of: Make) -> None:
    found, written = block(wave_of(150, 20, users_by={"sex": ((1, 300.0), (2, 700.0))}))

    assert "weights_extreme" in written["flags"]
    _, second, third = weighting_words(found, "it")
    assert "leggere anche l'indice senza correzione" in second
    assert "priorità usano le risposte senza questa correzione" in third


def test_the_effective_number_does_not_give_small_groups_away(wave_of: Make) -> None:
    exact = block(wave_of(100, 60, users_by=EVEN))[1]
    _, hidden = block(wave_of(100, 60, 3, users_by=EVEN))

    assert exact["n_effective_exact"] is True
    assert hidden["n_effective_exact"] is False
    assert hidden["n_effective"] is None
    assert (exact["n_effective_reason"], hidden["n_effective_reason"]) == (None, "below_minimum")
    # every small number of blanks gives the same document figure: nothing to solve for
    others = {
        block(wave_of(100, 60, blank, users_by=EVEN))[1]["n_effective"] for blank in range(1, 8)
    }
    assert others == {hidden["n_effective"]}


def test_clusters_are_said_with_the_answers_they_are_worth(wave_of: Make) -> None:
    days = np.r_[-1 - np.arange(100) // 10, np.arange(50)]
    rng = np.random.default_rng(1)
    wave = wave_of(100, 50, cluster=days, marks=(3, 3))
    level = np.clip(np.rint(3 + rng.normal(0, 1, 10)), 1, 5).astype(int)
    marks = np.r_[np.repeat(level, 10), rng.integers(1, 6, 50)]
    columns = {"q1": marks, "sex": np.full(150, 1), "access_channel": np.full(150, 1)}
    responses = responses_from_columns(
        wave.questionnaire, columns, mode=np.full(150, MODES.index("kiosk"), np.int8), cluster=days
    )
    wave = Wave("2026", wave.questionnaire, tally_responses(wave.questionnaire, responses))

    found, written = block(wave)

    assert written["clusters"] == 60
    assert written["df"] == 59
    assert written["design_effect"] > 2
    effective = round(150 / written["design_effect"])
    assert weighting_words(found, "it") == (
        "Le risposte dello stesso totem nello stesso giorno si somigliano: l'intervallo ne tiene "
        f"conto, come se le risposte fossero {effective} su 150.",
    )


def test_margin_of_error_is_said_of_invited_users_only(wave_of: Make) -> None:
    open_link = block(wave_of(60, 60, users_served=10_000))
    sample = block(wave_of(60, 60, users_served=10_000, design="random_sample"))
    finite = block(wave_of(60, 60, users_served=240, design="census_invited"))
    census = block(wave_of(60, 60, users_served=120, design="census_invited"))

    assert (open_link[1]["margin_of_error"], weighting_words(open_link[0], "it")) == (None, ())
    assert weighting_words(sample[0], "it")[0].startswith("Il margine di errore dell'indice è di")
    assert weighting_words(finite[0], "it")[0].startswith("Ha risposto il 50% degli utenti:")
    assert finite[1]["margin_of_error"] < sample[1]["margin_of_error"]
    assert weighting_words(census[0], "en") == (
        "All users answered: this year's index has no margin of error.",
    )
    assert census[1]["margin_of_error"] == 0


def test_more_answers_than_users_are_said(wave_of: Make) -> None:
    found, written = block(wave_of(60, 60, users_served=100, design="census_invited"))

    assert written["finite_population"]["reason"] == "more_answers_than_users"
    assert "va controllato" in weighting_words(found, "it")[0]


def test_everybody_alike_has_no_design_effect_to_show(wave_of: Make) -> None:
    wave = wave_of(60, 60)
    columns = {"q1": np.full(60, 5), "sex": np.full(60, 1), "access_channel": np.full(60, 1)}
    responses = responses_from_columns(
        wave.questionnaire, columns, mode=np.zeros(60, np.int8), cluster=-1 - np.arange(60) // 2
    )

    _, written = block(
        Wave("2026", wave.questionnaire, tally_responses(wave.questionnaire, responses))
    )

    assert (written["design_effect"], written["design_effect_reason"]) == (None, "no_variance")
    assert written["clusters"] == 30

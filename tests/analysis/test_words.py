"""Sentences of the verdicts."""

import re
from dataclasses import replace

import pytest

from analysis.verdict_texts import DOUBTS
from analysis.words import (
    LANGUAGES,
    Movement,
    Verdict,
    common_shift,
    comparison,
    label,
    not_comparable,
    note,
    points,
)

FALL = Movement(
    base=74, last=66, difference=-8, crude=-8, lower=-12, upper=-4, se=2,
    base_n=210, last_n=200, services=40, delta=5, mde=5,
)  # fmt: skip
REASONS = (
    "series_break", "items_changed", "scale_changed", "too_few_responses", "no_common_mode",
    "no_pair_sums", "confounded", "too_few_answers",
)  # fmt: skip


def test_the_sentences_of_the_method_come_out_word_for_word() -> None:
    expected = {
        Verdict.WORSE: "La soddisfazione è scesa da 74 a 66 (−8 punti, intervallo da −12 a −4). "
        "È molto improbabile che dipenda dal caso.",
        Verdict.SIGNAL: "Possibile calo (−8 punti): con 40 servizi controllati, un segnale così "
        "può comparire per caso. Da verificare con l'indagine successiva o con i reclami.",
        Verdict.STABLE: "Stabile: la differenza (−8) è più piccola della soglia di 5 punti "
        "fissata.",
        Verdict.UNKNOWN: "I dati non permettono di dire se è cambiata: con 200 risposte avremmo "
        "visto solo variazioni di almeno 5 punti.",
    }

    for verdict, sentence in expected.items():
        assert comparison(verdict, FALL, "it").headline == sentence


def test_a_rise_is_said_as_a_rise_in_both_languages() -> None:
    rise = replace(FALL, base=66, last=74, difference=8, crude=8, lower=4, upper=12)

    assert comparison(Verdict.BETTER, rise, "it").headline.startswith(
        "La soddisfazione è salita da 66 a 74 (+8 punti, intervallo da +4 a +12)."
    )
    assert comparison(Verdict.BETTER, rise, "en").headline.startswith(
        "Satisfaction rose from 66 to 74 (+8 points, interval from +4 to +12)."
    )
    assert "Possibile miglioramento" in comparison(Verdict.SIGNAL, rise, "it").headline


def test_an_adjusted_change_that_differs_from_the_plain_one_says_so() -> None:
    adjusted = replace(FALL, difference=-6)

    assert (
        "(−6 punti a parità di modalità e profilo,"
        in comparison(Verdict.WORSE, adjusted, "it").headline
    )
    assert "differenza semplice −8" in comparison(Verdict.WORSE, adjusted, "it").detail


@pytest.mark.parametrize(("language", "claim"), [("it", "profilo"), ("en", "profile")])
def test_a_profile_that_was_not_asked_is_not_said_to_be_equal(language: str, claim: str) -> None:
    asked = replace(FALL, difference=-6, last_year=-3.0)
    movements = [asked, replace(asked, last_year=None), replace(asked, last=75)]

    for movement in movements:
        for profile in (True, False):
            said = comparison(Verdict.WORSE, replace(movement, profile=profile), language)
            assert (claim in said.headline) is profile
            assert (claim in said.detail) is profile


def test_a_single_service_is_not_said_to_be_one_of_many() -> None:
    alone = comparison(Verdict.SIGNAL, replace(FALL, services=1), "it").headline

    assert "servizi controllati" not in alone


def test_the_second_line_has_both_numbers_of_answers_both_values_and_the_interval() -> None:
    detail = comparison(Verdict.STABLE, FALL, "it").detail

    for part in ("210 risposte", "200 ora", "indice 74 e 66", "da −12 a −4"):
        assert part in detail


def test_the_smallest_visible_change_is_rounded_up() -> None:
    sentence = comparison(Verdict.UNKNOWN, replace(FALL, mde=8.01), "it").headline

    assert "almeno 9 punti" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_uses_a_forbidden_word(language: str) -> None:
    movements = [FALL, replace(FALL, last=75), *(replace(FALL, doubt=doubt) for doubt in DOUBTS)]
    sentences = [comparison(v, movement, language) for v in Verdict for movement in movements]
    sentences += [not_comparable(reason, language) for reason in (*REASONS, "no_previous_wave")]
    texts = [f"{one.headline} {one.detail}" for one in sentences]
    texts += [common_shift(shift, language) for shift in (-5.0, 5.0)]
    texts += [note(name, language) for name in ("interval", "no_wave_noise", "non_response")]
    texts += [label(verdict, language) for verdict in Verdict]

    forbidden = r"\b(significativ|dimostra|certo|certamente|primo|ultimo|grazie a|margine|prove)"
    for text in texts:
        assert not re.search(forbidden, text, re.IGNORECASE), text
        assert "{" not in text


def test_a_common_fall_is_not_read_as_an_improvement() -> None:
    assert "leggerlo come peggioramento" in common_shift(-4.0, "it")
    assert "reading it as a decline" in common_shift(-4.0, "en")


def test_every_reason_has_words_in_both_languages() -> None:
    for reason in REASONS:
        assert not_comparable(reason, "it").headline.startswith("Non confrontabile")
        assert not_comparable(reason, "en").headline.startswith("Not comparable")


def test_one_point_is_singular() -> None:
    assert points(-1.2, "it") == "−1 punto"
    assert points(1.0, "en", signed=False) == "1 point"
    assert points(0.2, "it") == "0 punti"


@pytest.mark.parametrize(("last", "shown"), [(75.0, "75"), (74.2, "74")])
def test_a_fall_that_the_plain_values_do_not_show_is_not_told_by_them(
    last: float, shown: str
) -> None:
    hidden = replace(FALL, last=last, crude=last - 74)

    assert comparison(Verdict.WORSE, hidden, "it").headline == (
        "A parità di modalità di risposta e profilo la soddisfazione è scesa di 8 punti "
        f"(intervallo da −12 a −4); senza questa correzione l'indice è 74 prima e {shown} ora. "
        "È molto improbabile che dipenda dal caso."
    )


@pytest.mark.parametrize(
    ("delta", "words"), [(5.0, "di 5 punti"), (4.5, "di 4,5 punti"), (7.25, "di 7,25 punti")]
)
def test_the_threshold_is_said_as_it_was_chosen(delta: float, words: str) -> None:
    sentence = comparison(Verdict.SMALL, replace(FALL, difference=-1.0, delta=delta), "it")

    assert words in sentence.headline


@pytest.mark.parametrize(("difference", "words"), [(4.96, "+4,96 punti"), (-4.6, "−4,6 punti")])
def test_a_difference_below_the_threshold_never_reads_like_it(
    difference: float, words: str
) -> None:
    sentence = comparison(Verdict.SMALL, replace(FALL, difference=difference), "it")

    assert sentence.headline.startswith(f"Variazione piccola: la differenza ({words})")


@pytest.mark.parametrize(
    ("upper", "shown"), [(-4.0, "da −12 a −4"), (-0.4, "da −12,0 a −0,4"), (-0.03, "a −0,03")]
)
def test_an_established_change_never_reads_as_if_its_interval_touched_zero(
    upper: float, shown: str
) -> None:
    assert shown in comparison(Verdict.WORSE, replace(FALL, upper=upper), "it").headline


def test_a_signal_of_the_last_year_alone_names_that_change_and_its_direction() -> None:
    still = replace(FALL, difference=0.2, crude=0.2, lower=-5, upper=5.4, last_year=-8, signal=-8)

    assert comparison(Verdict.SIGNAL, still, "it").headline.startswith(
        "Possibile calo rispetto alla sola rilevazione precedente (−8 punti): "
    )
    assert comparison(Verdict.SIGNAL, still, "en").headline.startswith(
        "Possible fall against the survey before alone (−8 points): "
    )

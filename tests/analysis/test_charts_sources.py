"""What the analysis found, as charts show it; and the titles that say it."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.charts import (
    ControlPlot,
    FunnelPlot,
    FunnelService,
    PriorityItem,
    PriorityPlot,
    ProfileClass,
    ProfileVariable,
    StandardRow,
    describe_control,
    describe_funnel,
)
from analysis.charts.funnel import Band
from analysis.charts.gallery import Chart, body_charts, distribution_charts, profile_chart
from analysis.charts.sources import (
    control_plot,
    funnel_plot,
    priority_plot,
    profile_variable,
    standard_row,
)
from analysis.charts.titles import (
    control_title,
    funnel_title,
    priority_title,
    profile_title,
    standards_title,
)
from analysis.control_chart import p_chart, xmr
from analysis.examples import example_wave
from analysis.funnel import ServiceScore, funnel
from analysis.history import ServiceHistory, body_years
from analysis.jackknife import Jackknife
from analysis.nonresponse import ClassRate, Representativity
from analysis.priority import priority_map
from analysis.report import write
from analysis.results import as_document
from analysis.standards import Standard, check_share


def eleven(*others: ServiceScore) -> list[ServiceScore]:
    return [*(ServiceScore(f"s{k}", 70.0 + k % 3, 2.0, 100.0) for k in range(11)), *others]


def test_the_funnel_shows_the_limits_of_the_analysis() -> None:
    found = funnel(eleven(ServiceScore("odd", 55.0, 2.0, 100.0)))
    plot = funnel_plot(found, language="it")
    inner, outer = found.limits(50)
    assert plot.limits(50, 1.96) == pytest.approx((inner.lower, inner.upper))
    assert plot.limits(50, 3.09) == pytest.approx((outer.lower, outer.upper))
    assert funnel_title(plot, "it") == "odd: molto sotto l'atteso"


def test_a_service_left_out_of_the_funnel_is_named_without_numbers() -> None:
    found = funnel(eleven(ServiceScore("piccolo", 41.0, 9.0, 12.0)))
    plot = funnel_plot(found, language="it")
    row = describe_funnel(plot, title="T").rows[-1]
    assert row[0] == "piccolo"
    assert row[1].startswith("fuori dal confronto")
    assert row[2:] == ("", "", "", "")
    assert funnel_title(plot, "it").startswith("Nessun servizio si scosta")


def test_too_few_services_make_no_funnel() -> None:
    with pytest.raises(ValueError, match="fewer_than_ten_services"):
        funnel_plot(funnel(eleven()[:9]), language="it")


def test_many_services_outside_are_counted_and_not_listed() -> None:
    bands: tuple[Band, ...] = ("in_line", "above", "far_above", "below")
    services = tuple(FunnelService(band, 70, 100, band) for band in bands)
    title = funnel_title(FunnelPlot(services, 70, 20, 0), "it")
    assert title == "Servizi sopra l'atteso: 2, sotto: 1, su 4"


def test_the_priority_map_keeps_places_words_and_lines() -> None:
    four = Jackknife(np.array([90.0, 50.0, 40.0, 80.0]), np.eye(4), 64)
    found = priority_map(["wait", "rooms"], four, n=200)
    plot = priority_plot(found, {"wait": "Attesa"}, language="it")
    assert [item.label for item in plot.items] == ["Attesa", "rooms"]
    assert [item.tag for item in plot.items] == [
        "Priorità di intervento",
        "Presidio da non aumentare",
    ]
    assert [item.act for item in plot.items] == [True, False]
    assert (plot.crosshair, plot.level) == ((70.0, 60.0), 60.0)
    assert plot.quadrants[3] == "Priorità di intervento"
    assert priority_title(plot, "it") == "Priorità di intervento: Attesa"


def test_a_map_without_places_has_no_data_to_show() -> None:
    none = Jackknife(np.array([90.0, 40.0]), np.eye(2), 64)
    found = priority_map(["wait"], none, n=200)
    plot = priority_plot(found, {}, language="en")
    assert plot.items == ()
    assert priority_title(plot, "en") == "Importance and satisfaction"


def test_no_sure_priority_is_said_to_be_none() -> None:
    plot = PriorityPlot((PriorityItem("A", 70, 70), PriorityItem("B", 72, 71)))
    assert priority_title(plot, "it") == (
        "Di nessuna domanda si può dire che sia una priorità di intervento"
    )


def test_a_checked_share_is_shown_in_per_cent_with_its_bound() -> None:
    # Method, 9: 170 of 200 has a one-sided lower bound of 80.38 %.
    standard = Standard(0.80, minimum=0.6)
    row = standard_row("A", standard, check_share(170, 200, standard), n=200, language="it")
    assert (row.target, row.value, row.floor) == (80, 85, 60)
    assert row.bound == pytest.approx(80.38, abs=0.005)
    assert (row.outcome, row.tag) == ("met", "rispettato")


def test_a_sample_of_fewer_than_ten_cases_is_not_shown_and_a_register_is() -> None:
    few, whole = Standard(0.8), Standard(0.8, register=True)
    hidden = standard_row("A", few, check_share(7, 9, few), n=9, language="it")
    shown = standard_row("A", whole, check_share(7, 9, whole), n=9, language="it")
    assert (hidden.value, hidden.n, hidden.lower, hidden.tag) == (None, 0, None, "")
    assert shown.value == pytest.approx(700 / 9)
    assert shown.bound is None


def test_no_cases_are_said_to_be_none() -> None:
    standard = Standard(0.8)
    row = standard_row("A", standard, check_share(0, 0, standard), n=0, language="en")
    assert (row.value, row.reason) == (None, "no cases")


def test_a_control_chart_of_shares_is_shown_in_per_cent() -> None:
    satisfied = np.array([80, 82, 78, 81, 79, 83, 80, 77, 82, 80, 81, 60])
    found = p_chart(satisfied, np.full(12, 100))
    plot = control_plot(found, [f"m{k}" for k in range(12)], language="it", hidden={0})
    assert plot.points[0].value is None
    assert plot.points[11].value == pytest.approx(60)
    assert plot.points[11].signals == {"beyond"}
    assert plot.few_points
    assert describe_control(plot, title="T").rows[11][1] == "60%"
    assert control_title(plot, "it").endswith("1 su 11 punti, l'ultimo m11")


def test_a_chart_of_values_keeps_their_units_and_may_be_stable() -> None:
    found = xmr(np.array([70.0, 72, 69, 71, 70, 73, 71, 70, 72, 71, 69, 70]))
    plot = control_plot(found, [str(k) for k in range(12)], language="it", share=False)
    assert plot.points[0].value == 70
    assert control_title(plot, "it") == "Processo stabile: nessun segnale in 12 punti"


def test_too_few_points_make_no_control_chart_and_say_why() -> None:
    plot = control_plot(xmr(np.arange(5.0)), [], language="it")
    assert describe_control(plot, title="T").text == (
        "T. Meno di 12 punti: troppo pochi per una carta di controllo."
    )
    assert control_title(plot, "it") == "Carta di controllo"


def test_labels_and_points_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="1 labels for 12 points"):
        control_plot(xmr(np.arange(12.0)), ["gen"], language="it")


def test_respondents_stand_beside_users_and_protected_classes_do_not() -> None:
    found = Representativity(
        (
            ClassRate(1, 60, 400.0, 0.25, 0.15, 0.15, flagged=False),
            ClassRate(2, 340, 1200.0, 0.75, 0.85, 0.28, flagged=True),
        ),
        0.8,
    )
    variable = profile_variable("Età", found, {1: "giovani"}, language="it", hidden={1})
    assert variable.classes[0] == ProfileClass("giovani", None)
    assert (variable.classes[1].label, variable.classes[1].users) == ("2", 0.75)
    assert profile_title([variable], "it") == "Chi ha risposto si discosta dagli utenti: 2"


def test_a_variable_that_nobody_stated_shows_why() -> None:
    found = Representativity((), None, "nobody_stated_a_class")
    assert profile_variable("Età", found, {}, language="en").reason == "nobody stated a class"


def test_the_profile_of_a_results_document_rests_on_all_forms() -> None:
    wave = {
        "forms": 100,
        "profiles": [
            {
                "text": {"it": "Età"},
                "options": [
                    {"code": 1, "label": {"it": "giovani"}, "n": 60},
                    {"code": 2, "label": {}, "n": None},
                ],
                "not_stated": {"n": None},
            }
        ],
    }
    rows = profile_chart(wave, minimum=10, language="it").alternative().rows
    assert rows == (
        ("Età", "giovani", "60", "60%"),
        ("Età", "2", "n < 10: non pubblicato", "n < 10: non pubblicato"),
        ("Età", "non indicato", "n < 10: non pubblicato", "n < 10: non pubblicato"),
    )


def test_the_title_of_the_standards_counts_the_verdicts() -> None:
    rows = (
        StandardRow("A", 80, 90, "met"),
        StandardRow("B", 80, 70, "not_met"),
        StandardRow("C", 80, 79, "not_conclusive"),
        StandardRow("D", 80, None, "met"),
    )
    assert standards_title(rows, "it") == (
        "Standard della carta: rispettati 1, non rispettati 1, non si può dire 1, senza valore 1"
    )
    assert standards_title((), "en") == "Standards of the charter"


TITLED: list[tuple[Any, Callable[[Any, str], str]]] = [
    (FunnelPlot((), 71, 20, 4), funnel_title),
    (PriorityPlot(()), priority_title),
    (ControlPlot(()), control_title),
    ((StandardRow("A", 80, 90, "met"),), standards_title),
    ((ProfileVariable("A", 50, (ProfileClass("B", 50),)),), profile_title),
]


@pytest.mark.parametrize(("data", "title"), TITLED)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_chart_draws_and_says_every_kind_of_data(
    data: Any, title: Callable[[Any, str], str], language: str
) -> None:
    chart = Chart("plot", title(data, language), language, data)
    assert chart.svg(narrow=True).startswith("<svg")
    assert chart.alternative().text.startswith(chart.title)


def test_a_wave_known_as_counts_has_no_profile_to_draw() -> None:
    wave = {
        "forms": 100,
        "profiles": [
            {
                "text": {"it": "Età"},
                "options": [{"code": 1, "label": {"it": "giovani"}, "n": 0}],
                "not_stated": {"n": 0},
            }
        ],
    }
    assert profile_chart(wave, minimum=10, language="it").data == ()


def _rating(number: int, role: str, *, satisfied: float = 50.0) -> dict[str, Any]:
    codes = [{"code": code, "label": {"it": str(code)}} for code in (1, 2)]
    return {
        "key": f"q{number}", "number": number, "role": role, "text": {"it": "Testo"}, "n": 100,
        "scale": {"codes": codes, "higher_is_better": True}, "statuses": None,
        "counts": [{"code": 1, "n": 50}, {"code": 2, "n": 50}],
        "satisfied": {"codes": [2], "value": satisfied}, "dissatisfied": {"codes": [1]},
        "index": {"value": 10.0 * number, "reason": None},
    }  # fmt: skip


def test_what_people_find_important_is_no_satisfaction() -> None:
    wave = {
        "items": [_rating(1, "item"), _rating(2, "item", satisfied=60.0)],
        "overall": _rating(3, "overall", satisfied=55.0),
        "other_ratings": [_rating(4, "importance", satisfied=99.0), _rating(5, "importance")],
        "detail": None,
    }

    judged, important = distribution_charts(wave, minimum=10, language="it")

    assert judged.title == "Utenti soddisfatti: tra 50% (domanda 1) e 60% (domanda 2)"
    assert important.title == "Importanza: tra 40 (domanda 4) e 50 (domanda 5) su 100"
    assert "soddisfatti" not in important.alternative().text
    assert "soddisfatti" not in important.alternative().header


def test_a_weighted_wave_says_the_same_share_in_title_and_row() -> None:
    wave = {
        "items": [_rating(1, "item", satisfied=57.4)], "overall": None, "other_ratings": [],
        "detail": {"weighting": {"method": "raked"}},
    }  # fmt: skip

    (chart,) = distribution_charts(wave, minimum=10, language="it")

    said = chart.alternative()
    assert chart.title == "57% di utenti soddisfatti"
    assert said.header[-1] == "soddisfatti, secondo gli utenti serviti"
    assert said.rows[0][-1] == "57%"


@pytest.mark.parametrize("weighting", [{"method": "none"}, None])
def test_a_wave_that_is_not_weighted_does_not_speak_of_the_users_served(
    weighting: dict[str, str] | None,
) -> None:
    wave = {
        "items": [_rating(1, "item")], "overall": None, "other_ratings": [],
        "detail": {"weighting": weighting},
    }  # fmt: skip

    (chart,) = distribution_charts(wave, minimum=10, language="it")

    assert chart.alternative().header[-1] == "soddisfatti"


def _history(key: str, *years: int) -> ServiceHistory:
    waves = (example_wave(str(year), n=40, seed=year) for year in years)
    return ServiceHistory(key, key.upper(), tuple(waves))


def test_a_year_of_other_services_says_so_under_the_index_of_the_body() -> None:
    services = [_history("a", 2024, 2025, 2026), _history("b", 2024, 2025), _history("c", 2026)]
    document = as_document(body_years(services, detailed=()))

    years = body_charts(document, language="it")[-1]

    said = years.alternative()
    assert said.text.endswith("; servizi diversi dall'anno prima: 1 in più, 1 in meno.")
    assert said.text.count("servizi diversi") == 1


def test_a_service_without_a_survey_this_year_says_of_when_its_data_are(tmp_path: Path) -> None:
    services = [_history("a", 2025, 2026), _history("b", 2025)]
    write(as_document(body_years(services, detailed=())), tmp_path)

    said = (tmp_path / "report.html").read_text("utf-8")
    older = "Nel 2026 non c'è una rilevazione di questo servizio: i dati sono del 2025."
    assert html.unescape(said).count(older) == 1

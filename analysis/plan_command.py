"""`python -m analysis plan`: how many answers the next wave needs."""

import argparse
import json
import math
import sys
from collections.abc import Mapping
from typing import Any

from analysis.errors import CommandError
from analysis.figures import number
from analysis.planning import (
    answers_for_change,
    answers_for_share,
    answers_for_standard,
    chance_over,
    detectable_change,
    power_of_change,
)
from analysis.publication import DEFAULT

Plan = dict[str, Any]
#: 0.75 on a scale 1-5: what the index of one respondent spreads by (method, 6.7).
_USUAL_SD = 18.75
_POWER = 80.0

_TEXTS: Mapping[str, tuple[str, str]] = {
    "change": (
        "Per accertare un cambiamento di {points} punti (servizi confrontati: {services}) servono "
        "almeno {answers} risposte per servizio in ogni rilevazione (probabilità {power}%, soglia "
        "{delta} punti, deviazione standard {sd} punti, rilevazioni precedenti nel confronto: "
        "{base_waves}). "
        "Oscillazioni tra un anno e l'altro e cambi nelle modalità di risposta si aggiungono.",
        "To establish a change of {points} points (services compared: {services}), at least "
        "{answers} answers for each service are needed in every wave (chance {power}%, threshold "
        "{delta} points, standard deviation {sd} points, earlier waves in the comparison: "
        "{base_waves}). Swings between "
        "years and shifts of response mode come on top.",
    ),
    "at_threshold": (
        "Un cambiamento vero di {points} punti non supera la soglia di {delta}: una volta su due "
        "appare più piccolo, e nessun numero di risposte basta ad accertarlo.",
        "A true change of {points} points does not exceed the threshold of {delta}: every other "
        "time it looks smaller, and no number of answers is enough to establish it.",
    ),
    "with_answers": (
        "Con {given} risposte la probabilità di accertarlo è {chance}%; per un solo servizio si "
        "vedrebbero variazioni di almeno {detectable} punti.",
        "With {given} answers the chance to establish it is {chance}%; for a single service "
        "changes of at least {detectable} points would be seen.",
    ),
    "share": (
        "Per una percentuale attesa del {expected}% con un margine di ±{margin} punti (intervallo "
        "al {confidence}%) servono almeno {answers} risposte.",
        "For an expected share of {expected}% with a margin of ±{margin} points ({confidence}% "
        "interval) at least {answers} answers are needed.",
    ),
    "standard": (
        "Per mostrare rispettato uno standard del {promised}% quando il valore vero è {margin} "
        "punti sopra servono almeno {answers} risposte (probabilità {power}%).",
        "To show that a standard of {promised}% is met when the true value is {margin} points "
        "above it, at least {answers} answers are needed (chance {power}%).",
    ),
    "out_of_reach": (
        "Uno standard del {promised}% con un margine di {margin} punti arriva al 100% o oltre: "
        "nessun numero di risposte basta.",
        "A standard of {promised}% with a margin of {margin} points reaches 100% or more: no "
        "number of answers is enough.",
    ),
    "not_positive": (
        "--{option} {value}: serve un numero maggiore di zero",
        "--{option} {value}: a number above zero is needed",
    ),
    "not_inside": (
        "--{option} {value}: serve un numero tra 0 e 100, estremi esclusi",
        "--{option} {value}: a number between 0 and 100 is needed, both excluded",
    ),
}


def add_plan(commands: Any) -> None:
    """Add the command to the parser."""
    sub = commands.add_parser("plan", help="quante risposte servono / how many answers to plan")
    kinds = sub.add_subparsers(dest="kind", required=True)
    change = kinds.add_parser("change", help="per accertare un cambiamento")
    change.add_argument("--points", type=float, required=True, help="sulla scala 0-100")
    change.add_argument(
        "--delta", type=float, default=DEFAULT.delta, help="soglia dell'ente (predefinita 5 punti)"
    )
    change.add_argument("--services", type=int, default=1, metavar="K")
    change.add_argument("--sd", type=float, default=_USUAL_SD, help="di un rispondente, 0-100")
    change.add_argument("--base-waves", type=int, choices=(1, 2), default=2)
    change.add_argument("--answers", type=int, metavar="N", help="probabilità con N risposte")
    change.add_argument("--tau", type=float, default=0.0, help="oscillazione tra anni, in punti")
    share = kinds.add_parser("share", help="per una percentuale con un margine")
    share.add_argument("--margin", type=float, required=True, help="in punti percentuali")
    share.add_argument("--expected", type=float, default=50.0, help="percentuale attesa")
    share.add_argument("--confidence", type=float, default=95.0)
    standard = kinds.add_parser("standard", help="per mostrare rispettato uno standard")
    standard.add_argument("--promised", type=float, required=True, help="percentuale promessa")
    standard.add_argument("--margin", type=float, required=True, help="quanto sopra è il vero")
    for one in (change, standard):
        one.add_argument("--power", type=float, default=_POWER, help="probabilità, percentuale")
    for one, planner in ((change, _change), (share, _share), (standard, _standard)):
        one.add_argument("--json", action="store_true", help="numeri in JSON")
        one.add_argument("--lang", choices=("it", "en"), default="it")
        one.set_defaults(action=run_plan, planner=planner)


def run_plan(given: argparse.Namespace) -> int:
    """Print the plan, in words or as JSON."""
    plan = given.planner(given)
    if given.json:
        sys.stdout.write(json.dumps(plan, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_sentences(plan, given.lang)) + "\n")
    return 0


def _change(given: argparse.Namespace) -> Plan:
    _check(given, positive=("services", "sd"), inside=("points", "delta", "power"))
    if not (math.isfinite(given.tau) and given.tau >= 0):
        raise CommandError(_text("not_positive", given.lang, option="tau", value=given.tau))
    services, base_waves = given.services, given.base_waves
    answers = answers_for_change(
        given.points, given.sd, services=services, base_waves=base_waves, power=given.power / 100,
        threshold=given.delta,
    )  # fmt: skip
    plan: Plan = {
        "kind": "change",
        "delta": given.delta,
        "points": given.points,
        "sd": given.sd,
        "services": services,
        "base_waves": base_waves,
        "power": given.power,
        # fewer forms are not compared at all
        "answers": None if answers is None else max(answers, DEFAULT.full_minimum),
        "reason": "at_threshold" if answers is None else None,
    }
    if given.answers is not None:
        _check(given, positive=("answers",))
        factor = 2 if base_waves == 1 else 1.5
        se = given.sd * math.sqrt(factor / given.answers)
        chance = power_of_change(
            given.answers,
            given.points,
            given.sd,
            services=services,
            base_waves=base_waves,
            tau=given.tau,
        )
        chance = min(chance, chance_over(given.delta, given.points, math.hypot(se, given.tau)))
        plan |= {
            "given": given.answers,
            "tau": given.tau,
            "chance": 100 * chance,
            "detectable": detectable_change(se, tau=given.tau),
        }
    return plan


def _share(given: argparse.Namespace) -> Plan:
    _check(given, inside=("margin", "expected", "confidence"))
    answers = answers_for_share(
        given.margin / 100, expected=given.expected / 100, confidence=given.confidence / 100
    )
    return {
        "kind": "share",
        "margin": given.margin,
        "expected": given.expected,
        "confidence": given.confidence,
        "answers": answers,
    }


def _standard(given: argparse.Namespace) -> Plan:
    _check(given, inside=("promised", "margin", "power"))
    answers = answers_for_standard(
        given.promised / 100, given.margin / 100, power=given.power / 100
    )
    return {
        "kind": "standard",
        "promised": given.promised,
        "margin": given.margin,
        "power": given.power,
        "answers": answers,
        "reason": "out_of_reach" if answers is None else None,
    }


def _check(
    given: argparse.Namespace, *, positive: tuple[str, ...] = (), inside: tuple[str, ...] = ()
) -> None:
    for key, options in (("not_positive", positive), ("not_inside", inside)):
        for option in options:
            value = getattr(given, option)
            high = math.inf if key == "not_positive" else 100
            if not 0 < value < high:
                raise CommandError(_text(key, given.lang, option=option, value=value))


def _sentences(plan: Plan, language: str) -> list[str]:
    written = {
        key: _plain(value, language) if isinstance(value, int | float) else value
        for key, value in plan.items()
    }
    lines = [_text(plan.get("reason") or plan["kind"], language, **written)]
    if "given" in plan:
        written["chance"] = number(plan["chance"], language=language)
        written["detectable"] = number(plan["detectable"], decimals=1, language=language)
        lines.append(_text("with_answers", language, **written))
    return lines


def _plain(value: float, language: str) -> str:
    decimals = next((digits for digits in (0, 1) if round(value, digits) == value), 2)
    return number(value, decimals=decimals, language=language)


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][language == "en"].format(**values)

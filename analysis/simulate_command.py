"""`python -m analysis simulate`: synthetic waves, or the acceptance table of the method."""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import CommandError, system_words

_KEYS = "ABCDEFGHI"
_COVERAGE = "A0"
_BODIES = 400
_TEXTS: Mapping[str, tuple[str, str]] = {
    "no_scenario": (
        "--scenarios {value}: gli scenari sono {known}",
        "--scenarios {value}: scenarios are {known}",
    ),
    "not_positive": (
        "--{option} {value}: serve un numero intero maggiore di zero",
        "--{option} {value}: a whole number above zero is needed",
    ),
    "few_services": (
        "--services {value}: servono almeno {least} servizi, perché alcuni cambiano e altri no",
        "--services {value}: at least {least} services are needed, as some change and others not",
    ),
    "no_out": ("{path}: non si può scrivere ({why})", "{path}: cannot write ({why})"),
    "what_next": (
        "Per calcolare i risultati, dalla cartella {out}:",
        "To compute the results, from the folder {out}:",
    ),
    "waves": ("{done} rilevazioni su {all}", "{done} waves of {all}"),
    "bodies": ("{done} enti su {all}, {left} s alla fine", "{done} bodies of {all}, {left} s left"),
    "done": ("{bodies} enti in {seconds} s", "{bodies} bodies in {seconds} s"),
}


def add_simulate(commands: Any) -> None:
    """Add the command to the parser."""
    sub = commands.add_parser(
        "simulate", help="rilevazioni simulate, o la prova del metodo (--acceptance)"
    )
    what = sub.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", metavar="DIR", help="scrive CSV, questionario e verità")
    what.add_argument("--acceptance", action="store_true", help="misura gli errori del metodo")
    sub.add_argument("--scenario", choices=list(_KEYS), default="A")
    sub.add_argument("--scenarios", default="A,B,C,D,E,F,G,I,A0", metavar="A,B,…")
    sub.add_argument("--bodies", type=int, default=_BODIES, metavar="N")
    sub.add_argument("--services", type=int, default=40, metavar="N")
    sub.add_argument("--years", type=int, default=5, metavar="N", help="con --out")
    sub.add_argument("--seed", type=int, default=1)
    sub.add_argument("--processes", type=int, default=2, metavar="N")
    sub.add_argument("--lang", choices=("it", "en"), default="it")
    sub.set_defaults(action=run_simulate)


def run_simulate(given: argparse.Namespace) -> int:
    """Write a synthetic body, or measure many; 1 when the method breaks one of its limits."""
    for option in ("bodies", "services", "years", "processes"):
        value = getattr(given, option)
        if value < 1:
            raise CommandError(_text("not_positive", given.lang, option=option, value=value))
    if given.seed < 0:
        raise CommandError(_text("not_positive", given.lang, option="seed", value=given.seed))
    return _accept(given) if given.acceptance else _write(given)


def _write(given: argparse.Namespace) -> int:
    from analysis.simulate.files import write_scenario

    out = Path(given.out)
    progress = _Progress("waves", given.lang)
    try:
        waves = write_scenario(
            out,
            given.scenario,
            seed=given.seed,
            services=given.services,
            years=given.years,
            progress=progress.show,
        )
    except OSError as error:
        raise CommandError(
            _text("no_out", given.lang, path=out, why=system_words(error, given.lang))
        ) from error
    sys.stdout.write(f"{_text('what_next', given.lang, out=out)}\n")
    options = " ".join(f"--wave {wave}" for wave in waves)
    sys.stdout.write(
        f"python -m analysis run --questionnaire questionnaire.json --out results {options}\n"
    )
    return 0


def _accept(given: argparse.Namespace) -> int:
    from analysis.simulate.table import Study, acceptance, table

    study = Study(
        _scenarios(given), given.bodies,
        services=given.services, seed=given.seed, processes=given.processes,
    )  # fmt: skip
    started = time.monotonic()
    rates = acceptance(study, progress=_Progress("bodies", given.lang).show)
    seconds = round(time.monotonic() - started)
    sys.stderr.write(_text("done", given.lang, bodies=given.bodies, seconds=seconds) + "\n")
    sys.stdout.write(table(rates, given.lang) + "\n")
    return int(any(one.verdict == "broken" for one in rates))


def _scenarios(given: argparse.Namespace) -> tuple[str, ...]:
    known = (*_KEYS, _COVERAGE)
    wanted = tuple(dict.fromkeys(key.strip() for key in given.scenarios.split(",")))
    for key in wanted:
        if key not in known:
            raise CommandError(_text("no_scenario", given.lang, value=key, known=", ".join(known)))
    least = 5  # one more than the services that change in any scenario
    if given.services < least:
        raise CommandError(_text("few_services", given.lang, value=given.services, least=least))
    return wanted


class _Progress:
    """Says on standard error how far the work is, every five seconds."""

    def __init__(self, key: str, language: str) -> None:
        self._key = key
        self._language = language
        self._start = time.monotonic()
        self._next = self._start + 5

    def show(self, done: int, whole: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 5
        left = round((now - self._start) * (whole - done) / done)
        values = {"done": done, "all": whole, "left": left}
        sys.stderr.write(_text(self._key, self._language, **values) + "\n")


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][language == "en"].format(**values)

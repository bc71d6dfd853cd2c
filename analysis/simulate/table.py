"""Run the acceptance table over many bodies, and write it for people."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from analysis.figures import is_english, number
from analysis.simulate.acceptance import SeedRun
from analysis.simulate.limits import Rate, rate

_MEASURES = {
    "any_red": ("enti con un falso rosso", "bodies with a false red"),
    "any_green": ("enti con un falso verde", "bodies with a false green"),
    "false_amber": ("segnali falsi per ente", "false signals a body"),
    "common_shift": ("enti con spostamento comune", "bodies with a common shift"),
    "power_red": ("cali trovati (rosso)", "drops found (red)"),
    "power_green": ("rialzi trovati (verde)", "rises found (green)"),
    "power_amber": ("cambiamenti visti almeno come segnale", "changes seen at least as a signal"),
    "crude_any_red": (
        "controllo negativo: rosso con la differenza semplice",
        "negative control: red by the plain difference",
    ),
    "no_tau_any_red": (
        "controllo negativo: rosso senza oscillazione tra anni",
        "negative control: red without wave noise",
    ),
    "trend_found": ("tendenze trovate", "trends found"),
    "trend_false": ("tendenze trovate dove non ci sono", "trends found where there is none"),
    "coverage": ("intervalli che contengono il vero", "intervals that hold the truth"),
}
_VERDICTS = {
    "kept": ("rispettato", "kept"),
    "within_error": ("oltre, ma entro l'errore", "beyond, within error"),
    "broken": ("NON RISPETTATO", "BROKEN"),
    "shown": ("–", "–"),
}
_HEADINGS = (
    ("scenario", "misura", "valore", "errore", "limite", "esito"),
    ("scenario", "measure", "value", "error", "limit", "outcome"),
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Study:
    """What to run.

    Attributes
    ----------
    scenarios : tuple of str
        Keys of scenarios, and ``A0``.
    bodies : int
        Seeds, from `seed` on.
    services : int
        Of each body.
    seed : int
        The first one.
    processes : int
        1 runs in this process.
    """

    scenarios: tuple[str, ...]
    bodies: int
    services: int = 40
    seed: int = 1
    processes: int = 2


def acceptance(study: Study, *, progress: Progress | None = None) -> list[Rate]:
    """Measure every scenario on every body.

    Parameters
    ----------
    study : Study
        What to run.
    progress : callable, optional
        Called with bodies done and bodies in all.

    Returns
    -------
    list of Rate
        By scenario, then by measure; the same for any number of processes.
    """
    found: dict[tuple[str, str], list[float]] = {}
    for done, measured in enumerate(_bodies(study), start=1):
        for scenario, measures in measured.items():
            for name, value in measures.items():
                found.setdefault((scenario, name), []).append(value)
        if progress is not None:
            progress(done, study.bodies)
    return [
        rate(scenario, name, values)
        for wanted in study.scenarios
        for (scenario, name), values in found.items()
        if scenario == wanted
    ]


def _bodies(study: Study) -> Iterator[dict[str, dict[str, float]]]:
    seeds = range(study.seed, study.seed + study.bodies)
    if study.processes == 1:
        for seed in seeds:
            yield one_body(study, seed)
        return
    # Spawned, not forked: the mathematics library has threads that a fork would leave behind.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(study.processes, mp_context=context) as pool:
        yield from pool.map(one_body, [study] * study.bodies, seeds)


def one_body(study: Study, seed: int) -> dict[str, dict[str, float]]:
    """Measure one seed in every scenario of a study."""
    run = SeedRun(seed, services=study.services)
    return {scenario: run.measure(scenario) for scenario in study.scenarios}


def table(rates: Sequence[Rate], language: str = "it") -> str:
    """Lay the rates out beside their limits, one line each."""
    english = is_english(language)
    rows = [_HEADINGS[english], *(_row(one, language) for one in rates)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.rjust(width) if place in (2, 3, 4) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _row(one: Rate, language: str) -> tuple[str, ...]:
    english = is_english(language)
    unit = "" if one.measure == "false_amber" else "%"
    limit = "–"
    if one.limit is not None:
        sign = "≥" if one.limit.at_least else "≤"
        digits = 0 if one.limit.value == int(one.limit.value) else 1
        limit = f"{sign} {number(one.limit.value, decimals=digits, language=language)}{unit}"
    error = number(one.error, decimals=1, language=language) if one.bodies > 1 else "–"
    return (
        one.scenario,
        _MEASURES[one.measure][english],
        number(one.value, decimals=1, language=language) + unit,
        f"±{error}",
        limit,
        _VERDICTS[one.verdict][english],
    )

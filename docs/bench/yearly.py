"""From the stored tallies of 40 services x 5 years to the results document: the bar is 1 s."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from table import show

from analysis.data import read_questionnaire, responses_from_columns
from analysis.history import ServiceHistory, body_years, years_of_change
from analysis.results import as_document
from analysis.simulate import SCENARIOS, plan_body
from analysis.simulate.design import SPECIFICATION
from analysis.simulate.files import document_of
from analysis.tally import Tally, tally_responses
from analysis.wave import Wave

SERVICES, YEARS, ROUNDS = 40, 5, 3
ASKED = read_questionnaire(document_of(SPECIFICATION))
LAST = str(YEARS - 1)
STEPS = ("read the tallies", "every year, the last in detail", "its document")
T = TypeVar("T")
#: service, year, users served, tally
Row = tuple[str, str, int, bytes]


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    found: T
    clock: float
    cpu: float


def stored() -> list[Row]:
    """Draw a body once and keep what a database keeps: service, year, users, tally as bytes."""
    rows = []
    plans = plan_body(np.random.default_rng(3), SCENARIOS["E"], services=SERVICES, years=YEARS)
    for plan in plans:
        drawn = plan.draw(truth=False)
        answers = responses_from_columns(ASKED, drawn.columns, mode=drawn.mode)
        payload = tally_responses(ASKED, answers).to_bytes()
        rows.append((f"s{plan.service:02}", str(plan.year), drawn.users, payload))
    return rows


def loaded(rows: list[Row]) -> list[ServiceHistory]:
    waves: dict[str, list[Wave]] = {}
    for service, year, users, payload in rows:
        wave = Wave(year, ASKED, Tally.from_bytes(payload), users_served=users)
        waves.setdefault(service, []).append(wave)
    return [ServiceHistory(key, key, tuple(found)) for key, found in waves.items()]


def timed(work: Callable[[list[ServiceHistory]], T], given: list[ServiceHistory]) -> Timed[T]:
    clock, processor = time.perf_counter(), time.process_time()
    found = work(given)
    return Timed(found, time.perf_counter() - clock, time.process_time() - processor)


def one_round(rows: list[Row]) -> dict[str, Timed[Any]]:
    """Time each step once, each on waves of which nothing has been computed yet."""
    last = timed(lambda body: body_years(body, detailed=[LAST]), loaded(rows))
    whole = timed(body_years, loaded(rows))
    return {
        STEPS[0]: timed(lambda _: loaded(rows), []),
        STEPS[1]: last,
        STEPS[2]: timed(lambda _: as_document(last.found), []),
        "of which the verdicts of every year": timed(
            lambda body: list(years_of_change(body)), loaded(rows)
        ),
        "every year in detail": whole,
        "the document of them all": timed(lambda _: as_document(whole.found), []),
    }


def main() -> None:
    rows = stored()
    rounds = [one_round(rows) for _ in range(ROUNDS)]
    best = {
        what: [min(told[what].clock for told in rounds), min(told[what].cpu for told in rounds)]
        for what in rounds[0]
    }
    title = f"{SERVICES} services x {YEARS} years, best of {ROUNDS}"
    show((title, "s", "cpu s"), [(w, f"{a:.2f}", f"{b:.2f}") for w, (a, b) in best.items()])
    total = sum(best[what][0] for what in STEPS)
    print(f"a publication, from the stored tallies to the document: {total:.2f} s (bar: 1 s)")


if __name__ == "__main__":
    main()

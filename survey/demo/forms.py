"""The filled-in questionnaires of the invented Comune, drawn from a known truth.

Everything hangs on the seed, the service and the count of the year from the oldest: whatever the
date, the same service gets the same answers. Only the days move along with the calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.data import MODES
from analysis.simulate import (
    Conditions,
    Design,
    SimulatedWave,
    Traits,
    design_for,
    draw_traits,
    draw_users,
    draw_wave,
    solve_shift,
)
from survey.collection.actions import TOO_FAST, Filled
from survey.demo.comments import THEMES
from survey.demo.town import LAST, PUBLISHED_YEARS, SERVICES, ServiceStory
from survey.models import Place
from survey.questionnaire.columns import CODE_OF_STATUS
from survey.questionnaire.definition import Definition, Kind, Question
from survey.questionnaire.kinds import BLANK, Answer
from survey.questionnaire.library import library_document
from survey.questionnaire.modes import Mode

SEED = 2019
#: nobody reads a line and ticks it in less
SECONDS_AN_ITEM = 2
KIOSK_CODE = "totem"
_STATUS_OF_CODE = {code: status for status, code in CODE_OF_STATUS.items()}
_WEEKS = 51


@dataclass(frozen=True, slots=True)
class YearOfForms:
    """One service in one year: what was received, and the counts that frame it."""

    filled: tuple[Filled, ...]
    users_served: int
    handed_out: int
    refused: int
    void: int
    #: expected index of all users in the reference mode, 0-100
    true_index: float


class DayPicker:
    """Turns a number from 0 to 1 into a day on which the wave takes answers."""

    def __init__(self, year: int, *, until: dt.date) -> None:
        self.first = dt.date(year, 1, 1)
        self.until = until

    def pick(self, luck: float) -> dt.date:
        if self.until < dt.date(self.first.year, 12, 31):
            days = (self.until - self.first).days + 1
            return self.first + dt.timedelta(days=int(luck * days))
        # working days counted from the first Monday: as many share a day in every year
        week, weekday = divmod(int(luck * _WEEKS * 5), 5)
        monday = self.first + dt.timedelta(days=-self.first.weekday() % 7)
        return monday + dt.timedelta(days=7 * week + weekday)


def draw_year(
    story: ServiceStory,
    year: int,
    *,
    definition: Definition,
    places: Sequence[Place],
    days: DayPicker,
) -> YearOfForms:
    """Draw what a service received in a year counted from the oldest."""
    index = SERVICES.index(story)
    wave = _simulate(story, year, index=index)
    rng = np.random.default_rng([SEED, index, year, 1])
    paper = int((wave.mode == MODES.index("paper")).sum())
    handed_out = paper + int(np.ceil(0.3 * paper))
    serials = iter(sorted(rng.choice(handed_out, paper, replace=False) + 1))
    filled: list[Filled] = []
    for mode, answers, flags in _rows(rng, definition, wave):
        form = Filled(mode=mode, answers=answers, flags=flags, day=days.pick(rng.random()),
                      language=_language(rng, mode), place=_place(rng, mode, places))  # fmt: skip
        if mode is Mode.PAPER:
            form["serial"] = int(next(serials))
        filled.append(form)
    _comment(rng, story, definition=definition, filled=filled)
    lost = handed_out - paper
    return YearOfForms(
        tuple(filled), wave.users, handed_out, lost // 5, lost // 10, wave.true_index
    )


def design_of(story: ServiceStory) -> Design:
    """Build the generator's design: our nonce keeps out what is sent twice."""
    design = design_for(library_document(story.document))
    dirt = replace(design.dirt, duplicate=0.0, profile_blank=0.05, invalid_on_paper=0.004)
    return replace(design, dirt=dirt)


def _simulate(story: ServiceStory, year: int, *, index: int) -> SimulatedWave:
    design = design_of(story)
    lasting = np.random.default_rng([SEED, index])
    traits = draw_traits(lasting, design, level=story.level, users=story.users)
    moved = year >= LAST and story.change != 0
    shift = _shift(lasting, design, traits=traits, change=story.change) if moved else 0.0
    users = int(story.users * (1 + 0.02 * (year - PUBLISHED_YEARS)))
    factors = {} if story.has_kiosk else {"kiosk": 0.0}
    conditions = Conditions(target=story.forms[year], shift=shift, mode_factors=factors)
    rng = np.random.default_rng([SEED, index, year])
    return draw_wave(rng, design, traits=replace(traits, users=users), conditions=conditions)


def _shift(rng: np.random.Generator, design: Design, *, traits: Traits, change: float) -> float:
    offsets = np.array([item.offset for item in design.items]) + traits.items
    content = draw_users(rng, design, traits=traits, conditions=Conditions()).content
    return solve_shift(design, content, offsets=offsets, change=change)


def _rows(
    rng: np.random.Generator, definition: Definition, wave: SimulatedWave
) -> Iterator[tuple[Mode, dict[str, Answer], str]]:
    asked = [q for q in definition.closed_questions if q.key not in wave.columns]
    rated = sum(question.kind is Kind.RATING for question in definition.closed_questions)
    for row in rng.permutation(wave.forms):
        mode = Mode(MODES[wave.mode[row]])
        answers = {key: _answer(column, row) for key, column in wave.columns.items()}
        answers |= {question.key: _tick(rng, question) for question in asked}
        hasty = mode is not Mode.PAPER and wave.seconds[row] < SECONDS_AN_ITEM * rated
        yield mode, answers, TOO_FAST if hasty else ""


def _answer(column: NDArray[np.int16], row: int) -> Answer:
    code = int(column[row])
    return Answer.valid(code) if code >= 0 else Answer(_STATUS_OF_CODE[code])


def _tick(rng: np.random.Generator, question: Question) -> Answer:
    """Answer a question that the generator has no opinion on: the first options are likelier."""
    options = [option.code for option in question.options]
    weights = 1 / (np.arange(len(options)) + 1.5)
    if rng.random() < 0.08:
        return BLANK
    if question.kind is Kind.MULTIPLE_CHOICE:
        ticks = [code for code, w in zip(options, weights, strict=True) if rng.random() < w / 2]
        return Answer.valid(*ticks) if ticks else BLANK
    return Answer.valid(int(rng.choice(options, p=weights / weights.sum())))


def _language(rng: np.random.Generator, mode: Mode) -> str:
    return "en" if mode is not Mode.PAPER and rng.random() < 0.03 else "it"


def _place(rng: np.random.Generator, mode: Mode, places: Sequence[Place]) -> Place | None:
    kiosks = [place for place in places if place.code.startswith(KIOSK_CODE)]
    counters = [place for place in places if place not in kiosks]
    if mode is Mode.KIOSK:
        return kiosks[0]
    if mode is Mode.WEB and rng.random() < 0.4:
        return None
    return counters[int(rng.integers(len(counters)))]


def _comment(
    rng: np.random.Generator,
    story: ServiceStory,
    *,
    definition: Definition,
    filled: Sequence[Filled],
) -> None:
    """Let some people write a sentence, each sentence once a year; complaints come easier."""
    key = definition.text_questions[0].key
    weights = 1 / (np.arange(len(story.themes)) + 1.0)
    said: set[str] = set()
    for form in filled:
        discontent = _is_discontent(form["answers"])
        if form["mode"] is Mode.KIOSK or rng.random() > (0.25 if discontent else 0.07):
            continue
        theme = THEMES[rng.choice(story.themes, p=weights / weights.sum())]
        pool = [text for text in (theme.critical if discontent else theme.content)
                if text not in said]  # fmt: skip
        if pool:
            text = str(pool[int(rng.integers(len(pool)))])
            said.add(text)
            form["comments"] = {key: text}


def _is_discontent(answers: Mapping[str, Answer]) -> bool:
    return bool(answers["overall"].codes) and answers["overall"].codes[0] <= 2

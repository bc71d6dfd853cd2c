"""The section of one service: what changed, how it stands, who answered, where to act."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.charts.gallery import Chart
from analysis.charts.table import Alternative, say
from analysis.charts.titles import pick
from analysis.reasons import why
from analysis.report import actions, answerers, changes, trust
from analysis.report.cells import two, with_ends, words_of
from analysis.report.html import bullets, paragraphs, section, table, text, without_blank_columns
from analysis.report.sentences import collection_line, flags_in_words

Json = Mapping[str, Any]
Two = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as it is drawn: for paper and desk, and for a phone."""

    name: str
    chart: Chart
    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class Story:
    """What the section of a service is told from.

    Attributes
    ----------
    entry : mapping
        The service in the results document.
    pictures : sequence of Picture
        Its charts.
    results : mapping
        The whole document.
    place : int
        Place of the service in the page, from one on.
    language : str
        ``it`` or ``en``.
    """

    entry: Json
    pictures: Sequence[Picture]
    results: Json
    place: int
    language: str

    @property
    def wave(self) -> Json:
        last: Json = self.entry["waves"][-1]
        return last

    @property
    def texts(self) -> dict[str, str]:
        """Every question by its key, as a table names it."""
        wave = self.wave
        rated = [*wave["items"], *([wave["overall"]] if wave["overall"] else []),
                 *wave["other_ratings"]]  # fmt: skip
        named = {
            one["key"]: f"{one['number']}. {pick(one['text'], self.language)}" for one in rated
        }
        return {
            one["key"]: one["key"] for one in self._part("answers").get("questions", ())
        } | named

    def _part(self, name: str) -> Json:
        found: Json = (self.wave.get("detail") or {}).get(name) or {}
        return found

    def part(self, name: str) -> Json | None:
        """Block of the detail; None where the wave has none."""
        return self._part(name) or None

    def say(self, words: Two) -> str:
        return say(*words, language=self.language)

    def drawn(self, *names: str) -> list[str]:
        """Charts by the beginning of their names, in the order asked for."""
        return [
            figure(picture, whose=self.entry["name"])
            for name in names
            for picture in self.pictures
            if picture.chart.name.startswith(name)
        ]

    def table(self, said: Alternative, name: str, caption: Two) -> str:
        whole = f"{self.entry['name']} – {self.say(caption)}"
        return table(without_blank_columns(said), name=f"s{self.place}-{name}", caption=whole)

    def words(self, *names: str) -> str:
        """Sentences of some parts; those that stand in the notes of the page are not repeated."""
        notes = tuple(note.rstrip(".") for note in self.results["notes"][two(self.language)])
        lines = [line for name in names for line in words_of(self.part(name), self.language)]
        return paragraphs(line for line in lines if not line.startswith(notes))

    def missing(self, reasons: Sequence[tuple[Two, str | None, str]]) -> str:
        """Say what was not computed, and why; nothing where all was."""
        said = [
            f"{self.say(what)}: {why(code, self.language, part=part)}"
            for what, code, part in reasons
            if code is not None
        ]
        lead = say("Non calcolato", "Not computed", language=self.language)
        return paragraphs([f"{lead} – {'; '.join(said)}."] if said else [], kind="missing")


def _reason(block: Json | None, name: str = "") -> str | None:
    """Why a part, or something within it, was not computed; None where it was."""
    if block is None:
        return None
    found: str | None = (block[name] if name else block)["reason"]
    return found


def figure(picture: Picture, *, whose: str) -> str:
    """Write a chart, wide and narrow, with the table of its numbers."""
    chart = picture.chart
    numbers = table(
        chart.alternative(), name=f"table-{picture.name}", caption=f"{whose} – {chart.title}"
    )
    return (
        f'<figure>\n<div class="wide">{picture.wide}</div>\n'
        f'<div class="narrow">{picture.narrow}</div>\n</figure>\n{numbers}'
    )


def estimate_words(found: Json, *, language: str) -> str:
    """Write an index with its interval and n, or that it is not published."""
    if found["value"] is None:
        return say("non pubblicato", "not published", language=language)
    shown = with_ends(found, language, decimals=int(found["decimals"]))
    if not shown.endswith(")"):
        return shown
    n = with_ends({"value": found["n"], "lower": None, "upper": None}, language, decimals=0)
    return f"{shown[:-1]}, n {n})"


def _changed(story: Story) -> list[str]:
    where, trend, split = story.part("where"), story.part("trend"), story.part("importance")
    tables = []
    if where is not None:
        said = changes.where_table(where, story.texts, story.language)
        caption = (f"domande rispetto al {where['before']}", f"questions against {where['before']}")
        tables.append(story.table(said, "where", caption))
    if trend is not None:
        said = changes.trend_table(trend, story.texts, story.language)
        caption = ("andamento delle domande", "drift of the questions")
        tables.append(story.table(said, "trend", caption))
    if split is not None:
        caption = (
            "giudizi e importanza nel cambiamento",
            "judgements and importance in the change",
        )
        tables.append(story.table(changes.split_table(split, story.language), "split", caption))
    return [
        *story.drawn("years"),
        story.words("where"),
        tables[0] if tables else "",
        story.words("trend"),
        *tables[1:],
        story.missing(
            [
                (("dove", "where"), _reason(where), "where"),
                (("andamento", "trend"), _reason(trend), "trend"),
            ]
        ),
    ]


def _stands(story: Story) -> list[str]:
    special = story.part("special")
    said = "" if special is None else story.table(
        actions.special_table(special, story.language), "special", ("altri indici", "other indices")
    )  # fmt: skip
    importance = story.part("importance")
    hidden = importance is not None and importance["reason"] == "importance_not_asked"
    return [
        *story.drawn("dimensions", "answers-"),
        "" if hidden else story.words("importance"),
        story.words("special"),
        said,
    ]


def _answered(story: Story) -> list[str]:
    coverage, channels = story.part("coverage"), story.part("channels")
    found = [story.words("coverage"), *story.drawn("profile")]
    if coverage is not None and answerers.more_than_drawn(coverage):
        said = answerers.coverage_table(coverage, story.language)
        found.append(story.table(said, "coverage", ("utenti e risposte", "users and answers")))
    found += [*story.drawn("modes"), story.words("channels")]
    if channels is not None:
        said = answerers.channels_table(channels, story.language)
        caption = ("modi di rispondere a parità di età e sesso",
                   "response modes at equal age and sex")  # fmt: skip
        found.append(story.table(said, "channels", caption))
    answers = story.part("answers")
    if answers is not None:
        found.append(story.words("answers"))
        said = answerers.answers_table(answers, story.texts, story.language)
        caption = ("domande senza risposta, sul totale dei questionari",
                   "questions without an answer, of all forms")  # fmt: skip
        found.append(story.table(said, "answers", caption))
        said = answerers.blanks_table(answers, story.language)
        caption = ("risposte in bianco secondo il modo", "blank answers by mode")
        found.append(story.table(said, "blanks", caption))
    return [*found, story.missing([
        (("differenze tra i modi", "differences of modes"), _reason(channels),
         "channels"),
        (("punto in cui ci si ferma", "where people stop"),
         _reason(answers, "drop_off"), ""),
    ])]  # fmt: skip


def _act(story: Story) -> list[str]:
    priorities, gaps = story.part("priorities"), story.part("gaps")
    found = [story.words("priorities"), *story.drawn("priorities")]
    if priorities is not None and priorities["places"]:
        said = actions.priorities_table(priorities, story.texts, story.language)
        basis = actions.basis_words(priorities, story.language)
        caption = (f"probabilità di ogni riquadro ({basis})",
                   f"probability of each quadrant ({basis})")  # fmt: skip
        found.append(story.table(said, "priorities", caption))
    found += [story.words("drivers"), *story.drawn("drivers")]
    found += [story.words("gaps"), *story.drawn("gaps-")]
    if gaps is not None:
        said = actions.servqual_table(gaps, story.language)
        found.append(story.table(said, "servqual", ("aspettative", "expectations")))
    drivers = story.part("drivers")
    return [*found, story.missing([
        (("mappa delle priorità", "priority map"), _reason(priorities),
         "priorities"),
        (("che cosa va con la soddisfazione", "what goes with satisfaction"),
         _reason(drivers), "drivers"),
    ])]  # fmt: skip


def _promised(story: Story) -> list[str]:
    standards = story.part("standards")
    if standards is None or not standards["rows"]:
        return []
    return [
        story.words("standards"),
        *story.drawn("standards"),
        bullets(actions.proposal_lines(standards, story.language)),
    ]


def _trust(story: Story) -> list[str]:
    if story.part("weighting") is None:
        return []
    wave, language = story.wave, story.language
    coherence, quality = story.part("coherence"), story.part("quality")
    short = trust.SHORT if trust.short_dimensions(wave) else None
    return [
        story.words("weighting"),
        story.table(trust.design_table(wave, language), "design", ("disegno", "design")),
        story.words("coherence"),
        story.table(
            trust.coherence_table(wave, language), "coherence",
            ("coerenza delle domande", "coherence of the questions"),
        ),
        story.table(
            trust.items_table(wave, story.texts, language), "items",
            ("ogni domanda con le altre", "each question with the others"),
        ),
        story.words("quality"),
        story.table(
            trust.quality_table(wave, language), "quality",
            ("questionari segnalati", "flagged forms"),
        ),
        story.missing([
            (("coerenza delle dimensioni", "coherence of the dimensions"), short, ""),
            (("indice e domanda complessiva", "index and overall question"),
             _reason(coherence, "overall"), "correlation"),
            (("indice senza i questionari segnalati", "index without flagged forms"),
             _reason(quality, "sensitivity"), "sensitivity"),
        ]),
    ]  # fmt: skip


#: In the order in which a reader asks.
_GROUPS: tuple[tuple[str, Two, Callable[[Story], list[str]]], ...] = (
    ("changed", ("Che cosa è cambiato", "What changed"), _changed),
    ("stands", ("Come sta il servizio", "How the service stands"), _stands),
    ("answered", ("Chi ha risposto", "Who answered"), _answered),
    ("act", ("Dove agire", "Where to act"), _act),
    ("promised", ("Gli standard della carta", "The standards of the charter"), _promised),
    ("trust", ("Quanto ci si può fidare", "How far to rely on it"), _trust),
)


def _older(story: Story) -> str:
    """Say that a service has no survey in the year of the report; "" where it has."""
    last, own = str(story.results["years"][-1]["wave"]), str(story.wave["wave"])
    if own == last:
        return ""
    words = ("Nel {} non c'è una rilevazione di questo servizio: i dati sono del {}.",
             "There is no survey of this service in {}: the data are of {}.")  # fmt: skip
    return story.say(words).format(last, own)


def service_section(story: Story) -> str:
    """Write the section of one service."""
    wave, language = story.wave, story.language
    minimum = int(story.results["parameters"]["publication_minimum"])
    words = wave["change"]["words"][two(language)] if wave["change"] else None
    lead = say("Indice di soddisfazione {}", "Satisfaction index {}", language=language)
    content = [
        f'<p class="index"><strong>{text(lead.format(wave["wave"]))}: '
        f"{text(estimate_words(wave['isu'], language=language))}</strong></p>",
        paragraphs([_older(story)]),
        f'<p class="verdict">{text(words["headline"])}</p>' if words else "",
        paragraphs([words["detail"]] if words else []),
        paragraphs([collection_line(wave, minimum=minimum, language=language)]),
        bullets(flags_in_words(wave, language)),
        *[
            section(story.say(title), made(story), name=f"s{story.place}-{name}-part", level=3)
            for name, title, made in _GROUPS
        ],
    ]
    return section(story.entry["name"], content, name=f"service-{story.place}")

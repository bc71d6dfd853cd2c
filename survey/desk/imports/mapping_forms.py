"""What is asked to match another program's columns, and the match as the page sends it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from survey.desk.imports.forms import CHOOSE_FILE
from survey.desk.imports.mapping import BOX, FORM, QUESTION, ColumnMapping, Match
from survey.desk.imports.private import is_private_name
from survey.desk.imports.proposal import UNDECIDED, Sketch, question_of, with_labels
from survey.desk.imports.table import MOST_COLUMNS
from survey.desk.imports.words import SOURCES
from survey.fields import SelectChoice
from survey.models import Edition, ImportMapping
from survey.questionnaire.definition import Definition
from survey.questionnaire.kinds import CELL_OF, KINDS

_MOST_LABELS = 100
Choices = list[tuple[str, str]]


class ExampleForm(FlaskForm):
    file = FileField(_l("File di esempio"), [FileRequired(CHOOSE_FILE)])
    source = SelectField(_l("Programma"))
    edition = SelectField(_l("Questionario"))
    base = SelectField(_l("Corrispondenza da completare"), default="")

    def __init__(
        self, editions: Sequence[Edition], mappings: Sequence[ImportMapping], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.editions = {str(edition.id): edition for edition in editions}
        self.mappings = {str(mapping.id): mapping for mapping in mappings}
        self.base.choices = [
            SelectChoice("", str(_l("nessuna: se ne fa una nuova"))),
            *(SelectChoice(key, one.name) for key, one in self.mappings.items()),
        ]
        self.source.choices = [
            SelectChoice(key.value, str(words)) for key, words in SOURCES.items()
        ]
        self.edition.choices = [
            SelectChoice(key, f"{one.questionnaire.title} ({one.number})")
            for key, one in self.editions.items()
        ]


def target_choices(definition: Definition, language: str) -> Choices:
    """Return all that a column can give."""
    found = [("", _("non si importa")), (f"{FORM}.day", _("giorno di compilazione")),
             (f"{FORM}.lang", _("lingua")), (f"{FORM}.place", _("luogo"))]  # fmt: skip
    for question in definition.walk():
        text = f"{question.number}. {question.text[language]}"
        found.append((f"{QUESTION}.{question.key}", text))
        if KINDS[question.kind].takes_many:
            found += [
                (f"{BOX}.{question.key}.{one.code}", f"{text} [{one.label[language]}]")
                for one in question.choices
            ]
    return found


def cell_choices(definition: Definition, sketch: Sketch, language: str) -> Choices:
    """Return what a label of the column can mean."""
    question = question_of(definition, sketch.target)
    if question is None or question.is_text or KINDS[question.kind].is_written:
        return []
    if sketch.target.startswith(BOX):
        return [("1", _("segnata")), ("", _("non segnata"))]
    statuses = {"NS": _("non so"), "NP": _("non previsto")}
    own = [(str(one.code), one.label[language]) for one in question.choices]
    allowed = [(CELL_OF[one], statuses[CELL_OF[one]]) for one in question.allows]
    return [(UNDECIDED, _("da scegliere")), *own, *allowed, ("", _("in bianco"))]


def sketches_of(form: Mapping[str, str], definition: Definition) -> list[Sketch]:
    """Read the match back from the page; what the page did not offer is not taken."""
    targets = {value for value, _words in target_choices(definition, definition.languages[0])}
    found = []
    for place in range(MOST_COLUMNS):
        name = form.get(f"name-{place}")
        if name is None:
            break
        target = form.get(f"target-{place}", "")
        is_private = is_private_name(name) or form.get(f"private-{place}") == "1"
        if is_private or target not in targets:
            target = ""
        labels = {
            form[f"label-{place}-{n}"]: form.get(f"cell-{place}-{n}", UNDECIDED)
            for n in range(_MOST_LABELS)
            if f"label-{place}-{n}" in form
        }
        other = form.get(f"other-{place}", UNDECIDED)
        found.append(Sketch(name, target, labels, is_private, other))
    return found


def kept_sketches(definition: Definition, kept: ColumnMapping) -> list[Sketch]:
    """Return a kept match as the page shows it; what the questionnaire lost is left out."""
    targets = {value for value, _words in target_choices(definition, definition.languages[0])}
    found = []
    for one in kept.matches:
        target = one.target if one.target in targets else ""
        other = UNDECIDED if one.other is None else one.other
        sketch = Sketch(one.name, target, one.cells, is_private_name(one.name), other)
        found.append(with_labels(definition, sketch, one.cells))
    return found


def completed(
    definition: Definition, kept: ColumnMapping, sketches: Sequence[Sketch]
) -> list[Sketch]:
    """Put what was decided before on the columns of another example; the rest is as proposed."""
    before = {one.name: one for one in kept_sketches(definition, kept)}
    found = []
    for sketch in sketches:
        known = before.get(sketch.name)
        if known is None or sketch.is_private or not known.target:
            found.append(sketch)
            continue
        labels = [*known.cells, *sketch.cells]
        found.append(with_labels(definition, known, dict.fromkeys(labels)))
    return found


def undecided(sketches: Sequence[Sketch]) -> list[str]:
    """Name the labels of used columns that nobody has decided about."""
    return [
        f"{sketch.name}: {label}"
        for sketch in sketches
        if sketch.target and sketch.other == UNDECIDED
        for label, cell in sketch.cells.items()
        if cell == UNDECIDED
    ]


def unseen(form: Mapping[str, str], sketches: Sequence[Sketch]) -> bool:
    """Tell whether some column got another target than the one whose answers the page showed.

    Their cells are guesses that nobody has read: codes may count the other way round.
    """
    return any(
        sketch.target and sketch.cells and form.get(f"shown-{place}", "") != sketch.target
        for place, sketch in enumerate(sketches)
    )


def as_mapping(sketches: Sequence[Sketch], day_order: str) -> ColumnMapping:
    return ColumnMapping(tuple(_match(one) for one in sketches), day_order)


def _match(sketch: Sketch) -> Match:
    if not sketch.target:
        return Match(sketch.name)
    cells = {label: cell for label, cell in sketch.cells.items() if cell != UNDECIDED}
    other = None if sketch.other == UNDECIDED else sketch.other
    return Match(sketch.name, sketch.target, cells, other)

"""What a reader finds on each face of a questionnaire, read from the real page or print."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from bs4 import BeautifulSoup, Tag

from survey.questionnaire.definition import Kind
from survey.questionnaire.face import Face, FaceQuestion, FaceSection
from survey.questionnaire.kinds import STATUS_OF


@dataclass(frozen=True)
class Asked:
    number: str
    text: str
    hint: str
    #: what is posted or printed beside a box, with its words, in order
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    title: str
    hint: str
    questions: tuple[Asked, ...]


def words(text: str | None) -> str:
    """Make white space one, as every reader of a page does."""
    return " ".join((text or "").split())


def spoken(face: Face) -> list[Part]:
    """Return what the definition says."""
    return [
        Part(
            words(section.title),
            words(section.hint),
            tuple(
                Asked(
                    str(question.number),
                    words(question.text),
                    words(question.hint),
                    tuple(
                        (option.cell, words(option.label))
                        for option in question.options + question.aside
                    ),
                )
                for question in section.questions
            ),
        )
        for section in face.sections
    ]


# -- the web form and the keying screen ---------------------------------------------------------


def on_the_web(page: BeautifulSoup) -> list[Part]:
    return [
        Part(
            _text(section, "h2"),
            _text(section, ".section-hint"),
            tuple(_asked(one, "question") for one in section.select(".question")),
        )
        for section in page.select("section.questions")
    ]


def on_the_desk(page: BeautifulSoup) -> list[Part]:
    return [
        Part(
            _text(section, "h2"),
            _text_of(section.find("p", class_="key-hint", recursive=False)),
            tuple(_asked(one, "key") for one in section.select(".key-question")),
        )
        for section in page.select("section.key-section")
    ]


def _asked(one: Tag, style: str) -> Asked:
    if style == "question":
        labels, label_text, hint = one.select("label.option"), "span", ".question-hint"
    else:
        labels, label_text, hint = one.select("label.key-box:not(.key-own)"), ".key-label", None
    found = one.select_one(hint) if hint else one.find("p", class_="key-hint")
    return Asked(
        _text(one, f".{style}-number").removesuffix("."),
        _text(one, f".{style}-text"),
        _text_of(found),
        tuple(
            (str(label.select_one("input")["value"]), _text(label, label_text))  # type: ignore[index]  # a label has an input
            for label in labels
        ),
    )


def _text(tag: Tag, selector: str) -> str:
    return _text_of(tag.select_one(selector))


def _text_of(tag: object) -> str:
    return words(tag.get_text()) if isinstance(tag, Tag) else ""


# -- the printed sheet --------------------------------------------------------------------------


def on_paper(face: Face, *, grids: set[str]) -> str:
    """Return the words of a sheet from title to end, in the order in which they are read.

    `grids` are the first questions of runs that share the words of their scale.
    """
    parts = [face.title, face.intro, face.privacy, _MARKING]
    for section in face.sections:
        parts += [section.title, section.hint, *_printed(section, grids)]
    return words(" ".join(part for part in parts if part))


#: stands for the sentence on how to mark, which belongs to the paper alone
_MARKING = "\N{BALLOT BOX WITH X}"


def without_marking(text: str, sentences: tuple[str, ...]) -> str:
    """Replace the sentences on how to mark by a sign, the first time they stand together."""
    together = words(" ".join(sentences))
    assert text.count(together) == 1, text
    return text.replace(together, _MARKING)


def _printed(section: FaceSection, grids: set[str]) -> list[str]:
    found = []
    for _, run in groupby(section.questions, key=_scale):
        questions = list(run)
        if questions[0].key in grids:
            found += _headed(questions)
        else:
            found += [_alone(question) for question in questions]
    return found


def _scale(question: FaceQuestion) -> object:
    return question.options if question.kind is Kind.RATING else None


def _headed(questions: list[FaceQuestion]) -> list[str]:
    """Read a grid: the words of the scale once, then a row for each question."""
    aside = [option for question in questions for option in question.aside]
    order = sorted({(option.cell != "NS", option.label) for option in aside})
    heading = [option.label for option in questions[0].options] + [label for _, label in order]
    rows = [
        " ".join([_question(question), *(_code(option.cell) for option in _boxes(question))])
        for question in questions
    ]
    return [*heading, *rows]


def _alone(question: FaceQuestion) -> str:
    boxes = [f"{_code(option.cell)} {option.label}" for option in _boxes(question)]
    return " ".join([_question(question), *boxes])


def _question(question: FaceQuestion) -> str:
    return f"{question.number} {question.text} {question.hint or ''}"


def _boxes(question: FaceQuestion) -> tuple:  # type: ignore[type-arg]  # of FaceOption
    return question.options + question.aside


def _code(cell: str) -> str:
    """Return the code beside a box: one stroke for "non so" and "non previsto"."""
    return STATUS_OF[cell].value if cell in STATUS_OF else cell

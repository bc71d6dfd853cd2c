"""Who answered, beside who uses the service."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.canvas import BLUE, GREY, INK, PALE, Canvas, sheet
from analysis.charts.frame import Sign, key
from analysis.charts.table import Alternative, nothing_to_show, say, withheld
from analysis.figures import number, of_total, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class ProfileClass:
    """Forms of one answer; `count` is None where it is protected, and nothing else shows."""

    label: str
    count: int | None
    #: Part of the users served that belongs here, on 0-1, where it is known.
    users: float | None = None
    #: What is said of the class, such as that respondents and users differ by much.
    tag: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProfileVariable:
    """Answers to one question about the user; `forms` is None where too few answered."""

    label: str
    forms: int | None
    classes: tuple[ProfileClass, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        known = sum(one.count or 0 for one in self.classes)
        if self.forms is not None and known > self.forms:
            raise ValueError(f"{self.label}: {known} answers on {self.forms} forms")

    @property
    def shown(self) -> tuple[ProfileClass, ...]:
        """Return the classes that may be shown: none of a variable without forms."""
        return tuple(one for one in self.classes if one.count is not None and self.forms)


def _amount(count: int, forms: int, *, language: str, short: bool = True) -> str:
    """Write a share the way its base allows: under 30 forms as a count (method, 3.6)."""
    if forms >= 30:
        return percent(count / forms, language=language)
    return number(count, language=language) if short else of_total(count, forms, language=language)


def _headline(variable: ProfileVariable, language: str) -> str:
    if variable.forms is None:
        return withheld(variable.reason, language=language)
    if not variable.forms:
        return say("nessun questionario", "no forms", language=language)
    return f"n {number(variable.forms, language=language)}"


class _Drawing:
    """Where things stand on the sheet of one chart."""

    def __init__(self, *, language: str, narrow: bool) -> None:
        self.canvas = Canvas(sheet(narrow=narrow))
        self.language = language
        self.left = (0.40 if narrow else 0.36) * self.canvas.width
        self.right = self.canvas.width - 42.0
        self.height = self.canvas.sheet.body * 1.3

    def variable(self, variable: ProfileVariable) -> None:
        canvas, layout = self.canvas, self.canvas.sheet
        canvas.paragraph(variable.label, size=layout.body, bold=True)
        canvas.paragraph(_headline(variable, self.language), size=layout.small, colour=GREY)
        canvas.y += layout.small * 0.4
        if variable.forms:
            for one in variable.classes:
                self.row(one, variable.forms)
        canvas.y += layout.body * 0.8

    def row(self, one: ProfileClass, forms: int) -> None:
        canvas, layout = self.canvas, self.canvas.sheet
        top = canvas.y
        canvas.paragraph(one.label, width=self.left - 10, size=layout.small)
        under, middle = canvas.y, top + self.height / 2
        if one.count is None:
            canvas.y = top
            text = withheld(one.reason, language=self.language)
            canvas.paragraph(text, x=self.left, size=layout.small, colour=GREY)
        else:
            self.bar(one, forms, top)
            text = _amount(one.count, forms, language=self.language)
            canvas.text((canvas.width, middle + layout.small * 0.36), text=text,
                        size=layout.small, bold=True, align="right")  # fmt: skip
            canvas.y = top + self.height + 2
            canvas.paragraph(one.tag, x=self.left, size=layout.small, colour=GREY)
        canvas.y = max(under, canvas.y, top + self.height) + layout.small * 0.45

    def bar(self, one: ProfileClass, forms: int, top: float) -> None:
        """Draw the part of respondents as a bar, and that of users as an upright line."""
        canvas, length = self.canvas, self.right - self.left
        canvas.rectangle(self.left, top, width=length, height=self.height, colour=PALE)
        share = (one.count or 0) / forms
        canvas.rectangle(self.left, top, width=share * length, height=self.height, colour=BLUE)
        if one.users is not None:
            x = self.left + min(1.0, max(0.0, one.users)) * length
            canvas.line([(x, top - 2), (x, top + self.height + 2)], colour="#FFFFFF", width=4.4)
            canvas.line([(x, top - 2), (x, top + self.height + 2)], colour=INK, width=2.4)


def _key(drawing: _Drawing, data: tuple[ProfileVariable, ...]) -> None:
    """Explain bar and line where both occur."""
    if any(one.users is not None for variable in data for one in variable.shown):
        answered = say("quota di chi ha risposto", "share of respondents",
                       language=drawing.language)  # fmt: skip
        users = say("quota degli utenti", "share of users", language=drawing.language)
        key(drawing.canvas, [Sign(answered, "s", BLUE), Sign(users, width=2.4, upright=True)])


def draw_profile(
    data: tuple[ProfileVariable, ...], *, title: str, language: str = "it", narrow: bool = False
) -> "Figure":
    """Draw a bar for each answer to each question about the user.

    Parameters
    ----------
    data : tuple of ProfileVariable
        Parts of all forms; a class whose count is None shows its reason and no bar.
    title : str
        The finding in words.
    language : str, optional
        ``it`` or ``en``.
    narrow : bool, optional
        For a phone.
    """
    drawing = _Drawing(language=language, narrow=narrow)
    canvas = drawing.canvas
    canvas.heading(title)
    if not data:
        canvas.paragraph(nothing_to_show(language), size=canvas.sheet.body, colour=GREY)
        return canvas.figure()
    for variable in data:
        drawing.variable(variable)
    _key(drawing, data)
    return canvas.figure()


def describe_profile(
    data: tuple[ProfileVariable, ...], *, title: str, language: str = "it"
) -> Alternative:
    """Say in words and as a table what `draw_profile` shows.

    Examples
    --------
    >>> age = ProfileVariable("Età", 200, (ProfileClass("18-34", 60, users=0.24),
    ...                                    ProfileClass("35-64", 140, users=0.76)))
    >>> describe_profile((age,), title="Più giovani").text
    'Più giovani. Età, n 200: 18-34 30% (utenti 24%); 35-64 70% (utenti 76%).'
    """
    sentences, rows = [title.rstrip(".")], []
    beside = any(one.users is not None for variable in data for one in variable.shown)
    for variable in data:
        head, forms, said = _headline(variable, language), variable.forms, []
        if not forms:
            sentences.append(f"{variable.label}: {head}")
            rows.append((variable.label, "", head, "", ""))
            continue
        for one in variable.classes:
            cells = _cells(one, forms, language)
            users = f" ({say('utenti', 'users', language=language)} {cells[2]})" if cells[2] else ""
            tag = f", {one.tag}" if one.tag and one.count is not None else ""
            said.append(f"{one.label} {cells[1]}{users}{tag}")
            rows.append((variable.label, one.label, *cells))
        sentences.append(f"{variable.label}, {head}: {'; '.join(said)}")
    if not data:
        sentences.append(nothing_to_show(language).rstrip("."))
    header = (
        say("Domanda", "Question", language=language),
        say("Risposta", "Answer", language=language),
        say("Questionari", "Forms", language=language),
        say("Quota", "Share", language=language),
        say("Quota degli utenti", "Share of users", language=language),
    )
    width = len(header) if beside else len(header) - 1
    return Alternative(
        ". ".join(sentences) + ".", header[:width], tuple(row[:width] for row in rows)
    )


def _cells(one: ProfileClass, forms: int, language: str) -> tuple[str, str, str]:
    """Return forms, share and share of users of a class."""
    if one.count is None:
        hidden = withheld(one.reason, language=language)
        return hidden, hidden, ""
    users = "" if one.users is None else percent(one.users, language=language)
    count = number(one.count, language=language)
    return count, _amount(one.count, forms, language=language, short=False), users

"""Read a questionnaire document into the classes of `analysis.form`."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.form import (
    FORM_COLUMNS,
    FORMAT,
    HIGHEST_OPTION,
    HIGHEST_RATING,
    Column,
    ProfileQuestion,
    Questionnaire,
    RatedQuestion,
    Scale,
    Status,
)
from analysis.refusals import DocumentError

_ALLOWED_STATUS = {"dk": Status.DK, "na": Status.NA}
_ROLES = (
    "item", "overall", "importance", "expectation", "confirmation", "ideal", "recommend", "need",
    "comment", "profile", "other",
)  # fmt: skip
_OF_AN_ITEM = ("importance", "expectation")
_VARIABLES = (
    "age_class", "sex", "access_channel", "frequency", "residence", "citizenship", "education",
    "occupation", "capacity", "helped",
)  # fmt: skip
_KINDS = ("rating", "single_choice", "multiple_choice", "short_text", "long_text", "number")
_HIGHEST_NUMBER = 99_999


def read_questionnaire(document: Mapping[str, Any]) -> Questionnaire:
    """Read a questionnaire document (docs/questionnaire-format.md).

    Only what statistics need is read and checked; the texts shown to a respondent are checked
    where the document is published.

    Parameters
    ----------
    document : mapping
        The document as parsed from JSON.

    Returns
    -------
    Questionnaire

    Raises
    ------
    ValueError
        Naming the place, such as ``sections[0].questions[2].scale``.

    Examples
    --------
    >>> scale = {"codes": [{"code": code} for code in range(1, 6)], "polarity": "positive",
    ...          "satisfied": [4, 5], "dissatisfied": [1, 2]}
    >>> asked = {"key": "waiting", "kind": "rating", "role": "item", "scale": "five"}
    >>> document = {"format": FORMAT, "id": "urp", "scales": {"five": scale},
    ...             "sections": [{"key": "all", "questions": [asked]}]}
    >>> [(item.key, item.scale.codes) for item in read_questionnaire(document).index_items]
    [('waiting', (1, 2, 3, 4, 5))]
    """
    top = _mapping(document, "document")
    if top.get("format") != FORMAT:
        raise DocumentError("format", "format", expected=FORMAT, found=top.get("format"))
    scales = {
        name: _scale(str(name), entry)
        for name, entry in _mapping(top.get("scales", {}), "scales").items()
    }
    dimensions = _dimensions(top)
    rated: list[RatedQuestion] = []
    profiles: list[ProfileQuestion] = []
    columns: list[Column] = []
    for number, (section, place, entry) in enumerate(_questions(top), start=1):
        column = _column(entry, place, scales)
        if column.key in {*FORM_COLUMNS, *(other.key for other in columns)}:
            raise DocumentError("key_taken", f"{place}.key", key=column.key)
        columns.append(column)
        if column.kind == "rating":
            rated.append(_rated(entry, place, scales=scales, section=section, number=number))
        elif column.kind == "single_choice" and entry.get("role") == "profile":
            profiles.append(_profile(entry, place, number))
    _check_links(rated, dimensions)
    _check_items(rated)
    _check_variables(profiles)
    return Questionnaire(
        id=_text(top, "id", "document"),
        languages=tuple(str(code) for code in _list(top.get("languages", ["it"]), "languages")),
        title=_labels(top, "title", "document"),
        dimensions=dimensions,
        rated=tuple(rated),
        profiles=tuple(profiles),
        columns=tuple(columns),
        points=_points(top),
    )


def _dimensions(top: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for i, raw in enumerate(_list(top.get("dimensions", []), "dimensions")):
        place = f"dimensions[{i}]"
        key = _text(_mapping(raw, place), "key", place)
        if key in found:
            raise DocumentError("used_twice", f"{place}.key", key=key)
        found[key] = _labels(raw, "label", place)
    return found


def _points(top: Mapping[str, Any]) -> dict[str, int]:
    """Points of the dimensions, of all or of none."""
    listed = _list(top.get("dimensions", []), "dimensions")
    found = {
        str(entry["key"]): _whole(entry, "points", f"dimensions[{i}]")
        for i, entry in enumerate(listed)
        if "points" in entry
    }
    whole = (len(found), sum(found.values())) == (len(listed), 100)
    if found and (not whole or min(found.values()) < 0):
        raise DocumentError("points", "dimensions")
    return found


def _questions(top: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for i, raw in enumerate(_list(top.get("sections"), "sections")):
        section = _mapping(raw, f"sections[{i}]")
        key = _text(section, "key", f"sections[{i}]")
        questions = _list(section.get("questions"), f"sections[{i}].questions")
        for j, question in enumerate(questions):
            place = f"sections[{i}].questions[{j}]"
            yield key, place, _mapping(question, place)


def _scale(name: str, raw: object) -> Scale:
    place = f"scales.{name}"
    entry = _mapping(raw, place)
    listed = _list(entry.get("codes"), f"{place}.codes")
    codes = tuple(
        _whole(_mapping(item, f"{place}.codes[{i}]"), "code", f"{place}.codes[{i}]")
        for i, item in enumerate(listed)
    )
    if len(codes) < 2 or len(set(codes)) != len(codes):
        raise DocumentError("two_codes", f"{place}.codes", found=codes)
    if min(codes) < 0 or max(codes) > HIGHEST_RATING:
        raise DocumentError("codes_range", f"{place}.codes", highest=HIGHEST_RATING, found=codes)
    polarity = entry.get("polarity", "positive")
    if polarity not in ("positive", "negative"):
        raise DocumentError("polarity", f"{place}.polarity", found=polarity)
    satisfied, dissatisfied = (
        frozenset(_wholes(entry, name, place)) for name in ("satisfied", "dissatisfied")
    )
    if not (satisfied | dissatisfied) <= set(codes) or satisfied & dissatisfied:
        raise DocumentError("disjoint", place)
    return Scale(
        name=name,
        codes=codes,
        labels={
            code: _labels(item, "label", f"{place}.codes[{i}]")
            for i, (code, item) in enumerate(zip(codes, listed, strict=True))
        },
        positive=polarity == "positive",
        satisfied=satisfied,
        dissatisfied=dissatisfied,
    )


def _column(entry: Mapping[str, Any], place: str, scales: Mapping[str, Scale]) -> Column:
    kind = _text(entry, "kind", place)
    if kind not in _KINDS:
        raise DocumentError("one_of", f"{place}.kind", known=", ".join(_KINDS), found=kind)
    allows = _list(entry.get("allows", []), f"{place}.allows")
    if not all(name in ("dk", "na") for name in allows):
        raise DocumentError("allows", f"{place}.allows", found=allows)
    codes: frozenset[int] = frozenset()
    bounds = None
    if kind == "rating":
        codes = frozenset(_scale_of(entry, place, scales).codes)
    elif kind in ("single_choice", "multiple_choice"):
        codes = frozenset(_options(entry, place))
    elif kind == "number":
        bounds = (
            _whole({"minimum": 0, **entry}, "minimum", place),
            _whole({"maximum": _HIGHEST_NUMBER, **entry}, "maximum", place),
        )
    return Column(
        key=_text(entry, "key", place),
        kind=kind,
        codes=codes,
        statuses=frozenset(
            {Status.BLANK, Status.INVALID, *(_ALLOWED_STATUS[name] for name in allows)}
        ),
        bounds=bounds,
    )


def _rated(
    entry: Mapping[str, Any], place: str, *, scales: Mapping[str, Scale], section: str, number: int
) -> RatedQuestion:
    role = _text(entry, "role", place)
    if role not in _ROLES:
        raise DocumentError("one_of", f"{place}.role", known=", ".join(_ROLES), found=role)
    dimension = entry.get("dimension")
    return RatedQuestion(
        key=_text(entry, "key", place),
        number=number,
        section=section,
        role=role,
        text=_labels(entry, "text", place),
        scale=_scale_of(entry, place, scales),
        dimension=None if dimension is None else str(dimension),
        core=_flag({"core": role == "item", **entry}, "core", place),
        reversed=_flag({"reversed": False, **entry}, "reversed", place),
        wording=_whole({"wording": 1, **entry}, "wording", place),
        of=None if entry.get("of") is None else str(entry["of"]),
    )


def _profile(entry: Mapping[str, Any], place: str, number: int) -> ProfileQuestion:
    return ProfileQuestion(
        key=_text(entry, "key", place),
        number=number,
        variable=_text(entry, "variable", place),
        text=_labels(entry, "text", place),
        labels=_options(entry, place),
    )


def _options(entry: Mapping[str, Any], place: str) -> dict[int, Mapping[str, str]]:
    options: dict[int, Mapping[str, str]] = {}
    for i, raw in enumerate(_list(entry.get("options"), f"{place}.options")):
        where = f"{place}.options[{i}]"
        option = _mapping(raw, where)
        code = _whole(option, "code", where)
        if not 1 <= code <= HIGHEST_OPTION or code in options:
            raise DocumentError("option_code", f"{where}.code", highest=HIGHEST_OPTION, found=code)
        options[code] = _labels(option, "label", where)
    return options


def _scale_of(entry: Mapping[str, Any], place: str, scales: Mapping[str, Scale]) -> Scale:
    name = _text(entry, "scale", place)
    if name not in scales:
        raise DocumentError("no_scale", f"{place}.scale", name=name)
    return scales[name]


def _check_links(rated: list[RatedQuestion], dimensions: Mapping[str, Mapping[str, str]]) -> None:
    for question in rated:
        if question.dimension is not None and question.dimension not in dimensions:
            raise DocumentError("no_dimension", key=question.key, name=question.dimension)
    for role in ("overall", "confirmation", "ideal"):
        if sum(question.role == role for question in rated) > 1:
            raise DocumentError("one_role", "sections", role=role)


def _check_items(rated: list[RatedQuestion]) -> None:
    """Importance and expectation are of an item, each at most once."""
    items = {question.key for question in rated if question.role == "item"}
    for role in _OF_AN_ITEM:
        named = [question for question in rated if question.role == role]
        for question in named:
            if question.of not in items:
                raise DocumentError("no_item", key=question.key, name=question.of)
        if len({question.of for question in named}) < len(named):
            raise DocumentError("one_each", "sections", role=role)


def _check_variables(profiles: list[ProfileQuestion]) -> None:
    """A variable with a slip in its name would silently not be adjusted for."""
    seen = set[str]()
    for question in profiles:
        if question.variable not in _VARIABLES:
            known = ", ".join(_VARIABLES)
            raise DocumentError("variable", key=question.key, known=known, found=question.variable)
        if question.variable in seen:
            raise DocumentError("one_variable", "sections", name=question.variable)
        seen.add(question.variable)


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DocumentError("object", place, kind=type(value).__name__)
    return value


def _list(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise DocumentError("list", place, kind=type(value).__name__)
    return value


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise DocumentError("text", f"{place}.{key}", found=value)
    return value


def _whole(entry: Mapping[str, Any], key: str, place: str) -> int:
    value = entry.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise DocumentError("whole", f"{place}.{key}", found=value)
    return value


def _wholes(entry: Mapping[str, Any], key: str, place: str) -> list[int]:
    listed = _list(entry.get(key, []), f"{place}.{key}")
    return [_whole({key: value}, key, place) for value in listed]


def _flag(entry: Mapping[str, Any], key: str, place: str) -> bool:
    value = entry[key]
    if not isinstance(value, bool):
        raise DocumentError("flag", f"{place}.{key}", found=value)
    return value


def _labels(entry: object, key: str, place: str) -> dict[str, str]:
    value = _mapping(_mapping(entry, place).get(key, {}), f"{place}.{key}")
    return {str(language): str(text) for language, text in value.items()}

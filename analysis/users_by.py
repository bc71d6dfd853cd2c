"""Read the users served by class of age, sex and access channel, service by service."""

from collections.abc import Collection, Mapping
from typing import Any

from analysis.data import CELL_VARIABLES, Questionnaire
from analysis.refusals import DocumentError
from analysis.wave import check_users_by

UsersBy = Mapping[str, tuple[tuple[int, float], ...]]


def read_users_by(
    document: object, questionnaires: Mapping[tuple[str, str], Questionnaire]
) -> dict[tuple[str, str], UsersBy]:
    """Read a document of users by class.

    Parameters
    ----------
    document : object
        ``{"SERVICE/WAVE": {"sex": {"1": 1200, "2": 900}, ...}, ...}``: by wave, variable and
        option code of the profile question. Options without a number have no known users.
    questionnaires : mapping of (str, str) to Questionnaire
        What was asked, by service and label of every wave at hand. The service may be left out of
        a name where only one service has a wave of that label.

    Returns
    -------
    dict
        By service and wave.

    Raises
    ------
    ValueError
        Naming the place: a wave that is not at hand, a variable or an option that was not asked,
        an impossible number, totals that differ by more than 0.5 %.

    Examples
    --------
    >>> from analysis.data import read_questionnaire
    >>> asked = read_questionnaire({
    ...     "format": "gradimento/questionnaire/1", "id": "x", "title": {"it": "X"},
    ...     "sections": [{"key": "a", "questions": [
    ...         {"key": "sesso", "kind": "single_choice", "role": "profile", "variable": "sex",
    ...          "text": {"it": "Sesso"}, "options": [{"code": 1}, {"code": 2}]}]}]})
    >>> read_users_by({"2026": {"sex": {"1": 1200, "2": 900}}}, {("urp", "2026"): asked})
    {('urp', '2026'): {'sex': ((1, 1200.0), (2, 900.0))}}
    """
    found: dict[tuple[str, str], UsersBy] = {}
    for name, entry in _object(document, "users").items():
        key = _wave_of(name, questionnaires)
        if key in found:
            raise DocumentError("wave_twice", name)
        found[key] = {
            variable: _classes(classes, f"{name}.{variable}")
            for variable, classes in _object(entry, name).items()
        }
        try:
            check_users_by(questionnaires[key], found[key])
        except DocumentError as error:
            raise error.within(name) from error
    return found


def _wave_of(name: str, waves: Collection[tuple[str, str]]) -> tuple[str, str]:
    service, slash, label = name.rpartition("/")
    fitting = [key for key in waves if key[1] == label and (key[0] == service or not slash)]
    if not fitting:
        raise DocumentError("no_wave", name)
    if len(fitting) > 1:
        raise DocumentError("which_service", name, label=label)
    return fitting[0]


def _classes(entry: object, place: str) -> tuple[tuple[int, float], ...]:
    variable = place.rpartition(".")[2]
    if variable not in CELL_VARIABLES:
        raise DocumentError("one_of_needed", place, known=", ".join(CELL_VARIABLES))
    classes = []
    for code, users in _object(entry, place).items():
        if not (code.isascii() and code.isdigit()):
            raise DocumentError("no_option", place, code=code)
        if isinstance(users, bool) or not isinstance(users, (int, float)) or not users >= 0:
            raise DocumentError("users", f"{place}.{code}", found=users)
        classes.append((int(code), float(users)))
    return tuple(sorted(classes))


def _object(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError("object", place, kind=type(value).__name__)
    return value

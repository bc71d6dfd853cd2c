"""The documents beside the answers that `python -m analysis run` reads."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from analysis.data import Questionnaire, read_questionnaire
from analysis.errors import system_words
from analysis.manifest import file_sha256
from analysis.promises import PromisedStandard, read_standards
from analysis.run_request import Key, Request
from analysis.users_by import UsersBy, read_users_by


def read_json(request: Request, path: Path) -> Any:
    """Read a JSON document.

    Parameters
    ----------
    request : Request
        Gives the language of what is said.
    path : Path
        Of the document.

    Returns
    -------
    object
        As parsed.

    Raises
    ------
    CommandError
        If the file does not open or is no JSON.

    Examples
    --------
    >>> from analysis.parameters import Parameters
    >>> request = Request("en", None, Path(), None, "open_link", Parameters())
    >>> read_json(request, Path("/nowhere.json"))
    Traceback (most recent call last):
    ...
    analysis.errors.CommandError: /nowhere.json: cannot open the file (it does not exist)
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise request.error(
            "no_file", path=path, why=system_words(error, request.language)
        ) from error
    except json.JSONDecodeError as error:
        raise request.error("not_json", path=path, line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise request.error("not_json", path=path, line=1, column=1) from error


def same_answers(request: Request) -> Iterator[tuple[Key, ...]]:
    """Find waves whose answers are the same file byte for byte: one of them may be a slip.

    Parameters
    ----------
    request : Request
        With its waves.

    Yields
    ------
    tuple of (str, str)
        Two waves or more; files that do not open are nobody's like.

    Examples
    --------
    >>> from analysis.parameters import Parameters
    >>> request = Request("en", None, Path(), None, "open_link", Parameters())
    >>> request.waves = {("urp", year): Path(__file__) for year in ("2025", "2026")}
    >>> list(same_answers(request))
    [(('urp', '2025'), ('urp', '2026'))]
    """
    by_size: dict[int, list[Key]] = {}
    for key, path in request.ordered():
        if path.is_file():
            by_size.setdefault(path.stat().st_size, []).append(key)
    for alike in by_size.values():
        by_content: dict[str, list[Key]] = {}
        for key in alike if len(alike) > 1 else ():
            with suppress(OSError):
                by_content.setdefault(file_sha256(request.waves[key]), []).append(key)
        yield from (tuple(keys) for keys in by_content.values() if len(keys) > 1)


def read_questionnaires(request: Request) -> dict[Key, Questionnaire]:
    """Read what was asked in each wave, every file once.

    Parameters
    ----------
    request : Request
        With its waves.

    Returns
    -------
    dict
        By service and label; waves of the same file share one questionnaire.

    Raises
    ------
    CommandError
        If a file does not open or is no questionnaire.

    Examples
    --------
    >>> from analysis.parameters import Parameters
    >>> read_questionnaires(Request("en", None, Path(), None, "open_link", Parameters()))
    {}
    """
    files = {key: request.questionnaire_of(key) for key in request.waves}
    found = {path: _questionnaire(request, path) for path in dict.fromkeys(files.values())}
    return {key: found[path] for key, path in files.items()}


def _questionnaire(request: Request, path: Path) -> Questionnaire:
    try:
        return read_questionnaire(read_json(request, path))
    except ValueError as error:
        raise request.refusal(path, error) from error


def read_promises(request: Request) -> Mapping[str, tuple[PromisedStandard, ...]]:
    """Read the promises by service; each must be of a service with answers.

    Parameters
    ----------
    request : Request
        With its waves.

    Returns
    -------
    dict
        Empty where no document is given.

    Raises
    ------
    CommandError
        If the document is at fault, or names a service without a wave.

    Examples
    --------
    >>> from analysis.parameters import Parameters
    >>> read_promises(Request("en", None, Path(), None, "open_link", Parameters()))
    {}
    """
    path = request.standards
    if path is None:
        return {}
    try:
        found = read_standards(read_json(request, path))
    except ValueError as error:
        raise request.refusal(path, error) from error
    known = {service for service, _ in request.waves}
    for service in found:
        if service not in known:
            raise request.error("strange_service", path=path, service=service)
    return found


def read_users(
    request: Request, questionnaires: Mapping[Key, Questionnaire]
) -> Mapping[Key, UsersBy]:
    """Read the users by class of the waves where they are known.

    Parameters
    ----------
    request : Request
        With its waves.
    questionnaires : mapping of (str, str) to Questionnaire
        What was asked in each wave.

    Returns
    -------
    dict
        Empty where no document is given.

    Raises
    ------
    CommandError
        If the document is at fault.

    Examples
    --------
    >>> from analysis.parameters import Parameters
    >>> read_users(Request("en", None, Path(), None, "open_link", Parameters()), {})
    {}
    """
    path = request.users_by
    if path is None:
        return {}
    try:
        return read_users_by(read_json(request, path), questionnaires)
    except ValueError as error:
        raise request.refusal(path, error) from error

"""`python -m analysis run`: answers files in, results out."""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis import METHOD_VERSION
from analysis.checks import check_forms, no_checks
from analysis.counts import read_counts
from analysis.csv_in import iter_answers
from analysis.data import Questionnaire, Responses, read_questionnaire
from analysis.errors import CommandError, system_words
from analysis.faults import AnswersError
from analysis.history import ServiceHistory, body_years, period_order
from analysis.manifest import (
    NAME,
    FileInput,
    Manifest,
    WaveInput,
    as_text,
    code_versions,
    file_sha256,
    relative,
    text_sha256,
)
from analysis.parameters import Parameters
from analysis.parquet_in import SUFFIX as PARQUET
from analysis.parquet_in import NotParquetError, PyarrowMissingError, iter_parquet
from analysis.promises import PromisedStandard, read_standards
from analysis.results import as_document
from analysis.run_options import add_run_options
from analysis.tables import write_tables
from analysis.tally import Tally, tally_stream
from analysis.users_by import UsersBy, read_users_by
from analysis.wave import Wave

_QUIET_BYTES = 8 << 20
_SERVICE = "servizio"

_TEXTS: Mapping[str, tuple[str, str]] = {
    "no_file": ("{path}: il file non si apre ({why})", "{path}: cannot open the file ({why})"),
    "not_json": (
        "{path}: non è JSON valido, riga {line} colonna {column}",
        "{path}: not valid JSON, line {line} column {column}",
    ),
    "bad_document": ("{path}: {why}", "{path}: {why}"),
    "wave_form": (
        "--wave {value}: scrivere ANNO=FILE oppure SERVIZIO/ANNO=FILE",
        "--wave {value}: write YEAR=FILE or SERVICE/YEAR=FILE",
    ),
    "wave_twice": ("la rilevazione {value} è data due volte", "wave {value} is given twice"),
    "users_form": (
        "--users {value}: scrivere ANNO=NUMERO oppure SERVIZIO/ANNO=NUMERO, di una --wave data",
        "--users {value}: write YEAR=NUMBER or SERVICE/YEAR=NUMBER, of a --wave given",
    ),
    "faults": ("{path}: errori: {n}; nessuna risposta letta", "{path}: faults: {n}; nothing read"),
    "lift_form": (
        "--lift-guard {value}: scrivere ANNO=MOTIVO E NOME di chi lo firma, di un anno dato",
        "--lift-guard {value}: write YEAR=REASON AND NAME of who signs it, of a year given",
    ),
    "delta_form": (
        "--delta {value}: i punti vanno da 3 a 10",
        "--delta {value}: points go from 3 to 10",
    ),
    "no_pyarrow": (
        "{path}: per leggere Parquet serve pyarrow: pip install 'gradimento[scale]'",
        "{path}: pyarrow is needed to read Parquet: pip install 'gradimento[scale]'",
    ),
    "not_parquet": (
        "{path}: non è un file Parquet leggibile ({why})",
        "{path}: not a Parquet file that can be read ({why})",
    ),
    "strange_service": (
        "{path}: il servizio {service!r} non ha nessuna --wave",
        "{path}: service {service!r} has no --wave",
    ),
    "no_out": ("{path}: non si può scrivere ({why})", "{path}: cannot write ({why})"),
}


@dataclass(slots=True)
class Request:
    """What the command line asked for."""

    language: str
    questionnaire: Path
    out: Path
    body: str | None
    design: str
    parameters: Parameters
    waves: dict[tuple[str, str], Path] = field(default_factory=dict)
    users: dict[tuple[str, str], int] = field(default_factory=dict)
    standards: Path | None = None
    users_by: Path | None = None
    lifted: dict[str, str] = field(default_factory=dict)

    def error(self, key: str, **values: object) -> CommandError:
        """Phrase a problem in the language of the request."""
        return CommandError(_TEXTS[key][self.language == "en"].format(**values))


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Read the waves, compute every year, and write results, manifest and tables."""
    request = _request(arguments)
    document = compute(request)
    text = as_text(document)
    manifest = _manifest(request, document, text)
    try:
        request.out.mkdir(parents=True, exist_ok=True)
        for name, content in (("results.json", text), (NAME, as_text(manifest.as_document()))):
            (request.out / name).write_text(content, encoding="utf-8", newline="\n")
        write_tables(document, request.out / "tables")
    except OSError as error:
        raise request.error(
            "no_out", path=request.out, why=system_words(error, request.language)
        ) from error
    return document


def compute(request: Request) -> dict[str, Any]:
    """Read the waves and compute every year; the results document."""
    questionnaire, standards = _questionnaire(request), _standards(request)
    users_by = _users_by(request, questionnaire)
    by_service: dict[str, list[Wave]] = {}
    for (service, label), path in sorted(request.waves.items(), key=_by_period):
        wave = _wave(request, questionnaire, label, path=path, service=service)
        known = users_by.get((service, label), {})
        wave = replace(wave, standards=standards.get(service, ()), users_by=known)
        by_service.setdefault(service, []).append(wave)
    services = [ServiceHistory(key, key, tuple(waves)) for key, waves in by_service.items()]
    years = body_years(services, request.parameters, lifted=request.lifted)
    return as_document(years, body=request.body)


def _input(request: Request, path: Path | None) -> FileInput | None:
    return None if path is None else FileInput(relative(path, request.out), file_sha256(path))


def _manifest(request: Request, document: dict[str, Any], text: str) -> Manifest:
    hashed = {
        (one["service"], wave["wave"])
        for one in document["services"]
        for wave in one["waves"]
        if wave["data_hash"] is not None
    }
    try:
        return Manifest(
            questionnaire=relative(request.questionnaire, request.out),
            questionnaire_sha256=file_sha256(request.questionnaire),
            waves=tuple(
                WaveInput(
                    *key,
                    file=relative(path, request.out),
                    sha256=file_sha256(path) if key in hashed else None,
                    users_served=request.users.get(key),
                )
                for key, path in sorted(request.waves.items(), key=_by_period)
            ),
            standards=_input(request, request.standards),
            users_by=_input(request, request.users_by),
            lifted=request.lifted,
            body=request.body,
            design=request.design,
            parameters=request.parameters,
            method_version=METHOD_VERSION,
            code=code_versions(),
            results_sha256=text_sha256(text),
        )
    except OSError as error:
        path = error.filename or request.questionnaire
        raise request.error(
            "no_file", path=path, why=system_words(error, request.language)
        ) from error


def _by_period(entry: tuple[tuple[str, str], Path]) -> tuple[str, list[tuple[int, int, str]]]:
    (service, label), _ = entry
    return service, period_order(label)


def _request(arguments: argparse.Namespace) -> Request:
    language = arguments.lang
    try:
        parameters = Parameters(delta=arguments.delta)
    except ValueError as error:
        text = _TEXTS["delta_form"][language == "en"].format(value=f"{arguments.delta:g}")
        raise CommandError(text) from error
    request = Request(
        language,
        Path(arguments.questionnaire),
        Path(arguments.out),
        arguments.body,
        arguments.design,
        parameters,
    )
    request.standards, request.users_by = map(_given, (arguments.standards, arguments.users_by))
    default = arguments.service or _SERVICE
    for value in arguments.wave:
        left, equals, path = value.partition("=")
        key = _wave_key(left, default)
        if not equals or not path or not all(key):
            raise request.error("wave_form", value=value)
        if key in request.waves:
            raise request.error("wave_twice", value=left)
        request.waves[key] = Path(path)
    for value in arguments.users or []:
        left, _, number = value.partition("=")
        key = _wave_key(left, default)
        if key not in request.waves or not (number.isascii() and number.isdigit() and int(number)):
            raise request.error("users_form", value=value)
        request.users[key] = int(number)
    _read_lifts(request, arguments.lift_guard or [])
    return request


def _read_lifts(request: Request, values: Sequence[str]) -> None:
    """Note the signed reasons for which the common-shift guard is taken away."""
    labels = {label for _, label in request.waves}
    for value in values:
        label, _, reason = value.partition("=")
        if label not in labels or not reason.strip():
            raise request.error("lift_form", value=value)
        request.lifted[label] = reason.strip()


def _given(path: str | None) -> Path | None:
    return Path(path) if path else None


def _wave_key(text: str, default: str) -> tuple[str, str]:
    service, slash, label = text.rpartition("/")
    return (service, label) if slash else (default, label)


def _json(request: Request, path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise request.error(
            "no_file", path=path, why=system_words(error, request.language)
        ) from error
    except json.JSONDecodeError as error:
        raise request.error("not_json", path=path, line=error.lineno, column=error.colno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise request.error("not_json", path=path, line=1, column=1) from error


def _questionnaire(request: Request) -> Questionnaire:
    try:
        return read_questionnaire(_json(request, request.questionnaire))
    except ValueError as error:
        raise request.error("bad_document", path=request.questionnaire, why=error) from error


def _standards(request: Request) -> Mapping[str, tuple[PromisedStandard, ...]]:
    """Promises by service; each must be of a service with answers."""
    path = request.standards
    if path is None:
        return {}
    try:
        found = read_standards(_json(request, path))
    except ValueError as error:
        raise request.error("bad_document", path=path, why=error) from error
    known = {service for service, _ in request.waves}
    for service in found:
        if service not in known:
            raise request.error("strange_service", path=path, service=service)
    return found


def _users_by(request: Request, questionnaire: Questionnaire) -> Mapping[tuple[str, str], UsersBy]:
    """Users by class, of the waves where they are known."""
    path = request.users_by
    if path is None:
        return {}
    try:
        return read_users_by(_json(request, path), questionnaire, request.waves)
    except ValueError as error:
        raise request.error("bad_document", path=path, why=error) from error


def _wave(
    request: Request, questionnaire: Questionnaire, label: str, *, path: Path, service: str
) -> Wave:
    intake = _Intake(questionnaire)
    counted = path.suffix == ".json"
    try:
        if counted:
            tally = _counted(request, questionnaire, path)
        else:
            read = iter_parquet if path.suffix == PARQUET else iter_answers
            chunks = read(path, questionnaire, progress=_Progress(path).show)
            tally = tally_stream(questionnaire, map(intake.see, chunks))
    except AnswersError as error:
        first = request.error("faults", path=path, n=error.total)
        raise CommandError(f"{first}\n{error.message(request.language)}") from error
    except PyarrowMissingError as error:
        raise request.error("no_pyarrow", path=path) from error
    except NotParquetError as error:
        raise request.error("not_parquet", path=path, why=error) from error
    except OSError as error:
        raise request.error(
            "no_file", path=path, why=system_words(error, request.language)
        ) from error
    users = request.users.get((service, label))
    return Wave(
        label, questionnaire, tally,
        users_served=users, design=request.design, weights_ignored=intake.weighted,
        checks=None if counted else intake.checks,
    )  # fmt: skip


class _Intake:
    """Notes, while forms pass by, what a tally does not keep of them."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.weighted = False
        self.checks = no_checks(questionnaire)

    def see(self, chunk: Responses) -> Responses:
        self.weighted = self.weighted or chunk.weight is not None
        self.checks = self.checks + check_forms(chunk.questionnaire, chunk)
        return chunk


def _counted(request: Request, questionnaire: Questionnaire, path: Path) -> Tally:
    """Read a wave of aggregate counts, saying on standard error what does not agree."""
    try:
        reading = read_counts(_json(request, path), questionnaire)
    except ValueError as error:
        raise request.error("bad_document", path=path, why=error) from error
    for finding in reading.findings:
        sys.stderr.write(f"{path}: {finding.message(request.language)}\n")
    return reading.tally


class _Progress:
    """Says on standard error how far a large file is, once a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = time.monotonic() + 1

    def show(self, done: int, size: int) -> None:
        if size < _QUIET_BYTES or (done < size and time.monotonic() < self._next):
            return
        self._next = time.monotonic() + 1
        sys.stderr.write(f"{self._path}: {100 * done // size} %\n")


def add_run(commands: Any) -> None:
    """Add the command to the parser."""
    sub = add_run_options(commands)
    sub.set_defaults(action=_run)


def _run(given: argparse.Namespace) -> int:
    document = run(given)
    from analysis.report import write  # drawing takes a second to load: only once all is well

    write(document, Path(given.out), language=given.lang)
    sys.stdout.write(f"{given.out}\n")
    return 0

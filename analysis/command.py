"""`python -m analysis run`: answers files in, results out."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis import METHOD_VERSION
from analysis.checks import check_forms, no_checks
from analysis.counts import read_counts
from analysis.csv_in import iter_answers
from analysis.data import Questionnaire, Responses
from analysis.errors import CommandError, system_words
from analysis.faults import AnswersError
from analysis.history import ServiceHistory, body_years
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
from analysis.parquet_in import SUFFIX as PARQUET
from analysis.parquet_in import NotParquetError, PyarrowMissingError, iter_parquet
from analysis.refusals import DocumentError
from analysis.results import as_document
from analysis.run_folder import earlier_files, filled
from analysis.run_inputs import (
    read_json,
    read_promises,
    read_questionnaires,
    read_users,
    same_answers,
)
from analysis.run_options import add_run_options
from analysis.run_request import Key, Request, read_request
from analysis.sample import wave_weighting
from analysis.tables import write_tables
from analysis.tally import Tally, tally_stream
from analysis.wave import Wave

_QUIET_BYTES = 8 << 20


def run(arguments: argparse.Namespace, *, drawn: bool = False) -> dict[str, Any]:
    """Read the waves, compute every year, and write all of it into the folder, or nothing."""
    request = read_request(arguments)
    for waves in same_answers(request):
        names = ", ".join("/".join(key) for key in waves)
        files = ", ".join(dict.fromkeys(str(request.waves[key]) for key in waves))
        sys.stderr.write(f"{request.error('same_answers', waves=names, files=files)}\n")
    document = compute(request)
    text = as_text(document)
    manifest = as_text(_manifest(request, document, text).as_document())
    try:
        with filled(request.out, earlier=earlier_files(request.out)) as folder:
            for name, content in (("results.json", text), (NAME, manifest)):
                (folder / name).write_text(content, encoding="utf-8", newline="\n")
            write_tables(document, folder / "tables")
            if drawn:
                _draw(document, folder, request.language)
    except OSError as error:
        path = _in_the_way(error, request.out)
        raise request.error(
            "no_out", path=path, why=system_words(error, request.language)
        ) from error
    return document


def _draw(document: dict[str, Any], folder: Path, language: str) -> None:
    from analysis import report  # drawing takes a second to load: only once all is well

    report.write(document, folder, language=language)


def _in_the_way(error: OSError, out: Path) -> Path:
    """Name the file that is at fault, if it is one of the folder."""
    found = Path(str(error.filename or out))
    return found if found.is_relative_to(out) and ".gradimento-" not in str(found) else out


def compute(request: Request) -> dict[str, Any]:
    """Read the waves and compute every year; the results document."""
    questionnaires, standards = read_questionnaires(request), read_promises(request)
    users_by = read_users(request, questionnaires)
    by_service: dict[str, list[Wave]] = {}
    for key, path in request.ordered():
        wave = _wave(request, key, path, questionnaire=questionnaires[key])
        wave = replace(wave, standards=standards.get(key[0], ()), users_by=users_by.get(key, {}))
        _check_weights(request, key, wave)
        by_service.setdefault(key[0], []).append(wave)
    services = [ServiceHistory(key, key, tuple(waves)) for key, waves in by_service.items()]
    years = body_years(services, request.parameters, lifted=request.lifted)
    return as_document(years, body=request.body)


def _check_weights(request: Request, key: Key, wave: Wave) -> None:
    """Refuse users by class that no weights can meet, while it is known of which wave they are."""
    try:
        wave_weighting(wave)
    except DocumentError as error:
        path = request.users_by or request.waves[key]
        raise request.refusal(path, error.within("/".join(key))) from error


def _input(request: Request, path: Path | None) -> FileInput | None:
    return None if path is None else FileInput(relative(path, request.out), file_sha256(path))


def _manifest(request: Request, document: dict[str, Any], text: str) -> Manifest:
    hashed = {
        (one["service"], wave["wave"])
        for one in document["services"]
        for wave in one["waves"]
        if wave["data_hash"] is not None
    }
    own = request.questionnaires
    try:
        return Manifest(
            questionnaire=_input(request, request.questionnaire),
            waves=tuple(
                WaveInput(
                    *key,
                    file=relative(path, request.out),
                    sha256=file_sha256(path) if key in hashed else None,
                    users_served=request.users.get(key),
                    questionnaire=_input(request, own.get(key)),
                    design=request.designs.get(key),
                )
                for key, path in request.ordered()
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
        path = error.filename or request.out
        raise request.error(
            "no_file", path=path, why=system_words(error, request.language)
        ) from error


def _wave(request: Request, key: Key, path: Path, *, questionnaire: Questionnaire) -> Wave:
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
    return Wave(
        key[1], questionnaire, tally, users_served=request.users.get(key),
        design=request.design_of(key), weights_ignored=intake.weighted,
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
        reading = read_counts(read_json(request, path), questionnaire)
    except ValueError as error:
        raise request.refusal(path, error) from error
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
    run(given, drawn=True)
    sys.stdout.write(f"{given.out}\n")
    return 0

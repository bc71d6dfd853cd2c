"""`python -m analysis verify`: compute a published result again and say what differs."""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import METHOD_VERSION
from analysis.command import compute
from analysis.errors import CommandError, system_words
from analysis.manifest import (
    FileInput,
    Manifest,
    as_text,
    code_versions,
    file_sha256,
    read_manifest,
    text_sha256,
)
from analysis.refusals import refusal_words
from analysis.run_request import Request

#: Libraries of another version may differ in the last digits of a number.
_TOLERANCE = 1e-9
_LISTED = 20
_TEXTS: Mapping[str, tuple[str, str]] = {
    "no_file": ("{path}: il file non si apre ({why})", "{path}: cannot open the file ({why})"),
    "bad_manifest": ("{path}: {why}", "{path}: {why}"),
    "file_changed": (
        "{path}: il file non è quello pubblicato (impronta diversa)",
        "{path}: not the file of the publication (other fingerprint)",
    ),
    "results_changed": (
        "{path}: è stato modificato dopo la pubblicazione (impronta diversa)",
        "{path}: changed after publication (other fingerprint)",
    ),
    "not_computed": ("il ricalcolo non riesce: {why}", "the results cannot be computed: {why}"),
    "other_value": (
        "{place}: pubblicato {stored}, ricalcolato {found}",
        "{place}: published {stored}, computed {found}",
    ),
    "other_results": (
        "il ricalcolo dà un risultato diverso da quello pubblicato",
        "the results computed now are not the published ones",
    ),
    "more": ("… e altre {n} differenze", "… and {n} more differences"),
    "unchecked": (
        "{path}: rilevazione con pochi questionari, il file non ha impronta pubblicata",
        "{path}: a wave of few forms, its file has no published fingerprint",
    ),
    "no_results": (
        "{path}: non c'è; confronto con la sola impronta",
        "{path}: not there; compared with its fingerprint alone",
    ),
    "method": (
        "versione del metodo: pubblicato con {stored}, ricalcolato con {found}",
        "version of the method: published with {stored}, computed with {found}",
    ),
    "code": (
        "programma ({name}): pubblicato con {stored}, ricalcolato con {found}",
        "program ({name}): published with {stored}, computed with {found}",
    ),
    "reworded": (
        "frasi scritte in altro modo dal programma di oggi, con le stesse cifre: {n}",
        "sentences that today's program writes in another way, with the same figures: {n}",
    ),
    "near": (
        "le ultime cifre differiscono, entro {tolerance}: altre versioni delle librerie",
        "last digits differ, within {tolerance}: other versions of the libraries",
    ),
    "same": (
        "Verificato: {n} rilevazioni ricalcolate, risultati uguali a quelli pubblicati.",
        "Verified: {n} waves computed again, results equal to the published ones.",
    ),
    "different": ("Non verificato: {n} differenze.", "Not verified: {n} differences."),
}


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Attributes
    ----------
    differences : tuple of str
        Sentences; the publication is verified when there is none.
    notes : tuple of str
        What a reader should know, such as another version of the program.
    """

    differences: tuple[str, ...]
    notes: tuple[str, ...]


def add_verify(commands: Any) -> None:
    """Add the command to the parser."""
    sub = commands.add_parser("verify", help="ricalcola un risultato pubblicato e lo confronta")
    sub.add_argument("manifest", metavar="MANIFEST")
    sub.add_argument("--data", metavar="DIR", help="dove sono i file, se altrove")
    sub.add_argument("--lang", choices=("it", "en"), default="it")
    sub.set_defaults(action=run_verify)


def run_verify(given: argparse.Namespace) -> int:
    """Verify and print; 1 when anything differs."""
    path, language = Path(given.manifest), given.lang
    try:
        manifest = read_manifest(json.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise CommandError(
            _text("no_file", language, path=path, why=system_words(error, language))
        ) from error
    except (ValueError, RecursionError) as error:
        why = refusal_words(error, language)
        raise CommandError(_text("bad_manifest", language, path=path, why=why)) from error
    data = Path(given.data) if given.data else None
    found = verify(manifest, path.parent, data=data, language=language)
    lines = [*found.notes, *found.differences[:_LISTED]]
    count = len(found.differences)
    if count > _LISTED:
        lines.append(_text("more", language, n=count - _LISTED))
    key, number = ("different", count) if count else ("same", len(manifest.waves))
    sys.stdout.write("\n".join([*lines, _text(key, language, n=number)]) + "\n")
    return int(count > 0)


def verify(
    manifest: Manifest, folder: Path, *, data: Path | None = None, language: str = "it"
) -> Verification:
    """Compute the results of a manifest again and compare.

    Parameters
    ----------
    manifest : Manifest
        What was published.
    folder : Path
        Where the manifest and results.json lie.
    data : Path, optional
        Where the input files lie, by name, when not where the manifest says.
    language : str, optional
        ``it`` or ``en``.

    Returns
    -------
    Verification

    Raises
    ------
    CommandError
        If an input file is not there.
    """
    request = _request(manifest, folder, data=data, language=language)
    notes = [*_unchecked(manifest, request), *_versions(manifest, language)]
    differences = list(_changed_files(manifest, request))
    stored_path = folder / "results.json"
    stored = _stored(stored_path)
    if stored is None:
        notes.append(_text("no_results", language, path=stored_path))
    elif text_sha256(stored) != manifest.results_sha256:
        differences.append(_text("results_changed", language, path=stored_path))
    try:
        found = compute(request)
    except CommandError as error:
        differences.append(_text("not_computed", language, why=error))
        return Verification(tuple(differences), tuple(notes))
    text = as_text(found)
    if text_sha256(text) != manifest.results_sha256 or (stored is not None and stored != text):
        unequal, near = _compare(stored, text, language, reworded=_another_program(manifest))
        differences += unequal
        notes += near
    return Verification(tuple(differences), tuple(notes))


def _request(manifest: Manifest, folder: Path, *, data: Path | None, language: str) -> Request:
    def place(file: str) -> Path:
        return folder / file if data is None else _elsewhere(data, Path(file))

    def given(found: FileInput | None) -> Path | None:
        return None if found is None else place(found.file)

    keys = {(one.service, one.wave): one for one in manifest.waves}
    return Request(
        language=language,
        questionnaire=given(manifest.questionnaire),
        out=folder,
        body=manifest.body,
        design=manifest.design,
        parameters=manifest.parameters,
        waves={key: place(one.file) for key, one in keys.items()},
        users={key: one.users_served for key, one in keys.items() if one.users_served is not None},
        standards=given(manifest.standards),
        users_by=given(manifest.users_by),
        lifted=dict(manifest.lifted),
        questionnaires={
            key: place(one.questionnaire.file)
            for key, one in keys.items()
            if one.questionnaire is not None
        },
        designs={key: one.design for key, one in keys.items() if one.design is not None},
    )


def _elsewhere(data: Path, file: Path) -> Path:
    """Find a file by its name, or with the folders it was in where these were kept."""
    parts = file.parts[1:] if file.anchor else file.parts
    kept = (
        data.joinpath(*parts[place:]) for place in range(len(parts)) if ".." not in parts[place:]
    )
    return next((path for path in kept if path.is_file()), data / file.name)


def _unchecked(manifest: Manifest, request: Request) -> Iterator[str]:
    for one in manifest.waves:
        if one.sha256 is None:
            path = request.waves[one.service, one.wave]
            yield _text("unchecked", request.language, path=path)


def _another_program(manifest: Manifest) -> bool:
    """Tell whether another program computes now than then: its sentences may be other ones."""
    return manifest.code != code_versions()


def _versions(manifest: Manifest, language: str) -> Iterator[str]:
    if manifest.method_version != METHOD_VERSION:
        yield _text("method", language, stored=manifest.method_version, found=METHOD_VERSION)
    for name, found in code_versions().items():
        stored = manifest.code.get(name)
        if stored != found:
            short = [str(version or "?")[:12] for version in (stored, found)]
            yield _text("code", language, name=name, stored=short[0], found=short[1])


def _changed_files(manifest: Manifest, request: Request) -> Iterator[str]:
    waves = {(one.service, one.wave): one for one in manifest.waves}
    listed = [
        (request.questionnaire, manifest.questionnaire),
        *((request.questionnaires.get(key), one.questionnaire) for key, one in waves.items()),
        (request.standards, manifest.standards),
        (request.users_by, manifest.users_by),
    ]
    files = [(path, one.sha256) for path, one in listed if path is not None and one is not None]
    files += [
        (request.waves[key], one.sha256) for key, one in waves.items() if one.sha256 is not None
    ]
    # a questionnaire may be that of many waves
    for path, sha256 in dict.fromkeys(files):
        try:
            found = file_sha256(path)
        except OSError as error:
            why = system_words(error, request.language)
            raise CommandError(_text("no_file", request.language, path=path, why=why)) from error
        if found != sha256:
            yield _text("file_changed", request.language, path=path)


def _stored(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _compare(
    stored: str | None, text: str, language: str, *, reworded: bool
) -> tuple[list[str], list[str]]:
    """Sentences on what differs, and notes; new words for the same figures are a note."""
    try:
        published = None if stored is None else json.loads(stored)
    except (ValueError, RecursionError):
        published = None
    if published is None:
        return [_text("other_results", language)], []
    places = list(differing(published, json.loads(text)))
    told = [found for found in places if reworded and _is_sentence(found[0])]
    places = [found for found in places if found not in told]
    # other answers are the cause, other figures the consequence
    places.sort(key=lambda found: not found[0].endswith("data_hash"))
    unequal = [
        _text("other_value", language, place=place, stored=_short(one), found=_short(two))
        for place, one, two in places
    ]
    near = [_text("near", language, tolerance=f"{_TOLERANCE:g}")]
    other = [_text("reworded", language, n=len(told))] if told else []
    return (unequal, other) if unequal else ([], other or near)


def _is_sentence(place: str) -> bool:
    """Tell whether a place holds words for people and no figure of its own.

    Examples
    --------
    >>> [_is_sentence(p) for p in ("years[0].change.words.it.headline", "notes.it[0]", "n")]
    [True, True, False]
    """
    return place.startswith("notes.") or ".words." in place


def differing(one: object, two: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Places where two documents differ by more than the last digits of a number.

    Examples
    --------
    >>> list(differing({"n": [1, 2.0]}, {"n": [1, 2.5], "m": None}))
    [('m', 'absent', None), ('n[1]', 2.0, 2.5)]
    """
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted({*one, *two}):
            inner = f"{place}.{key}" if place else str(key)
            yield from differing(one.get(key, "absent"), two.get(key, "absent"), inner)
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for number, (first, second) in enumerate(zip(one, two, strict=True)):
            yield from differing(first, second, f"{place}[{number}]")
    elif not _equal(one, two):
        yield place or "document", one, two


def _equal(one: object, two: object) -> bool:
    numbers = (int, float)
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, numbers) and isinstance(two, numbers):
        return math.isclose(one, two, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return one == two


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][language == "en"].format(**values)

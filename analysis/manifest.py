"""What a result was computed from: enough for anybody to compute it again."""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import scipy

import analysis
from analysis.parameters import Parameters
from analysis.wave import DESIGNS

FORMAT = "gradimento/manifest/1"
NAME = "manifest.json"
_CHUNK = 1 << 20
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WaveInput:
    """One answers file.

    Attributes
    ----------
    service, wave : str
        What it holds.
    file : str
        Path from the folder of the manifest.
    sha256 : str or None
        None for a wave of a handful of forms: every possible file could be tried against it.
    users_served : int or None
        As declared.
    """

    service: str
    wave: str
    file: str
    sha256: str | None
    users_served: int | None


@dataclass(frozen=True, slots=True)
class FileInput:
    """Another input file: path from the folder of the manifest, and SHA-256."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Inputs, choices and programs behind a results document.

    Attributes
    ----------
    questionnaire, questionnaire_sha256 : str
        Path from the folder of the manifest, and SHA-256 of the file.
    waves : tuple of WaveInput
        Every answers file.
    body : str or None
        Name of the public body.
    design : str
        One of `analysis.wave.DESIGNS`.
    parameters : Parameters
        Choices of the body.
    method_version : str
        Of the method.
    code : mapping
        ``version`` and ``source`` (SHA-256 of the program), ``python``, ``numpy``, ``scipy``.
    results_sha256 : str
        Of results.json.
    standards : FileInput or None
        The promises of the charter, where there are any.
    users_by : FileInput or None
        Users served by class, as declared.
    lifted : mapping of wave to str
        Signed reasons for which the guard against a common shift was taken away.
    """

    questionnaire: str
    questionnaire_sha256: str
    waves: tuple[WaveInput, ...]
    body: str | None
    design: str
    parameters: Parameters
    method_version: str
    code: Mapping[str, str | None]
    results_sha256: str
    standards: FileInput | None = None
    users_by: FileInput | None = None
    lifted: Mapping[str, str] = field(default_factory=dict)

    def as_document(self) -> Json:
        """Plain mapping, to be written as JSON."""
        return {
            "format": FORMAT,
            "method_version": self.method_version,
            "code": dict(self.code),
            "body": self.body,
            "design": self.design,
            "parameters": self.parameters.as_dict(),
            "questionnaire": {"file": self.questionnaire, "sha256": self.questionnaire_sha256},
            "standards": _file_entry(self.standards),
            "users_by": _file_entry(self.users_by),
            "lifted": dict(self.lifted),
            "waves": [
                {
                    "service": one.service,
                    "wave": one.wave,
                    "file": one.file,
                    "sha256": one.sha256,
                    "users_served": one.users_served,
                }
                for one in self.waves
            ],
            "results": {"file": "results.json", "sha256": self.results_sha256},
        }


def _file_entry(found: FileInput | None) -> Json | None:
    return None if found is None else {"file": found.file, "sha256": found.sha256}


def as_text(document: Mapping[str, Any]) -> str:
    """Write a document as the JSON text that is stored and hashed."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def text_sha256(text: str) -> str:
    """Hash a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Hash a file of any size.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()


def code_versions() -> dict[str, str | None]:
    """Name the program: its release, a hash of its source, and the libraries that calculate."""
    try:
        version: str | None = metadata.version("gradimento")
    except metadata.PackageNotFoundError:
        version = None
    root = Path(analysis.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return {
        "version": version,
        "source": digest.hexdigest(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def relative(path: Path, folder: Path) -> str:
    """Path of a file from a folder, with slashes; absolute only on another drive."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:
        return path.absolute().as_posix()


def read_manifest(document: object) -> Manifest:
    """Read what `Manifest.as_document` wrote.

    Raises
    ------
    ValueError
        Naming the place that is wrong.
    """
    top = _mapping(document, "manifest")
    if top.get("format") != FORMAT:
        raise ValueError(f"format: expected {FORMAT!r}, found {top.get('format')!r}")
    questionnaire = _mapping(top.get("questionnaire"), "questionnaire")
    results = _mapping(top.get("results"), "results")
    listed = top.get("waves")
    if not isinstance(listed, list) or not listed:
        raise ValueError("waves: a list of at least one is needed")
    waves = tuple(_wave(entry, f"waves[{place}]") for place, entry in enumerate(listed))
    if len({(one.service, one.wave) for one in waves}) < len(waves):
        raise ValueError("waves: one comes twice")
    design = _text(top, "design", "manifest")
    if design not in DESIGNS:
        raise ValueError(f"design: one of {', '.join(DESIGNS)}, found {design!r}")
    code = _mapping(top.get("code"), "code")
    return Manifest(
        questionnaire=_text(questionnaire, "file", "questionnaire"),
        questionnaire_sha256=_text(questionnaire, "sha256", "questionnaire"),
        waves=waves,
        body=None if top.get("body") is None else _text(top, "body", "manifest"),
        design=design,
        parameters=_parameters(_mapping(top.get("parameters"), "parameters")),
        method_version=_text(top, "method_version", "manifest"),
        code={str(key): None if value is None else str(value) for key, value in code.items()},
        results_sha256=_text(results, "sha256", "results"),
        standards=_file(top.get("standards"), "standards"),
        users_by=_file(top.get("users_by"), "users_by"),
        lifted=_lifted(top.get("lifted", {})),
    )


def _lifted(entry: object) -> dict[str, str]:
    found = _mapping(entry, "lifted")
    return {str(wave): _text(found, wave, "lifted") for wave in found}


def _file(entry: object, place: str) -> FileInput | None:
    if entry is None:
        return None
    one = _mapping(entry, place)
    return FileInput(_text(one, "file", place), _text(one, "sha256", place))


def _parameters(entry: Mapping[str, Any]) -> Parameters:
    try:
        return Parameters(**entry)
    except (TypeError, ValueError) as error:
        raise ValueError(f"parameters: {error}") from error


def _wave(entry: object, place: str) -> WaveInput:
    one = _mapping(entry, place)
    users = one.get("users_served")
    if users is not None and (not isinstance(users, int) or isinstance(users, bool) or users < 1):
        raise ValueError(f"{place}.users_served: a whole number is needed, found {users!r}")
    sha256 = None if one.get("sha256") is None else _text(one, "sha256", place)
    return WaveInput(
        service=_text(one, "service", place),
        wave=_text(one, "wave", place),
        file=_text(one, "file", place),
        sha256=sha256,
        users_served=users,
    )


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: an object is needed, found {type(value).__name__}")
    return value


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{place}.{key}: a text is needed, found {value!r}")
    return value

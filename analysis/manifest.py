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
from analysis.refusals import DocumentError
from analysis.wave import DESIGNS

FORMAT = "gradimento/manifest/1"
#: Some wave has a questionnaire or a design of its own: what reads format 1 alone must refuse it.
FORMAT_BY_WAVE = "gradimento/manifest/2"
NAME = "manifest.json"
_CHUNK = 1 << 20
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileInput:
    """Another input file: path from the folder of the manifest, and SHA-256."""

    file: str
    sha256: str


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
    questionnaire : FileInput or None
        Its own; None where it is that of the manifest.
    design : str or None
        Its own; None where it is that of the manifest.
    """

    service: str
    wave: str
    file: str
    sha256: str | None
    users_served: int | None
    questionnaire: FileInput | None = None
    design: str | None = None

    def as_document(self) -> Json:
        """Plain mapping; what is that of the manifest is not said again."""
        own: Json = {}
        if self.questionnaire is not None:
            own["questionnaire"] = _file_entry(self.questionnaire)
        if self.design is not None:
            own["design"] = self.design
        return {
            "service": self.service,
            "wave": self.wave,
            "file": self.file,
            "sha256": self.sha256,
            "users_served": self.users_served,
            **own,
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """Inputs, choices and programs behind a results document.

    Attributes
    ----------
    questionnaire : FileInput or None
        Of the waves that have none of their own; None where each has its own.
    waves : tuple of WaveInput
        Every answers file.
    body : str or None
        Name of the public body.
    design : str
        One of `analysis.wave.DESIGNS`, of the waves that have none of their own.
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

    questionnaire: FileInput | None
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
        by_wave = any(one.questionnaire or one.design for one in self.waves)
        return {
            "format": FORMAT_BY_WAVE if by_wave else FORMAT,
            "method_version": self.method_version,
            "code": dict(self.code),
            "body": self.body,
            "design": self.design,
            "parameters": self.parameters.as_dict(),
            "questionnaire": _file_entry(self.questionnaire),
            "standards": _file_entry(self.standards),
            "users_by": _file_entry(self.users_by),
            "lifted": dict(self.lifted),
            "waves": [one.as_document() for one in self.waves],
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
    if top.get("format") not in (FORMAT, FORMAT_BY_WAVE):
        raise DocumentError("format", "format", expected=FORMAT, found=top.get("format"))
    results = _mapping(top.get("results"), "results")
    listed = top.get("waves")
    if not isinstance(listed, list) or not listed:
        raise DocumentError("list_of_one", "waves")
    waves = tuple(_wave(entry, f"waves[{place}]") for place, entry in enumerate(listed))
    if len({(one.service, one.wave) for one in waves}) < len(waves):
        raise DocumentError("one_twice", "waves")
    questionnaire = _file(top.get("questionnaire"), "questionnaire")
    if questionnaire is None and not all(one.questionnaire for one in waves):
        raise DocumentError("none_own", "questionnaire")
    code = _mapping(top.get("code"), "code")
    return Manifest(
        questionnaire=questionnaire,
        waves=waves,
        body=None if top.get("body") is None else _text(top, "body", "manifest"),
        design=_design(top, "design"),
        parameters=_parameters(_mapping(top.get("parameters"), "parameters")),
        method_version=_text(top, "method_version", "manifest"),
        code={str(key): None if value is None else str(value) for key, value in code.items()},
        results_sha256=_text(results, "sha256", "results"),
        standards=_file(top.get("standards"), "standards"),
        users_by=_file(top.get("users_by"), "users_by"),
        lifted=_lifted(top.get("lifted", {})),
    )


def _design(entry: Mapping[str, Any], place: str) -> str:
    design = _text(entry, "design", place.rpartition(".")[0] or "manifest")
    if design not in DESIGNS:
        raise DocumentError("one_of", place, known=", ".join(DESIGNS), found=design)
    return design


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
        raise DocumentError("whole", f"{place}.users_served", found=users)
    sha256 = None if one.get("sha256") is None else _text(one, "sha256", place)
    return WaveInput(
        service=_text(one, "service", place),
        wave=_text(one, "wave", place),
        file=_text(one, "file", place),
        sha256=sha256,
        users_served=users,
        questionnaire=_file(one.get("questionnaire"), f"{place}.questionnaire"),
        design=None if one.get("design") is None else _design(one, f"{place}.design"),
    )


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DocumentError("object", place, kind=type(value).__name__)
    return value


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise DocumentError("text", f"{place}.{key}", found=value)
    return value

"""What `python -m analysis run` was asked for, read from its options."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import CommandError
from analysis.history import period_order
from analysis.parameters import Parameters
from analysis.refusals import refusal_words
from analysis.wave import DESIGNS

#: Service and label of a wave.
Key = tuple[str, str]
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
    "questionnaire_form": (
        "--questionnaire {value}: scrivere FILE, ANNO=FILE oppure SERVIZIO/ANNO=FILE, di una "
        "--wave data",
        "--questionnaire {value}: write FILE, YEAR=FILE or SERVICE/YEAR=FILE, of a --wave given",
    ),
    "design_form": (
        "--design {value}: scrivere {known}, da solo o dopo ANNO= oppure SERVIZIO/ANNO= di una "
        "--wave data",
        "--design {value}: write {known}, alone or after YEAR= or SERVICE/YEAR= of a --wave given",
    ),
    "option_twice": (
        "{option} {value}: dato due volte per le stesse rilevazioni",
        "{option} {value}: given twice for the same waves",
    ),
    "no_questionnaire": (
        "la rilevazione {value} non ha un questionario: aggiungere --questionnaire FILE per "
        "tutte, o --questionnaire {value}=FILE",
        "wave {value} has no questionnaire: add --questionnaire FILE for all, or "
        "--questionnaire {value}=FILE",
    ),
    "same_answers": (
        "le rilevazioni {waves} hanno lo stesso file di risposte, byte per byte ({files}): "
        "controllare; il calcolo prosegue",
        "waves {waves} have the same answers file, byte for byte ({files}): check; the computation "
        "goes on",
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
    """What the command line asked for.

    Attributes
    ----------
    questionnaire, design
        Of the waves that have none of their own; there may be no such questionnaire.
    questionnaires, designs
        Of the waves that have their own.
    """

    language: str
    questionnaire: Path | None
    out: Path
    body: str | None
    design: str
    parameters: Parameters
    waves: dict[Key, Path] = field(default_factory=dict)
    users: dict[Key, int] = field(default_factory=dict)
    standards: Path | None = None
    users_by: Path | None = None
    lifted: dict[str, str] = field(default_factory=dict)
    questionnaires: dict[Key, Path] = field(default_factory=dict)
    designs: dict[Key, str] = field(default_factory=dict)

    def error(self, key: str, **values: object) -> CommandError:
        """Phrase a problem in the language of the request."""
        return CommandError(_TEXTS[key][self.language == "en"].format(**values))

    def refusal(self, path: Path, error: ValueError) -> CommandError:
        """Say why a document was refused."""
        return self.error("bad_document", path=path, why=refusal_words(error, self.language))

    def questionnaire_of(self, key: Key) -> Path:
        """Give the file of the questions that were asked in a wave."""
        found = self.questionnaires.get(key, self.questionnaire)
        if found is None:
            raise self.error("no_questionnaire", value="/".join(key))
        return found

    def design_of(self, key: Key) -> str:
        """Tell who was asked in a wave."""
        return self.designs.get(key, self.design)

    def ordered(self) -> list[tuple[Key, Path]]:
        """Give the waves service by service, oldest first."""
        return sorted(self.waves.items(), key=lambda one: (one[0][0], period_order(one[0][1])))


def read_request(arguments: argparse.Namespace) -> Request:
    """Read the options of the command.

    Parameters
    ----------
    arguments : argparse.Namespace
        As the parser of `analysis.run_options` gives them.

    Returns
    -------
    Request

    Raises
    ------
    CommandError
        If an option is not written as it should, names a wave that is not given, or leaves a wave
        without a questionnaire.

    Examples
    --------
    >>> from analysis.run_options import add_run_options
    >>> options = add_run_options(argparse.ArgumentParser().add_subparsers())
    >>> request = read_request(options.parse_args([
    ...     "--questionnaire", "old.json", "--questionnaire", "2026=new.json", "--out", "o",
    ...     "--wave", "urp/2025=a.csv", "--wave", "urp/2026=b.csv"]))
    >>> [request.questionnaire_of(key).name for key, _ in request.ordered()]
    ['old.json', 'new.json']
    """
    language = arguments.lang
    try:
        parameters = Parameters(delta=arguments.delta)
    except ValueError as error:
        text = _TEXTS["delta_form"][language == "en"].format(value=f"{arguments.delta:g}")
        raise CommandError(text) from error
    request = Request(
        language, None, Path(arguments.out), arguments.body, DESIGNS[0], parameters
    )  # fmt: skip
    request.standards, request.users_by = map(_given, (arguments.standards, arguments.users_by))
    service = arguments.service or _SERVICE
    _read_waves(request, arguments.wave, service)
    _read_users(request, arguments.users or [], service)
    _read_questionnaires(request, arguments.questionnaire)
    _read_designs(request, arguments.design or [])
    _read_lifts(request, arguments.lift_guard or [])
    return request


def _read_waves(request: Request, values: Sequence[str], service: str) -> None:
    for value in values:
        left, equals, path = value.partition("=")
        key = _wave_key(left, service)
        if not equals or not path or not all(key):
            raise request.error("wave_form", value=value)
        if key in request.waves:
            raise request.error("wave_twice", value=left)
        request.waves[key] = Path(path)


def _read_users(request: Request, values: Sequence[str], service: str) -> None:
    for value in values:
        left, _, number = value.partition("=")
        key = _wave_key(left, service)
        if key not in request.waves or not (number.isascii() and number.isdigit() and int(number)):
            raise request.error("users_form", value=value)
        request.users[key] = int(number)


def _read_questionnaires(request: Request, values: Sequence[str]) -> None:
    """Note the files; a path may hold an equals sign, if there is such a file."""
    option = _ByWave(request, "--questionnaire")
    for value in values:
        if not option.take(value, plain=lambda text: "=" not in text or Path(text).exists()):
            raise request.error("questionnaire_form", value=value)
    request.questionnaire = _given(option.plain)
    request.questionnaires = {key: Path(path) for key, path in option.of_waves().items()}
    for key in request.waves:
        request.questionnaire_of(key)


def _read_designs(request: Request, values: Sequence[str]) -> None:
    option = _ByWave(request, "--design")
    for value in values:
        design = value.rpartition("=")[2]
        if design not in DESIGNS or not option.take(value, plain=DESIGNS.__contains__):
            raise request.error("design_form", value=value, known=", ".join(DESIGNS))
    request.design = option.plain or request.design
    request.designs = option.of_waves()


class _ByWave:
    """An option given once for all waves, and again for some of them."""

    def __init__(self, request: Request, option: str) -> None:
        self._request = request
        self._option = option
        self._named: dict[Key, str] = {}
        self._labelled: dict[str, str] = {}
        self.plain: str | None = None

    def take(self, value: str, *, plain: Callable[[str], bool]) -> bool:
        """Note one value; false where it is of no wave that is given and not plain either."""
        left, _, right = value.partition("=")
        key = _wave_key(left, "")
        labels = {label for _, label in self._request.waves}
        if right and key in self._request.waves:
            self._once(key in self._named, value)
            self._named[key] = right
        elif right and left in labels:
            self._once(left in self._labelled, value)
            self._labelled[left] = right
        elif plain(value):
            self._once(self.plain is not None, value)
            self.plain = value
        else:
            return False
        return True

    def of_waves(self) -> dict[Key, str]:
        """Give the values of the waves that have their own; a named wave goes before a label."""
        by_label = {
            key: self._labelled[key[1]] for key in self._request.waves if key[1] in self._labelled
        }
        return {**by_label, **self._named}

    def _once(self, known: object, value: str) -> None:
        if known:
            raise self._request.error("option_twice", option=self._option, value=value)


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


def _wave_key(text: str, default: str) -> Key:
    service, slash, label = text.rpartition("/")
    return (service, label) if slash else (default, label)

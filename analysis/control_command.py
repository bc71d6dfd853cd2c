"""`python -m analysis control`: the months of one service, from an answers file."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import METHOD_VERSION
from analysis.csv_in import iter_answers
from analysis.data import Questionnaire, Responses, read_questionnaire
from analysis.errors import CommandError, system_words
from analysis.faults import AnswersError
from analysis.headings import read_plan
from analysis.manifest import as_text
from analysis.monthly import MonthlySeries, monthly_series
from analysis.refusals import refusal_words
from analysis.run_folder import filled
from analysis.tally import Tally, tally_responses

FORMAT = "gradimento/control/1"
Json = dict[str, Any]
_TEXTS: Mapping[str, tuple[str, str]] = {
    "no_file": ("{path}: il file non si apre ({why})", "{path}: cannot open the file ({why})"),
    "bad_document": ("{path}: {why}", "{path}: {why}"),
    "faults": ("{path}: errori: {n}; nessuna risposta letta", "{path}: faults: {n}; nothing read"),
    "no_day": (
        "{path}: manca la colonna «day», e senza giorni non ci sono mesi",
        "{path}: there is no column “day”, and without days there are no months",
    ),
    "not_csv": (
        "{path}: i mesi si leggono da un file CSV",
        "{path}: months are read from a CSV file",
    ),
    "file_twice": ("{path}: il file è dato due volte", "{path}: the file is given twice"),
    "no_out": ("{path}: non si può scrivere ({why})", "{path}: cannot write ({why})"),
}
_WHAT = {
    "satisfied": ("Utenti soddisfatti, domanda complessiva", "Users satisfied, overall question"),
    "isu": ("Indice di soddisfazione", "Satisfaction index"),
}
_READING = (
    "I mesi dentro i limiti non vanno letti uno per uno: oscillano per caso.",
    "Months within the limits are not to be read one by one: they swing by chance.",
)


def add_control(commands: Any) -> None:
    """Add the command to the parser."""
    sub = commands.add_parser("control", help="carta di controllo mensile di un servizio")
    sub.add_argument("--questionnaire", required=True, metavar="Q.json")
    sub.add_argument(
        "--answers", action="append", required=True, metavar="A.csv",
        help="risposte con la colonna day; ripetibile, un anno per file",
    )  # fmt: skip
    sub.add_argument("--out", required=True, metavar="DIR")
    sub.add_argument("--lang", choices=("it", "en"), default="it")
    sub.set_defaults(action=run_control)


def run_control(given: argparse.Namespace) -> int:
    """Write ``control.json`` and its charts; print what they find."""
    language = given.lang
    questionnaire = _questionnaire(Path(given.questionnaire), language)
    tallies: dict[str, Tally] = {}
    for path in _each_once(given.answers, language):
        for month, tally in _months(path, questionnaire, language):
            tallies[month] = tallies[month] + tally if month in tallies else tally
    undated = tallies.pop("", None)
    count = 0 if undated is None else int(undated.questionnaires.sum())
    series = monthly_series(questionnaire, tallies, undated=count)
    out = Path(given.out)
    try:
        with filled(out) as folder:
            lines = _write(series, folder, language=language, undated=count)
    except OSError as error:
        raise CommandError(
            _text("no_out", language, path=out, why=system_words(error, language))
        ) from error
    sys.stdout.write("\n".join([*lines, str(out)]) + "\n")
    return 0


def _each_once(files: Sequence[str], language: str) -> list[Path]:
    """Give the files, none of them twice: its answers would count double."""
    paths = [Path(name) for name in files]
    places = [path.resolve() for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise CommandError(_text("file_twice", language, path=path))
    return paths


def _questionnaire(path: Path, language: str) -> Questionnaire:
    try:
        return read_questionnaire(json.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise CommandError(
            _text("no_file", language, path=path, why=system_words(error, language))
        ) from error
    except (ValueError, RecursionError) as error:
        raise CommandError(
            _text("bad_document", language, path=path, why=refusal_words(error, language))
        ) from error


def _months(path: Path, questionnaire: Questionnaire, language: str) -> Iterator[tuple[str, Tally]]:
    """Tallies of the months of a file, a chunk at a time; "" for forms without a day.

    Nothing comes before the whole file is known to be without faults.
    """
    if path.suffix.lower() == ".parquet":
        raise CommandError(_text("not_csv", language, path=path))
    try:
        for _ in iter_answers(path, questionnaire):
            pass
        days = _days(path, questionnaire)
        found = [
            pair for chunk in iter_answers(path, questionnaire) for pair in _split(chunk, days)
        ]
    except AnswersError as error:
        first = _text("faults", language, path=path, n=error.total)
        raise CommandError(f"{first}\n{error.message(language)}") from error
    except LookupError as error:
        raise CommandError(_text("no_day", language, path=path)) from error
    except OSError as error:
        raise CommandError(
            _text("no_file", language, path=path, why=system_words(error, language))
        ) from error
    yield from found


def _days(path: Path, questionnaire: Questionnaire) -> Iterator[str]:
    """Month of each form, in the order of the file; a LookupError where there is no column."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        plan = read_plan(stream.readline(), questionnaire)
    heading = plan.used_as("day")
    if heading is None:
        raise LookupError("day")
    return _cells(path, plan.delimiter, heading.place)


def _cells(path: Path, delimiter: str, place: int) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        next(reader, None)
        for row in reader:
            if row:
                yield row[place].strip()[:7]


def _split(chunk: Responses, days: Iterator[str]) -> Iterator[tuple[str, Tally]]:
    months = np.array([next(days) for _ in range(len(chunk))])
    for month in np.unique(months).tolist():
        yield month, tally_responses(chunk.questionnaire, _part(chunk, months == month))


def _part(chunk: Responses, kept: NDArray[np.bool_]) -> Responses:
    return replace(
        chunk, ratings=chunk.ratings[kept], profiles=chunk.profiles[kept], mode=chunk.mode[kept],
        cluster=chunk.cluster[kept], weight=None,
    )  # fmt: skip


def _write(
    series: tuple[MonthlySeries, ...], out: Path, *, language: str, undated: int
) -> list[str]:
    """Write document and charts; return the sentences."""
    from analysis.charts.control import draw_control
    from analysis.charts.sources import control_plot
    from analysis.charts.titles import control_title
    from analysis.charts.vector import svg

    said, document = [], _document(series, undated)
    (out / "charts").mkdir(parents=True, exist_ok=True)
    for one, entry in zip(series, document["series"], strict=True):
        what = _WHAT[one.key][language == "en"]
        plot = control_plot(
            one.chart, one.shown, language=language, share=one.key == "satisfied", what=what
        )
        title = control_title(plot, language)
        said.append(f"{what}: {plot.reason or title}")
        for two in ("it", "en"):
            named = control_plot(one.chart, one.shown, language=two, share=one.key == "satisfied")
            first = named.reason or control_title(named, two) + "."
            entry["words"][two] = [first, *([] if named.reason else [_READING[two == "en"]])]
        for narrow in (False, True):
            figure = draw_control(plot, title=title, language=language, narrow=narrow)
            name = f"control-{one.key}{'-narrow' if narrow else ''}.svg"
            text = svg(figure, title=title, description=title)
            (out / "charts" / name).write_text(text, encoding="utf-8", newline="\n")
    (out / "control.json").write_text(as_text(document), encoding="utf-8", newline="\n")
    return said


def _document(series: tuple[MonthlySeries, ...], undated: int) -> Json:
    return {
        "format": FORMAT,
        "method_version": METHOD_VERSION,
        "undated": None if 0 < undated < 10 else undated,
        "series": [_series(one) for one in series],
    }


def _series(one: MonthlySeries) -> Json:
    chart, scale = one.chart, 100.0 if one.key == "satisfied" else 1.0
    place = {month: k for k, month in enumerate(one.shown)} if chart.values else {}
    rules = {"beyond": chart.beyond, "near": chart.near, "run": chart.run}
    return {
        "key": one.key,
        "reason": one.reason,
        "centre": None if chart.centre is None else scale * chart.centre,
        "sigma_z": chart.sigma_z,
        "few_points": chart.few_points,
        "stable": chart.stable,
        "months": [
            {
                "month": month,
                "n": n,
                "value": scale * chart.values[place[month]] if month in place else None,
                "lower": scale * chart.lower[place[month]] if month in place else None,
                "upper": scale * chart.upper[place[month]] if month in place else None,
                "signals": [name for name, at in rules.items() if place.get(month, -1) in at],
                "reason": "below_minimum" if n is None else None,
            }
            for month, n in zip(one.months, one.n, strict=True)
        ],
        "words": {},
    }


def _text(key: str, language: str, **values: object) -> str:
    return _TEXTS[key][language == "en"].format(**values)

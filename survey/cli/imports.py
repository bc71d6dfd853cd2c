"""``survey import``: answers that other programs collected, from the server's own console."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from analysis.faults import LISTED as SHOWN
from analysis.faults import AnswersError
from survey.cli.revision import require_current
from survey.collection.clock import today
from survey.collection.queries import definition_of
from survey.desk.imports.actions import Upload, check_answers, import_answers
from survey.desk.imports.fault_list import LISTED, fault_list
from survey.desk.imports.reading import Defaults, Progress, Reading
from survey.desk.imports.refusals import LooksRepeated
from survey.desk.imports.words import notes
from survey.models import ImportMapping, Place, Wave
from survey.questionnaire.modes import Mode
from survey.settings import database_url


@click.group(name="import")
def imports() -> None:
    """Importa questionari raccolti altrove: tutti o nessuno."""


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--wave", "code", required=True, help="Codice della rilevazione.")
@click.option("--dry-run", is_flag=True, help="Controlla soltanto: non scrive nulla.")
@click.option("--mapping", "mapping_name", help="Corrispondenza salvata, per file di altri.")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]),
              help="Modalità di chi non la dice.")  # fmt: skip
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Giorno di chi non lo dice.")
@click.option("--place", help="Codice del luogo di chi non lo dice.")
@click.option("--lang", "language", help="Lingua di chi non la dice.")
@click.option("--new", "is_new", is_flag=True,
              help="Importa anche questionari uguali a molti già registrati.")  # fmt: skip
@click.option("--faults", type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="File CSV in cui scrivere tutti gli errori trovati.")  # fmt: skip
def answers(file: Path, code: str, **given: Any) -> None:
    """Importa un file di risposte (CSV) in una rilevazione."""
    url = database_url()
    require_current(url)
    engine = create_engine(url)
    try:
        with Session(engine) as session:
            wave = _wave_of(session, code)
            upload = _upload(session, wave, file, given)
            reading = _run(session, wave, upload, dry_run=given["dry_run"])
            session.commit()
    except AnswersError as error:
        if given["faults"] is not None:
            given["faults"].write_bytes(fault_list(error))
        raise click.ClickException(_told(error)) from error
    except LooksRepeated as refusal:
        raise click.ClickException(f"{refusal} Se non è così, ripeti con --new.") from refusal
    finally:
        engine.dispose()
    for note in notes(reading):
        click.echo(note)
    done = "si possono importare" if given["dry_run"] else "importati"
    click.echo(f"Questionari {done}: {reading.forms}.")


def _wave_of(session: Session, code: str) -> Wave:
    wave = session.scalars(select(Wave).where(Wave.code == code)).one_or_none()
    if wave is None:
        raise click.ClickException(f"Non c'è una rilevazione con il codice {code!r}.")
    return wave


def _upload(session: Session, wave: Wave, file: Path, given: dict[str, Any]) -> Upload:
    mapping = None
    if given["mapping_name"]:
        mapping = _mapping_of(session, wave, given["mapping_name"])
    day: dt.datetime | None = given["day"]
    defaults = Defaults(
        language=given["language"] or definition_of(wave.edition).languages[0],
        mode=Mode(given["mode"]) if given["mode"] else None,
        day=None if day is None else day.date(),
        place=_place_of(wave, given["place"]) if given["place"] else None,
    )
    return Upload(file.read_bytes(), defaults, mapping, LISTED if given["faults"] else SHOWN,
                  given["is_new"])  # fmt: skip


def _place_of(wave: Wave, code: str) -> Place:
    known = {place.code: place for place in wave.service.places}
    if code not in known:
        there = ", ".join(sorted(known)) or "nessuno"
        raise click.ClickException(f"Non c'è un luogo {code!r}. Ci sono: {there}.")
    return known[code]


def _mapping_of(session: Session, wave: Wave, name: str) -> ImportMapping:
    own = select(ImportMapping).where(ImportMapping.body_id == wave.body_id)
    known = {mapping.name: mapping for mapping in session.scalars(own)}
    if name not in known:
        there = ", ".join(sorted(known)) or "nessuna"
        raise click.ClickException(f"Non c'è una corrispondenza {name!r}. Ci sono: {there}.")
    return known[name]


def _run(session: Session, wave: Wave, upload: Upload, *, dry_run: bool) -> Reading:
    label = "Controllo" if dry_run else "Importazione"
    with click.progressbar(length=1, label=label, show_eta=False) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        progress: Progress = tell
        if dry_run:
            return check_answers(session, wave, upload, today=today(), progress=progress)
        return import_answers(session, wave, upload, by=None, today=today(), progress=progress)


def _told(error: AnswersError) -> str:
    lines = [fault.message() for fault in error.faults[:SHOWN]]
    more = error.total - len(lines)
    if more > 0:
        lines.append(f"… e altri {more}.")
    lines.append(f"Errori nel file: {error.total}. Non è stato importato nulla.")
    return "\n".join(lines)

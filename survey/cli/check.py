"""``survey check``: whether what is stored can be read, before somebody needs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from survey.authoring.actions import digest_of
from survey.cli.revision import require_current
from survey.models import Comment, Edition, Response, Wave
from survey.questionnaire.definition import Definition
from survey.questionnaire.faults import DefinitionError
from survey.questionnaire.marks import decode
from survey.questionnaire.parsing import parse
from survey.settings import from_env

#: faults shown; the rest is only counted
SHOWN = 20
_BATCH = 10_000


@click.command()
def check() -> None:
    """Controlla impostazioni, database, edizioni e risposte."""
    settings = from_env()
    require_current(settings.database_url)
    engine = create_engine(settings.database_url)
    try:
        with Session(engine) as session:
            total = session.scalar(select(func.count()).select_from(Response)) or 0
            found = list(_faults(session, total))
    finally:
        engine.dispose()
    for fault in found[:SHOWN]:
        click.echo(fault, err=True)
    if found:
        raise click.ClickException(f"Trovati {len(found)} problemi.")
    click.echo(f"Tutto in ordine: {total} questionari compilati, tutti leggibili.")


def _faults(session: Session, total: int) -> Iterator[str]:
    yield from _database_faults(session)
    definitions: dict[int, Definition] = {}
    for edition in session.scalars(select(Edition).order_by(Edition.id)):
        yield from _edition_faults(edition, definitions)
    with click.progressbar(length=total, label="Risposte", show_eta=False) as bar:
        for wave_id, edition_id in session.execute(select(Wave.id, Wave.edition_id)):
            if edition_id in definitions:
                yield from _wave_faults(session, wave_id, definitions[edition_id], bar)


def _database_faults(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (line,) in session.execute(text("PRAGMA integrity_check")):
        if line != "ok":
            yield f"Il file del database è danneggiato: {line}"
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield f"Tabella {table}, riga {row}: manca la riga di {parent} a cui appartiene."


def _edition_faults(edition: Edition, definitions: dict[int, Definition]) -> Iterator[str]:
    try:
        definitions[edition.id] = parse(edition.document)
    except DefinitionError as error:
        yield f"Edizione {edition.id}: {error}"
    if digest_of(edition.document) != edition.digest:
        yield f"Edizione {edition.id}: il documento è cambiato dopo la pubblicazione."


def _wave_faults(session: Session, wave_id: int, definition: Definition, bar: Any) -> Iterator[str]:
    """Decode every response of a wave, the same marks only once."""
    marks = select(Response.marks, func.count()).where(Response.wave_id == wave_id)
    rows = session.execute(marks.group_by(Response.marks).execution_options(yield_per=_BATCH))
    for stored, count in rows:
        bar.update(count)
        try:
            decode(definition, stored)
        except (ValueError, IndexError) as error:
            yield f"Rilevazione {wave_id}: {error} ({count} questionari)."
    keys = {question.key for question in definition.text_questions}
    comments = select(Comment.question_key, func.count()).where(Comment.wave_id == wave_id)
    for key, count in session.execute(comments.group_by(Comment.question_key)):
        if key not in keys:
            yield f"Rilevazione {wave_id}: {count} commenti a una domanda {key!r} che non c'è."

"""``survey publish``: freeze the results of a year."""

from __future__ import annotations

from dataclasses import replace

import click
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey.cli.catalogue import body_named
from survey.cli.revision import require_current
from survey.collection.clock import today
from survey.results.actions import PublishedYear, PublishOptions, publish_year
from survey.settings import database_url


@click.command()
@click.argument("year", type=click.IntRange(1990, 2200))
@click.option("--body", "body_slug", required=True, help="Ente, come appare negli indirizzi.")
@click.option("--leave-out-open", is_flag=True,
              help="Lascia fuori i servizi con la rilevazione ancora aperta.")  # fmt: skip
@click.option("--leave-open-bundles", is_flag=True,
              help="Pubblica anche con plichi aperti, senza i fogli da imputare.")  # fmt: skip
def publish(year: int, body_slug: str, leave_out_open: bool, leave_open_bundles: bool) -> None:
    """Calcola e pubblica un anno: tutti i servizi o niente."""
    url = database_url()
    require_current(url)
    options = PublishOptions(leave_out_open=leave_out_open, leave_open_bundles=leave_open_bundles)
    engine = create_engine(url)
    try:
        with Session(engine) as session:
            published = _publish(session, year, body_slug, options)
            session.commit()
            revision, services = published.body.revision, len(published.services)
    finally:
        engine.dispose()
    if published.is_new:
        click.echo(f"Pubblicato il {year}, revisione {revision}: {services} servizi.")
    else:
        click.echo(f"Il {year} era già pubblicato con gli stessi dati (revisione {revision}).")


def _publish(session: Session, year: int, body_slug: str, options: PublishOptions) -> PublishedYear:
    body = body_named(session, body_slug)
    with click.progressbar(length=1, label=f"Anno {year}", show_eta=False) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        told = replace(options, progress=tell)
        return publish_year(session, body, year, by=None, today=today(), options=told)

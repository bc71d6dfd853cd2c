"""Bodies and services found by the names that stand in their addresses."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import PublicBody, Service


def body_named(session: Session, slug: str) -> PublicBody:
    body = session.scalars(select(PublicBody).where(PublicBody.slug == slug)).one_or_none()
    if body is None:
        known = session.scalars(select(PublicBody.slug).order_by(PublicBody.slug)).all()
        raise click.ClickException(
            f"Non c'è un ente {slug!r}. Enti presenti: {', '.join(known) or 'nessuno'}."
        )
    return body


def service_named(session: Session, body: PublicBody, slug: str) -> Service:
    own = select(Service).where(Service.body_id == body.id, Service.slug == slug)
    service = session.scalars(own).one_or_none()
    if service is None:
        raise click.ClickException(f"L'ente {body.slug!r} non ha un servizio {slug!r}.")
    return service

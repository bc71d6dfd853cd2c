"""``survey user``: accounts, from the server's own console."""

from __future__ import annotations

import click
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.cli.catalogue import body_named, service_named
from survey.models import PublicBody, Role, StaffMember
from survey.settings import database_url
from survey.staff.actions import create_staff_member, grant_role
from survey.staff.passwords import generate_password


@click.group()
def user() -> None:
    """Gestisce le persone che accedono all'area riservata."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="Nome mostrato nelle pagine.")
@click.option("--body", "body_slug", required=True, help="Ente, come appare negli indirizzi.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]),
              help="Ruolo nell'ente.")  # fmt: skip
@click.option("--service", "service_slug", help="Restringe il ruolo a un servizio.")
def add(email: str, name: str, body_slug: str, role: str, service_slug: str | None) -> None:
    """Crea un account, o dà un altro ruolo a chi l'ha già, e mostra la password una volta."""
    engine = create_engine(database_url())
    try:
        with Session(engine) as session:
            body = body_named(session, body_slug)
            scope = service_named(session, body, service_slug) if service_slug else None
            member, password = _member(session, body, email=email, name=name)
            grant_role(session, member, Role(role), body=body, scope=scope)
            session.commit()
    finally:
        engine.dispose()
    if password is None:
        click.echo(f"Dato il ruolo a {email.lower()}, che aveva già un account.")
    else:
        click.echo(f"Creato l'account {email.lower()}. Password, mostrata solo ora: {password}")


def _member(
    session: Session, body: PublicBody, *, email: str, name: str
) -> tuple[StaffMember, str | None]:
    if "@" not in email.strip("@"):
        raise click.BadParameter(f"{email!r} non è un indirizzo di posta.")
    known = select(StaffMember).where(StaffMember.email == email.strip().lower())
    found = session.scalars(known).one_or_none()
    if found is not None:
        return found, None
    password = generate_password()
    member = create_staff_member(session, email=email, name=name, password=password)
    audit(session, body_id=body.id, by=None, action="staff:create", subject=f"staff:{member.id}")
    return member, password

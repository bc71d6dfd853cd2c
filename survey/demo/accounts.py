"""One account for each role, with a password that changes at every start."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.demo.town import DOMAIN, REVENUE
from survey.models import Area, PublicBody, Role, StaffMember
from survey.staff.actions import create_staff_member, grant_role, set_password
from survey.staff.passwords import generate_password

#: mailbox, name of the post (nobody's name), role
POSTS = (
    ("amministratore", "Amministratore di prova", Role.ADMINISTRATOR),
    ("qualita", "Ufficio qualità di prova", Role.QUALITY_OFFICE),
    ("inserimento", "Addetto all'inserimento di prova", Role.KEYER),
    ("entrate", "Responsabile delle entrate di prova", Role.MANAGER),
    ("nucleo", "Nucleo di valutazione di prova", Role.VERIFIER),
)


def address_of(mailbox: str) -> str:
    return f"{mailbox}@{DOMAIN}"


def create_accounts(session: Session, body: PublicBody) -> dict[Role, StaffMember]:
    """Make the accounts; the manager answers for one sector only, as managers do."""
    sector = session.scalars(
        select(Area).where(Area.body_id == body.id, Area.name == REVENUE)
    ).one()
    made = {}
    for mailbox, name, role in POSTS:
        member = create_staff_member(
            session, email=address_of(mailbox), name=name, password=generate_password()
        )
        scope = sector if role is Role.MANAGER else None
        grant_role(session, member, role, body=body, scope=scope)
        made[role] = member
    return made


def renew_password(session: Session) -> str:
    """Give all demonstration accounts one fresh password, told once and kept only as hashes."""
    password = generate_password()
    addresses = [address_of(mailbox) for mailbox, _, _ in POSTS]
    for member in session.scalars(select(StaffMember).where(StaffMember.email.in_(addresses))):
        member.is_active = True
        set_password(session, member, password=password)
    return password

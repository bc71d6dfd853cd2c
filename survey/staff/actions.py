"""Accounts and roles: made, changed, taken away, always with an entry in the register."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from argon2 import PasswordHasher
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.audit import audit
from survey.errors import SurveyError
from survey.models import Area, PublicBody, Role, RoleGrant, Service, StaffMember, StaffSession
from survey.sessions import digest_of
from survey.staff.passwords import MINIMUM_LENGTH, generate_password, password_hasher

logger = logging.getLogger(__name__)

Scope = Area | Service | None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whom an administrator adds, and the role to begin with."""

    email: str
    name: str
    role: Role
    scope: Scope = None


class EmailTaken(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("C'è già un account con l'indirizzo %(email)s.")


class PasswordTooShort(SurveyError):
    sentence = _l("La password deve avere almeno %(least)d caratteri.")


class RoleHeld(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("La persona ha già questo ruolo.")


class RoleNarrowed(SurveyError):
    sentence = _l("Il ruolo di amministratore vale per tutto l'ente: non si può restringere.")


class LastAdministrator(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("È l'ultimo amministratore attivo dell'ente: prima danne il ruolo a un altro.")


class OwnAccount(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("Non puoi farlo sul tuo account: chiedi a un altro amministratore.")


class AccountShared(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("La persona lavora anche per un altro ente: qui puoi solo toglierle i ruoli.")


def create_staff_member(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    hasher: PasswordHasher | None = None,
) -> StaffMember:
    """Make an account without roles."""
    email = email.strip().lower()
    if session.scalar(select(StaffMember.id).where(StaffMember.email == email)) is not None:
        raise EmailTaken(email=email)
    member = StaffMember(email=email, name=name.strip(), password_hash=_hash(password, hasher))
    session.add(member)
    session.flush()
    logger.info("account created: staff %s", member.id)
    return member


def set_password(
    session: Session,
    member: StaffMember,
    *,
    password: str,
    hasher: PasswordHasher | None = None,
    keep: str | None = None,
) -> None:
    """Change the password and end the member's sessions, but for the one whose token is kept."""
    member.password_hash = _hash(password, hasher)
    member.failed_sign_ins, member.locked_until = 0, None
    mine = delete(StaffSession).where(StaffSession.staff_member_id == member.id)
    if keep is not None:
        mine = mine.where(StaffSession.digest != digest_of(keep))
    session.execute(mine)
    session.flush()


def grant_role(
    session: Session,
    member: StaffMember,
    role: Role,
    *,
    body: PublicBody,
    by: StaffMember | None = None,
    scope: Scope = None,
) -> RoleGrant:
    """Give a role in the body, narrowed to an area or a service when one is named."""
    if role is Role.ADMINISTRATOR and scope is not None:
        raise RoleNarrowed
    grant = RoleGrant(
        body_id=body.id,
        staff_member_id=member.id,
        role=role,
        area_id=scope.id if isinstance(scope, Area) else None,
        service_id=scope.id if isinstance(scope, Service) else None,
    )
    if any(_same(grant, held) for held in member.grants):
        raise RoleHeld
    member.grants.append(grant)
    session.flush()
    audit(session, body_id=body.id, by=by, action="role:grant", subject=_subject(member),
          after=_described(grant))  # fmt: skip
    return grant


def revoke_role(session: Session, grant: RoleGrant, *, by: StaffMember | None = None) -> None:
    if grant.role is Role.ADMINISTRATOR:
        _keep_an_administrator(session, grant.body_id, without=grant.staff_member)
    audit(session, body_id=grant.body_id, by=by, action="role:revoke",
          subject=_subject(grant.staff_member), before=_described(grant))  # fmt: skip
    session.delete(grant)
    session.flush()
    session.expire(grant.staff_member, ["grants"])


def add_person(
    session: Session, body: PublicBody, new: NewPerson, *, by: StaffMember, hasher: PasswordHasher
) -> tuple[StaffMember, str | None]:
    """Give somebody a role in the body, and an account to whoever has none.

    The password of a new account is returned once and never kept; None when the account was there.
    """
    email = new.email.strip().lower()
    member = session.scalar(select(StaffMember).where(StaffMember.email == email))
    password = None
    if member is None:
        password = generate_password()
        member = create_staff_member(
            session, email=email, name=new.name, password=password, hasher=hasher
        )
        audit(session, body_id=body.id, by=by, action="staff:create", subject=_subject(member))
    grant_role(session, member, new.role, body=body, by=by, scope=new.scope)
    return member, password


def reset_password(
    session: Session,
    member: StaffMember,
    *,
    body: PublicBody,
    by: StaffMember,
    hasher: PasswordHasher,
) -> str:
    """Give a new password in place of a forgotten one; returned once and never kept."""
    _check_mine(member, body, by)
    password = generate_password()
    set_password(session, member, password=password, hasher=hasher)
    audit(session, body_id=body.id, by=by, action="staff:password", subject=_subject(member))
    return password


def switch_account(
    session: Session, member: StaffMember, *, active: bool, body: PublicBody, by: StaffMember
) -> None:
    """Enable or disable an account; a disabled one loses its next request."""
    _check_mine(member, body, by)
    if not active:
        _keep_an_administrator(session, body.id, without=member)
        session.execute(delete(StaffSession).where(StaffSession.staff_member_id == member.id))
    member.is_active = active
    action = "staff:enable" if active else "staff:disable"
    audit(session, body_id=body.id, by=by, action=action, subject=_subject(member))
    session.flush()


def _hash(password: str, hasher: PasswordHasher | None) -> str:
    if len(password) < MINIMUM_LENGTH:
        raise PasswordTooShort(least=MINIMUM_LENGTH)
    return (hasher or password_hasher()).hash(password)


def _check_mine(member: StaffMember, body: PublicBody, by: StaffMember) -> None:
    if member.id == by.id:
        raise OwnAccount
    if any(grant.body_id != body.id for grant in member.grants):
        raise AccountShared


def _keep_an_administrator(session: Session, body_id: int, *, without: StaffMember) -> None:
    others = (
        select(func.count())
        .select_from(RoleGrant)
        .join(RoleGrant.staff_member)
        .where(
            RoleGrant.body_id == body_id,
            RoleGrant.role == Role.ADMINISTRATOR,
            StaffMember.is_active,
            StaffMember.id != without.id,
        )
    )
    is_one = any(g.body_id == body_id and g.role is Role.ADMINISTRATOR for g in without.grants)
    if is_one and session.scalar(others) == 0:
        raise LastAdministrator


def _same(grant: RoleGrant, held: RoleGrant) -> bool:
    def key(one: RoleGrant) -> tuple[Any, ...]:
        return one.body_id, one.role, one.area_id, one.service_id

    return key(grant) == key(held)


def _subject(member: StaffMember) -> str:
    return f"staff:{member.id}"


def _described(grant: RoleGrant) -> dict[str, Any]:
    described: dict[str, Any] = {"role": grant.role.value}
    if grant.area_id is not None:
        described["area"] = grant.area_id
    if grant.service_id is not None:
        described["service"] = grant.service_id
    return described

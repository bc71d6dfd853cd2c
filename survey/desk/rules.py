"""The desk's rules that several of its rooms hold to: who may key, and what a closed bundle is."""

from __future__ import annotations

from http import HTTPStatus

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.actions import begin_writing
from survey.desk.queries import KEYABLE
from survey.errors import SurveyError
from survey.models import Bundle, BundleState, PublicBody, RoleGrant, Service, StaffMember, Wave


class BundleClosed(SurveyError):
    status = HTTPStatus.CONFLICT
    sentence = _l("Il plico %(number)s è chiuso: i suoi conti e i suoi fogli non cambiano più.")


class OwnService(SurveyError):
    status = HTTPStatus.FORBIDDEN
    sentence = _l(
        "L'ente ha stabilito che i questionari su un servizio non li imputa chi vi lavora, "
        "e tu hai un ruolo in %(service)s."
    )


def is_at_work(bundle: Bundle) -> bool:
    """Tell whether sheets of the bundle are still typed, corrected and settled."""
    return bundle.state is BundleState.OPEN and bundle.wave.state in KEYABLE


def bars_own_service(
    session: Session, body: PublicBody, member: StaffMember, service: Service
) -> bool:
    """Tell whether the body keeps this member from keying the sheets on this service.

    Who holds any role narrowed to the service, or to its area, works where the sheets judge.
    """
    if not body.bar_own_service:
        return False
    held = select(RoleGrant).where(
        RoleGrant.body_id == body.id, RoleGrant.staff_member_id == member.id
    )
    return any(
        grant.service_id == service.id
        or (grant.area_id is not None and grant.area_id == service.area_id)
        for grant in session.scalars(held)
    )


def check_own_service(
    session: Session, body: PublicBody, member: StaffMember, service: Service
) -> None:
    if bars_own_service(session, body, member, service):
        raise OwnService(service=service.name)


def hold_open(session: Session, bundle: Bundle) -> None:
    """Hold the bundle up to the commit, and see that it is open.

    Whoever writes down what a bundle holds comes through here first, so that nothing slips in
    while it is being closed. (SQLite knows no lock of a row: there the one turn to write is taken.)
    The bundle is held before its wave, always, lest two of us wait for each other.
    """
    begin_writing(session, bundle.wave)
    # the row of the bundle alone: it may have been loaded along with others, by outer joins
    session.refresh(bundle, with_for_update={"of": Bundle})
    if bundle.state is not BundleState.OPEN:
        raise BundleClosed(number=bundle.number)


def hold_wave(session: Session, wave: Wave, *, alone: bool = False) -> None:
    """Keep sheets of the wave from being set aside, up to the commit, while one is written down.

    Whoever sets a sheet aside holds the wave for themselves; those who key share it. Who changes
    the wave itself, as a correction does, takes it alone from the start: two who share it, and
    then both want it alone, wait for each other.
    """
    session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update(read=not alone))

"""Who may do what: permissions, the roles that hold them, and the mark on every view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from flask import Response, abort, after_this_request, g, redirect, request, url_for
from flask_login import UserMixin, current_user
from sqlalchemy import select

from survey.extensions import db, login_manager, one_or_abort
from survey.models import PublicBody, Role, RoleGrant, Service, StaffMember
from survey.sessions import find_session


class Permission(StrEnum):
    """What can be done, as ``resource:action``."""

    PUBLIC = "public"  # no sign-in at all
    SIGNED_IN = "signed-in"  # any member of staff, whatever the role
    SURVEY_READ = "survey:read"
    SURVEY_EDIT = "survey:edit"
    SHEET_PRINT = "sheet:print"
    BUNDLE_EDIT = "bundle:edit"  # open a box, count its sheets, close the bundle
    RESPONSE_KEY = "response:key"
    KEYING_REVIEW = "keying:review"  # differences, figures on the keyers, the decision
    RESPONSE_IMPORT = "response:import"
    DESK_RULES = "desk:rules"  # who may key what, how long paper is kept
    RESULT_READ = "result:read"
    RESULT_PUBLISH = "result:publish"
    COMMENT_READ = "comment:read"
    STAFF_EDIT = "staff:edit"
    AUDIT_READ = "audit:read"


PUBLIC = Permission.PUBLIC
SIGNED_IN = Permission.SIGNED_IN

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {Permission.SURVEY_READ, Permission.STAFF_EDIT, Permission.AUDIT_READ}
    ),
    Role.QUALITY_OFFICE: frozenset(
        {
            Permission.SURVEY_READ,
            Permission.SURVEY_EDIT,
            Permission.SHEET_PRINT,
            Permission.BUNDLE_EDIT,
            Permission.RESPONSE_KEY,
            Permission.KEYING_REVIEW,
            Permission.RESPONSE_IMPORT,
            Permission.DESK_RULES,
            Permission.RESULT_READ,
            Permission.RESULT_PUBLISH,
            Permission.COMMENT_READ,
            Permission.AUDIT_READ,
        }
    ),
    Role.KEYER: frozenset(
        {Permission.SURVEY_READ, Permission.BUNDLE_EDIT, Permission.RESPONSE_KEY}
    ),
    Role.MANAGER: frozenset(
        {Permission.SURVEY_READ, Permission.RESULT_READ, Permission.COMMENT_READ}
    ),
    Role.VERIFIER: frozenset(
        {Permission.SURVEY_READ, Permission.RESULT_READ, Permission.AUDIT_READ}
    ),
}

#: what concerns the whole body: a role narrowed to an area or a service does not give it
WHOLE_BODY = frozenset(
    {
        Permission.STAFF_EDIT,
        Permission.AUDIT_READ,
        Permission.RESULT_PUBLISH,
        Permission.DESK_RULES,
    }
)

View = TypeVar("View", bound=Callable[..., Any])


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The member of staff behind this request, by a session row that can be revoked."""

    def __init__(self, staff_member: StaffMember, token: str) -> None:
        self.staff_member = staff_member
        self.token = token

    def get_id(self) -> str:
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
def load_signed_in(token: str) -> SignedIn | None:
    session = find_session(db.session, token)
    if session is None or not session.staff_member.is_active:
        return None
    return SignedIn(session.staff_member, token)


def staff_member() -> StaffMember:
    """Return who is signed in; only for views that require it."""
    member: StaffMember = current_user.staff_member
    return member


def may(
    member: StaffMember,
    permission: Permission,
    *,
    body: PublicBody,
    service: Service | None = None,
) -> bool:
    """Tell whether a grant of the member covers the permission here.

    Without a service the question is whether anything in the body is within reach; with one, a
    grant narrowed to another area or service does not count.
    """
    if permission in WHOLE_BODY:
        return may_everywhere(member, permission, body=body)
    return any(
        permission in GRANTS[grant.role] and _covers(grant, service)
        for grant in member.grants
        if grant.body_id == body.id
    )


def may_everywhere(member: StaffMember, permission: Permission, *, body: PublicBody) -> bool:
    """Tell whether a grant that is narrowed to no area and no service gives the permission."""
    return any(
        permission in GRANTS[grant.role] and grant.area_id is None and grant.service_id is None
        for grant in member.grants
        if grant.body_id == body.id
    )


def _covers(grant: RoleGrant, service: Service | None) -> bool:
    if service is None:
        return True
    if grant.service_id is not None:
        return grant.service_id == service.id
    return grant.area_id is None or grant.area_id == service.area_id


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view with its permission, and hold to it.

    A view with ``body_slug`` in its address gets ``g.body``, one with ``service_slug`` too gets
    ``g.service``; the grant must cover them. What a member may not see does not exist for them:
    another body's address answers 404, a forbidden action in the own body 403.
    """

    def mark(view: View) -> View:
        if permission is PUBLIC:
            view.permission = permission  # type: ignore[attr-defined]  # read by the rule tests
            return view

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return redirect(url_for("staff.sign_in", next=_way_back()))
            after_this_request(_keep_off_disks)
            if permission is not SIGNED_IN:
                _check(permission, **(request.view_args or {}))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the rule tests
        return guarded  # type: ignore[return-value]  # same call, guarded

    return mark


def _way_back() -> str | None:
    """Return the page to show after the sign-in; what was being sent is not sent again."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _keep_off_disks(response: Response) -> Response:
    """Leave no page of staff in a browser's cache, unless the view has said how long it keeps."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _check(permission: Permission, body_slug: str, service_slug: str = "", **_: object) -> None:
    member = staff_member()
    g.body = one_or_abort(select(PublicBody).where(PublicBody.slug == body_slug))
    if not any(grant.body_id == g.body.id for grant in member.grants):
        abort(404)
    g.service = None
    if service_slug:
        g.service = one_or_abort(
            select(Service).where(Service.body_id == g.body.id, Service.slug == service_slug)
        )
    if not may(member, permission, body=g.body, service=g.service):
        abort(403)

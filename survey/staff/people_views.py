"""Accounts and roles of a body, for its administrator."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access import Permission, requires, staff_member
from survey.errors import SurveyError
from survey.extensions import db
from survey.models import RoleGrant, StaffMember
from survey.staff import actions, blueprint, queries
from survey.staff.forms import PersonForm, RoleForm
from survey.staff.views import Page, hasher

#: refusals that the form can show
_REFUSALS = (actions.RoleHeld, actions.RoleNarrowed)


@blueprint.get("/ente/<body_slug>/persone")
@requires(Permission.STAFF_EDIT)
def people(body_slug: str) -> Page:
    return render_template("staff/people.html", people=queries.people(db.session, g.body))


@blueprint.get("/ente/<body_slug>/persone/nuova")
@requires(Permission.STAFF_EDIT)
def people_new(body_slug: str) -> Page:
    return render_template("staff/person_new.html", form=PersonForm(g.body))


@blueprint.post("/ente/<body_slug>/persone/nuova")
@requires(Permission.STAFF_EDIT)
def people_add(body_slug: str) -> Page:
    form = PersonForm(g.body)
    if not form.validate_on_submit():
        return render_template("staff/person_new.html", form=form), 422
    new = actions.NewPerson(
        form.email.data or "", form.name.data or "", form.chosen_role(), form.chosen_scope()
    )
    try:
        member, password = actions.add_person(
            db.session, g.body, new, by=staff_member(), hasher=hasher()
        )
    except _REFUSALS as refusal:
        page = render_template("staff/person_new.html", form=form, refusal=refusal)
        return page, refusal.status.value
    db.session.commit()
    if password is None:
        flash(_("La persona aveva già un account: ora ha anche questo ruolo."))
        return _back(member)
    return _show_password(member, password)


@blueprint.get("/ente/<body_slug>/persone/<int:member_id>")
@requires(Permission.STAFF_EDIT)
def people_person(body_slug: str, member_id: int) -> Page:
    return _person_page(_person(member_id))


@blueprint.post("/ente/<body_slug>/persone/<int:member_id>/ruoli")
@requires(Permission.STAFF_EDIT)
def people_grant(body_slug: str, member_id: int) -> Page:
    member, form = _person(member_id), RoleForm(g.body)
    if not form.validate_on_submit():
        return _person_page(member, form=form), 422
    try:
        actions.grant_role(
            db.session, member, form.chosen_role(),
            body=g.body, by=staff_member(), scope=form.chosen_scope(),
        )  # fmt: skip
    except _REFUSALS as refusal:
        return _person_page(member, form=form, refusal=refusal), refusal.status.value
    flash(_("Il ruolo è stato dato."))
    db.session.commit()
    return _back(member)


@blueprint.post("/ente/<body_slug>/persone/<int:member_id>/ruoli/<int:grant_id>/revoca")
@requires(Permission.STAFF_EDIT)
def people_revoke(body_slug: str, member_id: int, grant_id: int) -> Page:
    member = _person(member_id)
    actions.revoke_role(db.session, _grant(member, grant_id), by=staff_member())
    flash(_("Il ruolo è stato tolto."))
    db.session.commit()
    still_here = any(held.body_id == g.body.id for held in member.grants)
    return _back(member) if still_here else redirect(url_for("staff.people", body_slug=g.body.slug))


@blueprint.post("/ente/<body_slug>/persone/<int:member_id>/disattiva")
@requires(Permission.STAFF_EDIT)
def people_disable(body_slug: str, member_id: int) -> Page:
    member = _person(member_id)
    actions.switch_account(db.session, member, active=False, body=g.body, by=staff_member())
    flash(_("L'account è disattivato: da subito non può più fare nulla."))
    db.session.commit()
    return _back(member)


@blueprint.post("/ente/<body_slug>/persone/<int:member_id>/riattiva")
@requires(Permission.STAFF_EDIT)
def people_enable(body_slug: str, member_id: int) -> Page:
    member = _person(member_id)
    actions.switch_account(db.session, member, active=True, body=g.body, by=staff_member())
    flash(_("L'account è di nuovo attivo."))
    db.session.commit()
    return _back(member)


@blueprint.post("/ente/<body_slug>/persone/<int:member_id>/password")
@requires(Permission.STAFF_EDIT)
def people_password(body_slug: str, member_id: int) -> Page:
    member = _person(member_id)
    password = actions.reset_password(
        db.session, member, body=g.body, by=staff_member(), hasher=hasher()
    )
    db.session.commit()
    return _show_password(member, password)


def _person(member_id: int) -> StaffMember:
    member = queries.person(db.session, g.body, member_id)
    if member is None:
        abort(404)
    return member


def _grant(member: StaffMember, grant_id: int) -> RoleGrant:
    found = [one for one in member.grants if one.id == grant_id and one.body_id == g.body.id]
    if not found:
        abort(404)
    return found[0]


def _person_page(
    member: StaffMember, *, form: RoleForm | None = None, refusal: SurveyError | None = None
) -> str:
    return render_template(
        "staff/person.html", person=member, form=form or RoleForm(g.body), refusal=refusal
    )


def _show_password(member: StaffMember, password: str) -> str:
    """Show it in the answer itself: a redirect would have to keep it somewhere."""
    return render_template("staff/person_password.html", person=member, password=password)


def _back(member: StaffMember) -> Response:
    return redirect(url_for("staff.people_person", body_slug=g.body.slug, member_id=member.id))

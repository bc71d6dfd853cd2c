"""Signing in and out, the start page, the own password; people and register of a body."""

from __future__ import annotations

import datetime as dt

from argon2 import PasswordHasher
from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from survey.access import PUBLIC, SIGNED_IN, Permission, SignedIn, requires, staff_member
from survey.collection.clock import ITALY
from survey.extensions import db, number_argument
from survey.sessions import end_session, find_session
from survey.staff import actions, blueprint, queries
from survey.staff.details import tell
from survey.staff.forms import PasswordForm, SignInForm, own_path
from survey.staff.navigation import navigation
from survey.staff.passwords import password_hasher, password_matches
from survey.staff.sign_in import attempt_sign_in
from survey.staff.words import DEEDS, ROLES

Page = str | Response | tuple[str, int]


@blueprint.app_context_processor
def words_of_the_layout() -> dict[str, object]:
    return {"staff_navigation": navigation, "role_words": ROLES}


@blueprint.app_template_filter("moment")
def in_italy(moment: dt.datetime) -> str:
    """Write a moment by the clock of the office."""
    return str(format_datetime(moment.astimezone(ITALY), "d MMMM y, HH:mm", rebase=False))


def hasher() -> PasswordHasher:
    return password_hasher(cheap=current_app.config["SETTINGS"].cheap_passwords)


@blueprint.get("/accesso")
@requires(PUBLIC)
def sign_in() -> Page:
    if current_user.is_authenticated:
        return redirect(url_for("staff.start"))
    return render_template("staff/sign_in.html", form=SignInForm())


@blueprint.post("/accesso")
@requires(PUBLIC)
def send_sign_in() -> Page:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("staff/sign_in.html", form=form), 422
    attempt = attempt_sign_in(
        db.session,
        email=form.email.data or "",
        password=form.password.data or "",
        hasher=hasher(),
        now=dt.datetime.now(dt.UTC),
    )
    db.session.commit()
    if attempt.token is None:
        return render_template("staff/sign_in.html", form=form, refusal=attempt.refusal), 422
    _enter(attempt.token)
    return redirect(own_path(request.args.get("next")) or url_for("staff.start"))


def _enter(token: str) -> None:
    """Begin a new cookie, so that nothing planted before the sign-in outlives it."""
    session.clear()
    session.permanent = True
    row = find_session(db.session, token)
    if row is not None:
        login_user(SignedIn(row.staff_member, token))
        session.pop("_id", None)  # a hash of address and user agent that nothing reads


@blueprint.post("/uscita")
@requires(SIGNED_IN)
def sign_out() -> Page:
    end_session(db.session, current_user.token)
    session.clear()
    flash(_("Sei uscito. A presto."))
    db.session.commit()
    return redirect(url_for("staff.sign_in"))


@blueprint.get("/area-riservata")
@requires(SIGNED_IN)
def start() -> Page:
    grants = queries.own_grants(db.session, staff_member())
    return render_template("staff/start.html", grants=grants)


@blueprint.get("/area-riservata/password")
@requires(SIGNED_IN)
def password() -> Page:
    return render_template("staff/password.html", form=PasswordForm())


@blueprint.post("/area-riservata/password")
@requires(SIGNED_IN)
def change_password() -> Page:
    form = PasswordForm()
    member = staff_member()
    valid = form.validate_on_submit()
    if valid and not password_matches(hasher(), member.password_hash, form.current.data or ""):
        form.current.errors = [_("La password attuale non è questa.")]
    if not valid or form.errors:
        return render_template("staff/password.html", form=form), 422
    actions.set_password(
        db.session,
        member,
        password=form.password.data or "",
        hasher=hasher(),
        keep=current_user.token,
    )
    flash(_("La password è cambiata. Gli altri dispositivi dovranno accedere di nuovo."))
    db.session.commit()
    return redirect(url_for("staff.start"))


@blueprint.get("/ente/<body_slug>/registro")
@requires(Permission.AUDIT_READ)
def register(body_slug: str) -> Page:
    before = number_argument("prima")
    entries, following = queries.register_page(db.session, g.body, before=before)
    names = queries.register_names(db.session, g.body, entries)
    return render_template(
        "staff/register.html",
        entries=[tell(entry, names) for entry in entries],
        following=following,
        before=before,
        deeds=DEEDS,
    )

"""Bundles: which waves have paper, opening a box, what is in it, closing it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from survey.access import Permission, may, requires, staff_member
from survey.collection import clock
from survey.collection.paper_words import VOID_REASONS
from survey.desk import blueprint, bundle_words, bundles, records
from survey.desk import bundle_queries as queries
from survey.desk.bundle_forms import (
    NONCE,
    NONCE_BYTES,
    ClosingForm,
    CountsForm,
    OpeningForm,
    RulesForm,
    VoidForm,
    counts_of,
)
from survey.desk.bundle_refusals import BundleRefused
from survey.desk.queries import KEYABLE
from survey.desk.rules import BundleClosed, bars_own_service
from survey.extensions import db, one_or_abort
from survey.models import Bundle, BundleState, VoidSheet, Wave

KEY = Permission.RESPONSE_KEY
EDIT = Permission.BUNDLE_EDIT
RULES = Permission.DESK_RULES
Page = str | Response | tuple[str, int]


@blueprint.get("/ente/<body_slug>/imputazione")
@requires(KEY)
def index(body_slug: str) -> str:
    found = queries.paper_waves(db.session, g.body)
    waves = [
        one for one in found if may(staff_member(), KEY, body=g.body, service=one.wave.service)
    ]
    return render_template("desk/index.html", waves=waves)


@blueprint.get("/ente/<body_slug>/imputazione/<int:wave_id>")
@requires(KEY)
def wave(body_slug: str, wave_id: int) -> str:
    found = _wave(wave_id, KEY)
    return render_template(
        "desk/wave.html",
        wave=found,
        rows=queries.wave_bundles(db.session, found),
        keyable=found.state in KEYABLE,
        barred=bars_own_service(db.session, g.body, staff_member(), found.service),
        words=bundle_words,
    )


@blueprint.get("/ente/<body_slug>/imputazione/<int:wave_id>/apri")
@requires(EDIT)
def open_box(body_slug: str, wave_id: int) -> Page:
    found, nonce = _wave(wave_id, EDIT), request.args.get("modulo", "")
    if not NONCE.fullmatch(nonce):
        # in the address it outlives the page: whoever goes back meets the form that they have sent
        return redirect(_opening_address(found, secrets.token_hex(NONCE_BYTES)))
    opened = queries.opened_by_form(db.session, found, nonce)
    form = OpeningForm(found.service.places, formdata=None)
    form.nonce.data = nonce
    _propose_opening(found, form)
    return render_template("desk/open.html", wave=found, form=form, opened=opened)


@blueprint.post("/ente/<body_slug>/imputazione/<int:wave_id>/apri")
@requires(EDIT)
def open_bundle(body_slug: str, wave_id: int) -> Page:
    found = _wave(wave_id, EDIT)
    form = OpeningForm(found.service.places)
    if not form.validate_on_submit():
        return render_template("desk/open.html", wave=found, form=form), 422
    try:
        opened = bundles.open_bundle(
            db.session, found, form.opening(), by=staff_member(), today=clock.today()
        )
    except BundleRefused as refusal:
        db.session.rollback()
        return _told(refusal, form, "desk/open.html", wave=found)
    flash(_opened(opened))
    db.session.commit()
    return _back(opened.bundle)


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>")
@requires(KEY)
def bundle(body_slug: str, bundle_id: int) -> str:
    return _bundle_page(_bundle(bundle_id, KEY))


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/conteggi")
@requires(EDIT)
def recount(body_slug: str, bundle_id: int) -> Page:
    found, form = _bundle(bundle_id, EDIT), CountsForm()
    if not form.validate_on_submit():
        return _bundle_page(found, counts=form), 422
    try:
        bundles.recount(db.session, found, form.counts(), by=staff_member())
    except (BundleRefused, BundleClosed) as refusal:
        return _bundle_refused(found, refusal, counts=form)
    db.session.commit()
    flash(_("Conteggi del plico corretti."))
    return _back(found)


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/annullati")
@requires(EDIT)
def set_aside(body_slug: str, bundle_id: int) -> Page:
    found, form = _bundle(bundle_id, EDIT), VoidForm()
    if not form.validate_on_submit():
        return _bundle_page(found, void=form), 422
    try:
        bundles.set_aside(db.session, found, form.sheet(), by=staff_member(), today=clock.today())
    except (BundleRefused, BundleClosed) as refusal:
        return _bundle_refused(found, refusal, void=form)
    db.session.commit()
    flash(_("Foglio annullato: resta nel plico, non si imputa."))
    return redirect(_address(found) + "#annullati")


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/annullati/<int:void_id>/togli")
@requires(EDIT)
def take_back(body_slug: str, bundle_id: int, void_id: int) -> Page:
    found = _bundle(bundle_id, EDIT)
    mine = (VoidSheet.id == void_id, VoidSheet.bundle_id == found.id)
    void: VoidSheet = one_or_abort(select(VoidSheet).where(*mine))
    try:
        bundles.take_back(db.session, found, void, by=staff_member())
    except (BundleRefused, BundleClosed) as refusal:
        return _bundle_refused(found, refusal)
    db.session.commit()
    flash(_("Foglio tolto dagli annullati: va imputato."))
    return redirect(_address(found) + "#annullati")


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/chiudi")
@requires(EDIT)
def closing(body_slug: str, bundle_id: int) -> Page:
    found, form = _bundle(bundle_id, EDIT), ClosingForm(formdata=None)
    if found.state is BundleState.CLOSED:
        return _back(found)
    form.destroy_on.data = bundles.destruction_day(g.body, clock.today()).isoformat()
    return _closing_page(found, form)


@blueprint.post("/ente/<body_slug>/plichi/<int:bundle_id>/chiudi")
@requires(EDIT)
def close(body_slug: str, bundle_id: int) -> Page:
    found, form = _bundle(bundle_id, EDIT), ClosingForm()
    if not form.validate_on_submit():
        return _closing_page(found, form), 422
    try:
        bundles.close_bundle(
            db.session, found, form.sealing(), by=staff_member(), today=clock.today()
        )
    except BundleRefused as refusal:
        db.session.rollback()
        shown = None if _at_field(form, refusal) else refusal
        return _closing_page(found, form, shown), refusal.status.value
    db.session.commit()
    flash(
        _("Plico %(number)s chiuso: stampa il verbale e mettilo nella busta.", number=found.number)
    )
    return _back(found)


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/verbale-apertura.pdf")
@requires(KEY)
def opening_record(body_slug: str, bundle_id: int) -> Response:
    found = _bundle(bundle_id, KEY)
    return _pdf(found, "apertura", records.opening_record(found))


@blueprint.get("/ente/<body_slug>/plichi/<int:bundle_id>/verbale-chiusura.pdf")
@requires(KEY)
def closing_record(body_slug: str, bundle_id: int) -> Response:
    found = _bundle(bundle_id, KEY)
    row = queries.bundle_row(db.session, found)
    voids = queries.void_sheets(db.session, found)
    return _pdf(found, "chiusura", records.closing_record(row, voids))


@blueprint.get("/ente/<body_slug>/imputazione/regole")
@requires(RULES)
def rules(body_slug: str) -> str:
    return render_template("desk/rules.html", form=RulesForm(formdata=None, obj=g.body))


@blueprint.post("/ente/<body_slug>/imputazione/regole")
@requires(RULES)
def set_rules(body_slug: str) -> Page:
    form = RulesForm()
    if not form.validate_on_submit():
        return render_template("desk/rules.html", form=form), 422
    bundles.set_paper_rules(
        db.session,
        g.body,
        by=staff_member(),
        bar_own_service=form.bar_own_service.data,
        paper_years=form.paper_years.data,
    )
    db.session.commit()
    flash(_("Regole salvate."))
    return redirect(url_for("desk.index", body_slug=g.body.slug))


def _wave(wave_id: int, permission: Permission) -> Wave:
    """Return a wave of the body that the member may touch."""
    found: Wave = one_or_abort(select(Wave).where(Wave.id == wave_id, Wave.body_id == g.body.id))
    if not may(staff_member(), permission, body=g.body, service=found.service):
        abort(403)
    return found


def _bundle(bundle_id: int, permission: Permission) -> Bundle:
    mine = (Bundle.id == bundle_id, Bundle.body_id == g.body.id)
    found: Bundle = one_or_abort(select(Bundle).where(*mine))
    if not may(staff_member(), permission, body=g.body, service=found.wave.service):
        abort(403)
    return found


def _opening_address(wave: Wave, nonce: str) -> str:
    return url_for("desk.open_box", body_slug=g.body.slug, wave_id=wave.id, modulo=nonce)


def _propose_opening(wave: Wave, form: OpeningForm) -> None:
    """Fill in what is known: today, who is here, and the numbers that were printed."""
    form.opened_on.data = clock.today().isoformat()
    form.first_opener.data = staff_member().name
    form.blank.data = form.refused.data = 0
    printed = queries.printed_range(db.session, wave)
    if printed is None:
        form.loose.data = True
    else:
        form.first_serial.data, form.last_serial.data = printed
    if len(form.places) == 1:
        form.place.data = next(iter(form.places))


def _opened(opened: bundles.Opened) -> str:
    number = opened.bundle.number
    if opened.is_new:
        return str(_("Plico %(number)s aperto: stampa il verbale, poi imputa.", number=number))
    return str(_("Il plico %(number)s è già aperto: è questo.", number=number))


def _bundle_page(
    found: Bundle, *, counts: CountsForm | None = None, void: VoidForm | None = None,
    refusal: Exception | None = None,
) -> str:  # fmt: skip
    return render_template(
        "desk/bundle.html",
        row=queries.bundle_row(db.session, found),
        voids=queries.void_sheets(db.session, found),
        counts=counts or counts_of(found),
        recounting=counts is not None,
        void=void or VoidForm(formdata=None),
        refusal=refusal,
        **_rights(found),
    )


def _rights(found: Bundle) -> dict[str, Any]:
    service = found.wave.service
    return {
        "words": bundle_words,
        "void_reasons": VOID_REASONS,
        "is_open": found.state is BundleState.OPEN,
        "keyable": found.wave.state in KEYABLE,
        "barred": bars_own_service(db.session, g.body, staff_member(), service),
        "may_edit": may(staff_member(), EDIT, body=g.body, service=service),
        "may_review": may(staff_member(), Permission.KEYING_REVIEW, body=g.body, service=service),
    }


def _closing_page(found: Bundle, form: ClosingForm, refusal: BundleRefused | None = None) -> str:
    row = queries.bundle_row(db.session, found)
    return render_template(
        "desk/close.html",
        row=row,
        form=form,
        refusal=refusal,
        in_order=bundles.is_in_order(found, row.balance),
        undecided=found.second_keying in bundles.UNDECIDED,
        words=bundle_words,
    )


def _told(refusal: BundleRefused, form: Any, template: str, **values: Any) -> tuple[str, int]:
    """Show the form again, with the refusal at the field that it is about."""
    shown = None if _at_field(form, refusal) else refusal
    page = render_template(template, form=form, refusal=shown, **values)
    return page, refusal.status.value


def _at_field(form: Any, refusal: BundleRefused) -> bool:
    if refusal.field not in form:
        return False
    form[refusal.field].errors = [str(refusal)]
    return True


def _bundle_refused(found: Bundle, refusal: Any, **forms: Any) -> tuple[str, int]:
    """Show the bundle as it now stands, and why nothing was done."""
    db.session.rollback()
    told = isinstance(refusal, BundleRefused) and any(
        _at_field(form, refusal) for form in forms.values()
    )
    page = _bundle_page(found, refusal=None if told else refusal, **forms)
    return page, refusal.status.value


def _pdf(found: Bundle, which: str, pdf: bytes) -> Response:
    wave = found.wave
    name = f"verbale-{which}-{wave.service.slug}-{wave.year}-plico-{found.number}.pdf"
    return FlaskResponse(pdf, mimetype="application/pdf", headers={
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
    })  # fmt: skip


def _address(found: Bundle) -> str:
    return url_for("desk.bundle", body_slug=g.body.slug, bundle_id=found.id)


def _back(found: Bundle) -> Response:
    return redirect(_address(found))

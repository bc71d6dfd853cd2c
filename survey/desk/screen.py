"""The keying screen: what it shows besides the questions, and how it goes on to the next sheet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from survey.access import staff_member
from survey.collection import clock
from survey.collection.queries import definition_of
from survey.desk.forms import half_fields
from survey.desk.keys import HALF_KEY, UNREADABLE, key_caps
from survey.desk.queries import Ranges
from survey.models import Bundle
from survey.questionnaire.definition import Definition
from survey.questionnaire.face import show

_STAFF_LANGUAGE = "it"
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What surrounds the questions; keying, second keying and correction differ in this alone."""

    bundle: Bundle
    #: what is being done: the last of the crumbs, and part of the title
    job: str
    #: where the sheet is sent
    action: str
    #: under which name the browser keeps what is being typed: one for each clerk and job
    draft: str
    #: numbers of sheets that are taken here, that are keyed already, and that are void
    accepted: Ranges = ()
    keyed: Ranges = ()
    void: Ranges = ()
    #: sheets done in this job, and how many there are in all; 0 where there is no such count
    done: int = 0
    total: int = 0
    #: the pile lies in the order of its numbers: the next sheet opens at its first answer
    in_order: bool = False
    #: addresses of the sheet keyed last, and of the list of sheets
    last: str = ""
    sheets: str = ""
    #: address by which a sheet keyed before gets another number
    move: str = ""
    #: languages in which the sheets were printed
    languages: Sequence[str] = ()
    #: the sheet's number where it stands fast, as it is printed
    number: str = ""
    #: how a sheet keyed before stood when the page was drawn, and what stands for each question
    seen: str = ""
    stored: Mapping[str, str] = field(default_factory=dict)
    #: whether the free texts are typed too
    asks_texts: bool = True
    #: a sentence for whoever keys, under the number of the sheet
    hint: str = ""


class Filled(TypedDict, total=False):
    """What stands in the boxes, by name of field."""

    cells: Mapping[str, list[str]]
    errors: Mapping[str, Sequence[str]]
    #: keys of the questions marked between two boxes
    halves: Collection[str]


def draw(screen: Screen, sheet: FlaskForm, filled: Filled | None = None) -> str:
    definition = definition_of(screen.bundle.wave.edition)
    filled = filled or {}
    return render_template(
        "desk/key.html",
        screen=screen,
        wave=screen.bundle.wave,
        sheet=sheet,
        face=show(definition, shown_language(definition)),
        cells=filled.get("cells", {}),
        errors=filled.get("errors", {}),
        halves=half_fields(filled.get("halves", ())),
        caps=key_caps,
        half_key=HALF_KEY,
        unreadable=UNREADABLE,
        in_language=lambda code: f"{screen.action.partition('?')[0]}?lingua={code}",
        today=clock.today(),
    )


def shown_language(definition: Definition) -> str:
    """Return the language in which the screen mirrors the sheet."""
    wanted = request.args.get("lingua", "")
    return (
        wanted
        if wanted in definition.languages
        else definition.language_or_default(_STAFF_LANGUAGE)
    )


def address(endpoint: str, bundle: Bundle, **args: Any) -> str:
    """Return an address of the bundle's, in the language that the screen mirrors."""
    kept = {"lingua": request.args.get("lingua") or None}
    return url_for(endpoint, body_slug=g.body.slug, bundle_id=bundle.id, **(kept | args))


def draft_name(bundle: Bundle, job: str) -> str:
    """Name a draft for this clerk alone, so that the browser shows it to nobody else."""
    return f"{bundle.id}/{job}/{staff_member().id}"


def go_on(where: str, message: str, told: Mapping[str, Any]) -> Response:
    """Answer a sheet that was kept: lead to the next page, or tell our script what it shows next.

    Call it after the commit: what it says has happened.
    """
    if request.accept_mimetypes.best == _JSON:
        return jsonify(dict(told) | {"next": where, "message": message, "token": generate_csrf()})
    flash(message)
    return redirect(where)

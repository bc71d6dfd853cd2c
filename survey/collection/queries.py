"""What the public pages and the keying desk read."""

from __future__ import annotations

from survey.collection.kept import Kept
from survey.models import Edition
from survey.questionnaire.definition import Definition
from survey.questionnaire.parsing import parse

_DEFINITIONS: Kept[str, Definition] = Kept(256)


def definition_of(edition: Edition) -> Definition:
    """Parse an edition's document, once: an edition never changes, so its digest names it.

    The same edition gives the same object, by which `build_form` keeps its form class.
    """
    return _DEFINITIONS.get(edition.digest, lambda: parse(edition.document))

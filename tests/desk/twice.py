"""A bundle whose sheets are typed, once or twice, for the tests of the second keying."""

from __future__ import annotations

from survey.collection.actions import record_response
from survey.collection.queries import definition_of
from survey.models import Bundle, Keying, StaffMember
from survey.questionnaire.marks import decode
from survey.questionnaire.modes import Mode
from tests.factories import TODAY, Factory

#: hours 4, courtesy "non so", overall unreadable, age blank
MARKS = "4N?."


def type_once(
    make: Factory, bundle: Bundle, serials: range, *, by: StaffMember, marks: str = MARKS
) -> None:
    """Type sheets as the desk does: the response, and the keying that says who."""
    definition = definition_of(bundle.wave.edition)
    for serial in serials:
        record_response(
            make.session,
            bundle.wave,
            answers=decode(definition, marks),
            mode=Mode.PAPER,
            day=TODAY,
            language="it",
            serial=serial,
        )
        make.keying(bundle, serial, by=by, marks=marks)


def type_twice(
    make: Factory, bundle: Bundle, serial: int, *, by: tuple[StaffMember, StaffMember], marks: str
) -> Keying:
    """Type a sheet as `MARKS` and again as `marks`; return the second keying."""
    type_once(make, bundle, range(serial, serial + 1), by=by[0])
    return make.keying(bundle, serial, by=by[1], marks=marks, round=2)

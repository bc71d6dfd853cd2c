"""From the stored marks of a wave to its tally. The analysis is imported when first needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from survey.models import Wave
from survey.questionnaire.columns import decode_columns
from survey.questionnaire.parsing import parse
from survey.results.queries import (
    CHUNK,
    FAST,
    MarkedForms,
    is_counts_only,
    left_out_forms,
    stored_tally,
    wave_marks,
)
from survey.results.refusals import CountsDoNotFit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.checks import FormChecks
    from analysis.data import Questionnaire, Responses
    from analysis.tally import Tally


def read_edition(wave: Wave) -> Questionnaire:
    """Read a wave's edition as far as the statistics need it."""
    from analysis.data import read_questionnaire

    return read_questionnaire(wave.edition.document)


def count_wave(session: Session, wave: Wave, *, chunk: int = CHUNK) -> Tally:
    """Count the answers of a wave as they stand now: an open or closed wave may still change."""
    from analysis.tally import tally_stream

    questionnaire = read_edition(wave)
    return tally_stream(questionnaire, _responses(session, wave, questionnaire, chunk=chunk))


def count_forms(session: Session, wave: Wave, *, chunk: int = CHUNK) -> tuple[Tally, FormChecks]:
    """Count the answers as they stand now, and what only the forms themselves can tell."""
    from analysis.checks import check_forms, fast_forms, no_checks
    from analysis.tally import tally_stream

    questionnaire = read_edition(wave)
    checks = no_checks(questionnaire)

    def checked(forms: Responses) -> Responses:
        nonlocal checks
        checks = checks + check_forms(questionnaire, forms)
        return forms

    stream = _responses(session, wave, questionnaire, chunk=chunk)
    tally = tally_stream(questionnaire, map(checked, stream))
    for forms in _responses(session, wave, questionnaire, chunk=chunk, flag=FAST):
        checks = checks + fast_forms(questionnaire, forms)
    return tally, replace(checks, left_out=left_out_forms(session, wave))


def known_tally(session: Session, wave: Wave) -> Tally:
    """Return the tally kept at publication, or count the answers where there is none.

    Where counts alone were imported there are no answers to count: no figure is better than zero.
    """
    from analysis.tally import Tally, layout_of

    payload = stored_tally(session, wave)
    if payload is not None:
        tally = Tally.from_bytes(payload)
        if tally.layout == layout_of(read_edition(wave)):
            return tally
        if is_counts_only(session, wave):
            raise CountsDoNotFit(service=wave.service.name, year=wave.year)
    return count_wave(session, wave)


def _responses(
    session: Session,
    wave: Wave,
    questionnaire: Questionnaire,
    *,
    chunk: int,
    flag: str | None = None,
) -> Iterator[Responses]:
    from analysis.data import responses_from_columns

    definition = parse(wave.edition.document)
    start = 0
    for forms in wave_marks(session, wave, chunk=chunk, flag=flag):
        yield responses_from_columns(
            questionnaire,
            decode_columns(definition, forms.marks, forms.count),
            mode=_modes(forms),
            cluster=_clusters(forms, start),
        )
        start += forms.count


def _modes(forms: MarkedForms) -> NDArray[np.int8]:
    import numpy as np

    from analysis.data import MODES

    places = np.array([MODES.index(run.mode.value) for run in forms.runs], dtype=np.int8)
    return np.repeat(places, [run.count for run in forms.runs])


def _clusters(forms: MarkedForms, start: int) -> NDArray[np.int64]:
    """Number each form by its place in the stream, or by the kiosk's day it belongs to."""
    import numpy as np

    clusters = np.arange(start, start + forms.count, dtype=np.int64)
    at = 0
    for run in forms.runs:
        if run.cluster is not None:
            clusters[at : at + run.count] = run.cluster
        at += run.count
    return clusters

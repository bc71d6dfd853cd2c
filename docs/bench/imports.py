"""A file of 100,000 answers into a wave: checked, then written, on a file of SQLite."""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from survey.collection.queries import definition_of
from survey.database import upgrade
from survey.desk.imports.actions import Upload, check_answers, import_answers
from survey.desk.imports.reading import Defaults
from survey.questionnaire.library import library_document
from survey.questionnaire.modes import Mode
from tests.factories import Factory

ROWS = 100_000
LIMIT = 30.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        upgrade(url)
        engine = create_engine(url)
        with Session(engine) as session:
            seconds = measure(session)
        engine.dispose()
    print(f"{'within' if seconds <= LIMIT else 'over'} the limit of {LIMIT:.0f} s")
    return 0 if seconds <= LIMIT else 1


def measure(session: Session) -> float:
    make = Factory(session)
    wave = make.wave(None, make.edition(library_document("urp-sportello")))
    session.commit()
    upload = Upload(content_of(wave), Defaults("it", Mode.WEB, dt.date(2026, 3, 31)))
    today = dt.date(2026, 11, 22)
    began = time.perf_counter()
    check_answers(session, wave, upload, today=today)
    checked = time.perf_counter() - began
    began = time.perf_counter()
    import_answers(session, wave, upload, by=None, today=today)
    session.commit()
    imported = time.perf_counter() - began
    print(f"{ROWS:,} rows, {len(upload.content) / 1e6:.1f} MB: "
          f"check {checked:.1f} s, check and import {imported:.1f} s")  # fmt: skip
    return imported


def content_of(wave: object) -> bytes:
    """Write rows of answers drawn at random, with a comment now and then."""
    draw = random.Random(1)  # noqa: S311  # sample answers, no secrets
    definition = definition_of(wave.edition)
    questions = definition.questions
    lines = [",".join(question.key for question in questions)]
    for _ in range(ROWS):
        lines.append(",".join(cell(question, draw) for question in questions))
    return "\n".join(lines).encode()


def cell(question: object, draw: random.Random) -> str:
    if question.is_text:
        return "tutto bene" if draw.random() < 0.05 else ""
    if question.choices:
        return str(draw.choice(question.choices).code)
    return str(question.minimum)


if __name__ == "__main__":
    sys.exit(main())

"""What the tests of imports share: matching the columns of a file, and bringing it in."""

from __future__ import annotations

import io

from sqlalchemy import select

from survey.desk.imports.proposal import UNDECIDED
from survey.desk.imports.table import open_table
from survey.models import ImportMapping
from tests.pages import token

AT = {"body_slug": "ente-1"}


def table_of(text):
    return open_table(text.encode())


def matched(pages, wave, content, source):
    page = pages.get("desk.new_mapping", **AT)
    data = {"csrf_token": token(page), "source": source, "edition": str(wave.edition_id),
            "file": (io.BytesIO(content.encode()), "x.csv")}  # fmt: skip
    return pages.post("desk.match_columns", data, **AT)


def keep(pages, wave, content, *, source, name):
    page = matched(pages, wave, content, source)
    assert UNDECIDED not in [one["value"] for one in page.select("option[selected]")]
    pages.submit(page, {"name": name, "azione": "salva"})
    with pages.app.app_context():
        from survey.extensions import db

        return db.session.scalars(select(ImportMapping)).one()


def bring(pages, wave, content, kept, *, status=302, day=""):
    page = pages.get("desk.answers_file", wave_id=wave.id, **AT)
    data = {
        "csrf_token": token(page), "azione": "importa", "mapping": str(kept.id), "mode": "web",
        "day": day, "place": "", "language": "it",
        "file": (io.BytesIO(content.encode()), "x.csv"),
    }  # fmt: skip
    return pages.post("desk.send_answers", data, status=status, wave_id=wave.id, **AT)

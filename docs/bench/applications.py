"""The two applications compared: ours, and a bare one that does the same and no more.

The bare one renders the same fields from one plain template and makes one insert into SQLite, with
the same flush to disk. It checks nothing, keeps no nonce and logs nothing.
"""

from __future__ import annotations

import os
import sqlite3
from typing import Any

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from survey.questionnaire.face import Face, show
from survey.questionnaire.library import library_document
from survey.questionnaire.parsing import parse

PLAIN = """<!doctype html>
<html lang="it"><head><meta charset="utf-8"><title>{{ face.title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{{ face.title }}</h1><p>{{ face.intro }}</p><p>{{ face.privacy }}</p>
<form method="post">
{% for section in face.sections %}<section><h2>{{ section.title }}</h2>
{% for question in section.questions %}
{% if question.is_text %}<p><label for="{{ question.field }}">{{ question.number }}. {{ question.text }}</label>
<textarea id="{{ question.field }}" name="{{ question.field }}" maxlength="{{ question.max_length }}"></textarea></p>
{% else %}<fieldset><legend>{{ question.number }}. {{ question.text }}</legend>
{% for option in question.options + question.aside %}
<input type="{{ 'checkbox' if question.kind == 'multiple_choice' else 'radio' }}" name="{{ question.field }}"
 id="{{ question.field }}-{{ option.cell }}" value="{{ option.cell }}"><label
 for="{{ question.field }}-{{ option.cell }}">{{ option.label }}</label>
{% endfor %}</fieldset>{% endif %}
{% endfor %}</section>{% endfor %}
<button>Invia</button></form></main></body></html>"""  # noqa: E501  # a page is not prose


def ours() -> Flask:
    from survey.cli.serve import lasting_application
    from survey.settings import from_env

    return lasting_application(from_env())


def bare() -> Flask:
    app = Flask(__name__)
    # compiled once, as a template file would be
    template = app.jinja_env.from_string(PLAIN)
    face: Face = show(parse(library_document("urp-sportello")), "it")
    fields = [question.field for question in face.questions]
    columns = ", ".join(fields)
    marks = ", ".join("?" * len(fields))
    insert = f"INSERT INTO answer ({columns}) VALUES ({marks})"  # noqa: S608  # names of our own

    def database() -> sqlite3.Connection:
        if "database" not in g:
            g.database = sqlite3.connect(os.environ["BARE_DATABASE"], timeout=10)
            g.database.execute("PRAGMA synchronous = FULL")
        connection: sqlite3.Connection = g.database
        return connection

    @app.get("/q/<code>")
    def form(code: str) -> str:
        return template.render(face=face)

    @app.post("/q/<code>")
    def send(code: str) -> Response:
        with database() as connection:
            values = ["|".join(request.form.getlist(field)) for field in fields]
            connection.execute(insert, values)
        return redirect(f"/q/{code}/grazie", code=303)

    @app.get("/q/<code>/grazie")
    def thanks(code: str) -> str:
        return "<!doctype html><html lang=it><title>Grazie</title><h1>Grazie</h1></html>"

    @app.teardown_appcontext
    def close(_error: Any) -> None:
        connection = g.pop("database", None)
        if connection is not None:
            connection.close()

    return app


def make_bare_database(path: str) -> None:
    face = show(parse(library_document("urp-sportello")), "it")
    columns = ", ".join(f"{question.field} TEXT" for question in face.questions)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"CREATE TABLE answer (id INTEGER PRIMARY KEY, {columns})")

"""How the tests read pages: who signs in, what the page says, a row of the year's table."""

from __future__ import annotations

from bs4 import Tag
from flask import Flask

from survey.models import Role
from tests.factories import Factory
from tests.pages import Pages


def signed_in(app: Flask, make: Factory, role: Role = Role.MANAGER, **scope: object) -> Pages:
    member = make.staff_member(role, **scope)
    make.session.commit()
    return Pages(app).sign_in(member)


def words(page: Tag) -> str:
    return " ".join(page.get_text(" ").split())


def row(page: Tag, name: str) -> list[str]:
    for found in page.select("table.results-services tbody tr"):
        cells = [words(cell) for cell in found.find_all(["th", "td"])]
        if cells[0] == name:
            return cells
    raise AssertionError(f"no row for {name}")

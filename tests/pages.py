"""Our client: every page it fetches is checked as valid, accessible HTML."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from flask import Flask, url_for
from werkzeug.test import TestResponse

from survey.extensions import db
from survey.models import StaffMember

Data = Mapping[str, Any]
#: obsolete or badly nested things that a browser forgives and a checker should not
_NEEDS_NAME = ("input", "select", "textarea")


class _StrictBuilder(HTML5TreeBuilder):
    """Refuses, while it builds, what html5lib forgives: reading a page twice would cost as much."""

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder, strict=True)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.underlying_builder.parser = None


def check_page(html: str) -> BeautifulSoup:
    """Parse strictly, then check what a screen reader relies on."""
    page = BeautifulSoup(html, builder=_StrictBuilder())
    assert page.html is not None and page.html.get("lang"), "html needs lang"
    assert page.title is not None and page.title.get_text(strip=True), "page needs a title"
    assert len(page.find_all("h1")) == 1, "page needs exactly one h1"
    assert len(page.find_all("main")) == 1, "page needs exactly one main"
    _check_ids(page)
    _check_headings(page)
    _check_fields(page)
    _check_content(page)
    return page


def _check_ids(page: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for tag in page.find_all(attrs={attribute: True}):
            for target in str(tag[attribute]).split():
                assert target in ids, f"{attribute}={target!r} leads nowhere: {tag}"
    for link in page.find_all("a", href=True):
        href = str(link["href"])
        if href.startswith("#") and len(href) > 1:
            assert href[1:] in ids, f"link to {href} leads nowhere"


def _check_headings(page: BeautifulSoup) -> None:
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    for before, after in pairwise(levels):
        assert after <= before + 1, f"heading jumps from h{before} to h{after}"


def _check_fields(page: BeautifulSoup) -> None:
    labelled = {str(label["for"]) for label in page.find_all("label", attrs={"for": True})}
    for field in page.find_all(_NEEDS_NAME):
        if field.get("type") in ("hidden", "submit", "button", "reset"):
            continue
        named = field.get("id") in labelled or field.find_parent("label")
        named = named or field.get("aria-label") or field.get("aria-labelledby")
        assert named, f"field without a label: {field}"
        assert field.get("required") != "None", f"required of nothing: {field}"
    for fieldset in page.find_all("fieldset"):
        first = fieldset.find(True)
        starts_well = isinstance(first, Tag) and first.name == "legend"
        assert starts_well, f"fieldset needs a legend first: {fieldset.get('id')}"
    for button in page.find_all("button"):
        assert button.get_text(strip=True) or button.get("aria-label"), f"nameless button: {button}"


def _check_content(page: BeautifulSoup) -> None:
    for image in page.find_all("img"):
        assert image.has_attr("alt"), f"image without alt: {image}"
    for link in page.find_all("a", href=True):
        name = link.get_text(strip=True) or link.get("aria-label")
        name = name or any(image.get("alt") for image in link.find_all("img"))
        assert name, f"nameless link: {link}"
    for table in page.find_all("table"):
        assert table.find("caption") or table.get("aria-labelledby"), "table needs a caption"
        for header in table.find_all("th"):
            assert header.get("scope"), f"header cell without scope: {header}"
    for tag in page.find_all(True):
        assert not tag.has_attr("style"), f"inline style: {tag.name}"
        handlers = [name for name in tag.attrs if name.startswith("on")]
        assert not handlers, f"inline script in {tag.name}: {handlers}"
    for script in page.find_all("script"):
        assert script.get("src"), "inline script"


class Pages:
    """A visitor: gets and posts by endpoint or by path, and sees only checked pages."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.response: TestResponse | None = None

    def sign_in(self, member: StaffMember) -> Pages:
        """Sign in as the member does, through the page; the factory's password is used."""
        from tests.factories import PASSWORD

        page = self.get("staff.sign_in")
        self.post(
            "staff.sign_in",
            {"email": member.email, "password": PASSWORD, "csrf_token": token(page)},
            status=302,
        )
        return self

    def get(self, where: str, *, status: int = 200, **values: Any) -> BeautifulSoup:
        self.response = self.client.get(self._path(where, values))
        return self._page(status)

    def post(
        self, where: str, data: Data | None = None, *, status: int = 200, **values: Any
    ) -> BeautifulSoup:
        """Post a form; with ``status=302`` the page that follows is fetched and returned."""
        self.response = self.client.post(self._path(where, values), data=data)
        if status in (302, 303):
            assert self.response.status_code in (302, 303), self.response.text[:2000]
            return self.get(self.response.headers["Location"])
        return self._page(status)

    def submit(
        self, page: BeautifulSoup, fields: Data | None = None, *, status: int = 302
    ) -> BeautifulSoup:
        """Send a page's main form as a browser would, with these fields filled in."""
        form = page.select_one("main form[method=post]")
        assert form is not None, "the page has no form to send"
        data: dict[str, Any] = dict(_filled(form))
        data.update(fields or {})
        return self.post(str(form.get("action") or self._last_path()), data, status=status)

    def _last_path(self) -> str:
        assert self.response is not None
        return self.response.request.path

    def _path(self, where: str, values: Mapping[str, Any]) -> str:
        if where.startswith(("/", "http")):
            return where
        with self.app.test_request_context():
            return url_for(where, **values)

    def _page(self, status: int) -> BeautifulSoup:
        assert self.response is not None
        assert self.response.status_code == status, (
            f"{self.response.status_code}: {self.response.text[:2000]}"
        )
        with self.app.app_context():
            db.session.rollback()
        return check_page(self.response.text)


def token(page: BeautifulSoup) -> str:
    field = page.find("input", attrs={"name": "csrf_token"})
    assert isinstance(field, Tag), "the page has no CSRF token"
    return str(field["value"])


def _filled(form: Tag) -> list[tuple[str, str]]:
    """Read what the form would send as it stands."""
    sent = []
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type")
        if not name or kind in ("submit", "button", "reset"):
            continue
        if kind in ("radio", "checkbox"):
            if field.has_attr("checked"):
                sent.append((str(name), str(field.get("value", "on"))))
        elif field.name == "textarea":
            sent.append((str(name), field.get_text()))
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            if chosen is not None:
                sent.append((str(name), str(chosen.get("value", ""))))
        else:
            sent.append((str(name), str(field.get("value", ""))))
    return sent

"""A real Chromium on a real server: fixtures and checks for tests marked ``browser``.

``site`` serves the test's application on a free port of this machine; ``open_page`` opens pages
in contexts of their own, so that cookies and storage never leak from one test to the next.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from flask import Flask, url_for
from werkzeug.serving import make_server

from survey.models import StaffMember
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESKTOP = 360, 1280


@dataclass(frozen=True)
class Site:
    """A running server and the application behind it."""

    app: Flask
    url: str

    def address(self, endpoint: str, **values: Any) -> str:
        with self.app.test_request_context():
            return self.url + url_for(endpoint, **values)


class OpenPage(Protocol):
    def __call__(
        self, *, width: int = DESKTOP, height: int = 900, javascript: bool = True
    ) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing: install Debian's chromium"
        if os.environ.get("SURVEY_TEST_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    """Serve the test's application on a free port, in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page in a context of its own; an error on the page's console fails the test."""
    contexts, complaints = [], []

    def open_one(*, width: int = DESKTOP, height: int = 900, javascript: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="it-IT",
        )
        context.set_default_timeout(30_000)  # long enough beside other work on the machine
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _keep_error(complaints, line))
        return page

    yield open_one
    before_closing = len(complaints)
    for context in contexts:
        context.close()
    # closing may cut off what is still loading; an error of a script counts whenever it comes
    late = [line for line in complaints[before_closing:] if "Failed to load resource" not in line]
    found = complaints[:before_closing] + late
    assert found == [], f"the browser complained: {found}"


def _keep_error(complaints: list[str], line: Any) -> None:
    # an answer of 4xx is what many tests ask for, and Chromium calls it an error
    if line.type == "error" and "the server responded with a status of 4" not in line.text:
        complaints.append(line.text)


def sign_in(page: Page, site: Site, member: StaffMember) -> None:
    """Sign in through the page as the member does, with the factory's password."""
    page.goto(site.address("staff.sign_in"))
    page.fill("input[name=email]", member.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/accesso" not in address)


def axe_violations(page: Page) -> list[str]:
    """Run axe on the page as it stands; each violation with the places where it was found."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: "
        + "; ".join(str(node["target"]) for node in violation["nodes"])
        for violation in found
    ]


def overflows(page: Page) -> bool:
    """Tell whether the page must be scrolled sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )

"""How many forms an hour the keying desk takes, and how long the server needs for each.

A scripted keyer in Chromium types a pile of forms of twelve items, key after key, as fast as the
screen takes them: a ceiling, since it reads no paper. Then the same sheets are posted without a
browser, on a bundle that already holds three hundred.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pile_of import EMAIL, Pile, make_pile
from site_of import SECRET, serving
from table import show

from survey.serials import format_serial

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
FORMS, POSTED, ITEMS = 60, 300, 12
BAR = 100
#: seconds after which a save is taken for lost
LONGEST = 20


def headers(cookie: str) -> dict[str, str]:
    form = "application/x-www-form-urlencoded"
    return {"Cookie": cookie, "Content-Type": form, "Accept": "application/json"}


def sign_in(server: http.client.HTTPConnection, password: str) -> str:
    cookie, token = token_of(server, "/accesso", "")
    fields = {"email": EMAIL, "password": password, "csrf_token": token}
    server.request("POST", "/accesso", urlencode(fields), headers(cookie))
    answer = server.getresponse()
    answer.read()
    return answer.headers["Set-Cookie"].partition(";")[0]


def token_of(server: http.client.HTTPConnection, path: str, cookie: str) -> tuple[str, str]:
    server.request("GET", path, headers={"Cookie": cookie})
    answer = server.getresponse()
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
    if found is None:
        raise SystemExit(f"no form at {path}: {answer.status}")
    return (answer.headers["Set-Cookie"] or cookie).partition(";")[0], found[1]


def post_sheets(host: str, port: int, pile: Pile) -> list[float]:
    """Post sheet after sheet and return the milliseconds of each."""
    server = http.client.HTTPConnection(host, port)
    cookie, token = token_of(server, pile.path, sign_in(server, pile.password))
    taken = []
    for serial in range(1, POSTED + 1):
        sheet = dict.fromkeys(pile.names, "1") | {"csrf_token": token, "day": day()}
        body = urlencode(sheet | {"serial": format_serial(serial)})
        began = time.perf_counter()
        server.request("POST", pile.path, body, headers(cookie))
        answer = server.getresponse()
        answer.read()
        taken.append(1000 * (time.perf_counter() - began))
        if answer.status != 200:
            raise SystemExit(f"sheet {serial} was refused: {answer.status}")
    return taken


def ms(value: float) -> str:
    return f"{value:.0f}"


def day() -> str:
    return time.strftime("%Y-%m-%d")


def key_sheets(url: str, pile: Pile) -> tuple[float, float, float]:
    """Key a pile in the browser; return seconds in all, and the median and longest save in ms."""
    from playwright.sync_api import sync_playwright

    flags = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(flags))
        page = browser.new_page(locale="it-IT")
        page.goto(f"{url}/accesso")
        page.fill("input[name=email]", EMAIL)
        page.fill("input[name=password]", pile.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda address: "/accesso" not in address)
        page.goto(url + pile.path)
        page.locator("[data-desk][data-ready]").wait_for()
        found = _through(page)
        browser.close()
    return found


def _through(page: Page) -> tuple[float, float, float]:
    keyboard, field = page.keyboard, page.locator("#serial")
    keyboard.type(format_serial(POSTED + 1))
    keyboard.press("Enter")
    began, saves = time.perf_counter(), []
    for serial in range(POSTED + 1, POSTED + FORMS + 1):
        for _ in range(ITEMS):
            keyboard.press("1")
        sent = time.perf_counter()
        keyboard.press("Enter")
        following = format_serial(serial + 1)
        while field.input_value() != following:
            if time.perf_counter() > sent + LONGEST:
                raise SystemExit(f"sheet {serial} is not saved")
            time.sleep(0.002)
        saves.append(1000 * (time.perf_counter() - sent))
    return time.perf_counter() - began, statistics.median(saves), max(saves)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pile = make_pile(folder, POSTED + FORMS + 1)
        settings = {"SURVEY_DATABASE_URL": pile.database, "SURVEY_SECRET_KEY": SECRET,
                    "SURVEY_SECURE_COOKIES": "0"}  # fmt: skip
        with serving("applications:ours()", folder, **settings) as (host, port):
            posted = sorted(post_sheets(host, port, pile))
            rows = [
                (
                    f"{POSTED} sheets posted",
                    "server ms a sheet, median",
                    ms(statistics.median(posted)),
                ),
                ("", "server ms a sheet, 99 %", ms(posted[int(POSTED * 0.99)])),
            ]
            if CHROMIUM.exists():
                seconds, middle, longest = key_sheets(f"http://{host}:{port}", pile)
                rows += [
                    (f"{FORMS} sheets keyed", "keys a sheet", f"{ITEMS + 1}"),
                    ("", "sheets a minute, no paper read", f"{60 * FORMS / seconds:.0f}"),
                    ("", "ms from Enter to the next sheet, median", ms(middle)),
                    ("", "ms from Enter to the next sheet, longest", ms(longest)),
                ]
    show(("what", "measure", "value"), rows)
    print(f"load of the machine before: {os.getloadavg()[1]:.1f}")
    print(f"bars: {ITEMS + 2} keys a form at most; the server within {BAR} ms a sheet")


if __name__ == "__main__":
    main()

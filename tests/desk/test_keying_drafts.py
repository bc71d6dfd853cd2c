"""Nothing typed is lost: not by a crash, an expired session, or a lost connection."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from survey.models import Comment, Keying, Response, Role, StaffSession
from survey.serials import format_serial
from tests.browser import CHROMIUM, FLAGS, sign_in
from tests.desk.keying import Desk, printed
from tests.factories import PASSWORD, document

pytestmark = pytest.mark.browser

THIRD = format_serial(3)


def half_way(desk):
    """Key a sheet up to its text, a half mark and an unreadable one among the answers."""
    desk.type_serial(3)
    desk.press(",", "2", "N", "/")
    desk.page.keyboard.type("Più sedie")


def finish(desk):
    desk.press("Enter", "1", "Enter")


def is_back(desk):
    assert desk.serial == THIRD
    assert f"Ripreso il foglio {THIRD}" in desk.status
    assert (desk.chosen("hours"), desk.chosen("courtesy")) == (["2"], ["NS"])
    assert (desk.chosen("overall"), desk.halves()) == (["?"], ["hours"])
    assert desk.page.locator("#q_comment").input_value() == "Più sedie"


def is_stored(session):
    assert session.execute(select(Response.serial, Response.marks)).all() == [(3, "2N?1")]
    assert session.scalars(select(Keying.half_marks)).one() == "hours"
    assert session.scalars(select(Comment.text)).one() == "Più sedie"


def test_browser_killed_half_way_brings_the_sheet_back(own_browser, tmp_path, desk_on, session):
    from playwright.sync_api import Error

    context = own_browser()
    half_way(desk_on(context.pages[0]))
    kill(tmp_path)
    with suppress(Error):  # it is dead already
        context.close()
    context = own_browser()
    desk = desk_on(context.pages[0])
    is_back(desk)
    assert desk.focus == "5"  # where the clerk was to go on
    desk.press("1", "Enter")
    desk.wait_saved(3)
    is_stored(session)
    context.close()


def test_page_left_and_opened_again_brings_the_sheet_back(desk, session):
    half_way(desk)
    desk.page.goto("about:blank")
    desk.open()
    is_back(desk)
    desk.press("1", "Enter")
    desk.wait_saved(3)
    is_stored(session)
    desk.open()
    assert (desk.serial, desk.status) == ("", "")  # saved, hence no draft any more


def test_session_that_ended_leads_to_the_sign_in_and_back_to_the_sheet(desk, session, clerk):
    half_way(desk)
    session.execute(delete(StaffSession))
    session.commit()
    desk.press("Enter", "1", "Enter")
    desk.page.wait_for_url(lambda address: "/accesso" in address)
    desk.page.fill("input[name=email]", clerk.email)
    desk.page.fill("input[name=password]", PASSWORD)
    desk.page.press("input[name=password]", "Enter")
    desk.wait_ready()
    is_back(desk)
    desk.press("Enter")  # all was answered: the clerk stands at the button
    desk.wait_saved(3)
    is_stored(session)


def test_cookies_lost_lead_to_the_sign_in_and_back_to_the_sheet(desk, session, site, clerk):
    half_way(desk)
    desk.page.context.clear_cookies()
    finish(desk)
    desk.page.wait_for_url(lambda address: "/accesso" in address)
    sign_in(desk.page, site, clerk)
    desk.open()
    is_back(desk)
    assert session.scalars(select(Response)).all() == []


def test_lost_connection_keeps_the_sheet_and_enter_tries_again(rough_desk, session):
    desk = rough_desk
    half_way(desk)
    desk.page.context.set_offline(True)
    finish(desk)
    desk.page.get_by_text("Manca il collegamento").wait_for()
    assert (desk.focus, desk.serial) == ("save-sheet", THIRD)
    desk.press("Enter")
    desk.page.get_by_text("Manca il collegamento").wait_for()
    desk.page.context.set_offline(False)
    desk.page.wait_for_timeout(400)
    desk.press("Enter")
    desk.wait_saved(3)
    is_stored(session)


def test_answer_of_the_server_that_is_lost_on_the_way_does_no_harm(rough_desk, session):
    desk = rough_desk
    half_way(desk)

    def swallow(route):
        route.fetch()
        route.abort()

    desk.page.route("**/imputa*", swallow)
    finish(desk)
    desk.page.get_by_text("Manca il collegamento").wait_for()
    is_stored(session)
    desk.page.unroute("**/imputa*")
    desk.press("Enter")
    desk.wait_saved(3)
    is_stored(session)


def test_server_that_breaks_keeps_the_sheet_on_the_screen(rough_desk, session):
    desk = rough_desk
    half_way(desk)
    desk.page.route("**/imputa*", lambda route: route.fulfill(status=503, body="giù"))
    finish(desk)
    desk.page.get_by_text("Il sistema non risponde").wait_for()
    desk.page.unroute("**/imputa*")
    desk.press("Enter")
    desk.wait_saved(3)
    is_stored(session)


def test_draft_is_thrown_away_by_one_key(desk, session):
    half_way(desk)
    desk.open()
    desk.press("F8")
    assert "Scartato" in desk.status
    assert (desk.serial, desk.focus, desk.chosen("hours")) == ("", "serial", [""])
    desk.open()
    assert (desk.serial, desk.status) == ("", "")


def test_draft_is_shown_to_no_other_clerk(desk, make, session, site, bundle):
    half_way(desk)
    other = make.staff_member(Role.KEYER)
    session.commit()
    desk.page.context.clear_cookies()
    sign_in(desk.page, site, other)
    desk.open()
    assert (desk.serial, desk.status, desk.chosen("hours")) == ("", "", [""])


def test_draft_of_a_week_ago_is_gone(desk):
    half_way(desk)
    desk.page.wait_for_timeout(500)  # the last keys are written too
    desk.page.evaluate(
        """() => new Promise((resolve) => {
            const request = indexedDB.open("gradimento", 1);
            request.onsuccess = () => {
                const change = request.result.transaction("fogli", "readwrite");
                change.oncomplete = () => resolve();
                change.objectStore("fogli").openCursor().onsuccess = ({ target }) => {
                    const cursor = target.result;
                    if (!cursor) return undefined;
                    cursor.update({ ...cursor.value, at: Date.now() - 8 * 24 * 3600 * 1000 });
                    return cursor.continue();
                };
            };
        })"""
    )
    desk.open()
    assert (desk.serial, desk.status) == ("", "")


def test_correction_in_progress_comes_back_too(desk, site, bundle, session):
    half_way(desk)
    finish(desk)
    desk.wait_saved(3)
    desk.press("F2")
    desk.page.get_by_label("Perché si corregge").wait_for()
    desk.wait_ready()
    desk.press("1")
    desk.page.reload()
    desk.wait_ready()
    assert (desk.chosen("hours"), desk.halves()) == (["1"], [])
    assert f"Ripreso il foglio {THIRD}" in desk.status


def kill(folder: Path) -> None:
    """Kill every process of the browser that has this profile, without a warning."""
    found = subprocess.run(
        ["pgrep", "-f", str(folder / "profile")], check=True, capture_output=True, text=True
    )
    for process in map(int, found.stdout.split()):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it went with its parent


@pytest.fixture
def bundle(make):
    return printed(make, document("small"))


@pytest.fixture
def clerk(make, session, bundle):
    member = make.staff_member(Role.KEYER)
    session.commit()
    return member


@pytest.fixture
def desk_on(site, bundle, clerk):
    return lambda page: Desk(page, site, bundle, clerk)


@pytest.fixture
def desk(open_page, desk_on):
    return desk_on(open_page())


@pytest.fixture
def rough_desk(chromium, desk_on):
    """A desk whose connection may break: what the browser then complains of is no fault of ours."""
    context = chromium.new_context(locale="it-IT", viewport={"width": 1366, "height": 768})
    context.set_default_timeout(10_000)
    yield desk_on(context.new_page())
    context.close()


@pytest.fixture
def own_browser(chromium, tmp_path):
    """Open a browser with a profile on disk, as a clerk's is, beside the one that tests share."""
    return lambda: chromium.browser_type.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=str(CHROMIUM),
        args=list(FLAGS),
        locale="it-IT",
        viewport={"width": 1366, "height": 768},
    )

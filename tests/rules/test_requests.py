"""What every request is held to, whatever the page."""

from __future__ import annotations

import pytest

from survey.models import StaffMember
from tests.factories import Factory
from tests.pages import Pages


def test_a_nul_in_the_address_is_a_missing_page(pages: Pages) -> None:
    pages.get("/ente/%00/quadro", status=404)


def test_a_nul_in_a_query_is_refused_in_words(pages: Pages) -> None:
    page = pages.get("/accesso?next=%00", status=400)
    assert "non è leggibile" in page.get_text()


@pytest.fixture
def member(make: Factory) -> StaffMember:
    member = make.staff_member()
    make.session.commit()
    return member


def test_a_nul_in_a_staff_form_is_refused_in_words(pages: Pages, member: StaffMember) -> None:
    pages.sign_in(member)
    page = pages.get("/area-riservata/password")
    page = pages.submit(page, {"current": "a\x00b"}, status=400)
    assert "non è leggibile" in page.get_text()


def test_the_address_of_the_theme_changes_with_its_release(pages: Pages) -> None:
    page = pages.get("/accesso")
    sheets = [str(link["href"]) for link in page.find_all("link", rel="stylesheet")]
    assert all("?v=" in sheet for sheet in sheets)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
@pytest.mark.parametrize("where", ["rilevazione/{}", "imputazione/{}", "rilevazioni/{}"])
def test_a_number_that_no_row_can_have_leads_nowhere(
    staff_pages: Pages, make: Factory, where: str, number: int
) -> None:
    staff_pages.get(f"/ente/{make.body().slug}/{where.format(number)}", status=404)


@pytest.mark.parametrize("before", [str(2**31), "9" * 40, "-1", "abc"])
def test_the_register_bears_any_place_to_begin(
    staff_pages: Pages, make: Factory, before: str
) -> None:
    staff_pages.get(f"/ente/{make.body().slug}/registro?prima={before}")


def test_public_pages_set_no_cookie_even_for_who_is_signed_in(
    staff_pages: Pages, make: Factory
) -> None:
    wave = make.wave()
    make.session.commit()
    for path in ("/", f"/q/{wave.code}", f"/q/{wave.code}/grazie"):
        staff_pages.get(path)
        assert staff_pages.response is not None
        assert "Set-Cookie" not in staff_pages.response.headers


def test_a_page_with_a_token_of_the_visitor_is_kept_by_nobody(pages: Pages) -> None:
    pages.get("/accesso")
    assert pages.response is not None
    assert pages.response.headers["Cache-Control"] == "no-store"


def test_a_refused_method_says_which_there_are(pages: Pages) -> None:
    response = pages.client.put("/accesso")
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))
    assert response.mimetype == "text/html"

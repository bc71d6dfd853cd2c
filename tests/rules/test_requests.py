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

"""The keying screen in Chromium, with a pile of small sheets."""

from __future__ import annotations

import pytest

from survey.models import Role, StaffMember
from tests.desk.keying import Desk, printed
from tests.factories import document


@pytest.fixture
def small(make):
    return printed(make, document("small"))


@pytest.fixture
def clerk(make, session) -> StaffMember:
    make.body()
    member = make.staff_member(Role.KEYER)
    session.commit()
    return member


@pytest.fixture
def desk_of(open_page, site, clerk):
    return lambda bundle: Desk(open_page(), site, bundle, clerk)


@pytest.fixture
def desk(desk_of, small):
    return desk_of(small)

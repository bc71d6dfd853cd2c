"""The marks of a wave leave PostgreSQL as they leave SQLite: the same tests on the other server."""

from __future__ import annotations

import pytest

from survey.settings import Settings
from tests.conftest import SECRET
from tests.results.test_queries import (
    test_every_form_of_the_wave_arrives_with_its_mode,
    test_forms_of_one_kiosk_and_day_are_one_cluster,
    test_only_bursts_and_repeated_invitations_are_left_out,
    test_small_chunks_hold_the_same_forms_as_one,
    test_the_tally_of_a_wave_is_the_count_of_its_marks,
    test_what_came_in_is_counted_by_wave_and_mode,
)

__all__ = [
    "test_every_form_of_the_wave_arrives_with_its_mode",
    "test_forms_of_one_kiosk_and_day_are_one_cluster",
    "test_only_bursts_and_repeated_invitations_are_left_out",
    "test_small_chunks_hold_the_same_forms_as_one",
    "test_the_tally_of_a_wave_is_the_count_of_its_marks",
    "test_what_came_in_is_counted_by_wave_and_mode",
]

pytestmark = pytest.mark.postgres


@pytest.fixture
def settings(postgres_url: str) -> Settings:
    return Settings(
        secret_key=SECRET, database_url=postgres_url, secure_cookies=False, cheap_passwords=True
    )

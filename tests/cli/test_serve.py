"""The application of a worker, which lives as long as its process."""

from __future__ import annotations

import gc
from pathlib import Path

from survey.cli.serve import lasting_application
from survey.database import upgrade
from survey.settings import Settings


def test_a_worker_keeps_its_application_from_the_collector_of_garbage(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'served.sqlite'}"
    upgrade(url)
    try:
        made = lasting_application(Settings(database_url=url, secret_key="k" * 40))
        frozen = gc.get_freeze_count()
        walked = {id(one) for one in gc.get_objects()}

        assert made.test_client().get("/").status_code in (200, 302, 404)
    finally:
        gc.unfreeze()

    assert frozen > 10_000
    assert id(made.view_functions) not in walked
    assert gc.isenabled()

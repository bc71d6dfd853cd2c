"""The collector is put off while a result is built, and finds nothing new to walk through after."""

import gc
from collections.abc import Iterator

import pytest

from analysis.collection import uncollected


def test_what_was_built_counts_as_old_when_the_collector_is_on_again() -> None:
    gc.collect()
    with uncollected():
        built = [{"value": [number]} for number in range(5000)]
    young = {id(one) for generation in (0, 1) for one in gc.get_objects(generation)}

    assert gc.isenabled()
    assert not young & {id(one) for one in built}
    assert gc.get_freeze_count() == 0


def test_what_a_program_froze_stays_frozen(frozen: list[int]) -> None:
    with uncollected():
        pass

    assert gc.is_tracked(frozen)
    assert all(one is not frozen for one in gc.get_objects())


def test_the_collector_stays_off_where_it_was_off_and_nothing_is_moved() -> None:
    gc.disable()
    try:
        with uncollected():
            built = [[number] for number in range(10)]
        young = {id(one) for one in gc.get_objects(generation=0)}
        assert not gc.isenabled()
        assert {id(one) for one in built} <= young
    finally:
        gc.enable()


def test_the_collector_is_on_again_where_another_thread_is_done_just_before_this_one_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other, look = uncollected(), gc.isenabled

    def look_and_be_overtaken() -> bool:
        found = look()
        other.__exit__(None, None, None)
        return found

    other.__enter__()
    monkeypatch.setattr(gc, "isenabled", look_and_be_overtaken)
    try:
        with uncollected():
            pass
        assert look()
    finally:
        gc.enable()


def test_the_collector_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="no year"), uncollected():
        raise ValueError("no year")

    assert gc.isenabled()


@pytest.fixture
def frozen() -> Iterator[list[int]]:
    found = [2026]
    gc.freeze()
    yield found
    gc.unfreeze()

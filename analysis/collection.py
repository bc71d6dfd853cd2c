"""Python's collector of unreachable objects, put off while a result is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Put the collector off for a while.

    Results are hundreds of thousands of small objects that all stay: the collector would walk
    through them again and again, for a fifth of the time, and find nothing. At the end they count
    as old at once, or the collector would walk through all of them as soon as it is on again.

    Yields
    ------
    None
        It is on again afterwards where it was on before, whatever happens inside, also when
        several threads do this at a time.

    Examples
    --------
    >>> with uncollected():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_on = gc.isenabled()
    if was_on:  # else whoever put it off may be done by now, and nobody would put it on again
        gc.disable()
    try:
        yield
    finally:
        if was_on:
            _let_all_be_old()
            gc.enable()


def _let_all_be_old() -> None:
    """Move young objects to the oldest generation, which is seldom walked through.

    Freezing and thawing does it. A program that has frozen objects of its own keeps them frozen.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()

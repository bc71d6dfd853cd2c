"""What time it is, in one place, so that tests can move it."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

#: a day begins at midnight where the bodies are, wherever the server stands
ITALY = ZoneInfo("Europe/Rome")


def seconds() -> float:
    return time.time()


def today() -> dt.date:
    return dt.datetime.fromtimestamp(seconds(), ITALY).date()

"""How a questionnaire was filled in. Not how the service was used: that is the access channel."""

from enum import StrEnum


class Mode(StrEnum):
    WEB = "web"
    KIOSK = "kiosk"
    PAPER = "paper"
    PHONE = "phone"

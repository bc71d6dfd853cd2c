"""Gradimento: satisfaction surveys of public bodies. Here only the wiring."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.settings import Settings

__version__ = version("gradimento")


def create_app(settings: Settings) -> Flask:
    """Make the application. Nothing here may import matplotlib, scipy or typst: workers start."""
    from survey.application import build

    return build(settings)

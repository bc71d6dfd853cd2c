"""Bootstrap Italia's static files, served from the package that carries them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Flask, url_for

PACKAGE = "bootstrap_italia_template"
DISTRIBUTION = "design-django-theme"


def theme_folder() -> Path | None:
    """Find the theme without importing it; None when only our own style can be shown."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "static"
    return folder if folder.is_dir() else None


def font_folder() -> Path | None:
    """Folder of the Titillium faces, for sheets, reports and charts."""
    folder = theme_folder()
    return None if folder is None else folder / "fonts" / "Titillium_Web"


def init_theme(app: Flask) -> None:
    folder = theme_folder()
    if folder is None:
        app.logger.warning("the theme package is missing: pages show the plain style only")
    else:
        app.register_blueprint(
            Blueprint("theme", __name__, static_folder=str(folder), static_url_path="/static/bi")
        )

    def asset(name: str) -> str:
        """Return the address of one of our static files, new when its content is."""
        return url_for("static", filename=name, v=_version(Path(str(app.static_folder)) / name))

    release = version(DISTRIBUTION) if folder is not None else ""

    def theme_asset(name: str) -> str:
        """Return the address of one of the theme's files, new with each release of the theme."""
        return url_for("theme.static", filename=name, v=release)

    app.jinja_env.globals.update(asset=asset, theme_asset=theme_asset, has_theme=folder is not None)


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]

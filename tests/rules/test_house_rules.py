"""House rules as tests: what the guide says, the tree must show."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("survey", "analysis")
LONGEST_FILE = 400


def sources(*folders: str, suffix: str = ".py") -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob(f"*{suffix}"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST, attribute: str) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == attribute:
            yield node


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        name(path): len(path.read_text("utf-8").splitlines())
        for path in (*sources(*PACKAGES, "tests"), *sources("templates", suffix=".html"))
    }
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_actions_queries_and_models_never_commit() -> None:
    kept_to_views = [
        path
        for path in sources("survey")
        if path.stem in ("actions", "queries") or path.parent.name == "models"
    ]
    guilty = [
        name(path)
        for path in kept_to_views
        if any(True for _ in calls(ast.parse(path.read_text("utf-8")), "commit"))
    ]
    assert kept_to_views
    assert guilty == []


def test_only_the_settings_read_the_environment() -> None:
    pattern = re.compile(r"os\.environ|os\.getenv|from os import .*environ")
    guilty = [
        name(path)
        for path in sources("survey")
        if pattern.search(path.read_text("utf-8")) and path != ROOT / "survey" / "settings.py"
    ]
    assert guilty == []


def test_templates_never_switch_escaping_off() -> None:
    pattern = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
    guilty = [
        name(path)
        for path in sources("templates", suffix=".html")
        if pattern.search(path.read_text("utf-8"))
    ]
    assert guilty == []


def test_file_and_class_names_say_what_they_hold() -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "core", "handler", "misc"}
    files = {name(path) for path in sources(*PACKAGES) if path.stem in banned}
    assert files == set()


def test_every_silenced_check_gives_its_reason() -> None:
    pattern = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<rest>.*)$", re.MULTILINE)
    guilty = []
    for path in sources(*PACKAGES, "tests"):
        for found in pattern.finditer(path.read_text("utf-8")):
            rest = found["rest"]
            named = rest.startswith((":", "["))
            if not named or "#" not in rest:
                guilty.append(f"{name(path)}: {found[0]}")
    assert guilty == []


@pytest.mark.parametrize("module", ["scipy", "matplotlib", "typst"])
def test_starting_the_web_process_imports_no_heavy_library(module: str) -> None:
    script = (
        "import sys; from survey import create_app; from survey.settings import Settings;"
        "create_app(Settings(secret_key='x' * 40, database_url='sqlite://'));"
        f"print({module!r} in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "False"


def test_the_tree_names_no_registry() -> None:
    pattern = re.compile(r"https?://[^ \"']*(pypi|pythonhosted|npmjs|registry)")
    locks = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"]
    assert [name(path) for path in locks if pattern.search(path.read_text("utf-8"))] == []

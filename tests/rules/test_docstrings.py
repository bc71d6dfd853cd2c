"""Functions a statistician calls say what goes in, what comes out, and show it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import analysis

ROOT = Path(analysis.__file__).parent
#: The command line, readers and writers of files: what they do is told in one sentence.
PLUMBING = frozenset(
    {
        "__init__", "__main__", "cells", "columns", "command", "control_command",
        "detail_tables", "figures", "headings", "kiosk_days", "manifest", "packing", "parquet_in",
        "plan_command", "serials", "simulate_command", "tables", "verify",
    }
)  # fmt: skip
COMPLETE = sorted(
    path
    for path in [*ROOT.glob("*.py"), *(ROOT / "parts").glob("*.py")]
    if path.stem not in PLUMBING
)


def functions(module: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def lacking(function: ast.FunctionDef) -> list[str]:
    text = ast.get_docstring(function) or ""
    takes = bool(function.args.args or function.args.kwonlyargs)
    nothing = isinstance(function.returns, ast.Constant) and function.returns.value is None
    missing = []
    if takes and "Parameters\n---" not in text:
        missing.append("Parameters")
    if not nothing and "Returns\n---" not in text and "Yields\n---" not in text:
        missing.append("Returns")
    if ">>>" not in text:
        missing.append("Examples")
    return missing


@pytest.mark.parametrize("module", COMPLETE, ids=lambda path: path.stem)
def test_every_public_function_tells_parameters_result_and_an_example(module: Path) -> None:
    found = {one.name: lacking(one) for one in functions(module)}

    assert {key: missing for key, missing in found.items() if missing} == {}


def test_every_public_function_and_class_of_the_library_says_what_it_is() -> None:
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sorted([*ROOT.glob("*.py"), *(ROOT / "parts").glob("*.py")])
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert silent == []


def test_a_function_without_sections_is_found() -> None:
    node = ast.parse('def area(side):\n    """Square it."""\n    return side * side').body[0]

    assert isinstance(node, ast.FunctionDef)
    assert lacking(node) == ["Parameters", "Returns", "Examples"]

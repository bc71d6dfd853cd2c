"""The ``survey`` command: parse, call one action, commit, tell."""

from __future__ import annotations

import click


@click.group()
@click.version_option(package_name="gradimento", prog_name="survey")
def main() -> None:
    """Run the satisfaction surveys of a public body."""

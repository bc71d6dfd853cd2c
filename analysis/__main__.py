"""Command line of the analysis."""

import argparse
import sys
from collections.abc import Sequence

from analysis.command import add_run
from analysis.control_command import add_control
from analysis.errors import CommandError
from analysis.plan_command import add_plan
from analysis.simulate_command import add_simulate
from analysis.verify import add_verify


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Statistiche di gradimento da questionari, senza base di dati / "
        "Satisfaction statistics from answers files, without a database.",
    )
    commands = top.add_subparsers(dest="command", required=True)
    for add in (add_run, add_verify, add_control, add_simulate, add_plan):
        add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when what was checked is not so, 2 when input is at fault."""
    given = parser().parse_args(arguments)
    try:
        return int(given.action(given))
    except CommandError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""Command line of the analysis."""

import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.command import CommandError, parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 2 when the input is at fault."""
    given = parser().parse_args(arguments)
    try:
        document = given.action(given)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 2
    from analysis.report import write  # drawing takes a second to load: only once all is well

    write(document, Path(given.out), language=given.lang)
    print(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())

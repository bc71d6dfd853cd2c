"""Command line of the analysis."""

import sys
from collections.abc import Sequence

from analysis.command import CommandError, parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 2 when the input is at fault."""
    given = parser().parse_args(arguments)
    try:
        document = given.action(given)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 2
    print(given.out)
    return 0 if document else 2


if __name__ == "__main__":
    sys.exit(main())

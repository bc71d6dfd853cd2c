"""Cells that a spreadsheet shows as they are: none of them runs as a formula."""

import re

#: What makes a spreadsheet take a cell for a formula. One that was told of another separator
#: begins a cell behind that one, and leaves out blanks and quotation marks on the way.
_FORMULA = re.compile(r"(^|[,;|\t\r\n])(?=[\s\"]*[=+\-@＝＋－＠])")  # the signs meant


def plain_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run.

    Parameters
    ----------
    text : str
        What one cell holds; numbers are written as numbers and need no guard.

    Returns
    -------
    str
        The same text where nothing in it looks like a formula.

    Examples
    --------
    >>> plain_cell("=1+1"), plain_cell("a;@b"), plain_cell("Asilo nido - estate")
    ("'=1+1", "a;'@b", 'Asilo nido - estate')
    """
    return _FORMULA.sub(r"\1'", text)

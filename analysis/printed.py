"""What answers can stand behind a mean or a percentage as it was printed."""


def share_count(percentage: float, n: int, *, decimals: int) -> int | None:
    """Whole number of answers behind a percentage printed with some decimals, or None.

    Parameters
    ----------
    percentage : float
        As printed.
    n : int
        Its base.
    decimals : int
        Decimals printed: the count must give back the percentage within half a unit of the last.

    Returns
    -------
    int or None
        The whole number nearest to n p / 100; None where it does not give `percentage` back, or
        `n` is not positive.

    Examples
    --------
    >>> share_count(89.66, 174, decimals=2), share_count(50.0, 7, decimals=1)
    (156, None)
    """
    count = round(percentage * n / 100)
    half = 0.5 * 10.0**-decimals + 1e-9
    fits = n > 0 and 0 <= count <= n and abs(100 * count / n - percentage) <= half
    return count if fits else None


def mean_is_possible(mean: float, n: int, *, decimals: int) -> bool:
    """Whether `n` whole answers can have this mean, as printed with some decimals.

    Parameters
    ----------
    mean : float
        As printed, in codes of the scale.
    n : int
        Its base.
    decimals : int
        Decimals printed.

    Returns
    -------
    bool
        Whether some whole sum of codes, divided by `n`, is printed so; False where `n` is not
        positive.

    Examples
    --------
    >>> mean_is_possible(3.6, 5, decimals=1), mean_is_possible(3.67, 5, decimals=2)
    (True, False)
    """
    half = 0.5 * 10.0**-decimals + 1e-9
    return n > 0 and abs(round(mean * n) / n - mean) <= half


def decimals_of(value: float) -> int:
    """Decimals with which a number was written.

    Parameters
    ----------
    value : float
        Finite.

    Returns
    -------
    int
        Those of the shortest writing that gives the number back: a final zero is lost.

    Examples
    --------
    >>> decimals_of(89.66), decimals_of(38), decimals_of(3.6)
    (2, 0, 1)
    """
    return len(f"{value!r}".partition(".")[2].removesuffix("0")) if value % 1 else 0

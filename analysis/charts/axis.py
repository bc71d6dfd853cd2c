"""The part of a scale that a chart shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Self


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of the scale and its ticks."""

    low: float
    high: float
    step: float

    @classmethod
    def around(cls, values: Sequence[float], *, bounds: tuple[float, float]) -> Self:
        """Choose the stretch that holds the values, and never less than half of the scale.

        A shorter stretch would make a mountain out of a molehill.

        Examples
        --------
        >>> Axis.around([70.1, 78.0], bounds=(0, 100)).ticks
        (50.0, 60.0, 70.0, 80.0, 90.0, 100.0)
        """
        bottom, top = bounds
        if not top > bottom:
            raise ValueError(f"a scale needs two different bounds, not {bounds}")
        step = (top - bottom) / 10
        if not values:
            return cls(bottom, top, 2 * step)
        low = bottom + step * floor((max(bottom, min(values)) - bottom) / step - 0.2)
        high = bottom + step * ceil((min(top, max(values)) - bottom) / step + 0.2)
        low, high = max(bottom, low), min(top, high)
        while round((high - low) / step) < 5:
            if high < top:
                high = min(top, high + step)
            if round((high - low) / step) < 5 and low > bottom:
                low = max(bottom, low - step)
        return cls(low, high, step if round((high - low) / step) <= 6 else 2 * step)

    @classmethod
    def tight(cls, values: Sequence[float], *, bounds: tuple[float, float] | None = None) -> Self:
        """Choose the shortest stretch of round numbers that holds the values.

        For charts whose limits are drawn: they show how much a difference weighs.

        Examples
        --------
        >>> Axis.tight([61.2, 83.9]).ticks
        (60.0, 65.0, 70.0, 75.0, 80.0, 85.0)
        """
        if not values:
            values = bounds or (0.0, 1.0)
        bottom, top = min(values), max(values)
        span = (top - bottom) or max(1.0, abs(top) / 5)
        size = 10.0 ** floor(log10(span / 5))
        step = next(size * k for k in (1, 2, 5, 10) if size * k * 5.001 >= span)
        low, high = step * floor(bottom / step + 1e-9), step * ceil(top / step - 1e-9)
        if high <= low:
            low, high = low - 2 * step, high + 2 * step
        if bounds is not None:
            low, high = max(bounds[0], low), min(bounds[1], high)
        return cls(low, high, step)

    @property
    def decimals(self) -> int:
        """Return how many digits after the comma tell the ticks apart."""
        return max(0, -floor(log10(self.step) + 1e-9))

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the numbers to write, on whole steps counted from the top."""
        count = floor((self.high - self.low) / self.step + 1e-9)
        return tuple(self.high - self.step * k for k in range(count, -1, -1))

    def place(self, value: float) -> float:
        """Return where a value stands: 0 at the low end, 1 at the high end, kept inside."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


@dataclass(frozen=True, slots=True)
class LogAxis:
    """A stretch of positive numbers on which doubling is always the same step."""

    low: float
    high: float

    @property
    def decimals(self) -> int:
        return 0

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return 1, 2, 5, 10, ... inside the stretch.

        Examples
        --------
        >>> LogAxis(30, 1200).ticks
        (50.0, 100.0, 200.0, 500.0, 1000.0)
        """
        powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        found = (float(k * 10**power) for power in powers for k in (1, 2, 5))
        return tuple(tick for tick in found if self.low <= tick <= self.high)

    def place(self, value: float) -> float:
        """Return where a value stands: 0 at the low end, 1 at the high end, kept inside."""
        inside = min(self.high, max(self.low, value))
        return log10(inside / self.low) / log10(self.high / self.low)

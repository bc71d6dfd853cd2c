"""The part of a scale that a chart shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
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

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the numbers to write, on whole steps counted from the top."""
        count = floor((self.high - self.low) / self.step + 1e-9)
        return tuple(self.high - self.step * k for k in range(count, -1, -1))

    def place(self, value: float) -> float:
        """Return where a value stands: 0 at the low end, 1 at the high end, kept inside."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

"""What a body may choose before a wave; everything else is fixed by the method."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Parameters:
    """Choices stored with every result.

    Attributes
    ----------
    delta : float
        Smallest change worth a verdict, in points of 0-100; between 3 and 10.
    alpha : float
        Error rate of each family of tests.
    confidence : float
        Coverage of every interval shown.
    publication_minimum : int
        Valid answers below which nothing is published; may be raised, never lowered below 10.
    full_minimum : int
        Valid answers from which tests are made.
    """

    delta: float = 5.0
    alpha: float = 0.05
    confidence: float = 0.95
    publication_minimum: int = 10
    full_minimum: int = 30

    def __post_init__(self) -> None:
        if not 3 <= self.delta <= 10:
            raise ValueError(f"delta lies between 3 and 10 points, not {self.delta}")
        if not 0 < self.alpha < 0.5 or not 0.5 < self.confidence < 1:
            raise ValueError(f"alpha {self.alpha} or confidence {self.confidence} is impossible")
        whole = (self.publication_minimum, self.full_minimum)
        if any(not isinstance(number, int) for number in whole):
            raise ValueError(f"the minimums are whole numbers, not {whole}")
        if self.publication_minimum < 10 or self.full_minimum < self.publication_minimum:
            raise ValueError("the publication minimum is at least 10 and not above full_minimum")

    def as_dict(self) -> dict[str, float]:
        """Plain mapping, for the results document."""
        return asdict(self)

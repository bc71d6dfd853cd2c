"""One service in one period: what was asked, what came back, and how it was collected."""

from dataclasses import dataclass

from analysis.data import Questionnaire
from analysis.tally import Tally, layout_of

DESIGNS = ("open_link", "census_invited", "random_sample")


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave of one service.

    Attributes
    ----------
    label : str
        Period, such as ``"2026"``.
    users_served : int or None
        Users of the service in the period, where the body knows it.
    design : str
        One of `DESIGNS`; only an invited census or a random sample has a response rate.
    series_break : str or None
        Reason why this wave must not be compared with earlier ones.
    weights_ignored : bool
        The data came with weights, which a tally does not use.
    """

    label: str
    questionnaire: Questionnaire
    tally: Tally
    users_served: int | None = None
    design: str = "open_link"
    series_break: str | None = None
    weights_ignored: bool = False

    def __post_init__(self) -> None:
        if self.design not in DESIGNS:
            raise ValueError(f"design is one of {', '.join(DESIGNS)}, not {self.design!r}")
        if self.users_served is not None and self.users_served <= 0:
            raise ValueError(f"users served must be positive, not {self.users_served}")
        if self.tally.layout != layout_of(self.questionnaire):
            raise ValueError(f"the tally of wave {self.label!r} belongs to another questionnaire")

    @property
    def forms(self) -> int:
        """Forms received, also those without a valid answer."""
        return int(self.tally.questionnaires.sum())

    @property
    def respondents(self) -> int:
        """Forms with at least one valid index item."""
        return int(self.tally.respondents[:, 0].sum())

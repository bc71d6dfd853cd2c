"""Bodies that differ in one hidden count, and otherwise in chance alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.checks import check_forms
from analysis.data import Questionnaire, Status, read_questionnaire, responses_from_columns
from analysis.history import ServiceHistory, body_years
from analysis.promises import PromisedStandard
from analysis.results import as_document
from analysis.tally import tally_responses
from analysis.wave import Wave
from tests.analysis.conftest import scale, text

Codes = NDArray[np.int16]
PROFILES: Mapping[str, int] = {"age_class": 3, "sex": 2, "access_channel": 3}
BLANK = int(Status.BLANK)


def questionnaire() -> Questionnaire:
    """Six items in two dimensions, importance of three, an overall question and the profile."""
    questions: list[dict[str, Any]] = [
        {"key": f"q{k}", "kind": "rating", "role": "item", "scale": "main", "text": text(f"q{k}"),
         "dimension": f"d{k % 2 + 1}", "allows": ["dk", "na"]}
        for k in range(6)
    ]  # fmt: skip
    questions.append({"key": "overall", "kind": "rating", "role": "overall", "scale": "main",
                      "text": text("overall")})  # fmt: skip
    questions += [
        {"key": f"i{k}", "kind": "rating", "role": "importance", "of": f"q{k}", "scale": "main",
         "text": text(f"i{k}")}
        for k in range(3)
    ]  # fmt: skip
    questions += [
        {"key": variable, "kind": "single_choice", "role": "profile", "variable": variable,
         "text": text(variable),
         "options": [{"code": code, "label": text(str(code))} for code in range(1, options + 1)]}
        for variable, options in PROFILES.items()
    ]  # fmt: skip
    return read_questionnaire({
        "format": "gradimento/questionnaire/1", "id": "worlds", "languages": ["it", "en"],
        "title": text("Mondi"),
        "dimensions": [{"key": key, "label": text(key)} for key in ("d1", "d2")],
        "scales": {"main": scale(1, 5)},
        "sections": [{"key": "all", "questions": questions}],
    })  # fmt: skip


ASKED = questionnaire()
ITEMS = len(ASKED.index_items)
RATED = len(ASKED.rated)


@dataclass
class Forms:
    """The forms of one wave, to be changed before they are counted."""

    ratings: Codes
    mode: NDArray[np.int8]
    profiles: dict[str, Codes]
    rng: np.random.Generator
    choices: dict[str, Any] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def wave(self, label: str) -> Wave:
        """Count them; where their order is not shuffled, no tally tells it."""
        columns = dict(zip([q.key for q in ASKED.rated], self.ratings.T, strict=True))
        responses = responses_from_columns(ASKED, {**columns, **self.profiles}, mode=self.mode)
        checks = replace(check_forms(ASKED, responses), left_out=self.left_out)
        tally = tally_responses(ASKED, responses)
        return Wave(label, ASKED, tally, checks=checks, **self.choices)


def forms(n: int, rng: np.random.Generator, *, spread: bool = True) -> Forms:
    """Answers by chance: no two items alike all through a form, ten of each class and more."""
    person = rng.normal(0, 0.6, (n, 1))
    ratings = np.clip(np.rint(3.4 + person + rng.normal(0, 0.8, (n, RATED))), 1, 5)
    ratings = ratings.astype(np.int16)
    if spread and n:
        ratings[:, 0] = np.where(ratings[:, 0] == ratings[:, 1], 6 - ratings[:, 1], ratings[:, 0])
        ratings[:, 0] = np.where(ratings[:, 0] == ratings[:, 1], 2, ratings[:, 0])
    profiles = {
        variable: (np.arange(n) % options + 1).astype(np.int16)
        for variable, options in PROFILES.items()
    }
    for codes in profiles.values():
        rng.shuffle(codes)
    return Forms(ratings, np.zeros(n, dtype=np.int8), profiles, rng)


def classes(sizes: Sequence[int], codes: Sequence[int], rng: np.random.Generator) -> Codes:
    """So many of each code, in random order."""
    found = np.repeat(np.array(codes, dtype=np.int16), sizes)
    rng.shuffle(found)
    return found


Change = Callable[[Forms, int], None]
PROMISES = (
    PromisedStandard("all", text("tutti"), "satisfied_share", 60.0),
    PromisedStandard("first", text("prima"), "satisfied_share", 60.0, question="q0"),
    PromisedStandard("mean", text("media"), "mean_index", 55.0, dimension="d1"),
)


def body(
    hidden: int, seed: int, *, now: Change | None = None, before: Change | None = None,
    sizes: tuple[int, int] = (100, 100), services: int = 3,
) -> dict[str, Any]:  # fmt: skip
    """Make the document of a body whose first service hides a count, in this wave or before."""
    rng = np.random.default_rng([hidden, seed])
    histories = []
    for place in range(services):
        waves = []
        for label, n, change in (("2025", sizes[0], before), ("2026", sizes[1], now)):
            made = forms(n if place == 0 else 100, rng)
            made.choices = {
                "users_served": 1000, "design": "census_invited", "standards": PROMISES,
            }  # fmt: skip
            if change is not None and place == 0:
                change(made, hidden)
            waves.append(made.wave(label))
        histories.append(ServiceHistory(f"s{place}", f"Servizio {place}", tuple(waves)))
    return as_document(body_years(histories))


def worlds(
    counts: Sequence[int] = range(1, 10), *, seeds: int = 6, **choices: Any
) -> dict[int, list[dict[str, Any]]]:
    """Documents by hidden count; those of one count differ in all answers."""
    return {hidden: [body(hidden, seed, **choices) for seed in range(seeds)] for hidden in counts}

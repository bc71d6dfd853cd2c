"""Waves whose questionnaire asks more than judgements: importance, expectations, special roles."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.context import ServiceContext
from analysis.data import Status, read_questionnaire, responses_from_columns
from analysis.indices import index_result
from analysis.parameters import Parameters
from analysis.publication import publication_class
from analysis.tally import tally_responses
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise
from tests.analysis.conftest import scale, text

Answers = NDArray[np.float64]


def document(
    questions: Sequence[Mapping[str, Any]],
    *,
    bounds: tuple[int, int] = (1, 5),
    dimensions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A questionnaire of rating questions on one scale, ``main``; ``other`` goes from 1 to 3."""
    return {
        "format": "gradimento/questionnaire/1", "id": "asking", "languages": ["it", "en"],
        "title": text("Prova"),
        "dimensions": [{"label": text(str(one["key"])), **one} for one in dimensions],
        "scales": {"main": scale(*bounds), "other": scale(1, 3)},
        "sections": [{"key": "all", "questions": [
            {"kind": "rating", "scale": "main", "role": "item", "text": text(one["key"]), **one}
            for one in questions
        ]}],
    }  # fmt: skip


def with_role(role: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """One question of a role about each item."""
    return [{"key": f"{key}_{role[:3]}", "role": role, "of": key} for key in keys]


def wave_of(asked: Mapping[str, Any], answers: Answers, **choices: Any) -> Wave:
    """A wave from codes, one row a form and one column a rated question; NaN is blank."""
    questionnaire = read_questionnaire(asked)
    codes = np.where(np.isnan(answers), int(Status.BLANK), answers).astype(np.int16)
    columns = dict(zip([q.key for q in questionnaire.rated], codes.T, strict=True))
    modes = np.zeros(len(answers), dtype=np.int8)
    responses = responses_from_columns(questionnaire, columns, mode=modes)
    tally = tally_responses(questionnaire, responses)
    return Wave(choices.pop("label", "2026"), questionnaire, tally, **choices)


def context_of(wave: Wave, *earlier: Wave, **choices: Any) -> ServiceContext:
    """What the parts of a wave are computed from."""
    parameters = Parameters(**choices)
    return ServiceContext(
        key="s", wave=wave, earlier=earlier, index=index_result(wave, parameters=parameters),
        publication=publication_class(wave.respondents, parameters=parameters), change=None,
        noise=WaveNoise(0.0, 0), parameters=parameters,
    )  # fmt: skip


def marks(n: int, columns: int, seed: int, *, blank: float = 0.0, common: float = 0.7) -> Answers:
    """Correlated marks on 1-5, each column a little better than the one before."""
    rng = np.random.default_rng(seed)
    latent = common * rng.normal(size=(n, 1)) + rng.normal(size=(n, columns)) * 0.8
    found = np.clip(np.rint(3.3 + latent + 0.15 * np.arange(columns)), 1, 5)
    found[rng.random(found.shape) < blank] = np.nan
    return found

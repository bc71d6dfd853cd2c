"""A small questionnaire and waves of it: to try the library, and for the examples of its docs."""

from collections.abc import Mapping

import numpy as np

from analysis.data import Questionnaire, read_questionnaire, responses_from_columns
from analysis.tally import tally_responses
from analysis.wave import Wave

_ITEMS = ("waiting", "courtesy", "clarity", "rooms")
_AGES = 3


def example_questionnaire() -> Questionnaire:
    """Return four items in two dimensions, an overall question and the age class.

    Returns
    -------
    Questionnaire
        Everything on a scale from 1 to 5.

    Examples
    --------
    >>> [item.key for item in example_questionnaire().index_items]
    ['waiting', 'courtesy', 'clarity', 'rooms']
    """
    rated = [_rated(key, "item", f"d{place // 2 + 1}") for place, key in enumerate(_ITEMS)]
    age = {
        "key": "age", "kind": "single_choice", "role": "profile", "variable": "age_class",
        "text": _text("age"),
        "options": [{"code": code, "label": _text(str(code))} for code in range(1, _AGES + 1)],
    }  # fmt: skip
    return read_questionnaire(
        {
            "format": "gradimento/questionnaire/1",
            "id": "example",
            "languages": ["it", "en"],
            "title": _text("Example"),
            "dimensions": [{"key": key, "label": _text(key)} for key in ("d1", "d2")],
            "scales": {
                "five": {
                    "codes": [{"code": code, "label": _text(str(code))} for code in range(1, 6)],
                    "polarity": "positive",
                    "satisfied": [4, 5],
                    "dissatisfied": [1, 2],
                }
            },
            "sections": [
                {"key": "all", "questions": [*rated, _rated("overall", "overall", None), age]}
            ],
        }
    )


def example_wave(label: str = "2026", *, n: int = 200, seed: int = 1, shift: float = 0.0) -> Wave:
    """Draw a wave of answers on the web and on paper.

    Parameters
    ----------
    label : str, optional
        Name of the wave.
    n : int, optional
        Forms.
    seed : int, optional
        The same seed gives the same answers.
    shift : float, optional
        Moves every answer by so many steps of the scale before it is rounded.

    Returns
    -------
    Wave

    Examples
    --------
    >>> wave = example_wave()
    >>> wave.label, wave.forms, wave.respondents
    ('2026', 200, 200)
    """
    questionnaire, rng = example_questionnaire(), np.random.default_rng(seed)
    person = rng.normal(3.6 + shift, 0.7, n)
    columns = {
        question.key: np.clip(np.rint(person + rng.normal(0, 0.6, n)), 1, 5).astype(np.int16)
        for question in questionnaire.rated
    }
    columns["age"] = rng.integers(1, _AGES + 1, n).astype(np.int16)
    modes = (2 * rng.integers(0, 2, n)).astype(np.int8)
    answers = responses_from_columns(questionnaire, columns, mode=modes)
    return Wave(label, questionnaire, tally_responses(questionnaire, answers))


def _text(text: str) -> Mapping[str, str]:
    return {"it": text, "en": text}


def _rated(key: str, role: str, dimension: str | None) -> Mapping[str, object]:
    question = {"key": key, "kind": "rating", "role": role, "scale": "five", "text": _text(key)}
    return question if dimension is None else {**question, "dimension": dimension}

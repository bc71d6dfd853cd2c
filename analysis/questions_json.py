"""The questions of a wave and their figures, as they stand in the results document."""

from collections.abc import Mapping
from typing import Any, Final

from analysis.data import STATUS_NAMES, Questionnaire, RatedQuestion
from analysis.estimates import Estimate, Share
from analysis.finite import Finite
from analysis.indices import ItemResult
from analysis.publication import Publication, suppress_line
from analysis.yearly import ProfileResult

BELOW: Final = "below_minimum"
TOO_FEW: Final = "too_few_answers"

# Looked up once: a member or its value, asked of the enumeration, costs as much as three fields.
_NOT_PUBLISHED: Final = Publication.NOT_PUBLISHED
_PUBLICATIONS: Final = {one: one.value for one in Publication}

Json = dict[str, Any]


def rating_json(found: ItemResult, printed: Mapping[str, Any], *, hidden: bool) -> Json:
    """Write a rated question and what was answered.

    Parameters
    ----------
    found : ItemResult
        The question in one wave.
    printed : mapping
        Its block of `printed_ratings`.
    hidden : bool
        Whether the wave has too few forms for anything to be told of them.

    Returns
    -------
    dict
        Counts and figures are None where too few people answered, with a reason.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import item_result
    >>> wave = example_wave()
    >>> found = item_result(wave.questionnaire, wave.tally, "waiting")
    >>> printed = printed_ratings(wave.questionnaire)["waiting"]
    >>> block = rating_json(found, printed, hidden=False)
    >>> block["key"], block["n"], block["counts"][0]
    ('waiting', 200, {'code': 1, 'n': 3})
    """
    index = found.index
    below = index.publication is _NOT_PUBLISHED
    return {
        **printed,
        "n": found.n,
        "statuses": None
        if hidden
        else {STATUS_NAMES[status]: count for status, count in found.statuses.items()},
        "counts": None
        if below
        else [{"code": code, "n": count} for code, count in found.counts.items()],
        "mean": {
            "value": None if below else found.mean,
            "se": None if below else found.mean_se,
            "sd": None if below else found.sd,
            "lower": None if below else found.mean_lower,
            "upper": None if below else found.mean_upper,
            "decimals": found.mean_decimals,
            "reason": _reason(index.reason, found.n, hidden=below),
        },
        "index": estimate_json(index),
        "satisfied": _share(found.satisfied),
        "dissatisfied": _share(found.dissatisfied),
        "flags": list(found.flags),
    }


def printed_ratings(questionnaire: Questionnaire) -> Mapping[str, Json]:
    """Write what the form prints of each rated question.

    Parameters
    ----------
    questionnaire : Questionnaire

    Returns
    -------
    mapping of str to dict
        By key of the question. Made once: text and scale are the same objects in every wave with
        this questionnaire, so nobody may change them in place.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> first, *_ = printed_ratings(example_questionnaire()).values()
    >>> first["number"], first["scale"]["codes"][0]["code"]
    (1, 1)
    """
    return questionnaire.kept.once(
        "printed_ratings", lambda: {one.key: _printed(one) for one in questionnaire.rated}
    )


def _printed(question: RatedQuestion) -> Json:
    scale = question.scale
    return {
        "key": question.key,
        "number": question.number,
        "role": question.role,
        "text": Finite(question.text),
        "dimension": question.dimension,
        "core": question.core,
        "of": question.of,
        "reversed": question.reversed,
        "scale": Finite(
            {
                "name": scale.name,
                "lower": scale.lower,
                "upper": scale.upper,
                "higher_is_better": question.higher_is_better,
                "codes": [{"code": c, "label": dict(scale.labels[c])} for c in scale.codes],
            }
        ),
    }


def profile_json(profile: ProfileResult, *, minimum: int) -> Json:
    """Write counts by option, with small ones hidden so that no subtraction gives them back.

    Parameters
    ----------
    profile : ProfileResult
        Answers to a question about the user in one wave.
    minimum : int
        People from whom on a count is told.

    Returns
    -------
    dict
        The question, its options and who chose none.

    Examples
    --------
    >>> from analysis.examples import example_questionnaire
    >>> question = example_questionnaire().profiles[0]
    >>> counts = dict.fromkeys(question.codes, 40)
    >>> profile_json(ProfileResult(question, counts, 3), minimum=10)["not_stated"]
    {'n': None, 'reason': 'below_minimum'}
    """
    codes = list(profile.counts)
    shown = suppress_line([*profile.counts.values(), profile.not_stated], minimum=minimum)
    question = profile.question
    options = [
        {
            "code": code,
            "label": dict(question.labels[code]),
            "n": n,
            "reason": None if n is not None else BELOW,
        }
        for code, n in zip(codes, shown[:-1], strict=True)
    ]
    return {
        "key": question.key,
        "variable": question.variable,
        "text": dict(question.text),
        "options": options,
        "not_stated": {"n": shown[-1], "reason": None if shown[-1] is not None else BELOW},
    }


def estimate_json(found: Estimate) -> Json:
    """Write a figure with its interval.

    Parameters
    ----------
    found : Estimate
        A mean or an index.

    Returns
    -------
    dict
        Numbers are None where too few people answered, with a reason.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> from analysis.indices import index_result
    >>> estimate_json(index_result(example_wave()).isu)["publication"]
    'full'
    """
    hidden = found.publication is _NOT_PUBLISHED
    return {
        "value": None if hidden else found.value,
        "se": None if hidden else found.se,
        "lower": None if hidden else found.lower,
        "upper": None if hidden else found.upper,
        "n": found.n,
        "publication": _PUBLICATIONS[found.publication],
        "decimals": found.decimals,
        "reason": _reason(found.reason, found.n, hidden=hidden),
    }


def _share(found: Share) -> Json:
    hidden = found.publication is _NOT_PUBLISHED
    return {
        "codes": list(found.codes),
        "count": None if hidden else found.count,
        "n": found.n,
        "value": None if hidden else found.value,
        "lower": None if hidden else found.lower,
        "upper": None if hidden else found.upper,
        "publication": _PUBLICATIONS[found.publication],
        "decimals": found.decimals,
        "as_count": found.n < 30,
        "reason": _reason(found.reason, found.n, hidden=hidden),
    }


def _reason(reason: str | None, n: float, *, hidden: bool) -> str | None:
    """Say of what is hidden no more than that: one respondent, or no variance, would be told."""
    if hidden and n and reason != TOO_FEW:
        return BELOW
    return reason or (BELOW if hidden else None)

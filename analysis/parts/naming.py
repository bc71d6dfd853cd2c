"""How a sentence names a question."""

from collections.abc import Mapping, Sequence

from analysis.data import RatedQuestion
from analysis.words import LANGUAGES


def pick(texts: Mapping[str, str], language: str) -> str:
    """Choose a text by language; where it is not there, the first one.

    Parameters
    ----------
    texts : mapping of str to str
        Text by language; may be empty.
    language : str
        Wanted.

    Returns
    -------
    str
        Empty where there is no text at all.

    Examples
    --------
    >>> pick({"it": "L'attesa", "en": "Waiting"}, "en"), pick({"it": "L'attesa"}, "en")
    ('Waiting', "L'attesa")
    """
    return texts.get(language) or next(iter(texts.values()), "")


def quoted(question: RatedQuestion, language: str) -> str:
    """Name a question by its number and its words, as they stand on the form.

    Parameters
    ----------
    question : RatedQuestion
        Its key stands for words that are not there.
    language : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    str
        In the quotation marks of the language.

    Examples
    --------
    >>> from analysis.data import read_questionnaire
    >>> asked = read_questionnaire({
    ...     "format": "gradimento/questionnaire/1", "id": "x", "title": {"it": "X"},
    ...     "scales": {"s": {"codes": [{"code": 0}, {"code": 1}]}},
    ...     "sections": [{"key": "a", "questions": [
    ...         {"key": "q", "kind": "rating", "role": "item", "scale": "s",
    ...          "text": {"it": "L'attesa"}}]}]}).rated[0]
    >>> quoted(asked, "it"), quoted(asked, "en")
    ("1 «L'attesa»", "1 “L'attesa”")
    """
    text = pick(question.text, language) or question.key
    return f"{question.number} “{text}”" if language == "en" else f"{question.number} «{text}»"


def listed(names: Sequence[str], language: str, *, others: int = 0) -> str:
    """Join names, and say how many more there are.

    Parameters
    ----------
    names : sequence of str
        In the order to say them.
    language : str
        ``"it"`` or ``"en"``.
    others : int, optional
        How many are not named.

    Returns
    -------
    str
        Empty with nothing to name.

    Raises
    ------
    ValueError
        If the language has no words.

    Examples
    --------
    >>> listed(["1", "2", "3"], "it"), listed(["1"], "en", others=2)
    ('1, 2 e 3', '1 and 2 more')
    >>> listed(["1", "2"], "it", others=1)
    "1, 2 e un'altra"
    """
    place = LANGUAGES.index(language)
    more = "un'altra" if others == 1 else f"altre {others}"
    last = [(more, f"{others} more")[place]] if others else []
    parts = [*names, *last]
    if len(parts) < 2:
        return "".join(parts)
    return (", ".join(parts[:-1])) + (" e ", " and ")[place] + parts[-1]

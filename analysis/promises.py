"""Standards of the service charter as a document: what is promised, and how it is measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from analysis.refusals import DocumentError

FORMAT = "gradimento/standards/1"
Kind = Literal["satisfied_share", "mean_index", "register_share"]
_KINDS: tuple[Kind, ...] = ("satisfied_share", "mean_index", "register_share")
_KEYS = frozenset(
    {"key", "service", "text", "indicator", "promised", "at_least", "minimum", "register"}
)
_INDICATOR = frozenset({"kind", "question", "dimension"})
_LANGUAGES = ("it", "en")


@dataclass(frozen=True, slots=True)
class PromisedStandard:
    """One promise of one service.

    Attributes
    ----------
    key : str
        Unique within the service.
    text : mapping of str to str
        The promise in words, by language.
    kind : str
        ``satisfied_share`` of a question, ``mean_index`` of the service, a dimension or a
        question, or ``register_share`` counted by the office itself.
    promised : float
        On 0-100: per cent, or points of the index. Shares lie strictly between.
    question, dimension : str or None
        What is measured; without either, the overall question (a share) or the whole index.
    at_least : bool
        False when less is better.
    minimum : float or None
        Level guaranteed by law or regulator, on 0-100; never proposed to be undercut.
    register : mapping of str to (int, int)
        Cases kept and cases in all, by wave; of a ``register_share`` only.
    """

    key: str
    text: Mapping[str, str]
    kind: Kind
    promised: float
    question: str | None = None
    dimension: str | None = None
    at_least: bool = True
    minimum: float | None = None
    register: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inside = 0 < self.promised < 100
        if not (inside or (self.kind == "mean_index" and 0 <= self.promised <= 100)):
            raise DocumentError("inside", "promised", found=self.promised)
        if self.minimum is not None and not 0 <= self.minimum <= 100:
            raise DocumentError("percent", "minimum", found=self.minimum)
        if self.question is not None and self.dimension is not None:
            raise DocumentError("not_both", "indicator")
        if self.kind != "mean_index" and self.dimension is not None:
            raise DocumentError("mean_index", "indicator.dimension")
        if (self.kind == "register_share") != bool(self.register):
            raise DocumentError("register", "register")
        for wave, (kept, cases) in self.register.items():
            if not 0 <= kept <= cases:
                raise DocumentError("impossible", f"register.{wave}", kept=kept, cases=cases)


def read_standards(document: object) -> dict[str, tuple[PromisedStandard, ...]]:
    """Read a document of standards (`standards.schema.json`).

    Parameters
    ----------
    document : object
        Parsed JSON.

    Returns
    -------
    dict
        Promises by service, in the order of the document.

    Raises
    ------
    ValueError
        Naming the place that is wrong.

    Examples
    --------
    >>> found = read_standards({"format": FORMAT, "standards": [
    ...     {"key": "satisfied", "service": "urp", "promised": 85,
    ...      "text": {"it": "Almeno 85 utenti soddisfatti su 100"},
    ...      "indicator": {"kind": "satisfied_share"}}]})
    >>> found["urp"][0].promised
    85.0
    """
    top = _object(document, "document")
    if top.get("format") != FORMAT:
        raise DocumentError("format", "format", expected=FORMAT, found=top.get("format"))
    listed = top.get("standards")
    if not isinstance(listed, list) or not listed:
        raise DocumentError("list_of_one", "standards")
    found: dict[str, tuple[PromisedStandard, ...]] = {}
    for place, entry in enumerate(listed):
        name = f"standards[{place}]"
        one = _object(entry, name)
        service = _text(one, "service", name)
        promise = _promise(one, name)
        if any(other.key == promise.key for other in found.get(service, ())):
            raise DocumentError("promise_twice", f"{name}.key", key=promise.key, service=service)
        found[service] = (*found.get(service, ()), promise)
    return found


def _promise(entry: Mapping[str, Any], place: str) -> PromisedStandard:
    _only(entry, _KEYS, place)
    indicator = _object(entry.get("indicator"), f"{place}.indicator")
    _only(indicator, _INDICATOR, f"{place}.indicator")
    kind = indicator.get("kind")
    known = next((one for one in _KINDS if one == kind), None)
    if known is None:
        raise DocumentError(
            "one_of", f"{place}.indicator.kind", known=", ".join(_KINDS), found=kind
        )
    at_least = entry.get("at_least", True)
    if not isinstance(at_least, bool):
        raise DocumentError("flag", f"{place}.at_least", found=at_least)
    minimum = entry.get("minimum")
    values = (
        _text(entry, "key", place),
        _words(entry.get("text"), f"{place}.text"),
        known,
        _number(entry.get("promised"), f"{place}.promised"),
    )
    try:
        return PromisedStandard(
            *values,
            question=_text(indicator, "question", place) if "question" in indicator else None,
            dimension=_text(indicator, "dimension", place) if "dimension" in indicator else None,
            at_least=at_least,
            minimum=None if minimum is None else _number(minimum, f"{place}.minimum"),
            register=_register(entry.get("register", {}), f"{place}.register"),
        )
    except DocumentError as error:
        raise (error if error.place.startswith(place) else error.within(place)) from error


def _register(value: object, place: str) -> dict[str, tuple[int, int]]:
    found = {}
    for wave, entry in _object(value, place).items():
        one = _object(entry, f"{place}.{wave}")
        _only(one, frozenset({"x", "n"}), f"{place}.{wave}")
        counts = one.get("x"), one.get("n")
        kept, cases = counts
        if not (_whole(kept) and _whole(cases)):
            raise DocumentError("x_and_n", f"{place}.{wave}", found=counts)
        found[str(wave)] = (int(str(kept)), int(str(cases)))
    return found


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: object, place: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise DocumentError("number", place, found=value)
    return float(value)


def _words(value: object, place: str) -> dict[str, str]:
    texts = _object(value, place)
    if not texts or any(not isinstance(t, str) or not t.strip() for t in texts.values()):
        raise DocumentError("texts", place, found=value)
    _only(texts, frozenset(_LANGUAGES), place)
    return {language: texts[language] for language in _LANGUAGES if language in texts}


def _only(entry: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    strange = sorted(set(entry) - known)
    if strange:
        raise DocumentError("strange", f"{place}.{strange[0]}")


def _object(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DocumentError("object", place, kind=type(value).__name__)
    return value


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DocumentError("text", f"{place}.{key}", found=value)
    return value

"""What is told of a year beyond index and verdict: the words of each part, or why it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
#: the code of the document where answers to two questions cannot be put together
_COUNTS_ONLY = "no_pair_sums"


@dataclass(frozen=True, slots=True)
class Shifted:
    """A question against the survey before: shares of satisfied answers in percent."""

    question: str
    n: tuple[int, int]
    satisfied: Json | None
    #: "up", "down", or None where it did not move
    moved: str | None


@dataclass(frozen=True, slots=True)
class Coherent:
    """How far the questions of one dimension, or of the whole index, hang together."""

    #: name of the dimension; None for the whole index
    name: str | None
    n: int
    alpha: Json
    words: str


@dataclass(frozen=True, slots=True)
class Detail:
    """The detail of a published wave in one language."""

    wave: Json
    language: str

    def said(self, *parts: str) -> list[str]:
        """Return the sentences of these parts."""
        block = self.wave["detail"]
        return [line for part in parts for line in block[part]["words"][self.language]]

    def why(self, part: str) -> str:
        """Say why a part has no figure; "" where it has one."""
        from analysis.reasons import why

        code = self.wave["detail"][part].get("reason")
        return why(code, self.language, part=part) if code else ""

    @property
    def is_counts_only(self) -> bool:
        """Tell whether counts alone are known of this survey: no form, no class of users."""
        return any(
            block.get("reason") == _COUNTS_ONLY
            for name, block in self.wave["detail"].items()
            if name != "where"
        )

    @property
    def compares_counts(self) -> bool:
        """Tell whether this survey or the one before is known as counts alone."""
        return _COUNTS_ONLY in self.wave["change"]["reasons"]

    @property
    def shifts(self) -> Sequence[Shifted]:
        """Return the questions of a changed service against the survey before."""
        texts = _texts(self.wave, self.language)
        return [
            Shifted(texts[one["key"]], tuple(one["n"]), one["satisfied"], one["moved"])
            for one in self.wave["detail"]["where"]["items"]
        ]

    @property
    def before(self) -> str | None:
        found: str | None = self.wave["detail"]["where"]["before"]
        return found

    @property
    def coherence(self) -> Sequence[Coherent]:
        block = self.wave["detail"]["coherence"]
        names = {one["key"]: one["label"] for one in self.wave["dimensions"]}
        return [
            self._coherent(one, names.get(one["key"]))
            for one in (*block["dimensions"], block["whole"])
        ]

    def _coherent(self, one: Json, label: Json | None) -> Coherent:
        from analysis.reasons import why

        alpha = one["alpha"]
        name = None if one["key"] is None else _pick(label, self.language) or one["key"]
        words = (
            alpha["label"][self.language]
            if alpha["label"]
            else why(alpha["reason"], self.language, part="coherence")
        )
        return Coherent(name, one["n"], alpha, words)


def detail_of(wave: Json | None, language: str) -> Detail | None:
    """Return the detail of a wave; None where it is not published or was before there was any."""
    return Detail(wave, language) if wave is not None and wave.get("detail") else None


@dataclass(frozen=True, slots=True)
class Marked:
    """A question that the exploratory table marks."""

    service: str
    question: str
    n: tuple[int, int]
    up: bool


@dataclass(frozen=True, slots=True)
class BodyDetail:
    """The detail of a body's year in one language."""

    document: Json
    language: str

    @property
    def _year(self) -> Json:
        found: Json = self.document["years"][-1]["detail"]
        return found

    @property
    def compared(self) -> list[str]:
        """Return what the comparison of the services says; nothing with fewer than ten."""
        found = self._year["comparison"]
        return [] if found["reason"] else list(found["words"][self.language])

    @property
    def screened(self) -> list[str]:
        """Return what the exploratory table says; nothing where no question could be tried."""
        found = self._year["screening"]
        return list(found["words"][self.language]) if found["tests"] else []

    @property
    def marked(self) -> Sequence[Marked]:
        return list(self._marked())

    def _marked(self) -> Iterator[Marked]:
        services = {one["service"]: one for one in self.document["services"]}
        for cell in self._year["screening"]["cells"]:
            if cell["marked"]:
                service = services[cell["service"]]
                texts = _texts(service["waves"][-1], self.language)
                up = cell["superiority"] > 0.5
                yield Marked(service["name"], texts[cell["key"]], tuple(cell["n"]), up)


def body_detail_of(document: Json | None, language: str) -> BodyDetail | None:
    """Return the detail of a body; None for a single service or a document from before."""
    if document is None or not document["years"][-1].get("detail"):
        return None
    return BodyDetail(document, language)


def _texts(wave: Json, language: str) -> dict[str, str]:
    """Name the questions of the index as the tables of the page do."""
    return {
        item["key"]: f"{item['number']}. {_pick(item['text'], language)}" for item in wave["items"]
    }


def _pick(texts: Mapping[str, str] | None, language: str) -> str:
    if not texts:
        return ""
    return texts.get(language) or next(iter(texts.values()))

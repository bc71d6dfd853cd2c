"""Synthetic waves as the files a body would have: questionnaire, answers, and the truth apart."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analysis.data import MODES, Status
from analysis.form import FORMAT
from analysis.simulate.bodies import simulate_body
from analysis.simulate.design import SPECIFICATION, Choice, Design, Rating
from analysis.simulate.scenarios import SCENARIOS
from analysis.simulate.waves import SimulatedWave

TRUTH_FORMAT = "gradimento/truth/1"
_CELLS = {Status.DK: "NS", Status.NA: "NP", Status.BLANK: "", Status.INVALID: "?"}
_FIRST_YEAR = 2022
Document = dict[str, Any]


def _text(italian: str, english: str) -> dict[str, str]:
    return {"it": italian, "en": english}


def document_of(design: Design = SPECIFICATION) -> Document:
    """Write the questionnaire of a design (docs/questionnaire-format.md).

    Parameters
    ----------
    design : Design, optional
        Its ratings must share the codes of one scale.

    Returns
    -------
    dict
        A complete document in Italian and English.

    Raises
    ------
    ValueError
        If two ratings have different codes.

    Examples
    --------
    >>> document_of()["format"]
    'gradimento/questionnaire/1'
    """
    codes = sorted(design.items[0].codes)
    if any(sorted(rating.codes) != codes for rating in design.ratings):
        raise ValueError("a design with several scales has its own questionnaire document")
    items = [
        _rating(item, "item", number, dimension=item.dimension)
        for number, item in enumerate(design.items, start=1)
    ]
    importance = [
        _rating(rating, "importance", number, of=item.key)
        for number, (rating, item) in enumerate(
            zip(design.importance, design.items, strict=False), start=1
        )
    ]
    overall = [_rating(design.overall, "overall", 0)] if design.overall else []
    sections = {"service": [*items, *overall], "importance": importance, "you": _profiles(design)}
    return {
        "format": FORMAT,
        "id": "simulated",
        "purpose": "satisfaction",
        "languages": ["it", "en"],
        "title": _text("Indagine simulata", "Simulated survey"),
        "dimensions": [
            {"key": key, "label": _text(f"Dimensione {n}", f"Dimension {n}")}
            for n, key in enumerate(design.dimensions, start=1)
        ],
        "scales": {"marks": _scale(codes, falling=design.items[0].codes[0] > codes[0])},
        "sections": [{"key": key, "questions": some} for key, some in sections.items() if some],
    }


def _scale(codes: list[int], *, falling: bool) -> Document:
    best = codes[::-1] if falling else codes
    half = max(1, len(codes) * 2 // 5)
    return {
        "codes": [{"code": code, "label": _text(str(code), str(code))} for code in codes],
        "polarity": "negative" if falling else "positive",
        "satisfied": sorted(best[-half:]),
        "dissatisfied": sorted(best[:half]),
    }


def _rating(rating: Rating, role: str, number: int, **links: str) -> Document:
    names = {
        "item": (f"Aspetto {number}", f"Aspect {number}"),
        "importance": (f"Importanza dell'aspetto {number}", f"Importance of aspect {number}"),
        "overall": ("Giudizio complessivo", "Overall judgement"),
    }
    allows = [name for name, chance in (("dk", rating.dk), ("na", rating.na)) if chance]
    question = {
        "key": rating.key,
        "kind": "rating",
        "role": role,
        "scale": "marks",
        "text": _text(*names[role]),
    }
    return question | ({"allows": allows} if allows else {}) | {k: v for k, v in links.items() if v}


def _profiles(design: Design) -> list[Document]:
    known = [
        (design.age_key, "age_class", _text("Età", "Age"), design.age_codes),
        (design.sex_key, "sex", _text("Sesso", "Sex"), design.sex_codes),
    ]
    asked = [_profile(*one) for one in known if one[0]]
    return asked + [_choice(choice) for choice in design.choices]


def _profile(key: str, variable: str, text: dict[str, str], codes: tuple[int, ...]) -> Document:
    options = [{"code": code, "label": _text(f"Classe {code}", f"Class {code}")} for code in codes]
    return {
        "key": key, "kind": "single_choice", "role": "profile", "variable": variable,
        "text": text, "options": options,
    }  # fmt: skip


def _choice(choice: Choice) -> Document:
    question = _profile(choice.key, "", _text(choice.key, choice.key), choice.codes)
    del question["variable"]
    return question | {"role": "other"}


def write_answers(wave: SimulatedWave, path: Path) -> None:
    """Write one wave as an answers file."""
    cells = {
        key: [_CELLS[Status(code)] if code < 0 else str(code) for code in column.tolist()]
        for key, column in wave.columns.items()
    }
    modes = [MODES[place] for place in wave.mode.tolist()]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*cells, "mode"])
        writer.writerows(zip(*cells.values(), modes, strict=True))


def write_scenario(
    out: Path,
    scenario: str,
    *,
    seed: int,
    services: int = 40,
    years: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Write a synthetic body: questionnaire.json, one CSV a wave, truth.json.

    Parameters
    ----------
    out : Path
        Folder, made where it is missing.
    scenario : str
        Key of `SCENARIOS`.
    seed : int
        The same seed gives the same bytes.
    services, years : int, optional
        Size of the body.
    progress : callable, optional
        Called with waves written and waves in all.

    Returns
    -------
    list of str
        What to give ``run`` after ``--wave``, such as ``servizio01/2022=servizio01-2022.csv``.
    """
    out.mkdir(parents=True, exist_ok=True)
    _write_json(out / "questionnaire.json", document_of())
    arguments, truths = [], []
    body = simulate_body(
        np.random.default_rng(seed), SCENARIOS[scenario], services=services, years=years
    )
    for count, one in enumerate(body, start=1):
        service, year = f"servizio{one.truth.service + 1:02d}", _FIRST_YEAR + one.truth.year
        name = f"{service}-{year}.csv"
        write_answers(one.wave, out / name)
        arguments.append(f"{service}/{year}={name}")
        truths.append(
            {
                "service": service,
                "wave": str(year),
                "file": name,
                "true_index": one.truth.true_index,
                "changed": one.truth.changed,
                "users": one.wave.users,
                "forms": one.wave.forms,
                "duplicates": int(one.wave.duplicate.sum()),
                "straightliners": int(one.wave.straightline.sum()),
            }
        )
        if progress is not None:
            progress(count, services * years)
    _write_json(
        out / "truth.json",
        {
            "format": TRUTH_FORMAT,
            "scenario": scenario,
            "what": SCENARIOS[scenario].what,
            "seed": seed,
            "waves": truths,
        },
    )
    return arguments


def _write_json(path: Path, document: Document) -> None:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")

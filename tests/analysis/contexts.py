"""What a part of the detail is computed from, made of waves alone."""

import json
from pathlib import Path
from typing import Any

import jsonschema

import analysis
from analysis.context import ServiceContext
from analysis.csv_in import read_answers
from analysis.data import read_questionnaire
from analysis.gate import excluded_items
from analysis.indices import index_result
from analysis.parameters import Parameters
from analysis.publication import publication_class
from analysis.tally import tally_responses
from analysis.wave import Wave
from analysis.wave_noise import WaveNoise

REFERENCE = Path(__file__).parent.parent / "reference"
SCHEMA = json.loads((Path(analysis.__file__).parent / "results.schema.json").read_text("utf-8"))


def context_of(wave: Wave, *earlier: Wave, parameters: Parameters | None = None) -> ServiceContext:
    """A service with this wave, and those before it, oldest first."""
    chosen = parameters or Parameters()
    excluded = excluded_items(earlier[-1] if earlier else None)
    return ServiceContext(
        key="urp",
        wave=wave,
        earlier=earlier,
        index=index_result(wave, excluded=excluded, parameters=chosen),
        publication=publication_class(wave.respondents, parameters=chosen),
        change=None,
        noise=WaveNoise(0.0, 0),
        parameters=chosen,
    )


def somerville(**choices: Any) -> Wave:
    """The 143 real forms of the reference folder."""
    document = json.loads((REFERENCE / "somerville_questionnaire.json").read_text("utf-8"))
    questionnaire = read_questionnaire(document)
    answers = read_answers(REFERENCE / "somerville_2015.csv", questionnaire)
    return Wave("2015", questionnaire, tally_responses(questionnaire, answers), **choices)


def check_block(definition: str, block: Any) -> None:
    """The block is what the schema promises, and plain JSON."""
    assert json.loads(json.dumps(block, allow_nan=False)) == block
    schema = {"$ref": f"#/$defs/{definition}", "$defs": SCHEMA["$defs"]}
    # the schema itself has its own test, which takes longer than all blocks together
    jsonschema.Draft202012Validator(schema).validate(block)

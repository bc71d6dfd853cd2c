import pytest

from survey.desk.keys import key_caps
from survey.questionnaire.face import show
from survey.questionnaire.kinds import KINDS
from survey.questionnaire.parsing import parse
from tests.factories import DEFINITIONS, document


def questions(name):
    definition = parse(document(name))
    return show(definition, definition.languages[0]).questions


def caps(name):
    return key_caps(next(q for q in questions(name) if q.options))


def test_box_is_keyed_by_its_printed_code():
    assert caps("scale-verbal4") == {"1": "1", "2": "2", "3": "3", "4": "4", "?": "/"}


def test_ten_is_nought_where_the_scale_begins_at_one():
    assert caps("scale-numeric10")["10"] == "0"


def test_ten_is_a_star_where_nought_is_a_box():
    found = caps("scale-numeric0-10")
    assert (found["0"], found["1"], found["10"]) == ("0", "1", "*")


def test_aside_boxes_have_letters_only_where_they_are_offered():
    hours, _, overall, *_ = questions("small")
    assert key_caps(hours)["NS"] == "N"
    assert key_caps(hours)["NP"] == "P"
    assert "NS" not in key_caps(overall)


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.json")), ids=lambda path: path.stem)
def test_no_two_boxes_of_a_question_share_a_key(path):
    for question in questions(path.stem):
        found = key_caps(question)
        assert len(set(found.values())) == len(found)
        assert {option.cell for option in question.options + question.aside} <= set(found)


def test_every_kind_has_a_keying_template(app):
    names = {f"questionnaire/kinds/{kind.value}/key.html" for kind in KINDS}
    assert names <= set(app.jinja_env.list_templates())

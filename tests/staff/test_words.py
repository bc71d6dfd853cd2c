import re
from pathlib import Path

import survey
from survey.desk.second_queries import CORRECTED, MOVED, SETTLED
from survey.models import Role
from survey.staff.words import DEEDS, EXPLANATIONS, ROLES


def test_every_role_has_its_words():
    assert set(ROLES) == set(EXPLANATIONS) == set(Role)


def test_every_action_written_in_the_register_has_its_words():
    sources = [path.read_text("utf-8") for path in Path(survey.__path__[0]).rglob("*.py")]
    written = {found for text in sources for found in re.findall(r'action="([a-z:]+)"', text)}
    assert "response:import" in written
    assert written | {CORRECTED, SETTLED, MOVED} <= set(DEEDS)

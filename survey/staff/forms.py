"""Forms of the room; every sentence is ours, so that no language falls back to English."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp

from survey.fields import SelectChoice
from survey.models import Area, PublicBody, Role, Service
from survey.staff.passwords import MINIMUM_LENGTH
from survey.staff.words import EXPLANATIONS, ROLES

EMAIL_PATTERN = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$"
_LONGEST = 200
_REQUIRED = _l("Compila questo campo.")
_TOO_LONG = Length(max=_LONGEST, message=_l("Al massimo %(max)d caratteri."))
_WHOLE_BODY = "body"


class SignInForm(FlaskForm):
    email = StringField(_l("Indirizzo e-mail"), [InputRequired(_REQUIRED), _TOO_LONG])
    password = PasswordField(_l("Password"), [InputRequired(_REQUIRED), _TOO_LONG])


class PasswordForm(FlaskForm):
    current = PasswordField(_l("Password attuale"), [InputRequired(_REQUIRED), _TOO_LONG])
    password = PasswordField(
        _l("Nuova password"),
        [
            InputRequired(_REQUIRED),
            Length(
                MINIMUM_LENGTH,
                _LONGEST,
                message=_l("La password deve avere da %(min)d a %(max)d caratteri."),
            ),
        ],
    )
    again = PasswordField(
        _l("Ripeti la nuova password"),
        [InputRequired(_REQUIRED), EqualTo("password", _l("Le due password sono diverse."))],
    )


class RoleForm(FlaskForm):
    """A role and how far it reaches."""

    role = SelectField(_l("Ruolo"), coerce=str)
    scope = SelectField(_l("Vale per"), coerce=str)

    def __init__(self, body: PublicBody, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(role.value, f"{ROLES[role]}: {EXPLANATIONS[role]}") for role in Role
        ]
        self._scopes: dict[str, Area | Service | None] = {_WHOLE_BODY: None}
        self._scopes |= {f"area-{area.id}": area for area in body.areas}
        self._scopes |= {f"service-{service.id}": service for service in body.services}
        self.scope.choices = [
            SelectChoice(value, _scope_label(scope)) for value, scope in self._scopes.items()
        ]

    def chosen_role(self) -> Role:
        return Role(self.role.data)

    def chosen_scope(self) -> Area | Service | None:
        return self._scopes[self.scope.data]


class PersonForm(RoleForm):
    name = StringField(_l("Nome e cognome"), [InputRequired(_REQUIRED), _TOO_LONG])
    email = StringField(
        _l("Indirizzo e-mail"),
        [
            InputRequired(_REQUIRED),
            _TOO_LONG,
            Regexp(EMAIL_PATTERN, message=_l("Scrivi un indirizzo come nome@ente.it.")),
        ],
    )


def own_path(target: str | None) -> str | None:
    """Return the target when it is a path of this site, else None: nobody is sent elsewhere."""
    if not target or not target.startswith("/") or not target.isprintable():
        return None
    parts = urlsplit(target)
    # a browser reads a backslash as a slash, and two slashes as another site
    if parts.scheme or parts.netloc or target[1:2] in ("/", "\\"):
        return None
    return target


def _scope_label(scope: Area | Service | None) -> str:
    if scope is None:
        return str(_l("tutto l'ente"))
    kind = _l("settore") if isinstance(scope, Area) else _l("servizio")
    return f"{kind}: {scope.name}"

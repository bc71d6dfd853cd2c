"""Settings of one installation; the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"


class SettingsError(RuntimeError):
    """A setting is missing or makes no sense: the program must not start."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a running installation needs to know."""

    secret_key: str
    database_url: str
    #: address that QR codes and posters carry, without a final slash
    public_url: str = DEFAULT_PUBLIC_URL
    #: keys that still open what they signed, newest first
    secret_key_fallbacks: tuple[str, ...] = ()
    #: whether cookies travel over HTTPS only
    secure_cookies: bool = True
    #: number of reverse proxies whose forwarded headers are believed
    trusted_proxies: int = 0
    #: an ordinary password hash, or the cheapest one for tests
    cheap_passwords: bool = False


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; a missing one fails now, not at noon."""
    env = os.environ if environ is None else environ
    return Settings(
        secret_key=_secret(env),
        database_url=database_url(env),
        public_url=env.get("SURVEY_PUBLIC_URL", DEFAULT_PUBLIC_URL).rstrip("/"),
        secret_key_fallbacks=tuple(env.get("SURVEY_SECRET_KEY_FALLBACKS", "").split()),
        secure_cookies=_flag(env, "SURVEY_SECURE_COOKIES", default=True),
        trusted_proxies=_whole(env, "SURVEY_TRUSTED_PROXIES"),
    )


def database_url(environ: Mapping[str, str] | None = None) -> str:
    """Read only the database address: its upkeep needs no secret key."""
    return _from_here(_required(os.environ if environ is None else environ, "SURVEY_DATABASE_URL"))


def _from_here(url: str) -> str:
    """Settle where a SQLite file lies: from the folder of the command, for all its parts.

    Left relative, the command would look for it there and the application in a folder of its own.
    """
    scheme, found, name = url.partition(":///")
    is_file = scheme.partition("+")[0] == "sqlite" and name and not name.startswith((":", "file:"))
    return f"{scheme}{found}{Path.cwd() / name}" if is_file else url


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise SettingsError(f"Manca l'impostazione {name}.")
    return value


def _secret(env: Mapping[str, str]) -> str:
    path = env.get("SURVEY_SECRET_KEY_FILE")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"SURVEY_SECRET_KEY_FILE non si legge: {error}") from error
    else:
        value = _required(env, "SURVEY_SECRET_KEY")
    if len(value) < 32:
        raise SettingsError("La chiave segreta deve avere almeno 32 caratteri.")
    return value


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name, "").strip().lower()
    if value not in ("", "0", "1"):
        raise SettingsError(f"{name} vale 0 oppure 1.")
    return default if not value else value == "1"


def _whole(env: Mapping[str, str], name: str) -> int:
    value = env.get(name, "0").strip()
    if not value.isdigit():
        raise SettingsError(f"{name} deve essere un numero intero.")
    return int(value)

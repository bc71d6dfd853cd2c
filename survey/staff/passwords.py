"""How passwords are hashed, checked and made."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

MINIMUM_LENGTH = 12
#: no letter or figure that is mistaken for another when read aloud or copied from paper
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS = 4


@cache
def password_hasher(*, cheap: bool = False) -> PasswordHasher:
    """Return the hasher of the installation; the cheap one is for tests alone."""
    return PasswordHasher.from_parameters(CHEAPEST if cheap else RFC_9106_LOW_MEMORY)


def password_matches(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def generate_password() -> str:
    """Make a password of 79 random bits that can be read aloud: ``k7dm-2hqp-x9tf-w4rn``."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(_GROUPS))
    return "-".join(groups)

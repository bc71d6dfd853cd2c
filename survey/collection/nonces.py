"""The single-use number that a public form carries: one page, one response.

It is signed, so nobody can make one, and bound to its wave. What is kept of a used one is a digest
that tells nothing of who, where or when.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadSignature, TimestampSigner

from survey.collection import clock

LIFETIME = 24 * 60 * 60
#: clocks of two servers may differ this much
_SKEW = 60
_FRESH, _AGAIN = "n", "r"
_SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Nonce:
    """A nonce that we signed for this wave."""

    token: str
    #: what is stored when it is used
    digest: bytes
    #: seconds since the page was made
    age: int
    #: handed out in the place of an expired one: its age says nothing of the time taken
    again: bool

    @property
    def has_expired(self) -> bool:
        return not -_SKEW <= self.age <= LIFETIME


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.seconds())


class Nonces:
    """Makes and reads nonces under the installation's keys, oldest first, the last one signing."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._signer = _Signer(
            list(keys),
            salt="gradimento.collection.nonce",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )

    def issue(self, wave_id: int, *, again: bool = False) -> str:
        kind = _AGAIN if again else _FRESH
        value = _SEPARATOR.join((str(wave_id), kind, secrets.token_hex(12)))
        return self._signer.sign(value).decode()

    def read(self, wave_id: int, token: str) -> Nonce | None:
        """Return the nonce, expired or not; None for one that we did not make for this wave."""
        try:
            value, made = self._signer.unsign(token, return_timestamp=True)
        except (BadSignature, ValueError):
            return None
        wave, kind, drawn = value.decode().split(_SEPARATOR)
        if wave != str(wave_id):
            return None
        age = int(clock.seconds() - made.timestamp())
        digest = hashlib.blake2b(f"{wave}{drawn}".encode(), digest_size=16).digest()
        return Nonce(token, digest, age, kind == _AGAIN)

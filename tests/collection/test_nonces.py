"""Nonces, the clock behind them, and the store of kept things."""

from __future__ import annotations

import datetime as dt

import pytest

from survey.collection import clock
from survey.collection.kept import Kept
from survey.collection.nonces import LIFETIME, Nonces

OLD, NEW = "an old key, long enough to sign with", "a new key, long enough to sign with"


def test_a_nonce_is_read_back_for_its_wave_alone() -> None:
    nonces = Nonces([NEW])
    token = nonces.issue(7)
    read = nonces.read(7, token)
    assert read is not None
    assert (len(read.digest), read.token, read.again) == (16, token, False)
    assert nonces.read(8, token) is None


def test_every_nonce_has_a_digest_of_its_own() -> None:
    nonces = Nonces([NEW])
    read = [nonces.read(1, nonces.issue(1)) for _ in range(500)]
    assert len({nonce.digest for nonce in read if nonce}) == 500


@pytest.mark.parametrize(
    "damage",
    [
        lambda token: token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:],
        lambda token: "9" + token,
        lambda token: token.replace("~n~", "~r~"),
        lambda token: token.rsplit(".", 1)[0],
        lambda token: token.upper(),
        lambda token: "",
        lambda token: "....",
        lambda token: "é\x00\ud800".encode("utf-8", "replace").decode(),
        lambda token: token * 1000,
    ],
)
def test_a_forged_nonce_is_not_ours(damage: object) -> None:
    nonces = Nonces([NEW])
    assert callable(damage)
    assert nonces.read(1, damage(nonces.issue(1))) is None


def test_a_nonce_survives_the_rotation_of_the_key_and_then_no_more() -> None:
    token = Nonces([OLD]).issue(1)
    assert Nonces([OLD, NEW]).read(1, token) is not None
    assert Nonces([NEW]).read(1, token) is None
    assert Nonces([NEW]).read(1, Nonces([OLD, NEW]).issue(1)) is not None


def test_a_nonce_lasts_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    nonces, start = Nonces([NEW]), 1_800_000_000
    monkeypatch.setattr(clock, "seconds", lambda: start)
    token = nonces.issue(1)
    for age, expired in ((LIFETIME, False), (LIFETIME + 1, True), (-60, False), (-61, True)):
        monkeypatch.setattr(clock, "seconds", lambda age=age: start + age)
        read = nonces.read(1, token)
        assert read is not None
        assert (read.age, read.has_expired) == (age, expired)


def test_the_day_begins_at_midnight_in_italy(monkeypatch: pytest.MonkeyPatch) -> None:
    late_in_greenwich = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC).timestamp()
    monkeypatch.setattr(clock, "seconds", lambda: late_in_greenwich)
    assert clock.today() == dt.date(2026, 7, 2)


def test_what_is_kept_is_made_once_and_the_least_used_goes_first() -> None:
    kept: Kept[str, str] = Kept(2)
    made: list[str] = []

    def get(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key.upper())

    assert [get(key) for key in "abacab"] == list("ABACAB")
    # b went when c came, since a had been used after it; then c stayed and a was there still
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2

"""Tallies survive storage, in every version there was, and nothing else is taken for one."""

import base64
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.data import Responses
from analysis.examples import example_questionnaire
from analysis.packing import pack, plain
from analysis.stored import restore, store
from analysis.tally import Tally, tally_responses
from tests.analysis.test_tally import tally_of

Make = Callable[..., Any]

#: The four forms of `four_forms`, written by the programs that stored these versions.
VERSION_1 = (
    "M^aQlOiWoZA{hVxc3ObSc%1E+U2obj6o&IfAQ=)|aKpu<;9gZV7oqJo@mCU5Ws70aLc$!U6GHs=9-r_rg6K*cX*Y"
    "f@PU7R&ua9E|<a{zUZ9{&tC}x~Yy$wmDbzTa%C7Y1&NU%60(;x`RpC}PYwg?IJX-MYDGn@K!LhtDVeVpFiK|Ul=n"
    "&LGPY>79q4;R5pMgx$|W)zHm<RurZSU2F5Mm!PM8coiPc%CndkK5$Wj90>c8y&S-nWl6erN!QAChe0Y%Zen=3i<e"
    "V%dcjY-7B8Ylav*^y@?jAGGDMKcqoNjOMp{@+m=v|tfGXo7`9cGyoH2_zQcG(1cBU<OcYX<Wa1lKp$_kndcItj7m"
    "x+d%hi*#I1zmT)jbMNbet8dJd0V)64jON7hBh7d#HNO=BQ7xU-;h|pL&z8Rrl|b6#|}GCYO6^R0%E=SJgJ#Y7$*L"
    "MSrz<+OBtAB|jVd)=JK2y)3>)`=(|C=&xcNFeUq>sT-DM8yHO6c1+AQUYkOpcn9(=tp~&c>H+Bk^`KBF6bgkxp=c"
    "Dtz~dE!-KlEdbR5fZT({-Ac<5@kjdmMzx8v^Uc0B3bjJrL@?v8Hk&m+wJ@1-ad3dI#1j--vqJ_7vczH1y5ro%|XZ"
    "1f}AMdVrCYDv%q{V>-bbUXdQu;&i&U!mjLRtIy(<9}7}q1kF_(gy-|9Gk<THXLHWj#{&^&kFj5ZLKf)1>?r=$^"
)
VERSION_2 = (
    "M^aQlOiWoa_89;GW^%6Gc%1E+-*4J55XYTgKq92@zzYvUU|w1^JV5DI@vkJP%7&rQLc$!UD?<G5J3Bx~7+q;2?Zq"
    "EOPJH*x-Px8vmsbs;Eq*5coKQUNZE@&t;*`N7-g=n&jLbbebzKkt_5&6~OAk9E$HR-@g-l1z*tvHm&cpQX4(uNG!"
    "%*A<MpoisK7t#gDREqo&1Mb+`Vps;kz`Xrq|m1UyEf4HJP?iJRr2{T@e84u@ZW)QZIp(gv+%>@5NgK52P+aKK^!G"
    "~`}fPwvU2yD#)}{%$^LBoCCP#>$rEf!!q?)8)DUflogQBM0VQ)dR$lTB49x!y?}Nd0VIR|k5&A@48TGk3h}a|C-A"
    "AaUm-~5;<kWxf^d8_Us*-1)l7ejP^v1a?P9s)uPehc_-oK=Ax;{_!6;y?EnGQ0o<7iGwA%!~A{Un=mwn^qW%TZ2o"
    "*yU5r2-fl~bN@<7!r+J^zPH6dnczZkS#7hO!a<6ns&I*+G&N1bG%d@pEKNh2R<9fNy0G00?e5KRY!8OEjcmI+u-j"
    "c>Q&q%YMhGsXpq$g^zs%osmz`J1&t86SCFfZ$i?7kXYgz%yo2W-L&cUcDs;<{mF=(}#sR>)<wMitB53v8mE(`)4C"
    "=Y@bP#z=_i9{liNF<eV+D|LRep)~F(;DxmRo+j7?RMDg-->>^X`8iXe^C3<7q<Vs6p2J4xq@R$T8Zp4h!2q;018w"
    "1Crqu<k7yU+y}E92L=+KE*jnvoqt))%R$KflG_0E55VpMi&+0u+4FmBwFbGFJ?Q~G5BL?9pO)LAXpj<fC@{<1m7;"
    "_Y+"
)
DIGEST = "29073746469263cbc5cc4751c78436884ac80f5cdc0b4668ce46d6701f3d8602"


def test_a_stored_tally_comes_back_equal(make_questionnaire: Make, draw: Make) -> None:
    questionnaire = make_questionnaire()
    tally = tally_of(questionnaire, draw(questionnaire, 400, seed=3))

    stored = tally.to_bytes()

    assert Tally.from_bytes(stored) == tally
    assert hash(Tally.from_bytes(stored)) == hash(tally)
    assert len(stored) < 30_000


def test_every_table_comes_back_as_whole_numbers_of_64_bits() -> None:
    tally = four_forms([0, 0, 1, 2])
    back = Tally.from_bytes(tally.to_bytes())

    for name, table in tally._tables().items():
        found = getattr(back, name)
        assert found.dtype == np.int64, name
        assert np.array_equal(found, table), name


def test_a_tally_of_no_form_is_stored_as_well() -> None:
    nobody = four_forms([0, 0, 1, 2], forms=0)

    assert Tally.from_bytes(nobody.to_bytes()) == nobody


def test_a_tally_stored_in_the_second_version_is_still_read() -> None:
    tally = four_forms([0, 0, 1, 2])

    found = Tally.from_bytes(base64.b85decode(VERSION_2))

    assert found == tally
    assert found.digest() == tally.digest() == DIGEST


def test_a_tally_stored_before_clusters_were_counted_is_of_forms_that_stand_alone() -> None:
    clustered = four_forms([0, 0, 1, 2])

    found = Tally.from_bytes(base64.b85decode(VERSION_1))

    assert np.array_equal(found.group_pairs, clustered.group_pairs)
    assert not found.cluster_pairs.any()
    assert not found.cluster_shares.any()
    assert not found.cluster_extra.any()
    assert found.digest() == DIGEST


@pytest.mark.parametrize("place", [0, 9, 14, 40, -1])
def test_a_damaged_tally_is_refused(make_questionnaire: Make, draw: Make, place: int) -> None:
    questionnaire = make_questionnaire()
    stored = bytearray(tally_of(questionnaire, draw(questionnaire, 40, seed=4)).to_bytes())
    stored[place] ^= 0xFF

    with pytest.raises(ValueError, match=r"stored tally|damaged"):
        Tally.from_bytes(bytes(stored))


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x"])
def test_a_tally_cut_short_or_drawn_out_is_damaged(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match="damaged"):
        Tally.from_bytes(change(four_forms([0, 1, 2, 3]).to_bytes()))


@pytest.mark.parametrize("place", [9, 14, 40, -1])
def test_a_damaged_tally_of_the_second_version_is_refused(place: int) -> None:
    stored = bytearray(base64.b85decode(VERSION_2))
    stored[place] ^= 0xFF

    with pytest.raises(ValueError, match=r"damaged|plausible"):
        Tally.from_bytes(bytes(stored))


def test_something_else_than_a_tally_is_refused() -> None:
    strange = b"PK\x03\x04 not a tally at all, though long enough to be one"
    for data in (b"", strange, pack({"layout": "x"}, {}, {}), pack({}, {"pairs_A": HALF}, {})):
        with pytest.raises(ValueError, match="not a stored tally"):
            Tally.from_bytes(data)


@pytest.mark.parametrize(
    ("half", "whole"),
    [
        ((2, 2), (2, 2, 2)),
        ((1, 3), (2, 2, 2)),
        ((2, 6), (2, 2, 2)),
        ((2, 3), (2, 2)),
        ((1,), ()),
        ((), ()),
        ((2, 6), (2, 1, 3)),
        ((2, 1), (2, 3, 1)),
    ],
)
def test_matrices_that_do_not_fit_each_other_are_refused_and_never_spread(
    half: tuple[int, ...], whole: tuple[int, ...]
) -> None:
    shapes = {"pairs_N": half, "pairs_A": whole, "pairs_P": half}
    tables = {name: np.ones(shape, np.int64) for name, shape in shapes.items()}

    with pytest.raises(ValueError, match="matrices of pairs do not fit each other"):
        restore(pack({}, tables, {}))


def test_hash_groups_that_are_not_there_are_missed_when_they_are_asked_for() -> None:
    groups = restore(pack({}, {}, {"group_respondents": HALF}))[2]

    with pytest.raises(ValueError, match="hash group are missing"):
        _ = groups.tables


@pytest.mark.parametrize("version", [1, 2])
def test_a_table_of_another_type_or_of_absurd_size_is_refused(version: int) -> None:
    body = plain({"layout": "x", "paired": True}, {"keys": np.zeros((1, 4), np.int64)})

    for strange in (body.replace(b"int8", b"intX"), body.replace(b"keys", b"ke"), b"\x01" * 9,
                    b"\x02\0\0\0[]" + b" " * 9):  # fmt: skip
        with pytest.raises(ValueError, match=r"tally|unknown table type|delimiter|Extra|Expecting"):
            Tally.from_bytes(_sealed(strange, version))


def test_what_would_fill_the_memory_is_not_inflated() -> None:
    good = four_forms([0, 1, 2, 3]).to_bytes()
    bomb = zlib.compress(b"\0" * 10_000_000)

    with pytest.raises(ValueError, match="not plausible"):
        Tally.from_bytes(good[:12] + (1 << 31).to_bytes(4, "little") + good[16:])
    with pytest.raises(ValueError, match="not plausible"):
        Tally.from_bytes(b"GRTALLY2" + struct.pack("<II", 1 << 31, 0) + bomb)
    with pytest.raises(ValueError, match="not 60 bytes"):
        Tally.from_bytes(b"GRTALLY2" + struct.pack("<II", 60, 0) + bomb)


def test_matrices_that_are_not_symmetric_are_not_stored_by_half() -> None:
    with pytest.raises(ValueError, match="P of pairs is not symmetric"):
        store({}, {"pairs": np.array([[np.eye(2), np.eye(2), [[0, 1], [2, 0]]]], np.int64)})


HALF = np.zeros((1, 2, 2), np.int64)


def _sealed(body: bytes, version: int) -> bytes:
    check = zlib.crc32(body)
    return b"GRTALLY%d" % version + struct.pack("<II", len(body), check) + zlib.compress(body)


def four_forms(clusters: list[int], *, forms: int = 4) -> Tally:
    asked = example_questionnaire()
    marks = [[4, 5, 3, 2, 4], [5, 5, -1, 5, 5], [1, 2, 2, 3, 1], [-2, 4, 4, 4, 4]]
    return tally_responses(
        asked,
        Responses(
            asked,
            np.array(marks, np.int8)[:forms],
            np.array([[1], [2], [-1], [3]], np.int8)[:forms],
            np.array([0, 1, 0, 2], np.int8)[:forms],
            np.array(clusters)[:forms],
        ),
    )

"""From the bytes of a file to a document."""

from __future__ import annotations

import pytest

from survey.questionnaire.faults import DefinitionError
from survey.questionnaire.reading import MAX_BYTES, read_document


@pytest.mark.parametrize("data", [b'{"a": [1, 2.5, null]}', b'\xef\xbb\xbf{"a": [1, 2.5, null]}'])
def test_json_is_read_with_or_without_a_byte_order_mark(data: bytes) -> None:
    assert read_document(data) == {"a": [1, 2.5, None]}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "non è un documento JSON: riga 1, colonna 1"),
        (b'{\n "a": 1,\n "b" 2}', "non è un documento JSON: riga 3, colonna 6"),
        (b'{"a": 1} x', "non è un documento JSON: riga 1, colonna 10"),
        (b"PK\x03\x04\xff", "il file non è scritto in UTF-8"),
        ("è".encode("latin-1"), "il file non è scritto in UTF-8"),
        (b'{"a": 1, "a": 2}', "lo stesso campo è scritto due volte: 'a'"),
        (b'{"a": NaN}', "un numero che JSON non ammette: 'NaN'"),
        (b"[-Infinity]", "un numero che JSON non ammette: '-Infinity'"),
        (b"[" * 100_000, "il documento è annidato troppo in profondità"),
        (b" " * (MAX_BYTES + 1), "il documento è troppo grande: al massimo 1000000 byte"),
    ],
)
def test_what_is_not_json_is_refused_in_plain_words(data: bytes, told: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_document(data)
    assert str(caught.value) == told
    assert caught.value.place == ""


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(DefinitionError, match="un numero che JSON non ammette: '999"):
        read_document(b"[" + b"9" * 5_000 + b"]")

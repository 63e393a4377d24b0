import zlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.store.packing import (
    WORDS,
    PackedAttribute,
    PackedTextAttribute,
    pack,
    unpack,
)

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**9)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | AMOUNTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_a_json_value_comes_back_as_it_was_packed(value: Any) -> None:
    attribute = PackedAttribute()
    assert attribute.deserialize(attribute.serialize(value)) == value


@given(AMOUNTS)
def test_an_amount_keeps_every_digit(amount: Decimal) -> None:
    attribute = PackedAttribute()
    assert str(attribute.deserialize(attribute.serialize(amount))) == str(amount)


@given(st.text())
def test_a_text_comes_back_as_it_was_packed(text: str) -> None:
    attribute = PackedTextAttribute()
    assert attribute.deserialize(attribute.serialize(text)) == text


@given(st.text(), st.sampled_from([0, 640]))
def test_a_text_comes_back_whatever_room_it_has(text: str, room: int) -> None:
    assert unpack(pack(text, room=room)) == text


def test_the_words_by_which_rows_are_packed_never_change() -> None:
    """Who wants better ones adds a second text: rows that are there need this one."""
    assert (len(WORDS), zlib.adler32(WORDS)) == (3378, 3579734072)


@pytest.mark.parametrize("text", ["", '{"month":1,"run":1}', "<invoice/>" * 4000])
def test_what_is_cut_short_is_not_taken_for_less(text: str) -> None:
    with pytest.raises(zlib.error):
        unpack(pack(text)[:-1])


def test_a_link_takes_a_third_of_its_text() -> None:
    line = '{"LineNum":%d,"Description":"Helper labor","Amount":12.13,"DetailType":'
    line += '"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":{"value":"181"},"Qty":0.25}}'
    text = '{"CustomerRef":{"value":"88"},"DocNumber":"INV-1","Line":[%s]}' % (line % 1)
    assert len(pack(text)) * 3 < len(text)


@given(st.text())
def test_packing_the_same_text_twice_gives_the_same_bytes(text: str) -> None:
    assert (pack(text), unpack(pack(text))) == (pack(text), text)


def test_a_record_takes_much_less_room_than_its_text() -> None:
    record = "".join(
        f"<line><productId>{n}</productId><taxable>true</taxable></line>" for n in "1234"
    )
    assert len(pack(record)) < len(record) / 2


def test_a_large_record_takes_much_less_room_than_its_text() -> None:
    record = "".join(f"<line><productId>{n}</productId></line>" for n in range(400))
    assert (len(pack(record)) < len(record) / 4, unpack(pack(record))) == (True, record)

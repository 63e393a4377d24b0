import zlib
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.store.packing import PackedAttribute, PackedTextAttribute, pack, unpack

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


@given(st.text(), st.sampled_from([0, 160, 640]))
def test_what_is_packed_is_plain_zlib_that_a_version_of_before_reads(text: str, room: int) -> None:
    assert zlib.decompress(pack(text, room=room)).decode() == text


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

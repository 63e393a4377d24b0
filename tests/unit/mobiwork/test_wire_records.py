from base64 import b64encode
from hashlib import shake_256
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from connector.entities.registry import BY_ENTITY
from connector.mobiwork.mending.texts import UNCERTAIN
from connector.mobiwork.wire_records import LARGE_RECORD, kept_text, parse_record
from connector.mobiwork.xml import RawRecord
from connector.push.invalid_records import refusal_of
from tests.builders import a_customer, a_line, an_invoice

CUSTOMER: type[BaseModel] = BY_ENTITY["customer"].records.model
INVOICE: type[BaseModel] = BY_ENTITY["invoice"].records.model
SIGNATURE = b64encode(shake_256(b"signature").digest(340_000)).decode()


def read(model: type[BaseModel], raw: RawRecord) -> BaseModel | None:
    try:
        return parse_record(model, raw)
    except ValidationError:
        return None


def kept(model: type[BaseModel], raw: RawRecord) -> RawRecord:
    """The record as it is kept."""
    return RawRecord(raw.entity, raw.id, kept_text(model, raw, read(model, raw)))


def told(raw: RawRecord) -> str:
    with pytest.raises(ValidationError) as raised:
        parse_record(CUSTOMER, raw)
    return refusal_of(raised.value, CUSTOMER).reason


@pytest.mark.case("R1")
@pytest.mark.parametrize(
    "large",
    [
        {"signature": SIGNATURE},
        {"customFields": {"customField": {"apiName": "Signature", "value": SIGNATURE}}},
    ],
)
def test_a_large_field_that_nothing_uses_is_not_kept_and_all_else_is(
    large: dict[str, Any],
) -> None:
    raw = a_customer(loyaltyTier="gold", **large)
    small = kept(CUSTOMER, raw)
    assert len(small.xml) < LARGE_RECORD
    assert small.fields["loyaltytier"] == "gold"
    assert parse_record(CUSTOMER, small) == parse_record(CUSTOMER, raw)


@pytest.mark.case("R1")
def test_what_is_used_of_a_large_record_is_kept_whole() -> None:
    lines = [a_line(description=f"{number} {'x' * 1_500}") for number in range(30)]
    raw = an_invoice(lineItems={"lineItem": lines}, signature=SIGNATURE)
    small = kept(INVOICE, raw)
    assert len(small.xml) < 100_000
    assert parse_record(INVOICE, small) == parse_record(INVOICE, raw)


@pytest.mark.case("R1")
def test_what_is_too_large_even_so_is_told_with_its_size() -> None:
    small = kept(CUSTOMER, a_customer(companyName=SIGNATURE))
    assert len(small.xml) < LARGE_RECORD
    assert told(small) == (
        "MobiWork sent it in a form that cannot be read: with 443 KB it is larger than can be "
        "kept. Correct that in MobiWork."
    )


@pytest.mark.case("R2")
def test_a_text_that_nobody_can_be_sure_of_is_named_where_it_is_used() -> None:
    assert told(a_customer(companyName=f"Blue{UNCERTAIN} Heron")) == (
        'MobiWork sent it in a form that cannot be read: its company name says "Blue? Heron", '
        "which is partly of bytes that are no characters. Correct that in MobiWork."
    )


@pytest.mark.case("R2")
def test_a_text_that_nobody_can_be_sure_of_stops_nothing_where_it_is_not_used() -> None:
    spoiled = a_customer(loyaltyTier=UNCERTAIN)
    assert parse_record(CUSTOMER, spoiled) == parse_record(CUSTOMER, a_customer())


@pytest.mark.case("R2")
def test_such_a_text_is_not_lost_where_a_large_record_is_shortened() -> None:
    lines = [a_line(description="x" * 2_000 + UNCERTAIN) for _ in range(30)]
    small = kept(INVOICE, an_invoice(lineItems={"lineItem": lines}))
    assert read(INVOICE, small) is None


@pytest.mark.parametrize("text", ["", "no record", "<invoice>", "<a>1</a><b/>"])
def test_a_stored_text_that_is_no_xml_is_one_record_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValidationError, match="is no XML"):
        parse_record(INVOICE, RawRecord("invoice", "7", text))

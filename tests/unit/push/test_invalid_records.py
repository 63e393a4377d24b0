from typing import Any

import pytest
from pydantic import ValidationError

from connector.entities.payments.model import Payment
from connector.entities.sales.invoices import Invoice
from connector.push.invalid_records import refusal_of
from tests.builders import a_line, a_payment, an_invoice


def told(model: type[Any], fields: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(fields)
    before, _, said = refusal_of(raised.value, model).reason.partition(": ")
    assert before == "MobiWork sent it in a form that cannot be read"
    return said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"total": "twelve"},
            'its total says "twelve", which is not a number as MobiWork writes one',
        ),
        (
            {"dueDate": "soon", "total": "1e12"},
            'its total says "1e12", which is larger than QuickBooks can hold; its due '
            'date says "soon", which is not a date as MobiWork writes one',
        ),
        (
            {"lineItems": {"lineItem": [a_line(), a_line(quantity="a few")]}},
            'its line 2 quantity says "a few", which is not a number as MobiWork writes one',
        ),
        (
            {"lineItems": {"lineItem": [a_line(taxable="perhaps")]}},
            'its line 1 taxable says "perhaps", which is neither true nor false',
        ),
        ({"total": {"net": "9.00"}}, "its total has another form than expected"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(changes: dict[str, Any], words: str) -> None:
    assert told(Invoice, an_invoice(**changes).fields) == f"{words}. Correct that in MobiWork."


def test_what_is_missing_is_told_in_words() -> None:
    fields = {name: text for name, text in a_payment().fields.items() if name != "paymentdate"}
    assert told(Payment, fields) == "its payment date is missing. Correct that in MobiWork."

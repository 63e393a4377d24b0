"""The page of payments as it is rendered."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from connector.api.payment_list import PaymentRow, PaymentState
from connector.console.rendering import environment
from connector.console.sorting import Sorting


@dataclass(frozen=True)
class Line:
    payment: PaymentRow
    customer: str = ""
    numbers: tuple[str, ...] = ()
    method: str = ""


@pytest.mark.parametrize(
    ("state", "offered"), [(PaymentState.REFUSED, False), (PaymentState.WAITING, True)]
)
def test_pushing_is_offered_where_a_payment_can_be_pushed(
    state: PaymentState, offered: bool
) -> None:
    row = Line(PaymentRow("901", "INV-1", Decimal("9.63"), "2025-11-10", state))
    connection = {"phase": "live", "company": "Heron", "connection_id": "c1"}
    values: dict[str, Any] = {
        "rows": [row],
        "views": {},
        "view": "open",
        "next": None,
        "sorting": Sorting("", "", {}, frozenset()),
        "connection": connection,
        "nav": (),
        "section": "payments",
        "role": "bookkeeper",
        "title": "Payments",
        "home": "/console",
        "person": None,
        "said": None,
        "token": "t",
    }
    page = environment().get_template("payments.html").render(values)
    assert ("See what this does" in page) is offered

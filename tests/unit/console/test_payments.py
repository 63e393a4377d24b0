"""The page of payments as it is rendered."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from connector.api.payment_list import PaymentRow
from connector.console.rendering import environment
from connector.console.sorting import Sorting
from connector.model.tracking.tracked import StandsAs


@dataclass(frozen=True)
class Line:
    payment: PaymentRow
    customer: str = ""
    numbers: tuple[str, ...] = ()
    method: str = ""


@pytest.mark.parametrize(
    ("state", "offered"), [(StandsAs.REFUSED, False), (StandsAs.WAITING, True)]
)
def test_pushing_is_offered_where_a_payment_can_be_pushed(state: StandsAs, offered: bool) -> None:
    sorting = Sorting("", "", {}, frozenset())
    page = rendered(
        "payments.html", rows=[a_line(state)], views={}, view="open", next=None, sorting=sorting
    )
    assert (">Preview<" in page) is offered


def test_an_empty_list_does_not_say_that_every_payment_is_in_quickbooks() -> None:
    sorting = Sorting("", "", {}, frozenset())
    page = rendered("payments.html", rows=[], views={}, view="open", next=None, sorting=sorting)
    assert "No payment is waiting to be posted." in page
    assert 'view=all&amp;state=left%20out">left out or undone</a>' in page


@pytest.mark.case("F14a")
@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({}, "Its invoice is posted first, then the payment."),
        ({"901": "Invoice INV-1 stays: it is a draft."}, "Invoice INV-1 stays: it is a draft."),
    ],
)
def test_an_invoice_that_is_not_posted_is_not_said_to_go_first(
    held: dict[str, str], told: str
) -> None:
    page = pushing(held)
    assert told in page
    assert ("is posted first" in page) is not bool(held)
    assert ("1 payment is waiting because its invoice is" in page) is bool(held)


@pytest.mark.case("F14a")
@pytest.mark.parametrize(
    ("held", "told"),
    [({}, "Push 1 payment</button>"), ({"901": "It is a draft."}, "Push selected</button>")],
)
def test_what_stays_is_pushed_only_where_somebody_chooses_it(
    held: dict[str, str], told: str
) -> None:
    page = pushing(held)
    box = 'aria-label="Push payment 901"'
    assert (f"{box} checked>" in page, f"{box}>" in page) == (not held, bool(held))
    assert (told in page, "Nothing will be pushed now." in page) == (True, bool(held))


def pushing(held: dict[str, str]) -> str:
    return rendered(
        "payments_push.html",
        rows=[a_line(StandsAs.WAITING)],
        held=held,
        going=1 - len(held),
        total=Decimal("9.63") * (1 - len(held)),
        include_invoices=True,
    )


def a_line(state: StandsAs) -> Line:
    return Line(
        PaymentRow(
            "901",
            "INV-1",
            Decimal("9.63"),
            "2025-11-10",
            state,
            may_be_pushed=state is StandsAs.WAITING,
        )
    )


def rendered(template: str, **more: Any) -> str:
    connection = {"phase": "live", "company": "Heron", "connection_id": "c1"}
    values: dict[str, Any] = {
        "at": "/console/c1",
        "connection": connection,
        "nav": (),
        "section": "payments",
        "role": "bookkeeper",
        "title": "Payments",
        "home": "/console",
        "person": None,
        "said": None,
        "mistake": "",
        "token": "t",
    }
    return environment().get_template(template).render(values | more)

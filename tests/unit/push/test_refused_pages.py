from decimal import Decimal
from typing import Any

import pytest

from connector.errors import RejectedError
from connector.model.body import Body
from connector.quickbooks.query import select
from connector.quickbooks.reading.linked_reads import LinkedReads
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.fakes import FakeQuickBooks
from tests.unit.engine.world import World

NUMBERS = range(1, 7)


class Metered(FakeQuickBooks):
    """Keeps the metered calls; finds by id; takes no payment of an invoice that is paid."""

    calls: list[str]

    def read(self, entity: str, record_id: str) -> Body:
        self.calls.append(f"{entity} {record_id}")
        try:
            return super().read(entity, record_id)
        except StopIteration:
            raise RejectedError("Object Not Found", code="610") from None

    def query(self, statement: str) -> Any:
        self.calls.append(statement)
        return (one for one in super().query(statement) if f"'{one['Id']}'" in statement)


def take_no_payments(entity: str, _body: Body) -> None:
    if entity == "Payment":
        raise RejectedError("More than is owed.", code="6000")


@pytest.fixture
def typed_in() -> World:
    """Six invoices whose payments the office typed into QuickBooks by hand."""
    quickbooks = Metered()
    quickbooks.calls = []
    world = World(quickbooks=quickbooks)
    invoices = [an_invoice(f"550{one}") for one in NUMBERS]
    payments = [a_payment(f"90{one}", invoiceId=f"550{one}") for one in NUMBERS]
    world.find(a_customer(), a_product(), *invoices, *payments)
    world.push("customer", "product", "invoice")
    quickbooks.records["Payment"] = [by_hand(one) for one in NUMBERS]
    for one, invoice in zip(NUMBERS, quickbooks.records["Invoice"], strict=True):
        linked = [{"TxnType": "Payment", "TxnId": f"8{one}"}]
        invoice |= {"Balance": Decimal(0), "LinkedTxn": linked}
    quickbooks.before = take_no_payments
    quickbooks.calls.clear()
    return world


def by_hand(number: int) -> Body:
    return {
        "Id": f"8{number}",
        "SyncToken": "0",
        "TotalAmt": Decimal("9.63"),
        "TxnDate": "2025-11-10",
        "PaymentRefNum": "1044",
    }


@pytest.mark.case("M6f")
def test_why_payments_of_a_page_were_refused_costs_two_metered_calls_not_two_for_each(
    typed_in: World,
) -> None:
    assert typed_in.push("payment") == {"payment": {"refused": len(NUMBERS)}}
    for number in NUMBERS:
        assert f"Payment 8{number} of 9.63" in typed_in.note("payment", f"90{number}")[1]
    assert isinstance(typed_in.quickbooks, Metered)
    invoices, payments = typed_in.quickbooks.calls
    assert invoices.startswith("SELECT * FROM Invoice WHERE Id IN (")
    assert payments == select("Payment", Id=[f"8{one}" for one in NUMBERS])


def reads(*bodies: Body, **records: list[Body]) -> tuple[LinkedReads, list[str]]:
    quickbooks = Metered(records=records)
    quickbooks.calls = []
    return LinkedReads.of(bodies, quickbooks.read, quickbooks.query), quickbooks.calls


def body(*invoices: str) -> Body:
    return {"Line": [{"LinkedTxn": [{"TxnId": one, "TxnType": "Invoice"}]} for one in invoices]}


def test_one_record_alone_is_read_by_its_id_which_shows_every_write() -> None:
    found, calls = reads(body("145"), Invoice=[{"Id": "145"}])
    assert (found.read("Invoice", "145"), found.read("Invoice", "145")) == ({"Id": "145"},) * 2
    assert calls == ["Invoice 145"]


def test_what_a_query_does_not_show_is_read_by_its_id() -> None:
    found, calls = reads(body("145", "146"), Invoice=[{"Id": "145"}])
    with pytest.raises(RejectedError):
        found.read("Invoice", "146")
    assert calls == [select("Invoice", Id=["145", "146"]), "Invoice 146"]


def test_nothing_is_read_that_nobody_asks_for() -> None:
    assert reads(body("145"))[1] == []

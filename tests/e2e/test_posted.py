from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.quickbooks import poll
from connector.model.pending import PendingState
from tests.builders import CONNECTION, a_customer, a_product, an_invoice, settings
from tests.e2e.conftest import Judge
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product())
CHOSEN = settings(income_account="Sales of Product Income")
FLOW = "push_invoices"


class Office(World):
    """The engine with its store, pushing into the simulated company and looking back at it."""

    judge: Judge

    def post(self, record_id: str) -> str:
        """Push an invoice and return its QuickBooks id."""
        self.find(*MASTERS, an_invoice(record_id))
        self.push("customer", "product", "invoice")
        return str(self.link("invoice", record_id))

    def look(self, *, day: int) -> int:
        """Look for what is gone some days from now; return how many were reported."""
        now = datetime.now(UTC) + timedelta(days=day)
        found = poll(
            CONNECTION,
            (),
            lambda: self.judge.client,
            settings=CHOSEN,
            now=now,
            store=self.store,
        )
        assert [counts.problem for counts in found.values() if counts.problem] == []
        return sum(counts.deleted for counts in found.values())

    def told(self) -> dict[str, tuple[str, str]]:
        """Return the state and the first half sentence of each entry of the worklist."""
        items = self.store.pending.worklist(CONNECTION, FLOW)
        return {one.record_id: (one.state, str(one.reason).partition(",")[0]) for one in items}


@pytest.fixture
def office(judge: Judge) -> Office:
    judge.switch(tax_override="alone")
    books: Any = judge.client
    office = Office(quickbooks=books)
    office.judge = judge
    office.save(CHOSEN)
    office.store.settings.save_company(CONNECTION, judge.company())
    office.look(day=0)
    return office


@pytest.mark.parametrize(
    ("action", "how", "record_id"), [("void", "voided", "5801"), ("delete", "deleted", "5802")]
)
def test_an_invoice_that_a_person_takes_back_is_reported_once(
    office: Office, judge: Judge, action: str, how: str, record_id: str
) -> None:
    quickbooks_id = office.post(record_id)
    judge.admin(f"person/{action}", {"entity": "Invoice", "id": quickbooks_id})
    assert office.look(day=1) == 1
    told = f"It was {how} in QuickBooks (Invoice {quickbooks_id})"
    assert office.told() == {record_id: (PendingState.DELETED, told)}
    office.store.pending.close(next(iter(office.store.pending.worklist(CONNECTION, FLOW))))
    assert (office.look(day=2), office.told()) == (0, {})


def test_what_the_engine_posts_itself_is_not_reported(office: Office) -> None:
    office.post("5803")
    assert (office.look(day=1), office.told()) == (0, {})


def test_a_void_stays_told_when_the_invoice_changes_in_mobiwork(
    office: Office, judge: Judge
) -> None:
    quickbooks_id = office.post("5804")
    judge.admin("person/void", {"entity": "Invoice", "id": quickbooks_id})
    office.look(day=1)
    office.find(*MASTERS, an_invoice("5804", dueDate="2026/12/31"))
    office.run_id = "r2"
    office.push("invoice")
    told = f"It was voided in QuickBooks (Invoice {quickbooks_id})"
    assert office.told()["5804"] == (PendingState.DELETED, told)


@pytest.mark.case("M13d")
def test_a_rounding_line_makes_quickbooks_own_total_that_of_mobiwork(
    office: Office, judge: Judge
) -> None:
    judge.switch(tax_override="neither")
    chosen = {"on_other_total": "add a rounding line", "rounding_product": "307001"}
    settings_now = settings(income_account="Sales of Product Income", **chosen)
    office.save(settings_now)
    work = {"address1": "4 Quay Rd", "city": "Bayshore", "state": "California"}
    office.find(*MASTERS, an_invoice("5810", address=work, taxAmount="0.70", total="9.70"))
    office.push("customer", "product", "invoice")
    invoice = judge.client.read("Invoice", str(office.link("invoice", "5810")))
    assert invoice["TxnTaxDetail"]["TotalTax"] == Decimal("0.72")
    assert (invoice["TotalAmt"], office.told()) == (Decimal("9.70"), {})

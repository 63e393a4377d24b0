from decimal import Decimal

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.entities.shared.documents import is_voided
from connector.mobiwork.external_id import native_id
from connector.model.body import Body
from tests.builders import a_company, a_customer, a_product, an_invoice, settings
from tests.unit.engine.world import World
from tests.unit.entities.sales.invoicing import ELBOWS, HERON
from tests.unit.entities.sales.selling import known, money, read, sold


def test_a_document_that_was_free_is_not_taken_for_voided() -> None:
    free = sold(1, "11", "0", of="2 x 0", text="Copper elbow, each")
    assert not is_voided(VOID | {"Line": [free]})
    assert not is_voided(VOID | {"Line": [NOTE]})


def test_a_voided_payment_has_lost_its_lines() -> None:
    assert is_voided({"TotalAmt": 0, "UnappliedAmt": 0, "Line": []})
    assert not is_voided({"TotalAmt": 5, "UnappliedAmt": 5, "Line": []})


def test_only_a_link_of_the_native_connector_is_adopted() -> None:
    adopted = [
        native_id(read(Invoice, externalId=text).external_id, "{id},QBO")
        for text in ("74,QBO", "74", "null", "SF-74")
    ]
    assert adopted == ["74", None, None, None]


OPEN_INVOICE: Body = {
    "TxnDate": "2025-11-02",
    "TotalAmt": Decimal("9.63"),
    "Balance": Decimal("9.63"),
    "PrivateNote": "MobiWork invoice INV-5501 [mark]",
    "LinkedTxn": [{"TxnId": "7", "TxnType": "Estimate"}],
}
VOID = {"TotalAmt": Decimal(0), "Balance": Decimal(0)}
EMPTIED = sold(1, "11", "0", of="0 x 0", text="Copper elbow, each")
NOTE = {"Description": "Warranty: 90 days", "DetailType": "DescriptionOnly"}
PAYMENT = [{"TxnId": "9", "TxnType": "Payment"}]
BOOKS = a_company(closed_until="2025-10-31")


def test_an_open_invoice_may_be_pushed_again() -> None:
    assert invoices.update_blocker(OPEN_INVOICE, BOOKS, {}) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"LinkedTxn": PAYMENT}, "A payment or deposit is applied to it"),
        ({"Deposit": Decimal(5)}, "A payment or deposit is applied to it"),
        ({"Balance": Decimal(4)}, "Part of it is paid or credited"),
        (VOID | {"PrivateNote": "Voided - MobiWork invoice"}, "It was voided in QuickBooks."),
        (VOID | {"Line": [EMPTIED, NOTE]}, "It was voided in QuickBooks."),
        ({"TxnDate": "2025-10-31"}, "the books are closed up to 2025-10-31"),
    ],
)
def test_an_invoice_is_not_pushed_again_when(changes: Body, told: str) -> None:
    assert told in (invoices.update_blocker(OPEN_INVOICE | changes, BOOKS, {}) or "")


def test_a_changed_invoice_is_pushed_again_only_by_choice() -> None:
    assert not invoices.PUSH.updates(settings())
    assert invoices.PUSH.updates(settings(repush_invoices=True))


def test_a_second_push_always_carries_customer_and_tax() -> None:
    assert invoices.UPDATING.required == {"CustomerRef", "TxnTaxDetail"}


def test_nothing_asks_quickbooks_to_mail_the_invoice() -> None:
    body = invoices.to_qbo(read(Invoice, customer=HERON), known())
    assert "EmailStatus" not in body


def test_a_twin_is_looked_for_among_the_customers_invoices_of_that_day() -> None:
    query = invoices.twin_query(invoices.to_qbo(read(Invoice), known()))
    assert query == ("SELECT * FROM Invoice WHERE CustomerRef = '58' AND TxnDate = '2025-11-02'")


@pytest.fixture
def world() -> World:
    """Have an invoice of 9.63 in QuickBooks and the second push switched on."""
    world = World()
    world.save(settings(repush_invoices=True))
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    world.quickbooks.edit("Invoice", str(world.link("invoice", "5501")), Balance=Decimal("9.63"))
    world.run_id = "r2"
    return world


def changed(world: World) -> tuple[str, str]:
    """Let MobiWork show the invoice with three elbows; return its outcome and the reason."""
    three = money([ELBOWS | {"quantity": "3.0", "total": "13.50"}], "13.50", "0.94", "14.44")
    world.find(a_customer(), a_product(), an_invoice(**three))
    world.push("invoice")
    return world.note("invoice", "5501")


def test_a_changed_invoice_goes_through_the_engine_again(world: World) -> None:
    assert changed(world)[0] == "updated"
    (in_quickbooks,) = world.quickbooks.records["Invoice"]
    assert in_quickbooks["Line"][0]["Amount"] == Decimal("13.50")
    assert in_quickbooks["TxnTaxDetail"] == {
        "TxnTaxCodeRef": {"value": "TAX"},
        "TotalTax": Decimal("0.94"),
    }


def test_a_paid_invoice_is_refused_by_the_engine_with_the_reason(world: World) -> None:
    (in_quickbooks,) = world.quickbooks.records["Invoice"]
    world.quickbooks.edit("Invoice", in_quickbooks["Id"], LinkedTxn=PAYMENT)
    assert changed(world) == (
        "refused",
        "It was changed in MobiWork, but cannot be pushed again. The amount was 9.63 and is "
        "14.44 now. The sales tax was 0.63 and is 0.94 now. A payment or deposit is applied to it "
        "in QuickBooks. Change it in QuickBooks by hand.",
    )
    assert in_quickbooks["Line"][0]["Amount"] == Decimal("9.00")

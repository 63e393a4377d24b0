import pytest

from connector.entities.payments import push as push_payments
from connector.entities.payments.booked import as_anything
from connector.mobiwork.xml import RawRecord
from connector.model.plans import Reference
from tests.builders import (
    a_company,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.engine.world import World
from tests.unit.entities.payments.paying import BOTH, ON_ACCOUNT, known, read, refusal_of
from tests.unit.entities.sales.selling import a_quote, an_order

BY_INVOICE = (Reference("invoice", "5501", "invoice 5501", instead="salesOrder"),)


def test_a_payment_refers_to_all_its_invoices() -> None:
    assert push_payments.PUSH.references.needed(read(**BOTH), settings(), a_company()) == (
        Reference("invoice", "5501", "invoice 5501", instead="salesOrder"),
        Reference("invoice", "5502", "invoice 5502", instead="salesOrder"),
    )


def test_the_customer_of_a_payment_is_mentioned_where_it_is_named() -> None:
    order = Reference("salesOrder", "5501", "sales order 5501")
    customer = Reference("customer", "700001", "customer 700001")
    mentioned = push_payments.PUSH.references.mentioned
    assert mentioned(read()) == (order, *as_anything(read()))
    assert mentioned(read(customerId="700001")) == (order, *as_anything(read()), customer)


def test_a_payment_on_account_is_refused_until_the_settings_want_it() -> None:
    refused = refusal_of(read(**ON_ACCOUNT), known())
    assert str(refused) == (
        "It is not applied to an invoice: it is a payment on account or a deposit on a quote. "
        "Apply it to an invoice in MobiWork, or have such payments posted as credits on the "
        'customer\'s account with the setting "Push payments on account".'
    )
    assert refused.fixes[0].action == "open_settings"


def test_a_payment_on_account_waits_for_its_customer_where_it_is_wanted() -> None:
    wanted, needed = settings(payments_on_account=True), push_payments.PUSH.references.needed
    assert needed(read(**ON_ACCOUNT), wanted, a_company()) == (
        Reference("customer", "700001", "customer 700001"),
    )
    assert needed(read(**ON_ACCOUNT), settings(), a_company()) == ()
    assert needed(read(customerId="700001"), wanted, a_company()) == BY_INVOICE


@pytest.fixture
def world() -> World:
    """Have a customer and a part in QuickBooks."""
    world = World()
    world.find(a_customer(), a_product(), an_order())
    world.push("customer", "product")
    return world


def paid(world: World, run_id: str, *records: RawRecord) -> tuple[str, str]:
    """Let MobiWork show a payment of 61001 with more records; return its outcome and why."""
    world.run_id = run_id
    world.find(a_customer(), a_product(), a_payment(invoiceId="61001"), *records)
    world.push("salesOrder", "payment")
    return world.note("payment", "901")


def test_a_payment_of_a_sales_order_waits_with_words_until_it_is_checked_out(world: World) -> None:
    assert paid(world, "r1", an_order(status="OPEN_SHOPPING_CART")) == (
        "waiting",
        "It is waiting for sales order SO-10001 of Blue Heron Plumbing, which is not in QuickBooks "
        "yet. Sales order SO-10001 of Blue Heron Plumbing is left out: "
        'Its status is "OPEN_SHOPPING_CART": it is not an order yet. It will be pushed once its '
        'status is one of "Waiting for stock", "Waiting for delivery", "Order waiting to be '
        'delivered" or 4 more '
        '(setting "Additional sales order statuses that mean checked out").',
    )
    assert paid(world, "r2", an_order())[0] == "created"
    (payment,) = world.quickbooks.records["Payment"]
    assert payment["Line"][0]["LinkedTxn"] == [
        {"TxnId": str(world.link("salesOrder", "61001")), "TxnType": "Invoice"}
    ]


def test_a_payment_of_nothing_that_mobiwork_lists_waits_with_words(world: World) -> None:
    assert paid(world, "r1")[1] == (
        "It is waiting for invoice 61001, which is not in QuickBooks yet. MobiWork does not list "
        "invoice 61001 as ready for QuickBooks: check that it exists there."
    )


def test_a_payment_waits_for_its_invoice_though_a_sales_order_has_the_same_id(
    world: World,
) -> None:
    unready = an_invoice("61001", total="19.63")
    assert paid(world, "r1", an_order(), unready) == (
        "waiting",
        "It is waiting for invoice 61001, which is not in QuickBooks yet.",
    )
    assert world.left("payment") == {"901": "waiting"}


def test_a_credit_that_was_applied_in_mobiwork_later_is_told(world: World) -> None:
    chosen = settings(payments_on_account=True)
    world.save(chosen)
    world.run_id = "r1"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(**ON_ACCOUNT))
    world.push("invoice", "payment")
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(customerId="700001"))
    world.push("payment")
    assert "The invoice was nothing and is 5501 now." in world.note("payment", "901")[1]


@pytest.mark.case("M33i")
def test_a_deposit_follows_its_quote_in_the_run_in_which_that_is_posted() -> None:
    world = World()
    world.save(settings(payments_on_account=True))
    masters = (a_customer(), a_product(), a_payment(invoiceId="null", estimateId="41001"))
    world.find(*masters, a_quote(total="12.00"))
    world.push("customer", "product", "estimate", "payment")
    assert "Quote 41001 was refused" in world.note("payment", "901")[1]
    world.run_id = "r2"
    world.find(*masters, a_quote())
    world.push("customer", "product", "estimate", "payment")
    [deposit], [quote] = (world.quickbooks.records[one] for one in ("Payment", "Estimate"))
    assert (deposit["CustomerRef"], world.left("payment")) == (quote["CustomerRef"], {})

"""How invoices, quotes and sales orders come to be refused or left out, and how they are posted."""

from typing import Any

from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import a_line, a_product, an_invoice
from tests.refusals.walking import (
    MASTERS,
    Fixing,
    Side,
    Walk,
    by_hand,
    kept_out,
    left_out,
    refused,
)
from tests.unit.api.simulated import Simulated, remember, settings
from tests.unit.entities.sales.selling import an_order

POSTED = Side((an_invoice(),))
LABOR = a_product("307002", name="Labor", type="SERVICES")


def invoice(**changes: Any) -> Side:
    """MobiWork has one invoice that is so."""
    return Side((an_invoice(**changes),))


def lines(*some: dict[str, Any], tax: str = "0.63", total: str) -> dict[str, Any]:
    """Return the lines of a document, and what it says that they come to."""
    return {"lineItems": {"lineItem": list(some)}, "taxAmount": tax, "total": total}


WRONG = {
    "no_lines": lines(total="9.63"),
    "no_customer": {"customerId": "null"},
    "discount_below_zero": {"discountAmount": "-1.0", "total": "10.63"},
    "markup_without_a_line": {
        "markupAmount": "4.0",
        **lines(a_line(quantity="1", price="0", total="0"), total="4.63"),
    },
    "below_zero": lines(
        a_line(quantity="-2", price="4.5", total="-9.0"), tax="-0.63", total="-9.63"
    ),
    "too_many_lines": lines(*[a_line()] * 751, total="6759.63"),
    "no_product": lines(a_line(productId="null"), total="9.63"),
    "no_products": lines(*[a_line(productId="null")] * 6, total="54.63"),
    "more_than_there_is_room_for": lines(
        a_line(quantity="1000000", price="1000000", total="null"), total="9.63"
    ),
    "unknown_place": {"locationId": "999", "address": "null"},
    "tax_given_back": {"taxAmount": "-0.63", "total": "8.37"},
    "day_of_a_program": {"invoiceDate": "1970/01/01", "dueDate": "null"},
    "not_to_be_read": {"total": "twelve"},
}
for name, changes in WRONG.items():
    kind = Kind.UNREADABLE if name == "not_to_be_read" else Kind.RECORD
    refused(name, kind, invoice(**changes), POSTED)

refused(
    "not_taxable",
    Kind.TAX,
    invoice(**lines(a_line(taxable="false"), total="9.63")),
    POSTED,
)
BY_HAND = {"tax_mode": "manual"}
refused(
    "no_tax_by_hand",
    Kind.RECORD,
    Side(
        (an_invoice(),),
        company=BY_HAND,
        there=lambda world: remember(world.quickbooks, world.store, tax_codes={}),
    ),
    Side(company={"tax_mode": "automated"}),
)
refused(
    "taxes_not_set_up",
    Kind.TAX,
    Side(
        (an_invoice(),),
        there=lambda world: remember(world.quickbooks, world.store, sales_tax_ready=False),
    ),
    Side(there=lambda world: remember(world.quickbooks, world.store)),
)
refused(
    "which_tax",
    Kind.SETTING,
    Side((an_invoice(),), company=BY_HAND),
    fixing=Fixing(FixKind.CHOOSE, "2"),
)


refused(
    "discount_switched_off",
    Kind.RECORD,
    Side(
        (an_invoice(discountAmount="1.0", total="8.63"),),
        there=lambda world: remember(world.quickbooks, world.store, allows_discount=False),
    ),
    Side(there=lambda world: remember(world.quickbooks, world.store)),
)
refused(
    "on_top",
    Kind.SETTING,
    invoice(markupAmount="4.0", markupAfterTax="true", total="13.63"),
    fixing=Fixing(FixKind.CHOOSE, "307001"),
)
refused(
    "shipping",
    Kind.SETTING,
    Side((an_order(shippingCost="5.0", total="14.63"),)),
    fixing=Fixing(FixKind.CHOOSE, "307001"),
)
SHIPPED = {"shippingCost": "-1.0", "total": "8.63"}
refused("shipping_below_zero", Kind.RECORD, Side((an_order(**SHIPPED),)), Side((an_order(),)))

STOCKED: dict[str, Any] = {"handle_inventory": True, "inventory_start_date": "2025-10-01"}
STOCKED |= {"asset_account": "Inventory Asset"}
LATER = STOCKED | {"inventory_start_date": "2025-11-20"}
COUNTLESS = a_line(quantity="null", price="4.0", total="9.0")
refused(
    "without_a_count",
    Kind.RECORD,
    Side((an_invoice(**lines(COUNTLESS, total="9.63")),), chosen=STOCKED),
    POSTED,
)
refused(
    "without_counts",
    Kind.RECORD,
    Side((an_invoice(**lines(*[COUNTLESS] * 6, total="54.63")),), chosen=STOCKED),
    POSTED,
)
refused(
    "counted_later",
    Kind.RECORD,
    Side((an_invoice(),), chosen=LATER),
    invoice(invoiceDate="2025/11/21", dueDate="null"),
)


STILL_OPEN = {"status": "WAITING_FOR_STOCK", "checkoutDate": "null"}


def made_by_hand(world: Simulated) -> None:
    """Let somebody make an invoice of the estimate in QuickBooks."""
    world.find(*MASTERS, an_order(**STILL_OPEN))
    world.push("salesOrder")
    (estimate,) = world.quickbooks.records["Estimate"]
    by_hand(
        world,
        "Invoice",
        CustomerRef=estimate["CustomerRef"],
        TxnDate="2025-11-03",
        Line=estimate["Line"][:1],
        LinkedTxn=[{"TxnId": estimate["Id"], "TxnType": "Estimate"}],
    )


def deleted(world: Simulated) -> None:
    (made,) = world.quickbooks.records["Invoice"]
    world.quickbooks.books.act("delete", entity="Invoice", id=made["Id"])


OPEN = {"open_sales_orders": True}
refused(
    "estimate_is_an_invoice",
    Kind.BOOKED,
    Side((an_order(),), there=made_by_hand, chosen=OPEN),
    Side(there=deleted),
)


def checked_out(world: Simulated) -> None:
    world.find(*MASTERS, an_order())
    world.push("salesOrder")


refused(
    "open_again",
    Kind.BOOKED,
    Side(
        (an_order(**STILL_OPEN),),
        there=checked_out,
        chosen=OPEN,
    ),
    fixing=Fixing(FixKind.LEAVE_OUT),
)
left_out(
    "not_checked_out",
    Side((an_order(**STILL_OPEN),), chosen={"open_sales_orders": False}),
    Side(chosen=OPEN),
    of="push_sales_orders",
)

OF_SALES = "push_invoices"
left_out(
    "flow_off",
    Side((an_invoice(),), chosen={"flows_off": ["push_invoices"]}),
    Side(chosen={"flows_off": []}),
    of=OF_SALES,
)
left_out(
    "excluded_customer",
    Side((an_invoice(),), chosen={"excluded_customers": ["700001"]}),
    Side(chosen={"excluded_customers": []}),
    of=OF_SALES,
)
left_out(
    "excluded_category",
    Side(
        (an_invoice(category="Warranty"),),
        chosen={"excluded_categories": {"invoice": ["Warranty"]}},
    ),
    Side(chosen={"excluded_categories": {}}),
    of=OF_SALES,
)
left_out(
    "before_the_start",
    Side((an_invoice(),), chosen={"start_date": "2025-12-01"}),
    Side(chosen={"start_date": "2025-01-01"}),
    of=OF_SALES,
)
left_out(
    "not_finished",
    Side((an_invoice(status="Draft"),)),
    POSTED,
    of=OF_SALES,
)


@kept_out("listed_as_an_invoice_too", "push_invoices", stays=True)
def _listed_as_an_invoice_too() -> Walk:
    world = Simulated()
    world.save(settings(orders_among_invoices="one sale"))
    world.find(*MASTERS, an_order(), an_invoice())
    world.push("customer", "product", "salesOrder", "invoice")
    yield world

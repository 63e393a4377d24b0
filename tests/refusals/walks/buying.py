"""How purchase orders, bills and expenses come to be refused or left out, and how they go."""

from typing import Any

from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import a_product
from tests.refusals.walking import MASTERS, Fixing, Side, left_out, refused
from tests.unit.api.simulated import Simulated
from tests.unit.entities.purchases.buying import a_vendor, an_expense, an_order, an_order_line

BUYING = (*MASTERS, a_vendor(), a_product("307016"), a_product("307026"))
FLOWS = ("customer", "vendor", "product", "purchaseOrder", "bill", "expense")
ORDER = Side((an_order(),))


def order(*lines: dict[str, Any], **changes: Any) -> Side:
    return Side((an_order("71001", *lines, **changes),))


def bad(name: str, kind: Kind, wrong: Side, right: Side | None = None, **more: Any) -> None:
    refused(name, kind, wrong, right, flows=FLOWS, masters=more.pop("masters", BUYING), **more)


NAMELESS = an_order_line(productId="null")
LINES: dict[str, tuple[dict[str, Any], ...]] = {
    "orders_nothing": (an_order_line(quantity="0", total="0"),),
    "no_product": (an_order_line(), NAMELESS),
    "no_products": (NAMELESS,) * 6,
    "returned": (an_order_line(), an_order_line(quantity="-1", total="-1.32")),
    "below_zero": (an_order_line(price="-1.32", total="-13.20"),),
}
for name, lines in LINES.items():
    bad(f"order_{name}", Kind.RECORD, order(*lines), ORDER)
bad(
    "order_too_many",
    Kind.RECORD,
    order(*[an_order_line()] * 10_001),
    fixing=Fixing(FixKind.LEAVE_OUT),
)
WRONG: dict[str, dict[str, Any]] = {
    "without_a_vendor": {"vendorId": "null"},
    "of_another_total": {"total": "12.00"},
    "with_tax_below_zero": {"taxAmount": "-1.00"},
}
for name, changes in WRONG.items():
    bad(f"order_{name}", Kind.RECORD, order(**changes), ORDER)
FREE = an_order_line(price="0", total="0")
bad("order_with_tax_on_nothing", Kind.RECORD, order(FREE, taxAmount="1.00"), ORDER)
bad(
    "order_in_closed_books",
    Kind.CLOSED,
    Side((an_order(),), company={"close_date": "2026-12-31"}),
    Side(company={"close_date": ""}),
)


def costs(world: Simulated) -> None:
    """Have MobiWork say what the product costs."""
    world.find(*BUYING, an_order())
    world.push("product")


bad(
    "not_to_be_bought",
    Kind.RECORD,
    ORDER,
    Side(there=costs),
    masters=(*MASTERS, a_vendor(), a_product("307016", cost="0"), a_product("307026")),
)


bad(
    "received_of_what",
    Kind.RECORD,
    order(status="PARTIALLY_RECEIVED"),
    order(status="RECEIVED", receivedDate="2026/03/09"),
)
bad(
    "class_of_purchases",
    Kind.TRACKING,
    Side(
        (an_order(),),
        company={"classes": "transaction"},
        chosen={"class_of_purchases": {"field": "vendor"}},
    ),
    Side(chosen={"class_of_purchases": {"field": ""}}),
)
left_out(
    "no_orders_in_this_plan",
    Side((an_order(),), company={"edition": "Essentials"}),
    Side(company={"edition": "Plus"}),
    of="push_purchase_orders",
    flows=FLOWS,
    masters=BUYING,
)


def spent(**changes: Any) -> Side:
    return Side((an_expense(**changes),))


bad("expense_of_nothing", Kind.RECORD, spent(amount="-1.00"), spent())
bad("expense_paid_by_nothing", Kind.RECORD, spent(paymentType="null"), spent())
bad(
    "expense_in_closed_books",
    Kind.CLOSED,
    Side((an_expense(),), company={"close_date": "2026-12-31"}),
    Side(company={"close_date": ""}),
)
bad(
    "expense_from_no_account",
    Kind.SETTING,
    Side((an_expense(),), chosen={"expense_check_account": ""}),
    fixing=Fixing(FixKind.CHOOSE, "Checking"),
)
bad(
    "expense_from_an_unknown_account",
    Kind.SETTING,
    Side((an_expense(),), chosen={"expense_check_account": "Nope"}),
    fixing=Fixing(FixKind.CHOOSE, "Checking"),
)
bad(
    "expense_from_another_kind_of_account",
    Kind.SETTING,
    Side((an_expense(),), chosen={"expense_check_account": "Mastercard"}),
    fixing=Fixing(FixKind.CHOOSE, "Checking"),
)
OWED = {"reimbursementDueDate": "2026/04/30"}
bad(
    "whose_money",
    Kind.SETTING,
    spent(**OWED),
    fixing=Fixing(FixKind.CHOOSE, "paid by the company"),
)
BILLED = {"reimbursable_expenses": "bill from the employee"}
bad(
    "whose_bill",
    Kind.MAPPING,
    Side((an_expense(**OWED),), chosen=BILLED),
    fixing=Fixing(FixKind.CHOOSE, "2"),
)

"""How customers, vendors and products come to be refused or left out on their way to QuickBooks."""

from decimal import Decimal
from typing import Any

from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import a_customer, a_product
from tests.refusals.walking import Fixing, Side, by_hand, left_out, refused
from tests.refusals.walks.sales import STOCKED
from tests.unit.api.simulated import Simulated
from tests.unit.entities.purchases.buying import a_vendor

FLOWS = ("customer", "vendor", "product")
LONG = "Blue Heron Plumbing and Heating of Tampa Bay and Surroundings " * 10


def listed(name: str, kind: Kind, wrong: Side, right: Side | None = None, **more: Any) -> None:
    refused(name, kind, wrong, right, flows=FLOWS, masters=(), **more)


PARENT = a_customer("700009", companyName="Ibis Estates")
UNDER = {
    "isSubCustomer": "true",
    "parentCustomerId": "700009",
    "parentCustomerName": "Ibis Estates",
}
NOBODY: dict[str, Any] = {
    "companyName": "null",
    "contact": {"firstName": "null", "lastName": "null"},
}
listed("customer_without_a_name", Kind.RECORD, Side((a_customer(**NOBODY),)), Side((a_customer(),)))
listed(
    "customer_below_nobody",
    Kind.RECORD,
    Side((a_customer(isSubCustomer="true", parentCustomerId="null"),)),
    Side((a_customer(),)),
)
listed(
    "customer_without_a_name_in_that_form",
    Kind.RECORD,
    Side(
        (a_customer(companyName="null", contact={"firstName": "Ann", "lastName": "Lee"}),),
        chosen={"display_name_format": "company"},
    ),
    Side((a_customer(),)),
)
listed(
    "customer_with_a_long_name",
    Kind.RECORD,
    Side((a_customer(companyName=LONG),)),
    Side((a_customer(),)),
)
for name, changes, off, on in (
    ("prospect", {"prospectFlag": "true"}, {"push_prospects": False}, {"push_prospects": True}),
    ("sub_customer", UNDER, {"push_sub_customers": False}, {"push_sub_customers": True}),
):
    left_out(
        name,
        Side((PARENT, a_customer(**changes)), chosen=off),
        Side(chosen=on),
        of="push_customers",
        flows=FLOWS,
        masters=(),
    )
for name, make, flow in (
    ("customer", a_customer, "push_customers"),
    ("vendor", a_vendor, "push_vendors"),
    ("product", a_product, "push_products"),
):
    left_out(
        f"{name}_that_is_off",
        Side((make(enabled="false"),)),
        Side((make(),)),
        of=flow,
        flows=FLOWS,
        masters=(),
    )

listed(
    "vendor_without_a_name",
    Kind.RECORD,
    Side((a_vendor(name="null", contact={"firstName": "null", "lastName": "null"}),)),
    Side((a_vendor(),)),
)
listed("vendor_with_a_long_name", Kind.RECORD, Side((a_vendor(name=LONG),)), Side((a_vendor(),)))
for name, changes in (
    ("without_a_name", {"name": "null"}),
    ("with_a_price_below_zero", {"price": "-1"}),
    ("that_costs_too_much", {"price": "100000000000"}),
):
    listed(f"product_{name}", Kind.RECORD, Side((a_product(**changes),)), Side((a_product(),)))
listed(
    "product_of_no_account",
    Kind.SETTING,
    Side((a_product(),), chosen={"cost_of_goods_account": "Nope"}),
    fixing=Fixing(FixKind.CHOOSE, "Cost of Goods Sold"),
)
listed(
    "product_not_counted_yet",
    Kind.SETTING,
    Side((a_product(),), chosen=STOCKED | {"inventory_start_date": None}),
    Side(chosen=STOCKED),
)


def owing(world: Simulated) -> None:
    """Post a customer, whom somebody invoices in QuickBooks."""
    world.find(a_customer(), a_product())
    world.push(*FLOWS)
    sold = {"ItemRef": {"value": world.link("product", "307001")}}
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": sold}
    customer = {"value": world.link("customer", "700001")}
    by_hand(world, "Invoice", CustomerRef=customer, Line=[line])


def settled(world: Simulated) -> None:
    (invoice,) = world.quickbooks.records["Invoice"]
    world.quickbooks.books.act("delete", entity="Invoice", id=invoice["Id"])


refused(
    "customer_who_owes",
    Kind.NOT_UPDATABLE,
    Side((a_customer(enabled="false"), a_product()), there=owing),
    Side(there=settled),
    flows=FLOWS,
    masters=(),
)


def stocked(world: Simulated) -> None:
    world.find(a_product())
    world.push(*FLOWS)
    number = str(world.link("product", "307001"))
    world.quickbooks.edit("Item", number, QtyOnHand=Decimal(3))


def emptied(world: Simulated) -> None:
    number = str(world.link("product", "307001"))
    world.quickbooks.edit("Item", number, QtyOnHand=Decimal(0))


refused(
    "product_on_hand",
    Kind.NOT_UPDATABLE,
    Side((a_product(enabled="false"),), there=stocked, chosen=STOCKED),
    Side(there=emptied),
    flows=FLOWS,
    masters=(),
)

"""Purchase orders as MobiWork has them, with their receipts and their freight."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated

from pydantic import AliasChoices, Field

from connector.entities.purchases.lines import OrderLine, ordering
from connector.entities.shared.counted import Sold, line_facts
from connector.entities.shared.custom_fields import CustomValues, texts
from connector.entities.shared.documents import Amount
from connector.entities.shared.rounding import spread, with_cents
from connector.entities.shared.wire import Wire, cents, dollars
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError
from connector.mobiwork.values import IdValue, MobiWorkDate, listed
from connector.model.flows.context import PushContext
from connector.model.outcomes import About
from connector.model.policy.postable import letters_and_digits
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import of_setting


class PurchaseOrder(Wire):
    """A MobiWork purchase order and its receipt (reference 6 row 19; all names are assumed).

    id, external_id: MobiWork's id, and the one that another system gave it.
    number: of the order.
    vendor_id, vendor_name: whom it was ordered from.
    status: in MobiWork's words.
    vendor_invoice: the number of the vendor's own invoice.
    message, comments: what the vendor reads, and what stays in the house.
    freight, tax: in dollars.
    total: in dollars; None where it does not say.
    custom: the values of custom fields.
    lines: what is ordered.
    """

    id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices("mobiworkpurchaseorderid", "purchaseorderid", "id"),
    )
    external_id: str = Field(default="", alias="externalid")
    number: str = Field(
        default="", validation_alias=AliasChoices("number", "purchaseordernumber", "ponumber")
    )
    vendor_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("vendorid", "mobiworkvendorid")
    )
    vendor_name: str = Field(default="", alias="vendorname")
    status: str = Field(default="", validation_alias=AliasChoices("status", "statusname"))
    created_on: MobiWorkDate = Field(
        title="order date", validation_alias=AliasChoices("createddate", "orderdate")
    )
    expected_on: MobiWorkDate | None = Field(
        title="expected date",
        default=None,
        validation_alias=AliasChoices("expecteddate", "expecteddeliverydate"),
    )
    received_on: MobiWorkDate | None = Field(
        title="date of receipt",
        default=None,
        validation_alias=AliasChoices(
            "receiveddate", "datereceived", "arrivaldate", "shipmentarrivaldate"
        ),
    )
    vendor_invoice: str = Field(
        default="",
        validation_alias=AliasChoices(
            "vendorinvoicenumber", "vendorbillnumber", "supplierinvoicenumber", "billnumber"
        ),
    )
    message: str = ""
    comments: str = Field(default="", validation_alias=AliasChoices("comments", "notes"))
    freight: Amount = Field(
        default=Decimal(0),
        validation_alias=AliasChoices("shippingcost", "freight", "freightcost", "shipping"),
    )
    tax: Amount = Field(default=Decimal(0), validation_alias=AliasChoices("taxamount", "tax"))
    total: Amount | None = Field(
        default=None, validation_alias=AliasChoices("total", "totalamount")
    )
    custom: CustomValues = Field(default=(), alias="customfields")
    lines: Annotated[list[OrderLine], listed("lineitem", "purchaseorderlineitem")] = Field(
        default=[],
        validation_alias=AliasChoices("lineitems", "lineitemlist", "purchaseorderlineitems"),
    )

    @property
    def shown_number(self) -> str:
        """The number a person knows the order by."""
        return self.number or str(self.id)

    @property
    def state(self) -> str:
        """The status as it is compared."""
        return letters_and_digits(self.status)

    @cached_property
    def amounts(self) -> tuple[Decimal, ...]:
        """What the lines that order something come to, in cents.

        Where MobiWork rounds once per order, the cents between go where rounding took or gave them.
        """
        real = ordering(self.lines)
        amounts, exact = [line.amount for line in real], [line.exact for line in real]
        if self.total is None:
            return tuple(amounts)
        wanted = cents(self.total) - cents(self.tax) - cents(self.freight)
        return tuple(with_cents(amounts, exact, wanted, rounded=bool(self.tax)))

    @cached_property
    def costs(self) -> tuple[Decimal, ...]:
        """What the lines that order something cost: with their share of the tax, to the cent."""
        return tuple(spread(self.amounts, cents(self.tax)))

    @property
    def added_up(self) -> Decimal:
        """What the lines and the freight add up to."""
        return sum(self.amounts, cents(self.freight))

    @property
    def said(self) -> dict[str, str]:
        """What it says, by the names that settings call it by."""
        return {"vendor": self.vendor_name} | texts(self.custom)


def about(order: PurchaseOrder, _known: PushContext) -> About:
    """Return by what a person looks for a purchase order and its bills."""
    return About(number=order.shown_number, customer=order.vendor_name)


def order_label(order: PurchaseOrder) -> str:
    """Name a purchase order to a person."""
    to = f" to {order.vendor_name}" if order.vendor_name else ""
    return f"purchase order {order.shown_number}{to}"


def worth_of_all(order: PurchaseOrder) -> Decimal:
    """Return what an order amounts to, tax included."""
    return cents(order.added_up + order.tax)


def facts(order: PurchaseOrder) -> dict[str, str]:
    """Return what an order says of money, party and date, in a person's words."""
    return {
        "amount": dollars(worth_of_all(order)),
        "vendor": order.vendor_id or "",
        "date": order.created_on.isoformat(),
        **freight_fact(order),
        **line_facts(
            Sold(line.product_id, line.quantity, cost)
            for line, cost in zip(ordering(order.lines), order.costs, strict=True)
        ),
    }


def freight_fact(order: PurchaseOrder) -> dict[str, str]:
    """Return the freight of an order as a fact, if there is one."""
    return {"freight": dollars(order.freight)} if order.freight else {}


def with_freight(order: PurchaseOrder, settings: Settings) -> PurchaseOrder:
    """Return an order whose freight is a line of its own, on the product that was chosen for it.

    Raises:
        MissingMappingsError: none was chosen.
    """
    if not order.freight:
        return order
    if not settings.freight_product:
        raise MissingMappingsError(
            [
                of_setting(
                    "freight_product",
                    f"It has {dollars(order.freight)} of freight, and the setting "
                    f'"{title("freight_product")}" is empty. Choose the service to use for it '
                    "there.",
                )
            ],
            fixes=(OPEN_SETTINGS, RETRY, SKIP),
        )
    line = OrderLine.model_validate(
        {"productid": settings.freight_product, "name": "Freight", "total": str(order.freight)}
    )
    told = {name: getattr(order, name) for name in PurchaseOrder.model_fields}
    more = {"lines": [*order.lines, line], "freight": Decimal(0)}
    return PurchaseOrder.model_construct(**told | more)

"""Selling documents: what invoices, quotes and sales orders have in common in MobiWork."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, Field, model_validator

from connector.entities.custom_fields import CustomValues
from connector.entities.documents import Amount
from connector.entities.sales_lines import NOTHING, Line, percent_of
from connector.entities.wire import CENT, Address, Wire, cents, meaningful
from connector.flow import Known, Reference
from connector.mobiwork.values import MobiWorkBool, MobiWorkId, listed
from connector.settings import Settings


class Person(Wire):
    """A contact as nested in a document: only what names and reaches him."""

    first_name: str = Field(default="", alias="firstname")
    last_name: str = Field(default="", alias="lastname")
    email: str = ""

    @property
    def name(self) -> str:
        """First and last name without filler."""
        return " ".join(filter(None, map(meaningful, (self.first_name, self.last_name))))


class Buyer(Wire):
    """The customer as nested in a document; `address` is his main address (reference 3.6)."""

    company_name: str = Field(default="", alias="companyname")
    contact: Person = Field(
        default=Person(), validation_alias=AliasChoices("primarycontact", "contact")
    )
    address: Address = Address()


class SalesForm(Wire):
    """A document that sells something (reference 3.6, 3.8, 3.9; most names are assumed, 6).

    `address` is where the work is done. Discounts and markups are of the whole document.
    """

    id: MobiWorkId = Field(default=None, alias="id")
    number: str = Field(default="", alias="number")
    external_id: str = Field(default="", alias="externalid")
    customer_id: MobiWorkId = Field(
        default=None, validation_alias=AliasChoices("customerid", "mobiworkcustomerid")
    )
    customer_name: str = Field(default="", alias="customername")
    bill_to_id: MobiWorkId = Field(default=None, alias="billtocustomerid")
    customer: Buyer = Buyer()
    contact: Person = Person()
    address: Address = Address()
    comments: str = ""
    lines: Annotated[list[Line], listed("lineItem", "invoiceLineItem")] = Field(
        default=[], validation_alias=AliasChoices("lineitems", "lineitemlist", "invoicelineitems")
    )
    discount_amount: Amount = Field(
        default=NOTHING,
        validation_alias=AliasChoices("discountamount", "discounttotal", "discount"),
    )
    discount_percent: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("discountpercent", "discountpercentage")
    )
    discount_after_tax: MobiWorkBool = Field(default=False, alias="discountaftertax")
    markup_amount: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("markupamount", "markuptotal", "markup")
    )
    markup_percent: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("markuppercent", "markuppercentage")
    )
    markup_after_tax: MobiWorkBool = Field(default=False, alias="markupaftertax")
    shipping: Amount = Field(default=NOTHING, alias="shippingcost")
    tax: Amount = Field(default=NOTHING, validation_alias=AliasChoices("taxamount", "tax"))
    total: Amount = Field(validation_alias=AliasChoices("total", "totalamount"))
    custom_values: CustomValues = Field(default=(), alias="customfields")

    @model_validator(mode="before")
    @classmethod
    def _customer_may_be_an_id(cls, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict) and isinstance(value.get("customer"), str):
            rest = {name: item for name, item in value.items() if name != "customer"}
            return rest | {"customerid": value.get("customerid") or value["customer"]}
        return value

    @property
    def shown_number(self) -> str:
        """The number a person knows the document by."""
        return " ".join(self.number.split()) or str(self.id)

    @property
    def buyer(self) -> str:
        """The customer's name as far as the document tells it."""
        return (
            meaningful(self.customer.company_name)
            or meaningful(self.customer_name)
            or self.customer.contact.name
        )

    @property
    def payer_id(self) -> str:
        """The customer who gets the bill: of a sub-customer it may be another one (2.1)."""
        return self.bill_to_id or self.customer_id or ""

    @property
    def added(self) -> Decimal:
        """What the lines add up to."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def markup(self) -> Decimal:
        """The markup in cents, its percentage taken of the lines."""
        return cents(self.markup_amount) or percent_of(self.added, self.markup_percent)

    @property
    def subtotal(self) -> Decimal:
        """What QuickBooks takes the discount from."""
        return self.added + self.markup + cents(self.shipping)

    @property
    def discount(self) -> Decimal:
        """The discount in cents: as MobiWork says, else its percentage.

        Of a percentage the totals have the last word: MobiWork may round it to the other cent.
        One after tax is taken of the tax, too.
        """
        if self.discount_amount or not self.discount_percent:
            return cents(self.discount_amount)
        tax = cents(self.tax)
        base = self.added + self.markup + (tax if self.discount_after_tax else NOTHING)
        computed = percent_of(base, self.discount_percent)
        implied = self.subtotal + tax - cents(self.total)
        return implied if abs(implied - computed) <= CENT else computed


def refers_to(form: SalesForm) -> tuple[Reference, ...]:
    """Name the customer and the products that must be in QuickBooks first."""
    products = {
        line.product_id: Reference(
            "product", line.product_id, f'product "{line.name or line.product_id}"'
        )
        for line in form.lines
        if line.product_id
    }
    return _customer(form, form.payer_id), *products.values()


def settings_refer_to(form: SalesForm, settings: Settings) -> tuple[Reference, ...]:
    """Name a sub-customer whose bill goes to another, and the product of the shipping."""
    found = []
    if settings.push_sub_customers and form.payer_id != form.customer_id:
        found.append(_customer(form, form.customer_id or ""))
    if form.shipping and settings.shipping_product:
        product = settings.shipping_product
        found.append(Reference("product", product, f'product "{product}" (shipping)'))
    return tuple(found)


def _customer(form: SalesForm, customer_id: str) -> Reference:
    name = form.buyer if customer_id == form.customer_id else ""
    return Reference("customer", customer_id, f'customer "{name or customer_id}"')


def customer_in_quickbooks(form: SalesForm, known: Known) -> str:
    """Return the id of the customer a document is for.

    QuickBooks bills a parent by itself for a sub-customer that says so (reference 7.12); without
    the sub-customer, the document is for the one who gets the bill.
    """
    payer = known.id_of("customer", form.payer_id)
    child = known.links.get(("customer", form.customer_id or ""))
    if (
        child
        and child.base.get("BillWithParent")
        and child.base.get("ParentRef") == {"value": payer}
    ):
        return child.quickbooks_id
    return payer


def label(form: SalesForm, what: str) -> str:
    """Name a document to a person."""
    return f"{what} {form.shown_number}" + (f" of {form.buyer}" if form.buyer else "")

"""Selling documents: what invoices, quotes and sales orders have in common in MobiWork."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import AliasChoices, AliasPath, Field, field_validator, model_validator

from connector.entities.parties.addresses import Address
from connector.entities.parties.billing import Bill, Billed
from connector.entities.sales.lines import SalesLine, percent_of
from connector.entities.shared.counted import Sold, line_facts
from connector.entities.shared.custom_fields import CustomValue, CustomValues, own_value, texts
from connector.entities.shared.documents import Amount
from connector.entities.shared.rounding import spread, with_cents
from connector.entities.shared.wire import CENT, NOTHING, Wire, cents, dollars, meaningful
from connector.mobiwork.values import IdValue, MobiWorkBool, MobiWorkDate, listed
from connector.model.flows.census import CATEGORY, FIELD, STATUS
from connector.model.flows.context import PushContext
from connector.model.flows.records import MobiWorkRecords
from connector.model.outcomes import About


class Person(Wire):
    """A contact as nested in a document: only what names and reaches him.

    first_name, last_name, email: as MobiWork has them; empty where it has none.
    """

    first_name: str = Field(default="", alias="firstname")
    last_name: str = Field(default="", alias="lastname")
    email: str = ""

    @property
    def name(self) -> str:
        """First and last name without filler."""
        return " ".join(filter(None, map(meaningful, (self.first_name, self.last_name))))


class Buyer(Wire):
    """The customer as nested in a document (reference 3.6).

    `address` is his main address; `taxable` says whether he pays sales tax, today.

    company_name: empty of a private customer.
    contact: who is to be asked there.
    """

    company_name: str = Field(default="", alias="companyname")
    contact: Person = Field(
        default=Person(), validation_alias=AliasChoices("primarycontact", "contact")
    )
    address: Address = Address()
    taxable: MobiWorkBool | None = None


class SalesForm(Billed):
    """A document that sells something (reference 3.6, 3.8, 3.9; most names are assumed, 6).

    `address` is where the work is done, or the customer's address of the id `location_id` (3.2).
    Discounts and markups are of the whole document.

    id, number, external_id: MobiWork's id and number, and the id that another system gave it.
    customer_id, customer_name, parent_id: whom it is for, and whose sub-customer that is.
    customer, contact: the same as nested in it.
    comments: stay in the house.
    lines: what is sold.
    discount_amount, markup_amount: in dollars; discount_percent, markup_percent: 10 is a tenth.
    discount_after_tax, markup_after_tax: whether they do not change the tax.
    shipping, tax, total: in dollars.
    custom_values: the values of custom fields.
    status, category, seller: in the account's own words.
    work_order, order_number: the number of its work order, and that of the customer's order.
    """

    what: ClassVar[str]
    """What a person calls such a document."""

    id: IdValue = Field(default=None, alias="id")
    number: str = Field(default="", alias="number")
    external_id: str = Field(default="", alias="externalid")
    status: str = ""
    customer_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("customerid", "mobiworkcustomerid")
    )
    customer_name: str = Field(default="", alias="customername")
    parent_id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices(
            "parentcustomerid", AliasPath("customer", "parentcustomerid")
        ),
    )
    customer: Buyer = Buyer()
    contact: Person = Person()
    address: Address = Address()
    location_id: IdValue = Field(default=None, alias="locationid")
    comments: str = ""
    lines: Annotated[list[SalesLine], listed("lineItem", "invoiceLineItem")] = Field(
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
    category: str = Field(default="", validation_alias=AliasChoices("categoryname", "category"))
    seller: str = Field(
        default="", validation_alias=AliasChoices("seller", "salesrep", "assignedto")
    )
    work_order: str = Field(
        default="", validation_alias=AliasChoices("workordernumber", "workorderid")
    )
    order_number: str = Field(
        default="",
        validation_alias=AliasChoices("ponumber", "customerponumber", "purchaseordernumber"),
    )
    served_on: MobiWorkDate | None = Field(
        title="service date",
        default=None,
        validation_alias=AliasChoices("servicedate", "workdate"),
    )

    @field_validator("lines")
    @classmethod
    def _no_blank_lines(cls, lines: list[SalesLine]) -> list[SalesLine]:
        return [line for line in lines if not line.is_blank]

    @model_validator(mode="before")
    @classmethod
    def _customer_may_be_an_id(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("customer"), str):
            rest = {name: item for name, item in value.items() if name != "customer"}
            return rest | {"customerid": value.get("customerid") or value["customer"]}
        return value

    @property
    def own_values(self) -> tuple[CustomValue, ...]:
        """Its custom fields, and what else a custom field of QuickBooks may carry."""
        more = {
            "category": self.category,
            "seller": self.seller,
            "workOrderNumber": self.work_order,
            "poNumber": self.order_number,
        }
        in_quickbooks = {one.api_name for one in self.custom_values}
        return *self.custom_values, *(
            own_value(name, text)
            for name, text in more.items()
            if text and name not in in_quickbooks and text != "0"
        )

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """Its status, its category and the names of the fields that hold something."""
        fields = ((FIELD, name) for name in texts(self.own_values))
        return ((STATUS, self.status), (CATEGORY, self.category), *fields)

    @property
    def shown_number(self) -> str:
        """The number a person knows the document by."""
        return " ".join(self.number.split()) or str(self.id)

    @cached_property
    def buyer(self) -> str:
        """The customer's name as far as the document tells it."""
        return (
            meaningful(self.customer.company_name)
            or meaningful(self.customer_name)
            or self.customer.contact.name
        )

    @cached_property
    def payer_id(self) -> str:
        """The customer who gets the bill: of a sub-customer it may be another one (2.1)."""
        own = self.customer_id or ""
        if self.bill is Bill.OWN:
            return own
        return (self.parent_id if self.bill is Bill.PARENT else "") or self.payer or own

    @cached_property
    def bill(self) -> Bill:
        """Whose the bill is; an older invoice may name another one than its customer does now."""
        return self.bill_of(self.customer_id, self.parent_id)

    @cached_property
    def line_amounts(self) -> tuple[Decimal, ...]:
        """The lines in cents; where MobiWork rounds once per document its total has the last word.

        Then the cents between its total and the lines go where rounding took or gave them.
        """
        amounts, total = [line.amount for line in self.lines], cents(self.total)
        added = sum(amounts, NOTHING)
        makes = self._made_of(added)
        if makes == total:
            return tuple(amounts)
        exact = [line.exact for line in self.lines]
        computed = cents(sum(exact, NOTHING))
        wanted = computed if self._made_of(computed) == total else added + total - makes
        rounded = bool(self.tax) + bool(self.discount_percent) + bool(self.markup_percent)
        rounded += sum(line.rounds_discount for line in self.lines)
        return tuple(with_cents(amounts, exact, wanted, rounded=rounded))

    @cached_property
    def sold_at(self) -> tuple[Decimal, ...]:
        """The lines in cents with the markup that goes into their prices."""
        return tuple(spread(self.line_amounts, self.markup_in_prices))

    def _made_of(self, added: Decimal) -> Decimal:
        """Return the total that lines of this sum make."""
        more = self._markup_of(added) + cents(self.shipping) + cents(self.tax)
        return added + more - self._discount_of(added)

    @cached_property
    def added(self) -> Decimal:
        """What the lines add up to."""
        return sum(self.line_amounts, NOTHING)

    @cached_property
    def makes(self) -> Decimal:
        """What the whole document adds up to."""
        return self._made_of(self.added)

    @cached_property
    def markup(self) -> Decimal:
        """The markup in cents: as MobiWork says, else its percentage of the lines."""
        return self._markup_of(self.added)

    def _markup_of(self, added: Decimal) -> Decimal:
        if self.markup_amount or not self.markup_percent:
            return cents(self.markup_amount)
        if self.markup_after_tax:
            return self._percentage_after_tax(added)
        return percent_of(added, self.markup_percent)

    def _percentage_after_tax(self, added: Decimal) -> Decimal:
        """Take the percentage of the tax, too, and less what was taken off before tax.

        The totals have the last word on its cent, as with a discount; of two percentages only on
        that of the discount.
        """
        off, tax = cents(self.discount_amount), cents(self.tax)
        before = off or percent_of(added, self.discount_percent)
        base = added + tax - (NOTHING if self.discount_after_tax else before)
        computed = percent_of(base, self.markup_percent)
        implied = cents(self.total) - added - cents(self.shipping) - tax + off
        told = not self.discount_percent or bool(off)
        return implied if told and abs(implied - computed) <= CENT else computed

    @property
    def markup_in_prices(self) -> Decimal:
        """The markup that goes into the prices of the lines: one before tax."""
        return NOTHING if self.markup_after_tax else self.markup

    @property
    def markup_on_top(self) -> Decimal:
        """The markup that becomes a line of its own, which is not taxed: one after tax."""
        return self.markup if self.markup_after_tax else NOTHING

    @cached_property
    def subtotal(self) -> Decimal:
        """What QuickBooks takes the discount from."""
        return self.added + self.markup + cents(self.shipping)

    @cached_property
    def discount(self) -> Decimal:
        """The discount in cents: as MobiWork says, else its percentage.

        Of a percentage the totals have the last word: MobiWork may round it to the other cent.
        One after tax is taken of the tax, too.
        """
        return self._discount_of(self.added)

    def _discount_of(self, added: Decimal) -> Decimal:
        if self.discount_amount or not self.discount_percent:
            return cents(self.discount_amount)
        tax, markup = cents(self.tax), self._markup_of(added)
        in_prices = NOTHING if self.markup_after_tax else markup
        base = added + (markup + tax if self.discount_after_tax else in_prices)
        computed = percent_of(base, self.discount_percent)
        implied = added + markup + cents(self.shipping) + tax - cents(self.total)
        return implied if implied >= 0 and abs(implied - computed) <= CENT else computed


def records_of[F: SalesForm](
    entity: str, model: type[F], owed: Callable[[F], str] = lambda _form: ""
) -> MobiWorkRecords[F]:
    """Return how documents of a kind are listed, read and recognised in MobiWork."""
    return MobiWorkRecords(
        entity=entity,
        model=model,
        external_id=lambda form: form.external_id,
        said=lambda form: form.said,
        owed=owed,
    )


def worth(form: SalesForm) -> Decimal:
    """Return what a document amounts to."""
    return cents(form.total)


def facts(form: SalesForm, day: date) -> dict[str, str]:
    """Return what a document says of money, party, date and tax, in a person's words."""
    billed = "" if form.payer_id == form.customer_id else form.payer_id
    return {
        "amount": dollars(form.total),
        "sales tax": dollars(form.tax),
        "customer": form.customer_id or "",
        "customer billed": billed or "",
        "date": day.isoformat(),
        **_parts(form),
    }


def _parts(form: SalesForm) -> dict[str, str]:
    """Return what the amount is made of: each part is booked on an account of its own."""
    lines = zip(form.lines, form.line_amounts, strict=True)
    beside = (("discount", form.discount), ("shipping", form.shipping), ("markup", form.markup))
    return line_facts(
        Sold(line.product_id, line.quantity, amount, line.taxable)
        for line, amount in lines
        if not line.is_note
    ) | {name: dollars(amount) for name, amount in beside if amount}


def moved(form: SalesForm) -> list[tuple[str, Decimal]]:
    """Return how many pieces of which products leave stock."""
    return [(line.product_id, line.quantity) for line in form.lines if line.product_id]


def about(form: SalesForm, _known: PushContext) -> About:
    """Return by what a person looks for a document."""
    return About(number=form.shown_number, customer=form.buyer)


def label(form: SalesForm) -> str:
    """Name a document to a person."""
    return f"{form.what} {form.shown_number}" + (f" of {form.buyer}" if form.buyer else "")

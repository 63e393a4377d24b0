"""Invoices: pushed once, with every line tied to its product and the total compared to the cent."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from connector.entities.documents import NUMBER_LENGTH, document_number, fitting_price, is_ours
from connector.entities.wire import Address, Wire, cents, dollars, without_empty
from connector.flow import Body, Flow, Known, Reference, never
from connector.mobiwork.values import (
    MobiWorkBool,
    MobiWorkDate,
    MobiWorkDecimal,
    MobiWorkId,
    listed,
)
from connector.quickbooks.query import select
from connector.settings import Settings

LINE_LIMIT = 750


class Line(Wire):
    """One line of an invoice (reference 6, row 9; the names are assumed)."""

    product_id: MobiWorkId = Field(
        default=None, validation_alias=AliasChoices("productid", "mobiworkproductid")
    )
    name: str = Field(default="", validation_alias=AliasChoices("productname", "name"))
    description: str = ""
    quantity: MobiWorkDecimal = Decimal(1)
    price: MobiWorkDecimal = Decimal(0)
    taxable: MobiWorkBool = False
    total: MobiWorkDecimal | None = Field(
        default=None, validation_alias=AliasChoices("total", "lineTotal", "amount")
    )

    @property
    def amount(self) -> Decimal:
        """The line's own total if it has one, else quantity times price, in cents."""
        return cents(self.quantity * self.price if self.total is None else self.total)


class InvoiceCustomer(Wire):
    """The customer as nested in an invoice: only what names it and reaches it."""

    company_name: str = Field(default="", alias="companyname")


class Invoice(Wire):
    """A MobiWork invoice (reference 3.6; total, lines and number are assumed, 6 rows 8 and 9)."""

    id: MobiWorkId = Field(
        default=None, validation_alias=AliasChoices("mobiworkinvoiceid", "invoiceid", "id")
    )
    number: str = Field(default="", validation_alias=AliasChoices("invoicenumber", "number"))
    status: str = ""
    customer_id: MobiWorkId = Field(default=None, alias="customerid")
    customer: InvoiceCustomer = InvoiceCustomer()
    invoice_date: MobiWorkDate = Field(validation_alias=AliasChoices("invoicedate", "createddate"))
    due_date: MobiWorkDate | None = Field(default=None, alias="duedate")
    terms: str = ""
    comments: str = ""
    address: Address = Address()
    subtotal: MobiWorkDecimal | None = Field(default=None, alias="subtotal")
    tax: MobiWorkDecimal = Field(
        default=Decimal(0), validation_alias=AliasChoices("taxamount", "tax")
    )
    total: MobiWorkDecimal = Field(validation_alias=AliasChoices("total", "totalamount"))
    lines: Annotated[list[Line], listed("lineitem", "invoicelineitem")] = Field(
        default=[], validation_alias=AliasChoices("lineitems", "lineitemlist", "invoicelineitems")
    )

    @property
    def shown_number(self) -> str:
        """The number a person knows the invoice by."""
        return self.number or str(self.id)


def label(invoice: Invoice) -> str:
    """Name an invoice to a person."""
    of = f" of {invoice.customer.company_name}" if invoice.customer.company_name else ""
    return f"invoice {invoice.shown_number}{of}"


def why_not(invoice: Invoice, settings: Settings) -> str:
    """Say why an invoice is not for QuickBooks yet: its status is not one that is pushed."""
    chosen = {status.casefold() for status in settings.invoice_statuses}
    if chosen and invoice.status.casefold() not in chosen:
        return f'Its status is "{invoice.status}", which is not one of those that are pushed.'
    return ""


def problems(invoice: Invoice) -> list[str]:
    """Say what is wrong with an invoice: no lines, no product, lines that do not add up."""
    if not invoice.lines:
        return ["It has no lines. Add what was sold in MobiWork."]
    found = []
    if not invoice.customer_id:
        found.append("It has no customer. Choose one in MobiWork.")
    if len(invoice.lines) > LINE_LIMIT:
        found.append(f"It has {len(invoice.lines)} lines; QuickBooks takes {LINE_LIMIT}.")
    found += [
        f'Line {position} ("{line.name or line.description}") has no product. Choose one in '
        "MobiWork."
        for position, line in enumerate(invoice.lines, start=1)
        if not line.product_id
    ]
    added = sum((line.amount for line in invoice.lines), Decimal(0))
    if added + cents(invoice.tax) != cents(invoice.total):
        found.append(
            f"Its lines add up to {dollars(added)} and its tax is {dollars(invoice.tax)}, which "
            f"makes {dollars(added + invoice.tax)}, but its total says {dollars(invoice.total)}. "
            "Correct the lines or the total in MobiWork."
        )
    return found


def refers_to(invoice: Invoice) -> tuple[Reference, ...]:
    """Name the customer and the products an invoice needs in QuickBooks first."""
    customer = Reference(
        "customer",
        invoice.customer_id or "",
        f'customer "{invoice.customer.company_name or invoice.customer_id}"',
    )
    products = {
        line.product_id: Reference(
            "product", line.product_id, f'product "{line.name or line.product_id}"'
        )
        for line in invoice.lines
        if line.product_id
    }
    return customer, *products.values()


def to_qbo(invoice: Invoice, known: Known) -> Body:
    """Translate to a QuickBooks Invoice (reference 6.8).

    Online payment flags are sent as false because leaving them out does not mean off; the tax
    code stands on every line because a line without one is taken as not taxed (reference 6.7).
    """
    body = {
        "CustomerRef": {"value": known.id_of("customer", invoice.customer_id or "")},
        "TxnDate": invoice.invoice_date.isoformat(),
        "DueDate": _due(invoice),
        "SalesTermRef": _terms(invoice, known),
        "DocNumber": document_number(invoice.shown_number) if known.company.custom_numbers else "",
        "PrivateNote": f"MobiWork invoice {invoice.shown_number} {known.marker}",
        "CustomerMemo": {"value": invoice.comments[:1000]} if invoice.comments else {},
        "BillAddr": invoice.address.to_qbo(),
        "ShipAddr": invoice.address.to_qbo(),
        "Line": [
            line_to_qbo(line, position, known)
            for position, line in enumerate(invoice.lines, start=1)
        ],
    }
    if known.settings.send_tax and known.company.uses_sales_tax:
        body["TxnTaxDetail"] = {"TotalTax": cents(invoice.tax)}
    flags = {"AllowOnlineCreditCardPayment": False, "AllowOnlineACHPayment": False}
    return without_empty(body) | flags


def line_to_qbo(line: Line, position: int, known: Known) -> Body:
    """Translate a line so that Amount equals Qty x UnitPrice, rounded half up (fault 6070)."""
    detail: Body = {
        "ItemRef": {"value": known.id_of("product", line.product_id or "")},
        "TaxCodeRef": {"value": "TAX" if line.taxable else "NON"},
    }
    price = fitting_price(line.quantity, line.price, line.amount)
    if price is not None:
        detail |= {"Qty": line.quantity, "UnitPrice": price}
    return without_empty(
        {
            "LineNum": position,
            "Description": (line.description or line.name)[:4000],
            "Amount": line.amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }
    )


def _due(invoice: Invoice) -> str:
    due: date | None = invoice.due_date
    return due.isoformat() if due and due >= invoice.invoice_date else ""


def _terms(invoice: Invoice, known: Known) -> Body:
    found = known.company.terms.get(invoice.terms)
    return {"value": found} if found else {}


def twin_query(body: Body) -> str:
    """Find the customer's invoices of the same day; the marker tells which is ours."""
    return select("Invoice", CustomerRef=body["CustomerRef"]["value"], TxnDate=str(body["TxnDate"]))


def remarks(invoice: Invoice, _answer: Mapping[str, Any]) -> list[str]:
    """Say what of an invoice was shortened to fit QuickBooks."""
    if len(invoice.shown_number) > NUMBER_LENGTH:
        return [f"The number {invoice.shown_number} was shortened to {NUMBER_LENGTH} characters."]
    return []


def difference(invoice: Invoice, answer: Mapping[str, Any]) -> str:
    """Say how QuickBooks' total and tax differ from MobiWork's, to the cent."""
    total = Decimal(str(answer.get("TotalAmt", 0)))
    tax = Decimal(str(answer.get("TxnTaxDetail", {}).get("TotalTax", 0)))
    if cents(total) == cents(invoice.total):
        return ""
    return (
        f"MobiWork's total is {dollars(invoice.total)} with "
        f"{dollars(invoice.tax)} tax, QuickBooks made it {dollars(total)} with {dollars(tax)} tax."
    )


PUSH = Flow(
    name="push_invoices",
    source="invoice",
    target="Invoice",
    model=Invoice,
    label=label,
    why_not=why_not,
    problems=problems,
    refers_to=refers_to,
    translate=to_qbo,
    twin_query=twin_query,
    is_twin=is_ours,
    remarks=remarks,
    difference=difference,
    updates=never,
)

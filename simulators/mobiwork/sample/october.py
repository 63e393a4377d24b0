"""The last month of the sample company: what somebody in the office did, one of each kind.

All of it has numbers of its own after everything else, and is done as a person does it.
"""

from simulators.mobiwork import people
from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount
from simulators.mobiwork.model import Node, Record
from simulators.mobiwork.person import act
from simulators.mobiwork.receiving import receive
from simulators.mobiwork.sample.invoices import LAST_DAY
from simulators.mobiwork.store import Store

SCHOOL = "Harbor Elementary School"
_WORTH_TAXING = 60
_HERE: Record = {"city": "Tampa", "state": "FL", "zipCode": "33602", "countryId": "1"}
_MIAMI: Record = {"address1": "77 Palm Way", "city": "Miami", "state": "FL", "zipCode": "33130"}


class Office:
    """Somebody who enters October's documents for a few customers."""

    def __init__(
        self, store: Store, customers: list[Record], products: list[Record], users: list[Record]
    ) -> None:
        self.account = Account(store=store, now=lambda: LAST_DAY)
        self.customers = [str(one["mobiworkCustomerId"]) for one in customers]
        taxed = (one for one in products if one["taxable"] == "true")
        self.labor = products[0]
        self.part = next(one for one in taxed if amount(one["price"]) > _WORTH_TAXING)
        self.technician = str(users[0]["mobiworkUserId"])

    def do(self, deed: str, **given: object) -> Record:
        """Do one thing; returns the record as it is afterwards."""
        return act(self.account, deed, given)

    def lines(self) -> list[Node]:
        """An hour of labor, which is not taxed, and a part, which is."""
        return [_line(self.labor, "1"), _line(self.part, "1")]

    def bill(self, number: int, day: str, status: str = "Customer Invoiced") -> str:
        """Add an invoice of one of the customers; returns its id."""
        return self.bill_to(self.customers[number], day, status)

    def bill_to(self, customer_id: str, day: str, status: str = "Customer Invoiced") -> str:
        """Add an invoice; returns its id."""
        given = {
            "customerId": customer_id,
            "description": "Service visit",
            "createdDate": f"{day}T10:30:00",
            "invoiceDate": day,
            "dueDate": day,
            "terms": "Due on receipt",
            "lineItems": self.lines(),
        }
        return str(self.do("save_draft", status=status, **given)["mobiworkInvoiceId"])

    def pay(self, invoice_id: str, day: str, **given: object) -> str:
        """Pay an invoice by check, all of it or an `amount`; returns the id of the payment."""
        total = people.one(self.account, "invoice", invoice_id)["total"]
        by_check = {"paymentMethod": "Check", "paymentReference": f"chk {invoice_id}"}
        paid = {"invoiceId": invoice_id, "amount": total, "paymentDate": day, "createdDate": day}
        return str(people.add(self.account, "payment", paid | by_check | given)["paymentId"])


def _line(product: Record, quantity: str) -> Record:
    copied = ("productName", "name"), ("description", "description"), ("taxable", "taxable")
    return {
        "productId": product["mobiworkProductId"],
        "quantity": quantity,
        "price": product["price"],
        **{name: product[source] for name, source in copied},
    }


def add(office: Office) -> None:
    """Add the month."""
    _bill_a_school(office)
    _leave_open(office)
    _take_back(office)
    _work_elsewhere(office)
    _buy(office)


def _bill_a_school(office: Office) -> None:
    """Let an exempt school have its boiler mended; the lines stay taxable."""
    contact = {"firstName": "TBD", "lastName": "TBD", "phoneNumber": "8135550177"}
    address = {**_HERE, "address1": "12 Harbor Way", "name": "Primary Address"}
    given = {"companyName": SCHOOL, "type": "BUSINESS", "externalCustomerId": ""}
    dated = {"fromDate": "2026-10-01", "category": "Commercial", "createdBy": "31"}
    made = people.add(
        office.account, "customer", {**given, **dated, "address": address, "contact": contact}
    )
    school = str(made["mobiworkCustomerId"])
    office.do("exempt_customer", id=school)
    office.bill_to(school, "2026-10-05")


def _leave_open(office: Office) -> None:
    """Leave invoices that nobody should post: a draft, one to be decided, a duplicate."""
    office.bill(0, "2026-10-27", "Draft")
    office.bill(1, "2026-10-28", "Waiting for the owner")
    office.bill(2, "2026-10-28", "Void - duplicate")


def _take_back(office: Office) -> None:
    """Refund, bounce, write off, credit, remove: each of an invoice of its own."""
    refunded = office.pay(office.bill(3, "2026-10-06"), "2026-10-07")
    office.do("refund_payment", id=refunded, amount="30.00", **_dated("2026-10-12"))
    bounced = office.pay(office.bill(4, "2026-10-08"), "2026-10-09")
    office.do("bounce_payment", id=bounced, status="NSF")
    nearly = office.bill(5, "2026-10-13")
    office.pay(nearly, "2026-10-14", amount="150.00")
    office.do("write_off", invoiceId=nearly, **_dated("2026-10-29"))
    pleased = office.bill(6, "2026-10-15")
    given = {"amount": "20.00", "paymentType": "PAYMENT", "paymentMethod": "Store Credit"}
    office.do("credit_invoice", invoiceId=pleased, **given, **_dated("2026-10-16"))
    office.do("remove_payment", id=office.pay(office.bill(7, "2026-10-19"), "2026-10-20"))


def _dated(day: str) -> dict[str, str]:
    return {"paymentDate": day, "createdDate": day}


def _work_elsewhere(office: Office) -> None:
    """Work away from the customer's own address, for an order with a number of the customer's."""
    invoice = office.bill(8, "2026-10-21")
    office.do("set_place_of_work", id=invoice, address=_MIAMI)
    for api_name, name, value in (
        ("PoNumber", "Customer PO", "PO 20261021"),
        ("Class", "Class", "South"),
        ("SalesRep", "Sales rep", "Office"),
    ):
        field = {"apiName": api_name, "name": name, "value": value}
        office.do("set_custom_field", entity="invoice", id=invoice, **field)


def _buy(office: Office) -> None:
    """Goods that came without a date and with tax, a late check-out, a technician's own money."""
    order: Record = {
        "vendorId": next(iter(office.account.store.records["vendor"])),
        "createdDate": "2026-10-14T09:00:00",
        "expectedDate": "2027-01-15",
        "lineItems": [_line(office.part, "20")],
    }
    bought = people.add(office.account, "purchaseOrder", order)["mobiworkPurchaseOrderId"]
    office.do("tax_order", id=bought, taxAmount="7.50")
    receive(office.account, str(bought), {"receivedDate": None, "vendorInvoiceNumber": "VI-9001"})
    sold: Record = {
        "type": "Counter sale",
        "customerId": office.customers[0],
        "createdDate": "2026-09-30T15:00:00",
        "lineItems": [_line(office.part, "3")],
    }
    number = people.add(office.account, "salesOrder", sold)["salesOrderId"]
    office.do("check_out", id=number, checkoutDate="2026-10-22")
    for spending, status in (("48.10", "Awaiting manager approval"), ("36.25", "Approved")):
        claim = {"amount": spending, "customStatusName": status, "categoryName": "Tools"}
        spent = {"expenseDate": "2026-10-23", "createdDate": "2026-10-23", "description": "Bits"}
        office.do("claim_expense", userId=office.technician, **claim, **spent)

"""The first days that go wrong with others, as data of one company in both simulators.

Whoever fills the books knows which records are the same in real life: `Sides.truth`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import requests
from defusedxml.ElementTree import fromstring

from tests.generated_company import GeneratedCompany, generate

OWN_ID = {"payment": "paymentId", "expense": "expenseId"}
HISTORY = {"seed": 12, "customers": 30, "invoices": 24, "payments": 20}
STARTS = "2024-11-01"
ADDRESS = {"address1": "1 Oak St", "city": "Tampa", "state": "Florida", "zipCode": "33602"}
CUSTOMER_PARTS: Mapping[str, Any] = {
    "prospectFlag": "false",
    "enabled": "true",
    "taxable": "false",
    "address": ADDRESS,
}
DESK = {"firstName": "TBD", "lastName": "TBD"}
PAID = {"status": "CREATED", "paymentType": "PAYMENT", "paymentMethod": "Check"}


@dataclass
class Sides:
    """Both simulators as the people of the company use them.

    truth: by entity and MobiWork id the QuickBooks id of the same record; None where there is none.
    """

    quickbooks: str
    mobiwork: str
    truth: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def there(self, entity: str, **body: Any) -> str:
        """Let the accountant enter a record in QuickBooks; its id."""
        told = self._asked(
            f"{self.quickbooks}/_sim/person/create", {"entity": entity, "body": body}
        )
        return str(told.get(entity, told)["Id"])

    def voided(self, entity: str, number: str) -> None:
        """Let the accountant void a document in QuickBooks."""
        self._asked(f"{self.quickbooks}/_sim/person/void", {"entity": entity, "id": number})

    def here(self, entity: str, same: str | None = None, **given: Any) -> str:
        """Let the office enter a record in MobiWork; its id."""
        told = self._asked(f"{self.mobiwork}/_sim/records/{entity}", given)
        own = str(told[OWN_ID.get(entity, f"mobiwork{entity[0].upper()}{entity[1:]}Id")])
        self.truth[entity, own] = same
        return own

    def _asked(self, url: str, told: object) -> dict[str, Any]:
        answer = requests.post(url, json=told, timeout=60)
        assert answer.ok, f"{told}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found


@dataclass
class Company:
    """One company, entered record by record."""

    sides: Sides
    visit: str = ""
    visit_there: str = ""

    def fill(self) -> None:
        """Enter every first day of the case file, and two years of history beside them."""
        self.visit_there = self.sides.there("Item", Name="Visit", **_sold("79"))
        self.visit = self.product("Visit", self.visit_there)
        _history(self, generate(**HISTORY))
        _typed_twice(self)
        _bought_twice(self)
        _opening_entry(self)
        _native_links(self)
        _ids_of_another_company(self)
        _two_of_one_name(self)
        _a_stranger(self)
        _shown_name_only(self)

    def person_there(self, name: str, **more: Any) -> str:
        """Enter a customer in QuickBooks."""
        return self.sides.there("Customer", DisplayName=name, **more)

    def person_here(self, name: str, same: str | None = None, **more: Any) -> str:
        """Enter a person in MobiWork who is a customer."""
        first, _, last = name.partition(" ")
        contact = {"firstName": first, "lastName": last} | more.pop("contact", {})
        given = {"type": "RESIDENTIAL", "contact": contact, **CUSTOMER_PARTS, **more}
        return self.sides.here("customer", same, **given)

    def business_here(self, name: str, same: str, **more: Any) -> str:
        """Enter a business in MobiWork that is a customer."""
        given = {"companyName": name, "type": "BUSINESS", "contact": DESK, **CUSTOMER_PARTS, **more}
        return self.sides.here("customer", same, **given)

    def invoice_there(self, customer: str, total: str, day: str, **more: Any) -> str:
        """Enter an invoice in QuickBooks."""
        detail = {"ItemRef": {"value": self.visit_there}, "TaxCodeRef": {"value": "NON"}}
        line = {"Amount": total, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        whom = {"CustomerRef": {"value": customer}}
        return self.sides.there("Invoice", **whom, TxnDate=day, Line=[line], **more)

    def invoice_here(
        self, customer: str, total: str, day: str, same: str | None = None, **more: Any
    ) -> str:
        """Enter an invoice in MobiWork."""
        line = {
            "productId": self.visit,
            "productName": "Visit",
            "quantity": "1",
            "price": total,
            "total": total,
            "taxable": "false",
        }
        whole = {"subTotal": total, "taxAmount": "0", "total": total, "lineItems": [line]}
        when: dict[str, Any] = {"invoiceDate": day, "dueDate": day, "createdDate": day}
        given = {"status": "Customer Invoiced", "customerId": customer} | when | whole | more
        return self.sides.here("invoice", same, **given)

    def payment_there(self, customer: str, invoice: str, total: str, day: str, **more: Any) -> str:
        """Enter a payment of an invoice in QuickBooks."""
        linked = [{"TxnId": invoice, "TxnType": "Invoice"}]
        line = {"Amount": total, "LinkedTxn": linked}
        whom = {"CustomerRef": {"value": customer}}
        return self.sides.there("Payment", **whom, TotalAmt=total, TxnDate=day, Line=[line], **more)

    def payment_here(
        self, invoice: str, total: str, day: str, same: str | None = None, **more: Any
    ) -> str:
        """Enter a payment of an invoice in MobiWork."""
        paid = {"invoiceId": invoice, "amount": total, "paymentDate": day, "createdDate": day}
        return self.sides.here("payment", same, **(PAID | paid | more))

    def product(self, name: str, same: str | None, **more: Any) -> str:
        """Enter a product in MobiWork."""
        given = {"type": "SERVICES", "price": "50.00", "quantity": "0", "taxable": "false"} | more
        return self.sides.here("product", same, name=name, **given)


def _sold(account: str, **more: Any) -> dict[str, Any]:
    """Return what an item needs in QuickBooks."""
    income = {"IncomeAccountRef": {"value": account}}
    return {"Type": "Service", "UnitPrice": "50.00", "Taxable": False} | income | more


def _history(company: Company, made: GeneratedCompany) -> None:
    """Enter the generated company (F1): other numbers, days off, renamed and merged customers."""
    there = _books(company, made)
    here: dict[tuple[str, str], str] = {}
    for entity in ("customer", "invoice", "payment"):
        pairs = made.true_pairs[entity]
        for record in made.mobiwork[entity]:
            given = _plain(fromstring(record.xml))
            same = there[entity].get(pairs.get(record.own_id, ""))
            here[entity, record.own_id] = _entered(company, here, entity, same, given)


def _books(company: Company, made: GeneratedCompany) -> dict[str, dict[str, str]]:
    """Enter the QuickBooks side; by entity the id there of each generated one."""
    customers, invoices, payments = {}, {}, {}
    for row in made.quickbooks["Customer"]:
        known = ("DisplayName", "PrimaryEmailAddr", "PrimaryPhone")
        customers[row["Id"]] = company.sides.there("Customer", **{n: row[n] for n in known})
    for row in made.quickbooks["Invoice"]:
        whom, total = customers[row["CustomerRef"]["value"]], f"{row['TotalAmt']:.2f}"
        number = {"DocNumber": row["DocNumber"]}
        invoices[row["Id"]] = company.invoice_there(whom, total, row["TxnDate"], **number)
    for row in made.quickbooks["Payment"]:
        whom, total = customers[row["CustomerRef"]["value"]], f"{row['TotalAmt']:.2f}"
        paid = invoices[row["Line"][0]["LinkedTxn"][0]["TxnId"]]
        reference = {"PaymentRefNum": row["PaymentRefNum"]} if row["PaymentRefNum"] else {}
        payments[row["Id"]] = company.payment_there(whom, paid, total, row["TxnDate"], **reference)
    return {"customer": customers, "invoice": invoices, "payment": payments}


def _entered(
    company: Company,
    here: Mapping[tuple[str, str], str],
    entity: str,
    same: str | None,
    given: dict[str, Any],
) -> str:
    """Enter one generated record of MobiWork's side; its id there."""
    day = str(given.get("invoiceDate") or given.get("paymentDate") or "").replace("/", "-")
    match entity:
        case "customer":
            del given["mobiworkCustomerId"]
            return company.sides.here("customer", same, **given, **CUSTOMER_PARTS)
        case "invoice":
            whom, number = here["customer", given["customerId"]], given["invoiceNumber"]
            return company.invoice_here(whom, given["total"], day, same, invoiceNumber=number)
        case _:
            invoice, reference = here["invoice", given["invoiceId"]], given["paymentReference"]
            more = {"paymentReference": reference} if reference else {}
            return company.payment_here(invoice, given["amount"], day, same, **more)


def _plain(element: Element) -> dict[str, Any]:
    """Return MobiWork's XML as the office types it."""
    return {one.tag: _plain(one) if len(one) else one.text or "" for one in element}


def _typed_twice(company: Company) -> None:
    """Enter 24 invoices and 22 payments by hand on both sides (F1)."""
    blue_there = company.person_there("Blue Heron Plumbing")
    blue = company.business_here("Blue Heron Plumbing", blue_there)
    for number in range(24):
        day, paid, total = (
            f"2025-11-{number + 1:02d}",
            f"2025-12-{number + 1:02d}",
            f"{number + 10}.00",
        )
        there = company.invoice_there(blue_there, total, day, DocNumber=f"H{number}")
        own = company.invoice_here(blue, total, day, there)
        if number < 22:
            payment = company.payment_there(blue_there, there, total, paid)
            company.payment_here(own, total, paid, payment)


def _bought_twice(company: Company) -> None:
    """Enter 12 card expenses of one amount and a bill without a number on both sides (F2)."""
    sides = company.sides
    supply_there = sides.there("Vendor", DisplayName="Gulf Supply")
    supply = sides.here("vendor", supply_there, name="Gulf Supply", enabled="true", contact=DESK)
    for number in range(12):
        day, what = f"2025-11-{number + 1:02d}", f"fuel for van {number}"
        line = {**on_account("50.00", "56"), "Description": what.upper()}
        card = {"PaymentType": "CreditCard", "AccountRef": {"value": "41"}}
        there = sides.there("Purchase", **card, TxnDate=day, Line=[line])
        given = {"amount": "50.00", "customStatusName": "Approved", "paymentType": "Credit Card"}
        dated = {"createdDate": day, "expenseDate": day, "description": what}
        sides.here("expense", there, **given, **dated)
    bill = sides.there(
        "Bill",
        VendorRef={"value": supply_there},
        TxnDate="2025-11-20",
        Line=[on_account("100.00", "80")],
    )
    bought = _sold(
        "79", Type="NonInventory", ExpenseAccountRef={"value": "80"}, PurchaseCost="50.00"
    )
    valve_there = sides.there("Item", Name="Valve", **bought)
    valve = company.product("Valve", valve_there, type="PARTS_MATERIALS", cost="50.00")
    line = {"productId": valve, "productName": "Valve", "quantity": "2", "price": "50.00"}
    received = {"status": "Received", "createdDate": "2025-11-20", "receivedDate": "2025-11-20"}
    order = sides.here(
        "purchaseOrder", vendorId=supply, lineItems=[line], total="100.00", **received
    )
    sides.truth["bill", f"{order}-1"] = bill


def on_account(total: str, account: str) -> dict[str, Any]:
    detail = {"AccountRef": {"value": account}}
    return {
        "Amount": total,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }


def _opening_entry(company: Company) -> None:
    """Owe 200.00 by an opening entry, for two invoices of last year that MobiWork has (F3)."""
    old_there = company.person_there("Old Town Bakery")
    old = company.business_here("Old Town Bakery", old_there)
    whom = {"Entity": {"Type": "Customer", "EntityRef": {"value": old_there}}}
    company.sides.there(
        "JournalEntry",
        TxnDate="2024-10-31",
        Line=[_posted("Debit", "84", whom), _posted("Credit", "34", {})],
    )
    open_before = [company.invoice_here(old, "100.00", f"2024-09-{day}") for day in (10, 12)]
    company.payment_here(open_before[0], "100.00", "2025-01-15")


def _posted(kind: str, account: str, more: Mapping[str, Any]) -> dict[str, Any]:
    detail = {"PostingType": kind, "AccountRef": {"value": account}, **more}
    return {
        "Amount": "200.00",
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


def _native_links(company: Company) -> None:
    """Have MobiWork's own connector link a customer and post an invoice, and lose another (F4)."""
    mail = {"PrimaryEmailAddr": {"Address": "desk@sunrise.example"}}
    there = company.person_there("Sunrise Dental", **mail)
    linked = {
        "contact": DESK | {"email": "desk@sunrise.example"},
        "externalCustomerId": f"{there},QBO",
    }
    own = company.business_here("Sunrise Dental", there, **linked)
    posted = {"integrationStatus": "Synced"}
    found = company.invoice_there(there, "310.00", "2025-06-03", DocNumber="INV-7001")
    company.invoice_here(own, "310.00", "2025-06-03", found, invoiceNumber="INV-7001", **posted)
    company.invoice_here(own, "320.00", "2025-06-04", invoiceNumber="INV-7002", **posted)


def _ids_of_another_company(company: Company) -> None:
    """Let external ids name strangers, for they were written for another company (F5)."""
    other = company.person_there("Totally Other Inc")
    owed = company.invoice_there(other, "900.00", "2025-07-01", DocNumber="777")
    own = company.person_here("Wanda Weaver", externalCustomerId=f"{other},QBO")
    company.invoice_here(own, "75.00", "2025-07-02", externalId=f"{owed},QBO")
    company.invoice_here(own, "85.00", "2025-07-03")


def _two_of_one_name(company: Company) -> None:
    """Have two John Smiths, two vendors of one name and two items called Filter there (F7)."""
    sides = company.sides
    mail, contact = "second@smith.example", {"email": "second@smith.example"}
    company.person_there("Smith, John", PrimaryEmailAddr={"Address": "first@smith.example"})
    second = company.person_there("John Smith", PrimaryEmailAddr={"Address": mail})
    own = company.person_here("John Smith", second, contact=contact)
    company.invoice_here(own, "61.00", "2025-08-01")
    sides.there("Vendor", DisplayName="Baker, Ann", PrimaryEmailAddr={"Address": "a@ann.example"})
    vendor = sides.there("Vendor", DisplayName="Ann Baker", PrimaryEmailAddr={"Address": mail})
    sides.here("vendor", vendor, name="Ann Baker", enabled="true", contact=DESK | contact)
    groups = [sides.there("Item", Name=name, Type="Category") for name in ("Air", "Water")]
    prices = ("12.00", "34.00")
    filters = [
        sides.there(
            "Item",
            Name="Filter",
            SubItem=True,
            ParentRef={"value": group},
            **_sold("79", UnitPrice=price),
        )
        for group, price in zip(groups, prices, strict=True)
    ]
    sides.here(
        "product",
        filters[1],
        name="Filter",
        type="SERVICES",
        price="34.00",
        quantity="0",
        category="Water",
    )


def _a_stranger(company: Company) -> None:
    """Have Mary Jones of Miami there, who owes 900.00, and Mary Jones of Tampa here (F8)."""
    miami = company.person_there(
        "Mary Jones",
        PrimaryEmailAddr={"Address": "mary@miami.example"},
        PrimaryPhone={"FreeFormNumber": "(305) 555-0100"},
        BillAddr={"Line1": "9 Bay Rd", "City": "Miami", "CountrySubDivisionCode": "FL"},
    )
    company.invoice_there(miami, "900.00", "2025-09-01", DocNumber="MJ-1")
    contact = {"email": "mj@tampa.example", "phoneNumber": "8135550177"}
    own = company.person_here("Mary Jones", contact=contact)
    company.invoice_here(own, "250.00", "2025-09-02")


def _shown_name_only(company: Company) -> None:
    """Have customers there of whom only the shown name is known (F9)."""
    for name in ("Karen Ochoa", "Luis Prado"):
        there = company.person_there(name)
        company.person_here(name, there, contact={"phoneNumber": "8135550123"})

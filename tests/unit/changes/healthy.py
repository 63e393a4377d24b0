"""A healthy company of two years, made from a seed: each document on both sides, but the newest.

Visits recur each month at one price, several invoices are made a day, and most are paid. The office
has not entered the last weeks yet, and QuickBooks holds what MobiWork knows nothing of: the
counter, rent, interest, write-offs, checks that bounced, entries of the accountant. Whatever is
asked about of the last weeks is asked in vain.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.builders import raw
from tests.generated_company import GeneratedCompany

PEOPLE, VENDORS = 60, 8
FIRST_DAY, DAYS, NOT_ENTERED = date(2024, 11, 1), 728, 21
PRICES = (89.0, 99.0, 129.0, 149.0, 199.0, 250.0)


@dataclass
class HealthyCompany:
    """Both sides, and what of MobiWork is not in QuickBooks yet.

    own_numbers: whether the office numbers its invoices by itself.
    """

    seed: int
    own_numbers: bool = False
    sides: GeneratedCompany = field(default_factory=GeneratedCompany)
    missing: set[tuple[str, str]] = field(default_factory=set)
    documents: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - no secret
        self._ids = count(101)
        self._people = [self._customer(number) for number in range(PEOPLE)]
        self._vendors = [self._vendor(number) for number in range(VENDORS)]
        self._contracts = [
            (whom, self._dice.choice(PRICES), self._dice.randrange(28))
            for whom in self._people[: PEOPLE // 2]
        ]
        for number in range(DAYS):
            self._live(FIRST_DAY + timedelta(days=number), entered=number < DAYS - NOT_ENTERED)
        for rows in self.sides.quickbooks.values():
            self._dice.shuffle(rows)

    def _there(self, target: str, **members: Any) -> str:
        own = str(next(self._ids))
        self.sides.there(target, own, **members)
        return own

    def _customer(self, number: int) -> dict[str, str]:
        own, name, mail = f"7{number:04d}", f"Cole Motors {number}", f"c{number}@x.example"
        contact = {"firstName": "TBD", "lastName": "TBD", "email": mail}
        given = {"mobiworkCustomerId": own, "companyName": name, "type": "BUSINESS"}
        self.sides.here(raw("customer", own, given | {"contact": contact}))
        said = {"DisplayName": name, "Active": True, "PrimaryEmailAddr": {"Address": mail}}
        return {"own": own, "name": name, "value": self._there("Customer", **said)}

    def _vendor(self, number: int) -> dict[str, str]:
        name = f"Gulf Supply {number}"
        return {"name": name, "value": self._there("Vendor", DisplayName=name, Active=True)}

    def _live(self, day: date, *, entered: bool) -> None:
        for whom, price, of_month in self._contracts:
            if day.day == of_month + 1:
                self._invoice(whom, price, day, entered=entered)
        dice = self._dice
        for _ in range(dice.randrange(7) if day.weekday() < 5 else 0):
            odd = dice.randrange(2000, 200000) / 100
            total = dice.choice((odd, dice.choice(PRICES)))
            self._invoice(dice.choice(self._people), total, day, entered=entered)
        for _ in range(dice.randrange(3)):
            self._expense(day, entered=entered)
        if dice.randrange(4) == 0:
            self._of_the_office(day)

    def _invoice(self, whom: dict[str, str], total: float, day: date, *, entered: bool) -> None:
        own = f"5{next(self._ids):05d}"
        whose = {"customerId": whom["own"], "customerName": whom["name"]}
        given = {"mobiworkInvoiceId": own, "invoiceNumber": own, "status": "Customer Invoiced"}
        said = {"invoiceDate": f"{day:%Y/%m/%d}", "total": f"{total:.2f}"}
        self._here("invoice", own, given | whose | said, entered=entered)
        there = ""
        if entered:
            number = str(1000 + self.documents) if self.own_numbers else own
            there = self._of(whom, "Invoice", total, day, DocNumber=number)
        if self._dice.randrange(30) == 0:
            self._credit(own, total, day)
        paid = day + timedelta(days=self._dice.randrange(30))
        if self._dice.random() < 0.85 and paid < FIRST_DAY + timedelta(days=DAYS):
            both = paid < FIRST_DAY + timedelta(days=DAYS - NOT_ENTERED)
            self._pay(whom, own, there, total, paid, entered=both and entered)

    def _credit(self, invoice: str, total: float, day: date) -> None:
        """Give a credit on an invoice, which the office enters by hand."""
        own, amount = (
            f"8{next(self._ids):05d}",
            self._dice.choice((5.0, 10.0, round(total / 10, 2))),
        )
        given = {"paymentId": own, "invoiceId": invoice, "amount": f"{amount:.2f}"}
        said = {"paymentDate": f"{day:%Y/%m/%d}", "paymentType": "CREDIT"}
        self.sides.mobiwork.setdefault("credit", []).append(raw("payment", own, given | said))

    def _here(self, entity: str, own: str, said: dict[str, Any], *, entered: bool) -> None:
        self.documents += 1
        self.sides.here(raw(entity, own, said))
        if not entered:
            self.missing.add((entity, own))

    def _of(self, whom: dict[str, str], target: str, total: float, day: date, **more: Any) -> str:
        party = {"CustomerRef": {"value": whom["value"], "name": whom["name"]}}
        return self._there(target, TxnDate=day.isoformat(), TotalAmt=total, **party, **more)

    def _pay(  # noqa: PLR0913 - who paid what
        self,
        whom: dict[str, str],
        invoice: str,
        there: str,
        total: float,
        day: date,
        *,
        entered: bool,
    ) -> None:
        own = f"9{next(self._ids):05d}"
        kind = self._dice.choice(("Check", "Credit card", "Credit card", "Cash"))
        given = {"paymentId": own, "invoiceId": invoice, "amount": f"{total:.2f}"}
        said = {"paymentDate": f"{day:%Y/%m/%d}", "paymentType": "PAYMENT", "paymentMethod": kind}
        self._here("payment", own, given | said, entered=entered)
        if entered:
            linked = [{"TxnId": there, "TxnType": "Invoice"}]
            self._of(whom, "Payment", total, day, Line=[{"Amount": total, "LinkedTxn": linked}])

    def _expense(self, day: date, *, entered: bool) -> None:
        own, amount = f"3{next(self._ids):05d}", self._dice.randrange(500, 60000) / 100
        vendor = self._dice.choice((*self._vendors, None))
        named = {"vendorName": vendor["name"]} if vendor else {}
        said = {"expenseId": own, "amount": f"{amount:.2f}", "status": "Approved"}
        when = {"expenseDate": f"{day:%Y/%m/%d}", "dateCreated": f"{day:%Y/%m/%d}"}
        self._here("expense", own, said | when | named, entered=entered)
        if entered:
            whom = {"EntityRef": {**_ref(vendor), "type": "Vendor"}} if vendor else {}
            line = [{"Amount": amount, "Description": "Fuel"}]
            told = {"TxnDate": day.isoformat(), "TotalAmt": amount, "Line": line}
            self._there("Purchase", PaymentType="Cash", **told, **whom)

    def _of_the_office(self, day: date) -> None:
        """Enter something in QuickBooks that MobiWork knows nothing of."""
        dice, at = self._dice, {"TxnDate": day.isoformat()}
        odd = dice.randrange(500, 200000) / 100
        whom, vendor = dice.choice(self._people), dice.choice(self._vendors)
        match dice.randrange(7):
            case 0:
                self._of(whom, "SalesReceipt", dice.choice((odd, *PRICES)), day)
            case 1:
                self._there("Bill", VendorRef=_ref(vendor), TotalAmt=odd, **at)
            case 2:
                self._there("BillPayment", VendorRef=_ref(vendor), TotalAmt=odd, **at)
            case 3:
                line = {"Id": "1", "Amount": odd, "DepositLineDetail": {}}
                self._there("Deposit", Line=[line], **at)
            case 4 | 5 as written_off:
                entity = {"Entity": {"Type": "Customer", "EntityRef": _ref(whom)}}
                named = ({}, entity) if written_off == 4 else (entity, {})
                self._entry(dice.choice(PRICES), day, *named)
            case _:
                self._entry(odd, day, {}, {})

    def _entry(self, amount: float, day: date, *named: dict[str, Any]) -> None:
        lines = [
            {
                "Id": str(place),
                "Amount": amount,
                "JournalEntryLineDetail": {"PostingType": side, **more},
            }
            for place, (side, more) in enumerate(zip(("Debit", "Credit"), named, strict=True))
        ]
        self._there("JournalEntry", TxnDate=day.isoformat(), Line=lines)


def _ref(party: dict[str, str]) -> dict[str, str]:
    return {"value": party["value"], "name": party["name"]}

"""A company as offices keep them, made from a seed, and what each record of MobiWork is there.

Names with "&" or "and", numbers begun anew each year, days a day off, partial payments, progress
invoices of one total, voids, doubles, and what was typed as one, as two or as another kind.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.builders import raw
from tests.generated_company import GeneratedCompany

PEOPLE, INVOICES = 20, 150
RENAMED, MERGED = (3, 8, 13), (5, 11)
"""Customers without an e-mail in MobiWork of whom QuickBooks has another name, or none."""
COMMON = (99.0, 149.0, 250.0)


@dataclass
class DirtyCompany:
    """Both sides, and by the MobiWork record what it may rightly be in QuickBooks."""

    seed: int
    sides: GeneratedCompany = field(default_factory=GeneratedCompany)
    truth: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - no secret
        self._ids, self._year = count(101), Counter[int]()
        self._people = list[dict[str, str]]()
        for number in range(PEOPLE):
            self._people.append(self._customer(number))
        for number in range(INVOICES):
            self._enter(number)

    def _customer(self, number: int) -> dict[str, str]:
        own, name = f"7{number:04d}", f"Cole & Sons {number}"
        there = name.replace("&", "and") if number % 2 else name
        mail = "" if number in RENAMED + MERGED else f"c{number}@x.example"
        contact = {"firstName": "TBD", "lastName": "TBD", "email": mail}
        given = {"mobiworkCustomerId": own, "companyName": name, "type": "BUSINESS"}
        self.sides.here(raw("customer", own, given | {"contact": contact}))
        whom = {"own": own, "name": name}
        if number in MERGED:
            kept = self._people[number - 1]
            return whom | {"value": kept["value"], "there": kept["there"]}
        there = f"Harbor Realty {number}" if number in RENAMED else there
        known = self._there(
            "Customer", DisplayName=there, Active=True, PrimaryEmailAddr={"Address": mail}
        )
        if number not in RENAMED:
            self.truth["customer", own] = {known}
        return whom | {"value": known, "there": there}

    def _there(self, target: str, **members: Any) -> str:
        own = str(next(self._ids))
        self.sides.there(target, own, **members)
        return own

    def _day(self, day: date) -> str:
        return (day + timedelta(days=self._dice.choice((0, 0, 0, -1, 1)))).isoformat()

    def _here(self, whom: dict[str, str], total: float, day: date) -> tuple[str, str]:
        self._year[day.year] += 1
        own, number = f"5{next(self._ids):05d}", str(1000 + self._year[day.year])
        given = {
            "mobiworkInvoiceId": own,
            "invoiceNumber": number,
            "customerId": whom["own"],
            "customerName": whom["name"],
            "invoiceDate": f"{day:%Y/%m/%d}",
            "total": f"{total:.2f}",
            "status": "Customer Invoiced",
        }
        self.sides.here(raw("invoice", own, given))
        return own, number

    def _in_books(
        self, target: str, whom: dict[str, str], total: float, day: date, **more: Any
    ) -> str:
        party = {"CustomerRef": {"value": whom["value"], "name": whom["there"]}}
        return self._there(target, TxnDate=self._day(day), TotalAmt=total, **party, **more)

    def _paid(self, invoice: str, amount: float, day: date, *same: str) -> None:
        own = f"9{next(self._ids):05d}"
        given = {
            "paymentId": own,
            "invoiceId": invoice,
            "amount": f"{amount:.2f}",
            "paymentDate": f"{day:%Y/%m/%d}",
            "paymentType": "PAYMENT",
        }
        self.sides.here(raw("payment", own, given))
        self.truth["payment", own] = {*same}

    def _enter(self, number: int) -> None:
        whom, dice = self._dice.choice(self._people), self._dice
        day = date(2024, 11, 1) + timedelta(days=dice.randrange(700))
        total = dice.choice((*COMMON, dice.randrange(2000, 200000) / 100))
        match dice.randrange(9):
            case 0:
                self._typed_as_one(whom, total, day)
            case 1:
                own, _ = self._here(whom, total, day)
                first = round(total * 0.6, 2)
                parts = (first, round(total - first, 2))
                ids = [self._in_books("Invoice", whom, one, day) for one in parts]
                self.truth["invoice", own] = {f"Invoice:{'+'.join(some)}" for some in _orders(ids)}
            case 2:
                own, _ = self._here(whom, total, day)
                self.truth["invoice", own] = {
                    f"SalesReceipt:{self._in_books('SalesReceipt', whom, total, day)}"
                }
            case 3:
                own, called = self._here(whom, total, day)
                void = {"DocNumber": called, "PrivateNote": "Voided", "Balance": 0}
                self.truth["invoice", own] = {self._in_books("Invoice", whom, 0, day, **void)}
            case 5:
                self._typed_as_one_receipt(whom, day)
            case 4:
                for turn in range(3):
                    self._both(whom, total, day + timedelta(days=14 * turn), f"P{number}{turn}")
            case _:
                self._both(whom, total, day, f"Z{number}")

    def _both(self, whom: dict[str, str], total: float, day: date, other: str) -> None:
        own, called = self._here(whom, total, day)
        number = called if self._dice.random() < 0.6 else other
        there = self._in_books("Invoice", whom, total, day, DocNumber=number)
        self.truth["invoice", own] = {there}
        paid, kind = day + timedelta(days=self._dice.randrange(30)), self._dice.randrange(3)
        if kind == 0:
            line = {"Id": "1", "Amount": total, "DepositLineDetail": {"Entity": _named(whom)}}
            deposit = self._there("Deposit", TxnDate=self._day(paid), Line=[line])
            self._paid(own, total, paid, f"Deposit:{deposit}/1")
        for amount in (round(total / 2, 2), round(total - round(total / 2, 2), 2)) * (kind == 1):
            linked = [{"TxnId": there, "TxnType": "Invoice"}]
            lines = [{"Amount": amount, "LinkedTxn": linked}]
            self._paid(own, amount, paid, self._in_books("Payment", whom, amount, paid, Line=lines))
            paid += timedelta(days=20)

    def _typed_as_one(self, whom: dict[str, str], total: float, day: date) -> None:
        other, later = self._dice.choice(COMMON), day + timedelta(days=self._dice.randrange(12))
        both = round(total + other, 2)
        whole = self._in_books("Invoice", whom, both, later)
        linked = [{"Amount": both, "LinkedTxn": [{"TxnId": whole, "TxnType": "Invoice"}]}]
        check = self._in_books("Payment", whom, both, later + timedelta(days=9), Line=linked)
        for amount, of in ((total, day), (other, later)):
            own, _ = self._here(whom, amount, of)
            self.truth["invoice", own] = {f"Invoice:{whole}"}
            self._paid(own, amount, later + timedelta(days=9), f"Payment:{check}")

    def _typed_as_one_receipt(self, whom: dict[str, str], day: date) -> None:
        amounts = [self._dice.randrange(2000, 200000) / 100 for _ in range(2)]
        whole = self._in_books("SalesReceipt", whom, round(sum(amounts), 2), day)
        for amount in amounts:
            own, _ = self._here(whom, amount, day - timedelta(days=self._dice.randrange(12)))
            self.truth["invoice", own] = {f"SalesReceipt:{whole}+"}


def _named(whom: dict[str, str]) -> dict[str, str]:
    return {"value": whom["value"], "name": whom["there"], "type": "CUSTOMER"}


def _orders(ids: list[str]) -> tuple[list[str], list[str]]:
    return ids, ids[::-1]

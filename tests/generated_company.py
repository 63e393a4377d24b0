"""A company of two years on both sides, made from a seed, with the true pairs of its records.

Half of the invoices have another number in QuickBooks, some dates are a day off there, ten
customers were renamed and five were merged into others. Some invoices are on one side only.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from connector.mobiwork.xml import RawRecord
from tests.builders import raw

FIRST = ("Ann", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kay", "Lou", "Mia")
LAST = ("Abel", "Burke", "Cole", "Dunn", "Ellis", "Frost", "Gray", "Hale", "Irwin", "Jones", "Kerr")
TRADES = ("Plumbing", "Electric", "Dental", "Bakery", "Motors", "Realty", "Storage", "Fitness")
PRICES = ("89.00", "99.00", "129.00", "149.00", "199.00", "250.00", "475.00")
RENAMED, MERGED, ALONE = 10, 5, 40


@dataclass
class GeneratedCompany:
    """Both sides as they are read, and by MobiWork's id which QuickBooks record is the same."""

    mobiwork: dict[str, list[RawRecord]] = field(default_factory=dict)
    quickbooks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    true_pairs: dict[str, dict[str, str]] = field(default_factory=dict)

    def pair(self, entity: str, own: str, number: str) -> None:
        """Note that two records are the same."""
        self.true_pairs.setdefault(entity, {})[own] = number

    def here(self, record: RawRecord) -> None:
        """Put a record into MobiWork."""
        self.mobiwork.setdefault(record.entity, []).append(record)

    def there(self, target: str, number: str, **members: Any) -> None:
        """Put a record into QuickBooks."""
        self.quickbooks.setdefault(target, []).append({"Id": number, "SyncToken": "0", **members})


def generate(
    *,
    seed: int = 12,
    customers: int = 200,
    invoices: int = 2000,
    payments: int = 1800,
    others: int = 0,
) -> GeneratedCompany:
    """Make a company; the same seed makes the same one.

    Others are as many sales of the counter, and as many entries of what the accountant wrote off.
    """
    company, dice = GeneratedCompany(), random.Random(seed)  # noqa: S311 - no secret
    people = [_customer(company, dice, number) for number in range(customers)]
    _merge(company, people)
    made = [_invoice(company, dice, people, number) for number in range(invoices)]
    for number in range(invoices, invoices + 2 * min(ALONE, invoices)):
        _alone(company, _invoice(company, dice, people, number), here=number % 2 == 0)
    for number, one in enumerate(dice.sample(made, payments)):
        _payment(company, dice, one, number)
    for number in range(others):
        _receipt(company, dice, people, number)
        _entry(company, dice, people, number)
    for rows in company.quickbooks.values():
        dice.shuffle(rows)
    return company


@dataclass
class _Person:
    own: str
    number: str
    here: str
    there: str


@dataclass
class _Made:
    own: str
    number: str
    person: _Person
    total: str
    day: date


def _customer(company: GeneratedCompany, dice: random.Random, number: int) -> _Person:
    own, there = f"70{number:05d}", f"{number + 1}"
    first, last = dice.choice(FIRST), dice.choice(LAST)
    business = dice.random() < 0.4
    name = f"{last} {dice.choice(TRADES)} {number}" if business else f"{first} {last} {number}"
    shown = f"Renamed {number}" if number < RENAMED else name
    email, phone = f"c{number}@mail.example", f"813555{number:04d}"
    given, family = (first, last) if business else (first, f"{last} {number}")
    company.here(
        raw(
            "customer",
            own,
            {
                "mobiworkCustomerId": own,
                "companyName": name if business else "",
                "type": "BUSINESS" if business else "RESIDENTIAL",
                "contact": {
                    "firstName": given,
                    "lastName": family,
                    "email": email if dice.random() < 0.8 else "",
                    "phoneNumber": phone,
                },
            },
        )
    )
    company.there(
        "Customer",
        there,
        DisplayName=shown,
        Active=True,
        PrimaryEmailAddr={"Address": email},
        PrimaryPhone={"FreeFormNumber": f"({phone[:3]}) {phone[3:6]}-{phone[6:]}"},
    )
    company.pair("customer", own, there)
    return _Person(own, there, name, shown)


def _merge(company: GeneratedCompany, people: list[_Person]) -> None:
    """Merge some customers into others in QuickBooks: it keeps the other's name and id."""
    for gone, kept in zip(people[-MERGED:], people[RENAMED : RENAMED + MERGED], strict=True):
        rows = company.quickbooks["Customer"]
        company.quickbooks["Customer"] = [one for one in rows if one["Id"] != gone.number]
        del company.true_pairs["customer"][gone.own]
        gone.number, gone.there = kept.number, kept.there


def _invoice(
    company: GeneratedCompany, dice: random.Random, people: list[_Person], number: int
) -> _Made:
    usual = int(dice.expovariate(10 / (3 * len(people))))
    person = people[min(usual, len(people) - 1)]
    common = dice.random() < 0.4
    total = dice.choice(PRICES) if common else f"{dice.randrange(2000, 300000) / 100:.2f}"
    day = date(2024, 11, 1) + timedelta(days=dice.randrange(720))
    one = _Made(f"55{number:05d}", f"{9000 + number}", person, total, day)
    shown = f"INV-{number}"
    company.here(
        raw(
            "invoice",
            one.own,
            {
                "mobiworkInvoiceId": one.own,
                "invoiceNumber": shown,
                "customerId": person.own,
                "customerName": person.here,
                "invoiceDate": f"{day:%Y/%m/%d}",
                "total": total,
            },
        )
    )
    off = timedelta(days=dice.choice((0,) * 18 + (-1, 1)))
    company.there(
        "Invoice",
        one.number,
        DocNumber=shown if dice.random() < 0.5 else f"{1000 + dice.randrange(9000)}",
        TxnDate=(day + off).isoformat(),
        TotalAmt=float(total),
        CustomerRef={"value": person.number, "name": person.there},
    )
    company.pair("invoice", one.own, one.number)
    return one


def _receipt(
    company: GeneratedCompany, dice: random.Random, people: list[_Person], number: int
) -> None:
    """Put a sale over the counter into QuickBooks, which MobiWork knows nothing of."""
    person, day = dice.choice(people), date(2024, 11, 1) + timedelta(days=dice.randrange(720))
    company.there(
        "SalesReceipt",
        f"{90000 + number}",
        DocNumber=f"{50000 + number}",
        TxnDate=day.isoformat(),
        TotalAmt=float(dice.choice(PRICES)),
        CustomerRef={"value": person.number, "name": person.there},
    )


def _entry(
    company: GeneratedCompany, dice: random.Random, people: list[_Person], number: int
) -> None:
    """Put a journal entry into QuickBooks that writes off what a customer owes."""
    person, day = dice.choice(people), date(2024, 11, 1) + timedelta(days=dice.randrange(720))
    amount = dice.randrange(1, 2000) / 100
    whom = {"EntityRef": {"value": person.number, "name": person.there}, "Type": "Customer"}
    lines: tuple[tuple[str, dict[str, Any]], ...] = (("Debit", {}), ("Credit", {"Entity": whom}))
    company.there(
        "JournalEntry",
        f"{95000 + number}",
        TxnDate=day.isoformat(),
        Line=[
            {
                "Id": f"{place}",
                "Amount": amount,
                "JournalEntryLineDetail": {"PostingType": side, **named},
            }
            for place, (side, named) in enumerate(lines)
        ],
    )


def _alone(company: GeneratedCompany, one: _Made, *, here: bool) -> None:
    """Take an invoice that was made last away from one of the sides."""
    if here:
        company.quickbooks["Invoice"].pop()
    else:
        company.mobiwork["invoice"].pop()
    del company.true_pairs["invoice"][one.own]


def _payment(company: GeneratedCompany, dice: random.Random, invoice: _Made, number: int) -> None:
    own, there = f"90{number:05d}", f"{20000 + number}"
    day = invoice.day + timedelta(days=dice.randrange(40))
    reference = f"chk {dice.randrange(1000, 9999)}" if dice.random() < 0.5 else ""
    company.here(
        raw(
            "payment",
            own,
            {
                "paymentId": own,
                "invoiceId": invoice.own,
                "amount": invoice.total,
                "paymentDate": f"{day:%Y/%m/%d}",
                "paymentType": "PAYMENT",
                "paymentReference": reference,
            },
        )
    )
    off = timedelta(days=dice.choice((0,) * 18 + (-1, 1)))
    linked = {"TxnId": invoice.number, "TxnType": "Invoice"}
    company.there(
        "Payment",
        there,
        TxnDate=(day + off).isoformat(),
        TotalAmt=float(invoice.total),
        PaymentRefNum=reference.removeprefix("chk "),
        CustomerRef={"value": invoice.person.number, "name": invoice.person.there},
        Line=[{"Amount": float(invoice.total), "LinkedTxn": [linked]}],
    )
    company.pair("payment", own, there)

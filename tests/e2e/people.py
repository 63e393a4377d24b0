"""People who edit on both sides at random."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import requests

from connector.entities.shared.documents import is_voided
from connector.quickbooks.query import select
from tests.e2e.both_sides import TARGET, TWO_WAY, Sides

WORDS = ("Heron", "Otter", "Juniper", "Harbor", "Canal", "Summit", "Cedar", "Maple", "Quarry")
STREETS = ("Canal St", "Harbor Rd", "Cedar Ave", "Quarry Ln")
MOST_LEVELS = 3
COMPANY_ZONE = ZoneInfo("America/Los_Angeles")
"""Where the company of the simulator is: elsewhere it may be tomorrow already."""

type Said = dict[tuple[str, str, str], str]
"""The latest text that a person gave a field: by entity or target, id and name of the field."""


@dataclass
class People:
    """What people do on both sides, chosen at random; every deed is counted by its name.

    refused: deeds that a side did not let them do. here, there: what they typed into which field.
    """

    sides: Sides
    chance: random.Random
    deeds: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    in_mobiwork: Said = field(default_factory=dict)
    in_quickbooks: Said = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def act(self) -> None:
        """Do one thing that both sides let a person do."""
        done = False
        while not done:
            deed = self.chance.choice(self.choices())
            try:
                done = deed()
            except requests.HTTPError as error:
                if error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
                self.refused[deed.__name__] += 1
        self.deeds[deed.__name__] += 1

    def choices(self) -> tuple[Any, ...]:
        """Return what people do; what stands here several times they do more often."""
        return (
            self.adds_customer_there,
            self.adds_sub_customer_there,
            self.adds_item_there,
            self.adds_vendor_there,
            self.adds_customer_here,
            self.adds_product_here,
            *(self.edits_there,) * 3,
            *(self.edits_here,) * 3,
            *(self.edits_both,) * 2,
            self.deactivates_there,
            self.activates_there,
            self.disables_here,
            self.merges_customers,
            *(self.invoices_here,) * 2,
            *(self.pays_here,) * 2,
            self.pays_there,
            self.voids_there,
        )

    def adds_customer_there(self) -> bool:
        name = self._name("Co")
        body = {"DisplayName": name, "CompanyName": name, "BillAddr": self._quickbooks_address()}
        self.sides.person_there("create", entity="Customer", body=body)
        return True

    def adds_sub_customer_there(self) -> bool:
        parents = [
            one for one in self._active("Customer") if int(one.get("Level", 0)) < MOST_LEVELS
        ]
        if not parents:
            return False
        parent = self.chance.choice(parents)
        body = {
            "DisplayName": self._name("Site"),
            "Job": True,
            "ParentRef": {"value": parent["Id"]},
        }
        self.sides.person_there("create", entity="Customer", body=body)
        return True

    def adds_item_there(self) -> bool:
        body = {
            "Name": self._name("Item"),
            "Type": self.chance.choice(("Service", "NonInventory")),
            "UnitPrice": self._price(),
            "IncomeAccountRef": {"value": self._income()},
        }
        self.sides.person_there("create", entity="Item", body=body)
        return True

    def adds_vendor_there(self) -> bool:
        body = {
            "DisplayName": self._name("Supply"),
            "PrimaryPhone": {"FreeFormNumber": self._phone()},
        }
        self.sides.person_there("create", entity="Vendor", body=body)
        return True

    def adds_customer_here(self) -> bool:
        self.sides.person_here(
            "POST",
            "customer",
            companyName=self._name("LLC"),
            type="BUSINESS",
            enabled="true",
            contact={"firstName": "TBD", "lastName": "TBD", "phoneNumber": self._phone()},
            address={
                "address1": self._street(),
                "city": "Tampa",
                "state": "FL",
                "zipCode": "33602",
            },
        )
        return True

    def adds_product_here(self) -> bool:
        self.sides.person_here(
            "POST",
            "product",
            name=self._name("Part"),
            type=self.chance.choice(("PARTS_MATERIALS", "SERVICES")),
            price=self._price(),
            quantity="0",
            enabled="true",
            taxable="true",
        )
        return True

    def edits_there(self, entity: str = "", quickbooks_id: str = "") -> bool:
        entity = entity or self.chance.choice(("Customer", "Item", "Vendor"))
        chosen = quickbooks_id or self._one_there(entity)
        if not chosen:
            return False
        name, text = self._something(entity == "Item")
        bodies: dict[str, Any] = {
            "price": {"UnitPrice": text},
            "description": {"Description": text},
            "phone": {"PrimaryPhone": {"FreeFormNumber": text}},
            "e-mail": {"PrimaryEmailAddr": {"Address": text}},
        }
        body = bodies[name]
        if entity != "Item" and self.chance.random() < 1 / 3:
            name, text, body = "address", "", {"BillAddr": self._quickbooks_address()}
        self.sides.person_there("edit", entity=entity, id=chosen, body=body)
        self.in_quickbooks[entity, chosen, name] = text
        return True

    def edits_here(self, entity: str = "", mobiwork_id: str = "") -> bool:
        entity = entity or self.chance.choice(TWO_WAY)
        chosen = mobiwork_id or self._one_here(entity)
        if not chosen:
            return False
        name, text = self._something(entity == "product")
        changes: dict[str, Any] = {
            "price": {"price": text},
            "description": {"description": text},
            "phone": {"contact": {"phoneNumber": text}},
            "e-mail": {"contact": {"email": text}},
        }
        self.sides.person_here("PATCH", entity, chosen, **changes[name])
        self.in_mobiwork[entity, chosen, name] = text
        return True

    def edits_both(self) -> bool:
        entity = self.chance.choice(TWO_WAY)
        usable = [one["Id"] for one in self._active(TARGET[entity])]
        kept = self.sides.store.links
        owners = kept.owners_of(self.sides.connection_id, TARGET[entity], usable)
        both = sorted(number for number, own in owners.items() if own.entity == entity)
        if not both:
            return False
        number = self.chance.choice(both)
        own = owners[number].mobiwork_id
        return self.edits_there(TARGET[entity], number) and self.edits_here(entity, own)

    def deactivates_there(self) -> bool:
        entity = self.chance.choice(("Customer", "Item", "Vendor"))
        chosen = self._one_there(entity)
        if not chosen:
            return False
        self.sides.person_there("deactivate", entity=entity, id=chosen)
        return True

    def activates_there(self) -> bool:
        """Make something active again."""
        entity = self.chance.choice(("Customer", "Item", "Vendor"))
        found = [one["Id"] for one in self.sides.quickbooks.query(select(entity, Active=False))]
        if not found:
            return False
        chosen = self.chance.choice(found)
        self.sides.person_there("edit", entity=entity, id=chosen, body={"Active": True})
        return True

    def disables_here(self) -> bool:
        chosen = self._one_here("product")
        if not chosen:
            return False
        self.sides.person_here("PATCH", "product", chosen, enabled="false")
        return True

    def merges_customers(self) -> bool:
        alone = [one for one in self._active("Customer") if not one.get("Job")]
        parents = {(one.get("ParentRef") or {}).get("value") for one in self._active("Customer")}
        alone = [one for one in alone if one["Id"] not in parents]
        if len(alone) < 2:
            return False
        loser, survivor = self.chance.sample(alone, 2)
        self.sides.person_there(
            "merge", entity="Customer", loser=loser["Id"], survivor=survivor["Id"]
        )
        self.sides.were_merged(loser["Id"], survivor["Id"])
        return True

    def invoices_here(self) -> bool:
        customer, product = self._one_here("customer"), self._one_here("product")
        if not customer or not product:
            return False
        line = {"productId": product, "quantity": "1", "price": self._price(), "name": "Work"}
        self.sides.person_here(
            "POST",
            "invoice",
            customer={"mobiworkCustomerId": customer},
            customerId=customer,
            invoiceNumber=f"W-{self._number()}",
            status="Customer Invoiced",
            invoiceDate=f"{datetime.now(COMPANY_ZONE):%Y/%m/%d}",
            lineItems=[line | {"taxable": "false"}],
        )
        return True

    def pays_here(self) -> bool:
        """Pay an invoice in MobiWork, all of it or half."""
        owing = {
            own: float(row["balance"])
            for own, row in self.sides.records_here("invoice").items()
            if float(row.get("balance") or 0) > 1
        }
        if not owing:
            return False
        chosen = self.chance.choice(sorted(owing))
        self.sides.person_here(
            "POST",
            "payment",
            invoiceId=chosen,
            amount=f"{owing[chosen] / self.chance.choice((1, 2)):.2f}",
            paymentDate="2026/11/20",
            paymentType="PAYMENT",
            paymentMethod="Check",
            paymentReference=f"chk {self._number()}",
            status="CREATED",
        )
        return True

    def pays_there(self) -> bool:
        """Receive a payment in QuickBooks."""
        invoice = self._unpaid_there()
        if invoice is None:
            return False
        linked = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        amount = str(invoice["Balance"])
        body = {
            "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
            "TotalAmt": amount,
            "Line": [{"Amount": amount, "LinkedTxn": [linked]}],
        }
        self.sides.person_there("create", entity="Payment", body=body)
        return True

    def voids_there(self) -> bool:
        """Void an invoice in QuickBooks that nobody has paid."""
        invoice = self._unpaid_there()
        if invoice is None:
            return False
        self.sides.person_there("void", entity="Invoice", id=invoice["Id"])
        return True

    def _unpaid_there(self) -> dict[str, Any] | None:
        found = [
            one
            for one in self.sides.quickbooks.query(select("Invoice"))
            if one["Balance"] and one["Balance"] == one["TotalAmt"] and not is_voided(one)
        ]
        return self.chance.choice(found) if found else None

    def _active(self, entity: str) -> list[dict[str, Any]]:
        found = self.sides.quickbooks.query(select(entity))
        return [one for one in found if not one.get("IsProject")]

    def _one_there(self, entity: str) -> str:
        found = [
            one["Id"]
            for one in self._active(entity)
            if entity != "Item" or one["Type"] in {"Service", "NonInventory"}
        ]
        return str(self.chance.choice(found)) if found else ""

    def _one_here(self, entity: str) -> str:
        found = [
            own
            for own, row in self.sides.records_here(entity).items()
            if str(row.get("enabled", "true")).lower() == "true"
        ]
        return self.chance.choice(sorted(found)) if found else ""

    def _income(self) -> str:
        accounts = self.sides.quickbooks.query("SELECT * FROM Account WHERE AccountType = 'Income'")
        return str(next(iter(accounts))["Id"])

    def _something(self, sold: bool) -> tuple[str, str]:
        """Return a field and a new text for it."""
        texts = (
            {"price": self._price(), "description": self._name("words")}
            if sold
            else {"phone": self._phone(), "e-mail": f"office{self._number()}@example.com"}
        )
        return self.chance.choice(list(texts.items()))

    def _number(self) -> int:
        return int(next(self._numbers))

    def _name(self, kind: str) -> str:
        return f"{self.chance.choice(WORDS)} {self.chance.choice(WORDS)} {kind} {self._number()}"

    def _phone(self) -> str:
        return f"813555{self.chance.randrange(10_000):04}"

    def _price(self) -> str:
        return f"{self.chance.randrange(100, 99_999) / 100:.2f}"

    def _street(self) -> str:
        return f"{self.chance.randrange(1, 999)} {self.chance.choice(STREETS)}"

    def _quickbooks_address(self) -> dict[str, str]:
        return {
            "Line1": self._street(),
            "City": "Tampa",
            "CountrySubDivisionCode": "FL",
            "PostalCode": "33602",
        }

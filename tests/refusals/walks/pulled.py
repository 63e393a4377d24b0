"""How records of QuickBooks come to be left out, or held up, on their way to MobiWork."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.changes.quickbooks import poll
from connector.entities.registry import PULL_NAMED
from connector.model.links import RecordKey
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_customer, a_product, an_intent, an_invoice
from tests.refusals.walking import Walk, kept_out, retry, walk
from tests.unit.api.simulated import SimulatedSides, settings
from tests.unit.pull.items import ELBOW

BEFORE = {"pull_part_quantities": ("pull_products",)}
"""What is pulled before a flow whose records are of others."""


@dataclass
class There:
    """A record that somebody entered in QuickBooks, as looks read it."""

    sides: SimulatedSides
    flow: str
    entity: str
    number: str
    looks: int = 0

    def look(self) -> None:
        """Read QuickBooks, and pull what it tells."""
        self.looks += 1
        self.sides.run_id = f"r{self.looks + 1}"
        self.sides.look()
        now = datetime.now(UTC) + timedelta(days=self.looks)
        if self.entity == "TaxCode":
            self.read(now)
        else:
            self.sides.tell(self.entity, self.number)
        for flow in (*BEFORE.get(self.flow, ()), self.flow):
            self.sides.pull(flow, now=lambda: now)

    def read(self, now: datetime) -> None:
        """Read what only whole lists tell."""
        pulls, quickbooks = [PULL_NAMED[self.flow]], lambda: self.sides.quickbooks
        chosen, store = self.sides.settings, self.sides.store
        poll(CONNECTION, pulls, quickbooks, settings=chosen, now=now, store=store)

    def becomes(self, **members: Any) -> None:
        """Have it be otherwise in QuickBooks, also where nobody there could change it."""
        stored = self.sides.quickbooks.books.company.stores[self.entity]
        stored.put(self.number, {**stored.get(self.number), **members})


def out(
    name: str,
    flow: str,
    enter: Callable[[SimulatedSides], tuple[str, str]],
    is_so: dict[str, Any] | None = None,
    mended: dict[str, Any] | None = None,
    **chosen: Any,
) -> None:
    """Walk what is left out as it is entered, and comes once it is `mended`."""

    def begin() -> Walk:
        sides = SimulatedSides(settings=settings(**chosen))
        account = sides.mobiwork.account
        account.switches = replace(account.switches, endpoints_off=())
        there = There(sides, flow, *enter(sides))
        if is_so:
            there.becomes(**is_so)
        there.look()
        yield sides
        if mended is not None:
            there.becomes(**mended)
            for item in [*sides.store.left_out.read_page(CONNECTION, flow, after="", most=9)]:
                sides.store.left_out.replay_some(CONNECTION, flow, [item.record_id])
            sides.tell(there.entity, there.number)
            sides.run_id = "r9"
            sides.pull(flow)

    kept_out(name, flow, stays=mended is None)(begin)


def entered(entity: str, **members: Any) -> Callable[[SimulatedSides], tuple[str, str]]:
    return lambda sides: (entity, sides.in_quickbooks(entity, **members))


HERON = entered("Customer", DisplayName="Heron")
out("project", "pull_customers", HERON, {"IsProject": True})
out(
    "nameless",
    "pull_customers",
    entered("Customer", DisplayName="null"),
    mended={"DisplayName": "Heron", "FullyQualifiedName": "Heron"},
)
out("inactive_there_and_new", "pull_customers", HERON, {"Active": False}, {"Active": True})
out("bundle", "pull_products", entered("Item", **ELBOW), {"Type": "Assembly"}, {"Type": "Service"})
STOCKED: dict[str, Any] = {"handle_inventory": True, "inventory_start_date": "2025-10-01"}
out("not_counted", "pull_part_quantities", entered("Item", **ELBOW), **STOCKED)
BY_MONTH = {"Name": "By the tenth", "DayOfMonthDue": 10, "DueNextMonthDays": 5}
out("terms_by_month", "pull_terms", entered("Term", **BY_MONTH))


def paying(**changes: Any) -> Callable[[SimulatedSides], tuple[str, str]]:
    """Enter a payment in QuickBooks of an invoice that MobiWork has, where it says no otherwise."""

    def enter(sides: SimulatedSides) -> tuple[str, str]:
        for raw in (a_customer(), a_product(), an_invoice()):
            sides.mobiwork.put(raw)
        sides.look()
        for source in ("customer", "product", "invoice"):
            sides.push(source)
        linked = [{"TxnType": "Invoice", "TxnId": sides.link("invoice", "5501").quickbooks_id}]
        line = {"Amount": Decimal(5), "LinkedTxn": linked}
        customer = {"value": sides.link("customer", "700001").quickbooks_id}
        told = {"TotalAmt": Decimal(5), "TxnDate": "2025-11-20", "Line": [line]}
        return "Payment", sides.in_quickbooks("Payment", CustomerRef=customer, **(told | changes))

    return enter


def payment_out(name: str, is_so: dict[str, Any] | None = None, **changes: Any) -> None:
    out(name, "pull_payments", paying(**changes), is_so, show_payments=True)


VOID = {"TotalAmt": 0, "Line": [], "PrivateNote": "Voided", "UnappliedAmt": 0}
payment_out("payment_voided", VOID)
payment_out("payment_of_no_invoice", Line=[])
payment_out("payment_in_euros", {"CurrencyRef": {"value": "EUR"}})
payment_out("payment_of_a_credit", {"TotalAmt": Decimal(0)})
OF_BOTH = [
    {"TxnType": "Invoice", "TxnId": "1"},
    {"TxnType": "CreditMemo", "TxnId": "9"},
    {"TxnType": "Invoice", "TxnId": "3"},
]
BOTH = {"Line": [{"Amount": Decimal(5), "LinkedTxn": OF_BOTH}]}
payment_out("payment_of_money_and_credit", BOTH)
OTHERS = [{"TxnType": "Invoice", "TxnId": "99"}]
payment_out(
    "payment_of_no_invoice_of_ours", {"Line": [{"Amount": Decimal(5), "LinkedTxn": OTHERS}]}
)


def tax_out(name: str, number: str, of_rate: dict[str, Any] | None = None, **is_so: Any) -> None:
    def enter(sides: SimulatedSides) -> tuple[str, str]:
        stores = sides.quickbooks.books.company.stores
        for rate in [*stores["TaxRate"]] if of_rate else ():
            stores["TaxRate"].put(rate["Id"], {**rate, **(of_rate or {})})
        return "TaxCode", number

    out(name, "pull_sales_taxes", enter, is_so or None)


NO_RATES: dict[str, Any] = {"TaxRateDetail": []}
ON_TAX = {"TaxRateRef": {"value": "3"}, "TaxTypeApplicable": "TaxOnAmountPlusTax"}
tax_out("tax_that_only_marks", "TAX")
tax_out("tax_that_is_hidden", "2", Hidden=True)
tax_out("tax_without_rates", "2", SalesTaxRateList=NO_RATES)
tax_out("tax_of_no_known_rate", "2", of_rate={"RateValue": None})
tax_out("tax_on_a_tax", "2", SalesTaxRateList={"TaxRateDetail": [ON_TAX]})


@walk(Kind.BEING_SENT)
def _being_sent_while_it_is_pulled() -> Walk:
    sides = SimulatedSides()
    sides.mobiwork.put(a_customer("700001", companyName="Heron"))
    sides.look()
    (read,) = sides.store.pending.read_all(CONNECTION, "push_customers")
    sides.store.pending.close(read)
    intent = an_intent(RecordKey("customer", "700001"))
    sides.store.links.claim(CONNECTION, intent, before=None)
    sides.tell("Customer", sides.in_quickbooks("Customer", DisplayName="Heron"))
    sides.pull("pull_customers")
    desk, entry = yield sides
    sides.store.links.release(CONNECTION, intent)
    retry(desk, entry)
    sides.run_id = "r2"
    sides.pull("pull_customers")

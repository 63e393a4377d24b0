"""How the records of each push flow are recognised in QuickBooks while nothing links them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connector.entities.loading import LoadedByKey
from connector.model.body import Json
from connector.model.flows.recognition import AnyRecognition
from connector.model.ids import FlowName
from connector.model.matching.evidence import Facts

RECOGNITIONS: Mapping[FlowName, AnyRecognition] = LoadedByKey(
    {
        "push_customers": "customers.recognition:RECOGNITION",
        "push_vendors": "vendors.recognition:RECOGNITION",
        "push_products": "products.recognition:RECOGNITION",
        "push_quotes": "sales.recognition:QUOTES",
        "push_sales_orders": "sales.recognition:ORDERS",
        "push_invoices": "sales.recognition:INVOICES",
        "push_purchase_orders": "purchases.recognition:ORDERS",
        "push_payments": "payments.recognition:RECOGNITION",
        "push_bills": "purchases.recognition:BILLS",
        "push_expenses": "purchases.recognition:EXPENSES_PAID",
        "push_credits": "payments.credit_recognition:RECOGNITION",
    }
)
"""By the flow, in the order in which their records refer to each other."""


ENTERED_AS = "entered as"
"""What a line says by whom it names on which side, or by its account; no table compares it."""


@dataclass(frozen=True)
class Beside:
    """Another QuickBooks entity that the office may have entered a record as; it is never linked.

    `entered_as` says which lines of it count, where it has some of several kinds; `never` of which
    flows nobody enters a record so; `of_any_day` that it may be dated whenever: what is owed at the
    end of a year is entered then; `banked` that it may be less by what a processor kept, and name
    nobody; `on_account` that only what names no invoice is entered so; `once_paid` that it is read
    for what was paid in MobiWork alone: for those payments it is mostly read anyway.

    Attributes:
        target: The QuickBooks entity.
    """

    target: str
    entered_as: str | None = None
    never: frozenset[FlowName] = frozenset()
    of_any_day: bool = False
    banked: bool = False
    on_account: bool = False
    once_paid: bool = False


PAID_BACK = frozenset({"push_credits"})
"""What pays money back to customers is no bill of a vendor."""

BESIDE: Mapping[str, tuple[Beside, ...]] = {
    "Invoice": (
        Beside("SalesReceipt"),
        Beside("Deposit", "earned", once_paid=True),
        Beside("JournalEntry", "charged", of_any_day=True),
    ),
    "Payment": (
        Beside("Deposit", banked=True),
        Beside("JournalEntry", "paid", banked=True),
        Beside("SalesReceipt", on_account=True),
    ),
    "Bill": (Beside("Purchase"), Beside("JournalEntry", "owed", of_any_day=True)),
    "Purchase": (
        Beside("Bill", never=PAID_BACK),
        Beside("BillPayment", never=PAID_BACK),
        Beside("JournalEntry", "spent"),
    ),
    "CreditMemo": (Beside("JournalEntry", "paid"),),
    "RefundReceipt": (
        Beside("Purchase"),
        Beside("CreditMemo"),
        Beside("JournalEntry", "charged"),
    ),
}
"""By the entity that a record becomes; in the order in which they are looked through."""


def kinds_beside(target: str) -> Iterator[tuple[str, Beside]]:
    """Yield what may have been entered as a QuickBooks entity instead, and how."""
    for kind, others in BESIDE.items():
        yield from ((kind, one) for one in others if one.target == target)


ADDED_UP = frozenset({"Invoice", "Payment", "Bill", "Purchase", "CreditMemo", "RefundReceipt"})
"""What moves money, and may be one document on one side and several on the other."""

TYPED = frozenset({"Invoice", "Payment", "Bill", "Purchase"})
"""Of what MobiWork has none at the start, QuickBooks is read for a month all the same."""
IN_ADVANCE = frozenset({"Invoice", "SalesReceipt", "JournalEntry"})
"""What may be the bill of a year for visits that follow, three at least: read so much earlier."""

PAYS_STATEMENTS = frozenset({"Purchase", "BillPayment"})
"""What a vendor's statement of a month may be paid by."""

NEVER_POSTED: Mapping[str, Callable[[Json], Facts | None]] = LoadedByKey(
    {
        "SalesReceipt": "sales.recognition:RECEIPTS",
        "BillPayment": "purchases.recognition:BILL_PAYMENTS",
    }
)
"""What entities say that no flow posts, and that a record may be there instead."""

LINES: Mapping[str, Callable[[Json], list[Facts]]] = LoadedByKey(
    {"Deposit": "typed.entries:deposited", "JournalEntry": "typed.entries:journalled"}
)
"""The same of entities of which each line may be a record."""

"""Every payment, refund and credit, of both sides: where it stands, by customer, method and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from connector.engine.stores import DYNAMODB, Store
from connector.entities.payments.credit_applications import PUSH as APPLICATIONS
from connector.entities.payments.credit_memos import PUSH as CREDITS
from connector.entities.payments.pull import PULL as PULLED
from connector.entities.payments.push import PUSH as PAYMENTS
from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, QuickBooksId, RecordId
from connector.model.tracking.stands import kept_as
from connector.model.tracking.tracked import Sought, StandsAs, TrackedRecord

MOST = 99


class MoneyKind(StrEnum):
    """What moved money, and on which side it was entered."""

    PAYMENT = "payment"
    CREDIT = "credit or refund"
    APPLICATION = "credit applied to invoices"
    IN_QUICKBOOKS = "payment entered in QuickBooks"


FLOWS = {
    MoneyKind.PAYMENT: PAYMENTS.name,
    MoneyKind.CREDIT: CREDITS.name,
    MoneyKind.APPLICATION: APPLICATIONS.name,
    MoneyKind.IN_QUICKBOOKS: PULLED.name,
}
KINDS = {flow: kind for kind, flow in FLOWS.items()}


@dataclass(frozen=True, kw_only=True)
class MoneyMove:
    """One payment, refund or credit after its latest outcome.

    Attributes:
        kind: What it is.
        flow, record_id: What its story is asked for by.
        label: What a person knows it by.
        number: Its reference, such as a check number, else its id.
        customer: Who paid or is owed, by name, where that is known.
        method: How it was paid.
        amount: What it comes to, in dollars.
        dated: Its day.
        state: Where it stands.
        reason: What there is to say of that.
        quickbooks_id: What it is in QuickBooks.
    """

    kind: MoneyKind
    flow: FlowName
    record_id: RecordId
    label: str
    number: str | None
    customer: str | None
    method: str | None
    amount: Decimal | None
    dated: date | None
    state: StandsAs
    reason: str | None
    quickbooks_id: QuickBooksId | None


@dataclass(frozen=True)
class MoneyPage:
    """Some of them in their order; `next` asks for those after them, None at the end.

    payments: In the order that was asked for.
    """

    payments: tuple[MoneyMove, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class MoneyAsked:
    """Which are asked for; all of it must be so. Kinds and states are empty for all.

    `oldest_first` has the oldest days come first, else the latest.

    kinds: Payments, refunds or credits.
    state: How they stand; None for all.
    customer, method: Names.
    last: The last day, included.
    """

    kinds: Sequence[MoneyKind] = ()
    state: StandsAs | None = None
    customer: str | None = None
    method: str | None = None
    first: date | None = None
    last: date | None = None
    oldest_first: bool = False


def list_all(
    connection_id: ConnectionId,
    asked: MoneyAsked,
    *,
    after: str | None,
    limit: int,
    store: Store = DYNAMODB,
) -> MoneyPage:
    """Return one page of payments, refunds and credits that had an outcome; no remote call is made.

    How something was paid is on no list: a page by method is what there is of it among `limit`, and
    may be short or empty although there is a next one.
    """
    sought = Sought(
        customer=asked.customer,
        first=asked.first,
        last=asked.last,
        flows=frozenset(FLOWS[kind] for kind in asked.kinds or MoneyKind),
        state=kept_as(asked.state),
    )

    page = store.tracked.find(
        connection_id, sought, after=after, limit=limit, oldest_first=asked.oldest_first
    )
    found = (one for one in page.records if _is_by(one, asked.method))
    return MoneyPage(tuple(map(_move, found)), page.next)


def _is_by(one: TrackedRecord, method: str | None) -> bool:
    return method is None or folded(one.method or "") == folded(method)


def _move(one: TrackedRecord) -> MoneyMove:
    return MoneyMove(
        kind=KINDS[one.flow],
        flow=one.flow,
        record_id=one.record_id,
        label=one.label,
        number=one.number,
        customer=one.customer,
        method=one.method,
        amount=one.amount,
        dated=one.day,
        state=one.state,
        reason=one.reason,
        quickbooks_id=one.quickbooks_id,
    )

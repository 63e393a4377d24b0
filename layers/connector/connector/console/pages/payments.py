"""View Payments: where payments stand, and the push of those that a person chooses."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from connector.api import payment_list, payments
from connector.api.payment_list import OF, OPEN, PUSHED, PaymentRow
from connector.api.payments import ChosenPayments
from connector.api.plans.payments_with_invoices import held_back
from connector.api.runs import money_moves
from connector.api.runs.money_moves import MoneyAsked, MoneyKind, MoneyMove
from connector.console.asking import Go, PageRequest, Pages, Reply, one_of
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.console.words import plural
from connector.errors import RequestError
from connector.model.tracking.stands import FOUND_BY
from connector.model.tracking.tracked import StandsAs
from connector.services import services

pages = Pages()
PAYMENTS = f"{CONNECTION}/payments"
SHOWN = 50
ALL = "all"
VIEWS = {OPEN: "Not in QuickBooks yet", PUSHED: "In QuickBooks", ALL: "Find any"}


@dataclass(frozen=True)
class ShownPayment:
    """A payment with the numbers of its invoices.

    payment: as the list has it.
    """

    payment: PaymentRow

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of its invoices, which those that wait have whose they are beside."""
        told = self.payment.invoice.split(", ")
        named = [one for one in told if OF in one] or told
        return tuple(one.partition(OF)[0] for one in named if one)


COLUMNS: Columns[ShownPayment] = {
    "customer": lambda one: one.payment.customer and one.payment.customer.casefold(),
    "day": lambda one: one.payment.paid_on,
    "amount": lambda one: one.payment.amount,
    "state": lambda one: one.payment.state.value,
}
MOVES: Columns[MoneyMove] = {
    "customer": lambda one: one.customer and one.customer.casefold(),
    "kind": lambda one: one.kind.value,
    "day": lambda one: one.dated,
    "method": lambda one: one.method,
    "amount": lambda one: one.amount,
    "state": lambda one: one.state.value,
}


@pages.get(PAYMENTS)
def show_payments(asked: PageRequest) -> Reply:
    """Show payments of one view, those that are not in QuickBooks unless the others are asked."""
    view = asked.query.get("view") or OPEN
    one_of(VIEWS, view, "view")
    if view == ALL:
        return _all(asked)
    after = asked.query.get("after") or f"{view}:"
    page = payment_list.list_payments(asked.connection_id, after=after, limit=SHOWN)
    shown = [one for one in page.payments if (one.quickbooks_id is not None) is (view == PUSHED)]
    following = page.next if (page.next or "").startswith(f"{view}:") else None
    rows, sorting = sort(asked, map(ShownPayment, shown), COLUMNS, following=following)
    return page_of(
        asked,
        "payments.html",
        "Payments",
        rows=rows,
        next=following,
        view=view,
        views=VIEWS,
        sorting=sorting,
    )


class PaymentsSought(BaseModel):
    """What a person knows of payments, refunds and credits.

    kind, state: None for all.
    customer, method: names.
    first, last: days, both included.
    """

    model_config = ConfigDict(frozen=True)

    kind: MoneyKind | None = None
    state: StandsAs | None = None
    customer: str | None = Field(default=None, max_length=200)
    method: str | None = Field(default=None, max_length=200)
    first: date | None = None
    last: date | None = None


def _all(asked: PageRequest) -> Reply:
    """Show payments, refunds and credits of both sides that fit what is known of them."""
    given = {name: asked.query.get(name, "").strip() for name in PaymentsSought.model_fields}
    told = {name: value for name, value in given.items() if value}
    wanted = form_of(PaymentsSought, told)
    asked_for = MoneyAsked(
        kinds=[wanted.kind] if wanted.kind else (),
        **wanted.model_dump(exclude={"kind"}),
        oldest_first=asked.query.get("sort") == "day",
    )
    after = asked.query.get("after") or None
    limit = money_moves.MOST if wanted.method else SHOWN
    page = money_moves.list_all(asked.connection_id, asked_for, after=after, limit=limit)
    rows, sorting = sort(asked, page.payments, MOVES, following=page.next, stored={"day"})
    return page_of(
        asked,
        "payments_all.html",
        "Payments",
        rows=rows,
        next=page.next,
        view=ALL,
        views=VIEWS,
        sorting=sorting,
        told=told,
        kinds=[one.value for one in MoneyKind],
        states=[one.value for one in FOUND_BY],
    )


@pages.post(PAYMENTS)
def push(asked: PageRequest) -> Reply:
    """Tell what pushing the chosen payments does; once that was seen, push them."""
    ids = list(dict.fromkeys(asked.values("payment")))
    if not ids:
        raise RequestError("Select at least one payment.")
    include = asked.value("include_invoices") == "yes"
    if asked.value("sure") != "yes":
        return _told(asked, ids, include_invoices=include)
    chosen = form_of(ChosenPayments, {"payment_ids": ids, "include_invoices": include})
    pushed = payments.push(services(), asked.connection_id, chosen, by=asked.by)
    said = f"{plural(len(ids), 'payment is', 'payments are')} being pushed."
    return Go(to=asked.at("runs", str(pushed.run_id)), said=said)


def _told(asked: PageRequest, ids: list[str], *, include_invoices: bool) -> Reply:
    found = payment_list.read_payments(asked.connection_id, ids)
    rows = [ShownPayment(one) for one in found.values()]
    waiting = {own: row for own, row in found.items() if row.state is StandsAs.WAITING}
    held = {own: row.reason or "" for own, row in waiting.items()}
    if include_invoices and waiting:
        payments.read_closing_day(services(), asked.connection_id)
        held = held_back(asked.connection_id, [*waiting])
    going = [one for one in rows if one.payment.payment_id not in held]
    return page_of(
        asked,
        "payments_push.html",
        "What this does",
        rows=rows,
        held=held,
        going=len(going),
        total=sum((one.payment.amount or Decimal(0) for one in going), Decimal(0)),
        include_invoices=include_invoices,
    )

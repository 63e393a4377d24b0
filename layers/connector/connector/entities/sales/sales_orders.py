"""Sales orders: an open one becomes an Estimate, a checked-out one an Invoice made from it (A13).

QuickBooks has no sales orders. The links of the two documents are kept apart; the invoice names the
estimate, and QuickBooks closes that by itself, so that never both stay open.
"""

from datetime import date
from decimal import Decimal

from pydantic import AliasChoices, Field

from connector.entities.sales import document
from connector.entities.sales.body import (
    MADE_FROM,
    REQUIRED,
    form_references,
    form_remarks,
    form_to_qbo,
    form_wording,
)
from connector.entities.sales.checks import check_company, form_problems
from connector.entities.sales.document import SalesForm
from connector.entities.sales.estimate_links import ONCE, link_to_estimate, without_estimate
from connector.entities.sales.totals import TOTALS
from connector.entities.shared.documents import (
    Amount,
    by_hand_only,
    is_same_again,
    posted_on,
)
from connector.entities.shared.wire import NOTHING
from connector.errors import RecordError
from connector.mobiwork.values import IdValue, MobiWorkDate
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushSplitting,
    PushTranslation,
    StockMoves,
    Variant,
)
from connector.model.plans import Reference
from connector.model.policy.postable import Standing, letters_and_digits, same_texts, verdict
from connector.model.policy.posting_words import OPEN_ORDERS, SALES_ORDER_WORDS
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import Kind
from connector.quickbooks.query import found_by

PREFIX = "SO"
ACCEPTED, REJECTED = "Accepted", "Rejected"
AS_INVOICE = Variant("salesOrder", "Invoice")
AS_ESTIMATE = Variant("openSalesOrder", "Estimate")

OPEN = same_texts(OPEN_ORDERS)


class SalesOrder(SalesForm):
    """A MobiWork sales order (reference 3.9; lines, totals and dates are assumed, 6 row 26).

    id, number: MobiWork's.
    order_date: a day.
    discount_amount: in dollars; discount_percent: 10 is a tenth. MobiWork calls them rebate.
    """

    what = "sales order"
    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("salesorderid", "mobiworksalesorderid", "id")
    )
    number: str = Field(
        default="", validation_alias=AliasChoices("ordernumber", "salesordernumber", "number")
    )
    order_date: MobiWorkDate = Field(
        validation_alias=AliasChoices("orderdate", "salesorderdate", "createddate")
    )
    checked_out_on: MobiWorkDate | None = Field(
        title="date of check-out",
        default=None,
        validation_alias=AliasChoices("checkoutdate", "checkedoutdate", "completeddate"),
    )
    discount_amount: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("rebate", "discountamount", "discount")
    )
    discount_percent: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("rebatepercent", "discountpercent")
    )

    @property
    def shown_number(self) -> str:
        """The number with MobiWork's prefix, so that no invoice has the same one."""
        number = super().shown_number
        return number if number.upper().startswith(PREFIX) else f"{PREFIX}-{number}"

    @property
    def state(self) -> str:
        """The status as it is compared."""
        return letters_and_digits(self.status)


def variant(order: SalesOrder) -> Variant:
    """Say what an order becomes."""
    return AS_ESTIMATE if order.state in OPEN else AS_INVOICE


def skip_reason(order: SalesOrder, settings: Settings) -> str | None:
    """Say why an open order is not for QuickBooks yet."""
    if order.state in OPEN and not settings.open_sales_orders:
        return (
            f"It is not checked out yet ({order.status}), and the setting "
            f'"{title("open_sales_orders")}" is off. Check it out in MobiWork, or switch that on.'
        )
    return None


def mentioned(order: SalesOrder) -> tuple[Reference, ...]:
    """Name the other document that may have been made of the same order."""
    other = AS_INVOICE if variant(order) == AS_ESTIMATE else AS_ESTIMATE
    return (Reference(other.entity, order.id or "", document.label(order)),)


def dated(order: SalesOrder, known: PushContext) -> date:
    """Return the day of an order; of its invoice that of the check-out, when it is earned.

    MobiWork may not tell when that was: then it is the day on which the order was first seen as
    checked out, and what is posted keeps its day.
    """
    ordered: date = order.order_date
    checked_out: date | None = order.checked_out_on
    if variant(order) == AS_ESTIMATE:
        return ordered
    if checked_out:
        return checked_out
    posted = posted_on(known.links.get((AS_INVOICE.entity, order.id or "")))
    return posted or max(ordered, known.seen_on)


def moved(order: SalesOrder) -> list[tuple[str, Decimal]]:
    """Return what leaves stock: that of an order which is checked out."""
    return document.moved(order) if variant(order) == AS_INVOICE else []


def counts_from(order: SalesOrder, known: PushContext) -> date:
    """Return the day of an order for the start date.

    Of one that was checked out before anybody looked, nobody knows when: it is as old as it says.
    """
    first_look = known.connected_on is not None and known.seen_on <= known.connected_on
    ordered: date = order.order_date
    return ordered if first_look and not order.checked_out_on else dated(order, known)


def moved_on(order: SalesOrder, seen: date) -> date:
    """Return the day of an order's invoice that is not posted yet."""
    checked_out: date | None = order.checked_out_on
    ordered: date = order.order_date
    return checked_out or max(ordered, seen)


def check(order: SalesOrder, known: PushContext) -> None:
    """Check what the books and the settings of the company allow.

    Raises:
        MissingMappingsError: all that stands in its way.
    """
    day, chosen = dated(order, known), known.settings.sales_order_custom_fields
    check_company(order, day, known, posts=variant(order) == AS_INVOICE, chosen=chosen)


def to_qbo(order: SalesOrder, known: PushContext) -> Body:
    """Translate to an Estimate, or to an Invoice made from that Estimate (reference 6.8, 6.10).

    Raises:
        MissingMappingsError: the books or the settings do not allow it.
        RecordError: it is an invoice in QuickBooks already.
    """
    check(order, known)
    day = dated(order, known)
    body = form_to_qbo(order, known, day=day, chosen=known.settings.sales_order_custom_fields)
    if variant(order) == AS_ESTIMATE:
        return _as_estimate(order, known, body)
    return _as_invoice(order, known, body)


def _as_estimate(order: SalesOrder, known: PushContext, body: Body) -> Body:
    invoice = known.links.get((AS_INVOICE.entity, order.id or ""))
    if invoice is not None:
        raise RecordError(
            f"Its status went back to {order.status}, but it is in QuickBooks as invoice "
            f"{invoice.quickbooks_id} already, so no estimate is made of it. Correct the status "
            "in MobiWork, or void that invoice in QuickBooks and leave this record out.",
            cause=Kind.BOOKED,
        )
    return body | {"TxnStatus": ACCEPTED}


def follows(order: SalesOrder, settings: Settings, posted: Json) -> Body | None:
    """Return the status that the estimate of an order takes: canceled, or open again."""
    never = verdict(SALES_ORDER_WORDS, order.status, settings).standing is Standing.NEVER
    if "TxnStatus" not in posted or not (never or order.state in OPEN):
        return None
    status = REJECTED if never else ACCEPTED
    return {} if posted["TxnStatus"] == status else {"TxnStatus": status}


def _as_invoice(order: SalesOrder, known: PushContext, body: Body) -> Body:
    estimate = known.links.get((AS_ESTIMATE.entity, order.id or ""))
    return {
        **body,
        **link_to_estimate(estimate),
        "AllowOnlineCreditCardPayment": known.settings.online_card_payment,
        "AllowOnlineACHPayment": known.settings.online_bank_payment,
    }


def twin_query(body: Body) -> str:
    """Find the customer's estimates of the same day, for only they have a status, or his invoices.

    Of any day: it may be that on which the check-out was seen, which a restored table forgets.
    """
    if "TxnStatus" in body:
        return found_by(AS_ESTIMATE.target, "CustomerRef", "TxnDate")(body)
    return found_by(AS_INVOICE.target, "CustomerRef")(body)


def remarks(order: SalesOrder, answer: Json) -> list[str]:
    """Say what of an order was left out, shortened or put elsewhere."""
    found = form_remarks(order, answer)
    if variant(order) == AS_INVOICE and order.checked_out_on is None:
        found.append(
            f"MobiWork does not say when it was checked out; the invoice is dated "
            f"{answer.get('TxnDate')}, when that was first seen."
        )
    return found


PUSH = PushFlow(
    name="push_sales_orders",
    records=document.records_of("salesOrder", SalesOrder),
    target="Invoice",
    eligibility=PushEligibility(
        day=counts_from,
        verdict=lambda order, settings, _company: verdict(
            SALES_ORDER_WORDS, order.status, settings
        ),
        skip_reason=skip_reason,
        problems=form_problems,
    ),
    references=form_references(mentioned),
    translation=PushTranslation(
        body=to_qbo, check=check, retry_body=without_estimate, create_only=ONCE
    ),
    matching=PushMatching(twin_query=twin_query, listed_with=frozenset({"push_invoices"})),
    wording=form_wording(remarks, lambda order: document.facts(order, order.order_date)),
    updating=by_hand_only(SalesOrder.what, REQUIRED, MADE_FROM),
    splitting=PushSplitting(
        variants=(AS_INVOICE, AS_ESTIMATE), variant=lambda order, _settings: variant(order)
    ),
    stock=StockMoves(moved=moved, day=moved_on),
    totals=TOTALS,
    entered_again=is_same_again,
    follows=follows,
)

"""Bills: what arrived of a purchase order, owed to its vendor; one bill for each receipt."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.lines import DETAIL, check_books, line_to_qbo, ordering
from connector.entities.purchases.model import (
    PurchaseOrder,
    about,
    freight_fact,
    order_label,
    with_freight,
)
from connector.entities.purchases.receipts import (
    Share,
    all_arrived,
    all_billed,
    all_due,
    arrived,
    bills_of,
    left_to_bill,
    number_of,
    worth,
)
from connector.entities.purchases.totals import compared
from connector.entities.purchases.tracking import refs_of, tracked
from connector.entities.shared.counted import line_facts
from connector.entities.shared.documents import currency, document_number, posted_on
from connector.entities.shared.wire import dollars, without_empty
from connector.errors import told_at_once
from connector.model.body import Body, Json
from connector.model.company import Company
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushSplitting,
    PushTranslation,
    PushWording,
    StockMoves,
    Variant,
)
from connector.model.flows.records import MobiWorkRecords
from connector.model.plans import Reference
from connector.model.policy.accounts import PAYABLE, account_of
from connector.model.policy.postable import verdict
from connector.model.policy.posting_words import RECEIPT_WORDS
from connector.model.policy.settings import Settings
from connector.quickbooks.query import found_by

BILL = Variant("bill", "Bill")
twin_query = found_by("Bill", "VendorRef")
"""Of any day: it may be that on which the receipt was seen, which a restored table forgets."""


def label(order: PurchaseOrder) -> str:
    """Name the bill of an order to a person."""
    return f"bill of {order_label(order)}"


def facts(order: PurchaseOrder) -> dict[str, str]:
    """Return what all that arrived of an order costs, whom it is owed to and since when."""
    due = all_due(order)
    received = order.received_on
    return {
        "amount": dollars(sum((one.amount for one in due), Decimal(0))),
        "vendor": order.vendor_id or "",
        "date of receipt": received.isoformat() if received else "",
        **freight_fact(order),
        **line_facts(due),
    }


def problems(order: PurchaseOrder) -> list[str]:
    """Say what is wrong with an order that is to be billed."""
    found = purchase_orders.problems(order)
    if not found and not all_arrived(order):
        found.append(
            f'Its status is "{order.status}", but MobiWork does not say how much of any line '
            "arrived. Enter the received quantities in MobiWork, or set it to received when "
            "everything is there."
        )
    return found


def needed(order: PurchaseOrder, settings: Settings, company: Company) -> tuple[Reference, ...]:
    """Name the vendor, the products and, where QuickBooks' plan has them, the purchase order."""
    ordered = Reference("purchaseOrder", order.id or "", order_label(order))
    first = (ordered,) if company.has_purchase_orders else ()
    return *purchase_orders.needed(order, settings, company), *first


def piece_id(order: PurchaseOrder, made: Mapping[str, Linked]) -> str:
    """Name the next bill of an order, or the last one where nothing is left to bill."""
    last = max((number_of(own) for own in made), default=0)
    more = not made or all_arrived(order) > all_billed(made.values())
    return f"{order.id}-{last + 1 if more else last}"


def check(order: PurchaseOrder, known: PushContext) -> None:
    """Check what the books and the settings of the company allow.

    Raises:
        RecordError: all that stands in its way.
    """
    whole = with_freight(order, known.settings)
    _, day = _number_and_day(whole, known)
    told_at_once(
        lambda: check_books(whole.lines, day, known, posts=True),
        lambda: refs_of(order.said, known),
    )


def _number_and_day(order: PurchaseOrder, known: PushContext) -> tuple[int, date]:
    made = bills_of(order, known)
    number = number_of(piece_id(order, {str(one): bill for one, bill in made.items()}))
    seen = max(order.created_on, known.seen_on)
    return number, order.received_on or posted_on(made.get(number)) or seen


def to_qbo(order: PurchaseOrder, known: PushContext) -> Body:
    """Translate what is not billed yet to a QuickBooks Bill (reference 6.14).

    Without a date of receipt the bill is dated when that was first seen, and keeps its day.
    QuickBooks makes the due date of the vendor's terms. A bill that is there already is made again
    as it would be now.

    Raises:
        MissingMappingsError: a closed period, products that cannot be bought in QuickBooks, or
            whose stock is counted only later.
    """
    check(order, known)
    order = with_freight(order, known.settings)
    made = bills_of(order, known)
    number, day = _number_and_day(order, known)
    before = [bill for one, bill in sorted(made.items()) if one < number]
    vendor = known.links["vendor", order.vendor_id or ""]
    body = without_empty(
        {
            "VendorRef": {"value": vendor.quickbooks_id},
            "APAccountRef": {"value": account_of(known.company, known.settings, PAYABLE).id},
            "CurrencyRef": currency(known.company),
            "TxnDate": day.isoformat(),
            "SalesTermRef": vendor.base.get("TermRef"),
            "DocNumber": _number(order, before),
            "PrivateNote": f"Bill {number} of MobiWork purchase order {order.shown_number} "
            f"{known.marker}",
            "Line": [_line(share, order, known) for share in left_to_bill(order, before, known)],
        }
    )
    return tracked(body, order.said, known)


def _line(share: Share, order: PurchaseOrder, known: PushContext) -> Body:
    """Translate what is billed of a line, linked to its line of the order so that that closes."""
    body = line_to_qbo(share.line, share.quantity, share.amount, known)
    if not share.place:
        return body
    linked = {
        "TxnId": known.id_of("purchaseOrder", order.id or ""),
        "TxnType": "PurchaseOrder",
        "TxnLineId": share.place,
    }
    return body | {"LinkedTxn": [linked]}


def billed(_order: PurchaseOrder, sent: Json) -> Decimal:
    """Return what a bill comes to: its part of what arrived of the order."""
    return sum((line["Amount"] for line in sent.get("Line", ())), Decimal(0))


def _number(order: PurchaseOrder, before: list[Linked]) -> str:
    """Return the number of the vendor's invoice, with a count where an earlier bill has it."""
    number = document_number(order.vendor_invoice)
    if number and number in {bill.base.get("DocNumber") for bill in before}:
        return document_number(f"{order.vendor_invoice}-{len(before) + 1}")
    return number


def moved(order: PurchaseOrder) -> list[tuple[str, Decimal]]:
    """Return how many pieces of which products arrived, below zero."""
    lines = (line for line in ordering(order.lines) if line.quantity)
    return [(line.product_id or "", -arrived(order, line)) for line in lines]


def posted_pieces(bill: Json) -> list[tuple[str, Decimal]]:
    """Return how many pieces of which items a bill brought, below zero."""
    details = (line[DETAIL] for line in bill.get("Line", ()) if DETAIL in line)
    return [
        (str(one["ItemRef"]["value"]), -Decimal(str(one["Qty"])))
        for one in details
        if one.get("Qty")
    ]


def counts_from(order: PurchaseOrder, known: PushContext) -> date:
    """Return the day of an order's first bill for the start date.

    Of what had arrived before anybody looked, nobody knows when: it is as old as the order says.
    """
    first_look = known.connected_on is not None and known.seen_on <= known.connected_on
    ordered: date = order.created_on
    unknown = first_look and not order.received_on
    return ordered if unknown else moved_on(order, known.seen_on)


def moved_on(order: PurchaseOrder, seen: date) -> date:
    """Return the day of the first bill of an order."""
    received: date | None = order.received_on
    return received or max(order.created_on, seen)


def remarks(order: PurchaseOrder, answer: Json) -> list[str]:
    """Say what of a bill is not as a person would expect it."""
    found = []
    if order.received_on is None:
        found.append(
            "MobiWork does not say when the goods arrived; the bill is dated "
            f"{answer.get('TxnDate')}, when that was first seen."
        )
    number = str(answer.get("DocNumber", ""))
    if order.vendor_invoice and number != order.vendor_invoice:
        found.append(
            f'The vendor\'s invoice number "{order.vendor_invoice}" stands as "{number}" on the '
            "bill."
        )
    return [*found, *purchase_orders.tax_remarks(order), *_link_remarks(answer)]


def _link_remarks(answer: Json) -> list[str]:
    """Say which lines are linked to no line of a purchase order."""
    lines = [line for line in answer.get("Line", ()) if DETAIL in line]
    unlinked = sum(not line.get("LinkedTxn") for line in lines)
    if not unlinked:
        return []
    if unlinked == len(lines):
        return [
            "It is not linked to a purchase order in QuickBooks: the plan there has none, or what "
            "is "
            "on it was added to the order later, or more arrived than was ordered."
        ]
    are, were = ("is", "it was") if unlinked == 1 else ("are", "they were")
    return [
        f"{unlinked} of its {len(lines)} lines {are} linked to no line of the purchase order in "
        f"QuickBooks: {were} added to the order later, or more arrived than was ordered."
    ]


PUSH = PushFlow(
    name="push_bills",
    records=MobiWorkRecords(entity="purchaseOrder", model=PurchaseOrder),
    target="Bill",
    eligibility=PushEligibility(
        day=counts_from,
        verdict=lambda order, settings, _company: verdict(RECEIPT_WORDS, order.status, settings),
        problems=problems,
    ),
    references=PushReferences(needed=needed),
    translation=PushTranslation(body=to_qbo, check=check),
    matching=PushMatching(twin_query=twin_query),
    wording=PushWording(label=label, remarks=remarks, worth=worth, facts=facts, about=about),
    splitting=PushSplitting(
        variants=(BILL,), variant=lambda _order, _settings: BILL, piece_id=piece_id
    ),
    stock=StockMoves(moved=moved, day=moved_on, posted=posted_pieces),
    totals=compared(billed, "amount for what arrived"),
    stays="MobiWork does not tell which of the bills of an order an edit belongs to.",
)

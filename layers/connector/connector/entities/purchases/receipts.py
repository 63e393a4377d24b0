"""What of a purchase order arrived, what of that is on bills, and what is left to bill.

A lump sum, which is a line with money and no quantity, counts as one piece.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.entities.purchases.lines import DETAIL, OrderLine, ordering
from connector.entities.purchases.model import PurchaseOrder, worth_of_all
from connector.entities.shared.counted import Sold
from connector.entities.shared.rounding import spread
from connector.entities.shared.wire import NOTHING, cents
from connector.model.body import Body, Json
from connector.model.flows.context import Linked, PushContext
from connector.model.policy.postable import same_texts
from connector.model.policy.posting_words import ARRIVED

ALL_ARRIVED = same_texts(ARRIVED)
ONE = Decimal(1)

type OnBills = defaultdict[tuple[str, str], Decimal]
"""How much is on bills, by the line of QuickBooks' order (or none) and by item."""


@dataclass(frozen=True)
class Share:
    """What of a line goes on one bill.

    `place` is the id of its line in QuickBooks' order; empty where it has none, or where that line
    is billed in full and more arrived: QuickBooks links nothing to an order that is closed.
    line: of the order.
    quantity: so many of it.
    amount: in dollars.
    """

    line: OrderLine
    quantity: Decimal
    amount: Decimal
    place: str


def arrived(order: PurchaseOrder, line: OrderLine) -> Decimal:
    """Return how much of a line arrived; without a figure, all or nothing by the status."""
    if line.quantity and line.received is not None:
        return max(line.received, NOTHING)
    return (line.quantity or ONE) if order.state in ALL_ARRIVED else NOTHING


def all_due(order: PurchaseOrder) -> list[Sold]:
    """Return what arrived of each line, whether it is on a bill or not, and what it costs."""
    lines = zip(ordering(order.lines), order.costs, strict=True)
    arriving = ((line, cost, arrived(order, line)) for line, cost in lines)
    return [
        Sold(line.product_id, whole, _part(line, cost, whole))
        for line, cost, whole in arriving
        if whole
    ]


def worth(order: PurchaseOrder) -> Decimal:
    """Return what arrived costs; of an order of which nothing did what all of it would."""
    return sum((one.amount for one in all_due(order)), NOTHING) or worth_of_all(order)


def all_arrived(order: PurchaseOrder) -> Decimal:
    """Return how much of all lines together arrived; freight comes with the last of them."""
    freight = ONE if order.freight and order.state in ALL_ARRIVED else NOTHING
    return sum((arrived(order, line) for line in ordering(order.lines)), freight)


def all_billed(bills: Iterable[Linked]) -> Decimal:
    """Return how much of all lines together is on bills."""
    return sum((_quantity(line) for bill in bills for line in item_lines(bill)), NOTHING)


def left_to_bill(order: PurchaseOrder, bills: Iterable[Linked], known: PushContext) -> list[Share]:
    """Return what arrived and is on none of the bills yet, line by line.

    The money of a part is its part of what the line costs with its tax. What the bills before came
    to otherwise, by then with another price or tax, is made up for: all bills together are always
    what arrived costs.
    """
    billed: OnBills = defaultdict(Decimal)
    paid = NOTHING
    for line in (line for bill in bills for line in item_lines(bill)):
        billed[_place(line), _item(line)] += _quantity(line)
        paid += line["Amount"]
    shares = list(_left(order, billed, known))
    amounts = _made_up(order, [share.amount for share in shares], paid)
    return [replace(one, amount=amount) for one, amount in zip(shares, amounts, strict=True)]


def _made_up(order: PurchaseOrder, amounts: list[Decimal], paid: Decimal) -> list[Decimal]:
    """Return the amounts of a bill so that it and those before are what arrived costs."""
    due = sum((one.amount for one in all_due(order)), NOTHING)
    missing = due - paid - sum(amounts, NOTHING)
    return spread(amounts, missing) if due >= paid else amounts


def _left(order: PurchaseOrder, billed: OnBills, known: PushContext) -> Iterator[Share]:
    lines = ordering(order.lines)
    items = [known.id_of("product", line.product_id or "") for line in lines]
    pushed = known.links.get(("purchaseOrder", order.id or ""))
    places = places_of(items, pushed) if pushed else [""] * len(items)
    for line, cost, item, place in zip(lines, order.costs, items, places, strict=True):
        whole, ordered = arrived(order, line), line.quantity or ONE
        before = _drawn(billed, ((place, item), ("", item)), whole)
        if whole > before:
            money = _part(line, cost, whole) - _part(line, cost, before)
            more = whole - before if line.quantity else NOTHING
            yield Share(line, more, money, place if before < ordered else "")


def _drawn(billed: OnBills, keys: Iterable[tuple[str, str]], most: Decimal) -> Decimal:
    """Take what was billed of a line out of `billed`: by its link first, then by its item."""
    taken = NOTHING
    for key in keys:
        part = min(billed[key], most - taken)
        billed[key] -= part
        taken += part
    return taken


def _part(line: OrderLine, cost: Decimal, quantity: Decimal) -> Decimal:
    return cents(cost * quantity / (line.quantity or ONE))


def places_of(items: list[str], pushed: Linked) -> list[str]:
    """Return the ids of the lines in QuickBooks' order that stand for lines of these items.

    Lines are matched by position and item, then by item alone: the order may have been changed in
    MobiWork after it was pushed. A line that came later has no id.
    """
    sent = zip(item_lines(pushed), pushed.line_ids, strict=False)
    free = {position: (_item(line), key) for position, (line, key) in enumerate(sent)}
    found = {
        position: free.pop(position)[1]
        for position, item in enumerate(items)
        if position in free and free[position][0] == item
    }
    for position, item in enumerate(items):
        same = next((place for place, (its, _) in free.items() if its == item), None)
        if position not in found and same is not None:
            found[position] = free.pop(same)[1]
    return [found.get(position, "") for position in range(len(items))]


def item_lines(document: Linked) -> list[Body]:
    """Return the lines with items of a document as it was sent."""
    return [line for line in document.base.get("Line", ()) if DETAIL in line]


def _quantity(line: Json) -> Decimal:
    return Decimal(str(line[DETAIL].get("Qty") or ONE))


def _item(line: Json) -> str:
    return str(line[DETAIL]["ItemRef"]["value"])


def _place(line: Json) -> str:
    links: list[Body] = line.get("LinkedTxn") or [{}]
    return str(links[0].get("TxnLineId", ""))


def number_of(piece_id: str) -> int:
    """Return which bill of its order a link is about: 2 of "71003-2"."""
    return int(piece_id.rpartition("-")[2])


def bills_of(order: PurchaseOrder, known: PushContext) -> dict[int, Linked]:
    """Return the bills of an order that are in QuickBooks, by their number."""
    begins = f"{order.id}-"
    return {
        number_of(own): link
        for (entity, own), link in known.links.items()
        if entity == "bill" and own.startswith(begins)
    }

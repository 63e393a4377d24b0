"""The graph of linked transactions: what settles, stems from or is deposited by what."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from simulators.quickbooks.wire import ZERO, Record

SETTLING = ("Payment:", "BillPayment:", "Deposit:")
TXN_TYPES = {"BillPayment": "BillPaymentCheck"}


class Link(NamedTuple):
    """A link that the document `source` holds to `target`; both are keys `Entity:Id`."""

    target: str
    amount: Decimal = ZERO
    line: str = ""
    source_line: str = ""


class Links:
    """Links by the document that holds them, and backwards."""

    def __init__(self) -> None:
        self.held: dict[str, list[Link]] = {}
        self.sources: dict[str, list[str]] = {}

    def replace(self, key: str, links: Iterable[Link]) -> set[str]:
        """Replace the links of a document; return the targets whose links changed."""
        old, new = self.held.pop(key, []), list(links)
        for link in old:
            holders = self.sources.get(link.target, [])
            if key in holders:
                holders.remove(key)
        for link in new:
            holders = self.sources.setdefault(link.target, [])
            if key not in holders:
                holders.append(key)
        if new:
            self.held[key] = new
        return {link.target for link in set(old) ^ set(new)}

    def settled(self, target: str, besides: str = "") -> Decimal:
        """Return how much of a document other documents settle."""
        rows = (
            link.amount
            for source in self.sources.get(target, ())
            if source != besides
            for link in self.held[source]
            if link.target == target
        )
        return sum(rows, ZERO)

    def holders(self, target: str) -> list[str]:
        """List the documents that link to this one, oldest first."""
        return list(self.sources.get(target, ()))

    def linked(self, key: str) -> list[Record]:
        """Render LinkedTxn of a document: what it links to and what links to it."""
        own = [] if key.startswith(SETTLING) else self.held.get(key, [])
        forward = [link.target for link in own]
        rows = map(split_key, dict.fromkeys([*forward, *self.sources.get(key, ())]))
        return [{"TxnId": n, "TxnType": TXN_TYPES.get(entity, entity)} for entity, n in rows]


def doc_key(entity: str, number: str) -> str:
    """Make the key of a document."""
    return f"{entity}:{number}"


def split_key(key: str) -> tuple[str, str]:
    """Return entity and id of a key."""
    entity, _, number = key.partition(":")
    return entity, number

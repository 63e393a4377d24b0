"""Who a customer or vendor of QuickBooks is by now: merges lead on, and a job is its customer's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connector.engine.stores import Store
from connector.entities.registry import PULLS
from connector.exact_json import decoded
from connector.model.body import MERGED_INTO, Json

CUSTOMER, VENDOR = "Customer", "Vendor"


def party_kind(document: Json) -> str:
    """Return as what a document names its party."""
    if "CustomerRef" in document:
        return CUSTOMER
    return str((document.get("EntityRef") or {}).get("type") or VENDOR)


def led(
    connection_id: str, kind: str, parties: Iterable[str], store: Store, *, above: bool = False
) -> dict[str, list[str]]:
    """Return through whom each of some went by merges, followed or not, to where it is by now.

    With those `above`, it goes on to the customers that it is below. Only what these went through
    is read, however many were merged. A circle ends where it began.
    """
    lines = {one: [one] for one in parties}
    going = list(lines.values())
    while going:
        ends = sorted({line[-1] for line in going})
        to: Mapping[str, str] = store.parents.above(connection_id, kind, ends) if above else {}
        to = {**to, **_survivors(connection_id, kind, ends, store)}
        going = [line for line in going if to.get(line[-1], line[-1]) not in line]
        for line in going:
            line.append(to[line[-1]])
    return lines


def _survivors(
    connection_id: str, kind: str, losers: Iterable[str], store: Store
) -> dict[str, str]:
    """Return where some went by merges, also by those that are pending items or left out."""
    ids = list(losers)
    found = dict(store.merged_records.survivors(connection_id, kind, ids))
    for pull in PULLS:
        if pull.source == kind:
            kept = store.left_out.read_many(connection_id, pull.name, ids)
            items = store.pending.read_many(connection_id, pull.name, ids)
            records = {own: one.record for own, one in kept.items()}
            records |= {own: one.record for own, one in items.items()}
            for own, record in records.items():
                if record and (survivor := decoded(record).get(MERGED_INTO)):
                    found[own] = str(survivor)
    return found


@dataclass
class Parties:
    """Customers and vendors that may be meant by each other, each looked up once.

    Attributes:
        connection_id: Whose they are.
        store: Where what is known of them is kept.
    """

    connection_id: str
    store: Store
    _lines: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def near(self, kind: str, party: str, others: Iterable[str]) -> set[str]:
        """Return which others are a party by now, or are above or below it.

        The office may have entered on the customer what the field has on a job of his, or the
        other way round.
        """
        strangers = {*others} - {party}
        if not strangers:
            return set()
        self._look_up(kind, {party, *strangers})
        mine = self._lines[kind, party]
        lines = {one: self._lines[kind, one] for one in strangers}
        return {one for one, line in lines.items() if mine[0] in line or line[0] in mine}

    def _look_up(self, kind: str, parties: Iterable[str]) -> None:
        wanted = [one for one in parties if (kind, one) not in self._lines]
        if not wanted:
            return
        merged = led(self.connection_id, kind, wanted, self.store)
        now = {own: line[-1] for own, line in merged.items()}
        lines = led(self.connection_id, kind, {*now.values()}, self.store, above=True)
        self._lines |= {(kind, own): lines[one] for own, one in now.items()}

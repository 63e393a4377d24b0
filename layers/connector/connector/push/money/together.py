"""What several records take of one: the refunds of a payment, the write-offs of an invoice.

Each may be within what there is and all of them beyond it. Costs a read of the links of a flow for
a page that holds such a record, and nothing for any other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.books import amount_said
from connector.model.flows.push_flow import PushFlow
from connector.model.ids import RecordId
from connector.model.links import Link, Linking
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind

PAGE = 200

type Takes = tuple[RecordId, Mapping[str, str]]
"""A record: its id, and what it says of money."""


def taken[R: BaseModel](
    flow: PushFlow[R],
    run: Run,
    records: Sequence[tuple[PendingItem, R]],
    found: Mapping[tuple[str, str], Linking],
) -> Mapping[RecordId, Mapping[str, Decimal]]:
    """Return what others take of the same as each record of a page, by their ids.

    Those that are posted, and those before it on the page, which may be posted first. What was
    called off in MobiWork holds one of the same amount back by itself (`push/matching/called_off`).
    """
    wanted = dict[RecordId, Callable[[Mapping[str, str]], bool]]()
    before, others = list[Takes](), dict[RecordId, list[Takes]]()
    amounts = dict[RecordId, Decimal]()
    for item, record in records:
        if (is_same := flow.takes_of(record)) is None:
            continue
        own = item.record_id
        facts = flow.wording.facts(record)
        wanted[own], others[own], amounts[own] = is_same, [*before], _amount(facts)
        if not any((entity, own) in found for entity in flow.link_entities):
            before.append((own, facts))
    linked = [*_linked(flow, run)] if wanted else []
    alike = {one for one, facts in linked for is_same in wanted.values() if is_same(facts)}
    items = run.store.pending.read_many(run.connection_id, flow.name, alike) if alike else {}
    off = {own for own, item in items.items() if item.cause in {Kind.DELETED_HERE, Kind.CALLED_OFF}}
    return {
        own: {
            one: _amount(facts)
            for one, facts in (*others[own], *linked)
            if one != own and is_same(facts)
            if one not in off or _amount(facts) != amounts[own]
        }
        for own, is_same in wanted.items()
    }


def _amount(facts: Mapping[str, str]) -> Decimal:
    return abs(amount_said(facts.get("amount")))


def _linked[R: BaseModel](flow: PushFlow[R], run: Run) -> Iterator[Takes]:
    for entity in flow.link_entities:
        after = ""
        while page := run.store.links.read_some(run.connection_id, entity, after=after, limit=PAGE):
            after = max(page)
            for own, link in page.items():
                if isinstance(link, Link) and not link.gone and not link.merged_into:
                    yield own, link.facts

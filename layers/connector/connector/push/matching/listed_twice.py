"""What MobiWork may list twice: a checked-out sales order, also among its invoices.

Whether its invoice list has orders, and under which ids, is not documented, and an invoice can be
made of an order by hand. Both would be in the books then, each once; comparing with what somebody
typed in QuickBooks finds nothing, for both are linked. Costs a read of the table for a run that
creates one of either kind, and another where one of the other kind was ever posted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.recognitions import RECOGNITIONS
from connector.entities.registry import PUSH_NAMED
from connector.entities.typed.apart import MONTH, linked, posted_about
from connector.entities.typed.compared import NewDocument, posted_document
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import QuickBooksId
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade, compare
from connector.model.matching.matches import (
    OF_MOBIWORK,
    Match,
    as_listed,
    candidate_of,
    elsewhere,
    is_ruled_out,
)
from connector.push.load import Prepared
from connector.push.matching.alike_there import new_of

TWO_SALES = "two sales"


def posted_twice[R: BaseModel](run: Run, some: Sequence[Prepared[R]]) -> dict[RecordKey, Match]:
    """Return what new documents may be that another flow has posted, for a person to decide."""
    asked, flow = dict[RecordKey, Match](), some[0].work.flow
    chosen = run.settings.orders_among_invoices
    for other in sorted(flow.matching.listed_with) if chosen != TWO_SALES else ():
        news = [(one, new) for one in some if (new := new_of(one))]
        for posted, there in _posted(run, PUSH_NAMED[other], [new for _, new in news]):
            like = [(one, new) for one, new in news if _may_be(new, posted)]
            taken = _owners_of(run, news[0][1].target, there) if like else set[RecordKey]()
            for one, new in like:
                if not taken - {new.owner} and not is_ruled_out(one.match, there):
                    match = _match(run, one, new, posted, there)
                    asked.setdefault(new.owner, as_listed(match, chosen, run.now().isoformat()))
    return asked


def _posted(
    run: Run, flow: AnyPushFlow, news: Sequence[NewDocument]
) -> Iterator[tuple[NewDocument, QuickBooksId]]:
    """Yield what a flow posted about the days of new documents that comes to what one of them does.

    With the id by which it is no document to link, but one that stands for another record.
    """
    own, entity = run.connection_id, flow.link_entities[0]
    if not news or not run.store.links.read_some(own, entity, after="", limit=1):
        return
    dated = [(one.day, one.amount) for one in news]
    about = posted_about(own, frozenset({flow.name}), dated, run.store)
    some = [one for found in about.values() for one in found]
    for _, link in linked(own, news[0].target, some, run.store):
        if document := posted_document(flow, link):
            number = link.base.get("DocNumber") or link.owner.mobiwork_id
            label = f"{flow.noun_of(link.owner.entity)} {number}{OF_MOBIWORK}"
            yield replace(document, label=label), elsewhere(link.target, link.quickbooks_id)


def _may_be(new: NewDocument, posted: NewDocument) -> bool:
    same = new.amount == posted.amount and new.party == posted.party
    return same and new.party is not None and abs(new.day - posted.day) <= MONTH


def _owners_of(run: Run, target: str, there: QuickBooksId) -> set[RecordKey]:
    """Return which records a person said that a posted document is, too."""
    found = run.store.matches.of_quickbooks(run.connection_id, target, [there])
    return {one.owner for one in found.get(there, ()) if one.chosen == there}


def _match[R: BaseModel](
    run: Run, one: Prepared[R], new: NewDocument, posted: NewDocument, there: QuickBooksId
) -> Match:
    work, theirs = one.work, replace(posted.facts, id=there)
    pair = compare(new.facts, theirs, RECOGNITIONS[work.flow.name].table)
    return Match(
        owner=work.key,
        target=work.target,
        label=work.label,
        grade=Grade.CONTRADICTS,
        candidates=(candidate_of(new.facts, theirs, pair),),
        flow=work.flow.name,
        item=work.item.record_id,
        found_at=run.now().isoformat(),
    )

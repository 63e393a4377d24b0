"""MobiWork's credits, which the office may have taken off the invoice that it typed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import batched

from pydantic import ValidationError

from connector.changes.matching.facts import PAGE, Here, items_here, key_of
from connector.changes.matching.known import Known
from connector.engine.run import Run
from connector.entities.recognitions import RECOGNITIONS
from connector.entities.registry import PUSH_NAMED
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.links import Link, RecordKey
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import INVOICE, PARTY, TOTAL
from connector.model.pending import NewItem, PendingItem
from connector.model.policy.postable import Standing

FLOW, MEMO = "push_credits", "CreditMemo"


def credits_of(run: Run, invoices: Mapping[str, Here]) -> list[Facts]:
    """Return the credits that are linked to nothing, posted by the settings or not.

    They say their amount below zero, and name the customer of their invoice and it by the id that
    it has among `invoices`; one whose invoice is none of these is left out.
    """
    found = list[Facts]()
    for page in batched(items_here(run, PUSH_NAMED[FLOW]), PAGE, strict=False):
        some = dict(filter(None, (_credit(run, item) for item in page)))
        links = run.store.links.read_many(run.connection_id, some) if some else {}
        free = [one for own, one in some.items() if not isinstance(links.get(own), Link)]
        known = Known(run, RECOGNITIONS[FLOW], free)
        found += (whose for one in free for whose in _whose(one, known, invoices))
    return found


def _credit(run: Run, item: PendingItem | NewItem) -> tuple[RecordKey, Facts] | None:
    flow = PUSH_NAMED[FLOW]
    try:
        raw = RawRecord(flow.records.entity, item.record_id, item.record)
        record = parse_record(flow.records.model, raw)
    except ValidationError:
        return None
    variant = flow.variant_of(record, run.settings)
    verdict = flow.eligibility.verdict(record, run.settings, run.company)
    if variant.target != MEMO or verdict.another_flow or verdict.standing is Standing.NEVER:
        return None
    owner = RecordKey(variant.entity, item.record_id)
    return owner, replace(RECOGNITIONS[FLOW].here(record), id=key_of(owner))


def _whose(credit: Facts, known: Known, invoices: Mapping[str, Here]) -> Iterator[Facts]:
    """Yield a credit with its customer, that of its invoice where it names one."""
    said = {**credit.said, TOTAL: tuple(f"-{one}" for one in credit.said[TOTAL])}
    named = credit.refers.get(INVOICE, ())
    if not named:
        yield replace(known.translated(credit), said=said)
        return
    entities = RECOGNITIONS[FLOW].refers[INVOICE]
    keys = [key_of(RecordKey(entity, own)) for own in named for entity in entities]
    if own := next((one for one in keys if one in invoices), None):
        facts = invoices[own].facts
        whose = {fact: some for fact, some in facts.said.items() if fact == PARTY}
        refers = {PARTY: facts.refers.get(PARTY, ()), INVOICE: (own,)}
        yield replace(credit, said={**said, **whose}, refers=refers)

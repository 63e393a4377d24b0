"""What the office may have taken off the invoice that it typed: a credit, or what was paid."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import batched

from pydantic import ValidationError

from connector.changes.matching.facts import PAGE, Here, items_here, key_of
from connector.changes.matching.known import Known
from connector.engine.run import Run
from connector.entities.recognitions import RECOGNITIONS
from connector.entities.registry import CREDIT_MEMO, CREDITS, PAYMENTS, PUSH_NAMED
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.flows.recognition import AnyRecognition
from connector.model.links import Link, RecordKey
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import PAID_INVOICE, PARTY, TOTAL
from connector.model.pending import NewItem, PendingItem
from connector.model.policy.postable import Standing

TEXTS = re.compile(r">\s*([^<>\s]+)\s*<")
"""The texts of a record without blanks, such as the ids that it names."""


def credits_of(run: Run, invoices: Mapping[str, Here]) -> list[Facts]:
    """Return the credits that are linked to nothing, posted by the settings or not.

    They say their amount below zero, and name the customer of their invoice and it by the id that
    it has among `invoices`; one whose invoice is none of these is left out.
    """
    found = list[Facts]()
    for page in batched(items_here(run, PUSH_NAMED[CREDITS]), PAGE, strict=False):
        some = dict(filter(None, (_credit(run, item) for item in page)))
        links = run.store.links.read_many(run.connection_id, some) if some else {}
        free = [one for own, one in some.items() if not isinstance(links.get(own), Link)]
        known = Known(run, RECOGNITIONS[CREDITS], free)
        found += (whose for one in free for whose in _whose(one, known, invoices))
    return found


def paid_of(run: Run, invoices: Mapping[str, Here]) -> Iterator[Facts]:
    """Yield what was paid of some invoices in part, by payment and together: the rest may be there.

    Of payments only those are read that hold the id of one of them.
    """
    ids = {one.item for one in invoices.values()}
    paid = defaultdict[str, list[Facts]](list)
    for item in items_here(run, PUSH_NAMED[PAYMENTS]) if ids else ():
        if ids.isdisjoint(TEXTS.findall(item.record)):
            continue
        if payment := _payment(run, item):
            for own in _named(payment, RECOGNITIONS[PAYMENTS], invoices):
                paid[own].append(payment)
    for own, some in paid.items():
        yield from (_off(one, invoices[own].facts) for one in some)
        if len(some) > 1:
            total = sum(Decimal(one.said[TOTAL][0]) for one in some)
            said = {**some[-1].said, TOTAL: (str(total),)}
            together = replace(
                some[-1], id=f"paid of {own}", label="what was paid of it", said=said
            )
            yield _off(together, invoices[own].facts)


def _payment(run: Run, item: PendingItem | NewItem) -> Facts | None:
    flow = PUSH_NAMED[PAYMENTS]
    try:
        record = parse_record(
            flow.records.model, RawRecord(flow.entity, item.record_id, item.record)
        )
    except ValidationError:
        return None
    verdict = flow.eligibility.verdict(record, run.settings, run.company)
    if verdict.elsewhere or verdict.standing is Standing.NEVER:
        return None
    owner = RecordKey(flow.variant_of(record, run.settings).entity, item.record_id)
    return replace(RECOGNITIONS[PAYMENTS].here(record), id=key_of(owner))


def _named(one: Facts, recognition: AnyRecognition, invoices: Mapping[str, Here]) -> Iterator[str]:
    """Yield which of some invoices a payment or credit names."""
    for own in one.refers.get(PAID_INVOICE, ()):
        keys = (key_of(RecordKey(entity, own)) for entity in recognition.refers[PAID_INVOICE])
        yield from (key for key in keys if key in invoices)


def _off(one: Facts, invoice: Facts) -> Facts:
    """Return what is taken off an invoice: below zero, and of its customer."""
    said = {**one.said, TOTAL: tuple(f"-{text}" for text in one.said[TOTAL])}
    whose = {fact: some for fact, some in invoice.said.items() if fact == PARTY}
    refers = {PARTY: invoice.refers.get(PARTY, ()), PAID_INVOICE: (invoice.id,)}
    return replace(one, said={**said, **whose}, refers=refers)


def _credit(run: Run, item: PendingItem | NewItem) -> tuple[RecordKey, Facts] | None:
    flow = PUSH_NAMED[CREDITS]
    try:
        raw = RawRecord(flow.records.entity, item.record_id, item.record)
        record = parse_record(flow.records.model, raw)
    except ValidationError:
        return None
    variant = flow.variant_of(record, run.settings)
    verdict = flow.eligibility.verdict(record, run.settings, run.company)
    if variant.target != CREDIT_MEMO or verdict.another_flow or verdict.standing is Standing.NEVER:
        return None
    owner = RecordKey(variant.entity, item.record_id)
    return owner, replace(RECOGNITIONS[CREDITS].here(record), id=key_of(owner))


def _whose(credit: Facts, known: Known, invoices: Mapping[str, Here]) -> Iterator[Facts]:
    """Yield a credit with its customer, that of its invoice where it names one."""
    if not credit.refers.get(PAID_INVOICE):
        said = {**credit.said, TOTAL: tuple(f"-{one}" for one in credit.said[TOTAL])}
        yield replace(known.translated(credit), said=said)
    elif own := next(_named(credit, RECOGNITIONS[CREDITS], invoices), None):
        yield _off(credit, invoices[own].facts)

"""How both sides stand when a week is over: compared record by record, document by document."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.engine.three_way_merge import differing_fields, meant_values, mobiwork_values
from connector.entities.registry import NAMES, PULL_OF
from connector.entities.shared.documents import is_voided
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.pull_flow import PullFlow
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Link, Origin
from connector.model.markers import markers_in
from connector.model.pending import WORKLIST
from connector.pull.load import with_tops
from connector.pull.mobiwork_records import parse
from connector.quickbooks.query import select
from tests.builders import a_company
from tests.e2e.both_sides import PUSH_OF, TARGET, TWO_WAY, Sides
from tests.e2e.people import People, Said

DOCUMENTS = {"invoice": "Invoice", "payment": "Payment"}
REASON_LENGTH = 110

type Record = Mapping[str, Any]


@dataclass
class Verdict:
    """How both sides stand at the end; the lists name what is wrong.

    forgotten: what a person typed on one side only and no side shows any more.
    unexplained: what lies on the worklist without a reason, or is still to be done.
    untold: invoices that were voided in QuickBooks and stand in MobiWork without a word of it.
    """

    linked: Counter[str] = field(default_factory=Counter)
    worklist: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    differing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """What is not as it must be."""
        found = (self.differing, self.doubled, self.lost, self.forgotten, self.unexplained)
        return [*(one for some in found for one in some), *self.untold]


def verdict(people: People) -> Verdict:
    """Compare every two-way record of both sides field by field, and count the documents."""
    told, sides = Verdict(), people.sides
    for entity in TWO_WAY:
        _judge_entity(people, entity, told)
    for entity in DOCUMENTS:
        _judge_documents(sides, entity, told)
    told.doubled += _shown_twice(sides)
    _judge_worklist(sides, told)
    return told


def story(people: People, told: Verdict, **more: object) -> str:
    """Tell a week in a few lines."""
    lines = [
        f"{sum(people.deeds.values())} deeds: {_counts(people.deeds)}",
        ", ".join(f"{name}: {value}" for name, value in more.items()),
        f"linked: {_counts(told.linked)}; one-sided edits checked: {told.edits}",
        f"differing {len(told.differing)}, doubled {len(told.doubled)}, lost {len(told.lost)}, "
        f"forgotten edits {len(told.forgotten)}, voids not told any more {len(told.untold)}; "
        f"worklist: {sum(told.worklist.values())}",
        *(f"  {number} x {reason}" for reason, number in told.worklist.most_common()),
        *(f"  wrong: {one}" for one in told.wrong),
    ]
    return "\n".join(lines)


def _counts(counted: Counter[str]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {number}" for name, number in counted.most_common() if number
    )


def _placed(flow: PullFlow[Any], record: Body, known: PullContext) -> Body:
    return flow.hierarchy.located(record, known) if flow.hierarchy else record


def _judge_entity(people: People, entity: str, told: Verdict) -> None:
    sides, push_flow = people.sides, PUSH_OF[entity]
    flow, target = PULL_OF[push_flow.name], TARGET[entity]
    in_quickbooks = {
        one["Id"]: one for one in sides.quickbooks.query(select(target, Active=(True, False)))
    }
    in_mobiwork = {
        one.id: one for one in sides.mobiwork.records(entity, dict(flow.records.filters))
    }
    listed = {
        item.record_id for item in sides.store.pending.read_all(sides.connection_id, flow.name)
    }
    pushed = {
        item.record_id for item in sides.store.pending.read_all(sides.connection_id, push_flow.name)
    }
    owners = sides.store.links.owners_of(sides.connection_id, target, in_quickbooks)
    ids = {(target, number): own for number, (_, own) in owners.items()}
    tops = with_tops(sides.connection_id, flow, in_quickbooks, sides.store)
    told.doubled += _doubled(entity, list(owners.values()), list(in_mobiwork.values()))
    for number, record in in_quickbooks.items():
        if number not in owners:
            if record.get("Active", True) and not flow.eligibility.skip_reason(
                record, sides.chosen
            ):
                told.lost += [] if number in listed else [f"{target} {number} is not in MobiWork"]
            continue
        own = owners[number][1]
        told.linked[entity] += 1
        if number in listed or own in pushed or not record.get("Active", True):
            continue
        if own not in in_mobiwork:
            told.lost.append(f"{entity} {own} of {target} {number} is gone")
            continue
        model = parse(flow, in_mobiwork[own])
        if push_flow.eligibility.skip_reason(model, sides.chosen):
            continue  # it came from QuickBooks, and the settings do not send it back
        values = mobiwork_values(flow.fields, model)
        placed = _placed(flow, tops[number], PullContext(sides.chosen, ids))
        differ = differing_fields(flow.fields, values, meant_values(flow.fields, placed))
        two_way = {one.name for one in flow.fields if not one.one_way}
        told.differing += [f"{entity} {own}: {name}" for name in differ if name in two_way]
        for wrong in _forgotten(people, (entity, own), (target, number), values):
            told.edits += 1
            told.forgotten += [wrong] if wrong else []
    linked_here = {own for entity_, own in owners.values() if entity_ == entity}
    told.lost += [
        f"{entity} {own} is not in QuickBooks"
        for own, raw in in_mobiwork.items()
        if own not in linked_here and own not in pushed and _belongs(push_flow, sides, raw)
    ]


def _forgotten(
    people: People,
    in_mobiwork: tuple[str, str],
    in_quickbooks: tuple[str, str],
    values: Mapping[str, Any],
) -> Iterator[str]:
    """Say of each field that people typed into on one side only whether its text is still there."""
    ours, theirs = (
        _typed(people.in_mobiwork, in_mobiwork),
        _typed(people.in_quickbooks, in_quickbooks),
    )
    for name in ours.keys() ^ theirs.keys():
        text = ours.get(name) or theirs[name]
        if text:
            kept = _is_typed(str(values[name]), text)
            yield (
                ""
                if kept
                else f"{in_mobiwork[0]} {in_mobiwork[1]}: {name} is {values[name]}, not {text}"
            )


def _is_typed(value: str, text: str) -> bool:
    """Tell whether a value is what was typed, but for an extension or a trailing zero."""
    return value.partition(" x")[0] == text or text.removesuffix("0").removesuffix(".0") == value


def _typed(said: Said, record: tuple[str, str]) -> dict[str, str]:
    return {name: text for (entity, own, name), text in said.items() if (entity, own) == record}


def _belongs(flow: PushFlow[Any], sides: Sides, raw: RawRecord) -> bool:
    record = flow.records.model.model_validate(raw.fields)
    link = sides.store.links.read(sides.connection_id, flow.entity, raw.own_id)
    merged = isinstance(link, Link) and link.merged_into is not None
    rules = flow.eligibility
    kept_out = rules.skip_reason(record, sides.chosen)
    return not (merged or kept_out or rules.skip_create_reason(record, a_company()))


def _doubled(entity: str, owners: list[tuple[str, str]], in_mobiwork: list[RawRecord]) -> list[str]:
    """Say which MobiWork records have two QuickBooks ones, and which exist twice themselves."""
    twice = [own for own, times in Counter(owners).items() if times > 1]
    texts = [
        str(one.fields.get("companyname") or one.fields.get("name") or "") for one in in_mobiwork
    ]
    named = [name for name, times in Counter(texts).items() if name and times > 1]
    return [f"{entity} {own} has two" for _, own in twice] + [f"{entity} {one}" for one in named]


def _judge_documents(sides: Sides, entity: str, told: Verdict) -> None:
    """Demand one QuickBooks document for each MobiWork one that counts, or a reason why not."""
    target, flow = DOCUMENTS[entity], PUSH_OF[entity]
    in_quickbooks = {one["Id"]: one for one in sides.quickbooks.query(select(target))}
    marked = Counter(_marked(sides, list(in_quickbooks.values()), entity))
    told.doubled += [f"{entity} {own} is posted {n} times" for own, n in marked.items() if n > 1]
    in_mobiwork = sides.records_here(entity)
    listed = {
        item.record_id for item in sides.store.pending.read_all(sides.connection_id, flow.name)
    }
    linked = _links_in(sides, entity)
    told.linked[entity] += len(linked)
    out = sides.store.left_out.read_many(sides.connection_id, flow.name, in_mobiwork)
    for own in in_mobiwork:
        link = linked.get(own)
        number = link.quickbooks_id.partition("-")[0] if link else ""
        if number in in_quickbooks or own in listed or own in out or _excused(flow, sides, own):
            posted = link is not None and link.origin is not Origin.PULLED
            if number in in_quickbooks and posted and not marked[own]:
                told.lost.append(f"{entity} {own} is linked to {target} {number}, not made of it")
            continue
        told.lost.append(f"{entity} {own} is not in QuickBooks")
    told.untold += [
        f"the void of {target} {number} is not told"
        for own, link in linked.items()
        if (number := link.quickbooks_id) in in_quickbooks
        and is_voided(in_quickbooks[number])
        and own not in listed
    ]


def _links_in(sides: Sides, entity: str) -> dict[str, Link]:
    """Return the links of one entity, by MobiWork id."""
    found = sides.store.links.read_beginning(sides.connection_id, entity, "")
    return {own: link for (_, own), link in found.items() if isinstance(link, Link)}


def _excused(flow: PushFlow[Any], sides: Sides, own: str) -> bool:
    """Tell whether a document is none for QuickBooks."""
    found = sides.mobiwork.find(flow.entity, own)
    if found is None:
        return False
    record = flow.records.model.model_validate(found.fields)
    verdict = flow.eligibility.verdict(record, sides.chosen, a_company())
    return bool(verdict.reason or flow.eligibility.skip_reason(record, sides.chosen))


def _marked(sides: Sides, in_quickbooks: list[Record], entity: str) -> Iterator[str]:
    for one in in_quickbooks:
        for marker in markers_in(one):
            if (marker.entity, marker.connection_id) == (entity, sides.connection_id):
                yield marker.record_id


def _shown_twice(sides: Sides) -> list[str]:
    """Say which payments of QuickBooks MobiWork shows twice on one invoice."""
    shown = Counter(
        (str(row["externalId"]), str(row.get("invoiceId")))
        for row in sides.records_here("payment").values()
        if row.get("externalId")
    )
    return [
        f"payment {one} is shown {times} times" for (one, _), times in shown.items() if times > 1
    ]


def _judge_worklist(sides: Sides, told: Verdict) -> None:
    for name in NAMES:
        for item in sides.store.pending.read_all(sides.connection_id, name):
            if item.state not in WORKLIST:
                told.unexplained.append(f"{name} {item.record_id} is still {item.state}")
            elif not item.reason:
                told.unexplained.append(f"{name} {item.record_id} is {item.state} without a reason")
            else:
                told.worklist[f"{name}, {item.state}: {_plain(item.reason, item.label)}"] += 1


def _plain(reason: str, label: str) -> str:
    """Return a reason without what differs from record to record."""
    plain = re.sub(r'"[^"]*"', '"..."', reason.replace(label, "it") if label else reason)
    return re.sub(r"\d+", "#", plain)[:REASON_LENGTH]

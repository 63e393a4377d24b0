"""The facts of both sides that matching compares: MobiWork's from what was found, QuickBooks' kept.

No more is held of a record than its facts; records that are linked already are left out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import batched

from msgspec import convert
from pydantic import BaseModel, ValidationError

from connector.changes.matching.known import Known, strangers
from connector.engine.run import Run
from connector.entities.recognitions import LINES, NEVER_POSTED, RECOGNITIONS
from connector.entities.registry import PULL_OF, PUSH_NAMED, PUSHED_LISTS
from connector.exact_json import decoded
from connector.mobiwork.external_id import native_id
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.body import MERGED_INTO, Json, by_id, each_read, passed_over
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.flows.recognition import AnyRecognition
from connector.model.ids import QuickBooksId
from connector.model.links import Link, RecordKey
from connector.model.markers import markers_in
from connector.model.matching.evidence import MOST_KEYS, Facts, spelled
from connector.model.matching.scoring import PAID_INVOICE
from connector.model.pending import WITHOUT_ID, NewItem, PendingItem, PendingState
from connector.model.policy.postable import Standing

PAGE = 100
_BETWEEN = " "
_INTEGRATED = "integrationstatus"
SYNCED = frozenset(
    {"synced", "synchronized", "integrated", "exported", "posted", "sent", "success", "successful"}
    | {"complete", "completed", "processed", "yes", "true"}
)
"""What MobiWork's integration status may say of a record that its own connector has posted; its
values are published nowhere (reference 6 row 12)."""


@dataclass(frozen=True)
class Pool:
    """The records that may become one QuickBooks entity, and those that are it.

    target: QuickBooks' name of the entity.
    flows: those that push to it.
    pull: the one that pulls it; None where it is not pulled.
    """

    target: str
    flows: tuple[AnyPushFlow, ...]
    pull: AnyPullFlow | None

    @property
    def recognition(self) -> AnyRecognition:
        """How the records of the pool are recognised; all its flows use the same table."""
        return RECOGNITIONS[self.flows[0].name]


@cache
def pools() -> tuple[Pool, ...]:
    """Return the pools in the order in which their records refer to each other."""
    flows = [flow for name, flow in PUSH_NAMED.items() if name in RECOGNITIONS]
    pulled = {PULL_OF[name].source: PULL_OF[name] for name in PUSHED_LISTS}
    return tuple(
        Pool(
            target,
            tuple(flow for flow in flows if target in _targets(flow)),
            pulled.get(target),
        )
        for target in matched_targets()
    )


@cache
def matched_targets() -> tuple[str, ...]:
    """Return what is matched in QuickBooks, in that order."""
    named = (target for name in RECOGNITIONS for target in _targets(PUSH_NAMED[name]))
    return tuple(dict.fromkeys(named))


def _targets(flow: AnyPushFlow) -> tuple[str, ...]:
    if flow.splitting is None:
        return (flow.target,)
    return tuple(one.target for one in flow.splitting.variants)


@dataclass(frozen=True, slots=True)
class Here:
    """A MobiWork record with its facts; `owner` is the key that its link will have.

    synced: whether MobiWork says that its own connector has posted it.
    called_off: whether it never counts in MobiWork, such as a void one; one that is not finished
        yet, or on whose status nobody has decided, may count later.
    flow: the one that pushes it.
    item: its id in that flow.
    facts: what it says.
    stranger: the id of its customer or vendor, where nobody who was there is known to be that: it
        is not linked, or was made there.
    on_account: whether it names no invoice.
    """

    owner: RecordKey
    flow: str
    item: str
    facts: Facts
    stranger: str = ""
    synced: bool = False
    called_off: bool = False
    on_account: bool = False


def key_of(owner: RecordKey) -> str:
    """Return the id that a MobiWork record has in a pool."""
    return _BETWEEN.join(owner)


def here(run: Run, pool: Pool) -> Iterator[Here]:
    """Yield MobiWork's records of a pool that are not linked, as the latest look found them."""
    for flow in pool.flows:
        for page in batched(items_here(run, flow), PAGE, strict=False):
            yield from _mobiwork_page(run, pool, flow, page)


def items_here(run: Run, flow: AnyPushFlow) -> Iterator[PendingItem | NewItem]:
    """Yield what is left out, which may be posted another day, and then what is on its way."""
    after = ""
    while page := run.store.left_out.read_page(
        run.connection_id, flow.name, after=after, most=PAGE
    ):
        yield from page
        after = page[-1].record_id
    nothing = (PendingState.DELETED, PendingState.ASKED)
    for item in run.store.pending.read_all(run.connection_id, flow.name):
        if item.state not in nothing and not item.record_id.startswith(WITHOUT_ID):
            yield item


def _mobiwork_page(
    run: Run, pool: Pool, flow: AnyPushFlow, page: Iterable[PendingItem | NewItem]
) -> list[Here]:
    found = [one for item in page if (one := _here(run, pool, flow, item))]
    standing = run.store.links.read_many(run.connection_id, [one.owner for one in found])
    free = [one for one in found if not isinstance(standing.get(one.owner), Link)]
    known = Known(run, RECOGNITIONS[flow.name], [one.facts for one in free])
    whose = strangers(run, RECOGNITIONS[flow.name], known, [one.facts for one in free])
    return [
        replace(
            one,
            facts=known.translated(one.facts),
            stranger=whose.get(one.facts.id, ""),
            on_account=PAID_INVOICE not in one.facts.refers,
        )
        for one in free
    ]


def _here(run: Run, pool: Pool, flow: AnyPushFlow, item: PendingItem | NewItem) -> Here | None:
    """Return a record with its facts; nothing of one that nobody can read or another flow posts."""
    raw = RawRecord(flow.records.entity, item.record_id, item.record)
    try:
        record = parse_record(flow.records.model, raw)
    except ValidationError:
        return None
    variant = flow.variant_of(record, run.settings)
    verdict = flow.eligibility.verdict(record, run.settings, run.company)
    if variant.target != pool.target or verdict.elsewhere:
        return None
    owner = RecordKey(variant.entity, first_id(flow, record, item.record_id))
    facts = _said_here(run, RECOGNITIONS[flow.name], record)
    form = run.settings.external_id_format
    hint = native_id(flow.records.external_id(record), form) or ""
    synced = _INTEGRATED in item.record.casefold() and spelled(_status(raw)) in SYNCED
    return Here(
        owner,
        flow.name,
        item.record_id,
        replace(facts, id=key_of(owner), hint=hint),
        synced=synced,
        called_off=verdict.standing is Standing.NEVER,
    )


def _said_here(run: Run, recognition: AnyRecognition, record: BaseModel) -> Facts:
    """Return what MobiWork says of a record, in part as the settings have it."""
    facts = recognition.here(record)
    if recognition.chosen is None:
        return facts
    said = {**facts.said, **recognition.chosen(record, run.settings, run.company)}
    kept = {fact: tuple(dict.fromkeys(filter(None, some))) for fact, some in said.items()}
    return replace(facts, said={fact: some for fact, some in kept.items() if some})


def first_id[R: BaseModel](flow: AnyPushFlow, record: R, record_id: str) -> str:
    """Return the id that the first document of a record is linked under."""
    return record_id if flow.piece_id is None else flow.piece_id(record, {})


def _status(raw: RawRecord) -> str:
    found = raw.fields.get(_INTEGRATED)
    return found if isinstance(found, str) else ""


def pulled(run: Run, pool: Pool) -> list[Facts]:
    """Return QuickBooks' facts of what pulling has read anyway."""
    if pool.pull is None:
        return []
    records = (decoded(one.record) for one in _pulled(run, pool.pull) if one.record)
    living = (one for one in records if MERGED_INTO not in one)
    # One that cannot be read is refused by its pull, in words.
    found, _ = each_read(by_id(living), lambda one: quickbooks_facts(pool.target, [one]))
    return [one for some in found.values() for one in some]


def _pulled(run: Run, pull: AnyPullFlow) -> Iterator[PendingItem | NewItem]:
    """Yield what is on its way, and what is left out: it is inactive, say."""
    yield from run.store.pending.read_all(run.connection_id, pull.name)
    after = ""
    while page := run.store.left_out.read_page(
        run.connection_id, pull.name, after=after, most=PAGE
    ):
        yield from page
        after = page[-1].record_id


def quickbooks_facts(target: str, records: Iterable[Json]) -> list[Facts]:
    """Return QuickBooks' facts of records of one of its entities.

    One that bears the mark of a connection, this or a former one, names its MobiWork record.
    """
    there = _there(target)
    return [
        replace(facts, hint=_marked(one)) for one in records if (facts := there(one)) is not None
    ]


def kept_facts(target: str, records: Iterable[Json]) -> list[Json]:
    """Return facts of records of one of QuickBooks' entities as they are kept, by their ids."""
    if target not in LINES:
        return [as_json(one) for one in quickbooks_facts(target, records)]
    lines = LINES[target]
    return [{"id": str(one["Id"]), "lines": [*map(as_json, lines(one))]} for one in records]


def readable_facts(
    target: str, records: Iterable[Json]
) -> tuple[list[Json], dict[QuickBooksId, str]]:
    """Return facts as they are kept, and of each record that cannot be read a sentence, by id."""
    found, wrong = each_read(by_id(records), lambda one: kept_facts(target, [one]))
    told = {own: passed_over(target, own, why) for own, why in wrong.items()}
    return [one for some in found.values() for one in some], told


def latest_facts(kept: Iterable[Json]) -> list[Facts]:
    """Return facts as they were kept last of each record; what is gone since is left out."""
    latest = {
        one["id"]: () if one.get("gone") else tuple(map(_as_kept, one.get("lines", (one,))))
        for one in kept
    }
    return [each for some in latest.values() for each in some]


def _as_kept(kept: Json) -> Facts:
    """Return facts as they were kept; the customer or day of many is held once."""
    facts = convert(kept, Facts)
    said, refers = (
        {fact: _shared(some) for fact, some in texts.items()}
        for texts in (facts.said, facts.refers)
    )
    return replace(facts, said=said, refers=refers)


@lru_cache(maxsize=MOST_KEYS)
def _shared(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return one object for equal texts."""
    return texts


def _marked(record: Json) -> str | None:
    marks = [RecordKey(one.entity, one.record_id) for one in markers_in(record)]
    return key_of(marks[-1]) if marks else None


def _there(target: str) -> Callable[[Json], Facts | None]:
    if target in NEVER_POSTED:
        return NEVER_POSTED[target]
    return next(one for one in pools() if one.target == target).recognition.there


def unlinked(run: Run, target: str, found: Iterable[Facts]) -> Iterator[Facts]:
    """Yield the facts of QuickBooks' records that are not linked."""
    for page in batched(found, PAGE, strict=False):
        ids = [one.id for one in page]
        taken = run.store.links.owners_of(run.connection_id, target, ids)
        yield from (one for one in page if one.id not in taken)


def as_json(facts: Facts) -> Json:
    """Return facts as they are kept."""
    voided = {"voided": True} if facts.voided else {}
    hint = {"hint": facts.hint} if facts.hint else {}
    return (voided | hint) | {
        "id": facts.id,
        "label": facts.label,
        "said": {fact: list(some) for fact, some in facts.said.items()},
        "refers": {fact: list(some) for fact, some in facts.refers.items()},
    }

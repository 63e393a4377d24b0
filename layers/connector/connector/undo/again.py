"""Sending again what was undone, because a person asks for it: the opposite of each way.

What was deleted is created anew, under a request id of its own; what was made inactive is made
active again and linked as before. Nothing is sent here that a repetition would send twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from connector.engine.run import Run
from connector.entities.registry import PULL_NAMED, PUSH_NAMED
from connector.errors import RecordError
from connector.exact_json import canonical
from connector.model.body import Json, spoken
from connector.model.ids import FlowName, RecordId
from connector.model.links import Link, Released, Undone
from connector.model.pending import NewItem, fingerprint
from connector.undo import reading
from connector.undo.rules import LISTS, Other

NAMES = ("DisplayName", "Name")
"""The members that say the name of a list entry; QuickBooks adds " (deleted)" to inactive ones."""


def undone_by_record(
    run: Run, flow: FlowName, record_ids: Iterable[RecordId]
) -> Mapping[RecordId, list[Undone]]:
    """Return what was undone of some records, by record; nothing where nobody undid anything."""
    wanted = list(record_ids)
    if flow in PULL_NAMED:
        source = PULL_NAMED[flow].source
        owners = run.store.links.owners_of(run.connection_id, source, wanted)
        standing = run.store.links.read_many(run.connection_id, set(owners.values()))
        return {one: _undone([standing.get(owners[one])]) for one in wanted if one in owners}
    standings = reading.standings_of(run, PUSH_NAMED[flow], wanted)
    return {one: _undone(standings[one]) for one in wanted}


def _undone(standings: Iterable[object]) -> list[Undone]:
    return [one.undone for one in standings if isinstance(one, Released) and one.undone]


def send_again(run: Run, flow: FlowName, undone: Mapping[RecordId, Sequence[Undone]]) -> None:
    """Let some records be sent again, one after the other; the next look and run do the rest.

    They are read first, where that is needed: one metered call for all.

    Raises:
        RecordError: QuickBooks does not make one of them active again.
        RetriableError: QuickBooks does not answer; what was done is kept.
    """
    there = _read(run, flow, undone)
    for record_id, links in undone.items():
        if flow in PULL_NAMED:  # Who dies right after it is let go leaves what is to be pulled.
            _pull_again(run, flow, record_id, there)
        for one in links:
            _let_go_on(run, flow, one.link, there)
        if flow in PULL_NAMED:
            _pull_again(run, flow, record_id, there)
        else:
            _find_again(run, flow, [record_id])


def _read(
    run: Run, flow: FlowName, undone: Mapping[RecordId, Sequence[Undone]]
) -> Mapping[Other, Json]:
    """Return what is to be pulled or made active again as QuickBooks has it."""
    if flow in PULL_NAMED:
        wanted = {PULL_NAMED[flow].source: {*undone}}
    else:
        links = [one.link for some in undone.values() for one in some]
        wanted = {
            target: {one.quickbooks_id for one in links if one.target == target} for target in LISTS
        }
    return {
        (target, own): one
        for target, ids in wanted.items()
        for own, one in reading.in_quickbooks(run, target, ids).items()
    }


def _let_go_on(run: Run, flow: FlowName, link: Link, there: Mapping[Other, Json]) -> None:
    if flow in PUSH_NAMED and link.target in LISTS:
        active = _made_active(run, flow, link, there.get((link.target, link.quickbooks_id)))
        if active is not None and run.store.undos.revive(run.connection_id, active):
            return
    pulled = (link.target, link.quickbooks_id) if flow in PULL_NAMED else None
    run.store.undos.let_post(run.connection_id, link.owner, back=pulled)


def _made_active(run: Run, flow: FlowName, link: Link, there: Json | None) -> Link | None:
    """Make a list entry active again and return its link; None where it is gone.

    One that is not inactive, as undoing left it, is read once more: a query may be late.
    """
    if there is None or there.get("Active", True):
        there = reading.read_one(run, link.target, link.quickbooks_id)
    if there is None:
        return None
    if not there.get("Active", True):
        token = str(there["SyncToken"])
        updating = PUSH_NAMED[flow].updating
        kept = {*NAMES, *(updating.required if updating else ())}
        body = {name: link.base[name] for name in sorted(kept) if name in link.base}
        head = {"Id": link.quickbooks_id, "SyncToken": token, "sparse": True, "Active": True}
        text = "\n".join(("again", run.connection_id, link.target, link.quickbooks_id, token))
        key = sha256(text.encode()).hexdigest()[:40]
        there = run.quickbooks.update(link.target, head | body, requestid=key)
    return replace(link, sync_token=str(there["SyncToken"]), content_hash=None)


def _find_again(run: Run, flow: FlowName, record_ids: Sequence[RecordId]) -> None:
    """Have records found by the next look; what is told of them goes away."""
    kept = run.store.pending
    for item in kept.read_many(run.connection_id, flow, record_ids).values():
        kept.close(item)
    run.store.left_out.forget(run.connection_id, flow, record_ids)
    run.store.again.ask(run.connection_id, flow, record_ids)


def _pull_again(run: Run, flow: FlowName, record_id: RecordId, there: Mapping[Other, Json]) -> None:
    """Have a record of QuickBooks pulled as it stands now."""
    pull = PULL_NAMED[flow]
    found = there.get((pull.source, record_id))
    if found is None:
        raise RecordError(f"{spoken(pull.source)} {record_id} is not in QuickBooks any more.")
    text = canonical(found)
    item = NewItem(
        record_id=record_id,
        record=text,
        fingerprint=fingerprint(text),
        found_at=datetime.now(UTC).isoformat(),
        label=pull.label(dict(found)),
    )
    run.store.pending.put_all(run.connection_id, flow, [item])

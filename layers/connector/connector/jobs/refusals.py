"""What was refused, or waits, by facts that changed is planned again.

Besides, each refusal is planned again after a day, and then after longer pauses (`engine/loop`).
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from connector.engine.run import LONGEST
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES, PULLS
from connector.exact_json import canonical
from connector.model.company import Account, Company
from connector.model.links import Link
from connector.model.pending import DUE, PendingItem, PendingState, fingerprint

OWED_BY_ITSELF = "GlobalTaxPayable"
"""The accounts that QuickBooks opens by itself, for each agency once sales tax is owed to it."""


def wake(
    connection_id: str,
    company: Company | None,
    *,
    masters_changed: bool,
    store: Store = DYNAMODB,
    now: datetime | None = None,
) -> int:
    """Plan again what was refused or waits by facts that changed since; return how many.

    Any of them may stand on what is remembered of the `company`: its closing date, accounts, terms,
    tax. One that names something inactive stands on that, and change data tells when a master of
    QuickBooks changed (`masters_changed`). What was left out is looked at when no worker lives any
    more that may know the company of before.
    """
    if company is None:
        return 0
    facts = _facts_of(company)
    changed = facts != store.settings.planned_with(connection_id)
    if not (changed or masters_changed):
        return 0
    held = [
        (flow, item.record_id)
        for flow in NAMES
        for item in store.pending.worklist(connection_id, flow)
        if item.state in DUE and (changed or item.names_inactive)
    ]
    for flow, record_id in held:
        store.pending.replay(connection_id, flow, record_id)
    if changed:
        store.settings.note_planned_with(connection_id, facts)
        store.settings.replay_later(connection_id, (now or datetime.now(UTC)) + LONGEST)
    return len(held)


def wake_unread(connection_id: str, store: Store = DYNAMODB) -> None:
    """Plan again what waits for no record that is named: QuickBooks is read again, maybe early."""
    for flow in NAMES:
        for item in store.pending.worklist(connection_id, flow):
            if item.state is PendingState.WAITING and not item.parents:
                store.pending.make_due(connection_id, flow, item.record_id)


def _facts_of(company: Company) -> str:
    """Return the fingerprint of what records may have been refused by.

    In which order they are remembered is none of them; nor is what QuickBooks opens for the tax of
    what was just posted, which nobody chooses.
    """
    accounts = sorted((one for one in company.accounts if one.subtype != OWED_BY_ITSELF), key=_id)
    told = company.model_copy(update={"accounts": tuple(accounts)})
    return fingerprint(canonical(told.model_dump(mode="json", exclude={"read_at", "unread"})))


def _id(account: Account) -> str:
    return account.id


def wake_children(connection_id: str, shown: Iterable[PendingItem], store: Store = DYNAMODB) -> int:
    """Plan again what is shown to wait for records that are linked by now; return how many.

    Nothing else starts a run for them where the run that brought their parents was of chosen
    records or flows, or died before it came to them.
    """
    waiting = [one for one in shown if one.parents and one.state is PendingState.WAITING]
    there = _linked(connection_id, {parent for one in waiting for parent in one.parents}, store)
    woken = 0
    for flow in NAMES:
        ids = [
            one.record_id for one in waiting if one.flow == flow and there.issuperset(one.parents)
        ]
        kept = store.pending.read_many(connection_id, flow, ids) if ids else {}
        for own, item in kept.items():
            if item.state is PendingState.WAITING and there.issuperset(item.parents):
                woken += store.pending.replay(connection_id, flow, own)
    return woken


def _linked(connection_id: str, parents: Collection[str], store: Store) -> set[str]:
    """Return those records that are linked; those of QuickBooks are named by its entities."""
    found = store.links.read_many(connection_id, map(_key, sorted(parents)))
    linked = {one for one in parents if isinstance(found.get(_key(one)), Link)}
    for source in {pull.source for pull in PULLS}:
        ids = [own for entity, own in map(_key, sorted(parents)) if entity == source]
        owned = store.links.owners_of(connection_id, source, ids) if ids else {}
        linked |= {f"{source}/{own}" for own in owned}
    return linked


def _key(parent: str) -> tuple[str, str]:
    entity, _, record_id = parent.partition("/")
    return entity, record_id

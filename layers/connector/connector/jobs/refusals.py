"""What was refused or waits by facts that changed is planned again.

Besides, each refusal is planned again after a day, and then after longer pauses (`engine/loop`).
"""

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES
from connector.model.pending import DUE, fingerprint


def wake(connection_id: str, *, masters_changed: bool, store: Store = DYNAMODB) -> int:
    """Plan again what was refused or waits by facts that changed since; return how many.

    Any of them may stand on what is remembered of the company: its closing date, accounts, terms,
    tax. One that names something inactive stands on that, and change data tells when a master of
    QuickBooks changed (`masters_changed`).
    """
    company = store.settings.read_company(connection_id)
    if company is None:
        return 0
    facts = fingerprint(company.model_dump_json(exclude={"read_at"}))
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
    return len(held)

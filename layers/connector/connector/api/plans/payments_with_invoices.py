"""What becomes of the invoices of chosen payments, told before they are pushed with them.

Nothing is written or called: the invoices are planned from what is stored.
"""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from connector.api.choosing.preview import planning_run
from connector.engine.run import Run
from connector.entities.payments.model import ORDER
from connector.entities.payments.push import PUSH
from connector.entities.sales.invoices import PUSH as INVOICES
from connector.entities.sales.sales_orders import PUSH as ORDERS
from connector.model.body import capital
from connector.model.links import Link
from connector.model.pending import PendingItem
from connector.model.plans import Reference, Wait
from connector.model.review.planned import WRITES, PlannedRecord
from connector.push import waiting
from connector.push.invalid_records import read_record
from connector.push.selection import stand_ins_of
from connector.push.worker import foresee_all
from connector.store import connections


def held_back(connection_id: str, payment_ids: Sequence[str]) -> dict[str, str]:
    """Say of payments whose invoices would not be posted with them why, by MobiWork id."""
    run = planning_run(connections.read(connection_id))
    return held_back_by(run, payment_ids)


def held_back_by(run: Run, payment_ids: Sequence[str]) -> dict[str, str]:
    """Say the same as a run plans it."""
    items = run.store.pending.read_many(run.connection_id, PUSH.name, payment_ids)
    paid = {own: list(_invoices(item)) for own, item in items.items()}
    stays = _staying(run, {one for some in paid.values() for one in some})
    told = {own: [stays[one] for one in some if one in stays] for own, some in paid.items()}
    return {own: " ".join(reasons) for own, reasons in told.items() if reasons}


def _staying(run: Run, wanted: set[str]) -> dict[str, str]:
    """Say of invoices that are not in QuickBooks and would not get there now why."""
    owns = {(entity, one) for one in wanted for entity in (INVOICES.entity, ORDER)}
    links = run.store.links.read_many(run.connection_id, owns)
    missing = wanted - {own for (_, own), link in links.items() if isinstance(link, Link)}
    kept = run.store.pending.read_many(run.connection_id, INVOICES.name, missing)
    orders = stand_ins_of(ORDERS, run, map(_reference, missing - kept.keys()))
    plans = [
        *foresee_all(INVOICES, run, [item for item in kept.values() if item.record]),
        *foresee_all(ORDERS, run, [item for item in orders.values() if item.record]),
    ]
    others = missing - {plan.record_id for plan in plans}
    return _others(run, others) | {
        plan.record_id: f"{_named(plan)} stays: {plan.reason}"
        for plan in plans
        if plan.decision not in WRITES
    }


def _named(plan: PlannedRecord) -> str:
    return capital(plan.label or f"invoice {plan.record_id}")


def _others(run: Run, wanted: set[str]) -> dict[str, str]:
    """Say what became of those that do not go with their payments; some may be sales orders."""
    if not wanted:
        return {}
    invoices = waiting.listed(run, {(INVOICES.entity, one) for one in wanted})
    orders = {one for _, one in waiting.listed(run, {(ORDERS.entity, one) for one in wanted})}
    waits = {
        one: _wait(one, of_order=one in orders and (INVOICES.entity, one) not in invoices)
        for one in wanted
    }
    told = waiting.told(run, waits.values())
    reasons = {one: told[wait].reason.strip() for one, wait in waits.items()}
    return {
        one: why or f"{capital(waits[one].references[0].label)} is not in QuickBooks yet."
        for one, why in reasons.items()
    }


def _reference(one: str) -> Reference:
    return Reference(INVOICES.entity, one, f"invoice {one}", instead=ORDER)


def _wait(one: str, *, of_order: bool) -> Wait:
    label = f"{'sales order' if of_order else 'invoice'} {one}"
    return Wait((Reference(INVOICES.entity, one, label, instead=ORDER),), "")


def _invoices(item: PendingItem) -> Iterator[str]:
    try:
        yield from read_record(PUSH, item.record_id, item.record).invoices
    except ValidationError:
        return

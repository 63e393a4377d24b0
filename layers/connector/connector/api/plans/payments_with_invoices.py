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
from connector.model.body import capital
from connector.model.links import Link
from connector.model.pending import PendingItem
from connector.model.review.planned import WRITES
from connector.push.invalid_records import read_record
from connector.push.worker import foresee
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
    left = run.store.left_out.read_many(run.connection_id, INVOICES.name, missing)
    plans = {one: foresee(INVOICES, run, item) for one, item in kept.items() if item.record}
    stays = {one: f"Invoice {one} is not among those that MobiWork lists." for one in missing}
    stays |= {one: f"Invoice {one} is left out: {out.reason}" for one, out in left.items()}
    stays |= {one: f"{capital(plan.label)} stays: {plan.reason}" for one, plan in plans.items()}
    going = {one for one, plan in plans.items() if plan.decision in WRITES}
    return {one: why for one, why in stays.items() if one not in going}


def _invoices(item: PendingItem) -> Iterator[str]:
    try:
        yield from read_record(PUSH, item.record_id, item.record).invoices
    except ValidationError:
        return

"""Entries of QuickBooks' lists that records name and that a choice lets be made, each once.

An entry is known by its name: it is looked for before it is made, also among inactive ones, and
QuickBooks takes no name twice (fault 6240). Whoever comes after a worker that died finds it. Costs
one metered query for each that is missing; nothing is made by runs that only plan.
"""

from collections.abc import Iterable
from hashlib import sha256

from pydantic import BaseModel

from connector.engine.run import Run
from connector.errors import DuplicateNameError, RecordError
from connector.model.body import Json
from connector.model.company import Company
from connector.model.flows.push_flow import ListEntry, PushFlow
from connector.quickbooks.query import select


def make_missing[R: BaseModel](flow: PushFlow[R], run: Run, records: Iterable[R]) -> None:
    """Make what records name and QuickBooks' lists do not have; what it refuses stays missing.

    Raises:
        RetriableError: QuickBooks does not answer; nothing was posted.
    """
    if run.only_plans or run.needs_approval(flow.name):
        return
    for record in records:
        entry = flow.entry(record, run.settings, run.company)
        if entry is not None and (there := _there(run, entry)) is not None:
            _remember(run, entry, there)


def _remember(run: Run, entry: ListEntry, row: Json) -> None:
    def learned(company: Company) -> Company:
        return entry.learned(company, row)

    run.company = learned(run.company)
    run.store.settings.change_company(run.connection_id, learned)


def _there(run: Run, entry: ListEntry) -> Json | None:
    """Return an entry as QuickBooks has it by now; None where it is inactive or refused."""
    found = _found(run, entry)
    if found is None:
        try:
            return run.quickbooks.create(
                entry.entity, {**entry.body}, requestid=_once(run, entry), before_sending=_at_once
            )
        except DuplicateNameError:
            found = _found(run, entry)
        except RecordError:
            return None
    return found if found is not None and found.get("Active", True) else None


def _found(run: Run, entry: ListEntry) -> Json | None:
    statement = select(entry.entity, include_inactive=True, Name=entry.name)
    rows = run.quickbooks.query(statement)
    return next((one for one in rows if _plain(one["Name"]) == _plain(entry.name)), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _once(run: Run, entry: ListEntry) -> str:
    """Return the idempotency key of an entry, the same for every attempt (reference 1.4)."""
    parts = (run.company.realm_id, entry.entity, _plain(entry.name))
    return sha256("\n".join(parts).encode()).hexdigest()[:40]


def _at_once() -> None:
    """Nothing is to be done before it is sent: its name, not a claim, keeps it from being twice."""

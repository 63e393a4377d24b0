"""By what a person looks for a record of QuickBooks."""

from dataclasses import replace
from datetime import date

from connector.engine.run import SeenRecord
from connector.model.body import Body
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.outcomes import About
from connector.pull.load import Planned

NUMBERS = ("DocNumber", "PaymentRefNum", "DisplayName", "FullyQualifiedName", "Name")
"""The members that a record is known by, the first that it has."""
PARTIES = ("CustomerRef", "VendorRef")


def seen_in(flow: AnyPullFlow, planned: Planned) -> SeenRecord:
    """Return what is known of a pulled record whatever becomes of it."""
    linked = planned.item.record_id if planned.mobiwork_id else None
    seen = replace(about(planned.in_quickbooks), read_at=planned.item.found_at)
    return SeenRecord(seen, linked, flow.worth(planned.in_quickbooks))


def about(record: Body) -> About:
    """Return by what a person looks for a record."""
    names = (str((record.get(one) or {}).get("name", "")) for one in PARTIES)
    day = record.get("TxnDate")
    return About(
        number=next((str(record[one]) for one in NUMBERS if record.get(one)), None),
        customer=next(filter(None, names), record.get("DisplayName")),
        day=date.fromisoformat(str(day)) if day else None,
    )

"""What an accountant sorts sales by: class, location, day of service (reference 6.6, 6.8)."""

from collections.abc import Sequence
from datetime import date

from connector.entities.sales.document import SalesForm
from connector.entities.shared.custom_fields import texts
from connector.entities.shared.documents import SOLD
from connector.entities.shared.tracking import Tracked, tracked_by
from connector.entities.shared.wire import without_empty
from connector.model.body import Body
from connector.model.flows.context import PushContext


def tracked(body: Body, form: SalesForm, known: PushContext) -> Body:
    """Add to a document what the settings ask for, where the company keeps it.

    Raises:
        MissingMappingsError: it names a class or location that QuickBooks does not have.
    """
    company, refs = known.company, refs_of(form, known)
    per_line = company.class_tracking == "line"
    lines = _with_days(body.get("Line", []), _days(form, known))
    if per_line and refs.of_class:
        lines = [_with(line, {"ClassRef": refs.of_class}) for line in lines]
    header = {"ClassRef": {} if per_line else refs.of_class, "DepartmentRef": refs.location}
    return body | without_empty(header) | ({"Line": lines} if lines else {})


def refs_of(form: SalesForm, known: PushContext) -> Tracked:
    """Return the class and the location of a document.

    Raises:
        MissingMappingsError: it names one that QuickBooks does not have.
    """
    return tracked_by(
        texts(form.own_values),
        of_class=known.settings.class_of_sales,
        location=known.settings.location_of_sales,
        company=known.company,
    )


def _days(form: SalesForm, known: PushContext) -> list[date | None]:
    """Return the day of service of each line, where they are sent."""
    if not (known.settings.send_service_dates and known.company.allows_service_date):
        return []
    return [line.served_on or form.served_on for line in form.lines]


def _with_days(lines: list[Body], days: Sequence[date | None]) -> list[Body]:
    served = [
        _with(line, {"ServiceDate": day.isoformat()}) if day else line
        for line, day in zip(lines, days, strict=False)
    ]
    return served + lines[len(served) :]


def _with(line: Body, more: Body) -> Body:
    return line | {SOLD: line[SOLD] | more} if SOLD in line else line

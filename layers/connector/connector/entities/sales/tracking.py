"""What an accountant sorts sales by: class, location, day of service (reference 6.6, 6.8)."""

from collections.abc import Mapping, Sequence
from datetime import date

from connector.entities.sales.document import SalesForm
from connector.entities.shared.custom_fields import texts
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.policy.accounts import choice
from connector.model.policy.choices import Tracking
from connector.model.policy.sales_requirements import tracked_id

SOLD = "SalesItemLineDetail"


def tracked(body: Body, form: SalesForm, known: PushContext) -> Body:
    """Add to a document what the settings ask for, where the company keeps it.

    Raises:
        MissingMappingsError: it names a class or location that QuickBooks does not have.
    """
    company, settings = known.company, known.settings
    found: list[str] = []
    of_class = _ref(form, settings.class_of_sales, company.classes, "class", found)
    place = _ref(form, settings.location_of_sales, company.locations, "location", found)
    if found:
        raise MissingMappingsError(found, fixes=(OPEN_SETTINGS, RETRY, SKIP))
    per_line = company.class_tracking == "line"
    header = {} if per_line or not of_class else {"ClassRef": of_class}
    lines = _with_days(body["Line"], _days(form, known))
    if per_line and of_class:
        lines = [_with(line, {"ClassRef": of_class}) for line in lines]
    return body | header | ({"DepartmentRef": place} if place else {}) | {"Line": lines}


def _ref(
    form: SalesForm,
    tracking: Tracking,
    in_quickbooks: Mapping[str, str],
    what: str,
    found: list[str],
) -> Body:
    """Return the reference to what a document names; what nobody knows is added to `found`."""
    said = texts(form.own_values).get(tracking.field, "")
    wanted = choice(tracking.names, said) or said or tracking.otherwise
    if not wanted:
        return {}
    if number := tracked_id(in_quickbooks, wanted):
        return {"value": number}
    found.append(
        f'Its {tracking.field} is "{wanted}", and QuickBooks has no active {what} of that name. '
        "Add it there and save the settings, or choose in the settings what it stands for."
    )
    return {}


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

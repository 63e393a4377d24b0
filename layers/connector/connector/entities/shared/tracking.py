"""Which class and location a document gets, by what its record says (reference 6.6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError, Obstacle
from connector.model.body import Body
from connector.model.company import Company
from connector.model.policy.accounts import choice
from connector.model.policy.choices import Tracking
from connector.model.policy.sales_requirements import tracked_id
from connector.model.worklist.causes import Kind, cause


@dataclass(frozen=True)
class Tracked:
    """The references of a document; each empty where it gets none.

    of_class: the ClassRef; location: the DepartmentRef, each as a member of a body.
    """

    of_class: Body
    location: Body


def tracked_by(
    said: Mapping[str, str], *, of_class: Tracking, location: Tracking, company: Company
) -> Tracked:
    """Return the class and the location of a document.

    Args:
        said: what its record says, by the names that settings call it by.
        of_class: how its class is chosen.
        location: how its location is chosen.
        company: what it has of both.

    Raises:
        MissingMappingsError: it names a class or location that QuickBooks does not have.
    """
    found: list[str] = []
    refs = Tracked(
        _ref(said, of_class, company.classes, "class", found),
        _ref(said, location, company.locations, "location", found),
    )
    if found:
        raise MissingMappingsError(found, fixes=(OPEN_SETTINGS, RETRY, SKIP))
    return refs


def _ref(
    said: Mapping[str, str],
    tracking: Tracking,
    in_quickbooks: Mapping[str, str],
    what: str,
    found: list[str],
) -> Body:
    """Return the reference to what a record names; what nobody knows is added to `found`."""
    value = said.get(tracking.field, "")
    wanted = choice(tracking.names, value) or value or tracking.otherwise
    if not wanted:
        return {}
    if number := tracked_id(in_quickbooks, wanted):
        return {"value": number}
    if wanted == value:
        named = f'Its {tracking.field} is "{value}"'
    elif value:
        named = f'Its {tracking.field} "{value}" is {what} "{wanted}" by the settings'
    else:
        named = f'By the settings it is of {what} "{wanted}"'
    told = (
        f"{named}, and QuickBooks has no active {what} of that name. "
        "Add it there and save the settings, or choose in the settings what it stands for."
    )
    found.append(Obstacle(told, cause(Kind.TRACKING, f"{what} {wanted}")))
    return {}

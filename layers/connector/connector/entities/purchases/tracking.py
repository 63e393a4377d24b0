"""What an accountant sorts purchases by: the class of each line, the location of a document.

QuickBooks has a location on bills and expenses and none on purchase orders (reference 6.13-6.15).
"""

from collections.abc import Mapping

from connector.entities.shared.tracking import Tracked, tracked_by
from connector.entities.shared.wire import without_empty
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.policy.choices import Tracking


def tracked(
    body: Body, said: Mapping[str, str], known: PushContext, *, has_location: bool = True
) -> Body:
    """Add class and location to a document, where the settings ask for them.

    `said` is what its record says, by the names that settings call it by.

    Raises:
        MissingMappingsError: it names a class or location that QuickBooks does not have.
    """
    refs = refs_of(said, known, has_location=has_location)
    lines = [_with_class(line, refs.of_class) for line in body["Line"]]
    return body | without_empty({"DepartmentRef": refs.location}) | {"Line": lines}


def refs_of(said: Mapping[str, str], known: PushContext, *, has_location: bool = True) -> Tracked:
    """Return the class of the lines and the location of a document.

    Raises:
        MissingMappingsError: it names one that QuickBooks does not have.
    """
    settings = known.settings
    return tracked_by(
        said,
        of_class=settings.class_of_purchases,
        location=settings.location_of_purchases if has_location else Tracking(),
        company=known.company,
    )


def _with_class(line: Body, of_class: Body) -> Body:
    name = line["DetailType"]
    return line | {name: line[name] | without_empty({"ClassRef": of_class})}

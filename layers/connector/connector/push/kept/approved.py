"""What may not be sent in the place of a plan that a person approved."""

from connector.errors import OPEN_SETTINGS, SKIP, Fix, RecordError, RejectedError
from connector.model.body import Body, Json, spoken
from connector.model.worklist.causes import Kind
from connector.quickbooks.words import name_of_member


def not_approved(refusal: RejectedError, approved: Body, other: Body) -> RecordError:
    """Return the refusal of what only another body than the approved one would mend."""
    members = {*approved, *other}
    unlike = sorted(name for name in members if approved.get(name) != other.get(name))
    names = dict.fromkeys(map(name_of_member, unlike))
    return RecordError(
        f"{refusal} It may be taken with another {' and '.join(names)}, but that is not what was "
        "approved, so it was not sent. Change it in MobiWork, or let this kind be posted without "
        "approval.",
        fixes=(OPEN_SETTINGS, *refusal.fixes),
        cause=refusal.cause,
    )


def not_to_be_linked(target: str, twin: Json) -> RecordError:
    """Return the refusal of a link where it was approved to create a record."""
    number = str(twin["Id"])
    return RecordError(
        f"{spoken(target)} {number} in QuickBooks has its name by now. What was approved is to "
        "create it, so it was neither created nor linked. Link it if both are the same, or create "
        "it under another name.",
        fixes=(
            Fix(action="link", label=f"It is {spoken(target)} {number}", target=number),
            Fix(action="create_as", label="Create it under another name"),
            SKIP,
        ),
        cause=Kind.SAME,
    )

"""What may not be sent in the place of a plan that a person approved."""

from connector.errors import OPEN_SETTINGS, RecordError, RejectedError
from connector.model.body import Body


def not_approved(refusal: RejectedError, approved: Body, other: Body) -> RecordError:
    """Return the refusal of what only another body than the approved one would mend."""
    members = {*approved, *other}
    names = sorted(name for name in members if approved.get(name) != other.get(name))
    return RecordError(
        f"{refusal} It may be taken with another {' and '.join(names)}, but that is not what was "
        "approved, so it was not sent. Change it in MobiWork, or let this kind be posted without "
        "approval.",
        fixes=(OPEN_SETTINGS, *refusal.fixes),
        cause=refusal.cause,
    )

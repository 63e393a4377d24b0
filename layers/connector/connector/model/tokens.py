"""What Intuit grants: tokens and how long they last."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What Intuit granted, and until when; the secrets never show in a representation.

    Attributes:
        access_token: What calls are signed with.
        refresh_token: What the next tokens are asked for with.
        obtained_at: When they were granted, UTC.
        access_until: Until when the access token is taken, UTC.
        refresh_until: Until when the refresh token is taken, UTC.
        consent_until: Until when a person's consent lasts, UTC; None where Intuit did not say.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    obtained_at: datetime
    access_until: datetime
    refresh_until: datetime
    consent_until: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When the connection ends if nobody refreshes them."""
        return min([self.refresh_until, *filter(None, [self.consent_until])])

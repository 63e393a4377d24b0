"""The head of a match: what was asked, how far it has come, and what it found."""

from datetime import datetime

from connector.model.body import Body
from connector.model.books.documents import BooksPeriod

READING, DONE, FAILED = "reading", "done", "failed"
DIFFERENCES, BALANCES = "differences", "balances"
"""The parts of what it found that are kept beside it."""


def begun(match_id: str, period: BooksPeriod, *, proven: bool, by: str, at: datetime) -> Body:
    """Return the head of a match that begins.

    read: the parts of both sides that are read; off: MobiWork's lists that are not switched on;
    calls, rows: metered calls made and rows read in QuickBooks; records: read in MobiWork.
    taxes: the sales tax of what was read in QuickBooks, by rate.
    unread: what could not be read on either side, as sentences; in_part: the lists of MobiWork that
    lack some for that.
    """
    return {
        "match_id": match_id,
        "from": period.first.isoformat() if period.first else None,
        "to": period.last.isoformat(),
        "proven": proven,
        "by": by,
        "asked_at": at.isoformat(),
        "state": READING,
        "read": [],
        "off": [],
        "unread": [],
        "in_part": [],
        "walk": None,
        "calls": 0,
        "rows": 0,
        "records": 0,
        "taxes": {},
    }

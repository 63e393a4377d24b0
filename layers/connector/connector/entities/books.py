"""What the books of a company allow: no closed period, no stock before it is counted."""

from collections.abc import Iterable
from datetime import date

from connector.company import Company
from connector.flow import Known

SHOWN = 4


def closed_books(day: date, company: Company) -> list[str]:
    """Say that a document would be dated in a closed period (fault 6200)."""
    closed = company.closed_until
    if not closed or day.isoformat() > closed:
        return []
    return [
        f"It is dated {day}, and the books in QuickBooks are closed up to {closed}. Give it a "
        "later date in MobiWork, or ask your accountant to open the books."
    ]


def counted_later(day: date, products: Iterable[tuple[str, str]], known: Known) -> list[str]:
    """Say which products, given by id and name, are counted only after a day (fault 6270)."""
    starts = {}
    for product_id, name in products:
        linked = known.links.get(("product", product_id))
        start = str(linked.base.get("InvStartDate", "")) if linked else ""
        if start > day.isoformat():
            starts[name or product_id] = start
    return [
        f'It is dated {day}, but QuickBooks counts the stock of "{name}" only from {start} on. Set '
        "an earlier start date on that item in QuickBooks."
        for name, start in list(starts.items())[:SHOWN]
    ]

"""What a cause is called: a refusal of QuickBooks by what its code means."""

from connector.model.worklist.causes import Kind, NamedCause
from connector.quickbooks.fault_catalogue import CATALOGUE


def title_of(cause: NamedCause) -> str:
    """Return the heading of a cause."""
    known = CATALOGUE.get(cause.about) if cause.kind is Kind.QUICKBOOKS else None
    if known is None:
        return cause.title
    first = known.sentence.partition(". ")[0].rstrip(".")
    told = first.format(element="one of its fields")
    return f"QuickBooks refused it: {told[0].lower()}{told[1:]} (code {cause.about})"

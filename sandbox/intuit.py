"""What a sandbox company of QuickBooks answers, reading only."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from requests import PreparedRequest
from requests.auth import AuthBase

from connector.changes.company import ask_company
from connector.errors import ConnectionBrokenError
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import select
from connector.quickbooks.throttle import Throttle
from sandbox.evidence import Evidence, ask

URL = "https://sandbox-quickbooks.api.intuit.com"
KINDS = (
    "Bill", "CreditMemo", "Customer", "Estimate", "Invoice", "Item", "Payment", "Purchase",
    "PurchaseOrder", "Term", "Vendor",
)  # fmt: skip
NEEDED = ("QUICKBOOKS_REALM_ID", "QUICKBOOKS_ACCESS_TOKEN")


class Token(AuthBase):
    """An access token that somebody copied from Intuit's playground; it lasts an hour."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add it."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self, _rejected: str) -> None:
        """Say that it must be copied anew.

        Raises:
            ConnectionBrokenError: always; it cannot be refreshed here.
        """
        raise ConnectionBrokenError("Intuit refuses the access token: copy a new one.")


class Alone:
    """The permits of a company, kept here: nobody else works with it."""

    def __init__(self) -> None:
        self._kept = ""

    def change(self, _realm_id: str, step: Callable[[str], str]) -> None:
        """Put what `step` makes of the text that is kept in its place."""
        self._kept = step(self._kept)


class Uncounted:
    """Counts nothing: calls of a sandbox are not metered."""

    def count(self, kind: str) -> None:
        """Count nothing."""


def client(given: Mapping[str, str]) -> QuickBooks:
    """Return the client of the company that the environment names."""
    realm_id = given["QUICKBOOKS_REALM_ID"]
    return QuickBooks(
        realm_id=realm_id,
        base_url=given.get("QUICKBOOKS_API_URL", URL),
        auth=Token(given["QUICKBOOKS_ACCESS_TOKEN"]),
        throttle=Throttle(realm_id=realm_id, permits=Alone()),
        meter=Uncounted(),
    )


def look(quickbooks: QuickBooks, *, now: datetime) -> Iterator[Evidence]:
    """Yield what the company answers."""
    yield ask(5, "company, preferences", partial(_company, quickbooks, now))
    yield ask(6, "tax codes", partial(_named, quickbooks, "TaxCode"))
    yield ask(6, "tax rates", partial(_named, quickbooks, "TaxRate"))
    for kind in KINDS:
        yield ask(7, f"change data of {kind}", partial(_changes, quickbooks, kind, now))


def _company(quickbooks: QuickBooks, now: datetime) -> str:
    company = ask_company(quickbooks, now=now)
    custom = quickbooks.preferences().get("SalesFormsPrefs", {})
    numbers = custom.get("CustomTxnNumbers") if isinstance(custom, Mapping) else None
    return f"{company.name}, {company.country}; custom numbers of sales forms: {numbers}"


def _named(quickbooks: QuickBooks, entity: str) -> str:
    found = list(quickbooks.query(select(entity)))
    return f"{len(found)}: {_some(str(one.get('Name')) for one in found)}"


def _changes(quickbooks: QuickBooks, kind: str, now: datetime) -> str:
    quickbooks.changes([kind], now.astimezone(UTC) - timedelta(days=1))
    return "answers"


def _some(names: Iterable[str], most: int = 12) -> str:
    told = sorted(names)
    return ", ".join(told[:most]) + (f" and {len(told) - most} more" if len(told) > most else "")

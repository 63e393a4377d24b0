"""What a MobiWork account answers, reading only."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

from connector.jobs.probe_mobiwork import tried
from connector.mobiwork.client import MobiWork
from connector.mobiwork.endpoints import registry
from sandbox.evidence import Evidence, ask

URL = "https://www.mobiwork.com"
NEEDED = ("MOBIWORK_CLIENT_ID", "MOBIWORK_LOGIN_ID", "MOBIWORK_PASSWORD")
STATED = ("invoice", "estimate", "salesOrder", "purchaseOrder", "payment")
DATES = ("createdDate", "modifiedDate", "invoiceDate", "dueDate")
ENOUGH = 200


def client(given: Mapping[str, str]) -> MobiWork:
    """Return the client of the account that the environment names, with all assumed calls."""
    return MobiWork(
        base_url=given.get("MOBIWORK_URL", URL),
        client_id=given["MOBIWORK_CLIENT_ID"],
        login_id=given["MOBIWORK_LOGIN_ID"],
        password=given["MOBIWORK_PASSWORD"],
        capabilities=frozenset(row.switch for row in registry().values() if row.switch),
    )


def look(mobiwork: MobiWork) -> Iterator[Evidence]:
    """Yield what the account answers."""
    yield ask(17, "log in", partial(_logged_in, mobiwork))
    for (entity, operation), row in registry().items():
        if operation == "list" and row.documented:
            yield ask(18, f"list of {entity}", partial(_listed, mobiwork, entity))
    for entity in STATED:
        yield ask(3, f"statuses of {entity}", partial(_statuses, mobiwork, entity))
        yield ask(4, f"dates of a {entity}", partial(_dates, mobiwork, entity))
    for found in tried(mobiwork):
        yield Evidence(20, found.switch, found.told)


def _logged_in(mobiwork: MobiWork) -> str:
    mobiwork.authenticate()
    return "works"


def _listed(mobiwork: MobiWork, entity: str) -> str:
    began = time.monotonic()
    found = list(islice(mobiwork.records(entity, page_size=2), 3))
    took = time.monotonic() - began
    names = sorted({name for one in found for name in one.fields})
    paged = "goes on after a page of 2" if len({one.id for one in found}) > 2 else "shows up to 2"  # noqa: PLR2004
    return f"{took:.1f} s, {paged}; elements: {', '.join(names) or 'none, no record'}"


def _statuses(mobiwork: MobiWork, entity: str) -> str:
    found = Counter(
        str(one.fields.get("status")) for one in islice(mobiwork.records(entity), ENOUGH)
    )
    return ", ".join(f"{status} ({count})" for status, count in found.most_common()) or "no record"


def _dates(mobiwork: MobiWork, entity: str) -> str:
    first = next(islice(mobiwork.records(entity, page_size=1), 1), None)
    if first is None:
        return "no record"
    given = ((name, first.fields.get(name.lower())) for name in DATES)
    told = [f"{name}={value}" for name, value in given if value]
    return "; ".join(told) or "none"

"""Measures a first load by a loop over python-quickbooks, as people write it: one after the other.

Each record is looked for before it is created, so that it is not there twice after a crash; the
naive loop also asks for its customer and its product each time. QuickBooks is the simulator with
its published limits and answers of 150 ms. A loop takes as long for each record, however many.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import requests
from intuitlib.client import AuthClient  # type: ignore[import-untyped]
from quickbooks import QuickBooks  # type: ignore[import-untyped]
from quickbooks import objects as q
from quickbooks.objects.detailline import SalesItemLineDetail  # type: ignore[import-untyped]

from bench.load import running
from bench.simulator_speed import JSON, REDIRECT, quickbooks_token
from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET, REALM

RECORDS, LINES = 40, 5


def connected(url: str) -> Any:  # noqa: ANN401 - untyped there
    """Return the client of python-quickbooks."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    token, configuration = quickbooks_token(url), f"{url}/.well-known/openid_configuration"
    auth = AuthClient(CLIENT_ID, CLIENT_SECRET, REDIRECT, configuration, access_token=token)
    client = QuickBooks(auth_client=auth, company_id=REALM, minorversion=75)
    client.api_url_v3 = f"{url}/v3"
    return client


def invoice(number: str, customer: Any, item: Any) -> Any:  # noqa: ANN401 - untyped there
    """Fill an invoice of some lines."""
    made = q.Invoice()
    made.DocNumber, made.CustomerRef = number, customer.to_ref()
    for position in range(LINES):
        line = q.SalesItemLine()
        line.LineNum, line.Amount, line.SalesItemLineDetail = position + 1, 9, SalesItemLineDetail()
        line.SalesItemLineDetail.ItemRef = item.to_ref()
        line.SalesItemLineDetail.Qty, line.SalesItemLineDetail.UnitPrice = 2, 4.5
        made.Line.append(line)
    return made


def loop(url: str, *, naive: bool) -> Mapping[str, float]:
    """Post some invoices; return the seconds and the metered calls that each took."""
    client = connected(url)
    customer, item = q.Customer.all(max_results=1, qb=client)[0], _sold(client)
    before, began = metered(url), time.perf_counter()
    for one in range(RECORDS):
        number = f"{'N' if naive else 'C'}{one}"
        if naive:
            named = {"DisplayName": customer.DisplayName}
            customer, item = q.Customer.filter(**named, qb=client)[0], _sold(client)
        if not q.Invoice.filter(DocNumber=number, qb=client):
            invoice(number, customer, item).save(qb=client)
    seconds = time.perf_counter() - began
    return {"seconds": seconds / RECORDS, "metered": (metered(url) - before) / RECORDS}


def _sold(client: Any) -> Any:  # noqa: ANN401 - untyped there
    return q.Item.filter(Type="Service", qb=client)[0]


def metered(url: str) -> int:
    """Return how many calls Intuit would have counted."""
    counted = requests.get(f"{url}/_sim/counters", headers=JSON, timeout=60).json()
    return int(counted["metered"])


def main() -> int:
    """Measure both, and print what the picture is drawn from."""
    with running("simulators.quickbooks", "--sample", "--switch", "work_seconds=0.15") as server:
        told = {
            name: {key: round(value, 3) for key, value in loop(server.url, naive=naive).items()}
            for name, naive in (("cached", False), ("naive", True))
        }
    sys.stdout.write(f"{json.dumps(told)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

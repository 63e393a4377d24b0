"""Times every page of the console with 100,000 outcomes and 50 connections, against an empty page.

The function as it is deployed, over a table in this process (`quick_table`), whose own time is left
out; the other services are moto's. The empty page is one that reads only what every page reads: the
person, the connection, and its name. `bench.console 10000` for fewer outcomes. Two of a hundred do
not go on, pages of payments are full, and going back to older settings plans all of them twice.
"""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import batched
from statistics import median
from urllib.parse import urlencode

import pytest
from moto import mock_aws

from bench import worklist
from bench.first_pull import KEYS
from bench.quick_table import Cost, QuickTable
from bench.simulator_speed import failed, say
from bench.tracked import NOW, RECORDS, outcomes
from connector.console import sessions
from connector.console.sessions import COOKIE, Sealer
from connector.lambdas.themes import all_routes
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.review.planned import REVIEW
from connector.model.review.report import Counted, FlowReport, ReviewReport
from connector.model.undoing.undo import UndoState
from connector.model.worklist.causes import Kind
from connector.store import reports, runs
from connector.store import settings as saved
from connector.store.records import links, matches, pending, plans
from connector.store.runs import OutcomeRow, outcome_item
from connector.store.tracking import tracked
from connector.store.undoing import undos
from tests.builders import a_link, a_payment
from tests.contract.test_matches import a_match
from tests.contract.test_plans import planned
from tests.contract.test_undoing import ASKED, ENTRY
from tests.functions.cloud import CONSOLE_ADMIN, CONSOLE_SECRET, deployed
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event

COMPANIES, TIMES, MOST, MOST_OF_ALL, MOST_OF_A_FILE = 50, 5, 10.0, 15.0, 100.0
"""A page of one connection takes at most so many times an empty one; so do a list and a file."""
EMPTY = f"/connections/{CONNECTION}/close"
VIEWS = (
    "records?state=posted", "records?state=posted&flow=push_invoices&sort=day", "runs/r1",
    "records?flow=push_invoices", "records?customer=b", "payments?view=pushed",
    "records?amount=412.37", "records?number=0042", "payments?view=all",
    "worklist/entries?cause=mapping|terms=7", "worklist/link?entry=push_customers/700000",
    "matches?entity=Invoice&grade=several",
    "matches?entity=Invoice&open=yes",
)  # fmt: skip
PAYMENTS = 9_000_000
PLANNED, APPROVED = 5000, 100
POSTED = {"target": "Payment", "base": {"TotalAmt": "9.63", "TxnDate": "2026-03-02"}}


def asker() -> Callable[[str], None]:
    """Return what asks the function for a page as an admin."""
    from functions.serve_console.app import handler  # noqa: PLC0415 - reads the environment

    cookie = sessions.begin(
        Sealer(CONSOLE_SECRET), email=CONSOLE_ADMIN, name="Bench", subject="s-1"
    )
    told = event("serve_console") | {"cookies": [f"{COOKIE}={cookie}"], "body": None}

    def ask(path: str) -> None:
        place, _, query = path.partition("?")
        told["requestContext"]["http"] |= {"path": f"/console{place}", "method": "GET"}
        given = dict(one.split("=", 1) for one in query.split("&") if one)
        answer = handler(
            told
            | {
                "rawPath": f"/console{place}",
                "rawQueryString": urlencode(given),
                "queryStringParameters": given,
            },
            Context(),
        )
        if answer["statusCode"] not in {200, 303, 404}:
            raise RuntimeError(f"{path}: {answer['statusCode']}")

    return ask


def fill() -> None:
    """Keep all that the pages show."""
    _follow()
    _review()
    _undo()
    worklist.fill(CONNECTION, RECORDS // 50)
    paid = {
        (own := str(PAYMENTS + number)): a_payment(own, invoiceId=str(number)).xml
        for number in range(200)
    }
    waiting, posted = [*paid][:100], [*paid][100:]
    items = [
        NewItem(
            record_id=own,
            record=paid[own],
            fingerprint=own,
            found_at=NOW.isoformat(),
            label=f"payment {own}",
        )
        for own in waiting
    ]
    pending.put_all(CONNECTION, "push_payments", items)
    for own in posted:
        told = RecordOutcome(
            run_id="r1",
            flow="push_payments",
            record_id=own,
            outcome=Outcome.CREATED,
            label=f"payment {own}",
        )
        link = a_link(RecordKey("payment", own), quickbooks_id=own, **POSTED)
        links.save(CONNECTION, link, told)
    now = saved.read_saved(CONNECTION)
    other = now.settings.model_copy(update={"invoice_statuses": (), "payments_on_account": True})
    saved.save_settings(CONNECTION, other, saved_at=NOW.isoformat(), saved_by="bench")


def _follow() -> None:
    """Keep and follow all outcomes of one run, page by page as a run does."""
    runs.begin(CONNECTION, "r1", found={}, now=NOW)
    for some in batched(outcomes(), 50, strict=False):
        with OutcomeRow.batch_write() as batch:
            for one in some:
                batch.save(outcome_item(CONNECTION, one))
        tracked.note(CONNECTION, some[0].flow, some, now=NOW)


def _review() -> None:
    """Keep thousands of matches of each grade, and plans, a hundred of which wait for approval."""
    some = [
        replace(a_match(str(own), str(own + 1), grade=grade), label=f"invoice {own}")
        for own in range(PLANNED)
        for grade in [[*Grade][own % len(Grade)]]
    ]
    matches.replace_all(CONNECTION, "Invoice", some)
    each = PLANNED // len(Grade)
    found = tuple(Counted(f"Invoice, {grade}", each) for grade in Grade)
    plans.keep(CONNECTION, REVIEW, (planned(str(own)) for own in range(PLANNED)))
    flows = (FlowReport("push_invoices", (Counted("create", PLANNED, Decimal(9 * PLANNED)),)),)
    reports.save(ReviewReport(CONNECTION, REVIEW, NOW.isoformat(), flows, found))
    held = [
        NewItem(
            record_id=str(own),
            record="<x/>",
            fingerprint=str(own),
            found_at=NOW.isoformat(),
            label=f"invoice {own}",
        )
        for own in range(APPROVED)
    ]
    pending.put_all(CONNECTION, "push_invoices", held)
    ids = [one.record_id for one in held]
    for item in pending.read_many(CONNECTION, "push_invoices", ids).values():
        pending.hold(item, PendingState.PLANNED, reason="It waits.", why=Hindrance(Kind.APPROVAL))


def _undo() -> None:
    """Keep what undoing a run would do to thousands of records."""
    shown = replace(ASKED, state=UndoState.PREVIEWED, at=NOW.isoformat())
    undos.begin(CONNECTION, shown, before=None)
    own = (str(700_000 + number) for number in range(PLANNED))
    undos.put(CONNECTION, "r1", (replace(ENTRY, record_id=one, mobiwork_id=one) for one in own))


def pages() -> list[str]:
    """Return the addresses of all pages that show something of the connection."""
    names = {"connection_id": CONNECTION, "flow": "push_invoices", "record_id": "5000000"}
    names |= {"theme": "sales", "version": "1", "run_id": "r1"}
    rules = [one.rule for one in all_routes() if one.method == "GET" and "match_id" not in one.rule]
    filled = [re.sub(r"<(\w+)>", lambda found: names[found[1]], rule) for rule in rules]
    inside = [one for one in filled if one.startswith("/connections/")]
    return [*inside, *(f"/connections/{CONNECTION}/{view}" for view in VIEWS)]


def measure(table: QuickTable) -> None:
    """Time all pages in turns with the empty one, and count what each reads of the table."""
    ask = asker()
    fill()
    for path, most in [*((one, _most(one)) for one in pages()), ("", MOST_OF_ALL)]:
        ask(path)
        taken, empty = [], []
        for _ in range(TIMES):
            empty.append(_cost(table, ask, EMPTY).milliseconds)
            taken.append(_cost(table, ask, path).milliseconds)
        share = median(taken) / median(empty)
        shown = path.removeprefix(f"/connections/{CONNECTION}") or path or "all companies"
        say(
            f"{shown}: <= {most:g} x an empty page",
            f"{share:.1f} x, {table.calls.total()} calls, {table.read} rows",
            met=share <= most,
        )


def _most(path: str) -> float:
    """Return what a page may take; a file has forty times as many rows."""
    return MOST_OF_A_FILE if path.endswith(".csv") else MOST


def _cost(table: QuickTable, ask: Callable[[str], None], path: str) -> Cost:
    table.read = 0
    return table.cost(lambda: ask(path), 1)


def main() -> int:
    """Measure on services of its own; return 1 when a limit is not met."""
    os.environ |= KEYS | {"POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    table = QuickTable()
    table.use()
    with mock_aws(), pytest.MonkeyPatch.context() as patch, deployed(patch) as cloud:
        cloud.connect()
        for number in range(COMPANIES - 1):
            cloud.connect(f"c{number:012}", f"92300000000{number:05}")
        say("Outcomes, companies", f"{RECORDS:,}, {COMPANIES}", met=True)
        measure(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

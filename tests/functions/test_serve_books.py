import base64
import csv
import io
import json
import zlib
from typing import Any

import pytest

from connector.changes.mobiwork import find_changes
from connector.store.control import activity, books
from functions.match_books.app import handler as match_books
from functions.serve_books.app import handler
from tests.builders import an_invoice
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.unit.engine.world import FakeMobiWork

pytestmark = pytest.mark.usefixtures("connected")
REMEMBERED = '{"to": "2025-12-31"}'


def ask(context: Context, name: str, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event(name, **changes), context)
    return answer


def asked(context: Context, body: str = REMEMBERED) -> dict[str, Any]:
    answer = ask(context, "serve_books_asked", body=body)
    assert answer["statusCode"] == 202
    told: dict[str, Any] = json.loads(answer["body"])
    return told


@pytest.fixture
def match_id(context: Context) -> str:
    """Return a match of one invoice that is not posted."""
    find_changes(CONNECTION, FakeMobiWork([an_invoice()]))
    found: str = asked(context)["match_id"]
    done = match_books(event("match_books", run_id=found), context)
    assert done == {"more": False, "calls": 0, "unexplained": 0}
    return found


def get(context: Context, match_id: str, part: str = "", **query: str) -> dict[str, Any]:
    """Return an answer about one match."""
    stored = event("serve_books")
    path = f"/connections/{CONNECTION}/books-match/{match_id}{part}"
    stored["rawPath"] = stored["requestContext"]["http"]["path"] = path
    answer: dict[str, Any] = handler(stored | {"queryStringParameters": query}, context)
    return answer


def test_what_a_match_will_cost_is_told_before_it_is_made(context: Context) -> None:
    days = '"from": "2025-11-01", "to": "2025-11-30", "proven": true'
    told = asked(context, f'{{{days}, "preview": true}}')
    assert told == {"match_id": None, "calls": 8, "about": False}
    assert books.heads(CONNECTION, most=9) == []
    assert activity.read_some(CONNECTION, after=None, limit=9)[0] == []
    begun = asked(context, f"{{{days}}}")
    (deed,), _ = activity.read_some(CONNECTION, after=None, limit=9)
    assert (begun["calls"], deed.what, "Bookkeeper" in deed.by) == (
        8,
        "Requested a comparison of the books up to 2025-11-30, proven by reading both sides.",
        True,
    )
    again = ask(context, "serve_books_asked", body='{"from": "2025-11-02", "to": "2025-11-01"}')
    assert again["statusCode"] == 422
    assert "after the last day" in json.loads(again["body"])["detail"]


def test_a_match_is_told_as_json_and_as_text(context: Context, match_id: str) -> None:
    told = json.loads(get(context, match_id)["body"])
    (invoices, *_) = told["kinds"]
    assert (invoices["mobiwork"], invoices["quickbooks"]) == ("9.63", "0")
    assert [one["cause"] for one in invoices["causes"]] == ["not posted yet"]
    assert (told["unexplained"], told["adds_up"], told["state"]) == (0, True, "done")
    text = get(context, match_id, format="text")["body"]
    assert "has a named cause" in text
    assert "less not posted yet (1)" in text


def test_the_differences_are_told_as_csv_and_page_by_page(context: Context, match_id: str) -> None:
    rows = list(csv.DictReader(io.StringIO(get(context, match_id, format="csv")["body"])))
    assert [one["kind"] for one in rows] == ["invoices", "sales tax", "open balances"]
    first = json.loads(get(context, match_id, "/differences", limit="2")["body"])
    second = json.loads(get(context, match_id, "/differences", after=first["next"])["body"])
    assert [len(first["differences"]), len(second["differences"])] == [2, 1]
    assert second["next"] is None
    tax = json.loads(get(context, match_id, "/differences", kind="sales tax")["body"])
    assert [one["amount"] for one in tax["differences"]] == ["0.63"]
    (owed,) = json.loads(get(context, match_id, "/balances")["body"])["balances"]
    assert (owed["mobiwork"], owed["quickbooks"]) == ("9.63", "0")


def test_the_certificate_is_one_page_with_both_totals(context: Context, match_id: str) -> None:
    answer = get(context, match_id, format="pdf")
    assert (answer["headers"]["content-type"], answer["isBase64Encoded"]) == (
        "application/pdf",
        True,
    )
    written = base64.b64decode(answer["body"])
    assert written.startswith(b"%PDF-")
    assert b"/Count 1" in written
    packed = written.split(b"stream\n", 1)[1].split(b"\nendstream", 1)[0]
    page = zlib.decompress(packed).decode("cp1252")
    assert "9.63" in page
    assert "not posted yet \\(1\\)" in page


def test_a_match_that_failed_says_why(context: Context) -> None:
    match_id = asked(context)["match_id"]
    failed = [{"flow": "match_books", "error": "ConnectionBrokenError", "cause": "It is revoked."}]
    match_books(event("match_books", run_id=match_id, failures=failed), context)
    told = json.loads(get(context, match_id)["body"])
    assert (told["state"], "It is revoked." in told["statement"]) == ("failed", True)
    assert [one["state"] for one in books.heads(CONNECTION, most=9)] == ["failed"]


def test_there_is_no_match_of_another_name(context: Context) -> None:
    assert get(context, "20261129T090000-1a2b3c4d")["statusCode"] == 404
    assert get(context, "20261129T090000-1a2b3c4d", "/differences")["statusCode"] == 404

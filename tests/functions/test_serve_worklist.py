"""The worklist over HTTP: shown by cause, fixed after a preview, noted, kept in the activity."""

import json
from typing import Any

import pytest

from connector.errors import Fix
from connector.model.connection import Phase
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.worklist.causes import Kind
from connector.store.control import activity
from connector.store.life.rows import ConnectionRow
from connector.store.records import pending
from functions.serve_worklist.app import handler
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event, of_connection

pytestmark = pytest.mark.usefixtures("connected")
FLOW = "push_invoices"


def ask(context: Context, name: str, **body: Any) -> tuple[int, Any]:
    asked = event(name)
    if body:
        asked |= {"body": json.dumps(body)}
    answer = handler(asked, context)
    return answer["statusCode"], json.loads(answer["body"])


ACTIVATE = Fix(action="activate", label="Make the item active again", target="Item/7")


def refused(*ids: str, fixes: tuple[Fix, ...] = ()) -> None:
    found = [
        NewItem(record_id=one, record="<x/>", fingerprint="f", found_at="2026-03-02", label=one)
        for one in ids
    ]
    pending.put_all(CONNECTION, FLOW, found)
    for item in pending.read_many(CONNECTION, FLOW, ids).values():
        why = Hindrance(Kind.CLOSED)
        pending.hold(
            item, PendingState.REFUSED, reason="The books are closed.", why=why, fixes=fixes
        )


def taken(own: str, fixes: tuple[Fix, ...]) -> None:
    """Put a customer on the worklist whose name is taken."""
    one = NewItem(record_id=own, record="<x/>", fingerprint="f", found_at="2026-03-02", label=own)
    pending.put_all(CONNECTION, "push_customers", [one])
    for item in pending.read_many(CONNECTION, "push_customers", [own]).values():
        why = Hindrance(Kind.NAME_TAKEN)
        pending.hold(item, PendingState.REFUSED, reason="Its name is taken.", why=why, fixes=fixes)


def test_causes_and_entries_are_shown_with_fixes(context: Context) -> None:
    refused("5501", "5502")
    status, shown = ask(context, "serve_worklist")
    assert (status, shown["all"]["count"], shown["causes"][0]["cause"]) == (200, 2, "closed-books")
    status, page = ask(context, "serve_worklist_entries")
    assert (status, [one["record_id"] for one in page["entries"]], page["next"]) == (
        200,
        ["5501", "5502"],
        None,
    )
    assert page["entries"][0]["fixes"][0]["fix"] == "retry"


def test_a_fix_is_told_first_and_then_done_to_all_of_a_cause_by_whoever_asks(
    context: Context,
) -> None:
    refused("5501", "5502")
    status, told = ask(context, "serve_worklist_fixed")
    assert (status, told["preview"], told["entries"]["count"]) == (200, True, 2)
    assert not activity.read_some(CONNECTION, after=None, limit=9)[0]
    status, done = ask(
        context, "serve_worklist_fixed", fix="retry", cause="closed-books", preview=False
    )
    assert (status, done["preview"]) == (200, False)
    [cause] = ask(context, "serve_worklist")[1]["causes"]
    assert (cause["entries"]["count"], cause["tried_again"]) == (2, 2)
    [one, _] = ask(context, "serve_worklist_entries")[1]["entries"]
    assert (one["what"], one["why"][:25]) == ("on its way", "It is being tried again. ")
    deeds, _ = activity.read_some(CONNECTION, after=None, limit=9)
    assert {(one.record_id, "Bookkeeper" in one.by) for one in deeds} == {
        ("5501", True),
        ("5502", True),
    }
    again = {own: pending.read_many(CONNECTION, FLOW, [own])[own] for own in ("5501", "5502")}
    pending.close(again["5501"])
    assert ask(context, "serve_worklist")[1]["causes"][0]["tried_again"] == 1
    pending.close(again["5502"])
    assert ask(context, "serve_worklist_fixed")[0] == 404


def test_a_note_stands_beside_all_entries_of_a_cause(context: Context) -> None:
    refused("5501")
    assert ask(context, "serve_worklist_noted") == (200, {"noted": 1})
    (entry,) = ask(context, "serve_worklist_entries")[1]["entries"]
    assert (entry["assignee"], entry["note"]) == ("Ann", "Asked the accountant.")


def test_a_connection_that_there_is_not_has_no_worklist(context: Context) -> None:
    answer = handler(of_connection("nobody", event("serve_worklist")), context)
    assert answer["statusCode"] == 404


def test_nothing_is_written_in_quickbooks_while_a_connection_is_paused(context: Context) -> None:
    refused("5501", fixes=(ACTIVATE,))
    ConnectionRow(pk=CONNECTION, sk="connection").update(
        actions=[ConnectionRow.phase.set(Phase.PAUSED.value)]
    )
    asked = {"fix": "activate", "entries": [f"{FLOW}/5501"], "target": "Item/7"}
    status, told = ask(context, "serve_worklist_fixed", **asked, preview=False)
    assert (status, "is paused" in told["detail"]) == (409, True)
    again = {"fix": "post_again", "entries": [f"{FLOW}/5501"]}
    assert ask(context, "serve_worklist_fixed", **again, preview=False)[0] == 409
    assert ask(context, "serve_worklist_fixed", **asked)[0] == 200


@pytest.mark.parametrize("entry", ["", "/5501", "push_invoices/", "push_invoices/5#1", "x" * 241])
def test_an_id_under_which_nothing_can_be_kept_is_refused_in_words(
    context: Context, entry: str
) -> None:
    status, told = ask(
        context, "serve_worklist_fixed", fix="take_back", entries=[entry], preview=False
    )
    assert (status, told["title"]) == (422, "Unprocessable Content")


@pytest.mark.parametrize(
    ("offered", "told"),
    [
        (
            Fix(action="create_as", label="Create it", target="Ann Lee (Tampa)"),
            'Enter what to use, such as "Ann Lee (Tampa)".',
        ),
        (None, "Enter what to use: the name."),
    ],
)
def test_what_a_fix_lacks_is_asked_for_in_words(
    context: Context, offered: Fix | None, told: str
) -> None:
    taken("700042", fixes=(offered,) if offered else ())
    asked = {"fix": "create_as", "entries": ["push_customers/700042"]}
    status, answer = ask(context, "serve_worklist_fixed", **asked)
    assert (status, answer["detail"]) == (422, told)

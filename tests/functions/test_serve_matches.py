"""Matches over HTTP: both sides shown, decided one by one or together, before a start."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.signals import pre_dynamodb_send

from connector.model.connection import Phase
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, told_as
from connector.model.pending import Deletion, Hindrance, NewItem, PendingState
from connector.model.worklist.causes import Kind
from connector.store import looks, settings
from connector.store.life.rows import ConnectionRow
from connector.store.records import fingerprints, left_out, matches, pending
from functions.serve_connections.app import handler as serve_connections
from functions.serve_review.app import handler
from tests.contract.test_matches import FOUND, a_match
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event

pytestmark = pytest.mark.usefixtures("connected")
NUMBER = Candidate(
    "61", "invoice 61", {"total": "9.63"}, {"number": ("INV-1", "77")}, {"total": "9.630"}
)


def ask(context: Context, path: str, body: object = None, **query: str) -> tuple[int, Any]:
    asked = event("serve_review", queryStringParameters=query)
    path = f"/connections/{CONNECTION}/{path}"
    asked["headers"] |= {"content-type": "application/json"}
    method = "GET" if body is None else "POST"
    asked["requestContext"]["http"] |= {"path": path, "method": method}
    text = None if body is None else json.dumps(body)
    serve = serve_connections if path.endswith("start") else handler
    answer = serve(asked | {"rawPath": path, "body": text}, context)
    return answer["statusCode"], json.loads(answer["body"])


def decide(context: Context, *said: tuple[str, str, str | None]) -> tuple[int, Any]:
    asked = [
        {"entity": "invoice", "mobiwork_id": own, "decision": decision, "quickbooks_id": number}
        for own, decision, number in said
    ]
    return ask(context, "matches/decide", {"matches": asked})


def found(*some: Match) -> None:
    matches.replace_all(CONNECTION, "Invoice", some)


def said(own: str) -> tuple[str, str | None]:
    shown = {one.owner.mobiwork_id: one for one in matches.read_all(CONNECTION, "Invoice")}
    return shown[own].decision.value, shown[own].chosen


def test_a_match_shows_both_sides_and_is_decided_with_who_did_it(context: Context) -> None:
    found(replace(a_match("1", "61", grade=Grade.LIKELY), candidates=(NUMBER,)), a_match("2", "62"))
    status, page = ask(context, "matches", entity="Invoice", grade="likely")
    [one] = page["matches"]
    assert (status, one["mobiwork_id"], one["decision"], page["next"]) == (
        200,
        "1",
        "undecided",
        None,
    )
    assert one["candidates"][0]["facts"] == [
        {"fact": "total", "mobiwork": "9.630", "quickbooks": "9.63", "same": True},
        {"fact": "number", "mobiwork": "INV-1", "quickbooks": "77", "same": False},
    ]
    assert 'the number is "INV-1" in MobiWork and "77" in QuickBooks' in one["sentence"]
    assert decide(context, ("1", "same", None)) == (200, {"decided": 1, "all_certain": False})
    _, page = ask(context, "matches", entity="Invoice")
    assert "Bookkeeper" in page["matches"][0]["decided_by"]
    assert said("1") == ("same", "61")


@pytest.mark.parametrize("word", ["Invoice", "invoice", "INVOICE"])
def test_either_sides_word_for_an_entity_does_in_any_spelling(context: Context, word: str) -> None:
    found(replace(a_match("1", "61", grade=Grade.LIKELY), candidates=(NUMBER,)))
    assert len(ask(context, "matches", entity=word)[1]["matches"]) == 1
    asked = {"entity": word, "mobiwork_id": "1", "decision": "same"}
    assert ask(context, "matches/decide", {"matches": [asked]})[0] == 200
    assert said("1") == ("same", "61")


def test_a_page_of_matches_is_never_empty_while_there_is_another(context: Context) -> None:
    found(*(a_match(str(own), f"6{own}") for own in range(1, 7)))
    status, page = ask(context, "matches", entity="Invoice", grade="several", limit="2")
    assert (status, page) == (200, {"matches": [], "next": None, "compared_at": None})


def test_nothing_is_decided_where_one_of_it_cannot_be(context: Context) -> None:
    several = a_match("1", "61", "62", grade=Grade.SEVERAL)
    found(several, a_match("2", "61", grade=Grade.LIKELY), a_match("3", "63"), a_match("4", "63"))
    status, told = decide(context, ("1", "same", None), ("9", "different", None))
    assert status == 422
    assert [one["pointer"] for one in told["errors"]] == ["#/matches/0", "#/matches/1"]
    named = (one["detail"] for one in told["errors"])
    assert told["detail"] == " ".join(("Nothing was decided.", *named))
    status, _ = decide(context, ("1", "same", "61"), ("2", "same", "61"))
    assert (status, said("1"), said("2")) == (409, ("undecided", None), ("undecided", None))
    assert decide(context, ("4", "same", "63"))[0] == 409
    assert decide(context, ("1", "same", "62"), ("2", "left out", None))[0] == 200
    assert decide(context, ("2", "left out", None))[0] == 200


@pytest.mark.case("F1f")
def test_of_two_who_decide_the_same_match_the_second_is_told_what_the_first_said(
    context: Context,
) -> None:
    found(a_match("1", "61", grade=Grade.LIKELY), a_match("2", "62", grade=Grade.LIKELY))
    read = {
        one["mobiwork_id"]: one for one in ask(context, "matches", entity="Invoice")[1]["matches"]
    }
    assert decide(context, ("1", "same", None))[0] == 200
    status, told = decide(context, ("2", "same", None), ("1", "different", None))
    assert (status, said("1"), said("2")) == (409, ("same", "61"), ("undecided", None))
    [wrong] = told["errors"]
    assert (wrong["pointer"], 'said "same" on ' in wrong["detail"]) == ("#/matches/1", True)
    assert versioned(context, read["1"]["version"], "1", "left out") == 409
    [now] = ask(context, "matches", entity="Invoice", limit="1")[1]["matches"]
    assert versioned(context, now["version"], "1", "left out") == 200
    assert said("1") == ("left out", None)


@pytest.mark.case("F18g")
@pytest.mark.parametrize("own", ["61", "Deposit:61/1"])
def test_of_two_who_say_at_once_that_two_records_are_the_same_one_not_both_are_kept(
    context: Context, own: str
) -> None:
    """Each has read the matches before the other one wrote."""
    found(*(a_match(one, own, grade=Grade.LIKELY) for one in ("1", "2")))
    answers, acted = list[int](), list[bool]()
    read = NewItem(record_id="1", record="<x/>", fingerprint="f", found_at=FOUND, label="1")
    pending.put_all(CONNECTION, "push_invoices", [read])

    def meanwhile(_sender: object, operation_name: str, **_: object) -> None:
        if operation_name == "TransactWriteItems" and not answers:
            answers.append(0)
            answers[0] = decide(context, ("2", "same", own))[0]
        elif operation_name == "TransactWriteItems" and said("1")[0] == "same" and not acted:
            acted.append(True)  # a run goes by what is about to be taken back
            [item] = pending.read_all(CONNECTION, "push_invoices")
            pending.hold(item, PendingState.REFUSED, why=Hindrance(Kind.SAME))

    with pre_dynamodb_send.connected_to(meanwhile):
        answers.append(decide(context, ("1", "same", own))[0])
    assert answers == [200, 409]
    assert (said("1"), said("2")) == (("undecided", None), ("same", own))
    [item] = pending.read_all(CONNECTION, "push_invoices")
    assert (acted, item.is_tried_again) == ([True], True)
    assert decide(context, ("1", "left out", None))[0] == 200


@pytest.mark.case("F1f")
@pytest.mark.case("F4a")
@pytest.mark.case("F7a")
@pytest.mark.parametrize(
    ("part", "as_whole", "together"),
    [
        ("Invoice:77", "77", ("Invoice:77+79", "Invoice:78+79")),
        ("SalesReceipt:77+", "SalesReceipt:77", ("SalesReceipt:77+79", "Invoice:78+79")),
    ],
)
def test_several_are_parts_of_one_record_which_nobody_is_then(
    context: Context, part: str, as_whole: str, together: tuple[str, str]
) -> None:
    parts = [replace(a_match(own, part), grade=Grade.SEVERAL) for own in ("1", "2", "3")]
    whole, sure = a_match("4", as_whole, grade=Grade.LIKELY), a_match("5", "78")
    two = replace(a_match("6", *together), grade=Grade.SEVERAL)
    found(*parts, whole, sure, two)
    both = [(own, "same", None) for own in ("1", "2")]
    assert decide(context, *both)[0] == 200
    assert decide(context, ("3", "same", None))[0] == 200
    status, told = decide(context, ("4", "same", None))
    assert status == 409
    named = f"{told_as(part)} is invoice 1 of MobiWork already"
    assert told["errors"][0]["detail"].startswith(named)
    for own in together:
        assert decide(context, ("6", "same", own))[0] == 409
    assert [said(own)[1] for own in ("1", "2", "3")] == [part] * 3
    assert said("4") == said("6") == ("undecided", None)


def test_one_that_is_named_twice_and_more_than_are_kept_together_are_refused(
    context: Context,
) -> None:
    found(*(a_match(str(own), f"6{own}", grade=Grade.LIKELY) for own in range(101)))
    status, told = decide(context, ("1", "same", None), ("1", "different", None))
    assert (status, told["errors"][0]["pointer"]) == (422, "#/matches/1")
    assert decide(context, *((str(own), "same", None) for own in range(101)))[0] == 422
    assert said("1") == ("undecided", None)
    assert decide(context, *((str(own), "same", None) for own in range(100)))[0] == 200


@pytest.mark.case("F1f")
def test_a_decision_on_what_is_not_shown_any_more_is_refused(context: Context) -> None:
    found(a_match("1", "61", grade=Grade.LIKELY))
    [read] = ask(context, "matches", entity="Invoice")[1]["matches"]
    found(a_match("1", "62", grade=Grade.LIKELY, at="2999-01-01T00:00:00+00:00"))
    assert versioned(context, read["version"], "1", "same") == 409
    assert said("1") == ("undecided", None)


@pytest.mark.case("F1f")
def test_who_changes_a_decision_has_what_was_left_out_by_it_planned_again(context: Context) -> None:
    found(a_match("1", "61", grade=Grade.LIKELY))
    assert decide(context, ("1", "left out", None))[0] == 200
    new = NewItem(
        record_id="1",
        record="<invoice/>",
        fingerprint="f1",
        found_at="2026-03-02T12:00:00+00:00",
        label="invoice 1",
    )
    pending.put_all(CONNECTION, "push_invoices", [new])
    (item,) = pending.read_all(CONNECTION, "push_invoices")
    left_out.put_away(item, label="invoice 1", reason="A person left it out.")
    fingerprints.note(CONNECTION, "push_invoices", ["1"])
    assert list(pending.read_all(CONNECTION, "push_invoices")) == []
    [now] = ask(context, "matches", entity="Invoice")[1]["matches"]
    assert versioned(context, now["version"], "1", "different") == 200
    assert [one.record_id for one in pending.read_all(CONNECTION, "push_invoices")] == ["1"]
    assert settings.replay_due(CONNECTION) is not None


def versioned(context: Context, version: str, own: str, decision: str) -> int:
    one = {"entity": "invoice", "mobiwork_id": own, "decision": decision, "version": version}
    return ask(context, "matches/decide", {"matches": [one]})[0]


def in_review() -> None:
    ConnectionRow(pk=CONNECTION, sk="connection").update(
        actions=[ConnectionRow.phase.set(Phase.REVIEW.value)]
    )
    looks.save_findings(
        CONNECTION, found={}, run_id=None, settings_version=1, now=datetime.now(UTC)
    )


def test_a_start_says_how_many_certain_matches_nobody_decided_on(context: Context) -> None:
    in_review()
    found(a_match("1", "61"), a_match("2", "62"), a_match("3", "63", grade=Grade.LIKELY))
    assert decide(context, ("1", "different", None))[0] == 200
    status, told = ask(context, "start", {})
    assert (status, told["detail"][:43]) == (409, "1 records are in MobiWork and in QuickBooks")
    assert ask(context, "start", {"link_certain": True})[0] == 200
    assert [said(one) for one in "123"] == [
        ("different", None),
        ("same", "62"),
        ("undecided", None),
    ]


LATER = "2026-11-29T13:00:00+00:00"


@pytest.mark.case("F4e")
def test_all_certain_ones_are_decided_together_by_whoever_has_seen_them(context: Context) -> None:
    found(a_match("1", "61"), a_match("2", "62", grade=Grade.LIKELY))
    matches.save_look(CONNECTION, {"compared_at": FOUND})
    seen = ask(context, "matches", entity="Invoice")[1]["compared_at"]
    status, told = ask(context, "matches/decide", {"all_certain": True})
    assert (status, told["errors"][0]["pointer"]) == (422, "#/compared_at")
    found(a_match("1", "61"), a_match("3", "63", at=LATER))
    matches.save_look(CONNECTION, {"compared_at": LATER})
    everything = {"all_certain": True, "compared_at": seen}
    status, told = ask(context, "matches/decide", everything)
    assert (status, "compared again since you read" in told["detail"]) == (409, True)
    assert said("1") == said("3") == ("undecided", None)
    answer = ask(context, "matches/decide", everything | {"compared_at": LATER})
    assert answer == (200, {"decided": 0, "all_certain": True})
    assert [said("1"), said("3")] == [("same", "61"), ("same", "63")]


@pytest.mark.case("F4e")
def test_nothing_is_certain_before_both_sides_were_compared(context: Context) -> None:
    status, told = ask(context, "matches/decide", {"all_certain": True, "compared_at": FOUND})
    assert (status, "have not been compared" in told["detail"]) == (422, True)


@pytest.mark.case("F4e")
def test_what_is_found_while_somebody_decides_on_all_certain_ones_stays_open(
    context: Context,
) -> None:
    """It is kept after the decision, though it was found before."""
    found(a_match("1", "61"))
    matches.save_look(CONNECTION, {"compared_at": FOUND})
    ask(context, "matches/decide", {"all_certain": True, "compared_at": FOUND})
    found(a_match("3", "63", at=LATER))
    assert [said("1"), said("3")] == [("same", "61"), ("undecided", None)]
    assert matches.certain_undecided(CONNECTION, "Invoice") == 1


@pytest.mark.case("F4e")
def test_a_start_links_what_its_review_has_shown_and_nothing_else(context: Context) -> None:
    reviewed(found_at=LATER)
    asked = {"link_certain": True, "compared_at": FOUND}
    status, told = ask(context, "start", asked)
    assert (status, "compared again since you read" in told["detail"]) == (409, True)
    assert said("1") == ("undecided", None)
    assert ask(context, "start", asked | {"compared_at": LATER})[0] == 200
    assert said("1") == ("same", "61")


def reviewed(*, found_at: str) -> None:
    """Have a review made of which one match is certain."""
    in_review()
    found(a_match("1", "61", at=found_at))
    matches.save_look(CONNECTION, {"compared_at": found_at})


@pytest.mark.case("F3a")
def test_who_says_that_it_is_another_one_has_both_sides_compared_once_more(
    context: Context,
) -> None:
    found(a_match("1", "61", grade=Grade.LIKELY), a_match("2", "62", grade=Grade.LIKELY))
    assert decide(context, ("1", "left out", None))[0] == 200
    assert matches.asked(CONNECTION) is None
    assert decide(context, ("2", "different", None))[0] == 200
    [_, one] = matches.read_all(CONNECTION, "Invoice")
    assert matches.asked(CONNECTION) == one.decided_at


@pytest.mark.case("M6o")
def test_what_somebody_says_is_another_record_is_told_no_more_to_be_there_twice(
    context: Context,
) -> None:
    for own in ("76", "77"):
        entry = Deletion(
            record_id=f"twice-SalesReceipt-{own}",
            label="invoice 9",
            reason="QuickBooks may have it twice.",
            fixes=(),
            found_at="2026-11-29T12:00:00+00:00",
            cause=Kind.TWICE,
        )
        pending.put_deleted(CONNECTION, "push_invoices", entry)
    found(replace(a_match("1", "SalesReceipt:77"), grade=Grade.LIKELY))
    assert decide(context, ("1", "same", None))[0] == 200
    left = [one.record_id for one in pending.worklist(CONNECTION, "push_invoices")]
    assert left == ["twice-SalesReceipt-76"]


@pytest.mark.case("M34f")
@pytest.mark.parametrize("together", [False, True], ids=["one", "all certain ones"])
def test_money_that_is_left_out_with_old_documents_is_planned_again_once_one_is_decided(
    context: Context, together: bool
) -> None:
    found(a_match("1", "61", grade=Grade.CERTAIN if together else Grade.LIKELY))
    at = "2026-11-29T09:00:00+00:00"
    read = NewItem(record_id="901", record="<payment/>", fingerprint="f", found_at=at, label="")
    pending.put_all(CONNECTION, "push_payments", [read])
    [item] = pending.read_all(CONNECTION, "push_payments")
    why = Hindrance(Kind.SINCE_START)
    pending.hold(item, PendingState.DELETED, label="payment 901", reason="Left out.", why=why)
    matches.save_look(CONNECTION, {"compared_at": LATER})
    everything = {"all_certain": True, "compared_at": LATER}
    one = {"matches": [{"entity": "invoice", "mobiwork_id": "1", "decision": "same"}]}
    assert ask(context, "matches/decide", everything if together else one)[0] == 200
    [item] = pending.read_all(CONNECTION, "push_payments")
    assert item.state is PendingState.CHANGED

import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests
from rich.console import Console

from connector.model.control.people import Membership, Role
from connector.store.control import people
from connector.store.records import pending
from local.by_hand import push_payments
from local.folder import RunFolder
from local.made import Options, RuntimeStateError
from local.progress import Ledger
from local.runtime import DIGEST_SENDER, Runtime, started
from local.sample import ConnectError, connect, signed
from local.session import run
from simulators.quickbooks.world import REALM
from tests.e2e.first_days import Company
from tests.e2e.reviewed_laptop import OTHER_REALM, Past, first_days, lived

OPTIONS = Options(port=0, schedule=False, sample_size=0.25)
AFTERWARDS = replace(OPTIONS, doorbell_seconds=0, realms=(REALM, OTHER_REALM))
DOMAIN = DIGEST_SENDER.partition("@")[2]
ROW = re.compile(r"^ ?([a-z][a-z ]*[a-z]) +(\d+(?: +\d+)+) *$", re.MULTILINE)

OPEN_INVOICES = re.compile(r"^  (\d+) \([\d,.]+\): Its status is \"OPEN\": its lines", re.MULTILINE)


def _said(folder: Path) -> str:
    text = io.StringIO()
    console = Console(file=text, width=140, soft_wrap=True, highlight=False)
    assert run(console, RunFolder(folder), OPTIONS, once=True) == 0
    return text.getvalue()


START = "Starting to post"


def _posted(rounds: tuple[str, str]) -> str:
    """Return what the first run said after the review."""
    return rounds[0].split(START)[1]


def _rows(said: str) -> dict[str, dict[str, int]]:
    """Read the summary's table: for each flow its counts by heading."""
    headings = next(line for line in said.splitlines() if line.strip().startswith("flow ")).split()[
        1:
    ]
    return {
        flow: dict(zip(headings, map(int, numbers.split()), strict=True))
        for flow, numbers in ROW.findall(said)
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def rounds(folder: Path) -> tuple[str, str]:
    return _said(folder), _said(folder)


@pytest.fixture(scope="module")
def up(folder: Path, rounds: tuple[str, str]) -> Iterator[RunFolder]:
    assert rounds
    with started(RunFolder(folder), AFTERWARDS, print):
        yield RunFolder(folder)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ('customer "Lantern Bay Yacht Club"', "which does not exist there or is inactive"),
        ("invoice ", "It is dated 2025-10-15, and the books in QuickBooks are closed up to"),
    ],
    ids=["a merged customer", "a closed month"],
)
def test_what_the_accountant_did_before_is_told(
    rounds: tuple[str, str], record: str, why: str
) -> None:
    lines = [line for line in rounds[0].splitlines() if why in line]
    assert any(line.strip().startswith(record) for line in lines)


def test_before_the_start_the_review_is_told_and_nothing_is_written(
    rounds: tuple[str, str],
) -> None:
    review = rounds[0].split(START)[0]
    assert "0 records written to QuickBooks, 0 to MobiWork" in review
    assert all(counts["created"] == 0 for counts in _rows(review).values())
    assert re.search(r"^invoices to QuickBooks +\d+ +0 +[\d,.]+ +2025-", review, re.MULTILINE)


@pytest.mark.case("F1q")
def test_what_was_posted_is_what_the_review_showed(rounds: tuple[str, str]) -> None:
    review, posted = _rows(rounds[0].split(START)[0]), _rows(_posted(rounds))
    for flow in ("products", "vendors", "quotes", "sales orders", "invoices", "payments"):
        assert posted[flow]["created"] == review[flow]["planned"] > 0, flow
    [(carried_out, unlike)] = re.findall(r"Of (\d+) plans, (\d+) came out differently", rounds[0])
    assert (int(carried_out) > 80, int(unlike)) == (True, 0)


@pytest.mark.parametrize("flow", ["customers", "products", "payments"])
def test_every_record_of_the_sample_company_arrives_in_quickbooks(
    rounds: tuple[str, str], flow: str
) -> None:
    counts = _rows(_posted(rounds))[flow]

    assert counts["read"] > 0
    review = _rows(rounds[0].split(START)[0])
    refused = review[flow]["refused"] if flow == "customers" else 0
    waits = 1 if flow == "payments" else 0  # its invoice is of the month whose books are closed
    assert counts["waiting"] == waits
    assert counts["created"] + counts.get("differ", 0) + refused + waits == counts["read"]


def test_every_invoice_is_planned_but_the_open_ones_which_are_left_out_by_name(
    rounds: tuple[str, str],
) -> None:
    counts = _rows(rounds[0].split(START)[0])["invoices"]

    assert counts["planned"] + counts["left"] + counts["refused"] == counts["read"]
    assert counts["refused"] == 1
    assert sum(map(int, OPEN_INVOICES.findall(rounds[0]))) == counts["left"] > 0


def test_nothing_that_was_read_is_missing_in_the_summary(rounds: tuple[str, str]) -> None:
    for flow, counts in _rows(rounds[0].split(START)[0]).items():
        assert sum(counts.values()) == 2 * counts["read"], flow


@pytest.mark.parametrize("flow", ["customers", "products", "invoices", "payments"])
def test_a_second_run_finds_every_record_as_it_was(rounds: tuple[str, str], flow: str) -> None:
    counts = _rows(rounds[1])[flow]

    assert counts["same"] == counts["read"] > 0
    assert sum(counts.values()) == 2 * counts["read"]


def test_a_second_run_right_after_creates_nothing_and_says_so(rounds: tuple[str, str]) -> None:
    assert "so no run was started" in rounds[1]
    assert "0 reads, 0 writes" in rounds[1]


def test_the_second_run_still_knows_the_connection(rounds: tuple[str, str]) -> None:
    assert ["is connected" in said for said in rounds] == [True, False]


@pytest.mark.parametrize(
    ("payment", "code", "told"),
    [
        ("901", 0, "push_payments: 1 unchanged"),
        ("999999", 1, "RecordError: There is no payment 999999 to push"),
    ],
)
def test_a_payment_pushed_by_hand_gets_a_clear_answer(
    up: RunFolder, payment: str, code: int, told: str
) -> None:
    text = io.StringIO()
    console = Console(file=text, soft_wrap=True, highlight=False)

    assert push_payments(console, up, [payment], include_invoices=False) == code
    assert told in text.getvalue()


@dataclass(frozen=True)
class Books:
    """The API of a runtime that is up, as far as it is about the books of the sample company."""

    runtime: Runtime

    def matched(self, *, proven: bool) -> dict[str, Any]:
        """Have all days matched, and return what was found."""
        connection_id = Ledger(
            self.runtime.emulator, self.runtime.outputs["TableName"]
        ).connections()[0]
        address = f"{self.runtime.outputs['ApiUrl']}/connections/{connection_id}/books-match"
        asked = self._sent(address, {"to": "2030-12-31", "proven": proven})
        for _ in range(600):
            found = self._sent(f"{address}/{asked['match_id']}")
            if found["state"] != "reading":
                return found
            time.sleep(0.1)
        raise AssertionError(f"match {asked['match_id']} does not end")

    def _sent(self, address: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        answer = requests.Session().send(signed(address, body), timeout=60)
        assert answer.ok, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def receivable(self) -> Decimal:
        """Return what the ledger of QuickBooks says is owed by customers."""
        text = requests.get(f"{self.runtime.quickbooks}/_sim/books", timeout=60).text
        company = json.loads(text, parse_float=Decimal)[REALM]
        return Decimal(company["accounts"]["Accounts Receivable (A/R)"])


@pytest.fixture(scope="module")
def both_ways(up: RunFolder) -> dict[bool, dict[str, Any]]:
    books = Books(Runtime.attach(up))
    return {proven: books.matched(proven=proven) for proven in (False, True)}


@pytest.mark.case("B5")
@pytest.mark.parametrize("proven", [False, True], ids=["remembered", "proven"])
def test_the_books_of_the_sample_company_add_up_with_nothing_unexplained(
    both_ways: dict[bool, dict[str, Any]], proven: bool
) -> None:
    found = both_ways[proven]
    assert (found["state"], found["unexplained"], found["adds_up"]) == ("done", 0, True)
    assert (found["calls"] > 0) is proven
    sums = {one["kind"]: one for one in found["kinds"]}
    for kind in ("invoices", "payments", "expenses", "sales tax", "open balances"):
        assert Decimal(sums[kind]["mobiwork"]) > 0, kind


@pytest.mark.case("B5")
def test_what_customers_owe_by_a_proven_match_is_what_the_ledger_says(
    up: RunFolder, both_ways: dict[bool, dict[str, Any]]
) -> None:
    (owed,) = (one for one in both_ways[True]["kinds"] if one["kind"] == "open balances")
    assert Decimal(owed["quickbooks"]) == Books(Runtime.attach(up)).receivable()


@pytest.fixture(scope="module")
def past(up: RunFolder, both_ways: dict[bool, dict[str, Any]], folder: Path) -> Past:
    """Live the first days of the case file; the sample company is given up for it."""
    assert both_ways
    return lived(first_days(Runtime.attach(up)))


@pytest.mark.case("F1")
@pytest.mark.case("F2")
@pytest.mark.case("F3")
@pytest.mark.case("F4")
@pytest.mark.case("F5")
@pytest.mark.case("F7")
@pytest.mark.case("F8")
@pytest.mark.case("F9")
@pytest.mark.case("F1e")
@pytest.mark.case("F1i")
def test_after_the_first_days_nothing_is_doubled_linked_wrongly_or_passed_over_in_silence(
    past: Past,
) -> None:
    days = past.days
    assert (days.wrong_links(), days.doubled(), days.silent()) == ([], [], [])
    both = ("invoice", "payment", "expense", "estimate", "purchaseOrder")
    linked = {entity: len(days.linked(entity)) for entity in both}
    assert linked == {
        "invoice": 46,
        "payment": 33,
        "expense": 12,
        "estimate": 1,
        "purchaseOrder": 2,
    }


@pytest.mark.case("F1")
def test_a_review_of_a_past_writes_nothing_and_nobody_starts_it_without_a_word_on_it(
    past: Past,
) -> None:
    assert past.writes[0] == past.writes[1]
    assert past.early.status_code == HTTPStatus.CONFLICT
    assert "117 records are in MobiWork and in QuickBooks for certain" in past.early.text


@pytest.mark.case("F2d")
def test_the_start_links_what_is_certain_and_posts_no_document_of_before(past: Past) -> None:
    assert past.posted[0].keys() <= {"linked", "left out", "unchanged"}
    assert past.posted[0]["linked"] == 39


@pytest.mark.case("F3m")
@pytest.mark.case("F16")
def test_a_start_date_moved_back_shows_what_it_adds_and_adds_that_at_once(past: Past) -> None:
    [added] = [
        one["count"]
        for one in past.shown["moved"]
        if (one["flow"], one["then"]) == ("push_invoices", "create")
    ]
    assert added == past.posted[1]["created"]
    assert past.writes[3] == past.writes[4]


@pytest.mark.case("F10")
@pytest.mark.case("F11")
def test_settings_that_are_stale_or_name_what_nobody_has_are_refused(past: Past) -> None:
    stale = past.days.ask("/settings", {"version": 1, "settings": {}}, method="PATCH")
    misspelt = {"version": 2, "settings": {"invoice_statuses": ["Payed"]}}
    refused = past.days.ask("/settings", misspelt, method="PATCH")
    connect(past.days.api, settings={})
    assert (stale.status_code, refused.status_code) == (409, 422)
    assert "Did you mean Paid (" in refused.text
    assert past.days.told("/settings")["version"]["version"] == 2


@pytest.mark.case("F6")
@pytest.mark.case("F13")
def test_a_second_company_is_refused_where_it_was_chosen_and_the_one_there_is_is_told(
    past: Past,
) -> None:
    with pytest.raises(ConnectError, match="is connected with"):
        connect(past.days.api, realm_id=OTHER_REALM)
    known = past.days.told()
    assert [one["phase"] for one in known["history"]] == ["in review", "live"]
    assert all(one["by"] and one["at"] for one in known["history"])


@pytest.mark.case("F18g")
def test_of_two_browsers_in_one_review_one_decides_and_both_start_what_starts_once(
    past: Past,
) -> None:
    assert sorted(past.decided) == [HTTPStatus.OK, HTTPStatus.CONFLICT]
    assert past.started == [HTTPStatus.OK] * 2
    assert [one["phase"] for one in past.days.told()["history"]] == ["in review", "live"]


@pytest.mark.case("F14")
def test_a_payment_that_nobody_knows_is_refused_by_its_number(past: Past) -> None:
    refused = past.days.ask("/payments", {"payment_ids": ["999999"]})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "no payment '999999'" in refused.text


@pytest.mark.case("F15")
def test_a_company_that_somebody_else_chose_is_connected_by_neither(past: Past) -> None:
    refused = past.days.chosen_by_others
    assert [one.status_code for one in refused] == [HTTPStatus.BAD_REQUEST] * 2


def test_a_digest_is_mailed_once_to_who_may_see_what_it_tells(past: Past) -> None:
    days, at = past.days, datetime.now(UTC)
    for email, role in (("ann", Role.ADMIN), ("vic", Role.VIEWER)):
        own, of = f"{email}@{DOMAIN}", days.connection_id
        people.save(Membership(email=own, connection_id=of, role=role, by="test", at=at))
    first, again = days.send_digests(), days.send_digests()
    assert [one["To"] for one in first] == [[f"ann@{DOMAIN}"]]
    assert again == first
    assert "on hold" in first[0]["Subject"]


@pytest.mark.case("F12")
def test_a_typo_in_the_account_of_checks_stops_checks_and_posts_what_was_paid_in_cash(
    past: Past,
) -> None:
    days = past.days
    posted = days.linked("invoice").items()
    invoice = next(own for own, number in posted if number not in days.before["Invoice"])
    company, day = Company(days.sides), "2026-03-02"
    check, cash = (
        company.payment_here(invoice, "1.00", day, paymentMethod=method)
        for method in ("Check", "Cash")
    )
    typo: dict[str, Any] = {"deposit_accounts": {"Check": "Chekking"}}
    wrong = {"version": 2, "settings": typo, "confirm_unknown": True}
    days.after("/settings", wrong, method="PATCH")
    linked = days.linked("payment")
    assert (check in linked, cash in linked) == (False, True)
    [held] = pending.read_many(days.connection_id, "push_payments", [check]).values()
    assert "Chekking" in (held.reason or "")


def test_without_a_runtime_a_push_by_hand_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(RuntimeStateError, match="Start one with `make run`"):
        push_payments(Console(), RunFolder(tmp_path), ["901"], include_invoices=False)

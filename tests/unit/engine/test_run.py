from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.engine.read_only import ReadOnlyMobiWork, ReadOnlyQuickBooks
from connector.engine.run import Run, SeenRecord
from connector.errors import ConfigurationError
from connector.model.connection import Mode, Phase
from connector.model.outcomes import About, Outcome, RecordOutcome
from tests.builders import CONNECTION, a_company, settings
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.fakes import FakeQuickBooks
from tests.memory.kept import MemoryConnections
from tests.memory.store import in_memory


def a_run(**changes: Any) -> Run:
    told: dict[str, Any] = {"connection_id": CONNECTION, "run_id": "r1"}
    return Run(**({"open_quickbooks": FakeQuickBooks} | told | changes))


@pytest.mark.parametrize(("seconds", "expected"), [(60.0, False), (59.9, True), (0.0, True)])
def test_a_worker_stops_a_minute_before_its_end(seconds: float, expected: bool) -> None:
    assert a_run(remaining=lambda: seconds).out_of_time() is expected


def test_the_marker_names_entity_record_and_connection() -> None:
    assert str(a_run().marker("invoice", "5501")) == "(MobiWork invoice 5501, ref. c1)"


def test_quickbooks_is_opened_once_and_only_when_it_is_used() -> None:
    opened: list[FakeQuickBooks] = []

    def open_quickbooks() -> FakeQuickBooks:
        opened.append(FakeQuickBooks())
        return opened[-1]

    run = a_run(open_quickbooks=open_quickbooks)
    before = len(opened)
    assert (before, run.quickbooks is run.quickbooks, len(opened)) == (0, True, 1)


def test_every_claim_is_another() -> None:
    run = a_run()
    claims = [run.new_claim(), run.new_claim()]
    assert len(set(claims)) == 2
    assert [len(bytes.fromhex(one)) for one in claims] == [8, 8]


def test_a_company_that_was_never_read_is_an_error_that_names_the_connection() -> None:
    with pytest.raises(ConfigurationError, match="company of c1 was never read"):
        _ = a_run(store=in_memory()).company


def test_a_run_knows_its_settings_and_its_company() -> None:
    store = in_memory()
    store.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="test")
    store.settings.save_company(CONNECTION, a_company())
    run = a_run(store=store)
    assert (run.settings, run.company) == (settings(), a_company())


def test_a_run_that_was_given_no_other_side_says_so() -> None:
    with pytest.raises(ConfigurationError, match=r"^This run was given no MobiWork account\.$"):
        _ = a_run().mobiwork
    with pytest.raises(
        ConfigurationError,
        match=r"^This run was given no QuickBooks company to read page by page\.$",
    ):
        _ = a_run().pages


@pytest.mark.parametrize(
    ("mode", "dry", "plans"),
    [
        (Mode.EXECUTE, False, False),
        (Mode.APPROVE, False, False),
        (Mode.REVIEW, False, True),
        (Mode.EXECUTE, True, True),
    ],
)
def test_a_run_that_only_plans_can_write_on_neither_side(
    mode: Mode, *, dry: bool, plans: bool
) -> None:
    account, company = FakeMobiWorkAccount(), FakeQuickBooks()
    run = a_run(
        mode=mode, dry_run=dry, open_quickbooks=lambda: company, open_mobiwork=lambda: account
    )
    assert run.only_plans is plans
    assert [run.quickbooks is company, run.mobiwork is account] == [not plans, not plans]
    if plans:
        assert (run.quickbooks, run.mobiwork) == (
            ReadOnlyQuickBooks(company),
            ReadOnlyMobiWork(account),
        )


def test_the_plans_of_a_dry_run_are_its_own_and_those_of_others_the_connections() -> None:
    store = in_memory()
    store.plans.begin(CONNECTION, "review-2")
    assert [a_run(store=store, dry_run=dry).scope for dry in (True, False)] == ["r1", "review-2"]


def test_a_run_works_on_the_flows_it_was_asked_for_or_on_all() -> None:
    asked = a_run(flows=frozenset({"push_bills"}))
    assert [asked.works_on(one) for one in ("push_bills", "push_quotes")] == [True, False]
    assert a_run().works_on("push_bills")


def test_plans_are_approved_in_that_mode_or_where_settings_ask_for_it() -> None:
    store = in_memory()
    chosen = settings(approve_before_post=("push_invoices",))
    store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
    run, all_of_them = a_run(store=store), a_run(store=store, mode=Mode.APPROVE)
    flows = ("push_invoices", "push_bills")
    assert [run.needs_approval(one) for one in flows] == [True, False]
    assert [all_of_them.needs_approval(one) for one in flows] == [True, True]


@pytest.mark.parametrize(
    ("began", "now", "dry", "goes_on"),
    [
        (Phase.LIVE, Phase.LIVE, False, True),
        (Phase.REVIEW, Phase.REVIEW, False, True),
        (Phase.REVIEW, Phase.LIVE, False, False),
        (Phase.LIVE, Phase.REVIEW, False, False),
        (Phase.PAUSED, Phase.PAUSED, False, False),
        (Phase.LIVE, Phase.PAUSED, True, True),
        (Phase.LIVE, Phase.CLOSED, True, False),
    ],
)
def test_a_run_goes_on_in_the_phase_in_which_it_began(
    began: Phase, now: Phase, *, dry: bool, goes_on: bool
) -> None:
    known = MemoryConnections()
    known.phases[CONNECTION] = now
    run = a_run(store=replace(in_memory(), connections=known), phase=began, dry_run=dry)
    assert run.goes_on() is goes_on


def told(record_id: str = "5501", flow: str = "push_invoices", **more: Any) -> RecordOutcome:
    values: dict[str, Any] = {"outcome": Outcome.WAITING, "label": f"invoice {record_id}"}
    return RecordOutcome(run_id="r1", flow=flow, record_id=record_id, **(values | more))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"quickbooks_id": "61", "worth": Decimal("9.63")}),
        (
            {"quickbooks_id": "62", "worth": Decimal(0)},
            {"quickbooks_id": "62", "worth": Decimal(0)},
        ),
    ],
)
def test_what_is_known_of_a_record_belongs_to_each_of_its_outcomes(
    more: dict[str, Any], expected: dict[str, Any]
) -> None:
    about, run = About(number="INV-5501"), a_run(store=in_memory())
    run.seen["5501"] = SeenRecord(about, "61", Decimal("9.63"))
    assert run.complete(told(**more)) == told(about=about, **expected)
    assert run.complete(told("5502")) == told("5502")
    run.record(told(**more))
    kept = [replace(one, at=None) for one in run.store.runs.outcomes(CONNECTION, "r1")]
    assert kept == run.told == [told(about=about, **expected)]


@pytest.mark.parametrize("dry", [False, True])
def test_where_records_of_a_flow_stand_follows_once_and_never_by_a_dry_run(*, dry: bool) -> None:
    store = in_memory()
    run = a_run(store=store, dry_run=dry)
    for one in (told(), told("61", flow="push_bills")):
        run.record(one)
    run.follow("push_invoices")
    known = [
        set(store.tracked.read_many(CONNECTION, flow, ["5501", "61"]))
        for flow in ("push_invoices", "push_bills")
    ]
    assert (known, run.told) == ([set() if dry else {"5501"}, set()], [])

"""What cannot be taken back is told in the console before it is done: a second click does it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.api import connections as shown
from connector.api import life
from connector.api.choosing import settings
from connector.api.choosing.settings import ShownProblem, ShownSettings
from connector.api.undoing import again
from connector.api.undoing.again import PostAgain, PostedAgain
from connector.console import limits
from connector.console.limits import Limit
from connector.console.pages import connecting, home
from connector.model.connection import Phase
from connector.model.control.people import Role
from connector.model.links import RecordKey
from connector.model.matching.matches import MatchDecision
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.review.report import Counted, FlowReport, ReviewReport
from connector.model.undoing.undo import UndoState
from connector.model.worklist.causes import Kind
from connector.store import reports, runs
from connector.store.life.rows import SORT_KEY, ConnectionRow
from connector.store.records import links, matches, pending, plans
from connector.store.table import key
from connector.store.tracking import tracked
from connector.store.undoing import undos
from connector.store.worklist import lists
from tests.builders import a_link
from tests.contract.test_matches import a_match
from tests.contract.test_undoing import ASKED, ENTRY, undone
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN
from tests.functions.visiting import PEOPLE, ask, hire

HERE = f"/connections/{CONNECTION}"
ADMIN = PEOPLE[Role.ADMIN]


@pytest.fixture(autouse=True)
def _people(connected: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FORMS", Limit("forms", 1000))
    hire()


def in_phase(phase: Phase) -> None:
    row = ConnectionRow.get(key(CONNECTION), SORT_KEY)
    row.update(actions=[ConnectionRow.phase.set(phase.value)])


def test_starting_shows_what_is_posted_what_waits_and_which_matches_are_open_before_it_posts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []
    in_phase(Phase.REVIEW)
    flows = (
        FlowReport(
            "push_invoices",
            (Counted("create", 12, Decimal("1234.50")), Counted("waiting", 3, Decimal("90.00"))),
        ),
    )
    found = (Counted("Invoice, likely", 1),)
    reports.save(ReviewReport(CONNECTION, "r1", "2026-03-02T12:00:00", flows, found))
    matches.replace_all(CONNECTION, "Invoice", [a_match("1", "61")])
    monkeypatch.setattr(plans, "scope", lambda _connection_id: "r1")
    monkeypatch.setattr(home, "refuse_early", lambda _connection_id: None)
    monkeypatch.setattr(life, "start", lambda *told, **_by: begun.append(told))
    form = {"link_certain": "yes", "compared_at": "2026-03-02T12:00:00"}
    page = ask(context, f"{HERE}/start", who=ADMIN, form=form)["body"]
    for told in (
        "1,234.50",
        ">12<",
        "90.00",
        "1 certain match will be linked.",
        'name="sure" value="yes"',
        'name="reviewed_at" value="2026-03-02T12:00:00"',
        "Do it",
    ):
        assert told in page
    assert begun == []
    seen = {"reviewed_at": "2026-03-02T12:00:00", "sure": "yes"}
    done = ask(context, f"{HERE}/start", who=ADMIN, form=form | seen)
    assert (done["statusCode"], len(begun)) == (303, 1)
    assert begun[0][2].reviewed_at == seen["reviewed_at"]


def test_what_none_of_these_creates_is_told_before_it_is_kept(context: Context) -> None:
    one = a_match("1", "61")
    matches.replace_all(CONNECTION, one.target, [one])
    form = {"entity": one.owner.entity, "mobiwork_id": "1", "decision": "different", "version": ""}
    path, who = f"{HERE}/matches?entity={one.target}", PEOPLE[Role.BOOKKEEPER]
    page = ask(context, path, who=who, form=form)["body"]
    assert "is created in QuickBooks as a new record" in page
    assert decision_of(one) is MatchDecision.UNDECIDED
    ask(context, path, who=who, form=form | {"sure": "yes"})
    assert decision_of(one) is MatchDecision.DIFFERENT


def decision_of(one: Any) -> MatchDecision:
    return matches.read_many(CONNECTION, one.target, [one.owner])[one.owner].decision


def test_the_documents_of_a_customer_who_becomes_a_new_one_are_told_with_their_sums(
    context: Context,
) -> None:
    one = replace(a_match("1", "61"), target="Customer")
    one = replace(one, owner=one.owner._replace(entity="customer"), flow="push_customers")
    matches.replace_all(CONNECTION, "Customer", [one])
    told = [a_tracked("push_customers", "1", None), a_tracked("push_invoices", "7", "19.26")]
    for outcome in told:
        tracked.insist(CONNECTION, outcome.flow, [outcome], now=datetime.now(UTC))
    form = {"entity": "customer", "mobiwork_id": "1", "decision": "different", "version": ""}
    path = f"{HERE}/matches?entity=Customer"
    page = ask(context, path, who=PEOPLE[Role.BOOKKEEPER], form=form)["body"]
    assert "19.26" in page
    assert "Invoices" in page


def a_tracked(flow: str, own: str, worth: str | None) -> RecordOutcome:
    return RecordOutcome(
        run_id="20260302T120000-00000000",
        flow=flow,
        record_id=own,
        outcome=Outcome.LEFT_OUT,
        label=f"record {own}",
        about=About(customer="Blue Heron"),
        worth=Decimal(worth) if worth else None,
        note="It was undone by ann: Invoice 61 was deleted in QuickBooks.",
    )


def test_a_record_that_was_undone_is_posted_again_from_its_page_once_that_was_told(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PostAgain] = []

    def post_again(_services: Any, _own: str, wanted: PostAgain, *, by: str) -> PostedAgain:
        assert by
        asked.append(wanted)
        return PostedAgain(wanted.flow, tuple(wanted.record_ids))

    undone: set[str] = set()
    monkeypatch.setattr(again, "undone_of", lambda _own, _flow, ids: undone & set(ids))
    monkeypatch.setattr(again, "post_again", post_again)
    told = a_tracked("push_invoices", "5501", "19.26")
    tracked.insist(CONNECTION, told.flow, [told], now=datetime.now(UTC))
    path, who = f"{HERE}/records/push_invoices/5501", PEOPLE[Role.BOOKKEEPER]
    assert "Post it again" not in ask(context, path, who=who)["body"]
    assert ask(context, f"{path}/post-again", who=who, form={})["statusCode"] == 422
    undone.add("5501")
    assert "Post it again" in ask(context, path, who=who)["body"]
    assert (
        "is posted again, once, as it is"
        in ask(context, f"{path}/post-again", who=who, form={})["body"]
    )
    assert asked == []
    done = ask(context, f"{path}/post-again", who=who, form={"sure": "yes"})
    assert (done["statusCode"], [one.record_ids for one in asked]) == (303, [["5501"]])


def test_several_records_that_were_undone_are_posted_again_at_once_once_that_was_told(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str]]] = []

    def post_again(_services: Any, _own: str, wanted: PostAgain, *, by: str) -> PostedAgain:
        assert by
        asked.append((wanted.flow, [*wanted.record_ids]))
        return PostedAgain(wanted.flow, tuple(wanted.record_ids))

    undone = {"5501", "5502", "901"}
    monkeypatch.setattr(again, "undone_of", lambda _own, _flow, ids: undone & set(ids))
    monkeypatch.setattr(again, "post_again", post_again)
    invoices = [a_tracked("push_invoices", own, "19.26") for own in ("5501", "5502")]
    tracked.insist(CONNECTION, "push_invoices", invoices, now=datetime.now(UTC))
    path, who = f"{HERE}/runs/{RUN}/undo/post-again", PEOPLE[Role.BOOKKEEPER]
    chosen = ["push_payments/901", "push_invoices/5501", "push_invoices/5502", "push_invoices/7"]
    form: dict[str, str | list[str]] = {"record": chosen}
    told = ask(context, path, who=who, form=form)["body"]
    assert "3 records are posted again, each once, as they are now" in told
    assert ("$38.52" in told, 'value="push_invoices/7"' in told, asked) == (True, False, [])
    done = ask(context, path, who=who, form=form | {"sure": "yes"})
    assert done["statusCode"] == 303
    assert asked == [("push_invoices", ["5501", "5502"]), ("push_payments", ["901"])]
    assert ask(context, path, who=who, form={})["statusCode"] == 422


def test_the_page_of_an_undone_run_and_that_of_the_record_offer_to_post_it_again(
    context: Context,
) -> None:
    asked = replace(ASKED, run_id=RUN, state=UndoState.DONE)
    assert undos.begin(CONNECTION, asked, before=None)
    link = a_link(RecordKey("customer", "700001"), target="Customer", quickbooks_id="61")
    told = replace(a_tracked("push_customers", "700001", None), quickbooks_id="61")
    assert links.save(CONNECTION, link, told)
    undos.put(CONNECTION, RUN, [ENTRY])
    pages = f"{HERE}/runs/{RUN}/undo", f"{HERE}/records/push_customers/700001"
    tracked.insist(CONNECTION, told.flow, [told], now=datetime.now(UTC))
    runs.begin(CONNECTION, RUN, found={}, now=datetime.now(UTC))
    who = PEOPLE[Role.BOOKKEEPER]
    words = "Post selected again", "Post it again"
    offered = [
        [told in ask(context, one, who=who)["body"] for told, one in zip(words, pages, strict=True)]
    ]
    assert undos.end_link(CONNECTION, RUN, ENTRY, undone(link), keep_back=False)
    offered.append(
        [told in ask(context, one, who=who)["body"] for told, one in zip(words, pages, strict=True)]
    )
    assert offered == [[False, False], [True, True]]


def test_a_started_company_is_told_that_its_review_is_what_was_planned_before(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.save(ReviewReport(CONNECTION, "r1", "2026-03-02T12:00:00", ()))
    monkeypatch.setattr(plans, "scope", lambda _connection_id: "r1")
    for phase, told in ((Phase.LIVE, False), (Phase.REVIEW, True)):
        in_phase(phase)
        page = ask(context, f"{HERE}/review", who=ADMIN)["body"]
        assert ("None of it has been written." in page) is told


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (Phase.LIVE, " again, and live"),
        (Phase.PAUSED, " again, and paused"),
        (Phase.REVIEW, "review"),
    ],
)
def test_who_connects_a_company_again_is_told_the_phase_that_it_has(
    phase: Phase, told: str
) -> None:
    in_phase(phase)
    assert told in connecting._standing(shown.show(CONNECTION))


def test_settings_do_not_fit_while_records_wait_and_the_page_reads_counts_only(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits, page = "All settings match this company.", f"{HERE}/settings"
    monkeypatch.setattr(settings, "show", replaced_problems(settings.show))
    monkeypatch.setattr(lists, "read", never)
    assert fits in ask(context, page, who=ADMIN)["body"]
    for own, outcome in (("1", Outcome.WAITING), ("2", Outcome.REFUSED), ("3", Outcome.LEFT_OUT)):
        told = RecordOutcome(
            run_id=RUN,
            flow="push_payments",
            record_id=own,
            outcome=outcome,
            label=f"payment {own}",
        )
        tracked.insist(CONNECTION, told.flow, [told], now=datetime.now(UTC))
    shown = ask(context, page, who=ADMIN)["body"]
    assert fits not in shown
    assert "Payments to QuickBooks</a>: 2<" in shown


@pytest.mark.case("F20e")
def test_only_settings_of_what_is_used_are_to_be_fixed(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    payable = ShownProblem("accounts_payable", "Nothing is chosen.", ("push_bills",), None)
    income = ShownProblem("income_account", "No account.", ("push_invoices", "push_bills"), None)
    shown = settings.show(CONNECTION)
    monkeypatch.setattr(settings, "show", lambda _own: replace(shown, problems=(payable, income)))
    page = f"{HERE}/settings"

    def to_be_fixed() -> list[bool]:
        told = ask(context, page, who=ADMIN)["body"].partition("<details>")[0]
        return [one.problem in told for one in (payable, income)]

    assert to_be_fixed() == [True, True]
    told = RecordOutcome(
        run_id=RUN, flow="push_invoices", record_id="1", outcome=Outcome.CREATED, label="invoice 1"
    )
    tracked.insist(CONNECTION, told.flow, [told], now=datetime.now(UTC))
    assert to_be_fixed() == [False, True]


def never(*_: object) -> None:
    raise AssertionError("all of the worklist is read")


def replaced_problems(show: Callable[[str], ShownSettings]) -> Callable[[str], ShownSettings]:
    return lambda own: replace(show(own), problems=())


def test_what_a_record_is_linked_to_is_chosen_by_what_is_known_of_it_and_an_id_comes_last(
    context: Context,
) -> None:
    own, who = "push_invoices/1", PEOPLE[Role.BOOKKEEPER]
    label = "invoice 7 of Ada Lane"
    one = NewItem(record_id="1", record="<x/>", fingerprint="f", found_at="2026-03-02", label=label)
    pending.put_all(CONNECTION, "push_invoices", [one])
    for item in pending.read_many(CONNECTION, "push_invoices", ["1"]).values():
        why = Hindrance(Kind.SAME)
        pending.hold(item, PendingState.REFUSED, reason="It may be there.", why=why)
    matches.replace_all(CONNECTION, "Invoice", [a_match("1", "61")])
    entries = ask(context, f"{HERE}/worklist/entries?entry={own}", who=who)["body"]
    assert 'name="target"' not in entries
    page = ask(context, f"{HERE}/worklist/link?entry={own}", who=who)["body"]
    assert 'name="fix" value="link|61"' in page
    assert page.index("This is the one") < page.index('name="like"') < page.index('name="target"')
    form = {"entry": own, "fix": "link|61"}
    told = ask(context, f"{HERE}/worklist/link?entry=push_invoices/2", who=who)
    assert (told["statusCode"], form["fix"] in page) == (303, True)

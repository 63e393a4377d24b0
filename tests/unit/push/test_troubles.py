from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connector.entities.customers import push as push_customers
from connector.errors import RateLimitedError, RejectedError
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome
from connector.push.worker import push
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.fakes import Record, lost_answer, unreachable
from tests.unit.engine.deaths import KilledError, killed_before_the_link
from tests.unit.engine.world import World


@pytest.fixture
def world() -> World:
    return World()


def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.after = lost_answer
    world.quickbooks.honours_request_ids = False
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_what_changed_while_an_answer_was_lost_is_sent_after_the_look(world: World) -> None:
    world.find(a_customer())
    world.checkpoint = killed_before_the_link
    with pytest.raises(KilledError):
        world.push("customer")
    world.checkpoint = lambda _step: None
    world.find(a_customer(companyName="Blue Heron Plumbing and Heating"))
    world.run_id = "r2"
    world.push("customer")
    assert [one["DisplayName"] for one in world.quickbooks.records["Customer"]] == [
        "Blue Heron Plumbing and Heating"
    ]
    assert world.left("customer") == {}


def test_an_unheard_invoice_whose_customer_was_merged_meanwhile_is_not_posted_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.checkpoint = killed_before_the_link
    with pytest.raises(KilledError):
        world.push("invoice")
    world.checkpoint = lambda _step: None
    loser = str(world.link("customer", "700001"))
    world.store.links.repoint(
        CONNECTION,
        RecordKey("customer", "700001"),
        target="Customer",
        loser=loser,
        survivor="99",
        merged_into=None,
    )
    world.quickbooks.records["Invoice"][0]["CustomerRef"] = {"value": "99"}
    everything = world.quickbooks.query
    monkeypatch.setattr(
        world.quickbooks,
        "query",
        lambda asked: (one for one in everything(asked) if _is_asked_for(one, asked)),
    )
    world.quickbooks.honours_request_ids = False
    world.run_id = "r2"
    world.push("invoice")
    assert len(world.quickbooks.records["Invoice"]) == 1


def _is_asked_for(record: Record, statement: str) -> bool:
    return f"CustomerRef = '{record['CustomerRef']['value']}'" in statement


def test_what_a_lagging_query_hides_is_not_doubled(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    world.quickbooks.after = lost_answer
    world.quickbooks.hidden = True
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_quickbooks_down_leaves_everything_waiting_and_nothing_half(world: World) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"), a_product())
    world.quickbooks.before = unreachable
    assert world.push("customer", "product") == {
        "customer": {"waiting": 2},
        "product": {"waiting": 1},
    }
    world.quickbooks.before = lambda _entity, _body: None
    world.run_id = "r2"
    assert world.push("customer", "product") == {
        "customer": {"created": 2},
        "product": {"created": 1},
    }


def test_a_throttled_company_rests_and_then_goes_on(world: World) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"))
    calls = iter([True, False, False])

    def once(_entity: str, _body: Record) -> None:
        if next(calls):
            raise RateLimitedError("Slow down.", retry_after=60)

    world.quickbooks.before = once
    assert world.push("customer") == {"customer": {"created": 2}}
    assert world.clock.now == 60


@pytest.mark.case("X10")
def test_a_company_throttled_until_the_month_ends_lets_its_records_wait_and_says_when(
    world: World,
) -> None:
    def throttled(_entity: str, _body: Record) -> None:
        raise RateLimitedError("Slow down.", retry_after=60)

    world.quickbooks.before = throttled
    world.find(a_customer(), a_customer("700002", companyName="Second"))
    report = push(push_customers.PUSH, world.run(now=lambda: datetime(2026, 12, 9, tzinfo=UTC)))
    assert (report.more, report.outcomes) == (False, {Outcome.WAITING: 2})
    assert world.clock.now == 300
    assert "a limit of the month ends on 2027-01-01" in world.note("customer", "700001")[1]
    world.quickbooks.before = lambda _entity, _body: None
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"created": 2}}


@pytest.mark.case("X10")
def test_rests_in_between_records_that_go_through_do_not_add_up(world: World) -> None:
    refusals = iter([True, False] * 10)

    def now_and_then(_entity: str, _body: Record) -> None:
        if next(refusals):
            raise RateLimitedError("Slow down.", retry_after=60)

    world.quickbooks.before = now_and_then
    world.find(*[a_customer(str(700000 + n), companyName=f"Customer {n}") for n in range(10)])
    world.workers = 1
    assert world.push("customer") == {"customer": {"created": 10}}


def test_a_refused_record_is_sent_with_another_request_id_later(world: World) -> None:
    refusals = iter([True, False])

    def once(_entity: str, _body: Record) -> None:
        if next(refusals):
            raise RejectedError("The books are closed.", code="6200")

    world.quickbooks.before = once
    world.find(a_customer())
    assert world.push("customer") == {"customer": {"refused": 1}}
    assert world.left("customer") == {"700001": "refused"}
    world.find(a_customer(companyName="Blue Heron Plumbing LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"created": 1}}


def test_time_running_out_asks_for_another_call_and_loses_nothing(world: World) -> None:
    world.find(*[a_customer(str(700000 + n), companyName=f"Customer {n}") for n in range(60)])
    left = iter([900.0, 10.0])
    first = push(push_customers.PUSH, world.run(remaining=lambda: next(left)))
    second = push(push_customers.PUSH, world.run())
    assert (first.more, first.outcomes) == (True, {Outcome.CREATED: 50})
    assert (second.more, second.outcomes) == (False, {Outcome.CREATED: 60})


@pytest.mark.case("X8")
def test_a_look_up_that_is_refused_for_ever_refuses_that_record_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"))
    world.checkpoint = killed_before_the_link
    with pytest.raises(KilledError):
        world.push("customer")
    world.checkpoint = lambda _step: None
    everything = world.quickbooks.query

    def query(statement: str) -> Iterator[Record]:
        if "Blue Heron" in statement:
            raise RejectedError("QuickBooks could not read a query about it.", code="4000")
        return everything(statement)

    monkeypatch.setattr(world.quickbooks, "query", query)
    world.run_id = "r2"
    world.push("customer")
    assert world.note("customer", "700001") == (
        Outcome.REFUSED,
        "QuickBooks could not read a query about it.",
    )
    assert world.link("customer", "700002") is not None
    monkeypatch.setattr(world.quickbooks, "query", everything)
    world.store.pending.replay(CONNECTION, "push_customers", "700001")
    world.run_id = "r9"
    world.push("customer")
    assert world.left("customer") == {}
    assert len(world.quickbooks.records["Customer"]) == 2

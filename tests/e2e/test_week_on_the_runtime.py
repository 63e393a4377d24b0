import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests

from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.worklist.causes import Kind
from connector.store import connections
from connector.store.records import pending
from connector.store.worklist.rows import PendingRow
from local.folder import RunFolder
from local.runtime import Runtime, started
from local.stack import STACK
from tests.e2e.lived_laptop import OPTIONS, Laptop
from tests.e2e.outages import OUTAGES
from tests.e2e.people import People
from tests.e2e.week_verdict import Verdict, story, verdict
from tests.patience import eventually

QUICKBOOKS, MOBIWORK = OUTAGES


@dataclass(frozen=True)
class Plan:
    """What is to happen in a week: the outages of each day, so many deeds a day, and by what seed.

    idle_looks: so many looks in a row that write nothing show that both sides are at rest.
    """

    seed: int
    days: tuple[tuple[str, ...], ...]
    deeds: int
    idle_looks: int


TWO_DAYS = Plan(seed=7, days=((QUICKBOOKS,), (MOBIWORK,)), deeds=6, idle_looks=1)
A_WEEK = Plan(
    seed=8, days=(*((QUICKBOOKS,), (MOBIWORK,), ()) * 2, (QUICKBOOKS,)), deeds=15, idle_looks=2
)


@dataclass(frozen=True)
class Week:
    """A week that is over."""

    verdict: Verdict
    story: str
    state: str
    failed: int


def _lived(laptop: Laptop, plan: Plan) -> Week:
    chance = random.Random(plan.seed)  # noqa: S311
    people = People(laptop, chance)
    began = time.monotonic()
    laptop.look()
    for outages in plan.days:
        for _ in range(plan.deeds):
            people.act()
        for outage in outages:
            OUTAGES[outage](laptop, chance)
        laptop.look()
        laptop.outages_over()
    rest = laptop.rest(plan.idle_looks)
    told = verdict(people)
    down = Counter(outage for outages in plan.days for outage in outages)
    text = story(
        people,
        told,
        days=len(plan.days),
        looks_to_rest=rest,
        seconds=round(time.monotonic() - began),
        **{f"runs {state.lower()}": number for state, number in laptop.runs.items()},
        **down,
    )
    state = connections.read(laptop.connection_id).state
    return Week(told, text, state, laptop.died())


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with started(RunFolder(tmp_path_factory.mktemp("week")), OPTIONS, lambda _said: None) as up:
        yield Laptop.connected(up)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(TWO_DAYS, id="two days"),
        pytest.param(A_WEEK, id="a week", marks=[pytest.mark.full, pytest.mark.timeout(2400)]),
    ],
)
def week(request: pytest.FixtureRequest, laptop: Laptop) -> Week:
    return _lived(laptop, request.param)


@pytest.mark.parametrize("shape", ["legacy", "cloudevents"])
def test_an_edit_in_quickbooks_brings_a_look_without_any_schedule(
    laptop: Laptop, shape: str
) -> None:
    laptop.at_rest()
    before = laptop.ledger.look(laptop.connection_id)
    laptop.quickbooks_admin("switches", {"webhook_format": shape})
    laptop.person_there("create", entity="Customer", body={"DisplayName": f"New {shape}"})
    assert laptop.next_look(before).looked_at > before.looked_at


def test_a_ring_of_mobiwork_brings_a_look_without_any_schedule(laptop: Laptop) -> None:
    laptop.at_rest()
    before = laptop.ledger.look(laptop.connection_id)
    wrong = requests.post(f"{laptop.doorbell.partition('?')[0]}?secret=wrong", timeout=60)
    right = requests.get(laptop.doorbell, timeout=60)
    assert (wrong.status_code, right.status_code) == (401, 200)
    assert laptop.next_look(before).looked_at > before.looked_at


@pytest.mark.case("B3")
def test_what_stands_too_long_alarms_by_the_line_that_its_watch_printed(laptop: Laptop) -> None:
    stands_for_nine_days(laptop.connection_id)
    services, heard = laptop.runtime.emulator, queue_of(laptop.runtime, "AlarmTopicArn")
    named = physical_id(laptop.runtime, "WorklistOverdueAlarm")

    def state() -> str:
        (alarm,) = services.client("cloudwatch").describe_alarms(AlarmNames=[named])["MetricAlarms"]
        return str(alarm["StateValue"])

    assert state() != "ALARM"
    services.client("lambda").invoke(
        FunctionName=physical_id(laptop.runtime, "WatchWorklistsFunction"), Payload=b"{}"
    )
    assert eventually(state, lambda one: one == "ALARM") == "ALARM"

    def told() -> list[str]:
        found = services.client("sqs").receive_message(QueueUrl=heard, MaxNumberOfMessages=10)
        messages = [json.loads(json.loads(one["Body"])["Message"]) for one in found["Messages"]]
        return [str(one["NewStateValue"]) for one in messages if one["AlarmName"] == named]

    assert told() == ["ALARM"]
    [late] = pending.read_many(laptop.connection_id, "push_invoices", ["late"]).values()
    pending.close(late)


def stands_for_nine_days(connection_id: str) -> None:
    """Have a record that was refused nine days ago, as the calendar is not waited for."""
    when = (datetime.now(UTC) - timedelta(days=9)).isoformat(timespec="seconds")
    one = NewItem(record_id="late", record="", fingerprint="f", found_at=when, label="invoice L")
    pending.put_all(connection_id, "push_invoices", [one])
    item = pending.read_many(connection_id, "push_invoices", ["late"])["late"]
    told = "It has a line without a product."
    pending.hold(item, PendingState.REFUSED, reason=told, why=Hindrance(str(Kind.OTHER)))
    row = PendingRow(pk=f"{connection_id}#pending#push_invoices", sk="late")
    row.update(actions=[PendingRow.since.set(when)])


def queue_of(runtime: Runtime, topic: str) -> str:
    """Return a queue that hears what a topic of the stack says."""
    sqs = runtime.emulator.client("sqs")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    runtime.emulator.client("sns").subscribe(
        TopicArn=runtime.outputs[topic], Protocol="sqs", Endpoint=arn["QueueArn"]
    )
    return str(url)


def physical_id(runtime: Runtime, name: str) -> str:
    """Return what a resource of the template is called in the stack."""
    told = runtime.emulator.client("cloudformation").describe_stack_resource(
        StackName=STACK, LogicalResourceId=name
    )
    return str(told["StackResourceDetail"]["PhysicalResourceId"])


def test_every_two_way_record_agrees_or_is_in_the_worklist(
    week: Week, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{week.story}\n")
    assert (week.verdict.differing, week.verdict.unexplained) == ([], [])


def test_nothing_is_doubled(week: Week) -> None:
    assert week.verdict.doubled == []


def test_nothing_is_lost(week: Week) -> None:
    assert week.verdict.lost == []


def test_what_a_person_typed_on_one_side_is_on_both(week: Week) -> None:
    assert week.verdict.forgotten == []


def test_the_connection_has_lived_through_the_outages(week: Week) -> None:
    assert (week.state, week.failed) == ("active", 0)

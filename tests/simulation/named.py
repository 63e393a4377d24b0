"""Histories that once broke the promise, each as a schedule, with the step that mends it.

`play` says what is wrong at the end; `without` takes the protective step out of the code.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.lists import look as list_look
from connector.changes.lists import whole_lists
from connector.engine import exactly_once
from connector.engine.lease import Lease
from connector.engine.loop import OutcomeUnknown
from connector.errors import (
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.model.links import Intent
from connector.model.outcomes import Outcome, RecordOutcome
from connector.pull import repoint
from connector.pull import worker as pull_worker
from connector.push import create
from connector.push import worker as push_worker
from tests.builders import CONNECTION, a_customer
from tests.fakes import Record
from tests.memory.kept import MemoryFingerprints
from tests.memory.links import MemoryLinks
from tests.memory.pending import MemoryLeftOut
from tests.memory.runs import MemoryRuns
from tests.simulation import customers, products
from tests.simulation.customers import CUSTOMERS
from tests.simulation.history import History, replaced, until
from tests.simulation.invoices import INVOICES
from tests.simulation.named_gone import GONE
from tests.simulation.named_kept import KEPT, blocks_as_read
from tests.simulation.named_sent import SENT
from tests.simulation.named_settings import SETTINGS
from tests.simulation.schedules import Schedule, Story, play
from tests.simulation.steps import Fault
from tests.simulation.world import FORGETS, KNOWS, World


def _at(story: Story, call: str, kind: str) -> Fault:
    return Fault(kind, story.alone().index(call) + 1)


def _many(number: int, **setting: Any) -> World:
    """Return a world with so many customers, all of them in QuickBooks."""
    world = World(lists=frozenset({"customer"}), **setting)
    for one in range(number):
        world.holds(a_customer(str(700000 + one), companyName=f"Customer {one}"))
    world.look()
    world.comes_to_rest("push_customers")
    return world


def _worklist(world: World, flow: str) -> dict[str, str]:
    return {one.record_id: one.state for one in world.store.pending.worklist(CONNECTION, flow)}


def left_out_and_changed() -> list[str]:
    return CUSTOMERS.wrong(Schedule(FORGETS, 1, deed="prospects wanted in the end"))


def _replay_as_kept(
    kept: MemoryLeftOut, connection_id: str, flow: str, record_ids: Iterator[str]
) -> None:
    for one in list(record_ids):
        item, _ = kept.flows[connection_id, flow].pop(one)
        kept.pending._put(item)


def many_really_deleted() -> list[str]:
    world = _many(60)
    for own in list(world.listed)[:25]:
        world.mobiwork.drop(own)
    for _ in range(3):
        world.look()
    told = len(_worklist(world, "push_customers"))
    return [] if told == 25 else [f"{told} of 25 deletions are told"]


def one_edit_that_always_fails() -> list[str]:
    world = products.scene(FORGETS)
    world.comes_to_rest(*products.FLOWS)
    edit = world.mobiwork.edit

    def failing(entity: str, record_id: str, changes: Any, *, read: Any) -> Any:
        if record_id == "307009":
            raise RemoteDownError("MobiWork answered 500.", unknown_outcome=True)
        return edit(entity, record_id, changes, read=read)

    world.mobiwork.edit = failing  # type: ignore[method-assign, assignment]
    for item in world.quickbooks.records["Item"]:
        world.quickbooks.edit("Item", item["Id"], UnitPrice=Decimal("7.25"))
    try:
        world.comes_to_rest(*products.FLOWS, most=30)
    except AssertionError as error:
        return [str(error)]
    done = "<price>7.25" in world.listed["product", "p1"].xml
    told = _worklist(world, "pull_products")
    return [] if done and list(told.values()) == ["refused"] else [f"told of {told}, {done=}"]


def answer_lost_and_not_a_create() -> list[str]:
    fault = _at(INVOICES, "quickbooks.create", "answer lost")
    return INVOICES.wrong(
        Schedule(KNOWS, INVOICES.after(fault), fault=fault, killed=True, deed="its status left out")
    )


def _released(creation: Any, intent: Intent) -> OutcomeUnknown:
    creation.release(intent)
    return OutcomeUnknown()


def carried_out_late_and_edited() -> list[str]:
    fault = _at(INVOICES, "quickbooks.create", "late")
    return INVOICES.wrong(Schedule(FORGETS, INVOICES.after(fault), fault=fault, deed="edited"))


def _system_fault_after_the_write() -> list[str]:
    world = customers.scene(FORGETS)

    def answered(_entity: str, _body: Record) -> None:
        world.quickbooks.after = lambda _entity, _body: None
        raise RemoteDownError("System fault 98765.", unknown_outcome=True)

    world.quickbooks.after = answered
    world.comes_to_rest("push_customers")
    made = len(world.quickbooks.records["Customer"])
    outcomes = {one.outcome for run in world.store.runs.told.values() for one in run.values()}  # type: ignore[attr-defined]
    return [] if made == 1 and Outcome.LINKED not in outcomes else [f"{made}, {outcomes}"]


def _unclear_answer_of_mobiwork() -> list[str]:
    world = products.scene(FORGETS)

    def answered(_entity: str) -> None:
        world.mobiwork.after = lambda _entity: None
        raise UnreadableAnswerError("statusCode 1: the session expired", unknown_outcome=True)

    world.mobiwork.after = answered
    for _ in range(2):
        world.worker(products.FLOWS).go()
    world.comes_to_rest(*products.FLOWS)
    return products.violations(world, Schedule(FORGETS, 1))


def _as_if_nothing_was_sent(
    run: Any, sending: Any, intent: Any, error: Exception, *, again: bool
) -> OutcomeUnknown:
    sending.release(intent)
    raise error


def one_look_up_refused_for_ever() -> list[str]:
    world = customers.scene(KNOWS)
    world.holds(a_customer("700002", companyName="Second"))
    world.look()
    everything = world.quickbooks.query

    def query(statement: str) -> Iterator[Record]:
        if "Blue Heron" in statement:
            raise RejectedError("It could not be read.", code="4000")
        return everything(statement)

    world.quickbooks.query = query  # type: ignore[method-assign]
    fault = Fault("answer lost", 0)
    first = world.worker(("push_customers",), _first_create_lost(fault))
    first.go()
    try:
        world.comes_to_rest("push_customers")
    except AssertionError as error:
        return [str(error)]
    told = _worklist(world, "push_customers")
    settled = world.link("customer", "700002") is not None
    return [] if told == {"700001": "refused"} and settled else [f"told of {told}, {settled=}"]


def _first_create_lost(fault: Fault) -> Callable[[int, str], str | None]:
    lost: list[int] = []

    def faults(number: int, step: str) -> str | None:
        if step != "quickbooks.create" or lost:
            return None
        lost.append(number)
        return fault.kind

    return faults


def _refuses_to_say(creation: Any, intent: Intent) -> None:
    raise RemoteDownError("QuickBooks does not answer.")


TURNS = {"one at a time": True}


def _one_at_a_time_and_joined(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(TURNS, "one at a time", False)
    patch.setattr(MemoryFingerprints, "save", blocks_as_read)


def two_looks_at_once() -> list[str]:
    world = customers.scene(KNOWS)
    world.comes_to_rest("push_customers")
    world.holds(customers.heron(address="two"))
    first, second = world.looker(), world.looker()
    until(first, "pending.put_all")
    if TURNS["one at a time"]:
        first.go()
    world.holds(customers.heron(address="three"))
    until(second, "fingerprints.save")
    first.go()
    second.go()
    world.comes_to_rest("push_customers")
    return CUSTOMERS.violations(world, Schedule(KNOWS, 1))


def calls_used_up() -> list[str]:
    world = customers.scene(KNOWS)

    def throttled(_entity: str, _body: Record) -> None:
        raise RateLimitedError("Slow down.", retry_after=60)

    world.quickbooks.before = throttled
    worker = world.worker(("push_customers",))
    worker.go(400)
    rests = worker.steps.count("sleep")
    return [] if worker.done and rests <= 10 else [f"{rests} rests, and no end"]


def created_and_edited_in_one_run() -> list[str]:
    """The answer is lost, the record edited, and what is found then brought up to date."""
    fault = _at(CUSTOMERS, "quickbooks.create", "answer lost")
    schedule = Schedule(FORGETS, CUSTOMERS.after(fault), fault=fault, deed="edited")
    world = play(CUSTOMERS, schedule)
    told = world.store.runs.counts(CONNECTION, "r0001", "push_customers")
    return [] if told.get(Outcome.CREATED) == 1 else [str(told)]


def _the_latest_counts(runs: MemoryRuns, connection_id: str, told: RecordOutcome) -> None:
    runs.told.setdefault((connection_id, told.run_id), {})[told.flow, told.record_id] = told


def a_list_that_comes_back_empty() -> list[str]:
    world = _many(15)
    world.look({})
    told = _worklist(world, "push_customers")
    return [f"{len(told)} told as deleted"] if told else []


def merged_in_a_chain() -> list[str]:
    wrong = []
    for order in ((0, 1), (1, 0)):
        world = products.scene(FORGETS)
        world.comes_to_rest(*products.FLOWS)
        own = ("product", "p1")
        nine = world.quickbooks.records["Item"][-1]["Id"]
        ten, eleven = products.entered(world, "Ten"), products.entered(world, "Eleven")
        world.comes_to_rest(*products.FLOWS)
        world.quickbooks.merge("Item", nine, ten)
        world.quickbooks.merge("Item", ten, eleven)
        for one in order:
            world.merged("Item", *((nine, ten), (ten, eleven))[one])
            world.comes_to_rest(*products.FLOWS)
        link = world.link(*own)
        if link is None or link.quickbooks_id != eleven:
            wrong.append(f"{order}: it is linked to {link and link.quickbooks_id}")
    return wrong


def a_write_that_the_client_repeats() -> list[str]:
    fault = _at(INVOICES, "links.claim", "repeated")
    world = INVOICES.scene(KNOWS)
    worker = world.worker(INVOICES.flows, lambda number, _step: _kind(fault, number))
    worker.go()
    return ["it waits for itself"] if "sleep" in worker.steps else []


def _kind(fault: Fault, number: int) -> str | None:
    return fault.kind if number == fault.step else None


def _forgets_its_own_claim(
    links: MemoryLinks, connection_id: str, intent: Intent, *, before: Any
) -> bool:
    now = links.standings.get((connection_id, *intent.owner))
    if now != before:
        return False
    links.standings[connection_id, *intent.owner] = intent
    return True


def connecting_takes_minutes() -> list[str]:
    """One worker's connection takes minutes; who took over dies before it closes the item."""
    fault = _at(INVOICES, "quickbooks.create", "slow")
    world = INVOICES.scene(FORGETS)
    first = world.worker(INVOICES.flows, lambda number, _step: _kind(fault, number))
    first.go(fault.step + 1)
    second = world.worker(INVOICES.flows)
    until(second, "links.save")
    second.kill()
    first.go()
    world.comes_to_rest(*INVOICES.flows)
    return INVOICES.violations(world, Schedule(FORGETS, fault.step))


def a_look_dies_before_it_remembers() -> list[str]:
    """What it found is sent, and deleted in MobiWork before anybody looks again."""
    world = World(lists=frozenset({"customer"})).meets(KNOWS)
    world.holds(customers.heron())
    look = world.looker()
    until(look, "fingerprints.save")
    look.kill()
    world.worker(customers.FLOWS).go()
    world.mobiwork.drop(customers.OWN)
    world.comes_to_rest(*customers.FLOWS)
    return CUSTOMERS.violations(world, Schedule(KNOWS, 1))


def an_addition_dies_before_it_is_remembered() -> list[str]:
    """What it added is deleted in MobiWork before anybody looks."""
    world = products.scene(FORGETS)
    run = world.worker(products.FLOWS)
    until(run, "links.save")
    until(run, "fingerprints.add")
    run.kill()
    world.mobiwork.drop(("product", "p1"))
    world.comes_to_rest(*products.FLOWS)
    told = _worklist(world, "push_products")
    return [] if list(told.values()) == ["deleted"] else [f"told of {told}"]


HISTORIES: dict[str, History] = (
    {
        "X1": History(
            left_out_and_changed, replaced(MemoryLeftOut, "replay_some", _replay_as_kept)
        ),
        "X3": History(many_really_deleted, replaced(whole_lists, "told_before", lambda *_: False)),
        "X4": History(
            one_edit_that_always_fails,
            replaced(pull_worker, "count_failure", lambda *_, **__: None),
        ),
        "X5": History(
            answer_lost_and_not_a_create, replaced(create.Creation, "_not_sent_again", _released)
        ),
        "X6": History(
            carried_out_late_and_edited, replaced(create.Creation, "find", lambda *_: None)
        ),
        "X7": History(
            _system_fault_after_the_write,
            replaced(exactly_once, "_not_done", _as_if_nothing_was_sent),
        ),
        "X8": History(
            one_look_up_refused_for_ever, replaced(create.Creation, "find", _refuses_to_say)
        ),
        "X9": History(two_looks_at_once, _one_at_a_time_and_joined),
        "X10": History(calls_used_up, replaced(push_worker, "MOST_RESTS", 10_000)),
        "X11": History(
            created_and_edited_in_one_run, replaced(MemoryRuns, "put", _the_latest_counts)
        ),
        "X12": History(a_list_that_comes_back_empty, replaced(list_look, "doubt", lambda *_: None)),
        "X13": History(
            merged_in_a_chain,
            replaced(repoint, "last_survivor", lambda loser, merges: merges[loser].survivor),
        ),
        "X14": History(
            a_write_that_the_client_repeats, replaced(MemoryLinks, "claim", _forgets_its_own_claim)
        ),
        "X15": History(
            _unclear_answer_of_mobiwork,
            replaced(exactly_once, "_not_done", _as_if_nothing_was_sent),
        ),
        "X16": History(connecting_takes_minutes, replaced(Lease, "hold", lambda _lease: None)),
        "a look dies before it remembers": History(
            a_look_dies_before_it_remembers,
            replaced(MemoryFingerprints, "note", lambda *_, **__: ""),
        ),
        "an addition dies before it is remembered": History(
            an_addition_dies_before_it_is_remembered,
            replaced(MemoryFingerprints, "note", lambda *_, **__: ""),
        ),
    }
    | GONE
    | SENT
    | SETTINGS
    | KEPT
)

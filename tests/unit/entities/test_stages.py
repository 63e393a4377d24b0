from collections.abc import Callable
from itertools import pairwise

import pytest

from connector.engine.stores import Store
from connector.entities.registry import CHAINS, NAMES
from connector.entities.stages import STAGES, flows_to_run, stages_of
from connector.model.pending import Asking, NewItem, PendingState
from tests.builders import CONNECTION
from tests.memory.store import in_memory

type Put = Callable[[str, PendingState], None]


@pytest.fixture
def store() -> Store:
    return in_memory()


@pytest.fixture
def put(store: Store) -> Put:
    def put(flow: str, state: PendingState) -> None:
        item = NewItem(
            record_id="1", record="<one/>", fingerprint="f", found_at="2026-03-02", label="one"
        )
        store.pending.put_all(CONNECTION, flow, [item])
        if state is not PendingState.CHANGED:
            (found,) = store.pending.read_all(CONNECTION, flow)
            store.pending.hold(found, state)

    return put


def started(store: Store) -> list[str]:
    """Return the flows that a run starts, each alone in its stage, in their order."""
    return [name for (name,) in stages_of(flows_to_run(CONNECTION, store))]


def test_one_new_invoice_starts_its_flow_alone(store: Store, put: Put) -> None:
    put("push_invoices", PendingState.CHANGED)
    assert flows_to_run(CONNECTION, store) == {"push_invoices"}


def test_what_waits_for_others_follows_in_the_run_that_starts_for_them(
    store: Store, put: Put
) -> None:
    put("push_customers", PendingState.CHANGED)
    put("push_invoices", PendingState.WAITING)
    put("push_payments", PendingState.WAITING)
    assert started(store) == ["push_customers", "push_invoices", "push_payments"]


def test_what_only_waits_starts_no_run(store: Store, put: Put) -> None:
    put("push_invoices", PendingState.WAITING)
    put("push_payments", PendingState.REFUSED)
    assert flows_to_run(CONNECTION, store) == frozenset()


def test_what_is_pulled_may_be_sent_back_in_the_same_run(store: Store, put: Put) -> None:
    put("pull_customers", PendingState.CHANGED)
    assert started(store) == ["pull_customers", "push_customers"]


def test_a_question_is_counted_anew_only_where_records_are_gone(store: Store, put: Put) -> None:
    asking = Asking(record_id="asks", label="", reason="", fixes=(), found_at="2026-03-02")
    store.pending.put_asked(CONNECTION, "push_bills", asking)
    gone = frozenset({"push_bills", "push_quotes"})
    assert flows_to_run(CONNECTION, store) == frozenset()
    assert flows_to_run(CONNECTION, store, fewer=gone) == {"push_bills"}
    put("push_invoices", PendingState.CHANGED)
    assert flows_to_run(CONNECTION, store) == {"push_invoices"}
    assert flows_to_run(CONNECTION, store, fewer=gone) == {"push_bills", "push_invoices"}


def test_a_whole_run_is_of_every_flow_once() -> None:
    assert sorted(one for stage in STAGES for one in stage) == sorted(NAMES)


def test_documents_follow_those_that_they_refer_to_and_others_go_beside_them() -> None:
    place = {name: at for at, stage in enumerate(STAGES) for name in stage}
    assert all(place[a] < place[b] for chain in CHAINS for a, b in pairwise(chain))
    assert place["push_quotes"] == place["push_purchase_orders"] == place["push_expenses"]

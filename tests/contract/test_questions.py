from decimal import Decimal

import pytest

from connector.engine.stores import Store
from connector.errors import Fix
from connector.model.pending import Asking, Need, NewItem, PendingItem, PendingState
from connector.model.policy.postable import Question

FLOW = "push_invoices"
NOON = "2026-03-02T12:00:00+00:00"
QUESTION = Question("status", "Counter", "invoice_statuses", "left_out_statuses")
ASKING = Asking(
    record_id="asks-about-status-counter",
    label='1 invoice with the status "Counter"',
    reason="It is waiting for a decision.",
    fixes=(Fix(action="open_settings", label="Choose", target="invoice_statuses"),),
    found_at=NOON,
)


def put(store: Store, fingerprint: str = "f1") -> PendingItem:
    new = NewItem(
        record_id="5501", record="<invoice/>", fingerprint=fingerprint, found_at=NOON, label="i"
    )
    store.pending.put_all("c1", FLOW, [new])
    return store.pending.read_many("c1", FLOW, ["5501"])["5501"]


def ask(store: Store, item: PendingItem) -> None:
    told = {"label": "invoice 5501", "reason": "Nobody has decided."}
    store.pending.ask(item, QUESTION, worth=Decimal("9.63"), **told)


def test_an_undecided_item_keeps_its_question_and_its_amount(store: Store) -> None:
    ask(store, put(store))
    (item,) = store.pending.undecided("c1", FLOW)
    assert (item.state, item.question, item.worth, item.label, item.reason) == (
        PendingState.UNDECIDED,
        QUESTION,
        Decimal("9.63"),
        "invoice 5501",
        "Nobody has decided.",
    )


def test_it_is_neither_worked_on_nor_on_the_worklist(store: Store) -> None:
    ask(store, put(store))
    assert list(store.pending.to_plan("c1", FLOW)) == []
    assert list(store.pending.worklist("c1", FLOW)) == []
    assert store.pending.need("c1", FLOW) is Need.NOTHING


def test_a_newer_reading_is_not_held_by_an_older_question(store: Store) -> None:
    old = put(store)
    put(store, "f2")
    ask(store, old)
    assert list(store.pending.undecided("c1", FLOW)) == []


def test_an_undecided_item_can_be_planned_again(store: Store) -> None:
    ask(store, put(store))
    assert store.pending.replay("c1", FLOW, "5501")
    assert [item.state for item in store.pending.to_plan("c1", FLOW)] == [PendingState.CHANGED]


def test_a_question_stands_on_the_worklist_until_it_is_closed(store: Store) -> None:
    store.pending.put_asked("c1", FLOW, ASKING)
    (entry,) = store.pending.worklist("c1", FLOW)
    assert (entry.state, entry.label, entry.reason, entry.fixes, entry.found_at) == (
        PendingState.ASKED,
        ASKING.label,
        ASKING.reason,
        ASKING.fixes,
        NOON,
    )
    assert [one.record_id for one in store.pending.to_plan("c1", FLOW)] == [ASKING.record_id]
    assert store.pending.need("c1", FLOW) is Need.RECOUNT
    store.pending.close(entry)
    assert list(store.pending.worklist("c1", FLOW)) == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_question_is_no_work_that_could_be_replayed(store: Store, times: int) -> None:
    for _ in range(times):
        store.pending.put_asked("c1", FLOW, ASKING)
    assert not store.pending.replay("c1", FLOW, ASKING.record_id)

from itertools import pairwise
from typing import Any

import pytest

from connector.entities.registry import NAMES
from connector.entities.stages import all_stages, stages_of
from tests.runtime import ON_BOTH_ENGINES, Machines
from tests.stand_ins import after, raises, returns

AS_ON_AWS = pytest.mark.parametrize("machines", ["moto"], indirect=True)
"""For what the laptop's engine does otherwise: it neither counts the states inside of maps, nor
ends a map at the first failure."""

ALL = all_stages(matched=False)
FINISHED = {"run_id": "r1", "reports": {}, "failures": []}


def _told(node: Any) -> list[dict[str, str]]:
    """The failures in the nested lists that maps make."""
    if isinstance(node, list):
        return [failure for one in node for failure in _told(one)]
    return [node]


def _failures(calls: dict[str, list[Any]]) -> list[tuple[str, str]]:
    finishing = calls["finish_run"]
    assert len(finishing) == 1
    return sorted(
        (failure["flow"], failure["error"]) for failure in _told(finishing[0]["failures"])
    )


@ON_BOTH_ENGINES
def test_every_flow_runs_once_and_then_the_run_is_finished(machines: Machines) -> None:
    ended = machines.run("SyncConnection", answers={"finish_run": [returns()]}, stages=ALL)

    assert (ended.status, {name: len(calls) for name, calls in ended.calls.items()}) == (
        "SUCCEEDED",
        {"finish_run": 1} | dict.fromkeys(NAMES, 1),
    )


@ON_BOTH_ENGINES
def test_only_the_flows_that_are_asked_for_are_called_in_their_order(machines: Machines) -> None:
    asked = {"push_payments", "push_invoices", "push_customers", "pull_payments", "push_expenses"}
    answers = {
        "push_invoices": [after("push_customers")],
        "push_payments": [after("push_invoices")],
        "pull_payments": [after("push_payments")],
    }
    ended = machines.run("SyncConnection", answers=answers, stages=stages_of(asked))

    assert (ended.status, _failures(ended.calls)) == ("SUCCEEDED", [])
    assert set(ended.calls) == {*asked, "finish_run"}


@ON_BOTH_ENGINES
def test_a_flow_of_another_version_that_is_unknown_here_fails_and_starts_no_other(
    machines: Machines,
) -> None:
    stages = [["push_customers"], ["push_gift_cards", "push_invoices"]]
    ended = machines.run("SyncConnection", answers={}, stages=stages)

    assert [flow for flow, _ in _failures(ended.calls)] == ["push_gift_cards"]
    assert set(ended.calls) == {"push_customers", "push_invoices", "finish_run"}


@AS_ON_AWS
def test_one_new_invoice_calls_two_functions_and_enters_six_states(machines: Machines) -> None:
    ended = machines.run("SyncConnection", answers={}, stages=stages_of({"push_invoices"}))

    assert (set(ended.calls), ended.transitions) == ({"push_invoices", "finish_run"}, 6)


@ON_BOTH_ENGINES
def test_a_run_of_which_nothing_is_asked_is_only_finished(machines: Machines) -> None:
    ended = machines.run("SyncConnection", answers={}, stages=[])

    assert (ended.status, set(ended.calls)) == ("SUCCEEDED", {"finish_run"})


def test_masters_are_pulled_one_after_the_other_before_they_are_pushed(
    machines: Machines,
) -> None:
    order = [*(name for name in NAMES if name.startswith("pull_")), "push_customers"]
    order.remove("pull_payments")
    answers = {later: [after(earlier)] for earlier, later in pairwise(order)}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert (ended.status, _failures(ended.calls)) == ("SUCCEEDED", [])


def test_payments_of_quickbooks_are_shown_after_their_invoices_are_pushed(
    machines: Machines,
) -> None:
    answers = {"pull_payments": [after("push_payments")]}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert (ended.status, _failures(ended.calls)) == ("SUCCEEDED", [])


def test_the_answer_of_finish_run_is_the_answer_of_the_run(machines: Machines) -> None:
    ended = machines.run(
        "SyncConnection", answers={"finish_run": [{"returns": FINISHED}]}, stages=ALL
    )

    assert ended.output == FINISHED


def test_a_push_is_given_the_connection_and_the_run_and_nothing_else(machines: Machines) -> None:
    ended = machines.run("SyncConnection", answers={}, stages=ALL)
    given = [
        sorted(call) for name, calls in ended.calls.items() for call in calls if "push" in name
    ]

    assert given[:3] == [["connection_id", "run_id"]] * 3


@ON_BOTH_ENGINES
def test_a_push_is_called_again_while_it_says_that_there_is_more(machines: Machines) -> None:
    more = [returns(more=True), returns(more=True), returns()]
    ended = machines.run(
        "SyncConnection", answers={"push_customers": more, "push_payments": more}, stages=ALL
    )

    assert (len(ended.calls["push_customers"]), len(ended.calls["push_payments"])) == (3, 3)


def test_customers_and_products_are_pushed_at_the_same_time(machines: Machines) -> None:
    answers = {
        "push_customers": [after("push_products")],
        "push_products": [after("push_customers")],
    }
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert _failures(ended.calls) == []


@ON_BOTH_ENGINES
def test_a_push_that_may_succeed_later_is_tried_again(machines: Machines) -> None:
    answers = {"push_products": [raises("RetriableError", "QuickBooks is slow."), returns()]}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert (len(ended.calls["push_products"]), _failures(ended.calls)) == (2, [])


def test_a_push_that_fails_is_told_to_finish_run_and_the_rest_goes_on(machines: Machines) -> None:
    answers = {"push_products": [raises("RecordError", "The income account is missing.")]}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert _failures(ended.calls) == [("push_products", "RecordError")]
    assert {"push_customers", "push_invoices", "push_payments"} <= set(ended.calls)


@ON_BOTH_ENGINES
def test_failures_of_masters_and_documents_are_told_together(machines: Machines) -> None:
    wrong = [raises("ConfigurationError", "TABLE_NAME is missing.")]
    answers = {"push_customers": wrong, "push_products": wrong, "push_invoices": wrong}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert [flow for flow, _ in _failures(ended.calls)] == [
        "push_customers",
        "push_invoices",
        "push_products",
    ]
    assert len(ended.calls["push_payments"]) == 1


def test_what_went_wrong_is_told_with_its_sentence(machines: Machines) -> None:
    answers = {"push_invoices": [raises("RecordError", "Invoice 7 has no customer.")]}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    told = _told(ended.calls["finish_run"][0]["failures"])
    assert "Invoice 7 has no customer." in told[0]["cause"]


def test_a_broken_connection_is_told_and_the_run_is_finished(machines: Machines) -> None:
    broken = [raises("ConnectionBrokenError", "Connect QuickBooks again.")]
    ended = machines.run("SyncConnection", answers={"push_customers": broken}, stages=ALL)

    assert _failures(ended.calls) == [("run", "ConnectionBrokenError")]


@AS_ON_AWS
def test_a_connection_that_breaks_at_the_invoices_spares_the_payments(machines: Machines) -> None:
    broken = [raises("ConnectionBrokenError", "Connect QuickBooks again.")]
    ended = machines.run("SyncConnection", answers={"push_invoices": broken}, stages=ALL)

    assert _failures(ended.calls) == [("run", "ConnectionBrokenError")]
    assert "push_payments" not in ended.calls


def test_a_run_that_cannot_be_finished_fails(machines: Machines) -> None:
    answers = {"finish_run": [raises("ConfigurationError", "TABLE_NAME is missing.")]}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert (ended.status, ended.error) == ("FAILED", "ConfigurationError")


@ON_BOTH_ENGINES
def test_a_run_with_a_flow_that_failed_is_finished_and_has_failed(machines: Machines) -> None:
    told = "push_products: RetriableError: QuickBooks does not answer."
    answers = {"finish_run": [raises("FlowFailedError", told)]}
    ended = machines.run("SyncConnection", answers=answers, stages=stages_of({"push_products"}))

    assert (ended.status, ended.error) == ("FAILED", "FlowFailedError")
    assert told in ended.cause
    assert [call["must_succeed"] for call in ended.calls["finish_run"]] == [True]


def test_documents_that_follow_each_other_are_pushed_in_order(machines: Machines) -> None:
    answers = {"push_bills": [after("push_purchase_orders")]}
    ended = machines.run("SyncConnection", answers=answers, stages=ALL)

    assert _failures(ended.calls) == []


def test_a_review_is_matched_to_the_end_before_anything_is_planned(machines: Machines) -> None:
    matched = [returns(more=True), returns()]
    answers = {"match_records": matched, "pull_customers": [after("match_records")]}
    ended = machines.run("SyncConnection", answers=answers, stages=all_stages(matched=True))

    assert (len(ended.calls["match_records"]), _failures(ended.calls)) == (2, [])
    assert set(NAMES) <= set(ended.calls)


@AS_ON_AWS
def test_nothing_is_planned_in_a_review_whose_matching_failed(machines: Machines) -> None:
    answers = {"match_records": [raises("RecordError", "A page of customers is not readable.")]}
    ended = machines.run("SyncConnection", answers=answers, stages=all_stages(matched=True))

    assert _failures(ended.calls) == [("run", "RecordError")]
    assert set(ended.calls) == {"match_records", "finish_run"}

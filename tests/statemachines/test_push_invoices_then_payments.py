import pytest

from tests.runtime import ON_BOTH_ENGINES, Machines
from tests.stand_ins import raises, returns

MACHINE = "PushInvoicesThenPayments"
SENTENCE = "Payment 9001 waits for invoice 1042, which is not in QuickBooks yet."


def test_payments_asked_for_by_hand_go_alone(machines: Machines) -> None:
    ended = machines.run(MACHINE, answers={}, by_hand=True, payment_ids=["9001"])

    assert sorted(ended.calls) == ["finish_run", "push_payments"]


def test_payments_asked_for_with_their_invoices_bring_them_along(machines: Machines) -> None:
    asked = {"by_hand": True, "payment_ids": ["9001"], "include_invoices": True}
    ended = machines.run(MACHINE, answers={}, **asked)

    wanted = ["finish_run", "push_invoices", "push_payments", "push_sales_orders"]
    assert sorted(ended.calls) == wanted


@pytest.mark.case("F14b")
@pytest.mark.parametrize("flow", ["push_invoices", "push_sales_orders"])
def test_where_what_they_pay_fails_the_payments_are_tried_and_the_failure_is_told(
    machines: Machines, flow: str
) -> None:
    asked = {"by_hand": True, "payment_ids": ["9001"], "include_invoices": True}
    answers = {flow: [raises("ConfigurationError", "No.")]}
    ended = machines.run(MACHINE, answers=answers, **asked)
    failed = [one["flow"] for one in ended.calls["finish_run"][0]["failures"]]

    assert ("push_payments" in ended.calls, failed, ended.status) == (True, [flow], "FAILED")


def test_a_push_by_hand_is_given_all_that_was_asked_each_time(machines: Machines) -> None:
    asked = {"by_hand": True, "payment_ids": ["9001"], "include_invoices": False}
    answers = {"push_payments": [returns(more=True), returns()]}
    ended = machines.run(MACHINE, answers=answers, **asked)
    without_ids = [
        {key: value for key, value in call.items() if key not in ("connection_id", "run_id")}
        for call in ended.calls["push_payments"]
    ]

    assert without_ids == [asked, asked]


def test_a_refusal_by_hand_fails_the_execution_with_its_sentence(machines: Machines) -> None:
    answers = {"push_payments": [raises("RecordError", SENTENCE)]}
    ended = machines.run(MACHINE, answers=answers, by_hand=True, payment_ids=["9001"])

    assert (ended.status, ended.error, ended.cause) == ("FAILED", "RecordError", SENTENCE)


@ON_BOTH_ENGINES
def test_a_refusal_by_hand_is_not_tried_again(machines: Machines) -> None:
    answers = {"push_payments": [raises("RecordError", SENTENCE)]}
    ended = machines.run(MACHINE, answers=answers, by_hand=True, payment_ids=["9001"])

    assert len(ended.calls["push_payments"]) == 1


def test_a_refusal_by_hand_still_finishes_the_run(machines: Machines) -> None:
    answers = {"push_payments": [raises("RecordError", SENTENCE)]}
    ended = machines.run(MACHINE, answers=answers, by_hand=True, payment_ids=["9001"])

    assert [one["error"] for one in ended.calls["finish_run"][0]["failures"]] == ["RecordError"]


def test_any_other_failure_by_hand_fails_the_execution_under_its_name(machines: Machines) -> None:
    answers = {"push_payments": [raises("ConnectionBrokenError", "Connect QuickBooks again.")]}
    ended = machines.run(MACHINE, answers=answers, by_hand=True, payment_ids=["9001"])

    assert (ended.status, ended.error) == ("FAILED", "ConnectionBrokenError")
    assert "Connect QuickBooks again." in ended.cause


def test_by_hand_the_answer_of_finish_run_is_the_answer(machines: Machines) -> None:
    done = {"run_id": "r1", "reports": {"push_payments": {"created": 1}}, "failures": []}
    ended = machines.run(
        MACHINE, answers={"finish_run": [{"returns": done}]}, by_hand=True, payment_ids=["9001"]
    )

    assert ended.output == done

import json
from typing import Any

import pytest

from connector.changes.mobiwork import find_changes
from connector.errors import ReadsStoppedError
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.services import Services
from connector.store import settings as saved
from connector.store.control import activity
from connector.store.records import links
from connector.store.tracking import history
from functions.serve_payments.app import handler
from tests.builders import a_company, a_customer, a_link, a_payment, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event, of_connection
from tests.unit.engine.world import FakeMobiWork

pytestmark = pytest.mark.usefixtures("connected")


def ask(context: Context, name: str = "serve_payments", **changes: Any) -> tuple[int, Any]:
    answer = handler(event(name, **changes), context)
    return answer["statusCode"], json.loads(answer["body"])


def test_a_payment_before_its_invoice_is_listed_as_waiting_on_it(context: Context) -> None:
    records = [a_customer(), a_product(), an_invoice(), a_payment()]
    find_changes(CONNECTION, FakeMobiWork(records))
    status, told = ask(context)
    (row,) = told["payments"]
    assert (status, row["payment_id"], row["amount"], row["state"]) == (
        200,
        "901",
        "9.63",
        "waiting",
    )


def test_chosen_payments_start_a_run_of_their_own(cloud: Cloud, context: Context) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_customer(), a_product(), an_invoice(), a_payment()]))
    status, told = ask(context, "serve_payments_pushed")
    (started,) = cloud.executions()
    assert (status, started) == (
        202,
        {
            "connection_id": CONNECTION,
            "run_id": told["run_id"],
            "name": told["run_id"],
            "by_hand": True,
            "payment_ids": ["901"],
            "include_invoices": True,
        },
    )
    begun = history.read(CONNECTION, told["run_id"])
    [deed], _ = activity.read_some(CONNECTION, after=None, limit=5)
    assert begun is not None
    assert begun.by == deed.by


class Stopped:
    """A QuickBooks whose metered calls of the month are used up."""

    def company_info(self) -> Any:
        raise ReadsStoppedError("The calls of this month are used up.")

    preferences = query = company_info


def test_chosen_payments_are_pushed_though_the_closing_day_cannot_be_read_again(
    cloud: Cloud, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_customer(), a_product(), an_invoice(), a_payment()]))
    saved.save_company(CONNECTION, a_company(closed_until="2025-10-31"))
    monkeypatch.setattr(Services, "quickbooks", lambda *_asked, **_named: Stopped())
    status, _ = ask(context, "serve_payments_pushed")
    assert (status, len(cloud.executions())) == (202, 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("[]", 422),
        ('{"payment_ids": []}', 422),
        ('{"payments": ["901"]}', 422),
        (json.dumps({"payment_ids": ["1"] * 501}), 422),
    ],
)
def test_a_request_that_chooses_nothing_or_too_much_is_refused_in_words(
    cloud: Cloud, context: Context, body: str, status: int
) -> None:
    answered, told = ask(context, "serve_payments_pushed", body=body)
    assert (answered, "The request cannot be used" in told["detail"]) == (status, True)
    assert cloud.executions() == []


@pytest.mark.case("F14")
def test_payments_that_cannot_be_pushed_are_named_and_nothing_is_pushed(
    cloud: Cloud, context: Context
) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_payment("901"), a_payment("902", invoiceId="0")]))
    _post("903")
    body = json.dumps({"payment_ids": ["901", "902", "903", "999"]})
    status, told = ask(context, "serve_payments_pushed", body=body)
    assert (status, cloud.executions()) == (422, [])
    assert [(one["pointer"], one["detail"][:33]) for one in told["errors"]] == [
        ("#/payment_ids/1", "Payment 902 cannot be pushed: It "),
        ("#/payment_ids/2", "Payment 903 is already in QuickBo"),
        ("#/payment_ids/3", "There is no payment '999' to push"),
    ]


def test_what_pushing_payments_does_is_told_before_and_nothing_is_done(
    cloud: Cloud, context: Context
) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_customer(), a_product(), an_invoice(), a_payment()]))
    saved.save_company(CONNECTION, a_company())
    there = {"Customer": RecordKey("customer", "700001"), "Item": RecordKey("product", "307001")}
    for target, owner in there.items():
        told = RecordOutcome(
            run_id="r0",
            flow="push_customers",
            record_id=owner.mobiwork_id,
            outcome=Outcome.CREATED,
            label="it",
        )
        assert links.save(CONNECTION, a_link(owner, target=target), told)
    said = {}
    for include in (False, True):
        body = {"payment_ids": ["901"], "include_invoices": include, "preview": True}
        status, answer = ask(context, "serve_payments_pushed", body=json.dumps(body))
        (one,) = answer["payments"]
        assert (status, answer["run_id"]) == (202, None)
        assert (one["payment_id"], one["amount"]) == ("901", "9.63")
        said[one["goes"]] = one["tells"]
    assert "not in QuickBooks" in said[False]
    assert said[True] == "Its invoice is posted first, then the payment."
    assert cloud.executions() == []


class Opened:
    """A QuickBooks whose accountant opened the books just now."""

    def company_info(self) -> Any:
        return {"CompanyName": "Harbor Books", "Country": "US"}

    def preferences(self) -> Any:
        return {}

    def query(self, _statement: str) -> Any:
        return iter(())


@pytest.mark.case("R12")
def test_what_pushing_payments_does_is_told_by_the_closing_day_as_it_is_now(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_customer(), a_product(), an_invoice(), a_payment()]))
    saved.save_company(CONNECTION, a_company(closed_until="2025-12-31"))
    monkeypatch.setattr(Services, "quickbooks", lambda *_asked, **_named: Opened())
    body = {"payment_ids": ["901"], "include_invoices": True, "preview": True}
    _, answer = ask(context, "serve_payments_pushed", body=json.dumps(body))
    assert "closed" not in answer["payments"][0]["tells"]
    company = saved.read_company(CONNECTION)
    assert company is not None
    assert company.closed_until is None


def _post(payment_id: str) -> None:
    """Let a payment be in QuickBooks."""
    body = {"TotalAmt": "9.63", "TxnDate": "2025-11-10"}
    owner = RecordKey("payment", payment_id)
    link = a_link(owner, target="Payment", quickbooks_id=f"77{payment_id}", base=body)
    told = RecordOutcome(
        run_id="r0",
        flow="push_payments",
        record_id=payment_id,
        outcome=Outcome.CREATED,
        label=f"payment {payment_id}",
    )
    assert links.save(CONNECTION, link, told)


@pytest.mark.case("R10")
def test_payments_are_told_page_by_page_and_none_is_left_out(context: Context) -> None:
    find_changes(CONNECTION, FakeMobiWork([a_payment(str(901 + n)) for n in range(5)]))
    for payment_id in ("801", "802", "901"):
        _post(payment_id)
    pages: list[list[str]] = []
    after = ""
    while not pages or after:
        asked = {"limit": "2", "after": after}
        status, told = ask(context, queryStringParameters=asked)
        assert status == 200
        pages.append([one["payment_id"] for one in told["payments"]])
        after = told["next"]
    assert pages == [["902"], ["904", "903"], ["905"], ["802", "801"], ["901"]]


@pytest.mark.parametrize("limit", ["0", "501", "many"])
def test_a_page_is_neither_empty_nor_too_long_to_send(context: Context, limit: str) -> None:
    status, told = ask(context, queryStringParameters={"limit": limit})
    assert (status, told["errors"][0]["pointer"]) == (422, "limit")


def test_an_unknown_connection_is_not_found(context: Context) -> None:
    answer = handler(of_connection("nobody", event("serve_payments")), context)
    assert (answer["statusCode"], json.loads(answer["body"])["detail"]) == (
        404,
        "There is no connection 'nobody'.",
    )

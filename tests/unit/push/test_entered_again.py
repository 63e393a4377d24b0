from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes import voided_documents
from connector.changes.mobiwork import find_changes
from connector.engine import loop
from connector.errors import RemoteDownError
from connector.mobiwork.xml import RawRecord
from connector.model.cursor import Cursor
from connector.model.outcomes import Outcome
from connector.model.pending import Need, PendingState
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.fakes import lost_answer
from tests.unit.engine.world import FakeMobiWork, World
from tests.unit.entities.purchases.buying import an_expense, buying_settings

MASTERS = (a_customer(), a_product(), an_invoice())
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def bounced() -> World:
    """A payment that is in QuickBooks."""
    world = World()
    world.find(*MASTERS, a_payment())
    world.push("customer", "product", "invoice", "payment")
    world.run_id = "r2"
    return world


def voided(world: World) -> None:
    payment = world.quickbooks.records["Payment"][0]
    gone = payment | {"TotalAmt": 0, "Line": [], "PrivateNote": "Voided", "UnappliedAmt": 0}
    changes = ChangeData(records={"Payment": [gone]}, deleted={}, time=NOW, truncated=False)
    cursor = Cursor(connection_id=CONNECTION, since=NOW, read_at=NOW)
    voided_documents.report(cursor, changes, now=NOW, store=world.store)


@pytest.mark.case("M9")
def test_it_waits_for_the_void_of_the_first_one_and_then_goes_by_itself(bounced: World) -> None:
    bounced.find(*MASTERS, a_payment("902", paymentDate="2025/11/20", paymentMethod="Cash"))
    assert bounced.push("payment") == {"payment": {"waiting": 1}}
    outcome, reason = bounced.note("payment", "902")
    assert outcome is Outcome.WAITING
    assert reason.startswith(
        "It looks like payment 901 entered again, which does not count in MobiWork any more and "
        "still stands in QuickBooks as Payment 4 of 9.63. Void or delete that one in QuickBooks"
    )
    voided(bounced)
    assert bounced.left("payment") == {"902": "changed"}
    bounced.run_id = "r3"
    assert bounced.push("payment") == {"payment": {"created": 1}}


@pytest.mark.case("M9")
def test_it_waits_on_the_worklist_however_often_a_run_comes_to_it(bounced: World) -> None:
    bounced.find(*MASTERS, a_payment("902", paymentDate="2025/11/20", paymentMethod="Cash"))
    for number in range(3):
        bounced.run_id = f"again{number}"
        assert bounced.push("payment", now=lambda: NOW) == {"payment": {"waiting": 1}}
        assert bounced.left("payment") == {"901": "deleted", "902": "waiting"}


def test_it_is_planned_again_after_a_day_should_nothing_tell_of_the_void(bounced: World) -> None:
    bounced.find(*MASTERS, a_payment("902", paymentDate="2025/11/20", paymentMethod="Cash"))
    bounced.push("payment", now=lambda: NOW)
    needs = (NOW + timedelta(hours=23), NOW + timedelta(hours=24))
    pending = bounced.store.pending
    found = [pending.need(CONNECTION, "push_payments", now=one) for one in needs]
    assert found == [Need.ALONG, Need.START]


@pytest.mark.case("M9a")
def test_it_waits_too_for_one_that_kept_its_place_with_the_status_of_a_bounced_check(
    bounced: World,
) -> None:
    bounced.find(*MASTERS, a_payment("1001"), a_payment(status="NSF"))
    assert bounced.push("payment") == {"payment": {"waiting": 1, "unchanged": 1}}
    voided(bounced)
    bounced.run_id = "r3"
    assert bounced.push("payment")["payment"]["created"] == 1


@pytest.mark.case("M9b")
def test_it_waits_too_where_the_first_one_comes_on_a_later_page(
    bounced: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "PAGE", 1)
    bounced.find(*MASTERS, a_payment("1001"), a_payment(status="NSF"))
    assert bounced.push("payment") == {"payment": {"waiting": 1, "unchanged": 1}}
    assert len(bounced.quickbooks.records["Payment"]) == 1


@pytest.fixture
def unsettled() -> World:
    """A payment that was sent and is in QuickBooks, which has not answered."""
    world = World()
    world.find(*MASTERS, a_payment())
    world.push("customer", "product", "invoice")
    world.quickbooks.after = lost_answer
    world.quickbooks.hidden = True
    world.push("payment", claim_seconds=1e9, settle_seconds=1e9)
    world.quickbooks.after = lambda _entity, _body: None
    world.run_id = "r2"
    return world


@pytest.mark.case("M9c")
@pytest.mark.parametrize("died", [False, True])
def test_it_waits_for_a_first_one_that_was_sent_and_is_not_known_to_be_there(
    unsettled: World, *, died: bool
) -> None:
    if died:
        (item,) = unsettled.store.pending.read_all(CONNECTION, "push_payments")
        unsettled.store.pending.hold(item, PendingState.CHANGED)
    unsettled.find(*MASTERS, a_payment("1001"))
    unsettled.push("payment", claim_seconds=1e9)
    outcome, reason = unsettled.note("payment", "1001")
    assert outcome is Outcome.WAITING
    assert reason.startswith("It looks like payment 901 of 9.63, which was sent to QuickBooks")
    assert len(unsettled.quickbooks.records["Payment"]) == 1


@pytest.mark.case("M9c")
def test_it_still_waits_once_the_first_one_is_known_to_be_there(unsettled: World) -> None:
    unsettled.find(*MASTERS, a_payment("1001"))
    unsettled.push("payment", claim_seconds=1e9)
    unsettled.quickbooks.hidden = False
    unsettled.run_id = "r3"
    unsettled.push("payment")
    unsettled.find(*MASTERS, a_payment("1001"))
    unsettled.run_id = "r4"
    unsettled.push("payment")
    assert "entered again" in unsettled.note("payment", "1001")[1]
    assert len(unsettled.quickbooks.records["Payment"]) == 1


SENT_SO_FAR = 4
"""The creates of a customer, a product, an invoice and a payment."""


class FailingList(FakeMobiWork):
    """Fails after the last payment, so that its list is never believed to have ended."""

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **_: object
    ) -> Iterator[RawRecord]:
        yield from super().records(entity, filters)
        if entity == "payment":
            raise RemoteDownError("MobiWork did not answer.")


@pytest.mark.case("M9f")
@pytest.mark.parametrize("looks", [1, 2])
def test_it_still_waits_where_the_list_fails_after_the_deleted_one_was_found_there(
    unsettled: World, *, looks: int
) -> None:
    for _ in range(looks):
        unsettled.find(*MASTERS)
    unsettled.push("payment", claim_seconds=1e9)
    unsettled.quickbooks.hidden, unsettled.run_id = False, "r3"
    unsettled.push("payment")
    assert unsettled.left("payment") == {"901": "deleted"}
    find_changes(CONNECTION, FailingList([*MASTERS, a_payment("1001")]), unsettled.store)
    unsettled.run_id = "r4"
    unsettled.push("payment")
    assert "entered again" in unsettled.note("payment", "1001")[1]
    assert len(unsettled.quickbooks.records["Payment"]) == 1


@pytest.mark.case("M9f")
def test_one_that_was_deleted_and_never_got_there_is_not_sent_again(unsettled: World) -> None:
    unsettled.quickbooks.records["Payment"].clear()
    unsettled.find(*MASTERS)
    for unsettled.run_id in ("r3", "r4"):
        unsettled.quickbooks.hidden = False
        unsettled.push("payment")
    assert unsettled.quickbooks.creates == SENT_SO_FAR


@pytest.mark.case("M9f")
def test_one_that_a_list_had_only_missed_is_sent_all_the_same(unsettled: World) -> None:
    unsettled.quickbooks.records["Payment"].clear()
    unsettled.find(*MASTERS)
    unsettled.find(*MASTERS, a_payment())
    unsettled.quickbooks.hidden, unsettled.run_id = False, "r3"
    unsettled.push("payment")
    assert unsettled.quickbooks.creates == SENT_SO_FAR + 1
    assert unsettled.left("payment") == {}


@pytest.mark.case("M9a")
@pytest.mark.parametrize("changes", [{"amount": "9.62"}, {"invoiceId": "5502"}])
def test_other_money_waits_for_nothing(bounced: World, changes: dict[str, Any]) -> None:
    bounced.find(*MASTERS, an_invoice("5502"), a_payment("902", **changes))
    bounced.push("invoice")
    assert bounced.push("payment") == {"payment": {"created": 1}}


def test_a_second_payment_of_the_same_amount_waits_for_nothing(bounced: World) -> None:
    bounced.find(*MASTERS, a_payment(amount="9.00"), a_payment("902"))
    assert bounced.push("payment")["payment"]["created"] == 1
    assert [one["TotalAmt"] for one in bounced.quickbooks.records["Payment"]] == [
        Decimal("9.63"),
        Decimal("9.63"),
    ]


CREDIT = {"paymentType": "CREDIT", "paymentMethod": "", "amount": "4.00"}


@pytest.mark.case("M9d")
@pytest.mark.parametrize(
    ("source", "first", "again"),
    [
        ("credit", a_payment("905", **CREDIT), a_payment("906", **CREDIT)),
        ("expense", an_expense("81001"), an_expense("81002")),
    ],
)
def test_so_do_a_credit_and_an_expense(source: str, first: RawRecord, again: RawRecord) -> None:
    world = World()
    world.save(buying_settings(credit_product="307001"))
    world.find(*MASTERS, first)
    world.push("customer", "product", "invoice", source)
    world.run_id = "r2"
    world.find(*MASTERS, again)
    assert world.push(source) == {source: {"waiting": 1}}
    assert "entered again" in world.note(source, again.own_id)[1]


@pytest.mark.case("M9g")
@pytest.mark.parametrize(
    "changes", [{"invoiceNumber": "INV-5501", "total": "9.64"}, {}, {"comments": "Side door"}]
)
def test_so_does_an_invoice_of_the_same_number_or_of_the_same_day_and_amount(
    bounced: World, changes: dict[str, Any]
) -> None:
    again = an_invoice("5502", **changes | ({"taxAmount": "0.64"} if "total" in changes else {}))
    bounced.find(a_customer(), a_product(), again)
    bounced.find(a_customer(), a_product(), again)
    assert bounced.push("invoice") == {"invoice": {"waiting": 1}}
    told = "It looks like invoice 5501 entered again"
    assert bounced.note("invoice", "5502")[1].startswith(told)


@pytest.mark.case("M9g")
def test_an_invoice_of_another_day_and_number_does_not_wait(bounced: World) -> None:
    other = an_invoice("5502", invoiceDate="Mon Nov 10 00:00:00 EST 2025")
    bounced.find(a_customer(), a_product(), other)
    bounced.find(a_customer(), a_product(), other)
    assert bounced.push("invoice") == {"invoice": {"created": 1}}

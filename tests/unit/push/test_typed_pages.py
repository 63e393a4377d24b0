"""What the office typed as another kind is found whenever it did, and however that was kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.changes.documents import shown
from connector.changes.matching.typed_before import keep_beside
from connector.entities.books import SaidThere
from connector.entities.recognitions import NEVER_POSTED
from connector.entities.typed.beside import document, lines_of, listed_there
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POSTED_ON = date(2025, 11, 2)
MASTERS = (a_customer(), a_product())


@pytest.fixture
def world() -> World:
    """A customer and a product are in QuickBooks."""
    world = World()
    world.find(*MASTERS)
    world.push("customer", "product")
    return world


def a_receipt(world: World, own: str, days: int = 0, **more: Any) -> dict[str, Any]:
    whom = {"value": world.link("customer", "700001"), "name": "Blue Heron Plumbing"}
    day = POSTED_ON + timedelta(days=days)
    usual = {"Id": own, "TxnDate": day.isoformat(), "TotalAmt": Decimal("9.63")}
    return {**usual, "CustomerRef": whom, **more}


def told(world: World, *rows: dict[str, Any], gone: tuple[str, ...] = ()) -> None:
    changes = ChangeData(
        records={"SalesReceipt": [*rows]},
        deleted={"SalesReceipt": [*gone]},
        time=NOON,
        truncated=False,
    )
    shown.note(CONNECTION, changes, world.store)


def pushed(world: World) -> dict[str, int]:
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.find(*MASTERS, an_invoice())
    return world.push("invoice")["invoice"]


@pytest.mark.case("M6p")
@pytest.mark.parametrize("days", [-31, 31])
def test_a_receipt_of_a_month_before_or_after_is_asked_about(world: World, days: int) -> None:
    told(world, a_receipt(world, "76", days))
    assert pushed(world) == {"waiting": 1}


@pytest.mark.case("M6p")
@pytest.mark.parametrize(("earlier", "outcome"), [((-60,), "created"), ((), "waiting")])
def test_the_next_in_the_rhythm_of_receipts_of_two_months_is_no_reason_to_ask(
    world: World, earlier: tuple[int, ...], outcome: str
) -> None:
    told(world, *(a_receipt(world, str(80 + one), one) for one in (*earlier, -30)))
    assert pushed(world) == {outcome: 1}


@pytest.mark.case("M6p")
def test_a_receipt_that_an_older_answer_shows_late_stays_as_the_newer_one_said(
    world: World,
) -> None:
    told(world, a_receipt(world, "76", SyncToken="1"))
    told(world, a_receipt(world, "76", TotalAmt=Decimal("1.00"), SyncToken="0"))
    assert pushed(world) == {"waiting": 1}


@pytest.mark.case("M6p")
def test_a_comparison_leaves_the_receipts_of_nobody_on_the_list_of_the_books(world: World) -> None:
    some = [a_receipt(world, "70", CustomerRef=None), a_receipt(world, "71")]
    told(world, *some)
    facts = filter(None, map(NEVER_POSTED["SalesReceipt"], some))
    keep_beside(world.run(), "SalesReceipt", facts, POSTED_ON)
    listed = dict(listed_there(CONNECTION, "SalesReceipt", world.store))
    assert listed.keys() == {"70", "71"}


@pytest.mark.case("F18f")
@pytest.mark.parametrize("posted_first", [True, False])
@pytest.mark.parametrize(("others", "asked"), [(0, True), (19, True), (20, False)])
def test_a_receipt_of_nobody_is_asked_about_where_few_are_about_its_day(
    world: World, others: int, *, asked: bool, posted_first: bool
) -> None:
    """Of the hundred that a shop has each day one comes to the same by chance."""
    counter = [
        a_receipt(world, str(100 + one), one % 5, CustomerRef=None, TotalAmt=Decimal(20 + one))
        for one in range(others)
    ]
    told(world, *counter)
    if posted_first:
        assert pushed(world) == {"created": 1}
    told(world, a_receipt(world, "76", 3, CustomerRef=None))
    if posted_first:
        assert len([*world.store.pending.worklist(CONNECTION, "push_invoices")]) == asked
    else:
        assert pushed(world) == {"waiting" if asked else "created": 1}


@pytest.mark.case("F18f")
@pytest.mark.parametrize("more", [{"TotalAmt": Decimal("9.64")}, {"TxnDate": "2025-11-12"}])
def test_a_receipt_of_nobody_of_another_amount_or_week_is_none_of_it(
    world: World, more: dict[str, Any]
) -> None:
    told(world, a_receipt(world, "76", CustomerRef=None, **more))
    assert pushed(world) == {"created": 1}


TEXTS = st.none() | st.sampled_from(["", "7", "Ann"])
SAID = st.builds(
    SaidThere,
    amount=st.decimals(-9, 9, places=2),
    tax=st.decimals(0, 9, places=2),
    day=st.none() | st.just("2025-11-02"),
    party=TEXTS,
    name=TEXTS,
    number=TEXTS,
    mark=st.none() | st.just(("payment", "901", CONNECTION)),
    unapplied=st.none() | st.decimals(0, 9, places=2),
    entered_as=st.none() | st.just("paid"),
)


@pytest.mark.case("M6p")
@given(said=SAID)
def test_what_a_document_says_is_read_as_it_was_kept_whatever_it_lacks(said: SaidThere) -> None:
    kept = document("SalesReceipt", {"76": said})
    assert lines_of({"76": kept.all_lines}) == {"76": said}

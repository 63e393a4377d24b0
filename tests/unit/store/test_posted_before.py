"""What was posted before there were lists by month is found beside what somebody typed, too."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.engine.stores import DYNAMODB
from connector.entities.typed.apart import posted_about
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.tracking.tracked import TrackedRecord
from connector.store.tracking import changes, filled, postings, tracked

FLOW, NOON = "push_invoices", datetime(2026, 11, 29, 12, tzinfo=UTC)
DAY, AMOUNT = date(2026, 11, 2), Decimal("9.63")

pytestmark = pytest.mark.usefixtures("table")


def posted(own: str, **more: Any) -> RecordOutcome:
    usual = {"run_id": "r1", "flow": FLOW, "label": own, "outcome": Outcome.CREATED}
    about = About(number=own, customer="Blue Heron", day=DAY)
    return RecordOutcome(record_id=own, about=about, worth=AMOUNT, **usual | more)


def as_before(one: TrackedRecord) -> dict[str, postings.Listed]:
    """Return where versions listed a record that had no lists by month."""
    return {kind: each for kind, each in postings.listed_by(one).items() if kind != postings.MONTH}


def found(days: int = 0, amount: Decimal = AMOUNT) -> list[str]:
    dated = [(DAY + timedelta(days=days), amount)]
    by_amount = posted_about("c1", frozenset({FLOW}), dated, DYNAMODB)
    return sorted(one.number for some in by_amount.values() for one in some)


@pytest.mark.case("M6n")
def test_what_was_posted_before_an_upgrade_is_found_until_and_after_all_is_listed_by_month(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(postings, "listed", as_before)
        some = [posted("1", quickbooks_id="145"), posted("2", quickbooks_id="146")]
        tracked.note("c1", FLOW, some, now=NOON)
    filled.save("c1", filled.HELD)
    tracked.note("c1", FLOW, [posted("3", quickbooks_id="147")], now=NOON)
    changed = posted("2", run_id="r2", outcome=Outcome.WAITING, quickbooks_id="146")
    tracked.note("c1", FLOW, [changed], now=NOON)
    assert found() == found(days=31) == ["145", "146", "147"]
    assert found(days=70) == found(amount=Decimal("9.64")) == []
    while changes.list_anew("c1", FLOW, after=""):
        pass
    filled.save("c1", filled.DONE)
    assert found() == ["145", "146", "147"]

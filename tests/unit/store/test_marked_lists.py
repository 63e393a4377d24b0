"""Lists are passed over by the table itself where none of what is sought is on them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.model.fingerprints import folded
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.tracking.tracked import Sought
from connector.store.tracking import postings, tracked

FLOW = "push_invoices"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("table")


def told(number: int, **more: Any) -> RecordOutcome:
    own = f"{number:06d}"
    created = Outcome.CREATED
    return RecordOutcome(
        run_id="r1", flow=FLOW, record_id=own, outcome=created, label=f"invoice {own}", **more
    )


@given(st.text("ab1-ä ", max_size=6), st.lists(st.text("ab1-ä ", max_size=9), max_size=9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_the_table_passes_over_no_list_that_holds_a_part_of_a_number(
    part: str, numbers: list[str]
) -> None:
    own = f"c{uuid4().hex}"
    some = [told(number, about=About(number=text)) for number, text in enumerate(numbers, 1)]
    tracked.note(own, FLOW, some, now=NOON)
    page = tracked.find(own, Sought(part=part.strip() or "b"), after=None, limit=99)
    wanted = folded(part.strip() or "b")
    bearing = [one.record_id for one in some if wanted in folded(one.about.number or "")]
    assert sorted(one.record_id for one in page.records) == bearing


@given(st.lists(st.decimals(-99, 99, places=2), min_size=1, max_size=9), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_the_table_passes_over_no_list_that_holds_an_amount(
    amounts: list[Decimal], data: st.DataObject
) -> None:
    own, wanted = f"c{uuid4().hex}", data.draw(st.sampled_from(amounts)).normalize()
    some = [told(number, worth=one) for number, one in enumerate(amounts)]
    tracked.note(own, FLOW, some, now=NOON)
    page = tracked.find(own, Sought(amounts=frozenset({wanted})), after=None, limit=99)
    equal = [one.record_id for one in some if one.worth == wanted]
    assert sorted(one.record_id for one in page.records) == equal


@pytest.mark.parametrize("many", [1, postings.MOST_MARKED, postings.MOST_MARKED + 1, 500])
def test_however_many_amounts_are_sought_the_filter_is_one_that_the_table_takes(many: int) -> None:
    """DynamoDB refuses an expression of more than 4 KB, and one of more than 300 operators."""
    amounts = [Decimal(number) for number in range(many)]
    for condition in (postings.of_amounts(amounts), postings.of_part("".join(map(str, amounts)))):
        text = "" if condition is None else condition.serialize({}, {})
        assert len(text) <= 4096
        assert text.count("contains") + text.count(" OR ") + text.count(" AND ") < 300
    own = f"c{uuid4().hex}"
    tracked.note(own, FLOW, [told(1, worth=amounts[-1])], now=NOON)
    page = tracked.find(own, Sought(amounts=frozenset(amounts)), after=None, limit=99)
    assert [one.record_id for one in page.records] == ["000001"]

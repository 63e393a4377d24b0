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
from connector.store.tracking import tracked

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

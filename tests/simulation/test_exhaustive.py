"""All that can happen to one record with two workers and one trouble, each in its turn.

Every schedule is carried out from the beginning on the real engine; its text says how to repeat it.
"""

from time import perf_counter

import pytest

from tests.simulation.conftest import Played
from tests.simulation.customers import CUSTOMERS
from tests.simulation.invoices import INVOICES
from tests.simulation.payments import PAYMENTS
from tests.simulation.pieces import PIECES
from tests.simulation.products import ADDED, MERGED
from tests.simulation.schedules import Families, Story

ALL = (INVOICES, CUSTOMERS, PAYMENTS, ADDED, MERGED, PIECES)
STORIES = pytest.mark.parametrize("story", ALL, ids=lambda one: one.name)


def _explore(families: Families, played: Played) -> None:
    begun, wrong, counts = perf_counter(), [], {}
    for name, schedules in families:
        counts[name] = 0
        for schedule in schedules:
            counts[name] += 1
            wrong += families.story.wrong(schedule)
    told = ", ".join(f"{name} {number}" for name, number in counts.items())
    played(f"{families.story.name}: {told}; {perf_counter() - begun:.1f} s")
    assert not wrong, f"{len(wrong)} of {sum(counts.values())}:\n" + "\n".join(wrong[:30])


@STORIES
def test_one_record_is_one_record_whatever_happens(story: Story, played: Played) -> None:
    if story is PIECES:
        _explore(Families(story, share=0.002, alone=0.04), played)
    elif len(story.alone()) > 25:
        _explore(Families(story, share=0.01, alone=0.3), played)
    else:
        _explore(Families(story, share=0.03), played)


@pytest.mark.full
@STORIES
def test_one_record_is_one_record_wherever_the_second_worker_stops(
    story: Story, played: Played
) -> None:
    _explore(Families(story), played)

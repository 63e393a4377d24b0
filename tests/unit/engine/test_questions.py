"""What the entry of a question says of the records that wait for its answer."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connector.engine import questions
from connector.model.outcomes import Sum
from connector.model.policy.postable import Question, asked
from tests.builders import CONNECTION, an_invoice
from tests.unit.engine.test_loop import FLOW, item
from tests.unit.engine.world import World

QUESTION = Question("status", "Counter", "invoice_statuses", "left_out_statuses")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUM, NONE = Sum(1, Decimal("9.63")), Sum()


def told(world: World) -> tuple[str, str, str]:
    own = f"{questions.ASKS}{QUESTION.key}"
    entry = world.store.pending.read_many(CONNECTION, FLOW.name, [own])[own]
    return entry.label, entry.reason or "", entry.found_at


@pytest.mark.parametrize("posted", [True, False])
def test_a_question_says_what_it_holds_back_and_what_it_posts_all_the_same(*, posted: bool) -> None:
    world = World()
    world.find(an_invoice())
    question = replace(QUESTION, posted=posted)
    expected = asked(question, FLOW.noun, *((NONE, SUM) if posted else (SUM, NONE)))
    run = world.run(now=lambda: NOON)
    questions.announce(run, FLOW.name, FLOW.noun, question, Decimal("9.63"))
    since = NOON.isoformat()
    assert told(world) == (expected.label, expected.reason, since)
    world.store.pending.ask(
        item(world), question, label="invoice 5501", reason="?", worth=Decimal("9.63")
    )
    questions.recount(world.run(), FLOW.name, FLOW.noun)
    assert told(world) == (expected.label, expected.reason, since)


def test_a_question_that_nobody_announced_is_told_once_it_is_counted() -> None:
    world = World()
    world.find(an_invoice())
    world.store.pending.ask(
        item(world), QUESTION, label="invoice 5501", reason="?", worth=Decimal("9.63")
    )
    questions.recount(world.run(now=lambda: NOON), FLOW.name, FLOW.noun)
    expected = asked(QUESTION, FLOW.noun, SUM, NONE)
    assert told(world) == (expected.label, expected.reason, NOON.isoformat())

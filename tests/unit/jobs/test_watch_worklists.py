"""Nothing waits silently: what stands on a worklist for too long is counted."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.jobs.worklist.watch_worklists import measure_one
from connector.model.worklist.notes import Note
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World


@pytest.fixture
def world() -> World:
    """An invoice that was refused with a payment behind it, and one of a day to come."""
    world = World()
    later = f"{datetime.now(UTC) + timedelta(days=30):%Y/%m/%d}"
    coming = an_invoice("5502", invoiceDate=later, dueDate="null")
    world.find(a_customer(), a_product(), an_invoice(total="19.63"), coming, a_payment())
    world.push("customer", "product", "invoice", "payment")
    return world


def overdue(world: World, days: float) -> int:
    later = datetime.now(UTC) + timedelta(days=days, minutes=1)
    return measure_one(CONNECTION, later, world.store)


@pytest.mark.case("B3")
def test_what_waits_longer_than_the_settings_allow_is_counted_once_each(world: World) -> None:
    assert [overdue(world, days) for days in (6.5, 7)] == [0, 2]
    world.save(settings(alarm_after_days=2))
    assert overdue(world, 2) == 2


def test_what_somebody_put_off_or_what_waits_for_its_day_is_not_overdue(world: World) -> None:
    until = (datetime.now(UTC) + timedelta(days=20)).date()
    note = Note(about="record", snoozed_until=until, by="ann", at="")
    world.store.notes.keep(CONNECTION, [note])
    assert [overdue(world, days) for days in (8, 21)] == [1, 2]


def test_the_metric_of_the_alarm_says_how_many(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    overdue(world, 8)
    assert '"WorklistOverdue":[2.0]' in capsys.readouterr().out.replace(" ", "")

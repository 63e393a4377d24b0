"""Two companies share the app's calls for ten days, each with its simulated QuickBooks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from connector.changes import quickbooks
from connector.entities.registry import PULLS
from connector.errors import ReadsStoppedError
from connector.jobs.find_changes import AT_MOST_EVERY
from connector.model.calls import Calls
from connector.model.control.budget import Pace
from connector.store import call_meter
from connector.store.control.budgets import BudgetWatch
from tests.builders import settings
from tests.memory.store import in_memory
from tests.simulated_books import Books

BEGIN, HOURS = datetime(2026, 11, 1, tzinfo=UTC), 2
STEPS, LINE = 10 * 24 // HOURS, 400
RINGS = {"busy": 1, "small": 24 // HOURS}
"""After how many steps somebody changes something in QuickBooks."""


@dataclass
class Sharing:
    """The companies, the time, and at which paces each was read."""

    now: datetime = BEGIN
    books: dict[str, Books] = field(default_factory=lambda: {own: Books() for own in RINGS})
    paces: dict[str, list[Pace]] = field(default_factory=lambda: {own: [] for own in RINGS})
    watch: BudgetWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = BudgetWatch(LINE, now=lambda: self.now)
        self.store = in_memory()
        for own, books in self.books.items():
            books.gate = partial(self._may_call, own)

    def _may_call(self, own: str, kind: str) -> None:
        self.watch.may_call(own, "free" if kind == "free" else "metered")

    def made(self) -> dict[str, Calls]:
        meters = {own: books.meter for own, books in self.books.items()}
        return {own: Calls(metered=one.metered, free=one.free) for own, one in meters.items()}

    def step(self, number: int) -> None:
        """Let what is due happen in both companies: somebody changes something, all look."""
        self.now = BEGIN + number * timedelta(hours=HOURS)
        for own, books in self.books.items():
            pace = self.watch.current(newest=True).pace(own)
            self.paces[own] += [pace] if self.paces[own][-1:] != [pace] else []
            quickbooks.poll(
                own,
                [*PULLS],
                partial(getattr, books, "client"),
                settings=settings(),
                now=self.now,
                rang=number % RINGS[own] == 0,
                at_most_every=AT_MOST_EVERY[pace],
                store=self.store,
            )


def read_on(sharing: Sharing, books: Books) -> None:
    """Read as often as a whole line allows, as a first load does."""
    for _ in range(LINE):
        list(books.client.query("SELECT * FROM Customer"))
        sharing.watch.current(newest=True)


@pytest.mark.case("B6")
def test_who_reads_most_is_slowed_and_then_not_read_while_writes_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sharing = Sharing()
    monkeypatch.setattr(call_meter, "of_app", lambda _month: sharing.made())
    for number in range(STEPS):
        sharing.step(number)
    busy, small = (sharing.books[own] for own in RINGS)
    assert set(sharing.paces["busy"]) == {Pace.FULL, Pace.SLOW}
    assert busy.meter.metered < STEPS * 2 / 3
    assert small.meter.metered >= STEPS * HOURS / 24 * 4  # as often as if it were alone
    with pytest.raises(ReadsStoppedError):
        read_on(sharing, busy)
    assert LINE / 3 < busy.meter.metered < LINE - small.meter.metered
    busy.client.create("Customer", {"DisplayName": "Ann"}, requestid="r")
    assert [one["DisplayName"] for one in busy.all("Customer")] == ["Ann"]
    assert list(small.client.query("SELECT * FROM Customer")) == []

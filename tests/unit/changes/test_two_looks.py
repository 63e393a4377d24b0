"""Of two looks at QuickBooks one begins when the other can write no more of what it read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from connector.engine.run import LONGEST
from connector.model.cursor import LeaseLostError
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION
from tests.unit.changes.books import CUSTOMERS, DAY, HOUR, NOON, Books, found, look, the_cursor

MINUTE = timedelta(minutes=1)


class KilledError(BaseException):
    """The function ended where it stood."""


@dataclass
class Frozen(Books):
    """A company that ends whoever asks it, or lets another look come before it answers.

    another: how long after the first look that one comes; None where the first is killed.
    """

    another: timedelta | None = None
    frozen: bool = False

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        answer = super().changes(entities, since)
        if not self.frozen:
            return answer
        self.frozen = False
        if self.another is None:
            raise KilledError
        self.put("Customer", "58", DisplayName="Harbor Bar")
        look(self, CUSTOMERS, after=6 * HOUR + self.another, rang=True)
        return answer


@pytest.fixture
def books() -> Frozen:
    """A company that was read at noon and freezes whoever asks next for its changes."""
    books = Frozen(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS)
    books.calls.clear()
    books.put("Customer", "58", DisplayName="Harbor Cafe LLC")
    books.frozen = True
    return books


def name(books: Books) -> str:
    (item,) = books.store.pending.read_many(CONNECTION, "pull_customers", ["58"]).values()
    return item.label


@pytest.mark.case("X18a")
@pytest.mark.parametrize("minutes", [1, 4, 15])
def test_no_look_begins_beside_one_that_may_write_yet(books: Frozen, minutes: int) -> None:
    books.another = minutes * MINUTE
    look(books, CUSTOMERS, after=6 * HOUR)
    assert (len(books.calls), name(books)) == (1, 'record "Harbor Cafe LLC"')
    look(books, CUSTOMERS, after=6 * HOUR + 16 * MINUTE)
    assert (len(books.calls), name(books)) == (2, 'record "Harbor Bar"'), "the ring is answered"


@pytest.mark.case("X18a")
def test_a_killed_look_keeps_others_off_for_as_long_as_it_could_have_lived(books: Frozen) -> None:
    with pytest.raises(KilledError):
        look(books, CUSTOMERS, after=6 * HOUR)
    look(books, CUSTOMERS, after=6 * HOUR + LONGEST - MINUTE)
    assert len(books.calls) == 1
    look(books, CUSTOMERS, after=6 * HOUR + LONGEST)
    assert (len(books.calls), found(books, CUSTOMERS)) == (2, {"58"})


def test_a_process_that_goes_on_after_its_end_fails_and_moves_no_cursor(books: Frozen) -> None:
    books.another = HOUR
    with pytest.raises(LeaseLostError):
        look(books, CUSTOMERS, after=6 * HOUR)
    assert the_cursor(books).read_at == NOON + 7 * HOUR

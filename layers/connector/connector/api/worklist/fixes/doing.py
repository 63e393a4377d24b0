"""What a fix is given to work with, and what it tells of itself beforehand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.api.worklist.reading import OpenEntry
from connector.engine.remotes import QuickBooksWrites
from connector.engine.stores import Store
from connector.errors import RequestError, Wrong
from connector.model.ids import FlowName, RecordId
from connector.model.pending import PendingItem
from connector.model.policy.settings import Settings
from connector.model.worklist.instructions import OF_ONE_READING, Instruction, SaidThen, Wish


@dataclass(frozen=True)
class Doing:
    """A person at the worklist of a connection.

    connection_id, by: whose worklist, and who does it.
    store: where everything is kept.
    now: the time of day.
    open_quickbooks: makes the client of the QuickBooks company, at its first use.
    is_here: tells whether MobiWork has a record of an entity, asking it.
    read_books: reads again until when the books are closed.
    save: saves changed settings, as a person saves them.
    note: keeps what was done to some records, by flow and id: a sentence, and the values.
    """

    connection_id: str
    by: str
    store: Store
    now: datetime
    open_quickbooks: Callable[[], QuickBooksWrites]
    is_here: Callable[[str, RecordId], bool]
    read_books: Callable[[], None]
    save: Callable[[Mapping[str, object]], None]
    note: Callable[[str, Sequence[tuple[FlowName, RecordId]], Mapping[str, str]], None]

    @property
    def settings(self) -> Settings:
        """The settings as they are."""
        return self.store.settings.read_settings(self.connection_id)

    def instruct(
        self, item: PendingItem, wish: Wish, *, value: str | None = None, why: str | None = None
    ) -> None:
        """Keep what is to become of a record, and have it planned again."""
        self.keep(item, wish, value=value, why=why)
        self.again(item)

    def keep(
        self,
        item: PendingItem,
        wish: Wish,
        *,
        value: str | None = None,
        why: str | None = None,
        seen: SaidThen | None = None,
    ) -> None:
        """Keep what is to become of a record, or what was done for what a person has seen of it."""
        told = Instruction(
            connection_id=self.connection_id,
            flow=item.flow,
            record_id=item.record_id,
            wish=wish,
            value=value,
            why=why,
            by=self.by,
            at=self.now.isoformat(),
            fingerprint=item.fingerprint if wish in OF_ONE_READING else None,
            seen=seen,
        )
        self.store.instructions.keep(told)

    def again(self, item: PendingItem) -> None:
        """Have a record planned again."""
        self.store.pending.replay(self.connection_id, item.flow, item.record_id)


@dataclass(frozen=True)
class FixWanted:
    """What a person asked for: some entries, with what, and why; `hint` says what it may be.

    target: A name or id that the fix needs; None where it needs none.
    why: In the person's words.
    """

    entries: Sequence[OpenEntry]
    target: str | None = None
    why: str | None = None
    hint: str = ""

    @property
    def only(self) -> OpenEntry:
        """The one entry that it is about.

        Raises:
            RequestError: it is about several.
        """
        if len(self.entries) != 1:
            raise RequestError("This fix works on one entry at a time. Choose one.")
        return self.entries[0]

    @property
    def needed(self) -> str:
        """What it is to be done with.

        Raises:
            RequestError: nothing was given.
        """
        if not (self.target or "").strip():
            told = f"Enter what to use{self.hint}."
            raise RequestError(told, errors=[Wrong("#/target", "Required.")])
        return str(self.target).strip()


@dataclass(frozen=True)
class Effect:
    """What a fix does, in sentences, with how many metered reads and writes in QuickBooks now.

    writes: In QuickBooks, when it is done.
    """

    sentences: tuple[str, ...]
    reads: int = 0
    writes: int = 0


@dataclass(frozen=True)
class Fixer:
    """One kind of fix: what it would do, and doing it.

    tells: says what would be done, or raises RequestError where it cannot.
    does: does it, for all its entries.
    """

    tells: Callable[[Doing, FixWanted], Effect]
    does: Callable[[Doing, FixWanted], None]


NEXT_RUN = "It is tried again in the next run, which starts now."


def named(entries: Sequence[OpenEntry]) -> str:
    """Name some entries in a sentence: the first of them, and how many more."""
    first = entries[0].item.label or entries[0].id
    more = len(entries) - 1
    return first if not more else f"{first} and {more} more"

"""Fingerprints of a flow's records as last read, and the names that records are recognised by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from connector.model.body import Body
from connector.model.ids import FlowName, RecordId, is_push

_BETWEEN = "\t"

OUTDATED = "outdated"
"""The fingerprint of a record that the next look takes for changed, whatever it says."""

UNREAD = ""
"""In the place of a fingerprint: a record is known, but not what it says. Listed, it changed."""


type Print = str
"""How a record was printed when it was read, in four words: what is needed of it while it stays.

A mark that tells these bytes from any others, under what it is kept what such records say, the
record's amount and what it says of what is owed, which both may be nothing; earlier versions kept
three. One text of each is all that a hundred thousand records need.
"""


@dataclass(frozen=True)
class HeldAnswer:
    """What a list of MobiWork answered when nothing was new, if that still holds; by its flow.

    `turn` counts how often it became void: it is kept anew only in the turn that was read.

    body: what was answered, as its digest and counts; None where nothing holds.
    """

    body: Body | None = None
    turn: int = 0


@dataclass
class Fingerprints:
    """The known fingerprints of one flow, by record id, and how each record was printed.

    `changed` are the ids that were remembered or forgotten since they were read, each with what
    was kept of it then; nothing of that is durable before the store saves it. `notes` are the notes
    that are dropped then, `linking` those of records that are about to be linked: each QuickBooks
    id with when no worker that noted it lives any more (ISO 8601 in UTC). `again` are those of
    records that are to be read once more, each with its record: they stay until that has happened.
    Where two keep a record otherwise at once neither is known to be newer, and it is read again.

    marks: the fingerprint of each record, in hexadecimal digits.
    prints: how each record was printed.
    blocks: how often what the store keeps together had been written when it was read.
    later_counts: whether of two who keep a record otherwise at once the later one is right.
    """

    marks: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str | None] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    linking: dict[str, Mapping[str, str]] = field(default_factory=dict)
    prints: dict[str, Print] = field(default_factory=dict)
    again: dict[str, RecordId] = field(default_factory=dict)
    blocks: dict[int, int] = field(default_factory=dict)
    later_counts: bool = False

    def known(self, record_id: str) -> str | None:
        """Return the fingerprint that a record had, if it had one."""
        return self.marks.get(record_id) or None

    def holds(self, flow: FlowName, record_id: RecordId, mark: str) -> bool:
        """Tell whether a reading is the newest of its record, as far as lists tell.

        A record that a look only noted has no newer one; one that is not known is gone, also where
        none is known any more. Of records that are pulled no fingerprints are kept.
        """
        return not is_push(flow) or self.marks.get(record_id) in (UNREAD, mark)

    def expect(self, record_ids: Iterable[str]) -> None:
        """Count records as known that nobody saved a fingerprint of: listed, they are changed."""
        for record_id in record_ids:
            if record_id not in self.marks:
                self.remember(record_id, UNREAD)

    def doubt(self, record_ids: Iterable[str]) -> None:
        """Count records as known, but not what was read of them last: listed, they are changed."""
        for record_id in record_ids:
            self.remember(record_id, UNREAD)

    def outdate(self, record_id: str, *, note: str) -> None:
        """Count a record as changed, as a note says, until it was read once more."""
        self.remember(record_id, OUTDATED)
        self.again[note] = record_id

    def served(self) -> set[str]:
        """Return the notes that have served: what they are about is known, or was read again."""
        read = {note for note, own in self.again.items() if self.marks.get(own) != OUTDATED}
        return self.notes | read

    def ids(self) -> set[str]:
        """Return the ids of all records that are known."""
        return set(self.marks)

    def remember(self, record_id: str, mark: str) -> None:
        """Note a record's fingerprint; how that is printed is not known yet."""
        self.changed.setdefault(record_id, self.marks.get(record_id))
        self.marks[record_id] = mark
        self.prints.pop(record_id, None)

    def keep_print(self, record_id: str, printed: Print) -> None:
        """Note how a record is printed that has the fingerprint that is known of it."""
        if self.prints.get(record_id) != printed:
            self.changed.setdefault(record_id, self.marks.get(record_id))
            self.prints[record_id] = printed

    def forget(self, record_id: str) -> None:
        """Drop a record's fingerprint."""
        if (mark := self.marks.pop(record_id, None)) is not None:
            self.prints.pop(record_id, None)
            self.changed.setdefault(record_id, mark)

    def join(self, record_id: str, kept: str | None, printed: Print | None) -> None:
        """Take up what is kept of a changed record by now: its fingerprint and its print."""
        before, mine = self.changed[record_id], self.marks.pop(record_id, None)
        mark, own_print = mine, self.prints.pop(record_id, None)
        if kept not in (before, mine):
            own_print = None
            if mine == before or (mine is None and self.later_counts):
                mark, own_print = kept, printed
            elif not self.later_counts:
                mark = OUTDATED if OUTDATED in (kept, mine) else UNREAD
        if mark is not None:
            self.marks[record_id] = mark
        if own_print is not None:
            self.prints[record_id] = own_print


@dataclass
class RecordNames:
    """By what the MobiWork records of one entity are recognised, kept as their fingerprints.

    marks: the names of each record, in place of its fingerprint.
    """

    marks: Fingerprints = field(default_factory=Fingerprints)

    def __post_init__(self) -> None:
        """Let the later of two names count: a record without one would be taken for a new one."""
        self.marks.later_counts = True

    def remember(self, record_id: str, *, key: str | None, native: str | None) -> None:
        """Note what a record is called, if anything, and which QuickBooks id it names."""
        text = f"{native or ''}{_BETWEEN}{folded(key or '')}"
        if self.marks.known(record_id) != text:
            self.marks.remember(record_id, text)

    def keep_only(self, record_ids: set[str]) -> None:
        """Forget all other records."""
        for gone in self.marks.ids() - record_ids:
            self.marks.forget(gone)

    def by_key(self) -> dict[str, list[str]]:
        """Return the ids of the records of each name, in order."""
        return _index((record_id, key) for record_id, _, key in self._told())

    def by_native(self) -> dict[str, list[str]]:
        """Return the ids of the records that name each QuickBooks id, in order."""
        return _index((record_id, native) for record_id, native, _ in self._told())

    def _told(self) -> Iterator[tuple[str, str, str]]:
        for record_id, text in sorted(self.marks.marks.items()):
            native, _, key = text.partition(_BETWEEN)
            yield record_id, native, key


def _index(named: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record_id, name in named:
        if name:
            found.setdefault(name, []).append(record_id)
    return found


def folded(text: str) -> str:
    """Return a name so that spellings that mean the same are equal."""
    return " ".join(text.split()).casefold()

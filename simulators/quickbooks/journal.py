"""The journal of every request, for tests and benches to count and inspect."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

MOST = 50_000


@dataclass(slots=True)
class Entry:
    """One request and what became of it."""

    number: int
    time: str
    realm: str
    method: str
    path: str
    query: str
    entity: str
    kind: str
    requestid: str
    body_hash: str
    status: int = 0
    code: str = ""
    tid: str = ""
    trouble: str = ""
    replayed: bool = False
    committed: bool = False
    milliseconds: float = 0.0


class Journal:
    """The latest requests."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST)
        self.total = 0

    def open(self, **values: Any) -> Entry:  # noqa: ANN401 - the fields of Entry
        """Begin the entry of a request."""
        self.total += 1
        entry = Entry(number=self.total, **values)
        self.entries.append(entry)
        return entry

    def report(self, **wanted: str) -> list[dict[str, Any]]:
        """List the entries whose members have the wanted values."""
        after = int(wanted.pop("after", "0"))
        return [
            asdict(entry)
            for entry in self.entries
            if entry.number > after
            and all(str(getattr(entry, k, "")).lower() == v.lower() for k, v in wanted.items())
        ]

    def clear(self) -> None:
        """Forget all entries."""
        self.entries.clear()
        self.total = 0

"""What was asked and answered: one entry per API request, without token or content."""

from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

_MOST_ENTRIES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request: what it was, how it was answered and how long that took."""

    number: int
    method: str
    path: str
    endpoint: str
    evidence: str
    record_id: str
    status: int
    status_code: str
    error_code: str
    fault: str
    body_sha256: str
    body_size: int
    answer_size: int
    milliseconds: float


@dataclass(slots=True)
class Journal:
    """The last requests; numbers go on when it is cleared."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_MOST_ENTRIES))
    last: int = 0

    def write(self, *, body: bytes, **facts: Any) -> None:  # noqa: ANN401 - the fields of Entry
        """Add one request."""
        self.last += 1
        digest = sha256(body).hexdigest()
        self.entries.append(
            Entry(number=self.last, body_sha256=digest, body_size=len(body), **facts)
        )

    def since(self, number: int, endpoint: str, limit: int) -> list[dict[str, Any]]:
        """Entries after a number, oldest first."""
        chosen = (
            entry
            for entry in self.entries
            if entry.number > number and endpoint in {"", entry.endpoint}
        )
        return [asdict(entry) for entry in islice(chosen, limit)]

    def counts(self) -> dict[str, int]:
        """How often each endpoint was asked."""
        return dict(Counter(entry.endpoint or "unknown" for entry in self.entries))

"""The journal of every request, for tests and benches to count and inspect."""

import secrets
from collections import deque
from dataclasses import dataclass
from typing import Any

from yarl import URL

from simulators.quickbooks.clock import stamp_millis

MOST = 50_000
TRACE = secrets.token_hex(8)


@dataclass(slots=True)
class Entry:
    """One request and what became of it, kept raw: few are ever looked at."""

    at: float
    realm: str
    method: str
    target: str
    entity: str
    kind: str
    requestid: str
    body_hash: bytes
    number: int = 0
    status: int = 0
    code: str = ""
    trouble: str = ""
    replayed: bool = False
    committed: bool = False
    seconds: float = 0.0

    @property
    def tid(self) -> str:
        """Return the intuit_tid of the answer."""
        return f"1-{int(self.at):08x}-{TRACE}{self.number:08x}"

    def told(self) -> dict[str, Any]:
        """Return the entry as the admin side shows it."""
        path, _, query = self.target.partition("?")
        url = URL.build(path=path, query_string=query, encoded=True)
        return {
            "number": self.number,
            "time": stamp_millis(self.at),
            "realm": self.realm,
            "method": self.method,
            "path": url.path,
            "query": url.query_string,
            "entity": self.entity,
            "kind": self.kind,
            "requestid": self.requestid,
            "body_hash": self.body_hash.hex(),
            "status": self.status,
            "code": self.code,
            "tid": self.tid,
            "trouble": self.trouble,
            "replayed": self.replayed,
            "committed": self.committed,
            "milliseconds": round(self.seconds * 1000, 3),
        }


class Journal:
    """The latest requests."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST)
        self.total = 0

    def add(self, entry: Entry) -> Entry:
        """Take in the entry of a request and number it."""
        self.total += 1
        entry.number = self.total
        self.entries.append(entry)
        return entry

    def report(self, after: int, wanted: dict[str, str]) -> list[dict[str, Any]]:
        """List the entries after a number whose members have the wanted values."""
        told = [entry.told() for entry in self.entries if entry.number > after]
        return [
            row
            for row in told
            if all(str(row.get(name, "")).lower() == v.lower() for name, v in wanted.items())
        ]

    def clear(self) -> None:
        """Forget all entries."""
        self.entries.clear()
        self.total = 0

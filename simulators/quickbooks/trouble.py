"""Scripted trouble: the next requests that match fail in the way a test asks for."""

import re
from dataclasses import asdict, dataclass, fields
from http import HTTPStatus
from typing import Any

from simulators.quickbooks.faults import MESSAGES

STATUSES = frozenset(HTTPStatus)
STORIES = ("timeout", "error", "system_fault", "html", "drop")
"""What a client may see of a request that is lost, takes effect, or takes effect late."""
WHEN = ("before", "after", "late")
SPOILED = frozenset({"byte_by_byte", "gzip_bomb"})
"""Kinds whose request takes effect and whose answer is hard to read."""
KINDS = SPOILED | {"slow", "throttle", "unauthorized", "fault"}
KINDS |= {f"{story}_{when}" for story in STORIES for when in WHEN}
STATUS = {"fault": 400, "system_fault": 400}
UNAVAILABLE = 503
MOST_MEGABYTES = 500
SHORTLY, MINUTES_LATER = 5.0, 120.0


@dataclass
class Trouble:
    """One script; empty conditions match every request.

    With `always` it never ends. A status of 0 and negative seconds mean the usual of its kind.
    """

    kind: str
    times: int = 1
    always: bool = False
    skip: int = 0
    method: str = ""
    path: str = ""
    entity: str = ""
    realm: str = ""
    operation: str = ""
    query: str = ""
    body: str = ""
    status: int = 0
    seconds: float = -1.0
    code: str = ""
    detail: str = ""
    megabytes: int = 50

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        for member in fields(self)[1:]:
            given, default = getattr(self, member.name), member.default
            kind: type[Any] = type(default)
            setattr(self, member.name, default if given is None else kind(given))
        self._fill_in()
        if self.kind == "fault" and self.code not in MESSAGES:
            raise ValueError(f"there is no fault code {self.code}")
        if self.status not in STATUSES:
            raise ValueError("status must be one that an answer can have")
        if not 1 <= self.megabytes <= MOST_MEGABYTES:
            raise ValueError(f"megabytes must be from 1 to {MOST_MEGABYTES}")
        for pattern in (self.path, self.query, self.body):
            _compiled(pattern)

    def _fill_in(self) -> None:
        self.status = self.status or STATUS.get(self.story, UNAVAILABLE)
        self.code = self.code or ("6000" if self.kind == "fault" else "10000")
        if self.seconds < 0:
            self.seconds = MINUTES_LATER if self.late else SHORTLY

    @property
    def story(self) -> str:
        """Return what the client sees, whenever the request takes effect."""
        story, _, when = self.kind.rpartition("_")
        return story if when in WHEN else self.kind

    @property
    def after(self) -> bool:
        """Tell whether the request takes effect before its client sees the trouble."""
        return self.kind.endswith("_after")

    @property
    def late(self) -> bool:
        """Tell whether the request takes effect behind the back of its client."""
        return self.kind.endswith("_late")

    def matches(self, request: dict[str, str]) -> bool:
        """Tell whether a request is meant."""
        for name in ("method", "entity", "realm", "operation"):
            wanted = getattr(self, name)
            if wanted and wanted.lower() != request[name].lower():
                return False
        return all(
            re.search(getattr(self, name), request[name]) for name in ("path", "query", "body")
        )


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.PatternError as error:
        raise ValueError(f"{pattern[:40]} is no regular expression: {error}") from error


class Troubles:
    """The scripts that are still to come true, in order."""

    def __init__(self) -> None:
        self.scripts: list[Trouble] = []
        self.done = 0

    def add(self, script: dict[str, Any]) -> Trouble:
        """Take a script in.

        Raises:
            TypeError: it has unknown members.
            ValueError: its kind or another member is not what it can be.
        """
        trouble = Trouble(**script)
        self.scripts.append(trouble)
        return trouble

    def next(self, request: dict[str, str]) -> Trouble | None:
        """Return the script that this request runs into, and use it up."""
        for script in self.scripts:
            if not script.matches(request):
                continue
            if script.skip > 0:
                script.skip -= 1
                continue
            script.times -= not script.always
            self.done += 1
            if script.times <= 0:
                self.scripts.remove(script)
            return script
        return None

    def report(self) -> dict[str, Any]:
        """List what is still to come."""
        return {"pending": [asdict(script) for script in self.scripts], "done": self.done}

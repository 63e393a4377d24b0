"""Scripted trouble: the next requests that match fail in the way a test asks for."""

import re
from dataclasses import asdict, dataclass, fields
from http import HTTPStatus
from typing import Any

from simulators.quickbooks.faults import MESSAGES

STATUSES = frozenset(HTTPStatus)
KINDS = frozenset(
    {
        "timeout_before",
        "timeout_after",
        "error_before",
        "error_after",
        "drop_before",
        "drop_after",
        "slow",
        "throttle",
        "html_before",
        "html_after",
        "unauthorized",
        "fault",
    }
)


@dataclass
class Trouble:
    """One script; empty conditions match every request."""

    kind: str
    times: int = 1
    skip: int = 0
    method: str = ""
    path: str = ""
    entity: str = ""
    realm: str = ""
    operation: str = ""
    body: str = ""
    status: int = 503
    seconds: float = 5.0
    code: str = "6000"
    detail: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        for member in fields(self)[1:]:
            given, default = getattr(self, member.name), member.default
            kind: type[Any] = type(default)
            setattr(self, member.name, default if given is None else kind(given))
        if self.kind == "fault" and self.code not in MESSAGES:
            raise ValueError(f"there is no fault code {self.code}")
        if self.status not in STATUSES:
            raise ValueError("status must be one that an answer can have")
        for pattern in (self.path, self.body):
            _compiled(pattern)

    @property
    def after(self) -> bool:
        """Tell whether the request still takes effect."""
        return self.kind.endswith("_after")

    def matches(self, request: dict[str, str]) -> bool:
        """Tell whether a request is meant."""
        for name in ("method", "entity", "realm", "operation"):
            wanted = getattr(self, name)
            if wanted and wanted.lower() != request[name].lower():
                return False
        return bool(re.search(self.path, request["path"]) and re.search(self.body, request["body"]))


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
            script.times -= 1
            self.done += 1
            if script.times <= 0:
                self.scripts.remove(script)
            return script
        return None

    def report(self) -> dict[str, Any]:
        """List what is still to come."""
        return {"pending": [asdict(script) for script in self.scripts], "done": self.done}

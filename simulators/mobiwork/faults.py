"""Trouble on demand: scripted faults for the next requests that match."""

from asyncio import TimerHandle
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

type FaultKind = Literal[
    "malformed_xml",
    "truncated_xml",
    "html",
    "empty",
    "status",
    "blocked",
    "drop",
    "late",
    "slow",
    "byte_by_byte",
    "gzip_bomb",
    "wrong_token",
    "error",
    "warning",
    "short_list",
    "empty_list",
    "page_slip",
    "stale",
]

_OF_LISTS = frozenset({"short_list", "empty_list", "page_slip"})
_STATUSES = {"status": 503, "blocked": 403}


class Fault(BaseModel):
    """One scripted fault; `after` lets the call take effect before its answer is spoiled.

    `endpoint` is a name such as `payment.add`, or a pattern such as `*.list`; `path` is a part of
    the path. With `always` the script never ends. `count`, `by` and `honest` are of spoiled lists:
    how many records a short one has, by how many a page slips, and whether its counters tell how
    many records there are. With `instead` a warning takes the place of what the call answers.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    times: int = Field(default=1, ge=1)
    always: bool = False
    skip: int = Field(default=0, ge=0)
    endpoint: str = ""
    path: str = ""
    after: bool = True
    status: int | None = Field(default=None, ge=400, le=599)
    seconds: float = Field(default=1.0, ge=0, le=300)
    code: str = "9999"
    text: str = "Internal error"
    count: int = Field(default=1, ge=0)
    by: int = 1
    honest: bool = False
    instead: bool = False
    element: Literal["message", "error"] = "message"
    megabytes: int = Field(default=50, ge=1, le=500)

    @property
    def http_status(self) -> int:
        """The status of a fault that answers with a page."""
        return self.status or _STATUSES.get(self.kind, 503)

    def matches(self, endpoint: str, path: str) -> bool:
        """Whether the fault is meant for such a request, and can befall it."""
        operation = endpoint.rpartition(".")[2]
        if self.kind in _OF_LISTS and operation != "list":
            return False
        if self.kind == "stale" and not operation.startswith(("list", "view")):
            return False
        return fnmatchcase(endpoint, self.endpoint or "*") and self.path in path


class Faults:
    """The faults still to come, in the order in which they were asked for, and late calls."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.late: list[TimerHandle] = []

    def forget(self) -> None:
        """Forget the faults still to come, and the calls that would still take effect."""
        self.waiting.clear()
        for call in self.late:
            call.cancel()
        self.late.clear()

    def take(self, endpoint: str, path: str) -> Fault | None:
        """The fault for this request, counted down; None for a request that goes well."""
        for fault in self.waiting:
            if not fault.matches(endpoint, path):
                continue
            if fault.skip:
                fault.skip -= 1
                return None
            fault.times -= 0 if fault.always else 1
            self.waiting = [one for one in self.waiting if one.times]
            return fault
        return None

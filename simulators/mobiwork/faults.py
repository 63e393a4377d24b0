"""Trouble on demand: scripted faults for the next requests that match."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

type FaultKind = Literal[
    "malformed_xml",
    "truncated_xml",
    "html",
    "empty",
    "status",
    "drop",
    "slow",
    "wrong_token",
    "error",
]


class Fault(BaseModel):
    """One scripted fault; `after` lets the call take effect before its answer is spoiled."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    times: int = Field(default=1, ge=1)
    skip: int = Field(default=0, ge=0)
    endpoint: str = ""
    path: str = ""
    after: bool = True
    status: int = Field(default=503, ge=400, le=599)
    seconds: float = Field(default=1.0, ge=0, le=300)
    code: str = "9999"
    text: str = "Internal error"

    def matches(self, endpoint: str, path: str) -> bool:
        """Whether the fault is meant for such a request."""
        return self.endpoint in {"", endpoint} and self.path in path


class Faults:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, endpoint: str, path: str) -> Fault | None:
        """The fault for this request, counted down; None for a request that goes well."""
        for fault in self.waiting:
            if not fault.matches(endpoint, path):
                continue
            if fault.skip:
                fault.skip -= 1
                return None
            fault.times -= 1
            self.waiting = [one for one in self.waiting if one.times]
            return fault
        return None


def spoiled(fault: Fault, answer: bytes) -> bytes:
    """The answer as a fault leaves it."""
    if fault.kind == "malformed_xml":
        return answer.replace(b"</", b"<", 1)
    if fault.kind == "truncated_xml":
        return answer[: len(answer) * 2 // 3]
    return b""

"""Every call of a port is a step of a worker, and one step of it may go wrong."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from connector.errors import ConnectorError, RemoteDownError
from tests.simulation.scheduler import Clock, Worker

WRITES = frozenset(
    {
        "ask",
        "claim",
        "close",
        "count_try",
        "hold",
        "keep",
        "let_go",
        "make_due",
        "note",
        "note_drift",
        "note_taken",
        "outdate",
        "put_all",
        "put_away",
        "put_if_free",
        "record",
        "release",
        "replay",
        "repoint",
        "save",
        "save_progress",
    }
)
"""The calls of the store that change something."""

NO_CALLS = frozenset({"external_id", "supports"})
"""What a client knows by itself."""

SENT = frozenset({"quickbooks.create", "quickbooks.update", "mobiwork.add"})
"""The calls that may be carried out late: nothing else must come between."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: the `step`-th of its worker, counted from 1."""

    kind: str
    step: int

    def __str__(self) -> str:
        return f"{self.kind} at {self.step}"


def of_store(step: str) -> tuple[str, ...]:
    """Return what can go wrong with a call of the store."""
    if step.rpartition(".")[2] in WRITES:
        return ("repeated", "failed", "answer lost")
    return ()


def of_remote(step: str) -> tuple[str, ...]:
    """Return what can go wrong with a call of a remote."""
    if step in SENT:
        return ("answer lost", "late", "unreachable", "slow")
    return ("answer lost", "unreachable") if step == "mobiwork.edit" else ()


@dataclass
class Steps:
    """A port all calls of which are steps of a worker.

    late: after so many seconds a late call is carried out.
    faults: tells what goes wrong with a step of the worker, by its number and its name.
    """

    name: str
    port: Any
    worker: Worker
    clock: Clock
    late: float
    faults: Callable[[int, str], str | None]

    def __getattr__(self, method: str) -> Any:
        target = getattr(self.port, method)

        def step(*told: Any, **named: Any) -> Any:
            name = f"{self.name}.{method}"
            self.worker.pause(name)
            kind = self.faults(len(self.worker.steps), name)
            ready = named.pop("before_sending", None)
            if kind == "slow":
                self.worker.pause("slow")
                self.clock.advance(140)
            if ready is not None:
                ready()
            return self._called(kind, lambda: _now(target(*told, **named)))

        return step if callable(target) and method not in NO_CALLS else target

    def _called(self, kind: str | None, call: Callable[[], Any]) -> Any:
        match kind:
            case "repeated":
                call()
                return call()
            case "failed" | "unreachable":
                raise RemoteDownError("It cannot be reached.")
            case "answer lost":
                call()
                raise RemoteDownError("It did not answer.", unknown_outcome=True)
            case "late":
                due = self.clock.now + self.late
                self.clock.late.append((due, lambda: _quietly(call)))
                raise RemoteDownError("It did not answer.", unknown_outcome=True)
        return call()


def _quietly(call: Callable[[], Any]) -> None:
    with suppress(ConnectorError):
        call()


def _now(answer: Any) -> Any:
    return iter(list(answer)) if isinstance(answer, Iterator) else answer

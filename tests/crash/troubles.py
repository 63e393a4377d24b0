"""What can go wrong between a worker and QuickBooks, as data, and the cases made of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.entities.registry import PUSHES
from connector.store.records import pending
from tests.crash.plots import Case, begin_update
from tests.crash.records import CHANGES, records_of
from tests.crash.remote import IMPATIENCE
from tests.crash.trial import BLIND, FORGETFUL, Trial
from tests.crash.verdict import Verdict

SLOWLY = 6.0
LATE = 0.5
"""Seconds after its connection is dropped until a call is carried out: however slow the machine is,
another process begins only then; the same one looks later than that, on the slower clock."""

PATIENT = ("push_customers", "push_invoices", "push_payments", "push_bills")
"""Where the same process settles what it met; waiting costs time, so not everywhere."""

SHORT = (
    "5xx after commit",
    "system fault in a 200 after commit",
    "429 on the repetition",
    "refresh answers lost",
    "queries hours late",
    "edited meanwhile (5010)",
)
LAG = {"query_lag": 30.0 / SLOWLY}
"""Queries that lag by 30 s, on a slower clock: the simulator stamps records to the second."""

FORGETS = FORGETFUL.switches
SYSTEM_FAULT_BEFORE = {"kind": "system_fault_before", "code": "99173"}
SYSTEM_FAULT_AFTER = {"kind": "system_fault_after", "code": "99173"}
IMPATIENT = {"patience": IMPATIENCE}
NAMED = ("push_customers", "push_products", "push_vendors")


@dataclass(frozen=True)
class Trouble:
    """Scripts of the simulator, its switches, and what goes wrong in the worker's own client."""

    scripts: Sequence[Mapping[str, Any]] = ()
    switches: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)


def scripted(*kinds: str, **switches: Any) -> Trouble:
    """Return trouble that the simulator makes, one script for each request."""
    return Trouble(tuple({"kind": kind} for kind in kinds), switches)


TROUBLES: Mapping[str, Trouble] = {
    "time-out before commit": Trouble(({"kind": "timeout_before"},), client=IMPATIENT),
    "time-out after commit": Trouble(({"kind": "timeout_after"},), FORGETS, IMPATIENT),
    "5xx before commit": scripted("error_before"),
    "5xx after commit": scripted("error_after", **FORGETS),
    "5xx page after commit": scripted("html_after", **FORGETS),
    "5xx four times": scripted(*["error_before"] * 4),
    "system fault before commit": Trouble((SYSTEM_FAULT_BEFORE,)),
    "system fault after commit": Trouble((SYSTEM_FAULT_AFTER,), FORGETS),
    "system fault in a 200 after commit": Trouble((SYSTEM_FAULT_AFTER | {"status": 200},), FORGETS),
    "carried out seconds late": Trouble(({"kind": "drop_late", "seconds": LATE},), FORGETS),
    "answered byte by byte": Trouble(({"kind": "byte_by_byte", "seconds": 1},), FORGETS),
    "dropped before commit": scripted("drop_before"),
    "dropped after commit": scripted("drop_after", **FORGETS),
    "answer cut in the middle": Trouble(switches=FORGETS, client={"cut": 1}),
    "not reachable": Trouble(client={"reachable": False}),
    "429": scripted("throttle"),
    "429 on the repetition": scripted("drop_after", "throttle", **BLIND.switches),
    "token expired": scripted("unauthorized"),
    "refresh answer lost": Trouble(({"kind": "unauthorized"},), client={"lost_refreshes": 1}),
    "refresh answers lost": Trouble(({"kind": "unauthorized"},), client={"lost_refreshes": 2}),
    "token expired on the repetition": scripted("drop_after", "unauthorized", **BLIND.switches),
    "request id answered with 600": scripted("drop_after", requestid="fault", **LAG),
    "request id forgotten, queries 30 s late": scripted("drop_after", **FORGETS, **LAG),
    "queries hours late": scripted("drop_after", **BLIND.switches),
}


def in_quickbooks() -> Iterator[Case]:
    """Let creates meet each trouble; another process settles it, or the same one."""
    for name, trouble in TROUBLES.items():
        for flow in PUSHES:
            fault = f"create: {name}"
            short = flow.name == "push_invoices" and name in SHORT
            if not _lags(trouble):
                yield Case(flow.name, fault, created(trouble, hasty=True), short)
            if _lags(trouble) or flow.name in PATIENT:
                play = created(trouble, hasty=False)
                yield Case(flow.name, fault, play, variant="the same process goes on")


def created(trouble: Trouble, *, hasty: bool) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        trial.find(*records_of(trial.flow))
        trial.push_parents()
        return _met(trial, trouble, hasty=hasty)

    return play


EDITED = "edited meanwhile (5010)"
SHORT_OF_UPDATES = ("5xx after commit", "queries hours late", EDITED)


def in_updates() -> Iterator[Case]:
    """Let updates meet each trouble, and a person who edits the record meanwhile.

    What is posted once and only follows its record, as a quote does, is then left to a person.
    """
    for name, trouble in {**TROUBLES, EDITED: Trouble()}.items():
        for flow in PUSHES:
            if flow.entity in CHANGES and (name != EDITED or flow.name != "push_quotes"):
                short = flow.name == "push_customers" and name in SHORT_OF_UPDATES
                yield Case(flow.name, f"update: {name}", updated(name, trouble), short)


def updated(name: str, trouble: Trouble) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        begin_update(trial)
        if name == EDITED:
            trial.edit_in_quickbooks()
        return _met(trial, trouble, updated=1)

    return play


def refused_names() -> Iterator[Case]:
    """Let a name be refused (6240) on a repetition, and a person try again later.

    Neither the request id nor the look-up helps here; QuickBooks' own unique names do.
    """
    for flow in PUSHES:
        if flow.name in NAMED:
            yield Case(flow.name, "create: 6240 on the repetition", refused_name)


def refused_name(trial: Trial) -> Verdict:
    trial.find(*records_of(trial.flow))
    trial.switch(**FORGETS, **BLIND.switches)
    trial.script({"kind": "drop_after"})
    trial.work(trial.task())
    trial.switch(query_lag=0.0)
    (item,) = pending.worklist(trial.connection_id, trial.flow.name)
    assert pending.replay(trial.connection_id, trial.flow.name, item.record_id)
    return trial.verdict(ended=trial.survive())


def _lags(trouble: Trouble) -> bool:
    return trouble.switches.items() >= LAG.items()


def _is_late(trouble: Trouble) -> bool:
    return any(script["kind"] == "drop_late" for script in trouble.scripts)


def _met(trial: Trial, trouble: Trouble, *, hasty: bool = False, updated: int = 0) -> Verdict:
    if _lags(trouble) or (_is_late(trouble) and not hasty):
        trial.speed = SLOWLY
    trial.switch(**trouble.switches)
    trial.script(*trouble.scripts)
    trial.work(trial.task(hasty=hasty, client=trouble.client))
    if _is_late(trouble) and hasty:
        assert trial.carried_out_late()
    ended = trial.survive()
    came = len(trouble.scripts) - trial.scripts_left()
    assert came or not trouble.scripts, "the trouble never came"
    return trial.verdict(updated=updated, ended=ended)

"""One case of the matrix: a company is prepared, trouble comes, runs follow, all is counted."""

import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from connector.changes.company import ask_company
from connector.changes.mobiwork import find_changes
from connector.mobiwork.xml import RawRecord
from connector.model.company import Company
from connector.model.flows.push_flow import PushFlow
from connector.model.worklist.instructions import Instruction, Wish
from connector.store import settings as saved
from connector.store.control import instructions
from connector.store.records import pending
from tests.crash import records
from tests.crash.nursery import Nursery
from tests.crash.remote import SPEED, Setup, connect, quickbooks
from tests.crash.verdict import Verdict, judge, links_of
from tests.crash.worker import (
    ENDLESS,
    FAILED,
    FIRED,
    FLOWS,
    SETTLED,
    Task,
    run_to_the_end,
)
from tests.patience import eventually
from tests.unit.engine.world import FakeMobiWork

NUMBERS = count(1)
TOGETHER = 0.2


@dataclass(frozen=True)
class World:
    """How QuickBooks behaves in a case, apart from scripted trouble."""

    name: str
    switches: Mapping[str, Any] = field(default_factory=dict)


CALM = World("QuickBooks as documented")
FORGETFUL = World("request ids forgotten", {"requestid": "forget"})
BLIND = World("queries hours late", {"query_lag": 3600.0})
WORLDS = (FORGETFUL, BLIND)
"""In each one of the two protections fails: only the look-up helps, or only the request id."""


@dataclass
class Trial:
    """One connection with its own empty QuickBooks company."""

    setup: Setup
    nursery: Nursery
    flow: PushFlow[Any]
    company: Company
    mutation: str = ""
    speed: float = SPEED
    connection_id: str = field(default_factory=lambda: f"crash{next(NUMBERS)}")
    known: list[RawRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.setup.forget_faults()
        self.setup.admin("reset", {})
        self.switch(requestid="replay", query_lag=0.0)
        self.begin()

    def begin(self) -> None:
        """Connect to the company, with settings."""
        connect(self.setup, self.connection_id)
        saved.save_company(self.connection_id, self.company)
        chosen = records.the_settings(self.company.accounts)
        saved.save_settings(self.connection_id, chosen, saved_at="", saved_by="test")

    def employ(self) -> None:
        """Let a vendor in QuickBooks stand for the employee who paid an expense."""
        name, asked = "Milo Willowley", f"{self.connection_id}-employee"
        vendor = self.client.create(
            "Vendor", {"DisplayName": name}, requestid=asked, before_sending=lambda: None
        )
        chosen = saved.read_settings(self.connection_id)
        chosen = chosen.model_copy(update={"employee_vendors": {name: str(vendor["Id"])}})
        saved.save_settings(self.connection_id, chosen, saved_at="", saved_by="test")

    @property
    def client(self) -> Any:
        """The connector's own client of the company."""
        return quickbooks(self.setup, self.connection_id)

    @property
    def flows(self) -> tuple[str, ...]:
        """The flows whose records the case needs, in order; the one it is about is the last."""
        return records.flows_for(self.flow)

    def switch(self, **values: Any) -> None:
        """Set switches of the simulator."""
        self.setup.admin("switches", values)

    def find(self, *found: RawRecord) -> None:
        """Let these be the records of MobiWork."""
        self.known = list(found)
        find_changes(self.connection_id, FakeMobiWork(list(found)))

    def push_parents(self) -> None:
        """Push what the record needs, without trouble."""
        self.push(self.flows[:-1])

    def push(self, flows: Sequence[str], run_id: str = "r0") -> None:
        """Push flows without trouble, to the end."""
        ended = run_to_the_end(self.setup, Task(self.connection_id, tuple(flows), run_id))
        assert ended == SETTLED

    def script(self, *scripts: Mapping[str, Any]) -> None:
        """Script trouble for what the case's flow writes."""
        path = f"(^|/){self.flow.target.lower()}$"
        for one in scripts:
            self.setup.admin("faults", {"method": "POST", "path": path} | dict(one))

    def scripts_left(self) -> int:
        """Return how much of the scripted trouble has not come yet."""
        return len(self.setup.ask("faults")["pending"])

    def carried_out_late(self) -> bool:
        """Wait until the call whose connection was dropped is carried out; tell whether it is."""
        last = eventually(
            lambda: self.setup.ask("journal?trouble=drop_late")["entries"][-1],
            lambda entry: entry["committed"],
        )
        return bool(last["committed"])

    def edit_in_quickbooks(self) -> None:
        """Change another field of the record of the case in QuickBooks, as a person does."""
        (link,) = links_of(self.connection_id, self.flow)
        member = {"Item": "Sku", "Invoice": "CustomerMemo"}.get(link.target, "Notes")
        value: Any = {"value": "Thank you"} if member == "CustomerMemo" else "Call after 5"
        told = {"entity": link.target, "id": link.quickbooks_id, "body": {member: value}}
        self.setup.admin("person/edit", told)

    def ask_for_update(self) -> None:
        """Let a person ask for the update of what stands on the worklist as changed in MobiWork."""
        (item,) = pending.worklist(self.connection_id, self.flow.name)
        wanted = Instruction(
            connection_id=self.connection_id,
            flow=item.flow,
            record_id=item.record_id,
            wish=Wish.UPDATE,
            by="ann",
            at=item.found_at,
            fingerprint=item.fingerprint,
        )
        instructions.keep(wanted)
        assert pending.put_if_free(self.connection_id, item.flow, item.reading)

    def work(self, *tasks: Task) -> list[int]:
        """Let workers do one run each, all at once; return how they ended."""
        begin_at = time.time() + TOGETHER if len(tasks) > 1 else 0.0
        ended = self.nursery.once([replace(task, begin_at=begin_at) for task in tasks])
        assert {*ended} <= ENDINGS, f"a worker of the test itself failed: {ended}"
        return ended

    def freeze(self, point: str, *, killed_at: str | None = None) -> None:
        """Let a worker freeze at a point, another one do everything, and the first go on.

        Or the other one dies at a step.
        """
        slow = self.task(freeze_at=point)
        fast = self.task(run_id="r1-fast", flows=self.flows, die_at=killed_at or "")
        ended = self.nursery.overtaken(slow, fast)
        wanted = KILLED if killed_at else SETTLED
        assert ended == [SETTLED, wanted], f"frozen at {point}: {ended}"

    def task(self, **told: Any) -> Task:
        """Return what a worker of this case does: one run of its flow, unless told otherwise."""
        usual: dict[str, Any] = {"flows": self.flows[-1:], "run_id": "r1"}
        usual |= {"mutation": self.mutation, "speed": self.speed}
        return Task(self.connection_id, **(usual | told))

    def survive(self) -> int:
        """Let runs follow as the schedule starts them, in another process, while there is work."""
        ended = self.nursery.to_the_end(self.task(run_id="r2", flows=self.flows))
        assert ended in ENDINGS, f"a worker of the test itself failed: {ended}"
        return ended

    def expected(self) -> int:
        """Return how many records the flows are to bring to QuickBooks."""
        sources = [FLOWS[name].records.entity for name in self.flows]
        return sum(sources.count(raw.entity) for raw in self.known)

    def verdict(self, *, ended: int, expected: int | None = None, updated: int = 0) -> Verdict:
        """Count what is there now, with QuickBooks' queries showing everything."""
        self.setup.forget_faults()
        self.switch(requestid="replay", query_lag=0.0)
        flows = [FLOWS[name] for name in self.flows]
        return judge(
            self.connection_id,
            self.client,
            flows,
            expected=self.expected() if expected is None else expected,
            updated=updated,
            done=ended == SETTLED,
        )


def company_of(setup: Setup) -> Company:
    """Read the company once; every reset makes the same one."""
    connect(setup, "company")
    return ask_company(quickbooks(setup, "company"), now=datetime.now(UTC))


KILLED = -signal.SIGKILL
ENDINGS = {SETTLED, FAILED, ENDLESS, FIRED, KILLED}
"""How a worker may end; any other end is a fault of the test, or of a worker that hangs."""

"""One case of a pull: an account is prepared, trouble comes, runs follow, all is counted."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from connector.model.body import Body
from connector.model.flows.pull_flow import PullFlow
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.store import settings as saved
from connector.store.records import links, pending
from tests.builders import a_link, settings
from tests.crash.nursery import Nursery
from tests.crash.pulls.account import GENTLE, Account, PullSetup, Quirks
from tests.crash.pulls.records import INVOICES, changed, items_of, record_of
from tests.crash.pulls.verdict import judge
from tests.crash.pulls.worker import PULL, PullTask, work_to_the_end
from tests.crash.remote import SPEED
from tests.crash.trial import ENDINGS, KILLED, TOGETHER
from tests.crash.verdict import Verdict
from tests.crash.worker import ENDLESS, SETTLED

NUMBERS = count(1)


@dataclass
class PullTrial:
    """One connection with its own empty MobiWork account."""

    setup: PullSetup
    nursery: Nursery
    flow: PullFlow[Any]
    mutation: str = ""
    speed: float = SPEED
    connection_id: str = field(default_factory=lambda: f"pull{next(NUMBERS)}")
    told: dict[str, Body] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    others: int = 0

    def __post_init__(self) -> None:
        self.admin("DELETE", "faults")
        self.admin("POST", "reset?empty=true")
        self.switch(**GENTLE)
        chosen = settings(show_payments=True)
        saved.save_settings(self.connection_id, chosen, saved_at="", saved_by="test")
        if self.flow.source == "Payment":
            self._post_invoices()

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Do what only the owner of the account can do."""
        return self.setup.mobiwork(method, path, body)

    def switch(self, **values: Any) -> None:
        """Set switches of the simulator."""
        self.admin("POST", "switches", values)

    def script(self, operation: str, *scripts: Mapping[str, Any]) -> None:
        """Script trouble for a call of the flow's entity."""
        endpoint = f"{self.flow.entity}.{operation}"
        self.admin("POST", "faults", [{"endpoint": endpoint} | dict(one) for one in scripts])

    def scripts_left(self) -> int:
        """Return how much of the scripted trouble has not come yet."""
        return len(self.admin("GET", "faults"))

    @property
    def account(self) -> Account:
        """The connector's own client of the account, without quirks."""
        return Account(self.setup.mobiwork_url, Quirks(), speed=self.speed)

    def _post_invoices(self) -> None:
        """Let the invoices of the payment be in MobiWork and linked."""
        rows = [{"mobiworkInvoiceId": f"55{one}", "total": "5.00"} for one in INVOICES]
        self.admin("POST", "load", {"invoice": rows})
        for one in INVOICES:
            link = a_link(RecordKey("invoice", f"55{one}"), target="Invoice", quickbooks_id=one)
            told = RecordOutcome(
                run_id="r0",
                flow="push_invoices",
                record_id=one,
                outcome=Outcome.CREATED,
                label=f"invoice {one}",
            )
            assert links.save(self.connection_id, link, told)

    def tell(self, *records: Body) -> None:
        """Let QuickBooks tell of records; those of a flow without additions are there before."""
        if not self.flow.adds:
            self._tell(PULL["pull_products"], records)
            self.pull("pull_products", run_id="r0-parents")
        self._tell(self.flow, records)

    def _tell(self, flow: PullFlow[Any], records: Sequence[Body]) -> None:
        for record in records:
            pending.put_all(self.connection_id, flow.name, items_of(flow, record))
            self.told |= flow.pieces(record)

    def begin_merge(self) -> None:
        """Pull a record, then let it change in QuickBooks."""
        record = record_of(self.flow.source)
        self.tell(record)
        self.pull(self.flow.name)
        self._tell(self.flow, [changed(record, self.flow.source)])

    def pull(self, name: str, run_id: str = "r0") -> None:
        """Pull a flow without trouble, to the end."""
        assert work_to_the_end(self.setup, PullTask(self.connection_id, (name,), run_id)) == SETTLED

    def only_record(self) -> str:
        """Return the id of the one record that MobiWork has."""
        (raw,) = self.account.records(self.flow.entity, self.flow.records.filters)
        return raw.own_id

    def delete_in_mobiwork(self) -> None:
        """Delete the record of the case as a person does."""
        self.admin("DELETE", f"records/{self.flow.entity}/{self.only_record()}")

    def work(self, *tasks: PullTask) -> list[int]:
        """Let workers do one run each, all at once; return how they ended."""
        begin_at = time.time() + TOGETHER if len(tasks) > 1 else 0.0
        ended = self.nursery.once([replace(task, begin_at=begin_at) for task in tasks])
        assert {*ended} <= ENDINGS, f"a worker of the test itself failed: {ended}"
        return ended

    def freeze(self, point: str, *, killed_at: str | None = None) -> None:
        """Let a worker freeze at a point, another one do everything, and the first go on.

        Or the other one dies at a step.
        """
        fast = self.task(run_id="r1-fast", die_at=killed_at or "")
        ended = self.nursery.overtaken(self.task(freeze_at=point), fast)
        wanted = KILLED if killed_at else SETTLED
        assert ended == [SETTLED, wanted], f"frozen at {point}: {ended}"

    def task(self, **told: Any) -> PullTask:
        """Return what a worker of this case does: one run of its flow, unless told otherwise."""
        usual: dict[str, Any] = {"flows": (self.flow.name,), "run_id": "r1"}
        usual |= {"mutation": self.mutation, "speed": self.speed}
        return PullTask(self.connection_id, **(usual | told))

    def survive(self, **told: Any) -> int:
        """Let runs follow as the schedule starts them, in another process, while there is work."""
        ended = self.nursery.to_the_end(self.task(**({"run_id": "r2"} | told)))
        assert ended in ENDINGS, f"a worker of the test itself failed: {ended}"
        return ended

    def verdict(
        self,
        *,
        ended: int,
        updated: int | None = 0,
        refused: int = 0,
        gone: int = 0,
        reported: bool = True,
    ) -> Verdict:
        """Count what is there now."""
        self.admin("DELETE", "faults")
        return judge(
            self.connection_id,
            self.flow,
            self.account,
            told=self.told,
            before=self.before,
            updated=updated,
            refused=refused,
            gone=gone,
            reported=reported,
            done=ended != ENDLESS,
        )

"""The crash cases of pulls: every flow, every durable step of an addition and of a merge."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connector.entities.registry import PULLS
from connector.mobiwork.endpoints import registry
from connector.pull import add, merge
from tests.crash.freezing import POINTS
from tests.crash.pulls.records import record_of
from tests.crash.pulls.trial import PullTrial
from tests.crash.trial import KILLED
from tests.crash.verdict import Verdict

SHORT = {("pull_customers", True), ("pull_payments", False)}
"""The flows whose kills are in the default suite, and whether the next worker looks first."""

DANGEROUS = "answer received"
MANY = 5
LINKED = "link saved"

EDITED = [flow for flow in PULLS if flow.fields and (flow.entity, "edit") in registry()]
"""The flows whose merges write: MobiWork has no call to change terms or sales taxes."""

type Play = Callable[[PullTrial], Verdict]


@dataclass(frozen=True)
class PullCase:
    """One case: of which flow, under which name in the table, and how it goes.

    `short` cases are in the default suite too; `variant` tells cases of one name apart.
    """

    flow: str
    fault: str
    play: Play
    short: bool = False
    variant: str = ""

    def __str__(self) -> str:
        """Name the case."""
        return " ".join(part for part in (f"{self.flow}: {self.fault}", self.variant) if part)


def additions() -> Iterator[PullCase]:
    """Kill a worker at each step of an addition; the next one looks around first, or does not."""
    for look, variant in ((False, "nobody looks"), (True, "MobiWork is read first")):
        for flow in PULLS:
            for step in add.STEPS if flow.adds else ():
                short = (flow.name, look) in SHORT and step == DANGEROUS
                fault = f"addition, killed at: {step}"
                yield PullCase(flow.name, fault, killed_addition(step, look), short, variant)


def freezes() -> Iterator[PullCase]:
    """Freeze a worker at each point of an addition while another one takes its work over."""
    for flow in PULLS:
        for point in (*POINTS, *add.STEPS) if flow.adds else ():
            short = flow.name == "pull_customers" and point in POINTS
            fault = f"addition, frozen: {point}"
            yield PullCase(flow.name, fault, frozen_addition(point), short)
        for point in POINTS if flow.adds else ():
            fault = f"addition, frozen: {point}, the other killed at: {LINKED}"
            yield PullCase(flow.name, fault, frozen_addition(point, killed_at=LINKED), False)


def frozen_addition(point: str, *, killed_at: str | None = None) -> Play:
    """Let the other worker do everything, or die before its item is closed."""

    def play(trial: PullTrial) -> Verdict:
        trial.tell(record_of(trial.flow.source))
        trial.freeze(point, killed_at=killed_at)
        return trial.verdict(ended=trial.survive())

    return play


def killed_addition(step: str, look: bool) -> Play:
    def play(trial: PullTrial) -> Verdict:
        trial.tell(record_of(trial.flow.source))
        assert trial.work(trial.task(die_at=step)) == [KILLED]
        return trial.verdict(ended=trial.survive(look=look))

    return play


def merges() -> Iterator[PullCase]:
    """Kill a worker at each step of a merge that writes."""
    for flow in EDITED:
        for step in merge.STEPS:
            short = flow.name in ("pull_customers", "pull_part_quantities") and step == DANGEROUS
            yield PullCase(flow.name, f"merge, killed at: {step}", killed_merge(step), short)


def killed_merge(step: str) -> Play:
    def play(trial: PullTrial) -> Verdict:
        trial.begin_merge()
        assert trial.work(trial.task(die_at=step)) == [KILLED]
        # Whoever finds both sides the same cannot tell who made them so: no update is told.
        told = 0 if step == DANGEROUS else 1
        return trial.verdict(ended=trial.survive(), updated=told)

    return play


def in_the_middle() -> Iterator[PullCase]:
    """Kill a worker that has added some of several records."""
    for flow in PULLS:
        if flow.adds:
            fault = f"{MANY} additions, killed in the middle"
            yield PullCase(flow.name, fault, killed_in_the_middle, flow.name == "pull_products")


def killed_in_the_middle(trial: PullTrial) -> Verdict:
    tell_many(trial)
    assert trial.work(trial.task(die_at=DANGEROUS, die_after=MANY // 2)) == [KILLED]
    return trial.verdict(ended=trial.survive())


def tell_many(trial: PullTrial) -> None:
    """Let QuickBooks tell of several records."""
    trial.tell(*(record_of(trial.flow.source, number) for number in range(MANY)))

"""The cases of the crash matrix: every flow, every protocol, every durable step of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

from connector.engine import exactly_once
from connector.entities.registry import PUSHES
from connector.model.flows.records import MobiWorkRecords
from connector.push import create, update
from tests.crash.freezing import BEFORE_SENDING, POINTS
from tests.crash.records import CHANGES, KINDS, copies, make, records_of
from tests.crash.remote import CROWDED
from tests.crash.trial import BLIND, FORGETFUL, KILLED, WORLDS, Trial, World
from tests.crash.verdict import Verdict, links_of
from tests.crash.worker import FLOWS

PROTOCOLS = ("engine.exactly_once.STEPS", "push.create.ADOPT_STEPS", "push.update.STEPS")
"""The lists of durable steps whose every step is a case here."""

ELSEWHERE = dict.fromkeys(("pull.add.STEPS", "pull.merge.STEPS"), "tests/crash/pulls/plots.py")
"""Where the steps of other protocols are tested; those of additions are there too."""

NEVER_NATIVE = next(one.default for one in fields(MobiWorkRecords) if one.name == "external_id")

SHORT = ("push_invoices", "push_payments")
SHORT_IN = {("push_invoices", FORGETFUL.name), ("push_payments", BLIND.name)}
"""The flows whose kills are in the default suite, each in a world of its own."""

BY_HAND: Mapping[str, Mapping[str, Any]] = {
    "push_payments": {"amount": "0.90"},
}
"""How documents change that are posted once, where a person then asks for the update."""

DANGEROUS = "answer received"
IN_FLIGHT = 8


@dataclass(frozen=True)
class Case:
    """One case: of which flow, under which name in the table, and how it goes.

    `short` cases are in the default suite too; `variant` tells cases of one name apart.
    """

    flow: str
    fault: str
    play: Callable[[Trial], Verdict]
    short: bool = False
    variant: str = ""

    def __str__(self) -> str:
        """Name the case."""
        return " ".join(part for part in (f"{self.flow}: {self.fault}", self.variant) if part)


def creates() -> Iterator[Case]:
    """Kill a worker at each step of a create."""
    for world in WORLDS:
        for flow in PUSHES:
            for step in exactly_once.STEPS:
                play = killed_create(step, world)
                short = (flow.name, world.name) in SHORT_IN and step == DANGEROUS
                yield Case(flow.name, f"create, killed at: {step}", play, short, world.name)


def creates_of_kinds() -> Iterator[Case]:
    """Kill a worker at each step of a create of what becomes another document."""
    for world in WORLDS:
        for name, kinds in KINDS.items():
            for (kind, changes), step in product(kinds.items(), exactly_once.STEPS):
                play = killed_create(step, world, changes)
                yield Case(name, f"create of a {kind}, killed at: {step}", play, False, world.name)


def freezes() -> Iterator[Case]:
    """Freeze a worker at each point of a create while another one takes its work over."""
    for world in WORLDS:
        for flow in PUSHES:
            if world is not FORGETFUL and flow.name not in SHORT:
                continue
            for point in (*POINTS, *exactly_once.STEPS):
                short = flow.name == "push_invoices" and world is FORGETFUL and point in POINTS
                play = frozen_create(point, world)
                yield Case(flow.name, f"create, frozen: {point}", play, short, world.name)
            play = frozen_create(BEFORE_SENDING, world, killed_at=DANGEROUS)
            fault = f"create, frozen: {BEFORE_SENDING}, the other killed at: {DANGEROUS}"
            yield Case(flow.name, fault, play, False, world.name)


def frozen_create(
    point: str, world: World, *, killed_at: str | None = None
) -> Callable[[Trial], Verdict]:
    """Let the other worker do everything, or die before its item is closed."""

    def play(trial: Trial) -> Verdict:
        trial.find(*records_of(trial.flow))
        trial.push_parents()
        trial.switch(**world.switches)
        trial.freeze(point, killed_at=killed_at)
        return trial.verdict(ended=trial.survive())

    return play


def killed_create(
    step: str, world: World, changes: Mapping[str, str] | None = None
) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        if trial.flow.name == "push_expenses":
            trial.employ()
        trial.find(*records_of(trial.flow, **(changes or {})))
        trial.push_parents()
        trial.switch(**world.switches)
        assert trial.work(trial.task(die_at=step)) == [KILLED]
        return trial.verdict(ended=trial.survive())

    return play


def updates() -> Iterator[Case]:
    """Kill a worker at each step of an update, for the flows that push later changes."""
    for world in WORLDS:
        for flow in PUSHES:
            if flow.entity not in CHANGES:
                continue
            for step in update.STEPS:
                play = killed_update(step, world)
                short = flow.name == "push_customers" and step == DANGEROUS and world is BLIND
                yield Case(flow.name, f"update, killed at: {step}", play, short, world.name)


def killed_update(step: str, world: World) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        begin_update(trial)
        trial.switch(**world.switches)
        assert trial.work(trial.task(die_at=step)) == [KILLED]
        return trial.verdict(updated=1, ended=trial.survive())

    return play


def begin_update(trial: Trial) -> None:
    """Push a record, then let it change in MobiWork."""
    trial.find(*records_of(trial.flow))
    trial.push(trial.flows)
    trial.find(*records_of(trial.flow, **CHANGES[trial.flow.entity]))


def updates_asked_for() -> Iterator[Case]:
    """Kill a worker at each step of an update that a person asked for: of what is posted once."""
    for world, (name, changes) in product(WORLDS, BY_HAND.items()):
        for step in update.STEPS:
            play = killed_by_hand(step, world, changes)
            short = name == "push_payments" and step == DANGEROUS and world is FORGETFUL
            fault = f"update asked for, killed at: {step}"
            yield Case(name, fault, play, short, world.name)


def killed_by_hand(
    step: str, world: World, changes: Mapping[str, Any]
) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        trial.find(*records_of(trial.flow))
        trial.push(trial.flows)
        trial.find(*records_of(trial.flow, **changes))
        trial.push(trial.flows[-1:], "r1")
        trial.ask_for_update()
        trial.switch(**world.switches)
        assert trial.work(trial.task(die_at=step, run_id="r2")) == [KILLED]
        return trial.verdict(updated=1, ended=trial.survive())

    return play


def adoptions() -> Iterator[Case]:
    """Kill a worker at each step of taking over what MobiWork's own connector linked."""
    for flow in PUSHES:
        if flow.records.external_id is NEVER_NATIVE:
            continue
        for step in create.ADOPT_STEPS:
            short = flow.name == "push_invoices" and step == "intent saved"
            yield Case(flow.name, f"adoption, killed at: {step}", killed_adoption(step), short)


def killed_adoption(step: str) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        external = linked_by_another(trial)
        trial.find(*(with_external_id(source, external) for source in external))
        trial.push_parents()
        assert trial.work(trial.task(die_at=step)) == [KILLED]
        return trial.verdict(ended=trial.survive())

    return play


def linked_by_another(trial: Trial) -> Mapping[str, str]:
    """Let all records be in QuickBooks already; return their QuickBooks ids by source."""
    own = trial.connection_id
    trial.connection_id = f"{own}-other"
    trial.begin()
    trial.find(*records_of(trial.flow))
    trial.push(trial.flows)
    flows = [FLOWS[name] for name in trial.flows]
    linked = {flow.entity: links_of(trial.connection_id, flow)[0] for flow in flows}
    trial.connection_id = own
    return {source: str(link.quickbooks_id) for source, link in linked.items()}


def with_external_id(source: str, external: Mapping[str, str]) -> Any:
    """Return a record that MobiWork's own connector has linked."""
    return make(source, externalId=f"{external[source]},QBO")


def in_flight() -> Iterator[Case]:
    """Kill a worker that has eight records under way."""
    for flow in PUSHES:
        for world in WORLDS:
            short = flow.name == "push_customers" and world is FORGETFUL
            fault = f"create, killed with {IN_FLIGHT} under way"
            yield Case(flow.name, fault, many(world), short, world.name)


def many(world: World) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        begin_many(trial, IN_FLIGHT)
        trial.switch(**world.switches)
        trial.speed = CROWDED
        assert trial.work(trial.task(die_at=DANGEROUS)) == [KILLED]
        return trial.verdict(ended=trial.survive())

    return play


def begin_many(trial: Trial, count: int) -> None:
    """Let the flow have several records, and push what they need."""
    *parents, mine = records_of(trial.flow)
    trial.find(*parents, *copies(mine, count))
    trial.push_parents()

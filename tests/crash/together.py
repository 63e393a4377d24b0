"""The cases of workers that come at the same time, or for the same name."""

from collections.abc import Callable, Iterator

from connector.entities.registry import PUSHES
from tests.crash.plots import Case, begin_many, begin_update
from tests.crash.records import CHANGES, copies, make, records_of
from tests.crash.remote import CROWDED
from tests.crash.trial import CALM, FORGETFUL, Trial, World
from tests.crash.troubles import NAMED
from tests.crash.verdict import Verdict

WORKERS = 8
RECORDS = 6


def cases() -> Iterator[Case]:
    """Let workers come together, where QuickBooks remembers request ids and where it does not."""
    for flow in PUSHES:
        for world in (FORGETFUL, CALM):
            first = flow.name == "push_invoices" and world is FORGETFUL
            yield Case(flow.name, "8 workers at once", crowded(world), first, world.name)
            yield Case(flow.name, "two runs at once", two_runs(world), False, world.name)
            yield Case(flow.name, "a queue message twice", twice_told(world), first, world.name)
    for world in (FORGETFUL, CALM):
        short = world is FORGETFUL
        yield Case("push_payments", "a click during a run", clicked(world), short, world.name)
    for flow in PUSHES:
        if flow.entity in CHANGES:
            yield Case(flow.name, "update: 8 workers at once", crowded_update)
    yield from of_one_name()


def of_one_name() -> Iterator[Case]:
    """Let two records have one name."""
    for name in NAMED:
        yield Case(name, "two records of one name", namesakes, name == NAMED[0])


def crowded(world: World) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        begin_many(trial, RECORDS)
        _crowd(trial, world)
        trial.work(*[trial.task()] * WORKERS)
        return _counted(trial)

    return play


def crowded_update(trial: Trial) -> Verdict:
    begin_update(trial)
    _crowd(trial, FORGETFUL)
    trial.work(*[trial.task()] * WORKERS)
    return trial.verdict(updated=1, ended=trial.survive())


def two_runs(world: World) -> Callable[[Trial], Verdict]:
    def play(trial: Trial) -> Verdict:
        begin_many(trial, RECORDS)
        _crowd(trial, world)
        trial.work(trial.task(run_id="r1-a"), trial.task(run_id="r1-b"))
        return _counted(trial)

    return play


def twice_told(world: World) -> Callable[[Trial], Verdict]:
    """Let two workers read MobiWork and do a whole run each, parents included."""

    def play(trial: Trial) -> Verdict:
        *parents, mine = records_of(trial.flow)
        found = (*parents, *copies(mine, RECORDS))
        trial.known = list(found)
        _crowd(trial, world)
        told = {"flows": trial.flows, "found": found}
        trial.work(trial.task(run_id="r1-a", **told), trial.task(run_id="r1-b", **told))
        return _counted(trial)

    return play


def clicked(world: World) -> Callable[[Trial], Verdict]:
    """Let a person push payments with their invoices while a run pushes everything."""

    def play(trial: Trial) -> Verdict:
        *parents, mine = records_of(trial.flow)
        trial.find(*parents, *copies(mine, RECORDS))
        trial.push(trial.flows[:-2])
        _crowd(trial, world)
        chosen = {"payment": tuple(one.id for one in copies(mine, RECORDS))}
        both = trial.flows[-2:]
        by_hand = trial.task(run_id="r1-b", flows=both, selection=chosen)
        trial.work(trial.task(run_id="r1-a", flows=both), by_hand)
        return _counted(trial)

    return play


def namesakes(trial: Trial) -> Verdict:
    """Let two records have one name: the second must not be linked to the first one's record."""
    mine = make(trial.flow.entity)
    other = copies(mine, 2)[1]
    xml = other.xml.replace("No. 1 ", "")
    trial.find(mine, type(other)(other.entity, other.id, xml))
    trial.work(trial.task())
    return trial.verdict(expected=1, ended=trial.survive())


def _crowd(trial: Trial, world: World) -> None:
    trial.switch(**world.switches)
    trial.speed = CROWDED


def _counted(trial: Trial) -> Verdict:
    return trial.verdict(ended=trial.survive())

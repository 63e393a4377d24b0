"""Walks of refusals and waits: how each comes to be, and how it ends; see test_walks."""

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.entities.registry import BY_ENTITY
from connector.jobs.left_out_replay import planning, replay_left_out
from connector.mobiwork.xml import RawRecord
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_product
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated, SimulatedSides, remember, settings
from tests.unit.engine.world import World

type Walk = Generator[Simulated | SimulatedSides, tuple[Desk, str]]
"""Yields the world in which an entry stands; it is sent the desk and the entry's id to fix it."""


@dataclass(frozen=True)
class Told:
    """What a walk is of: the kind of its cause, or the flow of which a record is left out.

    stays: whether it is left out for good: it is nothing for the other side.
    """

    kind: Kind | None
    begin: Callable[[], Walk]
    flow: str = ""
    stays: bool = False


WALKS: dict[str, Told] = {}


def walk(kind: Kind) -> Callable[[Callable[[], Walk]], Callable[[], Walk]]:
    """Say of which cause a walk is."""

    def add(function: Callable[[], Walk]) -> Callable[[], Walk]:
        _add(function.__name__.strip("_"), Told(kind, function))
        return function

    return add


def _add(name: str, told: Told) -> None:
    assert name not in WALKS, name
    WALKS[name] = told


MASTERS = (a_customer(), a_product())
DOCUMENTS = ("customer", "product", "estimate", "invoice", "salesOrder", "payment")


def nothing(_world: Simulated) -> None:
    """Let things be as they are."""


@dataclass(frozen=True)
class Side:
    """How things are: what MobiWork lists, what a person did, the settings and the company.

    records: beside the masters; `there` is what a person does in QuickBooks before they are sent.
    """

    records: tuple[RawRecord, ...] = ()
    there: Callable[[Simulated], Any] = nothing
    chosen: Mapping[str, Any] = field(default_factory=dict)
    company: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fixing:
    """What a person does about it on the worklist, and what it is done with."""

    fix: FixKind = FixKind.RETRY
    target: str | None = None

    @property
    def posts(self) -> bool:
        """Whether the record is in QuickBooks then."""
        return self.fix not in {FixKind.DONE_BY_HAND, FixKind.LEAVE_OUT}


def refused(  # noqa: PLR0913 - all by keyword
    name: str,
    kind: Kind,
    wrong: Side,
    right: Side | None = None,
    *,
    fixing: Fixing = Fixing(),
    flows: tuple[str, ...] = DOCUMENTS,
    masters: tuple[RawRecord, ...] = MASTERS,
) -> None:
    """Walk what is refused or waits as things are `wrong`, and goes once they are `right`."""

    def begin() -> Walk:
        world = _as_it_is(wrong, flows, masters)
        desk, entry = yield world
        if right is not None and right.records:
            desk.fix(FixKind.RETRY, entry)
            again(world, *flows)
            assert entry in _open(desk), "it is as wrong as before"
        if right is not None:
            _mend(world, wrong, right, masters)
        if entry in _open(desk):
            target = fixing.target or _offered(desk, entry, fixing.fix)
            desk.fix(fixing.fix, entry, target=target, why="As it should be.")
        again(world, *flows)
        if fixing.posts:
            for one in (right and right.records) or wrong.records:
                assert _is_there(world, one), one.id

    _add(name, Told(kind, begin))


def _offered(desk: Desk, entry: str, fix: FixKind) -> str | None:
    (shown,) = [one for one in desk.entries(limit=1000) if one.id == entry]
    return next((one.target for one in shown.fixes if one.fix is fix), None)


def _open(desk: Desk) -> set[str]:
    return {one.id for one in desk.entries(limit=1000)}


def left_out(  # noqa: PLR0913 - all by keyword
    name: str,
    wrong: Side,
    right: Side,
    *,
    of: str,
    flows: tuple[str, ...] = DOCUMENTS,
    masters: tuple[RawRecord, ...] = MASTERS,
) -> None:
    """Walk what is left out as things are `wrong`, and goes once they are `right`."""

    def begin() -> Walk:
        world = _as_it_is(wrong, flows, masters)
        yield world
        _mend(world, wrong, right, masters)
        run = planning(CONNECTION, world.store, None)
        for flow in dict.fromkeys(BY_ENTITY[one].name for one in flows):
            replay_left_out(run, flow, lambda: False)
        again(world, *flows)

    _add(name, Told(None, begin, of))


def kept_out(name: str, flow: str, *, stays: bool = False) -> Callable[[Callable[[], Walk]], None]:
    """Say of which flow a walk leaves a record out, and whether that is for good."""

    def add(begin: Callable[[], Walk]) -> None:
        _add(name, Told(None, begin, flow, stays))

    return add


def _as_it_is(side: Side, flows: tuple[str, ...], masters: tuple[RawRecord, ...]) -> Simulated:
    world = Simulated()
    world.save(settings(**side.chosen))
    company(world, **side.company)
    if side.there is not nothing:
        world.find(*masters)
        world.push(*flows)
        side.there(world)
        world.run_id = "r2"
    world.find(*masters, *side.records)
    world.push(*flows)
    return world


def _mend(world: Simulated, wrong: Side, right: Side, masters: tuple[RawRecord, ...]) -> None:
    world.save(settings(**{**wrong.chosen, **right.chosen}))
    company(world, **right.company)
    right.there(world)
    if right.records:
        world.find(*masters, *right.records)


def _is_there(world: Simulated, one: RawRecord) -> bool:
    """Tell whether a record is linked, by whichever name its links go."""
    flows = [flow for flow in BY_ENTITY.values() if flow.records.entity == one.entity]
    names = {name for flow in flows for name in flow.link_entities}
    owns = (str(one.id), f"{one.id}-1")
    return any(world.link(name, own) for name in names for own in owns)


def again(world: World, *sources: str, **choices: Any) -> None:
    """Push in the next run."""
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.push(*sources, **choices)


def company(world: Simulated, **switches: Any) -> None:
    """Have QuickBooks' company be another one, and the connector read it."""
    for name, value in switches.items():
        setattr(world.quickbooks.books.world.switches, name, value)
    remember(world.quickbooks, world.store)


def by_hand(world: Simulated | SimulatedSides, entity: str, **body: Any) -> str:
    """Let a person enter a record in QuickBooks; return its id."""
    return str(world.quickbooks.books.act("create", entity=entity, body=body)["Id"])


NAMES_OF_APIS = re.compile(
    r"\b(?:[A-Za-z]+(?:Memo|Receipt|Order|Entry|Code|Method|Token)|(?:Item|Purchase) \d+|adopt\w*|"
    r"metered|quer(?:y|ies)|fault|entit(?:y|ies)|sparse|realm|payload|"
    r"[A-Z]+[a-z]+[A-Z]\w*|[a-z]{2,}[A-Z]\w*|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}|"
    r"True|False|None(?! of)|null)\b"
)
"""Words of APIs and of programs, names of members and hashes, which no bookkeeper knows."""
QUOTED = re.compile(r"\b(?:QuickBooks|MobiWork)\b|\"[^\"]*\"")
"""Brands, and what a record itself says."""


def plain(*texts: str) -> bool:
    """Tell whether texts name nothing as only a program does."""
    return not [one for text in texts for one in NAMES_OF_APIS.findall(QUOTED.sub("", text))]


def retry(desk: Desk, entry: str) -> None:
    desk.fix(FixKind.RETRY, entry)


def seen(desk: Desk, entry: str) -> None:
    """Close an entry that only tells of something."""
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Looked at it.")

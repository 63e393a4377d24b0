"""A job that dies at any call, and the next one that goes on."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

import pytest

from connector.engine.stores import Store
from connector.errors import RemoteDownError
from connector.model.links import Released
from connector.model.undoing.undo import UndoState, UndoStep
from simulators.quickbooks.calls import Call
from tests.builders import CONNECTION, a_customer
from tests.unit.undo.world import World

WRITES = frozenset(
    {"close", "end_link", "end_restored", "keep", "note", "save", "settle", "put", "clear"}
)


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class Deaths:
    """Kills the `due`-th write of the job, before or after it took effect; counts them all."""

    due: int
    after: bool
    seen: int = 0
    writes: frozenset[str] = WRITES

    def around(self, write: Callable[[], Any]) -> Any:
        self.seen += 1
        if self.seen != self.due:
            return write()
        if self.after:
            write()
        raise KilledError

    def store(self, store: Store) -> Store:
        return Store(**{one.name: Dying(getattr(store, one.name), self) for one in fields(Store)})

    def before_call(self, call: Call) -> None:
        if call.kind == "core" and not self.after:
            self.around(lambda: None)

    def after_call(self, call: Call) -> None:
        if call.kind == "core" and self.after:
            self.around(lambda: None)


@dataclass
class Dying:
    """A port of the store whose writes may kill."""

    port: Any
    deaths: Deaths

    def __getattr__(self, name: str) -> Any:
        target = getattr(self.port, name)
        if name not in self.deaths.writes:
            return target
        return lambda *told, **named: self.deaths.around(lambda: target(*told, **named))


def work_until_killed(world: World, run_id: str, deaths: Deaths) -> bool:
    """Let the job work; tell whether it was killed."""
    books, store = world.books, world.store
    books.before, books.after = deaths.before_call, deaths.after_call
    world.store = deaths.store(store)
    try:
        world.work(run_id)
    except KilledError:
        return True
    finally:
        world.store = store
        books.before = books.after = lambda _call: None
    return False


@pytest.mark.case("B8")
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_a_run_is_undone_once_whatever_write_its_job_dies_at(*, after: bool) -> None:
    for due in count(1):
        world = World()
        if not after:  # which says the same of each of them
            del world.mobiwork.records_of["payment"]
        began = world.books.balances()
        world.run("r1")
        world.preview("r1")
        world.asked("r1", UndoState.UNDOING)

        killed = work_until_killed(world, "r1", Deaths(due, after))
        world.work("r1")

        told = {one.label: one.step for one in world.all("r1")}
        assert set(told.values()) == {UndoStep.DONE}, (due, told)
        assert world.books.balances() == began, due
        assert world.books.all("Invoice") == world.books.all("Payment") == [], due
        for own in (("invoice", "5501"), ("product", "307001"), ("customer", "700001")):
            standing = world.store.links.read(CONNECTION, *own)
            assert isinstance(standing, Released), (due, own)
            assert standing.undone, (due, own)
        assert not world.look(), due
        if not killed:
            return


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_an_update_is_restored_whatever_write_its_job_dies_at(*, after: bool) -> None:
    for due in count(1):
        world = World()
        del world.mobiwork.records_of["invoice"], world.mobiwork.records_of["payment"]
        world.run("r1")
        contact = {"firstName": "TBD", "lastName": "TBD", "email": "new@blueheron.example"}
        world.mobiwork.put(a_customer(contact=contact))
        world.run("r2")
        world.preview("r2")
        world.asked("r2", UndoState.UNDOING)

        killed = work_until_killed(world, "r2", Deaths(due, after))
        world.work("r2")

        assert [one.step for one in world.all("r2")] == [UndoStep.DONE], due
        customer = world.books.all("Customer")[0]
        assert customer["PrimaryEmailAddr"]["Address"] == "office@blueheron.example", due
        assert customer["SyncToken"] == "2", due
        if not killed:
            return


@pytest.mark.parametrize("arrived", [False, True], ids=["not arrived", "arrived"])
def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(*, arrived: bool) -> None:
    world = World()
    world.run("r1")
    world.preview("r1")
    world.asked("r1", UndoState.UNDOING)
    lost = iter([True])

    def lose(call: Call) -> None:
        if call.params.get("operation") == "delete" and next(lost, False):
            raise RemoteDownError("QuickBooks did not answer.", unknown_outcome=True)

    if arrived:
        world.books.after = lose
        world.work("r1")
    else:
        world.books.before = lose
        with pytest.raises(RemoteDownError):
            world.work("r1")
        world.work("r1")

    assert {one.step for one in world.all("r1")} == {UndoStep.DONE}
    deletes = [one for one in world.books.calls if one.endswith("delete")]
    assert len(deletes) == (2 if arrived else 3)


def test_a_preview_that_dies_is_made_to_its_end_and_says_the_same() -> None:
    whole = World()
    whole.run("r1")
    wanted = whole.preview("r1")
    for due in count(1):
        world = World()
        world.run("r1")
        world.asked("r1", UndoState.PREVIEWING)
        killed = work_until_killed(world, "r1", Deaths(due, after=True))
        world.work("r1")
        undoing = world.store.undos.read(CONNECTION, "r1")
        assert undoing
        assert world.entries("r1") == wanted
        if not killed:
            return

"""Counts how large the package is, room by room, and which of its modules one record passes.

A pass is counted by calls: a module counts once, a step from one module into another each time.
Stores and both sides are in memory and count as none.
"""

import ast
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from types import FrameType

from tests.builders import a_customer, a_product, an_invoice
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

PACKAGE = Path(__file__).parents[1] / "layers/connector/connector"
OWN = "connector."


def rooms() -> dict[str, list[int]]:
    """Return the lines of the files of each room; what is in none is a room of its own."""
    found = defaultdict[str, list[int]](list)
    for path in PACKAGE.rglob("*.py"):
        room, *_ = path.relative_to(PACKAGE).with_suffix("").parts
        found[room].append(len(path.read_text().splitlines()))
    return found


def names() -> Counter[str]:
    """Return in how many modules each public name is defined."""
    found = Counter[str]()
    for path in PACKAGE.rglob("*.py"):
        defined = {
            name
            for node in ast.parse(path.read_text()).body
            for name in _defined(node)
            if not name.startswith("_")
        }
        found.update(defined)
    return found


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (one.id for one in targets if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.TypeAlias(name=ast.Name(id=name)):
            yield name


class Pass:
    """What is called of the package while it is watched.

    modules: those in which something was called.
    steps: how often a module called another one.
    """

    def __init__(self) -> None:
        self.modules = set[str]()
        self.steps = 0

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """Count a call of the package, by the module of the package that made it."""
        here = str(frame.f_globals.get("__name__"))
        if event != "call" or not here.startswith(OWN):
            return
        self.modules.add(here)
        before = frame.f_back
        while before and not str(before.f_globals.get("__name__")).startswith(OWN):
            before = before.f_back
        self.steps += bool(before and before.f_globals["__name__"] != here)


@contextmanager
def watched() -> Iterator[Pass]:
    """Watch what is called, by other threads too."""
    told = Pass()
    threading.setprofile(told)
    sys.setprofile(told)
    try:
        yield told
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def invoice() -> Callable[[], object]:
    """Return the push of one new invoice, from its pending item to its link."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product")
    return lambda: world.push("invoice")


def customer_edit() -> Callable[[], object]:
    """Return the pull of one edit of a customer, from its pending item to its link."""
    sides = TwoSides()
    own = sides.in_quickbooks("Customer", DisplayName="Harbor", CompanyName="Harbor")
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.run_id = "r2"
    sides.quickbooks.edit("Customer", own, PrimaryPhone={"FreeFormNumber": "555-0199"})
    sides.tell("Customer", own)
    return lambda: sides.pull("pull_customers")


def main() -> None:
    """Print all of it."""
    found = rooms()
    for room, lines in sorted(found.items(), key=lambda one: -sum(one[1])):
        size = f"{len(lines)} files, {sum(lines)} lines, median {median(lines):.0f}"
        sys.stdout.write(f"{room}: {size}, largest {max(lines)}\n")
    every = [one for lines in found.values() for one in lines]
    defined = names()
    twice = sum(1 for count in defined.values() if count > 1)
    sys.stdout.write(f"in all {len(every)} files, {sum(every)} lines\n")
    sys.stdout.write(f"{twice} of {len(defined)} public names in more than one module\n")
    for work in (invoice, customer_edit):
        work()()  # what is loaded at its first use is loaded
        again = work()
        with watched() as told:
            again()
        sys.stdout.write(f"{work.__name__}: {len(told.modules)} modules, {told.steps} steps\n")


if __name__ == "__main__":
    main()

"""Which modules are mutated, and the tests that must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """Modules that are mutated together.

    modules: patterns of their paths below the package.
    tests: the files and folders whose tests are tried on them, those that call a function first.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ENGINES = (
    "tests/unit/engine",
    "tests/unit/push",
    "tests/unit/pull",
    "tests/simulation/test_named.py",
)
STORE = ("tests/contract", "tests/unit/store")

ROOMS = {
    "engine": Room(("engine/*",), ENGINES),
    "create": Room(("push/create.py",), ENGINES),
    "add": Room(("pull/add.py",), ENGINES),
    "store": Room(("store/*",), STORE),
}

"""Which modules are mutated, and the tests that must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """Modules that are mutated together.

    modules: patterns of their paths below the package.
    tests: the files and folders whose tests are tried on them, those that call a function first.
        The nearest alone: a mutant that lives takes as long as all of them.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ENGINES = (
    "tests/unit/engine",
    "tests/unit/push",
    "tests/unit/pull",
    "tests/simulation/test_named.py",
)
CREATES = (
    *(
        f"tests/unit/push/test_{name}.py"
        for name in (
            "sent_again",
            "other_bodies",
            "unsettled",
            "unknown_outcome",
            "troubles",
            "refusals",
            "refused_pages",
            "links_of_before",
            "gone",
            "stop",
            "booked_once",
            "worker",
        )
    ),
    "tests/unit/engine/test_matched.py",
    "tests/unit/engine/test_decided_again.py",
    "tests/simulation/test_named.py",
)
ADDITIONS = (
    "tests/unit/pull/test_added_again.py",
    "tests/unit/pull/test_additions.py",
    "tests/unit/pull/test_worker.py",
    "tests/unit/pull/test_payments.py",
    "tests/simulation/test_named.py",
)
STORE = ("tests/contract", "tests/unit/store")

ROOMS = {
    "engine": Room(("engine/*",), ENGINES),
    "create": Room(("push/create.py", "push/matching/sent.py"), CREATES),
    "add": Room(("pull/add.py",), ADDITIONS),
    "store": Room(("store/*",), STORE),
}

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


CREATES = (
    *(
        f"tests/unit/push/test_{name}.py"
        for name in (
            "sent_again",
            "named_while_sent",
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
    "tests/unit/engine/test_matched_approved.py",
    "tests/unit/engine/test_decided_again.py",
    "tests/unit/entities/customers/test_twins.py",
    "tests/simulation/test_named.py",
)
ADDITIONS = (
    "tests/unit/pull/test_added_again.py",
    "tests/unit/pull/test_additions.py",
    "tests/unit/pull/test_worker.py",
    "tests/unit/pull/test_payments.py",
    "tests/simulation/test_named.py",
)
PROTOCOL = (
    "tests/unit/engine/test_exactly_once.py",
    "tests/unit/engine/test_lease.py",
    *(
        f"tests/unit/push/test_{name}.py"
        for name in ("sent_again", "unsettled", "troubles", "unknown_outcome", "links_of_before")
    ),
    "tests/unit/pull/test_added_again.py",
    "tests/unit/pull/test_additions.py",
)
LOOP = (
    *(
        f"tests/unit/engine/test_{name}.py"
        for name in (
            "called_off",
            "dry_run",
            "due_again",
            "held",
            "instructions",
            "items",
            "lease",
            "loop",
            "questions",
            "run",
        )
    ),
    *(
        f"tests/unit/push/test_{name}.py"
        for name in ("asked", "decisions", "unsettled", "refusals", "refused_pages", "worker")
    ),
    "tests/unit/pull/test_worker.py",
)
MERGE = (
    "tests/unit/engine/test_three_way_merge.py",
    *(f"tests/unit/pull/test_{name}.py" for name in ("merges", "conflicts", "customers")),
    "tests/unit/push/test_typed_there.py",
)
GUARDS = (
    *(f"tests/unit/engine/test_{name}.py" for name in ("read_only", "dry_run", "review")),
    *(f"tests/unit/changes/test_{name}.py" for name in ("gone_here", "voided_documents")),
)
LINKS = (
    *(f"tests/contract/test_{name}.py" for name in ("links", "additions", "sending", "undoing")),
    *(f"tests/unit/store/test_{name}.py" for name in ("rows_of_before", "table")),
)
TABLE = (
    *(f"tests/contract/test_{name}.py" for name in ("links", "matches", "pending", "plans")),
    "tests/contract/test_sending.py",
    *(
        f"tests/unit/store/test_{name}.py"
        for name in ("connections", "history", "rows_of_a_partition", "settings", "table")
    ),
)
PENDING = (
    *(
        f"tests/contract/test_{name}.py"
        for name in (
            "pending",
            "standing",
            "left_out",
            "questions",
            "hindrances",
            "made_readings",
            "need",
            "tracked",
        )
    ),
)
FOUND = (
    *(
        f"tests/contract/test_{name}.py"
        for name in ("cursors", "fingerprints", "kept", "doorbells")
    ),
    *(f"tests/unit/store/test_{name}.py" for name in ("fingerprints", "merges", "rows_that_stay")),
)
PLANS = (
    *(f"tests/contract/test_{name}.py" for name in ("plans", "matches", "totals", "sending")),
    "tests/unit/store/test_rows_that_stay.py",
)
RUNS = (
    *(f"tests/contract/test_{name}.py" for name in ("runs", "tracked", "undoing")),
    *(f"tests/unit/store/test_{name}.py" for name in ("history", "runs", "tracking", "files")),
)
LIFE = (
    "tests/contract/test_replays.py",
    *(
        f"tests/unit/store/test_{name}.py"
        for name in (
            "connections",
            "due",
            "phases",
            "consents",
            "erasing",
            "settings",
            "rows_of_before",
            "rows_that_stay",
            "runs",
        )
    ),
)
TOKENS = tuple(
    f"tests/unit/store/test_{name}.py"
    for name in ("tokens", "permits", "call_meter", "packing", "rows_that_stay")
)
CONTROL = (
    *(f"tests/contract/test_{name}.py" for name in ("books", "instructions", "standing", "typed")),
    *(f"tests/unit/store/test_{name}.py" for name in ("control", "people", "rows_that_stay")),
    "tests/unit/jobs/test_shared_budget.py",
)

ROOMS = {
    "engine-protocol": Room(("engine/exactly_once.py", "engine/lease.py"), PROTOCOL),
    "engine-loop": Room(
        ("engine/loop.py", "engine/items.py", "engine/questions.py", "engine/run.py"), LOOP
    ),
    "engine-merge": Room(("engine/three_way_merge.py",), MERGE),
    "engine-guards": Room(
        ("engine/read_only.py", "engine/unchanged.py", "changes/following.py"), GUARDS
    ),
    "create": Room(("push/create.py", "push/matching/sent.py"), CREATES),
    "add": Room(("pull/add.py",), ADDITIONS),
    "store-links": Room(
        tuple(f"store/records/{name}.py" for name in ("links", "link_rows", "additions")), LINKS
    ),
    "store-table": Room(("store/table.py",), TABLE),
    "store-pending": Room(
        ("store/records/pending.py", "store/records/left_out.py", "store/worklist/*"), PENDING
    ),
    "store-found": Room(
        (
            *(
                f"store/records/{name}.py"
                for name in ("cursors", "fingerprints", "parents", "census", "merged_records")
            ),
            "store/records/places.py",
            "store/reading/answers.py",
            "store/doorbells.py",
        ),
        FOUND,
    ),
    "store-plans": Room(
        (
            *(f"store/records/{name}.py" for name in ("plans", "matches", "totals")),
            "store/matching/candidates.py",
        ),
        PLANS,
    ),
    "store-runs": Room(
        ("store/runs.py", "store/reports.py", "store/tracking/*", "store/undoing/*"), RUNS
    ),
    "store-life": Room(
        ("store/connections.py", "store/looks.py", "store/settings.py", "store/life/*"), LIFE
    ),
    "store-tokens": Room(
        tuple(
            f"store/{name}.py"
            for name in (
                "tokens",
                "sealing",
                "permits",
                "call_meter",
                "packing",
                "trouble",
            )
        ),
        TOKENS,
    ),
    "store-control": Room(("store/control/*",), CONTROL),
}
"""By name; what comes before the dash is the room of the package of which one is a part."""

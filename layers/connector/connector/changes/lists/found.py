"""What reading one source gave, as it is counted, stored and reported."""

from dataclasses import asdict, dataclass

from connector.model.body import Body


@dataclass
class Found:
    """What reading one flow's source gave.

    read, changed, unchanged, deleted: how many records it had, and how many of each kind.
    problem: why it could not be read to its end, if it could not.
    off: why it was not read at all, if it was not.
    more: the time was up before its end: look again at once.
    """

    read: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    problem: str | None = None
    off: str | None = None
    more: bool = False


def as_json(found: dict[str, Found]) -> Body:
    """Return what was found as it is stored and reported."""
    return {name: asdict(counts) for name, counts in found.items()}

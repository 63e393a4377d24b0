"""The store of a dry run: what it finds is read as it stands, and where anything stands is kept."""

from dataclasses import replace

from connector.engine.finding_ports import LeftOutItems
from connector.engine.ports import PendingItems
from connector.engine.stores import Store


def unchanged(store: Store) -> Store:
    """Return a store in which no pending item changes; outcomes and plans of a run are kept."""
    pending = UnchangedItems(store.pending)
    return replace(store, pending=pending, left_out=UnchangedLeftOut(store.left_out))


def _nothing(*_told: object, **_named: object) -> None:
    """Change nothing."""


def _no(*_told: object, **_named: object) -> bool:
    """Change nothing, and say so."""
    return False


def _none(*_told: object, **_named: object) -> int:
    """Change nothing, and say of how many."""
    return 0


def _no_ids(*_told: object, **_named: object) -> list[str]:
    """Change nothing, and say of which records."""
    return []


class UnchangedItems:
    """Pending items that stay as they are: they are read where they are kept."""

    def __init__(self, kept: PendingItems) -> None:
        self.to_plan, self.need = kept.to_plan, kept.need
        self.read_all, self.read_some, self.read_many = (
            kept.read_all,
            kept.read_some,
            kept.read_many,
        )
        self.worklist, self.open_items = kept.worklist, kept.open_items
        self.undecided, self.planned = kept.undecided, kept.planned

    put_all = _nothing
    put_if_free = _no
    close = _nothing
    hold = _nothing
    ask = _nothing
    put_asked = _nothing
    count_try = _none
    put_deleted = _nothing
    put_deleted_unless_newer = _no
    replace_reading = _nothing
    drop_unsent = _nothing
    replay = _no
    make_due = _no
    replay_some = _no_ids
    approve = _no


class UnchangedLeftOut:
    """Records that are left out, and stay so."""

    def __init__(self, kept: LeftOutItems) -> None:
        self.read_many, self.read_page = kept.read_many, kept.read_page

    keep = _nothing
    put_away = _nothing
    replay = _none
    replay_some = _nothing
    forget = _nothing

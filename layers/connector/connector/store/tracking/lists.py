"""Which lists records join and leave as they come to stand otherwise, as it is to be put."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from connector.model.body import Body
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.tracking.tracked import TrackedRecord
from connector.store.tracking import postings
from connector.store.tracking.rows import Kept, rows_of
from connector.store.tracking.sharing import ListPlaces

type Before = Mapping[tuple[FlowName, RecordId], Kept]


@dataclass
class Lists:
    """Which lists records join and leave, by their keys.

    joined: what is new on them; left: the ids that leave them.
    """

    joined: defaultdict[str, list[postings.Posting]] = field(
        default_factory=partial(defaultdict, list)
    )
    left: defaultdict[str, set[RecordId]] = field(default_factory=partial(defaultdict, set))

    def move(self, kept: Kept | None, one: TrackedRecord, places: ListPlaces) -> dict[str, int]:
        """Move a record to where it is to be listed; return with which batches it is."""
        before = kept.batches if kept else {}
        known = postings.listed(kept.record) if kept else {}
        was, now = {kind: known[kind] for kind in before}, postings.listed(one)
        stays = {kind for kind in was.keys() & now.keys() if was[kind] == now[kind]}
        for kind in was.keys() - stays - _left_behind(kept, one):
            self.left[was[kind].sort_key(kind, before[kind])].add(one.record_id)
        for kind in now.keys() - stays:
            self.joined[now[kind].sort_key(kind, places.of(kind))].append(now[kind].entry)
        return {kind: before[kind] if kind in stays else places.of(kind) for kind in now}

    def stored(self, connection_id: ConnectionId, places: ListPlaces) -> dict[str, list[list[str]]]:
        """Return all of these lists as they are to be stored; those of nobody are empty."""
        shared = (one for one in self.joined if not postings.is_of(one, places.batch))
        there = postings.read_rows(connection_id, {*self.left, *shared})
        found: dict[str, list[list[str]]] = {}
        for where in there.keys() | self.joined.keys():
            joined = postings.packed(self.joined.get(where, ()))
            away = self.left.get(where, set()) | {one[0] for one in joined}
            found[where] = [one for one in there.get(where, ()) if one[0] not in away] + joined
        return found


def _left_behind(kept: Kept | None, one: TrackedRecord) -> frozenset[str]:
    """Return where a record stays listed as it was: in another run."""
    passed = kept is not None and kept.record.run_id != one.run_id
    return postings.PASSES if passed else frozenset()


def change_of(
    connection_id: ConnectionId,
    before: Before,
    changed: Iterable[TrackedRecord],
    places: ListPlaces,
) -> Body:
    """Return what is to be put: the rows of records, and the lists that they join and leave."""
    lists = Lists()
    moved = dict[tuple[FlowName, RecordId], Kept]()
    for one in changed:
        own = (one.flow, one.record_id)
        moved[own] = Kept(one, lists.move(before.get(own), one, places))
    return {"rows": rows_of(before, moved), "lists": lists.stored(connection_id, places)}

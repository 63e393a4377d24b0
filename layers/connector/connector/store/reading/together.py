"""What a page shows of many records, read together: rows of several kinds by one call of the table.

Read kind by kind a page took a call for each, and another one for what the first had named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.model.company import Company
from connector.model.ids import ConnectionId, FlowName, MobiWorkId, QuickBooksId, RecordId
from connector.model.links import Linking, RecordKey
from connector.model.policy.settings import Replay, Settings
from connector.model.tracking.tracked import TrackedRecord
from connector.store.records.link_rows import BackLinkRow, LinkRow, owner_in, standing
from connector.store.records.links import LONGEST_KEY
from connector.store.settings import REPLAY, CompanyRow, ReplayRow, SettingsRow, due_in, saved_in
from connector.store.table import Item, Key, key, read_mixed
from connector.store.tracking.rows import TrackedRow, keys_of, shown_in

ONE_CALL = 100
"""So many rows are read at once."""


@dataclass(frozen=True)
class ReadingOf:
    """What is to be read.

    links: How far records have come, by entity and MobiWork id.
    owners: What QuickBooks records are linked to, by entity and id there.
    tracked: Where records stand, by flow and record.
    settings: Whether the settings are wanted, with the company and what is planned again.
    """

    links: frozenset[tuple[str, MobiWorkId]] = frozenset()
    owners: frozenset[tuple[str, QuickBooksId]] = frozenset()
    tracked: frozenset[tuple[FlowName, RecordId]] = frozenset()
    settings: bool = False

    def __or__(self, other: "ReadingOf") -> "ReadingOf":
        return ReadingOf(
            self.links | other.links,
            self.owners | other.owners,
            self.tracked | other.tracked,
            self.settings or other.settings,
        )

    @property
    def calls(self) -> int:
        """How many calls of the table reading it takes."""
        rows = len(self.links) + len(self.owners) + len(keys_of("any", self.tracked))
        return -(-(rows + 3 * self.settings) // ONE_CALL)


@dataclass
class Together:
    """What of it there is.

    links, owners, tracked: By what they were asked for.
    settings: The defaults where none were saved, or wanted.
    company: What is remembered of it, if anything.
    replay: For what what waits for settings is to be planned again by now, if for any.
    """

    links: dict[tuple[str, MobiWorkId], Linking] = field(default_factory=dict)
    owners: dict[tuple[str, QuickBooksId], RecordKey] = field(default_factory=dict)
    tracked: dict[tuple[FlowName, RecordId], TrackedRecord] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    company: Company | None = None
    replay: Replay | None = None

    def _take(self, row: Item, wanted: ReadingOf) -> None:
        last = row.pk.rpartition("#")[2]
        match row:
            case LinkRow():
                self.links[owner_in(row)] = standing(row)
            case BackLinkRow() if row.entity and row.mobiwork_id:
                self.owners[last, row.sk] = RecordKey(row.entity, row.mobiwork_id)
            case TrackedRow():
                self.tracked |= shown_in(row, wanted.tracked)
            case SettingsRow():
                self.settings = saved_in(row).settings
            case CompanyRow():
                self.company = Company.model_validate(row.company)
            case ReplayRow():
                self.replay = due_in(row)


def read(connection_id: ConnectionId, wanted: ReadingOf) -> Together:
    """Return what there is of some rows, read consistently, a hundred by one call.

    What has no id, or one that no row can have, is not there.
    """
    found = Together()
    for row in read_mixed(_keys(connection_id, wanted)):
        found._take(row, wanted)
    return found


def _keys(connection_id: ConnectionId, wanted: ReadingOf) -> Mapping[Key, type[Item]]:
    kinds: tuple[tuple[str, type[Item], frozenset[tuple[str, str]]], ...] = (
        ("link", LinkRow, wanted.links),
        ("back", BackLinkRow, wanted.owners),
    )
    keys: dict[Key, type[Item]] = {
        (key(connection_id, kind, of), own): model
        for kind, model, some in kinds
        for of, own in some
        if 0 < len(own.encode()) <= LONGEST_KEY
    }
    keys |= dict.fromkeys(keys_of(connection_id, wanted.tracked), TrackedRow)
    if wanted.settings:
        chosen, company = key(connection_id, "settings"), key(connection_id, "company")
        keys |= {(chosen, "settings"): SettingsRow, (chosen, REPLAY): ReplayRow}
        keys[company, "company"] = CompanyRow
    return keys

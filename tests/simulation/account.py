"""A MobiWork account in memory whose lists may be old, short or empty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from connector.errors import RecordError
from connector.mobiwork.xml import RawRecord, write
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.simulation.scheduler import Clock

type Own = tuple[str, str]
"""A record of MobiWork: its entity and its id."""


@dataclass
class Account(FakeMobiWorkAccount):
    """An account that a simulation's clock belongs to.

    lag: for so many seconds lists and look-ups miss what was added.
    lists: which entities are listed; None for all.
    missed: what lists leave out until somebody says otherwise.
    """

    clock: Clock = field(default_factory=Clock)
    lag: float = 0.0
    lists: frozenset[str] | None = None
    missed: set[Own] = field(default_factory=set)
    added: dict[Own, float] = field(default_factory=dict)
    _texts: dict[Own, tuple[Element, RawRecord]] = field(default_factory=dict)

    def supports(self, entity: str, operation: str) -> bool:
        unlisted = operation == "list" and self.lists is not None and entity not in self.lists
        return not unlisted and super().supports(entity, operation)

    def add(self, entity: str, element: str | Element, **named: object) -> RawRecord:
        answer = super().add(entity, element, **named)  # type: ignore[arg-type]
        newest = list(self.records_of[entity])[-1]
        self.added[entity, newest] = self.clock.now
        return answer

    def edit(
        self,
        entity: str,
        record_id: str,
        changes: Mapping[str, str | None],
        *,
        read: RawRecord | None = None,
    ) -> RawRecord:
        if record_id not in self.records_of.get(entity, {}):
            raise RecordError(f"There is no {entity} {record_id}.")
        return super().edit(entity, record_id, changes, read=read)

    def _shown(self, entity: str) -> Iterator[RawRecord]:
        for record_id in list(self.records_of.get(entity, {})):
            own = (entity, record_id)
            shows = self.clock.now - self.added.get(own, -self.lag) >= self.lag
            if shows and own not in self.missed:
                yield self.raw(own)

    def raw(self, own: Own) -> RawRecord:
        """Return a record as it is written by now."""
        entity, record_id = own
        element = self.records_of[entity][record_id]
        kept = self._texts.get(own)
        if kept is None or kept[0] is not element:
            kept = self._texts[own] = (element, RawRecord(entity, record_id, write(element)))
        return kept[1]

    def drop(self, own: Own) -> None:
        """Delete a record as a person in MobiWork does."""
        self.records_of.get(own[0], {}).pop(own[1], None)

    @property
    def listed(self) -> dict[Own, RawRecord]:
        """All records, by entity and id."""
        return {
            (entity, one): self.raw((entity, one))
            for entity, some in self.records_of.items()
            for one in some
        }

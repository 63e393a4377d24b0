"""What is read together, in memory."""

from dataclasses import dataclass

from connector.model.ids import ConnectionId
from connector.store.reading.together import ReadingOf, Together
from tests.memory.kept import MemorySettings
from tests.memory.links import MemoryLinks
from tests.memory.tracked import MemoryTracked


@dataclass
class MemoryTogether:
    """Reads kind by kind what the others keep."""

    links: MemoryLinks
    tracked: MemoryTracked
    settings: MemorySettings

    def read(self, connection_id: ConnectionId, wanted: ReadingOf) -> Together:
        found = Together(links=self.links.read_many(connection_id, wanted.links))
        for target, own in wanted.owners:
            if owner := self.links.owner_of(connection_id, target, own):
                found.owners[target, own] = owner
        for one in self.tracked.read_some(connection_id, wanted.tracked):
            found.tracked[one.flow, one.record_id] = one
        if wanted.settings:
            found.settings = self.settings.read_settings(connection_id)
            found.company = self.settings.read_company(connection_id)
            found.replay = self.settings.replay_due(connection_id)
        return found

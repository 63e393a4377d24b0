"""Matches, in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from connector.model.body import Body, Json
from connector.model.ids import ConnectionId, QuickBooksId
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import (
    DecidedTogether,
    Match,
    MatchDecision,
    decided_together,
)

type Own = tuple[str, str]


@dataclass
class MemoryMatches:
    found: dict[Own, dict[RecordKey, Match]] = field(default_factory=dict)
    said: dict[Own, dict[RecordKey, Match]] = field(default_factory=dict)
    together: dict[str, DecidedTogether] = field(default_factory=dict)
    looks: dict[str, Body] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    facts: dict[Own, dict[str, list[Json]]] = field(default_factory=dict)

    def replace_all(self, connection_id: ConnectionId, target: str, found: Sequence[Match]) -> None:
        own = (connection_id, target)
        kept = {
            key: one
            for key, one in self.found.get(own, {}).items()
            if self._decided(connection_id, one).decision is not MatchDecision.UNDECIDED
        }
        self.found[own] = kept | {one.owner: one for one in found}

    def keep(self, connection_id: ConnectionId, match: Match) -> None:
        self.found.setdefault((connection_id, match.target), {})[match.owner] = match

    def read_many(
        self, connection_id: ConnectionId, target: str, owners: Iterable[RecordKey]
    ) -> dict[RecordKey, Match]:
        wanted = set(owners)
        every = self.read_all(connection_id, target)
        return {one.owner: one for one in every if one.owner in wanted}

    def of_quickbooks(
        self, connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
    ) -> dict[QuickBooksId, list[Match]]:
        every = list(self.read_all(connection_id, target))
        found = {
            number: [one for one in every if number in one.told_of]
            for number in set(quickbooks_ids)
        }
        return {number: some for number, some in found.items() if some}

    def read_some(
        self, connection_id: ConnectionId, target: str, *, after: str, limit: int
    ) -> Sequence[Match]:
        every = self.read_all(connection_id, target)
        return [one for one in every if " ".join(one.owner) > after][:limit]

    def read_all(self, connection_id: ConnectionId, target: str) -> Iterator[Match]:
        found = self.found.get((connection_id, target), {})
        for _, one in sorted(found.items(), key=lambda two: " ".join(two[0])):
            yield self._decided(connection_id, one)

    def certain_undecided(self, connection_id: ConnectionId, target: str) -> int:
        every = self.read_all(connection_id, target)
        open_ones = (one for one in every if one.decision is MatchDecision.UNDECIDED)
        return sum(one.grade is Grade.CERTAIN for one in open_ones)

    def decide(self, connection_id: ConnectionId, decided: Match) -> None:
        said = self.said.setdefault((connection_id, decided.target), {})
        if decided.decision is MatchDecision.UNDECIDED:
            said.pop(decided.owner, None)
        else:
            said[decided.owner] = decided

    def decide_as_read(
        self, connection_id: ConnectionId, said: Sequence[tuple[Match, Match]]
    ) -> bool:
        for before, _ in said:
            row = self.said.get((connection_id, before.target), {}).get(before.owner)
            undecided = before.decision is MatchDecision.UNDECIDED
            read = (None, None) if undecided else (before.decided_at, before.decided_by)
            if row is not None and (row.decided_at, row.decided_by) != read:
                return False
        for _, decided in said:
            self.decide(connection_id, decided)
        return True

    def decide_certain(
        self, connection_id: ConnectionId, *, by: str, at: str, until: str | None = None
    ) -> None:
        self.together[connection_id] = DecidedTogether(by, at, until or at)

    def look(self, connection_id: ConnectionId) -> Body:
        return dict(self.looks.get(connection_id, {}))

    def save_look(self, connection_id: ConnectionId, kept: Json) -> None:
        self.looks[connection_id] = dict(kept)

    def ask(self, connection_id: ConnectionId, at: str) -> None:
        self.wishes[connection_id] = at

    def asked(self, connection_id: ConnectionId) -> str | None:
        return self.wishes.get(connection_id)

    def watch(self, connection_id: ConnectionId, kind: str) -> None:
        self.kinds.setdefault(connection_id, set()).add(kind)

    def watched(self, connection_id: ConnectionId) -> list[str]:
        return sorted(self.kinds.get(connection_id, ()))

    def save_facts(
        self, connection_id: ConnectionId, target: str, page: str, facts: Sequence[Json]
    ) -> None:
        self.facts.setdefault((connection_id, target), {})[page] = list(facts)

    def read_facts(self, connection_id: ConnectionId, target: str) -> Iterator[Body]:
        for _, page in sorted(self.facts.get((connection_id, target), {}).items()):
            yield from (dict(one) for one in page)

    def drop_facts(self, connection_id: ConnectionId, target: str) -> None:
        self.facts.pop((connection_id, target), None)

    def _decided(self, connection_id: ConnectionId, match: Match) -> Match:
        said = self.said.get((connection_id, match.target), {}).get(match.owner)
        if said is not None:
            return replace(
                match,
                decision=said.decision,
                chosen=said.chosen,
                decided_by=said.decided_by,
                decided_at=said.decided_at,
            )
        together = self.together.get(connection_id)
        return decided_together(match, together) if together else match

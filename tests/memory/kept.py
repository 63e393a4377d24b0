"""Settings, the remembered company, fingerprints and parents in memory."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connector.model.body import Body
from connector.model.company import Company
from connector.model.connection import Phase
from connector.model.cursor import FollowedMerge, MergedRecord
from connector.model.fingerprints import OUTDATED, Fingerprints, HeldAnswer, Print, RecordNames
from connector.model.flows.census import Census
from connector.model.ids import ConnectionId, FlowName
from connector.model.links import RecordKey
from connector.model.policy.settings import Replay, SavedSettings, Settings
from connector.model.policy.widening import widened
from tests.fakes import Numbers


@dataclass
class MemoryConnections:
    """Knows how far each connection has come; one that nobody told of is live."""

    phases: dict[str, Phase] = field(default_factory=dict)

    def phase(self, connection_id: ConnectionId) -> Phase:
        return self.phases.get(connection_id, Phase.LIVE)


@dataclass
class MemorySettings:
    """Keeps the latest settings and the company of each connection."""

    settings: dict[str, Settings] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    to_compare: dict[str, dict[FlowName, int]] = field(default_factory=dict)
    replays: dict[str, tuple[Replay, datetime | None]] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def planned_with(self, connection_id: str) -> str | None:
        return self.facts.get(connection_id)

    def note_planned_with(self, connection_id: str, facts: str) -> None:
        self.facts[connection_id] = facts

    def read_settings(self, connection_id: ConnectionId) -> Settings:
        return self.settings.get(connection_id) or Settings()

    def read_saved(self, connection_id: ConnectionId) -> SavedSettings:
        return SavedSettings(
            self.read_settings(connection_id),
            version=self.versions.get(connection_id, 0),
            to_compare=self.to_compare.get(connection_id, {}),
        )

    def read_with_company(
        self, connection_id: ConnectionId
    ) -> tuple[SavedSettings, Company | None]:
        return self.read_saved(connection_id), self.read_company(connection_id)

    def save_settings(
        self, connection_id: ConnectionId, settings: Settings, *, saved_at: str, saved_by: str
    ) -> None:
        del saved_at, saved_by
        more = widened(self.read_settings(connection_id), settings)
        self.settings[connection_id] = settings
        self.versions[connection_id] = version = self.versions.get(connection_id, 0) + 1
        self.to_compare.setdefault(connection_id, {}).update(dict.fromkeys(more, version))
        self.replays[connection_id] = (Replay(self.versions[connection_id]), None)

    def replay_due(
        self, connection_id: ConnectionId, *, now: datetime | None = None
    ) -> Replay | None:
        due, again_at = self.replays.get(connection_id, (None, None))
        return None if again_at and again_at > (now or datetime.now(UTC)) else due

    def note_replayed(
        self,
        connection_id: ConnectionId,
        version: int,
        *,
        again_at: datetime | None = None,
        now: datetime | None = None,
    ) -> None:
        due, asked = self.replays.get(connection_id, (None, None))
        if due is None or due.version != version:
            return
        if again_at is None:
            if asked is None or asked <= (now or datetime.now(UTC)):
                del self.replays[connection_id]
        else:
            self.replays[connection_id] = (due._replace(once_more=True), again_at)

    def replay_later(self, connection_id: ConnectionId, at: datetime) -> None:
        due, again_at = self.replays.get(connection_id, (Replay(0, once_more=True), at))
        if again_at is not None:
            self.replays[connection_id] = (due, at)

    def read_company(self, connection_id: ConnectionId) -> Company | None:
        return self.companies.get(connection_id)

    def save_company(self, connection_id: ConnectionId, company: Company) -> None:
        self.companies[connection_id] = company

    def change_company(
        self, connection_id: ConnectionId, change: Callable[[Company], Company]
    ) -> None:
        if company := self.companies.get(connection_id):
            self.companies[connection_id] = change(company)


@dataclass
class MemoryAnswers:
    """Keeps what each list answered, until that is void."""

    kept: dict[tuple[str, str], HeldAnswer] = field(default_factory=dict)

    def read_all(self, connection_id: ConnectionId) -> Mapping[FlowName, HeldAnswer]:
        return {flow: told for (own, flow), told in self.kept.items() if own == connection_id}

    def keep(self, connection_id: ConnectionId, flow: FlowName, body: Body, *, turn: int) -> None:
        if self.kept.get((connection_id, flow), HeldAnswer()).turn == turn:
            self.kept[connection_id, flow] = HeldAnswer(body, turn)

    def make_void(self, connection_id: ConnectionId, flow: FlowName) -> None:
        turn = self.kept.get((connection_id, flow), HeldAnswer()).turn
        self.kept[connection_id, flow] = HeldAnswer(None, turn + 1)


@dataclass
class MemoryFingerprints:
    """Keeps the fingerprints and the names of each flow; news of them make `answers` void."""

    marks: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    prints: dict[tuple[str, str], dict[str, Print]] = field(default_factory=dict)
    notes: dict[tuple[str, str], dict[str, dict[str, str]]] = field(default_factory=dict)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    numbers: Numbers = field(default_factory=Numbers)

    def read(self, connection_id: ConnectionId, flow: FlowName) -> Fingerprints:
        known = Fingerprints(dict(self.marks.get((connection_id, flow), {})))
        known.prints |= self.prints.get((connection_id, flow), {})
        for name, marks in self.notes.get((connection_id, flow), {}).items():
            if name.startswith("linking"):
                known.linking[name] = marks
            elif name.startswith("outdated"):
                for own in marks:
                    known.outdate(own, note=name)
            else:
                known.doubt(marks)
                known.notes.add(name)
        return known

    def note(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        record_ids: Iterable[str],
        *,
        until: datetime | None = None,
    ) -> str:
        self.answers.make_void(connection_id, flow)
        marks = dict.fromkeys(
            sorted(record_ids), until.astimezone(UTC).isoformat() if until else ""
        )
        name = f"{'linking' if until else 'note'} {list(marks)}"
        self.notes.setdefault((connection_id, flow), {})[name] = marks
        return name

    def add(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        marks: Mapping[str, str],
        *,
        instead_of: Iterable[str],
    ) -> None:
        if marks:
            self.answers.make_void(connection_id, flow)
        self.marks.setdefault((connection_id, flow), {}).update(marks)
        for name in instead_of:
            self.notes.get((connection_id, flow), {}).pop(name, None)

    def outdate(self, connection_id: ConnectionId, flow: FlowName, record_id: str) -> None:
        self.answers.make_void(connection_id, flow)
        name = f"outdated {next(self.numbers)}"
        self.notes.setdefault((connection_id, flow), {})[name] = {record_id: OUTDATED}

    def save(self, connection_id: ConnectionId, flow: FlowName, known: Fingerprints) -> None:
        served = known.served()
        if known.changed or served:
            self.answers.make_void(connection_id, flow)
        kept = self.marks.setdefault((connection_id, flow), {})
        prints = self.prints.setdefault((connection_id, flow), {})
        for own in known.changed:
            known.join(own, kept.pop(own, None), prints.pop(own, None))
            if own in known.marks:
                kept[own] = known.marks[own]
            if own in known.prints:
                prints[own] = known.prints[own]
        for name in served:
            self.notes.get((connection_id, flow), {}).pop(name, None)
        known.changed.clear()
        known.notes.clear()
        known.again = {name: own for name, own in known.again.items() if name not in served}

    def read_names(self, connection_id: ConnectionId, pull: FlowName) -> RecordNames:
        return RecordNames(self.read(connection_id, f"{pull}-names"))

    def save_names(self, connection_id: ConnectionId, pull: FlowName, names: RecordNames) -> None:
        self.save(connection_id, f"{pull}-names", names.marks)


@dataclass
class MemoryCensus:
    """Keeps what the records of each entity said."""

    kept: dict[str, dict[str, Census]] = field(default_factory=dict)

    def read_all(self, connection_id: ConnectionId) -> Mapping[str, Census]:
        return dict(self.kept.get(connection_id, {}))

    def save(self, connection_id: ConnectionId, entity: str, census: Census) -> None:
        self.kept.setdefault(connection_id, {})[entity] = census.as_kept()


@dataclass
class MemoryParents:
    """Keeps the parent of each record that was ever read with one."""

    parents: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def keep(self, connection_id: ConnectionId, entity: str, parents: Mapping[str, str]) -> None:
        self.parents.setdefault((connection_id, entity), {}).update(parents)

    def above(
        self, connection_id: ConnectionId, entity: str, children: Iterable[str]
    ) -> dict[str, str]:
        kept = self.parents.get((connection_id, entity), {})
        return {child: kept[child] for child in set(children) if child in kept}

    def below(self, connection_id: ConnectionId, entity: str, records: Iterable[str]) -> set[str]:
        kept = self.parents.get((connection_id, entity), {})
        found, higher = set[str](), set(records)
        while higher:
            higher = {child for child, parent in kept.items() if parent in higher} - found
            found |= higher
        return found


@dataclass
class MemoryMergedRecords:
    """Keeps merges until they are followed, and where they led."""

    merges: dict[str, list[MergedRecord]] = field(default_factory=dict)
    led: dict[tuple[str, str], dict[str, FollowedMerge]] = field(default_factory=dict)

    def follow(
        self, connection_id: ConnectionId, merged: MergedRecord, owner: RecordKey | None
    ) -> None:
        kept = self.led.setdefault((connection_id, merged.entity), {})
        before = kept.get(merged.loser)
        owner = owner or (before.owner if before else None)
        kept[merged.loser] = FollowedMerge(survivor=merged.survivor, owner=owner)

    def survivors(
        self, connection_id: ConnectionId, entity: str, losers: Iterable[str]
    ) -> Mapping[str, str]:
        led, wanted = self.led.get((connection_id, entity), {}), set(losers)
        found = {loser: one.survivor for loser, one in led.items() if loser in wanted}
        noted = (one for one in self.merges.get(connection_id, ()) if one.entity == entity)
        return found | {one.loser: one.survivor for one in noted if one.loser in wanted}

    def followed(self, connection_id: ConnectionId, entity: str) -> Mapping[str, FollowedMerge]:
        return dict(self.led.get((connection_id, entity), {}))

    def note(self, connection_id: ConnectionId, merged: MergedRecord) -> None:
        kept = self.merges.setdefault(connection_id, [])
        kept[:] = [one for one in kept if (one.entity, one.loser) != (merged.entity, merged.loser)]
        kept.append(merged)

    def noted(self, connection_id: ConnectionId) -> list[MergedRecord]:
        kept = self.merges.get(connection_id, [])
        return sorted(kept, key=lambda one: (one.entity, one.loser))

    def forget(self, connection_id: ConnectionId, merged: Iterable[MergedRecord]) -> None:
        gone = {(one.entity, one.loser) for one in merged}
        kept = self.merges.get(connection_id, [])
        kept[:] = [one for one in kept if (one.entity, one.loser) not in gone]


@dataclass
class MemoryPlaces:
    places: dict[tuple[str, str], Mapping[str, Body]] = field(default_factory=dict)

    def keep(self, connection_id: ConnectionId, places: Mapping[str, Mapping[str, Body]]) -> None:
        self.places |= {(connection_id, one): known for one, known in places.items()}

    def read_many(
        self, connection_id: ConnectionId, customers: Iterable[str]
    ) -> dict[str, Mapping[str, Body]]:
        keys = {one: (connection_id, one) for one in customers}
        return {one: self.places[own] for one, own in keys.items() if own in self.places}

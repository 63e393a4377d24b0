"""A MobiWork account in memory: records as XML, with lost answers and elements it does not take."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element

from connector.errors import RejectedError, RemoteDownError
from connector.mobiwork.calls import CallRoute
from connector.mobiwork.editing import edited, refuse_to_write_over
from connector.mobiwork.endpoints import registry
from connector.mobiwork.external_id import format_external_id, same_external_id
from connector.mobiwork.lists.pages import Answers, PageAsked
from connector.mobiwork.lists.prints import LastReading, PageReader
from connector.mobiwork.xml import RawRecord, write
from connector.mobiwork.xml import read as parsed
from tests.fakes import Numbers

REGISTRY = registry()


def nothing(_entity: str) -> None:
    """Let a call go through."""


def as_printed(
    entity: str, records: Iterable[RawRecord], last: LastReading
) -> tuple[RawRecord, ...]:
    """Return records as the client reads them from a page that is printed of them."""
    endpoint = REGISTRY[entity, "list"]
    items = "".join(one.xml for one in records)
    page = f'<response statusCode="1"><{entity}List>{items}</{entity}List></response>'.encode()
    reader = PageReader(endpoint, last)
    root = reader.around(page)
    found = reader.page(parsed(page, call="test") if root is None else root)
    return found.records if found else ()


class ListsAnew:
    """Lists that are read anew each time, and whole."""

    def expect(
        self, entity: str, asked: Iterable[PageAsked] = (), *, by: CallRoute | None = None
    ) -> None:
        """Take note of nothing."""

    def answers_as_before(self, entity: str, before: Answers) -> bool:
        return False

    def created_since(self, entity: str, day: date) -> Mapping[str, str] | None:
        return None


@dataclass
class FakeMobiWorkAccount(ListsAnew):
    """Keeps records; `before` and `after` run around each write, `deaf` names what is not taken."""

    off: frozenset[str] = frozenset()
    deaf: frozenset[str] = frozenset()
    before: Callable[[str], None] = nothing
    after: Callable[[str], None] = nothing
    tells_ids: bool = True
    records_of: dict[str, dict[str, Element]] = field(default_factory=dict)
    adds: int = 0
    edits: int = 0
    finds: int = 0
    _ids: Numbers = field(default_factory=Numbers)

    def supports(self, entity: str, operation: str) -> bool:
        return f"{entity}.{operation}" not in self.off

    def records(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        shown = list(self._shown(entity))
        yield from shown if last is None else as_printed(entity, shown, last)
        if last is not None:
            last.answers = Answers(asked=(({}, 0),), digest=_digest(shown))

    def answers_as_before(self, entity: str, before: Answers) -> bool:
        return _digest(self._shown(entity)) == before.digest

    def _shown(self, entity: str) -> Iterator[RawRecord]:
        for record_id, element in self.records_of.get(entity, {}).items():
            yield RawRecord(entity, record_id, write(element))

    def find(self, entity: str, record_id: str) -> RawRecord | None:
        self.finds += 1
        element = self.records_of.get(entity, {}).get(record_id)
        return None if element is None else RawRecord(entity, record_id, write(element))

    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        names = {name.lower() for name in REGISTRY[entity, "list"].external_ids}
        return [
            one
            for one in self.records(entity)
            if any(same_external_id(str(one.fields.get(name) or ""), external_id) for name in names)
        ]

    def external_id(self, entity: str, quickbooks_id: str) -> dict[str, str | None]:
        return {REGISTRY[entity, "list"].external_ids[0]: format_external_id(quickbooks_id)}

    def add(
        self,
        entity: str,
        element: str | Element,
        *,
        before_sending: Callable[[], object] = lambda: None,
    ) -> RawRecord:
        self.before(entity)
        before_sending()
        self.adds += 1
        record_id = f"{entity[:1]}{next(self._ids)}"
        kept = deepcopy(parsed(element, call="test") if isinstance(element, str) else element)
        self._forget(kept)
        kept.insert(0, Element(REGISTRY[entity, "list"].ids[0]))
        kept[0].text = record_id
        self.records_of.setdefault(entity, {})[record_id] = kept
        self.after(entity)
        return RawRecord(entity, record_id if self.tells_ids else None, write(kept))

    def edit(
        self,
        entity: str,
        record_id: str,
        changes: Mapping[str, str | None],
        *,
        read: RawRecord | None = None,
    ) -> RawRecord:
        self.before(entity)
        now = RawRecord(entity, record_id, write(self.records_of[entity][record_id]))
        refuse_to_write_over(read, now, changes)
        self.edits += 1
        self.change(
            entity, record_id, {name: one for name, one in changes.items() if name not in self.deaf}
        )
        self.after(entity)
        found = self.find(entity, record_id)
        assert found is not None
        return found

    def delete(self, entity: str, record_id: str) -> None:
        self.before(entity)
        if self.records_of.get(entity, {}).pop(record_id, None) is None:
            raise RejectedError(f"There is no {entity} {record_id}.", code="9999")
        self.after(entity)

    def change(self, entity: str, record_id: str, changes: Mapping[str, str | None]) -> None:
        """Change a record as a person in MobiWork does."""
        records = self.records_of[entity]
        records[record_id] = edited(records[record_id], changes)

    def put(self, raw: RawRecord) -> None:
        """Let a record be there."""
        self.records_of.setdefault(raw.entity, {})[raw.own_id] = raw.element()

    def _forget(self, element: Element) -> None:
        for child in [one for one in element if one.tag in self.deaf]:
            element.remove(child)


def lost(_entity: str) -> None:
    """Lose the answer of a write that took effect."""
    raise RemoteDownError("MobiWork did not answer.", unknown_outcome=True)


def _digest(shown: Iterable[RawRecord]) -> str:
    return "".join(one.xml for one in shown)

"""A person at the worklist of a world in memory: looks, previews, fixes, and the next run goes."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from requests import Response

from connector.api.worklist.fixes.doing import Doing
from connector.api.worklist.fixing import Fixed, FixOf, carry_out
from connector.api.worklist.order import EntriesAsked
from connector.api.worklist.show import ShownEntry, ShownWorklist, list_entries, show
from connector.engine.remotes import QuickBooksWrites
from connector.engine.stores import Store
from connector.model.policy.settings import Settings
from connector.model.worklist.fixes import FixKind
from connector.quickbooks.faults import raise_for_fault
from tests.builders import CONNECTION
from tests.fakes import FakeQuickBooks


@dataclass
class Desk:
    """What a person sees and does; `said` is what activity keeps of it."""

    store: Store
    quickbooks: QuickBooksWrites = field(default_factory=FakeQuickBooks)
    is_here: Callable[[str, str], bool] = lambda _entity, _own: True
    said: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def worklist(self) -> ShownWorklist:
        return show(CONNECTION, store=self.store)

    def entries(
        self, cause: str | None = None, *, now: datetime | None = None, **asked: Any
    ) -> tuple[ShownEntry, ...]:
        wanted = EntriesAsked(cause=cause, **asked)
        return list_entries(CONNECTION, wanted, store=self.store, now=now).entries

    def fix(self, fix: FixKind, *entries: str, preview: bool = False, **asked: Any) -> Fixed:
        wanted = FixOf.model_validate({"fix": fix, "entries": entries, "preview": preview} | asked)
        return carry_out(self.doing, wanted)

    @property
    def doing(self) -> Doing:
        return Doing(
            connection_id=CONNECTION,
            by="ann",
            store=self.store,
            now=datetime.now(UTC),
            open_quickbooks=lambda: self.quickbooks,
            is_here=self.is_here,
            read_books=lambda: None,
            save=self._save,
            note=self._note,
        )

    def _save(self, changed: Mapping[str, object]) -> None:
        before = self.store.settings.read_settings(CONNECTION)
        after = Settings.model_validate({**before.model_dump(mode="json"), **changed})
        self.store.settings.save_settings(CONNECTION, after, saved_at="", saved_by="ann")

    def _note(
        self, what: str, owners: Sequence[tuple[str, str]], values: Mapping[str, str]
    ) -> None:
        assert owners
        self.said.append((what, values))


def refusing(code: str, entity: str = "Customer") -> Any:
    """Answer each create of an entity with a fault, as QuickBooks does."""
    body = {"Fault": {"Error": [{"Message": "No.", "Detail": "No.", "code": code}], "type": "x"}}

    def refuse(target: str, _body: dict[str, Any]) -> None:
        if target == entity:
            answer = Response()
            answer.status_code = 400
            answer._content = json.dumps(body).encode()
            raise_for_fault(answer, body, who="customer 700001", write=True)

    return refuse

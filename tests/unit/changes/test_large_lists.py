"""What is too large in MobiWork stops its own list, and lies in memory only in part."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.mobiwork.xml import RawRecord
from tests.builders import CONNECTION, a_customer
from tests.memory.store import in_memory
from tests.unit.engine.world import FakeMobiWork
from tests.unit.mobiwork.answers import ROOT, records, serving, success


@pytest.mark.case("R9")
def test_a_list_whose_answers_never_end_is_named_and_all_other_lists_go_on() -> None:
    store, endless = in_memory(), success(" " * 11_000_000)
    with serving() as server:
        server.answers("POST", "customer/list.html", endless)
        server.answers("POST", "product/list.html", records("product", [5], extra="<name>P</name>"))
        server.mock.add(
            "POST", re.compile(f"{ROOT}(?!customer|product).*/list.html"), body=success()
        )
        mobiwork = server.client()
        mobiwork.authenticate()
        with mobiwork.reading_ahead():
            found = find_changes(CONNECTION, mobiwork, store)
    assert "MobiWork's answer to list customer is too large" in str(found["push_customers"].problem)
    assert found["push_products"].changed == 1
    named = {name for name, one in found.items() if one.problem}
    assert named == {"push_customers"}


@dataclass
class Watched(FakeMobiWork):
    """Notes how many characters were given that are not stored yet."""

    store: Store = field(default_factory=in_memory)
    shown: int = 0
    held: list[int] = field(default_factory=list)

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **_: object
    ) -> Iterator[RawRecord]:
        for one in super().records(entity, filters):
            self.shown += 1
            stored = len(list(self.store.pending.read_all(CONNECTION, "push_customers")))
            self.held.append((self.shown - stored) * len(one.xml))
            yield one


@pytest.mark.case("R9")
def test_large_records_are_stored_before_more_of_them_are_read() -> None:
    notes = "x" * 750_000
    mobiwork = Watched([a_customer(str(one), notes=notes) for one in range(20)])
    find_changes(CONNECTION, mobiwork, mobiwork.store)
    assert len(mobiwork.held) == 20
    assert max(mobiwork.held) < 6 * len(notes)

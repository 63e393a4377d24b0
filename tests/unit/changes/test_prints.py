from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from inspect import getsource
from typing import Any

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from connector.changes.lists import prints
from connector.changes.lists.found import Found
from connector.changes.lists.look import ListedRecord
from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.entities.registry import PUSHES
from connector.mobiwork.lists.pages import Answers
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.xml import RawRecord
from connector.model.flows.records import MobiWorkRecords
from tests.builders import CONNECTION, a_customer, a_payment
from tests.fake_mobiwork import ListsAnew, as_printed
from tests.memory.store import in_memory

FLOWS = ("push_customers", "push_payments", "push_credits", "push_credit_applications")


@dataclass
class Lists(ListsAnew):
    """Two lists, printed; `knows` tells whether they are read by how they were printed."""

    knows: bool
    given: Sequence[RawRecord] = ()
    same: int = 0
    store: Store = field(default_factory=in_memory)

    def supports(self, entity: str, operation: str) -> bool:
        return operation == "list" and entity in {"customer", "payment"}

    def records(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        listed = [one for one in self.given if one.entity == entity]
        found = as_printed(entity, listed, last if self.knows and last else LastReading())
        self.same += sum(one.same for one in found)
        yield from found
        if self.knows and last:
            last.answers = Answers(asked=(({}, 0),), digest=_text(listed))

    def answers_as_before(self, entity: str, before: Answers) -> bool:
        return before.digest == _text(one for one in self.given if one.entity == entity)

    def look(self, *given: RawRecord) -> dict[str, Found]:
        self.given, self.same = given, 0
        return find_changes(CONNECTION, self, self.store)

    def kept(self) -> dict[str, Any]:
        """Return all that the next look and the next run go by."""
        store = self.store
        pending = {
            name: {
                one.record_id: one.fingerprint for one in store.pending.read_all(CONNECTION, name)
            }
            for name in FLOWS
        }
        marks = {name: store.fingerprints.read(CONNECTION, name).marks for name in FLOWS}
        names = store.fingerprints.read_names(CONNECTION, "pull_customers").marks.marks
        census = store.census.read_all(CONNECTION)
        said = {name: one.as_kept() for name, one in census.items()}
        return {"pending": pending, "marks": marks, "names": names, "said": said}


def _text(listed: Iterable[RawRecord]) -> str:
    return "".join(one.xml for one in listed)


def customer(own: str, text: str, form: str) -> RawRecord:
    found = a_customer(own, companyName=text, prospectFlag="true" if text == "Two" else "false")
    return _printed(found, form)


def payment(own: str, text: str, form: str) -> RawRecord:
    method = "Credit" if text == "Two" else "Check"
    return _printed(a_payment(own, amount=f"{len(text)}.00", paymentMethod=method), form)


def _printed(found: RawRecord, form: str) -> RawRecord:
    """Print a record in another form that says the same."""
    text = found.xml.replace("><", "> <") if form == "blanks" else found.xml
    return RawRecord(found.entity, found.id, text)


ONE = st.tuples(
    st.sampled_from([customer, payment]),
    st.sampled_from(["7001", "7002", "7003"]),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from(["", "blanks"]),
)
LOOKS = st.lists(
    st.lists(ONE, max_size=5, unique_by=lambda one: (one[0].__name__, one[1])), max_size=5
)


@given(looks=LOOKS)
def test_what_is_found_and_kept_is_the_same_as_without_prints(looks: list[Any]) -> None:
    by_prints, whole = Lists(knows=True), Lists(knows=False)
    for listed in looks:
        records = [make(own, text, form) for make, own, text, form in listed]
        assert by_prints.look(*records) == whole.look(*records)
        assert by_prints.kept() == whole.kept()


def test_the_second_look_parses_nothing_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lists, records = Lists(knows=True), [a_customer(str(7000 + one)) for one in range(5)]
    lists.look(*records)
    parsed: list[str] = []
    monkeypatch.setattr(ListedRecord, "record", property(lambda one: parsed.append(one.own)))
    found = lists.look(*records)
    assert (lists.same, found["push_customers"].unchanged, parsed) == (5, 5, [])


def test_a_record_that_a_person_wants_sent_again_is_found_although_nothing_changed() -> None:
    lists = Lists(knows=True)
    lists.look(a_customer())
    for one in list(lists.store.pending.read_all(CONNECTION, "push_customers")):
        lists.store.pending.close(one)
    lists.store.again.ask(CONNECTION, "push_customers", ["700001"])
    assert lists.look(a_customer())["push_customers"].changed == 1


def test_a_record_that_pulling_wrote_and_a_person_put_back_counts_as_changed() -> None:
    lists = Lists(knows=True)
    lists.look(a_customer())
    known = lists.store.fingerprints.read(CONNECTION, "push_customers")
    known.remember("700001", "what pulling wrote")
    lists.store.fingerprints.save(CONNECTION, "push_customers", known)
    assert lists.look(a_customer())["push_customers"].changed == 1


def test_what_the_records_say_is_forgotten_with_the_last_that_says_it() -> None:
    lists = Lists(knows=True)
    lists.look(a_payment("901"), a_payment("902", paymentMethod="Barter"))
    lists.look(a_payment("901"))
    kept = lists.store.fingerprints.read(CONNECTION, "lists").marks
    assert ["Barter" in text for own, text in kept.items() if "said" in own] == [False]


def test_a_list_that_is_printed_in_another_way_each_time_is_written_once_a_day() -> None:
    lists = Lists(knows=True)

    def printed(blanks: str) -> list[RawRecord]:
        records = [a_customer(str(7000 + one)) for one in range(prints.MANY + 1)]
        return [
            RawRecord("customer", one.id, one.xml.replace("><", f">{blanks}<")) for one in records
        ]

    lists.look(*printed(""))
    written = []
    for blanks in (" ", "  ", "   "):
        before = dict(lists.store.fingerprints.read(CONNECTION, "push_customers").prints)
        lists.look(*printed(blanks))
        written.append(lists.store.fingerprints.read(CONNECTION, "push_customers").prints != before)
    assert written == [True, False, False]


def test_records_are_read_anew_once_what_is_read_of_them_changes() -> None:
    read = [
        (
            flow.name,
            flow.entity,
            simplejson.dumps(_undescribed(flow.records.model.model_json_schema()), sort_keys=True),
            [getsource(one) for one in _notes(flow.records)],
        )
        for flow in PUSHES
    ]
    # Where this fails, what the code reads of a record has changed: READ_AS becomes this value.
    assert sha256(repr(read).encode()).hexdigest()[:12] == prints.READ_AS


def _undescribed(schema: object) -> object:
    """Return a schema without its texts: what a docstring says changes nothing that is read."""
    if isinstance(schema, dict):
        told = {key: one for key, one in schema.items() if not _is_text(key, one)}
        return {key: _undescribed(one) for key, one in told.items()}
    return [*map(_undescribed, schema)] if isinstance(schema, list) else schema


def _is_text(key: str, said: object) -> bool:
    return key == "description" and isinstance(said, str)


def _notes(records: MobiWorkRecords[Any]) -> list[Callable[[Any], object]]:
    notes = (records.said, records.places, records.external_id, records.concerns, records.owed)
    return [one for one in notes if one is not None]

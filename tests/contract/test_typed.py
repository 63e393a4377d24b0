"""Lines that somebody typed are found by what they may be, whoever writes meanwhile."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from connector.engine.stores import Store
from connector.errors import RemoteDownError
from connector.model.books.typed import DELETED, GONE, UNTOLD, LinesOf, TypedDocument
from connector.store.control import typed
from tests.memory.store import in_memory

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
LINE, OTHER = ["9.63", "2026-03-12", "58"], ["5.00", "2026-03-12", "58"]


def a_receipt(version: int = 0, lines: Mapping[str, list[str]] | None = None) -> TypedDocument:
    return TypedDocument({"Invoice": lines or {"": LINE}}, version)


def keep(
    store: Store, own: str, one: TypedDocument, kind: str = "SalesReceipt", company: str = "c1"
) -> None:
    store.typed.keep(company, kind, {own: one}, until=UNTIL)


def found(store: Store, target: str = "Invoice", company: str = "c1") -> dict[str, LinesOf]:
    every = store.typed.read_all(company, target)
    return {kind: one for kind, one in every.items() if one}


def test_a_line_is_found_by_what_it_may_be_and_by_its_document(store: Store) -> None:
    keep(store, "77", a_receipt())
    assert found(store) == {"SalesReceipt": {"77": {"": LINE}}}
    assert found(store, "Bill") == {}
    assert store.typed.read_of("c1", "SalesReceipt", ["77", "78"]).lines == {"77": {"": LINE}}
    assert store.typed.read_of("c1", "Deposit", ["77"]).lines == {}
    assert store.typed.read_all("c2", "Invoice") == {}


def test_a_document_that_is_another_one_or_gone_leaves_nothing_behind(store: Store) -> None:
    keep(store, "77", a_receipt())
    keep(store, "78", a_receipt())
    keep(store, "77", TypedDocument({"Bill": {"1": OTHER}}, 1))
    keep(store, "78", GONE)
    assert (found(store), found(store, "Bill")) == ({}, {"SalesReceipt": {"77": {"1": OTHER}}})
    keep(store, "77", GONE)
    assert found(store, "Bill") == {}


def test_an_older_version_never_takes_the_place_of_a_newer_one(store: Store) -> None:
    keep(store, "77", a_receipt(2, lines={"1": LINE, "2": OTHER}))
    keep(store, "77", a_receipt(version=1, lines={"1": LINE}))
    keep(store, "77", a_receipt(version=UNTOLD))
    assert found(store) == {"SalesReceipt": {"77": {"1": LINE, "2": OTHER}}}


NOTHING = TypedDocument({}, 1)


@pytest.mark.parametrize(("kept", "version"), [(NOTHING, 1), (GONE, DELETED)])
@pytest.mark.parametrize("was", [a_receipt(), None], ids=["of one with lines", "of nothing"])
def test_an_older_version_is_not_found_where_a_newer_one_has_no_lines_or_is_deleted(
    store: Store, kept: TypedDocument, version: int, was: TypedDocument | None
) -> None:
    for one in (was, kept, a_receipt(), TypedDocument({}), a_receipt(UNTOLD)):
        if one:
            keep(store, "77", one)
    known = store.typed.read_of("c1", "SalesReceipt", ["77", "78"])
    assert (found(store), known.lines, known.versions) == ({}, {}, {"77": version})
    keep(store, "77", a_receipt(2))
    assert found(store) == ({} if kept is GONE else {"SalesReceipt": {"77": {"": LINE}}})


def test_what_has_no_lines_takes_the_place_of_no_newer_version(store: Store) -> None:
    keep(store, "77", a_receipt(2))
    for version in (1, UNTOLD):
        keep(store, "77", TypedDocument({}, version))
    known = store.typed.read_of("c1", "SalesReceipt", ["77"])
    assert (known.lines, known.versions) == ({"77": {"": LINE}}, {"77": 2})


def test_what_nobody_told_and_has_no_lines_is_kept_nowhere(store: Store) -> None:
    keep(store, "77", a_receipt(UNTOLD))
    keep(store, "77", TypedDocument({}))
    known = store.typed.read_of("c1", "SalesReceipt", ["77"])
    assert (found(store), known.lines, known.versions) == ({}, {}, {})


def test_what_one_line_may_be_in_several_ways_is_found_as_each(store: Store) -> None:
    lines = {"Payment": {"1": LINE, "2": OTHER}, "CreditMemo": {"1": LINE}}
    keep(store, "77", TypedDocument(lines, 0), "JournalEntry")
    assert found(store, "Payment") == {"JournalEntry": {"77": {"1": LINE, "2": OTHER}}}
    assert found(store, "CreditMemo") == {"JournalEntry": {"77": {"1": LINE}}}
    assert store.typed.read_of("c1", "JournalEntry", ["77"]).lines == {
        "77": {"1": LINE, "2": OTHER}
    }


def test_a_document_of_thousands_of_lines_is_kept_whole(store: Store) -> None:
    lines = {str(one): [f"{one}.00", "2026-03-12", "58"] for one in range(3000)}
    keep(store, "77", a_receipt(lines=lines), "JournalEntry")
    keep(store, "78", a_receipt(), "JournalEntry")
    fewer = {one: said for one, said in lines.items() if int(one) % 2}
    assert found(store) == {"JournalEntry": {"77": lines, "78": {"": LINE}}}
    keep(store, "77", a_receipt(version=1, lines=fewer), "JournalEntry")
    assert found(store)["JournalEntry"]["77"] == fewer


def test_what_another_wrote_since_it_was_read_is_kept_beside(store: Store) -> None:
    known = store.typed.read_of("c1", "SalesReceipt", ["77"])
    keep(store, "78", a_receipt())
    told = {"77": a_receipt()}
    store.typed.keep("c1", "SalesReceipt", told, until=UNTIL, known=known)
    known = store.typed.read_of("c1", "SalesReceipt", ["77"])
    keep(store, "78", GONE)
    keep(store, "79", a_receipt())
    newer = {"77": a_receipt(1, {"": OTHER})}
    store.typed.keep("c1", "SalesReceipt", newer, until=UNTIL, known=known)
    assert found(store) == {"SalesReceipt": {"77": {"": OTHER}, "79": {"": LINE}}}


@pytest.mark.parametrize("moved", [TypedDocument({"Invoice": {"1": LINE}}, 1), NOTHING, GONE])
def test_whoever_dies_between_two_pages_leaves_every_line_to_be_found(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch, moved: TypedDocument
) -> None:
    entry = TypedDocument({"Payment": {"1": LINE}}, 0)
    keep(dynamodb, "77", entry, "JournalEntry")
    saved, left = typed._saved, [1, 2]

    def dying(row: typed.TypedRow, seen: int) -> bool:
        if not left:
            raise RemoteDownError("The table is down.")
        left.pop()
        return saved(row, seen)

    with monkeypatch.context() as patch:
        patch.setattr(typed, "_saved", dying)
        with pytest.raises(RemoteDownError):
            keep(dynamodb, "77", moved, "JournalEntry")
    kept = {"JournalEntry": {"77": {"1": LINE}}}
    assert found(dynamodb, next(iter(moved.lines), "Payment")) == kept
    assert dynamodb.typed.read_of("c1", "JournalEntry", ["77"]).lines == kept["JournalEntry"]
    keep(dynamodb, "77", moved, "JournalEntry")
    assert (len(found(dynamodb)), found(dynamodb, "Payment")) == (len(moved.lines), {})
    keep(dynamodb, "77", GONE, "JournalEntry")
    assert found(dynamodb) == {}


DOCUMENTS = st.one_of(
    st.just(GONE),
    st.builds(TypedDocument, st.just({}), st.integers(UNTOLD, 3)),
    st.builds(
        lambda version, target: TypedDocument({target: {"": LINE}}, version),
        st.integers(UNTOLD, 3),
        st.sampled_from(["Invoice", "Bill"]),
    ),
)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(st.tuples(st.sampled_from(["1", "31", "32", "77", "x"]), DOCUMENTS), max_size=12)
)
def test_in_whatever_order_documents_are_told_the_latest_version_of_each_is_found(
    dynamodb: Store, told: list[tuple[str, TypedDocument]]
) -> None:
    memory, company, latest = in_memory(), str(uuid4()), dict[str, TypedDocument]()
    for own, one in told:
        if latest.get(own, one).version <= one.version:
            latest[own] = one
        for store in (memory, dynamodb):
            keep(store, own, one, company=company)
    for store in (memory, dynamodb):
        for target in ("Invoice", "Bill"):
            wanted = {own: one.lines[target] for own, one in latest.items() if target in one.lines}
            assert found(store, target, company).get("SalesReceipt", {}) == wanted
        known = store.typed.read_of(company, "SalesReceipt", latest)
        told_of = {own: one.version for own, one in latest.items()}
        assert known.versions == {
            own: at for own, at in told_of.items() if at != UNTOLD or latest[own].lines
        }

from decimal import Decimal

import pytest

from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.mobiwork.xml import RawRecord
from connector.model.flows.census import CATEGORY, FIELD, METHOD, MOST, STATUS, Census
from connector.model.outcomes import Sum
from tests.builders import a_payment, a_product, an_invoice
from tests.memory.store import in_memory
from tests.unit.engine.world import FakeMobiWork


def looked(*records: RawRecord, store: Store | None = None) -> Store:
    store = store or in_memory()
    find_changes("c1", FakeMobiWork(list(records)), store)
    return store


@pytest.mark.case("F11")
def test_a_look_counts_what_records_say_and_sums_their_amounts() -> None:
    store = looked(
        an_invoice("5501", status="Paid"),
        an_invoice("5502", status="Paid"),
        an_invoice("5503", status="Open", customFields={"customField": FIELDS}),
        a_payment(paymentMethod="Check"),
        a_product(category="Fittings"),
    )
    said = store.census.read_all("c1")
    total = Decimal("9.63")
    assert said["invoice"].of(STATUS) == {"Paid": Sum(2, 2 * total), "Open": Sum(1, total)}
    assert said["invoice"].of(FIELD) == {"crew": Sum(1, total)}
    assert said["payment"].of(METHOD) == {"Check": Sum(1, total)}
    assert said["product"].of(CATEGORY) == {"Fittings": Sum(1)}


@pytest.mark.case("R16b")
def test_a_text_without_end_is_counted_by_its_beginning() -> None:
    census = Census()
    for own in range(3):
        census.note([(STATUS, "x" * 300_000 + str(own))], None)
    [(text, counted)] = census.of(STATUS).items()
    assert (len(text), counted.count) == (200, 3)


FIELDS = {"apiName": "crew", "value": "North"}


def test_the_next_look_counts_anew_and_keeps_nothing_that_is_the_same() -> None:
    store = looked(an_invoice(status="Paid"))
    looked(an_invoice(status="Open"), store=store)
    assert list(store.census.read_all("c1")["invoice"].of(STATUS)) == ["Open"]
    kept = store.census.read_all("c1")["invoice"]
    looked(an_invoice(status="Open"), store=store)
    assert store.census.read_all("c1")["invoice"] is kept


def test_of_very_many_texts_the_most_frequent_are_kept() -> None:
    census = Census()
    for number in range(MOST + 50):
        census.note([(STATUS, f"Status {number}")], Decimal(1))
    census.note([(STATUS, "Status 240")], Decimal(1))
    kept = census.as_kept().of(STATUS)
    assert (len(kept), next(iter(kept.items()))) == (MOST, ("Status 240", Sum(2, Decimal(2))))

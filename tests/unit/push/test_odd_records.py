"""One odd record is one odd record: it is named, or posted as it says, and all others go on."""

from decimal import Decimal
from hashlib import sha256

import pytest

from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.outcomes import LONGEST_REASON, Outcome, RecordOutcome
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.memory.store import ALWAYS_LIVE
from tests.unit.api.simulated import Simulated, settings
from tests.unit.engine.world import FakeMobiWork, World
from tests.unit.entities.purchases.buying import a_vendor, an_expense, buying_settings
from tests.unit.push.odd_records import KINDS, odd_records

PART = 4
MASTERS = (
    a_customer(),
    a_product(),
    a_product("307016", name="Elbow"),
    a_product("307026", name="Valve"),
    a_vendor(),
)
DONE = {Outcome.CREATED, Outcome.UPDATED, Outcome.LINKED, Outcome.UNCHANGED}
CHOSEN = settings(
    accounts_payable="Accounts Payable (A/P)",
    expense_check_account="Checking",
    expense_credit_card_account="Mastercard",
    expense_cash_account="Checking",
    expense_account="Job Expenses:Job Materials",
)
TOTAL = {"invoice": "Invoice", "salesOrder": "Invoice", "estimate": "Estimate"}


def find(world: World, *records: RawRecord) -> None:
    """Have MobiWork list records, whatever is in them."""
    found = find_changes(CONNECTION, FakeMobiWork([*records]), world.store)
    assert [one.problem for one in found.values() if one.problem] == []


def outcomes(store: Store, run_id: str, entity: str) -> dict[str, RecordOutcome]:
    told = store.runs.outcomes(CONNECTION, run_id, BY_ENTITY[entity].name)
    return {one.record_id: one for one in told}


@pytest.mark.case("R1c")
@pytest.mark.parametrize("entity", KINDS)
def test_whatever_is_odd_about_a_record_the_others_go_on_and_it_is_told(entity: str) -> None:
    world = Simulated()
    world.save(CHOSEN)
    find(world, *MASTERS, an_invoice("5600", total="9.63"))
    world.push("customer", "product", "vendor", "invoice")
    world.run_id = "r2"
    odd = list(odd_records(entity, part=PART))
    good = KINDS[entity].make()
    find(world, *MASTERS, an_invoice("5600"), *(one for _, one in odd), good)
    world.push(*(["invoice", "payment"] if entity == "payment" else [entity]))

    told = outcomes(world.store, "r2", entity)
    untold = [what for what, one in odd if one.id not in told]
    silent = [
        what
        for what, one in odd
        if told[str(one.id)].outcome not in DONE and not told[one.own_id].note
    ]
    assert (untold, silent) == ([], [])
    assert max(len(one.note or "") for one in told.values()) <= LONGEST_REASON
    if good.own_id in told and entity != "payment":
        assert told[good.own_id].outcome is Outcome.CREATED
    made = world.quickbooks.records[TOTAL[entity]] if entity in TOTAL else []
    assert {one["TotalAmt"] for one in made} <= {Decimal("9.63")}


def a_long_text(size: int) -> str:
    """Return a text that no packing makes smaller."""
    return "".join(sha256(b"%d" % one).hexdigest() for one in range(size // 64 + 1))[:size]


USED = {
    "invoice": (an_invoice, ("status", "customerId", "invoiceNumber", "total")),
    "payment": (a_payment, ("paymentMethod", "status", "invoiceId", "paymentReference")),
    "expense": (an_expense, ("paymentType", "customStatusName", "createdByName", "categoryName")),
    "product": (a_product, ("name", "description", "price")),
    "vendor": (a_vendor, ("name", "terms")),
}


@pytest.mark.case("R1b")
@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("size", [9_900, 390_000])
@pytest.mark.parametrize("entity", USED)
def test_a_text_that_is_quoted_or_looked_for_has_room_in_the_table(entity: str, size: int) -> None:
    world = World(store=ALWAYS_LIVE)
    world.save(buying_settings())
    make, elements = USED[entity]
    ids = [str(777 + number) for number, _ in enumerate(elements)]
    texts = [
        make(own, **{name: a_long_text(size)}) for own, name in zip(ids, elements, strict=True)
    ]
    find(world, a_customer(), a_product(), an_invoice(), *texts)
    world.push("customer", "product", "invoice", entity)
    told = outcomes(world.store, "r1", entity)
    assert told.keys() >= {*ids}
    if size > 10_000:
        notes = [str(told[own].note) for own in ids]
        assert all("in a form that cannot be read" in one for one in notes)
        assert "which is longer than 10,000 characters" in notes[0]
    if entity == "invoice":
        assert told["5501"].outcome is Outcome.CREATED

"""What an earlier version kept of a record that cannot be read ends no pull of the others."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.exact_json import canonical
from connector.model.outcomes import Outcome
from connector.model.pending import NewItem, PendingItem, PendingState, fingerprint
from connector.model.plans import Refuse
from connector.model.review.planned import Decision
from connector.model.worklist.causes import Kind, cause
from connector.pull.load import plan_page
from connector.pull.plan import Names
from connector.pull.worker import foresee_pull
from tests.builders import CONNECTION, a_customer, settings
from tests.unit.engine.two_sides import PULL, TwoSides

ADDRESS = {"Line1": "1 Main St", "City": "Tampa", "CountrySubDivisionCode": "FL"}
CUSTOMER = {
    "DisplayName": "Blue Heron (Ana Lopez)",
    "FullyQualifiedName": "Harbor:Blue Heron (Ana Lopez)",
    "CompanyName": "Blue Heron",
    "GivenName": "Ana",
    "FamilyName": "Lopez",
    "Job": True,
    "ParentRef": {"value": "1", "name": "Harbor"},
    "Level": 1,
    "IsProject": False,
    "Taxable": True,
    "PrimaryPhone": {"FreeFormNumber": "(813) 555-0100"},
    "Mobile": {"FreeFormNumber": "(813) 555-0101"},
    "PrimaryEmailAddr": {"Address": "ana@heron.example"},
    "BillAddr": ADDRESS,
    "ShipAddr": ADDRESS | {"Line1": "2 Pier Rd"},
    "Notes": "gate 7",
}
ITEM = {
    "Name": "Elbow",
    "FullyQualifiedName": "Pipes:Elbow",
    "Type": "Inventory",
    "UnitPrice": Decimal("4.5"),
    "PurchaseCost": Decimal("1.2"),
    "Taxable": True,
    "Description": "Copper elbow",
    "PurchaseDesc": "Elbow",
    "Sku": "CE-050",
    "QtyOnHand": Decimal(7),
    "TrackQtyOnHand": True,
}
LINE = {"Amount": Decimal(5), "LinkedTxn": [{"TxnId": "4", "TxnType": "Invoice"}]}
PAYMENT = {
    "CustomerRef": {"value": "1", "name": "Harbor"},
    "CurrencyRef": {"value": "USD"},
    "PaymentMethodRef": {"value": "2", "name": "Check"},
    "PaymentRefNum": "1044",
    "TotalAmt": Decimal(5),
    "UnappliedAmt": Decimal(0),
    "TxnDate": "2025-11-20",
    "PrivateNote": "by mail",
    "Line": [LINE],
}
RATE = {"Name": "Tampa", "RateValue": Decimal(7), "TaxTypeApplicable": "TaxOnAmount"}
RECORDS: dict[str, dict[str, Any]] = {
    "pull_terms": {"Name": "Net 30", "Type": "STANDARD", "DueDays": 30, "DayOfMonthDue": None},
    "pull_sales_taxes": {"Name": "Tampa", "Hidden": False, "Rates": [RATE]},
    "pull_vendors": CUSTOMER | {"PrintOnCheckName": "Heron", "Vendor1099": False},
    "pull_customers": CUSTOMER,
    "pull_products": ITEM,
    "pull_part_quantities": ITEM,
    "pull_payments": PAYMENT,
}
WRONG: tuple[Any, ...] = (
    None,
    "",
    "soon",
    7,
    Decimal("1e30"),
    "NaN",
    True,
    [],
    [7],
    {},
    {"value": {"value": []}},
    [{"LinkedTxn": 7}],
)
CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"sub_customers_as": "customer named Parent:Child", "start_date": date(2025, 1, 1)},
    {"sub_customers_as": "address of the parent", "display_name_format": "last, first"},
)
PHONE = {"PrimaryPhone": "555 0100"}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def a_piece(name: str) -> dict[str, Any]:
    """Return what a pull keeps of a record."""
    told = {"Id": "9", "SyncToken": "0", "Active": True} | RECORDS[name]
    return dict(next(iter(PULL[name].pieces(told).values())))


def wrongs(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a record with each of its members, and each member of those, as it never is."""
    for member in record.keys() - {"Id"}:
        for wrong in WRONG:
            yield record | {member: wrong}
            if isinstance(record[member], dict):
                inner = record[member]
                yield from (record | {member: inner | {one: wrong}} for one in inner)


def keep(sides: TwoSides, name: str, records: Iterable[dict[str, Any]]) -> list[PendingItem]:
    """Keep records as a version did that did not look at them."""
    texts = [canonical(one | {"Id": str(number)}) for number, one in enumerate(records)]
    sides.store.pending.put_all(
        CONNECTION,
        name,
        [
            NewItem(
                record_id=f"{number:04d}",
                record=text,
                fingerprint=fingerprint(text),
                found_at="2025-11-22T09:00:00+00:00",
                label="",
            )
            for number, text in enumerate(texts)
        ],
    )
    return list(sides.store.pending.read_all(CONNECTION, name))


@pytest.mark.case("R15a")
@pytest.mark.parametrize("name", RECORDS)
def test_no_member_of_a_kept_record_ends_the_planning_of_its_page(
    sides: TwoSides, name: str
) -> None:
    items = keep(sides, name, [a_piece(name), *wrongs(a_piece(name))])
    every = [one.record_id for one in items]
    for chosen in CHOICES:
        sides.save(settings(show_payments=True, excluded_customers=["4711"], **chosen))
        planned = plan_page(PULL[name], sides.run(), items, Names({}, {}))
        assert [one.item.record_id for one in planned] == every
        assert not isinstance(planned[0].plan, Refuse)


@pytest.mark.case("R15a")
def test_what_was_kept_of_a_record_that_cannot_be_read_is_refused_and_the_others_are_pulled(
    sides: TwoSides,
) -> None:
    first = sides.in_quickbooks("Customer", DisplayName="Harbor")
    bad = sides.in_quickbooks("Customer", DisplayName="Heron", **PHONE)
    last = sides.in_quickbooks("Customer", DisplayName="Pier")
    sides.look("Customer")
    outcomes = sides.pull("pull_customers")
    assert outcomes == {"created": 2, "refused": 1}
    outcome, reason = sides.note("pull_customers", bad)
    assert outcome is Outcome.REFUSED
    assert reason.startswith(f"QuickBooks' customer {bad} was passed over, for it cannot be read")
    (item,) = sides.store.pending.read_all(CONNECTION, "pull_customers")
    assert (item.state, item.cause) == (
        PendingState.REFUSED,
        cause(Kind.UNREADABLE_THERE, "Customer"),
    )
    assert sides.owner("Customer", first) != sides.owner("Customer", last)


@pytest.mark.case("R15a")
def test_once_quickbooks_tells_it_right_it_is_pulled(sides: TwoSides) -> None:
    bad = sides.in_quickbooks("Customer", DisplayName="Heron", **PHONE)
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.quickbooks.edit("Customer", bad, PrimaryPhone={"FreeFormNumber": "813 555 0100"})
    sides.run_id = "r2"
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"created": 1}


@pytest.mark.case("R15a")
def test_one_that_cannot_be_read_leaves_the_names_of_the_others(sides: TwoSides) -> None:
    sides.mobiwork.put(a_customer("81", companyName="Pier"))
    sides.look()
    sides.in_quickbooks("Customer", DisplayName="Heron", **PHONE)
    number = sides.in_quickbooks("Customer", DisplayName="Pier")
    sides.run_id = "r2"
    sides.look("Customer")
    sides.pull("pull_customers")
    assert sides.owner("Customer", number) == "81"


@pytest.mark.case("R15a")
def test_a_plan_that_is_only_looked_at_says_so_too(sides: TwoSides) -> None:
    bad = sides.in_quickbooks("Customer", DisplayName="Heron", **PHONE)
    sides.look("Customer")
    item = sides.store.pending.read_many(CONNECTION, "pull_customers", [bad])[bad]
    found = foresee_pull(PULL["pull_customers"], sides.run(), item)
    assert (found.decision, str(found.reason)[:21]) == (Decision.REFUSE, "QuickBooks' customer ")

from collections.abc import Iterator

import pytest

from connector.errors import RateLimitedError, RejectedError, RetriableError
from connector.model.body import Body, Json
from connector.model.outcomes import Outcome
from connector.quickbooks.dead_references import explained
from tests.builders import a_customer, a_line, a_product, an_invoice
from tests.fakes import Record
from tests.unit.engine.world import World

pytestmark = pytest.mark.case("R13")
GONE = "Object Not Found : Something you're trying to use has been made inactive."
ITEMS: list[Json] = [
    {"Id": "7", "Name": "Copper elbow"},
    {"Id": "8", "Name": "Old valve", "Active": False},
]
INVOICE: Body = {
    "CustomerRef": {"value": "58"},
    "Line": [
        {"SalesItemLineDetail": {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "TAX"}}}
        for item in ("7", "8", "7")
    ],
}


def refusal(code: str = "610") -> RejectedError:
    return RejectedError(f"Invoice 5501 was refused. {GONE}", code=code)


def answering(statement: str) -> list[Json]:
    return ITEMS if " FROM Item " in statement else [{"Id": "58", "DisplayName": "Harbor Cafe"}]


@pytest.mark.parametrize("code", ["610", "2500"])
def test_the_line_and_its_inactive_item_are_named(code: str) -> None:
    told = explained(refusal(code), INVOICE, answering)
    assert str(told) == (
        'The product of line 2, "Old valve" (Product 8), is inactive in QuickBooks: make it active '
        f"there again, or choose another one in MobiWork. Invoice 5501 was refused. {GONE}"
    )
    assert [(one.action, one.label) for one in told.fixes] == [
        ("activate", 'Make "Old valve" active again in QuickBooks, then try again'),
        ("skip", "Leave this record out"),
    ]


def test_what_a_document_itself_refers_to_is_named_too() -> None:
    told = explained(refusal(), INVOICE, lambda asked: ITEMS if "Item" in asked else ())
    assert str(told).startswith("Its customer (Customer 58) is not in QuickBooks any more.")


@pytest.mark.parametrize(
    ("member", "entity", "told"),
    [
        ("ClassRef", "Class", 'Its class, "Admin" (Class 9), is inactive in QuickBooks'),
        ("DepartmentRef", "Department", 'Its location, "Admin" (Location 9), is inactive'),
    ],
)
def test_an_inactive_class_or_location_is_named(member: str, entity: str, told: str) -> None:
    admin: list[Json] = [{"Id": "9", "Name": "Admin", "Active": False}]
    found = explained(
        refusal("2500"),
        {member: {"value": "9"}},
        lambda asked: admin if f" FROM {entity} " in asked else (),
    )
    assert str(found).startswith(told)
    assert found.fixes[0].target == f"{entity}/9"


def test_one_call_a_kind_asks_for_inactive_records_too() -> None:
    asked: list[str] = []

    def query(statement: str) -> list[Json]:
        asked.append(statement)
        return answering(statement)

    explained(refusal(), INVOICE, query)
    assert asked == [
        "SELECT * FROM Customer WHERE Id IN ('58') AND Active IN (true, false)",
        "SELECT * FROM Item WHERE Id IN ('7', '8') AND Active IN (true, false)",
    ]


def test_another_refusal_is_told_as_it_is_and_asks_nothing() -> None:
    other = refusal("6000")
    assert explained(other, INVOICE, lambda _asked: pytest.fail("asked")) is other


def test_a_look_that_is_refused_leaves_the_refusal_as_it_is() -> None:
    def query(_statement: str) -> list[Json]:
        raise RejectedError("QuickBooks could not read a query about it.", code="4000")

    told = refusal()
    assert explained(told, INVOICE, query) is told


def test_an_invoice_with_an_inactive_item_names_it_on_the_worklist() -> None:
    world = World()
    lines = [a_line(), a_line(productId="307002", productName="Old valve"), a_line()]
    world.find(
        a_customer(),
        a_product(),
        a_product("307002", name="Old valve"),
        an_invoice(lineItems={"lineItem": lines}, subTotal="27.00", total="27.63"),
    )
    world.push("customer", "product")
    world.quickbooks.edit("Item", str(world.link("product", "307002")), Active=False)

    def refuse(_entity: str, _body: Record) -> None:
        raise refusal()

    world.quickbooks.before = refuse
    world.push("invoice")
    outcome, reason = world.note("invoice", "5501")
    assert outcome is Outcome.REFUSED
    assert "The product of line 2," in reason


def test_quickbooks_down_during_the_look_puts_the_record_off() -> None:
    def query(_statement: str) -> Iterator[Json]:
        raise RateLimitedError("Slow down.")

    with pytest.raises(RetriableError):
        explained(refusal(), INVOICE, query)

from typing import Any

import pytest

from connector.entities.sales import invoices, quotes
from connector.entities.sales.invoices import Invoice
from connector.entities.sales.quotes import Quote
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.flows.context import Linked
from tests.builders import a_customer, a_line, a_product, an_invoice
from tests.unit.engine.world import World
from tests.unit.entities.sales.invoicing import CANAL, DOCK, HERON
from tests.unit.entities.sales.selling import known, read

MIAMI: Body = {"Line1": "9 Flagler St", "City": "Miami", "CountrySubDivisionCode": "FL"}
TAMPA: Body = {
    "Line1": "12 Canal St",
    "City": "Tampa",
    "CountrySubDivisionCode": "FL",
    "PostalCode": "33602",
}
PLACES = {"700001": {"81001": TAMPA, "81002": MIAMI}}


@pytest.mark.case("M15")
def test_tax_is_by_the_place_of_work_and_the_bill_goes_to_the_main_address() -> None:
    invoice = read(Invoice, customer=HERON, locationId="81002")
    body = invoices.to_qbo(invoice, known(places=PLACES))
    assert (body["ShipAddr"], body["BillAddr"]) == (MIAMI, TAMPA)


@pytest.mark.case("M15a")
@pytest.mark.parametrize(
    ("changes", "city"),
    [
        ({"locationId": "81002", "address": DOCK}, "Valdosta"),
        ({}, "Tampa"),
    ],
    ids=["an address of its own", "no place"],
)
def test_the_place_of_work_is_what_the_document_says_else_the_main_address(
    changes: dict[str, Any], city: str
) -> None:
    invoice = read(Invoice, customer=HERON, **changes)
    assert invoices.to_qbo(invoice, known(places=PLACES))["ShipAddr"]["City"] == city


NOWHERE: dict[str, Any] = {"customer": HERON, "locationId": "81009"}
UNTAXED: dict[str, Any] = {"taxAmount": "0", "total": "9.00"}


@pytest.mark.case("M15c")
@pytest.mark.parametrize("places", [{}, PLACES, {"700001": {"81009": {}}}])
def test_a_document_is_not_taxed_by_a_guess_where_the_work_was_done(places: Any) -> None:
    with pytest.raises(MissingMappingsError, match=r"names address 81009 .* Choose the address"):
        invoices.to_qbo(read(Invoice, **NOWHERE), known(places=places))


@pytest.mark.case("M15d")
@pytest.mark.parametrize(
    ("changes", "company"),
    [
        ({"lineItems": {"lineItem": [a_line(taxable="false")]}, **UNTAXED}, {}),
        ({"customer": HERON | {"taxable": "false"}, **UNTAXED}, {}),
        ({}, {"taxes_by_hand": True, "tax_codes": {"Hillsborough": "5"}}),
        (UNTAXED, {"uses_sales_tax": False}),
    ],
    ids=["nothing is taxed", "an exempt customer", "taxes by hand", "no sales tax"],
)
def test_where_no_tax_depends_on_an_unknown_place_the_main_address_stands_for_it_and_is_told(
    changes: dict[str, Any], company: dict[str, Any]
) -> None:
    invoice, told = read(Invoice, **(NOWHERE | changes)), known(places=PLACES, company=company)
    assert invoices.to_qbo(invoice, told)["ShipAddr"]["City"] == "Tampa"
    assert invoices.PUSH.wording.stood_in(invoice, told) == [
        "MobiWork does not list the address 81009 that it names as the place of work; the "
        "customer's main address was sent."
    ]


@pytest.mark.case("M15d")
def test_the_report_tells_of_an_address_that_stands_for_another() -> None:
    world = World()
    line = a_line(taxable="false")
    changes = {"lineItems": {"lineItem": [line]}, **UNTAXED, **NOWHERE}
    world.find(a_customer(), a_product(), an_invoice(**changes))
    world.push("customer", "product", "invoice")
    assert "the customer's main address was sent" in world.note("invoice", "5501")[1]


@pytest.mark.case("M15b")
def test_a_document_that_shows_no_address_is_not_taxed_by_another_address_of_its_customer() -> None:
    links = {("customer", "700001"): Linked("58", "0", "", {"BillAddr": TAMPA, "ShipAddr": MIAMI})}
    assert quotes.to_qbo(read(Quote), known(links=links))["ShipAddr"] == TAMPA


@pytest.mark.case("M15")
def test_the_place_that_an_invoice_names_by_its_id_is_found_among_its_customers_addresses() -> None:
    world = World()
    work = {"addressId": "81002", "address1": "9 Flagler St", "city": "Miami", "state": "Florida"}
    main = CANAL | {"addressId": "81001"}
    customer = a_customer(address=main, addressList={"address": [main, work]})
    world.find(customer, a_product(), an_invoice(locationId="81002", customer=HERON))
    world.push("customer", "product", "invoice")
    assert world.quickbooks.records["Invoice"][0]["ShipAddr"] == MIAMI

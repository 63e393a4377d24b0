"""What the tests of customers share: records, what is known of them, and their bodies."""

from typing import Any

from connector.entities.customers import push as push_customers
from connector.entities.customers.model import Customer
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from tests.builders import a_company, a_customer, settings

PARENT = Linked("58", "0", "", {"DisplayName": "Harbor Cafe"})
PIER = {"address1": "4 Pier Rd", "city": "Largo", "state": "FL", "zipCode": "33770"}
BILL_CANAL = {
    "Line1": "12 Canal St",
    "City": "Tampa",
    "CountrySubDivisionCode": "FL",
    "PostalCode": "33602",
}
SUB = {"companyName": "Kitchen", "isSubCustomer": "true", "parentCustomerId": "700900"}


def read(**changes: Any) -> Customer:
    return Customer.model_validate(a_customer(**changes).fields)


def known(links: dict[str, Linked] | None = None, **chosen: Any) -> PushContext:
    found = {("customer", record_id): link for record_id, link in (links or {}).items()}
    return PushContext(settings(**chosen), a_company(), found, "[mark]")


def body_of(chosen: dict[str, Any] | None = None, **changes: Any) -> Body:
    return push_customers.to_qbo(read(**changes), known({"700900": PARENT}, **(chosen or {})))


def told(**changes: Any) -> list[str]:
    return push_customers.remarks(read(**changes), {})

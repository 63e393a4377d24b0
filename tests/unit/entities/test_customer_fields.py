from typing import Any
from xml.etree.ElementTree import Element

from hypothesis import assume, given
from hypothesis import strategies as st

from connector.entities import customers
from connector.entities.customer_fields import FIELDS
from connector.entities.customers import Customer
from connector.entities.pulled_customers import PULL
from connector.flow import Body, Known, Linked
from connector.mobiwork.xml import read as parsed
from tests.builders import a_company, a_customer, settings
from tests.unit.entities.pulled import (
    added,
    addresses,
    each_change,
    here,
    names_of,
    reached,
    read,
    there,
    written,
)

FORMATS = (
    "company else person",
    "company",
    "first last",
    "last, first",
    "company (first last)",
)
BY_NAME = {one.name: one for one in FIELDS}
ALWAYS_SHOWN = {"DisplayName", "Active", "Job", "ParentRef", "BillWithParent", "Taxable"}


@st.composite
def quickbooks_customers(draw: st.DrawFn) -> Body:
    """Customers as QuickBooks may hold them: with names of their own, or made of the others."""
    optional = {
        "CompanyName": names_of(100),
        "GivenName": names_of(100),
        "MiddleName": names_of(20),
        "FamilyName": names_of(100),
        "Title": names_of(16),
        "Suffix": names_of(16),
        "ShipAddr": addresses(),
        **reached(),
    }
    record = {"Id": "58", **draw(st.fixed_dictionaries({}, optional=optional))}
    first, last = (str(record.get(one, "")) for one in ("GivenName", "FamilyName"))
    company = str(record.get("CompanyName", ""))
    made = [f"{first} {last}", f"{last}, {first}", company, f"{company} ({first} {last})"]
    name = draw(names_of(200) | st.sampled_from(made))
    assume(not PULL.why_not({"DisplayName": name}, settings()))
    if draw(st.booleans()):
        return record | {"DisplayName": name}
    above = draw(st.sampled_from(["Harbor Cafe", "Harbor Cafe:Kitchen", "Ana Lopez"]))
    under = {"FullyQualifiedName": f"{above}:{name}", "ParentRef": {"value": "7"}, "Job": True}
    return record | {"DisplayName": name} | under


def mobiwork_customers() -> st.SearchStrategy[dict[str, Any]]:
    words = st.sampled_from(["Ana", "Lopez", "Ana Lopez", "TBD", "-", "", "Blue Heron", "Bo: Li"])
    contact = st.fixed_dictionaries({"firstName": words, "lastName": words})
    kinds = st.sampled_from(["BUSINESS", "RESIDENTIAL"])
    return st.fixed_dictionaries({"companyName": words, "type": kinds, "contact": contact})


def known(form: str = "company else person", **links: Linked) -> Known:
    found = {("customer", record_id): link for record_id, link in links.items()}
    return Known(settings(display_name_format=form), a_company(), found, "")


def pushed(customer: Customer, form: str = "company else person") -> Body:
    parent = Linked("7", "0", "", {"DisplayName": "Harbor Cafe"})
    return customers.to_qbo(customer, known(form, **{"700900": parent}))


def existing(**changes: Any) -> Element:
    return parsed(a_customer(**changes).xml, call="test")


@given(quickbooks_customers(), st.sampled_from(FORMATS))
def test_a_new_customer_says_the_same_on_both_sides(record: Body, form: str) -> None:
    links = {("Customer", "7"): "700900"}
    element = added(PULL, record, links, display_name_format=form)
    assert here(PULL, read(PULL, element)) == there(PULL, record)


@given(quickbooks_customers())
def test_a_sub_customer_named_after_its_parent_says_the_same_on_both_sides(record: Body) -> None:
    element = added(PULL, record, sub_customers_as="customer named Parent:Child")
    assert here(PULL, read(PULL, element)) == there(PULL, record)


@given(quickbooks_customers(), mobiwork_customers())
def test_what_was_written_over_a_customer_is_at_rest(record: Body, before: dict[str, Any]) -> None:
    element = written(PULL, record, existing(**before))
    assert here(PULL, read(PULL, element)) == there(PULL, record)


@given(quickbooks_customers(), mobiwork_customers())
def test_writing_twice_changes_nothing(record: Body, before: dict[str, Any]) -> None:
    once = written(PULL, record, existing(**before))
    assert read(PULL, written(PULL, record, once)) == read(PULL, once)


@given(mobiwork_customers(), st.sampled_from(FORMATS))
def test_what_was_pushed_says_the_same_in_every_format(changes: dict[str, Any], form: str) -> None:
    customer = read(PULL, existing(**changes))
    assume(":" not in customer.company_name)
    assume(customers.problems(customer) == [])
    assume(form != "company" or customer.parts.home or customer.parts.company)
    body = pushed(customer, form)
    assert here(PULL, customer) == there(PULL, body)


@given(quickbooks_customers(), mobiwork_customers())
def test_one_changed_field_changes_only_its_members(record: Body, before: dict[str, Any]) -> None:
    element = existing(**before)
    assume(customers.problems(read(PULL, element)) == [])
    body = pushed(read(PULL, element))
    for name, after in each_change(PULL, record, element):
        if customers.problems(read(PULL, after)):
            continue
        now = pushed(read(PULL, after))
        changed = {one for one in body.keys() | now.keys() if body.get(one) != now.get(one)}
        assert changed <= set(BY_NAME[name].members), name

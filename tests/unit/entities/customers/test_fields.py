from typing import Any
from xml.etree.ElementTree import Element

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connector.entities.customers import push as push_customers
from connector.entities.customers.fields import FIELDS
from connector.entities.customers.model import Customer
from connector.entities.customers.places import NAMED
from connector.entities.customers.pull import PULL
from connector.mobiwork.xml import read as parsed
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.hierarchy import TOP
from tests.builders import a_company, a_customer, settings
from tests.unit.entities.pulled import (
    added,
    addresses,
    each_change,
    in_mobiwork,
    in_quickbooks,
    names_of,
    reached,
    read,
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
    assume(not PULL.eligibility.skip_reason({"DisplayName": name}, settings()))
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


def known(links: dict[str, Linked], form: str = "company else person") -> PushContext:
    found = {("customer", record_id): link for record_id, link in links.items()}
    return PushContext(settings(display_name_format=form), a_company(), found, "")


def pushed(customer: Customer, form: str = "company else person") -> Body:
    parent = Linked("7", "0", "", {"DisplayName": "Harbor Cafe"})
    return push_customers.to_qbo(customer, known({"700900": parent}, form))


def existing(**changes: Any) -> Element:
    return parsed(a_customer(**changes).xml, call="test")


@given(quickbooks_customers(), st.sampled_from(FORMATS))
def test_a_new_customer_says_the_same_on_both_sides(record: Body, form: str) -> None:
    links, record = {("Customer", "7"): "700900", ("Customer", "6"): "700901"}, record | {TOP: "6"}
    element = added(PULL, record, links, display_name_format=form)
    assert in_mobiwork(PULL, read(PULL, element)) == in_quickbooks(PULL, record, links)


@given(quickbooks_customers())
def test_a_sub_customer_named_after_its_parent_says_the_same_on_both_sides(record: Body) -> None:
    links, named = {("Customer", "7"): "700900"}, {"sub_customers_as": NAMED}
    element = added(PULL, record, links, **named)
    assert in_mobiwork(PULL, read(PULL, element)) == in_quickbooks(PULL, record, links, **named)


@given(quickbooks_customers(), mobiwork_customers())
def test_what_was_written_over_a_customer_is_at_rest(record: Body, before: dict[str, Any]) -> None:
    element = written(PULL, record, existing(**before))
    assert in_mobiwork(PULL, read(PULL, element)) == in_quickbooks(PULL, record)


@given(quickbooks_customers(), mobiwork_customers())
def test_writing_twice_changes_nothing(record: Body, before: dict[str, Any]) -> None:
    once = written(PULL, record, existing(**before))
    assert read(PULL, written(PULL, record, once)) == read(PULL, once)


@given(mobiwork_customers(), st.sampled_from(FORMATS))
def test_what_was_pushed_says_the_same_in_every_format(changes: dict[str, Any], form: str) -> None:
    customer = read(PULL, existing(**changes))
    assume(":" not in customer.company_name)
    assume(push_customers.problems(customer) == [])
    assume(form != "company" or customer.parts.home or customer.parts.company)
    body = pushed(customer, form)
    assert in_mobiwork(PULL, customer) == in_quickbooks(PULL, body)


@given(quickbooks_customers(), mobiwork_customers())
def test_one_changed_field_changes_only_its_members(record: Body, before: dict[str, Any]) -> None:
    element = existing(**before)
    assume(push_customers.problems(read(PULL, element)) == [])
    body = pushed(read(PULL, element))
    for name, after in each_change(PULL, record, element):
        if push_customers.problems(read(PULL, after)):
            continue
        now = pushed(read(PULL, after))
        changed = {one for one in body.keys() | now.keys() if body.get(one) != now.get(one)}
        assert changed <= set(BY_NAME[name].members), name


def value_there(name: str, **members: Any) -> Any:
    return BY_NAME[name].quickbooks({"DisplayName": "Blue Heron"} | members)


def same(name: str, first: Any, second: Any) -> bool:
    return bool(BY_NAME[name].compared(first) == BY_NAME[name].compared(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(813) 555-0100", "8135550100"),
        ("+1 (813) 555-0100", "8135550100"),
        ("8135550100 ext. 96", "813.555.0100 x96"),
        ("8135550100, extension 96", "8135550100 #96"),
        ("1-800-Heron-07", "1 800 HERON 07"),
    ],
)
def test_phones_are_the_same_however_they_are_written(first: str, second: str) -> None:
    assert same("phone", first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("8135550100", "8135550101"),
        ("8135550100 x96", "8135550100"),
        ("8135550100 x96", "813555010096"),
        ("1-800-HERON-07", "1-800-STORK-07"),
        ("28135550100", "8135550100"),
    ],
)
def test_other_phones_are_not_the_same(first: str, second: str) -> None:
    assert not same("phone", first, second)


@pytest.mark.parametrize(
    ("members", "phone", "other"),
    [
        ({"PrimaryPhone": "1", "AlternatePhone": "2", "Mobile": "3"}, "1", "2"),
        ({"PrimaryPhone": "1", "Mobile": "3"}, "1", "3"),
        ({"AlternatePhone": "2", "Mobile": "3"}, "3", "2"),
        ({"Mobile": "3"}, "3", ""),
        ({"PrimaryPhone": "-", "Mobile": "3"}, "3", ""),
    ],
)
def test_a_mobile_takes_the_place_of_an_empty_phone(
    members: dict[str, str], phone: str, other: str
) -> None:
    written = {name: {"FreeFormNumber": text} for name, text in members.items()}
    assert value_there("phone", **written) == phone
    assert value_there("other phone", **written) == other


def test_e_mails_in_another_case_are_the_same() -> None:
    assert same(
        "e-mail", "Office@Heron.example; b@heron.example", "office@heron.example,b@heron.example"
    )


def test_another_second_e_mail_is_a_change() -> None:
    assert not same("e-mail", "a@heron.example, b@heron.example", "a@heron.example")


def test_a_state_is_the_same_by_name_and_by_code() -> None:
    billed = [{"BillAddr": {"CountrySubDivisionCode": text}} for text in ("Florida", "FL")]
    first, second = (value_there("billing address", **members) for members in billed)
    assert first == second


def test_a_shipping_address_that_is_the_billing_address_is_none() -> None:
    both = {"Line1": "12 Canal St", "CountrySubDivisionCode": "FL"}
    named = both | {"CountrySubDivisionCode": "Florida"}
    assert value_there("shipping address", BillAddr=both, ShipAddr=named) == {}


def quickbooks_name(display: str, **members: Any) -> dict[str, str]:
    found: dict[str, str] = BY_NAME["name"].quickbooks({"DisplayName": display} | members)
    return found


ANA = {"GivenName": "Ana", "FamilyName": "Lopez"}
SUB = {"ParentRef": {"value": "7"}, "FullyQualifiedName": "Harbor Cafe:Harbor Cafe - Kitchen"}


@pytest.mark.parametrize(
    ("display", "members", "company", "first", "last"),
    [
        ("Heron", {"CompanyName": "Heron"} | ANA, "Heron", "Ana", "Lopez"),
        ("HERON", {"CompanyName": "Heron"}, "Heron", "", ""),
        ("Heron", {"CompanyName": "Heron Inc."}, "Heron", "", ""),
        ("Ana Lopez", ANA, "", "Ana", "Lopez"),
        ("ana lopez", ANA, "", "Ana", "Lopez"),
        ("Ms. Ana Lopez", ANA | {"Title": "Ms."}, "", "Ana", "Lopez"),
        ("Ana Lopez", ANA | {"MiddleName": "M."}, "", "Ana", "Lopez"),
        ("Ana M. Lopez", ANA | {"MiddleName": "M."}, "", "Ana M.", "Lopez"),
        ("Lopez, Ana", ANA | {"CompanyName": "Heron"}, "Heron", "Ana", "Lopez"),
        ("Heron (Ana Lopez)", ANA | {"CompanyName": "Heron"}, "Heron", "Ana", "Lopez"),
        ("Heron (Tampa)", ANA | {"CompanyName": "Heron"}, "Heron (Tampa)", "Ana", "Lopez"),
        ("Harbor Cafe - Kitchen", SUB | {"CompanyName": "Kitchen"}, "Kitchen", "", ""),
        ("Harbor Cafe - Kitchen", SUB, "Harbor Cafe - Kitchen", "", ""),
        ("Harbor Cafe - Kitchen", {"CompanyName": "Kitchen"}, "Harbor Cafe - Kitchen", "", ""),
        ("Heron (deleted)", {"CompanyName": "Heron", "Active": False}, "Heron", "", ""),
        ("Cher", {"GivenName": "Cher"}, "", "Cher", ""),
    ],
)
def test_a_name_is_company_and_person_in_whatever_format(
    display: str, members: dict[str, Any], company: str, first: str, last: str
) -> None:
    found = quickbooks_name(display, **members)
    assert (found["company"], found["first"], found["last"]) == (company, first, last)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"company": "TBD", "first": "-", "last": ""}, {"company": "", "first": "", "last": ""}),
        (
            {"company": "Ana Lopez", "first": "Ana", "last": "Lopez"},
            {"company": "", "first": "Ana", "last": "Lopez"},
        ),
        (
            {"company": "Brick:Mortar", "first": "A" * 120, "last": ""},
            {"company": "Brick - Mortar", "first": "A" * 100, "last": ""},
        ),
    ],
)
def test_names_that_count_as_the_same(first: dict[str, str], second: dict[str, str]) -> None:
    assert same("name", first, second)


@pytest.mark.parametrize("name", ["company", "first", "last", "under"])
def test_each_part_of_a_name_counts(name: str) -> None:
    whole = {"company": "Heron", "first": "Ana", "last": "Lopez"}
    assert not same("name", whole, whole | {name: "Other"})


def test_whether_it_is_taxable_is_neither_compared_nor_written() -> None:
    assert "taxable" not in BY_NAME


def test_the_list_of_addresses_is_left_alone_where_it_does_not_begin_with_the_main_one() -> None:
    other = {"address": [{"address1": "4 Pier Rd"}]}
    customer = read(PULL, existing(addressList=other))
    moved = {"line 1": "9 Bay St"}
    assert set(BY_NAME["billing address"].write(moved, customer)) == {
        f"address/{name}" for name in ("address1", "address2", "city", "state", "zipCode")
    }


def pulled_as_named() -> Linked:
    """Return the link of a sub-customer that was pulled as `Parent:Child`."""
    in_quickbooks = {
        "name": {"company": "Kitchen", "first": "", "last": "", "under": "Harbor Cafe"}
    }
    return Linked("59", "0", "", {"DisplayName": "Kitchen"}, in_quickbooks=in_quickbooks)


@pytest.mark.parametrize("own", ["Kitchen", "Annex"])
def test_a_sub_customer_named_after_its_parent_keeps_its_own_name_in_quickbooks(own: str) -> None:
    customer = read(PULL, existing(companyName=f"Harbor Cafe:{own}"))
    body = push_customers.to_qbo(customer, known({"700001": pulled_as_named()}))
    assert (body["DisplayName"], body["CompanyName"]) == (own, own)


def test_a_colon_of_mobiworks_own_becomes_a_dash() -> None:
    customer = read(PULL, existing(companyName="Brick:Mortar"))
    linked = Linked("59", "0", "", {}, in_quickbooks={"name": {"company": "Brick - Mortar"}})
    assert push_customers.to_qbo(customer, known({"700001": linked}))["DisplayName"] == (
        "Brick - Mortar"
    )

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities import customers
from connector.entities.customers import Customer
from connector.flow import Known
from tests.builders import a_company, a_customer, settings

KNOWN = Known(settings(), a_company(), {}, "[mark]")


def read(**changes: Any) -> Customer:
    return Customer.model_validate(a_customer(**changes).fields)


def residential(first: str, last: str, company: str = "") -> Customer:
    contact = {"firstName": first, "lastName": last, "email": "", "phoneNumber": ""}
    return read(type="RESIDENTIAL", companyName=company, contact=contact)


def test_the_complete_body_of_a_business() -> None:
    assert customers.to_qbo(read(), KNOWN) == {
        "DisplayName": "Blue Heron Plumbing",
        "CompanyName": "Blue Heron Plumbing",
        "BillAddr": {
            "Line1": "12 Canal St",
            "City": "Tampa",
            "CountrySubDivisionCode": "FL",
            "PostalCode": "33602",
        },
        "PrimaryPhone": {"FreeFormNumber": "8135550100"},
        "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
        "Active": True,
    }


def test_a_residential_customer_is_shown_by_the_person() -> None:
    body = customers.to_qbo(residential("Ana", "Lopez"), KNOWN)
    assert (body["DisplayName"], body["GivenName"], body["FamilyName"]) == (
        "Ana Lopez",
        "Ana",
        "Lopez",
    )


@pytest.mark.parametrize("filler", ["TBD", "-", "tbd", " n/a ", "."])
def test_filler_is_no_name(filler: str) -> None:
    assert residential(filler, "Lopez").name == "Lopez"


def test_a_customer_of_only_filler_is_a_problem_that_shows_what_was_found() -> None:
    assert 'found "" and "TBD -"' in customers.problems(residential("TBD", "-"))[0]


def test_a_colon_which_quickbooks_keeps_for_itself_becomes_a_dash() -> None:
    body = customers.to_qbo(read(companyName="Brick:Mortar\tSupplies"), KNOWN)
    assert body["DisplayName"] == "Brick - Mortar Supplies"


def test_an_email_that_quickbooks_would_refuse_is_left_out() -> None:
    contact = {"firstName": "Ana", "lastName": "Lopez", "email": "ana at home"}
    assert "PrimaryEmailAddr" not in customers.to_qbo(read(contact=contact), KNOWN)


def test_a_prospect_is_not_pushed() -> None:
    prospect = read(prospectFlag="true")
    assert customers.why_not(prospect, settings()) == "It is a prospect, not a customer yet."
    assert customers.why_not(prospect, settings(push_prospects=True)) == ""


def test_an_inactive_record_of_the_name_is_no_twin() -> None:
    body = {"DisplayName": "Blue Heron"}
    assert not customers.is_twin(body, {"DisplayName": "Blue Heron", "Active": False})
    assert customers.is_twin(body, {"DisplayName": "BLUE heron", "Active": True})


@given(name=st.text(max_size=600))
def test_a_name_is_legal_or_the_customer_is_refused(name: str) -> None:
    customer = Customer.model_validate({"companyname": name, "type": "BUSINESS"})
    if customers.problems(customer):
        return
    shown = customers.to_qbo(customer, KNOWN)["DisplayName"]
    assert 0 < len(shown) <= 500
    assert not set(shown) & set(":\t\n\r")
    assert shown == shown.strip()

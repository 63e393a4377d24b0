from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.customers import push as push_customers
from connector.entities.customers.model import Customer
from connector.errors import RecordError
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.policy.settings import Settings
from tests.builders import a_company, settings
from tests.unit.entities.customers.customer_records import (
    BILL_CANAL,
    PIER,
    SUB,
    body_of,
    known,
    read,
    told,
)

FORMATS = (
    "company else person",
    "company",
    "first last",
    "last, first",
    "company (first last)",
)
CANAL = {"address1": "12 Canal St", "city": "Tampa", "state": "Florida", "zipCode": "33602"}
SHIP_PIER = {
    "Line1": "4 Pier Rd",
    "City": "Largo",
    "CountrySubDivisionCode": "FL",
    "PostalCode": "33770",
}
BUSINESS = {
    "DisplayName": "Blue Heron Plumbing",
    "CompanyName": "Blue Heron Plumbing",
    "BillAddr": BILL_CANAL,
    "PrimaryPhone": {"FreeFormNumber": "8135550100"},
    "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
    "Active": True,
}
REACHED = {name: BUSINESS[name] for name in ("BillAddr", "Active")}


def person(first: str, last: str, **more: str) -> dict[str, str]:
    return {"firstName": first, "lastName": last, "email": "", "phoneNumber": ""} | more


def residential(first: str, last: str, company: str = "") -> Customer:
    return read(type="RESIDENTIAL", companyName=company, contact=person(first, last))


GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], Body]] = {
    "a business whose contact is only filler": ({}, {}, BUSINESS),
    "a home": (
        {},
        {"type": "RESIDENTIAL", "companyName": "", "contact": person("Ana", "Lopez")},
        REACHED | {"DisplayName": "Ana Lopez", "GivenName": "Ana", "FamilyName": "Lopez"},
    ),
    "a business by its person in the order of a phone book": (
        {"display_name_format": "last, first"},
        {"contact": person("Ana", "Lopez")},
        REACHED
        | {
            "DisplayName": "Lopez, Ana",
            "CompanyName": "Blue Heron Plumbing",
            "GivenName": "Ana",
            "FamilyName": "Lopez",
        },
    ),
    "a business with its person in parentheses": (
        {"display_name_format": "company (first last)"},
        {"contact": person("Ana", "Lopez")},
        REACHED
        | {
            "DisplayName": "Blue Heron Plumbing (Ana Lopez)",
            "CompanyName": "Blue Heron Plumbing",
            "GivenName": "Ana",
            "FamilyName": "Lopez",
        },
    ),
    "a business served at another address, with every phone": (
        {},
        {
            "addressList": {"address": [CANAL, PIER]},
            "contact": person(
                "TBD",
                "-",
                phoneNumber="8135550100",
                phoneExt="96",
                altPhoneNumber="8135550101",
                mobilePhone="8135550102",
                fax="8135550103",
            ),
        },
        {
            "DisplayName": "Blue Heron Plumbing",
            "CompanyName": "Blue Heron Plumbing",
            "BillAddr": BILL_CANAL,
            "ShipAddr": SHIP_PIER,
            "PrimaryPhone": {"FreeFormNumber": "8135550100 x96"},
            "AlternatePhone": {"FreeFormNumber": "8135550101"},
            "Mobile": {"FreeFormNumber": "8135550102"},
            "Fax": {"FreeFormNumber": "8135550103"},
            "Active": True,
        },
    ),
    "a school that pays no tax": (
        {},
        {"companyName": "Heron Middle School", "taxable": "false"},
        BUSINESS
        | {
            "DisplayName": "Heron Middle School",
            "CompanyName": "Heron Middle School",
            "Taxable": False,
        },
    ),
    "a school that pays no tax for a reason that was chosen": (
        {"exemption_reason": "educational organization"},
        {"companyName": "Heron Middle School", "taxable": "false"},
        BUSINESS
        | {
            "DisplayName": "Heron Middle School",
            "CompanyName": "Heron Middle School",
            "Taxable": False,
            "TaxExemptionReasonId": 7,
        },
    ),
    "one that was disabled": ({}, {"enabled": "false"}, BUSINESS | {"Active": False}),
    "a name with a colon and a tab": (
        {},
        {"companyName": "Brick:Mortar\tSupplies"},
        BUSINESS
        | {
            "DisplayName": "Brick - Mortar Supplies",
            "CompanyName": "Brick - Mortar Supplies",
        },
    ),
    "a full name in both elements, as pulled from QuickBooks": (
        {},
        {
            "type": "RESIDENTIAL",
            "companyName": "",
            "contact": person("Ana Lopez", "Ana Lopez"),
        },
        REACHED | {"DisplayName": "Ana Lopez", "GivenName": "Ana", "FamilyName": "Lopez"},
    ),
    "a sub-customer that gets its own bills": (
        {"push_sub_customers": True},
        SUB,
        BUSINESS
        | {
            "DisplayName": "Harbor Cafe - Kitchen",
            "CompanyName": "Kitchen",
            "Job": True,
            "ParentRef": {"value": "58"},
            "BillWithParent": False,
        },
    ),
    "a sub-customer whose parent gets the bills": (
        {"push_sub_customers": True},
        SUB | {"companyName": "Harbor Cafe Terrace", "billTo": "Parent Customer"},
        BUSINESS
        | {
            "DisplayName": "Harbor Cafe Terrace",
            "CompanyName": "Harbor Cafe Terrace",
            "Job": True,
            "ParentRef": {"value": "58"},
            "BillWithParent": True,
        },
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_the_complete_body_of(case: str) -> None:
    chosen, changes, expected = GOLDEN[case]
    assert body_of(chosen, **changes) == expected


@pytest.mark.parametrize(
    ("form", "business", "home", "unnamed_contact"),
    [
        ("company else person", "Heron", "Ana Lopez", "Heron"),
        ("company", "Heron", "Lopez Rentals", "Heron"),
        ("first last", "Bo Tan", "Ana Lopez", "Heron"),
        ("last, first", "Tan, Bo", "Lopez, Ana", "Heron"),
        ("company (first last)", "Heron (Bo Tan)", "Lopez Rentals (Ana Lopez)", "Heron"),
    ],
)
def test_each_format_names_business_home_and_a_business_with_filler(
    form: str, business: str, home: str, unnamed_contact: str
) -> None:
    shown = [
        push_customers.to_qbo(customer, known(display_name_format=form))["DisplayName"]
        for customer in (
            read(companyName="Heron", contact=person("Bo", "Tan")),
            residential("Ana", "Lopez", "Lopez Rentals"),
            read(companyName="Heron", contact=person("TBD", "-")),
        )
    ]
    assert shown == [business, home, unnamed_contact]


@pytest.mark.parametrize("form", FORMATS)
def test_a_home_without_company_is_shown_by_its_person_in_every_format(form: str) -> None:
    shown = push_customers.to_qbo(residential("Ana", "TBD"), known(display_name_format=form))
    assert shown["DisplayName"] == "Ana"


def test_a_business_without_company_is_refused_in_the_format_company() -> None:
    with pytest.raises(RecordError) as raised:
        body_of({"display_name_format": "company"}, companyName="-", contact=person("Ana", "Lopez"))
    assert str(raised.value) == (
        'The setting "Display Name format" is "company", but it has no name to show in that '
        "format. Enter its company name in MobiWork, or choose another format."
    )
    assert [fix.action for fix in raised.value.fixes] == ["open_settings", "retry", "skip"]


def test_a_first_name_of_two_words_stays_one() -> None:
    body = push_customers.to_qbo(residential("Mary Ann", "Lopez"), known())
    assert (body["GivenName"], body["FamilyName"]) == ("Mary Ann", "Lopez")


def test_a_sub_customer_that_only_starts_like_its_parent_is_qualified() -> None:
    body = body_of({"push_sub_customers": True}, **SUB | {"companyName": "Harbor Cafeteria"})
    assert body["DisplayName"] == "Harbor Cafe - Harbor Cafeteria"


def test_an_empty_address_is_passed_over_as_a_place_to_ship_to() -> None:
    empty = {"name": "Second Location", "city": ""}
    body = body_of(addressList={"address": [CANAL, empty, PIER]})
    assert body["ShipAddr"] == SHIP_PIER


@pytest.mark.parametrize("filler", ["TBD", "-", "tbd", " n/a ", "."])
def test_filler_is_no_name(filler: str) -> None:
    assert residential(filler, "Lopez").name == "Lopez"


def test_a_customer_of_only_filler_is_a_problem_that_shows_what_was_found() -> None:
    assert 'found "" and "TBD -"' in push_customers.problems(residential("TBD", "-"))[0]


def test_a_name_too_long_for_quickbooks_is_refused() -> None:
    with pytest.raises(RecordError, match="longer than the 500 characters"):
        body_of(companyName="H" * 501)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("ana at home", None),
        ("ana@home", None),
        ("a@b@c.example", None),
        ("ana@" + "x" * 100 + ".example", None),
        ("ana@lopez.example; bo@lopez.example", "ana@lopez.example"),
        ("nobody, bo@lopez.example", "bo@lopez.example"),
        (" ana@lopez.example ", "ana@lopez.example"),
    ],
)
def test_only_an_email_that_quickbooks_takes_is_sent(given: str, sent: str | None) -> None:
    body = body_of(contact=person("Ana", "Lopez", email=given))
    assert body.get("PrimaryEmailAddr") == ({"Address": sent} if sent else None)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        (
            {"contact": person("A", "B", email="ana at home")},
            'The e-mail "ana at home" was left out: it is not an address.',
        ),
        (
            {"contact": person("A", "B", email="a@x.example; b@x.example")},
            'Of the e-mail "a@x.example; b@x.example" only a@x.example was sent.',
        ),
        (
            {"contact": person("A", "B", phoneNumber="8" * 31)},
            f'The phone number "{"8" * 31}" was cut to 30 characters.',
        ),
        (
            {"address": CANAL | {"city": "T" * 256}},
            "The city was cut to 255 characters.",
        ),
        (
            {"addressList": {"address": [PIER | {"address2": "x" * 501}]}},
            "The address line 2 was cut to 500 characters.",
        ),
        (
            {"companyName": "Heron: Plumbing"},
            "The colon in its name was replaced by a dash: QuickBooks does not allow colons in "
            "names.",
        ),
        (
            {"companyName": "H" * 101},
            f'Of the company name "{"H" * 60}..." only 100 characters fit its own field; the name '
            "that QuickBooks shows is whole.",
        ),
    ],
)
def test_what_is_cut_or_left_out_is_told(changes: dict[str, Any], remark: str) -> None:
    assert told(**changes) == [remark]


def test_nothing_is_told_of_a_customer_that_goes_over_whole() -> None:
    assert told() == []


def test_a_prospect_is_not_pushed() -> None:
    prospect = read(prospectFlag="true")
    assert push_customers.skip_reason(prospect, settings()) == (
        "It is still a prospect. Convert it to a customer in MobiWork, or turn on the "
        'setting "Push prospects too".'
    )
    assert push_customers.skip_reason(prospect, settings(push_prospects=True)) is None


def test_a_customer_of_its_own_refers_to_nothing() -> None:
    assert push_customers.needed(read(parentCustomerId="0"), settings(), a_company()) == ()


def test_an_inactive_customer_is_not_created() -> None:
    assert "not created there" in (
        push_customers.skip_create_reason(read(enabled="false"), a_company()) or ""
    )
    assert push_customers.skip_create_reason(read(), a_company()) is None


def test_an_exempt_customer_under_the_other_spelling_is_not_taxable() -> None:
    assert body_of(taxExempt="true")["Taxable"] is False
    assert body_of(taxExempt="false", taxable="false")["Taxable"] is False


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=520)
SHORT = st.one_of(TEXTS, st.sampled_from(["", "TBD", "-", "Ana", "Lopez: Rentals", "a@b.example"]))


@given(
    form=st.sampled_from(FORMATS),
    values=st.fixed_dictionaries(
        {
            "companyname": SHORT,
            "type": st.sampled_from(["BUSINESS", "RESIDENTIAL"]),
            "contact": st.fixed_dictionaries(
                dict.fromkeys(
                    ("firstname", "lastname", "email", "phonenumber", "phoneext", "fax"), SHORT
                )
            ),
            "address": st.fixed_dictionaries(
                dict.fromkeys(("address1", "city", "state", "zipcode"), SHORT)
            ),
        }
    ),
)
def test_a_body_is_legal_or_the_customer_is_refused(form: Any, values: dict[str, Any]) -> None:
    customer = Customer.model_validate(values | {"mobiworkcustomerid": "1"})
    if push_customers.problems(customer):
        return
    try:
        body = push_customers.to_qbo(
            customer, PushContext(Settings(display_name_format=form), a_company(), {}, "")
        )
    except RecordError:
        return
    lengths = {"DisplayName": 500, "CompanyName": 100, "GivenName": 100, "FamilyName": 100}
    for name, length in lengths.items():
        text = body.get(name, "-")
        assert 0 < len(text) <= length
        assert not set(text) & set(":\t\n\r")
        assert text == text.strip()
    assert len(body.get("PrimaryPhone", {}).get("FreeFormNumber", "")) <= 30
    email = body.get("PrimaryEmailAddr", {}).get("Address", "a@b.example")
    assert email.count("@") == 1
    assert "." in email.partition("@")[2]

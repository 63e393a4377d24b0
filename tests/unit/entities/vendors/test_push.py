from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.vendors import push as push_vendors
from connector.entities.vendors.model import Vendor
from connector.model.body import Body
from tests.builders import a_company
from tests.unit.entities.purchases.buying import a_vendor, known

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=640)


def read(**changes: Any) -> Vendor:
    return Vendor.model_validate(a_vendor(**changes).fields)


def contact(**changes: str) -> dict[str, Any]:
    return {"contact": {"firstName": "TBD", "lastName": "TBD"} | changes}


PLAIN: Body = {
    "DisplayName": "Tampa Plumbing Supply",
    "CompanyName": "Tampa Plumbing Supply",
    "BillAddr": {
        "Line1": "3188 Magnolia Ave",
        "City": "Tampa",
        "CountrySubDivisionCode": "FL",
        "PostalCode": "33602",
    },
    "TermRef": {"value": "3"},
    "Active": True,
}
REACHED: Body = {
    "PrimaryPhone": {"FreeFormNumber": "8135550137"},
    "Fax": {"FreeFormNumber": "8135550138"},
    "PrimaryEmailAddr": {"Address": "orders@tampaplumbing.example"},
}


GOLDEN = [
    pytest.param({}, PLAIN | REACHED, id="a vendor with everything"),
    pytest.param(
        contact(firstName="Pearl", lastName="Sorrelcombe"),
        PLAIN | {"GivenName": "Pearl", "FamilyName": "Sorrelcombe"},
        id="a contact with a name",
    ),
    pytest.param(
        contact(phoneNumber="8135550137", phoneExt="12", altPhoneNumber="8135550139"),
        PLAIN
        | {
            "PrimaryPhone": {"FreeFormNumber": "8135550137 x12"},
            "AlternatePhone": {"FreeFormNumber": "8135550139"},
        },
        id="an extension and a second phone",
    ),
    pytest.param(contact(email="call the office"), PLAIN, id="an e-mail that is none is left out"),
    pytest.param(
        contact() | {"terms": "net 30"}, PLAIN, id="terms of another case are the same terms"
    ),
    pytest.param(
        contact() | {"terms": "Net 45"},
        {name: value for name, value in PLAIN.items() if name != "TermRef"},
        id="terms that QuickBooks does not have are left out",
    ),
    pytest.param(
        contact() | {"name": "Brick:Mortar\tSupplies"},
        PLAIN
        | {
            "DisplayName": "Brick - Mortar Supplies",
            "CompanyName": "Brick - Mortar Supplies",
        },
        id="a colon becomes a dash",
    ),
    pytest.param(
        contact() | {"name": "N" * 120},
        PLAIN | {"DisplayName": "N" * 120, "CompanyName": "N" * 100},
        id="a long name is cut in its own field only",
    ),
    pytest.param(
        contact(firstName="Remy", lastName="Violetmere") | {"name": "TBD"},
        {name: value for name, value in PLAIN.items() if name != "CompanyName"}
        | {
            "DisplayName": "Remy Violetmere",
            "GivenName": "Remy",
            "FamilyName": "Violetmere",
        },
        id="a person stands in for a name that is filler",
    ),
    pytest.param(contact() | {"enabled": "false"}, PLAIN | {"Active": False}, id="inactive"),
    pytest.param(
        contact() | {"address": ""},
        {name: value for name, value in PLAIN.items() if name != "BillAddr"},
        id="no address",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), GOLDEN)
def test_a_vendor_becomes(changes: dict[str, Any], expected: Body) -> None:
    assert push_vendors.to_qbo(read(**changes), known()) == expected


def test_a_vendor_without_any_name_is_a_problem() -> None:
    assert push_vendors.problems(read(name="--", **contact())) == [
        "It has neither a name nor a contact name that QuickBooks could use (found "
        '"--"). Enter a name in MobiWork.'
    ]


@pytest.mark.parametrize("name", ["N" * 501, f"{'N' * 500} and Sons"])
def test_a_name_beyond_quickbooks_length_is_a_problem(name: str) -> None:
    assert push_vendors.problems(read(name=name)) == [
        "Its name is longer than the 500 characters that QuickBooks allows. Shorten it in MobiWork."
    ]


def test_an_inactive_vendor_that_quickbooks_lacks_is_not_created() -> None:
    assert (push_vendors.skip_create_reason(read(enabled="false"), a_company()) or "").startswith(
        "It is inactive in MobiWork"
    )


def test_an_active_vendor_is_created() -> None:
    assert push_vendors.skip_create_reason(read(), a_company()) is None


def test_terms_that_were_left_out_are_said() -> None:
    assert push_vendors.remarks(read(terms="Net 45"), {}) == [
        'The terms "Net 45" were left out: QuickBooks has no active terms of that name. Add them '
        "there."
    ]


def test_everything_that_was_changed_is_said() -> None:
    vendor = read(
        name=f"A:{'N' * 120}",
        address={"address1": "L" * 600},
        **contact(email="call me", phoneNumber="1" * 31),
    )
    assert push_vendors.remarks(vendor, {"TermRef": {"value": "3"}}) == [
        f'Of the name "A:{"N" * 58}..." only 100 characters fit its own field; the name that '
        "QuickBooks shows is whole.",
        "The colon in its name was replaced by a dash: QuickBooks does not allow colons in names.",
        "The address line 1 was cut to 500 characters.",
        f'The phone number "{"1" * 31}" was cut to 30 characters.',
        'The e-mail "call me" was left out: it is not an address.',
    ]


def test_a_vendor_that_goes_along_whole_has_no_remark() -> None:
    assert push_vendors.remarks(read(), {"TermRef": {"value": "3"}}) == []


def test_a_vendor_is_named_with_its_id() -> None:
    assert push_vendors.label(read()) == 'vendor "Tampa Plumbing Supply" (51001)'


def test_a_taken_name_is_offered_as_that_of_a_vendor() -> None:
    assert push_vendors.another_name({"DisplayName": "Corner Supply"}) == "Corner Supply (vendor)"


def test_a_name_of_full_length_leaves_nothing_to_offer() -> None:
    assert push_vendors.another_name({"DisplayName": "N" * 500}) is None


def test_the_twin_of_a_vendor_has_its_name_in_any_case_and_is_active() -> None:
    found: list[Body] = [
        {"DisplayName": "TAMPA plumbing supply"},
        {"DisplayName": "Tampa Plumbing Supply", "Active": False},
        {"DisplayName": "Tampa Plumbing"},
    ]
    assert [push_vendors.is_twin(PLAIN, one) for one in found] == [True, False, False]


def test_a_vendor_that_the_native_connector_linked_is_adopted() -> None:
    assert push_vendors.PUSH.records.external_id(read(externalId="74,QBO")) == "74,QBO"


@given(name=NAMES, first=NAMES, last=NAMES)
def test_every_name_is_legal_or_a_problem(name: str, first: str, last: str) -> None:
    vendor = Vendor.model_validate(
        {"name": name, "contact": {"firstname": first, "lastname": last}}
    )
    if push_vendors.problems(vendor):
        return
    body = push_vendors.to_qbo(vendor, known())
    limits = {"DisplayName": 500, "CompanyName": 100, "GivenName": 100, "FamilyName": 100}
    for member, limit in limits.items():
        text = body.get(member, "")
        assert len(text) <= limit
        assert not set(text) & set(":\t\n\r")

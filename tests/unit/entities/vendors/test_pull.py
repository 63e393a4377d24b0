from typing import Any
from xml.etree.ElementTree import Element

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connector.entities.vendors import push as push_vendors
from connector.entities.vendors.fields import FIELDS
from connector.entities.vendors.model import Vendor
from connector.entities.vendors.pull import PULL
from connector.mobiwork.xml import read as parsed
from connector.model.body import Body
from connector.model.policy.settings import Settings
from tests.unit.entities.pulled import (
    added,
    each_change,
    in_mobiwork,
    in_quickbooks,
    names_of,
    reached,
    read,
    shape,
    written,
)
from tests.unit.entities.purchases.buying import a_vendor, known

BY_NAME = {one.name: one for one in FIELDS}


def a_record(**changes: Any) -> Body:
    """Return a vendor as QuickBooks' API returns it."""
    return {
        "BillAddr": {
            "Id": "31",
            "Line1": "3188 Magnolia Ave",
            "City": "Tampa",
            "CountrySubDivisionCode": "FL",
            "PostalCode": "33602",
            "Lat": "27.9506",
            "Long": "-82.4572",
        },
        "TermRef": {"value": "3"},
        "Balance": 0,
        "AcctNum": "1345",
        "Vendor1099": False,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "domain": "QBO",
        "sparse": False,
        "Id": "30",
        "SyncToken": "0",
        "MetaData": {
            "CreateTime": "2026-01-12T10:07:56-08:00",
            "LastUpdatedTime": "2026-02-17T11:13:46-08:00",
        },
        "CompanyName": "Tampa Plumbing Supply",
        "DisplayName": "Tampa Plumbing Supply",
        "PrintOnCheckName": "Tampa Plumbing Supply",
        "Active": True,
        "PrimaryPhone": {"FreeFormNumber": "(813) 555-0137"},
        "Fax": {"FreeFormNumber": "(813) 555-0138"},
        "PrimaryEmailAddr": {"Address": "orders@tampaplumbing.example"},
        "WebAddr": {"URI": "http://tampaplumbing.example"},
    } | changes


def a_person(**changes: Any) -> Body:
    record = a_record(GivenName="Pearl", FamilyName="Sorrel", DisplayName="Pearl Sorrel")
    return {name: value for name, value in record.items() if name != "CompanyName"} | changes


REACHED = {
    "email": "orders@tampaplumbing.example",
    "phoneNumber": "(813) 555-0137",
    "fax": "(813) 555-0138",
}
MAGNOLIA = {"address1": "3188 Magnolia Ave", "city": "Tampa", "state": "FL", "zipCode": "33602"}
MAIN = {"name": "Primary Address", "countryId": "1"}


def expected(first: str = "-", last: str = "-", **changes: Any) -> dict[str, Any]:
    return {
        "name": "Tampa Plumbing Supply",
        "enabled": "true",
        "contact": {"firstName": first, "lastName": last} | REACHED,
        "address": MAGNOLIA | MAIN,
    } | changes


NEW: dict[str, tuple[Body, dict[str, Any]]] = {
    "a business without a person": (a_record(), expected()),
    "a business with its person": (
        a_record(GivenName="Pearl", FamilyName="Sorrel"),
        expected("Pearl", "Sorrel"),
    ),
    "a business called otherwise than its legal name": (
        a_record(CompanyName="Tampa Plumbing Supply Inc."),
        expected(),
    ),
    "a business without a legal name": (
        a_record(CompanyName=None),
        expected(),
    ),
    "a vendor who is a customer too": (
        a_record(DisplayName="Tampa Plumbing Supply (vendor)"),
        expected(name="Tampa Plumbing Supply (vendor)"),
    ),
    "a person": (a_person(), expected("Pearl", "Sorrel", name="Pearl Sorrel")),
    "a person in the order of a phone book": (
        a_person(DisplayName="Sorrel, Pearl"),
        expected("Pearl", "Sorrel", name="Pearl Sorrel"),
    ),
    "a person with a middle name": (
        a_person(MiddleName="Q.", DisplayName="Pearl Q. Sorrel"),
        expected("Pearl Q.", "Sorrel", name="Pearl Q. Sorrel"),
    ),
    "a person whom somebody called otherwise": (
        a_person(DisplayName="Pearl the plumber"),
        expected("Pearl", "Sorrel", name="Pearl the plumber"),
    ),
    "terms that QuickBooks names": (
        a_record(TermRef={"value": "3", "name": "Net 30"}),
        expected(terms="Net 30"),
    ),
    "an extension and a mobile": (
        a_record(
            PrimaryPhone={"FreeFormNumber": "8135550137 x12"},
            Mobile={"FreeFormNumber": "8135550139"},
        ),
        expected(
            contact={
                "firstName": "-",
                "lastName": "-",
                **REACHED,
                "phoneNumber": "8135550137",
                "phoneExt": "12",
                "altPhoneNumber": "8135550139",
            }
        ),
    ),
    "an address of three lines abroad": (
        a_record(
            BillAddr={
                "Line1": "Unit 4",
                "Line2": "1 King St",
                "Line3": "Dock side",
                "City": "Toronto",
                "Country": "Canada",
            }
        ),
        expected(
            address={
                "address1": "Unit 4",
                "address2": "1 King St, Dock side",
                "city": "Toronto",
                "name": "Primary Address",
            }
        ),
    ),
    "nothing but a name": (
        {"Id": "30", "DisplayName": "Tampa Plumbing Supply", "Active": True},
        expected(contact={"firstName": "-", "lastName": "-"}, address=MAIN),
    ),
}


@pytest.mark.parametrize(("record", "element"), NEW.values(), ids=NEW)
def test_a_new_vendor(record: Body, element: dict[str, Any]) -> None:
    assert shape(added(PULL, record)) == element


def existing(**changes: Any) -> Element:
    return parsed(a_vendor(**changes).xml, call="test")


def changes_of(record: Body, element: Element) -> dict[str, str | None]:
    """Return what a merge that takes every field writes, where it is not there already."""
    found: dict[str, str | None] = {}
    vendor = read(PULL, element)
    for one in PULL.fields:
        if one.compared(one.mobiwork(vendor)) != one.compared(one.quickbooks(record)):
            found |= one.write(one.quickbooks(record), vendor)
    return found


FILLER = {"contact/firstName": "TBD", "contact/lastName": "TBD"}
PEARL = {"contact/firstName": "Pearl", "contact/lastName": "Sorrel"}
MERGED: dict[str, tuple[Body, dict[str, Any], dict[str, str | None]]] = {
    "nothing differs": (a_record(), {}, {}),
    "the terms are another matter": (a_record(TermRef={"value": "4", "name": "Net 45"}), {}, {}),
    "another name": (
        a_record(DisplayName="Heron Supply"),
        {},
        {"name": "Heron Supply", **FILLER},
    ),
    "another legal name only": (a_record(CompanyName="Tampa Supply Inc."), {}, {}),
    "somebody to talk to": (
        a_record(GivenName="Pearl", FamilyName="Sorrel"),
        {},
        {"name": "Tampa Plumbing Supply", **PEARL},
    ),
    "nobody to talk to any more": (
        a_record(),
        {"contact": {"firstName": "Pearl", "lastName": "Sorrel", **REACHED}},
        {"name": "Tampa Plumbing Supply", "contact/firstName": "-", "contact/lastName": "-"},
    ),
    "a business that is a person now": (a_person(), {}, {"name": "Pearl Sorrel", **PEARL}),
    "a person whom MobiWork calls by the name alone": (
        a_person(),
        {"name": "", "contact": {"firstName": "Pearl", "lastName": "Sorrel", **REACHED}},
        {},
    ),
    "no fax, another e-mail": (
        a_record(Fax={}, PrimaryEmailAddr={"Address": "Sales@tampaplumbing.example"}),
        {},
        {"contact/email": "Sales@tampaplumbing.example", "contact/fax": None},
    ),
    "an e-mail in other letters is the same": (
        a_record(PrimaryEmailAddr={"Address": "Orders@TampaPlumbing.example"}),
        {},
        {},
    ),
    "it moved": (
        a_record(BillAddr={"Line1": "9 Bay St", "City": "Ocala"}),
        {},
        {
            "address/address1": "9 Bay St",
            "address/address2": None,
            "address/city": "Ocala",
            "address/state": None,
            "address/zipCode": None,
        },
    ),
}


@pytest.mark.parametrize(("record", "before", "changes"), MERGED.values(), ids=MERGED)
def test_what_a_vendor_takes_over(
    record: Body, before: dict[str, Any], changes: dict[str, str | None]
) -> None:
    assert changes_of(record, existing(**before)) == changes


@st.composite
def quickbooks_vendors(draw: st.DrawFn) -> Body:
    """Vendors as QuickBooks may hold them: with names of their own, or made of the others."""
    members = ("CompanyName", "GivenName", "MiddleName", "FamilyName", "Suffix")
    optional = {name: names_of(100) for name in members} | reached()
    record = {"Id": "30", **draw(st.fixed_dictionaries({}, optional=optional))}
    first, last = (str(record.get(one, "")) for one in ("GivenName", "FamilyName"))
    made = [f"{first} {last}", f"{last}, {first}", str(record.get("CompanyName", ""))]
    name = draw(names_of(200) | st.sampled_from(made))
    assume(not PULL.eligibility.skip_reason({"DisplayName": name}, Settings()))
    return record | {"DisplayName": name}


def mobiwork_vendors() -> st.SearchStrategy[dict[str, Any]]:
    words = st.sampled_from(["Ana", "Lopez", "Ana Lopez", "TBD", "-", "", "Blue Heron", "Bo: Li"])
    contact = st.fixed_dictionaries({"firstName": words, "lastName": words})
    return st.fixed_dictionaries({"name": words, "contact": contact})


def pushed(vendor: Vendor) -> Body:
    return push_vendors.to_qbo(vendor, known())


@given(quickbooks_vendors())
def test_a_new_vendor_says_the_same_on_both_sides(record: Body) -> None:
    assert in_mobiwork(PULL, read(PULL, added(PULL, record))) == in_quickbooks(PULL, record)


@given(quickbooks_vendors(), mobiwork_vendors())
def test_what_was_written_over_a_vendor_is_at_rest(record: Body, before: dict[str, Any]) -> None:
    element = written(PULL, record, existing(**before))
    assert in_mobiwork(PULL, read(PULL, element)) == in_quickbooks(PULL, record)


@given(mobiwork_vendors())
def test_what_was_pushed_says_the_same(changes: dict[str, Any]) -> None:
    vendor = read(PULL, existing(**changes))
    assume(push_vendors.problems(vendor) == [])
    assert in_mobiwork(PULL, vendor) == in_quickbooks(PULL, pushed(vendor))


@given(quickbooks_vendors(), mobiwork_vendors())
def test_one_changed_field_changes_only_its_members(record: Body, before: dict[str, Any]) -> None:
    element = existing(**before)
    assume(push_vendors.problems(read(PULL, element)) == [])
    body = pushed(read(PULL, element))
    for name, after in each_change(PULL, record, element):
        if push_vendors.problems(read(PULL, after)):
            continue
        now = pushed(read(PULL, after))
        changed = {one for one in body.keys() | now.keys() if body.get(one) != now.get(one)}
        assert changed <= set(BY_NAME[name].members), name


@given(quickbooks_vendors())
def test_a_vendor_that_was_added_is_recognised_the_next_time(record: Body) -> None:
    vendor = read(PULL, added(PULL, record))
    assume(push_vendors.problems(vendor) == [])
    quickbooks_key = PULL.quickbooks_key(record, Settings())
    assert str(PULL.mobiwork_key(vendor)).casefold() == str(quickbooks_key).casefold()


def test_a_person_knows_it_by_its_name() -> None:
    record = a_record(DisplayName="Tampa Plumbing Supply (deleted)", Active=False)
    assert PULL.label(record) == 'vendor "Tampa Plumbing Supply"'


def test_a_vendor_called_null_stays_in_quickbooks() -> None:
    told = PULL.eligibility.skip_reason(a_record(DisplayName="null"), Settings())
    assert told is not None
    assert told.startswith('It is called "null" in QuickBooks, which is no name in MobiWork.')


def test_every_other_vendor_is_for_mobiwork() -> None:
    assert PULL.eligibility.skip_reason(a_record(), Settings()) is None


@pytest.mark.parametrize(
    ("record", "before"),
    [
        pytest.param(a_record(), {}, id="by its name"),
        pytest.param(
            a_person(DisplayName="Sorrel, Pearl"),
            {"name": "", "contact": {"firstName": "Pearl", "lastName": "Sorrel"}},
            id="by its person",
        ),
        pytest.param(a_person(), {"name": "Pearl Sorrel"}, id="by the name of a person"),
    ],
)
def test_recognised(record: Body, before: dict[str, Any]) -> None:
    assert PULL.quickbooks_key(record, Settings()) == PULL.mobiwork_key(
        read(PULL, existing(**before))
    )


def test_one_that_was_disabled_is_not_in_use() -> None:
    enabled = [PULL.records.enabled(read(PULL, existing(enabled=one))) for one in ("true", "false")]
    assert enabled == [True, False]

from typing import Any
from xml.etree.ElementTree import Element

import pytest

from connector.engine.three_way_merge import plain
from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.customers.model import Customer
from connector.entities.customers.places import NAMED
from connector.entities.customers.pull import PULL
from connector.mobiwork.xml import read as parsed
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.plans import Reference
from connector.model.policy.settings import Settings
from tests.builders import a_customer
from tests.unit.entities.pulled import added, meant, read, shape

LINKS = {("Customer", "7"): "700900", ("Customer", "6"): "700800"}
ADDRESS = "address of the parent"


def a_record(**changes: Any) -> Body:
    """Return a customer as QuickBooks' API returns it."""
    return {
        "Taxable": True,
        "BillAddr": {
            "Id": "2",
            "Line1": "12 Canal St",
            "City": "Tampa",
            "CountrySubDivisionCode": "FL",
            "PostalCode": "33602",
            "Lat": "27.9506",
            "Long": "-82.4572",
        },
        "Job": False,
        "BillWithParent": False,
        "Balance": 239.00,
        "BalanceWithJobs": 239.00,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "PreferredDeliveryMethod": "Print",
        "domain": "QBO",
        "sparse": False,
        "Id": "58",
        "SyncToken": "3",
        "MetaData": {
            "CreateTime": "2026-01-11T16:48:43-08:00",
            "LastUpdatedTime": "2026-02-18T10:43:11-08:00",
        },
        "CompanyName": "Blue Heron Plumbing",
        "FullyQualifiedName": "Blue Heron Plumbing",
        "DisplayName": "Blue Heron Plumbing",
        "PrintOnCheckName": "Blue Heron Plumbing",
        "Active": True,
        "PrimaryPhone": {"FreeFormNumber": "(813) 555-0100"},
        "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
    } | changes


def a_person(**changes: Any) -> Body:
    names = {"GivenName": "Ana", "FamilyName": "Lopez", "DisplayName": "Ana Lopez"}
    record = a_record(FullyQualifiedName="Ana Lopez", PrintOnCheckName="Ana Lopez") | names
    return {name: value for name, value in record.items() if name != "CompanyName"} | changes


def under(name: str, *above: str, **changes: Any) -> Body:
    record = a_record(
        DisplayName=name,
        FullyQualifiedName=":".join([*above, name]),
        ParentRef={"value": "7"},
        Job=True,
        Level=len(above),
    )
    return {name: value for name, value in record.items() if name != "CompanyName"} | changes


def deep(name: str, **changes: Any) -> Body:
    """Return a sub-customer of sub-customer 7, which belongs to customer 6."""
    return under(name, "Harbor Cafe", "Kitchen refit", Top="6", **changes)


CANAL = {"address1": "12 Canal St", "city": "Tampa", "state": "FL", "zipCode": "33602"}
PIER = {"address1": "4 Pier Rd", "city": "Largo", "state": "FL", "zipCode": "33770"}
SHIP_PIER = {
    "Id": "3",
    "Line1": "4 Pier Rd",
    "City": "Largo",
    "CountrySubDivisionCode": "Florida",
    "PostalCode": "33770",
}
MAIN = CANAL | {"name": "Primary Address", "countryId": "1"}
REACHED = {"email": "office@blueheron.example", "phoneNumber": "(813) 555-0100"}


def contact(first: str = "-", last: str = "-", **more: str) -> dict[str, Any]:
    found = {"firstName": first, "lastName": last} | REACHED | more
    return {"contact": found, "contactList": [found]}


def expected(**changes: Any) -> dict[str, Any]:
    return {
        "companyName": "Blue Heron Plumbing",
        "type": "BUSINESS",
        "enabled": "true",
        "prospectFlag": "false",
        "address": MAIN,
        "addressList": [MAIN],
        **contact(),
    } | changes


def without(name: str, **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in expected(**changes).items() if key != name}


NEW: dict[str, tuple[Body, dict[str, Any], dict[str, Any]]] = {
    "a business without a person": (a_record(), {}, expected()),
    "a business with its person": (
        a_record(GivenName="Ana", FamilyName="Lopez"),
        {},
        expected(**contact("Ana", "Lopez")),
    ),
    "a person": (
        a_person(),
        {},
        without("companyName", type="RESIDENTIAL", **contact("Ana", "Lopez")),
    ),
    "a person in the order of a phone book": (
        a_person(DisplayName="Lopez, Ana"),
        {},
        without("companyName", type="RESIDENTIAL", **contact("Ana", "Lopez")),
    ),
    "a person with title, middle name and suffix": (
        a_person(Title="Dr.", MiddleName="M.", Suffix="Jr.", DisplayName="Dr. Ana M. Lopez Jr."),
        {},
        without("companyName", type="RESIDENTIAL", **contact("Ana M.", "Lopez Jr.")),
    ),
    "a person whom somebody called otherwise": (
        a_person(DisplayName="The Lopez house"),
        {},
        expected(companyName="The Lopez house", **contact("Ana", "Lopez")),
    ),
    "a person shown by name who has a company": (
        a_person(CompanyName="Blue Heron Plumbing"),
        {},
        expected(type="RESIDENTIAL", **contact("Ana", "Lopez")),
    ),
    "a business that the settings show by its person": (
        a_person(CompanyName="Blue Heron Plumbing"),
        {"display_name_format": "first last"},
        expected(**contact("Ana", "Lopez")),
    ),
    "a business with its person in parentheses": (
        a_person(CompanyName="Blue Heron Plumbing", DisplayName="Blue Heron Plumbing (Ana Lopez)"),
        {},
        expected(**contact("Ana", "Lopez")),
    ),
    "a business called otherwise than its legal name": (
        a_record(CompanyName="Blue Heron Plumbing LLC"),
        {},
        expected(),
    ),
    "every phone, of which MobiWork has three": (
        a_record(
            PrimaryPhone={"FreeFormNumber": "813-555-0100 ext. 96"},
            AlternatePhone={"FreeFormNumber": "8135550101 x7"},
            Mobile={"FreeFormNumber": "8135550102"},
            Fax={"FreeFormNumber": "8135550103"},
        ),
        {},
        expected(
            **contact(
                phoneNumber="813-555-0100",
                phoneExt="96",
                altPhoneNumber="8135550101",
                altPhoneExt="7",
                fax="8135550103",
            )
        ),
    ),
    "a mobile beside one phone": (
        a_record(Mobile={"FreeFormNumber": "8135550102"}),
        {},
        expected(**contact(altPhoneNumber="8135550102")),
    ),
    "nothing but a mobile": (
        a_record(PrimaryPhone={}, Mobile={"FreeFormNumber": "8135550102"}),
        {},
        expected(**contact(phoneNumber="8135550102")),
    ),
    "an address of five lines, served elsewhere": (
        a_record(
            BillAddr={
                "Line1": "Attn: Bookkeeping",
                "Line2": "12 Canal St",
                "Line3": "Floor 2",
                "Line5": "Door  B",
                "City": "Tampa",
                "CountrySubDivisionCode": "florida",
                "PostalCode": "33602",
                "Country": "USA",
            },
            ShipAddr=SHIP_PIER,
        ),
        {},
        expected(
            address=(
                main := MAIN
                | {"address1": "Attn: Bookkeeping", "address2": "12 Canal St, Floor 2, Door B"}
            ),
            addressList=[main, PIER | {"name": "Shipping Address", "countryId": "1"}],
        ),
    ),
    "served where it is billed": (a_record(ShipAddr=a_record()["BillAddr"]), {}, expected()),
    "an address abroad, whose country has no number that we know": (
        a_record(BillAddr={"Line1": "1 King St", "City": "Toronto", "Country": "Canada"}),
        {},
        expected(
            address=(
                abroad := {"address1": "1 King St", "city": "Toronto", "name": "Primary Address"}
            ),
            addressList=[abroad],
        ),
    ),
    "no address at all": (
        a_record(BillAddr={}),
        {},
        expected(
            address=(nowhere := {"name": "Primary Address", "countryId": "1"}),
            addressList=[nowhere],
        ),
    ),
    "a sub-customer that is billed itself": (
        under("Kitchen refit", "Harbor Cafe"),
        {},
        expected(
            companyName="Kitchen refit",
            isSubCustomer="true",
            parentCustomerId="700900",
            parentCustomerName="Harbor Cafe",
            billTo="SUB_CUSTOMER",
        ),
    ),
    "a sub-customer of a sub-customer, whose parent is billed": (
        deep("Phase 2", BillWithParent=True),
        {},
        expected(
            companyName="Kitchen refit:Phase 2",
            isSubCustomer="true",
            parentCustomerId="700800",
            parentCustomerName="Harbor Cafe",
            billTo="OTHER",
            billToCustomerId="700900",
        ),
    ),
    "a person below a sub-customer": (
        deep("Ana Lopez", GivenName="Ana", FamilyName="Lopez"),
        {},
        expected(
            companyName="Kitchen refit:Ana Lopez",
            isSubCustomer="true",
            parentCustomerId="700800",
            parentCustomerName="Harbor Cafe",
            billTo="SUB_CUSTOMER",
            **contact("Ana", "Lopez"),
        ),
    ),
    "a sub-customer whose parent is billed": (
        under("Kitchen refit", "Harbor Cafe", BillWithParent=True),
        {},
        expected(
            companyName="Kitchen refit",
            isSubCustomer="true",
            parentCustomerId="700900",
            parentCustomerName="Harbor Cafe",
            billTo="PARENT",
        ),
    ),
    "a sub-customer that was pushed under a longer name": (
        under("Harbor Cafe - Kitchen", "Harbor Cafe", CompanyName="Kitchen"),
        {},
        expected(
            companyName="Kitchen",
            isSubCustomer="true",
            parentCustomerId="700900",
            parentCustomerName="Harbor Cafe",
            billTo="SUB_CUSTOMER",
        ),
    ),
    "a sub-customer named after its parents": (
        under("Phase 2", "Harbor Cafe", "Kitchen refit"),
        {"sub_customers_as": NAMED},
        expected(companyName="Harbor Cafe:Kitchen refit:Phase 2"),
    ),
    "a person named after the parent": (
        under("Ana Lopez", "Harbor Cafe", GivenName="Ana", FamilyName="Lopez"),
        {"sub_customers_as": NAMED},
        expected(companyName="Harbor Cafe:Ana Lopez", **contact("Ana", "Lopez")),
    ),
}


@pytest.mark.parametrize(("record", "chosen", "element"), NEW.values(), ids=NEW)
def test_a_new_customer(record: Body, chosen: dict[str, Any], element: dict[str, Any]) -> None:
    assert shape(added(PULL, record, LINKS, **chosen)) == element


def existing(**changes: Any) -> Element:
    """Return a business that MobiWork has, with another location."""
    listed = {"address": [CANAL | {"addressId": "81001"}, PIER | {"addressId": "81002"}]}
    return parsed(a_customer(**{"addressList": listed} | changes).xml, call="test")


def changes_of(record: Body, element: Element, **chosen: Any) -> dict[str, str | None]:
    """Return what a merge that takes every field writes, where it is not there already."""
    found: dict[str, str | None] = {}
    customer = read(PULL, element)
    placed = HIERARCHY.located(record, PullContext(Settings.model_validate(chosen), LINKS))
    for one in PULL.fields:
        value = meant(one, placed)
        if plain(one.compared(one.mobiwork(customer))) != plain(one.compared(value)):
            found |= one.write(value, customer)
    return found


SHIPPED = {"ShipAddr": SHIP_PIER}
TBD = {"firstName": "TBD", "lastName": "TBD"}
MERGED: dict[str, tuple[Body, Element, dict[str, str | None]]] = {
    "nothing differs": (a_record(**SHIPPED), existing(), {}),
    "only the writing of a phone differs": (
        a_record(PrimaryPhone={"FreeFormNumber": "+1 813.555.0100"}, **SHIPPED),
        existing(),
        {},
    ),
    "another company": (
        a_record(DisplayName="Heron & Sons", **SHIPPED),
        existing(),
        {
            "companyName": "Heron & Sons",
            "contact/firstName": "TBD",
            "contact/lastName": "TBD",
        },
    ),
    "somebody to talk to": (
        a_record(GivenName="Ana", FamilyName="Lopez", **SHIPPED),
        existing(),
        {
            "companyName": "Blue Heron Plumbing",
            "contact/firstName": "Ana",
            "contact/lastName": "Lopez",
        },
    ),
    "nobody to talk to any more": (
        a_record(**SHIPPED),
        existing(contact={"firstName": "Ana", "lastName": "Lopez", **REACHED}),
        {
            "companyName": "Blue Heron Plumbing",
            "contact/firstName": "-",
            "contact/lastName": "-",
        },
    ),
    "a business that is a person now": (
        a_person(**SHIPPED),
        existing(),
        {
            "companyName": None,
            "contact/firstName": "Ana",
            "contact/lastName": "Lopez",
            "type": "RESIDENTIAL",
        },
    ),
    "no e-mail, and a phone with an extension": (
        a_record(PrimaryEmailAddr={}, PrimaryPhone={"FreeFormNumber": "8135550199 x4"}, **SHIPPED),
        existing(),
        {"contact/email": None, "contact/phoneNumber": "8135550199", "contact/phoneExt": "4"},
    ),
    "it moved": (
        a_record(BillAddr={"Line1": "9 Bay St"}, **SHIPPED),
        existing(),
        {
            f"{path}/{name}": text
            for path in ("address", "addressList/address[1]")
            for name, text in {
                "address1": "9 Bay St",
                "address2": None,
                "city": None,
                "state": None,
                "zipCode": None,
            }.items()
        },
    ),
    "it is served elsewhere": (
        a_record(ShipAddr=SHIP_PIER | {"Line1": "5 Pier Rd"}),
        existing(),
        {
            "addressList/address[2]/address1": "5 Pier Rd",
            "addressList/address[2]/address2": None,
            "addressList/address[2]/city": "Largo",
            "addressList/address[2]/state": "FL",
            "addressList/address[2]/zipCode": "33770",
        },
    ),
    "it is not served elsewhere any more, but work orders may need the place": (
        a_record(),
        existing(),
        {},
    ),
    "it is served elsewhere for the first time": (
        a_record(**SHIPPED),
        existing(addressList={"address": [CANAL]}),
        {
            "addressList/address[2]/address1": "4 Pier Rd",
            "addressList/address[2]/address2": None,
            "addressList/address[2]/city": "Largo",
            "addressList/address[2]/state": "FL",
            "addressList/address[2]/zipCode": "33770",
            "addressList/address[2]/name": "Shipping Address",
        },
    ),
}


@pytest.mark.parametrize(("record", "element", "changes"), MERGED.values(), ids=MERGED)
def test_what_a_customer_takes_over(
    record: Body, element: Element, changes: dict[str, str | None]
) -> None:
    assert changes_of(record, element) == changes


NOBODY: dict[str, str | None] = {"contact/firstName": "TBD", "contact/lastName": "TBD"}
FREE = dict.fromkeys(("parentCustomerId", "parentCustomerName", "billTo", "billToCustomerId"))


def sub_of(parent: str, **changes: Any) -> Element:
    """Return a sub-customer that MobiWork has."""
    named = {"isSubCustomer": "true", "parentCustomerId": parent, "companyName": "Kitchen"}
    return existing(**named | changes)


MOVED: dict[str, tuple[Body, Element, dict[str, Any], dict[str, str | None]]] = {
    "a sub-customer that stays where it is": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700900", billTo="SUB_CUSTOMER"),
        {},
        {},
    ),
    "a sub-customer that another customer pays for, in MobiWork's own words": (
        under("Kitchen", "Harbor Cafe", BillWithParent=True, **SHIPPED),
        sub_of("700900", billToCustomerId="700900"),
        {},
        {},
    ),
    "it became a sub-customer": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        existing(companyName="Kitchen"),
        {},
        {
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
            "billTo": "SUB_CUSTOMER",
        },
    ),
    "it became a sub-customer whose parent is billed": (
        under("Kitchen", "Harbor Cafe", BillWithParent=True, **SHIPPED),
        existing(companyName="Kitchen"),
        {},
        {
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
            "billTo": "PARENT",
            "billToCustomerId": None,
        },
    ),
    "it is no sub-customer any more": (
        a_record(DisplayName="Kitchen", **SHIPPED),
        sub_of("700900"),
        {},
        {"isSubCustomer": "false", **FREE},
    ),
    "it moved to another parent": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700901"),
        {},
        {
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
        },
    ),
    "its parent is billed from now on": (
        under("Kitchen", "Harbor Cafe", BillWithParent=True, **SHIPPED),
        sub_of("700900"),
        {},
        {"billTo": "PARENT", "billToCustomerId": None},
    ),
    "its parent is not billed any more": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700900", billTo="PARENT"),
        {},
        {"billTo": "SUB_CUSTOMER", "billToCustomerId": None},
    ),
    "it moved below a sub-customer": (
        deep("Kitchen", **SHIPPED),
        sub_of("700800"),
        {},
        {"companyName": "Kitchen refit:Kitchen", **NOBODY},
    ),
    "it moved up to the customer at the top": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        sub_of("700900", companyName="Bath:Kitchen"),
        {},
        {"companyName": "Kitchen", **NOBODY},
    ),
    "another name of one that is named after its parent": (
        under("Annex", "Harbor Cafe", **SHIPPED),
        existing(companyName="Harbor Cafe:Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Cafe:Annex", **NOBODY},
    ),
    "another name of the parent that it is named after": (
        under("Kitchen", "Harbor Bistro", **SHIPPED),
        existing(companyName="Harbor Cafe:Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Bistro:Kitchen", **NOBODY},
    ),
    "a parent at last for one that is named after it": (
        under("Kitchen", "Harbor Cafe", **SHIPPED),
        existing(companyName="Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Cafe:Kitchen", **NOBODY},
    ),
    "no parent any more for one that is named after it": (
        a_record(DisplayName="Kitchen", **SHIPPED),
        existing(companyName="Harbor Cafe:Kitchen"),
        {"sub_customers_as": NAMED},
        {"companyName": "Kitchen", **NOBODY},
    ),
}


@pytest.mark.parametrize(("record", "element", "chosen", "changes"), MOVED.values(), ids=MOVED)
def test_what_a_customer_takes_over_of_its_place(
    record: Body, element: Element, chosen: dict[str, Any], changes: dict[str, str | None]
) -> None:
    assert changes_of(record, element, **chosen) == changes


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        pytest.param(
            under("Kitchen", "Harbor Cafe"),
            under("Kitchen", "Harbor Bistro"),
            False,
            id="another name of the parent",
        ),
        pytest.param(
            under("Kitchen", "Harbor Cafe"),
            under("Kitchen", "Harbor Cafe", ParentRef={"value": "8"}),
            True,
            id="another parent",
        ),
        pytest.param(
            under("Sink", "Harbor Cafe", "Kitchen"),
            under("Sink", "Dock Cafe", "Kitchen"),
            True,
            id="another parent of the parent",
        ),
        pytest.param(under("Kitchen", "Harbor Cafe"), a_record(), True, id="no parent any more"),
    ],
)
def test_what_counts_as_a_move(before: Body, after: Body, moved: bool) -> None:
    place = next(one for one in PULL.fields if one.name == "parent customer")
    values = [place.compared(place.quickbooks(record)) for record in (before, after)]
    assert (values[0] != values[1]) is moved


@pytest.mark.parametrize(
    ("record", "label"),
    [
        (a_record(), 'customer "Blue Heron Plumbing"'),
        (
            under("Phase 2", "Harbor Cafe", "Kitchen"),
            'sub-customer "Harbor Cafe:Kitchen:Phase 2"',
        ),
        (
            a_record(DisplayName="Blue Heron Plumbing (deleted)", Active=False),
            'customer "Blue Heron Plumbing"',
        ),
        (
            a_record(DisplayName="Blue Heron Plumbing (deleted-1)", Active=False),
            'customer "Blue Heron Plumbing"',
        ),
    ],
)
def test_a_person_knows_it_by_its_name(record: Body, label: str) -> None:
    assert PULL.label(record) == label


def test_a_project_stays_in_quickbooks() -> None:
    project = under("Kitchen refit", "Harbor Cafe", IsProject=True)
    told = PULL.eligibility.skip_reason(project, Settings())
    assert told is not None
    assert "MobiWork has no projects" in told


def test_a_customer_called_null_stays_in_quickbooks() -> None:
    told = PULL.eligibility.skip_reason(a_record(DisplayName="null"), Settings())
    assert told is not None
    assert told.startswith('It is called "null" in QuickBooks, which is no name in MobiWork.')


@pytest.mark.parametrize("record", [a_record(), under("Kitchen", "Harbor Cafe")])
def test_every_other_customer_is_for_mobiwork(record: Body) -> None:
    assert PULL.eligibility.skip_reason(record, Settings()) is None


def test_a_sub_customer_waits_for_its_parent() -> None:
    waits_for = PULL.eligibility.needed(under("Phase 2", "Harbor Cafe", "Kitchen"), Settings())
    assert waits_for == (Reference("Customer", "7", 'customer "Kitchen"'),)


def test_a_sub_customer_further_down_waits_for_the_customer_at_the_top_too() -> None:
    waits_for = PULL.eligibility.needed(deep("Phase 2"), Settings())
    assert [one.label for one in waits_for] == [
        'customer "Harbor Cafe"',
        'customer "Kitchen refit"',
    ]


@pytest.mark.parametrize("chosen", ["sub-customer", ADDRESS])
def test_a_sub_customer_whose_top_is_not_known_is_refused_in_words(chosen: str) -> None:
    settings = Settings.model_validate({"sub_customers_as": chosen})
    told = HIERARCHY.problem(under("Phase 2", "Harbor Cafe", "Kitchen"), settings)
    assert told is not None
    assert told.startswith('It is a sub-customer of "Kitchen", which is a sub-customer itself.')
    assert 'Save "Kitchen" once more in QuickBooks' in told
    assert "What QuickBooks' sub-customers become in MobiWork" in told


@pytest.mark.parametrize(
    ("record", "chosen"),
    [
        (a_record(), "sub-customer"),
        (under("Kitchen", "Harbor Cafe"), "sub-customer"),
        (deep("Phase 2"), "sub-customer"),
        (under("Phase 2", "Harbor Cafe", "Kitchen"), NAMED),
    ],
)
def test_every_other_place_is_no_problem(record: Body, chosen: str) -> None:
    assert HIERARCHY.problem(record, Settings.model_validate({"sub_customers_as": chosen})) is None


def test_a_customer_of_its_own_waits_for_nobody() -> None:
    assert PULL.eligibility.needed(a_record(), Settings()) == ()


RECOGNISED: dict[str, tuple[Body, dict[str, Any], dict[str, Any]]] = {
    "a business by its company": (a_record(), {}, {}),
    "a business by the name that QuickBooks shows": (
        a_record(DisplayName="Heron", CompanyName="Blue Heron Plumbing LLC"),
        {},
        {"companyName": "Heron"},
    ),
    "a name with a colon": (
        a_record(DisplayName="Brick - Mortar"),
        {},
        {"companyName": "Brick:Mortar"},
    ),
    "a home by its person": (
        a_person(),
        {},
        {"companyName": "", "contact": {"firstName": "Ana", "lastName": "Lopez"}},
    ),
    "a home in the order of a phone book": (
        a_person(DisplayName="Lopez, Ana"),
        {},
        {
            "companyName": "",
            "type": "RESIDENTIAL",
            "contact": {"firstName": "Ana", "lastName": "Lopez"},
        },
    ),
    "a business that the settings show by its person": (
        a_person(DisplayName="Lopez, Ana", CompanyName="Blue Heron Plumbing"),
        {"display_name_format": "last, first"},
        {"contact": {"firstName": "Ana", "lastName": "Lopez"}},
    ),
    "a business that the settings show with its person": (
        a_person(DisplayName="Heron (Ana Lopez)", CompanyName="Heron"),
        {"display_name_format": "company (first last)"},
        {"companyName": "Heron", "contact": {"firstName": "Ana", "lastName": "Lopez"}},
    ),
    "a sub-customer by its parent and itself": (
        under("Kitchen", "Harbor Cafe"),
        {},
        {
            "companyName": "Kitchen",
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
        },
    ),
    "a sub-customer whose own name repeats its parent's": (
        under("Harbor Cafe - Kitchen", "Harbor Cafe"),
        {},
        {
            "companyName": "Kitchen",
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
        },
    ),
    "a sub-customer named after its parent": (
        under("Kitchen", "Harbor Cafe"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Cafe:Kitchen"},
    ),
}


@pytest.mark.parametrize(("record", "chosen", "changes"), RECOGNISED.values(), ids=list(RECOGNISED))
def test_recognised(record: Body, chosen: dict[str, Any], changes: dict[str, Any]) -> None:
    key = PULL.quickbooks_key(record, Settings.model_validate(chosen))
    assert key == PULL.mobiwork_key(Customer.model_validate(a_customer(**changes).fields))


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        pytest.param(
            a_person(
                DisplayName="Blue Heron Plumbing (Ana Lopez)", CompanyName="Blue Heron Plumbing"
            ),
            {},
            id="one of two that are told apart by their person",
        ),
        pytest.param(
            under("Blue Heron Plumbing", "Harbor Cafe"), {}, id="a sub-customer and a customer"
        ),
        pytest.param(
            under("Kitchen", "Harbor Cafe"),
            {
                "companyName": "Kitchen",
                "isSubCustomer": "true",
                "parentCustomerId": "700901",
                "parentCustomerName": "Dock Cafe",
            },
            id="sub-customers of different parents",
        ),
    ],
)
def test_not_taken_for_one_another(record: Body, changes: dict[str, Any]) -> None:
    customer = Customer.model_validate(a_customer(**changes).fields)
    assert PULL.quickbooks_key(record, Settings()) != PULL.mobiwork_key(customer)


def test_a_sub_customer_whose_parent_is_not_told_is_recognised_as_nobody() -> None:
    orphan = a_customer(isSubCustomer="true", parentCustomerId="700900")
    assert PULL.mobiwork_key(Customer.model_validate(orphan.fields)) is None


@pytest.mark.parametrize(
    "record", [a_record(), a_person(), under("Kitchen", "Harbor Cafe"), deep("Phase 2")]
)
@pytest.mark.parametrize("chosen", ["sub-customer", NAMED])
def test_what_was_added_is_recognised_the_next_time(record: Body, chosen: str) -> None:
    customer = read(PULL, added(PULL, record, LINKS, sub_customers_as=chosen))
    settings = Settings.model_validate({"sub_customers_as": chosen})
    assert PULL.mobiwork_key(customer) == PULL.quickbooks_key(record, settings)


def parent(*addresses: dict[str, str]) -> Customer:
    listed = {"address": list(addresses)} if addresses else "null"
    return Customer.model_validate(a_customer(addressList=listed).fields)


KITCHEN = {
    "addressList/address[{}]/address1": "4 Pier Rd",
    "addressList/address[{}]/address2": None,
    "addressList/address[{}]/city": "Largo",
    "addressList/address[{}]/state": "FL",
    "addressList/address[{}]/zipCode": "33770",
}


def kitchen_at(position: int, **more: str) -> dict[str, str | None]:
    named = {f"addressList/address[{position}]/{name}": text for name, text in more.items()}
    return {path.format(position): text for path, text in KITCHEN.items()} | named


SUB = under("Kitchen", "Harbor Cafe", ShipAddr=SHIP_PIER)
APPENDED = {"name": "Sub-customer Kitchen", "countryId": "1"}


def test_the_settings_say_whether_a_sub_customer_is_an_address_of_its_parent() -> None:
    told = [
        HIERARCHY.embed_in(SUB, Settings.model_validate({"sub_customers_as": chosen}))
        for chosen in ("sub-customer", NAMED, ADDRESS)
    ]
    assert told == [None, None, "7"]


def test_a_customer_of_its_own_is_no_address() -> None:
    assert HIERARCHY.embed_in(a_record(), Settings(sub_customers_as=ADDRESS)) is None


def test_a_sub_customer_becomes_one_more_address_of_its_parent() -> None:
    assert HIERARCHY.embed(SUB, parent(CANAL, PIER), "") == kitchen_at(3, **APPENDED)


def test_the_address_of_a_sub_customer_is_found_by_its_name() -> None:
    known = {"name": "sub-customer  KITCHEN", "address1": "1 Old Rd"}
    assert HIERARCHY.embed(SUB, parent(CANAL, known, PIER), "") == kitchen_at(2)


FORMER = "Sub-customer Galley"


def test_the_address_of_a_renamed_sub_customer_takes_its_new_name() -> None:
    owner = parent(CANAL, PIER | {"name": FORMER})
    assert HIERARCHY.embed(SUB, owner, FORMER) == {
        "addressList/address[2]/name": "Sub-customer Kitchen",
    }


def test_the_address_of_a_sub_customer_that_was_renamed_and_moved_takes_both() -> None:
    owner = parent(CANAL, {"name": FORMER, "address1": "1 Old Rd"})
    assert HIERARCHY.embed(SUB, owner, FORMER) == kitchen_at(2, name="Sub-customer Kitchen")


def test_an_address_of_the_present_name_counts_before_one_of_the_former() -> None:
    owner = parent(CANAL, {"name": FORMER}, PIER | {"name": "Sub-customer Kitchen"})
    assert HIERARCHY.embed(SUB, owner, FORMER) == {}


def test_an_address_that_says_so_already_is_left_alone() -> None:
    assert HIERARCHY.embed(SUB, parent(CANAL, PIER | {"name": "Sub-customer Kitchen"}), "") == {}


def test_a_sub_customer_that_is_served_nowhere_else_brings_its_billing_address() -> None:
    changes = HIERARCHY.embed(under("Kitchen", "Harbor Cafe"), parent(CANAL), "")
    assert changes["addressList/address[2]/address1"] == "12 Canal St"


def test_a_sub_customer_without_an_address_adds_none() -> None:
    assert HIERARCHY.embed(under("Kitchen", "Harbor Cafe", BillAddr={}), parent(CANAL), "") == {}


def test_the_main_address_begins_a_list_that_was_empty() -> None:
    changes = HIERARCHY.embed(SUB, parent(), "")
    assert changes["addressList/address[1]/address1"] == "12 Canal St"
    assert kitchen_at(2, **APPENDED).items() <= changes.items()


def test_the_address_of_a_grandchild_names_its_parents_below_the_owner() -> None:
    below = under("Phase 2", "Harbor Cafe", "Kitchen")
    named = HIERARCHY.embed(below, parent(CANAL), "")["addressList/address[2]/name"]
    assert named == "Sub-customer Kitchen - Phase 2"


def test_the_address_of_a_sub_customer_is_not_where_its_parent_is_served() -> None:
    owner = parent(CANAL, PIER | {"name": "Sub-customer Kitchen"})
    assert owner.service_address is None

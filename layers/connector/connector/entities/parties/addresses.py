"""Addresses as both sides compare them, and how one of QuickBooks is written into MobiWork."""

from pydantic import AliasChoices, Field

from connector.entities.shared.quickbooks_values import plain_text, quickbooks_text
from connector.entities.shared.wire import Wire
from connector.mobiwork.states import state_code
from connector.mobiwork.values import IdValue, MobiWorkState
from connector.model.body import Body, Json
from connector.model.flows.field import Value

MAIN_NAME = "Primary Address"
"""What MobiWork's own samples call a main address (reference 2.1)."""
UNITED_STATES = "1"
_ADDRESS = (
    ("line 1", "address1", "Line1"),
    ("line 2", "address2", "Line2"),
    ("city", "city", "City"),
    ("state", "state", "CountrySubDivisionCode"),
    ("ZIP code", "zipCode", "PostalCode"),
)
_OF_THE_US = frozenset({"", "us", "usa", "u.s.", "u.s.a.", "united states"})
_MORE_LINES = ("Line2", "Line3", "Line4", "Line5")


SUB_CUSTOMER = "Sub-customer "
"""Begins the name of an address that a sub-customer of QuickBooks is kept as."""


class Address(Wire):
    """An address as MobiWork prints it (reference 2.1).

    id: MobiWork's id of the address, where it is one of a list.
    address1, address2, city, zipcode: as MobiWork has them.
    state: two letters, where it is one of the United States.
    name: what the account calls it.
    """

    id: IdValue = Field(default=None, alias="addressid")
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: MobiWorkState = ""
    zipcode: str = ""
    name: str = Field(default="", validation_alias=AliasChoices("name", "addressname"))

    @property
    def is_sub_customer(self) -> bool:
        """Whether it stands for a sub-customer."""
        return self.name.startswith(SUB_CUSTOMER)

    def to_qbo(self) -> Body:
        """Return QuickBooks' PhysicalAddress, without empty members."""
        parts = {
            "Line1": self.address1[:500],
            "Line2": self.address2[:500],
            "City": self.city[:255],
            "CountrySubDivisionCode": self.state[:255],
            "PostalCode": self.zipcode[:30],
        }
        return {name: text for name, text in parts.items() if text}


def mobiwork_address(address: Address) -> dict[str, str]:
    """Return an address of MobiWork as both sides compare it."""
    texts = (address.address1, address.address2, address.city, address.state, address.zipcode)
    return {name: plain_text(text) for (name, _, _), text in zip(_ADDRESS, texts, strict=True)}


def quickbooks_address(record: Json, member: str) -> dict[str, str]:
    """Return an address of QuickBooks as both sides compare it: MobiWork has two lines, not five.

    MobiWork takes the two-letter code of a state (reference 2.1).
    """
    found = {name: quickbooks_text(record, member, one) for name, _, one in _ADDRESS}
    more = (quickbooks_text(record, member, line) for line in _MORE_LINES)
    return found | {
        "line 2": ", ".join(line for line in more if line),
        "state": state_code(found["state"]),
    }


def address_changes(value: Value, path: str) -> dict[str, str | None]:
    """Write an address into the element at `path`."""
    return {f"{path}/{element}": value.get(name) or None for name, element, _ in _ADDRESS}


def address_cleared(member: str) -> Body:
    """Return what empties an address in QuickBooks (reference 7.1)."""
    every = {one for _, _, one in _ADDRESS}.union(_MORE_LINES)
    return {member: dict.fromkeys(sorted(every), "")}


def country(record: Json, member: str, path: str) -> dict[str, str | None]:
    """Say that an address is in the US; ids of other countries are not known (6 row 31)."""
    named = quickbooks_text(record, member, "Country").casefold()
    return {f"{path}/countryId": UNITED_STATES} if named in _OF_THE_US else {}

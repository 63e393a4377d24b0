"""MobiWork's record of a vendor."""

from pydantic import AliasChoices, Field

from connector.entities.parties import display_names
from connector.entities.parties.addresses import Address
from connector.entities.parties.contacts import Contact
from connector.entities.shared.wire import Wire
from connector.mobiwork.values import IdValue, MobiWorkBool
from connector.model.flows.records import MobiWorkRecords


class Vendor(Wire):
    """A MobiWork vendor (reference 3.14; all names are assumed, 6 row 18).

    id, external_id: MobiWork's id, and the one that another system gave it.
    given_name: as MobiWork has it.
    terms: the name of the terms.
    enabled: whether it is in use.
    contact, address: the main ones.
    """

    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("mobiworkvendorid", "vendorid", "id")
    )
    external_id: str = Field(
        default="", validation_alias=AliasChoices("externalid", "externalvendorid")
    )
    given_name: str = Field(
        default="", validation_alias=AliasChoices("name", "vendorname", "companyname")
    )
    terms: str = Field(default="", validation_alias=AliasChoices("terms", "paymentterms"))
    enabled: MobiWorkBool = Field(default=True, validation_alias=AliasChoices("enabled", "active"))
    contact: Contact = Field(
        default=Contact(), validation_alias=AliasChoices("contact", "primarycontact", "maincontact")
    )
    address: Address = Field(
        default=Address(), validation_alias=AliasChoices("address", "officeaddress", "mainaddress")
    )

    @property
    def parts(self) -> display_names.Parts:
        """Its company and its person, without filler."""
        return display_names.parts_of(
            self.given_name, self.contact.first_name, self.contact.last_name
        )

    @property
    def name(self) -> str:
        """The vendor's name, else that of its contact."""
        return display_names.composed_name(self.parts, "company else person")


VENDORS = MobiWorkRecords(
    entity="vendor",
    model=Vendor,
    external_id=lambda vendor: vendor.external_id,
    enabled=lambda vendor: vendor.enabled,
)

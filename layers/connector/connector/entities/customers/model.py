"""MobiWork's record of a customer."""

from typing import Annotated

from pydantic import AliasChoices, AliasPath, Field

from connector.entities.parties import display_names
from connector.entities.parties.addresses import Address
from connector.entities.parties.billing import Billed
from connector.entities.parties.contacts import Contact
from connector.mobiwork.values import IdValue, MobiWorkBool, listed
from connector.model.body import Body
from connector.model.flows.records import MobiWorkRecords


class Customer(Billed):
    """A MobiWork customer (reference 3.1); all about parents is assumed (reference 6 row 24).

    id, external_id: MobiWork's id, and the one that another system gave it.
    company_name, contact: who it is; both may be given.
    type: BUSINESS or RESIDENTIAL, in MobiWork's words.
    enabled, prospect: whether it is in use, and not a customer yet.
    taxable, tax_exempt: whether it pays sales tax; None where MobiWork does not say.
    address, addresses: the main address, and all others.
    sub_customer: whether it belongs to another customer: `parent_id`, called `parent_name`.
    """

    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("mobiworkcustomerid", "customerid")
    )
    external_id: str = Field(
        default="", validation_alias=AliasChoices("externalcustomerid", "externalid")
    )
    company_name: str = Field(default="", alias="companyname")
    type: str = Field(default="BUSINESS", validation_alias=AliasChoices("type", "typeid"))
    enabled: MobiWorkBool = True
    prospect: MobiWorkBool = Field(default=False, alias="prospectflag")
    taxable: MobiWorkBool | None = Field(
        default=None, validation_alias=AliasChoices("taxable", "istaxable")
    )
    tax_exempt: MobiWorkBool | None = Field(
        default=None, validation_alias=AliasChoices("taxexempt", "istaxexempt")
    )
    contact: Contact = Field(
        default=Contact(), validation_alias=AliasChoices("contact", "primarycontact")
    )
    address: Address = Address()
    addresses: Annotated[list[Address], listed("address")] = Field(default=[], alias="addresslist")
    sub_customer: MobiWorkBool = Field(
        default=False, validation_alias=AliasChoices("issubcustomer", "subcustomer")
    )
    parent_id: IdValue = Field(
        default=None,
        validation_alias=AliasChoices(
            "parentcustomerid", "parentid", AliasPath("parentcustomer", "mobiworkcustomerid")
        ),
    )
    parent_name: str = Field(
        default="",
        validation_alias=AliasChoices(
            "parentcustomername", "parentname", AliasPath("parentcustomer", "companyname")
        ),
    )

    @property
    def parts(self) -> display_names.Parts:
        """What its display name is made of."""
        home = self.type.upper() in {"RESIDENTIAL", "1"}
        contact = self.contact
        return display_names.parts_of(
            self.company_name, contact.first_name, contact.last_name, home=home
        )

    @property
    def name(self) -> str:
        """The name a person knows it by, whatever the format of display names."""
        return display_names.composed_name(self.parts, "company else person")

    @property
    def is_sub_customer(self) -> bool:
        """Whether it belongs under a parent."""
        return self.sub_customer or bool(self.parent_id)

    @property
    def places(self) -> dict[str, Body]:
        """Its addresses as QuickBooks would see them, by the ids that documents name them by."""
        found = (self.address, *self.addresses)
        return {one.id: one.to_qbo() for one in found if one.id and one.to_qbo()}

    @property
    def service_address(self) -> Address | None:
        """The first of its addresses that is not the main one, as QuickBooks would see it."""
        main = self.address.to_qbo()
        others = (one for one in self.addresses if not one.is_sub_customer)
        return next((one for one in others if one.to_qbo() not in ({}, main)), None)


CUSTOMERS = MobiWorkRecords(
    entity="customer",
    model=Customer,
    external_id=lambda customer: customer.external_id,
    enabled=lambda customer: customer.enabled,
    places=lambda customer: customer.places,
)

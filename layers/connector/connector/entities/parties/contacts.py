"""How somebody is reached: the main contact of a MobiWork record as QuickBooks takes it."""

import re

from pydantic import AliasChoices, Field

from connector.entities.parties.addresses import Address
from connector.entities.shared.wire import NAME_LENGTH, Wire, meaningful
from connector.model.body import Body

PHONE_LENGTH = 30
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ADDRESS_LENGTHS = (
    ("address1", "address line 1", 500),
    ("address2", "address line 2", 500),
    ("city", "city", 255),
    ("state", "state", 255),
    ("zipcode", "ZIP code", 30),
)


class Contact(Wire):
    """The main contact (reference 2.2); its names are mandatory in MobiWork, hence the filler.

    first_name, last_name, email: who is to be asked.
    phone, extension, other_phone, other_extension, mobile, fax: as people typed them.
    """

    first_name: str = Field(default="", alias="firstname")
    last_name: str = Field(default="", alias="lastname")
    email: str = ""
    phone: str = Field(default="", alias="phonenumber")
    extension: str = Field(default="", alias="phoneext")
    other_phone: str = Field(
        default="", validation_alias=AliasChoices("altphonenumber", "altphone")
    )
    other_extension: str = Field(default="", alias="altphoneext")
    mobile: str = Field(
        default="", validation_alias=AliasChoices("mobilephone", "mobilenumber", "cellphone")
    )
    fax: str = ""

    def to_qbo(self) -> Body:
        """Return the phones and the e-mail as members of a QuickBooks name, empty ones too."""
        email = first_email(self.email)
        numbers = {name: number[:PHONE_LENGTH].rstrip() for name, number in self._numbers().items()}
        return {
            **{
                name: {"FreeFormNumber": number} if number else {}
                for name, number in numbers.items()
            },
            "PrimaryEmailAddr": {"Address": email} if email else {},
        }

    def remarks(self) -> list[str]:
        """Say which phone was cut and which e-mail was left out."""
        found = [
            f'The phone number "{number}" was cut to {PHONE_LENGTH} characters.'
            for number in self._numbers().values()
            if len(number) > PHONE_LENGTH
        ]
        used, given = first_email(self.email), self.email.strip()
        if meaningful(given) and not used:
            found.append(f'The e-mail "{given[:60]}" was left out: it is not an address.')
        elif meaningful(given) and used != given:
            found.append(f'Of the e-mail "{given[:60]}" only {used} was sent.')
        return found

    def _numbers(self) -> dict[str, str]:
        return {
            "PrimaryPhone": _phone(self.phone, self.extension),
            "AlternatePhone": _phone(self.other_phone, self.other_extension),
            "Mobile": _phone(self.mobile),
            "Fax": _phone(self.fax),
        }


def first_email(text: str) -> str:
    """Return the first legal address of a text; QuickBooks refuses others (fault 2210)."""
    for part in re.split(r"[;,]", text):
        address = part.strip()
        if len(address) <= NAME_LENGTH and _EMAIL.fullmatch(address):
            return address
    return ""


def address_remarks(address: Address) -> list[str]:
    """Say which parts of an address were cut."""
    return [
        f"The {words} was cut to {length} characters."
        for name, words, length in _ADDRESS_LENGTHS
        if len(getattr(address, name)) > length
    ]


def _phone(number: str, extension: str = "") -> str:
    known = meaningful(number)
    return f"{known} x{extension.strip()}" if known and meaningful(extension) else known

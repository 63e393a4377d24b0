"""Fields that customers and vendors share: how somebody is called, phoned and mailed.

MobiWork has no documented element for a mobile number: one of QuickBooks takes the place of the
phone, else of the other phone, where that one is empty.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from connector.entities.parties import display_names
from connector.entities.parties.contacts import Contact
from connector.entities.shared.quickbooks_values import plain_text, quickbooks_text
from connector.entities.shared.wire import NAME_LENGTH, legal_name, meaningful
from connector.model.body import Json
from connector.model.flows.field import Changes, Field, Value

FILLER = "-"
"""What MobiWork gets for a name that it demands and nobody knows; push takes it for nothing."""

_EXTENSION = re.compile(
    r"(?P<number>.*?)[\s,;]*(?<![a-z])(?:extension|ext\.?|x|#)[\s.:]*(?P<extension>\d+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Phone:
    """One phone: its elements in MobiWork's contact and its members in QuickBooks.

    name: which one, in words.
    number, extension: the attributes of a contact that hold it.
    element, extension_element: the elements in MobiWork.
    member: the member in QuickBooks.
    """

    name: str
    number: str
    extension: str
    element: str
    extension_element: str
    member: str


PHONES = (
    Phone("phone", "phone", "extension", "phoneNumber", "phoneExt", "PrimaryPhone"),
    Phone(
        "other phone",
        "other_phone",
        "other_extension",
        "altPhoneNumber",
        "altPhoneExt",
        "AlternatePhone",
    ),
    Phone("fax", "fax", "", "fax", "", "Fax"),
)


def quickbooks_people(record: Json) -> Iterator[display_names.Parts]:
    """Yield the person of QuickBooks' record: first and last name, then middle name and all."""
    given, family = quickbooks_text(record, "GivenName"), quickbooks_text(record, "FamilyName")
    middle, suffix = quickbooks_text(record, "MiddleName"), quickbooks_text(record, "Suffix")
    yield display_names.parts_of("", given, family)
    if middle or suffix:
        yield display_names.parts_of("", f"{given} {middle}", f"{family} {suffix}")


def person_changes(value: Value, contact: Contact | None, *, listed: bool) -> dict[str, str | None]:
    """Write first and last name, both of which MobiWork demands (product b.1); nobody is invented.

    A new record gets them in its list of contacts too, if it has one.
    """
    first = _mandatory(value["first"], contact.first_name if contact else "")
    last = _mandatory(value["last"], contact.last_name if contact else "")
    paths = _contact_paths(contact, listed=listed)
    both = (("firstName", first), ("lastName", last))
    return {f"{path}/{name}": text for path in paths for name, text in both}


def company_or_person(value: Value) -> str:
    """Return the company in a value of names, else the person."""
    return value["company"] or " ".join(one for one in (value["first"], value["last"]) if one)


def compared_name(value: Value) -> Value:
    """Return what counts of a name: as QuickBooks would keep it, filler as nothing.

    A company that is called like its person is none. `under` are the names that stand before it.
    """
    company = meaningful(legal_name(value["company"], length=display_names.DISPLAY_NAME_LENGTH))
    first, last = (
        meaningful(legal_name(value[name], length=NAME_LENGTH)) for name in ("first", "last")
    )
    person = " ".join(part for part in (first, last) if part)
    return {
        "company": "" if display_names.same(company, person) else company,
        "first": first,
        "last": last,
        "under": value.get("under", ""),
    }


def contact_fields[R: BaseModel](
    contact_of: Callable[[R], Contact], *, listed: bool
) -> tuple[Field[R], ...]:
    """Return the fields of the main contact besides its name.

    `listed` is whether MobiWork's records have a list of contacts, which begins with the main one.
    """
    return (
        Field(
            name="e-mail",
            mobiwork=lambda record: meaningful(plain_text(contact_of(record).email)),
            quickbooks=lambda record: meaningful(
                quickbooks_text(record, "PrimaryEmailAddr", "Address")
            ),
            write=_writer(contact_of, lambda value: {"email": value or None}, listed=listed),
            members=("PrimaryEmailAddr",),
            clears={"PrimaryEmailAddr": {"Address": ""}},
            compared=_compared_email,
        ),
        *(_phone_field(phone, contact_of, listed=listed) for phone in PHONES),
    )


def _phone_field[R: BaseModel](
    phone: Phone, contact_of: Callable[[R], Contact], *, listed: bool
) -> Field[R]:
    def in_mobiwork(record: R) -> str:
        contact = contact_of(record)
        extension = getattr(contact, phone.extension) if phone.extension else ""
        return _phone_text(getattr(contact, phone.number), extension)

    def elements(value: Value) -> Changes:
        number, extension = _split(value)
        if not phone.extension_element:
            return {phone.element: value or None}
        return {phone.element: number or None, phone.extension_element: extension or None}

    return Field(
        name=phone.name,
        mobiwork=in_mobiwork,
        quickbooks=lambda record: _quickbooks_phone(record, phone),
        write=_writer(contact_of, elements, listed=listed),
        members=(phone.member,),
        clears={phone.member: {"FreeFormNumber": ""}},
        compared=_compared_phone,
    )


def _quickbooks_phone(record: Json, phone: Phone) -> str:
    own, mobile = _number(record, phone.member), _number(record, "Mobile")
    if phone.member == "PrimaryPhone":
        return own or mobile
    if phone.member == "AlternatePhone" and _number(record, "PrimaryPhone"):
        return own or mobile
    return own


def _number(record: Json, member: str) -> str:
    return _phone_text(*_split(quickbooks_text(record, member, "FreeFormNumber")))


def _phone_text(number: str, extension: str) -> str:
    known, more = meaningful(plain_text(number)), meaningful(plain_text(extension))
    return f"{known} x{more}" if known and more else known


def _split(text: str) -> tuple[str, str]:
    """Split a phone as a person writes it into number and extension."""
    found = _EXTENSION.fullmatch(text)
    if found is None or not found["number"]:
        return text, ""
    return found["number"], found["extension"]


def _compared_phone(value: Value) -> Value:
    """Compare digits, and letters where somebody dials them; the country code of the US is none."""
    number, extension = (
        "".join(one for one in part.casefold() if one.isalnum()) for part in _split(value)
    )
    home = number[1:] if len(number) == len("18135550100") and number[0] == "1" else number
    return f"{home}x{extension}" if extension else home


def _compared_email(value: Value) -> Value:
    return ", ".join(part.strip().casefold() for part in re.split("[;,]", value) if part.strip())


def _mandatory(text: str, current: str) -> str:
    return text or (current if current.strip() and not meaningful(current) else FILLER)


def _writer[R: BaseModel](
    contact_of: Callable[[R], Contact], elements: Callable[[Value], Changes], *, listed: bool
) -> Callable[[Value, R | None], Changes]:
    def write(value: Value, record: R | None) -> Changes:
        contact = contact_of(record) if record is not None else None
        return {
            f"{path}/{name}": text
            for path in _contact_paths(contact, listed=listed)
            for name, text in elements(value).items()
        }

    return write


def _contact_paths(contact: Contact | None, *, listed: bool) -> tuple[str, ...]:
    return ("contact", "contactList/contact[1]") if listed and contact is None else ("contact",)

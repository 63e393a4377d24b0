"""Customers of the sample company: three in five are homes, the rest businesses."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from unicodedata import normalize

from simulators.mobiwork.changes import number_parts
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample import names
from simulators.mobiwork.sample.places import Place, phone, place, street
from simulators.mobiwork.store import Store

FIRST_DAY = date(2019, 1, 2)
EXEMPT = 6  # every sixth business pays no sales tax
FILLERS = (("TBD", "TBD"), ("-", "-"))


def add(store: Store, rng: Random, count: int) -> list[Record]:
    """Add so many customers, homes and businesses mixed."""
    homes = count * 3 // 5
    people = iter(names.people(rng, count))
    companies = iter(names.businesses(rng, count - homes))
    contacts = _contacts(people)
    kinds = ["home"] * homes + ["business"] * (count - homes)
    rng.shuffle(kinds)
    customers = []
    for kind in kinds:
        if kind == "home":
            customer = _customer(rng, "RESIDENTIAL", "", next(people))
        else:
            customer = _customer(rng, "BUSINESS", next(companies), next(contacts))
        store.put("customer", customer)
        number_parts(store, customer)
        customers.append(customer)
    for exempt in [one for one in customers if one["type"] == "BUSINESS"][::EXEMPT]:
        exempt["taxable"] = "false"
    return customers


def _contacts(people: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The contacts of businesses: one in four is a filler, as MobiWork itself advises."""
    for filler in cycle(FILLERS):
        yield from islice(people, 3)
        yield filler


def _customer(rng: Random, kind: str, company: str, person: tuple[str, str]) -> Record:
    where = place(rng)
    address = an_address(rng, where, "Primary Address")
    contact = _person(rng, where, person, company)
    since = FIRST_DAY + timedelta(days=rng.randrange(2300))
    return {
        "externalCustomerId": "",
        "companyName": company,
        "fromDate": since.isoformat(),
        "type": kind,
        "statusId": "0",
        "enabled": "true",
        "assignedTo": "",
        "closingDate": "",
        "prospectFlag": "false",
        "address": address,
        "contact": contact,
        "addressList": [address, *_more_addresses(rng, where, company)],
        "contactList": [contact],
        "customFields": [],
        "mobiForms": [],
        "isSubCustomer": "false",
        "taxable": "true",
        "category": "Commercial" if company else "Home",
        "createdBy": "31",
    }


def an_address(rng: Random, where: Place, name: str) -> Record:
    """An address in a town."""
    return {
        "address1": street(rng),
        "address2": f"Suite {rng.randint(100, 420)}" if rng.random() < 1 / 6 else "",
        "city": where.city,
        "state": where.state,
        "zipCode": where.zip_code,
        "countryId": "1",
        "latitude": where.latitude,
        "longitude": where.longitude,
        "name": name,
        "baseDistance": "0",
    }


def _more_addresses(rng: Random, where: Place, company: str) -> list[Record]:
    """Some businesses have a second place to be served at."""
    if company and rng.random() < 1 / 4:
        return [an_address(rng, where, "Second Location")]
    return []


def _person(rng: Random, where: Place, person: tuple[str, str], company: str) -> Record:
    first, last = person
    filler = person in FILLERS
    return {
        "firstName": first,
        "lastName": last,
        "title": "Manager" if company and not filler and rng.random() < 1 / 2 else "",
        "email": "" if filler or rng.random() < 1 / 8 else email(first, last),
        "phoneNumber": phone(rng, where),
        "phoneExt": str(rng.randint(10, 99)) if company and rng.random() < 1 / 3 else "",
        "altPhoneNumber": "",
        "altPhoneExt": "",
        "fax": "",
    }


def email(first: str, last: str) -> str:
    """An address of the domain that is kept free for examples."""
    plain = normalize("NFKD", f"{first}.{last}".lower())
    local = "".join(letter for letter in plain if letter.isascii() and letter not in "' ")
    return f"{local}@example.com"

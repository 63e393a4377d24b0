"""Display names: the five formats a bookkeeper chooses from, and what happens when one is taken.

QuickBooks keeps customers, vendors and employees in one space of names, compares them without
regard to case, and counts inactive ones too (reference 7.5). The rule is the same for all formats:
a name that is taken is never changed in silence. An active customer of that name is adopted unless
it is linked to another MobiWork customer; everything else is refused, and `another_name` says which
name is offered instead.

    company else person     a business by its company, a home by its person; each stands in for
                            the other. Offered: "Company (First Last)", else "... (City)"
    company                 the company; a home without one by its person, a business without one
                            is refused. Offered: the same
    first last              the person, else the company. Offered: "Company (First Last)", else
                            "... (City)"
    last, first             the same in the order of a phone book. Offered: the same
    company (first last)    both as far as there are both. Offered: "... (City)"
    sub-customers           "Parent - Child" in any format. Offered: the same
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.entities.shared.wire import NAME_LENGTH, legal_name, meaningful
from connector.model.body import Body

DISPLAY_NAME_LENGTH = 500
COLON = "The colon in its name was replaced by a dash: QuickBooks does not allow colons in names."


@dataclass(frozen=True)
class Parts:
    """What a display name is made of, with filler such as TBD taken as nothing.

    company, first, last: empty where there is none.
    home: whether it is a private customer.
    """

    company: str
    first: str
    last: str
    home: bool = False

    @property
    def person(self) -> str:
        """First and last name."""
        return " ".join(part for part in (self.first, self.last) if part)


def parts_of(company: str, first: str, last: str, *, home: bool = False) -> Parts:
    """Take a name apart; a full name repeated in both elements counts once (reference 2.2)."""
    given, family = meaningful(first), meaningful(last)
    if " " in given and given.casefold() == family.casefold():
        given, family = given.rsplit(" ", 1)
    return Parts(meaningful(company), given, family, home)


def name_remarks(parts: Parts, company: str) -> list[str]:
    """Say what of a name QuickBooks does not get; `company` is what a person calls its first."""
    named = ((company, parts.company), ("first name", parts.first), ("last name", parts.last))
    found = [
        f'Of the {words} "{text[:60]}..." only {NAME_LENGTH} characters fit its own field; the '
        "name that QuickBooks shows is whole."
        for words, text in named
        if len(legal_name(text)) > NAME_LENGTH
    ]
    return [*found, COLON] if any(":" in text for _, text in named) else found


def composed_name(parts: Parts, form: str) -> str:
    """Compose a name in one of the formats of the settings; empty when there is nothing to show."""
    return legal_name(_FORMATS[form](parts))


def is_name(text: str) -> bool:
    """Tell whether a text names anything at all."""
    return any(character.isalnum() for character in text)


def qualified(parent: str, child: str) -> str:
    """Name a sub-customer: "Parent - Child", unless its own name begins with its parent's."""
    begins = child.casefold().startswith(f"{parent.casefold()} ")
    return child if begins else f"{parent} - {child}"


def plain_names(qualified_name: str) -> tuple[str, ...]:
    """Return what a sub-customer may be called without its parent's name in front."""
    parts = qualified_name.split(" - ")
    return tuple(" - ".join(parts[start:]) for start in range(1, len(parts)))


def parent_in(fully_qualified_name: str) -> str:
    """Return the parent's name in QuickBooks' `Grandparent:Parent:Child`, or nothing."""
    above = fully_qualified_name.rpartition(":")[0]
    return above.rpartition(":")[2]


def same(one: str, other: str) -> bool:
    """Compare names as QuickBooks does: case does not matter (reference 7.5)."""
    return one.casefold() == other.casefold()


def another_name(body: Body) -> str | None:
    """Return the first name to offer for a body whose display name is taken, or None."""
    taken, company = str(body["DisplayName"]), str(body.get("CompanyName") or "")
    given = (str(body.get(name) or "") for name in ("GivenName", "FamilyName"))
    person = " ".join(part for part in given if part)
    city = str((body.get("BillAddr") or {}).get("City", ""))
    offers = (
        f"{company} ({person})" if company and person and "ParentRef" not in body else "",
        f"{taken} ({city})" if city else "",
        f"{taken} (customer)",
    )
    for offer in offers:
        name = legal_name(offer)
        if name and len(name) <= DISPLAY_NAME_LENGTH and name.casefold() != taken.casefold():
            return name
    return None


def _company_else_person(parts: Parts) -> str:
    return parts.person or parts.company if parts.home else parts.company or parts.person


def _company(parts: Parts) -> str:
    return parts.company or (parts.person if parts.home else "")


def _first_last(parts: Parts) -> str:
    return parts.person or parts.company


def _last_first(parts: Parts) -> str:
    return ", ".join(part for part in (parts.last, parts.first) if part) or parts.company


def _both(parts: Parts) -> str:
    if parts.company and parts.person:
        return f"{parts.company} ({parts.person})"
    return parts.company or parts.person


_FORMATS: Mapping[str, Callable[[Parts], str]] = {
    "company else person": _company_else_person,
    "company": _company,
    "first last": _first_last,
    "last, first": _last_first,
    "company (first last)": _both,
}

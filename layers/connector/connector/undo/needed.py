"""Whether an entry of a list is still needed: documents that stay refer to it.

The links say what was posted and not undone; those of all documents are read page by page, once,
when the first entry of a list has its turn: documents come before lists in the order of undoing.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeIs

from connector.engine.run import Run
from connector.entities.registry import POSTED_ONCE, PUSHED_BY
from connector.model.body import Json, spoken
from connector.model.links import Intent, Link, Linking
from connector.quickbooks.query import matching, select
from connector.quickbooks.words import legible
from connector.undo.rules import LISTS, Other

PAGE = 200
REFERS_TO: Mapping[str, tuple[str, ...]] = {
    "CustomerRef": ("Customer",),
    "ItemRef": ("Item",),
    "VendorRef": ("Vendor",),
}
ENTITIES = tuple(entity for entity, flow in PUSHED_BY.items() if flow in POSTED_ONCE)
"""What documents are linked as."""
SEARCHED = {
    "Customer": (
        "CustomerRef",
        ("Invoice", "Payment", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt"),
    ),
    "Vendor": ("VendorRef", ("Bill",)),
}
"""By what QuickBooks lets documents of an entry be searched for (reference 6.8 to 6.14)."""
EITHER = ("Customer", "Vendor")
"""What an EntityRef without a type may mean."""


def searched(target: str) -> tuple[str, ...]:
    """Return the kinds of documents that are searched for an entry of a list, a call each."""
    return SEARCHED.get(target, ("", ()))[1]


@dataclass(frozen=True)
class Needed:
    """The entries of lists that documents refer to which stay.

    run: the job that asks.
    ours: documents that are taken back, and so need nothing; complete before the first question.
    """

    run: Run
    ours: AbstractSet[Other] = field(default_factory=frozenset)

    def why(self, link: Link) -> str | None:
        """Say which document needs a record; None where it is no list's, or none does."""
        if link.target not in LISTS:
            return None
        document = self._documents.get((link.target, link.quickbooks_id))
        named = f"{spoken(link.target)} {link.quickbooks_id}"
        return f"{named} is still needed by {document}." if document else None

    def why_at_all(self, link: Link) -> str | None:
        """Say which document needs a record, of ours or entered in QuickBooks; metered calls."""
        own = link.quickbooks_id
        return self.why(link) or self.entered(link.target, [own]).get(own)

    def entered(self, target: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Return why entries of a list are needed in QuickBooks, whoever entered it there.

        One metered query for each kind of document, for all entries together.
        """
        found: dict[str, str] = {}
        member, kinds = SEARCHED.get(target, ("", ()))
        wanted = sorted(set(ids))
        for kind in kinds if wanted else ():
            for one in self.run.quickbooks.query(select(kind, matching(**{member: wanted}))):
                said, by = legible(one)[0].get(member) or {}, f"{spoken(kind)} {one['Id']}"
                own = str(said.get("value"))
                # Of one that does not say whom it needs nobody knows that it is another.
                needed = [own] if own in wanted else wanted
                for each in needed if (kind, str(one["Id"])) not in self.ours else ():
                    told = f"{spoken(target)} {each} is needed by {by} in QuickBooks."
                    found.setdefault(each, told)
        return found

    @cached_property
    def _documents(self) -> Mapping[Other, str]:
        """One document that stays for each entry that is needed."""
        found: dict[Other, str] = {}
        for standing in self._standings():
            for other in referred_to(_body(standing)):
                found.setdefault(other, _named(standing))
        return found

    def _standings(self) -> Iterator[Link | Intent]:
        """Yield all documents that stand in QuickBooks, or may, and are not taken back."""
        for entity in ENTITIES:
            after = ""
            while page := self._page(entity, after):
                yield from filter(self._stays, page.values())
                after = max(page)

    def _page(self, entity: str, after: str) -> Mapping[str, Linking]:
        read_some = self.run.store.links.read_some
        return read_some(self.run.connection_id, entity, after=after, limit=PAGE)

    def _stays(self, standing: Linking) -> TypeIs[Link | Intent]:
        if isinstance(standing, Link):
            return not standing.gone and (standing.target, standing.quickbooks_id) not in self.ours
        return isinstance(standing, Intent)


def _body(standing: Link | Intent) -> Json:
    return standing.base if isinstance(standing, Link) else standing.body


def _named(standing: Link | Intent) -> str:
    if isinstance(standing, Link):
        return f"{spoken(standing.target)} {standing.quickbooks_id}"
    named = spoken(standing.target).lower()
    return f"the {named} of record {standing.owner.mobiwork_id}, which was begun"


def referred_to(body: object) -> Iterator[Other]:
    """Yield the entries of lists that a body refers to, in its head or in a line."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            yield from _references(name, value)
            yield from referred_to(value)
    elif isinstance(body, list | tuple):
        for one in body:
            yield from referred_to(one)


def _references(name: str, value: object) -> Iterator[Other]:
    if not isinstance(value, Mapping) or "value" not in value:
        return
    kinds = REFERS_TO.get(name, ())
    if name == "EntityRef":
        kinds = (str(value["type"]),) if value.get("type") else EITHER
    for kind in kinds:
        yield kind, str(value["value"])

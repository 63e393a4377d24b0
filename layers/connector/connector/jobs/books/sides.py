"""What a match knows of both sides: what was read of them, and whose documents are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from connector.engine.run import Run
from connector.entities.books import OF_INVOICE, RecordContext, SaidHere, SaidThere, party_in
from connector.model.books.documents import BooksPeriod
from connector.model.cursor import FollowedMerge, last_survivor
from connector.model.links import Link, RecordKey
from connector.model.policy.days import day_of, zone_of

CUSTOMER = "Customer"
NOT_THERE = "MobiWork customer "
"""Begins how a customer is named who is not in QuickBooks."""


@dataclass
class BothSides:
    """Both sides of one connection, as a match compares them.

    Attributes:
        run: What the match may use.
        period: The days that are compared.
        here: MobiWork's records by list and id, of the lists that were read; what was compared is
            taken out. unreadable: the ids of those that nobody can read, likewise.
            in_part: the lists that lack some.
        there: QuickBooks' documents by entity and id, where they were read; likewise.
        missing: Of which linked documents QuickBooks was asked by id and has none.
        names: What customers are called, by QuickBooks' ids.
    """

    run: Run
    period: BooksPeriod
    here: dict[str, dict[str, SaidHere]] = field(default_factory=dict)
    there: dict[str, dict[str, SaidThere]] | None = None
    unreadable: set[tuple[str, str]] = field(default_factory=set)
    in_part: frozenset[str] = frozenset()
    missing: set[tuple[str, str]] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    _payers: dict[str, str | None] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether both sides were read, and not only what is remembered of them."""
        return self.there is not None

    def tells(self, entity: str, own: str) -> bool:
        """Tell whether what was read of MobiWork says what a record is by now, or that it is gone.

        Of a record that a list lacks which was not read wholly only what is remembered is known.
        """
        listed = self.here.get(entity)
        if listed is None:
            return False
        return own in listed or (entity, own) in self.unreadable or entity not in self.in_part

    def was_read(self, day: str | None) -> bool:
        """Tell whether QuickBooks' documents of a day were read: those of the period, if any."""
        return self.proven and (not day or self.period.holds(date.fromisoformat(day)))

    @cached_property
    def office(self) -> RecordContext:
        """What reading MobiWork's records goes by."""
        return RecordContext(self.run.settings, self.run.company, self.run.connected_on)

    @cached_property
    def today(self) -> date:
        """The company's day."""
        return day_of(self.run.now(), zone_of(self.run.settings, self.run.company))

    def day_seen(self, found_at: str) -> date:
        """Return the company's day at a moment (ISO 8601), as pushing counts it."""
        return day_of(
            datetime.fromisoformat(found_at), zone_of(self.run.settings, self.run.company)
        )

    @cached_property
    def _merges(self) -> Mapping[str, FollowedMerge]:
        return self.run.store.merged_records.followed(self.run.connection_id, CUSTOMER)

    def customer_there(self, quickbooks_id: str | None, name: str | None = None) -> str | None:
        """Return the customer of QuickBooks whom an id stands for by now."""
        if not quickbooks_id:
            return None
        found = last_survivor(quickbooks_id, self._merges)
        if name and found == quickbooks_id:
            self.names.setdefault(found, name)
        return found

    def learn_parties(self, said: Iterable[str | None]) -> None:
        """Read whose documents are of whom MobiWork says this, as far as it is not known yet."""
        new = {one for one in said if one and one not in self._payers}
        wanted = {key for one in new for key in _keys(one)}
        links = self.run.store.links.read_many(self.run.connection_id, wanted) if wanted else {}
        for one in new:
            found = (links.get(key) for key in _keys(one))
            link = next((link for link in found if isinstance(link, Link)), None)
            self._payers[one] = self._payer(one, link)

    def party(self, said: str | None) -> str | None:
        """Return the customer of QuickBooks whom MobiWork means, or how MobiWork names him."""
        self.learn_parties([said])
        return self._payers.get(said) if said else None

    def _payer(self, said: str, link: Link | None) -> str | None:
        if link is None:
            return said if said.startswith(OF_INVOICE) else f"{NOT_THERE}{said}"
        if not said.startswith(OF_INVOICE):
            return self.customer_there(link.quickbooks_id, link.base.get("DisplayName"))
        return self.customer_there(party_in(link.base))

    def learn_names(self, parties: Iterable[str | None]) -> None:
        """Read what linked customers are called who are not known by name yet."""
        nameless = [one for one in parties if one and one not in self.names]
        store, connection_id = self.run.store, self.run.connection_id
        owners = store.links.owners_of(connection_id, CUSTOMER, nameless) if nameless else {}
        links = store.links.read_many(connection_id, owners.values()) if owners else {}
        for number, owner in owners.items():
            link = links.get(owner)
            if isinstance(link, Link):
                self.names[number] = str(link.base.get("DisplayName") or number)


def _keys(said: str) -> tuple[RecordKey, ...]:
    if said.startswith(OF_INVOICE):
        own = said.removeprefix(OF_INVOICE)
        return RecordKey("invoice", own), RecordKey("salesOrder", own)
    return (RecordKey("customer", said),)

"""Every document of both sides, once: the linked ones, MobiWork's others, then QuickBooks' others.

Nothing is held of what is remembered but a page. What was read is held by its figures alone, and
what is compared is taken out of it, so that what is left at the end is on one side only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import batched

from pydantic import ValidationError

from connector.changes.lists.look import LISTS
from connector.changes.lists.owed import Balances
from connector.entities.books import (
    SaidHere,
    SaidThere,
    is_before,
    money_flows,
    party_in,
    read_here,
    there_of,
)
from connector.entities.payments.model import INVOICE
from connector.entities.registry import IN_PIECES, INVOICES
from connector.entities.typed.beside import LISTED, listed_there
from connector.jobs.books import pieces
from connector.jobs.books.linked import KeptOfLink, document_of, undone_of
from connector.jobs.books.sides import BothSides
from connector.jobs.books.unlinked import (
    OF_STATE,
    OnlyHere,
    cause_of,
    only_here,
    only_there,
    why_left_out,
)
from connector.model.body import Body
from connector.model.books.causes import BooksCause
from connector.model.books.documents import BooksDocument, MoneyFigures, PathStep
from connector.model.books.kinds import OF_LINK, OF_TARGET, BooksKind
from connector.model.fingerprints import Fingerprints
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Linking, RecordKey, Released
from connector.model.pending import LeftOut, NewItem, PendingItem

PAGE = 100
UNREADABLE = "could not be read, so that its amount is unknown"


@dataclass
class DocumentWalk:
    """One way through all documents.

    apart: what counts on neither side, by flow and reason, with how many there are and their sum.
    billed: what of an order is on bills already.
    newest: the fingerprints of the flow that was last asked for.
    shown: what MobiWork shows of payments that were entered in QuickBooks.
    sides: both sides, as they are read.
    """

    sides: BothSides
    apart: dict[tuple[str, str], tuple[int, Decimal]] = field(default_factory=dict)
    billed: dict[str, Decimal] = field(default_factory=dict)
    newest: dict[str, Fingerprints] = field(default_factory=dict)
    shown: pieces.ShownPayments = field(default_factory=pieces.ShownPayments)

    def documents(self) -> Iterator[BooksDocument]:
        """Yield every document of both sides."""
        for flow in money_flows():
            for entity in flow.link_entities:
                if entity in OF_LINK:
                    yield from self._linked(flow, entity)
        yield from self.shown.rest(self.sides)
        yield from self._owed()
        for flow in money_flows():
            yield from self._pending(flow)
            yield from self._left_out(flow)
        yield from self._left_here()
        yield from self._left_there()

    # What is linked

    def _linked(self, flow: AnyPushFlow, entity: str) -> Iterator[BooksDocument]:
        store, after = self.sides.run.store, ""
        connection_id = self.sides.run.connection_id
        while page := store.links.read_some(connection_id, entity, after=after, limit=PAGE):
            after = max(page)
            yield from self._of_links(flow, [one for one in page.values() if isinstance(one, Link)])
            undone = [_undone(one) for one in page.values()]
            yield from self._of_links(flow, [one for one in undone if one], undone=True)

    def _of_links(
        self, flow: AnyPushFlow, links: Sequence[Link], *, undone: bool = False
    ) -> Iterator[BooksDocument]:
        """Yield linked documents, with all that is kept of them read at once."""
        store, connection_id = self.sides.run.store, self.sides.run.connection_id
        ids = {item_id(flow, one) for one in links}
        items = store.pending.read_many(connection_id, flow.name, ids)
        left_out = store.left_out.read_many(connection_id, flow.name, ids)
        own = [one.owner.mobiwork_id for one in links]
        told = store.totals.read_many(connection_id, flow.name, own) if own else {}
        shown = self._shown(links)
        for link in links:
            record = item_id(flow, link)
            known = KeptOfLink(
                item=items.get(record),
                left_out=self._latest(flow, left_out.get(record)),
                told=told.get(link.owner.mobiwork_id),
                shown=shown.get((link.target, link.quickbooks_id)),
            )
            yield self._counted(
                flow,
                link,
                undone_of(self.sides, flow, link, known)
                if undone
                else self._of_link(flow, link, known),
            )
            if not flow.piece_id:
                self._take(flow, link)

    def _of_link(self, flow: AnyPushFlow, link: Link, known: KeptOfLink) -> BooksDocument:
        if pieces.is_piece(link):
            return self.shown.document_of(self.sides, flow, link, known)
        return document_of(self.sides, flow, link, known)

    def _counted(self, flow: AnyPushFlow, link: Link, document: BooksDocument) -> BooksDocument:
        """Count what is on a bill, or was until it was undone: the rest of its order is on none."""
        if flow.piece_id and document.here:
            before = self.billed.get(item_id(flow, link), Decimal(0))
            self.billed[item_id(flow, link)] = before + document.here.amount
        return document

    def _latest(self, flow: AnyPushFlow, left_out: LeftOut | None) -> LeftOut | None:
        """Return what was left out unless it was read anew since; of that nothing is kept."""
        if left_out is None:
            return None
        known = self._newest(flow).known(left_out.record_id)
        return left_out if known == left_out.fingerprint else None

    def _newest(self, flow: AnyPushFlow) -> Fingerprints:
        """Return the fingerprints of all records of a flow as last read; those of one flow stay."""
        if flow.name not in self.newest:
            kept = self.sides.run.store.fingerprints
            self.newest = {flow.name: kept.read(self.sides.run.connection_id, flow.name)}
        return self.newest[flow.name]

    def _take(self, flow: AnyPushFlow, link: Link) -> None:
        """Take a record out of MobiWork's list, unless it is something else by now."""
        listed = self.sides.here.get(flow.entity, {})
        found = listed.get(link.owner.mobiwork_id)
        if found and found.counts and found.entity != link.owner.entity:
            return
        listed.pop(link.owner.mobiwork_id, None)

    def _shown(self, links: Sequence[Link]) -> Mapping[tuple[str, str], Body]:
        store = self.sides.run.store.books
        found: dict[tuple[str, str], Body] = {}
        for target in {one.target for one in links}:
            ids = [one.quickbooks_id for one in links if one.target == target]
            shown = store.shown_of(self.sides.run.connection_id, target, ids)
            found |= {(target, own): held for own, held in shown.items() if not is_before(held)}
        return found

    def _owed(self) -> Iterator[BooksDocument]:
        """Yield what MobiWork says is owed on invoices beyond what is posted of them."""
        store, connection_id = self.sides.run.store, self.sides.run.connection_id
        told = Balances.of(store.fingerprints.read(connection_id, LISTS)).told
        keys = [RecordKey(INVOICE, own) for own in told]
        links = store.links.read_many(connection_id, keys) if keys else {}
        for link in (one for one in links.values() if isinstance(one, Link) and not one.gone):
            one = told[link.owner.mobiwork_id]
            party = self.sides.customer_there(party_in(link.base))
            yield BooksDocument(
                kind=BooksKind.OPEN_BALANCES,
                label=f"balance of invoice {one.number}",
                here=MoneyFigures(one.beyond_documents, None, party=party),
                steps=(PathStep(None, BooksCause.OWED_HERE),),
                opens=1,
                flow=INVOICES,
                record_id=link.owner.mobiwork_id,
                target=link.target,
                quickbooks_id=link.quickbooks_id,
                note=one.sentence,
            )

    # What MobiWork has besides

    def _pending(self, flow: AnyPushFlow) -> Iterator[BooksDocument]:
        store = self.sides.run.store
        items = store.pending.read_all(self.sides.run.connection_id, flow.name)
        with_records = (one for one in items if one.record)
        for page in batched(with_records, PAGE, strict=False):
            yield from self._of_records(flow, page, {})

    def _left_out(self, flow: AnyPushFlow) -> Iterator[BooksDocument]:
        store, after = self.sides.run.store.left_out, ""
        connection_id = self.sides.run.connection_id
        while page := store.read_page(connection_id, flow.name, after=after, most=PAGE):
            after = page[-1].record_id
            ids = [one.record_id for one in page]
            reasons = store.read_many(connection_id, flow.name, ids)
            newest = self._newest(flow)
            latest = [one for one in page if newest.known(one.record_id) == one.fingerprint]
            newer = self.sides.run.store.pending.read_many(connection_id, flow.name, ids)
            left = [one for one in latest if one.record_id not in newer]
            yield from self._of_records(flow, left, reasons)

    def _of_records(
        self,
        flow: AnyPushFlow,
        page: Iterable[PendingItem | NewItem],
        reasons: Mapping[str, LeftOut],
    ) -> Iterator[BooksDocument]:
        """Yield what of some records is not linked."""
        said = {one.record_id: self._read(flow, one) for one in page}
        found = {own: one for own, one in said.items() if one}
        keys = [RecordKey(one.entity, own) for own, one in found.items()]
        run = self.sides.run
        links = run.store.links.read_many(run.connection_id, keys) if keys else {}
        self.sides.learn_parties(one.party for one in found.values())
        for item in page:
            here = found.get(item.record_id)
            linking = links.get((here.entity, item.record_id)) if here else None
            if here is None or isinstance(linking, Link) or _undone(linking):
                continue
            yield from self._only_here(flow, _only(item, here, reasons.get(item.record_id)))

    def _read(self, flow: AnyPushFlow, item: PendingItem | NewItem) -> SaidHere | None:
        """Return what a record says now; nothing where it is none of the flow's money."""
        sides = self.sides
        if sides.tells(flow.entity, item.record_id):
            if (flow.entity, item.record_id) in sides.unreadable:
                self._count_apart(flow.name, UNREADABLE, Decimal(0))
            found = sides.here[flow.entity].get(item.record_id)
            return found if found and found.flow == flow.name and found.entity in OF_LINK else None
        seen = sides.day_seen(item.found_at) if item.found_at else sides.today
        try:
            found = read_here(flow, item.record_id, item.record, sides.office, seen)
        except ValidationError:
            self._count_apart(flow.name, UNREADABLE, Decimal(0))
            return None
        return found if found and found.entity in OF_LINK else None

    def _only_here(self, flow: AnyPushFlow, one: OnlyHere) -> Iterator[BooksDocument]:
        """Yield a record that QuickBooks has in no way, or what of it is on no bill yet."""
        found = one.found
        self.sides.here.get(flow.entity, {}).pop(one.record_id, None)
        if not found.counts:
            self._count_apart(flow.name, found.reason or found.label, found.amount)
            return
        amount = found.amount - self.billed.pop(one.record_id, Decimal(0))
        if amount:
            day = date.fromisoformat(found.day) if found.day else None
            party = self.sides.party(found.party)
            yield only_here(one, MoneyFigures(amount, day, found.tax, party))

    def _count_apart(self, flow: str, reason: str, amount: Decimal) -> None:
        count, before = self.apart.get((flow, reason), (0, Decimal(0)))
        self.apart[flow, reason] = (count + 1, before + amount)

    # What was read and is in neither

    def _left_here(self) -> Iterator[BooksDocument]:
        """Yield what MobiWork lists and nothing is known of; what was linked meanwhile, as that."""
        for flow in money_flows():
            listed = self.sides.here.get(flow.entity, {})
            own = {
                one: said
                for one, said in listed.items()
                if said.flow == flow.name and said.entity in OF_LINK
            }
            for page in batched(sorted(own), PAGE, strict=False):
                yield from self._of_listed(flow, {one: own[one] for one in page})

    def _of_listed(
        self, flow: AnyPushFlow, page: Mapping[str, SaidHere]
    ) -> Iterator[BooksDocument]:
        run = self.sides.run
        keys = [RecordKey(one.entity, own) for own, one in page.items()]
        links = run.store.links.read_many(run.connection_id, keys)
        meanwhile = [one for one in links.values() if isinstance(one, Link)]
        if not flow.piece_id:
            yield from self._of_links(flow, meanwhile)
        items = run.store.pending.read_many(run.connection_id, flow.name, page)
        known = self._newest(flow)
        self.sides.learn_parties(one.party for one in page.values())
        done = {one.owner.mobiwork_id for one in meanwhile}
        for own, found in page.items():
            if own in done:
                continue
            item = items.get(own)
            if item is not None and item.state in OF_STATE:
                cause = cause_of(item)
            elif known.known(own) is None:
                cause = BooksCause.NOT_SEEN_YET
            else:
                cause = BooksCause.CHANGED_HERE if own in self.billed else BooksCause.UNEXPLAINED
            yield from self._only_here(
                flow, OnlyHere(record_id=own, found=found, cause=cause, item=item)
            )

    def _left_there(self) -> Iterator[BooksDocument]:
        """Yield what QuickBooks has and is linked to nothing, or was linked only meanwhile."""
        for target in OF_TARGET:
            for page in self._rows(target):
                run = self.sides.run
                owners = run.store.links.owners_of(run.connection_id, target, page)
                taken = owners.keys() | (self.shown.amounts.keys() if target in IN_PIECES else ())
                left = {own: one for own, one in page.items() if own not in taken}
                yield from only_there(self.sides, target, left)

    def _rows(self, target: str) -> Iterator[dict[str, SaidThere]]:
        """Yield what is left of what was read; of days that were not read, what is remembered."""
        left = (self.sides.there or {}).get(target, {})
        for some in batched(sorted(left), PAGE, strict=False):
            yield {own: left[own] for own in some}
        for page in batched(self._remembered(target), PAGE, strict=False):
            yield {own: one for own, one in page if not self.sides.was_read(one.day)}

    def _remembered(self, target: str) -> Iterator[tuple[str, SaidThere]]:
        store, own = self.sides.run.store, self.sides.run.connection_id
        if target in LISTED:
            return listed_there(own, target, store)
        shown = store.books.all_shown(own, target)
        return ((one, there_of(held)) for one, held in shown if not is_before(held))


def item_id(flow: AnyPushFlow, link: Link) -> str:
    """Return the record that a document was made of."""
    return flow.item_id(link.owner.mobiwork_id)


def _undone(linking: Linking | None) -> Link | None:
    """Return the link that a person undid, if one did."""
    return linking.undone.link if isinstance(linking, Released) and linking.undone else None


def _only(item: PendingItem | NewItem, here: SaidHere, left_out: LeftOut | None) -> OnlyHere:
    """Return a record that QuickBooks does not have, with why."""
    if isinstance(item, PendingItem):
        cause = cause_of(item)
        return OnlyHere(record_id=item.record_id, found=here, cause=cause, item=item)
    note = left_out.reason if left_out else None
    return OnlyHere(record_id=item.record_id, found=here, cause=why_left_out(here), note=note)

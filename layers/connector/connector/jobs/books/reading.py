"""Reading both sides whole for a proven match: QuickBooks page by page, MobiWork list by list.

What was read is kept as figures, page by page, before the next page is asked for, so that whoever
is killed asks for that one page, or that one list of MobiWork, again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import batched

from msgspec import convert, to_builtins

from connector.engine.run import Run
from connector.entities.books import (
    RecordContext,
    here_of,
    kept_here,
    kept_there,
    money_flows,
    money_lists,
    of_list,
    taxes_in,
    there,
    there_of,
)
from connector.errors import UNREADABLE, RecordError, UnreadableAnswerError
from connector.jobs.books.linked import posted_day
from connector.jobs.books.sides import BothSides
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body, Json, JsonArray, by_id, each_read, passed_over
from connector.model.books.documents import BooksPeriod
from connector.model.books.kinds import OF_LINK, OF_TARGET, TAXED
from connector.model.cursor import PageCursor
from connector.model.flows.misread import with_more
from connector.model.links import Link
from connector.quickbooks.query import at_least, at_most, select
from connector.quickbooks.reading.next_page import WHOLE, PassedOver, next_page

PAGE = 500
NAMED = 100
"""So many documents are asked for by their ids at once."""
HERE, THERE, MISSING = "here", "there", "missing"
type _Said = tuple[Body, list[tuple[str, Decimal]]]
"""What a document says of money, as it is kept, and its sales tax by rate."""


@dataclass
class BooksReading:
    """One proven match as it is read; `held` is its head, saved after each step.

    run: whose clients and clock it uses.
    match_id: its name.
    period: the days that are compared.
    """

    run: Run
    match_id: str
    period: BooksPeriod
    held: Body

    def step(self) -> bool:
        """Read the next page or list; False when all is read."""
        steps = [(THERE, target) for target in OF_TARGET]
        steps += [(HERE, entity) for entity in money_lists()]
        steps += [(MISSING, target) for target in OF_TARGET]
        for side, name in steps:
            if f"{side}-{name}" not in self.held["read"]:
                {THERE: self._page, HERE: self._list, MISSING: self._ask_for_missing}[side](name)
                return True
        return False

    def sides(self) -> BothSides:
        """Return both sides as they were read."""
        found = BothSides(self.run, self.period, there={})
        found.in_part = frozenset(self.held["in_part"])
        for entity in (one for one in money_lists() if one not in self.held["off"]):
            records = list(self._kept(f"{HERE}-{entity}"))
            found.here[entity] = {own: here_of(one) for own, one in records if one}
            found.unreadable |= {(entity, own) for own, one in records if not one}
        for target in OF_TARGET:
            rows = {own: there_of(one) for own, one in self._kept(f"{THERE}-{target}")}
            found.there = {**(found.there or {}), target: rows}
            asked = list(self._kept(f"{MISSING}-{target}"))
            found.missing |= {(target, own) for own, one in asked if one is None}
            rows |= {own: there_of(one) for own, one in asked if one}
        return found

    def _kept(self, part: str) -> Iterator[JsonArray]:
        store = self.run.store.books
        for _, rows in store.read_part(self.run.connection_id, self.match_id, part):
            yield from rows

    def _save(self, part: str, page: str, rows: Sequence[object]) -> None:
        store = self.run.store.books
        store.save_page(self.run.connection_id, self.match_id, part, page, rows)

    def _done(self, part: str, more: Body) -> None:
        self._keep({"read": [*self.held["read"], part], **more})

    def _keep(self, changed: Body) -> None:
        self.held |= changed
        self.run.store.books.save_head(self.run.connection_id, self.match_id, self.held)
        self.run.checkpoint("match saved")

    # QuickBooks

    def _page(self, target: str) -> None:
        """Read one page of QuickBooks' documents of the period (a metered call)."""
        walk = self._walk(target)
        conditions = [at_most("TxnDate", self.period.last)]
        if self.period.first:
            conditions.insert(0, at_least("TxnDate", self.period.first))
        page = next_page(self.run.pages, select(target, *conditions, order_by="Id"), walk)
        calls = int(self.held["calls"]) + 1
        if isinstance(page, PassedOver):
            self._note_unread(page.why, {"walk": to_builtins(walk.beyond()), "calls": calls})
            return
        if not walk.joins(page.rows):
            self._keep({"walk": to_builtins(walk.stepped_back()), "calls": calls})
            return
        fresh = walk.fresh(page.rows)
        said = self._said_by(target, fresh)
        rows = [[own, kept] for own, (kept, _) in said.items()]
        self._save(f"{THERE}-{target}", f"{walk.start:09d}", rows)
        count = int(self.held["rows"]) + len(fresh)
        self._add_taxes(target, [tax for _, taxes in said.values() for tax in taxes])
        if page.full:
            after = to_builtins(walk.after(page.rows))
            self._keep({"walk": after, "calls": calls, "rows": count})
        else:
            self._done(f"{THERE}-{target}", {"walk": None, "calls": calls, "rows": count})

    def _said_by(self, target: str, rows: Iterable[Json]) -> dict[str, _Said]:
        """Return what documents say, by id; those that cannot be read are named."""
        said, wrong = each_read(by_id(rows), _said)
        unread = (passed_over(target, own, why) for own, why in wrong.items())
        self.held |= with_more(self.held, unread)
        return said

    def _add_taxes(self, target: str, taxes: Iterable[tuple[str, Decimal]]) -> None:
        """Add up the sales tax of a page by its rates, as QuickBooks' tax lines say it."""
        found = {rate: Decimal(amount) for rate, amount in self.held["taxes"].items()}
        sign = TAXED.get(OF_TARGET[target], 0)
        for rate, amount in taxes if sign else ():
            found[rate] = found.get(rate, Decimal(0)) + sign * amount
        self.held["taxes"] = {rate: str(amount) for rate, amount in sorted(found.items())}

    def _walk(self, target: str) -> PageCursor:
        kept = self.held.get("walk")
        if not kept or kept["source"] != target:
            return PageCursor(source=target, since=None)
        return convert(kept, PageCursor)

    def _ask_for_missing(self, target: str) -> None:
        """Ask by id for linked documents that the pages of the period lack: gone, or moved.

        A metered call for each hundred; none where none is missing.
        """
        read = {own for own, _ in self._kept(f"{THERE}-{target}")}
        calls = int(self.held["calls"])
        lacking = (one for one in _linked(self.run, target, self.period) if one not in read)
        for count, ids in enumerate(batched(lacking, NAMED, strict=False)):
            found, asked, unread = self._by_ids(target, ids)
            calls += asked
            said = self._said_by(target, found.values())
            rows = [
                [own, said[own][0] if own in said else None]
                for own in ids
                if own in said or own not in unread | found.keys()
            ]
            self._save(f"{MISSING}-{target}", f"{count:09d}", rows)
        self._done(f"{MISSING}-{target}", {"calls": calls})

    def _by_ids(
        self, target: str, ids: Sequence[str]
    ) -> tuple[dict[str, Json], int, frozenset[str]]:
        """Return documents by their ids, what it cost, and those that cannot be read.

        Where some cannot be read together they are asked for by halves.
        """
        try:
            page = self.run.pages.page(select(target, Id=list(ids)), start=1, size=WHOLE)
        except UNREADABLE:
            if len(ids) == 1:
                return {}, 1, frozenset(ids)
            half = len(ids) // 2
            first, second = (self._by_ids(target, some) for some in (ids[:half], ids[half:]))
            return first[0] | second[0], 1 + first[1] + second[1], first[2] | second[2]
        return {str(row["Id"]): row for row in page.rows}, 1, frozenset()

    def _note_unread(self, why: str, more: Body) -> None:
        self._keep({**with_more(self.held, [why]), **more})

    # MobiWork

    def _list(self, entity: str) -> None:
        """Read one list of MobiWork to its end: no metered call."""
        flow = next(one for one in money_flows() if one.entity == entity)
        office = RecordContext(self.run.settings, self.run.company, self.run.connected_on)
        count, part = 0, f"{HERE}-{entity}"
        self.run.store.books.drop_part(self.run.connection_id, self.match_id, part)
        if self.run.mobiwork.supports(entity, "list"):
            listed = self.run.mobiwork.records(entity, flow.records.filters)
            listed = self._as_far_as_it_goes(entity, listed)
            for page, some in enumerate(batched(listed, PAGE, strict=False)):
                found = [(one.id, of_list(one, office, self._today)) for one in some if one.id]
                rows = [[own, kept_here(one) if one else None] for own, one in found]
                self._save(part, f"{page:09d}", rows)
                count += len(some)
        else:
            self.held["off"] = [*self.held["off"], entity]
        self._done(part, {"records": int(self.held["records"]) + count})

    def _as_far_as_it_goes(self, entity: str, listed: Iterator[RawRecord]) -> Iterator[RawRecord]:
        """Yield the records of a list; one that cannot be read is named, and all others come.

        What such a list lacks is not known to be deleted.
        """
        try:
            yield from listed
        except (RecordError, UnreadableAnswerError) as error:
            self.held["in_part"] = [*self.held["in_part"], entity]
            self._note_unread(str(error), {})

    @property
    def _today(self) -> date:
        return BothSides(self.run, self.period).today


def _said(row: Json) -> _Said:
    """Return what a document says of money, as it is kept, and its sales tax."""
    return kept_there(there(row)), list(taxes_in(row))


def _linked(run: Run, target: str, period: BooksPeriod) -> Iterator[str]:
    """Yield the ids of linked documents of an entity that were posted within the period."""
    for entity in OF_LINK:
        after = ""
        while page := run.store.links.read_some(
            run.connection_id, entity, after=after, limit=NAMED
        ):
            after = max(page)
            for link in page.values():
                if isinstance(link, Link) and link.target == target:
                    day = posted_day(link)
                    if day is not None and period.holds(day):
                        yield link.quickbooks_id.partition("-")[0]

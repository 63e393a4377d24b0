"""Matching what both sides hold: QuickBooks' documents are read once page by page, then compared.

Each step is durable before the next begins, so that whoever is killed goes on where he stood;
nothing is written on either side. Lists of QuickBooks that are pulled anyway are not read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from connector.changes.documents import said_since
from connector.changes.matching import typed_before
from connector.changes.matching.compared import Comparison
from connector.changes.matching.facts import (
    Here,
    Pool,
    here,
    latest_facts,
    matched_targets,
    pools,
    pulled,
    readable_facts,
)
from connector.changes.matching.since import caught_up, is_out_of_reach
from connector.engine.run import Run
from connector.entities.recognitions import BESIDE, IN_ADVANCE, LINES, NEVER_POSTED, TYPED
from connector.entities.typed.beside import TYPED_BESIDE
from connector.model.body import Body
from connector.model.connection import Mode, Phase
from connector.model.cursor import PageCursor
from connector.model.flows.misread import with_more
from connector.model.matching.comparison import Grade
from connector.model.matching.evidence import IN_A_YEAR, Facts, day_key
from connector.model.matching.matches import MatchDecision
from connector.model.matching.scoring import DAY
from connector.model.matching.sums import PAIR
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.widening import started_at
from connector.observability import logger
from connector.quickbooks.query import at_least, select
from connector.quickbooks.reading.next_page import PassedOver, next_page

READ_AS = 5
"""Which facts are kept of what was read; what an older version kept is read again."""
KEPT_FOR_GOOD = ("compared", "compared_at", "counts", "started")
"""What is kept of a reading when QuickBooks is read again."""
READ_BEFORE = 31
"""So many days before the oldest document of MobiWork QuickBooks is read: its number may tell."""


@dataclass(frozen=True)
class Looked:
    """What matching did: whether there is more to do, what it cost, and how sure it is of what.

    calls, rows: metered calls and rows read in QuickBooks since that reading began.
    more: whether there is more to do.
    found: how many matches, by grade.
    """

    more: bool
    calls: int
    rows: int
    found: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> Body:
        """Return it as the answer of the task."""
        return {
            "more": self.more,
            "calls": self.calls,
            "rows": self.rows,
            "found": dict(self.found),
        }


def match_records(run: Run) -> Looked:
    """Match all records that are not linked, or ask to be called again.

    Where the connection has left the phase in which the run began it ends within a page, and leaves
    what others compare meanwhile as it is; it is not compared to its end then.

    Raises:
        RetriableError: QuickBooks does not answer.
        ConnectionBrokenError: the authorisation is gone.
    """
    if not run.goes_on():
        return Looked(more=False, calls=0, rows=0)
    look = _MatchingLook(run)
    for pool in (one for one in pools() if not look.is_matched(one)):
        if run.out_of_time() or not look.bring_to_end(pool):
            return look.result(more=run.goes_on())
    if not run.goes_on():
        return look.result(more=False)
    look.end()
    found = look.result(more=False)
    logger.info("matched", calls=found.calls, rows=found.rows, found=dict(found.found))
    return found


class _MatchingLook:
    """The look at both sides of one connection as it stands, kept after each step."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kept = run.store.matches.look(run.connection_id)
        started = started_at(self._kept)
        if self._kept.get("read_as") != READ_AS or is_out_of_reach(self._kept, run.now()):
            self._begin_again()
        if self._kept.get("run") != run.run_id:
            self._kept = caught_up(run, self._kept) or self._begin_again()
            began = {"at": run.now().isoformat(), "version": self._version()}
            before = {"matched": [], "live": False, "started": started}
            self._keep({"run": run.run_id, **before, "began": began})

    def _version(self) -> int:
        """Return for which version of the settings all is compared: a list may be read in part."""
        run = self._run
        found = run.store.runs.found(run.connection_id, run.run_id)
        if any(one.get("more") for one in found.values()):
            return int((self._kept.get("compared") or {"version": 0})["version"])
        return run.saved.version

    def _begin_again(self) -> Body:
        """Forget what was read of QuickBooks, so that all of it is read again."""
        for target in (*matched_targets(), *NEVER_POSTED, *LINES):
            self._run.store.matches.drop_facts(self._run.connection_id, target)
        began: Body = {"at": self._run.now().isoformat(), "read_as": READ_AS, "unread": []}
        before = {one: self._kept[one] for one in KEPT_FOR_GOOD if one in self._kept}
        self._kept = before | began | {"read": [], "from": {}, "calls": 0, "rows": 0}
        return self._kept

    def end(self) -> None:
        """Note that all was compared, with what, and whether that was after the start.

        What was compared first after a start says when that was. Documents that records were said
        to be as another kind, or in a sum, are watched from then on at the latest.
        """
        run = self._run
        every = (run.store.matches.read_all(run.connection_id, one.target) for one in pools())
        for kind in {one.said_to_be for some in every for one in some}:
            if kind:
                run.store.matches.watch(run.connection_id, kind)
        compared = {"compared": self._kept["began"]} if "began" in self._kept else {}
        live, now = self._run.phase is Phase.LIVE, self._run.now().isoformat()
        started = self._kept.get("started") or now if live else None
        self._keep({"live": live, "started": started, **compared})

    def _started(self) -> date:
        """Return the day of the start: that of the first comparison after it."""
        run, started = self._run, self._kept.get("started")
        moment = datetime.fromisoformat(started) if started else run.now()
        return day_of(moment, zone_of(run.settings, run.company))

    def result(self, *, more: bool) -> Looked:
        """Return what was done; how sure it is of what is counted at the end."""
        calls, rows = int(self._kept["calls"]), int(self._kept["rows"])
        return Looked(more, calls, rows, {} if more else counted(self._run))

    def is_read(self, target: str) -> bool:
        """Tell whether QuickBooks' side was read."""
        return target in self._kept["read"]

    def _reaches(self, target: str, ours: Iterable[Here]) -> bool:
        """Tell whether what was read goes back far enough for some records of MobiWork."""
        since, wanted = self._kept["from"].get(target, ""), _oldest(target, ours)
        return not since or not wanted or since <= wanted

    def is_matched(self, pool: Pool) -> bool:
        """Tell whether a pool was brought to its end in this run."""
        return pool.target in self._kept["matched"]

    def bring_to_end(self, pool: Pool) -> bool:
        """Read what is to be read of a pool and match it; False when the time is up."""
        ours = list(here(self._run, pool))
        theirs = pulled(self._run, pool) if ours else []
        wanted = ours or self._begins_with(pool)
        if wanted and not theirs and not self._read(pool.target, ours):
            return False
        if self._run.out_of_time():
            return False
        compared = Comparison(self._run, pool, ours, theirs or self._facts(pool.target))
        if not self._compare_beside(pool, ours, compared):
            return False
        at = self._run.now().isoformat()
        found = compared.matches(at)
        if not self._run.goes_on():
            return False
        self._run.store.matches.replace_all(self._run.connection_id, pool.target, found)
        if self._run.phase is Phase.LIVE:
            typed_before.keep(self._run, pool.target, compared, self._started())
        self._ask_about_what_changed(pool)
        self._run.checkpoint("matches saved")
        self._keep({"matched": [*self._kept["matched"], pool.target], "compared_at": at})
        return True

    def _ask_about_what_changed(self, pool: Pool) -> None:
        """Ask about records that were said to be documents which say something else now."""
        run, target = self._run, pool.target
        every = run.store.matches.read_all(run.connection_id, target)
        for kind in sorted({one.said_to_be or "" for one in every}):
            if self.is_read(kind):
                since = str(self._kept["from"].get(kind, ""))
                facts, at = self._facts(kind), run.now()
                kinds = (target, kind)
                said_since.ask_as_read(run.connection_id, kinds, facts, since, run.store, at)

    def _begins_with(self, pool: Pool) -> bool:
        """Tell whether MobiWork has none of a kind yet that may be typed in QuickBooks already."""
        run = self._run
        live = run.phase is Phase.LIVE and run.mode is not Mode.REVIEW
        first = live and not self._kept.get("started")
        on = any(one.name not in run.settings.flows_off for one in pool.flows)
        return first and on and pool.target in TYPED

    def _compare_beside(self, pool: Pool, ours: Sequence[Here], compared: Comparison) -> bool:
        """Compare what is nothing of its kind there with other kinds, one after the other.

        Each is read only where there is such a record, or one that was said to be some of it, and
        once after the start: what was typed so before may be what MobiWork dates later. False when
        the time is up.
        """
        before = self._run.store.matches.read_all(self._run.connection_id, pool.target)
        said = {one.owner: one.said_to_be for one in before}
        begins = self._begins_with(pool)
        for one in BESIDE.get(pool.target, ()):
            left = compared.like_nothing_there()
            rest = [
                each
                for each in left
                if each.flow not in one.never and (each.on_account or not one.on_account)
            ]
            if one.once_paid and not self.is_read(one.target):
                rest = compared.paid_here(rest)
            wanted = [*rest, *(each for each in ours if said.get(each.owner) == one.target)]
            kept = begins and one.target in TYPED_BESIDE and not one.once_paid
            if (wanted or kept) and not self._read(one.target, wanted):
                return False
            others = self._facts(one.target) if rest or kept else []
            if kept:
                typed_before.keep_beside(self._run, one.target, others, self._started())
            if not rest:
                continue
            if one.target in NEVER_POSTED:
                there = sum(not each.voided for each in others)
                self._keep({"beside": {**self._kept.get("beside", {}), one.target: there}})
            compared.with_others(rest, one, others)
        return True

    def _facts(self, target: str) -> list[Facts]:
        """Return QuickBooks' facts as they were read last."""
        return latest_facts(self._run.store.matches.read_facts(self._run.connection_id, target))

    def _read(self, target: str, ours: Sequence[Here]) -> bool:
        """Read QuickBooks' side to its end, from the day of the oldest of ours on.

        What was read from a later day on is read again. False when the time is up.
        """
        if self.is_read(target) and not self._reaches(target, ours):
            self._keep({"read": [one for one in self._kept["read"] if one != target]})
        while not self.is_read(target):
            if self._run.out_of_time() or not self._run.goes_on():
                return False
            self._read_page(target)
        return True

    def _read_page(self, target: str) -> None:
        """Read one page (a metered call) and keep its facts before the cursor moves."""
        walk, since = self._walk(target)
        store, connection_id = self._run.store.matches, self._run.connection_id
        if walk == PageCursor(source=target, since=None):
            store.drop_facts(connection_id, target)
        conditions = [at_least("TxnDate", date.fromisoformat(since))] if since else []
        statement = select(target, *conditions, order_by="Id")
        page = next_page(self._run.pages, statement, walk)
        self._kept["calls"] = int(self._kept["calls"]) + 1
        if isinstance(page, PassedOver):
            unread = with_more(self._kept, [page.why])
            self._keep({"walk": _kept_walk(walk.beyond(), since), **unread})
            return
        if not walk.joins(page.rows):
            self._keep({"walk": _kept_walk(walk.stepped_back(), since)})
            return
        fresh = walk.fresh(page.rows)
        facts, misread = readable_facts(target, fresh)
        store.save_facts(connection_id, target, f"{walk.start:09d}", facts)
        self._run.checkpoint("page saved")
        before = self._kept.get("counts", {})
        held = len(fresh) + (int(before.get(target, 0)) if walk.start > 1 else 0)
        rows = int(self._kept["rows"]) + len(fresh)
        told: Body = {"rows": rows, "counts": {**before, target: held}}
        if misread:
            told |= with_more(self._kept, misread.values())
        if page.full:
            self._keep({"walk": _kept_walk(walk.after(page.rows), since), **told})
        else:
            read, days = [*self._kept["read"], target], {**self._kept["from"], target: since}
            self._keep({"walk": None, "read": read, "from": days, **told})

    def _walk(self, target: str) -> tuple[PageCursor, str]:
        kept = self._kept.get("walk")
        if kept and kept["source"] == target:
            walk = PageCursor(
                source=target,
                since=None,
                start=kept["start"],
                back=kept["back"],
                rows=tuple(kept["rows"]),
            )
            return walk, kept["day"]
        compared_with = (one for one in pools() if target in _read_for(one))
        ours = [each for one in compared_with for each in here(self._run, one)]
        month = (self._started() - timedelta(days=READ_BEFORE)).isoformat()
        return PageCursor(source=target, since=None), _oldest(target, ours) if ours else month

    def _keep(self, changed: Body) -> None:
        """Keep how far it is, unless others compare for the phase that the connection is in now."""
        self._kept |= changed
        if self._run.goes_on():
            self._run.store.matches.save_look(self._run.connection_id, self._kept)


def _read_for(pool: Pool) -> set[str]:
    """Return what is read of QuickBooks for the records of a pool."""
    return {pool.target, *(one.target for one in BESIDE.get(pool.target, ()))}


def _kept_walk(walk: PageCursor, day: str) -> Body:
    return {
        "source": walk.source,
        "start": walk.start,
        "back": walk.back,
        "rows": list(walk.rows),
        "day": day,
    }


def _oldest(target: str, ours: Iterable[Here]) -> str:
    """Return from which day on documents may be the same; empty for records without days."""
    said = (day for one in ours for day in one.facts.said.get(DAY, ()))
    days = [day for one in said if (day := day_key(one))]
    if not days:
        return ""
    in_advance = target in IN_ADVANCE and len(days) > PAIR
    before = IN_A_YEAR if in_advance else READ_BEFORE
    return (date.fromisoformat(min(days)) - timedelta(days=before)).isoformat()


def counted(run: Run) -> dict[str, int]:
    """Count the matches that nobody decided on, by how sure they are."""
    found = {grade.value: 0 for grade in Grade}
    for pool in pools():
        for one in run.store.matches.read_all(run.connection_id, pool.target):
            found[one.grade.value] += one.decision is MatchDecision.UNDECIDED
    return found

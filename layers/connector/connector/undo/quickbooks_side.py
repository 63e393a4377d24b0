"""Taking back in QuickBooks what a run wrote there: intent, write, link; each repairable.

An entry is BEGUN before anything is sent for it. Every write carries the SyncToken of the record
as it was read, so QuickBooks takes it at most once; after a lost answer the record itself tells.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256

from connector.engine.run import Run
from connector.entities.registry import PUSH_NAMED
from connector.entities.shared.documents import hash_as_shown, tax_of
from connector.errors import (
    RecordError,
    RejectedError,
    RemoteDownError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.model.body import NOT_FOUND, Body, Json
from connector.model.links import Link
from connector.model.undoing.undo import UndoEntry, UndoStep, UndoWay
from connector.undo import reading, rules
from connector.undo.needed import Needed

STEPS = ("intent saved", "answer received", "link saved")
"""The durable steps; a crash after any of them must leave the record undone once."""
TRIES = 3
BUSY = "Somebody keeps changing it in QuickBooks; nothing was changed."


class NotUndoneError(Exception):
    """The record stays as it is; the text says why."""


@dataclass(frozen=True)
class TakingBack:
    """One record of QuickBooks that is taken back.

    run: the job that is at it.
    entry: what was planned; link: its link as it stands.
    needed: what documents need that stay.
    """

    run: Run
    entry: UndoEntry
    link: Link
    needed: Needed

    def done(self) -> Json | None:
        """Bring the record to what was planned and return it as it is then; None when it is gone.

        Raises:
            NotUndoneError: it stays as it is.
            RetriableError: QuickBooks does not answer.
        """
        for _ in range(TRIES):
            there = reading.read_one(self.run, self.link.target, self.link.quickbooks_id)
            if self.entry.step is UndoStep.BEGUN and self._is_done(there):
                return there
            why = self._why_kept(there)
            if there is None or why:
                raise NotUndoneError(why or BUSY)
            self._note_begun()
            try:
                return self._written(there)
            except StaleSyncTokenError:
                continue
        raise NotUndoneError(BUSY)

    def _note_begun(self) -> None:
        """Keep the intent, before anything is sent."""
        run, entry = self.run, self.entry
        run.store.undos.note(run.connection_id, str(run.about), entry, UndoStep.BEGUN, entry.why)
        run.checkpoint("intent saved")

    def _is_done(self, there: Json | None) -> bool:
        match self.entry.way:
            case UndoWay.DELETE:
                return there is None
            case UndoWay.DEACTIVATE:
                return there is not None and not there.get("Active", True)
            case _:
                return there is not None and rules.holds(there, self._given_back())

    def _why_kept(self, there: Json | None) -> str | None:
        if self.entry.way is UndoWay.RESTORE:
            return rules.why_not_restored(self.link, there, self.entry.after)
        kept = self.link.gone or rules.why_kept(self.link, there, self.run.company)
        return kept or self.needed.why(self.link)

    def _written(self, there: Json) -> Json | None:
        """Write, and look at the record where the answer is lost."""
        try:
            answer = self._send(there)
        except (RemoteDownError, UnreadableAnswerError) as error:
            if not error.unknown_outcome:
                raise
            now = reading.read_one(self.run, self.link.target, self.link.quickbooks_id)
            if not self._is_done(now):
                raise
            answer = now
        except RejectedError as error:
            if error.code == NOT_FOUND and self.entry.way is UndoWay.DELETE:
                return None
            raise NotUndoneError(str(error)) from error
        except RecordError as error:
            raise NotUndoneError(str(error)) from error
        self.run.checkpoint("answer received")
        return answer

    def _send(self, there: Json) -> Json | None:
        books, target, own = self.run.quickbooks, self.link.target, self.link.quickbooks_id
        token = str(there["SyncToken"])
        key = self._request_id(token)
        if self.entry.way is UndoWay.DELETE:
            books.delete(target, own, sync_token=token, requestid=key)
            return None
        changes = {"Active": False}
        if self.entry.way is UndoWay.RESTORE:
            changes = self._given_back()
        body = {"Id": own, "SyncToken": token, "sparse": True} | self._required() | changes
        return books.update(target, body, requestid=key)

    def _given_back(self) -> Body:
        """Return what is sent to restore a record; what it did not hold is emptied."""
        clears = {
            member: empty
            for one in PUSH_NAMED[self.entry.flow].fields
            for member, empty in one.clears.items()
        }
        return {
            name: clears.get(name, "") if was is None else was
            for name, was in self.entry.before.items()
        }

    def _required(self) -> Body:
        """Return the members that every update of the entity must carry (reference 7.1)."""
        updating = PUSH_NAMED[self.entry.flow].updating
        names = updating.required if updating else frozenset()
        return {name: self.link.base[name] for name in names if name in self.link.base}

    def _request_id(self, token: str) -> str:
        """Return QuickBooks' idempotency key of one write, the same for every attempt of it."""
        parts = ("undo", self.run.connection_id, str(self.run.about), self.entry.way)
        text = "\n".join((*parts, self.link.target, self.link.quickbooks_id, token))
        return sha256(text.encode()).hexdigest()[:40]


def restored(link: Link, entry: UndoEntry, there: Json, drift: str) -> Link:
    """Return a link with what QuickBooks holds since it was restored.

    What MobiWork says otherwise is agreed to differ: neither side is changed by that again.
    """
    fields = PUSH_NAMED[entry.flow].fields
    base = dict(link.base)
    for name, was in entry.before.items():
        if was is None:
            base.pop(name, None)
        else:
            base[name] = was
    moved = [one for one in fields if entry.before.keys() & set(one.members)]
    total = there.get("TotalAmt")
    return replace(
        link,
        base=base,
        sync_token=str(there["SyncToken"]),
        in_quickbooks=dict(link.in_quickbooks) | {one.name: one.quickbooks(base) for one in moved},
        total=None if total is None else Decimal(str(total)),
        tax=None if total is None else tax_of(there),
        shown=hash_as_shown(there),
        drift=drift,
    )

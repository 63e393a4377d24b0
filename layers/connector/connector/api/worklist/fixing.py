"""Fixes: what one does is told first, then it is done to some entries or to all of a cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.api.choosing import settings as choosing
from connector.api.choosing.settings import SettingsChange
from connector.api.sent_ids import SentEntry
from connector.api.worklist.fixes import (
    activating,
    approving,
    recalling,
    records,
    same,
    settings,
    undone,
)
from connector.api.worklist.fixes.doing import Doing, Effect, Fixer, FixWanted
from connector.api.worklist.offers import fits, offers
from connector.api.worklist.reading import OpenEntry, chosen
from connector.api.worklist.words import title_of
from connector.changes import doorbell
from connector.changes.company import ask_whether_open
from connector.engine.run import LONGEST
from connector.engine.stores import DYNAMODB, Store
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.connection import Phase
from connector.model.ids import FlowName, RecordId
from connector.model.outcomes import Sum, by_kind, over_kinds
from connector.model.worklist.fixes import ASKED, FixKind
from connector.store import connections
from connector.store import settings as saved

if TYPE_CHECKING:
    from connector.services import Services

MOST = 500
FIXERS: Mapping[FixKind, Fixer] = {
    FixKind.RETRY: records.RETRY,
    FixKind.APPROVE: approving.APPROVE,
    FixKind.LINK: records.LINK,
    FixKind.SAME: same.SAME,
    FixKind.CREATE_AS: records.CREATE_AS,
    FixKind.CHOOSE: settings.CHOOSE,
    FixKind.ACTIVATE: activating.ACTIVATE,
    FixKind.POST_AS_CREDIT: settings.POST_AS_CREDIT,
    FixKind.KEEP_QUICKBOOKS: records.KEEP_QUICKBOOKS,
    FixKind.KEEP_MOBIWORK: records.KEEP_MOBIWORK,
    FixKind.UPDATE: records.UPDATE,
    FixKind.RECALL: recalling.RECALL,
    FixKind.POST_AGAIN: undone.POST_AGAIN,
    FixKind.DONE_BY_HAND: records.BY_HAND,
    FixKind.LEAVE_OUT: records.LEAVE_OUT,
}


WRITING = frozenset({FixKind.ACTIVATE, FixKind.APPROVE, FixKind.POST_AGAIN, FixKind.RECALL})
"""Fixes that write in QuickBooks at once, or let be written what was shown."""
SLOW = frozenset({FixKind.POST_AGAIN, FixKind.RECALL})
"""Fixes that call QuickBooks for each of their entries."""
SLOW_MOST = 20
"""So many of those are done at once, within the time of one request."""


class FixOf(BaseModel):
    """What is to be done, about which entries: some by their ids, or all of a cause."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fix: FixKind = Field(description="One of those that the entries offer.")
    cause: str | None = Field(default=None, description="The key of a cause: all its entries.")
    entries: tuple[SentEntry, ...] = Field(
        default=(), max_length=MOST, description="Ids of entries, such as push_invoices/5501."
    )
    target: str | None = Field(
        default=None,
        max_length=500,
        description="What it is done with: an id, a name, or what is chosen.",
    )
    why: str | None = Field(default=None, max_length=500, description="The reason, in your words.")
    preview: bool = Field(default=True, description="Whether only to tell what it would do.")
    seen: str | None = Field(
        default=None,
        max_length=64,
        description="`seen` of the preview: it is only done if it is still just that.",
    )


@dataclass(frozen=True)
class Fixed:
    """What a fix did, or would do.

    Attributes:
        preview: Whether nothing was done yet.
        tells: What it does, in sentences.
        entries: How many entries it is about, and what they come to.
        reads, writes: Metered reads and writes in QuickBooks that it takes.
        left: How many entries of the cause are left for another call.
        seen: Stands for all of this: a fix that is asked for with it is only done as it was told.
    """

    preview: bool
    tells: tuple[str, ...]
    entries: Sum
    reads: int
    writes: int
    left: int
    seen: str | None = None


def fix(services: "Services", connection_id: str, asked: FixOf, *, by: str) -> Fixed:
    """Tell what a fix would do, or do it; a look at both sides is asked for afterwards.

    Raises:
        RequestError: the entries are not there, or it does not fit them; nothing was done.
        ConflictError: it does not go together with how things stand; nothing was done.
        RecordError, RetriableError: QuickBooks refuses it or does not answer.
    """
    _refuse_at_rest(connection_id, asked)
    doing = _doing(services, connection_id, by)
    done = carry_out(doing, asked)
    if not done.preview:
        doorbell.look_now(services.bell, connection_id)
    return done


def _refuse_at_rest(connection_id: str, asked: FixOf) -> None:
    """Refuse what writes in QuickBooks at once while nothing is written there."""
    phase = connections.read(connection_id).phase
    at_rest = asked.fix in WRITING and phase is not Phase.LIVE
    if not asked.preview and (at_rest or phase is Phase.CLOSED):
        raise ConflictError(
            f"The connection is {phase}, so nothing can be written in QuickBooks. Nothing was done."
        )


def carry_out(doing: Doing, asked: FixOf) -> Fixed:
    """Tell what a fix would do, or do it; who asked is kept before anything is done.

    Raises:
        ConflictError: it is not any more what a person has seen of it.
    """
    if asked.fix is FixKind.TAKE_BACK:
        return _take_back(doing, asked)
    entries, left = _entries_of(doing, asked)
    hint = _hint(asked.fix, entries)
    wanted, fixer = FixWanted(entries, asked.target, asked.why, hint), FIXERS[asked.fix]
    effect = fixer.tells(doing, wanted)
    seen = _seen(effect, entries)
    total = over_kinds(by_kind((one.item.flow, Sum(1, one.item.worth)) for one in entries))
    if not asked.preview:
        if asked.seen not in {None, seen}:
            raise ConflictError(
                "The result would be different now, so nothing was done. Check it again."
            )
        _note(doing, asked, entries, effect)
        fixer.does(doing, wanted)
    return Fixed(asked.preview, effect.sentences, total, effect.reads, effect.writes, left, seen)


def _seen(effect: Effect, entries: Sequence[OpenEntry]) -> str:
    """Return what stands for the entries of a fix, each as it was read, and what it tells."""
    read = [f"{one.id} {one.item.fingerprint}" for one in entries]
    return sha256("\n".join((*effect.sentences, *read)).encode()).hexdigest()[:32]


def _entries_of(doing: Doing, asked: FixOf) -> tuple[list[OpenEntry], int]:
    most = SLOW_MOST if asked.fix in SLOW else MOST
    return chosen(
        doing.connection_id,
        asked.cause,
        asked.entries,
        doing.store,
        most=most,
        fits=lambda one: fits(asked.fix, one),
    )


def _hint(fix: FixKind, entries: Sequence[OpenEntry]) -> str:
    """Say what a fix may be done with, as the first entry offers it that does; else nothing."""
    for one in (offered for entry in entries for offered in offers(entry)):
        if one.fix is fix and (one.target or one.asks):
            return f', such as "{one.target}"' if one.target else f": {one.asks}"
    return ""


def _note(doing: Doing, asked: FixOf, entries: Sequence[OpenEntry], effect: Effect) -> None:
    values = {"cause": title_of(entries[0].cause), "effect": " ".join(effect.sentences)}
    values |= {"why": asked.why} if asked.why else {}
    owners = [(one.item.flow, one.item.record_id) for one in entries]
    doing.note(ASKED[asked.fix], owners, values)


def _take_back(doing: Doing, asked: FixOf) -> Fixed:
    """Take instructions back; what was left out for them is planned again."""
    own = [one.partition("/")[::2] for one in asked.entries]
    wrong = [
        Wrong(f"#/entries/{place}", "There is no decision about it to undo.")
        for place, (flow, record_id) in enumerate(own)
        if not doing.store.instructions.read_many(doing.connection_id, flow, [record_id])
    ]
    if wrong or not own:
        raise RequestError.of_several("Choose records that have a decision.", wrong)
    if not asked.preview:
        for flow, record_id in own:
            doing.store.instructions.take_back(doing.connection_id, flow, record_id)
            doing.store.left_out.replay_some(doing.connection_id, flow, [record_id])
            doing.store.pending.replay(doing.connection_id, flow, record_id)
        # A worker that read the instruction may leave the record out after this.
        doing.store.settings.replay_later(doing.connection_id, datetime.now(UTC) + LONGEST)
        doing.note(ASKED[FixKind.TAKE_BACK], own, {})
    told = f"The decision about {len(own)} record(s) is undone; they are planned again."
    return Fixed(asked.preview, (told,), Sum(len(own)), 0, 0, 0)


def _doing(services: "Services", connection_id: str, by: str, store: Store = DYNAMODB) -> Doing:
    connection = connections.read(connection_id)
    realm_id = connection.realm_id
    version = saved.read_saved(connection_id).version  # before anything is worked out from them

    def save(changed: Mapping[str, object]) -> None:
        asked = SettingsChange.model_validate(
            {"version": version, "settings": changed, "confirm_unknown": True}
        )
        choosing.change(services, connection_id, asked, saved_by=by)

    def note(
        what: str, owners: Sequence[tuple[FlowName, RecordId]], values: Mapping[str, str]
    ) -> None:
        activity.note(connection_id, by=by, what=what, after=dict(values) or None, records=owners)

    def read_books() -> None:
        client = services.quickbooks(connection_id, realm_id, urgent=True)
        ask_whether_open(connection_id, client, now=datetime.now(UTC), store=store)

    return Doing(
        connection_id=connection_id,
        by=by,
        store=store,
        now=datetime.now(UTC),
        open_quickbooks=lambda: services.quickbooks(connection_id, realm_id, urgent=True),
        is_here=lambda entity, own: services.mobiwork(connection).find(entity, own) is not None,
        read_books=read_books,
        save=save,
        note=note,
    )

"""What was typed or changed in QuickBooks since it was read for matching: one metered call."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from connector.changes.matching.cost import CDC_REACHES, JUST_READ
from connector.changes.matching.facts import pools, readable_facts
from connector.changes.poll import OVERLAP
from connector.changes.unread import untold
from connector.engine.run import Run
from connector.entities.typed.beside import TYPED_BESIDE
from connector.errors import QueryFailedError
from connector.model.body import Body, Json
from connector.model.connection import Mode
from connector.model.flows.misread import with_more
from connector.quickbooks.responses import ChangeData

GONE = {"gone": True}


def is_out_of_reach(kept: Json, now: datetime) -> bool:
    """Tell whether QuickBooks must be read (again): change data does not reach back so far."""
    return not kept.get("at") or now - _read_until(kept) > CDC_REACHES


def caught_up(run: Run, kept: Body) -> Body | None:
    """Keep the facts of what changed since a reading; return how far it reaches then.

    In review what was read just now serves as it is; before anything is created it does not. A kind
    that change data does not tell, or more of than an answer holds, must be read again; None where
    everything must.
    """
    now, since = run.now(), _read_until(kept)
    serves = run.mode is Mode.REVIEW and now - since < JUST_READ
    if not kept["read"] or serves:
        return kept
    pushed_only = (pool.target for pool in pools() if pool.pull is None)
    targets = tuple(dict.fromkeys([*pushed_only, *kept["read"]]))
    try:
        told = _asked(run, targets, since - OVERLAP, kept["read"])
    except QueryFailedError:
        return None
    saved = [_save(run, target, told.changes, now) for target in targets]
    rows, unread = sum(each for each, _ in saved), chain(*(misread for _, misread in saved))
    run.checkpoint("changes saved")
    calls = int(kept["calls"]) + told.calls
    read = [target for target in kept["read"] if target not in told.untold]
    known: Body = {"until": now.isoformat(), "calls": calls, "rows": int(kept["rows"]) + rows}
    return kept | known | {"read": read} | with_more(kept, unread)


def _asked(run: Run, targets: Sequence[str], since: datetime, read: Sequence[str]) -> untold.Told:
    """Return what changed; of what was read, kinds of which no answer holds all are untold."""
    told, alone = untold.ask_first(run.pages, targets, since, {}, apart=TYPED_BESIDE)
    if told.changes.truncated:
        alone = tuple(target for target in read if target not in told.untold)
    found = untold.ask_alone(run.pages, dict.fromkeys(alone, since))
    whole = [one for one in found.values() if one and not one.truncated]
    answers = [*whole, *([] if told.changes.truncated else [told.changes])]
    left = {kind: since for kind, one in found.items() if one is None or one.truncated}
    changes = untold.together(answers) if answers else replace(told.changes, records={}, deleted={})
    calls = told.calls + len(found)
    return untold.Told(changes=changes, untold={**told.untold, **left}, calls=calls)


def _read_until(kept: Json) -> datetime:
    return datetime.fromisoformat(kept.get("until") or kept["at"])


def _save(run: Run, target: str, changes: ChangeData, now: datetime) -> tuple[int, Sequence[str]]:
    """Keep the facts of changed records of one kind, and that others are gone.

    Return how many they are, and sentences of those that cannot be read.
    """
    rows = changes.records.get(target, ())
    said, unread = readable_facts(target, rows)
    facts = {one["id"]: one for one in said}
    told = [str(one["Id"]) for one in rows] + list(changes.deleted.get(target, ()))
    known = (own for own in dict.fromkeys(told) if own not in unread)
    page = [facts.get(own) or {"id": own, **GONE} for own in known]
    if page:
        name = f"since {now.isoformat()}"
        run.store.matches.save_facts(run.connection_id, target, name, page)
    return len(page), list(unread.values())

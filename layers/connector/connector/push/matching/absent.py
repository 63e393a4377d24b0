"""What MobiWork names in QuickBooks and is not there, as far as a review has read that side."""

from collections.abc import Iterable, Mapping

from connector.engine.run import Run
from connector.entities.registry import PULL_OF, PUSHED_LISTS
from connector.errors import RecordError
from connector.exact_json import decoded
from connector.model.body import MERGED_INTO, spoken
from connector.model.connection import Mode
from connector.model.ids import QuickBooksId, RecordId
from connector.model.links import RecordKey
from connector.model.pending import PendingItem
from connector.model.plans import Refuse, Wait
from connector.model.worklist.causes import Kind
from connector.push.planning import held

GONE = {"gone": True}


def not_there(target: str, quickbooks_id: QuickBooksId) -> RecordError:
    """Return the refusal of what names a record that QuickBooks does not have."""
    return RecordError(
        f"MobiWork says that it is {spoken(target)} {quickbooks_id} in QuickBooks, which does "
        "not exist there or is inactive. Clear its External ID in MobiWork to have it created, or "
        "make the record in QuickBooks active again.",
        cause=Kind.EXTERNAL_ID,
    )


def refused(
    run: Run, named: Mapping[RecordKey, tuple[str, QuickBooksId]]
) -> dict[RecordKey, Refuse | Wait]:
    """Return the refusals of records whose QuickBooks entity and id are known not to be there.

    None while that is not known without a metered call.
    """
    by_target: dict[str, set[QuickBooksId]] = {}
    for target, number in named.values():
        by_target.setdefault(target, set()).add(number)
    missing = {
        (target, one) for target, ids in by_target.items() for one in _absent(run, target, ids)
    }
    return {own: held(not_there(*one)) for own, one in named.items() if one in missing}


def _absent(run: Run, target: str, named: Iterable[QuickBooksId]) -> set[QuickBooksId]:
    """Return which ids QuickBooks does not have.

    A review has read all records that are pulled: what of them is neither to be pulled, nor left
    out of that, nor linked, does not exist. What was merged into another one does not either,
    though the merge is told to the pull. Documents are read from some day on only.
    """
    if run.mode is not Mode.REVIEW:
        return set()
    pulls, wanted = (PULL_OF[name] for name in PUSHED_LISTS), {*named}
    pull = next((one for one in pulls if one.source == target), None)
    if pull is None:
        return set()
    own, store = run.connection_id, run.store
    if target not in store.matches.look(own).get("matched", ()):
        return set()
    wanted -= {
        *_living(store.pending.read_many(own, pull.name, wanted)),
        *store.left_out.read_many(own, pull.name, wanted),
        *store.links.owners_of(own, target, wanted),
    }
    if not wanted:
        return set()
    facts = {str(one["id"]): one for one in store.matches.read_facts(own, target)}
    return {one for one in wanted if facts.get(one, GONE).get("gone")}


def _living(items: Mapping[RecordId, PendingItem]) -> Iterable[RecordId]:
    """Yield the ids of the records that were not merged into others."""
    for own, item in items.items():
        if MERGED_INTO not in (decoded(item.record) if item.record else {}):
            yield own

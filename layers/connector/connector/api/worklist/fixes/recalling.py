"""Taking out of QuickBooks what MobiWork deleted or called off, each exactly once.

Documents are deleted, entries of lists become inactive; only where nobody changed, paid, deposited
or closed them since, by the rules of undoing.
"""

from hashlib import sha256

from connector.api.worklist.fixes.doing import Doing, Effect, Fixer, FixWanted, named
from connector.api.worklist.reading import OpenEntry
from connector.changes.following import follow
from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY, PUSH_NAMED
from connector.entities.shared.documents import RECALLED
from connector.errors import (
    ConfigurationError,
    ConflictError,
    RecordError,
    RemoteDownError,
    RequestError,
    StaleSyncTokenError,
    UnreadableAnswerError,
    Wrong,
)
from connector.model.body import Body, Json, if_there, spoken
from connector.model.control.people import shown_caller
from connector.model.ids import new_run_id
from connector.model.links import Link
from connector.model.outcomes import Outcome
from connector.model.pending import PendingState
from connector.model.undoing.undo import UndoWay
from connector.undo import rules
from connector.undo.needed import Needed, searched

TRIES = 3
MADE_OF = {"credit": "creditApplication"}
"""What another flow made of a document, which is taken out before it."""


def _tells(doing: Doing, wanted: FixWanted) -> Effect:
    found = [(one, link) for one in wanted.entries for link in _links_of(doing, one)]
    sentences = tuple(
        f"{spoken(link.target)} {link.quickbooks_id} of QuickBooks ({named([one])}) "
        f"{'is made inactive' if _is_of_list(link) else 'is deleted'} there."
        for one, link in found
    )
    guard = (
        "Each is read first. It stays if it has been changed, paid, deposited, or "
        "closed since, or if another document needs it."
    )
    searches = sum(len(searched(link.target)) for _, link in found)
    return Effect((*sentences, guard), reads=len(found) + searches, writes=len(found))


def _recalls(doing: Doing, wanted: FixWanted) -> None:
    wrong, needed = [], Needed(_run(doing))
    for place, one in enumerate(wanted.entries):
        try:
            _recall(doing, one, needed)
        except (ConflictError, RecordError) as error:
            wrong.append(Wrong(f"#/entries/{place}", f"{named([one])} stays: {error}"))
    if wrong:
        raise ConflictError.of_several("Some of it could not be taken out of QuickBooks.", wrong)


def _links_of(doing: Doing, entry: OpenEntry) -> list[Link]:
    """Return the links of what an entry tells of, what was made of another one first.

    Another flow may have made it, too. Of what is gone there already they are returned only where
    nothing else is left.

    Raises:
        RequestError: it is not about a document that is in QuickBooks.
    """
    item, push = entry.item, PUSH_NAMED.get(entry.item.flow)
    own = push.link_entities if push else ()
    wanted = [(one, item.record_id) for one in (*filter(None, map(MADE_OF.get, own)), *own)]
    found = doing.store.links.read_many(doing.connection_id, wanted)
    links = [one for own in wanted if isinstance(one := found.get(own), Link)]
    if not any(one.owner.entity in own for one in links) or item.state is not PendingState.DELETED:
        raise RequestError(f"{named([entry])} is not about a record in QuickBooks.")
    return [one for one in links if not one.gone] or links


def _run(doing: Doing) -> Run:
    """Return what asks what is needed, which is nothing that goes on."""
    return Run(
        connection_id=doing.connection_id,
        run_id=new_run_id(),
        open_quickbooks=doing.open_quickbooks,
        store=doing.store,
    )


def _recall(doing: Doing, entry: OpenEntry, needed: Needed) -> None:
    for link in _links_of(doing, entry):
        _take_out(doing, link, needed)
        _settle(doing, link)


def _take_out(doing: Doing, link: Link, needed: Needed) -> None:
    company = doing.store.settings.read_company(doing.connection_id)
    if company is None:
        raise ConfigurationError(f"The company of {doing.connection_id} was never read.")
    for tried in range(1, TRIES + 1):
        there = _read(doing, link)
        if _is_away(link, there):
            break
        if why := link.gone or rules.why_kept(link, there, company) or needed.why_at_all(link):
            raise ConflictError(why)
        try:
            _send(doing, link, there or {})
        except (StaleSyncTokenError, RemoteDownError, UnreadableAnswerError):
            if tried == TRIES:
                raise
        else:
            break


def _settle(doing: Doing, link: Link) -> None:
    """Note that a document is gone, close the entry of its record, plan again what waited."""
    store, own, push = doing.store, doing.connection_id, BY_ENTITY[link.owner.entity]
    reason = f"{RECALLED}{shown_caller(doing.by)} on {doing.now:%Y-%m-%d}."
    store.links.note_gone(own, link.owner, reason)
    record_id = push.item_id(link.owner.mobiwork_id)
    follow(store, own, push.name, {record_id: reason}, outcome=Outcome.LEFT_OUT, now=doing.now)
    for item in store.pending.open_items(own, push.name):
        if item.state is PendingState.WAITING:
            doing.again(item)
        elif item.state is PendingState.DELETED and item.record_id == record_id:
            store.pending.close(item)


def _read(doing: Doing, link: Link) -> Json | None:
    return if_there(doing.open_quickbooks().read, link.target, link.quickbooks_id)


def _is_of_list(link: Link) -> bool:
    return rules.way_of(link.target) is UndoWay.DEACTIVATE


def _is_away(link: Link, there: Json | None) -> bool:
    return there is None or (_is_of_list(link) and not there.get("Active", True))


def _send(doing: Doing, link: Link, there: Json) -> None:
    token = str(there["SyncToken"])
    parts = (doing.connection_id, "recall", link.target, link.quickbooks_id, token)
    key = sha256("\n".join(parts).encode()).hexdigest()[:40]
    books = doing.open_quickbooks()
    if _is_of_list(link):
        body: Body = {"Id": link.quickbooks_id, "SyncToken": token, "sparse": True}
        books.update(link.target, body | {"Active": False}, requestid=key)
    else:
        books.delete(link.target, link.quickbooks_id, sync_token=token, requestid=key)


RECALL = Fixer(_tells, _recalls)

"""Making records of QuickBooks active again, each exactly once."""

from collections.abc import Iterator
from hashlib import sha256

from connector.api.worklist.fixes.doing import NEXT_RUN, Doing, Effect, Fixer, FixWanted, named
from connector.entities.shared.quickbooks_values import name_in
from connector.errors import RemoteDownError, RequestError, StaleSyncTokenError
from connector.model.body import Body, spoken

TRIES = 3


def _targets(wanted: FixWanted) -> list[tuple[str, str]]:
    """Return what is to be made active, by entity and id: what the entries name, or a part of it.

    Raises:
        RequestError: an entry does not say what, or something else is asked for.
    """
    found = dict.fromkeys(_named_by(wanted))
    if wanted.target:
        chosen = [one for one in found if "/".join(one) in wanted.target.split()]
        if len(chosen) != len(set(wanted.target.split())):
            raise RequestError(f"{named(wanted.entries)} is not waiting for {wanted.target}.")
        return chosen
    if not found:
        raise RequestError(
            f"{named(wanted.entries)} does not show which record is inactive. "
            "Reactivate it in QuickBooks, then try again."
        )
    return list(found)


def _named_by(wanted: FixWanted) -> Iterator[tuple[str, str]]:
    texts = [
        fix.target
        for one in wanted.entries
        for fix in one.item.fixes
        if fix.action == "activate" and fix.target
    ]
    for text in " ".join(texts).split():
        entity, _, number = text.partition("/")
        if number:
            yield entity, number


def _tells(_doing: Doing, wanted: FixWanted) -> Effect:
    found = _targets(wanted)
    names = " and ".join(f"{spoken(entity)} {number}" for entity, number in found)
    told = f"{names} is made active in QuickBooks again, once. {NEXT_RUN}"
    return Effect((told,), reads=len(found), writes=len(found))


def _activates(doing: Doing, wanted: FixWanted) -> None:
    for entity, number in _targets(wanted):
        _activate(doing, entity, number)
    for one in wanted.entries:
        doing.again(one.item)


def _activate(doing: Doing, entity: str, number: str) -> None:
    """Make one record active unless it is; a lost answer is found out by reading it again."""
    books = doing.open_quickbooks()
    for tried in range(1, TRIES + 1):
        record = books.read(entity, number)
        if record.get("Active", True):
            return
        try:
            books.update(entity, _active(record), requestid=_request_id(doing, entity, record))
        except (StaleSyncTokenError, RemoteDownError):
            if tried == TRIES:
                raise
        else:
            return


def _active(record: Body) -> Body:
    """Return the update that makes a record active, under its name without "(deleted)"."""
    names = {
        member: name_in(record, member) for member in ("DisplayName", "Name") if member in record
    }
    own = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
    return own | names | {"Active": True}


def _request_id(doing: Doing, entity: str, record: Body) -> str:
    parts = (doing.connection_id, entity, str(record["Id"]), "activate", str(record["SyncToken"]))
    return sha256("\n".join(parts).encode()).hexdigest()[:40]


ACTIVATE = Fixer(_tells, _activates)

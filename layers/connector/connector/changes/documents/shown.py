"""What change data shows of money documents that is not as they are linked: remembered for later.

A document that somebody entered in QuickBooks, or changed there after it was posted, is known from
then on without a metered call; Books Match tells of it. One that is again as it was is forgotten.
"""

from collections.abc import Mapping
from datetime import date
from itertools import batched

from connector.engine.stores import DYNAMODB, Store
from connector.entities.books import SaidThere, kept_there, there
from connector.model.body import Body, Json
from connector.model.books.kinds import OF_TARGET
from connector.model.links import Link
from connector.quickbooks.responses import ChangeData

PAGE = 100


def note(connection_id: str, changes: ChangeData, store: Store = DYNAMODB) -> None:
    """Remember what changed documents say now, where that is not what their links say."""
    for target in OF_TARGET:
        rows = changes.records.get(target, ())
        for page in batched(rows, PAGE, strict=False):
            shown = {str(row["Id"]): row for row in page}
            _keep(connection_id, target, _unlike(connection_id, target, shown, store), store)
        gone = dict.fromkeys(changes.deleted.get(target, ()))
        _keep(connection_id, target, gone, store)


def _unlike(
    connection_id: str, target: str, rows: Mapping[str, Json], store: Store
) -> dict[str, Body | None]:
    """Return what is to be remembered of documents, by id; None of those that are as linked."""
    owners = store.links.owners_of(connection_id, target, rows)
    links = store.links.read_many(connection_id, owners.values()) if owners else {}
    found: dict[str, Body | None] = {}
    for number, row in rows.items():
        said = there(row)
        link = links.get(owners[number]) if number in owners else None
        same = said.voided or (isinstance(link, Link) and _is_as_linked(link, said))
        found[number] = None if same else kept_there(said)
    return found


def _is_as_linked(link: Link, said: SaidThere) -> bool:
    """Tell whether a document says the total, the day and the customer that it is linked with."""
    day, customer = link.base.get("TxnDate"), (link.base.get("CustomerRef") or {}).get("value")
    return (
        link.total == said.amount
        and (day is None or date.fromisoformat(str(day)).isoformat() == said.day)
        and (customer is None or customer == said.party)
    )


def _keep(connection_id: str, target: str, shown: Mapping[str, Body | None], store: Store) -> None:
    """Write what is news: most documents that change are as they are linked, and were before."""
    known = store.books.shown_of(connection_id, target, shown) if shown else {}
    news = {own: held for own, held in shown.items() if held != known.get(own)}
    if news:
        store.books.note_shown(connection_id, target, news)

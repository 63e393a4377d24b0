"""The protective steps of an addition, each taken out of a worker process in turn."""

from collections.abc import Callable

from connector.model.outcomes import Outcome
from connector.pull import add
from connector.store import additions, links
from connector.store.additions import Addition
from connector.store.links import BackLink, Link
from connector.store.table import key
from tests.crash import mutations
from tests.crash.mutations import without_condition_on

SAVE = additions.save


def no_intent() -> None:
    """Nothing is noted before a record is added."""

    def save(link: Link, *, outcome: Outcome, claim: str = "", **told: str) -> bool:
        return SAVE(link, outcome=outcome, **told)

    vars(additions).update(begin=_unsaved, under_way=lambda *_told: {}, save=save)


def no_look() -> None:
    """Nobody looks in MobiWork before a record is added again."""
    vars(add)["_not_linked"] = lambda _run, _work: []


def no_back_link() -> None:
    """A QuickBooks record may belong to several MobiWork records."""
    vars(additions)["transaction"] = without_condition_on(BackLink)
    vars(links)["owner_of"] = lambda *_told: None


def no_claim() -> None:
    """Whoever comes takes the intent over at once."""
    begin = additions.begin

    def begun(connection_id: str, entity: str, quickbooks_id: str, claim: str) -> Addition:
        mine = begin(connection_id, entity, quickbooks_id, claim)
        return mine or _taken(connection_id, entity, quickbooks_id, claim)

    vars(additions)["begin"] = begun


def no_age() -> None:
    """Whoever has a claim adds under it, however old it is."""
    mutations.no_age()


def _taken(connection_id: str, entity: str, quickbooks_id: str, claim: str) -> Addition:
    item = _unsaved(connection_id, entity, quickbooks_id, claim)
    item.save()
    return item


def _unsaved(connection_id: str, entity: str, quickbooks_id: str, claim: str) -> Addition:
    pk = key(connection_id, "adding", entity)
    return Addition(pk=pk, sk=quickbooks_id, claim=claim, started_at="")


MUTATIONS: dict[str, Callable[[], None]] = {
    "the intent of an addition": no_intent,
    "the look-up by external id": no_look,
    "the unique back link": no_back_link,
    "the claim of an addition": no_claim,
    "the age of the claim of an addition": no_age,
}

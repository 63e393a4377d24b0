"""The protective steps of an addition, each taken out of a worker process in turn."""

from collections.abc import Callable
from typing import Any

from connector.flow import Outcome
from connector.store import links, pulled
from connector.store.links import BackLink, Link
from connector.sync import adding
from tests.crash.mutations import without_condition_on

SAVE = pulled.save


def no_intent() -> None:
    """Nothing is noted before a record is added."""

    def save(link: Link, *, outcome: Outcome, claim: str = "", **told: str) -> bool:
        return SAVE(link, outcome=outcome, **told)

    vars(pulled).update(begin=lambda *_told: True, under_way=lambda *_told: {}, save=save)


def no_look() -> None:
    """Nobody looks in MobiWork before a record is added again."""
    vars(adding)["_not_linked"] = lambda _run, _work: []


def no_back_link() -> None:
    """A QuickBooks record may belong to several MobiWork records."""
    vars(pulled)["transaction"] = without_condition_on(BackLink)
    vars(links)["owner_of"] = lambda *_told: None


def no_claim() -> None:
    """Whoever comes takes the intent over at once."""
    begin = pulled.begin

    def begun(*told: Any) -> bool:
        begin(*told)
        return True

    vars(pulled)["begin"] = begun


MUTATIONS: dict[str, Callable[[], None]] = {
    "the intent of an addition": no_intent,
    "the look-up by external id": no_look,
    "the unique back link": no_back_link,
    "the claim of an addition": no_claim,
}

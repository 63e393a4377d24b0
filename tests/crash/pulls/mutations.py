"""The protective steps of an addition, each taken out of a worker process in turn."""

from collections.abc import Callable
from typing import Any

from connector.model.links import Addition, Link
from connector.model.outcomes import RecordOutcome
from connector.pull.add import Adding
from connector.store.records import additions, links
from connector.store.records.link_rows import BackLinkRow
from connector.store.table import key
from tests.crash import mutations
from tests.crash.mutations import without_condition_on

SAVE = links.save


def no_intent() -> None:
    """Nothing is noted before a record is added."""

    def save(connection_id: str, link: Link, told: RecordOutcome, **choices: Any) -> bool:
        return SAVE(connection_id, link, told, **(choices | {"ends": None}))

    vars(additions).update(claim=lambda *_told, **_choices: True, under_way=lambda *_told: {})
    vars(links)["save"] = save


def no_look() -> None:
    """Nobody looks in MobiWork before a record is added again."""
    Adding.find = lambda _adding, _intent: None  # type: ignore[assignment,method-assign]


def no_back_link() -> None:
    """A QuickBooks record may belong to several MobiWork records."""
    claim = additions.claim

    def claimed(connection_id: str, addition: Addition, *, before: Addition | None) -> bool:
        if before is None and links.owner_of(
            connection_id, addition.source, addition.quickbooks_id
        ):
            place = key(connection_id, "back", addition.source)
            BackLinkRow(pk=place, sk=addition.quickbooks_id).delete()
        return claim(connection_id, addition, before=before)

    vars(additions)["claim"] = claimed
    vars(links)["transaction"] = without_condition_on(BackLinkRow)


def no_claim() -> None:
    """Whoever comes takes the intent over at once."""
    claim = additions.claim

    def claimed(connection_id: str, addition: Addition, *, before: Addition | None) -> bool:
        if not claim(connection_id, addition, before=before) and before is None:
            begun = additions.under_way(
                connection_id, addition.source, [addition.quickbooks_id]
            ).values()
            return all(claim(connection_id, addition, before=one) for one in begun)
        return True

    vars(additions)["claim"] = claimed


def no_age() -> None:
    """Whoever has a claim adds under it, however old it is."""
    mutations.no_age()


MUTATIONS: dict[str, Callable[[], None]] = {
    "the intent of an addition": no_intent,
    "the look-up by external id": no_look,
    "the unique back link": no_back_link,
    "the claim of an addition": no_claim,
    "the age of the claim of an addition": no_age,
}

"""Matches: what is on both sides already, and whether it is the same."""

from connector.api.plans import matching, review
from connector.api.plans.matching import Decisions
from connector.changes.matching.facts import matched_targets
from connector.console.asking import Go, PageRequest, Pages, Reply, address
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.entities.registry import PUSHES
from connector.errors import NotThereError, RequestError
from connector.model.matching.comparison import Grade
from connector.model.review.report import ReviewReport
from connector.services import services

pages = Pages()
MATCHES = f"{CONNECTION}/matches"
SHOWN = 30
KINDS = {
    target: ", ".join(
        flow.name.removeprefix("push_").replace("_", " ")
        for flow in PUSHES
        if target in flow.targets
    )
    for target in matched_targets()
}
"""What MobiWork calls the records that are matched with those of an entity."""


@pages.get(MATCHES)
def show_matches(asked: PageRequest) -> Reply:
    """Show the matches of one entity, both sides' facts side by side."""
    found = _found(asked.connection_id)
    entity = asked.query.get("entity") or next((kind for kind, _, _ in found), matched_targets()[0])
    grade = _grade(asked.query.get("grade", ""))
    after = asked.query.get("after") or None
    undecided = asked.query.get("open") == "yes"
    shown = matching.list_matches(
        asked.connection_id, entity, grade=grade, after=after, limit=SHOWN, undecided=undecided
    )
    return page_of(
        asked,
        "matches.html",
        "Matches",
        page=shown,
        entity=entity,
        found=found,
        kinds=KINDS,
        grade=grade.value if grade else "",
        grades=[one.value for one in Grade],
        undecided=undecided,
    )


def _found(connection_id: str) -> list[tuple[str, Grade, int]]:
    try:
        return found_in(review.show(connection_id))
    except NotThereError:
        return []


def found_in(report: ReviewReport) -> list[tuple[str, Grade, int]]:
    """Return by entity and grade how many matches a review has counted."""
    named = ((one.name.rpartition(", "), one.count) for one in report.matches)
    return [(entity, Grade(grade), count) for (entity, _, grade), count in named]


@pages.post(MATCHES)
def decide(asked: PageRequest) -> Reply:
    """Keep what a person says of one match, or of all certain ones."""
    entity = asked.query.get("entity", "")
    if asked.value("all_certain"):
        seen = asked.value("compared_at") or None
        told: dict[str, object] = {"all_certain": True, "compared_at": seen}
        said = "All certain matches are linked."
    else:
        told, said = {"matches": [_one(asked)]}, "Kept."
    matching.decide(services(), asked.connection_id, form_of(Decisions, told), by=asked.by)
    return Go(to=address(asked.at("matches"), entity=entity), said=said)


def _one(asked: PageRequest) -> dict[str, str | None]:
    decision, _, chosen = asked.value("decision").partition(":")
    return {
        "entity": asked.value("entity"),
        "mobiwork_id": asked.value("mobiwork_id"),
        "decision": decision,
        "quickbooks_id": chosen or None,
        "version": asked.value("version") or None,
    }


def _grade(told: str) -> Grade | None:
    try:
        return Grade(told) if told else None
    except ValueError as error:
        raise RequestError(f"There is no grade {told!r}.") from error

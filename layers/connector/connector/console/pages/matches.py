"""Matches: what is on both sides already, and whether it is the same."""

from collections import Counter

from connector.api.plans import matching, review
from connector.api.plans.matching import Deciding, Decisions
from connector.api.plans.shown_matches import ShownMatch
from connector.api.runs import search
from connector.api.runs.search import RecordsAsked
from connector.changes.matching.facts import matched_targets
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply, address
from connector.console.pages.shared import CONNECTION, Concerned, ask_first, is_sure, page_of
from connector.console.reading import form_of
from connector.console.words import plural, record_of
from connector.entities.registry import PUSHES
from connector.errors import NotThereError, RequestError
from connector.model.body import capital
from connector.model.connection import Phase
from connector.model.matching.comparison import Grade
from connector.model.outcomes import Sum
from connector.model.review.report import ReviewReport
from connector.model.tracking.tracked import Sought
from connector.services import services

pages = Pages()
MATCHES = f"{CONNECTION}/matches"
SHOWN, MOST_READ = 30, 100
MOST_COUNTED = 2000
"""So many matches, or documents of one customer, are counted while a person waits for the page."""
_NAMED = {
    target: ", ".join(
        flow.name.removeprefix("push_").replace("_", " ")
        for flow in PUSHES
        if target in flow.targets
    )
    for target in matched_targets()
}
_OFTEN = Counter(_NAMED.values())
KINDS = {
    target: named if _OFTEN[named] == 1 else f"{named} ({record_of(target)}s in QuickBooks)"
    for target, named in _NAMED.items()
}
"""What MobiWork calls the records that are matched with those of an entity, each otherwise."""


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
    """Keep what a person says of one match, or of all certain ones.

    What is said to be none of them is created anew: that is told before it is kept.
    """
    if asked.value("decision") == "different" and not is_sure(asked):
        return _before_new(asked)
    entity = asked.query.get("entity", "")
    if asked.value("all_certain"):
        seen = asked.value("compared_at") or None
        told: dict[str, object] = {"all_certain": True, "compared_at": seen}
        said = "All certain matches are linked."
    else:
        told, said = {"matches": [_one(asked)]}, "Kept."
    matching.decide(services(), asked.connection_id, form_of(Decisions, told), by=asked.by)
    return Go(to=address(asked.at("matches"), entity=entity), said=said)


def _before_new(asked: PageRequest) -> PageView:
    told = form_of(Deciding, _one(asked))
    match = matching.show_match(asked.connection_id, told)
    name = capital(match.label)
    beside = ", ".join(one.label for one in match.candidates)
    when = (
        "when posting is started"
        if asked.connection and asked.connection.phase is Phase.REVIEW
        else "in the next run"
    )
    tells = [f"{name} is created in QuickBooks as a new record {when}, in addition to {beside}."]
    rows = _documents_of(asked.connection_id, match)
    if match.entity == "customer":
        tells.append(
            "Those of its documents that belong in QuickBooks are posted to the new customer:"
            if rows
            else "It has no documents yet. Future ones are posted to the new customer."
        )
    names = ("entity", "mobiwork_id", "decision", "version")
    address_of = address(asked.at("matches"), entity=asked.query.get("entity", ""))
    fields = {one: asked.value(one) for one in names}
    return ask_first(asked, tells, fields, to=address_of, back=address_of, rows=rows)


def _documents_of(connection_id: str, match: ShownMatch) -> list[Concerned]:
    """Return what is known of the documents of a customer, by flow and how they stand."""
    if match.entity != "customer":
        return []
    flow, own = "push_customers", match.mobiwork_id
    known = search.of_flow(connection_id, flow, [own]).get(own)
    if known is None or not known.customer:
        return []
    sums: dict[tuple[str, str], Sum] = {}
    after: str | None = None
    looked_at = 0
    while True:
        asked = RecordsAsked(sought=Sought(customer=known.customer))
        page = search.find(connection_id, asked, after=after, limit=search.MOST)
        for one in page.records:
            if one.flow != flow and one.customer == known.customer:
                key = (one.flow, one.state.value)
                sums[key] = sums.get(key, Sum()).plus(one.amount)
        after, looked_at = page.next, looked_at + len(page.records)
        if after is None or looked_at > MOST_COUNTED:
            return [Concerned(*key, one.count, one.worth) for key, one in sorted(sums.items())]


def open_matches(connection_id: str, report: ReviewReport, *, link_certain: bool) -> str:
    """Say how many matches nobody has decided on, and what becomes of them at a start."""
    certain = others = looked_at = 0
    for target in dict.fromkeys(target for target, _, _ in found_in(report)):
        after: str | None = None
        while True:
            page = matching.list_matches(
                connection_id, target, grade=None, after=after, limit=MOST_READ, undecided=True
            )
            certain += sum(one.grade is Grade.CERTAIN for one in page.matches)
            others += sum(one.grade is not Grade.CERTAIN for one in page.matches)
            after, looked_at = page.next, looked_at + len(page.matches)
            if after is None or looked_at > MOST_COUNTED:
                break
    least = "At least " if looked_at > MOST_COUNTED else ""
    sure = f"{least}{plural(certain, 'certain match', 'certain matches')}"
    sure += " will be linked." if link_certain else " not decided yet."
    left = f"{least}{plural(others, 'other match', 'other matches')} not decided yet; "
    left += "their records wait."
    told = [sure] * bool(certain) + [left] * bool(others)
    return " ".join(told) or "No match is undecided."


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

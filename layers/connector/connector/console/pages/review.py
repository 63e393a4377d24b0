"""The review: what would be posted, added up, and each plan with its exact body."""

from pydantic import BaseModel, ConfigDict, Field

from connector.api.plans import report_words, review
from connector.api.plans.readiness import not_yet
from connector.console.asking import Download, Go, PageRequest, Pages, Reply, one_of
from connector.console.pages.matches import KINDS, found_in
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.errors import NotThereError
from connector.model.body import capital
from connector.model.connection import Phase
from connector.model.control.people import Role
from connector.model.ids import in_words
from connector.model.review.planned import Decision, PlannedRecord
from connector.model.review.report import FlowReport, ReviewReport
from connector.services import services

pages = Pages()
REVIEW = f"{CONNECTION}/review"
SHOWN = 50
FLOWS: Columns[FlowReport] = {
    "kind": lambda one: in_words(one.flow),
    "write": lambda one: one.to_write.count,
    "total": lambda one: one.to_write.worth,
    "link": lambda one: one.to_link.count,
    "from": lambda one: one.oldest,
    "to": lambda one: one.newest,
}
PLANS: Columns[PlannedRecord] = {
    "record": lambda one: one.label.casefold(),
    "kind": lambda one: in_words(one.flow),
    "what": lambda one: one.decision.value,
    "day": lambda one: one.day,
    "total": lambda one: one.total,
    "tax": lambda one: one.tax,
}


@pages.get(REVIEW)
def show_review(asked: PageRequest) -> Reply:
    """Show what each flow comes to."""
    there = review.at_hand(services(), asked.connection_id)
    found = found_in(there.report) if there.report else []
    in_review = asked.connection is not None and asked.connection.phase is Phase.REVIEW
    flows, sorting = sort(asked, there.report.flows if there.report else (), FLOWS)
    return page_of(
        asked,
        "review.html",
        "Review",
        there=there,
        report=there.report,
        flows=flows,
        sorting=sorting,
        found=found,
        kinds=KINDS,
        not_yet=not_yet(asked.connection_id) if in_review else None,
    )


def _report(asked: PageRequest) -> ReviewReport:
    """Return the report that is read now, which may be about to be renewed."""
    there = review.at_hand(services(), asked.connection_id)
    if there.report is None:
        raise NotThereError("There is no review yet. It is prepared automatically within minutes.")
    return there.report


@pages.get(f"{REVIEW}/flows/<flow>")
def show_flow(asked: PageRequest) -> Reply:
    """Show what one flow comes to, by month, account and reason."""
    report = _report(asked)
    found = one_of({one.flow: one for one in report.flows}, asked.path["flow"], "flow")
    title = capital(in_words(found.flow))
    return page_of(asked, "review_flow.html", title, report=report, flow=found)


@pages.get(f"{REVIEW}/plans")
def show_plans(asked: PageRequest) -> Reply:
    """Show plans one by one, with their exact bodies."""
    report, wanted = _report(asked), _wanted(asked)
    after = asked.query.get("after") or None
    plans, following = _plans(asked, report, wanted, after, SHOWN)
    shown, sorting = sort(asked, plans, PLANS, following=following)
    return page_of(
        asked,
        "plans.html",
        "Every record of the review",
        plans=shown,
        next=following,
        after=after,
        sorting=sorting,
        wanted=wanted,
        flows=[one.flow for one in report.flows],
        decisions=[*Decision],
    )


class PlansSought(BaseModel):
    """Which plans are shown; None for all.

    flow, decision: of one kind, and what becomes of them.
    """

    model_config = ConfigDict(frozen=True)

    flow: str | None = Field(default=None, max_length=64)
    decision: Decision | None = None


def _wanted(asked: PageRequest) -> PlansSought:
    names = PlansSought.model_fields
    return form_of(PlansSought, {one: asked.query[one] for one in names if asked.query.get(one)})


def _plans(
    asked: PageRequest, report: ReviewReport, wanted: PlansSought, after: str | None, limit: int
) -> tuple[list[PlannedRecord], str | None]:
    """Return a page of plans; only flows are read of which the report counts any."""
    flows = {
        one.flow
        for one in report.flows
        if wanted.flow in {None, one.flow}
        and (wanted.decision is None or wanted.decision in {it.name for it in one.decisions})
    }
    own, scope = asked.connection_id, report.scope
    if wanted.decision is None:
        return review.list_planned(own, scope, after=after, limit=limit, flows=flows)
    return review.list_decided(own, scope, wanted.decision, after=after, limit=limit, flows=flows)


@pages.get(f"{REVIEW}/plans.csv")
def save_plans(asked: PageRequest) -> Reply:
    """Save the plans as a file, from some place on; its name says where there are more."""
    report, wanted = _report(asked), _wanted(asked)
    after = asked.query.get("after") or None
    plans, following = _plans(asked, report, wanted, after, review.MOST)
    name = "plans-not-all.csv" if following else "plans.csv"
    return Download(content=report_words.as_csv(plans), kind="text/csv", name=name)


@pages.post(REVIEW, role=Role.BOOKKEEPER)
def make_review(asked: PageRequest) -> Reply:
    """Plan everything anew."""
    review.make(services(), asked.connection_id, by=asked.by)
    return Go(to=asked.at("review"), said="A new review is being prepared.")

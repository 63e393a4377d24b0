"""Approvals: plans that wait for a person, each with its exact body."""

from connector.api.plans import approvals
from connector.api.plans.approvals import Approvals
from connector.console.asking import Go, PageRequest, Pages, Reply, address
from connector.console.pages.review import PLANS
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.sorting import sort
from connector.entities.registry import NAMES
from connector.errors import RequestError
from connector.services import services

pages = Pages()
APPROVALS = f"{CONNECTION}/approvals"
SHOWN = 50


@pages.get(APPROVALS)
def show_approvals(asked: PageRequest) -> Reply:
    """Show the plans of a flow that wait."""
    flow = asked.query.get("flow") or "push_invoices"
    after = asked.query.get("after") or ""
    shown = approvals.list_plans(asked.connection_id, flow, after=after, limit=SHOWN)
    rows, sorting = sort(asked, shown.plans, PLANS, following=shown.next)
    return page_of(
        asked,
        "approvals.html",
        "Approvals",
        plans=rows,
        next=shown.next,
        flow=flow,
        flows=NAMES,
        sorting=sorting,
    )


@pages.post(APPROVALS)
def approve(asked: PageRequest) -> Reply:
    """Let the chosen plans be carried out exactly as they were shown."""
    flow = asked.query.get("flow", "")
    chosen = [one.rpartition(":") for one in asked.values("plan")]
    if not chosen:
        raise RequestError("Select at least one plan.")
    told = {
        "flow": flow,
        "approved": [{"record_id": own, "content_hash": seen} for own, _, seen in chosen],
    }
    wanted = form_of(Approvals, told)
    done = approvals.approve(services(), asked.connection_id, wanted, by=asked.by)
    said = f"{len(done.approved)} approved."
    if done.changed:
        said += f" {len(done.changed)} changed since they were shown. Check those again."
    return Go(to=address(asked.at("approvals"), flow=flow), said=said)

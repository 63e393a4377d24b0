"""Totals of posted documents: kept while they differ, rounded where that was decided, a stop."""

from collections.abc import Sequence

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.sales.totals import ROUNDED_ON, ROUNDING, override_obeyed, rounding_line
from connector.model.body import Body, Json
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Link
from connector.model.outcomes import Outcome
from connector.model.plans import Skip, Update
from connector.model.policy.settings import title
from connector.model.totals import (
    ROUNDING_LINE,
    Cause,
    Difference,
    TotalDifference,
    is_rounding,
    stopped,
    why_stopped,
)

IGNORED = "QuickBooks did not take the tax that was sent along."


def keep[R: BaseModel](  # noqa: PLR0913 - a document with what was sent and what was answered
    run: Run,
    flow: PushFlow[R],
    record: R,
    *,
    own: tuple[str, str],
    sent: Json,
    answer: Json,
    outcome: Outcome,
) -> Difference | None:
    """Compare a document's totals and keep how they differ, before it is linked.

    Whether QuickBooks obeyed the tax that was sent is remembered for the company. `own` is the id
    that the document is linked under and its name for a person.
    """
    if flow.totals is None:
        return None
    kept, found = run.store.totals, flow.totals.difference(record, answer)
    if outcome is Outcome.CREATED:
        _learn(run, sent, answer)
    if found is None:
        if outcome is Outcome.UPDATED:
            kept.settle(run.connection_id, flow.name, own[0])
        return None
    rounded = any(line.get("Description") == ROUNDING for line in answer.get("Line", ()))
    told = TotalDifference(*own, found, rounded=rounded)
    counts = outcome is not Outcome.ADOPTED
    kept.note(run.connection_id, flow.name, told, counts=counts)
    return found


def _learn(run: Run, sent: Json, answer: Json) -> None:
    """Remember whether a sent tax is obeyed, where the answer shows it and it is news."""
    obeyed, kept = override_obeyed(sent, answer), run.store.totals
    if obeyed is not None and obeyed != kept.override_obeyed(run.connection_id):
        kept.remember_override(run.connection_id, obeyed=obeyed)


def why_waiting[R: BaseModel](
    run: Run, flow: PushFlow[R], record: R, undecided: Sequence[TotalDifference]
) -> str | None:
    """Say why a document is not posted while others of its kind differ, or None."""
    found = stopped(undecided, risks(flow, record), run.settings.on_other_total)
    return why_stopped(found, f"{flow.noun}s", title("on_other_total")) if found else None


def risks[R: BaseModel](flow: PushFlow[R], record: R) -> frozenset[Cause]:
    """Return the causes for which the total of a document may come out otherwise."""
    return flow.totals.risks(record) if flow.totals else frozenset()


def after_the_post[R: BaseModel](
    run: Run, flow: PushFlow[R], mobiwork_id: str, link: Link
) -> Update | Skip | None:
    """Return what is to be done about a posted document whose total differs, or None.

    Where that was decided a line takes the cents, once; else a person is told.
    """
    if flow.totals is None or link.gone:
        return None
    told = run.store.totals.read(run.connection_id, flow.name, mobiwork_id)
    if told is None:
        return None
    return _rounded(run, flow, link, told) or Skip(_entry(run, told, link), tell=True)


def not_rounded[R: BaseModel](
    run: Run, flow: PushFlow[R], mobiwork_id: str, why: str
) -> Skip | None:
    """Tell a person of a difference that no line could take, and why."""
    told = run.store.totals.read(run.connection_id, flow.name, mobiwork_id)
    if told is None:
        return None
    return Skip(f"{told.difference.sentence} No rounding line could be added: {why}", tell=True)


def _entry(run: Run, told: TotalDifference, link: Link) -> str:
    ignored = run.store.totals.override_obeyed(run.connection_id) is False
    taxed = bool((link.base.get("TxnTaxDetail") or {}).get("TotalTax"))
    more = f" {IGNORED}" if ignored and taxed else ""
    return f"{told.difference.sentence}{more}"


def _rounded[R: BaseModel](
    run: Run, flow: PushFlow[R], link: Link, told: TotalDifference
) -> Update | None:
    """Return the update that adds a rounding line; the document is known by the same content."""
    settings, body = run.settings, link.base
    if settings.on_other_total != ROUNDING_LINE or told.rounded:
        return None
    if not is_rounding(told.difference) or not _sells(body):
        return None
    product = run.store.links.read(run.connection_id, ROUNDED_ON, settings.rounding_product)
    if not isinstance(product, Link):
        return None
    line = rounding_line(product.quickbooks_id, told.difference.missing)
    required = flow.updating.required if flow.updating else frozenset[str]()
    needed = {name: body[name] for name in required if name in body}
    return Update(body, needed | {"Line": [*_lines(body, link), line]}, link.content_hash or "")


def _sells(body: Json) -> bool:
    return any(line.get("DetailType") == "SalesItemLineDetail" for line in body.get("Line", ()))


def _lines(body: Json, link: Link) -> list[Body]:
    """Return the lines as they were sent, with QuickBooks' ids where each has one (7.1)."""
    lines, ids = body.get("Line", ()), link.line_ids
    if len(lines) != len(ids):
        return list(lines)
    return [{"Id": one} | line for one, line in zip(ids, lines, strict=True)]

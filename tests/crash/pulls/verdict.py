"""What is true in the end: counted from MobiWork, the links and the reports, never assumed."""

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from connector.engine.three_way_merge import differing_fields, mobiwork_values, quickbooks_values
from connector.mobiwork.client import MobiWork
from connector.mobiwork.external_id import same_external_id
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.pull_flow import PullFlow
from connector.model.links import Link
from connector.model.outcomes import Outcome
from connector.pull.mobiwork_records import parse
from connector.store import runs
from connector.store.records import links
from connector.store.records.link_rows import BackLinkRow
from connector.store.runs import RunRow
from connector.store.table import key
from tests.crash.pulls.account import external_id_of
from tests.crash.verdict import WRITTEN, Verdict

BEFORE = "r0"
"""How the runs begin that only prepare a case."""


def judge(  # noqa: PLR0913 - all by keyword but three
    connection_id: str,
    flow: PullFlow[Any],
    account: MobiWork,
    *,
    told: Mapping[str, Body],
    before: Collection[str],
    updated: int | None,
    refused: int,
    gone: int,
    reported: bool,
    done: bool,
) -> Verdict:
    """Compare MobiWork with the links, and both with the reports.

    `told` is what QuickBooks holds by the id of its link, `before` which MobiWork records are not
    of these, `updated` how many of them changed later, if that can be known, `refused` how many
    refusals a person saw, `gone` how many linked records MobiWork lost, and `reported` whether
    this flow alone reports them.
    """
    raws = {raw.id: raw for raw in account.records(flow.entity, flow.records.filters)}
    mine = {own: raw for own, raw in raws.items() if own not in before}
    owners = links.owners_of(connection_id, flow.source, told)
    present = {own: raws[at] for own, (_, at) in owners.items() if at in raws}
    same = sum(_agrees(flow, raw, told[own]) for own, raw in present.items())
    return Verdict(
        duplicates=max(len(mine) - len(told), 0),
        lost=len(told) - same,
        wrong_links=_wrong_links(connection_id, flow)
        + (_misnamed(flow, present, told) if reported and flow.adds else 0),
        wrong_money=int(flow.source == "Payment" and _paid(mine.values()) != _owed(told)),
        wrong_reports=_wrong_reports(connection_id, flow, len(told) + gone, updated, refused)
        if reported
        else 0,
        never_done=int(not done),
    )


def _agrees(flow: PullFlow[Any], raw: RawRecord, in_quickbooks: Body) -> bool:
    in_mobiwork = mobiwork_values(flow.fields, parse(flow, raw))
    return not differing_fields(
        flow.fields, in_mobiwork, quickbooks_values(flow.fields, in_quickbooks)
    )


def _wrong_links(connection_id: str, flow: PullFlow[Any]) -> int:
    """Count links that do not point both ways, and additions not ended, which point nowhere."""
    found = links.read_beginning(connection_id, flow.entity, "").values()
    wrong = sum(not isinstance(one, Link) for one in found)
    linked = [one for one in found if isinstance(one, Link) and one.target == flow.source]
    for link in linked:
        wrong += links.owner_of(connection_id, link.target, link.quickbooks_id) != link.owner
    backs = BackLinkRow.query(key(connection_id, "back", flow.source), consistent_read=True)
    return wrong + abs(sum(1 for _ in backs) - len(linked))


def _misnamed(
    flow: PullFlow[Any], present: Mapping[str, RawRecord], told: Mapping[str, Body]
) -> int:
    """Count records that do not carry the external id of their QuickBooks record."""
    named = {own: external_id_of(flow.entity, raw.element()) for own, raw in present.items()}
    return sum(not same_external_id(text, str(told[own]["Id"])) for own, text in named.items())


def _paid(raws: Any) -> Decimal:
    return sum((Decimal(str(raw.fields["amount"])) for raw in raws), Decimal(0))


def _owed(told: Mapping[str, Body]) -> Decimal:
    """Return what all payments come to; each is told once for every invoice."""
    whole = {str(one["Id"]): Decimal(one["TotalAmt"]) for one in told.values()}
    return sum(whole.values(), Decimal(0))


def _wrong_reports(
    connection_id: str, flow: PullFlow[Any], expected: int, updated: int | None, refused: int
) -> int:
    """Count records told as new, or as updated, not exactly once over all runs, and refusals."""
    notes = [
        (run.sk, item)
        for run in RunRow.query(key(connection_id, "run"), consistent_read=True)
        for item in runs.outcomes(connection_id, run.sk, flow.name)
    ]
    new = Counter(item.record_id for _, item in notes if item.outcome in WRITTEN)
    changed = sum(
        item.outcome == Outcome.UPDATED for run, item in notes if not run.startswith(BEFORE)
    )
    wrong = abs(refused - sum(item.outcome == Outcome.REFUSED for _, item in notes))
    wrong += 0 if updated is None else abs(updated - changed)
    missing = expected - len(new) if flow.adds else 0
    return wrong + abs(missing) + sum(new.values()) - len(new)

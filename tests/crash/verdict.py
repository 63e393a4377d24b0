"""What is true in the end: counted from QuickBooks, the links and the reports, never assumed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from typing import Any

from connector.model.flows.push_flow import PushFlow
from connector.model.links import Link, Linking, Released
from connector.model.markers import same_marker
from connector.model.outcomes import Outcome
from connector.model.pending import Need
from connector.push.body_diff import agreed
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import select
from connector.store import runs
from connector.store.records import links, pending
from connector.store.records.link_rows import BackLinkRow
from connector.store.runs import RunRow
from connector.store.table import key

WRITTEN = (Outcome.CREATED, Outcome.DIFFERENT, Outcome.LINKED)

type Remote = dict[str, dict[str, dict[str, Any]]]
"""The live records of QuickBooks by entity and id."""


@dataclass(frozen=True)
class Verdict:
    """How many records are there twice, are missing, are linked or told wrongly; all must be 0."""

    duplicates: int = 0
    lost: int = 0
    wrong_links: int = 0
    wrong_money: int = 0
    wrong_reports: int = 0
    never_done: int = 0

    @property
    def good(self) -> bool:
        """Whether everything is as it must be."""
        return not any(astuple(self))

    def __add__(self, other: "Verdict") -> "Verdict":
        """Add up two verdicts."""
        return Verdict(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        """Say what is wrong."""
        wrong = [f"{getattr(self, one.name)} {one.name}" for one in fields(self)]
        return ", ".join(one.replace("_", " ") for one in wrong if not one.startswith("0 ")) or "ok"


def judge(  # noqa: PLR0913 - all by keyword but two
    connection_id: str,
    quickbooks: QuickBooks,
    flows: Sequence[PushFlow[Any]],
    *,
    expected: int,
    updated: int,
    done: bool,
) -> Verdict:
    """Compare QuickBooks with the links, and both with the reports.

    `expected` is how many records the flows had and `updated` how many of them changed later.
    QuickBooks held none of their kind before them.
    """
    mine = [one for flow in flows for one in standings_of(connection_id, flow)]
    linked = [one for one in mine if isinstance(one, Link)]
    begun = {one.target for one in mine if not isinstance(one, Released)}
    remote = live(quickbooks, begun | targets(flows))
    in_quickbooks = sum(len(records) for records in remote.values())
    present = [link for link in linked if link.quickbooks_id in remote[link.target]]
    return Verdict(
        duplicates=max(in_quickbooks - expected, 0),
        lost=expected - len({link.owner for link in present}),
        wrong_links=_wrong_links(connection_id, flows, present, remote),
        wrong_money=int(_money(link.total for link in present) != _in_quickbooks(remote)),
        wrong_reports=_wrong_reports(connection_id, flows, expected, updated),
        never_done=int(not done),
    )


def standings_of(connection_id: str, flow: PushFlow[Any]) -> list[Linking]:
    """Return how far all records of a flow have come."""
    return [
        one
        for entity in flow.link_entities
        for one in links.read_beginning(connection_id, entity, "").values()
    ]


def links_of(connection_id: str, flow: PushFlow[Any]) -> list[Link]:
    """Return the links of a flow."""
    return [one for one in standings_of(connection_id, flow) if isinstance(one, Link)]


def targets(flows: Iterable[PushFlow[Any]]) -> set[str]:
    """Return what the flows write to in QuickBooks."""
    return {target for flow in flows for target in flow.targets}


def live(quickbooks: QuickBooks, entities: Iterable[str]) -> Remote:
    """Return what QuickBooks holds of some entities, inactive and deleted records left out."""
    return {
        entity: {str(one["Id"]): one for one in quickbooks.query(select(entity))}
        for entity in sorted(entities)
    }


def _wrong_links(
    connection_id: str, flows: Sequence[PushFlow[Any]], linked: Sequence[Link], remote: Remote
) -> int:
    """Count links that do not point both ways, or to a record that is not theirs."""
    owners = Counter((link.target, link.quickbooks_id) for link in linked)
    wrong = sum(count - 1 for count in owners.values())
    for link in linked:
        in_quickbooks = remote[link.target][link.quickbooks_id]
        flow = next(one for one in flows if link.owner.entity in one.link_entities)
        back = links.owner_of(connection_id, link.target, link.quickbooks_id)
        body = link.base
        wrong += (
            back != link.owner
            or not (flow.matching.is_twin or same_marker)(body, in_quickbooks)
            or agreed(body, in_quickbooks) != body
        )
    backs = sum(
        1
        for target in remote
        for _ in BackLinkRow.query(key(connection_id, "back", target), consistent_read=True)
    )
    return wrong + max(backs - len(linked), 0)


def _money(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((one for one in amounts if one is not None), Decimal(0))


def _in_quickbooks(remote: Remote) -> Decimal:
    records = (one for found in remote.values() for one in found.values())
    return _money(Decimal(str(one["TotalAmt"])) for one in records if "TotalAmt" in one)


def _wrong_reports(
    connection_id: str, flows: Sequence[PushFlow[Any]], expected: int, updated: int
) -> int:
    """Count records that were not told as new, or as updated, exactly once over all runs."""
    names = {flow.name for flow in flows}
    told = [
        item
        for run in RunRow.query(key(connection_id, "run"), consistent_read=True)
        for item in runs.outcomes(connection_id, run.sk)
        if item.flow in names
    ]
    new = Counter((item.flow, item.record_id) for item in told if item.outcome in WRITTEN)
    changed = sum(item.outcome == Outcome.UPDATED for item in told)
    twice = sum(count - 1 for count in new.values())
    return twice + abs(expected - len(new)) + abs(updated - changed)


def still_pending(connection_id: str, flows: Iterable[str]) -> bool:
    """Tell whether a run would have something to do."""
    return any(pending.need(connection_id, flow) is Need.START for flow in flows)

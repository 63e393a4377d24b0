"""Comparing the two sides of a pool: what stands in QuickBooks, then what was voided there."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from connector.changes.matching.facts import Here, Pool
from connector.engine.run import Run
from connector.model.matching.assignment import Matched, match
from connector.model.matching.evidence import LIKELY_REFERENCE, Facts
from connector.model.matching.scoring import INVOICE, PARTY
from connector.model.matching.voided import match_voided


def matched_with(
    run: Run,
    pool: Pool,
    left: Mapping[str, Here],
    right: Iterable[Facts],
    apart: AbstractSet[tuple[str, str]],
) -> list[Matched]:
    """Match what stands in QuickBooks; what counts in MobiWork and is nothing of it may be void."""
    table, standing, voided = pool.recognition.table, list[Facts](), list[Facts]()
    for one in right:
        (voided if one.voided else standing).append(one)
    ours = [one.facts for one in left.values()]
    matched = match(ours, standing, table, apart=apart)
    if not voided:
        return matched
    found = {one.left for one in matched}
    maybe = match_voided(_with_parties(run, ours), voided, table, apart=apart)
    return matched + [one for one in maybe if one.left not in found and left[one.left].counts]


def _with_parties(run: Run, ours: Sequence[Facts]) -> list[Facts]:
    """Return facts with the customers of the invoices that they name, where they name no other.

    MobiWork's payments may tell their invoice only, and a voided payment has lost its own.
    """
    paid = {one.id: _invoices(one) for one in ours if PARTY not in one.refers}
    wanted = {own for some in paid.values() for own in some}
    kept = run.store.matches.read_facts(run.connection_id, "Invoice") if wanted else ()
    of = {
        one["id"]: tuple(one.get("refers", {}).get(PARTY, ()))
        for one in kept
        if one["id"] in wanted
    }
    told = {
        own: tuple(one for each in some for one in of.get(each, ())) for own, some in paid.items()
    }
    return [
        replace(one, refers={**one.refers, PARTY: told[one.id]}) if told.get(one.id) else one
        for one in ours
    ]


def _invoices(facts: Facts) -> list[str]:
    return [one.removeprefix(LIKELY_REFERENCE) for one in facts.refers.get(INVOICE, ())]

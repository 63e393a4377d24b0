"""Who is meant by the parties that records name: those above them, those of their invoices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from connector.changes.matching.facts import Pool
from connector.engine.run import Run
from connector.entities import registry
from connector.model.matching.evidence import LIKELY_REFERENCE, Facts
from connector.model.matching.scoring import PAID_INVOICE, PARTY

MOST_LEVELS = 4
"""A customer is at most so many levels below another one (reference 6.2)."""


def with_parents(run: Run, pool: Pool, theirs: Sequence[Facts]) -> list[Facts]:
    """Return facts that name those above their customers, too, as what may be meant.

    The office may have entered on the customer what the field has on a job of his, or the other
    way round. Vendors have ids of their own and nobody above them.
    """
    if registry.OF_CUSTOMER not in pool.recognition.refers.get(PARTY, ()):
        return [*theirs]
    wanted = {own for one in theirs for own in one.refers.get(PARTY, ())}
    above_of = partial(run.store.parents.above, run.connection_id, registry.CUSTOMER)
    parents = above_of(wanted) if wanted else {}
    lines: dict[str, tuple[str, ...]] = {own: (one,) for own, one in parents.items()}
    for _ in range(MOST_LEVELS):
        highest = {line[-1] for line in lines.values()}
        parents = above_of(highest) if lines else {}
        lines |= {
            own: (*line, parents[line[-1]]) for own, line in lines.items() if line[-1] in parents
        }
    above = {own: tuple(f"{LIKELY_REFERENCE}{one}" for one in line) for own, line in lines.items()}
    return [_below(one, above) for one in theirs]


def _below(facts: Facts, above: Mapping[str, tuple[str, ...]]) -> Facts:
    parties = facts.refers.get(PARTY, ())
    more = [one for own in parties for one in above.get(own, ())]
    return replace(facts, refers={**facts.refers, PARTY: (*parties, *more)}) if more else facts


type PartiesOf = dict[str, tuple[str, ...]]
"""The customers of QuickBooks' invoices, by id, as far as they were asked for."""


def with_parties(run: Run, ours: Sequence[Facts], known: PartiesOf) -> list[Facts]:
    """Return facts with the customers of the invoices that they name, where they name no other.

    MobiWork's payments may tell their invoice only, and a voided payment has lost its own. All
    invoices are read for those that are not `known` yet, which are known then.
    """
    paid = {one.id: _invoices(one) for one in ours if PARTY not in one.refers}
    wanted = {own for some in paid.values() for own in some} - known.keys()
    kept = run.store.matches.read_facts(run.connection_id, registry.INVOICE) if wanted else ()
    known |= dict.fromkeys(wanted, ())
    for one in kept:
        if one["id"] in wanted:
            known[one["id"]] = tuple(one.get("refers", {}).get(PARTY, ()))
    told = {own: tuple(one for each in some for one in known[each]) for own, some in paid.items()}
    return [
        replace(one, refers={**one.refers, PARTY: told[one.id]}) if told.get(one.id) else one
        for one in ours
    ]


def _invoices(facts: Facts) -> list[str]:
    return [one.removeprefix(LIKELY_REFERENCE) for one in facts.refers.get(PAID_INVOICE, ())]

"""Records that were said to be another kind of document, or part of one, and were changed since.

Nothing links them, so that nothing else compares both sides again: what a person said was said of
the figures that both had then. With others in MobiWork it is asked again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.recognitions import RECOGNITIONS
from connector.model.matching.matches import (
    BOTH,
    STANDING,
    Match,
    amount_of,
    asked_again,
    figures,
    first_of,
    shown,
)
from connector.model.matching.scoring import DAY, TOTAL
from connector.model.matching.wording import question
from connector.model.plans import Skip, Wait
from connector.model.policy.postable import Standing
from connector.model.worklist.causes import Kind
from connector.push.load import Prepared


def asked[R: BaseModel](run: Run, prepared: Iterable[Prepared[R]]) -> list[Prepared[R]]:
    """Ask again what is not as it was when somebody said what it is in QuickBooks."""
    return [_asked(run, one) if _is_told(one) else one for one in prepared]


def _is_told[R: BaseModel](one: Prepared[R]) -> bool:
    """Tell whether it is left out for it is something in QuickBooks that cannot be linked."""
    return isinstance(one.plan, Skip) and one.match is not None and bool(one.match.said_to_be)


def _asked[R: BaseModel](run: Run, one: Prepared[R]) -> Prepared[R]:
    match = one.match
    changed = dict(_changed(one, match)) if match else {}
    if match is None or not changed:
        return one
    again = asked_again(match, changed, run.now().isoformat())
    if not run.only_plans:
        run.store.matches.keep(run.connection_id, again)
        run.store.matches.decide_as_read(run.connection_id, [(match, again)])
    return replace(one, plan=Wait((), question(again), cause=Kind.SAME), match=again)


def _changed[R: BaseModel](one: Prepared[R], match: Match) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the facts that the record says otherwise now, as both sides have them."""
    flow, record, known = one.work.flow, one.work.record, one.work.known
    said = RECOGNITIONS[flow.name].here(record)
    verdict = flow.eligibility.verdict(record, known.settings, known.company)
    off = verdict.standing is Standing.NEVER
    for candidate in (each for each in match.candidates if each.quickbooks_id == match.chosen):
        before, theirs = figures(candidate, TOTAL)
        now, (own, others) = shown(said, TOTAL), first_of(before)
        if own and now and amount_of(own) != amount_of(now):
            yield TOTAL, (now + others, theirs)
        before, theirs = figures(candidate, DAY)
        days = shown(said, DAY)
        if before and days and {*before.split(BOTH)}.isdisjoint(days.split(BOTH)):
            yield DAY, (days, theirs)
        if off and not STANDING.keys() <= candidate.other.keys():
            yield from STANDING.items()

"""A look at both sides of a pulled record before it is linked to what MobiWork has.

An external id is a hint that name or e-mail must confirm, and a name alone does not decide where
other facts differ. What is doubtful becomes a match that a person decides on.
"""

from dataclasses import replace

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities import decided_before
from connector.entities.recognitions import RECOGNITIONS
from connector.errors import SKIP, Fix, RecordError
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade, compare, is_the_same
from connector.model.matching.matches import Match, candidate_of
from connector.model.matching.wording import WHERE, said
from connector.model.worklist.causes import Kind
from connector.pull.merge import LinkedPair


def check[R: BaseModel](run: Run, pair: LinkedPair[R], record: R) -> None:
    """Look at both sides of two records that are about to be linked; `record` is MobiWork's.

    Raises:
        RecordError: a person must say whether they are the same.
    """
    flow = pair.flow
    recognition = RECOGNITIONS.get(flow.push or "")
    theirs = recognition.there(pair.in_quickbooks) if recognition else None
    if recognition is None or theirs is None or theirs.inactive:
        return
    if flow.splitting is not None:
        return
    ours = replace(recognition.here(record), hint=theirs.id if pair.native else "")
    compared = compare(ours, theirs, recognition.table)
    if is_the_same(compared, recognition.table, native=pair.native):
        return
    match = Match(
        owner=RecordKey(flow.entity, pair.mobiwork_id),
        target=flow.source,
        label=ours.label,
        grade=Grade.CONTRADICTS,
        candidates=(candidate_of(ours, theirs, compared),),
        flow=flow.push or "",
        item=pair.mobiwork_id,
        found_at=run.now().isoformat(),
    )
    run.store.matches.keep(run.connection_id, match)
    shown = said(match.candidates[0], flow.source)
    begins = "names it" if pair.native else "has the same name"
    same = Fix(action="link", label=f"It is {ours.label}", target=pair.mobiwork_id)
    raise RecordError(
        f"MobiWork's {ours.label} {begins}, but is it the same? {shown}. {WHERE}",
        fixes=(same, SKIP),
        cause=Kind.SAME,
    )


def check_decided[R: BaseModel](run: Run, pair: LinkedPair[R], record: R) -> None:
    """Look once more at two records that a person said are the same, before they are linked.

    Raises:
        RecordError: what both said alike then is said otherwise now; the decision is open again.
    """
    flow = pair.flow
    recognition = RECOGNITIONS.get(flow.push or "")
    theirs = recognition.there(pair.in_quickbooks) if recognition else None
    if recognition is None or theirs is None:
        return
    place = (flow.source, RecordKey(flow.entity, pair.mobiwork_id))
    decided_before.check_sides(run, recognition, place, recognition.here(record), theirs)

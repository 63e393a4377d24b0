"""What becomes of a record that may be in QuickBooks already: linked, left out, or asked about."""

from pydantic import BaseModel

from connector.errors import SKIP, RecordError
from connector.model.body import Body
from connector.model.control.people import shown_caller
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.exclusion import standing
from connector.model.flows.push_flow import PushFlow
from connector.model.matching.matches import Match, MatchDecision, is_elsewhere
from connector.model.matching.wording import LEFT_OUT, is_there_as, question
from connector.model.plans import Adopt, Refuse, Skip, Wait
from connector.model.worklist.causes import Kind
from connector.model.worklist.instructions import Instruction, SaidThen, Wish
from connector.push.later_changes import facts_changed
from connector.push.planning import content_hash, lasting, missing_of


def decided[R: BaseModel](
    flow: PushFlow[R], record: R, match: Match, known: PushContext
) -> Adopt | Skip | Wait | None:
    """Return what a person's decision makes of a record, whatever else is said of it.

    What is in QuickBooks already is linked though it could not be posted: its books may be closed.
    A decision that is open again is asked for, though the record may not be posted either.
    """
    if match.opened_again and (asked := undecided(match)):
        return asked
    if match.decision is MatchDecision.LEFT_OUT:
        return Skip(LEFT_OUT, left_out=True)
    if match.decision is not MatchDecision.SAME or match.chosen is None:
        return None
    if is_elsewhere(match.chosen):
        return Skip(is_there_as(match, match.chosen), left_out=True)
    return _linked(flow, record, match.chosen, known)


def instructed[R: BaseModel](
    flow: PushFlow[R], record: R, wanted: Instruction, known: PushContext
) -> Adopt | Skip | Refuse | None:
    """Return what a person's instruction makes of a record that is not in QuickBooks.

    What is to be created under a name of its own is planned as any other.
    """
    match wanted.wish:
        case Wish.LEAVE_OUT:
            return Skip(wanted.sentence, left_out=True)
        case Wish.DONE:
            changed = wanted.seen and _changed_since(flow, record, wanted, wanted.seen, known)
            return changed or Skip(wanted.sentence, left_out=True)
        case Wish.LINK:
            return _linked(flow, record, wanted.value or "", known)
        case _:
            return None


def _changed_since[R: BaseModel](
    flow: PushFlow[R], record: R, wanted: Instruction, seen: SaidThen, known: PushContext
) -> Refuse | None:
    """Tell a person of what changed of a record that was entered by hand as it was then."""
    told = facts_changed(flow, record, seen.facts, known)
    now, was = standing(flow, record, known.settings, known.company), seen.standing
    if now != was:
        told.append(now or f"It counts in MobiWork again, which it did not: {was}")
    if not told:
        return None
    return Refuse(
        f"It was changed in MobiWork after {shown_caller(wanted.by)} said that it was entered in "
        f"QuickBooks by hand. {' '.join(told)} Correct what was entered in QuickBooks, then say "
        "again that it was done by hand.",
        (SKIP,),
        Kind.DONE_AND_CHANGED,
    )


def named_as(body: Body, wanted: Instruction | None, link: Linked | None) -> Body:
    """Return a body under the name that a person gave it, if one did.

    Once it is in QuickBooks, the name it has there stays.
    """
    member = next((one for one in ("DisplayName", "Name") if one in body), None)
    if wanted is None or wanted.wish is not Wish.NAME or member is None:
        return body
    return {**body, member: link.base.get(member, wanted.value) if link else wanted.value}


def _linked[R: BaseModel](
    flow: PushFlow[R], record: R, quickbooks_id: str, known: PushContext
) -> Adopt | None:
    """Link it; a piece of a document that is not linked is planned as if nobody had said a word."""
    missing = missing_of(flow.references.needed(record, known.settings, known.company), known)
    if missing and flow.piece_id is not None:
        return None
    body = {} if missing else _body(flow, record, known)
    return Adopt(quickbooks_id, body, content_hash(lasting(flow, body)), decided=True)


def undecided(match: Match | None) -> Wait | None:
    """Return the question that a record waits for, if nobody has answered it."""
    if match is None or match.decision is not MatchDecision.UNDECIDED:
        return None
    return Wait((), question(match), cause=Kind.SAME)


def _body[R: BaseModel](flow: PushFlow[R], record: R, known: PushContext) -> Body:
    """Return what a record would be in QuickBooks; nothing where that cannot be said."""
    wrong = flow.eligibility.problems(record)
    if wrong and flow.piece_id is None:
        return {}
    if wrong:
        raise RecordError(" ".join(wrong))
    try:
        return flow.translation.body(record, known)
    except RecordError:
        if flow.piece_id is not None:
            raise
        return {}

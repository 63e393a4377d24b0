"""A look at both sides of a record before it is linked to one that was there: are they the same?

An external id is a hint that name or e-mail must confirm (of a document: customer, date and total),
and a name alone does not decide where other facts differ. What is doubtful becomes a match that a
person decides on.
"""

from dataclasses import replace

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities import decided_before
from connector.entities.recognitions import RECOGNITIONS
from connector.errors import SKIP, Fix, RecordError
from connector.mobiwork.external_id import native_id
from connector.model.body import Json
from connector.model.flows.recognition import AnyRecognition
from connector.model.links import Link, RecordKey
from connector.model.matching.comparison import Grade, compare, is_the_same
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import Match, MatchDecision, candidate_of
from connector.model.matching.scoring import NAME, PARTY
from connector.model.matching.wording import WHERE, of_other_currency, said
from connector.model.worklist.causes import Kind, cause
from connector.push.link import Work, with_name
from connector.quickbooks.words import illegible


def check[R: BaseModel](run: Run, work: Work[R], twin: Json, *, native: bool) -> None:
    """Look at both sides of a record that is about to be linked.

    `native` is whether MobiWork names the QuickBooks record itself; else they share a name.

    Raises:
        RecordError: a person must say whether they are the same.
    """
    _check_form(work, twin)
    recognition = RECOGNITIONS.get(work.flow.name)
    theirs = recognition.there(twin) if recognition else None
    if recognition is None or theirs is None or theirs.voided or theirs.inactive:
        return
    ours = _ours(run, work, recognition)
    if not native and NAME in theirs.said:
        # It was found by its name, which of a sub-customer is one below its parent's.
        ours = replace(ours, said={**ours.said, NAME: theirs.said[NAME]})
    pair = compare(ours, theirs, recognition.table)
    if is_the_same(pair, recognition.table, native=native):
        return
    known = run.store.matches.read_many(run.connection_id, work.target, [work.key])
    decision = _said_of(known.get(work.key), theirs.id)
    if decision is MatchDecision.SAME:
        return
    match = Match(
        owner=work.key,
        target=work.target,
        label=work.label,
        grade=Grade.CONTRADICTS,
        candidates=(candidate_of(ours, theirs, pair),),
        flow=work.flow.name,
        item=work.item.record_id,
        found_at=run.now().isoformat(),
    )
    [candidate] = match.candidates
    foreign = of_other_currency(match.target, candidate)
    if foreign is None and decision is MatchDecision.UNDECIDED:
        run.store.matches.keep(run.connection_id, match)
    raise _doubt(work, match, native=native, decision=decision)


def _check_form[R: BaseModel](work: Work[R], twin: Json) -> None:
    if unread := illegible(work.target, twin):
        raise RecordError(unread, cause=cause(Kind.UNREADABLE_THERE, work.target))


def check_decided[R: BaseModel](run: Run, work: Work[R], twin: Json) -> None:
    """Look once more at two records that a person said are the same, before they are linked.

    Raises:
        RecordError: what both said alike then is said otherwise now; the decision is open again.
    """
    _check_form(work, twin)
    recognition = RECOGNITIONS.get(work.flow.name)
    theirs = recognition.there(twin) if recognition else None
    if recognition is None or theirs is None:
        return
    ours = _ours(run, work, recognition)
    decided_before.check_sides(run, recognition, (work.target, work.key), ours, theirs)


def _said_of(match: Match | None, quickbooks_id: str) -> MatchDecision:
    """Return what a person said of a record and the one in QuickBooks."""
    if match is None or (match.chosen and match.chosen != quickbooks_id):
        return MatchDecision.UNDECIDED if match is None else MatchDecision.DIFFERENT
    return match.decision


def _ours[R: BaseModel](run: Run, work: Work[R], recognition: AnyRecognition) -> Facts:
    """Return what MobiWork says, its references by what they are linked to."""
    facts = recognition.here(work.record)
    external_id = work.flow.records.external_id(work.record)
    linked = _linked(run, work, recognition, facts)
    refers = {
        fact: tuple(
            linked[entity, own]
            for own in some
            for entity in recognition.refers.get(fact, ())
            if (entity, own) in linked
        )
        for fact, some in facts.refers.items()
    }
    hint = native_id(external_id, run.settings.external_id_format) or ""
    return replace(facts, refers={one: some for one, some in refers.items() if some}, hint=hint)


def _linked[R: BaseModel](
    run: Run, work: Work[R], recognition: AnyRecognition, facts: Facts
) -> dict[tuple[str, str], str]:
    """Return what records are linked to; also parties whom its document would not name.

    Such as a sub-customer whose bills go to the parent: QuickBooks may have the document under it.
    """
    named = {
        fact: {
            RecordKey(entity, own) for own in some for entity in recognition.refers.get(fact, ())
        }
        for fact, some in facts.refers.items()
    }
    links = work.known.links
    linked = {
        one: links[one].quickbooks_id for some in named.values() for one in some & links.keys()
    }
    missing = named.get(PARTY, set()) - links.keys()
    more = run.store.links.read_many(run.connection_id, missing) if missing else {}
    return linked | {
        own: link.quickbooks_id for own, link in more.items() if isinstance(link, Link)
    }


def _doubt[R: BaseModel](
    work: Work[R], match: Match, *, native: bool, decision: MatchDecision
) -> RecordError:
    [found] = match.candidates
    shown = said(found, match.target)
    other = work.flow.matching.another_name
    fixes = (
        Fix(action="link", label=f"It is {found.label}", target=found.quickbooks_id),
        Fix(action="create_as", label="Create it under another name"),
        SKIP,
    )
    foreign = of_other_currency(match.target, found)
    if foreign is None and decision is MatchDecision.UNDECIDED:
        begins = "MobiWork's external id names" if native else "QuickBooks has the same name:"
        return RecordError(f"{begins} {shown}. {WHERE}", fixes=fixes, cause=Kind.SAME)
    advice = (
        "Clear its External ID in MobiWork to have it created."
        if native
        else "Give one of the two another name to have it created."
    )
    body = work.flow.translation.body(work.record, work.known) if not native else {}
    named = with_name(fixes[1:], other(body)) if body else fixes[1:]
    told = foreign or f"A person said that it is not {shown}. {advice}"
    return RecordError(told, fixes=named, cause=Kind.NAME_TAKEN if not native else Kind.EXTERNAL_ID)

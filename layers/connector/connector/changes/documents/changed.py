"""Posted documents that somebody changed in QuickBooks afterwards: entries with both figures.

Told are another total, sales tax, day, customer or vendor, and what of a payment is not applied any
more. Not told is a total or tax that MobiWork has, and what is applied by now: a person was asked
for both. The entry ends by
itself when the document is as it was posted again, or gone; so does a question that is about
documents which were typed there and are gone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from connector.changes.documents.parties import Exists, moved
from connector.engine.stores import Store
from connector.entities.books import OF_PAYMENT, SaidThere, amount_said
from connector.entities.recognitions import kinds_beside
from connector.entities.registry import APPLIED, BY_ENTITY, CREDIT_MEMO, PAYS_CUSTOMERS, PUSH_NAMED
from connector.entities.shared.documents import finishing
from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.wire import dollars
from connector.errors import SKIP
from connector.model.body import Json, spoken
from connector.model.books.kinds import OF_TARGET
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.links import Link, Origin, RecordKey
from connector.model.matching.matches import (
    DELETED,
    VOIDED,
    Match,
    MatchDecision,
    amount_of,
    elsewhere,
    figures,
)
from connector.model.matching.scoring import DAY, PARTY, TOTAL
from connector.model.pending import Deletion
from connector.model.worklist.causes import Kind

OF_PURCHASE = frozenset({"Check", "Expense"})
WHERE_GONE = "QuickBooks, where it is void or deleted by now"


def tell(  # noqa: PLR0913, PLR0917 - whose documents, what they say and said, and when
    connection_id: str,
    target: str,
    news: Mapping[str, SaidThere | None],
    owners: Mapping[str, RecordKey],
    links: Mapping[tuple[str, str], object],
    store: Store,
    at: datetime,
    exists: Exists,
) -> None:
    """Put linked documents on the worklist that say something else now, and take others off it.

    `news` is what documents say that is not as they are linked, by id; None of those that are.
    `exists` tells who is still in QuickBooks.
    """
    for number, said in news.items():
        own = owners.get(number)
        flow, link = (BY_ENTITY.get(own.entity), links.get(own)) if own else (None, None)
        if own is None or flow is None or not isinstance(link, Link):
            continue
        told = " ".join(_differences(connection_id, own, link, said, store, exists)) if said else ""
        if told:
            store.pending.put_deleted(connection_id, flow.name, _entry(flow, link, told, at))
        else:
            _end(connection_id, flow, _name(target, number), store)


def _differences(  # noqa: PLR0913, PLR0917 - whose document, what it says and said
    connection_id: str, own: RecordKey, link: Link, said: SaidThere, store: Store, exists: Exists
) -> Iterator[str]:
    agreed = said.amount == amount_said(link.facts.get("amount"))
    if link.total is not None and link.total != said.amount and not agreed:
        yield f"Its total was {dollars(link.total)} and is {dollars(said.amount)} now."
    agreed = said.tax == amount_said(link.facts.get("sales tax"))
    tax = link.tax
    if tax is not None and tax != said.tax and not agreed:
        yield f"Its sales tax was {dollars(tax)} and is {dollars(said.tax)} now."
    if link.origin is Origin.LINKED:
        return
    yield from moved(connection_id, link.base, said, store, exists)
    day = str(link.base.get("TxnDate") or "")
    if day and said.day and day != said.day:
        yield f"Its date was {day} and is {said.day} now."
    if own.entity == OF_PAYMENT and (left := not_applied(link.base, said)):
        yield f"{dollars(left)} of it was applied to its invoice and is not any more."


def not_applied(posted: Json, said: SaidThere) -> Decimal:
    """Return how much of a payment is not applied any more that was when it was posted."""
    if said.unapplied is None or "TotalAmt" not in posted:
        return Decimal(0)
    applied = sum((line["Amount"] for line in posted.get("Line", ())), Decimal(0))
    return max(said.unapplied - max(said.amount - applied, Decimal(0)), Decimal(0))


def _entry(flow: AnyPushFlow, link: Link, told: str, at: datetime) -> Deletion:
    return Deletion(
        record_id=_name(link.target, link.quickbooks_id),
        label=f"{flow.noun_of(link.owner.entity)} {flow.item_id(link.owner.mobiwork_id)}",
        reason=(
            f"It was changed in QuickBooks after it was posted ({spoken(link.target)} "
            f"{link.quickbooks_id}), and MobiWork's record stays as it is. {told} Make both sides "
            "agree by hand, or leave this entry out if it is meant so."
        ),
        fixes=(SKIP,),
        cause=Kind.CHANGED_THERE,
        found_at=at.astimezone(UTC).isoformat(),
    )


def _end(connection_id: str, flow: AnyPushFlow, name: str, store: Store) -> None:
    for entry in store.pending.read_many(connection_id, flow.name, [name]).values():
        store.pending.close(entry)


def _name(target: str, quickbooks_id: str) -> str:
    return f"changed-{target}-{quickbooks_id}"


def end_finished(
    connection_id: str, payments: Iterable[Json], memos: Iterable[Json], store: Store
) -> None:
    """Take off the worklist what was to be done with a payment or credit by hand, and is by now.

    What was to be ticked off against a payment (QuickBooks names a purchase there by what it was
    paid with, reference 6.9), what was an overpayment, and what was left of a credit.
    """
    payments = [*payments]
    used_up = (
        one for one in payments if one.get("UnappliedAmt") == 0 and one.get("SyncToken") != "0"
    )
    flow = BY_ENTITY[OF_PAYMENT]
    overpaid = [finishing(flow.target, str(one["Id"])) for one in used_up]
    for entry in store.pending.read_many(connection_id, flow.name, overpaid).values():
        store.pending.close(entry)
    linked = (
        link
        for payment in payments
        for line in payment.get("Line") or ()
        for link in line.get("LinkedTxn") or ()
    )
    paid = {str(link.get("TxnId")) for link in linked if link.get("TxnType") in OF_PURCHASE}
    flows = [flow for flow in PUSH_NAMED.values() if PAYS_CUSTOMERS in flow.targets] if paid else []
    for flow in flows:
        for number in paid:
            _end(connection_id, flow, finishing(PAYS_CUSTOMERS, number), store)

    _end_used_up(connection_id, {str(one["Id"]): one for one in memos if _is_used_up(one)}, store)


def _is_used_up(memo: Json) -> bool:
    return "RemainingCredit" in memo and not number_in(memo, "RemainingCredit")


def _end_used_up(connection_id: str, memos: Mapping[str, Json], store: Store) -> None:
    """End what was left to apply of credit memos of which nothing is left, as MobiWork has them."""
    owners = store.links.owners_of(connection_id, CREDIT_MEMO, memos) if memos else {}
    owns = {one: RecordKey(APPLIED, own.mobiwork_id) for one, own in owners.items()}
    links = store.links.read_many(connection_id, [*owners.values(), *owns.values()])
    for number, own in owners.items():
        memo, applied = links.get(own), links.get(owns[number])
        amount = amount_said(memo.facts.get("amount")) if isinstance(memo, Link) else None
        if amount is not None and abs(amount) == number_in(memos[number], "TotalAmt"):
            _end(connection_id, BY_ENTITY[own.entity], finishing(CREDIT_MEMO, number), store)
        if isinstance(applied, Link):
            ends = finishing(applied.target, applied.quickbooks_id)
            _end(connection_id, BY_ENTITY[APPLIED], ends, store)


def ask_no_more(
    connection_id: str, target: str, gone: Sequence[str], store: Store, at: datetime
) -> None:
    """Answer the questions that are about nothing else than documents which are gone."""
    if not gone:
        return
    ids = {target: [*gone]} if target in OF_TARGET else {}
    ids |= {kind: [elsewhere(target, own) for own in gone] for kind, _ in kinds_beside(target)}
    for kind, some in ids.items():
        _ask_no_more(connection_id, kind, some, store, at)


def _ask_no_more(
    connection_id: str, target: str, gone: Sequence[str], store: Store, at: datetime
) -> None:
    found = store.matches.of_quickbooks(connection_id, target, gone)
    for match in (one for some in found.values() for one in some):
        if match.decision is MatchDecision.UNDECIDED and _are_gone(match, gone):
            said = replace(
                match,
                decision=MatchDecision.DIFFERENT,
                decided_by=WHERE_GONE,
                decided_at=at.isoformat(),
            )
            store.matches.decide(connection_id, said)
            store.matches.ask(connection_id, at.isoformat())
            store.pending.replay(connection_id, match.flow, match.item)


def _are_gone(match: Match, gone: Sequence[str]) -> bool:
    """Tell whether all that may be meant is gone, and stood there when it was asked about."""
    some = [one for one in match.candidates if not one.ruled_out]
    known = {VOIDED, DELETED}.isdisjoint(figures(one, TOTAL)[1] for one in some)
    return bool(some) and known and {one.quickbooks_id for one in some} <= {*gone}


def compare_anew(
    connection_id: str, target: str, typed: Mapping[str, SaidThere], store: Store, at: datetime
) -> None:
    """Have both sides compared again where documents that are asked about say something else."""
    found = store.matches.of_quickbooks(connection_id, target, typed) if typed else {}
    for own, some in found.items():
        for match in some:
            if match.decision is MatchDecision.UNDECIDED and _says_else(match, own, typed[own]):
                store.matches.ask(connection_id, at.isoformat())
                store.pending.replay(connection_id, match.flow, match.item)


def _says_else(match: Match, own: str, said: SaidThere) -> bool:
    """Tell whether a document has another total, day or party than when it was asked about."""
    now = {TOTAL: dollars(said.amount), DAY: said.day, PARTY: said.name}
    for one in match.candidates:
        if one.quickbooks_id == own and not one.ruled_out:
            told = ((figures(one, fact)[1], text) for fact, text in now.items())
            return any(
                before and text and amount_of(before) != amount_of(text) for before, text in told
            )
    return False

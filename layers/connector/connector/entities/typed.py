"""Whether a document that somebody typed in QuickBooks may be one that is posted, and its entry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from connector.engine.stores import Store
from connector.entities.books import SaidThere, money_flows
from connector.entities.customers.parties_there import CUSTOMER, Parties
from connector.entities.recognitions import BESIDE
from connector.model.flows.push_flow import AnyPushFlow, TypedAlike
from connector.model.matching.evidence import Likeness, number_alike, number_key

DAYS_APART, NUMBERS_APART = 5, 31
"""Two entries of the same money, and two of the same number, are dated no further apart; those of
nobody else may be (`entities/typed_apart`)."""


@dataclass(frozen=True)
class NewDocument:
    """A document that is posted, by what tells it from others.

    Attributes:
        target: The QuickBooks entity that it becomes.
        amount: Its total, in the company's currency.
        net: Its total without sales tax.
        day: The day it is dated.
        party: The QuickBooks id of its customer or vendor; None where none is known.
        number: Its number; empty without one.
        typed: How those that the office types are told.
        kind: As what it names its party.
    """

    target: str
    amount: Decimal
    net: Decimal
    day: date
    party: str | None
    number: str
    typed: TypedAlike
    kind: str = CUSTOMER


def may_be(new: NewDocument, said: SaidThere) -> bool:
    """Tell whether a document may be one that was typed in QuickBooks.

    Its number may say so, and never says that it is another one: as when both sides are compared.
    """
    unknown = new.typed.nameless and None in {new.party, said.party}
    if said.dated is None or (said.party != new.party and not unknown):
        return False
    apart = abs((said.dated - new.day).days)
    if said.party == new.party and _is_one_number(new.number, said.number or ""):
        return apart <= NUMBERS_APART
    return said.amount == new.amount and apart <= DAYS_APART


def as_of(
    new: NewDocument, typed: Mapping[str, SaidThere], parties: Parties
) -> Mapping[str, SaidThere]:
    """Return typed documents as those of a new one's party where they are of whom it may mean.

    Whoever was merged is somebody else by now, and a job is its customer's.
    """
    if new.party is None:
        return typed
    late = timedelta(days=NUMBERS_APART)
    others = {
        one.party: None
        for one in typed.values()
        if one.party and one.dated and abs(one.dated - new.day) <= late
    }
    near = parties.near(new.kind, new.party, others)
    return {
        own: replace(one, party=new.party) if one.party in near else one
        for own, one in typed.items()
    }


def _is_one_number(one: str, other: str) -> bool:
    """Tell whether two numbers are one, whatever stands in front; words without digits are none."""
    ours, theirs = number_key(one), number_key(other)
    same = ours == theirs or number_alike(ours, theirs) is Likeness.NEAR
    return bool(digits(one)) and same


@cache
def digits(number: str) -> str:
    """Return the digits of a number that tell it from others."""
    return "".join(filter(str.isdigit, number)).lstrip("0")


def posted_as(target: str) -> Iterator[tuple[AnyPushFlow, list[str]]]:
    """Yield which flows post what somebody enters so, and as what: a bill may be a purchase."""
    beside = {
        kind: one.never
        for kind, others in BESIDE.items()
        for one in others
        if one.target == target and not one.on_account
    }
    for flow in money_flows():
        kinds = [
            kind
            for kind in dict.fromkeys(flow.targets)
            if kind == target or (kind in beside and flow.name not in beside[kind])
        ]
        if kinds:
            yield flow, kinds


def twice(target: str, quickbooks_id: str) -> str:
    """Return the name of the entry that a typed document may be beside a posted one."""
    return f"twice-{target}-{quickbooks_id.replace('/', '.')}"


def end_twice(
    connection_id: str, flow: AnyPushFlow, target: str, numbers: Iterable[str], store: Store
) -> None:
    """Take off the worklist that some documents may be beside posted ones of a flow."""
    names = [twice(target, one) for one in numbers]
    found = store.pending.read_many(connection_id, flow.name, names) if names else {}
    for entry in found.values():
        store.pending.close(entry)


def end_twice_of_linked(connection_id: str, target: str, number: str, store: Store) -> None:
    """Do so of a document that is linked now; one read of the table where none was typed so.

    What a look tells of is remembered (`changes/documents/shown`). Whoever dies before this leaves
    it to the next change of the document.
    """
    if store.books.shown_of(connection_id, target, [number]):
        for flow, _ in posted_as(target):
            end_twice(connection_id, flow, target, [number], store)

"""Whether a document that somebody typed in QuickBooks may be one that is posted, and its entry.

Both are compared as both sides are on the first day (`model/matching/alike`), by what is known of
them: what the comparison asks about, daily life asks about.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from connector.entities.books import SaidThere, party_in
from connector.entities.parties.merged import CUSTOMER, Parties, party_kind
from connector.entities.recognitions import ADDED_UP, BESIDE, RECOGNITIONS, Beside
from connector.model.body import Json
from connector.model.books.kinds import OF_TARGET
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import FlowName, QuickBooksId
from connector.model.links import Link, RecordKey
from connector.model.matching import alike
from connector.model.matching.evidence import APART, NEAR_DAYS, Facts, is_one_number
from connector.model.matching.matches import is_elsewhere, told_as
from connector.model.matching.scoring import DAY, NET, NUMBER, PAID_BY, PARTY, REFERENCE, TOTAL

if TYPE_CHECKING:
    from connector.model.matching.alike import Resemblance

RECEIPT = "SalesReceipt"
MOST_OVER_THE_COUNTER = 20
"""Of more receipts about a day that name nobody, none tells by what it comes to whose it is."""


@dataclass(frozen=True)
class NewDocument:
    """A document that is posted, or is about to be, by what tells it from others.

    Attributes:
        owner: The record of MobiWork that it is of.
        target: The QuickBooks entity that it becomes.
        amount: Its total, in the company's currency.
        net: Its total without sales tax.
        day: The day it is dated.
        party: The QuickBooks id of its customer or vendor; None where none is known.
        number: Its number; empty without one.
        label: What a person calls it.
        kind: As what it names its party.
        method: How it is paid, by QuickBooks' id; None where that is not known.
        on_account: Whether it is money that pays no document.
    """

    owner: RecordKey
    target: str
    amount: Decimal
    net: Decimal
    day: date
    party: str | None
    number: str
    label: str
    kind: str = CUSTOMER
    method: str | None = None
    on_account: bool = False

    @property
    def id(self) -> str:
        """What it is called where it is compared."""
        return " ".join(self.owner)

    @property
    def facts(self) -> Facts:
        """What it says, as it is compared."""
        said = {
            **_said((self.amount, self.net), self.day.isoformat(), self.number),
            PAID_BY: (self.method,),
        }
        return _facts(self.id, self.label, said, (self.party,))


def new_document(
    owner: RecordKey, target: str, body: Json, *, amounts: tuple[Decimal, Decimal], label: str
) -> NewDocument:
    """Return what tells a document from others by its body; `amounts` are its total and its tax."""
    (amount, tax), method = amounts, body.get("PaymentMethodRef") or {}
    return NewDocument(
        owner=owner,
        target=target,
        amount=amount,
        net=amount - tax,
        day=date.fromisoformat(str(body["TxnDate"])),
        party=party_in(body),
        number=str(body.get("DocNumber") or body.get("PaymentRefNum") or ""),
        label=label,
        kind=party_kind(body),
        method=str(method.get("value") or ""),
        on_account=not body.get("Line"),
    )


def posted_document(flow: AnyPushFlow, link: Link) -> NewDocument | None:
    """Return what tells a posted document from others; None of one without a day or a total."""
    if link.total is None or not link.base.get("TxnDate"):
        return None
    amounts = (abs(link.total), link.tax or Decimal(0))
    label = f"{flow.noun} {flow.item_id(link.owner.mobiwork_id)}"
    return new_document(link.owner, link.target, link.base, amounts=amounts, label=label)


def _said(
    amounts: tuple[Decimal, Decimal], day: str | None, number: str | None
) -> dict[str, tuple[str | None, ...]]:
    total, net = amounts
    return {
        TOTAL: (str(total),),
        NET: (str(net),) if net != total else (),
        DAY: (day,),
        NUMBER: (number,),
        REFERENCE: (number,),
    }


def _facts(
    own: str,
    label: str,
    said: Mapping[str, Iterable[str | None]],
    parties: Iterable[str | None],
) -> Facts:
    texts = {fact: tuple(filter(None, some)) for fact, some in said.items()}
    whose = tuple(filter(None, parties))
    known = {fact: some for fact, some in texts.items() if some}
    return Facts(own, label, known, {PARTY: whose} if whose else {})


def facts_there(own: QuickBooksId, said: SaidThere, target: str, *more: str) -> Facts:
    """Return what somebody typed, as it is compared; `more` are those who are its party, too."""
    if is_elsewhere(own):
        named = "".join(map(_spaced, told_as(own))).strip()
    else:
        named = f"{OF_TARGET[target].value.removesuffix('s')} {said.number or own}"
    texts = {
        **_said((said.amount, said.amount - said.tax), said.day, said.number),
        PARTY: (said.name,),
    }
    of = f" of {said.name}" if said.name else ""
    return _facts(own, f"{named}{of}", texts, dict.fromkeys((said.party, *more)))


def _spaced(letter: str) -> str:
    return f" {letter.lower()}" if letter.isupper() else letter


@dataclass(frozen=True)
class Typed:
    """What somebody typed in QuickBooks, with whom its party may be besides.

    Attributes:
        said: What each document says, by its id.
        parties: By id who else its party is: merged into each other, or above or below it.
    """

    said: Mapping[QuickBooksId, SaidThere]
    parties: Mapping[QuickBooksId, Sequence[str]]

    def coming_to(self, new: NewDocument) -> dict[QuickBooksId, SaidThere]:
        """Return those that come to what a new document does, as of its party where they may be."""
        return {
            own: replace(one, party=new.party) if new.party in self.parties.get(own, ()) else one
            for own, one in self.said.items()
            if one.comes_to(new.amount, new.net)
        }

    def without(self, some: Iterable[QuickBooksId]) -> "Typed":
        """Return what is left without some documents."""
        out = {*some}
        return replace(self, said={own: one for own, one in self.said.items() if own not in out})


def with_parties_near(
    news: Iterable[NewDocument], said: Mapping[QuickBooksId, SaidThere], parties: Parties
) -> Typed:
    """Return typed documents with whom of some new ones they may be of, as merges and jobs tell.

    Only of those that come to what a new one does, or bear its number, about its days.
    """
    late, near = timedelta(days=APART), dict[QuickBooksId, list[str]]()
    for new in news:
        if new.party is None:
            continue
        others = {
            own: one.party
            for own, one in said.items()
            if one.party and one.dated and abs(one.dated - new.day) <= late
            if one.comes_to(new.amount, new.net) or is_one_number(new.number, one.number or "")
        }
        same = parties.near(new.kind, new.party, dict.fromkeys(others.values()))
        for own, one in others.items():
            if one in same:
                near.setdefault(own, []).append(new.party)
    return Typed(said, near)


def compared(
    news: Sequence[NewDocument],
    typed: Typed,
    flow: FlowName,
    *,
    others: Iterable[NewDocument] = (),
    apart: frozenset[tuple[str, str]] = frozenset(),
) -> "Resemblance":
    """Compare documents of one flow and entity with what was typed, as both sides are compared.

    `others` may be in a sum with some of them; `apart` are those pairs of which a person said that
    they are not the same.
    """
    target, ours = news[0].target, {one.id: one.facts for one in news}
    table = RECOGNITIONS[flow].table
    resemblance = alike.Resemblance(
        target,
        table,
        ours,
        adds_up=target in ADDED_UP,
        apart=apart,
        others=[one.facts for one in others],
    )
    counter = sold_over_the_counter(typed.said)
    there = {
        own: facts_there(own, said, target, *typed.parties.get(own, ()))
        for own, said in typed.said.items()
        if said.amount and not said.voided and own not in counter
    }
    resemblance.of_its_kind(one for own, one in there.items() if not is_elsewhere(own))
    on_account = {one.id for one in news if one.on_account}
    for beside in BESIDE.get(target, ()):
        free = [one for own, one in there.items() if _may_be(beside, own, typed.said[own])]
        left = [] if flow in beside.never else resemblance.like_nothing_there()
        rest = [own for own in left if own in on_account or not beside.on_account]
        if free and rest:
            resemblance.of_another(rest, free, of_any_day=beside.of_any_day, banked=beside.banked)
    resemblance.added_up()
    return resemblance


def sold_over_the_counter(typed: Mapping[QuickBooksId, SaidThere]) -> set[QuickBooksId]:
    """Return the receipts that name nobody where there are many about their day."""
    days = {own: said.dated for own, said in typed.items() if is_nobodys_receipt(own, said)}
    known = sorted(day for day in days.values() if day)
    near = timedelta(days=NEAR_DAYS)

    def about(day: date) -> int:
        return bisect_right(known, day + near) - bisect_left(known, day - near)

    return {own for own, day in days.items() if not day or about(day) > MOST_OVER_THE_COUNTER}


def is_nobodys_receipt(own: QuickBooksId, said: SaidThere) -> bool:
    """Tell whether it is a receipt, as another kind than a new document, that names nobody."""
    return said.party is None and own.startswith(f"{RECEIPT}:")


def _may_be(beside: Beside, own: QuickBooksId, said: SaidThere) -> bool:
    kind, elsewhere, _ = own.partition(":")
    as_wanted = beside.entered_as in {None, said.entered_as}
    return bool(elsewhere) and kind == beside.target and as_wanted

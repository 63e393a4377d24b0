"""What MobiWork says is owed on its invoices, held against what its payments there explain.

An invoice that MobiWork shows as paid, without the record of a payment, stays open in QuickBooks,
and no list tells that. How `balance` comes about is documented nowhere (reference 3.6), so that it
only ever tells: nothing is posted of it, a company can have it left alone, and where it differs for
many invoices that is one entry. Costs two queries of the table a day, none in a look without news.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote

from connector.changes.lists.found import Found
from connector.changes.lists.look import ListsLook
from connector.changes.lists.prints import Said, sayings
from connector.entities.payments.kinds import REFUND, kind_of
from connector.entities.payments.model import INVOICE, Payment
from connector.entities.registry import INVOICES, PAYMENTS, PUSH_NAMED
from connector.entities.shared.documents import read_amount
from connector.entities.shared.wire import CENT, cents, dollars
from connector.errors import OPEN_SETTINGS, SKIP
from connector.model.fingerprints import Fingerprints
from connector.model.flows.census import METHOD, PAYMENT_TYPE, STATUS
from connector.model.links import Link
from connector.model.pending import Deletion
from connector.model.policy.postable import Standing, verdict
from connector.model.policy.posting_words import INVOICE_WORDS, PAYMENT_WORDS
from connector.model.policy.settings import title
from connector.model.worklist.causes import Kind, cause

OWED = "owed"
"""Where it is kept among what is kept of the lists themselves."""
GRACE = timedelta(hours=20)
"""The record of a payment may arrive a while after its invoice: what differs in one night must
still do so in the next one."""
MANY, MOST_KEPT = 10, 1000
"""So many that differ are one entry; of so many it is kept since when they do."""
SETTING = "invoice_balances"
NONE, EACH = "do not compare", "tell each"

type _Range = tuple[Decimal, Decimal]
"""What payments explain: at least, and at most where some of them may count."""
NOTHING: _Range = Decimal(0), Decimal(0)


@dataclass(frozen=True, kw_only=True)
class OwedOtherwise:
    """An invoice whose balance in MobiWork is another one than its payments there leave.

    since: when that was first seen, ISO 8601 in UTC.
    number: what a person knows the invoice by.
    total, owed, explained: what it is for, what MobiWork says is left, and what payments explain.
    given_back: what was refunded of its payments, which no document takes off them.
    told: whether a person was told of it.
    """

    since: str
    number: str
    total: str
    owed: str
    explained: str
    given_back: str = "0"
    told: bool = False

    @property
    def more(self) -> Decimal:
        """How much more is owed by MobiWork's balance than by its payments; below zero less."""
        return Decimal(self.owed) - Decimal(self.total) + Decimal(self.explained)

    @property
    def beyond_documents(self) -> Decimal:
        """How much more is owed than what is posted of it leaves."""
        return self.more + Decimal(self.given_back)

    @property
    def sentence(self) -> str:
        """Both figures."""
        return (
            f"MobiWork shows {_said(self.owed)} owed on invoice {self.number}, but its payments, "
            f"credits and refunds there explain {_said(self.explained)} of {_said(self.total)}."
            + (f" {_said(self.given_back)} was refunded." if Decimal(self.given_back) else "")
        )


@dataclass(frozen=True)
class Balances:
    """What was found when balances were compared last.

    day: the day of reading lists on which that was.
    chosen: how the setting was.
    at_once: whether so many differed that there is one entry for all of them.
    differ: what differs, by the id of the invoice.
    """

    day: str | None = None
    chosen: str | None = None
    at_once: bool = False
    differ: Mapping[str, OwedOtherwise] = field(default_factory=dict)

    @classmethod
    def of(cls, lists: Fingerprints) -> "Balances":
        """Return what is kept among what is kept of the lists themselves."""
        kept = json.loads(lists.known(OWED) or "{}")
        some = {own: OwedOtherwise(**one) for own, one in kept.get("differ", {}).items()}
        return cls(**{**kept, "differ": some})

    @property
    def told(self) -> dict[str, OwedOtherwise]:
        """What a person was told of, alone or with others, or knows from a payment's refund."""
        return {own: one for own, one in self.differ.items() if one.told or not one.more}


def compare(look: ListsLook, day: str, found: Mapping[str, Found]) -> None:
    """Tell what differs, and take off the worklist what does not any more.

    Once a day, after both lists were read to their ends; at once where something differs and either
    list, or the setting, changed.
    """
    before, chosen = Balances.of(look.lists), look.settings.invoice_balances
    lists = [found[one] for one in (INVOICES, PAYMENTS)]
    if any(one.problem or one.off or one.more for one in lists) or not (
        found[INVOICES].read or before.differ
    ):
        return
    news = bool(before.differ) and any(one.changed or one.deleted for one in lists)
    if (before.day, before.chosen) == (day, chosen) and not news:
        return
    differ = {} if chosen == NONE else _Compared(look).differ(before.differ)
    now = replace(before, day=day, chosen=chosen)
    kept = now if differ is None else _tell(look, now, differ)
    look.lists.remember(OWED, json.dumps(asdict(kept)))


@dataclass
class _Compared:
    """Both lists as they were read last.

    look: the look that compares them.
    back: what was given back of payments, by invoice.
    """

    look: ListsLook
    back: dict[str, Decimal] = field(default_factory=dict)

    def differ(self, before: Mapping[str, OwedOtherwise]) -> dict[str, OwedOtherwise] | None:
        """Return which posted invoices differ; None while it is not known what each payment says.

        What is not in QuickBooks, or was voided there, is not open there.
        """
        explained = self._explained()
        if explained is None:
            return None
        some = self._differing(explained)
        named = _numbers(self.look, some)
        return {
            own: _aged(replace(some[own], number=number), before.get(own))
            for own, number in sorted(named.items())
        }

    def _explained(self) -> dict[str, _Range] | None:
        """Return what is explained of each invoice, less what was given back of its payments."""
        known = self.look.store.fingerprints.read(self.look.connection_id, PAYMENTS)
        found = dict[str, _Range]()
        said = sayings(self.look.lists, PUSH_NAMED[PAYMENTS].entity)
        signs = dict[tuple[str, bool], tuple[bool, Standing]]()
        if known.marks.keys() - known.prints.keys():
            return None
        for printed in known.prints.values():
            _, key, whole, *owed = printed.split(" ")
            if not owed or key not in said:
                return None
            for part in filter(None, owed[0].split(",")):
                quoted, _, amounts = part.rpartition("=")
                own = unquote(quoted)
                share, _, given_back = amounts.partition("+")
                amount = _amount(share or whole) or Decimal(0)
                way = key, amount < 0
                if way not in signs:
                    signs[way] = self._meant(said[key], amount)
                back, standing = signs[way]
                amount = -abs(amount) if back else amount
                sure, may = standing is Standing.POSTED and share, standing is not Standing.NEVER
                if may and (given_back or back):  # no document of it moves what is open
                    returned = abs(amount) if back else Decimal(given_back)
                    self.back[own] = self.back.get(own, Decimal(0)) + returned
                some = (amount if sure else Decimal(0)), (amount if may else Decimal(0))
                least, most = found.get(own, NOTHING)
                found[own] = least + min(some), most + max(some)
        return found

    def _meant(self, said: Said, amount: Decimal) -> tuple[bool, Standing]:
        """Return whether such payments give money back, and whether they count by their status."""
        texts, settings = dict(said.texts or ()), self.look.settings
        payment = Payment.model_construct(
            type=texts.get(PAYMENT_TYPE, ""),
            method=texts.get(METHOD, ""),
            amount=amount,
            paid_on=self.look.now.date(),
        )
        by_status = verdict(PAYMENT_WORDS, texts.get(STATUS, ""), settings)
        return kind_of(payment, settings) == REFUND, by_status.standing

    def _differing(self, explained: Mapping[str, _Range]) -> dict[str, OwedOtherwise]:
        """Return which invoices that count differ; of one that is overpaid 0.00 may be left."""
        known = self.look.store.fingerprints.read(self.look.connection_id, INVOICES)
        counts = {
            key: verdict(INVOICE_WORDS, dict(one.texts or ()).get(STATUS, ""), self.look.settings)
            for key, one in sayings(self.look.lists, INVOICE).items()
        }
        found, now = dict[str, OwedOtherwise](), self.look.now.astimezone(UTC).isoformat()
        for own, printed in known.prints.items():
            _, key, whole, *words = printed.split(" ")
            balance = _amount(words[0]) if words else None
            final = key in counts and counts[key].standing is Standing.POSTED
            if balance is None or not (whole and final):
                continue
            total, (least, most) = cents(Decimal(whole)), explained.get(own, NOTHING)
            agrees = total - most - CENT < balance < total - least + CENT
            back = self.back.get(own, Decimal(0))
            if (agrees and not back) or (cents(balance) == 0 and total <= most):
                continue
            by = total - cents(balance) if agrees else most if balance < total - most else least
            found[own] = OwedOtherwise(
                since=now,
                number=own,
                total=str(total),
                owed=str(cents(balance)),
                explained=str(cents(by)),
                given_back=str(back),
            )
        return found


def _aged(now: OwedOtherwise, was: OwedOtherwise | None) -> OwedOtherwise:
    """Return what differs since it does; what was told is told anew with other figures."""
    same = was is not None and (was.owed, was.explained) == (now.owed, now.explained)
    if was is None or not (same or was.told):
        return now
    return replace(now, since=was.since, told=same and was.told)


def _amount(text: str) -> Decimal | None:
    try:
        return read_amount(text) if text else None
    except ValueError:
        return None


def _numbers(look: ListsLook, some: Mapping[str, object]) -> dict[str, str]:
    """Return what a person knows those invoices by that are in QuickBooks and count there."""
    keys = [(INVOICE, own) for own in some]
    links = look.store.links.read_many(look.connection_id, keys) if keys else {}
    return {
        link.owner.mobiwork_id: str(link.base.get("DocNumber") or link.owner.mobiwork_id)
        for link in links.values()
        if isinstance(link, Link) and not link.gone
    }


def _tell(look: ListsLook, before: Balances, differ: Mapping[str, OwedOtherwise]) -> Balances:
    """Tell what differs for long enough, one by one or all at once; end what is told no more."""
    due = [own for own, one in differ.items() if one.more and _is_old(look, one)]
    at_once = len(due) >= MANY and look.settings.invoice_balances != EACH
    for own in due if not at_once else ():
        if before.at_once or not differ[own].told:
            _put(look, own, differ[own])
    if at_once:
        _put_many(look, [differ[own] for own in due])
    _close(look, [own for own in before.told if at_once or own not in due])
    if before.at_once and not at_once:
        _close(look, [OWED])
    kept = {own: replace(differ[own], told=own in due) for own in [*differ][:MOST_KEPT]}
    return replace(before, at_once=at_once, differ=kept)


def _is_old(look: ListsLook, one: OwedOtherwise) -> bool:
    return look.now - datetime.fromisoformat(one.since) >= GRACE


def _close(look: ListsLook, names: Iterable[str]) -> None:
    pending, ids = look.store.pending, [*map(entry_id, names)]
    found = pending.read_many(look.connection_id, INVOICES, ids) if ids else {}
    for entry in found.values():
        pending.close(entry)


def entry_id(own: str) -> str:
    """Return under which id the entry of an invoice stands, or that of many."""
    return f"{OWED}-{own}"


def _put(look: ListsLook, own: str, one: OwedOtherwise) -> None:
    less, by = one.more < 0, dollars(abs(one.more))
    advice = (
        "Enter the payment that is missing in MobiWork, and it is posted; if no money came in, "
        "correct the balance there."
        if less
        else "If money was given back, enter the refund on both sides; if not, correct the balance "
        "in MobiWork."
    )
    there = "more" if less else "less"
    entry = Deletion(
        record_id=entry_id(own),
        label=f"invoice {one.number}",
        reason=f"{one.sentence} With all of them posted QuickBooks shows {by} {there} owed than "
        f"MobiWork; nothing is posted of the difference. {advice} This entry ends by itself once "
        "both agree.",
        fixes=(SKIP,),
        found_at=one.since,
        cause=Kind.OWED,
    )
    look.store.pending.put_deleted(look.connection_id, INVOICES, entry)


def _put_many(look: ListsLook, some: list[OwedOtherwise]) -> None:
    entry = Deletion(
        record_id=entry_id(OWED),
        label=f"{len(some)} invoices",
        reason=f"The MobiWork balance of {len(some)} invoices does not match their payments. "
        f"{some[0].sentence} Either payments are missing in MobiWork, and these "
        "invoices stay open in QuickBooks, or its balance means something else in this "
        f'account. Check a few of them, then choose in the setting "{title(SETTING)}" '
        "whether each gets its own entry or none is compared. Nothing is posted "
        "of the difference.",
        fixes=(OPEN_SETTINGS,),
        found_at=min(one.since for one in some),
        cause=cause(Kind.SETTING, SETTING),
    )
    look.store.pending.put_deleted(look.connection_id, INVOICES, entry)


def _said(text: str) -> str:
    return dollars(Decimal(text))

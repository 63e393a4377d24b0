"""Totals of posted documents: kept while they differ, rounded where decided, a stop for others."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, partial
from threading import Lock

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.sales.totals import ROUNDED_ON, ROUNDING, override_obeyed, rounding_line
from connector.errors import KindStoppedError
from connector.model.body import Body, Json
from connector.model.flows.push_flow import PushFlow
from connector.model.links import Link, Origin
from connector.model.outcomes import Outcome
from connector.model.plans import Skip, Update
from connector.model.policy.settings import title
from connector.model.totals import (
    LISTED,
    MOST,
    OF_FIRST,
    ROUNDING_LINE,
    STOP,
    Difference,
    DifferenceCause,
    TotalDifference,
    is_rounding,
    said_otherwise,
    stopped,
    why_stopped,
)
from connector.model.worklist.causes import Kind
from connector.push.money.foreseen import not_as_planned
from connector.quickbooks.words import legible, name_of_member

NOTHING = Decimal(0)
NOT_READ = (
    "QuickBooks has it, but what it answered cannot be read ({named}) and was not compared with "
    "what was sent: look at it there."
)
IGNORED = "QuickBooks did not take the tax that was sent along."


def keep[R: BaseModel](  # noqa: PLR0913 - a document with what was sent and what was answered
    run: Run,
    flow: PushFlow[R],
    record: R,
    *,
    own: tuple[str, str],
    sent: Json,
    answer: Json,
    outcome: Outcome,
) -> Difference | None:
    """Compare a document with what was sent and keep how they differ, before it is linked.

    Of the first documents of a kind any difference stops the kind; later another date, party or
    line than was sent is told, and stops nothing. Whether QuickBooks obeyed the tax that was sent
    is remembered for the company. `own` is the id that the document is linked under and its name
    for a person. What cannot be read of the answer is not compared, and told.
    """
    if flow.fields:
        return None
    kept = run.store.totals
    said, odd = legible(answer)
    found = flow.totals.difference(record, sent, said) if flow.totals and not odd else None
    counts = outcome is not Outcome.LINKED
    if outcome is Outcome.CREATED:
        _learn(run, sent, said)
        told = " ".join([*not_read(odd), *said_otherwise(sent, said)])
        other = Difference(DifferenceCause.SAID, told, NOTHING) if told else None
        unlike = found or (other if odd else not_as_planned(sent, said))
        if unlike and run.store.totals.watched(run.connection_id, flow.name):
            found = unlike if found is None else replace(found, cause=DifferenceCause.PLAN)
        elif found is None and other is not None:
            found, counts = other, False
    if found is None:
        if outcome is Outcome.UPDATED and not odd:
            kept.settle(run.connection_id, flow.name, own[0])
        return None
    rounded = any(line.get("Description") == ROUNDING for line in said.get("Line", ()))
    difference = TotalDifference(*own, found, rounded=rounded)
    kept.note(run.connection_id, flow.name, difference, counts=counts)
    return found


def not_read(odd: Sequence[str]) -> list[str]:
    """Say what of QuickBooks' answer cannot be read, by the paths of its members."""
    named = ", ".join(dict.fromkeys(name_of_member(one) for one in odd))
    return [NOT_READ.format(named=named)] if odd else []


def _learn(run: Run, sent: Json, answer: Json) -> None:
    """Remember whether a sent tax is obeyed, where the answer shows it and it is news."""
    obeyed, kept = override_obeyed(sent, answer), run.store.totals
    if obeyed is not None and obeyed != kept.override_obeyed(run.connection_id):
        kept.remember_override(run.connection_id, obeyed=obeyed)


def risks[R: BaseModel](flow: PushFlow[R], record: R) -> frozenset[DifferenceCause]:
    """Return the causes for which the total of a document may come out otherwise."""
    known = flow.totals.risks(record) if flow.totals else frozenset[DifferenceCause]()
    return known if flow.fields else known | OF_FIRST


def told[R: BaseModel](
    run: Run, flow: PushFlow[R], documents: Mapping[str, Link]
) -> Mapping[str, TotalDifference]:
    """Read which of some posted documents have another total, by the ids they are linked under."""
    if flow.fields:
        return {}
    ids = [own for own, link in documents.items() if not link.gone]
    return run.store.totals.read_many(run.connection_id, flow.name, ids) if ids else {}


def after_the_post[R: BaseModel](
    run: Run, flow: PushFlow[R], told: TotalDifference, link: Link
) -> Update | Skip:
    """Return what is to be done about a posted document whose total differs.

    Where that was decided a line takes the cents, once; else a person is told.
    """
    entry = Skip(_entry(run, told, link), tell=True, cause=Kind.TOTAL)
    return _rounded(run, flow, link, told) or entry


def not_rounded(told: TotalDifference, why: str) -> Skip:
    """Tell a person of a difference that no line could take, and why."""
    sentence = f"{told.difference.sentence} No rounding line could be added: {why}"
    return Skip(sentence, tell=True, cause=Kind.TOTAL)


def _entry(run: Run, told: TotalDifference, link: Link) -> str:
    ignored = run.store.totals.override_obeyed(run.connection_id) is False
    taxed = bool((link.base.get("TxnTaxDetail") or {}).get("TotalTax"))
    more = f" {IGNORED}" if ignored and taxed else ""
    return f"{told.difference.sentence}{more}"


def _rounded[R: BaseModel](
    run: Run, flow: PushFlow[R], link: Link, told: TotalDifference
) -> Update | None:
    """Return the update that adds a rounding line; the document is known by the same content.

    One that the office typed itself is only linked, and stays as it is.
    """
    settings, body = run.settings, link.base
    if link.origin is Origin.LINKED or settings.on_other_total != ROUNDING_LINE or told.rounded:
        return None
    if not is_rounding(told.difference) or not _sells(body):
        return None
    product = run.store.links.read(run.connection_id, ROUNDED_ON, settings.rounding_product)
    if not isinstance(product, Link):
        return None
    line = rounding_line(product.quickbooks_id, told.difference.missing)
    required = flow.updating.required if flow.updating else frozenset[str]()
    needed = {name: body[name] for name in required if name in body}
    return Update(body, needed | {"Line": [*_lines(body, link), line]}, link.content_hash or "")


def _sells(body: Json) -> bool:
    return any(line.get("DetailType") == "SalesItemLineDetail" for line in body.get("Line", ()))


def _lines(body: Json, link: Link) -> list[Body]:
    """Return the lines as they were sent, with QuickBooks' ids where each has one (7.1)."""
    lines, ids = body.get("Line", ()), link.line_ids
    if len(lines) != len(ids):
        return list(lines)
    return [{"Id": one} | line for one, line in zip(ids, lines, strict=True)]


type Seen = tuple[str | None, tuple[TotalDifference, ...]]
"""The undecided differences of a flow, and the state of the store that they are of."""


@dataclass
class Stop[R: BaseModel]:
    """What one worker knows of the differences of its flow.

    flow, run: the flow, and the run in which its documents are posted.
    agreed: how many documents have shown, by cause, that their totals agree.
    seen: the undecided differences as last read, with the state of the store that they were.
    turn: lets one thread at a time read them.
    """

    flow: PushFlow[R]
    run: Run
    agreed: Counter[DifferenceCause] = field(default_factory=Counter)
    seen: Seen | None = None
    turn: Lock = field(default_factory=Lock)

    def wants_alone(self, record: R) -> bool:
        """Tell whether a document is posted alone, for few of its kind have shown that they agree.

        That is so only where a difference stops its kind.
        """
        if self.canary:
            return True
        asks = self.run.settings.on_other_total == STOP
        known = risks(self.flow, record) - OF_FIRST
        return asks and any(self.agreed[one] < MOST for one in known)

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Post one by one while some differ."""
        with self.turn if self.canary or self._known()[1] else nullcontext():
            yield

    def why(self, record: R) -> str | None:
        """Say why a document waits, by what was last seen; None where it does not."""
        return self._why(record, self._known())

    def why_now(self, record: R) -> str | None:
        """Say why a document waits, by what stands in the store at this moment."""
        return self._why(record, self._now()) if self._may_stop(record) else None

    def check_of(self, record: R) -> Callable[[str | None], None] | None:
        """Return what looks once more when a document is ready to be sent; None where none stops.

        Other workers post the same kind. It is told the state that the store has at that moment.
        """
        return partial(self._check, record) if self._may_stop(record) else None

    def _check(self, record: R, state: str | None) -> None:
        """Look whether meanwhile too many differ."""
        if why := self._why(record, self._at(state)):
            raise KindStoppedError(why, cause=Kind.STOPPED)

    def posted_as_expected(self, record: R) -> None:
        """Note that the total of a document agrees."""
        self.agreed.update(risks(self.flow, record))
        if self.canary:
            self.run.store.totals.pass_one(self.run.connection_id, self.flow.name)
            del self.canary

    @cached_property
    def canary(self) -> int:
        """How many documents of the flow are still to go out one by one, as last read."""
        return 0 if self.flow.fields else self._look()[0]

    def _may_stop(self, record: R) -> bool:
        known = risks(self.flow, record) - OF_FIRST
        return self.run.settings.on_other_total != LISTED and bool(known or self.canary)

    def _why(self, record: R, seen: Seen) -> str | None:
        found = stopped(seen[1], risks(self.flow, record), self.run.settings.on_other_total)
        return why_stopped(found, f"{self.flow.noun}s", title("on_other_total")) if found else None

    def _known(self) -> Seen:
        if self.flow.fields:
            return None, ()
        return self.seen or self._now()

    def _now(self) -> Seen:
        return self._look()[1]

    def _look(self) -> tuple[int, Seen]:
        """Read the canary and the differences at once; these again, where their state is another.

        No state means that there were none when they were read.
        """
        found = self.run.store.totals.standing(self.run.connection_id, self.flow.name)
        if found.state is not None:
            return found.canary, self._at(found.state)
        self.seen = seen = None, found.undecided
        return found.canary, seen

    def _at(self, state: str | None) -> Seen:
        """Read the differences again where they are others than were seen.

        Their state is read first: what comes later has another one.
        """
        seen = self.seen
        if seen is None or seen[0] != state:
            kept = self.run.store.totals
            seen = state, tuple(kept.undecided(self.run.connection_id, self.flow.name))
            self.seen = seen
        return seen

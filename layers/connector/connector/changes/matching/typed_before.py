"""What was typed in QuickBooks before the start and may be what MobiWork dates after it: kept.

It is asked about like what is typed later (`push/matching/typed_there`), which change data tells.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from connector.changes.matching.compared import Comparison
from connector.engine.run import Run
from connector.entities.books import SaidThere, is_before, kept_before
from connector.entities.shared.wire import cents
from connector.entities.typed.beside import KEPT_FOR, document, remember, said_by
from connector.model.books.kinds import OF_TARGET
from connector.model.ids import QuickBooksId
from connector.model.matching.evidence import APART, LIKELY_REFERENCE, Facts
from connector.model.matching.scoring import (
    CURRENCY,
    DAY,
    NET,
    NUMBER,
    PAID_INVOICE,
    PARTY,
    REFERENCE,
    TOTAL,
)


def keep(run: Run, target: str, compared: Comparison, started: date) -> None:
    """Keep what nobody is that both sides were compared with, of the month before the start.

    What change data has shown since is kept as that says. What one of MobiWork is by now is not
    kept any more.
    """
    if target not in OF_TARGET:
        return
    since = started - timedelta(days=APART)
    said = _said(compared.nobodys(since.isoformat()))
    books, own = run.store.books, run.connection_id
    known = dict(books.all_shown(own, target))
    news = {one: kept_before(each) for one, each in said.items() if one not in known}
    over = {one: None for one, each in known.items() if is_before(each) and one not in said}
    if news or over:
        typed = {one: said[one] for one in news}
        remember(own, target, {**typed, **dict.fromkeys(over)}, run.store)
        books.note_shown(own, target, {**news, **over})


def keep_beside(run: Run, target: str, others: Iterable[Facts], started: date) -> None:
    """Keep what was typed as a kind that no flow posts in the month before the start.

    What change data has shown since stays as that says, and what nothing can be compared with is
    left as it is kept.
    """
    since = (started - timedelta(days=APART)).isoformat()
    lines = defaultdict[QuickBooksId, dict[QuickBooksId, SaidThere]](dict)
    for one in others:
        counts = not one.voided and one.hint is None and CURRENCY not in one.said
        if counts and one.said.get(TOTAL) and any(day >= since for day in one.said.get(DAY, ())):
            lines[one.id.partition("/")[0]][one.id] = said_by(one)
    read = ((own, document(target, some, listed=False)) for own, some in lines.items())
    if found := {own: one for own, one in read if one.lines}:
        until = run.now() + KEPT_FOR
        run.store.typed.keep(run.connection_id, target, found, until=until)


def _said(some: Iterable[Facts]) -> Mapping[QuickBooksId, SaidThere]:
    """Return what documents say of money; one in another currency is none of MobiWork's."""
    found = ((one, one.said) for one in some if one.hint is None)
    return {
        one.id: SaidThere(
            amount=(amount := cents(Decimal(said[TOTAL][0]))),
            tax=amount - cents(Decimal(said[NET][0])) if NET in said else Decimal(0),
            day=said[DAY][0],
            party=_party(one),
            name=_first(said.get(PARTY)),
            number=_first(said.get(NUMBER) or said.get(REFERENCE)),
            unapplied=Decimal(0) if one.refers.get(PAID_INVOICE) else None,
        )
        for one, said in found
        if said.get(TOTAL) and CURRENCY not in said
    }


def _party(one: Facts) -> str | None:
    """Return whose it is; those above him, who may be meant as well, come later."""
    return _first(own for own in one.refers.get(PARTY, ()) if not own.startswith(LIKELY_REFERENCE))


def _first(texts: Iterable[str] | None) -> str | None:
    return next(iter(texts or ()), None)

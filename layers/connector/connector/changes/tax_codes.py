"""Tax codes and rates, which change data lacks: two metered calls a week."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.changes import enqueue
from connector.changes.backfill import TAXES
from connector.changes.poll import Poll
from connector.changes.unread.walks import waited
from connector.entities.taxes import with_rates
from connector.model.body import Body, Json, by_id, each_read, passed_over
from connector.model.cursor import Cursor
from connector.model.flows.misread import apart
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.pending import fingerprint
from connector.quickbooks.reading.whole_lists import read_list

EVERY = timedelta(days=7)


def are_due(cursor: Cursor, pulls: Sequence[AnyPullFlow], now: datetime) -> bool:
    """Tell whether taxes are to be read: weekly, or when somebody asked for it.

    What nobody could read of them is asked for like any other record of that kind.
    """
    if not any(pull.source == TAXES for pull in pulls):
        return False
    unread = any(one.source == TAXES and waited(one, now) for one in cursor.unread)
    if unread or cursor.taxes_at is None or now - cursor.taxes_at >= EVERY:
        return True
    return cursor.taxes_asked_at is not None and cursor.taxes_asked_at > cursor.taxes_at


def read_taxes(look: Poll) -> None:
    """Read the tax codes with their rates and store those that changed."""
    codes = read_list(look.quickbooks, "TaxCode", include_inactive=True)
    rates = read_list(look.quickbooks, "TaxRate", include_inactive=True)
    kept = look.store.fingerprints
    for pull in (one for one in look.pulls if one.source == TAXES):
        known = kept.read(look.connection_id, pull.name)
        records, wrong = _readable(pull, codes.rows, rates.rows)
        unread = (*(one.told for one in (*codes.unread, *rates.unread)), *wrong)
        found = enqueue.pieces(pull, records)
        marks = {own: fingerprint(enqueue.as_text(piece)) for own, piece in found.items()}
        news = {own: found[own] for own in found if known.known(own) != marks[own]}
        enqueue.put(look.connection_id, pull, news, now=look.now, store=look.store)
        for own in news:
            known.remember(own, marks[own])
        kept.save(look.connection_id, pull.name, known)
        look.count(pull, read=len(found), changed=len(news))
        look.keep_unread(pull.name, TAXES, [look.unread(pull, why) for why in unread])
    look.keep(replace(look.cursor, taxes_at=look.now))


def _readable(
    pull: AnyPullFlow, codes: Iterable[Json], rates: Sequence[Body]
) -> tuple[list[Json], list[str]]:
    """Return the codes that can be read with their rates, and of all others a sentence."""
    rated, wrong = each_read(by_id(codes), lambda code: with_rates([dict(code)], rates)[0])
    readable, misread = apart(pull, list(rated.values()))
    told = [passed_over(TAXES, own, why) for own, why in wrong.items()]
    return readable, [*told, *misread.values()]

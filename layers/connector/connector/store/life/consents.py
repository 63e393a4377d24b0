"""Where consents are kept that a person was asked for, and what was chosen until it is confirmed.

A consent works once, for an hour; what was chosen can be confirmed for another hour.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.model.company import Company
from connector.model.connection import ChosenCompany, Consent
from connector.store.packing import PackedAttribute, PackedValueAttribute
from connector.store.table import Item, attempt, key, read_row

LASTS = timedelta(hours=1)
SORT_KEY = "consent"
CHOSEN = "chosen"
"""The group of what is to be given back when nobody confirms it, in the index of what is due."""


class ConsentRow(Item):
    """The row of one consent asked for; its key is the OAuth `state`, which works once."""

    consent = PackedValueAttribute(Consent)
    expires_at = NumberAttribute(null=True)


class ChosenRow(ConsentRow):
    """The row of what was chosen; its key is the digest of the secret that confirms it.

    It never expires by itself: the access must be given back first.
    """

    company = PackedAttribute()
    code = UnicodeAttribute()


def save(state: str, consent: Consent) -> None:
    """Remember a consent under its state."""
    row = ConsentRow(pk=key("consent", state), sk=SORT_KEY, consent=consent)
    row.expires_at = int((datetime.now(UTC) + LASTS).timestamp())
    row.save()


def take(state: str) -> Consent | None:
    """Return a consent and use it up; nothing when it is unknown, used or an hour old."""
    if not state or "#" in state:
        return None
    row = read_row(ConsentRow, key("consent", state), SORT_KEY)
    if row is None:
        return None
    with attempt() as made:
        row.delete(condition=ConsentRow.pk.exists())
    valid = made.took_effect and int(row.expires_at or 0) >= datetime.now(UTC).timestamp()
    return row.consent if valid else None


def keep_chosen(chosen: ChosenCompany) -> None:
    """Keep what was chosen until it is confirmed or given back."""
    row = ChosenRow(pk=key(CHOSEN, chosen.consent.confirmation), sk=SORT_KEY)
    row.consent = chosen.consent
    row.company, row.code = chosen.company.model_dump(mode="json"), chosen.code
    row.due_group, row.due_at = CHOSEN, chosen.until.isoformat()
    row.save()


def chosen(confirmation: str) -> ChosenCompany | None:
    """Return what was chosen under the digest of a secret."""
    row = read_row(ChosenRow, key(CHOSEN, confirmation), SORT_KEY)
    return None if row is None else _chosen(row)


def _chosen(row: ChosenRow) -> ChosenCompany:
    return ChosenCompany(
        consent=row.consent,
        company=Company.model_validate(row.company),
        code=row.code,
        until=datetime.fromisoformat(str(row.due_at)),
    )


def forget_chosen(confirmation: str) -> None:
    """Remove what was confirmed or given back."""
    ChosenRow(pk=key(CHOSEN, confirmation), sk=SORT_KEY).delete()


def unconfirmed(before: datetime) -> Iterator[ChosenCompany]:
    """Yield what nobody confirmed until a time."""
    for found in ConsentRow.due.query(CHOSEN, ConsentRow.due_at < before.isoformat()):
        yield _chosen(ChosenRow.get(found.pk, found.sk, consistent_read=True))

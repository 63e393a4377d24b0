"""What spoils a list: texts that no reader takes, huge fields, busy days, mass deletion."""

from itertools import islice

from simulators.mobiwork import people, poison
from simulators.mobiwork.account import Account
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.listing import at
from simulators.mobiwork.model import Kind, Record
from simulators.mobiwork.person.asked import Given, day, found, number, record, text
from simulators.mobiwork.person.documents import set_custom_field

MOST_RECORDS = 100_000
MOST_KILOBYTES = 100_000
_LETTERS = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"  # how a picture in base64 begins


def spoil_text(account: Account, given: Given) -> Record:
    """Put what XML must not hold at the end of a text, such as `contact.lastName`.

    Raises:
        ValueError: There is no such kind, or no such text in the record.
    """
    entity, path = text(given, "entity"), text(given, "element")
    kept, mark = found(account, given, entity), poison.mark(text(given, "kind"))
    group, _, name = path.rpartition(".")
    before = at(kept, path) or ""
    if not isinstance(before, str) or not isinstance(at(kept, group) if group else kept, dict):
        raise ValueError(f"{entity} has no text {path}")  # noqa: TRY004 - the call is at fault
    change: Record = {name: before + mark}
    edited: Record = {group: change} if group else change
    return people.edit(account, entity, str(kept[ENTITIES[entity].identity]), edited)


def grow_field(account: Account, given: Given) -> Record:
    """Fill a custom field, such as a signature, with `kilobytes` of base64 (450)."""
    size = number(given, "kilobytes", 450, MOST_KILOBYTES) * 1024
    filled = (_LETTERS * (size // len(_LETTERS) + 1))[:size]
    grown = {**given, "value": filled, "apiName": text(given, "apiName", "Signature")}
    return set_custom_field(account, grown)


def add_many(account: Account, given: Given) -> Record:
    """Add `count` (450) records like `record`, all created on one `day` (today).

    Raises:
        LookupError: There is no such entity.
    """
    entity, created = text(given, "entity"), day(account, given, "day")
    people.kept(account, entity)
    dates = _dates(entity, created)
    for _ in range(number(given, "count", 450, MOST_RECORDS)):
        people.add(account, entity, {**dates, **record(given, "record")})
    return {"total": str(len(account.store.records[entity]))}


def _dates(entity: str, created: str) -> Record:
    """The dates that a record gets when it is added."""
    fields = {field.name: field for field in ENTITIES[entity].fields}
    names = {*ENTITIES[entity].stamps, *({"paymentDate"} & set(fields))}
    return {name: created[:10] if fields[name].kind is Kind.DAY else created for name in names}


def delete_many(account: Account, given: Given) -> Record:
    """Delete `count` records, the oldest first, or those with the `ids`.

    Raises:
        LookupError: There is no such record.
    """
    entity, ids = text(given, "entity"), given.get("ids")
    kept = people.kept(account, entity)
    if not isinstance(ids, list):
        ids = list(islice(kept, number(given, "count", len(kept) or 1, MOST_RECORDS)))
    for record_id in ids:
        people.delete(account, entity, str(record_id))
    return {"deleted": str(len(ids)), "total": str(len(kept))}

"""What a refused document refers to that QuickBooks does not use any more, line by line.

QuickBooks says only that "something" was made inactive (610, 2500), so a look finds out what. Costs
one metered call for each kind of record that the document refers to.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from connector.errors import SKIP, Fix, RecordError, RejectedError
from connector.model.body import Body, Json, capital, spoken
from connector.model.worklist.causes import Kind, cause
from connector.quickbooks.query import select
from connector.quickbooks.words import name_of_member

CODES = frozenset({"610", "2500"})
KINDS = {
    "AccountRef": "Account",
    "APAccountRef": "Account",
    "ClassRef": "Class",
    "CustomerRef": "Customer",
    "DepartmentRef": "Department",
    "DepositToAccountRef": "Account",
    "ItemRef": "Item",
    "PaymentMethodRef": "PaymentMethod",
    "SalesTermRef": "Term",
    "VendorRef": "Vendor",
}

type Query = Callable[[str], Iterable[Json]]


@dataclass(frozen=True)
class DeadReference:
    """One reference of a document to a record that cannot be used.

    Attributes:
        line: On which line it stands; 0 is the document itself.
        member: Its name in the body, such as `CustomerRef`.
        quickbooks_id: The id that it names.
    """

    line: int
    member: str
    quickbooks_id: str

    @property
    def entity(self) -> str:
        """The kind of record that it names."""
        return KINDS[self.member]


def explained(refusal: RejectedError, body: Body, query: Query) -> RejectedError:
    """Return a refusal that names each line and record to be made active again, if any is found."""
    if refusal.code not in CODES:
        return refusal
    try:
        dead = list(_dead(body, query))
    except RecordError:
        return refusal
    if not dead:
        return refusal
    names = " and ".join(dict.fromkeys(name for _, name, _ in dead))
    inactive = " ".join(dict.fromkeys(own for _, _, own in dead if own))
    label = f"Make {names} active again in QuickBooks, then try again"
    return RejectedError(
        " ".join([*(sentence for sentence, _, _ in dead), str(refusal)]),
        code=refusal.code,
        element=refusal.element,
        tid=refusal.tid,
        fixes=(Fix(action="activate", label=label, target=inactive or None), SKIP),
        cause=cause(Kind.INACTIVE, names),
    )


def _dead(body: Body, query: Query) -> Iterator[tuple[str, str, str | None]]:
    """Yield a sentence and the name for each reference to what is inactive or gone.

    The third is what is to be made active, as in `Item/12`; None where it is gone.
    """
    named = list(dict.fromkeys(_named(body)))
    records: dict[tuple[str, str], Json] = {}
    for entity in dict.fromkeys(one.entity for one in named):
        ids = sorted({one.quickbooks_id for one in named if one.entity == entity})
        rows = query(select(entity, include_inactive=True, Id=ids))
        records |= {(entity, str(row["Id"])): row for row in rows}
    for one in named:
        record = records.get((one.entity, one.quickbooks_id))
        if record is None or not record.get("Active", True):
            yield _said(one, record)


def _named(body: Body) -> Iterator[DeadReference]:
    yield from _refs(0, body)
    for number, line in enumerate(body.get("Line", ()), start=1):
        for detail in line.values():
            if isinstance(detail, dict):
                yield from _refs(number, detail)


def _refs(line: int, values: Body) -> Iterator[DeadReference]:
    for member in KINDS:
        if quickbooks_id := (values.get(member) or {}).get("value"):
            yield DeadReference(line, member, str(quickbooks_id))


def _said(one: DeadReference, record: Json | None) -> tuple[str, str, str | None]:
    words, number = name_of_member(one.member), f"{spoken(one.entity)} {one.quickbooks_id}"
    what = f"its {words}" if one.line == 0 else f"the {words} of line {one.line}"
    if record is None:
        return f"{capital(what)} ({number}) is not in QuickBooks any more.", number, None
    name = f'"{record.get("DisplayName") or record.get("Name") or number}"'
    return (
        f"{capital(what)}, {name} ({number}), is inactive in QuickBooks: make it active there "
        "again, or choose another one in MobiWork.",
        name,
        f"{one.entity}/{one.quickbooks_id}",
    )

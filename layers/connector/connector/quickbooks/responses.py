"""Reads QuickBooks' answers: JSON with exact numbers, one record, a page, or a set of changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json import detect_encoding
from typing import TYPE_CHECKING

from connector.errors import AnswerBrokenError
from connector.exact_json import decoded
from connector.model.body import MISREAD, Body, spoken
from connector.quickbooks.faults import raise_for_fault

if TYPE_CHECKING:
    from requests import Response

type Record = Body
"""A JSON object as QuickBooks sends it; numbers with a fraction are Decimal."""

CHANGES_LIMIT = 1000


@dataclass(frozen=True, kw_only=True)
class ChangeData:
    """What change data capture told: records and ids of deleted ones, by entity.

    `time` is QuickBooks' own time of the answer, from which the next cursor is made. A `truncated`
    answer has reached the limit of 1,000 objects, so more changes may be missing (section 4.1).
    deleted: their ids, by entity.
    """

    records: Mapping[str, Sequence[Record]]
    deleted: Mapping[str, Sequence[str]]
    time: datetime
    truncated: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some records of a query, in order, and QuickBooks' own time of the answer.

    A page that is not full is the last one.

    rows: as QuickBooks answered them.
    full: whether there may be more.
    time: in UTC.
    """

    rows: Sequence[Record]
    full: bool
    time: datetime


def body_of(response: "Response") -> Record | None:
    """Return the JSON object of an answer; None if it is anything else, such as HTML."""
    content = response.content
    try:
        # One with a mark, or in UTF-16 or UTF-32, says so itself (RFC 8259, 8.1; RFC 4627, 3).
        if (encoding := detect_encoding(content)) != "utf-8":
            content = content.decode(encoding).encode()
        body = decoded(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def read_answer(response: "Response", *, who: str, write: bool) -> Record:
    """Return the body of a successful answer.

    Raises:
        ConnectorError: the answer is a fault, also inside a 200 (see raise_for_fault).
        AnswerBrokenError: it is no JSON object; after a write the outcome is unknown.
    """
    body = body_of(response)
    raise_for_fault(response, body, who=who, write=write)
    if body is None:
        raise AnswerBrokenError(
            "QuickBooks sent an answer that cannot be read.", unknown_outcome=write
        )
    return body


def record_in(body: Record, entity: str, *, write: bool) -> Record:
    """Return the one record of an answer.

    Raises:
        AnswerBrokenError: the answer does not hold a record with an id.
    """
    record = body.get(entity)
    if not isinstance(record, dict) or not record.get("Id"):
        raise AnswerBrokenError(f"QuickBooks answered without the {entity}.", unknown_outcome=write)
    return record


def page_in(body: Record) -> Record:
    """Return the query part of an answer; empty when nothing was found.

    Raises:
        AnswerBrokenError: there is none.
    """
    page = body.get("QueryResponse")
    if not isinstance(page, dict):
        raise AnswerBrokenError("QuickBooks answered a query without an answer to it.")
    return page


def rows_in(page: Record, entity: str) -> list[Record]:
    """Return the records of a page; the entity may be named in any case.

    Raises:
        AnswerBrokenError: they are not a list of records, or not where they should be.
    """
    rows = _block_rows(page, entity)
    if page.get("maxResults") and not rows:
        raise AnswerBrokenError(
            f"QuickBooks sent no {spoken(entity).lower()} records although it found some."
        )
    return rows


def changes_in(body: Record, entities: Sequence[str]) -> ChangeData:
    """Return the changes of an answer; blocks are matched by name, for some come empty.

    Raises:
        AnswerBrokenError: the answer has no changes part or no readable time.
    """
    blocks = list(_blocks(body))
    rows = {
        entity: [row for block in blocks for row in _block_rows(block, entity)]
        for entity in entities
    }
    return ChangeData(
        records={entity: [row for row in rows[entity] if not _is_deleted(row)] for entity in rows},
        deleted={
            entity: [str(row["Id"]) for row in rows[entity] if _is_deleted(row)] for entity in rows
        },
        time=time_in(body),
        truncated=sum(map(len, rows.values())) >= CHANGES_LIMIT,
    )


def _block_rows(block: Record, entity: str) -> list[Record]:
    rows: object = next(
        (rows for name, rows in block.items() if name.lower() == entity.lower()), []
    )
    if not isinstance(rows, list) or not all(map(_has_id, rows)):
        raise AnswerBrokenError(
            f"QuickBooks sent {spoken(entity).lower()} records that cannot be read."
        )
    return rows


def _has_id(row: object) -> bool:
    return isinstance(row, dict) and bool(row.get("Id"))


def _blocks(body: Record) -> Iterator[Record]:
    try:
        for answer in body["CDCResponse"]:
            yield from answer["QueryResponse"]
    except (KeyError, TypeError) as error:
        raise AnswerBrokenError("QuickBooks answered without the changes.") from error


def _is_deleted(row: Record) -> bool:
    return row.get("status") == "Deleted"


def time_in(body: Record) -> datetime:
    """Return QuickBooks' own time of an answer.

    Raises:
        AnswerBrokenError: there is none.
    """
    try:
        return datetime.fromisoformat(body["time"]).astimezone(UTC)
    except MISREAD as error:
        raise AnswerBrokenError("QuickBooks answered without its time.") from error

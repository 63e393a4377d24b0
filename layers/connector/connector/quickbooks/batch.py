"""Several operations in one QuickBooks call, as data, each with an outcome of its own.

A batch is metered while single writes are free, gives no order and no rollback (section 4.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from connector.errors import ConnectorError, UnreadableAnswerError
from connector.model.body import Json
from connector.quickbooks.faults import error_for, faults_in
from connector.quickbooks.responses import Record, page_in, record_in

LIMIT = 30
REQUEST_ID_LENGTH = 36


@dataclass(frozen=True, kw_only=True)
class Batched:
    """One operation: on a record with its body, or a query with its statement."""

    operation: Literal["create", "update", "delete", "query"]
    entity: str
    body: Json = field(default_factory=dict)
    statement: str = ""


def request_of(items: Sequence[Batched], *, requestid: str) -> Record:
    """Build the body of a batch; the items are numbered.

    Raises:
        ValueError: there are too many, or the request id is too long for a batch.
    """
    if not 0 < len(items) <= LIMIT:
        raise ValueError(f"a batch has 1 to {LIMIT} items")
    if not 0 < len(requestid) <= REQUEST_ID_LENGTH:
        raise ValueError(f"a batch request id has 1 to {REQUEST_ID_LENGTH} characters")
    return {"BatchItemRequest": [_item(n, item) for n, item in enumerate(items)]}


def outcomes_in(body: Record, items: Sequence[Batched]) -> list[Record | ConnectorError]:
    """Return what became of each item, in the order of the items.

    Raises:
        UnreadableAnswerError: the answer holds no list of outcomes.
    """
    answers = body.get("BatchItemResponse")
    if not isinstance(answers, list):
        raise UnreadableAnswerError(
            "QuickBooks answered a batch without its outcomes.",
            unknown_outcome=any(_writes(item) for item in items),
        )
    by_id = {answer.get("bId"): answer for answer in answers if isinstance(answer, dict)}
    return [_outcome(by_id.get(str(n), {}), item) for n, item in enumerate(items)]


def _item(number: int, item: Batched) -> Record:
    if item.operation == "query":
        return {"bId": str(number), "Query": item.statement}
    return {"bId": str(number), "operation": item.operation, item.entity: item.body}


def _outcome(answer: Record, item: Batched) -> Record | ConnectorError:
    if faults := faults_in(answer):
        return error_for(faults, who=f"{item.entity} of a batch", write=_writes(item))
    try:
        if item.operation == "query":
            return page_in(answer)
        return record_in(answer, item.entity, write=True)
    except UnreadableAnswerError as error:
        return error


def _writes(item: Batched) -> bool:
    return item.operation != "query"

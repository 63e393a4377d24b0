"""Batch requests: independent items, no order, no sight of each other (section 4.2)."""

from collections.abc import Generator
from hashlib import sha256
from typing import Any

from simulators.quickbooks import reads
from simulators.quickbooks.calls import Answer, Call, check_writable, now
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault, unsupported
from simulators.quickbooks.operate import write_one
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.wire import Record, dump

MOST_ITEMS = 30
MOST_OBJECTS = 1000
LONGEST_REQUEST_ID = 36
LONGEST_BATCH_ID = 10
OWN_MEMBERS = frozenset({"bId", "operation", "Query", "optionsData", "options", "iid", "As"})


def run(company: Company, call: Call, memory: RequestIds) -> Answer:
    """Answer a batch without a pause.

    Raises:
        ApiError: the request as a whole is wrong.
    """
    work = pieces(company, call, memory)
    while True:
        try:
            next(work)
        except StopIteration as finished:
            answer: Answer = finished.value
            return answer


def pieces(company: Company, call: Call, memory: RequestIds) -> Generator[None, None, Answer]:
    """Answer a batch: queries see the company as it was, writes run in reverse order.

    It pauses before each write.

    Raises:
        ApiError: the request as a whole is wrong.
    """
    items = _items(call)
    answers: dict[int, Record] = {}
    writes, left = [], MOST_OBJECTS
    for place, item in enumerate(items):
        if "Query" in item:
            answers[place] = _within(left, _guarded(company, item, memory, call))
            left -= _rows(answers[place])
        else:
            writes.append(place)
    for place in reversed(writes):
        yield
        answers[place] = _guarded(company, items[place], memory, call)
    body = {
        "BatchItemResponse": [answers[place] for place in range(len(items))],
        "time": now(company),
    }
    credits = len(items) if company.switches.batch_credits == "item" else 1  # noqa: A001
    return Answer(body, credits=credits)


def _items(call: Call) -> list[Record]:
    body = call.json()
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise fault(
            "2020",
            "Required parameter BatchItemRequest is missing in the request",
            "BatchItemRequest",
        )
    if len(items) > MOST_ITEMS:
        raise fault("1040", f"A batch has at most {MOST_ITEMS} items, supplied: {len(items)}")
    request_id = call.params.get("requestid", "")
    for item in items:
        if "bId" in item:
            item["bId"] = str(item["bId"])
    keys = [item.get("bId", "") for item in items]
    if request_id and (
        len(request_id) > LONGEST_REQUEST_ID or max(map(len, keys), default=0) > LONGEST_BATCH_ID
    ):
        raise fault("2130", "The request id or a bId of the batch is too long", "requestid")
    given = [key for key in keys if key]
    if len(set(given)) != len(given):
        raise fault("2600", "The bId of a batch item is used twice", "bId")
    return items


def _rows(answer: Record) -> int:
    found: int = answer.get("QueryResponse", {}).get("maxResults", 0)
    return found


def _within(most: int, answer: Record) -> Record:
    """Let a query answer with a fault that would bring more objects than a batch may answer."""
    if _rows(answer) <= most:
        return answer
    refusal = fault("10100", f"A batch answers with at most {MOST_OBJECTS} objects")
    head = {name: value for name, value in answer.items() if name != "QueryResponse"}
    return head | {"Fault": refusal.wire()}


def _guarded(company: Company, item: Record, memory: RequestIds, call: Call) -> Record:
    head = {"bId": item["bId"]} if "bId" in item else {}
    request_id = call.params.get("requestid", "")
    try:
        if not request_id:
            return head | _one(company, item)
        return head | _once(company, item, memory, f"{request_id}/{item.get('bId')}")
    except ApiError as refusal:
        return head | {"Fault": refusal.wire()}


def _once(company: Company, item: Record, memory: RequestIds, key: str) -> Record:
    """Answer an item, or give again the answer that its request id and bId had."""
    fingerprint = sha256(dump(item)).hexdigest()
    stored: Record | None = memory.find(company, key, fingerprint)
    if stored is None:
        stored = _one(company, item)
        memory.keep(company, key, fingerprint, stored)
    return stored


def _one(company: Company, item: Record) -> Record:
    if "Query" in item:
        return {"QueryResponse": reads.query(company, str(item["Query"]))}
    names = [name for name in item if name not in OWN_MEMBERS]
    entity = ENTITIES.get(names[0].removesuffix("Txn") if names else "")
    if entity is None or len(names) != 1:
        raise fault("2000", f"Invalid object name {names[0] if names else ''}")
    check_writable(company)
    operation = str(item.get("operation") or "create").lower()
    if operation not in {"create", "update", "delete", "void"}:
        raise unsupported(f"{operation} {entity.name}")
    options = str(item.get("optionsData") or "").lower()
    if "void" in options.split(","):
        operation = "void"
    record = write_one(company, entity, operation, item[names[0]], frozenset(options.split(",")))
    shown: Any = record if operation == "delete" else reads.present(company, entity, record)
    return {entity.wire_name: shown}

"""List calls: filters, the cap of 200, paging that some lists ignore (reference 1.6)."""

from collections.abc import Callable, Iterable
from operator import eq, ge, le
from xml.etree.ElementTree import Element

from simulators.mobiwork.account import Account
from simulators.mobiwork.failures import BAD_VALUE, Failure
from simulators.mobiwork.faults import Fault
from simulators.mobiwork.model import Entity, Filter, Node, Record
from simulators.mobiwork.reading import choice, criteria
from simulators.mobiwork.store import Store
from simulators.mobiwork.values import read_date

type Test = Callable[[Record], bool]


def selected(
    account: Account, entity: Entity, root: Element, fault: Fault | None = None
) -> tuple[list[Record], int]:
    """The records that a list call answers with, and how many matched in all.

    A fault lets the list be short or empty, or its page slip: a record is missed or told twice.

    Raises:
        Failure: A filter or a paging element has a value that it cannot have.
    """
    given = dict(criteria(root, entity.filter_wrapper))
    names = account.switches.payment_filters
    told = ("", "sample", "table") if names == "both" else ("", names)
    tests = [
        _test(account, entity, criterion, given[criterion.name])
        for criterion in entity.filters
        if criterion.name in given and criterion.told in told
    ]
    if "disabled" not in given and any(one.how == "disabled" for one in entity.filters):
        tests.append(lambda record: record.get("enabled") != "false")
    kept: Iterable[Record] = account.store.records[entity.name].values()
    for test in tests:
        kept = filter(test, kept)
    matching = list(kept)
    if account.switches.list_order == "newest":
        matching.reverse()
    start, size = _window(account, entity, root, filtered=bool(given))
    if fault and fault.kind == "page_slip":
        start = max(0, start + fault.by)
    return _shortened(matching[start : start + size], len(matching), fault)


def _shortened(records: list[Record], total: int, fault: Fault | None) -> tuple[list[Record], int]:
    lengths = {"short_list": fault.count, "empty_list": 0} if fault else {}
    if fault is None or fault.kind not in lengths:
        return records, total
    shown = records[: lengths[fault.kind]]
    return shown, total if fault.honest else len(shown)


def _window(account: Account, entity: Entity, root: Element, *, filtered: bool) -> tuple[int, int]:
    switches = account.switches
    start, size = _number(root, "startPosition"), _number(root, "maxResults")
    if entity.name in switches.paging_ignored:
        start = size = None
    asked = filtered or start is not None or size is not None
    everything = len(account.store.records[entity.name])
    cap = switches.list_cap if switches.cap_with_criteria or not asked else 0
    most = everything if size is None else size
    return start or 0, min(most, cap) if cap else most


def _number(root: Element, name: str) -> int | None:
    text = (root.findtext(name) or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - a Java int
        raise Failure(BAD_VALUE, name)
    return int(text)


def _test(account: Account, entity: Entity, criterion: Filter, value: str) -> Test:
    if criterion.how in _COMPARISONS:
        return _date_test(criterion, value)
    if criterion.how == "work order":
        return _work_order_test(account.store, entity, value)
    if criterion.how == "disabled":
        return _disabled_test(value)
    wanted = _wanted(account.store, entity, criterion, value).lower()
    if criterion.how == "text" and account.switches.filter_match == "substring":
        return lambda record: any(wanted in text for text in _texts(record, criterion))
    return lambda record: wanted in _texts(record, criterion)


def _wanted(store: Store, entity: Entity, criterion: Filter, value: str) -> str:
    if criterion.how == "choice":
        fields = {field.name: field for field in entity.fields}
        return choice(fields[criterion.paths[0]], value)
    if criterion.how == "user" and "," in value:
        last, _, first = (part.strip() for part in value.partition(","))
        named = store.where("user", "lastName", last)
        ids = (one["mobiworkUserId"] for one in named if one.get("firstName") == first)
        return str(next(ids, "nobody"))
    return value


def _texts(record: Record, criterion: Filter) -> list[str]:
    found = (at(record, path) for path in criterion.paths)
    return [node.lower() for node in found if isinstance(node, str)]


def _date_test(criterion: Filter, value: str) -> Test:
    try:
        day = read_date(value)[:10]
    except ValueError as error:
        raise Failure(BAD_VALUE, criterion.name) from error
    name, compare = criterion.paths[0], _COMPARISONS[criterion.how]  # dates are never nested

    def test(record: Record) -> bool:
        kept = record.get(name)
        return isinstance(kept, str) and kept != "" and compare(kept[:10], day)

    return test


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {"from": ge, "to": le, "day": eq}


def _disabled_test(value: str) -> Test:
    include = value.lower() == "true"
    return lambda record: include or record.get("enabled") != "false"


def _work_order_test(store: Store, entity: Entity, value: str) -> Test:
    """Customers by one of their work orders, payments by the work order of their invoice."""
    if entity.name == "customer":
        order = store.get("workOrder", value) or {}
        customer_id = order.get("mobiworkCustomerId", "none")
        return lambda record: record.get("mobiworkCustomerId") == customer_id
    invoices = {one["mobiworkInvoiceId"] for one in store.where("invoice", "workOrderId", value)}
    return lambda record: record.get("invoiceId") in invoices


def at(record: Record, path: str) -> Node:
    """The value at a dotted path."""
    node: Node = record
    for name in path.split("."):
        node = node.get(name) if isinstance(node, dict) else None
    return node

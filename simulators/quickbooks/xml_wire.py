"""XML as the service reads and writes it: the same members, one element each (section 1.2)."""

import re
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from simulators.quickbooks.faults import ApiError, fault
from simulators.quickbooks.schema import ENTITIES, Field, Shape
from simulators.quickbooks.schema.types import LINE, TYPES
from simulators.quickbooks.wire import Record

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SPACE = "http://schema.intuit.com/finance/v3"
ATTRIBUTES = frozenset({"domain", "sparse", "status", "startPosition", "maxResults", "totalCount",
                        "time", "type", "code", "element", "name", "bId"})  # fmt: skip
READ = frozenset({"domain", "sparse", "bId", "operation", "optionsData"})
ITEM_LINE = (
    "ItemRef", "ClassRef", "UnitPrice", "MarkupInfo", "Qty", "ItemAccountRef", "TaxCodeRef",
    "ServiceDate", "BillableStatus", "CustomerRef", "TaxInclusiveAmt", "DiscountRate",
    "DiscountAmt",
)  # fmt: skip


def _typed() -> dict[str, Field]:
    shapes = [*TYPES.values(), *(entity.shape for entity in ENTITIES.values())]
    rows = [row for shape in shapes for row in shape.fields.values()]
    return {row.name: row for row in rows if row.kind == "lines" or row.kind.strip("[]") in TYPES}


TYPED = _typed()
LISTS = {name for name, row in TYPED.items() if row.kind == "lines" or row.kind.startswith("[")}
LISTS |= {"BatchItemRequest", "TaxRateDetails"}
TEXTS = frozenset(name for name, row in TYPED.items() if row.kind == "Memo")
ORDERS: dict[str, dict[str, int]] = {
    name: TYPES[row.kind.strip("[]")].places for name, row in TYPED.items() if row.kind != "lines"
} | {
    name: {member: place for place, member in enumerate(ITEM_LINE)}
    for name in ("SalesItemLineDetail", "ItemBasedExpenseLineDetail")
}


def write_xml(body: Record) -> bytes:
    """Write an answer as an IntuitResponse."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    time = f" time={quoteattr(str(body['time']))}" if "time" in body else ""
    inner = "".join(_element(name, value) for name, value in body.items() if name != "time")
    return f'{head}<IntuitResponse xmlns="{SPACE}"{time}>{inner}</IntuitResponse>'.encode(
        "utf-8", "replace"
    )


def _element(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return "".join(_element(name, row) for row in value)
    if not isinstance(value, dict):
        return f"<{name}>{_text(value)}</{name}>"
    if name.endswith("Ex") and "any" in value:
        value = {"NameValue": [pair["value"] for pair in value["any"]]}
    attributes, inner = "", ""
    for key, member in _in_order(name, value):
        if key == "value" and ("name" in value or len(value) <= 2):  # noqa: PLR2004
            inner += _text(member)
        elif key in ATTRIBUTES and not isinstance(member, (dict, list)):
            attributes += f" {key}={quoteattr(_text(member))}"
        else:
            inner += _element(key, member)
    return f"<{name}{attributes}>{inner}</{name}>"


def _in_order(name: str, value: Record) -> list[tuple[str, Any]]:
    """Order the members as the schema does: those of the base type first, the entity's own last."""
    members = list(value.items())
    if "domain" in value:
        start = list(value).index("domain")
        return members[start:] + members[:start]
    places = ORDERS.get(name)
    if places is None:
        return members
    return sorted(members, key=lambda member: places.get(member[0], len(places)))


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    return escape(NOT_XML.sub("", text))


def read_xml(raw: bytes, wanted: str = "") -> Record:
    """Read a request body in XML, whose root element may have to be a certain one.

    Raises:
        ApiError: 2010, it is no well-formed XML, is nested too deep, or is something else.
    """
    try:
        root = fromstring(raw)
        read = _read(root)
    except RecursionError as error:
        raise _unreadable("nested too deep") from error
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _unreadable(str(error)[:120]) from error
    name = _local(root.tag)
    if wanted and name != wanted:
        raise _unreadable(f"Unexpected element {name[:40]}, expected {wanted}")
    return read if isinstance(read, dict) else {}


def known(shape: Shape, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return what the schema knows of an object: XML is read leniently (section 11)."""
    if isinstance(value, list):
        return [known(shape, row) for row in value]
    if not isinstance(value, dict):
        return value
    kept: Record = {}
    for name, member in value.items():
        if name in shape.fields:
            inner = _inner_shape(shape.fields[name])
            kept[name] = known(inner, member) if inner else member
    return kept


def _inner_shape(field: Field) -> Shape | None:
    return LINE if field.kind == "lines" else TYPES.get(field.kind.strip("[]"))


def _unreadable(why: str) -> ApiError:
    return fault("2010", f"Property Name:{why} specified is unsupported or invalid")


def _read(element: Element) -> Any:  # noqa: ANN401 - any JSON value
    name = _local(element.tag)
    children = list(element)
    if not children:
        text = element.text if (element.text or "").strip() else ""
        if name in TEXTS or name.endswith("Ref") or element.attrib.keys() & {"name", "type"}:
            return {"value": text} | {
                k: v for k, v in element.attrib.items() if k in {"name", "type"}
            }
        return text
    members: Record = {k: v for k, v in element.attrib.items() if k in READ}
    for child in children:
        key, value = _local(child.tag), _read(child)
        if key in LISTS:
            members.setdefault(key, []).append(value)
        else:
            members[key] = value
    return members


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]

"""Checks a request body against the tables and normalises its values (section 1.8)."""

import re
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from simulators.quickbooks.clock import day_of, epoch_of
from simulators.quickbooks.faults import ApiError, FaultError, fault
from simulators.quickbooks.schema.table import SCALARS, Entity, Field, Shape
from simulators.quickbooks.schema.types import DETAILS, LINE, TYPES
from simulators.quickbooks.wire import Record

MAX_DIGITS = 15
MAX_LINES = 10_000
LONGEST_ADDRESS = 2000
ADDRESS_LINES = ("Line1", "Line2", "Line3", "Line4", "Line5")
BAD_NAME = re.compile(r"[:\t\n\r]")
UNUSUAL = re.compile(r"\A | \Z|[:\t\n\r]")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
type Reader = Callable[[Any, list[FaultError], str], Any]
type FieldReader = Callable[[Field, Any, list[FaultError], str], Any]


def check_body(entity: Entity, body: Any) -> tuple[Record, list[FaultError]]:  # noqa: ANN401 - JSON
    """Return the writable values of a request and what is wrong with them.

    Raises:
        ApiError: a property is unknown or of the wrong structure; like the real parser this stops
            at the first one (2010).
    """
    if not isinstance(body, dict):
        raise _structure(entity.name, "instance of the entity")
    errors: list[FaultError] = []
    clean = _object(entity.shape, body, errors, entity.name)
    if "Line" in clean:
        _check_lines(entity, clean["Line"], errors)
    return clean, errors


def unknown_property(shape: Shape, name: str) -> ApiError:
    """Make the 2010 that names an unknown property, worded as recorded."""
    known = ", ".join(f'"{key}"' for key in shape.known[:40])
    return fault(
        "2010",
        f'Property Name:Unrecognized field "{name}"'
        f" (class com.intuit.schema.finance.v3.{shape.name}),"
        f" not marked as ignorable ({len(shape.known)} known properties: {known} [truncated]])"
        "\n specified is unsupported or invalid",
    )


def _structure(where: str, wanted: str) -> ApiError:
    return fault(
        "2010",
        f"Property Name:Can not deserialize {wanted} out of the value given for {where}"
        " specified is unsupported or invalid",
    )


def _object(shape: Shape, body: Record, errors: list[FaultError], where: str) -> Record:
    readers = _readers(shape)
    clean: Record = {}
    for name, value in body.items():
        known = readers.get(name)
        if known is not None:
            own, read = known
            clean[own] = read(value, errors, where)
        elif name in shape.fields:
            _check_structure(shape.fields[name], value, where)
        elif name not in shape.ignored:
            raise unknown_property(shape, name)
    return clean


@cache
def _readers(shape: Shape) -> dict[str, tuple[str, Reader]]:
    """Compile the table of an object: a reader for each property that a request may set.

    It comes with the name as the table has it, so that all records share that one text.
    """
    return {row.name: (row.name, _reader(row)) for row in shape.fields.values() if not row.readonly}


def _reader(field: Field) -> Reader:
    if field.kind in {"text", "name"}:
        return _text_reader(field)
    read = _value_reader(field)

    def checked(value: Any, errors: list[FaultError], where: str) -> Any:  # noqa: ANN401
        return None if value is None or value == "" else read(field, value, errors, where)

    return checked


def _text_reader(field: Field) -> Reader:
    """Return a reader that is quick with the usual: a text that is not too long."""
    limit = field.limit or sys.maxsize
    unusual = UNUSUAL.search if field.kind == "name" else _never

    def checked(value: Any, errors: list[FaultError], where: str) -> Any:  # noqa: ANN401
        if type(value) is str and len(value) <= limit and not unusual(value):
            return value or None
        return None if value is None else _text(field, value, errors, where)

    return checked


def _never(_: str) -> None:
    """Find nothing unusual in a text."""


def _value_reader(field: Field) -> FieldReader:
    if field.kind in SCALARS:
        return READERS[field.kind]
    return _rows if field.kind.startswith("[") else _inner


def _check_structure(field: Field, value: Any, where: str) -> None:  # noqa: ANN401
    """Check what the system sets itself: its value is ignored, its structure is not."""
    if field.kind != "any" and value is not None and value != "":
        _value_reader(field)(field, value, [], where)


def _inner(field: Field, value: Any, errors: list[FaultError], where: str) -> Record | None:  # noqa: ANN401
    shape, where = TYPES[field.kind], f"{where}.{field.name}"
    if not isinstance(value, dict):
        raise _structure(where, f"instance of {shape.name}")
    clean = {k: v for k, v in _object(shape, value, errors, where).items() if v is not None}
    if shape.name in {"Email", "LongEmail"}:
        _check_email(clean, errors)
    elif shape.name == "Address":
        _check_address(clean, errors, field.name)
    return clean or None


def _rows(field: Field, value: Any, errors: list[FaultError], where: str) -> list[Record]:  # noqa: ANN401
    return _list(TYPES[field.kind[1:-1]], value, errors, f"{where}.{field.name}")


def _list(shape: Shape, value: Any, errors: list[FaultError], where: str) -> list[Record]:  # noqa: ANN401
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        raise _structure(where, f"instance of {shape.name}")
    checked = [_object(shape, row, errors, where) for row in rows]
    return [{k: v for k, v in row.items() if v is not None} for row in checked]


def _check_email(clean: Record, errors: list[FaultError]) -> None:
    address = clean.get("Address", "")
    if address and not all(EMAIL.fullmatch(part.strip()) for part in address.split(",")):
        errors.append(FaultError("2210", f"Email Address {address} is not valid", "Address"))


def _check_address(clean: Record, errors: list[FaultError], name: str) -> None:
    """Check the lines of an address together (section 6.1)."""
    length = sum(len(clean[line]) for line in ADDRESS_LINES if line in clean)
    if length > LONGEST_ADDRESS:
        errors.append(FaultError("2050", f"Min:0 Max:{LONGEST_ADDRESS} supplied:{length}", name))


def _text(field: Field, value: Any, errors: list[FaultError], where: str) -> str:  # noqa: ANN401
    if isinstance(value, (dict, list)):
        raise _structure(f"{where}.{field.name}", "instance of java.lang.String")
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if field.kind == "name":
        text = text.strip(" ")
        if BAD_NAME.search(text):
            detail = (
                f"{field.name} cannot contain a colon, tab or newline. Supplied value:{text[:50]}"
            )
            errors.append(FaultError("2040", detail, field.name))
    if field.limit and len(text) > field.limit:
        detail = f"Min:0 Max:{field.limit} supplied:{len(text)}"
        errors.append(FaultError("2050", detail, field.name))
    return text


def _number(field: Field, value: Any, errors: list[FaultError], where: str) -> Decimal | None:  # noqa: ANN401
    if isinstance(value, (dict, list, bool)):
        raise _structure(f"{where}.{field.name}", "instance of java.math.BigDecimal")
    try:
        number = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or (number and abs(number.adjusted()) > MAX_DIGITS):
        errors.append(FaultError("2100", f"Supplied value:{str(value)[:40]}", field.name))
        return None
    if field.span and not field.span[0] <= number <= field.span[1]:
        code = "2090" if field.kind == "int" else "2150"
        detail = f"{field.name} must be from {field.span[0]} to {field.span[1]}"
        errors.append(FaultError(code, detail, field.name))
        return None
    return number


def _money(field: Field, value: Any, errors: list[FaultError], where: str) -> Decimal | None:  # noqa: ANN401
    number = _number(field, value, errors, where)
    if number is None:
        return None
    if abs(number) >= Decimal(10) ** 11:
        errors.append(FaultError("2140", f"Amount is out of range: {value}", field.name))
        return None
    return number


def _int(field: Field, value: Any, errors: list[FaultError], where: str) -> int | None:  # noqa: ANN401
    number = _number(field, value, errors, where)
    if number is None or number != number.to_integral_value():
        if number is not None:
            errors.append(FaultError("2080", f"Supplied value:{str(value)[:40]}", field.name))
        return None
    return int(number)


def _bool(field: Field, value: Any, errors: list[FaultError], where: str) -> bool | None:  # noqa: ANN401
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    if isinstance(value, (dict, list)):
        raise _structure(f"{where}.{field.name}", "instance of java.lang.Boolean")
    errors.append(FaultError("2120", f"Supplied value:{str(value)[:40]}", field.name))
    return None


def _date(field: Field, value: Any, errors: list[FaultError], where: str) -> str | None:  # noqa: ANN401
    if isinstance(value, (dict, list)):
        raise _structure(f"{where}.{field.name}", "instance of java.util.Date")
    try:
        return day_of(str(value))
    except ValueError:
        errors.append(FaultError("2060", f"Supplied value:{str(value)[:40]}", field.name))
        return None


def _time(field: Field, value: Any, errors: list[FaultError], where: str) -> str | None:  # noqa: ANN401
    if isinstance(value, (dict, list)):
        raise _structure(f"{where}.{field.name}", "instance of java.util.Date")
    try:
        epoch_of(str(value))
    except (ValueError, OverflowError):
        errors.append(FaultError("2060", f"Supplied value:{str(value)[:40]}", field.name))
        return None
    return str(value)


def _enum(field: Field, value: Any, errors: list[FaultError], where: str) -> str | None:  # noqa: ANN401
    if isinstance(value, (dict, list)):
        raise _structure(f"{where}.{field.name}", "instance of an enumeration")
    found = next((c for c in field.choices if c.lower() == str(value).lower()), None)
    if found is None:
        detail = f"{field.name} must be one of {', '.join(field.choices)}. Supplied value:{value}"
        errors.append(FaultError("2170", detail[:300], field.name))
    return found


def _ref(field: Field, value: Any, errors: list[FaultError], where: str) -> Record | None:  # noqa: ANN401, ARG001
    if not isinstance(value, dict):
        raise _structure(f"{where}.{field.name}", "instance of ReferenceType")
    for name in value:
        if name not in {"value", "name", "type"}:
            raise unknown_property(
                Shape("ReferenceType", {}, frozenset({"value", "name", "type"})), name
            )
    if isinstance(value.get("value"), (dict, list)):
        raise _structure(f"{where}.{field.name}", "instance of java.lang.String")
    key = value.get("value")
    return None if key is None or key == "" else {"value": str(key)}


def _any(field: Field, value: Any, errors: list[FaultError], where: str) -> Any:  # noqa: ANN401, ARG001
    return value


def _lines(field: Field, value: Any, errors: list[FaultError], where: str) -> list[Record]:  # noqa: ANN401
    return _list(LINE, value, errors, f"{where}.{field.name}")


def _check_lines(entity: Entity, lines: list[Record] | None, errors: list[FaultError]) -> None:
    for line in lines or []:
        kind = line.get("DetailType", "")
        if kind == "SubtotalLineDetail":
            kind = line["DetailType"] = "SubTotalLineDetail"
        if kind not in entity.lines and not (kind == "" and "" in entity.lines):
            errors.append(_wrong_line(entity, kind))
        elif kind and DETAILS[kind] not in line:
            line[DETAILS[kind]] = {}
    if len(lines or []) > MAX_LINES:
        errors.append(FaultError("6000", "Business Validation Error: too many lines", "Line"))


def _wrong_line(entity: Entity, kind: str) -> FaultError:
    if not kind:
        detail = "Required parameter Line.DetailType is missing in the request"
        return FaultError("2020", detail, "DetailType")
    detail = f"DetailType {kind[:40]} cannot be used on {entity.name}"
    return FaultError("2170", detail, "DetailType")


READERS: dict[str, FieldReader] = {
    "text": _text,
    "name": _text,
    "num": _number,
    "money": _money,
    "int": _int,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "enum": _enum,
    "ref": _ref,
    "any": _any,
    "lines": _lines,
}

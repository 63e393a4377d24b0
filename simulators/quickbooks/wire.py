"""JSON as QuickBooks reads and writes it: exact decimals, no floats."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson
from simplejson import encoder

CENT = Decimal("0.01")
ZERO = Decimal(0)
MOST_KEYS = 10_000

type Record = dict[str, Any]


def dump(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Write compact JSON with decimals as numbers."""
    if len(KEYS) > MOST_KEYS:
        KEYS.clear()
    return "".join(CHUNKS(value, 0)).encode("utf-8", "replace")


def load(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read JSON with exact decimals.

    Raises:
        ValueError: it is not UTF-8 JSON, or too deep, or holds NaN.
    """
    text = raw.decode("utf-8")
    try:
        if text.startswith("{"):
            value, end = DECODER.scan_once(text, 0)
            if end == len(text):
                return value
        return DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _finite(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text[:40]} is no number") from error


def _refuse(text: str) -> Any:  # noqa: ANN401 - never returns
    raise ValueError(f"{text} is no number")


def load_exact(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read our own JSON with every number a Decimal."""
    return EXACT.decode(raw.decode("utf-8"))


def _chunks() -> Callable[[Any, int], Iterable[str]]:
    """Return the C writer of simplejson, made once: its encode() makes a new one for every value.

    Its arguments, by place: no check for circles, the writers of other types and of text, no
    indent, separators, no sorting, skipping or NaN, the keys written so far, exact decimals, no
    named tuples as objects, tuples as arrays, no big numbers as text.
    """
    writer = simplejson.JSONEncoder(
        use_decimal=True, separators=(",", ":"), ensure_ascii=False, namedtuple_as_object=False
    )
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return lambda value, _: writer.iterencode(value)
    made: Callable[[Any, int], Iterable[str]] = make(
        None, writer.default, encoder.encode_basestring, None, ":", ",", False, False, False, KEYS,
        True, False, True, None, None, "utf-8", False, False, Decimal, False,
    )  # fmt: skip
    return made


KEYS: dict[str, str] = {}
CHUNKS = _chunks()
DECODER = simplejson.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
EXACT = simplejson.JSONDecoder(parse_float=_finite, parse_int=Decimal, parse_constant=_refuse)


def plain(number: Decimal) -> Decimal:
    """Drop trailing zeros without ever giving an exponent."""
    if number == number.to_integral_value():
        return number.quantize(Decimal(1)) + 0
    return number.normalize()


def money(number: Decimal) -> Decimal:
    """Write an amount with two decimals and a zero as 0 (section 1.5)."""
    cents = number.quantize(CENT)
    return cents if cents else ZERO

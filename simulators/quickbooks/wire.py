"""JSON as QuickBooks reads and writes it: exact decimals, no floats."""

from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

CENT = Decimal("0.01")
ZERO = Decimal(0)

type Record = dict[str, Any]


def dump(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Write compact JSON with decimals as numbers."""
    text: str = ENCODER.encode(value)
    return text.encode("utf-8", "replace")


def load(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read JSON with exact decimals.

    Raises:
        ValueError: it is not UTF-8 JSON, or too deep, or holds NaN.
    """
    try:
        return DECODER.decode(raw.decode("utf-8"))
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


ENCODER = simplejson.JSONEncoder(
    use_decimal=True, separators=(",", ":"), ensure_ascii=False, namedtuple_as_object=False
)
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

"""JSON whose numbers are exact: a number with a fraction is a Decimal, in and out."""

from decimal import Decimal
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

_DECODER: Decoder[Any] = Decoder(float_hook=Decimal)
_PLAIN = Encoder(decimal_format="number")
_SORTED = Encoder(decimal_format="number", order="sorted")


def decoded(text: str | bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return what JSON says; numbers with a fraction or an exponent are Decimal.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested absurdly deep.
    """
    try:
        return _DECODER.decode(text)
    except DecodeError as error:
        raise ValueError(str(error)) from error


def encoded(value: object) -> str:
    """Return a value as JSON without blanks, members in their order.

    Raises:
        TypeError: JSON has no form for it.
        ValueError: a number is infinite or none.
    """
    return _PLAIN.encode(value).decode()


def canonical(value: object) -> str:
    """Return a value as JSON that is the same whatever the order of its members.

    Raises:
        TypeError: JSON has no form for it.
        ValueError: a number is infinite or none.
    """
    return _SORTED.encode(value).decode()

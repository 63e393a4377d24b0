"""Forms into the values that `api/` asks for, with words a person understands if that fails."""

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from connector.errors import RequestError, Wrong

SAID = {
    "string_too_short": "This cannot be empty",
    "missing": "This cannot be empty",
    "string_pattern_mismatch": "It cannot be right",
}


def form_of[T: BaseModel](model: type[T], values: Mapping[str, object]) -> T:
    """Return the value that a form gives.

    Raises:
        RequestError: it cannot be used; each field that is wrong is named.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = [
            Wrong("/".join(str(part) for part in one["loc"]), _said(one["type"], one["msg"]))
            for one in error.errors(include_input=False, include_url=False)
        ]
        told = "; ".join(f"{one.pointer.replace('_', ' ')}: {one.detail}" for one in wrong)
        raise RequestError(f"This cannot be used: {told}.", errors=wrong) from error


def _said(kind: str, told: str) -> str:
    return SAID.get(kind, told.removeprefix("Value error, "))

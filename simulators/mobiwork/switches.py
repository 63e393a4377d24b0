"""Every quirk of the simulated account as one named switch."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from simulators.mobiwork import elements
from simulators.mobiwork.registry import matching


def _switch(default: Any, text: str) -> Any:  # noqa: ANN401 - dataclasses.field is typed this way
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Switches:
    """Defaults are as unkind as the help pages' samples; sections are those of the reference."""

    xml_declaration: Literal["bad", "good", "none"] = _switch(
        "bad",
        'bad = <?xml encoding="UTF-8" ?> without a version, which strict readers refuse (1.4)',
    )
    null_text: Literal["as_documented", "always", "never"] = _switch(
        "as_documented", "where a missing value is printed as the text null (1.4)"
    )
    response_version: str = _switch(
        "5.0.156", "version attribute of answers; empty = the version of the URL (1.4)"
    )
    stray_blanks: bool = _switch(True, "print `< address2>` in answers with one customer (1.4)")
    unclosed_error: bool = _switch(False, "never close the <error> element of a failure (1.4)")
    full_state_names: bool = _switch(True, "print Florida where FL was written (2.1)")
    java_dates: bool = _switch(True, "print Java dates where the samples do (1.5)")
    list_cap: int = _switch(200, "most records in one list answer, 0 = no cap (1.6)")
    cap_with_criteria: bool = _switch(True, "the cap also holds for filtered or paged lists (1.6)")
    paging_ignored: tuple[str, ...] = _switch(
        ("invoice", "payment", "estimate", "workOrder"),
        "entities whose list ignores startPosition and maxResults (1.6)",
    )
    list_order: Literal["oldest", "newest"] = _switch("oldest", "order of list answers (1.6)")
    filter_match: Literal["substring", "exact"] = _switch(
        "substring", "how text filters compare, external ids included (3.1)"
    )
    lines_in_list: bool = _switch(True, "list answers carry line items, not only view (6 row 9)")
    quantity_taken: bool = _switch(False, "product add and edit take `quantity` over (3.3)")
    refuse_delete_with_work_orders: bool = _switch(True, "error 1010 on customer delete (1.4)")
    payment_list_takes_post: bool = _switch(
        False, "payment/list answers POST too, not only GET with a body (1.3)"
    )
    payment_filters: Literal["sample", "table", "both"] = _switch(
        "sample", "payment/list knows the filters of the help's sample or of its table (3.7)"
    )
    delete_takes_post: bool = _switch(False, "deletes answer POST too, not only GET (1.3)")
    edit_clears_omitted: bool = _switch(
        True, "an edit empties the elements it leaves out (6 row 29)"
    )
    required_checked: bool = _switch(True, "adds and edits without a required element fail (3)")
    names_per_call: bool = _switch(
        True, "a customer's add and edit each know only their own element names (3.1)"
    )
    token_seconds: int = _switch(1800, "life of a token, 0 = for ever (1.2)")
    token_calls: int = _switch(0, "calls that a token is good for, 0 = no limit (1.2)")
    one_token: bool = _switch(False, "a new token ends all earlier ones (1.2)")
    expiry_answer: Literal["failure", "http_401", "login_page"] = _switch(
        "failure", "how a bad token is answered (6 row 3)"
    )
    content_type: str = _switch("text/xml;charset=UTF-8", "Content-Type of XML answers (1.3)")
    endpoints_off: tuple[str, ...] = _switch(
        ("*.updateIntegrationStatus", "inventory.*", "tax.*", "terms.*"),
        "endpoints that do not exist, * is any text; `assumed` = all that are only assumed (6)",
    )
    elements_off: tuple[str, ...] = _switch(
        (), "assumed elements that do not exist, such as customer.billTo; `assumed` = all (6)"
    )
    rounding: Literal["line", "document"] = _switch(
        "line", "amounts are rounded to cents on every line, or once per document (6 row 9)"
    )
    tax_rounding: Literal["line", "document"] = _switch(
        "document", "taxes are rounded to cents on every line, or once per document (6 row 8)"
    )
    customer_tiers: int = _switch(
        2, "tiers of customers; with 2 no sub-customer has sub-customers (6 row 24)"
    )


_ADAPTER = TypeAdapter(Switches)
_DEFAULTS = Switches()
NAMES_OF_SWITCHES = tuple(item.name for item in fields(Switches))


def changed(switches: Switches, changes: dict[str, Any]) -> Switches:
    """Set some switches by name.

    Raises:
        ValueError: A name or a value is unknown.
    """
    if unknown := sorted(set(changes) - set(NAMES_OF_SWITCHES)):
        raise ValueError(f"unknown switch: {', '.join(unknown)}")
    try:
        result = _ADAPTER.validate_python({**asdict(switches), **changes})
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{first['loc'][0]}: {first['msg']}") from error
    if unknown := [name for name in result.endpoints_off if not matching(name)]:
        raise ValueError(f"unknown endpoint: {', '.join(unknown)}")
    if unknown := [name for name in result.elements_off if not elements.matching(name)]:
        raise ValueError(f"not an assumed element: {', '.join(unknown)}")
    return result


def from_text(switches: Switches, text: str) -> Switches:
    """Set one switch written as `name=value`; lists are separated by commas.

    Raises:
        ValueError: The text does not name a switch and a value it can have.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"not name=value: {text}")
    if isinstance(getattr(_DEFAULTS, name, None), tuple):
        return changed(switches, {name: tuple(part for part in value.split(",") if part)})
    return changed(switches, {name: value})


def described() -> str:
    """All switches with default and meaning, one per line."""
    return "\n".join(
        f"  {item.name} = {_written(getattr(_DEFAULTS, item.name))}\n      {item.metadata['help']}"
        for item in fields(Switches)
    )


def _written(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def with_lists(switches: Switches) -> dict[str, Any]:
    """The switches as JSON can hold them."""
    return {name: _plain(getattr(switches, name)) for name in NAMES_OF_SWITCHES}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

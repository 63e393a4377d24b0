"""Every choice where the real service differs by company, by edition or is not known for sure."""

from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

PLUS = frozenset({"Plus", "Advanced"})
"""The editions with inventory, purchase orders, classes and locations (section 6.17)."""

TRUTH = {"true": True, "1": True, "yes": True, "on": True,
         "false": False, "0": False, "no": False, "off": False}  # fmt: skip


def switch(default: Any, why: str, choices: str = "") -> Any:  # noqa: ANN401 - of any type
    """Declare one switch with the sentence that --help and /_sim/switches show."""
    return field(default=default, metadata={"why": why, "choices": choices.split("|")})


@dataclass
class Switches:
    """Settings of the simulated service; a test may change any of them while it runs."""

    country: str = switch("US", "country of the company (US, CA, GB, AU)", "US|CA|GB|AU")
    edition: str = switch(
        "Plus",
        "Simple Start, Essentials, Plus or Advanced; 5030 for what it lacks",
        "Simple Start|Essentials|Plus|Advanced",
    )
    subscription: str = switch(
        "PAID", "PAID, TRIAL or EXPIRED; EXPIRED answers 6190 to writes", "PAID|TRIAL|EXPIRED"
    )
    close_date: str = switch("", "books are closed up to this date (YYYY-MM-DD): 6200")
    close_password: bool = switch(False, "the closing date has a password: 6210 instead of 6200")
    tax_mode: str = switch(
        "automated", "automated, manual or off (section 6.7)", "automated|manual|off"
    )
    tax_override: str = switch(
        "neither",
        "neither, with_own_code, with_code or alone: automated tax obeys no sent TotalTax, one"
        " beside a TxnTaxCodeRef of a code of the company, one beside any, TAX and NON too, or one"
        " that stands alone (section 11, unsure)",
        "neither|with_own_code|with_code|alone",
    )
    tax_states: str = switch(
        "AZ,CA",
        "states where the company collects sales tax, * = all: elsewhere automated tax is 0, and a"
        " sent tax that is obeyed is owed to no agency (section 11)",
    )
    untaxed_state_tax: str = switch(
        "drop",
        "drop or keep: a tax sent for a state that has none, if it is obeyed (section 11, unsure)",
        "drop|keep",
    )
    local_taxes: bool = switch(
        True, "automated tax knows counties, cities and districts, not only states"
    )
    global_tax_default: str = switch(
        "TaxExcluded",
        "TaxExcluded, TaxInclusive or NotApplicable: GlobalTaxCalculation when not sent"
        " (companies outside the US)",
        "TaxExcluded|TaxInclusive|NotApplicable",
    )
    line_tax_default: str = switch(
        "item",
        "tax code of a sales line sent without one: item (under automated tax TAX for a taxable"
        " item, else NON), NON or TAX (section 11)",
        "item|NON|TAX",
    )
    multicurrency: bool = switch(
        False, "CurrencyRef becomes mandatory on transactions (section 7.13)"
    )
    rate_feed: bool = switch(
        True, "currencies have rates of a feed; else those that were not saved answer 610"
    )
    custom_txn_numbers: bool = switch(False, "CustomTxnNumbers of sales forms (section 7.4)")
    custom_purchase_numbers: bool = switch(False, "UseCustomTxnNumbers of purchases (section 7.4)")
    auto_number_keeps_sent: bool = switch(True, "with automatic numbers a sent DocNumber is kept")
    warn_duplicate_numbers: bool = switch(False, "a used DocNumber answers 6140 (section 7.4)")
    check_bill_numbers: bool = switch(True, "a bill number used for the same vendor answers 6140")
    online_payments_default: bool = switch(True, "AllowOnline... of an invoice sent without them")
    auto_apply_payments: bool = switch(False, "payments without lines settle the oldest invoices")
    below_paid: str = switch(
        "free",
        "free or refuse: what becomes of payments of an invoice that is lowered below what is paid"
        " (section 11)",
        "free|refuse",
    )
    auto_apply_credit: bool = switch(False, "credit memos settle open invoices (section 6.12)")
    classes: str = switch(
        "line", "off, transaction or line: class tracking", "off|transaction|line"
    )
    departments: bool = switch(True, "TrackDepartments")
    inventory: bool = switch(True, "QuantityOnHand: inventory items allowed, else 5030")
    negative_stock: bool = switch(True, "sales may take stock below zero (section 6.4, unsure)")
    item_type_change: bool = switch(False, "NonInventory and Service may change into each other")
    custom_field_limit: int = switch(31, "longest custom field value (section 6.1, unsure)")
    unknown_custom_field: str = switch(
        "fault", "fault (3000) or drop: a custom field not set up", "fault|drop"
    )
    refuse_extension_blocks: bool = switch(True, "PurchaseEx and the like are refused in writes")
    clear_with_empty_text: bool = switch(True, "an empty text in a sparse update clears the field")
    noise: bool = switch(
        True, "answers carry undocumented members, as recorded in 2026 (section 1.5)"
    )
    cdc_beyond: str = switch(
        "cut", "changedSince over 30 days ago: cut (silently), refuse or serve", "cut|refuse|serve"
    )
    cdc_poisoned: str = switch(
        "", "entities, comma separated: change data that asks for one of them answers 4002"
    )
    bad_rows: str = switch(
        "",
        "records such as Customer:12, comma separated: a read, page or change data with one of them"
        " answers 10000 (section 7.11)",
    )
    requestid: str = switch(
        "replay",
        "a request id used before: replay (its first answer, whatever is sent), strict (600 for"
        " other content), fault (600 always) or forget (section 1.4, unsure)",
        "replay|strict|fault|forget",
    )
    requestid_minutes: float = switch(60.0, "how long a request id is remembered (unsure)")
    query_lag: float = switch(0.0, "seconds until a write shows in queries and CDC (section 3.5)")
    projections: str = switch(
        "ignore", "ignore or honour: SELECT with a list of properties", "ignore|honour"
    )
    bare_numbers: bool = switch(False, "a query takes numbers without quotes (section 3.1)")
    not_equal: bool = switch(True, "queries take != (undocumented; python-quickbooks uses it)")
    json_by_default: bool = switch(False, "without Accept, or with */*, answer JSON and not XML")
    naive_zone: str = switch(
        "pacific", "pacific or utc: zone of a filter time without offset", "pacific|utc"
    )
    tax_codes_uncounted: bool = switch(
        True, "TAX, NON and CustomSalesTax come beyond the MAXRESULTS of the first page"
    )
    sku_filterable: bool = switch(True, "Item.Sku may be used in WHERE (section 6.4, unsure)")
    deactivate_event: str = switch(
        "Delete", "webhook of a deactivation: Delete or Update", "Delete|Update"
    )
    merge_suffix: str = switch(" (deleted)", "suffix of the name of an inactive record")
    pkce: bool = switch(False, "code_challenge is honoured (section 2.2, unsure)")
    code_seconds: float = switch(300.0, "lifetime of an authorization code (unsure)")
    access_seconds: float = switch(3600.0, "lifetime of an access token")
    refresh_seconds: float = switch(8_640_000.0, "idle lifetime of a refresh token")
    hard_seconds: float = switch(157_680_000.0, "lifetime of a consent")
    rotate_seconds: float = switch(86_400.0, "age at which a refresh gives a new refresh token")
    refresh_grace_seconds: float = switch(0.0, "how long a superseded refresh token still works")
    racing_refresh_revokes: bool = switch(True, "a superseded refresh token kills the connection")
    ask_state: bool = switch(True, "authorize without state is refused")
    limits: bool = switch(True, "the request limits of section 5.1")
    per_minute: int = switch(500, "requests a minute and realm")
    per_second: int = switch(10, "requests a second and realm sent in parallel; 0 = no such limit")
    in_flight: int = switch(10, "requests under way at once and realm; 0 = no such limit")
    longest_request: float = switch(120.0, "seconds until a request is cut off (504); 0 = never")
    work_seconds: float = switch(0.0, "how long a write takes, and each one of a batch")
    after_cut_off: str = switch(
        "finish",
        "finish or stop: what becomes of the work of a request that is cut off (unsure)",
        "finish|stop",
    )
    batch_per_minute: int = switch(40, "batch requests a minute and realm")
    retry_after: bool = switch(False, "429 carries Retry-After (unsure)")
    monthly_quota: int = switch(0, "metered calls a month before the hard block; 0 = no block")
    sandbox: bool = switch(False, "sandbox: calls are not metered")
    batch_credits: str = switch(
        "item", "call or item: what a batch costs (section 5.2, unsure)", "call|item"
    )
    webhook_format: str = switch("cloudevents", "cloudevents or legacy", "cloudevents|legacy")
    webhook_seconds: float = switch(3.0, "events are collected this long before a delivery")
    webhook_duplicates: bool = switch(False, "every delivery is made twice")
    webhook_reorder: bool = switch(False, "events of a delivery are shuffled")
    send_limit: int = switch(40, "e-mails a day (sandbox)")
    max_body_mb: int = switch(100, "larger uploads answer 413")


def describe() -> list[tuple[str, str, str]]:
    """List every switch as (name, default, sentence)."""
    return [(f.name, repr(f.default), f.metadata["why"]) for f in fields(Switches)]


def change(switches: Switches, values: dict[str, Any]) -> dict[str, Any]:
    """Set switches from JSON values, converted to the type of their default.

    Raises:
        KeyError: there is no such switch.
        ValueError: a value does not fit its switch; none is changed then.
    """
    known = {f.name: f for f in fields(Switches)}
    converted = {name: _convert(known[name], value) for name, value in values.items()}
    for name, value in converted.items():
        setattr(switches, name, value)
    return asdict(switches)


def _convert(known: Field[Any], value: Any) -> Any:  # noqa: ANN401 - the type is the switch's own
    kind: type[Any] = type(known.default)
    fits = {bool: _truth, str: _choice}.get(kind, _number)(known, value)
    if fits is None:
        raise ValueError(f"{known.name} cannot be {value}: {known.metadata['why']}")
    return fits


def _truth(_: Field[Any], value: Any) -> bool | None:  # noqa: ANN401 - a JSON value
    return TRUTH.get(str(value).lower())


def _choice(known: Field[Any], value: Any) -> str | None:  # noqa: ANN401 - a JSON value
    choices = known.metadata["choices"]
    return str(value) if choices == [""] or value in choices else None


def _number(known: Field[Any], value: Any) -> float | None:  # noqa: ANN401 - a JSON value
    kind: type[Any] = type(known.default)
    number: float = kind(value)
    return number if number >= 0 else None

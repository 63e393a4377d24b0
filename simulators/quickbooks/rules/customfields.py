"""Custom fields of forms: only those that the company set up (sections 6.1, 7.9).

The classic ones are texts and always shown. The enhanced ones, defined by a type and a label as in
`NumberType Miles`, are read and written only by those who ask for them.
"""

from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.wire import Record

ENHANCED = "enhancedallcustomfields"
VALUES = {"StringType": "StringValue", "NumberType": "NumberValue", "DateType": "DateValue",
          "BooleanType": "BooleanValue"}  # fmt: skip


def custom_fields(draft: Draft, family: str) -> None:
    """Check custom fields and name them as the preferences do (sections 6.1, 7.9)."""
    classic = {key: f"StringType {name}" for key, name in _defined(draft, family).items()}
    enhanced = _defined(draft, f"enhanced_{family}")
    sent = {str(f.get("DefinitionId")): f for f in draft.new.get("CustomField", [])}
    if ENHANCED not in draft.include:
        _refuse_unknown(draft, sent, classic)
        old = {str(f.get("DefinitionId")): f for f in (draft.old or {}).get("CustomField", [])}
        sent |= {key: row for key, row in old.items() if key in enhanced}
    else:
        _refuse_unknown(draft, sent, classic | enhanced)
    rows = [_row(draft, key, text, sent.get(key, {})) for key, text in classic.items()]
    rows += [_row(draft, key, text, sent[key]) for key, text in enhanced.items() if key in sent]
    draft.new["CustomField"] = rows


def _defined(draft: Draft, family: str) -> dict[str, str]:
    return draft.company.custom_fields(family)


def _row(draft: Draft, key: str, text: str, sent: Record) -> Record:
    kind, _, label = text.partition(" ")
    value, limit = sent.get(VALUES[kind]), draft.company.switches.custom_field_limit
    if kind == "StringType" and value and len(value) > limit:
        draft.refuse("2050", f"Min:0 Max:{limit} supplied:{len(value)}", "CustomField")
    row = {"DefinitionId": key, "Name": label, "Type": kind}
    return row if value in (None, "") else row | {VALUES[kind]: value}


def _refuse_unknown(draft: Draft, sent: dict[str, Record], defined: dict[str, str]) -> None:
    filled = [key for key, row in sent.items() if any(row.get(n) for n in VALUES.values())]
    unknown = [key for key in filled if key not in defined]
    if unknown and draft.company.switches.unknown_custom_field == "fault":
        draft.refuse("3000", f"Custom field {unknown[0]} is not enabled", "CustomField")


def shown(company: Company, body: Any, include: str) -> Any:  # noqa: ANN401 - an answer
    """Return an answer without the enhanced fields, unless they are asked for."""
    families = ("enhanced_sales", "enhanced_purchase")
    hidden = {key for family in families for key in company.custom_fields(family)}
    if not hidden or ENHANCED in include.lower().split(","):
        return body
    return _without(body, hidden)


def _without(value: Any, hidden: set[str]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_without(row, hidden) for row in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without(member, hidden) for name, member in value.items()}
    if "CustomField" in kept:
        rows = kept["CustomField"]
        kept["CustomField"] = [row for row in rows if row.get("DefinitionId") not in hidden]
    return kept

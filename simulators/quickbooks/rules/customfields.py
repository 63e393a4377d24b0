"""Custom fields of forms: only those that the company set up (sections 6.1, 7.9)."""

from simulators.quickbooks.draft import Draft


def custom_fields(draft: Draft, family: str) -> None:
    """Check custom fields and name them as the preferences do (sections 6.1, 7.9)."""
    defined = draft.company.custom_fields(family)
    sent = {str(f.get("DefinitionId")): f for f in draft.new.get("CustomField", [])}
    rows = []
    for key, label in defined.items():
        row = {"DefinitionId": key, "Name": label, "Type": "StringType"}
        value = sent.get(key, {}).get("StringValue")
        if value and len(value) > draft.company.switches.custom_field_limit:
            limit = draft.company.switches.custom_field_limit
            draft.refuse("2050", f"Min:0 Max:{limit} supplied:{len(value)}", "CustomField")
        rows.append(row | ({"StringValue": value} if value else {}))
    unknown = [key for key, row in sent.items() if key not in defined and row.get("StringValue")]
    if unknown and draft.company.switches.unknown_custom_field == "fault":
        draft.refuse("3000", f"Custom field {unknown[0]} is not enabled", "CustomField")
    draft.new["CustomField"] = rows

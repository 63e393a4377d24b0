"""Custom fields: up to three of a MobiWork record's own fields go along with a document.

They are MobiWork's database fields (reference 2.3); the fields of forms are another element and
are never read.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field

from connector.entities.shared.wire import Wire, meaningful
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError
from connector.mobiwork.values import listed
from connector.model.body import Body, Json
from connector.model.policy.choices import CustomField
from connector.model.policy.sales_requirements import custom_field_problem
from connector.model.worklist.causes import Kind

VALUE_LENGTH = 31
LONGEST = 1_000


def _beginning(value: object) -> object:
    return value[:LONGEST] if isinstance(value, str) else value


class CustomValue(Wire):
    """What one custom field of a record holds; a repeated field stands there several times.

    Of a longer value, such as a signature, it is the beginning.

    api_name: the field's name in MobiWork's API.
    """

    api_name: str = Field(default="", validation_alias=AliasChoices("apiname", "name"))
    value: Annotated[str, BeforeValidator(_beginning)] = ""


CustomValues = Annotated[tuple[CustomValue, ...], listed("customField")]


def own_value(name: str, text: str) -> CustomValue:
    """Return what a record says in a member of its own, as if it were a custom field."""
    return CustomValue.model_construct(api_name=name, value=meaningful(text)[:LONGEST])


def texts(values: Sequence[CustomValue]) -> dict[str, str]:
    """Return the text of each field that holds something, a repeated one joined by commas."""
    found: dict[str, list[str]] = {}
    for one in values:
        text = " ".join(one.value.split())
        if text:
            found.setdefault(one.api_name, []).append(text)
    return {name: ", ".join(parts) for name, parts in found.items()}


def custom_fields(
    values: Sequence[CustomValue], chosen: Sequence[CustomField], labels: Mapping[str, str]
) -> list[Body]:
    """Return QuickBooks' custom fields, each at most 31 characters (reference 6.1, 7.9).

    `labels` are those of the fields that are in use there, by their numbers.

    Raises:
        MissingMappingsError: a field that the record has goes to one that is not in use.
    """
    found = texts(values)
    told = [custom_field_problem(one, labels) for one in chosen if one.api_name in found]
    if wrong := [f"The settings send {one}" for one in told if one]:
        raise MissingMappingsError(
            wrong, fixes=(OPEN_SETTINGS, RETRY, SKIP), cause=Kind.CUSTOM_FIELD
        )
    return [
        {
            "DefinitionId": one.definition_id,
            "Type": "StringType",
            "StringValue": found[one.api_name][:VALUE_LENGTH].rstrip(),
        }
        for one in chosen
        if one.api_name in found
    ]


def custom_field_remarks(values: Sequence[CustomValue], answer: Json) -> list[str]:
    """Say which custom fields were cut to fit, by what QuickBooks answered."""
    in_quickbooks = {str(one.get("StringValue", "")) for one in answer.get("CustomField", ())}
    return [
        f'The custom field {name} was cut to {VALUE_LENGTH} characters: "{text}".'
        for name, text in texts(values).items()
        if len(text) > VALUE_LENGTH and text[:VALUE_LENGTH].rstrip() in in_quickbooks
    ]

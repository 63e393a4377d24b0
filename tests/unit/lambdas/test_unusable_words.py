from typing import Any

import pytest
from pydantic import ValidationError

from connector.api.choosing.settings import SettingsChange
from connector.lambdas.unusable_words import words_of


def told(body: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        SettingsChange.model_validate(body)
    errors = refused.value.errors()
    return [words_of({**one, "loc": ("body", *one["loc"])}) for one in errors]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"incom_account": "79"}, "There is no setting of this name. Did you mean income_account"),
        ({"xyz": 1}, "There is no such setting"),
        ({"class_of_sales": {"feld": "a"}}, "Nothing of this name is known here"),
        ({"income_account": 42}, "It must be a text"),
        ({"invoice_statuses": "Paid"}, "It must be a list"),
        ({"deposit_accounts": []}, "It must be an object of names and values"),
        ({"start_date": "29.11.2026"}, "It must be a date, such as 2026-01-31"),
        ({"start_date": "2026-02-30"}, "It must be a date, such as 2026-01-31"),
        ({"payments_on_account": "maybe"}, "It must be true or false"),
        ({"minutes_between_looks": "often"}, "It must be a whole number"),
        ({"minutes_between_looks": 0}, "It must be 5 or more"),
        ({"on_conflict": "me"}, "It must be 'ask', 'QuickBooks wins' or 'MobiWork wins'"),
        ({"sales_number_prefix": "MUCHTOOLONG"}, "It must have at most 8 characters"),
        ({"external_id_format": "QBO"}, "It is not written as it must be. How a MobiWork record"),
    ],
)
def test_what_is_wrong_is_told_in_words_that_say_what_to_send(
    settings: dict[str, Any], words: str
) -> None:
    [said] = told({"version": 1, "settings": settings})
    assert said.startswith(words)


def test_what_is_missing_is_told() -> None:
    assert told({"version": 1}) == ["It is missing"]

"""Settings become fields and come back unchanged, whatever they are."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.console.forms import FormField, Forms
from connector.console.pages.settings import BY_NAME
from connector.model.policy.settings import Settings
from local.sample import SETTINGS
from tests.builders import settings

NAMES = tuple(Settings.model_fields)
FORMS = Forms(Settings.model_json_schema(), {})


def sent_by(fields: tuple[FormField, ...]) -> Iterator[tuple[str, str]]:
    """Yield what a browser sends of a form that nobody has changed."""
    for field in fields:
        match field.kind:
            case "map" | "rows":
                yield from sent_by(field.rows)
            case "row" | "group":
                yield from sent_by(field.fields)
            case "flag":
                if field.value:
                    yield field.name, "on"
            case "lines":
                yield field.name, "\r\n".join(field.value)
            case "select" if field.value is None:
                yield field.name, field.options[0]
            case _:
                yield field.name, "" if field.value is None else str(field.value)


def back_again(values: dict[str, Any]) -> dict[str, Any]:
    form: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in sent_by(FORMS.fields(NAMES, values)):
        form[name].append(value)
    return FORMS.read(NAMES, form)


@pytest.mark.parametrize("chosen", [Settings(), settings(), Settings.model_validate(SETTINGS)])
def test_a_form_that_nobody_changed_changes_nothing(chosen: Settings) -> None:
    assert Settings.model_validate(back_again(chosen.model_dump(mode="json"))) == chosen


@given(
    st.dictionaries(
        st.text("abc -.0", min_size=1).filter(str.strip).map(str.strip), st.text("xyz", min_size=1)
    )
)
def test_mappings_of_any_names_come_back(methods: dict[str, str]) -> None:
    chosen = Settings(payment_methods=methods)
    assert Settings.model_validate(back_again(chosen.model_dump(mode="json"))) == chosen


def test_every_setting_is_in_one_theme() -> None:
    themes = [name for theme in BY_NAME.values() for name in theme.model_fields]
    assert sorted(themes) == sorted(NAMES)

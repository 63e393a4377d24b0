"""Settings become fields and come back unchanged, whatever they are."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.api.choosing.naming import Named
from connector.console.charts import BOTTOM, TOP, forecast
from connector.console.forms import FormField, Forms
from connector.console.pages.settings import BY_NAME
from connector.console.setting_groups import GROUPS
from connector.model.policy.setting_choices import Choices, Offer
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
                yield field.name, "\r\n".join(field.lines)
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


def test_a_mapping_by_kind_of_record_has_a_row_for_each_with_what_that_kind_says() -> None:
    said = (Offer("Sent", "quote: Sent", "5 quotes"), Offer("Paid", "invoice: Paid", ""))
    told = Choices(setting="left_out_statuses", title="", mobiwork=said, quickbooks=(), more=0)
    forms = Forms(Settings.model_json_schema(), {"left_out_statuses": told})
    [field] = forms.fields(["left_out_statuses"], {"left_out_statuses": {"quote": ["Sent"]}})
    rows = {row.fields[0].value: row.fields[1] for row in field.rows}
    assert (rows["quote"].offers, rows["quote"].lines) == (
        (Offer("Sent", "Sent", "5 quotes"),),
        ("Sent",),
    )
    assert [one.label for one in rows["invoice"].offers] == ["Paid"]


def test_what_is_chosen_in_another_spelling_is_ticked_and_comes_back_as_it_was_chosen() -> None:
    said = (Offer("CREATED", "CREATED", "97 payments"), Offer("NSF", "NSF"))
    told = Choices(setting="payment_statuses", title="", mobiwork=said, quickbooks=(), more=0)
    forms = Forms(Settings.model_json_schema(), {"payment_statuses": told})
    [field] = forms.fields(["payment_statuses"], {"payment_statuses": ["Created", "Successful"]})
    assert [(one.label, one.value in field.lines) for one in field.offers] == [
        ("CREATED", True),
        ("NSF", False),
    ]


def test_every_setting_is_in_one_group_of_its_theme() -> None:
    for theme, of_it in BY_NAME.items():
        names = [name for group in GROUPS[theme].values() for name in group]
        assert sorted(names) == sorted(of_it.model_fields), theme
    assert sorted(name for theme in BY_NAME.values() for name in theme.model_fields) == sorted(
        NAMES
    )


ACCOUNTS = Choices(
    setting="income_account",
    title="Income account",
    mobiwork=(),
    quickbooks=(Offer("79", "Sales of Product Income"),),
    more=0,
)


@pytest.mark.parametrize(("more", "kind"), [(0, "choice"), (3, "text")])
def test_what_is_offered_completely_is_chosen_by_name(more: int, kind: str) -> None:
    forms = Forms(Settings.model_json_schema(), {"income_account": replace(ACCOUNTS, more=more)})
    [field] = forms.fields(["income_account"], {"income_account": "79"})
    assert (field.kind, field.value, field.offers) == (kind, "79", ACCOUNTS.quickbooks)


def test_a_change_is_told_by_the_names_of_what_was_chosen() -> None:
    named = Named({"income_account": ACCOUNTS})
    [told] = named.changes({"income_account": ""}, {"income_account": "79"})
    assert (told.before, told.after) == ("nothing", "Sales of Product Income")


@pytest.mark.parametrize(("made", "expected", "limit"), [(0, 0, 500_000), (9, 99, 100), (5, 7, 6)])
def test_a_forecast_stays_within_its_chart(made: int, expected: int, limit: int) -> None:
    drawn = forecast(made, expected, limit, now=datetime(2026, 2, 28, 23, tzinfo=UTC))
    heights = [float(one.split()[-1]) for one in (drawn.so_far, drawn.later)]
    assert all(TOP <= one <= BOTTOM for one in (*heights, drawn.now.y, drawn.limit or TOP))
    assert [line.count for line in drawn.lines] == sorted({line.count for line in drawn.lines})


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("79", "79"),
        ("sales of product income", "79"),
        ("Twice", None),
        ("Gone", None),
        (None, None),
    ],
)
def test_what_is_chosen_is_found_by_its_id_or_its_name(
    value: str | None, found: str | None
) -> None:
    named = {"79": "Sales of Product Income", "80": "Twice", "81": "Twice"}
    offers = tuple(Offer(own, name) for own, name in named.items())
    meant = FormField(name="one", kind="choice", title="One", value=value, offers=offers).meant
    assert (meant and meant.value) == found

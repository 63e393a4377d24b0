import os
from collections.abc import Iterable
from pathlib import Path

import pytest
import simplejson
from pydantic.fields import FieldInfo

from connector.model.policy.accounts import RULES
from connector.model.policy.settings import THEMES, Settings

DOCS = Path(__file__).parents[3] / "docs"
HEAD = """# Settings

Made from the code: `UPDATE_DOCS=1 make test ARGS=tests/unit/model/test_settings_doc.py`.
The JSON Schema is in [settings.schema.json](settings.schema.json).

Accounts, payment methods and the like are given by QuickBooks id or by exact, case-sensitive name.
They are checked against the company when they are saved and in every run. What is wrong stops only
the flows named here, and of these only the records that need it.
"""
TABLE = """
| Setting | In JSON | Default | What it must be | When one would want it | Stops |
|---|---|---|---|---|---|
"""


def when(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("when", "")) if isinstance(extra, dict) else ""


def row(name: str, field: FieldInfo) -> str:
    rules = [rule for rule in RULES if rule.setting == name]
    needed = f"an account of type {rules[0].kind}" if rules else field.description or ""
    flows = sorted({flow for rule in rules for flow in rule.flows})
    default = simplejson.dumps(field.default, default=_plain)
    stops = ", ".join(f"`{flow}`" for flow in flows) or "-"
    return f"| {field.title} | `{name}` | `{default}` | {needed} | {when(field)} | {stops} |\n"


def _plain(value: Iterable[object]) -> object:
    return list(value)


def settings_page() -> str:
    tables = (
        f"\n## {str(theme.__doc__).removesuffix('.')}\n{TABLE}"
        + "".join(row(name, field) for name, field in theme.model_fields.items())
        for theme in THEMES
    )
    return HEAD + "".join(tables)


def rendered() -> dict[str, str]:
    schema = simplejson.dumps(Settings.model_json_schema(), indent=2) + "\n"
    return {"settings.md": settings_page(), "settings.schema.json": schema}


def test_the_documented_settings_are_those_of_the_code() -> None:
    if os.environ.get("UPDATE_DOCS"):
        for name, text in rendered().items():
            (DOCS / name).write_text(text)
    assert {name: (DOCS / name).read_text() for name in rendered()} == rendered()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_when_one_would_want_it(name: str) -> None:
    assert when(Settings.model_fields[name]).endswith(".")


def test_every_theme_is_among_the_settings_in_the_order_in_which_it_is_read() -> None:
    assert list(Settings.model_fields) == [name for one in THEMES for name in one.model_fields]

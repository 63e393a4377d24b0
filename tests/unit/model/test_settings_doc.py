import os
from pathlib import Path

import simplejson

from connector.model.policy.accounts import RULES
from connector.model.policy.settings import Settings

DOCS = Path(__file__).parents[3] / "docs"
HEAD = """# Settings

Made from the code: `UPDATE_DOCS=1 make test ARGS=tests/unit/model/test_settings_doc.py`.
The JSON Schema is in [settings.schema.json](settings.schema.json).

Accounts, payment methods and the like are given by QuickBooks id or by exact, case-sensitive name.
They are checked against the company when they are saved and in every run. What is wrong stops only
the flows named here.

| Setting | In JSON | Default | What it must be | Stops |
|---|---|---|---|---|
"""


def rows() -> str:
    lines = []
    for name, field in Settings.model_fields.items():
        rules = [rule for rule in RULES if rule.setting == name]
        kinds = rules[0].kind if rules else ""
        needed = f"an account of type {kinds}" if kinds else field.description or ""
        flows = sorted({flow for rule in rules for flow in rule.flows})
        default = simplejson.dumps(field.default, default=list)
        lines.append(
            f"| {field.title} | `{name}` | `{default}` | {needed} | "
            f"{', '.join(f'`{flow}`' for flow in flows) or '-'} |"
        )
    return "\n".join(lines) + "\n"


def rendered() -> dict[str, str]:
    schema = simplejson.dumps(Settings.model_json_schema(), indent=2) + "\n"
    return {"settings.md": HEAD + rows(), "settings.schema.json": schema}


def test_the_documented_settings_are_those_of_the_code() -> None:
    if os.environ.get("UPDATE_DOCS"):
        for name, text in rendered().items():
            (DOCS / name).write_text(text)
    assert {name: (DOCS / name).read_text() for name in rendered()} == rendered()

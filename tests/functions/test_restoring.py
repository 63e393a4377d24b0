"""The runbook's own commands bring a table back under its name, with all that was in it."""

import json
import re
import shlex
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.store import connections
from functions.find_changes.app import handler as find_changes
from functions.push_customers.app import handler as push_customers
from tests.builders import a_customer
from tests.functions.cloud import Cloud, client
from tests.functions.context import Context
from tests.functions.events import CONNECTION, REALM, event
from tests.functions.sites import IntuitSite, MobiWorkSite
from tests.template.reading import ROOT, resources

RUNBOOK = (ROOT / "docs/operations.md").read_text()
COMMANDS = RUNBOOK.partition("```sh restore\n")[2].partition("```")[0].splitlines()
TABLE = "connector"


def _camel(words: str) -> str:
    return "".join(word.title() for word in words.split("-"))


def _value(text: str) -> Any:
    """Read a value as the AWS CLI does: `Enabled=true,AttributeName=x` is a structure."""
    if "=" not in text:
        return text
    pairs = dict(pair.split("=") for pair in text.split(","))
    return {name: True if value == "true" else value for name, value in pairs.items()}


def _arguments(words: list[str]) -> dict[str, Any]:
    """Make the arguments of a call of the options of a command."""
    found: dict[str, Any] = {}
    for option, *values in [one.split(" ", 1) for one in " ".join(words).split("--")[1:]]:
        text = (values or [""])[0].strip()
        named = _camel(option.removeprefix("no-"))
        found[named] = _value(text) if text else not option.startswith("no-")
    return found


def run(line: str, variables: dict[str, str]) -> None:
    """Run one command line as a shell with the AWS CLI does."""
    for name, value in variables.items():
        line = line.replace(f"${name}", value)
    kept = re.fullmatch(r"(\w+)=\$\((.*)\)", line)
    words = shlex.split(kept[2] if kept else line)
    assert words[:2] == ["aws", "dynamodb"]
    if words[2] == "wait":
        client("dynamodb").get_waiter(words[3].replace("-", "_")).wait(**_arguments(words[4:]))
        return
    arguments = _arguments(words[3:])
    query = arguments.pop("Query", None)
    arguments.pop("Output", None)
    if "RestoreDateTime" in arguments:
        arguments["RestoreDateTime"] = datetime.fromisoformat(arguments["RestoreDateTime"])
    answer = getattr(client("dynamodb"), words[2].replace("-", "_"))(**arguments)
    if kept and query:
        for part in query.split("."):
            answer = answer[part]
        variables[kept[1]] = answer


def rows() -> list[str]:
    found = client("dynamodb").scan(TableName=TABLE)["Items"]
    return sorted(json.dumps(one, sort_keys=True, default=str) for one in found)


@pytest.fixture
def synced(connected: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context) -> Cloud:
    """A connection with a customer that is linked, cursors and an outcome."""
    mobiwork.lists(a_customer())
    find_changes(event("find_changes"), context)
    push_customers(event("push_customers"), context)
    return connected


def test_a_restored_table_has_the_name_the_rows_and_the_settings_of_before(synced: Cloud) -> None:
    before, table = rows(), resources("AWS::DynamoDB::Table")["Table"]["Properties"]
    variables = {"TABLE": TABLE, "WHEN": datetime.now(UTC).isoformat(timespec="seconds")}
    for line in COMMANDS:
        run(line, variables)
    told = client("dynamodb").describe_table(TableName=TABLE)["Table"]
    client("dynamodb").update_table(TableName=TABLE, DeletionProtectionEnabled=False)  # for others

    assert (len(COMMANDS), rows()) == (11, before)
    assert connections.of_realm(REALM) == CONNECTION
    assert told["DeletionProtectionEnabled"] is table["DeletionProtectionEnabled"] is True
    assert _settings() == (
        table["TimeToLiveSpecification"]["AttributeName"],
        "ENABLED" if table["PointInTimeRecoverySpecification"] else "DISABLED",
    )


def _settings() -> tuple[str, str]:
    """What expires rows, and whether there is recovery to a point in time."""
    ttl = client("dynamodb").describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]
    kept = client("dynamodb").describe_continuous_backups(TableName=TABLE)
    backups = kept["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return ttl["AttributeName"], backups["PointInTimeRecoveryStatus"]

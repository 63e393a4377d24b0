import json
from itertools import pairwise
from typing import Any

import pytest

from tests.allowed import Asked, may
from tests.template.reading import (
    FUNCTIONS,
    ROOT,
    TEMPLATE,
    resources,
    statements_of,
    templates_of,
)

OPENAPI = ROOT / "docs/openapi.json"

NEEDED = {
    "APP_SECRET_ARN": "AWSSecretsManagerGetSecretValuePolicy",
    "BOOKS_STATE_MACHINE_ARN": "StepFunctionsExecutionPolicy",
    "CONNECTION_QUEUE_URL": "SQSSendMessagePolicy",
    "PAYMENTS_STATE_MACHINE_ARN": "StepFunctionsExecutionPolicy",
    "SYNC_STATE_MACHINE_ARN": "StepFunctionsExecutionPolicy",
    "WEBHOOK_DEAD_LETTERS_URL": "SQSSendMessagePolicy",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_use_each_resource_it_is_told_of_and_no_other(name: str) -> None:
    properties = FUNCTIONS[name]["Properties"]
    told = set(properties.get("Environment", {}).get("Variables", {}))
    allowed = templates_of(properties)

    assert {policy for variable, policy in NEEDED.items() if variable in told} == (
        allowed & set(NEEDED.values())
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_knows_the_token_key_may_use_it_for_the_connection_it_names(
    name: str,
) -> None:
    properties = FUNCTIONS[name]["Properties"]
    knows = "TOKEN_KEY_ARN" in properties.get("Environment", {}).get("Variables", {})

    assert may(name, Asked("kms:Decrypt", context=("connection_id",))) == knows
    assert not may(name, Asked("kms:Decrypt"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_tokens_are_out_of_reach_without_their_key(name: str) -> None:
    opens = may(name, Asked("kms:Decrypt", context=("connection_id",)))
    reads = may(name, Asked("dynamodb:GetItem", ("c5f0d2a7e9b31#tokens",)))

    assert reads == opens


def test_only_what_connects_makes_keys() -> None:
    seal = Asked("kms:GenerateDataKey", context=("connection_id",))

    assert {name for name in FUNCTIONS if may(name, seal)} == {
        "FinishConnectionFunction",
        "ServeConnectionsFunction",
        "ServeConsoleFunction",
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_scans_the_table_or_changes_it(name: str) -> None:
    assert not may(name, Asked("dynamodb:Scan"))
    assert not may(name, Asked("dynamodb:UpdateTable"))
    assert not may(name, Asked("dynamodb:DeleteTable"))


def test_each_machine_may_be_started_by_those_who_ask_for_runs() -> None:
    may = {
        (name, policy["StepFunctionsExecutionPolicy"]["StateMachineName"]["Fn::GetAtt"][0])
        for name, function in FUNCTIONS.items()
        for policy in function["Properties"].get("Policies", ())
        if "StepFunctionsExecutionPolicy" in policy
    }

    assert may == {
        ("FindChangesFunction", "SyncConnection"),
        ("ServeBooksFunction", "MatchBooks"),
        ("ServeConsoleFunction", "MatchBooks"),
        ("ServeConsoleFunction", "PushInvoicesThenPayments"),
        ("ServeConsoleFunction", "SyncConnection"),
        ("ServeConsoleFunction", "UndoRun"),
        ("ServePaymentsFunction", "PushInvoicesThenPayments"),
        ("ServeReviewFunction", "SyncConnection"),
        ("ServeRunsFunction", "SyncConnection"),
        ("ServeUndoFunction", "UndoRun"),
    }


def test_no_statement_of_ours_allows_every_action_or_every_resource() -> None:
    wide = [
        (name, statement)
        for kind in ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
        for name, resource in resources(kind).items()
        for statement in statements_of(resource["Properties"])
        if statement["Resource"] == "*" or "*" in str(statement["Action"])
    ]

    assert wide == []


def test_every_raw_statement_says_why_it_is_there() -> None:
    lines = TEMPLATE.read_text().splitlines()
    silent = [
        line
        for before, line in pairwise(lines)
        if before.strip().startswith("Action:") and "Resource:" in line and "  # " not in line
    ]

    assert silent == []


def _routes() -> dict[str, Any]:
    """Every route with its authorisation, None for that of the API."""
    return {
        f"{one['Properties']['Method']} {one['Properties']['Path']}": one["Properties"].get("Auth")
        for function in FUNCTIONS.values()
        for one in function["Properties"].get("Events", {}).values()
        if one["Type"] == "HttpApi"
    }


def test_only_what_checks_for_itself_who_asks_is_open_to_everybody() -> None:
    (api,) = resources("AWS::Serverless::HttpApi").values()
    unsigned = {route: auth for route, auth in _routes().items() if auth is not None}

    assert api["Properties"]["Auth"] == {
        "EnableIamAuthorizer": True,
        "DefaultAuthorizer": "AWS_IAM",
    }
    assert unsigned == {
        "ANY /connections/callback": {"Authorizer": "NONE"},
        "ANY /console": {"Authorizer": "NONE"},
        "ANY /console/{proxy+}": {"Authorizer": "NONE"},
        "ANY /webhooks/mobiwork/{connection_id}": {"Authorizer": "NONE"},
        "POST /webhooks/quickbooks": {"Authorizer": "NONE"},
    }


def test_the_template_has_the_paths_that_the_functions_answer() -> None:
    answered = {f"ANY {path}" for path in json.loads(OPENAPI.read_text())["paths"]}

    pages = ("/webhooks/", "/console")

    assert {one for one in _routes() if not any(it in one for it in pages)} == answered


def test_no_function_of_the_api_refers_to_it_for_that_is_a_circle_in_aws() -> None:
    of_api = {
        name: it
        for name, it in FUNCTIONS.items()
        if "HttpApi" in str(it["Properties"].get("Events"))
    }
    assert len(of_api) > 10
    assert [name for name, it in of_api.items() if "${Api}" in str(it)] == []


def test_a_function_may_send_to_every_queue_it_is_told_of_and_no_other() -> None:
    queues = {
        "CONNECTION_QUEUE_URL": "ConnectionQueue",
        "WEBHOOK_DEAD_LETTERS_URL": "WebhookDeadLetters",
    }
    for function in FUNCTIONS.values():
        properties = function["Properties"]
        told = properties.get("Environment", {}).get("Variables", {})
        may = [
            policy["SQSSendMessagePolicy"]["QueueName"]["Fn::GetAtt"][0]
            for policy in properties["Policies"]
            if "SQSSendMessagePolicy" in policy
        ]
        assert may == [queue for variable, queue in queues.items() if variable in told]


@pytest.mark.parametrize(
    "name", ["ReceiveMobiworkChangeFunction", "ReceiveQuickbooksChangeFunction"]
)
def test_what_everybody_can_call_reads_and_marks_single_items_only(name: str) -> None:
    properties = FUNCTIONS[name]["Properties"]
    actions = [action for one in statements_of(properties) for action in one["Action"]]

    assert actions == ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    assert may(name, Asked("dynamodb:GetItem", ("c5f0d2a7e9b31#doorbell",)))
    assert not may(name, Asked("dynamodb:GetItem", ("c5f0d2a7e9b31#link#customer",)))
    assert templates_of(properties) <= {
        "AWSSecretsManagerGetSecretValuePolicy",
        "SQSSendMessagePolicy",
    }


@pytest.mark.parametrize(
    "route", ["ANY /webhooks/mobiwork/{connection_id}", "POST /webhooks/quickbooks"]
)
def test_webhooks_are_not_held_to_the_pace_of_people(route: str) -> None:
    (api,) = resources("AWS::Serverless::HttpApi").values()
    settings = api["Properties"]["RouteSettings"]

    assert settings[route]["ThrottlingRateLimit"] >= 200

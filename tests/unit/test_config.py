from dataclasses import asdict

import pytest

from connector.config import Config, config_from
from connector.errors import ConfigurationError

NEEDED = {"TABLE_NAME": "connector", "AWS_REGION": "us-east-1"}


def test_a_function_that_needs_only_the_table_needs_only_its_name() -> None:
    assert config_from(NEEDED) == Config(table_name="connector", aws_region="us-east-1")


def test_everything_can_be_set() -> None:
    texts = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "CONNECTION_QUEUE_URL": "https://sqs.test/connections",
        "SYNC_STATE_MACHINE_ARN": "arn:machine",
        "UNDO_STATE_MACHINE_ARN": "arn:undo",
        "BOOKS_STATE_MACHINE_ARN": "arn:books",
        "PAYMENTS_STATE_MACHINE_ARN": "arn:payments",
        "APP_SECRET_ARN": "arn:secret",
        "TOKEN_KEY_ARN": "arn:key",
        "QUICKBOOKS_API_URL": "https://quickbooks.test",
        "QUICKBOOKS_AUTHORIZE_URL": "https://authorize.test",
        "QUICKBOOKS_TOKEN_URL": "https://token.test",
        "QUICKBOOKS_REVOKE_URL": "https://revoke.test",
        "MOBIWORK_URL": "https://mobiwork.test",
        "API_URL": "https://connector.test",
        "CONSOLE_ADMINS": "admin@harbor.example",
        "CONSOLE_CLIENT_PARAMETER": "/connector/console-client",
        "CONSOLE_ISSUER": "https://issuer.test",
        "CONSOLE_SECRET_ARN": "arn:console",
        "DIGEST_SENDER": "books@connector.test",
        "DIGEST_TOPIC_ARN": "arn:topic",
        "OUTCOMES_BUCKET": "outcomes",
        "WEBHOOK_DEAD_LETTERS_URL": "https://sqs.test/letters",
    }
    numbers = {
        "QUICKBOOKS_REQUESTS_PER_MINUTE": "120",
        "METERED_CALLS_PER_MONTH": "1000000",
        "CLAIM_SECONDS": "1.5",
        "SETTLE_SECONDS": "0",
        "APP_SECRET_SECONDS": "60",
        "DOORBELL_SECONDS": "5",
        "TABLE_RESTORED": "2026-11-29T08:00:00Z",
    }
    read = asdict(config_from(NEEDED | texts | numbers))
    expected = {name.lower(): text for name, text in (NEEDED | texts).items()}
    assert read == expected | {
        "quickbooks_requests_per_minute": 120,
        "metered_calls_per_month": 1000000,
        "claim_seconds": 1.5,
        "settle_seconds": 0.0,
        "app_secret_seconds": 60,
        "doorbell_seconds": 5,
        "table_restored": "2026-11-29T08:00:00Z",
    }


def test_other_variables_are_left_alone() -> None:
    assert config_from(NEEDED | {"PATH": "/bin"}) == config_from(NEEDED)


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(ConfigurationError) as raised:
        config_from({})
    assert str(raised.value) == (
        "The environment of this function is wrong: TABLE_NAME: it is missing; "
        "AWS_REGION: it is missing."
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TABLE_NAME", ""),
        ("QUICKBOOKS_REQUESTS_PER_MINUTE", "0"),
        ("QUICKBOOKS_REQUESTS_PER_MINUTE", "many"),
        ("CLAIM_SECONDS", "-1"),
        ("SETTLE_SECONDS", ""),
        ("TABLE_RESTORED", "perhaps"),
        ("MOBIWORK_URL", "http://www.mobiwork.com"),
        ("QUICKBOOKS_TOKEN_URL", "oauth.platform.intuit.com"),
    ],
)
def test_a_variable_that_is_not_legal_is_named(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"wrong: {name}: "):
        config_from(NEEDED | {name: text})


def test_only_this_very_machine_is_reached_without_encryption() -> None:
    assert config_from(NEEDED | {"MOBIWORK_URL": "http://127.0.0.1:8080"}).mobiwork_url

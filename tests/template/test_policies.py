"""Nothing is allowed that no function asks for; what is asked for is held in tests/functions."""

import json
from collections import defaultdict
from fnmatch import fnmatchcase

import pytest

from tests.allowed import Asked, may, statements_by_function
from tests.template.reading import FUNCTIONS, ROOT

CALLED: dict[str, list[str]] = json.loads((ROOT / "tests/functions/called.json").read_text())
"""What each function asked for in its tests; `RECORD_CALLS=1 pytest tests/functions` renews it."""
KIND = {"Pull": "pulls", "Push": "pushes"}
"""Flows of one direction are one engine: what one asks for, all may."""
ELSEWHERE = {
    ("FindChangesFunction", "s3:DeleteObject"): "closing and erasing: tests/unit/jobs",
    ("FindChangesFunction", "s3:ListBucket"): "closing and erasing: tests/unit/jobs",
    ("FinishConnectionFunction", "secretsmanager:GetSecretValue"): "read once, then remembered",
    ("FinishRunFunction", "s3:PutObject"): "outcome files: tests/unit/store",
    ("MatchBooksFunction", "kms:Decrypt"): "both logins, at the first reading: tests/e2e",
    ("MatchBooksFunction", "secretsmanager:GetSecretValue"): "as above",
    ("MatchRecordsFunction", "kms:Decrypt"): "both logins, at the first reading: tests/e2e",
    ("MatchRecordsFunction", "secretsmanager:GetSecretValue"): "as above",
    ("ProbeMobiworkFunction", "kms:Decrypt"): "MobiWork's login: tests/e2e",
    ("SendDigestsFunction", "ses:SendEmail"): "only with a sender: tests/unit/api",
    ("SendDigestsFunction", "sns:Publish"): "tests/unit/api",
    ("ServeBooksFunction", "states:DescribeExecution"): "where a match is under way: tests/e2e",
    ("ServeConsoleFunction", "kms:Decrypt"): "as the functions of the API whose pages it shows",
    ("ServeConsoleFunction", "kms:GenerateDataKey"): "connecting from a page",
    ("ServeConsoleFunction", "ssm:GetParameter"): "at the first sign-in, then remembered",
    ("ServeReviewFunction", "kms:Decrypt"): "MobiWork's login, where a page names customers",
    ("ServeRunsFunction", "secretsmanager:GetSecretValue"): "where a token is old: tests/e2e",
    ("ServeRunsFunction", "sqs:SendMessage"): "a run that is asked for begins with a look",
    ("ServeSettingsFunction", "secretsmanager:GetSecretValue"): "read once, then remembered",
    ("ServeUndoFunction", "kms:Decrypt"): "what may be undone is asked of QuickBooks: tests/e2e",
    ("ServeUndoFunction", "secretsmanager:GetSecretValue"): "as above",
    ("ServeUndoFunction", "sqs:SendMessage"): "posting again begins with a look",
    ("ServeWorklistFunction", "kms:Decrypt"): "fixes that write in QuickBooks: tests/e2e",
    ("ServeWorklistFunction", "secretsmanager:GetSecretValue"): "as above",
    ("UndoRunFunction", "kms:Decrypt"): "taking back in QuickBooks: tests/e2e",
    ("UndoRunFunction", "secretsmanager:GetSecretValue"): "as above",
    ("pulls", "kms:Decrypt"): "MobiWork's login: tests/e2e",
}
"""What is allowed and seen in other tests only, and where or why."""


def _group(name: str) -> str:
    return KIND.get(name[:4], name)


def _allowed() -> dict[str, set[str]]:
    """Every action but those on the rows of the table, and on dead letters, which AWS sends."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, statements in statements_by_function().items():
        for one in statements:
            actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
            letters = "DeadLetters" in str(one["Resource"]) and "Webhook" not in str(one)
            if one["Effect"] == "Allow" and not letters:
                found[_group(name)] |= {it.rstrip("*") for it in actions}
    return {name: {it for it in some if "dynamodb" not in it} for name, some in found.items()}


def _called() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, actions in CALLED.items():
        found[_group(name)] |= set(actions)
    return found


ALLOWED = _allowed()


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_function_may_do_it_does(name: str) -> None:
    elsewhere = {action for whose, action in ELSEWHERE if whose == name}
    seen = _called().get(name, set())

    assert {one for one in ALLOWED[name] if not any(fnmatchcase(it, one) for it in seen)} == (
        elsewhere
    )


def test_what_was_recorded_is_of_functions_that_there_are() -> None:
    assert set(CALLED) <= set(FUNCTIONS)


def test_whoever_only_reads_the_table_may_not_write_it() -> None:
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"}
    readers = {name for name, actions in CALLED.items() if not writes & set(actions)}
    alone = {name for name in readers if _group(name) == name}
    put = Asked("dynamodb:PutItem", ("c5f0d2a7e9b31",))

    assert alone
    assert {name for name in alone if may(name, put)} == set()

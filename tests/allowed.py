"""What the policies of the template allow each function, as IAM would decide it.

The roles are those that SAM makes. Of a resource it is told apart only whether it is an index: each
action of ours has one kind of resource, and which one is the subject of other tests.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from samtranslator.translator.transform import transform  # type: ignore[import-untyped]

from local.template import read_template, resources_of
from tests.template.reading import TEMPLATE

TOGETHER = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""What a transaction needs to be allowed, by what it does."""
NAMES = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:DeleteObjects": "s3:DeleteObject",
    "sesv2:SendEmail": "ses:SendEmail",
}
"""Where an action is not called as the operation that needs it."""
OPERATORS = {
    "ForAllValues:StringLike": all,
    "ForAnyValue:StringLike": any,
}


@dataclass(frozen=True)
class Asked:
    """One call as IAM sees it: the action, the partition keys it names, the context of a key."""

    action: str
    leading_keys: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    index: bool = False


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


@cache
def statements_by_function() -> Mapping[str, tuple[Any, ...]]:
    """Return the statements of each function's role, those of managed policies included."""
    template = read_template(TEMPLATE)
    for kind, name in (
        ("AWS::Serverless::Function", "CodeUri"),
        ("AWS::Serverless::LayerVersion", "ContentUri"),
        ("AWS::Serverless::StateMachine", "DefinitionUri"),
    ):
        for it in resources_of(template, kind).values():
            it["Properties"][name] = "s3://bucket/key"
    made = transform(template, {}, _NoManagedPolicies())["Resources"]
    return {
        name: tuple(_of_role(made[f"{name}Role"]["Properties"], made))
        for name in resources_of(template, "AWS::Serverless::Function")
    }


def _of_role(role: Any, made: Mapping[str, Any]) -> Iterator[Any]:
    own = [arn["Ref"] for arn in role.get("ManagedPolicyArns", ()) if "Ref" in arn]
    kept = [*role.get("Policies", ()), *(made[name]["Properties"] for name in own)]
    for policy in kept:
        yield from policy["PolicyDocument"]["Statement"]


@cache
def may(function: str, asked: Asked) -> bool:
    """Tell whether a function may do what it asks: something allows it and nothing denies it."""
    held = [one for one in statements_by_function()[function] if _applies(one, asked)]
    return {one["Effect"] for one in held} == {"Allow"}


def _applies(statement: Any, asked: Asked) -> bool:
    actions = statement["Action"]
    actions = [actions] if isinstance(actions, str) else actions
    if not any(fnmatchcase(asked.action.lower(), one.lower()) for one in actions):
        return False
    if asked.index and "/index/" not in str(statement["Resource"]):
        return False
    return all(
        _holds(operator, key, wanted, asked)
        for operator, tests in statement.get("Condition", {}).items()
        for key, wanted in tests.items()
    )


def _holds(operator: str, key: str, wanted: Any, asked: Asked) -> bool:
    values: tuple[str, ...] = ()
    if key == "dynamodb:LeadingKeys":
        values = asked.leading_keys
    elif key.startswith("kms:EncryptionContext:"):
        values = tuple(one for one in asked.context if one == key.rpartition(":")[2])
    elif key == "ses:FromAddress":
        return True  # the sender is a parameter
    if operator == "Null":
        return bool(values) != bool(wanted == "true")
    patterns = [wanted] if isinstance(wanted, str) else wanted
    matched = (any(fnmatchcase(value, one) for one in patterns) for value in values)
    return bool(OPERATORS[operator](matched))


def asked_of(service: str, operation: str, told: Any) -> Iterator[Asked]:
    """Yield what a call of botocore asks of IAM."""
    prefix = {"stepfunctions": "states"}.get(service, service)
    if operation == "TransactWriteItems":
        for one in told["TransactItems"]:
            for kind, deed in one.items():
                yield Asked(f"dynamodb:{TOGETHER[kind]}", tuple(_keys(deed)))
        return
    name = f"{prefix}:{operation}"
    yield Asked(
        NAMES.get(name, name),
        tuple(_keys(told)) if service == "dynamodb" else (),
        tuple(told.get("EncryptionContext", ())),
        index="IndexName" in told,
    )


def _keys(node: Any) -> Iterator[str]:
    """Yield the partition keys that a call of the table names."""
    if isinstance(node, dict):
        if isinstance(node.get("pk"), dict):
            yield node["pk"]["S"]
        elif "KeyConditionExpression" in node:
            name = node["KeyConditionExpression"].split(" = ")[1].split()[0].strip("()")
            yield node["ExpressionAttributeValues"][name]["S"]
        else:
            for value in node.values():
                yield from _keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value)

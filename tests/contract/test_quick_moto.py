"""Moto made quick answers as moto does."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.quick_moto import as_it_was

KEYS = [
    {"AttributeName": "pk", "KeyType": "HASH"},
    {"AttributeName": "sk", "KeyType": "RANGE"},
]
BY_OWNER = {
    "IndexName": "by-owner",
    "KeySchema": [
        {"AttributeName": "owner", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "Projection": {"ProjectionType": "ALL"},
}
TABLE = {
    "TableName": "t",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": KEYS,
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "owner")
    ],
    "GlobalSecondaryIndexes": [BY_OWNER],
}
EVERY_TYPE = {
    "text": {"S": "caf\u00e9"},
    "empty": {"S": ""},
    "number": {"N": "12.50"},
    "binary": {"B": b"\x00\xff"},
    "flag": {"BOOL": False},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": "a"}, {"N": "2"}, {"M": {"in": {"L": []}}}]},
    "map": {"M": {"a": {"S": "b"}, "n": {"N": "1"}}},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "owner": {"S": "o1"},
}
NEW = "attribute_not_exists(pk)"
IS = {"#s": "state"}


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(pk: str, sk: str, **told: Any) -> tuple[str, dict[str, Any]]:
    return "put_item", {"Item": key(pk, sk) | told.pop("item", {}), **told}


def update(pk: str, sk: str, change: str, **told: Any) -> tuple[str, dict[str, Any]]:
    return "update_item", {"Key": key(pk, sk), "UpdateExpression": change, **told}


def query(condition: str, values: dict[str, Any], **told: Any) -> tuple[str, dict[str, Any]]:
    asked = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
    return "query", asked | told


P1 = {":p": {"S": "p1"}}
CALLS: list[tuple[str, dict[str, Any]]] = [
    put("p1", "b", item=EVERY_TYPE, ConditionExpression=NEW),
    put("p1", "b", ConditionExpression=NEW, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
    *(
        put("p1", sk, item={"owner": {"S": "o2"}, "at": {"N": sk[1:]}})
        for sk in ("c9", "c10", "c1")
    ),
    put("p2", "a", item={"owner": {"S": "o2"}}),
    update(
        "p1",
        "c1",
        "SET #s = :new, seen = if_not_exists(seen, :none) + :one REMOVE at ADD hits :one",
        ExpressionAttributeNames=IS,
        ExpressionAttributeValues={":new": {"S": "sent"}, ":none": {"N": "0"}, ":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    ),
    update(
        "p1",
        "c1",
        "SET #s = :new",
        ConditionExpression="#s IN (:a, :b) AND (attribute_exists(seen) OR size(pk) > :n)",
        ExpressionAttributeNames=IS,
        ExpressionAttributeValues={
            ":new": {"S": "linked"},
            ":a": {"S": "new"},
            ":b": {"S": "sent"},
            ":n": {"N": "9"},
        },
    ),
    update(
        "p1",
        "c1",
        "SET #s = :new",
        ConditionExpression="#s = :old AND NOT contains(pk, :new)",
        ExpressionAttributeNames=IS,
        ExpressionAttributeValues={":new": {"S": "x"}, ":old": {"S": "sent"}},
    ),
    update("p1", "b", "DELETE texts :t", ExpressionAttributeValues={":t": {"SS": ["a"]}}),
    update("p1", "b", "SET map.a = :x", ExpressionAttributeValues={":x": {"S": "y"}}),
    update("p1", "b", "SET nowhere.a = :x", ExpressionAttributeValues={":x": {"S": "y"}}),
    update("p1", "b", "SET = 1"),
    query("pk = :p", P1),
    query("pk = :p", P1, ScanIndexForward=False, Limit=2),
    query("pk = :p", P1, Limit=2, ExclusiveStartKey=key("p1", "b")),
    query("pk = :p AND begins_with(sk, :c)", P1 | {":c": {"S": "c"}}, Select="COUNT"),
    query("pk = :p AND sk BETWEEN :a AND :c", P1 | {":a": {"S": "a"}, ":c": {"S": "c1"}}),
    query(
        "pk = :p",
        P1 | {":o": {"S": "o2"}},
        FilterExpression="#o = :o",
        ProjectionExpression="sk, #o",
        ExpressionAttributeNames={"#o": "owner"},
    ),
    query("pk = :p", {":p": {"S": "p9"}}),
    query(
        "#o = :o",
        {":o": {"S": "o2"}},
        IndexName="by-owner",
        ExpressionAttributeNames={"#o": "owner"},
    ),
    ("get_item", {"Key": key("p1", "b"), "ConsistentRead": True}),
    ("get_item", {"Key": key("p1", "none")}),
    ("get_item", {"Key": {"pk": {"S": "p1"}}}),
    ("delete_item", {"Key": key("p1", "c9"), "ReturnValues": "ALL_OLD"}),
    ("scan", {}),
]
APPENDED = {
    "TableName": "t",
    "Key": key("p1", "b"),
    "UpdateExpression": "SET #l = list_append(#l, :l), #m.n = :n ADD texts :t",
    "ExpressionAttributeNames": {"#l": "list", "#m": "map"},
    "ExpressionAttributeValues": {
        ":l": {"L": [{"S": "z"}]},
        ":n": {"N": "7"},
        ":t": {"SS": ["z"]},
    },
}
CANCELLED = {"TableName": "t", "Key": key("p1", "c1"), "ConditionExpression": NEW}
TOGETHER: list[tuple[str, dict[str, Any]]] = [
    *(
        call
        for others in ([{"ConditionCheck": CANCELLED}], [])
        for call in (
            ("transact_write_items", {"TransactItems": [{"Update": APPENDED}, *others]}),
            ("get_item", {"TableName": "t", "Key": key("p1", "b")}),
        )
    ),
    ("batch_get_item", {"RequestItems": {"t": {"Keys": [key("p1", "b"), key("p9", "b")]}}}),
    ("batch_write_item", {"RequestItems": {"t": [{"PutRequest": {"Item": key("p3", "a")}}]}}),
    *(
        ("transact_write_items", {"TransactItems": [{"Put": {"TableName": "t"} | one[1]}, other]})
        for one in (put("p4", "a"), put("p4", "b", ConditionExpression=NEW))
        for other in (
            {"Delete": {"TableName": "t", "Key": key("p3", "a")}},
            {
                "ConditionCheck": {
                    "TableName": "t",
                    "Key": key("p1", "b"),
                    "ConditionExpression": NEW,
                }
            },
        )
    ),
    ("scan", {"TableName": "t"}),
]


def answers() -> list[Any]:
    """What a table answers to all calls, one after the other."""
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(**TABLE)
        calls = [*((name, {"TableName": "t"} | told) for name, told in CALLS), *TOGETHER]
        return [_answer(client, name, told) for name, told in calls]


def _answer(client: Any, name: str, told: dict[str, Any]) -> Any:
    try:
        answer = getattr(client, name)(**told)
    except ClientError as error:
        answer = dict(error.response)
    headers = answer["ResponseMetadata"].pop("HTTPHeaders")
    answer["ResponseMetadata"].pop("RequestId")
    return answer | {name: headers.get(name) for name in ("x-amz-crc32", "content-type")}


@pytest.fixture(scope="module")
def plain() -> list[Any]:
    with as_it_was():
        return answers()


def test_moto_made_quick_answers_each_call_as_moto_does(plain: list[Any]) -> None:
    assert json.dumps(answers(), default=repr) == json.dumps(plain, default=repr)


def test_what_is_compared_is_written_refused_and_found(plain: list[Any]) -> None:
    refused = [one["Error"]["Code"] for one in plain if "Error" in one]
    assert {"ConditionalCheckFailedException", "TransactionCanceledException"} <= set(refused)
    assert sum(one.get("Count", 0) for one in plain) > len(CALLS)

"""A stand-in for the table in a folder: it outlives a killed process and costs it no memory.

It takes the place of the one method through which pynamodb calls DynamoDB. Only what a first pull
needs is there: items that are written in batches are noted by their keys, nothing is linked, and
the one item that is changed is the cursor, whose conditions hold because nobody else is there.
"""

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

type Values = dict[str, Any]

KEYS = ("pk", "sk")
DESCRIBED: Values = {
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in KEYS],
}


class PaperTable:
    """The table, kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._written, self._cursor = folder / "written", folder / "cursor"
        self._written.touch()

    def use(self) -> None:
        """Take the place of DynamoDB in this process."""
        BaseClient._make_api_call = lambda _client, name, told: getattr(self, name)(told)  # type: ignore[attr-defined]

    def counts(self) -> Counter[str]:
        """Count the items that were written, each once, by the first key."""
        lines = set(self._written.read_text(encoding="utf-8").splitlines())
        return Counter(line.partition("\t")[0] for line in lines)

    def DescribeTable(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        """Return the keys."""
        return {"Table": DESCRIBED | {"TableName": told["TableName"]}}

    def BatchGetItem(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        """Find nothing."""
        return {"Responses": {name: [] for name in told["RequestItems"]}, "UnprocessedKeys": {}}

    def Query(self, told: Values) -> Values:  # noqa: ARG002, N802 - named as AWS does
        """Find nothing."""
        return {"Items": [], "Count": 0, "ScannedCount": 0}

    def BatchWriteItem(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        """Note the keys of what is written."""
        items = [
            one["PutRequest"]["Item"] for rows in told["RequestItems"].values() for one in rows
        ]
        with self._written.open("a", encoding="utf-8") as file:
            file.writelines(f"{one['pk']['S']}\t{one['sk']['S']}\n" for one in items)
        return {"UnprocessedItems": {}}

    def GetItem(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        """Return the cursor; there is nothing else."""
        mine = told["Key"]["pk"]["S"].endswith("#cursor") and self._cursor.exists()
        return {"Item": self._load()} if mine else {}

    def PutItem(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        """Keep the new cursor."""
        self._save(told["Item"])
        return {}

    def UpdateItem(self, told: Values) -> Values:  # noqa: N802 - named as AWS does
        """Change the cursor."""
        item, names = self._load(), told["ExpressionAttributeNames"]
        for part in told["UpdateExpression"].removeprefix("SET ").split(", "):
            name, value = part.split(" = ")
            item[names[name]] = told["ExpressionAttributeValues"][value]
        self._save(item)
        return {"Attributes": item}

    def _load(self) -> Values:
        kept: Values = json.loads(self._cursor.read_text(encoding="utf-8"))
        return {
            name: {kind: base64.b64decode(value) if kind == "B" else value}
            for name, (kind, value) in kept.items()
        }

    def _save(self, item: Values) -> None:
        """Write the cursor so that a kill leaves the old one or the new one."""
        kept = {}
        for name, told in item.items():
            ((kind, value),) = told.items()
            kept[name] = (kind, base64.b64encode(value).decode() if kind == "B" else value)
        new = self._cursor.with_suffix(".new")
        new.write_text(json.dumps(kept), encoding="utf-8")
        new.replace(self._cursor)

import json
import os
from pathlib import Path

from connector.lambdas.openapi import document
from connector.model.tracking.stands import FOUND_BY, kept_as
from connector.model.tracking.tracked import StandsAs

DOCUMENT = Path(__file__).parents[3] / "docs/openapi.json"


def test_the_checked_in_document_is_that_of_the_routes() -> None:
    """To renew it: `UPDATE_DOCS=1 make test ARGS=tests/unit/lambdas/test_openapi.py`."""
    if os.environ.get("UPDATE_DOCS"):
        DOCUMENT.write_text(document())
    assert DOCUMENT.read_text() == document()


def test_every_operation_tells_its_problems_in_one_format() -> None:
    operations = [
        operation
        for path in json.loads(DOCUMENT.read_text())["paths"].values()
        for operation in path.values()
    ]
    kinds = {
        kind
        for operation in operations
        for status, answer in operation["responses"].items()
        if status >= "400"
        for kind in answer["content"]
    }
    assert kinds == {"application/problem+json"}


def test_no_state_is_offered_to_ask_for_that_is_refused() -> None:
    """Records that are on their way are kept where they stood before, so nobody finds them so."""
    offered = json.loads(DOCUMENT.read_text())["components"]["schemas"]["AskedFor"]["enum"]
    assert [kept_as(StandsAs(one)) for one in offered] == [*FOUND_BY]

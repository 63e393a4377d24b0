"""The API as its description has it: what fits that, and what does not, is answered as it says.

Few examples of each operation here; `make test ARGS="tests/functions/test_openapi_fuzzed.py"` with
`FUZZ_EXAMPLES=500` looks for longer, with `FUZZ_SEED=1` for others.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
import requests
import responses
import schemathesis
from schemathesis.core.transport import Response

from connector.lambdas.http import web
from connector.lambdas.openapi import ROUTES
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event
from tests.functions.sites import MOBIWORK_URL, IntuitSite, MobiWorkSite
from tests.fuzzing import NAMES, AnyCase, fuzz

KNOWN = {"connection_id": CONNECTION, "run_id": RUN}
WRONG_LOGIN = (
    '<response version="10.0.78" statusCode="2">'
    '<error code="">Invalid API login id or password</error></response>'
)
HANDLERS = {rule: handler for one in ROUTES for handler in [web(one)] for rule in one.methods}


def asked(case: AnyCase) -> dict[str, Any]:
    """Return what API Gateway makes of a request."""
    path = unquote(case.formatted_path)
    query = {name: _text(one) for name, one in (case.query or {}).items()}
    stored = event("serve_connections")
    http = stored["requestContext"]["http"] | {"method": case.method, "path": path}
    found = stored | {
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "queryStringParameters": query or None,
        "pathParameters": {name: str(one) for name, one in (case.path_parameters or {}).items()},
        "requestContext": stored["requestContext"] | {"http": http},
        "headers": stored["headers"] | {name.lower(): one for name, one in case.headers.items()},
        "body": None,
    }
    if isinstance(case.body, bytes):
        found |= {"body": b64encode(case.body).decode(), "isBase64Encoded": True}
    elif not isinstance(case.body, schemathesis.core.NotSet):
        found |= {"body": json.dumps(case.body)}
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def answered(case: AnyCase, context: Context) -> Response:
    """Return the answer to a request."""
    rule = case.operation.path.replace("{", "<").replace("}", ">")
    answer = HANDLERS[rule](asked(case), context)
    return Response(
        status_code=answer["statusCode"],
        headers={own: [one] for own, one in answer["headers"].items()},
        content=answer["body"].encode(),
        request=requests.Request(case.method, "http://api.test/").prepare(),
        elapsed=0.0,
        verify=False,
    )


@pytest.fixture(scope="module")
def company(stack: Cloud) -> Iterator[Cloud]:
    """A connection that works, and both sites that answer."""
    stack.empty()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
        site = MobiWorkSite(http)
        site.accepts_the_login()
        site.lists()
        for method in (responses.GET, responses.POST):
            http.add(method, re.compile(MOBIWORK_URL), body=WRONG_LOGIN)
        IntuitSite(http)
        yield stack


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_one_that_the_description_names(
    name: str, company: Cloud, context: Context
) -> None:
    company.connect()
    fuzz(name, KNOWN, lambda case: answered(case, context))

"""Whatever is sent, the accounting API answers with a fault and never breaks."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.quickbooks import api
from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.types import DETAILS, LINE, TYPES
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import REALM, Settings, World

WORLD = World(Settings(sample=True))
NAMES = sorted(
    {name for entity in ENTITIES.values() for name in entity.shape.fields}
    | {name for shape in TYPES.values() for name in shape.fields}
    | set(LINE.fields)
    | {"value", "name", "type", "Zed"}
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(
        ["", "1", "2026-02-30", "9999-12-31", "TAX", "1e400", "-5", "0", "true", *DETAILS]
    ),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=12,
)
QUIET = settings(
    max_examples=2 * settings().max_examples,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def answer(
    method: str, path: str, params: dict[str, str], body: bytes, kind: str = "json"
) -> Answer:
    call = Call(method, path.split("/"), params, body, f"application/{kind}")
    return api.run(WORLD.companies[REALM], call, RequestIds())


def right(given_answer: Answer) -> bool:
    return given_answer.status in {200, 400, 413}


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    entity = draw(st.sampled_from(sorted(ENTITIES)))
    fields = sorted(ENTITIES[entity].shape.fields)
    body = draw(st.dictionaries(st.sampled_from(fields), VALUES, max_size=6))
    for field in ENTITIES[entity].shape.fields.values():
        if field.required and draw(st.booleans()):
            body[field.name] = {"value": "1"} if field.kind == "ref" else draw(LEAVES)
    if "Line" in fields and ENTITIES[entity].lines[0] and draw(st.booleans()):
        kind = draw(st.sampled_from(ENTITIES[entity].lines))
        inner = draw(
            st.dictionaries(
                st.sampled_from(sorted(TYPES[DETAILS.get(kind, "Memo")].fields)), VALUES
            )
        )
        body["Line"] = [
            {"DetailType": kind, "Amount": draw(LEAVES), DETAILS.get(kind, "Memo"): inner}
        ]
    return entity, body


@QUIET
@given(bodies(), st.sampled_from(["", "update", "delete", "void", "explode"]))
def test_any_json_is_answered(body: tuple[str, dict[str, Any]], operation: str) -> None:
    entity, content = body
    sent = json.dumps(content).encode()
    assert right(answer("POST", entity.lower(), {"operation": operation}, sent))
    assert WORLD.companies[REALM].ledger.trial_balance() == 0


@QUIET
@given(bodies(), st.integers(0, 30), st.booleans(), st.sampled_from(["update", "delete", "void"]))
def test_any_change_of_a_stored_record_is_answered(
    body: tuple[str, dict[str, Any]],
    place: int,
    sparse: bool,
    operation: str,
) -> None:
    entity, content = body
    company = WORLD.companies[REALM]
    rows = list(company.all(entity))
    if not rows:
        return
    stored = rows[place % len(rows)]
    head = {"Id": stored["Id"], "SyncToken": stored["SyncToken"], "sparse": sparse}
    whole = dump((stored if place % 2 else {}) | content | head)
    assert right(answer("POST", entity.lower(), {"operation": operation}, whole))
    assert company.ledger.trial_balance() == 0
    assert right(answer("GET", "query", {"query": " ".join(["select * from", entity])}, b""))


@QUIET
@given(st.binary(max_size=200), st.sampled_from(["json", "xml"]))
def test_any_bytes_are_answered(body: bytes, kind: str) -> None:
    assert right(answer("POST", "customer", {}, body, kind))
    assert right(answer("POST", "batch", {}, body, kind))
    assert right(answer("POST", "query", {}, body, kind))
    assert right(answer("POST", "taxservice/taxcode", {}, body, kind))


WORDS = st.sampled_from(
    ["select", "*", "count(*)", "from", "Customer", "Invoice", "Nothing", "where", "and", "or",
     "Id", "DisplayName", "Active", "MetaData.LastUpdatedTime", "TxnDate", "Balance", "Line", "=",
     "<", ">=", "!=", "like", "in", "('1','2')", "'x%'", "'2026-01-01'", "'\\''", "true", "5",
     "orderby", "order by", "asc", "desc", ",", "startposition", "maxresults", "1", "0", "1001",
     ";"]
)  # fmt: skip


@QUIET
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_query_is_answered(text: str) -> None:
    assert right(answer("GET", "query", {"query": text}, b""))
    statement = " ".join(["select * from Customer where", text])
    assert right(answer("GET", "query", {"query": statement}, b""))


@QUIET
@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=4), st.sampled_from(["GET", "POST", "PUT"])
)
def test_any_path_is_answered(parts: list[str], method: str) -> None:
    assert right(answer(method, "/".join(parts), {}, b"{}"))


@QUIET
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_change_data_request_is_answered(entities: str, since: str) -> None:
    params = {"entities": entities, "changedSince": since}
    assert right(answer("GET", "cdc", params, b""))


@QUIET
@given(st.binary(max_size=300))
def test_any_upload_is_answered(body: bytes) -> None:
    call = Call("POST", ["upload"], {}, b"--x\r\n" + body + b"\r\n--x--",
                "multipart/form-data; boundary=x")  # fmt: skip
    assert right(api.run(WORLD.companies[REALM], call, RequestIds()))

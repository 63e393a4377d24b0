from xml.etree.ElementTree import ParseError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.registry import ENDPOINTS
from tests.simulators.mobiwork.running import Client, parsed

PATHS = [one.path for one in ENDPOINTS]
TAGS = sorted(
    {"request", "startPosition", "maxResults", "externalId", "statusName"}
    | {entity.wrapper for entity in ENTITIES.values()}
    | {field.name for entity in ENTITIES.values() for field in entity.fields}
    | {field.item for entity in ENTITIES.values() for field in entity.fields if field.item}
)
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z"))
TEXTS = st.one_of(
    st.sampled_from(["", "0", "-1", "1", "31", "700001", "307001", "5501", "true", "2026/02/30"]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(LETTERS, max_size=30),
)
ESCAPED = TEXTS.map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
TREES = st.recursive(
    ESCAPED,
    lambda inner: st.lists(st.tuples(st.sampled_from(TAGS), inner), max_size=6).map(
        lambda parts: "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts)
    ),
    max_leaves=25,
)
QUIET = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def answered(client: Client, method: str, path: str, body: bytes) -> None:
    answer = client.send(method, path, body)
    assert answer.status_code in {200, 400, 404, 405}
    if answer.status_code == 200:
        root = parsed(answer.content.decode())
        assert root.tag == "response"
        assert root.get("statusCode") in {"1", "2"}


@QUIET
@given(method=st.sampled_from(["GET", "POST"]), path=st.sampled_from(PATHS), body=st.binary())
def test_no_bytes_bring_it_down(client: Client, method: str, path: str, body: bytes) -> None:
    answered(client, method, path.format(id="700001"), body)


@QUIET
@given(
    path=st.sampled_from(PATHS),
    number=st.sampled_from(["700001", "307001", "5501", "901", "31", "21001", "x"]),
    tree=TREES,
)
def test_no_request_brings_it_down(client: Client, path: str, number: str, tree: str) -> None:
    body = f"<request>{tree}</request>".encode()
    for method in ("POST", "GET"):
        answered(client, method, path.format(id=number), body)


@QUIET
@given(endpoint=st.sampled_from(ENDPOINTS), tree=TREES)
def test_no_record_brings_it_down(client: Client, endpoint: object, tree: str) -> None:
    path = getattr(endpoint, "path", "").format(id="700001")
    wrapper = ENTITIES[name].wrapper if (name := getattr(endpoint, "entity", "")) else "request"
    answered(client, "POST", path, f"<request><{wrapper}>{tree}</{wrapper}></request>".encode())


@QUIET
@given(path=st.text(LETTERS, max_size=40))
def test_no_path_brings_it_down(client: Client, path: str) -> None:
    quoted = "".join(letter for letter in path if letter not in "#?%\\")
    answered(client, "GET", quoted, b"")


NAMES = sorted({field.name for entity in ENTITIES.values() for field in entity.fields})
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=20,
)


@QUIET
@given(
    entity=st.sampled_from(sorted(ENTITIES)),
    record=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8),
    change=JSON,
)
def test_no_record_that_a_person_types_brings_it_down(
    client: Client, entity: str, record: object, change: object
) -> None:
    identity = ENTITIES[entity].identity
    url = f"{client.url}/_sim/records/{entity}"
    added = client.session.post(url, json=record, timeout=60)
    assert added.status_code == 200
    edited = client.session.patch(f"{url}/{added.json()[identity]}", json=change, timeout=60)
    assert edited.status_code in {200, 400, 404}
    body = "<request><startPosition>0</startPosition></request>"
    for method in ("GET", "POST"):
        path = next(one.path for one in ENDPOINTS if one.entity == entity)
        answered(client, method, path.format(id=added.json()[identity]), body.encode())
        answered(client, method, f"{entity}/list.html", body.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"<request>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</request>",
        b"<request>" + b"<customer/>" * 50_000 + b"</request>",
        b"<request><name>" + b"x" * 2_000_000 + b"</name></request>",
        b'<?xml version="1.0" encoding="utf-16"?><request/>',
        b'<?xml version="1.0" encoding="klingon"?><request/>',
        b"\xff\xfe<\x00r\x00",
    ],
)
def test_monstrous_requests_are_answered(client: Client, body: bytes) -> None:
    answered(client, "POST", "customer/list.html", body)


def test_what_was_stored_is_printed_well_formed(client: Client) -> None:
    odd = "<&>\"'\t\n é \N{SNOWMAN}"
    client.admin("PATCH", "records/customer/700002", {"companyName": odd})
    seen = client.get("customer/700002/view.html")
    assert seen.findtext("customer/companyName") == odd


def test_truncated_requests_fail_as_unreadable(client: Client) -> None:
    with pytest.raises(ParseError):
        parsed("<request><na")
    assert 'code="1004"' in client.send("POST", "customer/list.html", "<request><na").text


def test_what_xml_cannot_hold_is_not_printed(client: Client) -> None:
    client.admin("PATCH", "records/customer/700002", {"companyName": "a\x00\x0b\ufffeb\tc"})
    seen = client.get("customer/700002/view.html")
    assert seen.findtext("customer/companyName") == "ab\tc"


def test_a_body_that_is_not_compressed_as_told_is_refused(client: Client) -> None:
    url = f"{client.url}/api/rest/40321/10.0.78/customer/list.html"
    headers = {"Content-Encoding": "gzip"}
    answer = client.session.post(url, data=b"<request/>", headers=headers, timeout=9)
    assert answer.status_code == 400

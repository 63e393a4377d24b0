import gzip
import http.client
import socket
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from simulators.quickbooks.server import parameters
from simulators.quickbooks.wire import dump, load
from simulators.quickbooks.world import REALM
from tests.simulators.quickbooks.conftest import Simulator

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.decimals(allow_nan=False, allow_infinity=False),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(JSON)
def test_json_is_written_as_its_library_writes_it(value: Any) -> None:
    whole = simplejson.dumps(
        value,
        use_decimal=True,
        separators=(",", ":"),
        ensure_ascii=False,
        namedtuple_as_object=False,
    )
    assert dump(value) == whole.encode("utf-8", "replace")


@given(JSON.filter(lambda value: isinstance(value, dict)), st.sampled_from(["", " ", "\n"]))
def test_json_is_read_with_blanks_around_it(value: Any, blank: str) -> None:
    assert load(blank.encode() + dump(value) + blank.encode()) == load(dump(value))


@pytest.mark.parametrize("raw", [b'{"a":1} x', b'{"a":1}{', b"{", b'{"a":NaN}', b"", b"[1,]"])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        load(raw)


@given(st.text(alphabet="ab=&%+2 0;?", max_size=14))
def test_a_query_string_is_read_as_its_library_reads_it(raw: str) -> None:
    assert parameters(raw) == dict(URL.build(query_string=raw, encoded=True).query)


def ask(qbo: Simulator, version: str, *headers: str) -> bytes:
    place = urlsplit(qbo.url)
    token = f"Authorization: Bearer {qbo.token}"
    first = f"GET /v3/company/{REALM}/companyinfo/1 {version}"
    lines = [first, "Host: sim", token, "Accept: application/json", *headers]
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=60) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        parts = []
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("version", "headers"), [("HTTP/1.0", ()), ("HTTP/1.1", ("Connection: close",))]
)
def test_the_connection_ends_for_those_who_want_no_other_answer(
    qbo: Simulator, version: str, headers: tuple[str, ...]
) -> None:
    head, _, body = ask(qbo, version, *headers).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200" if version == "HTTP/1.1" else b"HTTP/1.0 200")
    assert "CompanyInfo" in load(body)


def test_a_connection_serves_many_calls(qbo: Simulator) -> None:
    place = urlsplit(qbo.url)
    line = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=60)
    headers = {"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"}
    for _ in range(3):
        line.request("GET", f"/v3/company/{REALM}/customer/999", headers=headers)
        answer = line.getresponse()
        assert (answer.status, "Fault" in load(answer.read())) == (400, True)
    line.close()


def test_a_large_answer_is_compressed_for_those_who_take_it(qbo: Simulator) -> None:
    path, headers = "query?query=select%20*%20from%20Account", {"Accept-Encoding": "gzip"}
    packed = qbo.call("GET", path, headers=headers, stream=True)
    plain = qbo.call("GET", path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    rows = load(gzip.decompress(packed.raw.read(decode_content=False)))["QueryResponse"]
    assert rows == load(plain.content)["QueryResponse"]


def test_an_answer_carries_the_headers_of_the_real_service(qbo: Simulator) -> None:
    headers = qbo.call("GET", "companyinfo/1").headers
    assert headers["intuit_tid"].startswith("1-")
    assert headers["Content-Type"] == "application/json;charset=UTF-8"
    assert headers["Cache-Control"].startswith("max-age=0, no-cache")
    assert parsedate_to_datetime(headers["Date"]).year >= 2026


def test_a_page_that_was_read_twice_shows_a_change_at_once(qbo: Simulator) -> None:
    for number in range(120):
        qbo.create("Customer", DisplayName=f"C{number:03}")
    text = "select * from Customer orderby Id maxresults 200"
    first = [qbo.query(text)["Customer"] for _ in range(3)][-1]
    saved = first[50] | {"Notes": "changed", "sparse": True}
    assert qbo.post("customer", saved).status_code == 200
    assert qbo.query(text)["Customer"][50]["Notes"] == "changed"
    assert Decimal(first[50]["SyncToken"]) + 1 == Decimal(
        qbo.query(text)["Customer"][50]["SyncToken"]
    )

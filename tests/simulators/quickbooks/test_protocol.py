import gzip
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from simulators.quickbooks.world import REALM
from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import a_line, an_invoice

SPACE = "{http://schema.intuit.com/finance/v3}"


@pytest.fixture
def names(qbo: Simulator) -> Simulator:
    for name in ("Adam's Candy", "Beta_1 Boats", "Gamma 50% Off", "alpha Audio"):
        qbo.create("Customer", DisplayName=name)
    gone = qbo.create("Customer", DisplayName="Zeta Zoo")
    qbo.post("customer", {"Id": gone["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    return qbo


def found(qbo: Simulator, text: str) -> list[str]:
    rows = qbo.query(text).get("Customer", [])
    return [row["DisplayName"] for row in rows]


QUERIES = [
    ("select * from Customer", ["Adam's Candy", "alpha Audio", "Beta_1 Boats", "Gamma 50% Off"]),
    ("SELECT * FROM customer WHERE displayname = 'ADAM\\'S CANDY'", ["Adam's Candy"]),
    ("select * from Customer where DisplayName like '%a_1%'", ["Beta_1 Boats"]),
    ("select * from Customer where DisplayName like 'a%' orderby Id",
     ["Adam's Candy", "alpha Audio"]),
    ("select * from Customer where DisplayName like '%50%'", ["Gamma 50% Off"]),
    ("select * from Customer where Active = false", ["Zeta Zoo (deleted)"]),
    ("select * from Customer where Active in (true,false) order by Id desc maxresults 1",
     ["Zeta Zoo (deleted)"]),
    ("select * from Customer where Id in ('2','4') startposition 2", ["Beta_1 Boats"]),
    ("select * from Customer where DisplayName > 'b' and DisplayName <= 'beta_1 boats'",
     ["Beta_1 Boats"]),
    ("select * from Customer where Balance = '0' orderby DisplayName startposition 3 maxresults 1",
     ["Beta_1 Boats"]),
    ("select * from Customer where MetaData.CreateTime >= '2020-01-01T00:00:00Z' maxresults 1",
     ["Adam's Candy"]),
    ("select * from Customer where DisplayName = 'nobody'", []),
    ("select * from Customer startposition 0 maxresults 1", ["Adam's Candy"]),
    ("select *, BillAddr.* from Customer where Id = '2'", ["Beta_1 Boats"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), QUERIES)
def test_a_query_finds_its_rows_in_order(names: Simulator, text: str, rows: list[str]) -> None:
    assert found(names, text) == rows


BAD_QUERIES = [
    ("select from", "4000"),
    ("select * from Customer where DisplayName = 'Adam's Candy'", "4000"),
    ("select * from Customer where Balance > 5", "4000"),
    ("select * from Customer where Id = '1' or Id = '2'", "4000"),
    ("select * from Nothing", "4001"),
    ("select * from Customer where PrimaryPhone = '1'", "4001"),
    ("select * from Customer where Colour = '1'", "4001"),
    ("select * from Invoice where DepartmentRef = '1'", "4001"),
    ("select * from Customer where Id > '1'", "4001"),
    ("select * from Customer maxresults 0", "4001"),
    ("select * from Customer maxresults 1001", "4001"),
    ("select * from Customer where Balance = 'much'", "4001"),
]


@pytest.mark.parametrize(("text", "code"), BAD_QUERIES)
def test_a_wrong_query_is_refused_with_its_code(qbo: Simulator, text: str, code: str) -> None:
    answer = qbo.call("POST", "query", data=text, headers={"Content-Type": "application/text"})
    assert qbo.fault(answer) == (400, [code])


def test_an_empty_result_has_neither_rows_nor_counters(qbo: Simulator) -> None:
    assert qbo.query("select * from Invoice") == {}


def test_a_page_tells_its_start_and_size(names: Simulator) -> None:
    page = names.query("select * from Customer startposition 2 maxresults 2")
    assert (page["startPosition"], page["maxResults"], page["totalCount"]) == (2, 2, 2)


def test_a_page_of_no_rows_is_refused_with_the_least_that_is_allowed(qbo: Simulator) -> None:
    answer = qbo.call("GET", "query", params={"query": "select * from Term maxresults 0"})
    detail = answer.json()["Fault"]["Error"][0]["Detail"]
    assert detail == "QueryValidationError: value 0 is too small. Min allowed value is 1"


def test_jobs_are_found_by_being_jobs(names: Simulator) -> None:
    names.create("Customer", DisplayName="Kitchen", Job=True, ParentRef={"value": "1"})
    assert found(names, "select * from Customer where Job = true") == ["Kitchen"]
    assert "Kitchen" not in found(names, "select * from Customer where Job = false")


def test_a_missing_token_is_a_gateway_fault(qbo: Simulator) -> None:
    answer = qbo.call("GET", "preferences", headers={"Authorization": "Bearer x"})
    error = answer.json()["fault"]["error"][0]
    assert (answer.status_code, error["code"], answer.json()["fault"]["type"]) == (
        401, "3200", "AUTHENTICATION",
    )  # fmt: skip
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_another_realm_is_forbidden(qbo: Simulator) -> None:
    headers = {"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"}
    url = f"{qbo.url}/v3/company/1234/preferences"
    answer = qbo.session.get(url, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["fault"]["error"][0]["code"]) == (403, "3100")


def test_an_unknown_path_is_a_400_with_code_500(qbo: Simulator) -> None:
    assert qbo.fault(qbo.call("GET", "customer/1/5")) == (400, ["500"])


def test_every_answer_has_a_trace_id(qbo: Simulator) -> None:
    assert qbo.call("GET", "preferences").headers["intuit_tid"].startswith("1-")


def test_without_a_wish_for_json_the_answer_is_xml(qbo: Simulator) -> None:
    qbo.create("Customer", DisplayName="A & B")
    answer = qbo.call("GET", "customer/1", headers={"Accept": "*/*"})
    root = ET.fromstring(answer.content)  # noqa: S314 - our own server
    assert root.findtext(f"{SPACE}Customer/{SPACE}DisplayName") == "A & B"


def test_a_customer_is_created_from_xml(qbo: Simulator) -> None:
    body = (
        '<Customer xmlns="http://schema.intuit.com/finance/v3"><DisplayName>X &amp; Y</DisplayName>'
        "<SalesTermRef>3</SalesTermRef><BillAddr><City>Bayshore</City></BillAddr></Customer>"
    )
    answer = qbo.call("POST", "customer", data=body, headers={"Content-Type": "application/xml"})
    made = answer.json()["Customer"]
    assert (made["DisplayName"], made["BillAddr"]["City"]) == ("X & Y", "Bayshore")


def test_large_answers_are_compressed_for_those_who_accept_it(qbo: Simulator) -> None:
    plain = qbo.call("GET", "preferences", headers={"Accept-Encoding": "identity"})
    packed = qbo.call("GET", "preferences", headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = packed.raw.read()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(raw)[:200] == plain.content[:200]


def test_a_repeated_request_id_replays_the_first_answer(qbo: Simulator) -> None:
    first = qbo.post("customer", {"DisplayName": "Once"}, requestid="r1")
    second = qbo.post("customer", {"DisplayName": "Once"}, requestid="r1")
    assert first.json() == second.json()


def test_a_request_id_used_for_another_body_has_its_first_answer(qbo: Simulator) -> None:
    first = qbo.post("customer", {"DisplayName": "Once"}, requestid="r1")
    other = qbo.post("vendor", {"DisplayName": "Twice"}, requestid="r1")
    assert other.json() == first.json()
    assert qbo.query("select * from Vendor") == {}


@pytest.mark.parametrize(("answers", "same"), [("strict", (200, [])), ("fault", (400, ["600"]))])
def test_a_used_request_id_may_be_refused(
    qbo: Simulator, answers: str, same: tuple[int, list[str]]
) -> None:
    qbo.switch(requestid=answers)
    qbo.post("customer", {"DisplayName": "Once"}, requestid="r1")
    again = qbo.post("customer", {"DisplayName": "Once"}, requestid="r1")
    other = qbo.post("customer", {"DisplayName": "Twice"}, requestid="r1")
    codes = [error["code"] for error in again.json().get("Fault", {}).get("Error", [])]
    assert (again.status_code, codes) == same
    assert qbo.fault(other) == (400, ["600"])


def test_a_forgetful_service_makes_the_duplicate(qbo: Simulator) -> None:
    qbo.switch(requestid="forget")
    body = {"CustomerRef": {"value": qbo.create("Customer", DisplayName="C")["Id"]}, "TotalAmt": 5}
    ids = {qbo.post("payment", body, requestid="r1").json()["Payment"]["Id"] for _ in range(2)}
    assert len(ids) == 2


def test_a_long_request_id_is_refused(qbo: Simulator) -> None:
    answer = qbo.post("customer", {"DisplayName": "Once"}, requestid="r" * 51)
    assert qbo.fault(answer) == (400, ["2130"])


def test_a_batch_answers_each_item_and_queries_see_nothing_of_it(qbo: Simulator) -> None:
    taken = qbo.create("Vendor", DisplayName="Taken")
    items = [
        {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Free"}},
        {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Taken"}},
        {"bId": "3", "Query": "select * from Customer"},
        {"bId": "4", "operation": "update",
         "Vendor": {"Id": taken["Id"], "SyncToken": "0", "sparse": True, "AcctNum": "7"}},
    ]  # fmt: skip
    answers = qbo.call("POST", "batch", json={"BatchItemRequest": items}).json()
    one, two, three, four = answers["BatchItemResponse"]
    assert one["Customer"]["DisplayName"] == "Free"
    assert two["Fault"]["Error"][0]["code"] == "6240"
    assert (three["QueryResponse"], four["Vendor"]["AcctNum"]) == ({}, "7")


def test_a_batch_answers_with_a_thousand_objects_at_most(qbo: Simulator) -> None:
    names = [f"Term {number:04}" for number in range(30)]
    items = [{"bId": name[-4:], "operation": "create", "Term": {"Name": name}} for name in names]
    qbo.call("POST", "batch", json={"BatchItemRequest": items})
    queries = [{"bId": str(n), "Query": "select * from Term"} for n in range(30)]
    answer = qbo.call("POST", "batch", json={"BatchItemRequest": queries}).json()
    rows = [
        one.get("QueryResponse", {}).get("maxResults", 0) for one in answer["BatchItemResponse"]
    ]
    assert sum(rows) <= 1000
    assert rows.count(0) == 30 - 1000 // rows[0]
    assert answer["BatchItemResponse"][-1]["Fault"]["Error"][0]["code"] == "10100"


def created_in_a_batch(qbo: Simulator, name: str) -> dict[str, Any]:
    item = {"bId": "1", "operation": "create", "Customer": {"DisplayName": name}}
    body = {"BatchItemRequest": [item]}
    answer = qbo.call("POST", "batch", json=body, params={"requestid": "r1"}).json()
    return dict(answer["BatchItemResponse"][0])


def test_an_item_of_a_repeated_batch_has_its_first_answer(qbo: Simulator) -> None:
    assert created_in_a_batch(qbo, "Once") == created_in_a_batch(qbo, "Once")


def test_an_item_with_other_content_under_a_used_request_id_has_the_first_answer(
    qbo: Simulator,
) -> None:
    first = created_in_a_batch(qbo, "Once")
    assert created_in_a_batch(qbo, "Twice") == first
    qbo.switch(requestid="strict")
    fault = created_in_a_batch(qbo, "Twice")["Fault"]
    assert [error["code"] for error in fault["Error"]] == ["600"]


def test_a_request_id_of_a_batch_is_forgotten_in_time(qbo: Simulator) -> None:
    created_in_a_batch(qbo, "Once")
    qbo.switch(requestid_minutes=0)
    assert created_in_a_batch(qbo, "Twice")["Customer"]["DisplayName"] == "Twice"


def test_a_batch_item_may_be_numbered(qbo: Simulator) -> None:
    items = [{"bId": 1, "Query": "select * from Vendor"}]
    answer = qbo.call("POST", "batch", json={"BatchItemRequest": items}).json()
    assert answer["BatchItemResponse"] == [{"bId": "1", "QueryResponse": {}}]


def test_a_batch_has_at_most_thirty_items(qbo: Simulator) -> None:
    items = [{"bId": str(n), "Query": "select * from Term"} for n in range(31)]
    answer = qbo.call("POST", "batch", json={"BatchItemRequest": items})
    assert qbo.fault(answer) == (400, ["1040"])


def test_change_data_shows_updates_and_deletions_and_empty_blocks(qbo: Simulator) -> None:
    qbo.create("Customer", DisplayName="C")
    qbo.create("Item", Name="I", Type="Service", IncomeAccountRef={"value": "1"})
    invoice = qbo.create("Invoice", **an_invoice(a_line()))
    body = {"Id": invoice["Id"], "SyncToken": "0"}
    deleted = qbo.post("invoice", body, operation="delete").json()["Invoice"]
    assert deleted == {"status": "Deleted", "domain": "QBO", "Id": invoice["Id"]}
    params = {
        "entities": "Customer,Invoice,Bill",
        "changedSince": invoice["MetaData"]["CreateTime"],
    }
    blocks = qbo.call("GET", "cdc", params=params).json()["CDCResponse"][0]["QueryResponse"]
    assert [row["DisplayName"] for row in blocks[0]["Customer"]] == ["C"]
    assert [row["status"] for row in blocks[1]["Invoice"]] == ["Deleted"]
    assert blocks[2] == {}


@pytest.mark.parametrize("entities", ["TaxCode", "Nothing", ""])
def test_change_data_is_refused_for_what_has_none(qbo: Simulator, entities: str) -> None:
    since = qbo.call("GET", "preferences").json()["time"]
    answer = qbo.call("GET", "cdc", params={"entities": entities, "changedSince": since})
    assert answer.status_code == 400


def test_change_data_reaches_back_thirty_days(qbo: Simulator) -> None:
    qbo.create("Customer", DisplayName="Old")
    qbo.sim("clock", {"advance": 31 * 86_400})
    qbo.connect()
    qbo.create("Customer", DisplayName="New")
    params = {"entities": "Customer", "changedSince": "2020-01-01T00:00:00Z"}
    block = qbo.call("GET", "cdc", params=params).json()["CDCResponse"][0]["QueryResponse"][0]
    qbo.switch(cdc_beyond="refuse")
    assert [row["DisplayName"] for row in block["Customer"]] == ["New"]
    assert qbo.call("GET", "cdc", params=params).status_code == 400


def test_the_preferences_follow_the_switches(qbo: Simulator) -> None:
    qbo.switch(close_date="2026-01-31", custom_txn_numbers=True, tax_mode="off", multicurrency=True)
    shown: Any = qbo.call("GET", "preferences").json()["Preferences"]
    assert shown["AccountingInfoPrefs"]["BookCloseDate"] == "2026-01-31"
    assert shown["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert shown["TaxPrefs"] == {"UsingSalesTax": False}
    assert shown["CurrencyPrefs"]["MultiCurrencyEnabled"] is True


def test_the_company_tells_its_edition(qbo: Simulator) -> None:
    info = qbo.call("GET", f"companyinfo/{REALM}").json()["CompanyInfo"]
    pairs = {pair["Name"]: pair["Value"] for pair in info["NameValue"]}
    assert (info["Country"], pairs["OfferingSku"]) == ("US", "QuickBooks Online Plus")


def test_an_upload_answers_each_file(qbo: Simulator) -> None:
    good = {"file_metadata_01": (None, '{"Note": "n"}', "application/json"),
            "file_content_01": ("a.txt", b"hello", "text/plain"),
            "file_content_02": ("b.exe", b"no", "application/octet-stream")}  # fmt: skip
    answers = qbo.call("POST", "upload", files=good).json()["AttachableResponse"]
    link = answers[0]["Attachable"]["TempDownloadUri"]
    assert qbo.session.get(link, timeout=10).content == b"hello"
    assert answers[1]["Fault"]["Error"][0]["code"] == "6041"


def test_a_file_without_an_extension_is_known_by_its_content_type(qbo: Simulator) -> None:
    files = [("file_metadata_01", ("m", '{"FileName": "Notes"}', "application/json")),
             ("file_content_01", ("Notes", b"text", "text/plain")),
             ("file_metadata_02", ("m", '{"FileName": "Tool"}', "application/json")),
             ("file_content_02", ("Tool", b"bytes", "application/x-tool"))]  # fmt: skip
    told = qbo.call("POST", "upload", files=files).json()["AttachableResponse"]
    assert told[0]["Attachable"]["FileName"] == "Notes"
    assert told[1]["Fault"]["Error"][0]["code"] == "6041"


def test_an_attachment_is_deleted_by_its_id_alone(qbo: Simulator) -> None:
    key = qbo.create("Attachable", Note="to be forgotten")["Id"]
    gone = qbo.post("attachable", {"Id": key}, operation="delete").json()["Attachable"]
    assert gone == {"status": "Deleted", "domain": "QBO", "Id": key}
    kept = qbo.create("Attachable", Note="kept")["Id"]
    stale = qbo.post("attachable", {"Id": kept, "SyncToken": "7"}, operation="delete")
    assert qbo.fault(stale) == (400, ["5010"])


def test_a_link_to_a_file_dies_after_fifteen_minutes(qbo: Simulator) -> None:
    files = {"file_content_01": ("a.txt", b"hello", "text/plain")}
    answer = qbo.call("POST", "upload", files=files).json()["AttachableResponse"][0]
    qbo.sim("clock", {"advance": 901})
    assert qbo.session.get(answer["Attachable"]["TempDownloadUri"], timeout=10).status_code == 403


def tax_codes(qbo: Simulator, text: str) -> list[str]:
    return [code["Id"] for code in qbo.query(text).get("TaxCode", [])]


def test_the_pseudo_tax_codes_come_beyond_the_first_page(qbo: Simulator) -> None:
    assert tax_codes(qbo, "select * from TaxCode maxresults 1") == [
        "TAX",
        "NON",
        "CustomSalesTax",
        "2",
    ]
    assert tax_codes(qbo, "select * from TaxCode startposition 2 maxresults 1") == ["3"]
    qbo.switch(tax_codes_uncounted=False)
    assert tax_codes(qbo, "select * from TaxCode maxresults 1") == ["TAX"]


def test_a_fault_names_an_element_if_only_an_empty_one(qbo: Simulator) -> None:
    gone = {"Id": "999", "SyncToken": "0", "sparse": True}
    (error,) = qbo.post("Invoice", gone).json()["Fault"]["Error"]
    assert (error["code"], error["element"]) == ("610", "")


def test_a_body_that_is_not_compressed_as_told_is_refused(qbo: Simulator) -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = qbo.call("POST", "customer", data=b'{"DisplayName": "x"}', headers=headers)
    assert answer.status_code == 400


def uploaded(qbo: Simulator, *parts: bytes) -> Any:
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return qbo.call("POST", "upload", data=body, headers=headers)


def a_file(number: int, content: bytes, *headers: str) -> bytes:
    place = f'form-data; name="file_content_{number:02}"; filename="n{number}.txt"'
    head = "\r\n".join([f"Content-Disposition: {place}", *headers])
    return head.encode() + b"\r\n\r\n" + content


def test_an_upload_without_a_file_is_refused(qbo: Simulator) -> None:
    assert qbo.fault(uploaded(qbo, b"nothing")) == (400, ["6040"])


def test_a_wrong_file_does_not_keep_the_others_out(qbo: Simulator) -> None:
    encoded = "Content-Transfer-Encoding: base64"
    files = [a_file(1, b"a", encoded), a_file(2, b"aGVsbG8=", encoded), a_file(3, b"hello")]
    wrong, decoded, plain = uploaded(qbo, *files).json()["AttachableResponse"]
    assert wrong["Fault"]["Error"][0]["code"] == "6040"
    assert (decoded["Attachable"]["Size"], plain["Attachable"]["Size"]) == (5, 5)

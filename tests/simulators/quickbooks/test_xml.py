"""The API in XML, which older clients speak (section 1.2)."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import requests
from defusedxml.ElementTree import fromstring

from simulators.quickbooks.xml_wire import write_xml
from tests.simulators.quickbooks.conftest import Simulator, start, stop

SPACE = "http://schema.intuit.com/finance/v3"
XML = {"Accept": "application/xml", "Content-Type": "application/xml"}
TERMS = "select * from Term"
LINE = """<Line><Description>Spraying</Description><Amount>35.0</Amount>
<DetailType>SalesItemLineDetail</DetailType><SalesItemLineDetail><ServiceDate>2026-10-02</ServiceDate>
<ItemRef name="Pest Control">10</ItemRef><Qty>1</Qty><UnitPrice>35</UnitPrice>
<TaxCodeRef>NON</TaxCodeRef></SalesItemLineDetail></Line>"""


@pytest.fixture(scope="module")
def sample() -> Iterator[Simulator]:
    simulator = start("--sample", "--switch", "limits=false")
    simulator.connect()
    yield simulator
    stop(simulator)


def sent(sample: Simulator, path: str, body: str, **more: Any) -> requests.Response:
    return sample.call("POST", path, data=body.encode(), headers=XML, **more)


def root_of(answer: requests.Response) -> Element:
    found: Element = fromstring(answer.content)
    for element in found.iter():
        element.tag = element.tag.removeprefix(f"{{{SPACE}}}")
    return found


def tags(element: Element | None) -> list[str]:
    assert element is not None
    return [child.tag for child in element]


def in_order(found: list[str], wanted: str) -> bool:
    places = [found.index(name) for name in wanted.split()]
    return places == sorted(places)


def an_invoice(sample: Simulator, lines: str = LINE) -> Element:
    body = (
        f'<Invoice xmlns="{SPACE}"><CustomerMemo>Thanks</CustomerMemo>{lines}'
        "<CustomerRef>1</CustomerRef></Invoice>"
    )
    answer = sent(sample, "invoice", body)
    assert answer.status_code == 200, answer.text
    return root_of(answer)[0]


def test_the_members_of_the_base_type_come_first(sample: Simulator) -> None:
    found = tags(an_invoice(sample))
    assert found[:3] == ["Id", "SyncToken", "MetaData"]
    wanted = (
        "DocNumber TxnDate CurrencyRef Line TxnTaxDetail CustomerRef CustomerMemo BillAddr DueDate"
        " TotalAmt PrintStatus EmailStatus Balance"
    )
    assert in_order(found, f"{wanted} AllowOnlineACHPayment")


def test_the_members_of_lines_and_addresses_are_in_the_order_of_the_schema(
    sample: Simulator,
) -> None:
    invoice = an_invoice(sample)
    inner = tags(invoice.find("Line/SalesItemLineDetail"))
    assert in_order(inner, "ItemRef UnitPrice Qty TaxCodeRef ServiceDate")
    assert in_order(tags(invoice.find("BillAddr")), "Line1 City CountrySubDivisionCode PostalCode")


def test_a_memo_is_plain_text(sample: Simulator) -> None:
    assert an_invoice(sample).findtext("CustomerMemo") == "Thanks"


def test_several_lines_are_kept_apart(sample: Simulator) -> None:
    amounts = [line.findtext("Amount") for line in an_invoice(sample, LINE * 2).findall("Line")]
    assert amounts == ["35.00", "35.00", "70.00"]


def test_an_update_may_be_sparse(sample: Simulator) -> None:
    made = an_invoice(sample)
    body = (
        f'<Invoice xmlns="{SPACE}" sparse="true"><Id>{made.findtext("Id")}</Id>'
        "<SyncToken>0</SyncToken><PrivateNote>later</PrivateNote></Invoice>"
    )
    saved = root_of(sent(sample, "invoice?operation=update", body))[0]
    assert (saved.findtext("PrivateNote"), saved.findtext("CustomerRef")) == ("later", "1")


def test_a_batch_obeys_the_operation_of_each_item(sample: Simulator) -> None:
    key = an_invoice(sample).findtext("Id")
    body = (
        f'<IntuitBatchRequest xmlns="{SPACE}"><BatchItemRequest bId="one" operation="delete">'
        f"<Invoice><Id>{key}</Id><SyncToken>0</SyncToken></Invoice></BatchItemRequest>"
        f'<BatchItemRequest bId="two"><Query>{TERMS}</Query></BatchItemRequest>'
        "</IntuitBatchRequest>"
    )
    first, second = root_of(sent(sample, "batch", body)).findall("BatchItemResponse")
    assert (first.get("bId"), first[0].get("status")) == ("one", "Deleted")
    assert len(second.findall("QueryResponse/Term")) == 4


def test_a_file_may_be_described_in_xml(sample: Simulator) -> None:
    described = (
        f'<Attachable xmlns="{SPACE}"><AttachableRef><EntityRef type="Invoice">1</EntityRef>'
        "</AttachableRef><FileName>a.txt</FileName></Attachable>"
    )
    files = [("file_metadata_0", ("m.xml", described, "application/xml")),
             ("file_content_0", ("a.txt", b"text", "text/plain"))]  # fmt: skip
    answer = sample.call("POST", "upload", files=files, headers={"Accept": "application/xml"})
    stored = root_of(answer).find("AttachableResponse/Attachable")
    assert stored is not None
    assert stored.findtext("AttachableRef/EntityRef") == "1"


def test_the_gateway_refuses_in_xml_too(sample: Simulator) -> None:
    answer = sample.call("GET", "customer/1", headers=XML | {"Authorization": "Bearer none"})
    error = root_of(answer).find("Fault/Error")
    assert error is not None
    assert (answer.status_code, error.get("code")) == (401, "3200")


def test_what_a_payment_settles_is_told_in_pairs(sample: Simulator) -> None:
    answer = sample.call("GET", "query?query=select * from Payment", headers=XML)
    payment = root_of(answer).find("QueryResponse/Payment")
    assert payment is not None
    pairs = {p.findtext("Name"): p.findtext("Value") for p in payment.findall("Line/LineEx/*")}
    assert list(pairs) == ["txnId", "txnOpenBalance", "txnReferenceNumber"]
    assert pairs["txnOpenBalance"] == payment.findtext("TotalAmt")


def test_what_xml_cannot_hold_is_left_out_of_it() -> None:
    body = {"Customer": {"Notes": "a\x00\x0b\ufffe\ud800b\tc\U0001f600"}}
    root = fromstring(write_xml(body))
    assert "".join(root.itertext()) == "ab\tc\U0001f600"


def test_what_the_schema_does_not_know_is_left_out_of_a_write(sample: Simulator) -> None:
    extra = "<Invented>1</Invented><InvoiceEx><NameValue><Name>a</Name></NameValue></InvoiceEx>"
    line = LINE.replace("<Qty>", "<Colour>red</Colour><Qty>")
    found = an_invoice(sample, extra + "<BillAddr> </BillAddr>" + line)
    assert (found.findtext("TotalAmt"), found.find("Invented")) == ("35.00", None)


def test_what_the_schema_does_not_know_is_left_out_of_a_batch(sample: Simulator) -> None:
    vendor = "<Vendor><DisplayName>Loose</DisplayName><Invented>1</Invented></Vendor>"
    item = f'<BatchItemRequest bId="one" operation="create">{vendor}</BatchItemRequest>'
    body = f'<IntuitBatchRequest xmlns="{SPACE}">{item}</IntuitBatchRequest>'
    (answered,) = root_of(sent(sample, "batch", body)).findall("BatchItemResponse")
    assert answered.findtext("Vendor/DisplayName") == "Loose"


@pytest.mark.parametrize(
    "body",
    [
        "<a>" * 3000 + "</a>" * 3000,
        "<Vendor><DisplayName>Lost</DisplayName></Vendor>",
        "<Customer><DisplayName>Lost</Customer>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><Customer><DisplayName>&b;</DisplayName></Customer>",
        "",
    ],
)
def test_what_is_no_xml_of_the_entity_is_refused(sample: Simulator, body: str) -> None:
    answer = sample.call("POST", "customer", data=body, headers=XML)
    assert answer.status_code == 400
    fault = fromstring(answer.content).find(f".//{{{SPACE}}}Error")
    assert fault is not None
    assert fault.get("code") == "2010"

import threading
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import requests

from connector.errors import (
    ConfigurationError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.xml import build
from tests.unit.mobiwork.answers import (
    CUSTOMER,
    TOKENS,
    Server,
    failure,
    records,
    serving,
    success,
)

EDIT_BODY = (
    "<request><customer><mobiworkCustomerId>700112</mobiworkCustomerId>"
    "<externalCustomerId>74,QBO</externalCustomerId><companyName>Blue Heron Plumbing</companyName>"
    "<fromDate>2024/03/09</fromDate><type>BUSINESS</type><statusId>589</statusId>"
    "<enabled>true</enabled><assignedTo />"
    "<address><addressId>81001</addressId><address1>12 Canal St</address1><address2 />"
    "<city>St. Petersburg</city><state>FL</state><zipCode>33602</zipCode></address>"
    "<contact><contactId>68001</contactId><firstName>Ana</firstName><lastName>Lopez</lastName>"
    "<phoneNumber>8135550100</phoneNumber></contact><loyaltyTier>gold</loyaltyTier>"
    "<externalId>74,QBO</externalId>"
    "<primaryContact><contactId>68001</contactId><firstName>Ana</firstName>"
    "<lastName>Lopez</lastName><phoneNumber>8135550100</phoneNumber></primaryContact>"
    "<status>589</status>"
    "</customer></request>"
)
INVOICE = (
    "<invoice><status>OPEN</status><balance>120.0</balance><comments>null</comments>"
    "<createdDate>Sat Mar 09 14:05:00 EST 2024</createdDate>"
    "<customer><externalCustomerId>112,QBO</externalCustomerId><primaryContact>"
    "<PhoneExt>null</PhoneExt><PhoneNumber>8135550100</PhoneNumber></primaryContact></customer>"
    "<customerId>700112</customerId><mobiworkInvoiceId>5501</mobiworkInvoiceId>"
    "<lineItems><lineItem><productId>307001</productId></lineItem></lineItems></invoice>"
)


# Lists.


def test_a_page_is_asked_for_under_the_request(server: Server) -> None:
    server.answers("POST", "customer/list.html", records("customer", [1]))
    list(server.client().records("customer", {"companyName": "A & B"}, page_size=50))
    assert server.body() == (
        "<request><startPosition>0</startPosition><maxResults>50</maxResults>"
        "<companyName>A &amp; B</companyName></request>"
    )


def test_the_filters_of_invoices_are_wrapped_and_the_paging_is_not(server: Server) -> None:
    server.answers("POST", "invoice/list.html", success("<invoiceList/>"))
    list(server.client().records("invoice", {"status": "OPEN"}))
    assert server.body() == (
        "<request><startPosition>0</startPosition><maxResults>200</maxResults>"
        "<invoice><status>OPEN</status></invoice></request>"
    )


def test_an_unfiltered_invoice_list_has_no_empty_wrapper(server: Server) -> None:
    server.answers("POST", "invoice/list.html", success("<invoiceList/>"))
    list(server.client().records("invoice"))
    assert "<invoice" not in server.body()


def test_pages_follow_each_other_to_the_end(server: Server) -> None:
    server.answers("POST", "product/list.html", records("product", [1, 2]))
    server.answers("POST", "product/list.html", records("product", [3]))
    found = [one.id for one in server.client().records("product", page_size=2)]
    assert found == ["1", "2", "3"]
    assert "<startPosition>2</startPosition>" in server.body()


def test_a_listed_record_holds_everything_that_mobiwork_gave(server: Server) -> None:
    server.answers("POST", "invoice/list.html", success(f"<invoiceList>{INVOICE}</invoiceList>"))
    [record] = server.client().records("invoice")
    assert (record.entity, record.id, record.xml) == ("invoice", "5501", INVOICE)
    assert record.fields == {
        "status": "OPEN",
        "balance": "120.0",
        "comments": None,
        "createddate": "Sat Mar 09 14:05:00 EST 2024",
        "customer": {
            "externalcustomerid": "112,QBO",
            "primarycontact": {"phoneext": None, "phonenumber": "8135550100"},
        },
        "customerid": "700112",
        "mobiworkinvoiceid": "5501",
        "lineitems": {"lineitem": {"productid": "307001"}},
    }


def test_a_record_without_an_id_is_listed_without_one(server: Server) -> None:
    body = success("<customerList><customer><companyName>A</companyName></customer></customerList>")
    server.answers("POST", "customer/list.html", body)
    assert [one.id for one in server.client().records("customer")] == [None]


def test_an_answer_without_a_list_is_unreadable(server: Server) -> None:
    server.answers("POST", "customer/list.html", success("<clients><client/></clients>"))
    with pytest.raises(UnreadableAnswerError, match="list customer holds no list"):
        list(server.client().records("customer"))


def test_a_page_that_fails_ends_the_list_with_an_error(server: Server) -> None:
    server.answers("POST", "customer/list.html", records("customer", [1, 2]))
    server.answers("POST", "customer/list.html", records("customer", [3, 4])[:-40])
    found = server.client().records("customer", page_size=2)
    assert [next(found).id, next(found).id] == ["1", "2"]
    with pytest.raises(UnreadableAnswerError, match="answer to list customer breaks at line 2"):
        next(found)


def test_payments_are_listed_by_get_where_post_is_not_known(server: Server) -> None:
    body = success("<paymentList><payment><paymentId>901</paymentId></payment></paymentList>")
    server.answers("POST", "payment/list.html", "<html/>", status=405)
    server.answers("GET", "payment/list.html", body)
    assert [one.id for one in server.client().records("payment")] == ["901"]
    assert server.body().startswith("<request><startPosition>0</startPosition>")


def test_what_was_found_out_about_a_call_is_remembered(server: Server) -> None:
    server.answers("POST", "payment/list.html", "<html/>", status=405)
    server.answers("GET", "payment/list.html", success("<paymentList/>"))
    client = server.client()
    for _ in range(2):
        list(client.records("payment"))
    path = "payment/list.html"
    assert server.asked == [f"POST {path}", f"GET {path}", f"GET {path}"]


# View.


def test_a_view_is_a_get_without_a_body(server: Server) -> None:
    server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
    record = server.client().view("customer", "700112")
    assert record.fields["address"]["address2"] is None
    request = server.mock.calls[-1].request
    assert (request.body, "Content-Type" in request.headers) == (None, False)


def test_a_call_with_a_body_says_that_it_is_xml(server: Server) -> None:
    server.answers("POST", "customer/list.html", success())
    list(server.client().records("customer"))
    assert server.mock.calls[-1].request.headers["Content-Type"] == "application/xml"


def test_an_id_cannot_lead_to_another_path(server: Server) -> None:
    server.answers("GET", "customer/..%2F7%3Fx%3D1/view.html", failure(("1003", "Not found")))
    with pytest.raises(RejectedError):
        server.client().view("customer", "../7?x=1")


@pytest.mark.parametrize(
    ("content", "found"),
    [("", "no customer"), ("<message>ok</message>", "no customer"), (CUSTOMER, "another customer")],
)
def test_a_view_of_something_else_is_unreadable(server: Server, content: str, found: str) -> None:
    server.answers("GET", "customer/7/view.html", success(content))
    with pytest.raises(UnreadableAnswerError, match=f"answer to view customer 7 holds {found}"):
        server.client().view("customer", "7")


def test_a_viewed_record_that_does_not_say_its_id_is_the_one_asked_for(server: Server) -> None:
    server.answers("GET", "customer/7/view.html", success("<customer><type>x</type></customer>"))
    assert server.client().view("customer", "7").id == "7"


# Add.


@pytest.mark.parametrize(
    "element",
    [
        build("customer", {"companyName": "A & B"}),
        "<customer><companyName>A &amp; B</companyName></customer>",
    ],
)
def test_an_added_record_is_wrapped_and_comes_back_with_its_id(
    server: Server, element: Element | str
) -> None:
    server.answers("POST", "customer/add.html", success(CUSTOMER))
    assert server.client().add("customer", element).id == "700112"
    assert server.body() == (
        "<request><customer><companyName>A &amp; B</companyName></customer></request>"
    )


def test_a_message_instead_of_the_added_record_leaves_its_id_open(server: Server) -> None:
    server.answers("POST", "customer/add.html", success("Customer add is successful"))
    record = server.client().add("customer", "<customer><type>BUSINESS</type></customer>")
    assert (record.id, record.fields) == (None, {"type": "BUSINESS"})


def test_an_add_is_never_repeated(server: Server) -> None:
    server.answers("POST", "customer/add.html", requests.ReadTimeout())
    with pytest.raises(RemoteDownError) as caught:
        server.client().add("customer", "<customer/>")
    assert caught.value.unknown_outcome
    assert server.asked == ["POST customer/add.html"]


# Edit.


def test_an_edit_sends_back_everything_in_both_spellings(server: Server) -> None:
    server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
    server.answers("POST", "customer/700112/edit.html", success(CUSTOMER))
    changes = {"externalId": "74,QBO", "address/city": "St. Petersburg"}
    assert server.client().edit("customer", "700112", changes).id == "700112"
    assert server.body() == EDIT_BODY


def test_an_edit_answered_with_a_message_is_the_record_as_sent(server: Server) -> None:
    server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
    server.answers("POST", "customer/700112/edit.html", success("Customer edit is successful"))
    record = server.client().edit("customer", "700112", {"companyName": "Grey Heron"})
    assert (record.id, record.fields["companyname"]) == ("700112", "Grey Heron")


def test_an_edit_that_is_not_known_is_tried_as_an_update(server: Server) -> None:
    capabilities = frozenset({"product.view", "product.edit"})
    for number in (1, 2):
        product = f"<product><mobiworkProductId>{number}</mobiworkProductId></product>"
        server.answers("GET", f"product/{number}/view.html", success(product))
        server.answers("POST", f"product/{number}/edit.html", "<html/>", status=404)
        server.answers("POST", f"product/{number}/update.html", success(product))
    client = server.client(capabilities=capabilities)
    for number in (1, 2):
        client.edit("product", str(number), {"price": "4.50"})
    assert server.asked[1:] == [
        "POST product/1/edit.html",
        "POST product/1/update.html",
        "GET product/2/view.html",
        "POST product/2/update.html",
    ]


def test_an_edit_with_an_expired_token_is_written_once_with_a_new_one() -> None:
    with serving(*TOKENS[:2]) as server:
        server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
        server.answers("POST", "customer/700112/edit.html", failure(("2", "Session ended")))
        server.answers("POST", "customer/700112/edit.html", success(CUSTOMER))
        server.client().edit("customer", "700112", {"companyName": "Grey Heron"})
        assert [one.split("/")[-1] for one in server.asked] == ["view.html", *["edit.html"] * 2]


# Delete.


def test_a_delete_is_answered_with_a_text(server: Server) -> None:
    server.answers("GET", "customer/7/delete.html", success("Customer delete is successful"))
    server.client().delete("customer", "7")
    assert server.asked == ["GET customer/7/delete.html"]


# External ids.


def linked(*pairs: tuple[str, str]) -> str:
    items = "".join(
        f"<customer><mobiworkCustomerId>{number}</mobiworkCustomerId>"
        f"<externalCustomerId>{text}</externalCustomerId></customer>"
        for number, text in pairs
    )
    return success(f"<customerList>{items}</customerList>")


def test_a_linked_record_is_sought_in_every_spelling_and_checked(server: Server) -> None:
    found = linked(("1", "74,QBO"), ("2", "174"), ("3", "74,XERO"), ("4", "null"), ("5", " 74 "))
    server.answers("POST", "customer/list.html", found)
    assert [one.id for one in server.client().find_by_external_id("customer", "74")] == ["1", "5"]
    bodies = [server.body(1), server.body(2)]
    assert ["<externalId>74</" in bodies[0], "<externalId>74,QBO</" in bodies[1]] == [True, True]


def test_another_systems_external_id_is_matched_exactly(server: Server) -> None:
    server.answers("POST", "customer/list.html", linked(("1", "ACME-17"), ("2", "ACME-1")))
    found = server.client().find_by_external_id("customer", "ACME-1")
    assert [one.id for one in found] == ["2"]
    assert len(server.asked) == 1


def test_the_form_of_external_ids_is_a_setting(server: Server) -> None:
    server.answers("POST", "customer/list.html", linked(("1", "qbo:74"), ("2", "74,QBO")))
    client = server.client(external_id_form="qbo:{id}")
    assert [one.id for one in client.find_by_external_id("customer", "74")] == ["1", "2"]


def test_disabled_products_are_found_by_their_external_id_too(server: Server) -> None:
    server.answers("POST", "product/list.html", success("<productList/>"))
    assert server.client().find_by_external_id("product", "31") == []
    assert "<disabled>true</disabled>" in server.body()


# Capabilities.


def test_a_documented_call_is_supported() -> None:
    with serving() as server:
        assert server.client().supports("customer", "edit")


@pytest.mark.parametrize(("switches", "on"), [(frozenset(), False), ({"invoice.view"}, True)])
def test_an_assumed_call_is_supported_once_it_is_switched_on(
    server: Server, switches: frozenset[str], *, on: bool
) -> None:
    client = server.client(capabilities=frozenset(switches))
    assert client.supports("invoice", "view") is on


def test_an_unknown_call_is_not_supported(server: Server) -> None:
    client = server.client()
    assert not client.supports("spaceship", "list")
    with pytest.raises(ConfigurationError, match="no call to list spaceship"):
        client.records("spaceship")


def test_a_call_that_is_off_names_its_switch_and_is_not_made(server: Server) -> None:
    with pytest.raises(ConfigurationError, match=r"the capability 'invoice\.view' switches it on"):
        server.client().view("invoice", "5501")
    assert server.everything == []


def test_a_record_whose_view_is_off_is_found_in_the_list(server: Server) -> None:
    vendors = "".join(
        f"<vendor><mobiworkVendorId>{one}</mobiworkVendorId></vendor>" for one in "78"
    )
    server.answers("POST", "vendor/list.html", success(f"<vendorList>{vendors}</vendorList>"))
    client = server.client(capabilities=frozenset({"vendor.list"}))
    found = client.find("vendor", "8")
    assert found is not None
    assert found.id == "8"


def test_a_list_that_is_off_fails_when_asked_for_and_not_when_read(server: Server) -> None:
    with pytest.raises(ConfigurationError, match=r"'vendor\.list'"):
        server.client().records("vendor")


def test_an_overridden_call_goes_where_the_setting_says(server: Server) -> None:
    server.answers("GET", "customer/7/show.html", success("<client><id>7</id></client>"))
    overrides = {"customer.view": {"path": "customer/{id}/show.html", "item": "client"}}
    assert server.client(overrides=overrides).view("customer", "7").fields == {"id": "7"}


# One call at a time.


class SlowSession(requests.Session):
    """Counts calls that overlap, and leaves other threads time to come in, if they can."""

    running = 0
    most = 0

    def request(self, *args: Any, **options: Any) -> requests.Response:
        self.running += 1
        self.most = max(self.most, self.running)
        threading.Event().wait(0.002)
        answer = super().request(*args, **options)
        self.running -= 1
        return answer


def at_once(count: int, target: Callable[..., object], *args: object) -> None:
    workers = [threading.Thread(target=target, args=args) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_calls_of_one_account_do_not_overlap(server: Server) -> None:
    server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
    session = SlowSession()
    at_once(8, server.client(session=session).view, "customer", "700112")
    assert (session.most, server.everything.count("POST authenticate.html")) == (1, 1)


def test_nothing_comes_between_reading_and_writing_of_an_edit(server: Server) -> None:
    server.answers("GET", "customer/700112/view.html", success(CUSTOMER))
    server.answers("POST", "customer/700112/edit.html", success(CUSTOMER))
    client = server.client(session=SlowSession())
    at_once(4, client.edit, "customer", "700112", {"companyName": "Grey Heron"})
    assert [one.split("/")[-1] for one in server.asked] == ["view.html", "edit.html"] * 4

from collections.abc import Iterator
from copy import deepcopy
from functools import cache

import pytest

from simulators.mobiwork import sample
from simulators.mobiwork.service import Service
from simulators.mobiwork.store import Store
from tests.simulators.mobiwork.running import Client, error_of, running

IDS = {
    "customer": "mobiworkCustomerId",
    "invoice": "mobiworkInvoiceId",
    "payment": "paymentId",
    "product": "mobiworkProductId",
    "user": "mobiworkUserId",
}


@cache
def company() -> Store:
    store = Store()
    sample.fill(store, seed=3, size=6)
    return store


def fill(store: Store) -> None:
    made = deepcopy(company())
    store.records, store.counters = made.records, made.counters


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with running(Service(fill=fill)) as client:
        yield client


def ids(client: Client, entity: str, body: str) -> list[str]:
    send = client.get if entity == "payment" else client.post
    found = send(f"{entity}/list.html", f"<request>{body}</request>")
    items = found.find(f"{entity}List")
    assert items is not None
    return [one.findtext(IDS[entity]) or "" for one in items.findall(entity)]


def page(start: int, size: int) -> str:
    return f"<startPosition>{start}</startPosition><maxResults>{size}</maxResults>"


@pytest.mark.parametrize("entity", ["customer", "product", "invoice", "payment"])
def test_two_hundred_is_the_most_that_a_list_holds(client: Client, entity: str) -> None:
    assert len(ids(client, entity, "")) == 200


def test_two_hundred_is_the_most_with_criteria_too(client: Client) -> None:
    assert len(ids(client, "customer", "<category>Home</category>")) == 144
    assert len(ids(client, "payment", "<status>CREATED</status>")) == 200


def test_the_cap_can_be_lifted_for_lists_with_criteria(client: Client) -> None:
    client.switch(cap_with_criteria=False)
    assert len(ids(client, "payment", "<status>CREATED</status>")) == 540


def test_the_cap_can_be_lifted(client: Client) -> None:
    client.switch(list_cap=0)
    assert len(ids(client, "customer", "")) == 241


@pytest.mark.parametrize("entity", ["customer", "product"])
def test_pages_together_hold_each_record_once(client: Client, entity: str) -> None:
    pages = [ids(client, entity, page(start, 100)) for start in range(0, 500, 100)]
    together = [one for part in pages for one in part]
    assert sorted(together) == sorted(client.service.account.store.records[entity])


def test_a_page_larger_than_the_cap_is_capped(client: Client) -> None:
    assert len(ids(client, "customer", page(0, 1000))) == 200


def test_a_page_beyond_the_end_is_empty(client: Client) -> None:
    assert ids(client, "customer", page(241, 100)) == []


@pytest.mark.parametrize("entity", ["invoice", "payment"])
def test_paging_is_ignored_where_it_is_not_documented(client: Client, entity: str) -> None:
    assert ids(client, entity, page(200, 10)) == ids(client, entity, "")


def test_paging_can_be_switched_on_everywhere(client: Client) -> None:
    client.switch(paging_ignored=[])
    second = ids(client, "invoice", page(200, 10))
    assert len(second) == 10
    assert not set(second) & set(ids(client, "invoice", page(0, 200)))


@pytest.mark.parametrize("text", ["-1", "x", "1.5", "99999999999"])
def test_a_page_that_cannot_be_is_refused(client: Client, text: str) -> None:
    body = f"<request><startPosition>{text}</startPosition></request>"
    assert error_of(client.post("customer/list.html", body)) == ("2", "1006")


def test_customers_are_counted(client: Client) -> None:
    found = client.post("customer/list.html", f"<request>{page(0, 7)}</request>")
    counts = [found.findtext(f"customerList/{name}") for name in ("totalAvailableCount", "count")]
    assert counts == ["241", "7"]


def test_invoices_are_not_counted(client: Client) -> None:
    assert client.post("invoice/list.html", "<request/>").find("invoiceList/count") is None


def test_text_filters_find_parts_of_words(client: Client) -> None:
    assert len(ids(client, "customer", "<companyName>northgate ANIMAL</companyName>")) >= 2


def test_text_filters_can_be_exact(client: Client) -> None:
    client.switch(filter_match="exact")
    name = "<companyName>Northgate Animal Clinic</companyName>"
    assert len(ids(client, "customer", name)) == 1


def test_external_ids_are_matched_in_part_as_well(client: Client) -> None:
    for number, external in (("700001", "1,QBO"), ("700002", "11,QBO")):
        client.admin("PATCH", f"records/customer/{number}", {"externalCustomerId": external})
    assert len(ids(client, "customer", "<externalId>1,QBO</externalId>")) == 2


@pytest.mark.parametrize(("order", "first"), [("oldest", "700001"), ("newest", "700241")])
def test_the_order_is_a_switch(client: Client, order: str, first: str) -> None:
    client.switch(list_order=order)
    assert ids(client, "customer", "")[0] == first


def test_customers_are_found_by_type_and_number_of_type(client: Client) -> None:
    by_name = ids(client, "customer", "<customerType>BUSINESS</customerType>")
    assert by_name == ids(client, "customer", "<customerType>2</customerType>")
    assert len(by_name) == 97


def test_records_are_found_by_the_name_of_a_user(client: Client) -> None:
    by_name = ids(client, "customer", "<createdBy>Admin, Office</createdBy>")
    assert by_name == ids(client, "customer", "<createdBy>31</createdBy>")
    assert ids(client, "customer", "<createdBy>Nobody, At All</createdBy>") == []


def test_a_customer_is_found_by_a_work_order(client: Client) -> None:
    order = next(iter(client.service.account.store.records["workOrder"].values()))
    found = ids(client, "customer", f"<workOrderId>{order['mobiworkWorkOrderId']}</workOrderId>")
    assert found == [order["mobiworkCustomerId"]]


def test_payments_are_found_by_a_work_order(client: Client) -> None:
    store = client.service.account.store
    invoices = store.records["invoice"]
    paid = next(
        one
        for one in store.records["payment"].values()
        if invoices[str(one["invoiceId"])].get("workOrderId")
    )
    order = invoices[str(paid["invoiceId"])]["workOrderId"]
    assert paid["paymentId"] in ids(client, "payment", f"<workOrderId>{order}</workOrderId>")

import json
from typing import Any

import pytest

from tests.simulators.mobiwork.running import Client, error_of


def refused(client: Client, method: str, path: str, body: object) -> tuple[int, str]:
    answer = client.session.request(method, f"{client.url}/_sim/{path}", json=body, timeout=60)
    return answer.status_code, answer.json()["error"]


def test_the_overview_names_every_endpoint_with_its_evidence(client: Client) -> None:
    rows = {one["name"]: one["evidence"] for one in client.admin("GET", "")["endpoints"]}
    assert rows["customer.view"] == "documented"
    assert rows["invoice.view"] == "assumed"


def test_the_overview_counts_records(client: Client) -> None:
    counts = client.admin("GET", "")["records"]
    assert [counts[name] for name in ("customer", "product", "invoice", "payment")] == [
        41,
        60,
        130,
        97,
    ]


def test_the_journal_tells_what_was_asked_without_the_token(client: Client) -> None:
    client.get("customer/700001/view.html")
    last = client.admin("GET", "journal")["entries"][-1]
    assert last["path"] == "/api/rest/40321/10.0.78/customer/700001/view.html"
    assert (last["endpoint"], last["record_id"], last["status"], last["status_code"]) == (
        "customer.view",
        "700001",
        200,
        "1",
    )
    assert client.token not in json.dumps(last)


def test_the_journal_counts_calls_by_endpoint(client: Client) -> None:
    for _ in range(3):
        client.get("customer/700001/view.html")
    counts = client.admin("GET", "journal")["counts"]
    assert counts == {"authenticate": 1, "customer.view": 3}


def test_the_journal_can_be_read_on_from_a_number(client: Client) -> None:
    number = client.admin("GET", "journal")["last"]
    client.get("product/307001/view.html")
    entries = client.admin("GET", f"journal?since={number}")["entries"]
    assert [one["endpoint"] for one in entries] == ["product.view"]


def test_the_journal_can_be_read_for_one_endpoint(client: Client) -> None:
    client.get("product/307001/view.html")
    entries = client.admin("GET", "journal?endpoint=product.view")["entries"]
    assert [one["endpoint"] for one in entries] == ["product.view"]


def test_a_cleared_journal_counts_on(client: Client) -> None:
    before = client.admin("GET", "journal")["last"]
    assert client.admin("DELETE", "journal") == {"last": before}
    assert client.admin("GET", "journal")["entries"] == []


def test_failures_are_in_the_journal_with_their_code(client: Client) -> None:
    client.get("customer/1/view.html")
    last = client.admin("GET", "journal")["entries"][-1]
    assert (last["status_code"], last["error_code"]) == ("2", "1003")


def test_a_person_can_rename_a_customer(client: Client) -> None:
    client.admin("PATCH", "records/customer/700002", {"companyName": "Fern & Co."})
    assert client.get("customer/700002/view.html").findtext("customer/companyName") == "Fern & Co."


def test_a_person_can_change_one_part_of_an_address(client: Client) -> None:
    before = client.get("customer/700002/view.html").findtext("customer/address/city")
    client.admin("PATCH", "records/customer/700002", {"address": {"zipCode": "33999"}})
    after = client.get("customer/700002/view.html")
    assert after.findtext("customer/address/zipCode") == "33999"
    assert after.findtext("customer/address/city") == before


def test_a_person_can_change_the_lines_of_an_invoice(client: Client) -> None:
    line = {"productId": 307001, "quantity": 2, "price": 95.5}
    invoice = client.admin("PATCH", "records/invoice/5501", {"lineItems": [line]})
    assert (invoice["subTotal"], invoice["lineItems"][0]["total"]) == ("191.00", "191.00")


def test_a_person_can_make_totals_wrong(client: Client) -> None:
    client.admin("PATCH", "records/invoice/5501", {"total": 1.25})
    assert client.get("invoice/5501/view.html").findtext("invoice/total") == "1.25"


def test_a_person_can_add_an_invoice(client: Client) -> None:
    line = {"productId": 307001, "quantity": 1, "price": 95}
    invoice = client.admin(
        "POST", "records/invoice", {"customerId": 700001, "lineItems": [line], "dueDate": None}
    )
    seen = client.get(f"invoice/{invoice['mobiworkInvoiceId']}/view.html")
    assert seen.findtext("invoice/balance") == "95.0"
    assert (seen.findtext("invoice/invoiceNumber") or "").startswith("INV-")


def test_a_payment_by_a_person_settles_the_invoice(client: Client) -> None:
    total = client.get("invoice/5501/view.html").findtext("invoice/total")
    for payment in list(client.service.account.store.where("payment", "invoiceId", "5501")):
        client.admin("DELETE", f"records/payment/{payment['paymentId']}")
    client.admin("POST", "records/payment", {"invoiceId": 5501, "amount": total})
    assert client.admin("GET", "records/invoice/5501")["status"] == "Paid"


def test_a_payment_that_is_deleted_is_owed_again(client: Client) -> None:
    payment = next(iter(client.service.account.store.records["payment"].values()))
    client.admin("DELETE", f"records/payment/{payment['paymentId']}")
    invoice = client.admin("GET", f"records/invoice/{payment['invoiceId']}")
    assert invoice["status"] == "Customer Invoiced"
    assert invoice["balance"] == invoice["total"]


def test_a_payment_that_moves_settles_both_invoices(client: Client) -> None:
    payment = next(iter(client.service.account.store.records["payment"].values()))
    old, other = payment["invoiceId"], client.admin("POST", "records/invoice", {"total": "900.00"})
    number = other["mobiworkInvoiceId"]
    client.admin("PATCH", f"records/payment/{payment['paymentId']}", {"invoiceId": number})
    assert client.admin("GET", f"records/invoice/{old}")["status"] == "Customer Invoiced"
    assert client.admin("GET", f"records/invoice/{number}")["balance"] != "900.00"


def test_a_record_deleted_by_a_person_is_gone(client: Client) -> None:
    client.admin("DELETE", "records/invoice/5501")
    assert error_of(client.get("invoice/5501/view.html")) == ("2", "1003")


def test_records_are_loaded_as_they_are(client: Client) -> None:
    loaded = client.admin(
        "POST",
        "load",
        {"customer": [{"mobiworkCustomerId": 9, "companyName": "Nine"}, {"companyName": "Ten"}]},
    )
    assert loaded == {"customer": 2}
    assert client.get("customer/9/view.html").findtext("customer/companyName") == "Nine"


def test_loading_is_all_or_nothing(client: Client) -> None:
    body = {"customer": [{"companyName": "One"}], "planet": [{}]}
    assert refused(client, "POST", "load", body) == (404, "no such entity: planet")
    assert client.admin("GET", "")["records"]["customer"] == 41


def test_a_sample_can_be_added_later(client: Client) -> None:
    client.admin("POST", "reset?empty=true")
    counts = client.admin("POST", "sample", {"seed": 5, "size": 0.5, "trouble": True})["records"]
    assert (counts["customer"], counts["payment"]) == (21, 46)


def test_a_sample_added_later_can_be_linked_natively(client: Client) -> None:
    client.admin("POST", "reset?empty=true")
    client.admin("POST", "sample", {"seed": 5, "size": 0.5, "native_links": True})
    first = client.admin("GET", "records/customer?limit=1")["records"][0]
    assert first["externalCustomerId"] == "74,QBO"


def test_a_second_sample_leaves_the_first_as_it_is(client: Client) -> None:
    store = client.service.account.store
    before = json.dumps(store.records["invoice"])
    client.admin("POST", "sample", {"seed": 5})
    first = dict(list(store.records["invoice"].items())[:130])
    assert json.dumps(first) == before


def test_reset_brings_back_the_first_records_and_switches(client: Client) -> None:
    client.switch(list_cap=1)
    client.admin("DELETE", "records/invoice/5501")
    assert client.admin("POST", "reset")["records"]["invoice"] == 130
    assert client.admin("GET", "switches")["list_cap"] == 200


def test_reset_can_leave_nothing(client: Client) -> None:
    counts = client.admin("POST", "reset?empty=true")["records"]
    assert set(counts.values()) == {0}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "records/planet", None, 404),
        ("GET", "records/customer/1", None, 404),
        ("PATCH", "records/customer/1", {}, 404),
        ("PATCH", "records/customer/700001", [], 400),
        ("PATCH", "records/customer/700001", {"mobiworkCustomerId": 5}, 400),
        ("POST", "records/customer", "text", 400),
        ("POST", "switches", {"color": "red"}, 400),
        ("POST", "switches", {"list_cap": "many"}, 400),
        ("POST", "switches", {"endpoints_off": ["moon.list"]}, 400),
        ("POST", "faults", {"kind": "earthquake"}, 400),
        ("POST", "faults", {"kind": "drop", "times": 0}, 400),
        ("POST", "sample", {"size": -1}, 400),
        ("POST", "load", {"customer": None}, 400),
        ("POST", "sample", {"size": "inf"}, 400),
        ("POST", "sample", {"size": 100_000}, 400),
        ("GET", "journal?since=x", None, 400),
        ("GET", "journal?limit=-1", None, 400),
        ("GET", "records/customer?start=-1", None, 400),
        ("GET", "records/customer?limit=-1", None, 400),
    ],
)
def test_a_wrong_admin_call_is_told_what_is_wrong(
    client: Client, method: str, path: str, body: Any, status: int
) -> None:
    found, text = refused(client, method, path, body)
    assert (found, bool(text)) == (status, True)


def test_json_without_end_is_refused(client: Client) -> None:
    url = f"{client.url}/_sim/load"
    answer = client.session.post(url, data="[" * 200_000, timeout=60)
    assert answer.status_code == 400

from typing import Any

import pytest

from simulators.mobiwork.person import DEEDS
from tests.simulators.mobiwork.running import Client

LABOR = {"productId": "307001", "quantity": "1", "price": "100.00", "taxable": "true"}


def draft(client: Client, **given: Any) -> str:
    wanted = {"customerId": "700001", "lineItems": [LABOR], **given}
    return str(client.person("save_draft", **wanted)["mobiworkInvoiceId"])


def shown(client: Client, entity: str, record_id: str, *names: str) -> list[str | None]:
    seen = client.get(f"{entity}/{record_id}/view.html")
    return [seen.findtext(f"{entity}/{name}") for name in names]


def home(client: Client, state: str, **given: Any) -> str:
    address = {"address1": "1 Canal St", "city": "Tampa", "state": state, "zipCode": "33602"}
    contact = {"firstName": "Ana", "lastName": "Lopez"}
    made = client.admin(
        "POST", "records/customer", {"address": address, "contact": contact, **given}
    )
    return str(made["mobiworkCustomerId"])


def test_a_draft_is_saved_and_issued_later(client: Client, today: str) -> None:
    number = draft(client)
    before = shown(client, "invoice", number, "status", "total")
    lines = [LABOR, {**LABOR, "price": "170.00", "taxable": "false"}]
    client.person("issue_invoice", id=number, lineItems=lines)
    assert before == ["Draft", "107.0"]
    assert shown(client, "invoice", number, "status", "total") == ["Customer Invoiced", "277.0"]
    assert client.admin("GET", f"records/invoice/{number}")["invoiceDate"][:10] == today


def test_invoices_are_combined_in_one_that_their_payments_pay(client: Client) -> None:
    first, second = draft(client), draft(client, lineItems=[{**LABOR, "price": "50.00"}])
    paid = {"invoiceId": first, "amount": "20.00", "paymentDate": "2026-03-02"}
    payment = str(client.admin("POST", "records/payment", paid)["paymentId"])
    made = client.person("combine_invoices", ids=[first, second])
    number = str(made["mobiworkInvoiceId"])
    assert shown(client, "invoice", number, "status", "total", "balance") == [
        "Customer Invoiced",
        "160.5",
        "140.5",
    ]
    assert shown(client, "payment", payment, "invoiceId") == [number]
    left = client.admin("GET", "records/invoice?limit=1000")["records"]
    assert not {first, second} & {one["mobiworkInvoiceId"] for one in left}


def test_an_invoice_is_made_anew_and_the_old_one_gets_a_status(client: Client) -> None:
    old = draft(client)
    lines = [{**LABOR, "price": "90.00"}]
    new = client.person("redo_invoice", id=old, lineItems=lines, old_status="Void - duplicate")
    number = str(new["mobiworkInvoiceId"])
    assert shown(client, "invoice", number, "status", "total") == ["Customer Invoiced", "96.3"]
    assert shown(client, "invoice", old, "status", "total") == ["Void - duplicate", "107.0"]


def test_invoices_of_two_customers_are_not_combined(client: Client) -> None:
    ids = [draft(client), draft(client, customerId=home(client, "FL"))]
    assert client.refused("combine_invoices", ids=ids)[0] == 400
    assert client.refused("combine_invoices", ids=ids[:1])[0] == 400


def test_a_draft_may_have_the_status_of_the_sample(client: Client) -> None:
    assert shown(client, "invoice", draft(client, status="OPEN"), "status") == ["OPEN"]


@pytest.mark.parametrize(
    ("entity", "record_id", "element", "status"),
    [
        ("invoice", "5501", "status", "Void - duplicate"),
        ("payment", "902", "status", "Payment failed"),
        ("estimate", "41001", "status", "On hold"),
        ("purchaseOrder", "71001", "status", "Waiting for the boss"),
        ("salesOrder", "61001", "status", "WAITING_FOR_STOCK"),
        ("workOrder", "21001", "status", "ASSIGNED"),
        ("expense", "31001", "customStatusName", "Rejected by Bob"),
    ],
)
def test_a_record_gets_any_status_that_its_account_may_have(
    client: Client, entity: str, record_id: str, element: str, status: str
) -> None:
    client.person("set_status", entity=entity, id=record_id, status=status)
    assert shown(client, entity, record_id, element) == [status]


@pytest.mark.parametrize(
    ("entity", "record_id", "status"),
    [("salesOrder", "61001", "Lost"), ("workOrder", "21001", "Lost"), ("terms", "1", "Open")],
)
def test_a_status_that_cannot_be_is_refused(
    client: Client, entity: str, record_id: str, status: str
) -> None:
    assert client.refused("set_status", entity=entity, id=record_id, status=status)[0] == 400


def test_an_exempt_customer_shows_on_its_invoices_and_pays_no_tax(client: Client) -> None:
    customer = home(client, "FL")
    taxed = draft(client, customerId=customer)
    client.person("exempt_customer", id=customer)
    exempt = draft(client, customerId=customer)
    names = ("customer/taxable", "taxAmount", "lineItems/lineItem/taxable")
    assert shown(client, "invoice", exempt, *names) == ["false", "0.0", "true"]
    assert shown(client, "invoice", taxed, *names) == ["false", "7.0", "true"]


def test_a_customer_can_be_taxed_again(client: Client) -> None:
    customer = home(client, "FL", taxable="false")
    client.person("exempt_customer", id=customer, taxable=True)
    number = draft(client, customerId=customer)
    assert shown(client, "invoice", number, "customer/taxable", "taxAmount") == ["true", "7.0"]


def test_work_at_another_place_is_taxed_there(client: Client) -> None:
    customer = home(client, "FL")
    number = draft(client, customerId=customer)
    address = {"address1": "9 Peach St", "city": "Atlanta", "state": "GA", "zipCode": "30303"}
    client.person("set_place_of_work", id=number, address=address)
    location, tax, bill = shown(
        client, "invoice", number, "locationId", "taxAmount", "customer/address/city"
    )
    places = client.get(f"customer/{customer}/view.html").findall("customer/addressList/address")
    cities = {one.findtext("addressId"): one.findtext("city") for one in places}
    assert (cities[location], tax, bill) == ("Atlanta", "8.0", "Tampa")


def test_the_work_order_is_at_the_place_of_work_too(client: Client) -> None:
    order = next(iter(client.service.account.store.records["workOrder"].values()))
    invoices = client.service.account.store.where(
        "invoice", "workOrderId", str(order["mobiworkWorkOrderId"])
    )
    number = str(next(invoices)["mobiworkInvoiceId"])
    client.person("set_place_of_work", id=number, address={"city": "Miami", "state": "FL"})
    assert shown(client, "workOrder", str(order["mobiworkWorkOrderId"]), "location/city") == [
        "Miami"
    ]


def test_an_invoice_names_its_work_order(client: Client) -> None:
    order = next(iter(client.service.account.store.records["workOrder"]))
    invoice = next(client.service.account.store.where("invoice", "workOrderId", order))
    assert shown(client, "invoice", str(invoice["mobiworkInvoiceId"]), "workOrderId") == [order]


@pytest.mark.parametrize(
    ("entity", "record_id"),
    [
        ("invoice", "5502"),
        ("estimate", "41002"),
        ("salesOrder", "61001"),
        ("purchaseOrder", "71002"),
        ("expense", "31001"),
        ("workOrder", "21001"),
        ("customer", "700001"),
    ],
)
def test_a_custom_field_is_filled_in_and_changed(
    client: Client, entity: str, record_id: str
) -> None:
    for value in ("North", "South"):
        given = {"apiName": "Class", "name": "Class", "value": value}
        client.person("set_custom_field", entity=entity, id=record_id, **given)
    seen = client.get(f"{entity}/{record_id}/view.html")
    rows = seen.findall(f"{entity}/customFields/customField")
    assert [one.findtext("value") for one in rows if one.findtext("apiName") == "Class"] == [
        "South"
    ]


def test_a_payment_has_no_custom_fields(client: Client) -> None:
    given = {"entity": "payment", "id": "902", "apiName": "Class", "value": "North"}
    assert client.refused("set_custom_field", **given) == (400, "payment has no custom fields")


def test_a_sales_order_is_checked_out_later(client: Client) -> None:
    made = {"customerId": "700001", "lineItems": [LABOR], "createdDate": "2026-10-30T09:00:00"}
    number = client.admin("POST", "records/salesOrder", made)["salesOrderId"]
    client.person("check_out", id=number, checkoutDate="2026-11-16")
    names = ("status", "createdDate", "checkoutDate")
    assert shown(client, "salesOrder", number, *names) == [
        "CHECKOUT_SUBMITTED",
        "Fri Oct 30 09:00:00 EDT 2026",
        "Mon Nov 16 00:00:00 EST 2026",
    ]


def test_a_cancelled_sales_order_is_not_checked_out(client: Client) -> None:
    client.person("set_status", entity="salesOrder", id="61001", status="CANCELLED")
    assert client.refused("check_out", id="61001") == (400, "sales order 61001 is CANCELLED")


def test_the_tax_of_a_purchase_order_is_in_its_total(client: Client) -> None:
    line = {"productId": "307030", "quantity": "10", "price": "10.00"}
    order = client.admin(
        "POST", "records/purchaseOrder", {"vendorId": "51001", "lineItems": [line]}
    )
    number = order["mobiworkPurchaseOrderId"]
    client.person("tax_order", id=number, taxAmount="7.50")
    assert shown(client, "purchaseOrder", number, "taxAmount", "total") == ["7.5", "107.5"]


def test_goods_are_received_without_a_date(client: Client) -> None:
    line = {"productId": "307030", "quantity": "10", "price": "10.00"}
    given = {"vendorId": "51001", "expectedDate": "2027-01-15", "lineItems": [line]}
    number = client.admin("POST", "records/purchaseOrder", given)["mobiworkPurchaseOrderId"]
    client.admin("POST", f"receive/{number}", {"receivedDate": None})
    assert shown(client, "purchaseOrder", number, "status", "receivedDate") == ["RECEIVED", "null"]


def test_a_technician_wants_his_money_back(client: Client) -> None:
    user = next(one for one in client.service.account.store.records["user"] if one != "31")
    given = {"amount": "48.10", "categoryName": "Tools", "expenseDate": "2026-11-02"}
    number = client.person("claim_expense", userId=user, **given)["expenseId"]
    names = ("createdById", "customStatusName", "reimbursementDueDate", "paymentType")
    assert shown(client, "expense", number, *names) == [
        user,
        "Awaiting manager approval",
        "Mon Nov 16 00:00:00 EST 2026",
        "Cash",
    ]


THREE = ({**LABOR, "price": "0.335", "taxable": "false"},) * 3
FIVE = ({**LABOR, "price": "33.33", "quantity": "1.5", "taxable": "false"},) * 5


@pytest.mark.parametrize(
    ("rounding", "lines", "total"),
    [
        ("line", THREE, "1.02"),
        ("document", THREE, "1.01"),
        ("line", FIVE, "250.0"),
        ("document", FIVE, "249.98"),
    ],
)
def test_amounts_are_rounded_per_line_or_once_per_document(
    client: Client, rounding: str, lines: object, total: str
) -> None:
    client.switch(rounding=rounding)
    assert shown(client, "invoice", draft(client, lineItems=lines), "total") == [total]


@pytest.mark.parametrize(("rounding", "tax"), [("document", "0.77"), ("line", "0.78")])
def test_taxes_are_rounded_per_line_or_once_per_document(
    client: Client, rounding: str, tax: str
) -> None:
    client.switch(tax_rounding=rounding)
    customer = home(client, "FL")
    number = draft(client, customerId=customer, lineItems=[{**LABOR, "price": "1.84"}] * 6)
    assert shown(client, "invoice", number, "taxAmount") == [tax]


@pytest.mark.parametrize("deed", sorted(set(DEEDS) - {"save_draft"}))
def test_a_deed_on_nothing_is_refused(client: Client, deed: str) -> None:
    nowhere = {"id": "1", "invoiceId": "1", "userId": "1", "entity": "planet", "status": "x"}
    assert client.refused(deed, **nowhere)[0] in {400, 404}


def test_a_deed_that_does_not_exist_is_refused(client: Client) -> None:
    assert client.refused("dance")[0] == 404


def test_the_overview_names_every_deed(client: Client) -> None:
    assert client.admin("GET", "")["deeds"] == list(DEEDS)

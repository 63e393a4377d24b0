from xml.etree.ElementTree import Element

import pytest

from tests.simulators.mobiwork.running import Client, error_of

LISTS = {
    "estimate": "estimateList",
    "salesOrder": "salesOrderList",
    "expense": "expenseList",
    "workOrder": "workOrderList",
    "recurrentService": "recurrentServiceList",
    "user": "userList",
    "vendor": "vendorList",
    "purchaseOrder": "purchaseOrderList",
}
SWITCHED_OFF = ("tax/list.html", "terms/list.html", "user/inventory/list.html")


def first(client: Client, entity: str) -> Element:
    root = client.post(f"{entity}/list.html", "<request/>")
    item = root.find(f"{LISTS[entity]}/{entity}")
    assert item is not None
    return item


@pytest.mark.parametrize("entity", LISTS)
def test_every_entity_is_listed_and_viewed_alike(client: Client, entity: str) -> None:
    item = first(client, entity)
    number = next(child.text for child in item if child.tag.endswith("Id") and child.text)
    seen = client.get(f"{entity}/{number}/view.html").find(entity)
    assert seen is not None
    assert [(one.tag, one.text) for one in seen.iter()] == [
        (one.tag, one.text) for one in item.iter()
    ]


@pytest.mark.parametrize("path", SWITCHED_OFF)
def test_what_is_least_sure_is_switched_off(client: Client, path: str) -> None:
    assert client.send("POST", path, "<request/>").status_code == 404


@pytest.mark.parametrize("path", SWITCHED_OFF)
def test_what_is_least_sure_can_be_switched_on(client: Client, path: str) -> None:
    client.switch(endpoints_off=[])
    answer = client.post(path, "<request/>")
    assert (answer.get("statusCode"), len(list(answer.iter())) > 5) == ("1", True)


def test_the_status_of_a_sales_order_is_set_by_name(client: Client) -> None:
    body = "<request><statusName>ORDER_DELIVERED</statusName></request>"
    answer = client.post("salesOrder/61001/updateStatus.html", body)
    assert answer.findtext("salesOrder/status") == "ORDER_DELIVERED"


def test_a_sales_order_has_documented_statuses_only(client: Client) -> None:
    body = "<request><statusName>LOST</statusName></request>"
    assert error_of(client.post("salesOrder/61001/updateStatus.html", body)) == ("2", "1006")


def test_the_status_of_a_work_order_can_be_a_number(client: Client) -> None:
    body = """<request><workOrder><mobiworkCustomerId>700001</mobiworkCustomerId>
    <description>Leak</description><status>2</status></workOrder></request>"""
    assert client.post("workOrder/add.html", body).findtext("workOrder/status") == "ASSIGNED"


def invoiced_order(client: Client, include: str) -> Element:
    invoices = client.service.account.store.records["invoice"].values()
    order = next(one["workOrderId"] for one in invoices if one.get("workOrderId"))
    body = f"<request><workOrderId>{order}</workOrderId>{include}</request>"
    found = client.post("workOrder/list.html", body).find("workOrderList/workOrder")
    assert found is not None
    return found


def test_a_work_order_shows_no_invoice_unless_asked(client: Client) -> None:
    assert invoiced_order(client, "").find("invoiceList") is None


def test_a_work_order_can_show_the_ids_of_its_invoices(client: Client) -> None:
    include = "<includeOnlyInvoiceId>true</includeOnlyInvoiceId>"
    invoice = invoiced_order(client, include).find("invoiceList/invoice")
    assert invoice is not None
    assert [child.tag for child in invoice] == ["mobiworkInvoiceId"]


def test_a_work_order_can_show_its_invoices_whole(client: Client) -> None:
    include = "<includeOnlyInvoiceId>false</includeOnlyInvoiceId>"
    invoice = invoiced_order(client, include).find("invoiceList/invoice")
    assert invoice is not None
    assert invoice.find("lineItems/lineItem/productId") is not None


def test_work_orders_are_found_by_the_misspelled_filter(client: Client) -> None:
    right = client.post("workOrder/list.html", "<request><assignedTo>1</assignedTo></request>")
    sic = client.post("workOrder/list.html", "<request><assginedTo>1</assginedTo></request>")
    assert right.find("workOrderList/workOrder") is not None
    assert sic.find("workOrderList/workOrder") is None


def test_work_orders_are_found_by_the_day_they_are_for(client: Client) -> None:
    orders = client.service.account.store.records["workOrder"].values()
    days = [str(one["assignedToDate"])[:10] for one in orders]
    day = sorted(days)[len(days) // 2]
    body = f"<request><assignedToDate>{day.replace('-', '/')}</assignedToDate></request>"
    found = client.post("workOrder/list.html", body).findall("workOrderList/workOrder")
    assert len(found) == days.count(day)


def test_a_price_list_has_one_name_when_written_and_another_when_read(client: Client) -> None:
    body = """<request><pricelist><name>Wholesale</name><externalId>9</externalId>
    <createdDate>2026/03/09</createdDate></pricelist></request>"""
    answer = client.post("pricelist/add.html", body)
    assert answer.findtext("productPriceList/createdDate") == "03/09/2026"


def test_a_price_list_is_viewed_by_external_id_as_a_list(client: Client) -> None:
    body = (
        "<request><pricelist><name>Wholesale</name><externalId>9</externalId></pricelist></request>"
    )
    client.post("pricelist/add.html", body)
    found = client.post("pricelist/view.html", "<request><externalId>9</externalId></request>")
    assert found.findtext("priceLists/count") == "1"
    assert found.findtext("priceLists/productPriceList/name") == "Wholesale"


def test_a_price_list_is_changed_by_update(client: Client) -> None:
    body = "<request><pricelist><name>Best customers</name></pricelist></request>"
    answer = client.post("pricelist/13001/update.html", body)
    assert answer.findtext("productPriceList/name") == "Best customers"
    assert client.send("POST", "pricelist/13001/edit.html", body).status_code == 404


def test_a_recurrent_service_is_added(client: Client) -> None:
    body = """<request><recurrentService><customerId>700001</customerId>
    <description>Filter change</description><nextServiceDate>2027/01/15</nextServiceDate>
    </recurrentService></request>"""
    added = client.post("recurrentService/add.html", body).find("recurrentService")
    assert added is not None
    assert added.findtext("nextServiceDate") == "2027/01/15"
    assert added.findtext("customer") not in {"", "null", None}


def test_a_user_is_edited_with_the_text_of_a_status(client: Client) -> None:
    body = """<request><user><mobiworkUserId>32</mobiworkUserId><firstName>Ada</firstName>
    <lastName>Willowmere</lastName><loginId>ada</loginId><status>DISABLED</status></user></request>"""
    assert client.post("user/32/edit.html", body).findtext("user/status") == "DISABLED"


def test_a_call_acts_as_the_user_it_names(client: Client) -> None:
    body = """<request><expense><amount>12.50</amount></expense></request>"""
    sent = client.send("POST", "expense/add.html", body, userId="32").text
    assert "<createdById>32</createdById>" in sent


def test_a_call_cannot_act_as_a_user_that_does_not_exist(client: Client) -> None:
    body = "<request><expense><amount>12.50</amount></expense></request>"
    assert 'code="1003"' in client.send("POST", "expense/add.html", body, userId="7").text


def test_a_vendor_is_added_and_edited(client: Client) -> None:
    body = "<request><vendor><name>{}</name></vendor></request>"
    number = client.post("vendor/add.html", body.format("A & B".replace("&", "&amp;")))
    vendor = number.findtext("vendor/mobiworkVendorId")
    edited = client.post(f"vendor/{vendor}/edit.html", body.format("C"))
    assert (number.findtext("vendor/name"), edited.findtext("vendor/name")) == ("A & B", "C")


def test_an_estimate_is_added_with_totals(client: Client) -> None:
    body = """<request><estimate><customer>700001</customer><externalId>q1</externalId>
    <dueDate>2026/12/01</dueDate><lineItems><lineItem><productId>307001</productId>
    <quantity>2</quantity><price>95</price></lineItem></lineItems></estimate></request>"""
    added = client.post("estimate/add.html", body).find("estimate")
    assert added is not None
    assert [added.findtext(name) for name in ("status", "total")] == ["Draft", "190.0"]


def test_an_integration_status_is_kept_once_the_call_is_switched_on(client: Client) -> None:
    client.switch(endpoints_off=[])
    body = "<request><integrationStatus>SYNCED</integrationStatus></request>"
    client.post("invoice/5501/updateIntegrationStatus.html", body)
    seen = client.get("invoice/5501/view.html")
    assert seen.findtext("invoice/integrationStatus") == "SYNCED"

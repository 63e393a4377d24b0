from xml.etree.ElementTree import Element

import pytest

from tests.simulators.mobiwork.running import Client, error_of

# Product 307001 is labor, not taxable; 307017 is the first ball valve, taxable.
LINES = """<lineItems><lineItem><productId>307001</productId><quantity>1.5</quantity>
<price>95.00</price></lineItem><lineItem><productId>307030</productId><quantity>3</quantity>
<price>14.75</price><taxable>true</taxable></lineItem></lineItems>"""
NEW = f"""<request><invoice><customer>700001</customer><externalId>x</externalId>
<dueDate>2026/11/30</dueDate>{LINES}</invoice></request>"""
PAID = "<request><payment><invoiceId>{}</invoiceId><amount>{}</amount>{}</payment></request>"
DAY = "<paymentDate>2026/11/03</paymentDate>"


def added(client: Client, body: str = NEW) -> Element:
    invoice = client.post("invoice/add.html", body).find("invoice")
    assert invoice is not None
    return invoice


def pay(client: Client, number: str | None, amount: str) -> Element:
    return client.post("payment/add.html", PAID.format(number, amount, DAY))


def view(client: Client, number: str | None) -> Element:
    invoice = client.get(f"invoice/{number}/view.html").find("invoice")
    assert invoice is not None
    return invoice


def test_an_added_invoice_is_totalled_with_the_tax_of_the_state(client: Client) -> None:
    names = ("subTotal", "taxAmount", "total", "balance", "status")
    shown = [added(client).findtext(name) for name in names]
    assert shown == ["186.75", "3.1", "189.85", "189.85", "OPEN"]


def test_lines_and_tax_are_rounded_half_up(client: Client) -> None:
    body = NEW.replace("1.5", "0.5").replace("95.00", "0.87").replace("14.75", "1.55")
    invoice = added(client, body)
    totals = [row.text for row in invoice.findall("lineItems/lineItem/total")]
    assert totals == ["0.44", "4.65"]
    assert invoice.findtext("taxAmount") == "0.33"


def test_a_customer_that_is_exempt_pays_no_tax(client: Client) -> None:
    client.admin("PATCH", "records/customer/700001", {"taxable": False})
    assert added(client).findtext("taxAmount") == "0.0"


def test_a_line_takes_the_name_of_its_product(client: Client) -> None:
    assert added(client).findtext("lineItems/lineItem/productName") == "Plumbing labor, hour"


def test_invoice_dates_are_printed_as_java_prints_them(client: Client) -> None:
    assert added(client).findtext("dueDate") == "Mon Nov 30 00:00:00 EST 2026"


def test_java_dates_can_be_switched_off(client: Client) -> None:
    client.switch(java_dates=False)
    assert added(client).findtext("dueDate") == "2026/11/30 00:00:00"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<externalId>x</externalId>", "", "1005"),
        ("<dueDate>2026/11/30</dueDate>", "", "1005"),
        ("<customer>700001</customer>", "", "1005"),
        ("<customer>700001</customer>", "<customer>1</customer>", "1003"),
        ("307001", "999999", "1003"),
        ("2026/11/30", "11/30/2026", "1006"),
        ("2026/11/30", "Mon Nov 30 00:00:00 EST 2026", "1006"),
        ("2026/11/30", "2026/13/30", "1006"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused(
    client: Client, old: str, new: str, code: str
) -> None:
    assert error_of(client.post("invoice/add.html", NEW.replace(old, new))) == ("2", code)


def test_an_invoice_shows_its_customer_under_other_names(client: Client) -> None:
    customer = added(client).find("customer")
    assert customer is not None
    assert [child.tag for child in customer] == [
        "status",
        "address",
        "assignedTo",
        "companyName",
        "externalCustomerId",
        "primaryContact",
        "taxable",
        "typeId",
    ]


def test_an_invoice_follows_a_change_of_its_customer(client: Client) -> None:
    number = added(client).findtext("mobiworkInvoiceId")
    body = "<request><invoice><externalId>x</externalId></invoice></request>"
    client.post("invoice/list.html", body)
    client.admin("PATCH", "records/customer/700001", {"contact": {"firstName": "Zelda"}})
    listed = client.post("invoice/list.html", body)
    assert listed.findtext("invoiceList/invoice/customer/primaryContact/firstName") == "Zelda"
    assert view(client, number).findtext("customer/primaryContact/firstName") == "Zelda"


def test_an_edit_without_lines_empties_the_lines(client: Client) -> None:
    number = added(client).findtext("mobiworkInvoiceId")
    body = NEW.replace(LINES, "").replace("<customer>700001</customer>", "")
    edited = client.post(f"invoice/{number}/edit.html", body)
    assert edited.findtext("invoice/total") == "0.0"


def test_an_edit_does_not_move_an_invoice_to_another_customer(client: Client) -> None:
    number = added(client).findtext("mobiworkInvoiceId")
    client.post(f"invoice/{number}/edit.html", NEW.replace("700001", "700002"))
    assert view(client, number).findtext("customerId") == "700001"


def test_filters_outside_of_the_wrapper_are_ignored(client: Client) -> None:
    added(client)
    inside = "<request><invoice><status>Nothing</status></invoice></request>"
    outside = "<request><status>Nothing</status></request>"
    assert client.post("invoice/list.html", inside).find("invoiceList/invoice") is None
    assert client.post("invoice/list.html", outside).find("invoiceList/invoice") is not None


def test_empty_filters_are_no_filters(client: Client) -> None:
    body = "<request><invoice><status></status><integrationStatus/></invoice></request>"
    assert len(client.post("invoice/list.html", body).findall("invoiceList/invoice")) == 130


def test_created_dates_are_filtered_by_whole_days(client: Client, today: str) -> None:
    added(client)
    day = today.replace("-", "/")
    body = (
        f"<request><invoice><createdDateFrom>{day}</createdDateFrom>"
        f"<createdDateTo>{day}</createdDateTo></invoice></request>"
    )
    assert len(client.post("invoice/list.html", body).findall("invoiceList/invoice")) == 1


def test_lists_can_come_without_lines(client: Client) -> None:
    client.switch(lines_in_list=False)
    listed = client.post("invoice/list.html", "<request/>")
    assert listed.find("invoiceList/invoice/lineItems") is None
    assert view(client, "5501").find("lineItems/lineItem") is not None


def test_a_payment_lowers_the_balance(client: Client) -> None:
    number = added(client).findtext("mobiworkInvoiceId")
    pay(client, number, "100.00")
    after = view(client, number)
    assert (after.findtext("balance"), after.findtext("status")) == ("89.85", "OPEN")


def test_the_last_payment_marks_the_invoice_as_paid(client: Client) -> None:
    number = added(client).findtext("mobiworkInvoiceId")
    pay(client, number, "100.00")
    pay(client, number, "89.85")
    after = view(client, number)
    assert (after.findtext("balance"), after.findtext("status")) == ("0.0", "Paid")


def test_an_overpayment_is_a_negative_balance(client: Client) -> None:
    number = added(client).findtext("mobiworkInvoiceId")
    pay(client, number, "200")
    assert view(client, number).findtext("balance") == "-10.15"


def test_a_payment_is_printed_as_the_sample_shows(client: Client) -> None:
    payment = pay(client, "5501", "1.5").find("payment")
    assert payment is not None
    names = ("amount", "status", "paymentType", "paymentDate", "createdBy", "externalId")
    shown = [payment.findtext(name) for name in names]
    assert shown == ["1.50", "CREATED", "PAYMENT", "2026/11/03", "31", "null"]


@pytest.mark.parametrize(
    ("number", "amount", "code"),
    [("999999", "1.00", "1003"), ("5501", "0", "1006"), ("5501", "-5", "1006")],
)
def test_a_payment_that_cannot_be_is_refused(
    client: Client, number: str, amount: str, code: str
) -> None:
    assert error_of(pay(client, number, amount)) == ("2", code)


def test_payments_are_listed_by_a_get_with_a_body(client: Client) -> None:
    pay(client, "5501", "1.00")
    body = "<request><invoiceId>5501</invoiceId></request>"
    found = client.get("payment/list.html", body).findall("paymentList/payment/invoiceId")
    assert {one.text for one in found} == {"5501"}


def test_payments_can_be_listed_by_post(client: Client) -> None:
    client.switch(payment_list_takes_post=True)
    assert client.post("payment/list.html", "<request/>").find("paymentList/payment") is not None


@pytest.mark.parametrize(("names", "found"), [("sample", True), ("table", False), ("both", False)])
def test_payments_may_know_the_date_names_of_the_table(
    client: Client, names: str, *, found: bool
) -> None:
    client.switch(payment_filters=names)
    table = "<request><createdDateFrom>2030/01/01</createdDateFrom></request>"
    answer = client.get("payment/list.html", table)
    assert (answer.find("paymentList/payment") is not None) is found


def test_payments_do_not_know_the_date_names_of_the_table(client: Client) -> None:
    sample = "<request><createdFromDate>2030/01/01</createdFromDate></request>"
    table = "<request><createdDateFrom>2030/01/01</createdDateFrom></request>"
    assert client.get("payment/list.html", sample).find("paymentList/payment") is None
    assert client.get("payment/list.html", table).find("paymentList/payment") is not None

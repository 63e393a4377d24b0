import pytest

from tests.simulators.mobiwork.running import Client, error_of

NEW = """<request><product><externalId>31,QBO</externalId><name>Copper tee</name>
<type>PARTS_MATERIALS</type><price>4.50</price><cost>1.20</cost><quantity>7</quantity>
<taxable>TRUE</taxable><category>Fittings</category></product></request>"""


def added(client: Client, body: str = NEW) -> str:
    return client.post("product/add.html", body).findtext("product/mobiworkProductId") or ""


def field(client: Client, number: str, name: str) -> str | None:
    return client.get(f"product/{number}/view.html").findtext(f"product/{name}")


def test_the_quantity_of_an_add_is_not_taken(client: Client) -> None:
    assert field(client, added(client), "quantity") == "0"


def test_the_quantity_of_an_edit_is_not_taken(client: Client) -> None:
    number = added(client)
    client.post(f"product/{number}/edit.html", NEW)
    assert field(client, number, "quantity") == "0"


def test_the_quantity_can_be_taken(client: Client) -> None:
    client.switch(quantity_taken=True)
    assert field(client, added(client), "quantity") == "7"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("price", "4.5"), ("cost", "1.2"), ("taxable", "true"), ("modelNumber", "null")],
)
def test_values_are_printed_as_java_prints_them(client: Client, name: str, shown: str) -> None:
    assert field(client, added(client), name) == shown


def test_null_text_can_be_switched_off(client: Client) -> None:
    client.switch(null_text="never")
    assert field(client, added(client), "modelNumber") == ""


@pytest.mark.parametrize("name", ["name", "price", "quantity"])
def test_documented_requirements_hold(client: Client, name: str) -> None:
    body = NEW.replace(f"<{name}>", f"<{name}2>").replace(f"</{name}>", f"</{name}2>")
    assert error_of(client.post("product/add.html", body)) == ("2", "1005")


@pytest.mark.parametrize("price", ["4,50", "1e9", "NaN", "four", "--1", "٤"])
def test_a_price_is_a_plain_number(client: Client, price: str) -> None:
    assert error_of(client.post("product/add.html", NEW.replace("4.50", price))) == ("2", "1006")


def test_disabled_products_are_hidden_unless_asked_for(client: Client) -> None:
    number = added(client, NEW.replace("<category>", "<enabled>false</enabled><category>"))
    hidden = "<request><externalId>31,QBO</externalId></request>"
    shown = "<request><externalId>31,QBO</externalId><disabled>true</disabled></request>"
    assert client.post("product/list.html", hidden).find("productList/product") is None
    listed = client.post("product/list.html", shown)
    assert listed.findtext("productList/product/mobiworkProductId") == number


@pytest.mark.parametrize("kind", ["PARTS_MATERIALS", "PRODUCT", "SERVICES"])
def test_products_are_listed_by_type(client: Client, kind: str) -> None:
    body = f"<request><productType>{kind}</productType></request>"
    types = [one.text for one in client.post("product/list.html", body).iter("type")]
    assert set(types) == {kind}


def test_a_delete_takes_a_post_only_where_that_is_switched_on(client: Client) -> None:
    address = "product/307001/delete.html"
    assert client.send("POST", address, "<request/>").status_code == 405
    client.switch(delete_takes_post=True)
    assert client.post(address, "<request/>").text == "Product delete is successful"


def test_a_product_is_deleted(client: Client) -> None:
    number = added(client)
    assert client.get(f"product/{number}/delete.html").text == "Product delete is successful"
    assert error_of(client.get(f"product/{number}/view.html")) == ("2", "1003")

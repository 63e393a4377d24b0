from xml.etree.ElementTree import Element

import pytest

from tests.simulators.mobiwork.running import Client, error_of

ADDRESS = "<address1>12 Canal St</address1><city>Tampa</city><state>FL</state>"
CONTACT = "<firstName>Ada</firstName><lastName>Willowmere</lastName>"
NEW = f"""<request><customer><externalCustomerId>112,QBO</externalCustomerId>
<companyName>Blue Heron &amp; Co.</companyName><type>BUSINESS</type>
<address>{ADDRESS}</address><contact>{CONTACT}<pin>4711</pin></contact>
<addressList><address>{ADDRESS}</address></addressList>
<contactList><contact>{CONTACT}</contact></contactList></customer></request>"""


def added(client: Client, body: str = NEW) -> Element:
    customer = client.post("customer/add.html", body).find("customer")
    assert customer is not None
    return customer


def test_an_added_customer_can_be_viewed(client: Client) -> None:
    number = added(client).findtext("mobiworkCustomerId")
    seen = client.get(f"customer/{number}/view.html").find("customer")
    assert seen is not None
    assert seen.findtext("companyName") == "Blue Heron & Co."
    assert seen.findtext("contact/customerId") == number


def test_the_state_is_written_as_code_and_read_as_name(client: Client) -> None:
    assert added(client).findtext("address/state") == "Florida"


def test_state_names_can_be_switched_off(client: Client) -> None:
    client.switch(full_state_names=False)
    assert added(client).findtext("address/state") == "FL"


def test_the_portal_pin_is_never_shown(client: Client) -> None:
    assert added(client).find("contact/pin") is None


def test_the_main_address_heads_the_list_of_addresses(client: Client) -> None:
    customer = added(client)
    ids = [one.findtext("addressId") for one in customer.iterfind("addressList/address")]
    assert ids == [customer.findtext("address/addressId")]


def test_the_type_can_be_a_number(client: Client) -> None:
    body = NEW.replace("<type>BUSINESS</type>", "<type>1</type>")
    assert added(client, body).findtext("type") == "RESIDENTIAL"


def test_the_type_is_business_unless_told(client: Client) -> None:
    assert added(client, NEW.replace("<type>BUSINESS</type>", "")).findtext("type") == "BUSINESS"


@pytest.mark.parametrize(
    "left_out",
    [
        f"<contact>{CONTACT}<pin>4711</pin></contact>",
        f"<addressList><address>{ADDRESS}</address></addressList>",
        "<lastName>Willowmere</lastName>",
    ],
)
def test_a_required_element_cannot_be_left_out(client: Client, left_out: str) -> None:
    body = NEW.replace(left_out, "")
    assert error_of(client.post("customer/add.html", body)) == ("2", "1005")


def test_an_add_needs_the_element_of_the_entity(client: Client) -> None:
    body = NEW.replace("customer>", "client>")
    assert error_of(client.post("customer/add.html", body)) == ("2", "1005")


def test_requirements_can_be_switched_off(client: Client) -> None:
    client.switch(required_checked=False)
    assert (
        client.post("customer/add.html", "<request><customer/></request>").get("statusCode") == "1"
    )


def test_an_unknown_type_fails(client: Client) -> None:
    body = NEW.replace("BUSINESS", "CHARITY")
    assert error_of(client.post("customer/add.html", body)) == ("2", "1006")


def test_add_does_not_know_the_names_of_edit(client: Client) -> None:
    body = NEW.replace("externalCustomerId", "externalId")
    assert not added(client, body).findtext("externalCustomerId")


def test_names_of_both_calls_can_be_switched_on(client: Client) -> None:
    client.switch(names_per_call=False)
    body = NEW.replace("externalCustomerId", "externalId")
    assert added(client, body).findtext("externalCustomerId") == "112,QBO"


EDIT = f"""<request><customer><companyName>Blue Heron LLC</companyName><externalId>9</externalId>
<address>{ADDRESS}</address><primaryContact>{CONTACT}</primaryContact></customer></request>"""


def test_an_edit_changes_what_it_names(client: Client) -> None:
    number = added(client).findtext("mobiworkCustomerId")
    edited = client.post(f"customer/{number}/edit.html", EDIT).find("customer")
    assert edited is not None
    assert edited.findtext("companyName") == "Blue Heron LLC"
    assert edited.findtext("externalCustomerId") == "9"


@pytest.mark.parametrize(("clears", "left"), [(True, ""), (False, "112,QBO")])
def test_an_edit_empties_what_it_leaves_out(client: Client, clears: bool, left: str) -> None:
    client.switch(edit_clears_omitted=clears)
    number = added(client).findtext("mobiworkCustomerId")
    body = EDIT.replace("<externalId>9</externalId>", "")
    edited = client.post(f"customer/{number}/edit.html", body)
    assert edited.findtext("customer/externalCustomerId") == left


def test_an_edit_keeps_the_ids_of_address_and_contact(client: Client) -> None:
    before = added(client)
    number = before.findtext("mobiworkCustomerId")
    after = client.post(f"customer/{number}/edit.html", EDIT)
    paths = ("address/addressId", "contact/contactId", "contact/customerId")
    assert [after.findtext(f"customer/{path}") for path in paths] == [
        before.findtext(path) for path in paths
    ]


def test_an_edit_cannot_change_what_mobiwork_measures(client: Client) -> None:
    client.admin("PATCH", "records/customer/700001", {"address": {"baseDistance": "12"}})
    body = EDIT.replace(ADDRESS, f"{ADDRESS}<baseDistance>99</baseDistance>")
    after = client.post("customer/700001/edit.html", body)
    assert after.findtext("customer/address/baseDistance") == "12"


@pytest.mark.parametrize("state", ["FL", "Florida", " florida "])
def test_a_state_is_taken_as_code_or_name(client: Client, state: str) -> None:
    client.switch(full_state_names=False)
    body = NEW.replace("<state>FL</state>", f"<state>{state}</state>")
    assert added(client, body).findtext("address/state") == "FL"


def test_an_edit_keeps_further_addresses(client: Client) -> None:
    kept = client.service.account.store.records["customer"]
    number, places = next(
        (key, one["addressList"])
        for key, one in kept.items()
        if isinstance(one["addressList"], list) and len(one["addressList"]) > 1
    )
    after = client.post(f"customer/{number}/edit.html", EDIT)
    assert isinstance(places, list)
    assert len(after.findall("customer/addressList/address")) == len(places)


def test_a_customer_is_deleted_by_a_get(client: Client) -> None:
    number = added(client).findtext("mobiworkCustomerId")
    answer = client.get(f"customer/{number}/delete.html")
    assert (answer.get("statusCode"), answer.text) == ("1", "Customer delete is successful")
    assert error_of(client.get(f"customer/{number}/view.html")) == ("2", "1003")


def with_work_order(client: Client) -> str:
    orders = client.service.account.store.records["workOrder"].values()
    return str(next(iter(orders))["mobiworkCustomerId"])


def test_a_customer_with_work_orders_is_not_deleted(client: Client) -> None:
    answer = client.get(f"customer/{with_work_order(client)}/delete.html")
    assert error_of(answer) == ("2", "1010")


def test_the_refusal_can_be_switched_off(client: Client) -> None:
    client.switch(refuse_delete_with_work_orders=False)
    answer = client.get(f"customer/{with_work_order(client)}/delete.html")
    assert answer.get("statusCode") == "1"


def test_a_view_by_external_id_ignores_the_id_in_the_path(client: Client) -> None:
    number = added(client).findtext("mobiworkCustomerId")
    seen = client.get("customer/0/view.html", externalId="112,QBO")
    assert seen.findtext("customer/mobiworkCustomerId") == number


def test_single_customers_have_tags_with_stray_blanks(client: Client) -> None:
    assert "< address2>" in client.send("GET", "customer/700001/view.html").text


def test_stray_blanks_can_be_switched_off(client: Client) -> None:
    client.switch(stray_blanks=False)
    assert "< address2>" not in client.send("GET", "customer/700001/view.html").text


def test_missing_values_of_a_customer_are_empty(client: Client) -> None:
    assert "null" not in client.send("GET", "customer/700001/view.html").text


def test_missing_values_can_be_null_everywhere(client: Client) -> None:
    client.switch(null_text="always")
    assert added(client, NEW).findtext("closingDate") == "null"


CONSTRAINT = """<request><scheduleConstraint><scheduleConstraintId>{}</scheduleConstraintId>
<fromTime>{}</fromTime><toTime>0:0</toTime></scheduleConstraint></request>"""


def constraints(client: Client) -> list[str | None]:
    listed = client.get("customer/700001/scheduleConstraint/list.html")
    return [one.text for one in listed.iter("fromTime")]


def test_a_schedule_constraint_is_added_and_listed(client: Client) -> None:
    body = CONSTRAINT.format("", "8:30")
    answer = client.post("customer/700001/scheduleConstraint/add.html", body)
    assert answer.text == "Schedule constraint is saved successfully"
    assert constraints(client) == ["8:30"]


def test_a_schedule_constraint_with_an_id_is_edited(client: Client) -> None:
    for number, time in (("", "8:30"), ("91001", "9:0")):
        body = CONSTRAINT.format(number, time)
        client.post("customer/700001/scheduleConstraint/add.html", body)
    assert constraints(client) == ["9:0"]


@pytest.mark.parametrize(("sent", "shown"), [("08:30", "8:30"), ("9:05", "9:5"), ("0:0", "0:0")])
def test_a_time_of_the_day_is_not_padded(client: Client, sent: str, shown: str) -> None:
    client.post("customer/700001/scheduleConstraint/add.html", CONSTRAINT.format("", sent))
    assert constraints(client) == [shown]


@pytest.mark.parametrize("sent", ["24:00", "8:60", "early", "8"])
def test_what_is_no_time_of_the_day_fails(client: Client, sent: str) -> None:
    answer = client.post("customer/700001/scheduleConstraint/add.html", CONSTRAINT.format("", sent))
    assert error_of(answer) == ("2", "1006")


@pytest.mark.parametrize("call", ["edit", "delete"])
def test_an_external_id_in_the_address_chooses_for_a_view_only(client: Client, call: str) -> None:
    client.admin("PATCH", "records/customer/700002", {"externalCustomerId": "112,QBO"})
    path, method = f"customer/999/{call}.html", "GET" if call == "delete" else "POST"
    answer = client.send(method, path, "<request><customer/></request>", externalId="112,QBO")
    assert 'code="1003"' in answer.text


def test_a_schedule_constraint_of_another_customer_is_not_edited(client: Client) -> None:
    client.post("customer/700001/scheduleConstraint/add.html", CONSTRAINT.format("", "8:30"))
    body = CONSTRAINT.format("91001", "9:0")
    answer = client.post("customer/700002/scheduleConstraint/add.html", body)
    assert error_of(answer) == ("2", "1003")
    assert constraints(client) == ["8:30"]


def test_the_credit_option_answers_with_a_message(client: Client) -> None:
    body = "<request><maxCreditLimit>500</maxCreditLimit></request>"
    answer = client.post("customer/addCustomerCreditPaymentOption.html", body)
    assert answer.findtext("message")

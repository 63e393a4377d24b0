import base64

import pytest

from simulators.quickbooks.world import REALM
from tests.simulators.node.conftest import Client, RefusedError, content
from tests.simulators.node.node_calls import PLURALS, an_invoice, first, name, ref, rows
from tests.simulators.quickbooks.conftest import Simulator


def test_a_stale_sync_token_is_refused(qbo: Client) -> None:
    made = qbo.createVendor({"DisplayName": name("Rope Maker")})
    change = {"Id": made["Id"], "SyncToken": "0", "CompanyName": "Ropes"}
    qbo.updateVendor(change)
    with pytest.raises(RefusedError) as refusal:
        qbo.updateVendor(change | {"CompanyName": "Cords"})
    assert (refusal.value.status, refusal.value.code) == (400, "5010")


def test_a_taken_name_is_refused_across_customers_and_vendors(qbo: Client) -> None:
    taken = name("One and Only")
    qbo.createVendor({"DisplayName": taken})
    with pytest.raises(RefusedError) as refusal:
        qbo.createCustomer({"DisplayName": taken.upper()})
    assert refusal.value.body["Fault"]["type"] == "ValidationFault"
    assert refusal.value.code == "6240"


def test_a_request_id_sent_twice_gives_the_same_payment(qbo: Client) -> None:
    customer = qbo.createCustomer({"DisplayName": name("Impatient")})
    payment = {"CustomerRef": ref(customer), "TotalAmt": 7, "requestId": name("retry")}
    assert qbo.createPayment(payment)["Id"] == qbo.createPayment(payment)["Id"]
    assert len(rows(qbo.findPayments({"CustomerRef": customer["Id"]}), "Payment")) == 1


def test_criteria_arrays_order_and_page(qbo: Client) -> None:
    label = name("Paged")
    for letter in "cabd":
        qbo.createCustomer({"DisplayName": f"{label} {letter}"})
    criteria = [{"field": "DisplayName", "value": f"{label}%", "operator": "LIKE"}]
    page = [
        *criteria,
        {"field": "desc", "value": "DisplayName"},
        {"field": "limit", "value": 2},
        {"field": "offset", "value": 2},
    ]
    found = rows(qbo.findCustomers(page), "Customer")
    assert [customer["DisplayName"][-1] for customer in found] == ["c", "b"]
    counted = qbo.findCustomers([*criteria, {"count": True}])
    assert counted["QueryResponse"] == {"totalCount": 4}


def test_an_in_list_finds_inactive_records_too(qbo: Client) -> None:
    made = qbo.createClass({"Name": name("Gone")})
    qbo.updateClass({"Id": made["Id"], "SyncToken": "0", "Active": False, "Name": made["Name"]})
    found = qbo.findClasses([{"Id": [made["Id"]]}, {"Active": [True, False]}])
    assert [record["Active"] for record in rows(found, "Class")] == [False]


def test_fetch_all_walks_every_page(qbo: Client) -> None:
    count = qbo.findAccounts({"count": True})["QueryResponse"]["totalCount"]
    found = rows(qbo.findAccounts({"fetchAll": True, "limit": 20}), "Account")
    assert len({account["Id"] for account in found}) == count > 40


@pytest.mark.parametrize("odd", ["O'Hara & Sons", "100% Wool #1", "a+b=c <d>", "Café Übersee"])
def test_names_with_odd_characters_are_found_again(qbo: Client, odd: str) -> None:
    made = qbo.createCustomer({"DisplayName": name(odd)})
    found = rows(qbo.findCustomers({"DisplayName": made["DisplayName"]}), "Customer")
    assert [customer["Id"] for customer in found] == [made["Id"]]


def test_a_backslash_in_a_name_is_found_again_when_it_is_escaped(qbo: Client) -> None:
    made = qbo.createCustomer({"DisplayName": name("Back\\slash")})
    escaped = made["DisplayName"].replace("\\", "\\\\")
    assert len(rows(qbo.findCustomers({"DisplayName": escaped}), "Customer")) == 1


def test_a_query_of_a_property_that_is_not_queryable_is_refused(qbo: Client) -> None:
    with pytest.raises(RefusedError) as refusal:
        qbo.findCustomers({"Notes": "x"})
    assert refusal.value.code == "4001"


def test_twenty_five_attachables_are_made_in_one_batch(qbo: Client) -> None:
    notes = [{"bId": str(n), "operation": "create", "Attachable": {"Note": f"n{n}"}}
             for n in range(25)]  # fmt: skip
    answers = qbo.batch(notes)["BatchItemResponse"]
    assert [answer["bId"] for answer in answers] == [str(n) for n in range(25)]
    assert {"Fault"} & {key for answer in answers for key in answer} == set()


def test_a_batch_answers_a_fault_for_the_item_that_fails_only(qbo: Client) -> None:
    fine = name("Batched")
    answers = qbo.batch(
        [
            {"bId": "a", "operation": "create", "Customer": {"DisplayName": fine}},
            {"bId": "b", "operation": "create", "Customer": {"DisplayName": "no:colons"}},
            {"bId": "c", "Query": "select * from Term maxresults 2"},
        ]
    )["BatchItemResponse"]
    told = {answer["bId"]: answer for answer in answers}
    assert told["a"]["Customer"]["DisplayName"] == fine
    assert told["b"]["Fault"]["Error"][0]["code"] == "2040"
    assert len(told["c"]["QueryResponse"]["Term"]) == 2


def test_change_data_capture_tells_of_changes_and_deletions(app: Simulator, qbo: Client) -> None:
    since = app.sim("clock", {})["now"]
    kept, gone = an_invoice(qbo), an_invoice(qbo)
    qbo.deleteInvoice(gone["Id"])
    blocks = qbo.changeDataCapture(["Invoice", "Vendor"], since)["CDCResponse"][0]["QueryResponse"]
    invoices = next(block["Invoice"] for block in blocks if "Invoice" in block)
    told = {invoice["Id"]: invoice.get("status", "") for invoice in invoices}
    assert (told[kept["Id"]], told[gone["Id"]]) == ("", "Deleted")


@pytest.mark.parametrize("form", ["Invoice", "Estimate", "SalesReceipt", "CreditMemo"])
def test_a_sales_form_is_printed_and_mailed(app: Simulator, qbo: Client, form: str) -> None:
    app.sim("reset")
    key = first(qbo, PLURALS[form], form)["Id"]
    printed = getattr(qbo, f"get{form}Pdf")(key)
    assert base64.b64decode(printed["$bytes"]).startswith(b"%PDF-")
    mailed = getattr(qbo, f"send{form}Pdf")(key, "someone@company.example")
    assert mailed["EmailStatus"] == "EmailSent"


def test_a_file_is_uploaded_and_tied_to_an_invoice(app: Simulator, qbo: Client) -> None:
    invoice = an_invoice(qbo)
    made = qbo.upload("note.txt", "text/plain", content(b"lamp oil"), "Invoice", invoice["Id"])
    read = qbo.getAttachable(made["Id"])
    assert read["AttachableRef"][0]["EntityRef"] == {"type": "Invoice", "value": invoice["Id"]}
    link = app.call("GET", f"download/{made['Id']}").text
    assert app.session.get(link, timeout=9).content == b"lamp oil"


def test_a_file_of_a_forbidden_type_is_refused_inside_a_good_answer(qbo: Client) -> None:
    with pytest.raises(RefusedError) as refusal:
        qbo.upload("run.exe", "application/x-msdownload", content(b"MZ"))
    assert refusal.value.code == "6041"


def test_notes_are_created_changed_and_deleted(qbo: Client) -> None:
    made = qbo.createAttachable({"Note": "My File"})
    changed = qbo.updateAttachable(made | {"Note": "My Updated File", "sparse": False})
    deleted = qbo.deleteAttachable(made["Id"])["Attachable"]
    assert (changed["Note"], deleted["status"]) == ("My Updated File", "Deleted")


def test_company_and_preferences_are_read(qbo: Client) -> None:
    assert qbo.getCompanyInfo(REALM)["Country"] == "US"
    assert "CustomTxnNumbers" in qbo.getPreferences()["SalesFormsPrefs"]


def test_a_missing_object_is_refused(qbo: Client) -> None:
    with pytest.raises(RefusedError) as refusal:
        qbo.getInvoice("999999")
    assert (refusal.value.status, refusal.value.code) == (400, "610")


def test_an_unknown_property_is_refused_by_its_name(qbo: Client) -> None:
    with pytest.raises(RefusedError) as refusal:
        qbo.createCustomer({"DisplayName": name("Odd"), "Shoe": 44})
    assert refusal.value.code == "2010"
    assert "Shoe" in refusal.value.body["Fault"]["Error"][0]["Detail"]


def test_a_revoked_client_is_told_by_the_gateway(app: Simulator, qbo: Client) -> None:
    app.sim("disconnect", {})
    with pytest.raises(RefusedError) as refusal:
        qbo.getPreferences()
    assert (refusal.value.status, refusal.value.body["fault"]["type"]) == (401, "AUTHENTICATION")


def test_the_client_refreshes_and_revokes(app: Simulator, qbo: Client) -> None:
    issued = qbo.refreshAccessToken()
    assert qbo.getCompanyInfo(REALM)["CompanyName"]
    qbo.revokeAccess(True)
    answer = app.tokens(grant_type="refresh_token", refresh_token=issued["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_throttled_client_is_told_429(app: Simulator, qbo: Client) -> None:
    app.sim("faults", {"kind": "throttle"})
    with pytest.raises(RefusedError) as refusal:
        qbo.findCustomers({"limit": 1})
    assert (refusal.value.status, refusal.value.code) == (429, "3001")

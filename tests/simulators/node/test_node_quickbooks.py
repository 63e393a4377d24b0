"""Drives the simulator with node-quickbooks, as published, over HTTP."""

import base64
import itertools
from typing import Any

import pytest

from simulators.quickbooks.world import REALM
from tests.simulators.node.conftest import Client, RefusedError, content
from tests.simulators.quickbooks.conftest import Simulator

NUMBERS = itertools.count(1)
ENTITIES = """Account Accounts, Bill Bills, BillPayment BillPayments, Class Classes,
CompanyCurrency CompanyCurrencies, CompanyInfo CompanyInfos, CreditMemo CreditMemos,
CustomerType CustomerTypes, Customer Customers, Department Departments, Deposit Deposits,
Employee Employees, Estimate Estimates, Invoice Invoices, Item Items, JournalEntry JournalEntries,
PaymentMethod PaymentMethods, Payment Payments, Preferences Preferenceses,
PurchaseOrder PurchaseOrders, Purchase Purchases, RefundReceipt RefundReceipts,
SalesReceipt SalesReceipts, TaxAgency TaxAgencies, TaxCode TaxCodes, TaxRate TaxRates, Term Terms,
TimeActivity TimeActivities, Transfer Transfers, VendorCredit VendorCredits, Vendor Vendors"""
PLURALS: dict[str, str] = dict([pair.split() for pair in ENTITIES.split(",")])
UPDATED = """Account Bill BillPayment Class CreditMemo Customer Department Deposit Employee Estimate
Invoice Item JournalEntry PaymentMethod Payment PurchaseOrder RefundReceipt Term TimeActivity
Transfer VendorCredit Vendor"""
DELETED = """Bill CreditMemo Estimate Invoice JournalEntry PurchaseOrder RefundReceipt TimeActivity
Transfer VendorCredit"""
REPORTS = """AccountListDetail AgedPayableDetail AgedPayables AgedReceivableDetail AgedReceivables
BalanceSheet CashFlow ClassSales CustomerBalance CustomerBalanceDetail CustomerIncome CustomerSales
DepartmentSales GeneralLedgerDetail InventoryValuationSummary ItemSales JournalReport ProfitAndLoss
ProfitAndLossDetail TaxSummary TransactionList TransactionListByCustomer TransactionListByVendor
TransactionListWithSplits TrialBalance TrialBalanceFR VendorBalance VendorBalanceDetail
VendorExpenses"""


def name(label: str) -> str:
    return f"{label} {next(NUMBERS)}"


def rows(found: Any, entity: str) -> list[dict[str, Any]]:
    return list(found["QueryResponse"].get(entity, []))


def first(qbo: Client, plural: str, entity: str, **where: Any) -> dict[str, Any]:
    method = getattr(qbo, f"find{plural}")
    return rows(method(where | {"limit": 1}), entity)[0]


def ref(record: dict[str, Any]) -> dict[str, str]:
    return {"value": record["Id"]}


def sale(item: dict[str, Any], amount: float = 100) -> dict[str, Any]:
    detail = {"ItemRef": ref(item), "TaxCodeRef": {"value": "NON"}}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def expense(account: dict[str, Any], amount: float = 80) -> dict[str, Any]:
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": ref(account)},
    }


def an_invoice(qbo: Client, **more: Any) -> dict[str, Any]:
    item = first(qbo, "Items", "Item", Type="Service")
    customer = qbo.createCustomer({"DisplayName": name("Lighthouse")})
    body = {"CustomerRef": ref(customer), "Line": [sale(item)]}
    return dict(qbo.createInvoice(body | more))


@pytest.mark.parametrize(("entity", "plural"), PLURALS.items())
def test_every_entity_of_a_sample_company_is_found(qbo: Client, entity: str, plural: str) -> None:
    found = getattr(qbo, f"find{plural}")({"limit": 2})
    beyond = 3 if entity == "TaxCode" else 0  # TAX, NON and CustomSalesTax do not count
    assert len(rows(found, entity)) in {1, 2 + beyond}
    assert found["QueryResponse"]["startPosition"] == 1


@pytest.mark.parametrize("entity", UPDATED.split())
def test_what_was_read_may_be_sent_back_as_an_update(qbo: Client, entity: str) -> None:
    plural = PLURALS[entity]
    read = getattr(qbo, f"get{entity}")(first(qbo, plural, entity)["Id"])
    saved = getattr(qbo, f"update{entity}")(read | {"sparse": True})
    assert saved["Id"] == read["Id"]
    assert int(saved["SyncToken"]) - int(read["SyncToken"]) in {0, 1}


@pytest.mark.parametrize("entity", DELETED.split())
def test_a_transaction_is_deleted_by_its_id_alone(app: Simulator, qbo: Client, entity: str) -> None:
    app.sim("reset")
    plural = PLURALS[entity]
    key = first(qbo, plural, entity)["Id"]
    told = getattr(qbo, f"delete{entity}")(key)[entity]
    assert told == {"status": "Deleted", "domain": "QBO", "Id": key}
    assert rows(getattr(qbo, f"find{plural}")({"Id": key}), entity) == []


@pytest.mark.parametrize("report", REPORTS.split())
def test_a_report_has_a_header_columns_and_rows(app: Simulator, qbo: Client, report: str) -> None:
    app.sim("reset")
    made = getattr(qbo, f"report{report}")({"start_date": "2020-01-01"})
    assert made["Header"]["StartPeriod"] == "2020-01-01"
    assert len(made["Columns"]["Column"]) > 1
    assert made["Rows"]["Row"]


def last(line: dict[str, Any]) -> float:
    return float(line.get("Summary", line)["ColData"][-1]["value"])


def test_what_customers_owe_is_the_same_in_three_reports(app: Simulator, qbo: Client) -> None:
    app.sim("reset")
    an_invoice(qbo)
    aged = sum(last(line) for line in qbo.reportAgedReceivables({})["Rows"]["Row"])
    detail = sum(last(line) for line in qbo.reportCustomerBalanceDetail({})["Rows"]["Row"])
    debits = {
        line["ColData"][0]["value"]: line["ColData"][1]["value"]
        for line in qbo.reportTrialBalance({})["Rows"]["Row"]
        if "ColData" in line
    }
    owed = float(debits["Accounts Receivable (A/R)"])
    assert [aged, detail] == pytest.approx([owed, owed])


def test_cash_changes_by_what_the_bank_holds(app: Simulator, qbo: Client) -> None:
    app.sim("reset")
    told = last(qbo.reportCashFlow({})["Rows"]["Row"][-1])
    banks = rows(qbo.findAccounts({"AccountType": "Bank"}), "Account")
    assert told == pytest.approx(sum(bank["CurrentBalance"] for bank in banks))


def test_a_customer_is_created_changed_and_made_inactive(qbo: Client) -> None:
    made = qbo.createCustomer({"DisplayName": name("Harbor Cafe"), "Notes": "old"})
    changed = qbo.updateCustomer({"Id": made["Id"], "SyncToken": "0", "Notes": "new"})
    hidden = qbo.updateCustomer({"Id": made["Id"], "SyncToken": "1", "Active": False})
    assert (changed["DisplayName"], changed["Notes"]) == (made["DisplayName"], "new")
    assert hidden["Active"] is False
    assert rows(qbo.findCustomers({"DisplayName": made["DisplayName"]}), "Customer") == []


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


def test_accounts_terms_classes_departments_and_methods_are_created(qbo: Client) -> None:
    made = [
        qbo.createAccount({"Name": name("Petty Cash"), "AccountSubType": "CashOnHand"}),
        qbo.createTerm({"Name": name("Net"), "DueDays": 7}),
        qbo.createClass({"Name": name("North")}),
        qbo.createDepartment({"Name": name("Workshop")}),
        qbo.createPaymentMethod({"Name": name("Barter")}),
        qbo.createTaxAgency({"DisplayName": name("Agency")}),
    ]
    assert [record["SyncToken"] for record in made] == ["0"] * 6


def test_an_item_is_sold_on_an_invoice(qbo: Client) -> None:
    income = first(qbo, "Accounts", "Account", AccountType="Income")
    item = qbo.createItem(
        {"Name": name("Lamp"), "Type": "NonInventory", "IncomeAccountRef": ref(income)}
    )
    invoice = an_invoice(qbo, Line=[sale(item, 12.34)])
    assert (invoice["TotalAmt"], invoice["Balance"]) == (12.34, 12.34)


def test_a_payment_settles_an_invoice_and_voiding_it_opens_the_invoice_again(qbo: Client) -> None:
    invoice = an_invoice(qbo)
    link = {"Amount": 100, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    payment = qbo.createPayment(
        {"CustomerRef": invoice["CustomerRef"], "TotalAmt": 100, "Line": [link]}
    )
    settled = qbo.getInvoice(invoice["Id"])["Balance"]
    voided = qbo.voidPayment({"Id": payment["Id"], "SyncToken": payment["SyncToken"]})
    assert (settled, qbo.getInvoice(invoice["Id"])["Balance"]) == (0, 100)
    assert (voided["TotalAmt"], voided["PrivateNote"]) == (0, "Voided")


def test_an_invoice_is_voided_by_its_id_alone(qbo: Client) -> None:
    invoice = an_invoice(qbo)
    voided = qbo.voidInvoice(invoice["Id"])["Invoice"]
    assert (voided["TotalAmt"], voided["Balance"]) == (0, 0)
    assert voided["PrivateNote"].startswith("Voided")


def test_an_estimate_is_closed_by_the_invoice_made_from_it(qbo: Client) -> None:
    customer = qbo.createCustomer({"DisplayName": name("Quoted")})
    item = first(qbo, "Items", "Item", Type="Service")
    estimate = qbo.createEstimate({"CustomerRef": ref(customer), "Line": [sale(item)]})
    an_invoice(
        qbo,
        CustomerRef=ref(customer),
        LinkedTxn=[{"TxnId": estimate["Id"], "TxnType": "Estimate"}],
    )
    assert qbo.getEstimate(estimate["Id"])["TxnStatus"] == "Closed"


def test_a_bill_is_paid_by_check(qbo: Client) -> None:
    vendor = qbo.createVendor({"DisplayName": name("Oil Supply")})
    bank = first(qbo, "Accounts", "Account", AccountType="Bank")
    cost = first(qbo, "Accounts", "Account", AccountType="Expense")
    bill = qbo.createBill({"VendorRef": ref(vendor), "Line": [expense(cost)]})
    qbo.createBillPayment(
        {
            "VendorRef": ref(vendor),
            "PayType": "Check",
            "TotalAmt": 80,
            "CheckPayment": {"BankAccountRef": ref(bank)},
            "Line": [{"Amount": 80, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}],
        }
    )
    assert (bill["Balance"], qbo.getBill(bill["Id"])["Balance"]) == (80, 0)


def test_a_duplicate_bill_number_passes_only_when_it_is_allowed(qbo: Client) -> None:
    vendor = qbo.createVendor({"DisplayName": name("Twice Billed")})
    cost = first(qbo, "Accounts", "Account", AccountType="Expense")
    bill = {"VendorRef": ref(vendor), "DocNumber": "B-1", "Line": [expense(cost)]}
    qbo.createBill(bill)
    with pytest.raises(RefusedError) as refusal:
        qbo.createBill(bill)
    allowed = qbo.createBill(bill | {"allowDuplicateDocNum": True})
    assert (refusal.value.code, allowed["DocNumber"]) == ("6140", "B-1")


def test_a_purchase_moves_the_balance_of_its_bank_account(qbo: Client) -> None:
    bank = first(qbo, "Accounts", "Account", AccountType="Bank")
    cost = first(qbo, "Accounts", "Account", AccountType="Expense")
    qbo.createPurchase({"PaymentType": "Cash", "AccountRef": ref(bank), "Line": [expense(cost)]})
    after = qbo.getAccount(bank["Id"])
    assert after["CurrentBalance"] == pytest.approx(bank["CurrentBalance"] - 80)


def test_a_journal_entry_a_deposit_and_a_transfer_are_booked(qbo: Client) -> None:
    bank, other = rows(qbo.findAccounts({"AccountType": "Bank", "limit": 2}), "Account")
    income = first(qbo, "Accounts", "Account", AccountType="Income")
    sides = [("Debit", bank), ("Credit", income)]
    entry = qbo.createJournalEntry(
        {
            "Line": [
                {
                    "Amount": 5,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref(account)},
                }
                for side, account in sides
            ]
        }
    )
    line = {"Amount": 9, "DetailType": "DepositLineDetail"}
    line["DepositLineDetail"] = {"AccountRef": ref(income)}
    deposit = qbo.createDeposit({"DepositToAccountRef": ref(bank), "Line": [line]})
    transfer = qbo.createTransfer(
        {"Amount": 3, "FromAccountRef": ref(bank), "ToAccountRef": ref(other)}
    )
    assert (entry["Id"], deposit["TotalAmt"], transfer["Amount"]) == (entry["Id"], 9, 3)
    balance = qbo.getAccount(bank["Id"])["CurrentBalance"] - bank["CurrentBalance"]
    assert balance == pytest.approx(5 + 9 - 3)


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


def test_a_tax_code_is_made_by_the_tax_service(qbo: Client) -> None:
    rate = {"TaxRateName": "r1", "RateValue": "8", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
    made = qbo.createTaxService({"TaxCode": name("Tax"), "TaxRateDetails": [rate]})
    assert qbo.getTaxCode(made["TaxCodeId"])["Name"] == made["TaxCode"]


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

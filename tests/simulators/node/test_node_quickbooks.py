"""Drives the simulator with node-quickbooks, as published, over HTTP."""

from typing import Any

import pytest

from tests.simulators.node.conftest import Client, RefusedError
from tests.simulators.node.node_calls import PLURALS, an_invoice, first, name, ref, rows, sale
from tests.simulators.quickbooks.conftest import Simulator

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


def expense(account: dict[str, Any], amount: float = 80) -> dict[str, Any]:
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": ref(account)},
    }


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


def test_a_tax_code_is_made_by_the_tax_service(qbo: Client) -> None:
    rate = {"TaxRateName": "r1", "RateValue": "8", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
    made = qbo.createTaxService({"TaxCode": name("Tax"), "TaxRateDetails": [rate]})
    assert qbo.getTaxCode(made["TaxCodeId"])["Name"] == made["TaxCode"]

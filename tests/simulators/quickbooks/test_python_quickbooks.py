"""Drives the simulator with python-quickbooks and intuit-oauth, over HTTP."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from intuitlib.client import AuthClient  # type: ignore[import-untyped]
from intuitlib.enums import Scopes  # type: ignore[import-untyped]
from intuitlib.exceptions import AuthClientError  # type: ignore[import-untyped]
from quickbooks import QuickBooks, batch, cdc, exceptions  # type: ignore[import-untyped]
from quickbooks import objects as q
from quickbooks.objects.base import AttachableRef, CustomerMemo  # type: ignore[import-untyped]
from quickbooks.objects.companycurrency import CompanyCurrency  # type: ignore[import-untyped]
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment  # type: ignore[import-untyped]
from quickbooks.objects.customertype import CustomerType  # type: ignore[import-untyped]
from quickbooks.objects.exchangerate import ExchangeRate  # type: ignore[import-untyped]
from quickbooks.objects.recurringtransaction import (  # type: ignore[import-untyped]
    RecurringInfo,
    RecurringInvoice,
    RecurringTransaction,
    ScheduleInfo,
)
from quickbooks.objects.taxservice import TaxRateDetails, TaxService  # type: ignore[import-untyped]

from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET, REALM
from tests.simulators.quickbooks.conftest import REDIRECT, Simulator, start, stop


@pytest.fixture(scope="module")
def sample() -> Iterator[Simulator]:
    simulator = start("--sample", "--switch", "limits=false")
    simulator.connect()
    yield simulator
    stop(simulator)


@pytest.fixture
def client(sample: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[QuickBooks]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    auth = auth_client(sample)
    made = QuickBooks(
        auth_client=auth, refresh_token=sample.refresh_token, company_id=REALM, minorversion=75
    )
    made.api_url_v3 = f"{sample.url}/v3"
    yield made
    made.session.close()


def auth_client(sample: Simulator) -> AuthClient:
    return AuthClient(
        CLIENT_ID,
        CLIENT_SECRET,
        REDIRECT,
        f"{sample.url}/.well-known/openid_configuration",
        access_token=sample.token,
    )


def a_line(item: Any, amount: float = 100) -> Any:
    line = q.SalesItemLine()
    line.Amount = amount
    line.Description = "description"
    line.SalesItemLineDetail = q.SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = item.to_ref()
    return line


def an_invoice(client: QuickBooks) -> Any:
    invoice = q.Invoice()
    invoice.Line.append(a_line(q.Item.all(max_results=1, qb=client)[0]))
    invoice.CustomerRef = q.Customer.all(max_results=1, qb=client)[0].to_ref()
    invoice.CustomerMemo = CustomerMemo()
    invoice.CustomerMemo.value = "Customer Memo"
    return invoice


def test_an_invoice_is_created_read_changed_and_deleted(client: QuickBooks) -> None:
    invoice = an_invoice(client).save(qb=client)
    invoice.PrivateNote = "changed"
    saved = invoice.save(qb=client)
    assert (saved.PrivateNote, saved.SyncToken, saved.TotalAmt) == ("changed", "1", 108.0)
    saved.delete(qb=client)
    assert q.Invoice.filter(Id=saved.Id, qb=client) == []


def test_the_same_request_id_gives_the_same_invoice(client: QuickBooks) -> None:
    first = an_invoice(client).save(qb=client, request_id="5a0f")
    second = an_invoice(client).save(qb=client, request_id="5a0f")
    assert first.Id == second.Id


def test_a_payment_is_voided(client: QuickBooks) -> None:
    payment = q.Payment()
    payment.TotalAmt = 140.0
    payment.CustomerRef = q.Customer.all(max_results=1, qb=client)[0].to_ref()
    payment.PaymentMethodRef = q.PaymentMethod.all(max_results=1, qb=client)[0].to_ref()
    payment = payment.save(qb=client)
    payment.void(qb=client)
    voided = q.Payment.get(payment.Id, qb=client)
    assert (voided.TotalAmt, voided.PrivateNote) == (0, "Voided")


def test_a_bill_is_paid_by_check(client: QuickBooks) -> None:
    vendor = q.Vendor.all(max_results=1, qb=client)[0]
    line = q.AccountBasedExpenseLine()
    line.Amount = 200
    line.AccountBasedExpenseLineDetail = q.AccountBasedExpenseLineDetail()
    line.AccountBasedExpenseLineDetail.AccountRef = q.Account.get(7, qb=client).to_ref()
    bill = q.Bill()
    bill.VendorRef = vendor.to_ref()
    bill.Line.append(line)
    bill = bill.save(qb=client)
    paid = q.BillPayment()
    paid.PayType = "Check"
    paid.TotalAmt = 200
    paid.VendorRef = vendor.to_ref()
    paid.CheckPayment = q.CheckPayment()
    paid.CheckPayment.BankAccountRef = q.Account.where("AccountSubType = 'Checking'", qb=client)[
        0
    ].to_ref()
    settled = q.BillPaymentLine()
    settled.Amount = 200
    settled.LinkedTxn.append(bill.to_linked_txn())
    paid.Line.append(settled)
    paid = paid.save(qb=client)
    assert q.Bill.get(bill.Id, qb=client).Balance == 0
    paid.void(qb=client)
    assert q.Bill.get(bill.Id, qb=client).Balance == 200


def test_a_payment_of_a_credit_card_is_a_transfer_underneath(client: QuickBooks) -> None:
    found = "Classification = 'Asset' AND FullyQualifiedName != 'Accounts Receivable (A/R)'"
    payment = CreditCardPayment()
    payment.Amount = 100
    payment.BankAccountRef = q.Account.where(found, max_results=1, qb=client)[0].to_ref()
    payment.CreditCardAccountRef = q.Account.where("AccountType = 'Credit Card'", qb=client)[
        0
    ].to_ref()
    payment = payment.save(qb=client)
    payment.Amount += 1
    payment.save(qb=client)
    assert q.Transfer.get(payment.Id, qb=client).Amount == 101


def test_names_lists_and_items_are_created(client: QuickBooks) -> None:
    customer = q.Customer()
    customer.DisplayName = "Lighthouse Keepers"
    vendor = q.Vendor()
    vendor.DisplayName = "Lamp Oil Supply"
    employee = q.Employee()
    employee.GivenName, employee.FamilyName = "Night", "Watch"
    account = q.Account()
    account.Name, account.AccountSubType = "Petty Cash Box", "CashOnHand"
    term = q.Term()
    term.Name, term.DueDays = "Net 7", 7
    made = [thing.save(qb=client) for thing in (customer, vendor, employee, account, term)]
    assert [type(thing).get(thing.Id, qb=client).Id for thing in made] == [t.Id for t in made]
    assert made[3].AccountType == "Bank"


def test_an_inventory_item_is_created(client: QuickBooks) -> None:
    item = q.Item()
    item.Name, item.Type, item.TrackQtyOnHand = "Wick", "Inventory", True
    item.QtyOnHand, item.InvStartDate, item.Sku = 10, "2015-01-01", "W-1"
    item.IncomeAccountRef = q.Account.where("AccountSubType = 'SalesOfProductIncome'", qb=client)[
        0
    ].to_ref()
    item.ExpenseAccountRef = q.Account.where("AccountSubType = 'SuppliesMaterialsCogs'", qb=client)[
        0
    ].to_ref()
    item.AssetAccountRef = q.Account.where("AccountSubType = 'Inventory'", qb=client)[0].to_ref()
    saved = item.save(qb=client)
    assert (saved.QtyOnHand, q.Item.where("Sku = 'W-1'", qb=client)[0].Id) == (10, saved.Id)


def test_a_taken_name_raises_with_its_code(client: QuickBooks) -> None:
    customer = q.Customer()
    customer.DisplayName = q.Vendor.all(max_results=1, qb=client)[0].DisplayName
    with pytest.raises(exceptions.QuickbooksException) as refusal:
        customer.save(qb=client)
    assert refusal.value.error_code == 6240


def test_a_missing_object_raises_object_not_found(client: QuickBooks) -> None:
    with pytest.raises(exceptions.ObjectNotFoundException):
        q.Invoice.get(999_999, qb=client)


def test_a_purchase_order_takes_a_tax_code_by_its_name(client: QuickBooks) -> None:
    code = q.TaxCode.all(max_results=1, qb=client)[0]
    line = q.ItemBasedExpenseLine()
    line.Amount = 100
    line.ItemBasedExpenseLineDetail = q.ItemBasedExpenseLineDetail()
    line.ItemBasedExpenseLineDetail.UnitPrice, line.ItemBasedExpenseLineDetail.Qty = 100, 1
    line.ItemBasedExpenseLineDetail.TaxCodeRef = code.to_ref()
    item = q.Item.filter(Type="Inventory", max_results=1, qb=client)[0]
    line.ItemBasedExpenseLineDetail.ItemRef = item.to_ref()
    order = q.PurchaseOrder()
    order.Line.append(line)
    order.VendorRef = q.Vendor.all(max_results=1, qb=client)[0].to_ref()
    order.APAccountRef = q.Account.all(max_results=1, qb=client)[0].to_ref()
    saved = order.save(qb=client)
    assert saved.Line[0].ItemBasedExpenseLineDetail.TaxCodeRef.value == code.Name


def test_a_tax_code_is_created_with_its_rate(client: QuickBooks) -> None:
    service = TaxService()
    service.TaxCode = "Lighthouse tax"
    rate = TaxRateDetails()
    rate.TaxRateName, rate.RateValue, rate.TaxAgencyId = "Lighthouse rate", 10, 1
    service.TaxRateDetails.append(rate)
    made = service.save(qb=client)
    assert (made.TaxRateDetails[0].RateValue, made.TaxRateDetails[0].TaxAgencyId) == (10, "1")


def test_a_recurring_invoice_is_created_changed_and_deleted(client: QuickBooks) -> None:
    invoice = RecurringInvoice()
    invoice.Line.append(a_line(q.Item.all(max_results=1, qb=client)[0]))
    invoice.CustomerRef = q.Customer.all(max_results=1, qb=client)[0].to_ref()
    info = RecurringInfo()
    info.Active, info.RecurType, info.Name = True, "Automated", "Monthly light"
    info.ScheduleInfo = ScheduleInfo()
    info.ScheduleInfo.StartDate, info.ScheduleInfo.IntervalType = "2026-01-01", "Monthly"
    info.ScheduleInfo.DayOfMonth, info.ScheduleInfo.NumInterval = 1, 1
    invoice.RecurringInfo = info
    template = RecurringTransaction()
    template.Invoice = invoice
    key = template.save(qb=client).Invoice.Id
    read = RecurringTransaction.get(key, qb=client)
    read.Invoice.RecurringInfo.ScheduleInfo.DayOfMonth = 15
    read.Invoice.Deposit = None
    read.save(qb=client)
    changed = RecurringTransaction.get(key, qb=client)
    assert changed.Invoice.RecurringInfo.ScheduleInfo.DayOfMonth == 15
    assert len(RecurringTransaction.where("Type = 'Invoice'", qb=client)) == 1
    changed.delete(qb=client)
    assert RecurringTransaction.all(qb=client) == []


def test_a_note_and_a_file_are_attached(client: QuickBooks) -> None:
    vendor = q.Vendor.all(max_results=1, qb=client)[0]
    reference = AttachableRef()
    reference.EntityRef = vendor.to_ref()
    attached = q.Attachable()
    attached.AttachableRef.append(reference)
    attached.FileName, attached.ContentType = "note.txt", "text/plain"
    attached._FileBytes = b"the lamp is lit"
    attached.save(qb=client)
    read = q.Attachable.get(attached.Id, qb=client)
    assert (read.Size, read.AttachableRef[0].EntityRef.value) == (15, vendor.Id)
    content = client.session.get(read.TempDownloadUri).content
    assert content == b"the lamp is lit"


def test_preferences_are_read_and_changed(client: QuickBooks) -> None:
    preferences = q.Preferences.get(qb=client)
    assert preferences.OtherPrefs.NameValue[0].Name == "SalesFormsPrefs.DefaultCustomerMessage"
    preferences.EmailMessagesPrefs.EstimateMessage.Subject = "A lamp for you"
    preferences.save(qb=client)
    after = q.Preferences.get(qb=client)
    assert after.EmailMessagesPrefs.EstimateMessage.Subject == "A lamp for you"


def test_an_exchange_rate_is_read_and_changed(client: QuickBooks) -> None:
    rate = ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=client)[0]
    rate.Rate += 1
    rate.save(qb=client)
    after = ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=client)[0]
    assert (after.Rate, after.TargetCurrencyCode) == (rate.Rate, "USD")


def test_a_batch_creates_all_its_items(client: QuickBooks) -> None:
    customers = []
    for number in range(3):
        customer = q.Customer()
        customer.DisplayName = f"Batch Boat {number}"
        customers.append(customer)
    done = batch.batch_create(customers, qb=client)
    assert (len(done.successes), len(done.faults)) == (3, 0)


def test_change_data_capture_lists_what_changed_and_what_was_deleted(client: QuickBooks) -> None:
    invoice = an_invoice(client).save(qb=client)
    invoice.delete(qb=client)
    changed = cdc.change_data_capture(
        [q.Customer, q.Invoice], q.CompanyInfo.get(1, qb=client).MetaData.LastUpdatedTime, qb=client
    )
    assert changed.Customer
    assert any(getattr(found, "status", "") == "Deleted" for found in changed.Invoice)


def test_a_form_is_printed_and_sent(client: QuickBooks) -> None:
    invoice = an_invoice(client).save(qb=client)
    assert invoice.download_pdf(qb=client).startswith(b"%PDF-1.4")
    invoice.send(qb=client, send_to="office@customer.example")
    assert q.Invoice.get(invoice.Id, qb=client).EmailStatus == "EmailSent"


def test_every_entity_of_the_client_can_be_listed(client: QuickBooks) -> None:
    listed = [
        q.Account, q.Attachable, q.Bill, q.BillPayment, q.Budget, q.Class, CompanyCurrency,
        q.CreditMemo, q.Customer, CustomerType, q.Department, q.Deposit, q.Employee, q.Estimate,
        q.Invoice, q.Item, q.JournalEntry, q.Payment, q.PaymentMethod, q.Purchase, q.PurchaseOrder,
        q.RefundReceipt, q.SalesReceipt, q.TaxAgency, q.TaxCode, q.TaxRate, q.Term, q.TimeActivity,
        q.Transfer, q.Vendor, q.VendorCredit,
    ]  # fmt: skip
    empty = [kind.__name__ for kind in listed if not kind.all(qb=client)]
    assert empty in (["Attachable", "Budget"], ["Budget"])


def test_every_form_survives_a_full_update_of_what_was_read(client: QuickBooks) -> None:
    forms = [
        q.Bill, q.CreditMemo, q.Deposit, q.Estimate, q.Invoice, q.JournalEntry, q.RefundReceipt,
        q.SalesReceipt, q.TimeActivity, q.Transfer, q.VendorCredit, q.PurchaseOrder,
    ]  # fmt: skip
    for kind in forms:
        form = kind.all(max_results=1, order_by="Id", qb=client)[0]
        if kind is q.SalesReceipt:
            form = kind.all(max_results=3, order_by="Id", qb=client)[2]
        note = "Description" if kind is q.TimeActivity else "PrivateNote"
        setattr(form, note, "seen")
        saved = form.save(qb=client)
        assert int(saved.SyncToken) == int(form.SyncToken) + 1, kind


def test_intuit_oauth_gets_refreshes_and_revokes_tokens(sample: Simulator) -> None:
    auth = auth_client(sample)
    address = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="s9")  # noqa: S106
    assert address.startswith(f"{sample.url}/connect/oauth2?")
    auth.get_bearer_token(sample.authorize()["code"], realm_id=REALM)
    before = auth.refresh_token
    auth.refresh()
    assert auth.refresh_token == before
    auth.revoke(token=auth.refresh_token)
    with pytest.raises(AuthClientError) as refusal:
        auth.refresh()
    assert refusal.value.status_code == 400


def test_intuit_oauth_checks_the_id_token_of_an_openid_consent(sample: Simulator) -> None:
    auth = auth_client(sample)
    scope = "com.intuit.quickbooks.accounting openid profile"
    auth.get_bearer_token(sample.authorize(scope)["code"], realm_id=REALM)
    person = auth.get_user_info()
    assert person.json()["email"] == "owner@company.example"


def test_the_client_accepts_the_signature_of_a_webhook(client: QuickBooks) -> None:
    body = '{"eventNotifications":[]}'
    digest = hmac.new(b"verifier", body.encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    assert client.validate_webhook_signature(body, signature, "verifier")

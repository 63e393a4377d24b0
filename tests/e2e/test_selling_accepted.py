from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from connector.entities.sales import invoices, quotes, sales_orders
from connector.entities.sales.estimate_links import without_estimate
from connector.entities.sales.invoices import Invoice
from connector.entities.sales.sales_orders import SalesOrder
from connector.entities.sales.totals import difference
from connector.entities.shared.documents import is_voided
from connector.entities.shared.wire import cents
from connector.errors import MissingMappingsError, RecordError, RejectedError
from connector.mobiwork.client import MobiWork
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.policy.settings import Settings
from connector.push.body_diff import changed_members
from tests.builders import a_company, a_line
from tests.e2e.conftest import Judge
from tests.e2e.forms_at_random import OWN, forms
from tests.e2e.open_accounts import places
from tests.unit.entities.sales.selling import ELBOW, line, money, read

FLOWS: dict[str, PushFlow[Any]] = {
    flow.entity: flow for flow in (invoices.PUSH, quotes.PUSH, sales_orders.PUSH)
}
type Links = Mapping[tuple[str, str], Linked]


@pytest.fixture(scope="module")
def links(judge: Judge, mobiwork: MobiWork) -> Links:
    """Put the sample's customers and products into QuickBooks under plain names."""
    income = next(account.id for account in judge.company().accounts if account.type == "Income")
    found = {}
    for record in mobiwork.records("customer"):
        body = {"DisplayName": record.id, "Taxable": True}
        found["customer", record.own_id] = judge.post("Customer", body)["Id"]
    for record in mobiwork.records("product"):
        item = {"Name": record.id, "Type": "Service", "IncomeAccountRef": {"value": income}}
        found["product", record.own_id] = judge.post("Item", item)["Id"]
    return {own: Linked(quickbooks_id, "0", "", {}) for own, quickbooks_id in found.items()}


def told(judge: Judge, links: Links, **chosen: Any) -> PushContext:
    return PushContext(Settings.model_validate(chosen), judge.company(), links, "[mark]")


def as_known(known: PushContext, links: Links) -> PushContext:
    return PushContext(known.settings, known.company, {**known.links, **links}, known.marker)


def sample(mobiwork: MobiWork, source: str) -> list[Any]:
    """Return the documents of the sample company that go to QuickBooks; nothing refuses one."""
    flow = FLOWS[source]
    records = [flow.records.model.model_validate(one.fields) for one in mobiwork.records(source)]
    wanted = [
        one for one in records if not flow.eligibility.verdict(one, Settings(), a_company()).reason
    ]
    assert [problem for one in wanted for problem in flow.eligibility.problems(one)] == []
    return wanted


@pytest.mark.parametrize("obeys", ["alone", "with_code"])
@pytest.mark.parametrize("source", FLOWS)
def test_every_sample_document_is_accepted_with_the_same_total_and_tax(
    judge: Judge, mobiwork: MobiWork, links: Links, source: str, obeys: str
) -> None:
    judge.switch(tax_override=obeys)
    flow, known = FLOWS[source], told(judge, links, markup_product=OWN["parts"][1])
    known = replace(known, places=places(mobiwork))
    documents = sample(mobiwork, source)
    for one in documents:
        answer = judge.post(
            flow.variant_of(one, known.settings).target, flow.translation.body(one, known)
        )
        assert difference(one, answer) is None
        assert answer["TotalAmt"] == cents(one.total)
    assert len(documents) >= 5


@pytest.mark.parametrize("source", FLOWS)
def test_where_quickbooks_taxes_by_itself_the_difference_is_told(
    judge: Judge, mobiwork: MobiWork, links: Links, source: str
) -> None:
    judge.switch(tax_override="neither")
    flow, known = FLOWS[source], told(judge, links, markup_product=OWN["parts"][1])
    known = replace(known, places=places(mobiwork))
    differences = []
    for one in sample(mobiwork, source):
        answer = judge.post(
            flow.variant_of(one, known.settings).target, flow.translation.body(one, known)
        )
        said = difference(one, answer)
        assert bool(said) == (answer["TotalAmt"] != cents(one.total))
        differences += [said] if said else []
    assert differences
    assert all("The likely cause is that QuickBooks" in one.sentence for one in differences)


CHOSEN: dict[str, Any] = {
    "shipping_product": OWN["parts"][0],
    "markup_product": OWN["parts"][1],
    "invoice_custom_fields": [{"api_name": "crew", "definition_id": "1"}],
    "quote_custom_fields": [{"api_name": "crew", "definition_id": "1"}],
}
QUICKLY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def ready(judge: Judge, links: Links) -> PushContext:
    """Know a company whose documents keep the numbers that are sent."""
    judge.switch(tax_override="alone", custom_txn_numbers=True)
    return told(judge, links, **CHOSEN)


@pytest.mark.parametrize("source", FLOWS)
def test_any_document_is_refused_first_or_accepted_with_every_cent(
    judge: Judge, ready: PushContext, source: str
) -> None:
    judge.switch(tax_override="alone", custom_txn_numbers=True)
    flow, seen = FLOWS[source], {"accepted": 0}

    @QUICKLY
    @given(elements=forms())
    def check(elements: Body) -> None:
        form = flow.records.model.model_validate(elements | {"id": "1"})
        if flow.eligibility.problems(form):
            return
        answer = judge.post(
            flow.variant_of(form, ready.settings).target, flow.translation.body(form, ready)
        )
        net = answer["TotalAmt"] - answer["TxnTaxDetail"]["TotalTax"]
        assert net == cents(form.total) - cents(form.tax)
        assert len(answer["DocNumber"]) <= 21
        flow.wording.remarks(form, answer)
        seen["accepted"] += 1

    check()
    assert seen["accepted"] > 10


def test_sales_tax_that_is_set_up_by_hand_is_charged_by_the_chosen_code(
    judge: Judge, links: Links
) -> None:
    judge.switch(tax_mode="manual")
    try:
        codes = judge.company().tax_codes
        known = told(judge, links, sales_tax_code=next(iter(codes)))
        answer = judge.post("Invoice", invoices.to_qbo(read(Invoice), known))
        with pytest.raises(MissingMappingsError, match='"Sales tax code"'):
            invoices.to_qbo(read(Invoice), told(judge, links))
    finally:
        judge.switch(tax_mode="automated")
    assert len(codes) > 1
    assert difference(read(Invoice), answer) is None
    assert answer["TxnTaxDetail"]["TotalTax"] == Decimal("0.63")


def test_an_invoice_closes_the_estimate_of_its_quote(judge: Judge, ready: PushContext) -> None:
    quote = quotes.to_qbo(read(quotes.Quote), ready)
    estimate = judge.post("Estimate", quote)
    in_quickbooks = as_known(ready, {("estimate", "41001"): Linked(estimate["Id"], "0", "", quote)})
    invoice = judge.post(
        "Invoice", invoices.to_qbo(read(Invoice, estimateId="41001"), in_quickbooks)
    )
    assert judge.client.read("Estimate", estimate["Id"])["TxnStatus"] == "Closed"
    assert invoices.remarks(read(Invoice, estimateId="41001"), invoice) == []


def test_750_taxed_lines_are_accepted(judge: Judge, ready: PushContext) -> None:
    lines = [a_line(productId=OWN["parts"][0])] * 750
    invoice = read(Invoice, **money(lines, "6750.00", "0", "6750.00"))
    answer = judge.post("Invoice", invoices.to_qbo(invoice, ready))
    assert len(answer["Line"]) == 751


def test_a_multicurrency_company_gets_its_own_currency(judge: Judge, links: Links) -> None:
    judge.switch(multicurrency=True)
    try:
        answer = judge.post("Invoice", invoices.to_qbo(read(Invoice), told(judge, links)))
    finally:
        judge.switch(multicurrency=False)
    assert answer["CurrencyRef"]["value"] == "USD"


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_what_the_closed_books_refuse_is_refused_before_it_is_sent(
    judge: Judge, links: Links, flow: PushFlow[Any]
) -> None:
    records = {
        "Invoice": read(Invoice),
        "Quote": read(quotes.Quote),
        "SalesOrder": read(SalesOrder),
    }
    record, open_books = records[flow.records.model.__name__], told(judge, links)
    body = flow.translation.body(record, open_books)
    judge.switch(close_date="2025-11-03")
    try:
        with pytest.raises(RejectedError):
            judge.post(flow.target, body)
        with pytest.raises(RecordError, match="the books in QuickBooks are closed"):
            flow.translation.body(record, told(judge, links))
    finally:
        judge.switch(close_date="")


def test_what_the_start_of_the_stock_refuses_is_refused_before_it_is_sent(
    judge: Judge, ready: PushContext
) -> None:
    kinds = {account.subtype: {"value": account.id} for account in ready.company.accounts}
    item: Body = {
        "Name": "Counted elbow",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 10,
        "InvStartDate": "2026-01-01",
        "IncomeAccountRef": kinds["SalesOfProductIncome"],
        "ExpenseAccountRef": kinds["SuppliesMaterialsCogs"],
        "AssetAccountRef": kinds["Inventory"],
    }
    counted = Linked(judge.post("Item", item)["Id"], "0", "", {})
    body = invoices.to_qbo(read(Invoice), as_known(ready, {("product", "307001"): counted}))
    with pytest.raises(RejectedError):
        judge.post("Invoice", body)
    told_of = Linked(counted.quickbooks_id, "0", "", item)
    with pytest.raises(RecordError, match="counts the stock"):
        invoices.to_qbo(read(Invoice), as_known(ready, {("product", "307001"): told_of}))


OPEN = {"status": "WAITING_FOR_STOCK"}
ORDER_ID = "61001"


def an_open_order(judge: Judge, known: PushContext) -> tuple[dict[str, Any], PushContext]:
    """Post an open order and return its estimate, and what is known then."""
    body = sales_orders.to_qbo(read(SalesOrder, **OPEN), known)
    estimate = judge.post("Estimate", body)
    linked = Linked(estimate["Id"], "0", "", body)
    return estimate, as_known(known, {("openSalesOrder", ORDER_ID): linked})


def test_an_order_checked_out_closes_its_estimate(judge: Judge, ready: PushContext) -> None:
    estimate, known = an_open_order(judge, ready)
    invoice = judge.post("Invoice", sales_orders.to_qbo(read(SalesOrder), known))
    assert judge.client.read("Estimate", estimate["Id"])["TxnStatus"] == "Closed"
    assert invoice["LinkedTxn"][0]["TxnId"] == estimate["Id"]


@pytest.mark.parametrize("action", ["edit", "delete"])
def test_an_order_whose_estimate_is_gone_becomes_an_invoice_alone(
    judge: Judge, ready: PushContext, action: str
) -> None:
    estimate, known = an_open_order(judge, ready)
    person = {"entity": "Estimate", "id": estimate["Id"], "body": {"TxnStatus": "Rejected"}}
    judge.admin(f"person/{action}", person)
    body = sales_orders.to_qbo(read(SalesOrder), known)
    with pytest.raises(RejectedError) as refused:
        judge.post("Invoice", body)
    amended = without_estimate(body, refused.value, judge.client.read, known)
    assert amended is not None
    assert judge.post("Invoice", amended)["LinkedTxn"] == []


def test_an_order_that_was_invoiced_by_hand_is_not_invoiced_again(
    judge: Judge, ready: PushContext
) -> None:
    _, known = an_open_order(judge, ready)
    body = sales_orders.to_qbo(read(SalesOrder), known)
    by_hand = judge.post("Invoice", body)
    with pytest.raises(RejectedError) as refused:
        judge.post("Invoice", body)
    with pytest.raises(RecordError, match=f"is invoice {by_hand['Id']} in QuickBooks already"):
        without_estimate(body, refused.value, judge.client.read, known)


def posted(judge: Judge, known: PushContext) -> tuple[dict[str, Any], Body]:
    body = invoices.to_qbo(read(Invoice), known)
    return judge.post("Invoice", body), body


def test_a_changed_invoice_is_pushed_again_with_its_new_total(
    judge: Judge, ready: PushContext
) -> None:
    in_quickbooks, base = posted(judge, ready)
    changed = read(Invoice, **money([line(ELBOW, "3.0", "4.50", "13.50")], "13.50", "0", "13.50"))
    wanted = invoices.to_qbo(changed, ready)
    kept = {name: wanted[name] for name in invoices.UPDATING.required if name in wanted}
    head = {"Id": in_quickbooks["Id"], "SyncToken": in_quickbooks["SyncToken"], "sparse": True}
    answer = judge.change("Invoice", head | kept | changed_members(base, wanted))
    assert difference(changed, answer) is None
    assert answer["TotalAmt"] == Decimal("13.50")


def test_a_new_discount_reaches_an_invoice_that_is_pushed_again(
    judge: Judge, ready: PushContext
) -> None:
    in_quickbooks, base = posted(judge, ready)
    changed = read(Invoice, discountPercent="10.0", taxAmount="0.57", total="8.67")
    wanted = invoices.to_qbo(changed, ready)
    kept = {name: wanted[name] for name in invoices.UPDATING.required if name in wanted}
    head = {"Id": in_quickbooks["Id"], "SyncToken": in_quickbooks["SyncToken"], "sparse": True}
    answer = judge.change("Invoice", head | kept | changed_members(base, wanted))
    assert difference(changed, answer) is None


def guarded(judge: Judge, invoice: Mapping[str, Any]) -> str:
    in_quickbooks = judge.client.read("Invoice", str(invoice["Id"]))
    return invoices.update_blocker(in_quickbooks, judge.company(), {}) or ""


def test_an_open_invoice_may_be_pushed_again(judge: Judge, ready: PushContext) -> None:
    assert guarded(judge, posted(judge, ready)[0]) == ""


def test_a_paid_invoice_is_not_pushed_again(judge: Judge, ready: PushContext) -> None:
    invoice, _ = posted(judge, ready)
    paid = {"Amount": 1, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    judge.post("Payment", {"CustomerRef": invoice["CustomerRef"], "TotalAmt": 1, "Line": [paid]})
    assert "A payment or deposit is applied to it" in guarded(judge, invoice)


def test_a_voided_invoice_is_not_pushed_again(judge: Judge, ready: PushContext) -> None:
    invoice, _ = posted(judge, ready)
    judge.admin("person/void", {"entity": "Invoice", "id": invoice["Id"]})
    assert "It was voided in QuickBooks" in guarded(judge, invoice)


def test_a_void_is_known_without_the_english_word_in_the_memo(
    judge: Judge, ready: PushContext
) -> None:
    invoice, _ = posted(judge, ready)
    judge.admin("person/void", {"entity": "Invoice", "id": invoice["Id"]})
    in_quickbooks = dict(judge.client.read("Invoice", str(invoice["Id"])))
    assert is_voided(in_quickbooks | {"PrivateNote": "Anulado"})

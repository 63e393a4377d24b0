from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest

from simulators.mobiwork import sample
from simulators.mobiwork.billing import amount
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample.october import SCHOOL
from simulators.mobiwork.store import Store

SEEDS = pytest.mark.parametrize("seed", range(5))


@cache
def company(seed: int) -> Store:
    store = Store()
    sample.fill(store, seed=seed)
    return store


def new(seed: int, entity: str, usual: int) -> list[Record]:
    """The records that are not among the usual ones."""
    return list(company(seed).records[entity].values())[usual:]


def one(seed: int, entity: str, **elements: str) -> Record:
    kept = company(seed).records[entity].values()
    found = [record for record in kept if elements.items() <= record.items()]
    assert len(found) == 1, (entity, elements, len(found))
    return found[0]


def invoice_of(seed: int, payment: Record) -> Record:
    return company(seed).records["invoice"][str(payment["invoiceId"])]


@SEEDS
def test_an_exempt_school_is_billed_without_tax_for_taxable_lines(seed: int) -> None:
    school = one(seed, "customer", companyName=SCHOOL, taxable="false")
    invoice = one(seed, "invoice", customerId=str(school["mobiworkCustomerId"]))
    lines = invoice["lineItems"]
    assert isinstance(lines, list)
    assert ("true" in {row["taxable"] for row in lines if isinstance(row, dict)}) is True
    assert (invoice["status"], invoice["taxAmount"]) == ("Customer Invoiced", "0.00")


@SEEDS
@pytest.mark.parametrize("status", ["Draft", "Waiting for the owner", "Void - duplicate"])
def test_an_invoice_waits_with_a_status_of_its_own(seed: int, status: str) -> None:
    invoice = one(seed, "invoice", status=status)
    assert invoice["balance"] == invoice["total"]


@SEEDS
def test_a_part_of_a_payment_is_refunded(seed: int) -> None:
    [refund] = [one for one in new(seed, "payment", 90) if one["paymentType"] == "REFUND"]
    paid = company(seed).records["payment"][str(refund["refundedPaymentId"])]
    assert (refund["amount"], refund["invoiceId"]) == ("30.00", paid["invoiceId"])
    assert invoice_of(seed, refund)["balance"] == "30.00"


@SEEDS
def test_a_check_bounced_and_is_owed_again(seed: int) -> None:
    bounced = one(seed, "payment", status="NSF")
    invoice = invoice_of(seed, bounced)
    assert invoice["balance"] == invoice["total"] == bounced["amount"]


@SEEDS
def test_the_rest_of_an_invoice_is_written_off(seed: int) -> None:
    gone = one(seed, "payment", paymentType="WRITE_OFF")
    invoice = invoice_of(seed, gone)
    assert (invoice["status"], invoice["balance"]) == ("Paid", "0.00")
    assert 0 < amount(gone["amount"]) < amount(invoice["total"])


@SEEDS
def test_store_credit_pays_for_something(seed: int) -> None:
    credit = one(seed, "payment", paymentMethod="Store Credit")
    invoice = invoice_of(seed, credit)
    assert amount(invoice["balance"]) == amount(invoice["total"]) - Decimal("20.00")


@SEEDS
def test_a_payment_was_removed_from_its_invoice(seed: int) -> None:
    last = new(seed, "payment", 90)[-1]
    assert (last["invoiceId"], last["status"]) == (None, "CREATED")
    assert last["customerId"] in company(seed).records["customer"]


@SEEDS
def test_work_away_from_home_has_fields_of_its_own(seed: int) -> None:
    invoice = new(seed, "invoice", 120)[-1]
    customer = company(seed).records["customer"][str(invoice["customerId"])]
    places, fields = customer["addressList"], invoice["customFields"]
    assert isinstance(places, list)
    assert isinstance(fields, list)
    cities = {row["addressId"]: row["city"] for row in places if isinstance(row, dict)}
    assert cities[invoice["locationId"]] == "Miami"
    values = [row["value"] for row in fields if isinstance(row, dict)]
    assert values == ["PO 20261021", "South", "Office"]


@SEEDS
def test_goods_arrived_without_a_date_and_with_tax(seed: int) -> None:
    [order] = new(seed, "purchaseOrder", 16)
    assert (order["status"], order["receivedDate"], order["taxAmount"]) == (
        "RECEIVED",
        None,
        "7.50",
    )


@SEEDS
def test_a_sales_order_was_checked_out_weeks_later(seed: int) -> None:
    [order] = new(seed, "salesOrder", 10)
    dates = [str(order[name])[:10] for name in ("createdDate", "checkoutDate")]
    assert (order["status"], dates) == ("CHECKOUT_SUBMITTED", ["2026-09-30", "2026-10-22"])


@SEEDS
def test_a_technician_wants_money_back_for_two_expenses(seed: int) -> None:
    claims = new(seed, "expense", 30)
    assert [one["customStatusName"] for one in claims] == ["Awaiting manager approval", "Approved"]
    assert {str(one["reimbursementDueDate"])[:10] for one in claims} == {"2026-11-06"}


def documents(store: Store) -> Iterator[tuple[str, str]]:
    for entity in ("invoice", "payment", "expense", "purchaseOrder", "salesOrder"):
        for record in store.records[entity].values():
            for name in ("createdDate", "invoiceDate", "paymentDate", "expenseDate"):
                if isinstance(day := record.get(name), str):
                    yield entity, day[:10]


@SEEDS
def test_nothing_is_of_the_future(seed: int) -> None:
    assert [one for one in documents(company(seed)) if one[1] > "2026-10-30"] == []


def test_the_last_month_has_the_last_numbers() -> None:
    numbers = [str(record["invoiceNumber"]) for record in company(1).records["invoice"].values()]
    assert numbers == [f"INV-{number}" for number in range(10001, 10131)]

from collections import Counter
from decimal import Decimal

import pytest

from simulators.mobiwork import sample
from simulators.mobiwork.billing import amount, lines
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store


def company(seed: int = 1, size: float = 1.0, **options: bool) -> Store:
    store = Store()
    sample.fill(store, seed=seed, size=size, **options)
    return store


def all_of(store: Store, entity: str) -> list[Record]:
    return list(store.records[entity].values())


def names(store: Store) -> list[str]:
    return [
        str(one["companyName"]) or f"{one['contact']['firstName']} {one['contact']['lastName']}"  # type: ignore[index,call-overload]
        for one in all_of(store, "customer")
    ]


def test_the_same_seed_gives_the_same_company() -> None:
    assert company(7).records == company(7).records


def test_another_seed_gives_another_company() -> None:
    assert company(7).records != company(8).records


def test_the_usual_size_is_as_promised() -> None:
    store = company()
    counts = [len(store.records[name]) for name in ("customer", "product", "invoice", "payment")]
    assert counts == [41, 60, 130, 97]


def test_the_size_is_a_factor() -> None:
    store = company(size=2.5)
    counts = [len(store.records[name]) for name in ("customer", "product", "invoice", "payment")]
    assert counts == [101, 150, 310, 232]


@pytest.mark.parametrize("size", [1, 30])
def test_names_of_customers_and_products_are_unique(size: int) -> None:
    store = company(size=size)
    products = [one["name"] for one in all_of(store, "product")]
    assert len(set(names(store))) == 40 * size + 1
    assert len(set(products)) == 60 * size


def test_the_awkward_names_are_there() -> None:
    found = " ".join(names(company()))
    assert [sign in found for sign in ("&", "'", "é", '"')] == [True] * 4
    assert {"Northgate Animal Clinic", "Northgate Animal Clinic LLC"} <= set(names(company()))


@pytest.mark.parametrize("seed", range(5))
def test_some_businesses_have_filler_contacts(seed: int) -> None:
    contacts = [one["contact"] for one in all_of(company(seed), "customer")]
    names = Counter(one["firstName"] for one in contacts if isinstance(one, dict))
    assert (names["TBD"], names["-"]) == (3, 2)


def adjusted(invoice: Record) -> bool:
    names = ("discountAmount", "discountPercent", "markupAmount", "markupPercent")
    return any(amount(invoice[name]) for name in names)


@pytest.mark.parametrize("seed", range(5))
def test_invoices_add_up_to_the_cent(seed: int) -> None:
    for invoice in all_of(company(seed), "invoice"):
        rows = lines(invoice)
        assert 1 <= len(rows) <= 8
        assert sum(amount(row["total"]) for row in rows) == amount(invoice["subTotal"])
        whole = amount(invoice["subTotal"]) + amount(invoice["taxAmount"])
        assert (whole == amount(invoice["total"])) is not adjusted(invoice)
        assert amount(invoice["total"]) > 0


@pytest.mark.parametrize("seed", range(5))
def test_balances_are_totals_less_payments(seed: int) -> None:
    store = company(seed)
    paid = dict.fromkeys(store.records["invoice"], Decimal(0))
    for payment in all_of(store, "payment"):
        if payment["status"] in {"FAILED", "NSF"}:
            continue
        parts = payment.get("invoicePayments") or [payment]
        sign = -1 if payment["paymentType"] == "REFUND" else 1
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and part["invoiceId"]:
                paid[str(part["invoiceId"])] += sign * amount(part["amount"])
    assert {key: amount(one["balance"]) for key, one in store.records["invoice"].items()} == {
        key: amount(one["total"]) - paid[key] for key, one in store.records["invoice"].items()
    }


@pytest.mark.parametrize("seed", range(5))
def test_exactly_one_invoice_is_overpaid(seed: int) -> None:
    balances = [amount(one["balance"]) for one in all_of(company(seed), "invoice")]
    assert [one for one in balances if one < 0] == [Decimal("-25.00")]


@pytest.mark.parametrize("seed", range(5))
def test_exempt_businesses_pay_no_tax(seed: int) -> None:
    store = company(seed)
    exempt = {key for key, one in store.records["customer"].items() if one["taxable"] == "false"}
    taxes = [
        amount(one["taxAmount"]) for one in all_of(store, "invoice") if one["customerId"] in exempt
    ]
    assert len(exempt) == 3 + 1
    assert set(taxes) == {Decimal(0)}


def test_most_invoices_are_taxed() -> None:
    taxed = [one for one in all_of(company(), "invoice") if amount(one["taxAmount"])]
    assert len(taxed) > 60


def test_some_invoices_have_two_payments_and_some_are_paid_in_part() -> None:
    store = company()
    payments = [
        one["invoiceId"]
        for one in all_of(store, "payment")
        if one["invoiceId"] and one["paymentType"] != "REFUND"
    ]
    partial = [
        one for one in all_of(store, "invoice") if 0 < amount(one["balance"]) < amount(one["total"])
    ]
    assert len(payments) - len(set(payments)) == 10 + 1  # one by a write-off
    assert len(partial) == 8 + 1 + 2  # two by a refund, one by a credit


def test_labor_is_sold_in_fractions_of_an_hour() -> None:
    rows = [row for invoice in all_of(company(), "invoice") for row in lines(invoice)]
    assert any(amount(row["quantity"]) % 1 for row in rows)


def test_trouble_is_left_out_unless_asked_for() -> None:
    plain, troubled = company(), company(trouble=True)
    more = {name: len(troubled.records[name]) - len(kept) for name, kept in plain.records.items()}
    assert {name: count for name, count in more.items() if count} == {
        "customer": 1,
        "invoice": 2,
        "payment": 1,
    }


def test_one_troublesome_invoice_does_not_add_up() -> None:
    crooked = [
        amount(one["total"]) - amount(one["subTotal"]) - amount(one["taxAmount"])
        for one in all_of(company(trouble=True), "invoice")
        if not adjusted(one)
    ]
    assert [one for one in crooked if one] == [Decimal("10.00")]


@pytest.mark.parametrize("size", [0, -1, 5001])
def test_an_absurd_size_is_refused(size: float) -> None:
    with pytest.raises(ValueError, match="sample size"):
        company(size=size)


@pytest.mark.parametrize("seed", range(5))
def test_each_company_has_what_a_bookkeeper_looks_at_twice(seed: int) -> None:
    store = company(seed)
    payments, orders = all_of(store, "payment"), all_of(store, "purchaseOrder")
    kinds = Counter(one["paymentType"] for one in payments)
    assert {name: kinds[name] for name in ("REFUND", "CREDIT", "DEPOSIT", "WRITE_OFF")} == {
        "REFUND": 2,
        "CREDIT": 1,
        "DEPOSIT": 1,
        "WRITE_OFF": 1,
    }
    assert [one["status"] for one in payments].count("FAILED") == 1
    assert [bool(one.get("invoicePayments")) for one in payments].count(True) == 2
    assert [one["paymentType"] for one in all_of(store, "expense")].count("Fleet Card") == 1
    assert [one["status"] for one in orders].count("PARTIALLY_RECEIVED") == 1
    assert "Declined" in [one["status"] for one in all_of(store, "estimate")]
    assert [adjusted(one) for one in all_of(store, "invoice")].count(True) == 4
    assert [adjusted(one) for one in all_of(store, "estimate")].count(True) == 2


@pytest.mark.parametrize("seed", range(5))
def test_two_sub_customers_have_one_parent(seed: int) -> None:
    store = company(seed)
    children = [one for one in all_of(store, "customer") if one["isSubCustomer"] == "true"]
    assert len({one["parentCustomerId"] for one in children}) == 1
    assert [one["billTo"] for one in children] == ["PARENT", "SUB_CUSTOMER"]


def test_the_invoices_of_one_sub_customer_are_the_bill_of_its_parent() -> None:
    store = company()
    others = {
        (one["customerId"], one["billToCustomerId"])
        for one in all_of(store, "invoice")
        if one["customerId"] != one["billToCustomerId"]
    }
    child = next(one for one in all_of(store, "customer") if one.get("billTo") == "PARENT")
    assert others == {(child["mobiworkCustomerId"], child["parentCustomerId"])}


@pytest.mark.parametrize("seed", range(5))
def test_a_payment_of_two_invoices_is_one_payers(seed: int) -> None:
    store = company(seed)
    for payment in all_of(store, "payment"):
        parts = payment.get("invoicePayments") or []
        assert isinstance(parts, list)
        for part in parts:
            assert isinstance(part, dict)
            invoice = store.get("invoice", str(part["invoiceId"])) or {}
            assert invoice["billToCustomerId"] == payment["customerId"]


@pytest.mark.parametrize("seed", range(5))
def test_orders_say_what_arrived_of_each_line(seed: int) -> None:
    for order in all_of(company(seed), "purchaseOrder"):
        arrived = [amount(row["receivedQuantity"]) for row in lines(order)]
        ordered = [amount(row["quantity"]) for row in lines(order)]
        if order["status"] == "RECEIVED":
            assert arrived == ordered
        elif order["status"] == "PARTIALLY_RECEIVED":
            assert 0 < sum(arrived) < sum(ordered)
        else:
            assert not any(arrived)
        dated = order["number"] != "PO-10017"  # which arrived without a date
        assert bool(order.get("receivedDate")) == (any(arrived) and dated)


def test_a_small_company_has_ordinary_customers_invoices_and_payments_only() -> None:
    store = company(size=0.25)
    assert {one["isSubCustomer"] for one in all_of(store, "customer")} == {"false"}
    assert not any(adjusted(one) for one in all_of(store, "invoice"))
    assert {(one["status"], one["paymentType"]) for one in all_of(store, "payment")} == {
        ("CREATED", "PAYMENT")
    }


def test_no_record_is_linked_natively_unless_asked_for() -> None:
    plain, linked = company(), company(native_links=True)
    customers = [one["externalCustomerId"] for one in all_of(linked, "customer")]
    products = [one["externalId"] for one in all_of(linked, "product")]
    assert {one["externalCustomerId"] for one in all_of(plain, "customer")} == {""}
    assert (customers[:5], products[:5]) == (
        ["74,QBO", "", "", "", "75,QBO"],
        ["31,QBO", None, None, None, "32,QBO"],
    )
    assert plain.records["payment"] == linked.records["payment"]

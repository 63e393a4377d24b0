from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from connector.entities.products import push as push_products
from connector.entities.purchases import bills, expenses
from connector.entities.purchases import orders as purchase_orders
from connector.entities.vendors import push as push_vendors
from connector.mobiwork.xml import RawRecord
from connector.model.plans import Create, Refuse, Skip
from tests.builders import a_product
from tests.e2e.buying_desk import Desk
from tests.e2e.conftest import Judge
from tests.unit.entities.purchases.buying import a_vendor, an_expense, an_order, an_order_line

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")))


@pytest.fixture(scope="module")
def desk(judge: Judge) -> Desk:
    """Return a desk with a vendor and two parts in stock."""
    judge.admin("person/custom_fields", {"family": "purchase", "fields": {"1": "Crew"}})
    judge.switch(custom_purchase_numbers=True)
    desk = Desk(judge)
    desk.push(push_vendors.PUSH, a_vendor())
    desk.push(push_products.PUSH, a_product("307016", name="Elbow of the desk"))
    desk.push(push_products.PUSH, a_product("307026", name="Valve of the desk"))
    return desk


@bounded(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(texts=st.tuples(NAMES, NAMES, NAMES, NAMES, NAMES))
def test_every_vendor_is_accepted_or_refused_before(desk: Desk, texts: tuple[str, ...]) -> None:
    name, first, phone, email, city = texts
    number = len(desk.links)
    contact = {"firstName": first, "lastName": "TBD", "phoneNumber": phone, "email": email}
    raw = a_vendor(
        f"52{number:05}", name=f"{name} {number}", contact=contact, address={"city": city}
    )
    if not isinstance(desk.plan(push_vendors.PUSH, raw)[0], Refuse):
        desk.push(push_vendors.PUSH, raw)


QUANTITIES = st.decimals("0", "400", places=2)
LINES = st.lists(
    st.tuples(QUANTITIES, st.decimals("0", "90", places=3), st.integers(-2, 2)),
    min_size=1,
    max_size=4,
)


def a_generated_line(
    place: int, quantity: Decimal, price: Decimal, cents: int, share: Decimal
) -> dict[str, Any]:
    """Return a line whose total is near quantity times price, received by a share."""
    total = max((quantity * price).quantize(Decimal("0.01")) + Decimal(cents) / 100, Decimal(0))
    return an_order_line(
        productId=("307016", "307026")[place % 2],
        quantity=f"{quantity:f}",
        price=f"{price:f}",
        total=f"{total:f}",
        receivedQuantity=f"{quantity * share:f}",
    )


@bounded(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(
    lines=LINES,
    shares=st.lists(st.decimals("0", "1", places=1), max_size=3).map(sorted),
)
def test_every_order_is_billed_to_its_total_whatever_arrives_when(
    desk: Desk, lines: list[tuple[Decimal, Decimal, int]], shares: list[Decimal]
) -> None:
    record_id = f"72{len(desk.links):05}"

    def arrived(share: Decimal, status: str) -> RawRecord:
        given = [a_generated_line(place, *line, share) for place, line in enumerate(lines, start=1)]
        return an_order(record_id, *given, status=status)

    raw = arrived(Decimal(0), "SENT")
    if isinstance(desk.plan(purchase_orders.PUSH, raw)[0], Refuse):
        return
    order = desk.push(purchase_orders.PUSH, raw)
    billed = desk.plan(bills.PUSH, arrived(Decimal(1), "RECEIVED"))[0]
    if isinstance(billed, Refuse):
        assert "has no quantity" in billed.reason
        assert any(quantity == 0 and cents > 0 for quantity, _, cents in lines)
        return
    total = Decimal(0)
    receipts = [*((share, "Partially received") for share in shares), (Decimal(1), "RECEIVED")]
    for share, status in receipts:
        raw = arrived(share, status)
        if isinstance(desk.plan(bills.PUSH, raw)[0], Create):
            total += desk.push(bills.PUSH, raw)["TotalAmt"]
    assert total == order["TotalAmt"]
    assert desk.order_there(record_id)["POStatus"] == "Closed"


@bounded(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(
    cents=st.integers(-100, 10**9),
    payment=st.sampled_from(["Check", "CREDIT_CARD", "cash", "Fleet card", "Barter", ""]),
    category=st.sampled_from(["Fuel", "Tools", ""]),
    texts=st.tuples(NAMES, NAMES, NAMES),
)
def test_every_expense_is_accepted_or_refused_before(
    desk: Desk, cents: int, payment: str, category: str, texts: tuple[str, str, str]
) -> None:
    description, by, on = texts
    raw = an_expense(
        f"32{len(desk.links):05}",
        amount=str(Decimal(cents) / 100),
        paymentType=payment,
        categoryName=category,
        description=description,
        createdByName=by,
        entityName=on,
    )
    planned = desk.plan(expenses.PUSH, raw)[0]
    if cents == 0:
        assert isinstance(planned, Skip)
    elif not isinstance(planned, Refuse):
        answer = desk.push(expenses.PUSH, raw)
        assert answer["TotalAmt"] * 100 == cents

"""Selling documents at random, as MobiWork sends them: most of them add up."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from connector.entities.shared.wire import cents
from connector.model.body import Body

OWN = {"customer": "700001", "parts": ("307001", "307002", "307003")}

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
AMOUNTS = st.decimals("0", "900", places=2)
QUANTITIES = st.decimals("-9", "90", places=2)


@st.composite
def lines(draw: st.DrawFn) -> list[Body]:
    """Draw lines that are goods, credits or remarks, some with a total of their own."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        quantity, price = draw(QUANTITIES), draw(AMOUNTS)
        total = cents(quantity * price) + draw(st.integers(0, 1)) * Decimal("0.01")
        one: Body = {
            "productid": draw(st.sampled_from(OWN["parts"])),
            "description": draw(TEXTS),
            "quantity": quantity,
            "price": price,
            "taxable": draw(st.booleans()),
            "total": total,
        }
        note = {"description": "For your records", "quantity": "0", "total": Decimal(0)}
        found.append(draw(st.sampled_from([one, one, one, note])))
    return found


@st.composite
def forms(draw: st.DrawFn) -> Body:
    """Draw the elements that all selling documents have; most of them add up."""
    sold = draw(lines())
    added = sum((one["total"] for one in sold), Decimal(0))
    markup, shipping = (draw(st.sampled_from([Decimal(0), Decimal("7.77")])) for _ in range(2))
    percent = draw(st.sampled_from([Decimal(0), Decimal(10), Decimal("33.3")]))
    discount = cents((added + markup) * percent / 100)
    tax = draw(st.decimals("0", "20", places=2)) if any(one.get("taxable") for one in sold) else 0
    on_top = draw(st.booleans())
    if on_top:
        discount = cents(added * percent / 100)
    return {
        "customerid": OWN["customer"],
        "number": draw(TEXTS),
        "createddate": draw(st.dates(date(1990, 1, 1), date(2100, 1, 1))).strftime("%Y/%m/%d"),
        "duedate": "2026/01/31",
        "comments": draw(TEXTS) * draw(st.sampled_from([1, 30])),
        "contact": {"email": draw(st.sampled_from(["", "a@b.example", "a@b", "x@y.z; q"]))},
        "address": {"address1": draw(TEXTS), "state": draw(st.sampled_from(["FL", "TX", ""]))},
        "markup": markup,
        "markupaftertax": on_top,
        "discountpercent": percent,
        "shippingcost": shipping,
        "taxamount": Decimal(tax),
        "total": added + markup - discount + shipping + Decimal(tax),
        "lineitems": {"lineitem": sold},
        "customfields": {"customfield": [{"apiname": "crew", "value": draw(TEXTS)}]},
        "status": draw(st.sampled_from(["COMPLETED", "WAITING_FOR_STOCK", "Approved"])),
    }

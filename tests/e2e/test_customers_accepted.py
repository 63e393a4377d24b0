from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from connector.entities.customers import push as push_customers
from connector.entities.payments import push as push_payments
from connector.entities.payments.model import Payment
from connector.entities.products import push as push_products
from connector.entities.sales import invoices
from connector.entities.shared.wire import cents
from connector.errors import DuplicateNameError, RejectedError
from connector.mobiwork.client import MobiWork
from connector.model.plans import Ask, Create, Plan, Refuse, Skip, Wait
from tests.builders import a_customer, a_product
from tests.e2e.conftest import Judge
from tests.e2e.open_accounts import Books, _read, balance, fresh, named, places, under


@pytest.fixture(scope="module")
def open_books(judge: Judge) -> Callable[..., Books]:
    judge.switch(tax_override="alone")
    company = judge.company()
    return lambda **chosen: Books(judge, company, chosen)


@pytest.fixture(scope="module")
def books(open_books: Callable[..., Books]) -> Books:
    return open_books()


def _for_a_person(decided: Plan) -> bool:
    """Tell whether a payment is left for a reason that the sample company has."""
    match decided:
        case Ask(question):
            return question.value == "Store Credit"
        case Refuse(reason):
            return reason.startswith("It is not applied to an invoice: ")
        case _:
            return isinstance(decided, Wait | Skip)


def test_the_sample_company_goes_over_and_its_balances_agree_to_the_cent(
    open_books: Callable[..., Books], mobiwork: MobiWork
) -> None:
    books = open_books()
    books.places = places(mobiwork)
    unapplied = Decimal(0)
    owed: dict[str, Decimal] = {}
    left: dict[str, list[Plan]] = {}
    for flow in (push_customers.PUSH, push_products.PUSH, invoices.PUSH, push_payments.PUSH):
        todo = list(mobiwork.records(flow.entity))
        todo.sort(key=lambda raw: isinstance(books.plan(flow, raw), Wait))
        left[flow.entity] = []
        for raw in todo:
            decided = books.plan(flow, raw)
            if not isinstance(decided, Create):
                left[flow.entity].append(decided)
                continue
            answer, record = books.push(flow, raw), _read(flow, raw)
            if isinstance(record, invoices.Invoice):
                owed[raw.own_id] = cents(record.total)
            if isinstance(record, Payment):
                assert answer["TotalAmt"] == cents(record.amount)
                unapplied += answer["UnappliedAmt"]
                for line in answer.get("Line", ()):
                    (paid,) = (
                        own
                        for (entity, own), link in books.links.items()
                        if entity == "invoice"
                        and link.quickbooks_id == line["LinkedTxn"][0]["TxnId"]
                    )
                    owed[paid] -= line["Amount"]
    assert not any(isinstance(one, Wait) for one in left["customer"] + left["product"])
    assert unapplied >= Decimal("25.00")
    assert len(owed) > 100
    assert {one: balance(books, one) for one in owed} == owed
    assert [one for one in left["payment"] if not _for_a_person(one)] == []


@pytest.mark.parametrize("form", ["company", "first last", "last, first", "company (first last)"])
def test_the_sample_customers_are_accepted_in_every_other_format(
    open_books: Callable[..., Books], mobiwork: MobiWork, form: str
) -> None:
    books = open_books(display_name_format=form, push_sub_customers=False)
    accepted = 0
    for raw in mobiwork.records("customer"):
        decided = books.plan(push_customers.PUSH, raw)
        if isinstance(decided, Create):
            name = f"{decided.body['DisplayName']} {raw.id} {form}".replace(",", "")
            books.judge.post("Customer", decided.body | {"DisplayName": name})
            accepted += 1
        else:
            assert isinstance(decided, Skip)
    assert accepted >= 30


def test_the_sample_parts_are_accepted_with_their_stock(
    open_books: Callable[..., Books], mobiwork: MobiWork
) -> None:
    books = open_books(handle_inventory=True, inventory_start_date="2020-01-01")
    stocked = 0
    for raw in mobiwork.records("product"):
        decided = books.plan(push_products.PUSH, raw)
        assert isinstance(decided, Create)
        name = f"Stock {raw.id}"
        answer = books.judge.post("Item", decided.body | {"Name": name})
        if answer["Type"] == "Inventory":
            stocked += 1
            assert answer["QtyOnHand"] == decided.body["QtyOnHand"]
    assert stocked >= 20


def test_a_name_a_vendor_has_is_refused_and_the_offered_one_is_accepted(books: Books) -> None:
    books.judge.post("Vendor", {"DisplayName": "Gull Supply"})
    raw = named(fresh(), "Gull Supply")
    with pytest.raises(DuplicateNameError) as raised:
        books.push(push_customers.PUSH, raw)
    assert [fix.action for fix in raised.value.fixes] == ["link", "create_as", "skip"]
    decided = books.plan(push_customers.PUSH, raw)
    assert isinstance(decided, Create)
    offered = push_customers.PUSH.matching.another_name(decided.body)
    assert offered == "Gull Supply (Tampa)"
    assert books.judge.post("Customer", decided.body | {"DisplayName": offered})["Active"]


def test_a_part_named_like_an_inactive_item_is_refused_and_the_offered_name_accepted(
    books: Books,
) -> None:
    raw = a_product(fresh(), name="Old valve", sku="OV-1")
    before = books.push(push_products.PUSH, raw)
    gone = {"Id": before["Id"], "SyncToken": before["SyncToken"], "sparse": True, "Active": False}
    books.judge.change("Item", gone)
    again = a_product(fresh(), name="Old valve", sku="OV-1")
    with pytest.raises(DuplicateNameError):
        books.push(push_products.PUSH, again)
    decided = books.plan(push_products.PUSH, again)
    assert isinstance(decided, Create)
    in_quickbooks = list(books.judge.client.query(decided.twin_query))
    assert not any(push_products.is_twin(decided.body, one) for one in in_quickbooks)
    offered = push_products.another_name(decided.body)
    assert books.judge.post("Item", decided.body | {"Name": offered})["Name"] == "Old valve (OV-1)"


def test_sub_customers_go_five_levels_deep_and_a_sixth_is_refused_in_words(books: Books) -> None:
    ids = [fresh() for _ in range(6)]
    books.push(push_customers.PUSH, named(ids[0], "Pier Hotel"))
    for parent_id, record_id in pairwise(ids[:5]):
        answer = books.push(push_customers.PUSH, under(parent_id, record_id, f"Wing {record_id}"))
    assert answer["Level"] == 4
    assert answer["DisplayName"].startswith("Pier Hotel - Wing")
    with pytest.raises(RejectedError, match="more than five levels deep"):
        books.push(push_customers.PUSH, under(ids[4], ids[5], "Cellar"))


def test_two_parents_may_have_a_sub_customer_of_the_same_name(books: Books) -> None:
    for parent in ("East Mall", "West Mall"):
        parent_id = fresh()
        books.push(push_customers.PUSH, named(parent_id, parent))
        answer = books.push(push_customers.PUSH, under(parent_id, fresh(), "Food court"))
        assert answer["FullyQualifiedName"] == f"{parent}:{parent} - Food court"


def test_a_sub_customer_that_the_accountant_made_is_found_under_its_parent(books: Books) -> None:
    parent_id, record_id = fresh(), fresh()
    parent = books.push(push_customers.PUSH, named(parent_id, "Palm - Court"))
    under_it = {"Job": True, "ParentRef": {"value": parent["Id"]}}
    by_hand = books.judge.post("Customer", under_it | {"DisplayName": "Poolhouse"})
    decided = books.plan(push_customers.PUSH, under(parent_id, record_id, "Poolhouse"))
    assert isinstance(decided, Create)
    found = books.judge.client.query(decided.twin_query)
    assert [one["Id"] for one in found if push_customers.is_twin(decided.body, one)] == [
        by_hand["Id"]
    ]


def test_a_sub_customer_waits_for_its_parent(books: Books) -> None:
    parent_id = fresh()
    assert isinstance(books.plan(push_customers.PUSH, under(parent_id, fresh(), "Attic")), Wait)


def test_a_sub_customer_may_be_taken_out_from_under_its_parent(books: Books) -> None:
    parent_id, record_id = fresh(), fresh()
    books.push(push_customers.PUSH, named(parent_id, "Dock House"))
    books.push(push_customers.PUSH, under(parent_id, record_id, "Boat shed"))
    answer = books.push(push_customers.PUSH, named(record_id, "Boat shed"))
    assert (answer["Job"], answer["FullyQualifiedName"]) == (False, "Boat shed")


def test_a_customer_is_disabled_in_quickbooks_too_but_never_created_so(books: Books) -> None:
    record_id = fresh()
    assert isinstance(
        books.plan(push_customers.PUSH, named(record_id, "Kiosk", enabled="false")), Skip
    )
    books.push(push_customers.PUSH, named(record_id, "Kiosk"))
    assert (
        books.push(push_customers.PUSH, named(record_id, "Kiosk", enabled="false"))["Active"]
        is False
    )


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=700)
MONEY = st.decimals("0", "99999999", places=9, allow_nan=False).map(str)
GENTLY = settings_of(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@GENTLY
@given(
    form=st.sampled_from(
        ["company else person", "company", "first last", "last, first", "company (first last)"]
    ),
    home=st.booleans(),
    texts=st.lists(TEXTS, min_size=9, max_size=9),
    email=st.emails() | TEXTS,
    phone=st.from_regex(r"[0-9() +.-]{0,45}", fullmatch=True),
)
def test_any_customer_is_accepted_or_refused_by_the_planner(  # noqa: PLR0913 - all generated
    open_books: Callable[..., Books],
    *,
    form: str,
    home: bool,
    texts: list[str],
    email: str,
    phone: str,
) -> None:
    books, record_id = open_books(display_name_format=form), fresh()
    company, first, last, *places = texts
    raw = a_customer(
        record_id,
        companyName=f"{record_id}{company}" if company else "",
        type="RESIDENTIAL" if home else "BUSINESS",
        contact={
            "firstName": first,
            "lastName": f"{last}{record_id}",
            "email": email,
            "phoneNumber": phone,
            "phoneExt": phone[:9],
        },
        address=dict(
            zip(("address1", "address2", "city", "state", "zipCode"), places[:5], strict=True)
        ),
        addressList={"address": [{"address1": places[5]}]},
    )
    if isinstance(books.plan(push_customers.PUSH, raw), Refuse):
        return
    assert books.push(push_customers.PUSH, raw)["Active"]


@GENTLY
@given(
    stocked=st.booleans(),
    service=st.booleans(),
    texts=st.lists(TEXTS, min_size=3, max_size=3),
    amounts=st.lists(MONEY, min_size=3, max_size=3),
)
def test_any_product_is_accepted_or_refused_by_the_planner(
    open_books: Callable[..., Books],
    stocked: bool,
    service: bool,
    texts: list[str],
    amounts: list[str],
) -> None:
    chosen = {"handle_inventory": True, "inventory_start_date": "2020-01-01"} if stocked else {}
    books, record_id = open_books(**chosen), fresh()
    name, sku, description = texts
    price, cost, quantity = amounts
    raw = a_product(
        record_id,
        name=f"{record_id} {name}",
        sku=sku,
        description=description * 8,
        price=price,
        cost=cost,
        quantity=quantity,
        type="SERVICES" if service else "PRODUCT",
    )
    if isinstance(books.plan(push_products.PUSH, raw), Refuse):
        return
    assert books.push(push_products.PUSH, raw)["Active"]

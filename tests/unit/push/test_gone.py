import pytest

from tests.builders import a_customer, a_product, an_invoice
from tests.unit.engine.world import World


@pytest.fixture
def world() -> World:
    return World()


def test_a_pushed_invoice_deleted_in_mobiwork_is_reported_and_left_in_quickbooks(
    world: World,
) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice())
    world.push("customer", "product", "invoice")
    world.find(*masters)
    assert world.left("invoice") == {"5501": "deleted"}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_a_record_deleted_before_it_was_pushed_is_not_pending_any_more(world: World) -> None:
    world.find(a_customer(), a_customer("700002", companyName="Second"))
    world.find(a_customer())
    assert world.left("customer") == {"700001": "changed"}


def test_a_deleted_record_that_comes_back_is_pushed_as_before(world: World) -> None:
    world.find(a_customer())
    world.push("customer")
    world.find()
    world.find(a_customer(companyName="Blue Heron LLC"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"updated": 1}}


def test_a_list_that_suddenly_lacks_most_records_marks_none_as_deleted(world: World) -> None:
    world.find(*[a_customer(str(700000 + n), companyName=f"Customer {n}") for n in range(30)])
    found = world.find(a_customer("700001", companyName="Customer 1"))
    assert found["push_customers"].deleted == 0
    assert "listed 1 of 30 known records" in str(found["push_customers"].problem)


def test_an_invoice_voided_in_mobiwork_after_the_push_is_told_and_not_mirrored(
    world: World,
) -> None:
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice())
    world.push("customer", "product", "invoice")
    world.find(*masters, an_invoice(status="VOID", total="0.00"))
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"unchanged": 1}}
    assert world.left("invoice") == {"5501": "deleted"}
    assert "void or delete it there" in world.note("invoice", "5501")[1]


def test_a_void_invoice_is_not_pushed(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(status="VOID"))
    assert world.push("customer", "product", "invoice")["invoice"] == {"left out": 1}
    assert "Invoice" not in world.quickbooks.records


@pytest.mark.case("M34g")
def test_a_customer_that_was_split_off_again_is_told_how_to_get_the_record_of_the_deleted_one(
    world: World,
) -> None:
    world.find(a_customer())
    world.push("customer")
    world.run_id = "r2"
    world.find(a_customer("700002"))
    assert world.push("customer") == {"customer": {"refused": 1}}
    told = world.note("customer", "700002")[1]
    assert "belongs to customer 700001 of MobiWork already, which was deleted there" in told
    assert "merge the two in QuickBooks" in told

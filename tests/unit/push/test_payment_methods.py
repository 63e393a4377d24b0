import pytest

from connector.errors import DuplicateNameError, RejectedError, RemoteDownError
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.connection import Mode
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.fakes import lost_answer
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product(), an_invoice())


def venmo(record_id: str = "901", amount: str = "1.00", **changes: str) -> RawRecord:
    return a_payment(record_id, amount=amount, paymentMethod="Venmo", **changes)


@pytest.fixture
def world() -> World:
    """An invoice in QuickBooks, and payment methods that are created where they are missing."""
    world = World()
    world.save(settings(missing_payment_methods="create"))
    world.find(*MASTERS, venmo(), venmo("902", "2.00"), a_payment("903", amount="3.00"))
    world.push("customer", "product", "invoice")
    return world


def methods(world: World) -> list[Body]:
    return world.quickbooks.records.get("PaymentMethod", [])


def sent(world: World) -> list[object]:
    return [one.get("PaymentMethodRef") for one in world.quickbooks.records["Payment"]]


@pytest.mark.case("M26c")
def test_a_missing_method_is_made_once_and_named_on_every_payment_by_it(world: World) -> None:
    assert world.push("payment") == {"payment": {"created": 3}}
    (made,) = methods(world)
    assert (made["Name"], made["Type"]) == ("Venmo", "NON_CREDIT_CARD")
    assert sent(world) == [{"value": made["Id"]}, {"value": made["Id"]}, {"value": "2"}]
    company = world.store.settings.read_company(CONNECTION)
    assert company is not None
    assert company.payment_methods == {"Check": "2", "Venmo": made["Id"]}


@pytest.mark.case("M26c")
def test_later_payments_cost_no_look_up_of_the_method(world: World) -> None:
    world.push("payment")
    queries, world.run_id = world.quickbooks.queries, "r2"
    world.find(*MASTERS, venmo("904", "4.00"))
    world.push("payment")
    assert (world.quickbooks.queries, len(methods(world))) == (queries, 1)


@pytest.mark.case("M26c")
def test_a_worker_that_loses_the_answer_makes_no_second_one(world: World) -> None:
    def losing(entity: str, body: Body) -> None:
        if entity == "PaymentMethod":
            lost_answer(entity, body)

    world.quickbooks.after = losing
    with pytest.raises(RemoteDownError):
        world.push("payment")
    assert world.quickbooks.records.get("Payment") is None
    world.quickbooks.after = lambda _entity, _body: None
    world.quickbooks.honours_request_ids = False
    assert world.push("payment") == {"payment": {"created": 3}}
    assert len(methods(world)) == 1


@pytest.mark.case("M26d")
@pytest.mark.parametrize("there", [{"Active": False}, {"Active": True}])
def test_one_that_is_there_already_is_used_unless_it_is_inactive(
    world: World, there: dict[str, bool]
) -> None:
    world.quickbooks.records["PaymentMethod"] = [{"Id": "9", "Name": "VENMO", **there}]
    world.push("payment")
    assert len(methods(world)) == 1
    assert sent(world)[0] == ({"value": "9"} if there["Active"] else None)


@pytest.mark.case("M26d")
@pytest.mark.parametrize(
    "refusal",
    [RejectedError("Not allowed.", code="5030"), DuplicateNameError("Taken.", code="6240")],
)
def test_what_quickbooks_does_not_take_is_posted_without_and_says_so(
    world: World, refusal: RejectedError
) -> None:
    def refusing(entity: str, _body: Body) -> None:
        if entity == "PaymentMethod":
            raise refusal

    world.quickbooks.before = refusing
    assert world.push("payment") == {"payment": {"created": 3}}
    assert 'no payment method "Venmo", so none was set' in world.note("payment", "901")[1]


@pytest.mark.case("M26d")
@pytest.mark.parametrize(
    "choices", [{"dry_run": True}, {"mode": Mode.REVIEW}, {"mode": Mode.APPROVE}]
)
def test_a_run_that_only_plans_makes_none(world: World, choices: dict[str, object]) -> None:
    world.push("payment", **choices)
    assert methods(world) == []

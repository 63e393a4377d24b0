"""How customers of QuickBooks and what is below them are held up on their way to MobiWork."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connector.model.pending import NewItem
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_product
from tests.memory.kept import MemoryParents
from tests.refusals.walking import Walk, kept_out, retry, seen, walk
from tests.refusals.walks.masters import ELSEWHERE
from tests.refusals.walks.posted import undo_all
from tests.refusals.walks.pulled import There
from tests.unit.api.simulated import MobiWorkAccount, SimulatedSides, settings
from tests.unit.pull.families import enter, family
from tests.unit.pull.items import ELBOW, both_linked, pulled

NAMES = ("DisplayName", "CompanyName")


def customers(**chosen: Any) -> SimulatedSides:
    return SimulatedSides(settings=settings(**chosen))


def pull(sides: SimulatedSides, *flows: str) -> None:
    """Let the next run look and pull all that QuickBooks has."""
    sides.run_id = f"{sides.run_id}+"
    sides.look("Customer", "Item")
    for flow in flows or ("pull_customers",):
        sides.pull(flow)


@walk(Kind.PARENT)
def _parent_not_there_yet() -> Walk:
    sides = customers()
    top = enter(sides, "Heron")
    low = enter(sides, "Kitchen", ("Heron", top))
    sides.look()
    sides.tell("Customer", low)
    sides.pull("pull_customers")
    yield sides
    pull(sides)
    assert sides.owner("Customer", low)


@walk(Kind.RECORD)
def _top_not_known() -> Walk:
    sides = customers()
    _, _, low = family(sides)
    sides.look()
    sides.tell("Customer", "1", "2")
    sides.pull("pull_customers")
    sides.store = replace(sides.store, parents=MemoryParents())
    sides.run_id = "r2"
    sides.look()
    sides.tell("Customer", low)
    sides.pull("pull_customers")
    desk, entry = yield sides
    retry(desk, entry)
    pull(sides)
    assert sides.owner("Customer", low)


@walk(Kind.SEVERAL)
def _several_there_of_one_name() -> Walk:
    sides = customers()
    sides.mobiwork.put(a_product("307001", name="Copper elbow", price="4.50", quantity="0"))
    sides.in_quickbooks("Item", **ELBOW)
    second = sides.in_quickbooks("Item", **ELBOW | {"Name": "Copper  elbow", "Sku": "x"})
    pull(sides, "pull_products")
    desk, entry = yield sides
    desk.is_here = lambda _entity, _own: True
    desk.fix(FixKind.LINK, entry, target="307001")
    sides.quickbooks.edit("Item", second, Name="Brass elbow")
    pull(sides, "pull_products")


@walk(Kind.SAME)
def _same_name_elsewhere() -> Walk:
    yield from _same_name(pulls=1)


@walk(Kind.SAME)
def _same_name_asked_again() -> Walk:
    yield from _same_name(pulls=2)


def _same_name(pulls: int) -> Walk:
    sides = customers()
    sides.mobiwork.put(a_customer(companyName="Heron"))
    enter(sides, "Heron", **{one: ELSEWHERE[one] for one in ELSEWHERE if one not in NAMES})
    for _ in range(pulls):
        pull(sides)
    desk, entry = yield sides
    desk.is_here = lambda _entity, _own: True
    desk.fix(FixKind.LINK, entry, target="700001")
    pull(sides)
    assert sides.owner("Customer", "1") == "700001"


@walk(Kind.MOBIWORK_CALL)
def _no_call_to_add() -> Walk:
    sides = SimulatedSides(mobiwork=MobiWorkAccount(off=frozenset({"vendor.add"})))
    sides.in_quickbooks("Vendor", DisplayName="Tampa Supply")
    sides.look("Vendor")
    sides.pull("pull_vendors")
    desk, entry = yield sides
    desk.fix(FixKind.LEAVE_OUT, entry, why="By hand.")
    sides.run_id = "r2"
    sides.pull("pull_vendors")


@walk(Kind.INACTIVE_THERE)
def _gone_in_mobiwork() -> Walk:
    sides = customers()
    number, own = both_linked(sides)
    sides.mobiwork.account.store.delete("product", own)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.tell("Item", number)
    sides.pull("pull_products")
    desk, entry = yield sides
    seen(desk, entry)


@walk(Kind.UNREADABLE)
def _cannot_be_compared() -> Walk:
    return _changed_there_while({"price": "four"}, mended={"price": "4.5"})


def _changed_there_while(unreadable: dict[str, str], *, mended: dict[str, str]) -> Walk:
    """Change a product in QuickBooks while MobiWork's cannot be read, and mend that."""
    sides = customers()
    number, own = both_linked(sides)
    sides.mobiwork.change("product", own, unreadable)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.tell("Item", number)
    sides.pull("pull_products")
    desk, entry = yield sides
    sides.mobiwork.change("product", own, mended)
    retry(desk, entry)
    pull(sides, "pull_products")
    assert sides.text("product", own, "price") == "4.75"


@walk(Kind.MOBIWORK_CALL)
def _no_list() -> Walk:
    sides = SimulatedSides(mobiwork=MobiWorkAccount(off=frozenset({"vendor.list"})))
    sides.in_quickbooks("Vendor", DisplayName="Tampa Supply")
    sides.look("Vendor")
    sides.pull("pull_vendors")
    desk, entry = yield sides
    desk.fix(FixKind.LEAVE_OUT, entry, why="By hand.")
    sides.run_id = "r2"
    sides.pull("pull_vendors")


@walk(Kind.PARENT)
def _quantity_before_its_product() -> Walk:
    sides = customers(handle_inventory=True, inventory_start_date="2025-10-01")
    counted = {"Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 5}
    sides.in_quickbooks("Item", **(ELBOW | counted), InvStartDate="2025-10-01")
    pull(sides, "pull_part_quantities")
    yield sides
    pull(sides, "pull_products", "pull_part_quantities")


@kept_out("below_a_project", "pull_customers", stays=True)
def _below_a_project() -> Walk:
    sides = customers()
    top = enter(sides, "Heron")
    project = enter(sides, "Job", ("Heron", top))
    enter(sides, "Task", ("Heron", top), ("Job", project))
    There(sides, "pull_customers", "Customer", project).becomes(IsProject=True)
    pull(sides)
    yield sides


@walk(Kind.INACTIVE_THERE)
def _inactive_address() -> Walk:
    sides = customers(sub_customers_as="address of the parent")
    top = enter(sides, "Heron")
    pull(sides)
    low = enter(sides, "Kitchen", ("Heron", top))
    pull(sides)
    sides.quickbooks.edit("Customer", low, Active=False)
    pull(sides)
    desk, entry = yield sides
    seen(desk, entry)


@walk(Kind.MOVED)
def _moved_address() -> Walk:
    sides = customers(sub_customers_as="address of the parent")
    top, other = enter(sides, "Heron"), enter(sides, "Ibis")
    pull(sides)
    low = enter(sides, "Kitchen", ("Heron", top))
    pull(sides)
    moved = {"ParentRef": {"value": other}, "FullyQualifiedName": "Ibis:Kitchen"}
    There(sides, "pull_customers", "Customer", low).becomes(**moved)
    pull(sides)
    desk, entry = yield sides
    seen(desk, entry)


SHORT = {"claim_seconds": 0.0, "settle_seconds": 0.0}


def unheard(sides: SimulatedSides, **choices: Any) -> str:
    """Have a product added of which the answer is lost; return the id of its item."""
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.mobiwork.fails("product.add", "drop")
    sides.mobiwork.fails("product.list", "status", status=503)
    sides.pull("pull_products", **choices)
    sides.mobiwork.faults.forget()
    return number


@walk(Kind.SEVERAL)
def _added_and_copied() -> Walk:
    sides = customers()
    unheard(sides, **SHORT)
    store = sides.mobiwork.account.store
    (own,) = store.records["product"]
    store.put("product", {**store.records["product"][own], "mobiworkProductId": "999"})
    sides.run_id = "r2"
    sides.pull("pull_products", **SHORT)
    desk, entry = yield sides
    store.delete("product", "999")
    retry(desk, entry)
    sides.run_id = "r3"
    sides.pull("pull_products", **SHORT)
    assert sides.owner("Item", "1") == own


@walk(Kind.MOBIWORK_IGNORED)
def _added_and_not_shown() -> Walk:
    sides = customers()
    sides.in_quickbooks("Item", **ELBOW)
    sides.mobiwork.fails("product.add", "warning", instead=True)
    sides.mobiwork.fails("product.list", "empty_list")
    sides.look("Item")
    sides.pull("pull_products", **SHORT)
    desk, entry = yield sides
    sides.mobiwork.faults.forget()
    retry(desk, entry)
    sides.run_id = "r2"
    sides.pull("pull_products", **SHORT)
    assert sides.owner("Item", "1")


@walk(Kind.UNREADABLE_THERE)
def _kept_and_not_to_be_read() -> Walk:
    sides = customers()
    number = enter(sides, "Heron")
    text = '{"Id": "1", "DisplayName": "Heron", "Active": true, "PrimaryPhone": "none"}'
    kept = NewItem(
        record_id=number, record=text, fingerprint="f", found_at="t", label='customer "Heron"'
    )
    sides.store.pending.put_all(CONNECTION, "pull_customers", [kept])
    sides.look()
    sides.pull("pull_customers")
    desk, entry = yield sides
    retry(desk, entry)
    sides.tell("Customer", number)
    sides.run_id = "r2"
    sides.pull("pull_customers")
    assert sides.owner("Customer", number)


@walk(Kind.UNREADABLE)
def _bytes_that_are_no_characters() -> Walk:
    return _changed_there_while({"modelNumber": "E\ufdd0"}, mended={"modelNumber": "E"})


@walk(Kind.REMOTE_FAILED)
def _list_not_read() -> Walk:
    sides = customers()
    account = sides.mobiwork.account
    account.switches = replace(account.switches, endpoints_off=())
    number = sides.in_quickbooks("Term", Name="Net 7", DueDays=7)
    sides.look()
    sides.mobiwork.fails("terms.list", "status", status=503)
    There(sides, "pull_terms", "Term", number).read(datetime.now(UTC))
    sides.pull("pull_terms")
    desk, entry = yield sides
    sides.mobiwork.faults.forget()
    retry(desk, entry)
    sides.run_id = "r2"
    sides.pull("pull_terms")
    assert sides.owner("Term", number)


@kept_out("undone_and_told_again", "pull_products", stays=True)
def _undone_and_told_again() -> Walk:
    sides = customers()
    number, _ = pulled(sides)
    undo_all(sides, "r1")
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.run_id = "r3"
    sides.look()
    sides.tell("Item", number)
    sides.pull("pull_products")
    yield sides

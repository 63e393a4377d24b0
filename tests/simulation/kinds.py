"""All other kinds of records and what the days bring: quotes, orders, bills, expenses, credits.

Documents that the office types, questions that wait, plans that are approved, runs that are undone.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from connector.entities.registry import BY_ENTITY
from connector.jobs.undoing.undo_run import undo
from connector.model.links import Link
from connector.model.matching.matches import MatchDecision
from connector.model.undoing.undo import Undoing, UndoState, UndoStep
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.simulation.account import Own
from tests.simulation.company import DOCUMENTS
from tests.simulation.world import World
from tests.unit.entities.purchases import buying
from tests.unit.entities.sales import selling

CREDIT = {"paymentType": "CREDIT", "paymentMethod": "", "amount": "2.00"}
BOUGHT = buying.an_order_line(productId="307001", productName="Elbow")
MAKERS: Mapping[Own, Callable[[], Any]] = {
    ("vendor", "51001"): buying.a_vendor,
    ("estimate", "41001"): selling.a_quote,
    ("salesOrder", "61001"): selling.an_order,
    ("purchaseOrder", "71001"): lambda: buying.an_order("71001", BOUGHT, status="RECEIVED"),
    ("expense", "31001"): lambda: buying.an_expense(createdDate="Tue Nov 11 00:00:00 EST 2025"),
    ("payment", "903"): lambda: a_payment("903", **CREDIT),
    ("payment", "904"): lambda: a_payment("904", invoiceId="null", customerId="700002"),
}
LISTS = ("customers", "products", "vendors")
POSTED = (
    "quotes", "sales_orders", "invoices", "payments", "purchase_orders", "bills", "expenses",
)  # fmt: skip
PULLS = ("pull_vendors", "pull_customers", "pull_products")
FLOWS = (
    *PULLS,
    "push_customers",
    "push_products",
    "push_vendors",
    "push_quotes",
    "push_sales_orders",
    "push_invoices",
    "pull_payments",
    "push_payments",
    "push_credits",
    "push_credit_applications",
    "push_purchase_orders",
    "push_bills",
    "push_expenses",
)
USUAL: Mapping[str, Any] = {
    "income_account": "Sales",
    "cost_of_goods_account": "Cost of Goods Sold",
    "accounts_payable": "Accounts Payable",
    "expense_check_account": "Checking",
    "expense_credit_card_account": "Mastercard",
    "expense_cash_account": "Checking",
    "expense_account": "Job Supplies",
    "credit_product": "307001",
    "refund_product": "307001",
    "refund_account": "Checking",
    "show_payments": True,
    "payments_on_account": True,
}
EDITS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vendor": {
        "name": ("Tampa Supply {}",),
        "contact/email": ("orders{}@supply.example", ""),
        "contact/phoneNumber": ("813555040{}",),
        "address/address1": ("{} Magnolia Ave",),
        "enabled": ("false", "true"),
    },
    "estimate": {
        "status": ("Draft", "Sent", "Approved", "Declined"),
        "estimateDate": ("Mon Nov 0{} 00:00:00 EST 2025",),
        "lineItems/lineItem/description": ("Elbow no. {}",),
    },
    "salesOrder": {
        "status": ("OPEN", "COMPLETED", "CANCELLED"),
        "customerId": ("700001", "700002"),
    },
    "purchaseOrder": {"status": ("OPEN", "RECEIVED", "CANCELLED"), "vendorId": ("51001",)},
    "expense": {
        "amount": ("30{}.29",),
        "paymentType": ("Check", "Cash"),
        "customStatusName": ("Approved", "Rejected"),
    },
    "invoice": {"dueDate": ("Wed Dec 1{} 00:00:00 EST 2025",)},
    "payment": {"paymentType": ("CREDIT", "PAYMENT", "REFUND"), "amount": ("{}.00",)},
}
TYPED: Mapping[str, tuple[Decimal, str, Mapping[str, Any]]] = {
    "Invoice": (Decimal("9.63"), "2025-11-02", {"DocNumber": "INV-5501"}),
    "Payment": (Decimal("9.63"), "2025-11-10", {}),
    "SalesReceipt": (Decimal("9.63"), "2025-11-02", {}),
    "Bill": (Decimal("13.20"), "2026-03-01", {}),
    "Purchase": (Decimal("308.29"), "2025-11-11", {"PaymentType": "Check"}),
}
"""Total, day and more of what somebody types, as MobiWork's records have it."""
SETTINGS: tuple[Mapping[str, Any], ...] = (
    {"approve_before_post": ["push_invoices", "push_payments"]},
    {"repush_invoices": True},
    {"show_payments": False},
    {"flows_off": ["push_expenses", "push_quotes"]},
)


def save_settings(world: World, dice: Random) -> str:
    """Save what these kinds go by."""
    chosen = dice.choice(SETTINGS)
    world.save_settings(**chosen)
    return ", ".join(chosen)


def edit_others(world: World, dice: Random) -> str | None:
    """Change one element of one record of these kinds."""
    known = [own for own in world.listed if own[0] in EDITS]
    if not known:
        return None
    entity, own = dice.choice(known)
    path = dice.choice(list(EDITS[entity]))
    value = dice.choice(EDITS[entity][path]).format(dice.randint(1, 9))
    world.mobiwork.change(entity, own, {path: value})
    return f"{entity}.{path}"


def enter_an_invoice(world: World, dice: Random) -> str | None:
    """Enter one more invoice, which the office may type in QuickBooks as well before it is seen."""
    own = f"55{dice.randint(10, 40)}"
    if ("invoice", own) in world.listed:
        return None
    world.holds(an_invoice(own, customerId=dice.choice(["700001", "700002"])))
    return "invoice, typed as well" if dice.random() < 0.7 and type_it(world, dice) else "invoice"


def type_it(world: World, dice: Random) -> str | None:
    """Type a document in QuickBooks of the total and day of one of MobiWork, or nearly so."""
    entity = dice.choice(list(TYPED))
    (total, day, more), member = TYPED[entity], "VendorRef" if entity == "Bill" else "CustomerRef"
    known = [one["Id"] for one in world.quickbooks.records.get(member.removesuffix("Ref"), [])]
    parties = [*_waits(world)] if entity in {"Invoice", "SalesReceipt"} else []
    if entity == "Purchase":
        party = {}
    elif parties or known:
        party = {member: {"value": dice.choice(parties or known)}}
    else:
        return None
    if dice.random() < 0.2:
        total += dice.randint(1, 9)
    lines = [*_pays(world, party, total, dice)] if entity == "Payment" else []
    body = {"TxnDate": day, "TotalAmt": total, "Line": lines, **party, **more}
    world.quickbooks.create(entity, body, requestid=f"typed {dice.random()}")
    return f"{entity} of an invoice" if lines else entity


def _pays(
    world: World, party: Mapping[str, Any], total: Decimal, dice: Random
) -> Iterator[Mapping[str, Any]]:
    """Yield the line of a payment that pays an invoice of its customer, if there is one."""
    invoices = world.quickbooks.records.get("Invoice", [])
    own = [one["Id"] for one in invoices if one["CustomerRef"] == party["CustomerRef"]]
    if own and dice.random() < 0.7:
        paid = {"TxnId": dice.choice(own), "TxnType": "Invoice"}
        yield {"Amount": total, "LinkedTxn": [paid]}


def change_a_vendor(world: World, dice: Random) -> str | None:
    """Enter a vendor in QuickBooks, or change one there."""
    known = world.quickbooks.records.get("Vendor", [])
    if not known or dice.random() < 0.3:
        body = {"DisplayName": f"Vendor {dice.random():.6f}"}
        world.quickbooks.create("Vendor", body, requestid=f"by hand {dice.random()}")
        return "entered"
    phone = {"FreeFormNumber": f"81355506{dice.randint(10, 99)}"}
    world.quickbooks.edit("Vendor", dice.choice(known)["Id"], PrimaryPhone=phone)
    return "edited"


def _waits(world: World) -> Iterator[str]:
    """Yield the customers in QuickBooks of invoices that are not posted yet."""
    for entity, own in world.listed:
        if entity == "invoice" and world.link(entity, own) is None:
            whom = world.listed[entity, own].fields.get("customerid")
            if isinstance(whom, str) and (link := world.link("customer", whom)):
                yield link.quickbooks_id


def decide(world: World, dice: Random) -> str | None:
    """Say of a record that waits what it is in QuickBooks."""
    matches = world.store.matches
    asked = [
        one
        for target in ("Invoice", "Payment", "Bill", "Purchase", "Customer", "Item")
        for one in matches.read_all(CONNECTION, target)
        if one.decision is MatchDecision.UNDECIDED and one.candidates
    ]
    if not asked:
        return None
    one = dice.choice(asked)
    said = dice.choice([MatchDecision.SAME, MatchDecision.DIFFERENT, MatchDecision.LEFT_OUT])
    chosen = one.quickbooks_ids[0] if said is MatchDecision.SAME else None
    decided = replace(
        one, decision=said, chosen=chosen, decided_by="ann", decided_at=world.now().isoformat()
    )
    assert matches.decide_as_read(CONNECTION, [(one, decided)])
    world.store.pending.replay(CONNECTION, one.flow, one.item)
    return said.value


def approve(world: World, dice: Random) -> str | None:
    """Approve some of what is planned, as it was shown."""
    store, done = world.store, 0
    for flow in ("push_invoices", "push_payments"):
        ids = [one.record_id for one in store.pending.planned(CONNECTION, flow)]
        shown = store.plans.read_many(CONNECTION, store.plans.scope(CONNECTION), flow, ids)
        for own, plan in shown.items():
            if plan.content_hash and dice.random() < 0.7:
                done += store.pending.approve(CONNECTION, flow, own, plan.content_hash)
    return f"{done} plans" if done else None


def void_there(world: World, dice: Random) -> str | None:
    """Void or delete a document of any kind in QuickBooks."""
    there = world.quickbooks.records
    kinds = [entity for entity in DOCUMENTS if there.get(entity)]
    if not kinds:
        return None
    entity = dice.choice(kinds)
    number = dice.choice(there[entity])["Id"]
    if dice.random() < 0.5:
        world.quickbooks.void(entity, number)
        return f"{entity} voided"
    world.quickbooks.erase(entity, number)
    return f"{entity} deleted"


def came_of(world: World) -> Counter[str]:
    """Count what became of records: by flow and outcome, and of which documents are gone there."""
    runs, counts = world.store.runs, Counter[str]()
    for number in range(1, world.runs + 1):
        for flow in FLOWS:
            told = runs.outcomes(CONNECTION, f"r{number:04}", flow)
            counts.update(f"{flow} {one.outcome}" for one in told)
    for kind, pushed in BY_ENTITY.items():
        links = world.store.links.read_beginning(CONNECTION, kind, "").values()
        gone = [link for link in links if isinstance(link, Link) and link.gone]
        counts[f"{pushed.name} gone there"] += len(gone)
    return +counts


def undo_a_run(world: World, dice: Random) -> str | None:
    """Undo what some run did; the job ends before anything else happens."""
    if world.runs == 0:
        return None
    run_id = f"r{dice.randint(1, world.runs):04}"
    job = f"undo-{world.clock.now:.0f}-{dice.randint(1, 9999)}"
    for state in (UndoState.PREVIEWING, UndoState.UNDOING):
        before = world.store.undos.read(CONNECTION, run_id)
        at = world.now().isoformat()
        asked = Undoing(run_id=run_id, state=state, job=job, by="ann", at=at)
        if not world.store.undos.begin(CONNECTION, asked, before=before):
            return None
        while undo(world.job(job, about=run_id)).more:
            pass
    done = world.store.undos.page(CONNECTION, run_id, after=None, limit=1000)
    world.restored |= {(one.entity, one.mobiwork_id) for one in done if one.step is UndoStep.DONE}
    return run_id


SELDOM = frozenset(
    {
        "pull_payments created",
        "push_credit_applications created",
        "push_invoices updated",
        "push_credits gone there",
    }
)
"""What becomes of some kinds of records in two hundred histories."""
COMES_UP: frozenset[str] = frozenset(
    [f"{flow} created" for flow in FLOWS]
    + [f"{way}_{kind} updated" for way in ("pull", "push") for kind in LISTS]
    + [f"push_{kind} gone there" for kind in POSTED]
).difference(SELDOM)
"""What becomes of each kind in fifty."""
DEEDS: Mapping[str, Callable[[World, Random], str | None]] = {
    "others edited in MobiWork": edit_others,
    "other settings saved": save_settings,
    "an invoice entered": enter_an_invoice,
    "typed in QuickBooks": type_it,
    "decided": decide,
    "approved": approve,
    "any document voided or deleted": void_there,
    "a vendor changed in QuickBooks": change_a_vendor,
    "undone": undo_a_run,
}

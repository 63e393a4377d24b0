"""The records that the cases are about: one of each flow, what it needs, how it changes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from connector.entities.registry import BY_ENTITY, PUSHES
from connector.mobiwork.xml import RawRecord
from connector.model.flows.push_flow import PushFlow
from connector.model.policy.settings import Settings
from connector.push.invalid_records import read_record
from tests.builders import a_company, a_customer, a_line, a_payment, a_product, an_invoice
from tests.unit.entities.purchases import buying
from tests.unit.entities.sales import selling

LINE = a_line(productName="Elbow", taxable="false")
MONEY: dict[str, Any] = {"lineItems": {"lineItem": [LINE]}, "taxAmount": "0", "total": "9.00"}
BOUGHT = buying.an_order_line(productId="307001", productName="Elbow")
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "customer": {"webAddress": "https://blueheron.example", "companyName": "Blue Heron LLC"},
    "product": {"price": "5.25"},
    "vendor": {"name": "Tampa Plumbing Supply LLC"},
    "invoice": {"dueDate": "Wed Dec 10 00:00:00 EST 2025"},
    "estimate": {"status": "Declined"},
}
"""What of a record is changed, for the flows that push later changes."""


def records_of(flow: PushFlow[Any], **changes: Any) -> list[RawRecord]:
    """Return the record of a flow and before it all that it needs in QuickBooks first."""
    mine = make_of(flow, **changes)
    return [*(make(source) for source in parents_of(flow)), mine]


def parents_of(flow: PushFlow[Any]) -> list[str]:
    """Return the sources of what a flow's record needs, in the order of the flows."""
    wanted: set[str] = set()
    for entity in needs_of(flow):
        parent = BY_ENTITY[entity]
        wanted |= {parent.records.entity, *parents_of(parent)}
    ordered = dict.fromkeys(one.entity for one in PUSHES)
    return [source for source in ordered if source in wanted - {flow.entity}]


def flows_for(flow: PushFlow[Any]) -> tuple[str, ...]:
    """Return the flows that a run must push so that this one's record can go, it the last."""
    before = {*parents_of(flow), *needs_of(flow)}
    names = [one.name for one in PUSHES if one is not flow and set(one.link_entities) & before]
    return (*names, flow.name)


def needs_of(flow: PushFlow[Any]) -> set[str]:
    """Return the entities of what a flow's record refers to."""
    record = parsed(flow, make_of(flow))
    references = flow.references.needed(record, Settings(credit_product="307001"), a_company())
    return {one.entity for one in references}


def copies(raw: RawRecord, count: int) -> list[RawRecord]:
    """Return a record so many times, each with an id and a name of its own."""
    return [_copied(raw, number) for number in range(count)]


def _copied(raw: RawRecord, number: int) -> RawRecord:
    own = f"{int(raw.own_id) + 1000 * number}"
    xml = raw.xml.replace(f">{raw.id}<", f">{own}<")
    for name in ("Blue Heron Plumbing<", "Elbow<", "Tampa Plumbing Supply<"):
        if number and raw.entity in ("customer", "product", "vendor"):
            xml = xml.replace(f">{name}", f">No. {number} {name}")
    return replace(raw, id=own, xml=xml)


def parsed(flow: PushFlow[Any], raw: RawRecord) -> Any:
    """Read a record with its flow's model."""
    return read_record(flow, raw.own_id, raw.xml)


def make_of(flow: PushFlow[Any], **changes: Any) -> RawRecord:
    """Build the record that a flow is about: of the payments, some are credits."""
    own: dict[str, Any] = {**OWN.get(flow.name, {}), **changes}
    return make(flow.entity, **own)


def make(source: str, **changes: Any) -> RawRecord:
    """Build the record of a MobiWork entity."""
    made: RawRecord = RECORDS[source](**changes)
    return made


CREDIT = {"paymentType": "CREDIT", "paymentMethod": ""}
OWN: Mapping[str, dict[str, str]] = {
    "push_credits": CREDIT,
    "push_credit_applications": CREDIT,
}
"""What of a record of its source a flow is about, where that is not any."""

REFUND = CREDIT | {"paymentType": "REFUND"}
KINDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "push_credits": {
        "refund": REFUND,
        "refund of money on account": REFUND | {"invoiceId": "null", "customerId": "700001"},
    },
    "push_expenses": {
        "bill from an employee": {"reimbursementDueDate": "Tue Apr 14 00:00:00 EDT 2026"},
    },
}
"""Further kinds of a flow's records, which become something else in QuickBooks."""

RECORDS: Mapping[str, Any] = {
    "customer": a_customer,
    "product": lambda **more: a_product(**({"name": "Elbow", "taxable": "false"} | more)),
    "vendor": buying.a_vendor,
    "estimate": lambda **more: selling.a_quote(**(MONEY | more)),
    "salesOrder": lambda **more: selling.an_order(**(MONEY | more)),
    "invoice": lambda **more: an_invoice(**(MONEY | more)),
    "payment": lambda **more: a_payment(**({"amount": "1.00"} | more)),
    "purchaseOrder": lambda **more: buying.an_order(
        "71001", BOUGHT, **({"status": "RECEIVED"} | more)
    ),
    "expense": buying.an_expense,
}


def the_settings(accounts: Iterable[Any]) -> Settings:
    """Return settings with every account that a flow needs, and changed invoices pushed again."""
    first = {account.type: account.id for account in reversed(list(accounts))}
    return Settings.model_validate(
        buying.buying_settings(
            income_account=first["Income"],
            cost_of_goods_account=first["Cost of Goods Sold"],
            accounts_payable=first["Accounts Payable"],
            expense_check_account=first["Bank"],
            expense_cash_account=first["Bank"],
            expense_credit_card_account=first["Credit Card"],
            expense_account=first["Expense"],
            repush_invoices=True,
            credit_product="307001",
            refund_product="307001",
            refund_account=first["Bank"],
            reimbursable_expenses="bill from the employee",
        ).model_dump()
    )

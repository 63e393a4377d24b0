"""A buying department: MobiWork records on one side, the planner and a company on the other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis.vendor.pretty import RepresentationPrinter

from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import PushFlow
from connector.model.markers import Marker
from connector.model.plans import Adopt, Create, Plan, Refuse, Skip, Wait
from connector.model.policy.settings import Settings
from connector.push.link import ids_of_lines
from connector.push.plan import plan
from tests.e2e.conftest import Judge

CHOSEN = {
    "reimbursable_expenses": "owed to the employee",
    "reimbursement_account": "Mastercard",
    "income_account": "Sales of Product Income",
    "cost_of_goods_account": "Cost of Goods Sold",
    "asset_account": "Inventory Asset",
    "handle_inventory": True,
    "inventory_start_date": "2025-01-01",
    "accounts_payable": "Accounts Payable (A/P)",
    "expense_check_account": "Checking",
    "expense_credit_card_account": "Mastercard",
    "expense_cash_account": "Checking",
    "expense_account": "Job Expenses",
    "expense_account_of_category": {"Fuel": "Automobile:Fuel"},
    "expense_payments": {"Fleet card": {"type": "CreditCard", "account": "Visa"}},
    "purchase_order_statuses": ["Open", "Sent", "Received", "Partially received"],
    "purchase_order_custom_fields": [{"api_name": "crew", "definition_id": "1"}],
}


@dataclass
class Desk:
    """Pushes records as the engine would: what is planned is posted and linked."""

    judge: Judge
    settings: Settings = field(default_factory=lambda: Settings.model_validate(CHOSEN))
    links: dict[tuple[str, str], Linked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.company = self.judge.company()

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Be short in a failing example: all links in it would hide the failure."""
        del cycle
        printer.text(f"a desk of {len(self.links)} links")

    def plan(self, flow: PushFlow[Any], raw: RawRecord) -> tuple[Plan, str, Any]:
        record = flow.records.model.model_validate(raw.fields)
        entity = flow.variant_of(record, self.settings).entity
        own = raw.own_id
        if flow.piece_id is not None:
            begins = f"{own}-"
            made = {key[1]: link for key, link in self.links.items() if key[1].startswith(begins)}
            own = flow.piece_id(record, made)
        marker = str(Marker(entity, own, "e2e"))
        known = PushContext(
            self.settings, self.company, self.links, marker, seen_on=date(2026, 3, 9)
        )
        return plan(flow, record, self.links.get((entity, own)), known), own, record

    def push(self, flow: PushFlow[Any], raw: RawRecord) -> Body:
        """Post what is planned; what is not planned to be created is an error of the test."""
        planned, own, record = self.plan(flow, raw)
        assert isinstance(planned, Create | Adopt), planned
        variant = flow.variant_of(record, self.settings)
        answer = self.judge.post(variant.target, planned.body)
        assert flow.totals is None or flow.totals.difference(record, planned.body, answer) is None
        total = answer.get("TotalAmt")
        self.links[variant.entity, own] = Linked(
            quickbooks_id=str(answer["Id"]),
            sync_token=str(answer["SyncToken"]),
            content_hash=planned.content_hash,
            base=planned.body,
            total=None if total is None else Decimal(str(total)),
            kind=flow.kind_of(record),
            line_ids=ids_of_lines(answer),
        )
        return answer

    def push_all(self, flow: PushFlow[Any], records: Iterable[RawRecord]) -> dict[str, Body]:
        """Push the records that are for QuickBooks; none of them may be refused."""
        plans = {raw.own_id: (raw, self.plan(flow, raw)[0]) for raw in records}
        refused = [one for _, one in plans.values() if isinstance(one, Refuse | Wait)]
        assert refused == []
        wanted = [raw for raw, one in plans.values() if not isinstance(one, Skip)]
        return {raw.own_id: self.push(flow, raw) for raw in wanted}

    def order_there(self, record_id: str) -> Body:
        """Read a purchase order as QuickBooks has it now."""
        link = self.links["purchaseOrder", record_id]
        return dict(self.judge.client.read("PurchaseOrder", link.quickbooks_id))

    def in_stock(self, product_id: str) -> Decimal:
        item = self.judge.client.read("Item", self.links["product", product_id].quickbooks_id)
        return Decimal(str(item["QtyOnHand"]))

"""Which flows may post more than before once settings are saved.

What a flow was kept from until then, people have typed in QuickBooks meanwhile: before anything of
it is posted, both sides are compared.
"""

from collections.abc import Mapping
from datetime import date

from connector.model.body import Json
from connector.model.ids import FlowName
from connector.model.policy.settings import Settings

ALL = "all"
"""Stands for all flows."""

_CREDITS = ("push_credits", "push_credit_applications")
_EXPENSES = ("push_expenses",)
_PRODUCTS = ("push_products",)
_PURCHASES = ("push_purchase_orders", "push_bills", "push_vendors", *_EXPENSES)

OF_FLOWS: Mapping[str, tuple[FlowName, ...]] = {
    "left_out_statuses": (ALL,),
    "start_date": (ALL,),
    "start_dates": (ALL,),
    "flows_off": (ALL,),
    "excluded_customers": (ALL,),
    "excluded_categories": (ALL,),
    "capabilities": (ALL,),
    "income_account": _PRODUCTS,
    "cost_of_goods_account": _PRODUCTS,
    "asset_account": _PRODUCTS,
    "handle_inventory": _PRODUCTS,
    "products_as_services": _PRODUCTS,
    "push_prospects": ("push_customers",),
    "push_sub_customers": ("push_customers",),
    "sub_customers_as": ("pull_customers",),
    "quote_statuses": ("push_quotes",),
    "sales_order_statuses": ("push_sales_orders",),
    "open_sales_orders": ("push_sales_orders",),
    "invoice_statuses": ("push_invoices",),
    "use_approved_date": ("push_quotes",),
    "payment_statuses": ("push_payments",),
    "payments_on_account": ("push_payments",),
    "payments_without_money": ("push_payments", *_CREDITS),
    "credit_product": _CREDITS,
    "write_off_product": _CREDITS,
    "refund_product": _CREDITS,
    "refund_account": _CREDITS,
    "show_payments": ("pull_payments",),
    "accounts_payable": _PURCHASES,
    "purchase_order_statuses": ("push_purchase_orders",),
    "receipt_statuses": ("push_bills",),
    "expense_statuses": _EXPENSES,
    "expense_account": _EXPENSES,
    "expense_check_account": _EXPENSES,
    "expense_credit_card_account": _EXPENSES,
    "expense_cash_account": _EXPENSES,
    "expense_payments": _EXPENSES,
    "reimbursable_expenses": _EXPENSES,
    "reimbursement_account": _EXPENSES,
    "employee_vendors": _EXPENSES,
}
"""The settings that keep records from being posted, each with the flows of those."""


def widened(before: Settings, after: Settings) -> frozenset[FlowName]:
    """Return the flows that may post more by some settings than by those before; or `ALL`."""
    changed = {one for one in OF_FLOWS if getattr(before, one) != getattr(after, one)}
    on_again = before.flows_off - after.flows_off
    more = {flow for one in changed - _NARROWED for flow in OF_FLOWS[one]}
    return frozenset(more | on_again | _taken_in(before, after))


_NARROWED = frozenset({"flows_off", "start_date", "start_dates", "excluded_customers"})
"""The settings of which a change may only keep out more than before."""


def _taken_in(before: Settings, after: Settings) -> set[FlowName]:
    """Return all flows where a start date goes back, or customers are not excluded any more."""
    kinds = before.start_dates.keys() | after.start_dates.keys()
    earlier = _is_earlier(before.start_date, after.start_date) or any(
        _is_earlier(
            before.start_dates.get(kind, before.start_date),
            after.start_dates.get(kind, after.start_date),
        )
        for kind in kinds
    )
    return {ALL} if earlier or before.excluded_customers - after.excluded_customers else set()


def _is_earlier(before: date | None, after: date | None) -> bool:
    """Tell whether a start date goes back, or may: without any it is the day of the connection."""
    return before != after and (before is None or after is None or after < before)


def is_to_compare(flow: FlowName, since: Mapping[FlowName, int], compared: int) -> bool:
    """Tell whether a flow may post more since a save that is later than the one compared with."""
    return max(since.get(flow, 0), since.get(ALL, 0)) > compared


def last_compared(look: Json) -> Json:
    """Return when the last comparison of both sides began, and for which save of the settings."""
    return look.get("compared") or {"at": "", "version": 0}


def started_at(look: Json) -> str | None:
    """Return when the first comparison after the start was made; None where there was none."""
    return look.get("started")


def is_comparison_due(look: Json, asked: str | None, to_compare: Mapping[FlowName, int]) -> bool:
    """Tell whether both sides are to be compared before anything is created.

    `look` is how far they were, `asked` until when decisions are to be compared with. Of a
    connection that was never in review, nothing was ever compared.
    """
    compared = last_compared(look)
    more = any(version > compared["version"] for version in to_compare.values())
    later = asked is not None and asked > compared["at"]
    return bool(look) and (look.get("live") is False or later or more)

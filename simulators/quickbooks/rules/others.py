"""Rules of stock adjustments, time, attachments and the singletons (6.16, 6.17, 6.22, 6.23)."""

from decimal import Decimal

from simulators.quickbooks.draft import Draft, Effects, Move
from simulators.quickbooks.rules.accounts import type_of
from simulators.quickbooks.rules.base import Rule
from simulators.quickbooks.rules.forms import FormRule, ordered_line
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.switches import PLUS
from simulators.quickbooks.wire import ZERO

ADJUSTMENT_TYPES = frozenset(
    {"Cost of Goods Sold", "Expense", "Other Expense", "Equity", "Income", "Other Income"}
)


class AdjustmentRule(FormRule):
    """Inventory adjustments."""

    def check_update(self, draft: Draft, *, sparse: bool) -> None:
        """Updates must be sparse."""
        super().check_update(draft, sparse=sparse)
        if not sparse:
            draft.business("An inventory adjustment takes sparse updates only", "sparse")

    def fill(self, draft: Draft) -> None:
        """Check the account and every line."""
        if draft.company.switches.edition not in PLUS:
            draft.refuse(
                "5030", "Inventory is not available in this company", "InventoryAdjustment"
            )
        if type_of(draft.company, draft.ref("AdjustAccountRef")) not in ADJUSTMENT_TYPES:
            draft.refuse(
                "6430", "Invalid account type used in AdjustAccountRef", "AdjustAccountRef"
            )
        for line in draft.new["Line"]:
            inner = line["ItemAdjustmentLineDetail"]
            key = (inner.get("ItemRef") or {}).get("value", "")
            item = draft.company.get("Item", key)
            if item is None:
                draft.missing("ItemRef")
            elif item["Type"] != "Inventory":
                draft.business(f"{item['Name']} is not an inventory item", "ItemRef")
            elif draft.date < item["InvStartDate"]:
                draft.refuse(
                    "6270", "Transaction date is prior to start date for inventory item", "TxnDate"
                )
            self._quantity(draft, line, key)
        draft.new["Line"] = [ordered_line(line) for line in draft.new["Line"]]

    def _quantity(self, draft: Draft, line: dict[str, object], key: str) -> None:
        inner = line["ItemAdjustmentLineDetail"]
        assert isinstance(inner, dict)  # noqa: S101 - narrows the type
        if inner.get("NewQty") is not None and "QtyDiff" not in inner:
            inner["QtyDiff"] = inner.pop("NewQty") - draft.company.stock.on_hand[key]
        if inner.get("QtyDiff") is None:
            draft.missing("QtyDiff")

    def effects(self, draft: Draft) -> Effects:
        """Move the goods against the adjustment account."""
        contra = draft.ref("AdjustAccountRef")
        moves = []
        for line in draft.new["Line"]:
            inner = line["ItemAdjustmentLineDetail"]
            if inner["QtyDiff"]:
                key = inner["ItemRef"]["value"]
                moves.append(Move(key, Decimal(inner["QtyDiff"]), None, line["Id"], contra))
        return Effects(moves=moves)


class TimeRule(FormRule):
    """Time activities: an employee or vendor, and hours or start and end."""

    def fill(self, draft: Draft) -> None:
        """Check who worked and how long."""
        who = draft.new["NameOf"]
        if who in {"Employee", "Vendor"} and not draft.ref(f"{who}Ref"):
            draft.missing(f"{who}Ref")
        timed = draft.new.get("StartTime") and draft.new.get("EndTime")
        if not timed and draft.new.get("Hours") is None and draft.new.get("Minutes") is None:
            draft.missing("Hours")
        if draft.new.get("BillableStatus") == "Billable" and not draft.ref("CustomerRef"):
            draft.refuse("6310", "A customer is required for billable time", "CustomerRef")
        draft.default("BillableStatus", "NotBillable")
        draft.default("Taxable", value=False)
        draft.default("HourlyRate", ZERO)


class AttachableRule(Rule):
    """Attachments and notes."""

    def prepare(self, draft: Draft) -> None:
        """A note or a file, linked to transactions or records that exist."""
        if not draft.new.get("Note") and not draft.new.get("FileName"):
            draft.missing("Note")
        for row in draft.new.get("AttachableRef", []):
            target = row.get("EntityRef") or {}
            kind = next(
                (n for n in ENTITIES if n.lower() == str(target.get("type", "")).lower()), ""
            )
            if not kind:
                draft.refuse(
                    "6050",
                    f"Entity {target.get('type')} cannot have an attachment",
                    "AttachableRef",
                )
            elif draft.company.get(kind, str(target.get("value", ""))) is None:
                draft.business("Object linked to does not exist", "AttachableRef")
            row.setdefault("IncludeOnSend", False)

    def check_update(self, draft: Draft, *, sparse: bool) -> None:  # noqa: ARG002
        """What belongs to the stored file stays."""
        for name in ("Size", "FileAccessUri", "TempDownloadUri"):
            if draft.old and name in draft.old:
                draft.new[name] = draft.old[name]


class RateRule(Rule):
    """Exchange rates."""

    def prepare(self, draft: Draft) -> None:
        """A rate is of a currency against the home currency."""
        if draft.amount("Rate") <= 0:
            draft.refuse("2140", "The rate must be larger than zero", "Rate")


class PreferencesRule(Rule):
    """Preferences: only what differs from the company's switches is kept; some set switches."""

    def prepare(self, draft: Draft) -> None:
        """Keep the differences."""
        from simulators.quickbooks.singles import preferences  # noqa: PLC0415 - cycle

        computed = preferences(draft.company)
        for name in draft.sent & set(computed):
            if not isinstance(draft.new.get(name, {}), dict) and name.endswith("Prefs"):
                draft.refuse("2120", f"{name} must be an object", name)
        draft.stop_on_errors()
        sales = draft.new.get("SalesFormsPrefs") or {}
        if isinstance(sales.get("CustomTxnNumbers"), bool):
            draft.company.switches.custom_txn_numbers = sales["CustomTxnNumbers"]
        for name in draft.entity.shape.fields:
            value = draft.new.get(name)
            if isinstance(value, dict) and isinstance(computed.get(name), dict):
                stored = (draft.old or {}).get(name) or {}
                changed = {k: v for k, v in value.items() if computed[name].get(k) != v}
                changed.pop("CustomTxnNumbers", None)
                draft.new[name] = stored | changed

"""Rule of Item: types, accounts, quantity and start date (section 6.4)."""

from decimal import Decimal

from simulators.quickbooks.draft import Draft, Effects, Move
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.rules.accounts import account_of, type_of
from simulators.quickbooks.rules.forms import cents
from simulators.quickbooks.rules.lists import ListRule
from simulators.quickbooks.switches import PLUS
from simulators.quickbooks.wire import ZERO, plain

SHRINKAGE = "88"
CONVERTIBLE = frozenset({"NonInventory", "Service"})
SALES_TYPES = frozenset({"Income", "Other Income"})
COST_TYPES = frozenset({"Cost of Goods Sold", "Expense", "Other Expense"})
ACCOUNTS = (
    ("IncomeAccountRef", SALES_TYPES),
    ("ExpenseAccountRef", COST_TYPES | {"Other Current Asset", "Fixed Asset"}),
)
INVENTORY_ACCOUNTS = (
    ("IncomeAccountRef", frozenset({"Income"})),
    ("ExpenseAccountRef", frozenset({"Cost of Goods Sold"})),
    ("AssetAccountRef", frozenset({"Other Current Asset"})),
)


class ItemRule(ListRule):
    """Products, services, categories and bundles."""

    sub = "SubItem"
    words = "item"

    def prepare(self, draft: Draft) -> None:
        """Check what the type asks for."""
        kind = draft.new.get("Type")
        if kind is None:
            draft.missing("Type")
            return
        self._check_type(draft, kind)
        self._check_parent(draft, kind)
        super().prepare(draft)
        if not draft.new["SubItem"]:
            del draft.new["SubItem"]
        if kind == "Category":
            return
        for name in ("UnitPrice", "PurchaseCost"):
            draft.default(name, ZERO)
        draft.default("Taxable", value=False)
        draft.default("TrackQtyOnHand", value=False)
        if kind == "Inventory":
            self._inventory(draft)
        elif kind != "Group":
            self._accounts(draft, ACCOUNTS)
            if not draft.ref("IncomeAccountRef") and not draft.ref("ExpenseAccountRef"):
                draft.missing("IncomeAccountRef")
            draft.new["TrackQtyOnHand"] = False
            draft.new.pop("QtyOnHand", None)

    def _check_type(self, draft: Draft, kind: str) -> None:
        switches = draft.company.switches
        if kind == "Group" and not draft.by_hand:
            draft.business("Bundles can only be made in QuickBooks", "Type")
        if kind == "Inventory" and not (switches.inventory and switches.edition in PLUS):
            draft.refuse("5030", "Inventory is not available in this company", "Type")
        if draft.old is not None and draft.old["Type"] != kind and not draft.by_hand:
            pair = {draft.old["Type"], kind}
            if not (switches.item_type_change and pair <= CONVERTIBLE):
                draft.business(f"The type {draft.old['Type']} cannot be changed to {kind}", "Type")

    def _check_parent(self, draft: Draft, kind: str) -> None:
        parent = draft.company.get("Item", draft.ref("ParentRef"))
        if parent is not None and parent["Type"] != "Category" and kind == "Category":
            draft.refuse("700", "The parent of a category must be a category", "ParentRef")

    def _accounts(self, draft: Draft, wanted: tuple[tuple[str, frozenset[str]], ...]) -> None:
        for name, kinds in wanted:
            key = draft.ref(name)
            if key and type_of(draft.company, key) not in kinds:
                draft.refuse("6430", f"Invalid account type used in {name}", name)

    def _inventory(self, draft: Draft) -> None:
        for name, _ in INVENTORY_ACCOUNTS:
            if not draft.ref(name):
                draft.missing(name)
        self._accounts(draft, INVENTORY_ACCOUNTS)
        if draft.new.get("TrackQtyOnHand") is not True:
            draft.missing("TrackQtyOnHand")
        if draft.new.get("QtyOnHand") is None:
            draft.refuse("6520", "An inventory item must have a quantity on hand", "QtyOnHand")
        if draft.new.get("InvStartDate") is None:
            draft.missing("InvStartDate")
        close = draft.company.switches.close_date
        if draft.old is None and close and draft.new.get("InvStartDate", "9") <= close:
            code = "6210" if draft.company.switches.close_password else "6200"
            draft.refuse(
                code, f"The account books have been closed through {close}", "InvStartDate"
            )
        if draft.old is not None and draft.old["Type"] == "Inventory":
            draft.new["QtyOnHand"] = draft.old["QtyOnHand"]
            draft.new["InvStartDate"] = draft.old["InvStartDate"]
        draft.new["QtyOnHand"] = plain(Decimal(draft.new.get("QtyOnHand") or 0))

    def check_update(self, draft: Draft, *, sparse: bool) -> None:  # noqa: ARG002
        """A changed quantity is an adjustment of its own, dated by a sent InvStartDate.

        An item that becomes inactive is adjusted to zero, on the day it does (section 11).
        """
        old, switches = draft.old, draft.company.switches
        counted = switches.inventory and switches.edition in PLUS
        if old is None or old["Type"] != "Inventory" or not counted:
            return
        if draft.new.get("Active") is False and old.get("Active") is not False:
            today = max(draft.company.clock.today(), old["InvStartDate"])
            self._adjust(draft, -old["QtyOnHand"], today)
        elif "QtyOnHand" in draft.sent and draft.new.get("QtyOnHand") is not None:
            day = draft.new["InvStartDate"] if "InvStartDate" in draft.sent else None
            if day is not None and day < old["InvStartDate"]:
                draft.refuse(
                    "6270", "The date is prior to the start date of the item", "InvStartDate"
                )
            self._adjust(draft, draft.new["QtyOnHand"] - old["QtyOnHand"], day)

    def _adjust(self, draft: Draft, difference: Decimal, day: str | None) -> None:
        if not difference:
            return
        line = {
            "DetailType": "ItemAdjustmentLineDetail",
            "ItemAdjustmentLineDetail": {
                "ItemRef": {"value": draft.id},
                "QtyDiff": difference,
            },
        }
        body = {"AdjustAccountRef": {"value": SHRINKAGE}, "Line": [line]}
        body["TxnDate"] = day or draft.company.clock.today()
        draft.follow_ups.append(("InventoryAdjustment", body))

    def effects(self, draft: Draft) -> Effects | None:
        """Post the opening quantity, which only a create has."""
        fresh = draft.old is None or draft.old["Type"] != "Inventory"
        if draft.new["Type"] != "Inventory" or not fresh or not draft.new["QtyOnHand"]:
            return None
        quantity, cost = draft.new["QtyOnHand"], draft.new["PurchaseCost"]
        value = cents(quantity * cost)
        equity = account_of(draft.company, "OpeningBalanceEquity")
        postings = [Posting(draft.ref("AssetAccountRef"), value), Posting(equity, -value)]
        if quantity < 0:
            return Effects(moves=[Move(draft.id, quantity, None, "", equity)])
        return Effects(postings, moves=[Move(draft.id, quantity, cost, "")])

"""Rules of the simple lists and of lists with parents: unique names, levels, inactivation."""

from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.base import Rule

DELETED = " (deleted)"
MOST_LEVELS = 5
TAKEN = (
    "The name supplied already exists. : Another {0} is already using this name."
    " Please use a different name."
)


class ListRule(Rule):
    """A list whose records have a unique name and may be made inactive, never deleted."""

    label = "Name"
    sub = ""
    space = ""
    words = "record"

    def prepare(self, draft: Draft) -> None:
        """Check name, parent and level; compute FullyQualifiedName."""
        draft.default("Active", value=True)
        self._inactivate(draft)
        if self.sub:
            self._place(draft)
        self._check_name(draft)

    def operation(self, draft: Draft) -> str:
        """Tell an inactivation apart as the switch says."""
        if draft.old is None:
            return "Create"
        gone = draft.new.get("Active") is False and draft.old.get("Active") is not False
        return draft.company.switches.deactivate_event if gone else "Update"

    def after(self, draft: Draft) -> None:
        """Claim the name and rename the descendants."""
        space = self.space or draft.entity.name
        old = clean_name(draft.old, self.unique) if draft.old else None
        new = clean_name(draft.new, self.unique)
        if new is not None:
            draft.company.claim_name(space, old, new, draft.key)
        if self.sub:
            parent = (draft.old or {}).get("ParentRef", {}).get("value", "")
            draft.company.set_parent(draft.entity.name, draft.id, parent, draft.ref("ParentRef"))
            self._carry_on(draft, draft.id)

    @property
    def unique(self) -> str:
        """Name the property that must be unique."""
        return "FullyQualifiedName" if self.sub else self.label

    def _inactivate(self, draft: Draft) -> None:
        suffix = draft.company.switches.merge_suffix
        name = draft.new.get(self.label)
        was_active = (draft.old or {}).get("Active") is not False
        if draft.new["Active"] is False and was_active and name and not name.endswith(suffix):
            draft.new[self.label] = name + suffix

    def _place(self, draft: Draft) -> None:
        if self.sub in draft.sent and draft.new.get(self.sub) is False:
            draft.new.pop("ParentRef", None)
        parent_id = draft.ref("ParentRef")
        if self.sub in draft.sent and draft.new.get(self.sub) and not parent_id:
            draft.refuse("6150", f"{self.sub} needs ParentRef", "ParentRef")
        draft.new[self.sub] = bool(parent_id)
        path = draft.new.get(self.label, "")
        if parent_id:
            chain = self._ancestors(draft, parent_id)
            if draft.old is not None and draft.id in chain:
                draft.refuse("700", "A record cannot be its own parent", "ParentRef")
            if len(chain) >= MOST_LEVELS:
                draft.refuse("6180", "You can only create up to 5 levels", "ParentRef")
            parent = draft.company.get(draft.entity.name, parent_id) or {}
            path = f"{parent.get('FullyQualifiedName', '')}:{path}"
            self._level(draft, len(chain))
        else:
            self._level(draft, 0)
        draft.new["FullyQualifiedName"] = path

    def _level(self, draft: Draft, level: int) -> None:
        if level and "Level" in draft.entity.shape.fields:
            draft.new["Level"] = level
        else:
            draft.new.pop("Level", None)

    def _ancestors(self, draft: Draft, key: str) -> list[str]:
        chain: list[str] = []
        while key and key not in chain:
            chain.append(key)
            record = draft.company.get(draft.entity.name, key) or {}
            key = (record.get("ParentRef") or {}).get("value", "")
        return chain

    def _check_name(self, draft: Draft) -> None:
        name = clean_name(draft.new, self.unique)
        if name is None:
            return
        holder = draft.company.find_name(self.space or draft.entity.name, name)
        if holder is not None and holder != draft.key:
            draft.refuse("6240", TAKEN.format(self.words), "")

    def _carry_on(self, draft: Draft, key: str) -> None:
        company, entity = draft.company, draft.entity.name
        if key not in company.children[entity]:
            return
        path = (company.get(entity, key) or {}).get("FullyQualifiedName", "")
        for child in company.children[entity][key]:
            record = company.get(entity, child) or {}
            full = f"{path}:{record.get(self.label, '')}"
            if record.get("FullyQualifiedName") != full:
                company.claim_name(
                    self.space or entity, record["FullyQualifiedName"], full, f"{entity}:{child}"
                )
                company.touch(entity, child, {"FullyQualifiedName": full})
                self._carry_on(draft, child)


def clean_name(record: dict[str, object] | None, name: str) -> str | None:
    """Return the name that a record occupies: without the suffix of inactive ones."""
    value = (record or {}).get(name)
    return str(value).removesuffix(DELETED) if value else None


class ClassRule(ListRule):
    """Classes."""

    sub = "SubClass"
    words = "class"


class DepartmentRule(ListRule):
    """Departments, shown as locations."""

    sub = "SubDepartment"
    words = "department"


class TermRule(ListRule):
    """Terms: counted days or a day of the month."""

    words = "term"

    def prepare(self, draft: Draft) -> None:
        """Tell the two kinds of term apart."""
        super().prepare(draft)
        dated = draft.new.get("DayOfMonthDue") is not None
        draft.new["Type"] = "DATE_DRIVEN" if dated else "STANDARD"
        if not dated:
            draft.default("DueDays", 0)


class PaymentMethodRule(ListRule):
    """Payment methods."""

    words = "payment method"

    def prepare(self, draft: Draft) -> None:
        """Fill in the kind."""
        super().prepare(draft)
        draft.default("Type", "NON_CREDIT_CARD")


class AgencyRule(ListRule):
    """Tax agencies."""

    label = "DisplayName"
    words = "tax agency"

    def prepare(self, draft: Draft) -> None:
        """Fill in what the agency taxes."""
        name = draft.new.get("DisplayName", "")
        if draft.company.find_name("TaxAgency", name) not in {None, draft.key}:
            draft.refuse("6240", TAKEN.format(self.words), "")
        draft.default("TaxTrackedOnSales", value=True)
        draft.default("TaxTrackedOnPurchases", value=False)
        draft.new["TaxAgencyConfig"] = "USER_DEFINED"

    def after(self, draft: Draft) -> None:
        """Open the account of what is owed to the agency."""
        from simulators.quickbooks.seed.company import put_payable  # noqa: PLC0415 - cycle

        put_payable(draft.company, draft.id, draft.new["DisplayName"])


class CurrencyRule(ListRule):
    """Currencies that the company uses."""

    label = "Code"
    words = "currency"

    def prepare(self, draft: Draft) -> None:
        """Check the code and name the currency."""
        from simulators.quickbooks.seed.company import CURRENCIES  # noqa: PLC0415 - cycle

        code = draft.new.get("Code", "").upper()
        if code not in CURRENCIES:
            draft.refuse("2220", f"Currency {code} is not supported", "Code")
            return
        if not draft.company.switches.multicurrency:
            draft.refuse("5030", "Multicurrency is not enabled for this company", "Code")
        draft.new.update(Code=code, Name=CURRENCIES[code])
        super().prepare(draft)

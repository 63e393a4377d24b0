"""Rules of Customer, Vendor and Employee, who share one space of names (sections 6.2, 6.3, 7.5)."""

from decimal import Decimal

from simulators.quickbooks.draft import Draft, Effects
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.rules.accounts import account_of
from simulators.quickbooks.rules.lists import ListRule
from simulators.quickbooks.seed.company import home_currency
from simulators.quickbooks.tax import jurisdiction, place_of, tax_reference
from simulators.quickbooks.wire import ZERO, Record

PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


class PartyRule(ListRule):
    """What the three kinds of names have in common."""

    label = "DisplayName"
    space = "names"
    words = "customer, vendor or employee"

    @property
    def unique(self) -> str:
        """DisplayName is unique, not the qualified name."""
        return "DisplayName"

    def prepare(self, draft: Draft) -> None:
        """Build missing names, then check them."""
        new = draft.new
        if new.get("DisplayName") is None:
            parts = [new[name] for name in PARTS if new.get(name)]
            draft.default("DisplayName", " ".join(parts) or None)
        if not new.get("DisplayName"):
            detail = "At least one of the name parts or DisplayName is required"
            draft.refuse("6080", detail, "DisplayName")
            draft.stop_on_errors()
        if new.get("PrintOnCheckName") is None:
            new["PrintOnCheckName"] = self._check_name_default(new)
        super().prepare(draft)
        if (
            draft.old is not None
            and draft.old.get("Active") is not False
            and not draft.new["Active"]
        ):
            self._check_inactivation(draft)

    def _check_name_default(self, new: Record) -> str:
        company: str = new.get("CompanyName") or ""
        person = " ".join(new[n] for n in ("GivenName", "FamilyName") if new.get(n))
        return (company or person or new["DisplayName"])[:110]

    def _check_inactivation(self, draft: Draft) -> None:
        if draft.company.ledger.names[draft.key] and not draft.by_hand:
            draft.refuse("6220", "The record has a balance and cannot be made inactive", "Active")

    def _currency(self, draft: Draft) -> None:
        if draft.company.switches.multicurrency:
            draft.default("CurrencyRef", home_currency(draft.company))
        else:
            draft.new["CurrencyRef"] = home_currency(draft.company)
        if draft.old is not None and draft.changed(["CurrencyRef"]):
            draft.business("The currency cannot be changed once it is set", "CurrencyRef")


class CustomerRule(PartyRule):
    """Customers, sub-customers and jobs."""

    sub = "Job"

    def prepare(self, draft: Draft) -> None:
        """Place the customer in its tree and fill in the defaults."""
        if draft.new.get("Job") is not True:
            draft.new.pop("ParentRef", None)
        super().prepare(draft)
        draft.default("Taxable", value=draft.new.get("TaxExemptionReasonId") is None)
        draft.default("PreferredDeliveryMethod", "Print")
        draft.default("IsProject", value=False)
        self._currency(draft)
        self._tax_code(draft)
        self._bill_with_parent(draft)
        if draft.old is None:
            draft.new["Balance"] = draft.new["BalanceWithJobs"] = draft.amount("Balance")
        else:
            draft.new.update({n: draft.old[n] for n in ("Balance", "BalanceWithJobs")})

    def _tax_code(self, draft: Draft) -> None:
        """Under automated tax the system chooses the code (section 6.2)."""
        if draft.company.switches.tax_mode != "automated" or draft.company.switches.country != "US":
            return
        code = jurisdiction(draft.company, *place_of(draft)) if draft.new["Taxable"] else ""
        draft.new.pop("DefaultTaxCodeRef", None)
        if code:
            draft.new["DefaultTaxCodeRef"] = tax_reference(code)

    def _bill_with_parent(self, draft: Draft) -> None:
        if not draft.new["Job"]:
            draft.new["BillWithParent"] = False
        draft.default("BillWithParent", value=False)
        if draft.old is not None and draft.changed(["BillWithParent"]):
            postings = draft.company.ledger.names
            if draft.key in postings:
                draft.refuse(
                    "6130",
                    "BillWithParent cannot change once there are transactions",
                    "BillWithParent",
                )

    def effects(self, draft: Draft) -> Effects | None:
        """Post the opening balance."""
        return opening(draft, "AccountsReceivable", Decimal(1))


class VendorRule(PartyRule):
    """Vendors."""

    def prepare(self, draft: Draft) -> None:
        """Fill in the defaults; the tax number is masked."""
        super().prepare(draft)
        draft.default("Vendor1099", value=False)
        for rate in ("BillRate", "CostRate"):
            draft.default(rate, ZERO)
        self._currency(draft)
        if "TaxIdentifier" in draft.sent and draft.new.get("TaxIdentifier"):
            draft.new["TaxIdentifier"] = "X" * 7 + draft.new["TaxIdentifier"][-4:]
        draft.new["Balance"] = (draft.old or {}).get("Balance", draft.amount("Balance"))

    def effects(self, draft: Draft) -> Effects | None:
        """Post the opening balance."""
        return opening(draft, "AccountsPayable", Decimal(-1))


class EmployeeRule(PartyRule):
    """Employees."""

    def prepare(self, draft: Draft) -> None:
        """Fill in the defaults; the social security number is masked."""
        if not (draft.new.get("GivenName") or draft.new.get("FamilyName")):
            draft.refuse("6080", "Either GivenName or FamilyName is required", "GivenName")
            draft.stop_on_errors()
        super().prepare(draft)
        draft.default("BillableTime", value=False)
        if draft.new.get("SSN"):
            draft.new["SSN"] = "XXX-XX-XXXX"


def opening(draft: Draft, subtype: str, sign: Decimal) -> Effects | None:
    """Return the postings of an opening balance, which only a create may carry."""
    if draft.old is not None:
        return None
    amount = draft.amount("Balance")
    if not amount:
        return Effects()
    control = account_of(draft.company, subtype)
    equity = account_of(draft.company, "OpeningBalanceEquity")
    return Effects(
        postings=[Posting(control, sign * amount, draft.key), Posting(equity, -sign * amount)]
    )

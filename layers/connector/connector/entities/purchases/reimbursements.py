"""Expenses that an employee paid himself: owed to him until he is reimbursed.

Accountants enter a bill from the employee as a vendor, and so do other connectors by default; it is
paid with the other bills. Who keeps no vendors for employees has an account hold what is owed:
QuickBooks takes a liability as what paid an expense only where it is an account of type Credit Card
(reference 6.15); paying it back is a transfer or check to it.
"""

from datetime import date
from typing import Final

from connector.errors import RETRY, SKIP, Fix, MissingMappingsError
from connector.model.company import Account, Company
from connector.model.flows.push_flow import Variant
from connector.model.policy.accounts import OWED_TO_EMPLOYEES, account_of, choice
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import of_mapping, of_setting

CARD = "CreditCard"
PAID = Variant("expense", "Purchase")
BILLED = Variant("expense", "Bill")
"""What an expense becomes, under one name: it is booked once, whatever the settings say later."""
BILL: Final = "bill from the employee"
CHOOSE = Fix(
    action="open_settings",
    label=f'Choose it in "{title("reimbursable_expenses")}"',
    target="reimbursable_expenses",
)
NAME_VENDOR = Fix(
    action="open_settings",
    label=f'Add him to "{title("employee_vendors")}"',
    target="employee_vendors",
)


def is_owed(due: date | None, how: str | None) -> bool:
    """Tell whether an employee paid: what a card of the company paid is owed to nobody."""
    return due is not None and how not in {None, CARD}


def becomes(due: date | None, how: str | None, settings: Settings) -> Variant:
    """Return what an expense becomes that is due on a day and was paid in one of three ways."""
    by_bill = settings.reimbursable_expenses == BILL
    return BILLED if by_bill and is_owed(due, how) else PAID


def vendor_of(employee: str, settings: Settings) -> str | None:
    """Return the QuickBooks id of the vendor who stands for an employee; None without a choice."""
    return choice(settings.employee_vendors, employee)


def vendor_who_bills(employee: str, settings: Settings) -> str:
    """Return the vendor who stands for the employee that an expense is owed to.

    Raises:
        MissingMappingsError: nobody has chosen one.
    """
    if found := vendor_of(employee, settings):
        return found
    who = f'"{employee}"' if employee else "an employee whom MobiWork does not name"
    raise MissingMappingsError(
        [
            of_mapping(
                "employee_vendors",
                employee,
                f"It is owed to {who}, and no vendor was chosen who stands for him. Make one in "
                f'QuickBooks and name its id in the setting "{title("employee_vendors")}".',
            )
        ],
        fixes=(NAME_VENDOR, RETRY, SKIP),
    )


def paid_by_employee(
    due: date | None, paid: tuple[str, Account], company: Company, settings: Settings
) -> tuple[str, Account]:
    """Return what paid an expense whose reimbursement is due on a day, if it is.

    Raises:
        MissingMappingsError: nobody has decided whose money it was.
    """
    chosen = settings.reimbursable_expenses
    if not is_owed(due, paid[0]) or chosen == "paid by the company":
        return paid
    if chosen == "owed to the employee":
        return CARD, account_of(company, settings, OWED_TO_EMPLOYEES)
    raise MissingMappingsError(
        [
            of_setting(
                "reimbursable_expenses",
                f"MobiWork says that its reimbursement is due on {due}, so an employee paid it, "
                f"not {paid[1].name}. Choose in the setting "
                f'"{title("reimbursable_expenses")}" how such expenses are posted.',
            )
        ],
        fixes=(CHOOSE, RETRY, SKIP),
    )

"""Expenses that an employee paid himself: owed to him until he is reimbursed.

QuickBooks takes a liability as what paid an expense only where it is an account of type Credit
Card (reference 6.15), so what is owed stands on one; paying it back is a transfer or check to it.
"""

from datetime import date

from connector.errors import RETRY, SKIP, Fix, MissingMappingsError
from connector.model.company import Account, Company
from connector.model.policy.accounts import OWED_TO_EMPLOYEES, account_of
from connector.model.policy.settings import Settings, title

CARD = "CreditCard"
CHOOSE = Fix(
    action="open_settings",
    label=f'Choose it in "{title("reimbursable_expenses")}"',
    target="reimbursable_expenses",
)


def paid_by_employee(
    due: date | None, paid: tuple[str, Account], company: Company, settings: Settings
) -> tuple[str, Account]:
    """Return what paid an expense whose reimbursement is due on a day, if it is.

    What a card of the company paid is owed to nobody.

    Raises:
        MissingMappingsError: nobody has decided whose money it was.
    """
    choice = settings.reimbursable_expenses
    if due is None or paid[0] == CARD or choice == "paid by the company":
        return paid
    if choice == "owed to the employee":
        return CARD, account_of(company, settings, OWED_TO_EMPLOYEES)
    raise MissingMappingsError(
        [
            f"MobiWork says that its reimbursement is due on {due}, so an employee paid it, not "
            f"{paid[1].name}. Choose in the setting "
            f'"{title("reimbursable_expenses")}" how such expenses are posted.'
        ],
        fixes=(CHOOSE, RETRY, SKIP),
    )

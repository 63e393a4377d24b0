"""Expenses: what was paid in the field, as purchases by check, card or cash, or as bills."""

from connector.entities.purchases.expense_model import (
    NOT_SAID,
    Expense,
    about,
    customer_id,
    customer_of,
    expense_label,
    facts,
    mentioned,
    plain,
    problems,
    worth,
)
from connector.entities.purchases.reimbursements import (
    BILLED,
    PAID,
    becomes,
    paid_by_employee,
    vendor_of,
    vendor_who_bills,
)
from connector.entities.purchases.totals import compared
from connector.entities.purchases.tracking import refs_of, tracked
from connector.entities.shared.custom_fields import texts
from connector.entities.shared.documents import (
    NUMBER_LENGTH,
    by_hand_only,
    closed_books,
    currency,
    document_number,
)
from connector.entities.shared.wire import DESCRIPTION_LENGTH, cents, without_empty
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, MissingMappingsError, told_at_once
from connector.model.body import Body, Json
from connector.model.company import Account, Company
from connector.model.flows.census import CATEGORY, PAYMENT_TYPE, STATUS
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import (
    PushEligibility,
    PushFlow,
    PushMatching,
    PushReferences,
    PushSplitting,
    PushTranslation,
    PushWording,
    Variant,
)
from connector.model.flows.records import MobiWorkRecords
from connector.model.policy.accounts import (
    BILLED_BY_EMPLOYEES,
    EXPENSE_ACCOUNT,
    PAID_BY,
    account_of,
    account_of_category,
    account_of_expense_payment,
    choice,
)
from connector.model.policy.postable import NOTHING, Verdict, verdict
from connector.model.policy.posting_words import EXPENSE_WORDS
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import of_mapping
from connector.quickbooks.query import found_by

SAME = ("TxnDate", "PaymentType", "AccountRef", "EntityRef", "VendorRef", "Line")
"""By what an expense that was deleted and entered again is known: not its memo and number."""
REQUIRED = frozenset({"PaymentType", "AccountRef", "VendorRef", "APAccountRef"})
"""What every update of one repeats (reference 7.1)."""
NOTED_LENGTH = 200
BUILT_IN = {
    "check": "Check",
    "cheque": "Check",
    "creditcard": "CreditCard",
    "cash": "Cash",
}


def how_paid(expense: Expense, settings: Settings) -> str | None:
    """Return QuickBooks' payment type; None where nobody has said what MobiWork's stands for.

    A payment type of the settings comes before the three that MobiWork has built in.
    """
    name = expense.payment_type.strip()
    if mapped := choice(settings.expense_payments, name):
        return mapped.type
    return BUILT_IN.get(plain(name))


def paid_by(expense: Expense, company: Company, settings: Settings) -> tuple[str, Account]:
    """Return QuickBooks' payment type and the account that paid.

    Raises:
        MissingMappingsError: nobody has said what MobiWork's payment type stands for.
        SettingError: the account is not chosen, or is of another kind.
    """
    name, kind = expense.payment_type.strip(), how_paid(expense, settings)
    if mapped := choice(settings.expense_payments, name):
        return mapped.type, account_of_expense_payment(company, mapped, name)
    if not name:
        raise MissingMappingsError([NOT_SAID], fixes=(RETRY, SKIP))
    if not kind:
        raise MissingMappingsError(
            [
                of_mapping(
                    "expense_payments",
                    name,
                    f'It was paid by "{name}", which is not Check, Credit Card or Cash. Say in '
                    f'the setting "{title("expense_payments")}" how "{name}" is paid in QuickBooks '
                    "and from which account.",
                )
            ],
            fixes=(OPEN_SETTINGS, RETRY, SKIP),
        )
    return kind, account_of(company, settings, PAID_BY[kind])


def judged(expense: Expense, settings: Settings, _company: Company) -> Verdict:
    """Return whether an expense was approved; one of nothing is none."""
    return verdict(EXPENSE_WORDS, expense.status, settings) if worth(expense) else NOTHING


def variant(expense: Expense, settings: Settings) -> Variant:
    """Return what an expense becomes: what an employee paid may be a bill from him."""
    return becomes(expense.reimbursed_by, how_paid(expense, settings), settings)


def check(expense: Expense, known: PushContext) -> None:
    """Check what the books and the settings of the company allow.

    Raises:
        RecordError: all that stands in its way.
    """
    company, settings = known.company, known.settings
    target = _target(expense, known)
    told_at_once(
        lambda: _check_books(expense, known),
        lambda: _bill(expense, known) if target == BILLED.target else _purchase(expense, known),
        lambda: account_of_category(company, settings, EXPENSE_ACCOUNT, expense.category),
        lambda: refs_of(_said(expense), known),
    )


def _check_books(expense: Expense, known: PushContext) -> None:
    if closed := closed_books(expense.spent_on, known.company):
        raise MissingMappingsError(closed)


def _target(expense: Expense, known: PushContext) -> str | None:
    posted = known.links.get((PAID.entity, expense.id or ""))
    return posted.target if posted else variant(expense, known.settings).target


def to_qbo(expense: Expense, known: PushContext) -> Body:
    """Translate to a Purchase or a Bill with one line on an account (reference 6.14, 6.15).

    Raises:
        MissingMappingsError: a closed period, or the settings do not know how or by whom it was
            paid.
        SettingError: an account that it needs is not chosen, or is of another kind.
    """
    check(expense, known)
    target = _target(expense, known)
    number = document_number(expense.number) if known.company.custom_purchase_numbers else ""
    told_number = "" if number == expense.number else expense.number
    body = without_empty(
        {
            **(_bill(expense, known) if target == BILLED.target else _purchase(expense, known)),
            "CurrencyRef": currency(known.company),
            "TxnDate": expense.spent_on.isoformat(),
            "DocNumber": number,
            "PrivateNote": _note(expense, known.marker, told_number, target),
            "Line": [_line(expense, known)],
        }
    )
    return tracked(body, _said(expense), known)


def _said(expense: Expense) -> dict[str, str]:
    said = {"category": expense.category, "user": expense.spent_by, "vendor": expense.vendor_name}
    return said | texts(expense.custom)


def _purchase(expense: Expense, known: PushContext) -> Body:
    """Return how and from which account it was paid, and whom: an employee where it is his."""
    paid = paid_by(expense, known.company, known.settings)
    kind, account = paid_by_employee(expense.reimbursed_by, paid, known.company, known.settings)
    vendor = known.links.get(("vendor", expense.vendor_id or ""))
    payee = vendor.quickbooks_id if vendor else None
    if not payee and account != paid[1]:
        payee = vendor_of(expense.spent_by, known.settings)
    return {
        "PaymentType": kind,
        "AccountRef": {"value": account.id},
        "EntityRef": {"value": payee, "type": "Vendor"} if payee else {},
    }


def _bill(expense: Expense, known: PushContext) -> Body:
    """Return to whom it is owed and until when."""
    company, settings = known.company, known.settings
    due = max(expense.reimbursed_by or expense.spent_on, expense.spent_on)
    return {
        "VendorRef": {"value": vendor_who_bills(expense.spent_by, settings)},
        "APAccountRef": {"value": account_of(company, settings, BILLED_BY_EMPLOYEES).id},
        "DueDate": due.isoformat(),
    }


def _note(expense: Expense, marker: str, told_number: str, target: str | None) -> str:
    told = [f"MobiWork expense {expense.id}"]
    if told_number:
        told.append(f"no. {told_number[:NOTED_LENGTH]}")
    if expense.spent_by:
        told.append(f"by {expense.spent_by[:NOTED_LENGTH]}")
    if target == BILLED.target and expense.vendor_name:
        told.append(f"at {expense.vendor_name[:NOTED_LENGTH]}")
    if expense.of_name:
        told.append(f"on {expense.of_name[:NOTED_LENGTH]}")
    return f"{' '.join(' '.join(told).split())} {marker}"


def _line(expense: Expense, known: PushContext) -> Body:
    """Translate to the one line; it says itself that its customer is not billed (fault 6310)."""
    account = account_of_category(known.company, known.settings, EXPENSE_ACCOUNT, expense.category)
    detail: Body = {"AccountRef": {"value": account.id}}
    customer = customer_of(expense)
    linked = known.links.get(("customer", customer.id)) if customer else None
    if linked:
        detail |= {
            "CustomerRef": {"value": linked.quickbooks_id},
            "BillableStatus": "NotBillable",
        }
    return without_empty(
        {
            "Description": _description(expense)[:DESCRIPTION_LENGTH],
            "Amount": cents(expense.amount),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
    )


def _description(expense: Expense) -> str:
    return expense.description or expense.category


def twin_query(body: Body) -> str:
    """Find the purchases or bills of the same day; the marker tells which is ours."""
    return found_by((BILLED if "VendorRef" in body else PAID).target, "TxnDate")(body)


def is_same_again(body: Body, earlier: Json) -> bool:
    """Tell whether an expense is of the same day, account, payee and money as an earlier one."""
    return all(body.get(name) == earlier.get(name) for name in SAME)


def remarks(expense: Expense, answer: Json) -> list[str]:
    """Say what of an expense was left out or shortened."""
    found, customer = [], customer_of(expense)
    lines = [line.get("AccountBasedExpenseLineDetail", {}) for line in answer.get("Line", ())]
    if customer and not any(line.get("CustomerRef") for line in lines):
        found.append(
            f'It was posted without its customer "{customer.name or customer.id}", who was not in '
            "QuickBooks when it was pushed. Choose the customer on it there if you need it."
        )
    if expense.vendor_id and not {"EntityRef", "VendorRef"} & answer.keys():
        found.append(
            f'It was posted without its payee "{expense.vendor_name or expense.vendor_id}", who '
            "was "
            "not in QuickBooks when it was pushed. Choose the payee on it there if you need it."
        )
    if len(_description(expense)) > DESCRIPTION_LENGTH:
        found.append(f"Its description was cut to {DESCRIPTION_LENGTH} characters.")
    if expense.number and answer.get("DocNumber", "") != expense.number:
        found.append(
            f"Its number {expense.number[:NOTED_LENGTH]} stands in its memo: QuickBooks numbers "
            f"expenses automatically, or it is longer than {NUMBER_LENGTH} characters."
        )
    return found


PUSH = PushFlow(
    name="push_expenses",
    records=MobiWorkRecords(
        entity="expense",
        model=Expense,
        external_id=lambda expense: expense.external_id,
        said=lambda expense: [
            (STATUS, expense.status),
            (CATEGORY, expense.category),
            (PAYMENT_TYPE, expense.payment_type),
        ],
    ),
    target=PAID.target,
    eligibility=PushEligibility(
        day=lambda expense, _known: expense.spent_on,
        verdict=judged,
        problems=problems,
    ),
    references=PushReferences(customer=customer_id, mentioned=mentioned),
    translation=PushTranslation(body=to_qbo, check=check),
    matching=PushMatching(twin_query=twin_query),
    wording=PushWording(
        label=expense_label, remarks=remarks, worth=worth, facts=facts, about=about
    ),
    updating=by_hand_only("expense", REQUIRED, {"ReimburseCharge"}),
    totals=compared(lambda expense, _sent: expense.amount, "amount"),
    splitting=PushSplitting(variants=(PAID, BILLED), variant=variant),
    entered_again=is_same_again,
    called_off_on_any_page=True,
)

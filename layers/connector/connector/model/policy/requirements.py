"""What settings need of a QuickBooks company: each account checked by kind, each mapping by name.

A problem names the setting, what was found, the nearest candidates and how to fix it, and stops
only the records that need the setting (mission A19). Where that is not all of a flow, translating
one of them raises the same sentence.
"""

from collections.abc import Iterator

from connector.errors import SettingError
from connector.model.company import Company
from connector.model.policy.accounts import (
    DEPOSIT,
    EXPENSES,
    RULES,
    AccountRule,
    account_of_expense_payment,
    deposit_account,
    find_account,
)
from connector.model.policy.days import known_zone
from connector.model.policy.sales_requirements import sales_problems
from connector.model.policy.setting_problems import SettingProblem, choose, nearest
from connector.model.policy.settings import Settings, title
from connector.model.policy.stock_requirements import inventory_problems
from connector.model.worklist.causes import of_setting

DATED = (
    "push_invoices",
    "push_quotes",
    "push_sales_orders",
    "push_payments",
    "push_purchase_orders",
    "push_bills",
    "push_expenses",
)


def problems(settings: Settings, company: Company) -> list[SettingProblem]:
    """Check every setting against the company."""
    found = [
        *_account_problems(settings, company),
        *inventory_problems(settings, company),
        *_method_problems(settings, company),
        *_zone_problems(settings),
        *sales_problems(settings, company),
        *_deposit_problems(settings, company),
        *_expense_payment_problems(settings, company),
    ]
    first = {(one.setting, one.sentence): one for one in found}
    return list(first.values())


def needs(flow: str, settings: Settings, company: Company) -> list[str]:
    """Return the sentences of what stops all records of one flow."""
    found = problems(settings, company)
    stopping = [one for one in found if flow in one.flows and not one.only]
    return [of_setting(one.setting, one.sentence) for one in stopping]


def _account_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    for rule in RULES:
        if rule.when(settings):
            wanted = getattr(settings, rule.setting)
            others = rule.by_category and getattr(settings, rule.by_category)
            only = "those whose category has no account of its own" if others else rule.only
            names = (rule.setting, title(rule.setting))
            yield from _checked(company, wanted, rule, names, only)
    for rule, setting in ((one, one.by_category) for one in RULES if one.by_category):
        for category, wanted in getattr(settings, setting).items():
            names = (setting, f"{title(setting)}: {category}")
            yield from _checked(company, wanted, rule, names, f'those of category "{category}"')


def _checked(
    company: Company, wanted: str, rule: AccountRule, names: tuple[str, str], only: str | None
) -> Iterator[SettingProblem]:
    setting, named = names
    try:
        find_account(company, wanted, rule, named)
    except SettingError as error:
        yield SettingProblem(setting, str(error), rule.flows, only)


def _method_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    for kind, wanted in settings.payment_methods.items():
        if told := method_problem(company, kind, wanted):
            yield SettingProblem("payment_methods", told, ("push_payments",), _of_type(kind))


def method_problem(company: Company, kind: str, wanted: str) -> str | None:
    """Say that the payment method chosen for a payment type is not there; None where it is."""
    methods = company.payment_methods
    if wanted in methods or wanted in methods.values():
        return None
    return of_setting(
        "payment_methods",
        f'The setting "{title("payment_methods")}" sends {kind} to "{wanted}", but '
        "QuickBooks has no active payment method of exactly that name or id."
        + (nearest(wanted, methods) or choose(methods)),
    )


def _of_type(payment_type: str) -> str:
    return f'those of payment type "{payment_type}"'


def _zone_problems(settings: Settings) -> Iterator[SettingProblem]:
    if settings.time_zone and not known_zone(settings.time_zone):
        yield SettingProblem(
            "time_zone",
            f'The setting "{title("time_zone")}" says "{settings.time_zone}", which is no time '
            "zone. Choose one such as America/New_York, or leave it empty.",
            DATED,
        )


def _deposit_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    others = "those whose payment type has no account of its own"
    only = {"": others if settings.deposit_accounts else None}
    only |= {one: _of_type(one) for one in settings.deposit_accounts}
    for payment_type, which in only.items():
        setting = DEPOSIT.setting if payment_type else "deposit_account"
        try:
            deposit_account(company, settings, payment_type)
        except SettingError as error:
            yield SettingProblem(setting, str(error), DEPOSIT.flows, which)


def _expense_payment_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    for payment_type, chosen in settings.expense_payments.items():
        try:
            account_of_expense_payment(company, chosen, payment_type)
        except SettingError as error:
            only = _of_type(payment_type)
            yield SettingProblem("expense_payments", str(error), EXPENSES, only)

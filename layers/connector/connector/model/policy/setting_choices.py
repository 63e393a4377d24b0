"""What each setting can be chosen from, on both sides: the right kinds only, with counts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.model.company import Account, Company
from connector.model.ids import in_words
from connector.model.outcomes import Sum
from connector.model.policy.account_values import (
    BY_KIND,
    ENTITY_OF_KIND,
    FLOWS,
    IDS,
    NOUNS,
    SOURCES,
    AccountValues,
    Source,
    told,
)
from connector.model.policy.accounts import DEPOSIT, PAID_BY, RULES, AccountRule, spaced
from connector.model.policy.postable import letters_and_digits
from connector.model.policy.settings import Settings, title


@dataclass(frozen=True)
class Offer:
    """One thing to choose.

    Attributes:
        value: What the setting is given.
        label: What a person knows it by.
        note: What else there is to say, such as its type or `812 invoices, $1,204.50`.
    """

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Choices:
    """What one setting can be chosen from.

    Attributes:
        setting: The name of the setting.
        title: The words a person knows it by.
        mobiwork: What MobiWork's records say, the most frequent first; or its records.
        quickbooks: What the QuickBooks company has.
        more: How many more there are on both sides; a search finds them.
    """

    setting: str
    title: str
    mobiwork: tuple[Offer, ...]
    quickbooks: tuple[Offer, ...]
    more: int


def choices(
    settings: Settings, company: Company | None, held: AccountValues, *, search: str, most: int
) -> Iterator[Choices]:
    """Yield what settings can be chosen from; those that name nothing of either side are not there.

    Args:
        settings: the settings as they are; some decide which accounts others may name.
        company: what is remembered of the QuickBooks company.
        held: what the MobiWork account holds.
        search: a part of what is looked for; empty for all.
        most: at most so many of each side.
    """
    for name in Settings.model_fields:
        here = _found(_of_mobiwork(name, held), search)
        there = _found(_of_quickbooks(name, settings, company), search) if company else []
        if here or there:
            more = sum(max(0, len(side) - most) for side in (here, there))
            shown = _spelled(name, here[:most], held)
            yield Choices(name, title(name), shown, tuple(there[:most]), more)


def _found(offers: Iterable[Offer], search: str) -> list[Offer]:
    wanted = letters_and_digits(search)
    return [one for one in offers if wanted in letters_and_digits(f"{one.label}{one.value}")]


def _spelled(setting: str, offers: Sequence[Offer], held: AccountValues) -> tuple[Offer, ...]:
    """Return offers of records with their names as MobiWork writes them."""
    if setting not in IDS or not offers:
        return tuple(offers)
    names = held.spelled(IDS[setting], [one.value for one in offers])
    return tuple(replace(one, label=names.get(one.value) or one.label) for one in offers)


def _of_mobiwork(setting: str, held: AccountValues) -> Iterable[Offer]:
    if setting in IDS:
        return [Offer(own, name or own) for own, name in held.names.get(IDS[setting], {}).items()]
    if setting == "capabilities":
        return [Offer(one, one, _tried(one, held)) for one in held.capabilities]
    if setting in FLOWS:
        return [Offer(one, in_words(one)) for one in held.flows]
    if setting in BY_KIND:
        return [
            Offer(text, f"{kind}: {text}", note)
            for kind, entity in ENTITY_OF_KIND.items()
            for text, note in _texts(Source(entity, (BY_KIND[setting],)), held)
        ]
    source = SOURCES.get(setting)
    return [Offer(text, text, note) for text, note in _texts(source, held)] if source else ()


def _tried(switch: str, held: AccountValues) -> str:
    found = held.finding(switch)
    return found.on(held.probed.at.date()) if held.probed and found else "Never tried."


def _texts(source: Source, held: AccountValues) -> Iterator[tuple[str, str]]:
    def counted(one: Sum) -> str:
        return told(one, NOUNS[source.entity])

    yield from ((text, counted(one)) for text, one in held.texts(source).items())


def _of_quickbooks(setting: str, settings: Settings, company: Company) -> Iterable[Offer]:
    if allowed := _allowed(setting, settings):
        return [_account(one) for one in company.accounts if allowed(one)]
    named = _lists(company).get(setting, {})
    return [Offer(own, name) for name, own in named.items()]


def _allowed(setting: str, settings: Settings) -> Callable[[Account], bool] | None:
    """Return which accounts a setting may name, or nothing where it names none."""
    rules = [one for one in RULES if setting in {one.setting, one.by_category}]
    rules = [one for one in rules if one.when(settings)] or rules
    if rules:
        return lambda account: all(one.allows(account) for one in rules)
    some: tuple[AccountRule, ...] = ()
    if setting in {"deposit_account", "deposit_accounts"}:
        some = (DEPOSIT,)
    elif setting == "expense_payments":
        some = tuple(PAID_BY.values())
    return (lambda account: any(one.allows(account) for one in some)) if some else None


def _account(account: Account) -> Offer:
    kinds = (account.type, spaced(account.subtype)) if account.subtype else (account.type,)
    return Offer(account.id, account.name, ", ".join(kinds))


def _lists(company: Company) -> Mapping[str, Mapping[str, str]]:
    """Return the lists of the company by the settings that choose from them: ids by name."""
    sales = {label: number for number, label in company.sales_fields.items()}
    return {
        "payment_methods": company.payment_methods,
        "sales_tax_code": company.tax_codes,
        "class_of_sales": company.classes,
        "class_of_purchases": company.classes,
        "location_of_sales": company.locations,
        "location_of_purchases": company.locations,
        "invoice_custom_fields": sales,
        "quote_custom_fields": sales,
        "sales_order_custom_fields": sales,
        "purchase_order_custom_fields": {
            label: number for number, label in company.purchase_fields.items()
        },
    }

"""Settings that name something of MobiWork's side, checked against what the account holds.

What it holds is learnt from looks; a list that was never read proves nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from difflib import get_close_matches

from connector.model.body import Body
from connector.model.flows.census import CATEGORY, FIELD, METHOD, PAYMENT_TYPE, STATUS, Census
from connector.model.outcomes import Sum
from connector.model.policy import posting_words
from connector.model.policy.choices import CustomField, Tracking
from connector.model.policy.postable import letters_and_digits
from connector.model.policy.posting_words import KindWords
from connector.model.policy.setting_problems import SHOWN
from connector.model.policy.settings import Settings, title

NOUNS = {
    "product": "product",
    "customer": "customer",
    "invoice": "invoice",
    "estimate": "quote",
    "salesOrder": "sales order",
    "purchaseOrder": "purchase order",
    "payment": "payment",
    "expense": "expense",
}
KINDS: Mapping[str, KindWords] = {
    kind.setting: kind for kind in vars(posting_words).values() if isinstance(kind, KindWords)
}
ENTITY_OF_KIND = {
    "product": "product",
    "invoice": "invoice",
    "payment": "payment",
    "expense": "expense",
    "quote": "estimate",
    "sales order": "salesOrder",
    "purchase order": "purchaseOrder",
    "receipt": "purchaseOrder",
}
NONE = "none"
"""What stands for records without a text; it is like no other word, so it is never offered."""
SALES_FIELDS = ("category", "seller", "workOrderNumber", "poNumber")
PURCHASE_FIELDS = (*SALES_FIELDS, "vendor", "user")


@dataclass(frozen=True)
class Source:
    """Where the texts come from that a setting may name: which records, and what of them.

    entity: QuickBooks' name, such as `Account`.
    kinds: which of them, by AccountType or Type; all when empty.
    """

    entity: str
    kinds: tuple[str, ...]

    @property
    def word(self) -> str:
        """What a person calls such a text."""
        return " or ".join(self.kinds)


METHODS = Source("payment", (PAYMENT_TYPE, METHOD))
PRODUCT_CATEGORY = Source("product", (CATEGORY,))
SOURCES: Mapping[str, Source] = {
    **{setting: Source(ENTITY_OF_KIND[kind.name], (STATUS,)) for setting, kind in KINDS.items()},
    "income_account_of_category": PRODUCT_CATEGORY,
    "cost_account_of_category": PRODUCT_CATEGORY,
    "expense_account_of_category": Source("expense", (CATEGORY,)),
    "payment_methods": METHODS,
    "deposit_accounts": METHODS,
    "payments_without_money": METHODS,
    "expense_payments": Source("expense", (PAYMENT_TYPE,)),
    "class_of_sales": Source("invoice", (FIELD,)),
    "location_of_sales": Source("invoice", (FIELD,)),
    "invoice_custom_fields": Source("invoice", (FIELD,)),
    "quote_custom_fields": Source("estimate", (FIELD,)),
    "sales_order_custom_fields": Source("salesOrder", (FIELD,)),
    "class_of_purchases": Source("purchaseOrder", (FIELD,)),
    "location_of_purchases": Source("purchaseOrder", (FIELD,)),
    "purchase_order_custom_fields": Source("purchaseOrder", (FIELD,)),
}
"""What each setting names by its text."""

BY_KIND = {"left_out_statuses": STATUS, "excluded_categories": CATEGORY}
"""The settings that name texts by kind of record."""

FLOWS = frozenset({"approve_before_post", "flows_off"})
"""The settings that name flows."""

IDS = {
    "non_inventory_products": "product",
    "excluded_customers": "customer",
    **{name: "product" for name in Settings.model_fields if name.endswith("_product")},
}
"""What each setting names by its MobiWork id."""


@dataclass(frozen=True)
class Finding:
    """What one assumed call answered.

    Attributes:
        switch: The name by which the setting "capabilities" switches it on, such as `vendor.list`.
        works: Whether it answered; None when there was no record to try it on.
        told: What came back, in a sentence.
    """

    switch: str
    works: bool | None
    told: str

    def on(self, day: date) -> str:
        """Return the sentence with the day on which it was tried."""
        return f"Tried on {day:%B} {day.day}, {day.year}: {self.told}"


@dataclass(frozen=True)
class Probed:
    """All findings of one connection.

    Attributes:
        connection_id: Whose account was asked.
        at: When, with a time zone.
        findings: One for each switch.
    """

    connection_id: str
    at: datetime
    findings: tuple[Finding, ...]

    def as_json(self) -> Body:
        """Return them as JSON values."""
        return {
            "connection_id": self.connection_id,
            "probed_at": self.at.isoformat(),
            "findings": [asdict(one) for one in self.findings],
        }


@dataclass(frozen=True)
class AccountValues:
    """What a MobiWork account holds.

    Attributes:
        said: What the records of each entity say.
        names: The names of products and customers by their ids, as far as they are needed; in small
            letters, as they are compared.
        spelled: Returns the names of some of them as MobiWork writes them, by entity and ids.
        capabilities: The undocumented calls that can be switched on.
        probed: What the latest probe found of them; None before the first.
        flows: The names of the flows.
    """

    said: Mapping[str, Census] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    probed: Probed | None = None
    flows: tuple[str, ...] = ()
    spelled: Callable[[str, Sequence[str]], Mapping[str, str]] = lambda _entity, _ids: {}

    def texts(self, source: Source) -> dict[str, Sum]:
        """Return the texts that a setting may name, each with its records."""
        census = self.said.get(source.entity, Census())
        return {text: one for kind in source.kinds for text, one in census.of(kind).items() if text}

    def finding(self, switch: str) -> Finding | None:
        """Return what the latest probe found of a call; None if it was never tried."""
        tried = self.probed.findings if self.probed else ()
        return next((one for one in tried if one.switch == switch), None)


@dataclass(frozen=True)
class UnknownValue:
    """A setting that names what the account does not hold.

    Attributes:
        setting: The name of the setting.
        value: What it names.
        sentence: That, with the nearest there is.
        may_come: Whether records with it may come later, so that a person may confirm it.
    """

    setting: str
    value: str
    sentence: str
    may_come: bool


def unknown_values(
    settings: Settings, held: AccountValues, before: Settings | None = None
) -> Iterator[UnknownValue]:
    """Yield what settings name that the account does not hold; with `before`, what is new of it."""
    for setting in Settings.model_fields:
        named = _named(setting, getattr(settings, setting))
        known = set(_named(setting, getattr(before, setting))) if before else set()
        for value in dict.fromkeys(named):
            if value not in known and (found := _unknown(setting, value, held)):
                yield found


def _named(setting: str, chosen: object) -> list[str]:
    """Return the texts or ids by which a setting names things of MobiWork."""
    named: list[object] = []
    match chosen:
        case Tracking() | str():
            named = [chosen.field if isinstance(chosen, Tracking) else chosen]
        case tuple():
            named = [one.api_name if isinstance(one, CustomField) else one for one in chosen]
        case Mapping() if setting in BY_KIND:
            named = [f"{kind}: {text}" for kind, texts in chosen.items() for text in texts]
        case Mapping() | frozenset():
            named = list(chosen)
    return [str(one) for one in named if one]


def _unknown(setting: str, value: str, held: AccountValues) -> UnknownValue | None:
    if setting == "capabilities":
        return _not_one_of(
            setting, value, held.capabilities, "can be switched on"
        ) or _not_answered(setting, value, held)
    if setting in FLOWS:
        return _not_one_of(setting, value, held.flows, "is a flow")
    if setting in IDS:
        return _unknown_id(setting, value, held)
    source, text = SOURCES.get(setting), value
    if setting in BY_KIND:
        kind, _, text = value.partition(": ")
        source = Source(ENTITY_OF_KIND[kind], (BY_KIND[setting],))
    return _unknown_text(setting, text, source, held) if source else None


def _not_one_of(setting: str, value: str, offered: Iterable[str], what: str) -> UnknownValue | None:
    names = list(offered)
    if not names or value in names:
        return None
    near = _nearest(value, dict.fromkeys(names, ""))
    told = f'The setting "{title(setting)}" says "{value}", and nothing of that name {what}.{near}'
    return UnknownValue(setting, value, told, may_come=False)


def _not_answered(setting: str, value: str, held: AccountValues) -> UnknownValue | None:
    found = held.finding(value)
    if held.probed is None or found is None or found.works is not False:
        return None
    told = (
        f'The setting "{title(setting)}" switches on {value}, which this MobiWork account did not '
        f"answer. {found.on(held.probed.at.date())}"
    )
    return UnknownValue(setting, value, told, may_come=True)


def _unknown_id(setting: str, value: str, held: AccountValues) -> UnknownValue | None:
    entity = IDS[setting]
    names, what = held.names.get(entity, {}), NOUNS[entity]
    if not names or value in names:
        return None
    same = [
        own for own, name in names.items() if letters_and_digits(name) == letters_and_digits(value)
    ]
    if same:
        near = f" Did you mean {' or '.join(same[:SHOWN])}, which is called that?"
    else:
        near = _nearest_names(
            value, {name: own for own, name in names.items() if name}, held, entity
        )
    told = f'The setting "{title(setting)}" says "{value}", and MobiWork has no {what} of that id.'
    return UnknownValue(setting, value, told + near, may_come=False)


def _nearest_names(value: str, ids: Mapping[str, str], held: AccountValues, entity: str) -> str:
    """Offer the records of the nearest names by id, each as MobiWork writes its name."""
    near = get_close_matches(letters_and_digits(value), list(ids), n=3) or list(ids)[:SHOWN]
    spelled = held.spelled(entity, [ids[name] for name in near])
    offered = {spelled.get(ids[name], name): f"id {ids[name]}" for name in near}
    more = len(ids) - len(offered) if not get_close_matches(letters_and_digits(value), near) else 0
    return _nearest(value, offered, more=more)


def _unknown_text(
    setting: str, value: str, source: Source, held: AccountValues
) -> UnknownValue | None:
    texts = held.texts(source)
    known = {letters_and_digits(text) for text in (*texts, *_of_itself(setting))}
    if not held.said.get(source.entity, Census()).sums or letters_and_digits(value) in known:
        return None
    noun = NOUNS[source.entity]
    offered = {text: told(one, noun) for text, one in texts.items()}
    offered |= {
        text: ""
        for text in _of_itself(setting)
        if letters_and_digits(text) not in map(letters_and_digits, texts)
    }
    offered.pop(NONE, None)
    near = _nearest(value, offered)
    return UnknownValue(
        setting,
        value,
        f'The setting "{title(setting)}" says "{value}", but no {noun} in MobiWork has that '
        f"{source.word}.{near}",
        may_come=True,
    )


def _of_itself(setting: str) -> Iterable[str]:
    """Return what a setting may name whatever the records say."""
    kind = KINDS.get(setting)
    if kind:
        return (*kind.good, *kind.documented, NONE)
    if setting in {"payment_methods", "deposit_accounts", "payments_without_money"}:
        return posting_words.CASH
    if "purchase" in setting:
        return PURCHASE_FIELDS
    return SALES_FIELDS if setting in SOURCES and FIELD in SOURCES[setting].kinds else (NONE,)


def told(some: Sum, noun: str) -> str:
    """Return how many records there are and what they come to: `812 invoices, $1,204.50`."""
    count = f"{some.count:,} {noun}{'' if some.count == 1 else 's'}"
    return count if some.worth is None else f"{count}, ${some.worth:,.2f}"


def _nearest(value: str, offered: Mapping[str, str], *, more: int = 0) -> str:
    """Offer the nearest names, each with what is to be said of it; else the first few.

    `more` is how many there are that are not offered.
    """
    plain: dict[str, str] = {}
    for name in offered:
        plain.setdefault(letters_and_digits(name), name)
    near = [plain[one] for one in get_close_matches(letters_and_digits(value), list(plain), n=3)]
    shown = [f"{one} ({offered[one]})" if offered[one] else one for one in near or offered]
    if not shown:
        return ""
    if near:
        return f" Did you mean {' or '.join(shown)}?"
    more += max(0, len(shown) - SHOWN)
    return f" There is {', '.join(shown[:SHOWN])}{f' and {more} more' if more else ''}."

"""Fixes that decide for all records alike: a setting, or what a value of MobiWork stands for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from pydantic import ValidationError

from connector.api.choosing.choices import show_choices
from connector.api.choosing.naming import Named, SettingInWords
from connector.api.worklist.fixes.doing import Doing, Effect, Fixer, FixWanted
from connector.engine.stores import DYNAMODB, Store
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.company import Company
from connector.model.policy.account_values import KINDS
from connector.model.policy.accounts import PAID_BY, RULES
from connector.model.policy.postable import IGNORED, NO_TEXT, Question, same_texts
from connector.model.policy.posting_words import INVOICE_WORDS
from connector.model.policy.setting_choices import Offer
from connector.model.policy.settings import Settings, title
from connector.model.totals import OnOtherTotal
from connector.model.worklist import causes
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import OUT, POST

OF_STOP = "on_other_total"
OF_VALUES = frozenset({Kind.MAPPING, Kind.PAYMENT_METHOD})
"""Causes of which a setting says what each value of MobiWork stands for."""
YES, NO = Offer("true", "yes"), Offer("false", "no")
PAYMENTS_OF_EXPENSES = "expense_payments"
"""The setting that maps a value to two things: how it is paid, and from which account."""
PAID = {"Check": "By check from", "CreditCard": "By credit card on", "Cash": "In cash from"}


def _changed(doing: Doing, wanted: FixWanted, target: str) -> Mapping[str, object]:
    """Return the settings to be saved."""
    causes = {one.cause for one in wanted.entries}
    if len(causes) != 1:
        raise RequestError("Choose for entries with one cause at a time.")
    (cause,) = causes
    question = wanted.entries[0].item.question
    if cause.kind is Kind.QUESTION and question is not None:
        return _decided(doing.settings, question, target)
    if cause.kind is Kind.SINCE_START:
        return _start_of(doing.settings, target)
    setting = OF_STOP if cause.kind is Kind.STOPPED else cause.setting
    if setting is None:
        raise RequestError(f'No setting applies to "{cause.title}".')
    if cause.kind in OF_VALUES:
        return {setting: {**getattr(doing.settings, setting), cause.value: _meant(setting, target)}}
    return {setting: _of_list(setting, target)}


def _start_of(settings: Settings, day: str) -> Mapping[str, object]:
    """Return the start date as it is to be saved: that of invoices, where they have their own."""
    if INVOICE_WORDS.name not in settings.start_dates:
        return {"start_date": day}
    dates = {kind: one.isoformat() for kind, one in settings.start_dates.items()}
    return {"start_dates": {**dates, INVOICE_WORDS.name: day}}


def _of_list(setting: str, target: str) -> object:
    """Return what is chosen of a setting with few values."""
    offered = _values(setting)
    if not offered or target in {one.value for one in offered}:
        return target == YES.value if offered == (YES, NO) else target
    labels = ", ".join(one.label for one in offered)
    raise RequestError(
        f'"{title(setting)}" is one of these: {labels}. "{target}" is none of them.',
        errors=[Wrong("#/target", f"One of these: {labels}.")],
    )


def _values(setting: str) -> tuple[Offer, ...]:
    """Return the values of a setting that has few of its own; nothing of any other."""
    kind = Settings.model_fields[setting].annotation
    if kind is bool:
        return YES, NO
    return tuple(Offer(str(one), str(one)) for one in get_args(getattr(kind, "__value__", None)))


def _meant(setting: str, target: str) -> object:
    """Return what a value is mapped to; how an expense is paid is a type and an account."""
    if setting != PAYMENTS_OF_EXPENSES:
        return target
    kind, between, account = target.partition("/")
    if not between:
        raise RequestError(
            "Enter how it is paid and from which account, such as CreditCard/41.",
            errors=[Wrong("#/target", "A type (Check, CreditCard, Cash), / and an account.")],
        )
    return {"type": kind, "account": account}


def _decided(settings: Settings, question: Question, target: str) -> Mapping[str, object]:
    value = question.value or NO_TEXT
    _refuse_decided(settings, question, leaves_out=target == OUT)
    if target == OUT:
        return _left_out(settings, question, value)
    before = getattr(settings, question.setting)
    if isinstance(before, Mapping):
        return {
            question.setting: {**before, value: "ignore" if question.setting == IGNORED else target}
        }
    if target != POST:
        raise RequestError(
            f'Choose "{POST}" or "{OUT}".', errors=[Wrong("#/target", "One of these.")]
        )
    return {question.setting: _with(before, value)}


def _with(texts: Iterable[str], value: str) -> list[str]:
    """Return texts with one more, unless they say it already."""
    kept = list(texts)
    return kept if same_texts([value]) <= same_texts(kept) else [*kept, value]


def _refuse_decided(settings: Settings, question: Question, *, leaves_out: bool) -> None:
    """Refuse an answer where the opposite one was given since the entry was shown."""
    if question.setting == question.otherwise:
        return
    otherwise = getattr(settings, question.otherwise)
    if question.otherwise != IGNORED:
        otherwise = otherwise.get(KINDS[question.setting].name, ())
    opposite = getattr(settings, question.setting) if leaves_out else otherwise
    if same_texts([question.value or NO_TEXT]) <= same_texts(opposite):
        setting = title(question.setting if leaves_out else question.otherwise)
        raise ConflictError(
            f"The {question.word} {question.value or NO_TEXT} has been decided "
            f'differently in the meantime: see the setting "{setting}". Nothing was '
            "changed."
        )


def _left_out(settings: Settings, question: Question, value: str) -> Mapping[str, object]:
    before = getattr(settings, question.otherwise)
    if question.otherwise == IGNORED:
        return {IGNORED: {**before, value: "ignore"}}
    kind = KINDS[question.setting].name
    return {question.otherwise: {**before, kind: _with(before.get(kind, ()), value)}}


def _tells(doing: Doing, wanted: FixWanted) -> Effect:
    return _effect(doing, wanted, _changed(doing, wanted, wanted.needed))


def _effect(doing: Doing, wanted: FixWanted, changed: Mapping[str, object]) -> Effect:
    before = doing.settings.model_dump(mode="json")
    try:
        Settings.model_validate({**before, **changed})
    except ValidationError as error:
        wrong = " ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())
        titles = " and ".join(f'"{title(name)}"' for name in changed)
        raise RequestError(f"That does not work for {titles}: {wrong}") from error
    said = [
        f'The setting "{one.title}" changes from {one.before} to {one.after}.'
        for one in _in_words(doing, before, changed)
    ]
    count = len(wanted.entries)
    alike = f"{count} record{' is' if count == 1 else 's are'} tried again"
    told = f"{alike} with everything else waiting for it, in the next run, which starts now."
    return Effect((*said, *_needed_then(before, changed), told))


def _needed_then(before: Mapping[str, object], changed: Mapping[str, object]) -> Iterator[str]:
    """Say which accounts are needed once a setting is chosen, and are not chosen yet."""
    now, then = (Settings.model_validate(one) for one in (before, {**before, **changed}))
    for rule in RULES:
        if rule.when(then) and not rule.when(now) and not getattr(then, rule.setting):
            yield (
                f'The setting "{title(rule.setting)}" is then needed, too, and is empty: choose it '
                "next, and they go on."
            )


def _in_words(
    doing: Doing, before: Mapping[str, object], changed: Mapping[str, object]
) -> list[SettingInWords]:
    """Return what changes, by the names of what is chosen."""
    found = {
        one.setting: one
        for name in changed
        for one in show_choices(doing.connection_id, setting=name, store=doing.store).choices
    }
    return Named(found).changes({name: before[name] for name in changed}, changed)


def _chooses(doing: Doing, wanted: FixWanted) -> None:
    _save(doing, wanted, _changed(doing, wanted, wanted.needed))


def _save(doing: Doing, wanted: FixWanted, changed: Mapping[str, object]) -> None:
    doing.save(changed)
    for one in wanted.entries:
        doing.again(one.item)


CHOOSE = Fixer(_tells, _chooses)


def _credits(doing: Doing, wanted: FixWanted) -> Mapping[str, object]:
    """Return the settings by which payments of a method are credits."""
    question = wanted.entries[0].item.question if wanted.entries else None
    if question is None or question.otherwise != IGNORED:
        raise RequestError(
            "This is only for payments that need a decision on whether they are money received."
        )
    value = question.value or NO_TEXT
    _refuse_decided(doing.settings, question, leaves_out=True)
    return {IGNORED: {**doing.settings.payments_without_money, value: "credit"}}


def _tells_credits(doing: Doing, wanted: FixWanted) -> Effect:
    told = _effect(doing, wanted, _credits(doing, wanted))
    if doing.settings.credit_product:
        return told
    missing = (
        f'The setting "{title("credit_product")}" is empty, so they then wait until you choose one.'
    )
    return Effect((*told.sentences, missing))


def _posts_credits(doing: Doing, wanted: FixWanted) -> None:
    _save(doing, wanted, _credits(doing, wanted))


POST_AS_CREDIT = Fixer(_tells_credits, _posts_credits)


def choices_for(connection_id: str, cause: str, *, store: Store = DYNAMODB) -> tuple[Offer, ...]:
    """Return what a fix of a cause may choose, by name; nothing where anything may be given.

    What the setting says already is no fix.
    """
    named = causes.read(cause)
    if named.kind is Kind.STOPPED:
        return tuple(Offer(one, one) for one in get_args(OnOtherTotal.__value__))
    if named.setting is None:
        return ()
    if named.setting == PAYMENTS_OF_EXPENSES:
        return tuple(_ways_to_pay(store.settings.read_company(connection_id)))
    if named.kind in OF_VALUES:
        found = show_choices(connection_id, setting=named.setting, store=store).choices
        return tuple(offer for one in found if not one.more for offer in one.quickbooks)
    now = getattr(store.settings.read_settings(connection_id), named.setting)
    said = str(now).lower() if isinstance(now, bool) else str(now)
    offered = _values(named.setting) or tuple(
        offer
        for one in show_choices(connection_id, setting=named.setting, store=store).choices
        if not one.more
        for offer in one.mobiwork + one.quickbooks
    )
    return tuple(one for one in offered if one.value != said)


def _ways_to_pay(company: Company | None) -> Iterator[Offer]:
    """Yield how expenses may be paid from which account of the company."""
    for kind, rule in PAID_BY.items():
        for account in company.accounts if company else ():
            if rule.allows(account):
                yield Offer(f"{kind}/{account.id}", f"{PAID[kind]} {account.name}")

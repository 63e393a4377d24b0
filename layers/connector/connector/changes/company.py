"""Reading what is remembered of a QuickBooks company: two metered calls a day at most."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from connector.changes import unread_entries
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import POSTED_ONCE
from connector.errors import RetriableError, UnreadableAnswerError
from connector.model.body import MISREAD, Body, Json, by_id, each_read, passed_over
from connector.model.company import LONG_AGO, Company, company_from, further_lists
from connector.model.worklist import causes
from connector.observability import logger
from connector.quickbooks.reading import whole_lists
from connector.quickbooks.responses import Page

if TYPE_CHECKING:
    from connector.engine.remotes import QuickBooksPages

MAX_AGE = timedelta(hours=24)


LISTS = ("Account", "PaymentMethod", "Term")
"""What settings name: change data tells when the accountant added, renamed or closed one."""


TOLD_IN = {
    "Account": "push_products",
    "PaymentMethod": "push_payments",
    "Term": "pull_terms",
    "TaxCode": "push_invoices",
    "Class": "push_invoices",
    "Department": "push_invoices",
}
"""Among the records of which flow it is told that one of a list cannot be read."""
MISSING = "Until it is read it cannot be chosen in the settings, nor used by name."


OF_LISTS = {"accounts", "payment_methods", "terms"}


EVERY = timedelta(days=7)


type Records = Mapping[str, Sequence[Json]]
type Unread = Mapping[str, tuple[str, ...]]


class QuickBooksCompany(Protocol):
    """What reading again asks of QuickBooks."""

    def query(self, statement: str) -> Iterator[Body]:
        """Yield the records of a statement."""

    def page(self, statement: str, *, start: int, size: int) -> Page:
        """Return one page of a statement, from a position on."""

    def company_info(self) -> Body:
        """Return CompanyInfo."""

    def preferences(self) -> Body:
        """Return Preferences."""


class QuickBooksReads(QuickBooksCompany, Protocol):
    """What reading a company asks of QuickBooks.

    realm_id: the id of the company.
    """

    realm_id: str


def ask_company(quickbooks: QuickBooksReads, *, now: datetime) -> Company:
    """Read a company's reference data: five metered calls, and one for each further list."""
    preferences = quickbooks.preferences()
    with _documented():
        names = (*LISTS, *further_lists(preferences))
    rows, unread = _lists(quickbooks, names)
    info = quickbooks.company_info()
    with _documented():
        read = company_from(
            realm_id=quickbooks.realm_id,
            info=info,
            preferences=preferences,
            lists=rows,
            read_at=now.isoformat(),
        )
    return read.model_copy(update={"unread": unread})


@contextmanager
def _documented() -> Iterator[None]:
    """Say of a company or its preferences of another form that they cannot be read."""
    try:
        yield
    except MISREAD as error:
        raise UnreadableAnswerError(
            "QuickBooks told its company or preferences in a form that cannot be read."
        ) from error


def _lists(
    quickbooks: QuickBooksCompany, names: Iterable[str]
) -> tuple[dict[str, list[Json]], dict[str, tuple[str, ...]]]:
    """Return the rows of some lists, and what of them nobody can read."""
    rows, unread = dict[str, list[Json]](), dict[str, tuple[str, ...]]()
    for name in names:
        read = whole_lists.read_list(quickbooks, name)
        rows[name], wrong = _readable(name, read.rows)
        if told := (*(one.told for one in read.unread), *wrong):
            unread[name] = told
    return rows, unread


def _readable(name: str, rows: Iterable[Json]) -> tuple[list[Json], tuple[str, ...]]:
    """Return the rows of a list that can be read, and of each other one a sentence."""
    said, wrong = each_read(by_id(rows), lambda row: _read(name, row))
    return [*said.values()], tuple(passed_over(name, own, why) for own, why in wrong.items())


def _read(name: str, row: Json) -> Json:
    texts = [row.get("FullyQualifiedName") or row["Name"]]
    texts += [row["AccountType"], row.get("AccountSubType") or ""] if name == "Account" else []
    if not all(isinstance(one, str) for one in texts):
        raise TypeError(name)
    return row


def remember(
    connection_id: str, company: Company, *, now: datetime, store: Store = DYNAMODB
) -> None:
    """Keep a company that was read as a whole; what of it nobody can read is on the worklist."""
    before = store.settings.read_company(connection_id)
    _tell_unread(connection_id, before.unread if before else {}, company.unread, now, store)
    store.settings.save_company(connection_id, company)
    _closing_day_is(company.closed_until, before, connection_id, store)


def _closing_day_is(
    closed_until: str | None, before: Company | None, connection_id: str, store: Store
) -> None:
    """Plan again what was refused for the closing day of before, so that it goes or says this one.

    Whoever opens the books in QuickBooks need not try each record again here.
    """
    if before is None or (before.closed_until or None) == (closed_until or None):
        return
    for flow in POSTED_ONCE:
        held = store.pending.worklist(connection_id, flow)
        refused = [
            one.record_id for one in held if causes.read(one.cause or "").kind is causes.Kind.CLOSED
        ]
        store.pending.replay_some(connection_id, flow, refused)


def _tell_unread(
    connection_id: str, before: Unread, after: Unread, now: datetime, store: Store
) -> None:
    """Put on the worklist what of the lists cannot be read, and take off what can be by now."""
    for name, flow in TOLD_IN.items():
        if before.get(name) != after.get(name):
            told = (*after[name], MISSING) if name in after else ()
            unread_entries.tell(connection_id, flow, name, told, since=now, store=store)


def is_fresh(company: Company | None, *, now: datetime) -> bool:
    """Tell whether what is remembered is young enough to plan with, and says all that is asked.

    What an older version remembered lacks what it did not ask, such as how sales tax is set up.
    """
    if company is None or not company.model_fields_set >= Company.model_fields.keys():
        return False
    return now - datetime.fromisoformat(company.read_at) < MAX_AGE


def refresh(
    connection_id: str,
    quickbooks: QuickBooksReads,
    *,
    now: datetime | None = None,
    store: Store = DYNAMODB,
) -> None:
    """Read again, when what is remembered is older than a day, what change data does not tell.

    All is read only where nothing is remembered, change data was cut short, or some of it could
    not be read. While QuickBooks
    does not answer, what is remembered serves on: every record is checked by QuickBooks itself
    when it is posted.

    Raises:
        RetriableError: QuickBooks does not answer and nothing is remembered.
    """
    moment = now or datetime.now(UTC)
    remembered = store.settings.read_company(connection_id)
    if is_fresh(remembered, now=moment):
        return
    try:
        if remembered is None or remembered.read_at == LONG_AGO or remembered.unread:
            read = ask_company(quickbooks, now=moment)
            remember(connection_id, read, now=moment, store=store)
        else:
            read_again(connection_id, quickbooks, now=moment, store=store)
    except RetriableError as error:
        if remembered is None:
            raise
        logger.warning("company not read again", error=type(error).__name__)


def learn(connection_id: str, records: Records, store: Store = DYNAMODB) -> None:
    """Put changed records of the lists into the remembered company; no call is made.

    Accounts are told after every document that is booked on them (reference 1.5), so reading the
    lists again each time would cost more than everything else. Where one of them cannot be read,
    the next reading of all tells it.
    """
    if not any(map(records.get, LISTS)):
        return
    read = {name: _readable(name, records.get(name, ())) for name in LISTS}
    rows = {name: some for name, (some, _) in read.items()}
    store.settings.change_company(connection_id, lambda company: with_lists(company, rows))
    if any(wrong for _, wrong in read.values()):
        let_age(connection_id, store)


def caught_up(
    connection_id: str, quickbooks: "QuickBooksPages", *, now: datetime, store: Store = DYNAMODB
) -> Company | None:
    """Return a company with what changed in its lists within a day: one metered call.

    Looks tell what was before. None where the answer was cut short, for accounts are told after
    every document that is booked on them.
    """
    told = quickbooks.changes(LISTS, now - MAX_AGE)
    if told.truncated:
        return None
    learn(connection_id, told.records, store)
    return store.settings.read_company(connection_id)


def let_age(connection_id: str, store: Store = DYNAMODB) -> None:
    """Let what is remembered of a company count as old, so that all of it is read again."""

    def aged(company: Company) -> Company:
        return company.model_copy(update={"read_at": LONG_AGO})

    store.settings.change_company(connection_id, aged)


def read_preferences(
    connection_id: str, quickbooks: QuickBooksCompany, *, now: datetime, store: Store = DYNAMODB
) -> None:
    """Read a company again after a week.

    One that counts as old altogether, or was never read, is left to the full reading; so is one of
    which something could not be read a day ago.
    """
    company = store.settings.read_company(connection_id)
    if company is None or company.read_at == LONG_AGO:
        return
    age = now - datetime.fromisoformat(company.read_at)
    if company.unread and age >= MAX_AGE:
        let_age(connection_id, store)
    elif age >= EVERY:
        read_again(connection_id, quickbooks, now=now, store=store)


def told_until(connection_id: str, *, now: datetime, store: Store = DYNAMODB) -> datetime:
    """Return from when on changes of the lists must be told; too long ago it counts as old."""
    company = store.settings.read_company(connection_id)
    if company is None or company.read_at == LONG_AGO:
        return now
    read_at = datetime.fromisoformat(company.read_at)
    if now - read_at < EVERY:
        return read_at
    let_age(connection_id, store)
    return now


def read_again(
    connection_id: str, quickbooks: QuickBooksCompany, *, now: datetime, store: Store = DYNAMODB
) -> None:
    """Read what change data does not tell of a company that is remembered.

    Two metered calls: company and preferences; one more for each further list that it uses, such
    as tax codes, which change data lacks (reference 4.1).
    """
    info, preferences = quickbooks.company_info(), quickbooks.preferences()
    with _documented():
        names = further_lists(preferences)
    further, unread = _lists(quickbooks, names)
    with _documented():
        read_anew = company_from(
            realm_id="",
            info=info,
            preferences=preferences,
            lists={**dict.fromkeys(LISTS, ()), **further},
            read_at=now.isoformat(),
        )
    before = store.settings.read_company(connection_id)
    known = before.unread if before else {}
    lasting = {name: told for name, told in known.items() if name in LISTS}
    _tell_unread(connection_id, known, lasting | unread, now, store)
    fields = Company.model_fields.keys() - OF_LISTS - {"realm_id"}
    told = {name: getattr(read_anew, name) for name in fields} | {"unread": lasting | unread}

    def renewed(company: Company) -> Company:
        aged = company.read_at == LONG_AGO
        return company if aged else company.model_copy(update=told)

    store.settings.change_company(connection_id, renewed)
    _closing_day_is(read_anew.closed_until, before, connection_id, store)


def ask_whether_open(
    connection_id: str, quickbooks: QuickBooksCompany, *, now: datetime, store: Store = DYNAMODB
) -> None:
    """Read again until when the books are closed: the accountant may have opened them just now.

    While QuickBooks does not answer, or its reads are used up, what is remembered serves on.
    """
    try:
        read_again(connection_id, quickbooks, now=now, store=store)
    except RetriableError as error:
        logger.warning("the closing day is not read again", error=type(error).__name__)


def with_lists(company: Company, records: Records) -> Company:
    """Return a company with changed records of its lists; inactive ones are left out."""
    rows = {name: records.get(name, ()) for name in LISTS}
    gone = {name: {str(row["Id"]) for row in rows[name]} for name in LISTS}
    active = {name: [row for row in rows[name] if row.get("Active", True)] for name in LISTS}
    told = company_from(realm_id="", info={}, preferences={}, lists=active, read_at="")
    accounts = {one.id: one for one in company.accounts} | {one.id: one for one in told.accounts}
    closed = gone["Account"] - {one.id for one in told.accounts}
    return company.model_copy(
        update={
            "accounts": tuple(one for one in accounts.values() if one.id not in closed),
            "payment_methods": _named(
                company.payment_methods, gone["PaymentMethod"], told.payment_methods
            ),
            "terms": _named(company.terms, gone["Term"], told.terms),
        }
    )


def _named(known: Mapping[str, str], gone: set[str], told: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in known.items() if one not in gone} | dict(told)

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.lists.found import Found
from connector.changes.quickbooks import poll
from connector.engine.stores import Store
from connector.entities.payments.credit_memos import RECEIPT
from connector.entities.registry import DOCUMENTS, PUSHES
from connector.entities.sales.sales_orders import AS_ESTIMATE
from connector.entities.typed.beside import TYPED_BESIDE
from connector.errors import SKIP, ConnectionBrokenError, RateLimitedError, RecordError
from connector.model.pending import PendingItem, PendingState
from connector.model.policy.settings import Settings
from connector.model.tracking.tracked import Sought, StandsAs
from connector.quickbooks.query import entity_of
from connector.quickbooks.responses import ChangeData, Page
from tests.builders import CONNECTION, a_customer, a_line, a_product, an_invoice
from tests.memory.store import in_memory
from tests.unit.engine.world import World

NOON = datetime(2025, 3, 2, 12, tzinfo=UTC)
DAY, OVERLAP = timedelta(days=1), timedelta(minutes=5)
TAXED = {"TotalTax": Decimal("0.63")}
SALE = (a_customer(), a_product(), an_invoice())


@dataclass
class Books:
    """A QuickBooks company that tells what changed; its clock is an hour ahead of ours."""

    realm_id = "9130350000000001"
    voided: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    truncated: bool = False
    most: int = 1000
    fails: Exception | None = None
    asked: list[datetime] = field(default_factory=list)
    entities: list[Sequence[str]] = field(default_factory=list)
    now: datetime = NOON
    store: Store = field(default_factory=in_memory)

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        self.asked.append(since)
        self.entities.append(entities)
        if self.fails is not None:
            raise self.fails
        records = {"Invoice": self.rows()}
        return ChangeData(
            records={entity: records.get(entity, []) for entity in entities},
            deleted={entity: self.deleted if entity == "Invoice" else [] for entity in entities},
            time=self.now + timedelta(hours=1),
            truncated=self.truncated or len(entities) > self.most,
        )

    def rows(self) -> list[dict[str, Any]]:
        void = {"TotalAmt": Decimal("0.00"), "PrivateNote": "Voided - memo"}
        at = {"MetaData": {"LastUpdatedTime": self.now.isoformat()}}
        rows = [{"Id": one, "SyncToken": token, **void, **at} for one, token in self.voided.items()]
        return rows + self.others

    def page(self, statement: str, *, start: int, size: int) -> Page:
        rows = self.rows() if entity_of(statement) == "Invoice" else []
        return Page(rows=rows[start - 1 :], full=False, time=self.now)

    def query(self, statement: str) -> Iterator[dict[str, Any]]:
        yield from ()

    def company_info(self) -> dict[str, Any]:
        return {}

    preferences = company_info

    def look(self, now: datetime) -> dict[str, Found]:
        self.now = now
        quickbooks: Any = self
        return poll(
            CONNECTION,
            (),
            lambda: quickbooks,
            settings=Settings(),
            now=now,
            store=self.store,
        )

    def entries(self) -> dict[str, PendingItem]:
        """Return the worklist of invoices."""
        kept = self.store.pending.worklist(CONNECTION, "push_invoices")
        return {item.record_id: item for item in kept}


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def world(books: Books) -> World:
    return World(store=books.store)


@pytest.fixture
def invoice(world: World, books: Books) -> str:
    """Post an invoice after the first look and return its QuickBooks id."""
    books.look(NOON)
    world.find(*SALE)
    world.push("customer", "product", "invoice")
    return str(world.link("invoice", "5501"))


def test_a_voided_invoice_comes_onto_the_worklist(books: Books, invoice: str) -> None:
    books.voided = {invoice: "1"}
    assert books.look(NOON + DAY) == {"posted": Found(read=1, deleted=1)}
    entry = books.entries()["5501"]
    assert (entry.state, entry.label, entry.fixes, entry.reason) == (
        PendingState.DELETED,
        "invoice 5501",
        (SKIP,),
        f"It was voided in QuickBooks (Invoice {invoice}), but it is still active in MobiWork. It "
        "was 9.63 in QuickBooks and is nothing now. Cancel it there too if it should not count; "
        "nothing was changed in MobiWork.",
    )


def test_what_was_voided_is_drift_from_the_look_on_that_saw_it(world: World, books: Books) -> None:
    world.run_id = "20250301T120000-4be1a7c2"
    books.look(NOON)
    world.find(*SALE)
    world.push("customer", "product", "invoice")
    books.voided = {str(world.link("invoice", "5501")): "1"}
    books.look(NOON + DAY)
    found = Sought(state=StandsAs.CHANGED)
    (one,) = books.store.tracked.find(CONNECTION, found, after=None, limit=9).records
    assert (one.number, one.amount, one.since) == ("INV-5501", Decimal("9.63"), NOON + DAY)
    assert one.reason == books.entries()["5501"].reason


def test_a_deleted_invoice_comes_onto_the_worklist(books: Books, invoice: str) -> None:
    books.deleted = [invoice]
    assert books.look(NOON + DAY) == {"posted": Found(read=1, deleted=1)}
    assert books.entries()["5501"].reason == (
        f"It was deleted in QuickBooks (Invoice {invoice}), but it is still active in MobiWork. "
        "It was 9.63 in QuickBooks and is nothing now. Cancel it there too if it should not "
        "count; nothing was changed in MobiWork and nothing "
        "is posted again automatically."
    )


def test_a_deleted_invoice_is_not_posted_again(books: Books, world: World, invoice: str) -> None:
    books.deleted = [invoice]
    books.look(NOON + DAY)
    world.run_id = "r2"
    world.find(*SALE)
    assert (world.push("invoice"), world.link("invoice", "5501")) == ({"invoice": {}}, invoice)


@pytest.mark.parametrize(
    "change",
    [
        {"TotalAmt": Decimal("9.63"), "PrivateNote": "Voided once, the customer says"},
        {"TotalAmt": 0, "PrivateNote": "A goodwill gesture, not voided"},
    ],
)
def test_an_invoice_that_was_only_changed_is_not_reported_as_void(
    books: Books, invoice: str, change: dict[str, Any]
) -> None:
    books.others = [{"Id": invoice, "SyncToken": "1", "TxnTaxDetail": TAXED} | change]
    told = [] if change["TotalAmt"] else [f"changed-Invoice-{invoice}"]
    assert (books.look(NOON + DAY), [*books.entries()]) == ({"posted": Found(read=1)}, told)


@pytest.mark.case("M23c")
def test_an_invoice_that_was_posted_with_nothing_is_not_told_as_voided(
    books: Books, world: World
) -> None:
    books.look(NOON)
    nothing = {"subTotal": "0", "taxAmount": "0", "total": "0"}
    free = an_invoice(lineItems={"lineItem": [a_line(quantity="0", total="0")]}, **nothing)
    world.find(a_customer(), a_product(), free)
    assert world.push("customer", "product", "invoice")["invoice"] == {"created": 1}
    (posted,) = world.quickbooks.records["Invoice"]
    books.others = [{**posted, "SyncToken": "1", "TotalAmt": 0}]
    assert (books.look(NOON + DAY), books.entries()) == ({"posted": Found(read=1)}, {})


def test_a_document_that_is_not_ours_is_ignored(books: Books, invoice: str) -> None:
    books.voided, books.deleted = {f"{invoice}1": "1"}, [f"{invoice}2"]
    assert (books.look(NOON + DAY), books.entries()) == ({"posted": Found(read=2)}, {})


def test_the_first_look_asks_nothing_and_begins_there(books: Books) -> None:
    assert (books.look(NOON), books.asked) == ({}, [])
    cursor = books.store.cursors.read(CONNECTION)
    assert cursor is not None
    assert cursor.since == NOON - OVERLAP


def test_no_document_is_asked_for_while_nothing_was_posted(books: Books) -> None:
    looks = [books.look(NOON + n * DAY) for n in range(3)]
    assert looks == [{}, {"posted": Found()}, {"posted": Found()}]
    assert books.entities == [("Account", "PaymentMethod", "Term")] * 2


@pytest.mark.case("M6l")
@pytest.mark.usefixtures("invoice")
def test_all_documents_are_asked_for_once_something_was_posted(books: Books) -> None:
    books.look(NOON + DAY)
    watched = (*DOCUMENTS, *TYPED_BESIDE)
    assert books.entities == [(*watched, "Account", "PaymentMethod", "Term")]


@pytest.mark.usefixtures("invoice")
def test_the_next_look_begins_shortly_before_the_time_of_the_last_answer(books: Books) -> None:
    books.look(NOON + DAY)
    books.look(NOON + 2 * DAY)
    assert books.asked == [NOON - OVERLAP, NOON + DAY + timedelta(hours=1) - OVERLAP]


def test_what_the_overlap_shows_again_is_not_reported_again(books: Books, invoice: str) -> None:
    books.voided = {invoice: "1"}
    books.look(NOON + DAY)
    books.store.pending.close(books.entries()["5501"])
    assert books.look(NOON + 2 * DAY) == {"posted": Found(read=1)}
    assert books.entries() == {}


def test_a_void_that_was_shown_before_its_invoice_was_linked_is_reported_with_the_overlap(
    books: Books, world: World, invoice: str
) -> None:
    coming = str(int(invoice) + 1)
    books.voided = {coming: "1"}
    assert books.look(NOON + DAY) == {"posted": Found(read=1)}
    world.find(*SALE, an_invoice("5502", invoiceNumber="INV-2"))
    world.push("invoice")
    assert world.link("invoice", "5502") == coming
    assert books.look(NOON + 2 * DAY) == {"posted": Found(read=1, deleted=1)}
    assert books.entries()["5502"].state == "deleted"


def test_an_invoice_that_is_voided_a_second_time_is_reported_again(
    books: Books, invoice: str
) -> None:
    books.voided = {invoice: "1"}
    books.look(NOON + DAY)
    books.store.pending.close(books.entries()["5501"])
    books.voided = {invoice: "3"}
    assert books.look(NOON + 2 * DAY) == {"posted": Found(read=1, deleted=1)}


def test_an_entry_stays_until_a_person_looks_at_it(books: Books, invoice: str) -> None:
    books.voided = {invoice: "1"}
    books.look(NOON + DAY)
    books.voided = {}
    books.look(NOON + 2 * DAY)
    assert set(books.entries()) == {"5501"}


def test_a_newer_reading_is_not_overwritten_and_the_report_follows_it(
    books: Books, world: World, invoice: str
) -> None:
    world.find(a_customer(), a_product(), an_invoice(total="10.63"))
    books.voided = {invoice: "1"}
    assert (books.look(NOON + DAY), books.entries()) == ({"posted": Found(read=1)}, {})
    assert world.left("invoice") == {"5501": PendingState.CHANGED}
    books.store.pending.close(
        books.store.pending.read_many(CONNECTION, "push_invoices", ["5501"])["5501"]
    )
    books.voided = {}
    assert books.look(NOON + 2 * DAY) == {"posted": Found(deleted=1)}
    assert set(books.entries()) == {"5501"}


@pytest.mark.parametrize("state", [PendingState.WAITING, PendingState.REFUSED])
def test_an_entry_of_the_worklist_gives_way(
    books: Books, world: World, invoice: str, state: PendingState
) -> None:
    world.find(a_customer(), a_product(), an_invoice(total="10.63"))
    item = books.store.pending.read_many(CONNECTION, "push_invoices", ["5501"])["5501"]
    books.store.pending.hold(item, state, reason="Its customer is missing.")
    books.voided = {invoice: "1"}
    books.look(NOON + DAY)
    assert books.entries()["5501"].state == PendingState.DELETED


def test_what_is_gone_on_both_sides_is_no_news_until_it_is_listed_again(
    books: Books, world: World, invoice: str
) -> None:
    world.find(a_customer(), a_product())
    books.voided = {invoice: "1"}
    assert (books.look(NOON + DAY), books.entries()) == ({"posted": Found(read=1)}, {})
    world.run_id, _ = "r2", world.find(*SALE)
    world.push("invoice")
    assert str(books.entries()["5501"].reason).startswith("It is gone on both sides. ")


@pytest.mark.usefixtures("invoice")
def test_changes_too_old_to_be_told_are_a_remark(books: Books) -> None:
    now = NOON + 40 * DAY
    assert books.look(now)["posted"].problem == (
        "QuickBooks remembers 30 days only: documents that were voided or deleted in QuickBooks "
        "between 2025-03-02 and 2025-03-13 are not reported."
    )
    assert books.asked[0] == now - 29 * DAY - OVERLAP


def test_after_an_answer_that_was_cut_short_each_document_is_asked_for_alone(
    books: Books, invoice: str
) -> None:
    books.voided, books.most = {invoice: "1"}, 1
    assert books.look(NOON + DAY)["posted"] == Found(read=1, deleted=1)
    assert books.entities[2:] == [(one,) for one in (*DOCUMENTS, *TYPED_BESIDE)]


def test_documents_that_are_too_many_even_alone_are_used_and_told(
    books: Books, invoice: str
) -> None:
    books.voided, books.truncated = {invoice: "1"}, True
    found = books.look(NOON + DAY)["posted"]
    assert (found.deleted, str(found.problem).partition(" changed in")[2]) == (
        1,
        " QuickBooks since 2025-03-02: what was voided is known, but some that were deleted there "
        "since then may not be reported. Match the books with both sides read, and they are found.",
    )


@pytest.mark.usefixtures("invoice")
def test_what_is_missing_is_told_until_the_next_call(books: Books) -> None:
    books.truncated = True
    first = books.look(NOON + DAY)["posted"].problem
    assert books.look(NOON + DAY + timedelta(hours=1)) == {"posted": Found(problem=first)}
    books.truncated = False
    assert books.look(NOON + 2 * DAY) == {"posted": Found()}
    assert books.look(NOON + 2 * DAY + timedelta(hours=1)) == {}


@pytest.mark.usefixtures("invoice")
@pytest.mark.parametrize("error", [RateLimitedError("Slow down."), RecordError("Not allowed.")])
def test_a_failure_is_told_until_it_is_asked_again(books: Books, error: Exception) -> None:
    books.fails = error
    told = {
        "posted": Found(
            problem="QuickBooks did not tell what changed there; it is asked again after "
            f"2025-03-03 12:15 UTC: {error}"
        )
    }
    assert books.look(NOON + DAY) == told
    assert books.look(NOON + DAY + timedelta(minutes=10)) == told
    assert len(books.asked) == 1


def test_what_a_failed_look_missed_is_found_by_the_next(books: Books, invoice: str) -> None:
    books.fails = RateLimitedError("Slow down.")
    books.look(NOON + DAY)
    books.fails, books.voided = None, {invoice: "1"}
    assert books.look(NOON + 2 * DAY) == {"posted": Found(read=1, deleted=1)}
    assert books.asked == [NOON - OVERLAP] * 2


@pytest.mark.usefixtures("invoice")
def test_a_broken_connection_stops_the_look(books: Books) -> None:
    books.fails = ConnectionBrokenError("Reconnect it.")
    with pytest.raises(ConnectionBrokenError):
        books.look(NOON + DAY)


@pytest.mark.case("M7h")
def test_every_document_that_a_flow_posts_is_watched() -> None:
    documents = [flow for flow in PUSHES if not flow.fields]
    assert {target for flow in documents for target in flow.targets} == set(DOCUMENTS)
    assert {AS_ESTIMATE.target, RECEIPT.target} <= set(DOCUMENTS)


@pytest.mark.case("X6")
def test_a_document_that_is_there_twice_is_told_until_one_of_them_is_gone(
    books: Books, world: World, invoice: str
) -> None:
    (posted,) = world.quickbooks.records["Invoice"]
    books.others = [posted, {**posted, "Id": "900"}]
    books.look(NOON + DAY)
    assert set(books.entries()) == {"copy-Invoice-900"}
    entry = books.entries()["copy-Invoice-900"]
    assert (entry.label, entry.fixes) == ("invoice 5501", (SKIP,))
    assert f"Invoice {invoice}, which is linked to it, and Invoice 900" in str(entry.reason)
    books.others, books.deleted = [], ["900"]
    books.look(NOON + 2 * DAY)
    assert books.entries() == {}


@pytest.mark.case("X6")
def test_the_mark_of_another_company_is_no_copy(books: Books, world: World, invoice: str) -> None:
    (posted,) = world.quickbooks.records["Invoice"]
    other = posted["PrivateNote"].replace("ref. c1", "ref. c2")
    books.others = [{**posted, "Id": "900", "PrivateNote": other}]
    books.look(NOON + DAY)
    assert books.entries() == {}

"""Where a record stands is said in the same word by pages, answers of the API and commands."""

import re
from pathlib import Path

import pytest

import cli
from connector.api.payment_list import list_payments
from connector.api.runs import search
from connector.api.runs.search import RecordsAsked
from connector.console.rendering import environment
from connector.entities.payments.push import PUSH
from connector.errors import RejectedError
from connector.mobiwork.xml import RawRecord
from connector.model.pending import PendingState
from connector.model.review.planned import WRITES, Decision
from connector.model.tracking.stands import FOUND_BY, OF_ITEM
from connector.model.tracking.tracked import Sought, StandsAs
from connector.push.worker import foresee_all
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.fakes import Record
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World

FLOWS = ("customer", "product", "invoice", "payment")
PARENTS = (a_customer(), a_product(), an_invoice())
OTHERS = re.compile(
    r"pushable|waiting on|waiting for approval|asked about|undecided|drift|unposted|\bpending\b"
)
"""Words for where a record stands that people would have to learn beside those of the glossary."""


@pytest.mark.parametrize(
    ("records", "word"),
    [
        ((a_payment(paymentType="Crypto"),), StandsAs.WAITING),
        ((*PARENTS[:2], an_invoice(total="19.63"), a_payment()), StandsAs.WAITING),
        ((a_payment(invoiceId="0"),), StandsAs.REFUSED),
    ],
    ids=["of a kind nobody decided on", "before its invoice", "that says too little"],
)
def test_a_payment_stands_in_one_word_wherever_it_is_shown(
    records: tuple[RawRecord, ...], word: StandsAs
) -> None:
    world = World()
    world.find(*records)
    world.push(*FLOWS)
    assert words_of(world) == {word}


def test_a_payment_that_quickbooks_refused_stands_in_one_word_wherever_it_is_shown() -> None:
    def refuse(entity: str, _body: Record) -> None:
        if entity == "Payment":
            raise RejectedError("The books are locked.", code="6200")

    world = World()
    world.quickbooks.before = refuse
    world.find(*PARENTS, a_payment())
    world.push(*FLOWS)
    assert words_of(world, planned=False) == {StandsAs.REFUSED}


def words_of(world: World, *, planned: bool = True) -> set[str]:
    """Return what the payment is said to be by each list, and by what is planned of it."""
    asked = RecordsAsked(sought=Sought(flows=frozenset({PUSH.name})))
    found = search.find(CONNECTION, asked, after=None, limit=9, store=world.store)
    listed = list_payments(CONNECTION, store=world.store)
    item = next(world.store.pending.read_all(CONNECTION, PUSH.name))
    said: set[str] = {OF_ITEM[item.state], *(one.state for one in found.records)}
    said |= {one.state for one in listed.payments}
    said |= {one.what for one in Desk(world.store).entries() if one.flow == PUSH.name}
    if planned:
        said |= {one.decision.value for one in foresee_all(PUSH, world.run(), [item])}
    return said


def test_every_state_has_its_word() -> None:
    assert set(OF_ITEM) == set(PendingState)
    assert set(FOUND_BY) == set(StandsAs) - {StandsAs.ON_ITS_WAY}
    assert {one.value for one in Decision if one not in WRITES} <= set(StandsAs)


def test_the_glossary_lists_the_words() -> None:
    glossary = Path("docs/glossary.md").read_text(encoding="utf-8")
    (row,) = (one for one in glossary.splitlines() if one.startswith("| where a record stands |"))
    assert all(one in row for one in StandsAs)


def test_no_page_and_no_command_has_another_word() -> None:
    loader = environment().loader
    assert loader is not None
    pages = {name: loader.get_source(environment(), name)[0] for name in loader.list_templates()}
    code = {one.name: one.read_text() for one in Path(cli.__path__[0]).rglob("*.py")}
    shown = {name: re.sub(r"\{[%{].*?[%}]\}|<[^>]*>", " ", told) for name, told in pages.items()}
    found = {name: OTHERS.findall(told) for name, told in (shown | code).items()}
    assert {name: told for name, told in found.items() if told} == {}

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from pydantic import BaseModel

from connector.entities.customers import push as push_customers
from connector.entities.customers.model import Customer
from connector.entities.payments import push as push_payments
from connector.entities.products import push as push_products
from connector.entities.sales import invoices
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, Fix, RecordError
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import PushFlow, PushTranslation
from connector.model.plans import Create, Plan, Reference, Refuse, Skip, Update, Wait
from connector.model.policy.days import begin_of, zone_of
from connector.push.plan import plan
from connector.push.planning import content_hash, waiting_for
from tests.builders import a_company, a_customer, a_payment, a_product, an_invoice, settings

MARK = "(MobiWork invoice 5501, ref. c1)"
CUSTOMER = Linked("61", "0", "h", {"DisplayName": "Blue Heron Plumbing"})
PRODUCT = Linked("71", "0", "h", {})
EMPTY = ('The setting "Income Account" is empty.', 'The setting "Cost Account" is empty.')
PARENTS = {("customer", "700001"): CUSTOMER, ("product", "307001"): PRODUCT}


def decide(
    flow: PushFlow[Any],
    raw: RawRecord,
    link: Linked | None = None,
    links: dict[tuple[str, str], Linked] | None = None,
    blocked: tuple[str, ...] = (),
) -> Plan:
    known = PushContext(settings(), a_company(), links or {}, MARK, blocked)
    return plan(flow, flow.records.model.model_validate(raw.fields), link, known)


def with_eligibility[R: BaseModel](flow: PushFlow[R], **rules: Any) -> PushFlow[R]:
    """Return a flow with other rules of who is for QuickBooks."""
    return replace(flow, eligibility=replace(flow.eligibility, **rules))


def body_of(raw: RawRecord) -> Body:
    made = decide(push_customers.PUSH, raw)
    assert isinstance(made, Create)
    return made.body


def linked(raw: RawRecord) -> Linked:
    return Linked("61", "0", content_hash(body_of(raw)), body_of(raw))


def test_a_new_record_is_created_with_the_statement_that_finds_it() -> None:
    record = a_customer(contact={"firstName": "TBD"}, address={"city": "Tampa"})
    body = {
        "DisplayName": "Blue Heron Plumbing",
        "CompanyName": "Blue Heron Plumbing",
        "BillAddr": {"City": "Tampa"},
        "Active": True,
    }
    assert decide(push_customers.PUSH, record) == Create(
        body,
        content_hash(body),
        "SELECT * FROM Customer WHERE DisplayName = 'Blue Heron Plumbing'"
        " AND Active IN (true, false)",
    )


def test_a_changed_record_is_updated_with_what_changed() -> None:
    after = a_customer(companyName="Blue Heron Plumbing LLC")
    changed = {
        "DisplayName": "Blue Heron Plumbing LLC",
        "CompanyName": "Blue Heron Plumbing LLC",
    }
    body = body_of(after)
    assert decide(push_customers.PUSH, after, linked(a_customer())) == Update(
        body, changed, content_hash(body)
    )


def test_an_unchanged_record_is_left_alone() -> None:
    assert decide(push_customers.PUSH, a_customer(), linked(a_customer())) == Skip(
        "Nothing that QuickBooks keeps has changed."
    )


def test_a_record_adopted_as_it_is_wanted_is_left_alone() -> None:
    adopted = replace(linked(a_customer()), content_hash="another")
    assert decide(push_customers.PUSH, a_customer(), adopted) == Skip(
        "Nothing that QuickBooks keeps has changed."
    )


def test_what_is_not_for_quickbooks_is_skipped() -> None:
    assert decide(push_customers.PUSH, a_customer(prospectFlag="true")) == Skip(
        "It is still a prospect. Convert it to a customer in MobiWork, or turn on the "
        'setting "Push prospects too".',
        left_out=True,
    )


def test_what_is_not_for_quickbooks_is_skipped_even_if_settings_are_missing() -> None:
    flow = with_eligibility(
        push_products.PUSH, skip_reason=lambda _record, _settings: "It is not sold."
    )
    assert decide(flow, a_product(), blocked=EMPTY) == Skip("It is not sold.", left_out=True)


def test_what_is_not_to_be_created_is_skipped_but_a_linked_one_is_updated() -> None:
    flow = with_eligibility(
        push_customers.PUSH, skip_create_reason=lambda _customer, _company: "It is inactive."
    )
    raw = a_customer(enabled="false")
    assert decide(flow, raw) == Skip("It is inactive.", left_out=True)
    assert isinstance(decide(flow, raw, linked(a_customer())), Update)


def test_a_posted_document_whose_translation_is_refused_by_now_stays_as_it_was_posted() -> None:
    def refuse(_record: Any, _known: PushContext) -> Body:
        raise RecordError("The books are closed.")

    flow = replace(push_payments.PUSH, translation=PushTranslation(body=refuse))
    parents = {("invoice", "5501"): Linked("145", "0", "", {})}
    decided = decide(flow, a_payment(), Linked("9", "0", "h", {}), parents)
    assert decided == Skip("It is in QuickBooks already (Payment 9).")


@pytest.mark.case("R17b")
@pytest.mark.parametrize(
    "error", [AttributeError, IndexError, InvalidOperation, KeyError, TypeError, ValueError]
)
def test_a_record_of_which_something_was_not_foreseen_is_refused_alone(
    error: type[Exception],
) -> None:
    def fail(_record: BaseModel, _known: PushContext) -> Body:
        raise error

    flow = replace(push_customers.PUSH, translation=PushTranslation(body=fail))
    planned = decide(flow, a_customer())
    assert isinstance(planned, Refuse)
    assert planned.reason.startswith("It could not be planned")


def test_missing_settings_are_refused_with_the_way_to_the_settings() -> None:
    assert decide(push_products.PUSH, a_product(), blocked=EMPTY) == Refuse(
        'The setting "Income Account" is empty. The setting "Cost Account" is empty.',
        (OPEN_SETTINGS, RETRY, SKIP),
    )


def test_all_problems_of_a_record_are_told_at_once() -> None:
    record = a_payment(invoiceId="0", amount="100000000000")
    decided = decide(push_payments.PUSH, record)
    assert isinstance(decided, Refuse)
    assert decided.reason.startswith("It has neither an invoice nor a customer. ")
    assert "a payment must be more than zero and less than 100,000,000,000.00" in decided.reason


def test_a_record_waits_for_everything_it_refers_to() -> None:
    customer = Reference("customer", "700001", 'customer "Blue Heron Plumbing"')
    product = Reference("product", "307001", 'product "Copper elbow 307001"')
    assert decide(invoices.PUSH, an_invoice()) == Wait(
        (customer, product),
        'It is waiting for customer "Blue Heron Plumbing", product "Copper elbow 307001", which '
        "are not "
        "in QuickBooks yet.",
    )


def test_a_record_with_a_problem_is_refused_before_it_waits() -> None:
    assert isinstance(decide(invoices.PUSH, an_invoice(total="19.63")), Refuse)


def test_a_record_whose_references_are_linked_is_created() -> None:
    made = decide(invoices.PUSH, an_invoice(), links=PARENTS)
    assert isinstance(made, Create)
    assert made.body["CustomerRef"] == {"value": "61"}


def test_a_refusal_of_the_translation_keeps_its_fixes() -> None:
    fixes = (Fix(action="link", label="Link", target="9"),)

    def refuse(_record: Customer, _known: PushContext) -> Body:
        raise RecordError("It cannot be said in QuickBooks.", fixes=fixes)

    flow = replace(push_customers.PUSH, translation=PushTranslation(body=refuse))
    cause = "record"
    assert decide(flow, a_customer()) == Refuse("It cannot be said in QuickBooks.", fixes, cause)


def posted() -> Linked:
    made = decide(invoices.PUSH, an_invoice(), links=PARENTS)
    assert isinstance(made, Create)
    return Linked("145", "0", made.content_hash, made.body, Decimal("9.63"))


@pytest.mark.case("M18a")
def test_a_document_of_a_later_day_waits_for_it() -> None:
    zone = zone_of(settings(), a_company())
    links = PARENTS
    for today, kind in [(date(2025, 11, 1), Wait), (date(2025, 11, 2), Create)]:
        known = PushContext(settings(), a_company(), links, MARK, (), today)
        invoice = invoices.PUSH.records.model.model_validate(an_invoice().fields)
        planned = plan(invoices.PUSH, invoice, None, known)
        assert isinstance(planned, kind)
        if isinstance(planned, Wait):
            assert planned.not_before == begin_of(date(2025, 11, 2), zone)
            assert planned.reason == (
                "It is dated 2025-11-02, which is in the future. It is posted on that date, or as "
                "soon as it has an earlier date in MobiWork."
            )


def test_a_posted_document_is_not_posted_again() -> None:
    assert decide(invoices.PUSH, an_invoice(), posted(), PARENTS) == Skip(
        "It is in QuickBooks already (Invoice 145)."
    )


def test_a_posted_document_that_changed_stays_as_it_was_posted() -> None:
    made = decide(invoices.PUSH, an_invoice(dueDate="2026/01/05"), posted(), PARENTS)
    assert isinstance(made, Skip)
    assert made.reason.startswith(
        "It was changed in MobiWork after it was posted; Invoice 145 in QuickBooks stays as it was "
        "posted."
    )


def test_a_posted_document_that_could_not_be_posted_now_stays_as_it_was_posted() -> None:
    assert decide(invoices.PUSH, an_invoice(total="19.63"), posted(), PARENTS) == Skip(
        "It is in QuickBooks already (Invoice 145)."
    )


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "It is waiting for part 0, which is not in QuickBooks yet."),
        (2, "It is waiting for part 0, part 1, which are not in QuickBooks yet."),
        (
            6,
            "It is waiting for part 0, part 1, part 2, part 3 and 2 more, which are not in "
            "QuickBooks "
            "yet.",
        ),
    ],
)
def test_a_sentence_names_what_is_waited_for(number: int, sentence: str) -> None:
    missing = tuple(Reference("product", str(n), f"part {n}") for n in range(number))
    assert waiting_for(missing) == sentence


BODIES = st.recursive(
    st.booleans() | st.integers() | st.text() | st.decimals(-100, 100, places=2),
    lambda inner: st.dictionaries(st.text(max_size=3), inner) | st.lists(inner, max_size=3),
    max_leaves=10,
)


def shuffled(value: Any, shuffle: Callable[[list[Any]], None]) -> Any:
    if isinstance(value, list):
        return [shuffled(one, shuffle) for one in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    shuffle(names)
    return {name: shuffled(value[name], shuffle) for name in names}


@settings_of(max_examples=50)
@given(st.dictionaries(st.text(max_size=3), BODIES), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_change_the_hash(
    body: dict[str, Any], chance: random.Random
) -> None:
    assert content_hash(shuffled(body, chance.shuffle)) == content_hash(body)


@given(st.decimals(-100, 100, places=2), st.decimals(-100, 100, places=2))
def test_a_cent_changes_the_hash(one: Decimal, other: Decimal) -> None:
    same = content_hash({"Amount": one}) == content_hash({"Amount": other})
    assert same is (str(one) == str(other))


def test_the_order_of_lines_does_change_the_hash() -> None:
    assert content_hash({"Line": [1, 2]}) != content_hash({"Line": [2, 1]})


def test_a_value_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        content_hash({"TxnDate": object()})

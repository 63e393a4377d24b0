"""How a record that was posted once differs by now, and whether a person must see to it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import BaseModel

from connector.errors import RecordError
from connector.model.body import Body
from connector.model.flows import drift
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import PushFlow
from connector.push.body_diff import differences, differs
from connector.push.planning import content_hash, lasting, missing_of

HEAVY = (
    "AccountRef",
    "CustomerRef",
    "DueDate",
    "EntityRef",
    "Line",
    "PaymentType",
    "TotalAmt",
    "TxnDate",
    "TxnTaxDetail",
    "VendorRef",
)
"""What is money, party, date or tax of a posted document."""
SAID_BY_FACTS = frozenset(HEAVY) - {"Line"}
"""What the facts of a record say in MobiWork's own words; lines may say more than they do."""
WORDS_OF_LINES = ("Description", "LineNum")


NEVER_SAID = content_hash({})
"""Of what was linked though nobody could say what it would be in QuickBooks."""


def changes_after_posting[R: BaseModel](
    flow: PushFlow[R], record: R, link: Linked, known: PushContext
) -> tuple[list[str], bool]:
    """Return how a posted record differs by now, and whether a person must see to it.

    What MobiWork's record itself says of money, party, date and tax is compared whatever else
    there is; the body only where the record can still be translated, as if the books were open.
    A fact that a link of before does not have is unknown there, and no change; where it has none
    at all, the body decides. One that was linked while nobody could translate it has no body.
    """
    told = facts_changed(flow, record, link.facts, known)
    body, was = _as_of_now(flow, record, known), lasting(flow, link.base)
    if body is None or not link.base or link.content_hash in {content_hash(body), NEVER_SAID}:
        return told, bool(told)
    heavy = not link.facts and any(
        differs(name, was.get(name), body.get(name))
        and _weight(was.get(name)) != _weight(body.get(name))
        for name in HEAVY
    )
    said = _said_by_facts(was, body) if told else frozenset[str]()
    others = ({name: one for name, one in some.items() if name not in said} for some in (was, body))
    return [*told, *differences(*others)], heavy or bool(told)


def _said_by_facts(was: Body, body: Body) -> frozenset[str]:
    """Return the members whose changes the facts tell, in MobiWork's words and with its numbers.

    So they do of lines that only say what a payment is for.
    """
    lines = [*was.get("Line", ()), *body.get("Line", ())]
    is_payment = not any("DetailType" in line for line in lines)
    return SAID_BY_FACTS | {"Line", "PaymentMethodRef"} if is_payment else SAID_BY_FACTS


def facts_changed[R: BaseModel](
    flow: PushFlow[R], record: R, was: Mapping[str, str], known: PushContext
) -> list[str]:
    """Say what a record says of money, party, date and tax otherwise than it did."""
    return [
        drift.told(_in_words(name, known), before, now)
        for name, before, now in _differing(flow, record, was)
    ]


def figures_changed[R: BaseModel](flow: PushFlow[R], record: R, link: Linked) -> list[str]:
    """Say the same of the document as a whole, without its single products."""
    return [
        drift.told(name, was, now)
        for name, was, now in _differing(flow, record, link.facts)
        if not name.startswith(drift.OF_PRODUCT)
    ]


def _differing[R: BaseModel](
    flow: PushFlow[R], record: R, was: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    now = flow.wording.facts(record)
    for name in drift.comparable(was, now) if was else ():
        if was.get(name) != now.get(name):
            yield name, was.get(name, ""), now.get(name, "")


def _in_words(fact: str, known: PushContext) -> str:
    """Return what a person calls a fact: a product by its name, where that is linked."""
    number = fact.removeprefix(drift.OF_PRODUCT)
    linked = known.links.get((drift.PRODUCT, number)) if number != fact else None
    name = linked.base.get("Name") if linked else None
    return f'{drift.OF_PRODUCT}"{name}"' if name else fact


def _weight(value: object) -> object:
    """Return what of a member is money, party, date or tax: of a line not its words."""
    if isinstance(value, list):
        return [_weight(one) for one in value]
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if name not in WORDS_OF_LINES}
    return value


def _as_of_now[R: BaseModel](flow: PushFlow[R], record: R, known: PushContext) -> Body | None:
    """Return what would be posted now, or nothing where nothing could be."""
    needed = flow.references.needed(record, known.settings, known.company)
    if flow.eligibility.problems(record) or missing_of(needed, known):
        return None
    reopened = replace(known, company=known.company.model_copy(update={"closed_until": ""}))
    try:
        return lasting(flow, flow.translation.body(record, reopened))
    except RecordError:
        return None

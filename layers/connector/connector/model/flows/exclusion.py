"""What a person keeps out of QuickBooks by choice: flows, customers and categories."""

from pydantic import BaseModel

from connector.model.company import Company
from connector.model.flows.census import CATEGORY
from connector.model.flows.push_flow import PushFlow
from connector.model.flows.records import MobiWorkRecords
from connector.model.ids import FlowName, in_words
from connector.model.policy.postable import same_texts
from connector.model.policy.settings import Settings, title


def switched_off(flow: FlowName, settings: Settings) -> str | None:
    """Return why nothing of a flow goes on, or nothing where it does."""
    if flow not in settings.flows_off:
        return None
    return f'The setting "{title("flows_off")}" switches {in_words(flow)} off.'


def excluded_customer(mobiwork_id: str | None, settings: Settings) -> str | None:
    """Return why nothing is written of what belongs to a customer, or nothing."""
    if mobiwork_id not in settings.excluded_customers:
        return None
    return f'Its customer is one of the setting "{title("excluded_customers")}".'


def excluded[R: BaseModel](flow: PushFlow[R], record: R, settings: Settings) -> str | None:
    """Return why the settings keep a record out, or nothing."""
    customer = flow.references.customer(record)
    return excluded_customer(customer, settings) or excluded_category(
        flow.noun, flow.records, record, settings
    )


def standing[R: BaseModel](
    flow: PushFlow[R], record: R, settings: Settings, company: Company
) -> str | None:
    """Say why a record does not count in MobiWork; None where it does, or nobody has decided."""
    verdict = flow.eligibility.verdict(record, settings, company)
    return None if verdict.elsewhere or verdict.question else verdict.reason


def excluded_category[R: BaseModel](
    noun: str, records: MobiWorkRecords[R], record: R, settings: Settings
) -> str | None:
    """Return why nothing is written of a MobiWork record of some kind for its category."""
    chosen = [
        text
        for kind, texts in settings.excluded_categories.items()
        if kind == noun
        for text in texts
    ]
    for kind, text in records.said(record) if chosen else ():
        if kind == CATEGORY and same_texts([text]) <= same_texts(chosen):
            return f'Its category "{text}" is one of the setting "{title("excluded_categories")}".'
    return None

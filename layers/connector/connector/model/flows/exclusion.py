"""What a person keeps out of QuickBooks by choice: flows, customers and categories."""

from pydantic import BaseModel

from connector.model.flows.census import CATEGORY
from connector.model.flows.push_flow import PushFlow
from connector.model.ids import FlowName
from connector.model.policy.postable import same_texts
from connector.model.policy.settings import Settings, title


def switched_off(flow: FlowName, settings: Settings) -> str | None:
    """Return why nothing of a flow goes on, or nothing where it does."""
    if flow not in settings.flows_off:
        return None
    return f'The setting "{title("flows_off")}" switches {flow} off.'


def excluded[R: BaseModel](flow: PushFlow[R], record: R, settings: Settings) -> str | None:
    """Return why the settings keep a record out that is not in QuickBooks, or nothing."""
    if flow.references.customer(record) in settings.excluded_customers:
        return f'Its customer is one of the setting "{title("excluded_customers")}".'
    chosen = [
        text
        for kind, texts in settings.excluded_categories.items()
        if kind == flow.noun
        for text in texts
    ]
    for kind, text in flow.records.said(record) if chosen else ():
        if kind == CATEGORY and same_texts([text]) <= same_texts(chosen):
            return f'Its category "{text}" is one of the setting "{title("excluded_categories")}".'
    return None

"""QuickBooks' terms into MobiWork's, one way: by what name an invoice is due in how many days.

MobiWork's calls are assumed (reference 6 row 22). A discount for paying early stays in QuickBooks.
"""

from pydantic import AliasChoices, Field

from connector.entities.shared.quickbooks_values import name_in, number_in, plain_number
from connector.entities.shared.wire import Wire
from connector.mobiwork.values import IdValue, MobiWorkDecimal
from connector.model.body import Body
from connector.model.flows.field import one_way
from connector.model.flows.pull_flow import PullEligibility, PullFlow, PullMatching, PullTranslation
from connector.model.flows.records import MobiWorkRecords
from connector.model.policy.settings import Settings


class Terms(Wire):
    """Terms of MobiWork (reference 6 row 22, assumed).

    id, external_id: MobiWork's id, and the one that another system gave it.
    name: as people choose them.
    days: until a document is due; None where they do not go by days.
    """

    id: IdValue = Field(
        default=None, validation_alias=AliasChoices("mobiworktermsid", "termsid", "id")
    )
    external_id: str = Field(default="", alias="externalid")
    name: str = Field(default="", validation_alias=AliasChoices("name", "termsname"))
    days: MobiWorkDecimal | None = Field(
        default=None, validation_alias=AliasChoices("days", "duedays", "netdays")
    )


def label(term: Body) -> str:
    """Name terms to a person."""
    return f'terms "{name_in(term)}"'


def skip_reason(term: Body, _settings: Settings) -> str | None:
    """Say why terms have no number of days: they fall due on a day of the month (reference 6.6)."""
    if term.get("Type") == "DATE_DRIVEN" or term.get("DayOfMonthDue"):
        return (
            "They fall due on a day of the month, and MobiWork knows only terms of so many days. "
            "Give invoices with such terms their due date by hand."
        )
    return None


def _days(terms: Terms) -> str:
    return "" if terms.days is None else plain_number(terms.days)


PULL = PullFlow(
    name="pull_terms",
    source="Term",
    records=MobiWorkRecords(
        entity="terms", model=Terms, external_id=lambda terms: terms.external_id
    ),
    label=label,
    eligibility=PullEligibility(skip_reason=skip_reason),
    translation=PullTranslation(
        fields=(
            one_way("name", lambda terms: terms.name, name_in),
            one_way("days", _days, lambda term: plain_number(number_in(term, "DueDays"))),
        )
    ),
    matching=PullMatching(
        quickbooks_key=lambda term, _settings: name_in(term), mobiwork_key=lambda terms: terms.name
    ),
)

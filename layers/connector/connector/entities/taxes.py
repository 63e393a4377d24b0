"""QuickBooks' sales taxes into MobiWork's, one way: a tax code with what its rates come to.

MobiWork's calls are assumed (reference 6 row 21), and so is that its rate is a percentage: 7.5.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pydantic import AliasChoices, Field

from connector.entities.shared.quickbooks_values import name_in, number_in, plain_number
from connector.entities.shared.wire import Wire
from connector.mobiwork.values import IdValue, MobiWorkBool, MobiWorkDecimal
from connector.model.body import Body, Json
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes, one_way
from connector.model.flows.pull_flow import PullEligibility, PullFlow, PullMatching, PullTranslation
from connector.model.flows.records import MobiWorkRecords
from connector.model.policy.settings import Settings

ON_AMOUNT = "TaxOnAmount"


class Tax(Wire):
    """A sales tax of MobiWork (reference 6 row 21, assumed).

    id, external_id: MobiWork's id, and the one that another system gave it.
    name: as people choose it.
    rate: in percent.
    enabled: whether it is in use.
    """

    id: IdValue = Field(default=None, validation_alias=AliasChoices("mobiworktaxid", "taxid", "id"))
    external_id: str = Field(default="", alias="externalid")
    name: str = Field(default="", validation_alias=AliasChoices("name", "taxname"))
    rate: MobiWorkDecimal = Field(
        default=Decimal(0), validation_alias=AliasChoices("rate", "taxrate", "percent")
    )
    enabled: MobiWorkBool = True


def with_rates(tax_codes: Iterable[Body], tax_rates: Iterable[Body]) -> list[Body]:
    """Return tax codes with the rates that apply to sales, as `Rates` (reference 6.6).

    A rate that is not among `tax_rates`, which must hold inactive ones too, has no value.
    """
    rates = {str(rate["Id"]): rate for rate in tax_rates}
    return [code | {"Rates": [_rate(one, rates) for one in _sales(code)]} for code in tax_codes]


def _sales(code: Body) -> list[Body]:
    return list((code.get("SalesTaxRateList") or {}).get("TaxRateDetail") or ())


def _rate(detail: Body, rates: Mapping[str, Body]) -> Body:
    rate = rates.get(str(detail["TaxRateRef"]["value"]), {})
    return {
        "Name": name_in(rate),
        "RateValue": rate.get("RateValue"),
        "TaxTypeApplicable": detail.get("TaxTypeApplicable") or ON_AMOUNT,
    }


def label(code: Body) -> str:
    """Name a tax code to a person."""
    return f'sales tax "{name_in(code)}"'


def skip_reason(code: Body, _settings: Settings) -> str | None:
    """Say why a tax code is no sales tax with one rate."""
    rates = code["Rates"]
    if not str(code["Id"]).isdecimal():
        return "It only marks lines as taxed or not and has no rate of its own."
    if code.get("Hidden"):
        return "QuickBooks does not offer it any more."
    if not rates:
        return "It has no rates for sales, so there is nothing to charge."
    if any(rate["RateValue"] is None for rate in rates):
        return "QuickBooks does not say what one of its rates is."
    if any(rate["TaxTypeApplicable"] != ON_AMOUNT for rate in rates):
        return "One of its rates is a tax on another tax, which a single rate cannot say."
    return None


def _combined(code: Json) -> str:
    return plain_number(sum((number_in(rate, "RateValue") for rate in code["Rates"]), Decimal(0)))


def new(_code: Body, _known: PullContext) -> Changes:
    """Offer a new sales tax at once."""
    return {"enabled": "true"}


PULL = PullFlow(
    name="pull_sales_taxes",
    source="TaxCode",
    records=MobiWorkRecords(
        entity="tax",
        model=Tax,
        external_id=lambda tax: tax.external_id,
        enabled=lambda tax: tax.enabled,
    ),
    label=label,
    eligibility=PullEligibility(skip_reason=skip_reason),
    translation=PullTranslation(
        fields=(
            one_way("name", lambda tax: tax.name, name_in),
            one_way("rate", lambda tax: plain_number(tax.rate), _combined),
        ),
        new=new,
    ),
    matching=PullMatching(
        quickbooks_key=lambda code, _settings: name_in(code), mobiwork_key=lambda tax: tax.name
    ),
)

"""Creates tax codes with their rates: POST /taxservice/taxcode (section 6.6)."""

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault
from simulators.quickbooks.schema.check import unknown_property
from simulators.quickbooks.schema.table import Shape
from simulators.quickbooks.seed.company import put_code, put_rate
from simulators.quickbooks.wire import Record

LONGEST_NAME = 100
SIDES = ("Sales", "Purchase")
CODE = Shape(
    "TaxService",
    {},
    frozenset({"TaxCode", "TaxCodeId", "TaxRateDetails", "Id", "domain", "sparse"}),
)
RATE = Shape(
    "TaxRateDetails",
    {},
    frozenset({"TaxRateName", "TaxRateId", "RateValue", "TaxAgencyId", "TaxApplicableOn"}),
)


class Plan(NamedTuple):
    """One rate of a code that is to be made; one with a key exists already."""

    key: str
    name: str
    value: Decimal
    agency: str
    side: str


def create(company: Company, body: Any) -> Record:  # noqa: ANN401 - a request body
    """Create a tax code and the rates that do not exist yet.

    Raises:
        ApiError: a name is missing or taken, a rate or agency is wrong.
    """
    name, details = _checked(company, body)
    planned = [_planned(company, detail) for detail in details]
    named = [plan.name.casefold() for plan in planned]
    if len(set(named)) < len(named):
        raise fault("6240", "The name supplied already exists. : tax rate")
    answered = [_made(company, plan) for plan in planned]
    company.sequence["TaxCode"] += 1
    code = str(company.sequence["TaxCode"])
    bought = tuple(r["TaxRateId"] for r in answered if r["TaxApplicableOn"] == "Purchase")
    sold = tuple(r["TaxRateId"] for r in answered if r["TaxRateId"] not in bought)
    put_code(company, code, name, sold, bought)
    return {"TaxCode": name, "TaxCodeId": code, "TaxRateDetails": answered}


def _checked(company: Company, body: Any) -> tuple[str, list[Record]]:  # noqa: ANN401
    if not isinstance(body, dict):
        raise fault("2010", "Property Name:TaxService specified is unsupported or invalid")
    _refuse_unknown(CODE, body)
    name, details = _text(body, "TaxCode"), body.get("TaxRateDetails")
    _refuse_long(name, "TaxCode")
    if not isinstance(details, list) or not details:
        raise missing("TaxRateDetails")
    if not all(isinstance(detail, dict) for detail in details):
        raise fault("2010", "Property Name:TaxRateDetails specified is unsupported or invalid")
    if company.find_name("TaxCode", name) is not None:
        raise fault("6240", "The name supplied already exists. : tax code")
    return name, details


def _refuse_unknown(shape: Shape, given: Record) -> None:
    for name in given:
        if name not in shape.ignored:
            raise unknown_property(shape, name)


def _text(given: Record, name: str) -> str:
    value = given.get(name)
    if isinstance(value, (dict, list)):
        raise fault("2010", f"Property Name:{name} specified is unsupported or invalid")
    if value is None or not str(value).strip():
        raise missing(name)
    return str(value)


def _refuse_long(name: str, element: str) -> None:
    if len(name) > LONGEST_NAME:
        raise fault("2050", f"Min:1 Max:{LONGEST_NAME} supplied:{len(name)}", element)


def missing(name: str) -> ApiError:
    """Make the refusal of a body that lacks something."""
    return fault("2020", f"Required parameter {name} is missing in the request", name)


def _planned(company: Company, detail: Record) -> Plan:
    _refuse_unknown(RATE, detail)
    side = str(detail.get("TaxApplicableOn") or SIDES[0])
    if side not in SIDES:
        raise fault("2170", f"TaxApplicableOn must be one of {', '.join(SIDES)}", "TaxApplicableOn")
    known = company.get("TaxRate", str(detail.get("TaxRateId") or ""))
    if known is not None:
        value, agency = known["RateValue"], known["AgencyRef"]["value"]
        return Plan(known["Id"], known["Name"], value, agency, side)
    name, value = _text(detail, "TaxRateName"), _percent(_text(detail, "RateValue"))
    _refuse_long(name, "TaxRateName")
    agency = str(detail.get("TaxAgencyId") or "")
    if company.get("TaxAgency", agency) is None:
        raise fault(
            "2500", f"Invalid Reference Id : TaxAgency element id {agency} not found", "TaxAgencyId"
        )
    if company.find_name("TaxRate", name) is not None:
        raise fault("6240", "The name supplied already exists. : tax rate")
    return Plan("", name, value, agency, side)


def _percent(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise fault("2100", f"Supplied value:{text[:40]}", "RateValue") from error
    if not value.is_finite() or not 0 <= value <= 100:  # noqa: PLR2004 - percent
        raise fault("2150", "RateValue must be from 0 to 100", "RateValue")
    return value


def _made(company: Company, plan: Plan) -> Record:
    key = plan.key
    if not key:
        company.sequence["TaxRate"] += 1
        key = str(company.sequence["TaxRate"])
        put_rate(company, key, plan.name, plan.value, plan.agency)
    return {
        "TaxRateName": plan.name,
        "TaxRateId": key,
        "RateValue": plan.value,
        "TaxAgencyId": plan.agency,
        "TaxApplicableOn": plan.side,
    }

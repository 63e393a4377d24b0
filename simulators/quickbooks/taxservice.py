"""Creates tax codes with their rates: POST /taxservice/taxcode (section 6.6)."""

from decimal import Decimal, InvalidOperation
from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import fault
from simulators.quickbooks.seed.company import put_code, put_rate
from simulators.quickbooks.wire import Record

LONGEST_NAME = 100
MEMBERS = frozenset({"TaxCode", "TaxCodeId", "TaxRateDetails", "Id"})
RATE_MEMBERS = frozenset(
    {"TaxRateName", "TaxRateId", "RateValue", "TaxAgencyId", "TaxApplicableOn"}
)


def create(company: Company, body: Any) -> Record:  # noqa: ANN401 - a request body
    """Create a tax code and the rates that do not exist yet.

    Raises:
        ApiError: a name is missing or taken, a rate or agency is wrong.
    """
    name, details = _checked(company, body)
    planned = [_planned(company, detail) for detail in details]
    answered = [_made(company, *plan) for plan in planned]
    company.sequence["TaxCode"] += 1
    code = str(company.sequence["TaxCode"])
    bought = tuple(r["TaxRateId"] for r in answered if r["TaxApplicableOn"] == "Purchase")
    sold = tuple(r["TaxRateId"] for r in answered if r["TaxRateId"] not in bought)
    put_code(company, code, name, sold, bought)
    return {"TaxCode": name, "TaxCodeId": code, "TaxRateDetails": answered}


def _checked(company: Company, body: Any) -> tuple[str, list[Record]]:  # noqa: ANN401
    if not isinstance(body, dict) or not set(body) <= MEMBERS:
        raise fault(
            "2010",
            "Property Name:Unrecognized field in the body of a tax code"
            " specified is unsupported or invalid",
        )
    name, details = str(body.get("TaxCode") or ""), body.get("TaxRateDetails")
    if not name:
        raise fault("2020", "Required parameter TaxCode is missing in the request", "TaxCode")
    if len(name) > LONGEST_NAME:
        raise fault("2050", f"Min:1 Max:{LONGEST_NAME} supplied:{len(name)}", "TaxCode")
    if (
        not isinstance(details, list)
        or not details
        or not all(isinstance(d, dict) for d in details)
    ):
        raise fault(
            "2020", "Required parameter TaxRateDetails is missing in the request", "TaxRateDetails"
        )
    if company.find_name("TaxCode", name) is not None:
        raise fault("6240", "The name supplied already exists. : tax code")
    return name, details


def _planned(company: Company, detail: Record) -> tuple[Record, str, Decimal, str]:
    known = company.get("TaxRate", str(detail.get("TaxRateId") or ""))
    if known is not None:
        return detail, known["Id"], known["RateValue"], known["AgencyRef"]["value"]
    if not set(detail) <= RATE_MEMBERS or not detail.get("TaxRateName"):
        raise fault(
            "2020", "Required parameter TaxRateName is missing in the request", "TaxRateName"
        )
    try:
        value = Decimal(str(detail.get("RateValue")))
    except InvalidOperation as error:
        raise fault("2100", f"Supplied value:{detail.get('RateValue')}", "RateValue") from error
    if not 0 <= value <= 100:  # noqa: PLR2004 - percent
        raise fault("2150", "RateValue must be from 0 to 100", "RateValue")
    agency = str(detail.get("TaxAgencyId") or "")
    if company.get("TaxAgency", agency) is None:
        raise fault(
            "2500", f"Invalid Reference Id : TaxAgency element id {agency} not found", "TaxAgencyId"
        )
    if company.find_name("TaxRate", str(detail["TaxRateName"])) is not None:
        raise fault("6240", "The name supplied already exists. : tax rate")
    return detail, "", value, agency


def _made(company: Company, detail: Record, key: str, value: Decimal, agency: str) -> Record:
    if not key:
        company.sequence["TaxRate"] += 1
        key = str(company.sequence["TaxRate"])
        put_rate(company, key, str(detail["TaxRateName"]), value, agency)
    return {
        "TaxRateName": (company.get("TaxRate", key) or {})["Name"],
        "TaxRateId": key,
        "RateValue": value,
        "TaxAgencyId": agency,
        "TaxApplicableOn": str(detail.get("TaxApplicableOn") or "Sales"),
    }

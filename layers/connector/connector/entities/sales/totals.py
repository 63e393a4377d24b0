"""Totals of selling documents: QuickBooks' answer compared to the cent, and why it differs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connector.entities.sales.document import SalesForm
from connector.entities.shared.wire import cents, dollars


def difference(form: SalesForm, answer: Mapping[str, Any]) -> str:
    """Say how QuickBooks' total and tax differ from MobiWork's, and the likely cause."""
    total = _cents(answer.get("TotalAmt"))
    tax = _cents(answer.get("TxnTaxDetail", {}).get("TotalTax"))
    if (total, tax) == (cents(form.total), cents(form.tax)):
        return ""
    return (
        f"MobiWork's total is {dollars(form.total)} with {dollars(form.tax)} tax, QuickBooks made "
        f"it {dollars(total)} with {dollars(tax)} tax. {_cause(form, answer, total, tax)}"
    )


def _cause(form: SalesForm, answer: Mapping[str, Any], total: Decimal, tax: Decimal) -> str:
    if total - tax == cents(form.total) - cents(form.tax):
        return _tax_cause(tax)
    discount = sum(
        (
            _cents(line.get("Amount"))
            for line in answer.get("Line", ())
            if line.get("DetailType") == "DiscountLineDetail"
        ),
        Decimal(0),
    )
    if discount != form.discount:
        return (
            f"The likely cause is the discount: {dollars(form.discount)} in MobiWork, "
            f"{dollars(discount)} in QuickBooks."
        )
    return "The likely cause is the rounding of the lines in QuickBooks."


def _tax_cause(tax: Decimal) -> str:
    if tax:
        return (
            "The likely cause is that QuickBooks calculates the sales tax by itself; correct the "
            "tax rate on one side, or the tax of this document in QuickBooks."
        )
    return (
        "The likely cause is that QuickBooks charged no sales tax: look whether it is set up there "
        "for this customer and place."
    )


def _cents(value: Any) -> Decimal:  # noqa: ANN401 - a number of QuickBooks' answer
    return cents(Decimal(str(value or 0)))

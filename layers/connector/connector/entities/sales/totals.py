"""Totals of selling documents: QuickBooks' answer compared to the cent, and why it differs."""

from decimal import Decimal

from connector.entities.sales.document import SalesForm
from connector.entities.shared.wire import NOTHING, cents, dollars
from connector.model.body import Body, Json
from connector.model.flows.push_flow import PushTotals
from connector.model.totals import ROUNDING_LIMIT, Difference, DifferenceCause

ROUNDING = "Rounding"
"""What a line says that takes the cents between two totals."""


def risks(form: SalesForm) -> frozenset[DifferenceCause]:
    """Return the causes for which the total of a document may come out otherwise."""
    found = {DifferenceCause.ROUNDING}
    if form.tax or any(line.taxable for line in form.lines):
        found.add(DifferenceCause.TAX)
    if form.discount:
        found.add(DifferenceCause.DISCOUNT)
    return frozenset(found)


def difference(form: SalesForm, answer: Json) -> Difference | None:
    """Say how QuickBooks' total and tax differ from MobiWork's, and the likely cause.

    Where a line takes the cents between them, only the totals count.
    """
    total, tax = _total(answer), _tax(answer)
    rounded = any(line.get("Description") == ROUNDING for line in answer.get("Line", ()))
    if total == cents(form.total) and (rounded or tax == cents(form.tax)):
        return None
    cause, why = _cause(form, answer, total, tax)
    sentence = (
        f"MobiWork's total is {dollars(form.total)} with {dollars(form.tax)} tax, but QuickBooks "
        f"calculated {dollars(total)} with {dollars(tax)} tax. {why}"
    )
    return Difference(cause, sentence, cents(form.total) - total, cents(form.tax) - tax)


def _cause(
    form: SalesForm, answer: Json, total: Decimal, tax: Decimal
) -> tuple[DifferenceCause, str]:
    if total - tax == cents(form.total) - cents(form.tax):
        return DifferenceCause.TAX, _tax_cause(tax)
    discount = sum(
        (
            _cents(line.get("Amount"))
            for line in answer.get("Line", ())
            if line.get("DetailType") == "DiscountLineDetail"
        ),
        NOTHING,
    )
    if discount != form.discount:
        return DifferenceCause.DISCOUNT, (
            f"The likely cause is the discount: {dollars(form.discount)} in MobiWork, "
            f"{dollars(discount)} in QuickBooks."
        )
    if total == cents(form.total):
        return DifferenceCause.TAX, _tax_cause(tax)
    if abs(cents(form.total) - total) > ROUNDING_LIMIT:
        sentence = "That is more than rounding: compare the lines on both sides."
    else:
        sentence = "The likely cause is the rounding of the lines in QuickBooks."
    return DifferenceCause.ROUNDING, sentence


def _tax_cause(tax: Decimal) -> str:
    if tax:
        return (
            "The likely cause is that QuickBooks calculates the sales tax itself; correct the "
            "tax rate on one side, or the tax of this document in QuickBooks."
        )
    return (
        "The likely cause is that QuickBooks charged no sales tax: check whether it is set up "
        "there for this customer and location."
    )


def override_obeyed(body: Json, answer: Json) -> bool | None:
    """Tell whether QuickBooks took the tax that was sent; None where its own is the same.

    What its own would be is told by the rates and amounts of its tax lines (reference 6.7).
    """
    sent = (body.get("TxnTaxDetail") or {}).get("TotalTax")
    if not sent:
        return None
    if _tax(answer) != _cents(sent):
        return False
    lines = (answer.get("TxnTaxDetail") or {}).get("TaxLine") or ()
    details = [line.get("TaxLineDetail") or {} for line in lines]
    if not details or any("TaxPercent" not in one for one in details):
        return None
    own = sum((_computed(one) for one in details), NOTHING)
    return True if own != _cents(sent) else None


def _computed(detail: Json) -> Decimal:
    net, percent = detail.get("NetAmountTaxable") or 0, detail["TaxPercent"]
    return cents(Decimal(str(net)) * Decimal(str(percent)) / 100)


TOTALS = PushTotals[SalesForm](
    difference=lambda form, _sent, answer: difference(form, answer), risks=risks
)


ROUNDED_ON = "product"
"""The MobiWork entity that a rounding line is sold as."""


def rounding_line(item: str, amount: Decimal) -> Body:
    """Return the line that takes the cents between the two totals; it is not taxed."""
    return {
        "Description": ROUNDING,
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}},
    }


def _total(answer: Json) -> Decimal:
    return _cents(answer.get("TotalAmt"))


def _tax(answer: Json) -> Decimal:
    return _cents((answer.get("TxnTaxDetail") or {}).get("TotalTax"))


def _cents(value: object) -> Decimal:
    return cents(Decimal(str(value or 0)))

"""More of a first day: quotes and orders on both sides, a void document, a sale of the counter."""

from tests.e2e.first_days import DESK, Company, on_account


def entered_beside(company: Company) -> None:
    """Enter what a company has beside the first days of the case file."""
    ordered_twice(company)
    voided_there(company)
    sold_over_the_counter(company)


def ordered_twice(company: Company) -> None:
    """Enter a quote and a purchase order by hand on both sides."""
    sides = company.sides
    whom_there = company.person_there("Palm Court Motel")
    whom = company.business_here("Palm Court Motel", whom_there)
    detail = {"ItemRef": {"value": company.visit_there}, "TaxCodeRef": {"value": "NON"}}
    line = {"Amount": "440.00", "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    dated = {"TxnDate": "2025-10-06", "DocNumber": "31"}
    estimate = sides.there("Estimate", CustomerRef={"value": whom_there}, Line=[line], **dated)
    asked = {"productId": company.visit, "productName": "Visit", "quantity": "1"}
    priced = {"price": "440.00", "total": "440.00", "taxable": "false"}
    whole = {"subTotal": "440.00", "taxAmount": "0", "total": "440.00"}
    sides.here(
        "estimate",
        estimate,
        status="Approved",
        customerId=whom,
        estimateDate="2025-10-06",
        dueDate="2025-11-06",
        createdDate="2025-10-06",
        lineItems=[asked | priced],
        **whole,
    )
    vendor_there = sides.there("Vendor", DisplayName="Delta Pumps")
    vendor = sides.here("vendor", vendor_there, name="Delta Pumps", enabled="true", contact=DESK)
    ordered = sides.there(
        "PurchaseOrder",
        VendorRef={"value": vendor_there},
        TxnDate="2025-10-09",
        DocNumber="PO-12",
        APAccountRef={"value": "33"},
        Line=[on_account("250.00", "80")],
    )
    part = {"productId": company.visit, "productName": "Visit", "quantity": "1", "price": "250.00"}
    sides.here(
        "purchaseOrder",
        ordered,
        vendorId=vendor,
        lineItems=[part],
        total="250.00",
        status="Submitted",
        purchaseOrderNumber="PO-12",
        createdDate="2025-10-09",
    )


def voided_there(company: Company) -> None:
    """Have an invoice voided in QuickBooks that still counts in MobiWork."""
    there = company.person_there("Harbor Freight Depot")
    own = company.business_here("Harbor Freight Depot", there)
    void = company.invoice_there(there, "512.00", "2025-08-11", DocNumber="V-88")
    company.sides.voided("Invoice", void)
    company.invoice_here(own, "512.00", "2025-08-11", invoiceNumber="V-88")


def sold_over_the_counter(company: Company) -> None:
    """Have a paid invoice of MobiWork that the office entered as a sales receipt in QuickBooks."""
    there = company.person_there("Cedar Key Tackle")
    own = company.business_here("Cedar Key Tackle", there)
    detail = {"ItemRef": {"value": company.visit_there}, "TaxCodeRef": {"value": "NON"}}
    line = {"Amount": "66.50", "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    whom = {"CustomerRef": {"value": there}}
    company.sides.there("SalesReceipt", **whom, TxnDate="2025-08-14", Line=[line])
    invoice = company.invoice_here(own, "66.50", "2025-08-14")
    company.payment_here(invoice, "66.50", "2025-08-14")

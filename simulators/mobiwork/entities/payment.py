"""Payment (reference section 3.7; method, customer, several invoices: section 6 rows 12-13).

Without an invoice it is on the account of a customer. One of several invoices has their shares in
`invoicePayments` and no `invoiceId`.
"""

from simulators.mobiwork.model import READ_ONLY, Entity, Field, Filter, Kind, read_only, texts

PAYMENT = Entity(
    name="payment",
    section="3.7",
    identity="paymentId",
    first_id=901,
    list_name="paymentList",
    references=(("invoiceId", "invoice"), ("customerId", "customer")),
    stamps=("createdDate",),
    creator=("createdBy", "createdByName"),
    fields=(
        Field(name="status", add=READ_ONLY, edit=READ_ONLY, default="CREATED"),
        Field(name="amount", kind=Kind.MONEY, required=True),
        read_only("createdBy", Kind.LONG),
        read_only("createdByName"),
        read_only("createdDate", Kind.DAY),
        Field(name="externalId"),
        Field(name="invoiceId", kind=Kind.LONG),
        Field(name="paymentDate", kind=Kind.DAY, required=True),
        read_only("paymentId", Kind.LONG),
        *texts("paymentMethod", "paymentReference"),
        Field(name="paymentType", default="PAYMENT"),
        Field(name="customerId", kind=Kind.LONG, assumed="6 row 13"),
        Field(
            name="invoicePayments",
            kind=Kind.ITEMS,
            item="invoicePayment",
            fields=(
                Field(name="invoiceId", kind=Kind.LONG, required=True),
                Field(name="amount", kind=Kind.MONEY, required=True),
            ),
            assumed="6 row 13",
        ),
        read_only("refundedPaymentId", Kind.LONG, assumed="3.7"),
        read_only("refundedAmount", Kind.MONEY, shown=False),
    ),
    filters=(
        Filter("createdFromDate", ("createdDate",), "from", told="sample"),
        Filter("createdToDate", ("createdDate",), "to", told="sample"),
        Filter("createdDateFrom", ("createdDate",), "from", told="table"),
        Filter("createdDateTo", ("createdDate",), "to", told="table"),
        Filter("externalId", ("externalId",), told="table"),
        Filter("invoiceId", ("invoiceId",), "exact"),
        Filter("status", ("status",), "exact"),
        Filter("userId", ("createdBy",), "exact"),
        Filter("userName", ("createdByName",)),
        Filter("workOrderId", ("invoiceId",), "work order"),
    ),
)

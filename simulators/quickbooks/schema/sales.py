"""Tables of the sales side: Invoice, Payment, CreditMemo, Estimate, receipts (6.8 to 6.12)."""

HEAD = """
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
CustomField [CustomField]
DocNumber text:21 f
TxnDate date f
DepartmentRef ref:Department
CurrencyRef ref:CompanyCurrency
ExchangeRate num
PrivateNote text:4000
LinkedTxn [LinkedTxn]
Line lines
TxnTaxDetail TxnTaxDetail
CustomerRef ref:Customer f
CustomerMemo Memo
BillAddr Address
ShipAddr Address
FreeFormAddress bool ro
ShipFromAddr Address
ShipMethodRef any
ShipDate date
TrackingNum text:50
ClassRef ref:Class
ProjectRef ref:Customer f
"""
TOTALS = """
TotalAmt money ro f
HomeTotalAmt money ro
ApplyTaxAfterDiscount bool
GlobalTaxCalculation enum:TaxExcluded|TaxInclusive|NotApplicable
PrintStatus enum:NotSet|NeedToPrint|PrintComplete
EmailStatus enum:NotSet|NeedToSend|EmailSent
BillEmail Email
BillEmailCc LongEmail
BillEmailBcc LongEmail
"""
TAIL = """
DeliveryInfo DeliveryInfo ro
TaxExemptionRef any ro
RecurDataRef any ro
RecurringInfo RecurringInfo
TransactionLocationType text:60
"""
ESTIMATE_STATUSES = "Pending|Accepted|Closed|Rejected|Converted"
INVOICE = (
    "Deposit money\nAllowIPNPayment bool\nAllowOnlinePayment bool\n"
    "AllowOnlineCreditCardPayment bool\nAllowOnlineACHPayment bool\nInvoiceLink text ro"
    + HEAD
    + """
SalesTermRef ref:Term f
DueDate date f
"""
    + TOTALS
    + """
Balance money ro f
HomeBalance money ro
DepositToAccountRef ref:Account
"""
    + TAIL
)
CREDIT_MEMO = (
    "RemainingCredit money ro"
    + HEAD
    + """
InvoiceRef any
SalesTermRef ref:Term
"""
    + TOTALS
    + """
Balance money ro f
HomeBalance money ro
PaymentMethodRef ref:PaymentMethod
DepositToAccountRef ref:Account
"""
    + TAIL
)
ESTIMATE = (
    "ExpirationDate date\nAcceptedBy text:4000\nAcceptedDate date"
    + HEAD.replace("LinkedTxn [", f"TxnStatus enum:{ESTIMATE_STATUSES} f\nLinkedTxn [")
    + """
SalesTermRef ref:Term
DueDate date f
"""
    + TOTALS
    + TAIL
)
SALES_RECEIPT = (
    HEAD
    + TOTALS
    + """
Balance money ro f
HomeBalance money ro
PaymentMethodRef ref:PaymentMethod
PaymentRefNum text:21
PaymentType text:40
CheckPayment CheckPayment
CreditCardPayment CreditCharge
DepositToAccountRef ref:Account
"""
    + TAIL
)
PAYMENT = """
CustomerRef ref:Customer req f
DepositToAccountRef ref:Account
PaymentMethodRef ref:PaymentMethod f
PaymentRefNum text:21 f
TotalAmt money req f
UnappliedAmt money ro
ProcessPayment bool
CreditCardPayment CreditCharge
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
TxnDate date f
CurrencyRef ref:CompanyCurrency
ExchangeRate num
PrivateNote text:4000
LinkedTxn [LinkedTxn]
Line lines
ARAccountRef ref:Account
ProjectRef ref:Customer f
TaxExemptionRef any ro
TransactionLocationType text:60
"""
REIMBURSE_CHARGE = """
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
TxnDate date f
CustomerRef ref:Customer f
HasBeenInvoiced bool f
Amount money
Line lines
LinkedTxn [LinkedTxn]
CurrencyRef ref:CompanyCurrency
"""
SALES_IGNORED = (
    "AutoDocNumber AttachableRef BillAddrEx callToAction CISRate ConvenienceFeeDetail"
    " CreditCardPayment"
    " CheckPayment CustomerEx DepositToAccountRef DiscountAmt DiscountRate ECloudStatusTimeStamp"
    " EInvoiceStatus EstimateEx FOB FinanceCharge GovtTxnRefIdentifier HomeBalance InvoiceEx"
    " InvoiceStatus invoiceStatus invoiceStatusLog LessCIS ManuallyClosed PONumber"
    " PaymentDetailsMessage"
    " PaymentMethodRef PaymentRefNum PaymentType PriceLevelRef PrintedTxn ProcessPayment"
    " RemitToRef"
    " RemainingCredit ReferencedBillId SalesReceiptEx SalesRepRef Tag TaxFormNum"
    " TaxFormType TemplateRef"
    " TxnApprovalInfo TxnSource TxnStatus status SalesTermRef DueDate Balance CustomExtensions"
    " UnappliedAmt ARAccountRef TotalAmt EstimateStatus AllowOnlinePayPalPayment"
    " AllowOnlineAffirmPayment IPN PaymentEx CreditMemoEx RefundReceiptEx TransactionLocationType"
)

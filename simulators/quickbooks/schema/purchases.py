"""Tables of the purchase side and of banking: orders, bills, expenses, deposits, entries."""

META = """
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
"""
COMMON = (
    META
    + """
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
"""
)
MONEY_TAIL = """
TotalAmt money ro f
HomeTotalAmt money ro
GlobalTaxCalculation enum:TaxExcluded|TaxInclusive|NotApplicable
RecurDataRef any ro
RecurringInfo RecurringInfo
TransactionLocationType text:60
"""
PURCHASE_ORDER = (
    "EmailStatus enum:NotSet|NeedToSend|EmailSent\nPOEmail Email\nPOStatus enum:Open|Closed"
    + COMMON
    + """
VendorRef ref:Vendor req
APAccountRef ref:Account req
ClassRef ref:Class
SalesTermRef ref:Term
DueDate date f
Memo text:4000
ShipMethodRef any
ShipTo ref:Customer
ShipAddr Address
VendorAddr Address
DeliveryInfo DeliveryInfo ro
"""
    + MONEY_TAIL
)
BILL = (
    "SalesTermRef ref:Term f\nDueDate date f\nBalance money ro f\nHomeBalance money ro"
    + COMMON
    + "VendorRef ref:Vendor req f\nVendorAddr Address\nAPAccountRef ref:Account f\nMemo text:4000"
    + MONEY_TAIL
)
VENDOR_CREDIT = (
    "Balance money ro f"
    + COMMON
    + "VendorRef ref:Vendor req f\nAPAccountRef ref:Account"
    + MONEY_TAIL
)
PURCHASE = (
    """
AccountRef ref:Account req f
PaymentMethodRef ref:PaymentMethod
PaymentRefNum text:21
PaymentType enum:Cash|Check|CreditCard req f
EntityRef EntityRef
RemitToAddr Address
Credit bool
PrintStatus enum:NotSet|NeedToPrint|PrintComplete
Memo text:4000
"""
    + COMMON
    + MONEY_TAIL
)
BILL_PAYMENT = (
    """
VendorRef ref:Vendor req f
PayType enum:Check|CreditCard req
CheckPayment CheckPayment
CreditCardPayment CardPayment
APAccountRef ref:Account
TotalAmt money req f
ProcessBillPayment bool
"""
    + META
    + """
DocNumber text:21 f
TxnDate date f
DepartmentRef ref:Department
CurrencyRef ref:CompanyCurrency
ExchangeRate num
PrivateNote text:4000
Line lines
TransactionLocationType text:60
"""
)
DEPOSIT = (
    "DepositToAccountRef ref:Account req f\nCashBack CashBack"
    + COMMON
    + "TotalAmt money ro f\nHomeTotalAmt money ro\nGlobalTaxCalculation text:20\n"
    + "RecurDataRef any ro\nRecurringInfo RecurringInfo\nTransactionLocationType text:60"
)
TRANSFER = (
    "FromAccountRef ref:Account req\nToAccountRef ref:Account req\nAmount money req"
    + META
    + "TxnDate date f\nCurrencyRef ref:CompanyCurrency\nExchangeRate num\nPrivateNote text:4000\n"
    + "RecurDataRef any ro\nRecurringInfo RecurringInfo\nTransactionLocationType text:60"
)
CARD_PAYMENT = (
    "CreditCardAccountRef ref:Account req\nBankAccountRef ref:Account req\nAmount money req"
    + META
    + "TxnDate date f\nCurrencyRef ref:CompanyCurrency\nExchangeRate num\nPrivateNote text:4000\n"
    + "Memo text:4000\nPrintStatus text:20\nCheckNum text:21\nVendorRef ref:Vendor"
)
JOURNAL_ENTRY = (
    "Adjustment bool"
    + COMMON
    + "TotalAmt money ro\nHomeTotalAmt money ro\nGlobalTaxCalculation text:20\n"
    + "RecurDataRef any ro\nRecurringInfo RecurringInfo\nTransactionLocationType text:60"
)
INVENTORY_ADJUSTMENT = (
    META
    + "DocNumber text:21 f\nTxnDate date f\nPrivateNote text:4000\nLine lines\n"
    + "AdjustAccountRef ref:Account req\nDepartmentRef ref:Department\nCustomerRef ref:Customer"
)
TIME_ACTIVITY = (
    """
TxnDate date f
NameOf enum:Employee|Vendor|Other req
EmployeeRef ref:Employee
VendorRef ref:Vendor
CustomerRef ref:Customer
DepartmentRef ref:Department
ClassRef ref:Class
ItemRef ref:Item
ProjectRef ref:Customer
PayrollItemRef any
BillableStatus enum:Billable|NotBillable|HasBeenBilled
Taxable bool
HourlyRate num
CostRate num
Hours int:0-9999
Minutes int:0-9999
Seconds int:0-9999
BreakHours int:0-9999
BreakMinutes int:0-9999
StartTime time
EndTime time
Description text:4000
TransactionLocationType text:60
"""
    + META
)
PURCHASE_IGNORED = (
    "PrivateNote PurchaseEx AttachableRef AutoDocNumber AnticipationRef BillEx BillPaymentEx"
    " CheckPayment ClassRef CreditCardPayment"
    " CustomExtensions DepositEx ExpectedDate FOB FromAccountRef HasReversedVAT"
    " IncludeInAnnualTPAR"
    " IndianGSTTxn InventoryAdjustmentEx JournalEntryEx LessCIS MarkupInfo ManuallyClosed"
    " PayerRef"
    " PaymentRefNum PayeeAddr PrintStatus PurchaseOrderEx RemitToRef RemitToAddr"
    " ReplyEmail SalesRepRef"
    " ShipDate Tag TaxCodeRef TaxFormNum TaxFormType TemplateRef ToAccountRef TransferEx"
    " TxnSource"
    " TxnStatus UnappliedAmt UnitBasedExpenseLineDetail VendorCreditEx status BillEmailCc"
    " BillEmailBcc"
    " TimeActivityEx OtherNameRef PayeeRef TotalAmt HomeAmt DocNumber EntityRef Cleared"
    " AttachableRef"
    " TimeChargeId CreditCardPaymentEx APAccountRef Overview TransactionRef TaxRateRef"
    " JournalCodeRef"
)
EXTENSION_BLOCKS = frozenset({"PurchaseEx", "InvoiceEx", "BillEx", "BillPaymentEx"})

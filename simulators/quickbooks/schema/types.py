"""The shared complex types (section 6.1) and the details of transaction lines."""

from simulators.quickbooks.schema.table import Shape, read_shape

TYPES: dict[str, Shape] = {}


def _type(name: str, table: str, ignored: str = "") -> None:
    TYPES[name] = read_shape(name, table, ignored)


_type(
    "Address",
    """
    Id any ro
    Line1 text:500
    Line2 text:500
    Line3 text:500
    Line4 text:500
    Line5 text:500
    City text:255
    Country text:255
    CountryCode text:255
    CountrySubDivisionCode text:255
    PostalCode text:30
    Lat text:50 ro
    Long text:50 ro
    """,
    "County PostalCodeSuffix Tag Note CountrySubDivision",
)
_type(
    "Phone",
    "FreeFormNumber text:30",
    "Id DeviceType CountryCode AreaCode ExchangeCode Extension Default Tag",
)
_type("Email", "Address text:100", "Id Default Tag")
_type("LongEmail", "Address text:200", "Id Default Tag")
_type("Web", "URI text:1000", "Id Default Tag")
_type("Memo", "value text:1000", "id")
_type("EffectiveRate", "RateValue num\nEffectiveDate text\nEndDate text")
_type(
    "CustomField",
    """
    DefinitionId text:30
    Name text:100
    Type enum:StringType|BooleanType|NumberType|DateType
    StringValue text
    BooleanValue bool
    DateValue date
    NumberValue num
    """,
)
_type("LinkedTxn", "TxnId text:40\nTxnType text:60\nTxnLineId text:40")
_type("EntityRef", "value text:60\nname text:500\ntype text:60")
_type(
    "AttachableRef",
    "EntityRef EntityRef\nIncludeOnSend bool\nLineInfo text:60",
    "Inactive NoRefOnly CustomField AttachableRefEx Id",
)
_type("NameValue", "Name text:200\nValue text:4000")
_type("DeliveryInfo", "DeliveryType text:20\nDeliveryTime text:40", "DeliveryErrorType")
_type(
    "JournalEntity",
    "Type enum:Customer|Vendor|Employee|Other\nEntityRef ref:Customer|Vendor|Employee",
)
_type(
    "Markup",
    """
    PercentBased bool
    Value num
    Percent num
    MarkUpIncomeAccountRef ref:Account
    """,
    "PriceLevelRef MarkupInfoEx",
)
_type("CashBack", "AccountRef ref:Account\nAmount money\nMemo text:4000")
_type(
    "CheckPayment",
    "BankAccountRef ref:Account\nPrintStatus enum:NotSet|NeedToPrint|PrintComplete",
    "CheckPaymentEx PayeeAddr CheckNum Status NameOnAcct AcctNum BankName",
)
_type("CardPayment", "CCAccountRef ref:Account", "CreditCardPaymentEx CCDetail")
_type(
    "CreditCharge",
    "CreditChargeInfo ChargeInfo\nCreditChargeResponse ChargeResponse",
    "CreditCardPaymentEx CCAccountRef CreditChargeInfoEx",
)
_type(
    "ChargeInfo",
    """
    Type text:100
    NameOnAcct text:100
    CcExpiryMonth int
    CcExpiryYear int
    BillAddrStreet text:255
    PostalCode text:30
    Amount money
    ProcessPayment bool
    """,
    "Number CommercialCardCode CCTxnMode CCTxnType PrevCCTransId CreditChargeInfoEx",
)
_type(
    "ChargeResponse",
    "CCTransId text:100\nAuthCode text:100\nTxnAuthorizationTime text:40\nStatus text:40",
    "CardSecurityCodeMatch AvsStreet AvsZip ReconBatchId PaymentGroupingCode"
    " TxnAuthorizationStamp ClientTransID ResultCode ResultMsg CreditChargeResponseEx",
)
_type(
    "RateDetail",
    "TaxRateRef ref:TaxRate\nTaxTypeApplicable text:40\nTaxOrder int",
    "TaxOnTaxOrder",
)
_type("RateList", "TaxRateDetail [RateDetail]", "originatingGroupId")
_type(
    "BudgetDetail",
    """
    BudgetDate date
    Amount money
    AccountRef ref:Account
    CustomerRef ref:Customer
    ClassRef ref:Class
    DepartmentRef ref:Department
    """,
)
_type(
    "TaxLineDetail",
    """
    TaxRateRef ref:TaxRate
    PercentBased bool
    TaxPercent num
    NetAmountTaxable money
    """,
    "TaxInclusiveAmount OverrideDeltaAmount ServiceDate",
)
_type(
    "TaxLine",
    "Amount money\nDetailType text:60\nTaxLineDetail TaxLineDetail",
    "Id LineNum Description LinkedTxn CustomField LineEx",
)
_type(
    "TxnTaxDetail",
    "TxnTaxCodeRef ref:TaxCode\nTotalTax money\nTaxLine [TaxLine]",
    "DefaultTaxCodeRef UseAutomatedSalesTax TaxReviewStatus",
)
_type(
    "ScheduleInfo",
    """
    StartDate date
    EndDate date
    NextDate date
    PreviousDate date
    IntervalType text:20
    NumInterval int
    DayOfMonth int
    DayOfWeek text:20
    WeekOfMonth int
    MonthOfYear text:20
    MaxOccurrences int
    DaysBefore int
    RemindDays int
    """,
)
_type(
    "RecurringInfo",
    "Name text:200\nRecurType text:40\nActive bool\nScheduleInfo ScheduleInfo",
    "TemplateType",
)

_type(
    "SalesItemLineDetail",
    """
    ServiceDate date
    ItemRef ref:Item
    ClassRef ref:Class
    UnitPrice num
    MarkupInfo Markup
    Qty num
    ItemAccountRef ref:Account ro
    TaxCodeRef ref:TaxCode
    TaxInclusiveAmt money
    DiscountRate num
    DiscountAmt money
    """,
    "RatePercent PriceLevelRef UOMRef TaxClassificationRef TxnLineDetailEx"
    " DeferredRevenue SalesItemLineDetailEx",
)
_type(
    "ItemBasedExpenseLineDetail",
    """
    BillableStatus enum:Billable|NotBillable|HasBeenBilled
    ItemRef ref:Item
    ClassRef ref:Class
    UnitPrice num
    Qty num
    CustomerRef ref:Customer
    MarkupInfo Markup
    TaxCodeRef ref:TaxCode
    TaxInclusiveAmt money
    """,
    "RatePercent PriceLevelRef UOMRef ItemAccountRef TaxClassificationRef"
    " ItemBasedExpenseLineDetailEx TaxAmount",
)
_type(
    "AccountBasedExpenseLineDetail",
    """
    CustomerRef ref:Customer
    ClassRef ref:Class
    AccountRef ref:Account
    BillableStatus enum:Billable|NotBillable|HasBeenBilled
    MarkupInfo Markup
    TaxAmount money
    TaxCodeRef ref:TaxCode
    TaxInclusiveAmt money
    """,
    "ExpenseDetailLineDetailEx",
)
_type(
    "DiscountLineDetail",
    """
    PercentBased bool
    DiscountPercent num:0-100
    DiscountAccountRef ref:Account
    ClassRef ref:Class
    TaxCodeRef ref:TaxCode
    ServiceDate date
    """,
    "Discount DiscountRef DiscountLineDetailEx",
)
_type("SubTotalLineDetail", "ItemRef ref:Item", "ServiceDate SubtotalLineDetailEx")
_type(
    "DescriptionLineDetail", "ServiceDate date\nTaxCodeRef ref:TaxCode", "DescriptionLineDetailEx"
)
_type(
    "GroupLineDetail",
    "GroupItemRef ref:Item\nQuantity num\nLine any",
    "ServiceDate UOMRef GroupLineDetailEx",
)
_type(
    "DepositLineDetail",
    """
    Entity EntityRef
    AccountRef ref:Account
    ClassRef ref:Class
    PaymentMethodRef ref:PaymentMethod
    CheckNum text:21
    TxnType text:40
    TaxCodeRef ref:TaxCode
    TaxApplicableOn text:20
    """,
    "DepositLineDetailEx",
)
_type(
    "JournalEntryLineDetail",
    """
    PostingType enum:Debit|Credit
    AccountRef ref:Account
    Entity JournalEntity
    ClassRef ref:Class
    DepartmentRef ref:Department
    BillableStatus enum:Billable|NotBillable|HasBeenBilled
    TaxCodeRef ref:TaxCode
    TaxApplicableOn text:20
    TaxAmount money
    """,
    "JournalCodeRef TaxInclusiveAmt JournalEntryLineDetailEx",
)
_type(
    "ItemAdjustmentLineDetail",
    "ItemRef ref:Item\nQtyDiff num\nNewQty num\nClassRef ref:Class\nSalesPrice num",
    "DepartmentRef",
)

LINE_HEAD = """
Id any
LineNum int
Description text:4000
Amount money
LinkedTxn [LinkedTxn]
DetailType text:60
"""
LINE_IGNORED = "Received CustomExtensions LineEx CostAmount HomeAmount"
DETAILS = {
    "SalesItemLineDetail": "SalesItemLineDetail",
    "ItemBasedExpenseLineDetail": "ItemBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": "AccountBasedExpenseLineDetail",
    "DiscountLineDetail": "DiscountLineDetail",
    "SubTotalLineDetail": "SubTotalLineDetail",
    "DescriptionOnly": "DescriptionLineDetail",
    "GroupLineDetail": "GroupLineDetail",
    "DepositLineDetail": "DepositLineDetail",
    "JournalEntryLineDetail": "JournalEntryLineDetail",
    "ItemAdjustmentLineDetail": "ItemAdjustmentLineDetail",
}
LINE = read_shape(
    "Line",
    LINE_HEAD
    + "\n".join(f"{name} {name}" for name in dict.fromkeys(DETAILS.values()))
    + "\nCustomField [CustomField]",
    LINE_IGNORED
    + " PaymentLineDetail TaxLineDetail TDSLineDetail SubtotalLineDetail"
    + " TaxLine ReimburseLineDetail SalesOrderItemLineDetail PurchaseOrderItemLineDetail",
)

"""Tables of the lists: Item, Account, Term, PaymentMethod, Class, Department, taxes, currencies."""

TAIL = """
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
"""

ITEM = """
Name name:100 req f keep
Sku text:100
Description text:4000
Active bool f
SubItem bool f
ParentRef ref:Item
Level int ro
FullyQualifiedName text ro f
Taxable bool f
SalesTaxIncluded bool
UnitPrice money
Type enum:Inventory|NonInventory|Service|Category|Group f
IncomeAccountRef ref:Account
PurchaseDesc text:1000
PurchaseTaxIncluded bool
PurchaseCost money
ExpenseAccountRef ref:Account
AssetAccountRef ref:Account
PrefVendorRef ref:Vendor
TrackQtyOnHand bool
QtyOnHand num
ReorderPoint num keep
InvStartDate date
SalesTaxCodeRef ref:TaxCode
PurchaseTaxCodeRef ref:TaxCode
ClassRef ref:Class
TaxClassificationRef any
UQCDisplayText text:20
UQCId text:20
ItemGroupDetail any ro
PrintGroupedItems bool ro
"""
ITEM_IGNORED = (
    "AbatementRate AssetAccount AvgCost BarCode COGSAccountRef CustomField DeferredRevenue"
    " DepositToAccountRef HSN ItemAssemblyDetail ItemCategoryType ItemEx ManPartNum"
    " OpeningTaxCode"
    " PaymentMethodRef PercentBased PriceLevelRef QtyOnPurchaseOrder QtyOnSalesOrder RatePercent"
    " ReorderPointEx ReverseChargeRate SACCode ServiceType Source SpecialItem"
    " SpecialItemType UOMSetRef"
    " ExternalId ItemCategoryRef status AttachableRef IntuitId ClientEntityId"
)

ACCOUNT = """
Name name:100 req f keep
SubAccount bool f
ParentRef ref:Account
Description text:100
FullyQualifiedName text ro f
Active bool f
Classification text ro f
AccountType text f
AccountSubType text f
AcctNum name:20
CurrentBalance money ro f
CurrentBalanceWithSubAccounts money ro
CurrencyRef ref:CompanyCurrency
TaxCodeRef ref:TaxCode
"""
ACCOUNT_IGNORED = (
    "AccountAlias AccountEx AccountPurposes BankNum BankName CustomField DisplayName"
    " FIName JournalCodeRef"
    " LanguageType LastUpdatedTime OnlineBankingEnabled OpeningBalance OpeningBalanceDate"
    " RoutingNum"
    " TaxAccount TxnLocationType status AttachableRef LagacyAccountId"
)

TERM = """
Name text:31 req f keep
Active bool f
Type text ro
DiscountPercent num:0-100
DueDays int:0-999
DiscountDays int:0-999
DayOfMonthDue int:1-31
DueNextMonthDays int:0-999
DiscountDayOfMonth int:1-31
"""
PAYMENT_METHOD = "Name text:31 req f keep\nActive bool f\nType enum:CREDIT_CARD|NON_CREDIT_CARD"
CLASS = """
Name name:100 req f keep
SubClass bool f
ParentRef ref:Class
FullyQualifiedName text ro f
Active bool f
"""
DEPARTMENT = """
Name name:100 req f keep
SubDepartment bool ro f
ParentRef ref:Department
FullyQualifiedName text ro f
Active bool f
Address Address
"""
CUSTOMER_TYPE = "Name text:100 req f keep\nActive bool f"
TAX_CODE = """
Name text:100 f keep
Description text:100 f
Active bool f
Hidden bool ro
Taxable bool ro
TaxGroup bool ro
TaxCodeConfigType text ro
SalesTaxRateList RateList
PurchaseTaxRateList RateList
"""
TAX_RATE = """
Name text:100 f keep
Description text:100 f
Active bool f
RateValue num
AgencyRef ref:TaxAgency
TaxReturnLineRef any
SpecialTaxType text ro
EffectiveTaxRate [EffectiveRate]
DisplayType text ro
OriginalTaxRate text ro
"""
TAX_AGENCY = """
DisplayName text:100 req f keep
TaxRegistrationNumber text:30
TaxTrackedOnPurchases bool
TaxTrackedOnSales bool
LastFileDate text ro
TaxAgencyConfig text ro
"""
COMPANY_CURRENCY = "Code text:3 req f\nName text:100 f\nActive bool f\nCustomField [CustomField]"
EXCHANGE_RATE = """
SourceCurrencyCode text:3 req f
TargetCurrencyCode text:3
Rate num req
AsOfDate date req f
CustomField [CustomField]
"""
BUDGET = """
Name text:100 req f keep
StartDate date
EndDate date
BudgetType text:40
BudgetEntryType text:40
Active bool f
BudgetDetail [BudgetDetail]
"""
JOURNAL_CODE = "Name text:20 req f keep\nType text:40\nDescription text:100\nActive bool f"

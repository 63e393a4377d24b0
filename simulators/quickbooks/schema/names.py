"""Tables of the name lists: Customer, Vendor, Employee (sections 6.2, 6.3)."""

PARTY_IGNORED = (
    "Organization OtherAddr OtherContactInfo DefaultTaxCodeRefEx IntuitId ClientEntityId"
    " V4IDPseudonym"
    " NameAndId OverrideConvertCurrency OrganizationEx AltContactName ContactName"
)

CUSTOMER = """
Taxable bool
TaxExemptionReasonId int:1-15
BillAddr Address
ShipAddr Address
Notes text:2000
Job bool f
BillWithParent bool
RootCustomerRef ref:Customer ro
ParentRef ref:Customer
Level int ro
CustomerTypeRef ref:CustomerType
SalesTermRef ref:Term
PaymentMethodRef ref:PaymentMethod
Balance money f
OpenBalanceDate date
BalanceWithJobs money ro
CurrencyRef ref:CompanyCurrency
PreferredDeliveryMethod enum:Print|Email|None
ResaleNum text:16
ARAccountRef ref:Account
PrimaryTaxIdentifier text:20
SecondaryTaxIdentifier text:20
BusinessNumber text:10
GSTIN text:15
GSTRegistrationType text:15
IsProject bool ro
ClientEntityId text:20 ro
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
CustomField [CustomField]
Title name:16
GivenName name:100 f
MiddleName name:100 f
FamilyName name:100 f
Suffix name:16
FullyQualifiedName text ro f
CompanyName text:100 f
DisplayName name:500 f keep
PrintOnCheckName name:110 f keep
Active bool f
PrimaryPhone Phone
AlternatePhone Phone
Mobile Phone
Fax Phone
PrimaryEmailAddr Email f
WebAddr Web
DefaultTaxCodeRef ref:TaxCode
"""
CUSTOMER_IGNORED = (
    PARTY_IGNORED + " Source AcctNum CCDetail CustomerEx CreditLimit DeliveryInfo ExternalId"
    " FreeFormNumber IntuitCustomerRef"
    " ItemRef JobInfo OverDueBalance PriceLevelRef SalesRepRef SalesTaxCountry TaxGroupCodeRef"
    " TaxRegime TotalExpense TotalRevenue UserId AttachableRef status TDSEnabled"
    " CustomerRef ShareToken"
)

VENDOR = """
BillAddr Address
TaxIdentifier text:20
TermRef ref:Term
Balance money f
OpenBalanceDate date
BillRate num
CostRate num
AcctNum text:100
Vendor1099 bool
VendorPaymentBankDetail any
CurrencyRef ref:CompanyCurrency
APAccountRef ref:Account
TaxReportingBasis text:20
GSTIN text:15
GSTRegistrationType text:15
BusinessNumber text:10
HasTPAR bool
T4AEligible bool
T5018Eligible bool
Notes text:4000
ClientEntityId text:20 ro
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
CustomField [CustomField]
Title name:16
GivenName name:100 f
MiddleName name:100 f
FamilyName name:100 f
Suffix name:16
CompanyName text:100 f
DisplayName name:500 f keep
PrintOnCheckName name:100 f keep
Active bool f
PrimaryPhone Phone
AlternatePhone Phone
Mobile Phone
Fax Phone
PrimaryEmailAddr Email f
WebAddr Web
"""
VENDOR_IGNORED = (
    PARTY_IGNORED
    + " Source VendorEx CreditLimit DefaultTaxCodeRef EffectiveFrom EntityType IsSubContractor"
    " IntuitVendor OverDueBalance PrefillAccountRef ShipAddr SubcontractorType CISRate"
    " T4AEligible T5018Eligible"
    " TDSEnabled TDSSectionTypeId TDSEntityTypeId TDSOverrideThreshold PaymentMethodRef CostRate"
    " ContractorType VendorTypeRef AttachableRef status ParentRef FullyQualifiedName DeliveryInfo"
)

EMPLOYEE = """
SSN text:100
PrimaryAddr Address
EmployeeNumber text:100
BillableTime bool
BillRate num
CostRate num
BirthDate date
Gender text:20
HiredDate date
ReleasedDate date
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
Title name:16
GivenName name:100 f
MiddleName name:100 f
FamilyName name:100 f
Suffix name:16
DisplayName name:500 f keep
PrintOnCheckName name:110 f keep
Active bool f
PrimaryPhone Phone
Mobile Phone
PrimaryEmailAddr Email f
"""
EMPLOYEE_IGNORED = (
    PARTY_IGNORED + " Organization EmployeeType CompanyName FullyQualifiedName AlternatePhone Fax"
    " WebAddr EmailAddress"
    " BillAddr ShipAddr HomeAddr UseTimeEntry EmployeeEx status AttachableRef CustomField"
    " V4IDPseudonym"
)

"""The chart of accounts of a new US Plus company, and all account types and sub-types."""

# id | name | parent id | AccountType | AccountSubType
CHART = """
1|Services||Income|ServiceFeeIncome
2|Retained Earnings||Equity|RetainedEarnings
3|Prepaid Expenses||Other Current Asset|PrepaidExpenses
4|Undeposited Funds||Other Current Asset|UndepositedFunds
5|Fees Billed||Income|ServiceFeeIncome
7|Advertising||Expense|AdvertisingPromotional
8|Bank Charges||Expense|BankCharges
9|Commissions & fees||Expense|OtherMiscellaneousServiceCost
10|Disposal Fees||Expense|OtherMiscellaneousServiceCost
11|Dues & Subscriptions||Expense|OfficeGeneralAdministrativeExpenses
12|Legal & Professional Fees||Expense|LegalProfessionalFees
13|Meals and Entertainment||Expense|EntertainmentMeals
15|Office Expenses||Expense|OfficeGeneralAdministrativeExpenses
16|Promotional||Expense|AdvertisingPromotional
17|Rent or Lease||Expense|RentOrLeaseOfBuildings
18|Stationery & Printing||Expense|OfficeGeneralAdministrativeExpenses
19|Travel||Expense|Travel
20|Supplies||Expense|SuppliesMaterials
21|Taxes & Licenses||Expense|TaxesPaid
22|Travel Meals||Expense|TravelMeals
24|Utilities||Expense|Utilities
25|Interest Earned||Other Income|InterestEarned
26|Other Portfolio Income||Other Income|OtherMiscellaneousIncome
27|Penalties & Settlements||Other Expense|PenaltiesSettlements
14|Miscellaneous||Other Expense|OtherMiscellaneousExpense
29|Equipment Rental||Expense|EquipmentRental
33|Accounts Payable (A/P)||Accounts Payable|AccountsPayable
34|Opening Balance Equity||Equity|OpeningBalanceEquity
35|Checking||Bank|Checking
36|Savings||Bank|Savings
37|Truck||Fixed Asset|Vehicles
38|Original Cost|37|Fixed Asset|Vehicles
39|Depreciation|37|Fixed Asset|AccumulatedDepreciation
41|Mastercard||Credit Card|CreditCard
42|Visa||Credit Card|CreditCard
43|Loan Payable||Other Current Liability|OtherCurrentLiabilities
44|Notes Payable||Long Term Liability|OtherLongTermLiabilities
45|Landscaping Services||Income|OtherPrimaryIncome
46|Job Materials|45|Income|OtherPrimaryIncome
47|Decks and Patios|46|Income|OtherPrimaryIncome
48|Fountains and Garden Lighting|46|Income|OtherPrimaryIncome
49|Plants and Soil|46|Income|OtherPrimaryIncome
50|Sprinklers and Drip Systems|46|Income|OtherPrimaryIncome
51|Labor|45|Income|OtherPrimaryIncome
52|Installation|51|Income|OtherPrimaryIncome
53|Maintenance and Repair|51|Income|OtherPrimaryIncome
54|Pest Control Services||Income|OtherPrimaryIncome
55|Automobile||Expense|Auto
56|Fuel|55|Expense|Auto
57|Insurance||Expense|Insurance
58|Job Expenses||Expense|SuppliesMaterials
59|Cost of Labor|58|Expense|SuppliesMaterials
61|Equipment Rental|58|Expense|EquipmentRental
63|Job Materials|58|Expense|SuppliesMaterials
64|Decks and Patios|63|Expense|SuppliesMaterials
65|Fountain and Garden Lighting|63|Expense|SuppliesMaterials
66|Plants and Soil|63|Expense|SuppliesMaterials
67|Sprinklers and Drip Systems|63|Expense|SuppliesMaterials
69|Accounting|12|Expense|LegalProfessionalFees
70|Bookkeeper|12|Expense|LegalProfessionalFees
71|Lawyer|12|Expense|LegalProfessionalFees
72|Maintenance and Repair||Expense|RepairMaintenance
73|Building Repairs|72|Expense|RepairMaintenance
74|Computer Repairs|72|Expense|RepairMaintenance
76|Gas and Electric|24|Expense|Utilities
77|Telephone|24|Expense|Utilities
79|Sales of Product Income||Income|SalesOfProductIncome
80|Cost of Goods Sold||Cost of Goods Sold|SuppliesMaterialsCogs
81|Inventory Asset||Other Current Asset|Inventory
82|Uncategorized Income||Income|ServiceFeeIncome
83|Unapplied Cash Payment Income||Income|UnappliedCashPaymentIncome
84|Accounts Receivable (A/R)||Accounts Receivable|AccountsReceivable
85|Billable Expense Income||Income|ServiceFeeIncome
86|Discounts given||Income|DiscountsRefundsGiven
87|Unapplied Cash Bill Payment Expense||Expense|UnappliedCashBillPaymentExpense
88|Inventory Shrinkage||Cost of Goods Sold|SuppliesMaterialsCogs
89|Arizona Dept. of Revenue Payable||Other Current Liability|GlobalTaxPayable
90|Board of Equalization Payable||Other Current Liability|GlobalTaxPayable
91|Out Of Scope Agency Payable||Other Current Liability|GlobalTaxPayable
92|Shipping Income||Income|SalesOfProductIncome
93|Uncategorized Expense||Expense|OtherMiscellaneousServiceCost
94|Exchange Gain or Loss||Other Expense|ExchangeGainOrLoss
"""

# AccountType | Classification | sub-types; the first is the default of the type
TYPES = """
Bank|Asset|CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts
Accounts Receivable|Asset|AccountsReceivable
Other Current Asset|Asset|AllowanceForBadDebts DevelopmentCosts EmployeeCashAdvances Inventory \
Investment_MortgageRealEstateLoans Investment_Other Investment_TaxExemptSecurities \
Investment_USGovernmentObligations LoansToOfficers LoansToOthers LoansToStockholders \
OtherCurrentAssets PrepaidExpenses Retainage UndepositedFunds
Fixed Asset|Asset|AccumulatedDepletion AccumulatedDepreciation DepletableAssets \
FixedAssetComputers FixedAssetCopiers FixedAssetFurniture FixedAssetPhone FixedAssetPhotoVideo \
FixedAssetSoftware FixedAssetOtherToolsEquipment FurnitureAndFixtures Land LeaseholdImprovements \
OtherFixedAssets AccumulatedAmortization Buildings IntangibleAssets MachineryAndEquipment Vehicles
Other Asset|Asset|LeaseBuyout OtherLongTermAssets SecurityDeposits \
AccumulatedAmortizationOfOtherAssets Goodwill Licenses OrganizationalCosts
Accounts Payable|Liability|AccountsPayable
Credit Card|Liability|CreditCard
Other Current Liability|Liability|DirectDepositPayable LineOfCredit LoanPayable GlobalTaxPayable \
GlobalTaxSuspense OtherCurrentLiabilities PayrollClearing PayrollTaxPayable \
PrepaidExpensesPayable RentsInTrustLiability TrustAccountsLiabilities FederalIncomeTaxPayable \
InsurancePayable SalesTaxPayable StateLocalIncomeTaxPayable
Long Term Liability|Liability|NotesPayable OtherLongTermLiabilities ShareholderNotesPayable
Equity|Equity|OpeningBalanceEquity PartnersEquity RetainedEarnings AccumulatedAdjustment \
OwnersEquity PaidInCapitalOrSurplus PartnerContributions PartnerDistributions PreferredStock \
CommonStock TreasuryStock EstimatedTaxes Healthcare PersonalIncome PersonalExpense
Income|Revenue|NonProfitIncome OtherPrimaryIncome SalesOfProductIncome ServiceFeeIncome \
DiscountsRefundsGiven UnappliedCashPaymentIncome
Other Income|Revenue|DividendIncome InterestEarned OtherInvestmentIncome OtherMiscellaneousIncome \
TaxExemptInterest
Cost of Goods Sold|Expense|EquipmentRentalCos OtherCostsOfServiceCos ShippingFreightDeliveryCos \
SuppliesMaterialsCogs CostOfLaborCos
Expense|Expense|AdvertisingPromotional Auto BadDebts BankCharges CharitableContributions \
CommissionsAndFees Entertainment EntertainmentMeals EquipmentRental FinanceCosts GlobalTaxExpense \
Insurance InterestPaid LegalProfessionalFees OfficeExpenses OfficeGeneralAdministrativeExpenses \
OtherBusinessExpenses OtherMiscellaneousServiceCost PromotionalMeals RentOrLeaseOfBuildings \
RepairMaintenance ShippingFreightDelivery SuppliesMaterials Travel TravelMeals Utilities Auto \
CostOfLabor DuesSubscriptions PayrollExpenses TaxesPaid UnappliedCashBillPaymentExpense
Other Expense|Expense|Depreciation ExchangeGainOrLoss OtherMiscellaneousExpense \
PenaltiesSettlements Amortization GasAndFuel HomeOffice HomeOwnerRentalInsurance \
OtherHomeOfficeExpenses MortgageInterest RentAndLease RepairsAndMaintenance ParkingAndTolls Vehicle
Non-Posting|Liability|NonPosting
"""

ACCOUNT_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {}
for _line in TYPES.strip().replace("\\\n", "").splitlines():
    _name, _classification, _subtypes = _line.split("|")
    ACCOUNT_TYPES[_name] = (_classification, tuple(_subtypes.split()))
TYPE_OF_SUBTYPE = {
    subtype: name for name, (_, subtypes) in reversed(ACCOUNT_TYPES.items()) for subtype in subtypes
}
BALANCE_SHEET = frozenset({"Asset", "Liability", "Equity"})
CREDIT_POSITIVE = frozenset({"Credit Card"})
ACCOUNTS_RECEIVABLE = "Accounts Receivable"
ACCOUNTS_PAYABLE = "Accounts Payable"

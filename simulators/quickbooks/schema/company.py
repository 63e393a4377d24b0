"""Tables of the singletons and of attachments: CompanyInfo, Preferences, Attachable."""

COMPANY_INFO = """
CompanyName text:1024 f
LegalName text:1024
CompanyAddr Address
CustomerCommunicationAddr Address
LegalAddr Address
CustomerCommunicationEmailAddr Email
PrimaryPhone Phone
CompanyStartDate text ro
EmployerId text:100
FiscalYearStartMonth text:20
Country text:60
Email Email
WebAddr Web
SupportedLanguages text:200
DefaultTimeZone text:100
NameValue [NameValue] ro
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
"""
COMPANY_IGNORED = (
    "OtherAddr CompanyEmailAddr CompanyURL CompanyFileName CompanyUserId CompanyUserAdminEmail"
)
PREFERENCES = """
AccountingInfoPrefs any
ProductAndServicesPrefs any
SalesFormsPrefs any
EmailMessagesPrefs any
VendorAndPurchasesPrefs any
TimeTrackingPrefs any
TaxPrefs any ro
CurrencyPrefs any
ReportPrefs any
OtherPrefs any
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
"""
PREFERENCES_IGNORED = "AdvancedInventoryPrefs PrefsEx"
ATTACHABLE = """
FileName text:1000 f
FileAccessUri text ro
TempDownloadUri text ro
Size int ro
ContentType text:100
Category enum:Contact~Photo|Document|Image|Receipt|Signature|Sound|Other
Lat text:100
Long text:100
PlaceName text:2000
Note text:2000 f
Tag text:2000
ThumbnailFileAccessUri text ro
ThumbnailTempDownloadUri text ro
AttachableRef [AttachableRef]
domain text ro
sparse any ro
Id any ro f
SyncToken any
MetaData any ro
"""
ATTACHABLE_IGNORED = "AttachableEx ContentTypeEx"
RECURRING = """
Type text f
Name text f
Active bool f
Id any ro f
SyncToken any
MetaData any ro
"""

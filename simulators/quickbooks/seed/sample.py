"""A sample company as sandboxes are: customers with jobs, vendors, items and some of every form."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulators.quickbooks import write
from simulators.quickbooks.company import Company
from simulators.quickbooks.exchange import save as save_rate
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.seed.company import CURRENCIES, home_currency, put_currency
from simulators.quickbooks.seed.countries import COUNTRIES
from simulators.quickbooks.switches import Switches
from simulators.quickbooks.wire import Record, money

CUSTOMERS = (
    "Amber Bird Sanctuary", "Bayshore Windsurf Shop", "Cool Garage", "Diego Road Estates",
    "Dune Catering", "Elm Street Flowers", "Freeway Rentals", "Harbor Cafe", "Jade Laundry",
    "Kookies Bakery", "Lakeside Lawn Club", "Oceanview Apartments", "Pye Cakes",
    "Red Rock Diner", "Seaside Surf School", "Video Game Arcade", "Weston Consulting",
)  # fmt: skip
JOBS = ((1, "55 Twin Lane"), (7, "0969 Ocean View Road"), (7, "Freeway Depot"), (12, "Tower B"))
VENDORS = (
    "Bayshore Burger Counter", "Bookkeeping Supply Store", "Coast Insurance Agency",
    "Cal Telephone",
    "Corner Gas and Oil", "County Health Care", "Computers by Design", "Equipment Rental Depot",
    "Farmer's Market Supply", "Main Street Hardware", "Metro Advertising", "Northern Lumber",
    "Plant Nursery", "Quarry Masonry",
)  # fmt: skip
EMPLOYEES = (("Field", "Technician One"), ("Office", "Manager One"))
# id: name | type | income | expense | price | cost | on hand | taxable
ITEMS = """
Services|Service|1||0|0||
Hours|Service|1||0|0||
Concrete|Service|48|63|0|0||y
Design|Service|82||75|0||
Rock Fountain|Inventory|79|80|275|125|2|y
Gardening|Service|45||30|0||
Installation|Service|52||50|0||
Lighting|Service|47||0|0||y
Maintenance & Repair|Service|53||0|0||
Pest Control|Service|54||35|0||
Pump|Inventory|79|80|15|10|25|y
Refunds & Allowances|Service|5||0|0||
Rocks|Service|48|63|0|0||y
Sod|Service|48|63|0|0||y
Soil|Service|48|63|10|6.5||y
Sprinkler Heads|Inventory|79|80|2|0.75|25|y
Sprinkler Pipes|Inventory|79|80|4|2.5|31|y
Trimming|Service|45||35|0||
"""
SALES = "SalesItemLineDetail"


def fill(company: Company) -> None:
    """Fill a new company with sample data, whatever its switches refuse from then on."""
    own = company.switches
    company.switches = replace(Switches(), country=own.country, tax_mode=own.tax_mode)
    try:
        _Sample(company).fill()
    finally:
        company.switches = own


class _Sample:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.today = date.fromisoformat(company.clock.today())
        self.made: dict[str, list[Record]] = {}

    def fill(self) -> None:
        self._currencies()
        self._names()
        self._items()
        self._sales()
        self._settlements()
        self._purchases()
        self._banking()

    def _make(self, entity: str, **body: Any) -> Record:  # noqa: ANN401
        record = write.create(self.company, ENTITIES[entity], body, by_hand=True)
        self.made.setdefault(entity, []).append(record)
        return record

    def _day(self, ago: int) -> str:
        return (self.today - timedelta(days=ago)).isoformat()

    def _ref(self, entity: str, place: int) -> Record:
        rows = self.made[entity]
        return {"value": rows[place % len(rows)]["Id"]}

    def _currencies(self) -> None:
        home = home_currency(self.company)["value"]
        rates = {"CAD": "0.74", "EUR": "1.09", "GBP": "1.27"}
        foreign = [code for code in rates if code != home]
        for key, code in enumerate(foreign, 1):
            put_currency(self.company, str(key), code, CURRENCIES[code])
            rate = rates[code]
            save_rate(
                self.company,
                {"SourceCurrencyCode": code, "Rate": rate, "AsOfDate": self._day(0)},
            )

    def _names(self) -> None:
        for place, name in enumerate(CUSTOMERS):
            address = {"Line1": f"{100 + place} Main St.", "City": "Bayshore",
                       "PostalCode": "94326",
                       "CountrySubDivisionCode": "CA"}  # fmt: skip
            self._make(
                "Customer", DisplayName=name, CompanyName=name, BillAddr=address, ShipAddr=address,
                PrimaryPhone={"FreeFormNumber": f"(650) 555-01{place:02}"},
                PrimaryEmailAddr={"Address": f"office{place}@customer.example"},
            )  # fmt: skip
        for parent, name in JOBS:
            self._make(
                "Customer", DisplayName=name, Job=True, ParentRef=self._ref("Customer", parent - 1)
            )
        for name in VENDORS:
            self._make("Vendor", DisplayName=name, CompanyName=name)
        for given, family in EMPLOYEES:
            self._make("Employee", GivenName=given, FamilyName=family)
        for name in ("Residential", "Commercial"):
            self._make("Class", Name=name)
        for name in ("North", "South"):
            self._make("Department", Name=name)

    def _items(self) -> None:
        for line in ITEMS.strip().splitlines():
            name, kind, income, expense, price, cost, count, taxable = line.split("|")
            body: Record = {
                "Name": name, "Type": kind, "UnitPrice": price, "PurchaseCost": cost,
                "IncomeAccountRef": {"value": income}, "Taxable": taxable == "y",
                "Description": name,
            }  # fmt: skip
            if expense:
                body["ExpenseAccountRef"] = {"value": expense}
            if kind == "Inventory":
                body |= {"AssetAccountRef": {"value": "81"}, "TrackQtyOnHand": True,
                         "QtyOnHand": count, "InvStartDate": self._day(400)}  # fmt: skip
            self._make("Item", **body)

    def _line(self, item: int, quantity: int, price: str, code: str = "NON") -> Record:
        amount = money(Decimal(price) * quantity)
        inner = {"ItemRef": {"value": str(item)}, "Qty": quantity, "UnitPrice": price,
                 "TaxCodeRef": self._code(code)}  # fmt: skip
        return {"Amount": amount, "DetailType": SALES, SALES: inner}

    def _code(self, code: str) -> Record:
        """Return the tax code that stands for TAX or NON in the company's country."""
        country = COUNTRIES.get(self.company.switches.country)
        if country is not None:
            name = country.taxed if code == "TAX" else country.untaxed
            code = self.company.named("TaxCode", name)
        return {"value": code}

    def _sales(self) -> None:
        for place in range(12):
            lines = [self._line(6, 2 + place % 3, "30"), self._line(10, 1, "35")]
            if place % 3 == 0:
                lines.append(self._line(5 if place % 2 else 11, 1, "15", "TAX"))
            self._make(
                "Invoice", CustomerRef=self._ref("Customer", place), Line=lines,
                TxnDate=self._day(60 - place), SalesTermRef={"value": "3"},
            )  # fmt: skip
        for place in range(3):
            common: Record = {"CustomerRef": self._ref("Customer", place + 2),
                              "TxnDate": self._day(20 - place)}  # fmt: skip
            self._make("Estimate", Line=[self._line(4, 3, "75")], **common)
            self._make("SalesReceipt", Line=[self._line(10, 2, "35")], **common)
            self._make("CreditMemo", Line=[self._line(10, 1, "35")], **common)
        self._make("RefundReceipt", CustomerRef=self._ref("Customer", 4), TxnDate=self._day(9),
                   DepositToAccountRef={"value": "35"}, Line=[self._line(10, 1, "35")])  # fmt: skip

    def _settlements(self) -> None:
        for invoice in self.made["Invoice"][:6]:
            link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
            amount = invoice["TotalAmt"]
            customer = {"value": invoice["CustomerRef"]["value"]}
            self._make("Payment", CustomerRef=customer, TotalAmt=amount,
                       TxnDate=self._day(10), PaymentMethodRef={"value": "2"},
                       Line=[{"Amount": amount, "LinkedTxn": [link]}])  # fmt: skip

    def _purchases(self) -> None:
        code = self._code("NON")
        goods = {"ItemRef": {"value": "11"}, "Qty": 10, "UnitPrice": "10", "TaxCodeRef": code}
        line = {
            "Amount": 100,
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": goods,
        }
        cost = {"Amount": 85, "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"},
                                                  "TaxCodeRef": code}}  # fmt: skip
        for place in range(3):
            vendor = self._ref("Vendor", place + 9)
            self._make("PurchaseOrder", VendorRef=vendor, APAccountRef={"value": "33"}, Line=[line])
            bill = self._make("Bill", VendorRef=vendor, TxnDate=self._day(25 - place), Line=[cost])
            self._make("Purchase", PaymentType=("Cash", "Check", "CreditCard")[place], Line=[cost],
                       AccountRef={"value": ("35", "35", "41")[place]},
                       EntityRef={"value": vendor["value"], "type": "Vendor"})  # fmt: skip
            if place == 0:
                link = {"TxnId": bill["Id"], "TxnType": "Bill"}
                self._make("BillPayment", VendorRef=vendor, PayType="Check", TotalAmt=85,
                           CheckPayment={"BankAccountRef": {"value": "35"}},
                           Line=[{"Amount": 85, "LinkedTxn": [link]}])  # fmt: skip
        self._make("VendorCredit", VendorRef=self._ref("Vendor", 9), Line=[cost])

    def _banking(self) -> None:
        kind = "JournalEntryLineDetail"
        self._make("JournalEntry", TxnDate=self._day(90), Line=[
            {"DetailType": kind, "Amount": 10_000,
             kind: {"PostingType": side, "AccountRef": {"value": account}}}
            for side, account in (("Debit", "35"), ("Credit", "34"))
        ])  # fmt: skip
        self._make(
            "Transfer", FromAccountRef={"value": "35"}, ToAccountRef={"value": "36"}, Amount=800
        )
        self._make("CreditCardPayment", BankAccountRef={"value": "35"}, Amount=50,
                   CreditCardAccountRef={"value": "41"})  # fmt: skip
        receipt = self.made["SalesReceipt"][0]
        link = {"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}
        self._make("Deposit", DepositToAccountRef={"value": "35"},
                   Line=[{"Amount": receipt["TotalAmt"], "LinkedTxn": [link]}])  # fmt: skip
        self._make("TimeActivity", NameOf="Employee", EmployeeRef=self._ref("Employee", 0), Hours=8)
        diff = {"ItemRef": {"value": "16"}, "QtyDiff": -1}
        self._make("InventoryAdjustment", AdjustAccountRef={"value": "88"}, Line=[
            {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": diff}
        ])  # fmt: skip

"""Replays requests that were recorded against real sandbox companies and compares the members.

The recordings are published test data of open-source clients (2020 and 2026); only the facts are
kept here: what was sent, and which members the answer had.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator, start, stop

SALES_LINE = {"Amount": 100, "DetailType": "SalesItemLineDetail",
              "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}  # fmt: skip
COST_LINE = {"Amount": 150, "DetailType": "AccountBasedExpenseLineDetail",
             "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "69"}}}  # fmt: skip
SYSTEM = "domain sparse Id SyncToken MetaData"
SALES = (
    f"{SYSTEM} CustomField DocNumber TxnDate CurrencyRef Line TxnTaxDetail CustomerRef BillAddr"
    " ShipAddr FreeFormAddress ShipFromAddr TotalAmt ApplyTaxAfterDiscount PrintStatus EmailStatus"
)
ADDRESS = {"Line1": "123 Test Street", "City": "Mountain View", "Country": "USA",
           "CountrySubDivisionCode": "CA", "PostalCode": "94042"}  # fmt: skip
PERSON = {"GivenName": "Test", "FamilyName": "Person", "BillAddr": ADDRESS,
          "PrimaryEmailAddr": {"Address": "t@example.com"},
          "PrimaryPhone": {"FreeFormNumber": "(555) 555-1234"}}  # fmt: skip
PARTY = (
    f"{SYSTEM} BillAddr Balance CurrencyRef GivenName FamilyName DisplayName PrintOnCheckName"
    " Active PrimaryPhone PrimaryEmailAddr V4IDPseudonym"
)
JOURNAL = [
    {"Id": str(place), "Amount": 100, "DetailType": "JournalEntryLineDetail",
     "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}}}
    for place, (side, account) in enumerate((("Debit", "1"), ("Credit", "2")))
]  # fmt: skip

RECORDINGS: list[tuple[str, dict[str, Any], str]] = [
    ("Invoice", {"CustomerRef": {"value": "1"}, "TxnDate": "2024-01-15", "Line": [SALES_LINE]},
     f"{SALES} AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment"
     " AllowOnlineACHPayment LinkedTxn DueDate Balance"),
    ("Estimate", {"CustomerRef": {"value": "1"}, "TxnDate": "2024-01-15", "Line": [SALES_LINE]},
     f"{SALES} TxnStatus"),
    ("CreditMemo", {"CustomerRef": {"value": "1"}, "Line": [SALES_LINE]},
     f"{SALES} RemainingCredit Balance"),
    ("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 100},
     f"{SYSTEM} CustomerRef DepositToAccountRef TotalAmt UnappliedAmt ProcessPayment TxnDate"
     " CurrencyRef Line"),
    ("Item", {"Name": "Recorded", "Type": "Service", "IncomeAccountRef": {"value": "79"}},
     f"{SYSTEM} Name Active FullyQualifiedName Taxable UnitPrice Type IncomeAccountRef PurchaseCost"
     " TrackQtyOnHand DeferredRevenue"),
    ("Bill", {"VendorRef": {"value": "30"}, "TxnDate": "2026-05-05", "Line": [COST_LINE]},
     f"{SYSTEM} DueDate Balance TxnDate CurrencyRef Line VendorRef APAccountRef TotalAmt"),
    ("PurchaseOrder",
     {"VendorRef": {"value": "30"}, "APAccountRef": {"value": "33"}, "Line": [COST_LINE],
      "Memo": "Test"},
     f"{SYSTEM} EmailStatus POStatus CustomField DocNumber TxnDate CurrencyRef LinkedTxn Line"
     " VendorRef APAccountRef TotalAmt Memo"),
    ("Deposit",
     {"DepositToAccountRef": {"value": "35"}, "TxnDate": "2024-05-05",
      "Line": [{"Amount": 100, "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": {"value": "1"}}}]},
     f"{SYSTEM} DepositToAccountRef TotalAmt TxnDate CurrencyRef Line TxnTaxDetail"),
    ("JournalEntry",
     {"Line": JOURNAL, "TxnDate": "2024-05-05", "PrivateNote": "Test", "DocNumber": "JE-001"},
     f"{SYSTEM} Adjustment TotalAmt DocNumber TxnDate CurrencyRef PrivateNote Line TxnTaxDetail"),
    ("Account", {"Name": "Bank Account v2", "AccountType": "Bank"},
     f"{SYSTEM} Name SubAccount FullyQualifiedName Active Classification AccountType"
     " AccountSubType CurrentBalance CurrentBalanceWithSubAccounts CurrencyRef"),
    ("Customer", {"DisplayName": "Recorded Customer", "Notes": "n", **PERSON},
     f"{PARTY} Taxable Notes Job BillWithParent BalanceWithJobs PreferredDeliveryMethod IsProject"
     " FullyQualifiedName DefaultTaxCodeRef ClientEntityId"),
    ("Vendor", {"DisplayName": "Recorded Vendor", "CompanyName": "Acme Inc", **PERSON},
     f"{PARTY} BillRate Vendor1099 CostRate CompanyName ClientEntityId"),
]  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Simulator]:
    simulator = start("--sample", "--switch", "limits=false")
    simulator.connect()
    yield simulator
    stop(simulator)


@pytest.mark.parametrize(("entity", "body", "members"), RECORDINGS)
def test_an_answer_has_the_members_that_were_recorded(
    sandbox: Simulator, entity: str, body: dict[str, Any], members: str
) -> None:
    assert set(sandbox.create(entity, **body)) == set(members.split())


def test_an_unknown_property_is_worded_as_recorded(sandbox: Simulator) -> None:
    error = sandbox.post("invoice", {"BadJson": True}).json()["Fault"]["Error"][0]
    assert error["Message"] == "Request has invalid or unsupported property"
    assert error["Detail"].startswith(
        'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice),'
        " not marked as ignorable ("
    )


def test_a_query_of_accounts_comes_in_the_recorded_order(sandbox: Simulator) -> None:
    rows = sandbox.query("select * from Account maxresults 4")["Account"]
    assert [row["FullyQualifiedName"] for row in rows] == [
        "Legal & Professional Fees:Accounting",
        "Accounts Payable (A/P)",
        "Accounts Receivable (A/R)",
        "Advertising",
    ]


def test_jobs_are_listed_below_their_parent(sandbox: Simulator) -> None:
    rows = sandbox.query("select * from Customer")["Customer"]
    names = [row["FullyQualifiedName"] for row in rows]
    place = names.index("Freeway Rentals")
    assert names[place + 1] == "Freeway Rentals:0969 Ocean View Road"


def test_the_lines_of_an_entry_keep_the_ids_they_came_with(sandbox: Simulator) -> None:
    entry = sandbox.create("JournalEntry", Line=JOURNAL)
    assert [line["Id"] for line in entry["Line"]] == ["0", "1"]

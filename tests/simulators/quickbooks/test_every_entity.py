"""Walks every entity of the API through every operation that the real one has, and the others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

import pytest

from tests.simulators.quickbooks.conftest import Simulator, start, stop

NUMBERS = count(1)
ADDRESS = {"Line1": "4 Quay Rd", "City": "Bayshore", "PostalCode": "94326"}
SALE = {"Amount": 35, "DetailType": "SalesItemLineDetail", "Description": "Spraying",
        "SalesItemLineDetail": {"ItemRef": {"value": "10"}, "Qty": 1, "UnitPrice": 35,
                                "TaxCodeRef": {"value": "NON"}}}  # fmt: skip
COST = {"Amount": 85, "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}}}  # fmt: skip
GOODS = {"Amount": 20, "DetailType": "ItemBasedExpenseLineDetail",
         "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11"}, "Qty": 2,
                                        "UnitPrice": 10}}  # fmt: skip
BOOKED = [
    {"Amount": 10, "DetailType": "JournalEntryLineDetail",
     "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}}}
    for side, account in (("Debit", "35"), ("Credit", "34"))
]  # fmt: skip
COUNTED = {"DetailType": "ItemAdjustmentLineDetail",
           "ItemAdjustmentLineDetail": {"ItemRef": {"value": "16"}, "QtyDiff": -1}}  # fmt: skip
TODAY = datetime.now(UTC).date().isoformat()
"""A day on which the sample company, which is as old as its simulator, has its stock."""
BANKED = {"Amount": 20, "DetailType": "DepositLineDetail",
          "DepositLineDetail": {"AccountRef": {"value": "34"}}}  # fmt: skip
OF_CUSTOMER = {"CustomerRef": {"value": "1"}}
OF_VENDOR = {"VendorRef": {"value": "30"}}
SOLD = OF_CUSTOMER | {"Line": [SALE], "PrivateNote": "first", "DocNumber": "E-1",
                      "BillEmail": {"Address": "office@customer.example"}}  # fmt: skip
BILLED = "a line for a new bill"
LIST, FORM = "sparse full deactivate query cdc batch", "sparse full delete query cdc batch"


class Walk(NamedTuple):
    """What is created, what is changed of it, and the operations of the real entity."""

    body: dict[str, Any]
    change: dict[str, Any]
    operations: str


NOTED = {"PrivateNote": "changed"}
WALKS = {
    "Account": Walk({"Name": "#", "AccountType": "Expense"}, {"Description": "new"}, LIST),
    "Customer": Walk({"DisplayName": "#", "BillAddr": ADDRESS}, {"Notes": "new"}, LIST),
    "Vendor": Walk({"DisplayName": "#", "BillAddr": ADDRESS}, {"AcctNum": "77"}, LIST),
    "Employee": Walk({"GivenName": "Pat", "FamilyName": "#"}, {"EmployeeNumber": "7"}, LIST),
    "Item": Walk({"Name": "#", "Type": "Service", "IncomeAccountRef": {"value": "79"}},
                 {"Description": "new"}, LIST),
    "Term": Walk({"Name": "#", "DueDays": 10}, {"DueDays": 12}, LIST),
    "PaymentMethod": Walk({"Name": "#"}, {"Type": "CREDIT_CARD"}, LIST),
    "Class": Walk({"Name": "#"}, {"Name": "#"}, LIST),
    "Department": Walk({"Name": "#"}, {"Name": "#"}, LIST),
    "TaxAgency": Walk({"DisplayName": "#"}, {}, "query"),
    "Invoice": Walk(SOLD, NOTED, f"{FORM} void send pdf"),
    "Estimate": Walk(SOLD, NOTED, f"{FORM} send pdf"),
    "CreditMemo": Walk(SOLD, NOTED, f"{FORM} void send pdf"),
    "SalesReceipt": Walk(SOLD, NOTED, f"{FORM} void send pdf"),
    "RefundReceipt": Walk(SOLD | {"DepositToAccountRef": {"value": "35"}}, NOTED,
                          f"{FORM} void send pdf"),
    "Payment": Walk(OF_CUSTOMER | {"TotalAmt": 12}, NOTED, f"{FORM} void send pdf"),
    "PurchaseOrder": Walk(OF_VENDOR | {"Line": [GOODS], "APAccountRef": {"value": "33"},
                                       "POEmail": {"Address": "order@vendor.example"}},
                          NOTED, f"{FORM} send pdf"),
    "Bill": Walk(OF_VENDOR | {"Line": [COST]}, NOTED | OF_VENDOR, FORM),
    "VendorCredit": Walk(OF_VENDOR | {"Line": [COST]}, NOTED | OF_VENDOR, FORM),
    "BillPayment": Walk(OF_VENDOR | {"PayType": "Check", "TotalAmt": 85, "Line": BILLED,
                                     "CheckPayment": {"BankAccountRef": {"value": "35"}}},
                        NOTED | OF_VENDOR, f"{FORM} void"),
    "Purchase": Walk({"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [COST]},
                     NOTED | {"PaymentType": "Cash"}, f"{FORM} void"),
    "Deposit": Walk({"DepositToAccountRef": {"value": "35"}, "Line": [BANKED]}, NOTED, FORM),
    "JournalEntry": Walk({"Line": BOOKED}, NOTED, FORM),
    "Transfer": Walk({"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"},
                      "Amount": 7}, NOTED, f"{FORM} void"),
    "CreditCardPayment": Walk({"BankAccountRef": {"value": "35"}, "Amount": 8,
                               "CreditCardAccountRef": {"value": "41"}}, NOTED, FORM),
    "TimeActivity": Walk({"NameOf": "Employee", "EmployeeRef": {"value": "36"}, "Hours": 2},
                         {"Description": "changed"}, FORM.replace(" cdc", "")),
    "InventoryAdjustment": Walk({"AdjustAccountRef": {"value": "88"}, "Line": [COUNTED],
                                 "TxnDate": TODAY}, NOTED,
                                FORM.replace(" full", "")),
    "Attachable": Walk({"Note": "first"}, {"Note": "changed"}, FORM.replace("sparse ", "")),
}  # fmt: skip
READ_ONLY = ("TaxCode", "TaxRate", "CustomerType", "Budget", "JournalCode", "ReimburseCharge")
KEYS = {"CreditCardPayment": "CreditCardPaymentTxn"}
EVERY = ["sparse", "full", "deactivate", "delete", "void", "query", "cdc", "batch", "send", "pdf"]
PAIRS = [(name, op) for name, walk in WALKS.items() for op in walk.operations.split()]
SAVED = [name for name, walk in WALKS.items() if "sparse" in walk.operations]
SAVED += ["CompanyInfo", "Preferences"]
LACKING = [
    (name, op)
    for name, walk in WALKS.items()
    for op in ("delete", "void", "send", "pdf")
    if op not in walk.operations.split()
]


@pytest.fixture(scope="module")
def sample() -> Iterator[Simulator]:
    simulator = start("--sample", "--switch", "limits=false")
    simulator.connect()
    yield simulator
    stop(simulator)


def select(what: str, entity: str, rest: str = "") -> str:
    return " ".join(("select", what, "from", entity, rest)).strip()


class Walker:
    """Creates a record of one entity and acts on it."""

    def __init__(self, sample: Simulator, entity: str) -> None:
        self.sample, self.entity = sample, entity
        self.path, self.key = entity.lower(), KEYS.get(entity, entity)

    def body(self, of: dict[str, Any]) -> dict[str, Any]:
        made = {k: f"Walk {next(NUMBERS)}" if v == "#" else v for k, v in of.items()}
        if made.get("Line") == BILLED:
            bill = self.sample.create("Bill", **WALKS["Bill"].body)
            link = {"TxnId": bill["Id"], "TxnType": "Bill"}
            made["Line"] = [{"Amount": 85, "LinkedTxn": [link]}]
        return made

    def create(self) -> dict[str, Any]:
        return self.post(self.body(WALKS[self.entity].body))

    def post(self, body: dict[str, Any], **params: str) -> dict[str, Any]:
        answer = self.sample.post(self.path, body, **params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()[self.key])

    def get(self, key: str) -> dict[str, Any]:
        answer = self.sample.call("GET", f"{self.path}/{key}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()[self.key])

    def versioned(self, record: dict[str, Any], *more: dict[str, Any]) -> dict[str, Any]:
        body = {"Id": record["Id"], "SyncToken": record["SyncToken"]}
        for part in more:
            body |= part
        return body

    def listed(self, text: str) -> list[dict[str, Any]]:
        return list(self.sample.query(select("*", self.entity, text)).get(self.key, []))


def changed(saved: dict[str, Any], change: dict[str, Any]) -> bool:
    return all(saved[k] == v for k, v in change.items() if not isinstance(v, dict))


def does_sparse(walker: Walker) -> None:
    made, change = walker.create(), walker.body(WALKS[walker.entity].change)
    saved = walker.post(walker.versioned(made, change, {"sparse": True}))
    moved = ["MetaData", "SyncToken", "FullyQualifiedName", *change]
    assert saved["SyncToken"] == "1"
    assert changed(saved, change)
    assert [k for k, v in made.items() if k not in moved and saved[k] != v] == []


def does_full(walker: Walker) -> None:
    made = walker.create()
    change = walker.body(WALKS[walker.entity].change)
    body = walker.body(WALKS[walker.entity].body) | change
    saved = walker.post(walker.versioned(made, body))
    assert changed(saved, change)
    stale = walker.sample.post(walker.path, walker.versioned(made, body))
    assert walker.sample.fault(stale) == (400, ["5010"])


def does_deactivate(walker: Walker) -> None:
    made = walker.create()
    saved = walker.post(walker.versioned(made, {"sparse": True, "Active": False}))
    assert saved["Active"] is False
    assert not walker.listed(f"where Id = '{made['Id']}'")
    assert walker.listed(f"where Id = '{made['Id']}' and Active in (true, false)")
    assert walker.get(made["Id"])["Active"] is False


def does_delete(walker: Walker) -> None:
    made = walker.create()
    gone = walker.post(walker.versioned(made), operation="delete")
    assert gone == {"status": "Deleted", "domain": "QBO", "Id": made["Id"]}
    answer = walker.sample.call("GET", f"{walker.path}/{made['Id']}")
    assert walker.sample.fault(answer) == (400, ["610"])
    again = walker.sample.post(walker.path, walker.versioned(made), operation="delete")
    assert walker.sample.fault(again) == (400, ["610"])


def does_void(walker: Walker) -> None:
    made = walker.create()
    body = walker.versioned(made, {"sparse": True})
    saved = walker.post(body, operation="update", include="void")
    assert saved.get("TotalAmt", saved.get("Amount")) == 0
    assert saved["PrivateNote"].startswith("Voided")
    assert walker.listed(f"where Id = '{made['Id']}'")


def does_query(walker: Walker) -> None:
    made = walker.create()
    (found,) = walker.listed(f"where Id = '{made['Id']}'")
    assert found["SyncToken"] == made["SyncToken"]
    counted = walker.sample.query(select("count(*)", walker.entity))["totalCount"]
    assert counted == len(walker.listed("maxresults 1000"))


def does_cdc(walker: Walker) -> None:
    made = walker.create()
    since = made["MetaData"]["LastUpdatedTime"]
    answer = walker.sample.call(
        "GET", "cdc", params={"entities": walker.entity, "changedSince": since}
    )
    (block,) = answer.json()["CDCResponse"][0]["QueryResponse"]
    assert made["Id"] in [record["Id"] for record in block[walker.key]]


def does_batch(walker: Walker) -> None:
    asked = walker.body(WALKS[walker.entity].body)
    made = _batched(walker, {"operation": "create", walker.key: asked})[walker.key]
    change = walker.versioned(made, asked, walker.body(WALKS[walker.entity].change))
    saved = made
    if "full" in WALKS[walker.entity].operations:
        saved = _batched(walker, {"operation": "update", walker.key: change})[walker.key]
    text = select("*", walker.entity, f"where Id = '{saved['Id']}'")
    found = _batched(walker, {"Query": text})["QueryResponse"]
    assert found[walker.key][0]["Id"] == made["Id"]
    if "delete" in WALKS[walker.entity].operations:
        gone = _batched(walker, {"operation": "delete", walker.key: walker.versioned(saved)})
        assert gone[walker.key]["status"] == "Deleted"


def _batched(walker: Walker, item: dict[str, Any]) -> dict[str, Any]:
    body = {"BatchItemRequest": [{"bId": "one"} | item]}
    (answer,) = walker.sample.call("POST", "batch", json=body).json()["BatchItemResponse"]
    assert "Fault" not in answer, answer
    return dict(answer)


def does_send(walker: Walker) -> None:
    made = walker.create()
    headers = {"Content-Type": "application/octet-stream"}
    path = f"{walker.path}/{made['Id']}/send?sendTo=another@customer.example"
    answer = walker.sample.call("POST", path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()[walker.key]["Id"] == made["Id"]
    if walker.entity != "Payment":
        assert answer.json()[walker.key]["EmailStatus"] == "EmailSent"


def does_pdf(walker: Walker) -> None:
    path = f"{walker.path}/{walker.create()['Id']}/pdf"
    answer = walker.sample.call("GET", path, headers={"Accept": "application/pdf"})
    assert (answer.content[:5], answer.headers["Content-Type"]) == (b"%PDF-", "application/pdf")


DOES = {op: globals()[f"does_{op}"] for op in EVERY}


@pytest.mark.parametrize(("entity", "operation"), PAIRS)
def test_an_entity_does_what_the_real_one_does(
    sample: Simulator, entity: str, operation: str
) -> None:
    DOES[operation](Walker(sample, entity))


@pytest.mark.parametrize("entity", WALKS)
def test_what_is_created_is_read_back(sample: Simulator, entity: str) -> None:
    walker = Walker(sample, entity)
    made = walker.create()
    assert walker.get(made["Id"]) == made


@pytest.mark.parametrize(("entity", "operation"), LACKING)
def test_an_entity_lacks_what_the_real_one_lacks(
    sample: Simulator, entity: str, operation: str
) -> None:
    walker = Walker(sample, entity)
    made = walker.create()
    path = f"{walker.path}/{made['Id']}"
    answer = {
        "delete": lambda: sample.post(entity, walker.versioned(made), operation="delete"),
        "void": lambda: sample.post(entity, walker.versioned(made), operation="void"),
        "send": lambda: sample.call("POST", f"{path}/send"),
        "pdf": lambda: sample.call("GET", f"{path}/pdf"),
    }[operation]()
    assert sample.fault(answer) == (400, ["500"])


@pytest.mark.parametrize("entity", READ_ONLY)
def test_an_entity_that_the_api_only_reads_refuses_a_create(sample: Simulator, entity: str) -> None:
    assert sample.query(select("count(*)", entity))["totalCount"] >= 0
    assert sample.fault(sample.post(entity, {"Name": "another"})) == (400, ["500"])


@pytest.mark.parametrize("entity", SAVED)
def test_saving_a_record_of_the_sample_unchanged_changes_nothing(
    sample: Simulator, entity: str
) -> None:
    walker = Walker(sample, entity)
    change = WALKS[entity].change if entity in WALKS else {}
    found = [row for row in walker.listed("maxresults 50") if row["Id"] not in deposited(sample)]
    for record in found:
        needed = [name for name in ("VendorRef", "PaymentType") if name in change]
        kept: dict[str, Any] = {name: record[name] for name in needed}
        assert walker.post(walker.versioned(record, kept, {"sparse": True})) == record
    assert found


def deposited(sample: Simulator) -> list[str]:
    deposits = sample.query("select * from Deposit")["Deposit"]
    links = [link for one in deposits for line in one["Line"] for link in line.get("LinkedTxn", [])]
    return [link["TxnId"] for link in links]


@pytest.mark.parametrize(
    ("entity", "change"),
    [
        ("CompanyInfo", {"LegalName": "Harbor Limited"}),
        ("Preferences", {"ReportPrefs": {"ReportBasis": "Cash"}}),
    ],
)
def test_what_there_is_one_of_is_read_changed_and_found(
    sample: Simulator, entity: str, change: dict[str, Any]
) -> None:
    walker = Walker(sample, entity)
    (before,) = walker.listed("")
    saved = walker.post(walker.versioned(before, change, {"sparse": True}))
    assert int(saved["SyncToken"]) == int(before["SyncToken"]) + 1
    (after,) = walker.listed("")
    assert after == saved
    assert all(after[name].items() >= value.items() if isinstance(value, dict)
               else after[name] == value for name, value in change.items())  # fmt: skip
    refused = sample.post(entity, walker.versioned(after), operation="delete")
    assert sample.fault(refused) == (400, ["500"])


def test_a_currency_is_added_and_given_up(qbo: Simulator) -> None:
    qbo.switch(multicurrency=True)
    made = qbo.create("CompanyCurrency", Code="JPY")
    walker = Walker(qbo, "CompanyCurrency")
    (found,) = walker.listed("")
    assert (found["Code"], found["Name"]) == ("JPY", "Japanese Yen")
    walker.post(walker.versioned(made, {"Active": False, "sparse": True}))
    assert walker.listed("") == []
    assert walker.get(made["Id"])["Active"] is False


def test_a_template_is_made_changed_found_and_deleted(sample: Simulator) -> None:
    plan = {"Name": "Every month", "Active": True, "RecurType": "Automated",
            "ScheduleInfo": {"IntervalType": "Monthly", "NumInterval": 1,
                             "DayOfMonth": 1}}  # fmt: skip
    body = OF_CUSTOMER | {"Line": [SALE], "RecurringInfo": plan}
    answer = sample.post("recurringtransaction", {"Invoice": body})
    made = answer.json()["RecurringTransaction"]["Invoice"]
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    again = {"Invoice": head | body | {"PrivateNote": "changed"}}
    saved = sample.post("recurringtransaction", again).json()["RecurringTransaction"]["Invoice"]
    assert (saved["PrivateNote"], saved["SyncToken"]) == ("changed", "1")
    found = sample.query("select * from RecurringTransaction where Type = 'Invoice'")
    assert [row["Invoice"]["Id"] for row in found["RecurringTransaction"]] == [made["Id"]]
    sample.post("recurringtransaction", {"Invoice": head | {"SyncToken": "1"}}, operation="delete")
    assert sample.query("select * from RecurringTransaction") == {}


def test_a_property_of_other_countries_is_taken_and_not_kept(sample: Simulator) -> None:
    made = sample.create("JournalEntry", Line=BOOKED, JournalCodeRef={"value": "1"})
    assert "JournalCodeRef" not in made

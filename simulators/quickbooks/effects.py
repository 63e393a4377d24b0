"""Commits a record with its effects on the books, on linked documents and on stock."""

from decimal import Decimal

from simulators.quickbooks import charges
from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Effects, Move
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import doc_key, split_key
from simulators.quickbooks.realised import differences, settling
from simulators.quickbooks.rules.accounts import account_of
from simulators.quickbooks.rules.forms import cents
from simulators.quickbooks.schema import Entity
from simulators.quickbooks.seed.chart import BALANCE_SHEET, CREDIT_POSITIVE
from simulators.quickbooks.settle import free_excess, refresh_document, release
from simulators.quickbooks.stock import Movement
from simulators.quickbooks.wire import ZERO, Record, money, plain


def commit(
    company: Company, entity: Entity, record: Record, done: Effects | None, operation: str
) -> Record:
    """Store a record and let its effects take hold; nothing here can refuse any more."""
    key = doc_key(entity.name, record["Id"])
    touched = settling(company, key) if entity.kind == "form" else set()
    if operation == "Void":
        company.sent_taxes.pop(key, None)
        charges.forget(company, key)
        release(company, key)
    stored = company.put(entity, record, operation=operation)
    if done is not None and (operation != "Create" or done.any):
        post(company, key, in_home_currency(company, record, done.postings))
        move(company, key, record, done.moves)
        for target in sorted(company.links.replace(key, done.links)):
            refresh_document(company, target)
            charges.mark(company, target)
    if entity.name == "Invoice":
        free_excess(company, key)
    if entity.name in charges.CHARGED:
        charges.keep(company, key)
    if entity.kind == "form":
        realise(company, touched | settling(company, key))
        refresh_document(company, key, token=False)
    return company.get(entity.name, stored["Id"]) or stored


def remove(company: Company, entity: Entity, record: Record) -> None:
    """Take a record out with everything it did."""
    key = doc_key(entity.name, record["Id"])
    touched = settling(company, key)
    company.sent_taxes.pop(key, None)
    charges.forget(company, key)
    release(company, key)
    post(company, key, [])
    move(company, key, record, [])
    targets = company.links.replace(key, [])
    company.drop(entity.name, record["Id"])
    if entity.name == "Attachable":
        company.files.pop(record["Id"], None)
    for target in sorted(targets):
        refresh_document(company, target)
        charges.mark(company, target)
    realise(company, touched)


def realise(company: Company, documents: set[str]) -> None:
    """Book anew what the rates of settling documents gained or lost."""
    for key in sorted(documents):
        post(company, f"{key}#exchange", differences(company, key))


def post(company: Company, key: str, postings: list[Posting]) -> None:
    """Replace a document's postings and move the balances of accounts and names."""
    accounts, names = company.ledger.replace(key, postings)
    refresh_accounts(company, accounts)
    for name in sorted(names):
        refresh_name(company, name)


def in_home_currency(company: Company, record: Record, rows: list[Posting]) -> list[Posting]:
    """Convert a foreign document's postings; what rounding leaves is an exchange difference."""
    rate = record.get("ExchangeRate")
    if rate is None or rate == 1:
        return rows
    converted = [row._replace(amount=cents(row.amount * rate)) for row in rows]
    rest = sum((row.amount for row in converted), ZERO)
    return [*converted, Posting(account_of(company, "ExchangeGainOrLoss"), -rest)]


def move(company: Company, key: str, record: Record, moves: list[Move]) -> None:
    """Replace the goods that a document moves, and post the costs that change with it."""
    day = record.get("TxnDate") or record.get("InvStartDate", "")
    rows = [
        (
            m.item,
            Movement(
                day,
                int(record["Id"]) if "TxnDate" in record else 0,
                m.line,
                key,
                m.quantity,
                m.cost,
            ),
        )
        for m in moves
    ]
    if not rows and key not in company.stock.by_document:
        return
    contras = {m.item: m.contra for m in moves if m.contra}
    company.contras.pop(key, None)
    if contras:
        company.contras[key] = contras
    touched = {item for item, _ in [*rows, *company.stock.by_document.get(key, [])]}
    standard = {
        i: Decimal((company.get("Item", i) or {}).get("PurchaseCost", ZERO)) for i in touched
    }
    items, documents = company.stock.replace(key, rows, standard)
    for item in sorted(items, key=int):
        company.touch("Item", item, {"QtyOnHand": plain(company.stock.on_hand[item])})
    for document in sorted(documents):
        post(company, f"{document}#cost", _cost_postings(company, document))


def _cost_postings(company: Company, document: str) -> list[Posting]:
    rows = []
    for key, cost in company.stock.cost_of(document).items():
        item = company.get("Item", key) or {}
        asset = item["AssetAccountRef"]["value"]
        contra = company.contras.get(document, {}).get(key) or item["ExpenseAccountRef"]["value"]
        rows += [Posting(contra, cost), Posting(asset, -cost)]
    return rows


def refresh_accounts(company: Company, accounts: set[str]) -> None:
    """Set CurrentBalance of accounts and CurrentBalanceWithSubAccounts up to the top."""
    for key in sorted(accounts, key=int):
        account = company.get("Account", key)
        if account is not None and account["Classification"] in BALANCE_SHEET:
            company.touch("Account", key, {"CurrentBalance": _balance(company, account)})
            _with_children(
                company, "Account", key, "CurrentBalance", "CurrentBalanceWithSubAccounts"
            )


def _balance(company: Company, account: Record) -> object:
    amount = company.ledger.accounts[account["Id"]]
    return money(-amount if account["AccountType"] in CREDIT_POSITIVE else amount)


def refresh_name(company: Company, name: str) -> None:
    """Set Balance of a customer or vendor, and BalanceWithJobs up to the top customer."""
    entity, key = split_key(name)
    if company.get(entity, key) is None:
        return
    balance = company.ledger.names[name]
    company.touch(entity, key, {"Balance": money(balance if entity == "Customer" else -balance)})
    if entity == "Customer":
        _with_children(company, "Customer", key, "Balance", "BalanceWithJobs")


def _with_children(company: Company, entity: str, key: str, own: str, total: str) -> None:
    while key:
        record = company.get(entity, key)
        if record is None:
            return
        below = (
            company.get(entity, child) or {} for child in company.children[entity].get(key, ())
        )
        amount = sum((row.get(total, ZERO) for row in below), record.get(own, ZERO))
        company.touch(entity, key, {total: money(amount)})
        key = (record.get("ParentRef") or {}).get("value", "")

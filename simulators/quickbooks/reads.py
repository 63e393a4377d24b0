"""Reads: by id, by query, and the change data feed (sections 1.5, 3, 4.1)."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simulators.quickbooks import exchange, files, noise, recurring, singles
from simulators.quickbooks.clock import epoch_of, stamp
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, FaultError, fault, unsupported
from simulators.quickbooks.query import Context, Plan
from simulators.quickbooks.query_text import Query, parse
from simulators.quickbooks.schema import ENTITIES, NO_CDC, Entity
from simulators.quickbooks.store import Store, key_id
from simulators.quickbooks.wire import Record

GONE = (
    "Object Not Found : Something you're trying to use has been made inactive."
    " Check the fields with accounts, customers, items, vendors or employees."
)
DAY = 86_400
DAY_TEXT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
CDC_DAYS = 30
CDC_MOST = 1000
SPELLINGS = {name.lower(): name for name in ENTITIES} | {
    "creditcardpaymenttxn": "CreditCardPayment"
}


def present(company: Company, entity: Entity, record: Record) -> Record:
    """Return a record as answers show it."""
    return present_all(company, entity, [record])[0]


def present_all(company: Company, entity: Entity, records: list[Record]) -> list[Record]:
    """Return records as answers show them."""
    special = SPECIAL.get(entity.name)
    if special is not None:
        return [special(company, record) for record in records]
    return noise.add(company, entity, records) if company.switches.noise else records


SPECIAL: dict[str, Callable[[Company, Record], Record]] = {
    "Preferences": lambda company, _: singles.preferences(company),
    "CompanyInfo": lambda company, _: singles.company_info(company),
    "Attachable": files.present,
    "RecurringTransaction": lambda _, record: recurring.present(record),
    "ExchangeRate": lambda _, record: {
        name: value for name, value in record.items() if name not in {"Id", "SyncToken"}
    },
}


def with_link(company: Company, entity: Entity, record: Record, params: dict[str, str]) -> Record:
    """Add the link for paying an invoice online, if it is asked for and can be (section 1.4)."""
    asked = "invoicelink" in params.get("include", "").lower()
    online = record.get("AllowOnlineCreditCardPayment") or record.get("AllowOnlineACHPayment")
    if not asked or entity.name != "Invoice" or not online or not record.get("BillEmail"):
        return record
    return record | {"InvoiceLink": f"{company.base}/pay/{company.realm}/{record['Id']}"}


def read(company: Company, entity: Entity, key: str) -> Record:
    """Read one record, inactive ones included.

    Raises:
        ApiError: 500 when the entity has no read, 2030 for a malformed id, 610 when there is none.
    """
    if not entity.can("read"):
        raise unsupported(f"read {entity.name}")
    if entity.kind == "single":
        key = "1"
    record = company.get(entity.name, key)
    if record is None and entity.name == "Transfer":
        record = _as_transfer(company.get("CreditCardPayment", key))
    if record is None:
        if not key.lstrip("-").isdigit():
            raise fault("2030", f"Id should be a valid number. Supplied value:{key[:50]}", "Id")
        raise fault("610", GONE)
    _check_rows(company, entity, [record])
    return present(company, entity, record)


def _check_rows(company: Company, entity: Entity, rows: list[Record]) -> None:
    """Refuse a page with a row that the service cannot read (section 7.11)."""
    if not company.switches.bad_rows:
        return
    bad = _listed(company.switches.bad_rows)
    if any(f"{entity.name}:{row['Id']}".lower() in bad for row in rows):
        error = FaultError("10000", "An unexpected error occurred while accessing the data.")
        raise ApiError([error], kind="SystemFault")


def _listed(names: str) -> set[str]:
    return {name.strip().lower() for name in names.split(",") if name.strip()}


def _as_transfer(record: Record | None) -> Record | None:
    """Show the payment of a credit card as the transfer that it is underneath."""
    if record is None:
        return None
    kept = {k: v for k, v in record.items() if k in ENTITIES["Transfer"].shape.fields}
    accounts = {"FromAccountRef": "BankAccountRef", "ToAccountRef": "CreditCardAccountRef"}
    return {new: record[old] for new, old in accounts.items()} | kept


def query(company: Company, text: str) -> Record:
    """Run a statement and return the QueryResponse.

    Raises:
        ApiError: 4000 or 4001.
    """
    switches = company.switches
    statement = parse(text, bare_numbers=switches.bare_numbers, not_equal=switches.not_equal)
    entity = ENTITIES.get(SPELLINGS.get(statement.entity.lower(), ""))
    if entity is None or not entity.can("query"):
        raise fault(
            "4001", f"QueryValidationError: Invalid context declaration: {statement.entity}"
        )
    _check_columns(entity, statement)
    first = statement.start
    hidden = company.clock.epoch() - switches.query_lag if switches.query_lag else None
    context = Context(company.clock.today(), switches.naive_zone, hidden)
    statement = _prepared(company, entity, statement)
    rows, total = Plan(entity, _store(company, entity, statement), statement, context).run()
    if statement.count:
        return {"totalCount": total}
    if not rows:
        return {}
    _check_rows(company, entity, rows)
    shown = present_all(company, entity, rows)
    if statement.columns and switches.projections == "honour":
        wanted = {column.partition(".")[0].lower() for column in statement.columns}
        keep = wanted | {"id", "domain", "sparse", "synctoken"}
        shown = [{k: v for k, v in row.items() if k.lower() in keep} for row in shown]
    answer: dict[str, Any] = {entity.wire_name: shown}
    return answer | {"startPosition": first, "maxResults": len(shown), "totalCount": len(shown)}


def _check_columns(entity: Entity, statement: Query) -> None:
    known = {name.lower() for name in entity.shape.fields}
    for column in statement.columns:
        if column.partition(".")[0].lower() not in known:
            raise fault(
                "4001",
                f"QueryValidationError: Property {column} not found for Entity {entity.name}",
            )


def _beyond(company: Company, statement: Query) -> Query:
    """Let the pseudo codes of US companies come beyond the page, as other people found."""
    extra = sum(not key.isdigit() for key in company.stores["TaxCode"].records)
    if statement.start == 1:
        return replace(statement, rows=statement.rows + extra)
    return replace(statement, start=statement.start + extra)


def _prepared(company: Company, entity: Entity, statement: Query) -> Query:
    """Do what is special about the queries of two entities."""
    switches = company.switches
    if entity.name == "Item" and not switches.sku_filterable:
        _refuse_sku(statement)
    elif entity.name == "TaxCode" and switches.tax_codes_uncounted and not statement.where:
        return _beyond(company, statement)
    return statement


def _store(company: Company, entity: Entity, statement: Query) -> Store:
    if entity.name != "ExchangeRate":
        return company.stores[entity.name]
    asked = [c.values[0] for c in statement.where if c.path.lower() == "asofdate"]
    return exchange.with_feed(company, [day for day in asked if DAY_TEXT.fullmatch(day)])


def _refuse_sku(statement: Query) -> None:
    paths = [condition.path for condition in statement.where] + [
        path for path, _ in statement.order
    ]
    if any(path.lower() == "sku" for path in paths):
        raise fault("4001", "QueryValidationError: property 'Sku' is not queryable")


def changes(company: Company, entities: str, since: str) -> list[Record]:
    """Return the CDC blocks, one for each entity asked for, at most 1,000 objects in all.

    Raises:
        ApiError: a parameter is missing or wrong, an entity has no change data.
    """
    if not entities or not since:
        missing = "entities" if not entities else "changedSince"
        raise fault("2020", f"Required parameter {missing} is missing in the request", missing)
    try:
        start = epoch_of(since, company.switches.naive_zone)
    except ValueError as error:
        raise fault("2060", f"Supplied value:{since[:40]}", "changedSince") from error
    oldest = company.clock.epoch() - CDC_DAYS * DAY
    if start < oldest and company.switches.cdc_beyond == "refuse":
        raise fault("6000", "Business Validation Error: changedSince is more than 30 days ago")
    if company.switches.cdc_beyond == "cut":
        start = max(start, oldest)
    poisoned = _listed(company.switches.cdc_poisoned)
    if not poisoned.isdisjoint(_listed(entities)):
        raise fault("4002", "QueryProcessingError: the changed objects could not be read")
    blocks, left = [], CDC_MOST
    for name in entities.split(","):
        block = _block(company, name.strip(), start, left)
        left -= block.get("maxResults", 0)
        blocks.append(block)
    return blocks


def _block(company: Company, name: str, start: float, most: int) -> Record:
    entity = ENTITIES.get(SPELLINGS.get(name.lower(), ""))
    if entity is None or entity.name in NO_CDC or not entity.can("cdc"):
        raise fault(
            "4001", f"QueryValidationError: entity {name} does not support change data capture"
        )
    store = company.stores[entity.name]
    index = store.index("MetaData.LastUpdatedTime", _updated)
    first, last = index.between(index.all, (float(int(start)), False), None)
    last = min(last, first + most)
    rows = [store.records[key_id(row[1])] for row in index.all[first:last]]
    _check_rows(company, entity, rows)
    shown = present_all(company, entity, rows) + _deleted(company, entity, start)
    shown = shown[:most]
    if not shown:
        return {}
    answer: dict[str, Any] = {entity.wire_name: shown}
    return answer | {"startPosition": 1, "maxResults": len(shown), "totalCount": len(shown)}


def _updated(record: Record) -> float:
    return epoch_of(record["MetaData"]["LastUpdatedTime"])


def _deleted(company: Company, entity: Entity, start: float) -> list[Record]:
    gone = [c for c in company.deleted.values() if c.entity == entity.name and c.at >= start]
    return [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": change.key,
            "MetaData": {"LastUpdatedTime": stamp(int(change.at))},
        }
        for change in sorted(gone, key=lambda change: change.at)
    ]

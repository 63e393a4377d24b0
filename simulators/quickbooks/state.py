"""Saves a company to JSON and loads it back, so that a restart keeps the books."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulators.quickbooks.company import Change, Company
from simulators.quickbooks.ledger import Posting
from simulators.quickbooks.links import Link
from simulators.quickbooks.wire import ZERO, load_exact
from simulators.quickbooks.wire import dump as dump_json


def write(path: Path, saved: dict[str, Any]) -> None:
    """Write a state file in one step: a crash leaves the old one."""
    fresh = path.with_suffix(path.suffix + ".new")
    with fresh.open("wb") as file:
        file.write(dump_json(saved))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read(path: Path) -> dict[str, Any]:
    """Read a state file."""
    saved: dict[str, Any] = load_exact(path.read_bytes())
    return saved


def dump(company: Company) -> dict[str, Any]:
    """Return a company as JSON values."""
    return {
        "records": {name: list(store) for name, store in company.stores.items() if len(store)},
        "sequence": dict(company.sequence),
        "numbers": company.numbers,
        "names": {space: names for space, names in company.names.items() if names},
        "ledger": {
            key: [list(row) for row in rows] for key, rows in company.ledger.entries.items()
        },
        "links": {key: [list(row) for row in rows] for key, rows in company.links.held.items()},
        "stock": company.stock.dump(),
        "contras": company.contras,
        "sent_taxes": company.sent_taxes,
        "deleted": [change._asdict() for change in company.deleted.values()],
        "fields": company.fields,
        "files": {key: data.hex() for key, data in company.files.items()},
    }


def load(company: Company, saved: dict[str, Any]) -> None:
    """Fill an empty company from JSON values."""
    for name, records in saved["records"].items():
        for record in records:
            company.stores[name].put(record["Id"], record)
            parent = (record.get("ParentRef") or {}).get("value", "")
            company.set_parent(name, record["Id"], "", parent)
    company.sequence.update({family: int(number) for family, number in saved["sequence"].items()})
    company.numbers.update({family: str(number) for family, number in saved["numbers"].items()})
    for space, names in saved["names"].items():
        company.names[space].update(names)
    for key, rows in saved["ledger"].items():
        company.ledger.replace(key, [Posting(a, Decimal(v), n) for a, v, n in rows])
    for key, rows in saved["links"].items():
        company.links.replace(key, [Link(t, Decimal(a), x, s) for t, a, x, s in rows])
    standard = {i["Id"]: i.get("PurchaseCost", ZERO) for i in company.all("Item")}
    company.contras.update(saved["contras"])
    company.sent_taxes.update({k: Decimal(v) for k, v in saved.get("sent_taxes", {}).items()})
    company.stock.load(saved["stock"], standard)
    for row in saved["deleted"]:
        change = Change(**row | {"at": float(row["at"])})
        company.deleted[f"{change.entity}:{change.key}"] = change
    company.fields.update(saved["fields"])
    company.files.update({key: bytes.fromhex(data) for key, data in saved["files"].items()})

"""Runs one write of an entity, in a call of its own or in a batch."""

from typing import Any

from simulators.quickbooks import exchange, recurring, write
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import unsupported
from simulators.quickbooks.schema import Entity
from simulators.quickbooks.wire import Record


def write_one(
    company: Company,
    entity: Entity,
    operation: str,
    body: Any,  # noqa: ANN401 - a request body
    include: frozenset[str],
) -> Record:
    """Create, update, delete or void one record.

    Raises:
        ApiError: the entity lacks the operation, or the write is refused.
    """
    if entity.name == "RecurringTransaction":
        return recurring.save(company, operation, body)
    if entity.name == "ExchangeRate":
        return exchange.save(company, body)
    if operation == "delete":
        return write.delete(company, entity, body)
    if operation == "void":
        return write.void(company, entity, body)
    named = isinstance(body, dict) and body.get("Id") not in (None, "", "0", 0)
    if operation == "update" or (named and operation != "create"):
        if not entity.can("update"):
            raise unsupported(f"update {entity.name}")
        return write.update(company, entity, body, include)
    if not entity.can("create"):
        raise unsupported(f"create {entity.name}")
    return write.create(company, entity, body, include)

"""Sends forms by e-mail: no mail leaves, but the form and the webhooks tell it (section 1.2)."""

from simulators.quickbooks.clock import stamp
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import business, fault
from simulators.quickbooks.schema import Entity
from simulators.quickbooks.schema.check import EMAIL
from simulators.quickbooks.wire import Record

DAY = 86_400


def send(company: Company, entity: Entity, record: Record, address: str) -> Record:
    """Mark a form as sent.

    Raises:
        ApiError: there is no address (6420), it is malformed (2210), or the daily limit is reached.
    """
    member = "POEmail" if entity.name == "PurchaseOrder" else "BillEmail"
    address = address or (record.get(member) or {}).get("Address", "")
    if not address:
        raise fault("6420", "An e-mail address is required to send the form", member)
    if not all(EMAIL.fullmatch(part.strip()) for part in address.split(",")):
        raise fault("2210", f"Email Address {address} is not valid", member)
    now = company.clock.epoch()
    company.sent = [at for at in company.sent if at > now - company.clock.scaled(DAY)]
    if company.switches.sandbox and len(company.sent) >= company.switches.send_limit:
        raise business("The daily limit of e-mails is reached")
    company.sent.append(now)
    values: Record = {
        "EmailStatus": "EmailSent",
        member: {"Address": address},
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": stamp(int(now))},
    }
    known = {name: value for name, value in values.items() if name in entity.shape.fields}
    merged = (company.get(entity.name, record["Id"]) or record) | known
    ordered = {name: merged[name] for name in entity.shape.fields if name in merged}
    return company.put(entity, ordered, operation="Emailed")

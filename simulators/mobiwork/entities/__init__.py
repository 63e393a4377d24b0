"""Every kind of record that the simulator keeps, by name."""

from simulators.mobiwork.entities.customer import CUSTOMER
from simulators.mobiwork.entities.invoice import INVOICE
from simulators.mobiwork.entities.payment import PAYMENT
from simulators.mobiwork.entities.product import PRODUCT

ENTITIES = {entity.name: entity for entity in (CUSTOMER, PRODUCT, INVOICE, PAYMENT)}

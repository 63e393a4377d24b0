"""Every kind of record that the simulator keeps, by name."""

from simulators.mobiwork.entities.buying import EXPENSE, PURCHASE_ORDER, VENDOR
from simulators.mobiwork.entities.customer import CUSTOMER
from simulators.mobiwork.entities.invoice import INVOICE
from simulators.mobiwork.entities.payment import PAYMENT
from simulators.mobiwork.entities.product import PRODUCT
from simulators.mobiwork.entities.selling import ESTIMATE, SALES_ORDER
from simulators.mobiwork.entities.service import RECURRENT_SERVICE, WORK_ORDER
from simulators.mobiwork.entities.settings import (
    INVENTORY,
    PRICE_LIST,
    SCHEDULE_CONSTRAINT,
    TAX,
    TERMS,
    USER,
)

ENTITIES = {
    entity.name: entity
    for entity in (
        CUSTOMER,
        PRODUCT,
        INVOICE,
        PAYMENT,
        ESTIMATE,
        SALES_ORDER,
        EXPENSE,
        WORK_ORDER,
        RECURRENT_SERVICE,
        PRICE_LIST,
        USER,
        VENDOR,
        PURCHASE_ORDER,
        TAX,
        TERMS,
        INVENTORY,
        SCHEDULE_CONSTRAINT,
    )
}

"""Which calls exist: one row per endpoint, each documented or assumed."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

type Evidence = Literal["documented", "assumed"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call: its path below the version number, its methods, and what carries it out."""

    entity: str
    operation: str
    methods: tuple[str, ...]
    path: str
    evidence: Evidence
    section: str

    @property
    def name(self) -> str:
        """How switches, faults and the journal call it, such as `invoice.list`."""
        return f"{self.entity}.{self.operation}" if self.entity else self.operation


POST = ("POST",)
GET = ("GET",)
BOTH = ("GET", "POST")
DOC: Evidence = "documented"
ASSUMED: Evidence = "assumed"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("", "authenticate", POST, "authenticate.html", DOC, "1.2"),
    Endpoint("customer", "view", GET, "customer/{id}/view.html", DOC, "3.1"),
    Endpoint("customer", "add", POST, "customer/add.html", DOC, "3.1"),
    Endpoint("customer", "edit", POST, "customer/{id}/edit.html", DOC, "3.1"),
    Endpoint("customer", "delete", GET, "customer/{id}/delete.html", DOC, "3.1"),
    Endpoint("customer", "list", POST, "customer/list.html", DOC, "3.1"),
    Endpoint(
        "customer", "addCredit", POST, "customer/addCustomerCreditPaymentOption.html", DOC, "3.1"
    ),
    Endpoint(
        "scheduleConstraint", "list", BOTH, "customer/{id}/scheduleConstraint/list.html", DOC, "3.1"
    ),
    Endpoint(
        "scheduleConstraint", "add", POST, "customer/{id}/scheduleConstraint/add.html", DOC, "3.1"
    ),
    Endpoint("product", "add", POST, "product/add.html", DOC, "3.3"),
    Endpoint("product", "list", POST, "product/list.html", DOC, "3.3"),
    Endpoint("product", "view", GET, "product/{id}/view.html", ASSUMED, "3.3"),
    Endpoint("product", "edit", POST, "product/{id}/edit.html", ASSUMED, "3.3"),
    Endpoint("product", "delete", GET, "product/{id}/delete.html", ASSUMED, "3.3"),
    Endpoint("pricelist", "add", POST, "pricelist/add.html", DOC, "3.5"),
    Endpoint("pricelist", "view", GET, "pricelist/{id}/view.html", DOC, "3.5"),
    Endpoint("pricelist", "viewByExternalId", POST, "pricelist/view.html", DOC, "3.5"),
    Endpoint("pricelist", "update", POST, "pricelist/{id}/update.html", DOC, "3.5"),
    Endpoint("pricelist", "list", POST, "pricelist/list.html", ASSUMED, "0.1"),
    Endpoint("invoice", "list", POST, "invoice/list.html", DOC, "3.6"),
    Endpoint("invoice", "view", GET, "invoice/{id}/view.html", ASSUMED, "3.6"),
    Endpoint("invoice", "add", POST, "invoice/add.html", ASSUMED, "3.6"),
    Endpoint("invoice", "edit", POST, "invoice/{id}/edit.html", ASSUMED, "6 row 10"),
    Endpoint("payment", "list", GET, "payment/list.html", DOC, "3.7"),
    Endpoint("payment", "view", GET, "payment/{id}/view.html", ASSUMED, "3.7"),
    Endpoint("payment", "add", POST, "payment/add.html", ASSUMED, "3.7"),
    Endpoint("estimate", "list", POST, "estimate/list.html", DOC, "3.8"),
    Endpoint("estimate", "view", GET, "estimate/{id}/view.html", ASSUMED, "3.8"),
    Endpoint("estimate", "add", POST, "estimate/add.html", ASSUMED, "3.8"),
    Endpoint("estimate", "edit", POST, "estimate/{id}/edit.html", ASSUMED, "3.8"),
    Endpoint("salesOrder", "updateStatus", POST, "salesOrder/{id}/updateStatus.html", DOC, "3.9"),
    Endpoint("salesOrder", "list", POST, "salesOrder/list.html", ASSUMED, "3.9"),
    Endpoint("salesOrder", "view", GET, "salesOrder/{id}/view.html", ASSUMED, "3.9"),
    Endpoint("salesOrder", "add", POST, "salesOrder/add.html", ASSUMED, "3.9"),
    Endpoint("salesOrder", "edit", POST, "salesOrder/{id}/edit.html", ASSUMED, "3.9"),
    Endpoint("expense", "list", POST, "expense/list.html", ASSUMED, "3.10"),
    Endpoint("expense", "view", GET, "expense/{id}/view.html", ASSUMED, "3.10"),
    Endpoint("expense", "add", POST, "expense/add.html", ASSUMED, "3.10"),
    Endpoint("workOrder", "list", POST, "workOrder/list.html", DOC, "3.11"),
    Endpoint("workOrder", "view", GET, "workOrder/{id}/view.html", ASSUMED, "3.11"),
    Endpoint("workOrder", "add", POST, "workOrder/add.html", ASSUMED, "3.11"),
    Endpoint("workOrder", "edit", POST, "workOrder/{id}/edit.html", ASSUMED, "3.11"),
    Endpoint("recurrentService", "add", POST, "recurrentService/add.html", DOC, "3.12"),
    Endpoint("recurrentService", "view", GET, "recurrentService/{id}/view.html", DOC, "3.12"),
    Endpoint("recurrentService", "list", POST, "recurrentService/list.html", ASSUMED, "1.6"),
    Endpoint("user", "list", POST, "user/list.html", DOC, "3.13"),
    Endpoint("user", "edit", POST, "user/{id}/edit.html", DOC, "3.13"),
    Endpoint("user", "view", GET, "user/{id}/view.html", ASSUMED, "3.13"),
    Endpoint("user", "add", POST, "user/add.html", ASSUMED, "3.13"),
    Endpoint("inventory", "list", POST, "user/inventory/list.html", ASSUMED, "6 row 15"),
    Endpoint("vendor", "list", POST, "vendor/list.html", ASSUMED, "6 row 18"),
    Endpoint("vendor", "view", GET, "vendor/{id}/view.html", ASSUMED, "6 row 18"),
    Endpoint("vendor", "add", POST, "vendor/add.html", ASSUMED, "6 row 18"),
    Endpoint("vendor", "edit", POST, "vendor/{id}/edit.html", ASSUMED, "6 row 18"),
    Endpoint("purchaseOrder", "list", POST, "purchaseOrder/list.html", ASSUMED, "6 row 19"),
    Endpoint("purchaseOrder", "view", GET, "purchaseOrder/{id}/view.html", ASSUMED, "6 row 19"),
    Endpoint("tax", "list", POST, "tax/list.html", ASSUMED, "6 row 21"),
    Endpoint("tax", "add", POST, "tax/add.html", ASSUMED, "6 row 21"),
    Endpoint("terms", "list", POST, "terms/list.html", ASSUMED, "6 row 22"),
    Endpoint("terms", "add", POST, "terms/add.html", ASSUMED, "6 row 22"),
    Endpoint(
        "customer",
        "updateIntegrationStatus",
        POST,
        "customer/{id}/updateIntegrationStatus.html",
        ASSUMED,
        "6 row 11",
    ),
    Endpoint(
        "invoice",
        "updateIntegrationStatus",
        POST,
        "invoice/{id}/updateIntegrationStatus.html",
        ASSUMED,
        "6 row 11",
    ),
    Endpoint(
        "payment",
        "updateIntegrationStatus",
        POST,
        "payment/{id}/updateIntegrationStatus.html",
        ASSUMED,
        "6 row 11",
    ),
)

BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


def find(path: str) -> tuple[Endpoint, str] | None:
    """The endpoint of a path such as `customer/700112/view.html`, and the id in it."""
    if "{" in path:
        return None
    if exact := BY_PATH.get(path):
        return exact, ""
    entity, _, rest = path.partition("/")
    record_id, _, action = rest.partition("/")
    endpoint = BY_PATH.get(f"{entity}/{{id}}/{action}")
    return (endpoint, record_id) if endpoint and record_id else None


@cache
def matching(pattern: str) -> frozenset[str]:
    """The names that `invoice.edit`, `tax.*` or `*.updateIntegrationStatus` mean.

    `assumed` means every call that is only assumed.
    """
    if pattern == "assumed":
        return frozenset(one.name for one in ENDPOINTS if one.evidence == "assumed")
    return frozenset(one.name for one in ENDPOINTS if fnmatchcase(one.name, pattern))

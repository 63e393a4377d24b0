"""Which calls exist: one row per endpoint, each documented or assumed."""

from dataclasses import dataclass
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

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("", "authenticate", POST, "authenticate.html", "documented", "1.2"),
    Endpoint("customer", "view", GET, "customer/{id}/view.html", "documented", "3.1"),
    Endpoint("customer", "add", POST, "customer/add.html", "documented", "3.1"),
    Endpoint("customer", "edit", POST, "customer/{id}/edit.html", "documented", "3.1"),
    Endpoint("customer", "delete", GET, "customer/{id}/delete.html", "documented", "3.1"),
    Endpoint("customer", "list", POST, "customer/list.html", "documented", "3.1"),
    Endpoint("product", "add", POST, "product/add.html", "documented", "3.3"),
    Endpoint("product", "list", POST, "product/list.html", "documented", "3.3"),
    Endpoint("product", "view", GET, "product/{id}/view.html", "assumed", "3.3"),
    Endpoint("product", "edit", POST, "product/{id}/edit.html", "assumed", "3.3"),
    Endpoint("product", "delete", GET, "product/{id}/delete.html", "assumed", "3.3"),
    Endpoint("invoice", "list", POST, "invoice/list.html", "documented", "3.6"),
    Endpoint("invoice", "view", GET, "invoice/{id}/view.html", "assumed", "3.6"),
    Endpoint("invoice", "add", POST, "invoice/add.html", "assumed", "3.6"),
    Endpoint("invoice", "edit", POST, "invoice/{id}/edit.html", "assumed", "6 row 10"),
    Endpoint("payment", "list", GET, "payment/list.html", "documented", "3.7"),
    Endpoint("payment", "view", GET, "payment/{id}/view.html", "assumed", "3.7"),
    Endpoint("payment", "add", POST, "payment/add.html", "assumed", "3.7"),
)

BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}
NAMES = frozenset(endpoint.name for endpoint in ENDPOINTS)


def find(path: str) -> tuple[Endpoint, str] | None:
    """The endpoint of a path such as `customer/700112/view.html`, and the id in it."""
    if exact := BY_PATH.get(path):
        return exact, ""
    entity, _, rest = path.partition("/")
    record_id, _, action = rest.partition("/")
    endpoint = BY_PATH.get(f"{entity}/{{id}}/{action}")
    return (endpoint, record_id) if endpoint and record_id != "{id}" else None

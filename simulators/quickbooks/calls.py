"""One request of the accounting API and its answer, apart from sockets and rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from simulators.quickbooks.clock import stamp_millis
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import fault, unsupported
from simulators.quickbooks.schema import ENTITIES, PATHS
from simulators.quickbooks.wire import Record, load
from simulators.quickbooks.xml_wire import known, read_xml

METERED = frozenset({"query", "batch", "cdc", "reports"})
SUBSCRIPTIONS = frozenset({"PAID", "TRIAL"})


@dataclass(slots=True)
class Call:
    """One request of the accounting API.

    `kind` is its class: core calls are free, coreplus calls are metered (5.2). `entity` names the
    entity, or the service, that it is about. `digest` is the hash of its body.
    """

    method: str
    parts: Sequence[str]
    params: dict[str, str]
    body: bytes = b""
    content_type: str = ""
    accept: str = "*/*"
    parsed: Any = None
    digest: bytes = field(init=False)
    head: str = field(init=False)
    kind: str = field(init=False)
    entity: str = field(init=False)

    def __post_init__(self) -> None:
        """Tell what the call is about."""
        self.digest = sha256(self.body).digest()
        self.head = head = self.parts[0].lower() if self.parts else ""
        self.kind = "coreplus" if self.method != "POST" or head in METERED else "core"
        found = PATHS.get(head)
        self.entity = found.name if found else head

    @property
    def path(self) -> str:
        """Return the path below the realm."""
        return "/".join(self.parts)

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Read the body once.

        Raises:
            ApiError: the body is not UTF-8 (500) or not JSON (2010).
        """
        if self.parsed is None:
            self.parsed = self._xml() if "xml" in self.content_type else parse_body(self.body)
        return self.parsed

    def _xml(self) -> Record:
        found = PATHS.get(self.head)
        if found is None:
            return _known_items(read_xml(self.body))
        read: Record = known(found.shape, read_xml(self.body, found.wire_name))
        return read


def _known_items(batch: Record) -> Record:
    """Keep of each record in a batch what the schema knows."""
    items = [
        {
            name: known(ENTITIES[name].shape, value) if name in ENTITIES else value
            for name, value in item.items()
        }
        for item in batch.get("BatchItemRequest", [])
        if isinstance(item, dict)
    ]
    return batch | {"BatchItemRequest": items} if items else batch


def parse_body(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON body as the service does.

    Raises:
        ApiError: the body is not UTF-8 (500) or not JSON (2010).
    """
    try:
        return load(raw)
    except UnicodeDecodeError as error:
        raise unsupported("with a body that is not UTF-8") from error
    except ValueError as error:
        raise fault(
            "2010",
            f"Property Name:Can not parse the request body: {str(error)[:120]}"
            " specified is unsupported or invalid",
        ) from error


@dataclass(slots=True)
class Answer:
    """What to send back: a JSON object, or bytes of another type."""

    body: Record | bytes
    status: int = 200
    content_type: str = "application/json"
    credits: int = 1


def now(company: Company) -> str:
    """Return the `time` of an answer."""
    return stamp_millis(company.clock.epoch())


def check_writable(company: Company) -> None:
    """Refuse writes to a company without a valid subscription.

    Raises:
        ApiError: 6190.
    """
    if company.switches.subscription not in SUBSCRIPTIONS:
        raise fault(
            "6190",
            "Subscription period has ended or canceled or there was a billing problem :"
            " You can't add data to QuickBooks Online because your subscription period ended",
        )

"""Maps paths of the accounting API to reads and writes; knows nothing of sockets."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from simulators.quickbooks import reads, write
from simulators.quickbooks.clock import stamp_millis
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault, unsupported
from simulators.quickbooks.schema import PATHS, Entity
from simulators.quickbooks.wire import Record, load

LONGEST_REQUEST_ID = 50
OPERATIONS = frozenset({"", "update", "delete", "void", "create"})
GOOD_SUBSCRIPTIONS = frozenset({"PAID", "TRIAL"})


@dataclass
class Call:
    """One request of the accounting API."""

    method: str
    parts: list[str]
    params: dict[str, str]
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    parsed: Any = None

    @property
    def path(self) -> str:
        """Return the path below the realm."""
        return "/".join(self.parts)

    @property
    def head(self) -> str:
        """Return the first part of the path."""
        return self.parts[0].lower() if self.parts else ""

    @property
    def kind(self) -> str:
        """Return the class of the call: core calls are free, coreplus calls are metered (5.2)."""
        if self.method != "POST" or self.head in {"query", "batch", "cdc", "reports"}:
            return "coreplus"
        return "core"

    @property
    def entity(self) -> str:
        """Name the entity, or the service, that the call is about."""
        found = PATHS.get(self.head)
        return found.name if found else self.head

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Read the body once.

        Raises:
            ApiError: the body is not UTF-8 (500) or not JSON (2010).
        """
        if self.parsed is None:
            self.parsed = parse_body(self.body)
        return self.parsed


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


@dataclass
class Answer:
    """What to send back: a JSON object, or bytes of another type."""

    body: Record | bytes
    status: int = 200
    content_type: str = "application/json"
    credits: int = 1


def run(company: Company, call: Call) -> Answer:
    """Answer a call; a refusal is an answer too."""
    try:
        return _dispatch(company, call)
    except ApiError as refusal:
        body = {"Fault": refusal.wire(), "time": now(company)}
        return Answer(body, refusal.status)


def now(company: Company) -> str:
    """Return the `time` of an answer."""
    return stamp_millis(company.clock.epoch())


def _dispatch(company: Company, call: Call) -> Answer:
    check_request_id(call)
    if call.method not in {"GET", "POST"}:
        raise unsupported(f"{call.method} on /v3/company/{company.realm}/{call.path}")
    special = SERVICES.get(call.head)
    if special is not None:
        return special(company, call)
    entity = PATHS.get(call.head)
    if entity is None:
        raise not_a_resource(company, call)
    if call.method == "GET":
        return _get(company, entity, call)
    return _post(company, entity, call)


def not_a_resource(company: Company, call: Call) -> ApiError:
    """Make the refusal of an unknown path, worded as recorded."""
    path = f"/v3/company/{company.realm}/{call.path}"
    return fault(
        "500",
        f"Operation Could not find resource for relative : {path} of full path:"
        f" https://qbo.intuit.com/qbo{path} is not supported.",
    )


def check_request_id(call: Call) -> None:
    """Check the form of a request id (section 1.4).

    Raises:
        ApiError: 2130.
    """
    request_id = call.params.get("requestid", "")
    if len(request_id) > LONGEST_REQUEST_ID:
        raise fault(
            "2130", f"Request ID is longer than {LONGEST_REQUEST_ID} characters", "requestid"
        )


def _get(company: Company, entity: Entity, call: Call) -> Answer:
    rest = call.parts[1:]
    if entity.kind == "single" and len(rest) <= 1:
        return wrapped(company, entity, reads.read(company, entity, "1"))
    if len(rest) == 1:
        return wrapped(company, entity, reads.read(company, entity, unquote(rest[0])))
    raise not_a_resource(company, call)


def _post(company: Company, entity: Entity, call: Call) -> Answer:
    if len(call.parts) != 1:
        raise not_a_resource(company, call)
    check_writable(company)
    body = call.json()
    operation = call.params.get("operation", "").lower()
    include = frozenset(call.params.get("include", "").lower().split(","))
    if operation not in OPERATIONS:
        raise unsupported(f"{operation} {entity.name}")
    if "void" in include:
        operation = "void"
    record = write_one(company, entity, operation, body, include)
    if operation == "delete":
        return Answer({entity.wire_name: record, "time": now(company)})
    return wrapped(company, entity, reads.present(company, entity, record))


def check_writable(company: Company) -> None:
    """Refuse writes to a company without a valid subscription (6190)."""
    if company.switches.subscription not in GOOD_SUBSCRIPTIONS:
        raise fault(
            "6190",
            "Subscription period has ended or canceled or there was a billing problem :"
            " You can't add data to QuickBooks Online because your trial or subscription period ended",
        )


def write_one(
    company: Company,
    entity: Entity,
    operation: str,
    body: Any,
    include: frozenset[str],  # noqa: ANN401
) -> Record:
    """Run one write, in a call of its own or in a batch."""
    if operation == "delete":
        return write.delete(company, entity, body)
    if operation == "void":
        return write.void(company, entity, body)
    is_update = isinstance(body, dict) and body.get("Id") not in (None, "", "0", 0)
    if operation == "update" or (is_update and operation != "create"):
        if not entity.can("update"):
            raise unsupported(f"update {entity.name}")
        return write.update(company, entity, body, include)
    if not entity.can("create"):
        raise unsupported(f"create {entity.name}")
    return write.create(company, entity, body, include)


def wrapped(company: Company, entity: Entity, record: Record) -> Answer:
    """Wrap one record under the key of its entity."""
    return Answer({entity.wire_name: record, "time": now(company)})


def _query(company: Company, call: Call) -> Answer:
    text = call.params.get("query", "")
    if call.method == "POST" and not text:
        try:
            text = call.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise unsupported("with a body that is not UTF-8") from error
        if text.startswith("query="):
            text = unquote(text[6:].replace("+", " "))
    if not text.strip():
        raise fault("4000", 'QueryParserError: Encountered "<EOF>" at line 0, column 0.')
    return Answer({"QueryResponse": reads.query(company, text), "time": now(company)})


def _cdc(company: Company, call: Call) -> Answer:
    blocks = reads.changes(
        company, call.params.get("entities", ""), call.params.get("changedSince", "")
    )
    return Answer({"CDCResponse": [{"QueryResponse": blocks}], "time": now(company)})


def body_hash(raw: bytes) -> str:
    """Return the hash under which the journal and the request ids know a body."""
    return sha256(raw).hexdigest()


SERVICES: dict[str, Any] = {"query": _query, "cdc": _cdc}

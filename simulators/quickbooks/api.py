"""Maps paths of the accounting API to reads and writes; knows nothing of sockets."""

from collections.abc import Callable, Generator
from dataclasses import replace
from urllib.parse import unquote

from simulators.quickbooks import batch, exchange, files, mail, reads, reports, taxservice
from simulators.quickbooks.calls import Answer, Call, check_writable, now
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault, unsupported
from simulators.quickbooks.operate import write_one
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.rules import customfields
from simulators.quickbooks.schema import PATHS, Entity
from simulators.quickbooks.wire import Record

LONGEST_REQUEST_ID = 50
NOTHING: frozenset[str] = frozenset()
OPERATIONS = frozenset({"", "update", "delete", "void", "create"})


def run(company: Company, call: Call, memory: RequestIds) -> Answer:
    """Answer a call; a refusal is an answer too."""
    try:
        return _shown(company, call, _dispatch(company, call, memory))
    except ApiError as refusal:
        return _refused(company, refusal)


def batch_pieces(company: Company, call: Call, memory: RequestIds) -> Generator[None, None, Answer]:
    """Answer a batch, pausing before each of its writes."""
    try:
        check_request_id(call)
        return _shown(company, call, (yield from batch.pieces(company, call, memory)))
    except ApiError as refusal:
        return _refused(company, refusal)


def _shown(company: Company, call: Call, answer: Answer) -> Answer:
    body = customfields.shown(company, answer.body, call.params.get("include", ""))
    return answer if body is answer.body else replace(answer, body=body)


def _refused(company: Company, refusal: ApiError) -> Answer:
    return Answer({"Fault": refusal.wire(), "time": now(company)}, refusal.status)


def _dispatch(company: Company, call: Call, memory: RequestIds) -> Answer:
    check_request_id(call)
    if call.method not in {"GET", "POST"}:
        raise unsupported(f"{call.method} on /v3/company/{company.realm}/{call.path}")
    if call.head == "batch" and call.method == "POST":
        return batch.run(company, call, memory)
    service = SERVICES.get((call.method, call.head))
    if service is not None:
        return service(company, call)
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
    if entity.name == "ExchangeRate" and not rest:
        return wrapped(company, entity, exchange.read(company, call.params))
    if len(rest) == 2 and rest[1].lower() == "pdf" and entity.can("pdf"):  # noqa: PLR2004
        record = reads.read(company, entity, rest[0])
        return Answer(files.printed(company, entity.name, record), content_type="application/pdf")
    if len(rest) == 1:
        record = reads.read(company, entity, unquote(rest[0]))
        return wrapped(company, entity, reads.with_link(company, entity, record, call.params))
    raise not_a_resource(company, call)


def _post(company: Company, entity: Entity, call: Call) -> Answer:
    check_writable(company)
    if len(call.parts) == 3 and call.parts[2].lower() == "send" and entity.can("send"):  # noqa: PLR2004
        record = reads.read(company, entity, call.parts[1])
        return wrapped(
            company, entity, mail.send(company, entity, record, call.params.get("sendTo", ""))
        )
    if len(call.parts) != 1:
        raise not_a_resource(company, call)
    body = call.json()
    operation = call.params.get("operation", "").lower()
    asked = call.params.get("include")
    include = frozenset(asked.lower().split(",")) if asked else NOTHING
    if operation not in OPERATIONS:
        raise unsupported(f"{operation} {entity.name}")
    if "void" in include:
        operation = "void"
    record = write_one(company, entity, operation, body, include)
    if operation == "delete":
        return Answer({entity.wire_name: record, "time": now(company)})
    shown = (
        record if entity.name == "RecurringTransaction" else reads.present(company, entity, record)
    )
    return wrapped(company, entity, shown)


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


def _upload(company: Company, call: Call) -> Answer:
    check_writable(company)
    if len(call.body) > company.switches.max_body_mb * 1024 * 1024:
        refusal = fault("6030", "The upload is too large")
        return Answer({"Fault": refusal.wire(), "time": now(company)}, 413)
    stored = files.upload(company, call.content_type, call.body)
    return Answer({"AttachableResponse": stored, "time": now(company)})


def _download(company: Company, call: Call) -> Answer:
    key = call.parts[1] if len(call.parts) > 1 else ""
    if key not in company.files:
        raise fault("610", f"Object Not Found : attachment {key}")
    return Answer(files.link(company, key).encode(), content_type="text/plain")


def _tax_service(company: Company, call: Call) -> Answer:
    if [part.lower() for part in call.parts] != ["taxservice", "taxcode"]:
        raise not_a_resource(company, call)
    check_writable(company)
    return Answer(taxservice.create(company, call.json()) | {"time": now(company)})


def _report(company: Company, call: Call) -> Answer:
    if len(call.parts) != 2:  # noqa: PLR2004 - reports and a name
        raise not_a_resource(company, call)
    return Answer(reports.run(company, call.parts[1], call.params))


SERVICES: dict[tuple[str, str], Callable[[Company, Call], Answer]] = {
    ("GET", "query"): _query,
    ("POST", "query"): _query,
    ("GET", "cdc"): _cdc,
    ("POST", "upload"): _upload,
    ("GET", "download"): _download,
    ("POST", "taxservice"): _tax_service,
    ("GET", "reports"): _report,
}

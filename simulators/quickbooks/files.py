"""Attachments: multipart uploads, downloads by temporary links, and printed forms as PDF (6.23)."""

import base64
import binascii
import hashlib
import hmac
import re
from typing import Any

from simulators.quickbooks import write
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.wire import Record, load
from simulators.quickbooks.xml_wire import known, read_xml

LINK_SECONDS = 900
UNKNOWN_TYPE = "application/octet-stream"
KINDS = frozenset(
    [
        "ai",
        "csv",
        "doc",
        "docx",
        "eps",
        "gif",
        "jpeg",
        "jpg",
        "ods",
        "pdf",
        "png",
        "rtf",
        "tif",
        "txt",
        "xls",
        "xlsx",
        "xml",
    ]
)
HEADER = re.compile(rb"\A(.*?)\r?\n\r?\n(.*)\Z", re.DOTALL)
PART = re.compile(r"file_(metadata|content)_(\w+)")
KEY = b"simulated link key"
ATTACHABLE = ENTITIES["Attachable"]


def upload(company: Company, content_type: str, body: bytes) -> list[Record]:
    """Store the files of an upload; each part has its own answer or fault.

    Raises:
        ApiError: the request is no multipart body, or has no file in it.
    """
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if boundary is None:
        raise fault("6040", "The request is not multipart/form-data")
    parts: dict[str, dict[str, tuple[dict[str, str], bytes]]] = {}
    for raw in body.split(b"--" + boundary[1].encode())[1:-1]:
        headers, content = _part(raw)
        found = PART.search(headers.get("content-disposition", ""))
        if found:
            parts.setdefault(found[2], {})[found[1]] = (headers, content)
    if not parts:
        raise fault("6040", "The request has no file")
    return [_answered(company, pair) for pair in parts.values()]


def _part(raw: bytes) -> tuple[dict[str, str], bytes]:
    found = HEADER.match(raw.removeprefix(b"\r\n").removeprefix(b"\n"))
    if found is None:
        return {}, b""
    lines = found[1].decode("utf-8", "replace").splitlines()
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    content = found[2].removesuffix(b"\n").removesuffix(b"\r")
    return headers, content


def _decoded(headers: dict[str, str], content: bytes) -> bytes:
    if headers.get("content-transfer-encoding", "").lower() != "base64":
        return content
    try:
        return base64.b64decode(content)
    except binascii.Error as error:
        raise fault("6040", "The content is not base64") from error


def _answered(company: Company, pair: dict[str, tuple[dict[str, str], bytes]]) -> Record:
    try:
        return {"Attachable": _store(company, pair)}
    except ApiError as refusal:
        return {"Fault": refusal.wire()}


def _store(company: Company, pair: dict[str, tuple[dict[str, str], bytes]]) -> Record:
    try:
        body: Any = _described(*pair["metadata"]) if "metadata" in pair else {}
    except ValueError as error:
        raise fault("6040", "The metadata is neither JSON nor XML") from error
    if not isinstance(body, dict):
        raise fault("6040", "The metadata is not an Attachable")
    if "content" not in pair:
        raise fault("6040", "The file content is missing")
    headers, raw = pair["content"]
    content = _decoded(headers, raw)
    name = re.search(r'filename="([^"]*)"', headers.get("content-disposition", ""))
    body["FileName"] = body.get("FileName") or (name[1] if name else "file.txt")
    body["ContentType"] = body.get("ContentType") or headers.get("content-type", UNKNOWN_TYPE)
    if _kind(str(body["FileName"]), str(body["ContentType"])) not in KINDS:
        raise fault("6041", f"The file type of {body['FileName']} is not allowed")
    stored = write.create(company, ATTACHABLE, body)
    key = stored["Id"]
    company.files[key] = content
    company.stores["Attachable"].put(
        key,
        write.ordered(
            ATTACHABLE,
            stored
            | {
                "Size": len(content),
                "FileAccessUri": f"/v3/company/{company.realm}/download/{key}",
            },
        ),
    )
    return present(company, company.get("Attachable", key) or {})


def _described(headers: dict[str, str], raw: bytes) -> Any:  # noqa: ANN401 - a request body
    content = _decoded(headers, raw)
    if not content.lstrip().startswith(b"<"):
        return load(content)
    return known(ATTACHABLE.shape, read_xml(content, ATTACHABLE.wire_name))


def _kind(name: str, content_type: str) -> str:
    """Return the kind of a file: its extension, else what its content type says."""
    if "." in name:
        return name.rpartition(".")[2].lower()
    kind = content_type.partition(";")[0].rpartition("/")[2].strip().lower()
    return "txt" if kind == "plain" else kind


def present(company: Company, record: Record) -> Record:
    """Show an attachment with a fresh temporary link."""
    if record["Id"] not in company.files:
        return record
    return write.ordered(ATTACHABLE, record | {"TempDownloadUri": link(company, record["Id"])})


def link(company: Company, key: str) -> str:
    """Sign a link to a file that lives for 15 minutes."""
    expires = int(company.clock.epoch() + LINK_SECONDS)
    return (
        f"{company.base}/_files/{company.realm}/{key}/{expires}/{_signature(company, key, expires)}"
    )


def by_link(company: Company, key: str, expires: int, signature: str) -> bytes | None:
    """Return the file of a valid link."""
    right = hmac.compare_digest(signature, _signature(company, key, expires))
    if not right or expires < company.clock.epoch():
        return None
    return company.files.get(key)


def _signature(company: Company, key: str, expires: int) -> str:
    text = f"{company.realm}/{key}/{expires}".encode()
    return hmac.new(KEY, text, hashlib.sha256).hexdigest()


def printed(company: Company, entity: str, record: Record) -> bytes:
    """Print a form as a one-page PDF."""
    info = company.get("CompanyInfo", "1") or {}
    who = (record.get("CustomerRef") or record.get("VendorRef") or {}).get("name", "")
    lines = [
        str(info.get("CompanyName", "")),
        f"{entity} {record.get('DocNumber') or record['Id']}",
        f"Date {record.get('TxnDate', '')}",
        f"To {who}",
        *(f"{row.get('Description') or row.get('DetailType', '')}  {row.get('Amount', '')}"
          for row in record.get("Line", [])[:40]),
        f"Total {record.get('TotalAmt', '')}",
    ]  # fmt: skip
    return _pdf(lines)


def _pdf(lines: list[str]) -> bytes:
    shown = [re.sub(r"([\\()])", r"\\\1", line) for line in lines]
    text = "BT /F1 11 Tf 14 TL 50 760 Td " + " ".join(f"({line}) Tj T*" for line in shown) + " ET"
    stream = text.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )

"""Remembers the answers of writes by their request id (section 1.4)."""

from collections import OrderedDict
from typing import Any

from simulators.quickbooks.calls import Answer, Call, now
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, fault

MOST = 50_000


class RequestIds:
    """The memory of one company: request id to fingerprint, time and answer."""

    def __init__(self) -> None:
        self.seen: OrderedDict[str, tuple[str, float, Any]] = OrderedDict()

    def recall(self, company: Company, call: Call) -> Answer | None:
        """Return the remembered answer of a repeated write, or a refusal, or None."""
        key = call.params.get("requestid")
        if not key or call.method != "POST" or call.kind != "core":
            return None
        try:
            body = self.find(company, key, _fingerprint(call))
        except ApiError as refusal:
            return Answer({"Fault": refusal.wire(), "time": now(company)}, refusal.status)
        return None if body is None else Answer(body)

    def remember(self, company: Company, call: Call, answer: Answer) -> None:
        """Keep the answer of a successful write."""
        key = call.params.get("requestid")
        if key and call.method == "POST" and call.kind == "core" and answer.status == 200:  # noqa: PLR2004
            self.keep(company, key, _fingerprint(call), answer.body)

    def find(self, company: Company, key: str, fingerprint: str) -> Any:  # noqa: ANN401 - a body
        """Return what a request id was answered, or None.

        Raises:
            ApiError: 600, it may not be used again, or not for something else.
        """
        switches, found = company.switches, self.seen.get(key)
        if found is None or switches.requestid == "forget":
            return None
        known, at, body = found
        if company.clock.epoch() - at > company.clock.scaled(switches.requestid_minutes * 60):
            del self.seen[key]
            return None
        if switches.requestid == "replay":
            return body
        if switches.requestid == "strict" and fingerprint == known:
            return body
        raise fault("600", f"Duplicate Request ID : {key} was used before")

    def keep(self, company: Company, key: str, fingerprint: str, body: Any) -> None:  # noqa: ANN401
        """Keep the answer that a request id had; the oldest are forgotten."""
        self.seen[key] = (fingerprint, company.clock.epoch(), body)
        while len(self.seen) > MOST:
            self.seen.popitem(last=False)

    def dump(self) -> list[list[Any]]:
        """Return the memory as JSON values."""
        return [[key, *row] for key, row in self.seen.items()]

    def load(self, saved: list[list[Any]]) -> None:
        """Take back a saved memory."""
        for key, fingerprint, at, body in saved:
            self.seen[key] = (fingerprint, float(at), body)


def _fingerprint(call: Call) -> str:
    params = sorted(
        (k, v) for k, v in call.params.items() if k not in {"requestid", "minorversion"}
    )
    return f"{call.path.lower()}?{params}#{call.digest.hex()}"

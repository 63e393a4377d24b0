"""The faults of the accounting service and of its gateway, and their two JSON shapes."""

from dataclasses import dataclass, field
from typing import Any

MESSAGES: dict[str, str] = {
    "100": "General Error",
    "110": "OAuth Authentication Error",
    "120": "Authorization Failure",
    "130": "Accessing Wrong Cluster",
    "140": "Company Locked Out",
    "150": "Company Under Maintenance",
    "500": "Unsupported Operation",
    "600": "Duplicate Request ID",
    "610": "Object Not Found",
    "620": "Transaction cannot be linked",
    "700": "Invalid Parent",
    "800": "Object cannot be deleted",
    "900": "Invalid Parent",
    "1000": "Operation Failed",
    "1010": "Create Failed",
    "1020": "Update Failed",
    "1040": "Batch size exceeded the limit",
    "2000": "Invalid Object Name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid String",
    "2050": "Invalid String Length",
    "2060": "Invalid Date",
    "2070": "Invalid Date",
    "2080": "Invalid Number",
    "2090": "Invalid Number",
    "2100": "Invalid Decimal",
    "2110": "Invalid Decimal",
    "2120": "Invalid Type",
    "2130": "Invalid Request ID",
    "2140": "Invalid Amount",
    "2150": "Invalid Percent",
    "2160": "Invalid Quantity",
    "2170": "Invalid Enumeration",
    "2210": "Invalid Email Address format",
    "2220": "Invalid Currency",
    "2290": "Negative amount is not supported",
    "2500": "Invalid Reference Id",
    "2600": "Conflicting elements",
    "3000": "Invalid Custom Field",
    "3202": "Empty OAuth Field",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "4002": "Query could not be processed",
    "5000": "Deprecated Field",
    "5010": "Stale Object Error",
    "5020": "Permission Denied Error",
    "5030": "Feature Not Supported Error",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Invalid Account Type",
    "6030": "Attachment size exceeds the limit",
    "6040": "Invalid Attachment Metadata",
    "6041": "Invalid Attachment File Type",
    "6050": "Entity cannot have an attachment",
    "6070": "Amount is not equal to UnitPrice * Qty",
    "6080": "Name Required",
    "6090": "Discount amount or percent required",
    "6100": "Invalid Tax Code",
    "6130": "Bill with parent cannot be changed",
    "6140": "Duplicate Document Number Error",
    "6150": "Parent Required",
    "6160": "Invalid Tax Code",
    "6170": "Tax detail not allowed",
    "6180": "Sub level limit exceeded",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed",
    "6210": "Account Period Closed, Cannot Update Through Services API",
    "6220": "Entity has a balance",
    "6230": "Invalid Tax Code",
    "6240": "Duplicate Name Exists Error",
    "6250": "Sales customer missing or inactive",
    "6270": "Transaction date is prior to start date for inventory item",
    "6280": "Customer has unbilled charges",
    "6310": "Customer required",
    "6400": "Deleting the purchase would invalidate an invoice",
    "6420": "Email address required",
    "6430": "Invalid account type used",
    "6440": "Line needs an item or an account",
    "6450": "Void failed: the transaction is already settled",
    "6470": "Tax liability account error",
    "6480": "Matched transaction cannot be deleted",
    "6520": "Inventory item quantity required",
    "6540": "Deposited Transaction cannot be changed",
    "10000": "An application error has occurred while processing your request",
    "10100": "Result set too big",
    "10200": "Company Reset",
}
# The recorded answers of these carry no `element` at all; all others carry at least an empty one.
WITHOUT_ELEMENT = frozenset({"500", "2010", "4000", "4001", "6240"})


@dataclass(frozen=True)
class FaultError:
    """One entry of a Fault (section 1.6, shape A)."""

    code: str
    detail: str = ""
    element: str | None = None
    message: str = ""

    def wire(self) -> dict[str, Any]:
        """Render as JSON members in the order of the recordings."""
        wire = {"Message": self.message or MESSAGES[self.code]}
        if self.detail:
            wire["Detail"] = self.detail
        wire["code"] = self.code
        if self.element is not None or self.code not in WITHOUT_ELEMENT:
            wire["element"] = self.element or ""
        return wire


@dataclass
class ApiError(Exception):
    """A request that the accounting service refuses; several errors in one answer."""

    errors: list[FaultError] = field(default_factory=list)
    status: int = 400
    kind: str = "ValidationFault"

    def wire(self) -> dict[str, Any]:
        """Render the Fault object (shape A)."""
        return {"Error": [error.wire() for error in self.errors], "type": self.kind}


@dataclass
class GatewayError(Exception):
    """A request that the gateway refuses before the accounting service sees it (shape B)."""

    status: int
    code: str
    name: str
    detail: str
    kind: str

    def wire(self, millis: int) -> dict[str, Any]:
        """Render the gateway's body with its many empty members."""
        message = f"message={self.name}; errorCode={self.code:0>6}; statusCode={self.status}"
        error = {"message": message, "detail": self.detail, "code": self.code, "element": None}
        return {
            "warnings": None,
            "intuitObject": None,
            "fault": {"error": [error], "type": self.kind},
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": millis,
            "status": None,
            "cdcresponse": [],
        }

    def wire_xml(self, time: str) -> dict[str, Any]:
        """Render what clients of XML get: the same in shape A."""
        message = f"message={self.name}; errorCode={self.code:0>6}; statusCode={self.status}"
        error = {"Message": message, "Detail": self.detail, "code": self.code}
        return {"Fault": {"Error": [error], "type": self.kind}, "time": time}


def fault(code: str, detail: str = "", element: str | None = None) -> ApiError:
    """Make a refusal with one error."""
    return ApiError([FaultError(code, detail, element)])


def business(detail: str, element: str | None = None) -> ApiError:
    """Make the catch-all 6000, of which only the detail tells the cause."""
    return fault("6000", f"Business Validation Error: {detail}", element)


def unsupported(what: str) -> ApiError:
    """Make the answer to an unknown path or an operation that an entity does not have."""
    return fault("500", f"Operation {what} is not supported.")


def unauthorized(detail: str) -> GatewayError:
    """Make the 401 of a missing, wrong or expired token."""
    return GatewayError(401, "3200", "AuthenticationFailed", detail, "AUTHENTICATION")


def forbidden(detail: str) -> GatewayError:
    """Make the 403 of a realm that the token is not for."""
    return GatewayError(403, "3100", "ApplicationAuthorizationFailed", detail, "SERVICE")


def throttled(detail: str = "The request limit was reached.") -> GatewayError:
    """Make the 429 of a limit."""
    return GatewayError(429, "3001", "ThrottleExceeded", detail, "SERVICE")

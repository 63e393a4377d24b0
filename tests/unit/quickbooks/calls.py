"""What the tests of the client share: records, a create and what was sent."""

from typing import Any

import pytest
import requests
import responses

from connector.errors import ConnectorError
from tests.unit.quickbooks.parts import Company

CUSTOMER = {"Id": "412", "SyncToken": "0", "DisplayName": "Harbor Cafe"}
INVOICE = {"Id": "129", "SyncToken": "4", "DocNumber": "1042"}
BODY = {"DisplayName": "Harbor Cafe"}


def create(company: Company) -> dict[str, Any]:
    return company.client.create("Customer", BODY, requestid="r-1")


def failure(company: Company) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        create(company)
    return raised.value


def sent(remote: responses.RequestsMock, index: int = -1) -> requests.PreparedRequest:
    request: requests.PreparedRequest = remote.calls[index].request
    return request

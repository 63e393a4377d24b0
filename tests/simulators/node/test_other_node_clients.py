"""Drives the simulator with intuit-oauth for Node and quickbooks-node-promise, over HTTP."""

import json
import re
import subprocess
from typing import Any

import pytest

from simulators.quickbooks.world import REALM
from tests.simulators.node.conftest import HERE, Client, RefusedError
from tests.simulators.quickbooks.conftest import REDIRECT, SCOPE, Simulator


def callback(app: Simulator, address: str) -> str:
    form = dict(pair.split("=", 1) for pair in address.partition("?")[2].split("&") if pair)
    answer = app.authorize(state=form["state"])
    return f"{REDIRECT}?code={answer['code']}&state={answer['state']}&realmId={answer['realmId']}"


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    packages = [found for path, found in lock["packages"].items() if path]
    assert {"resolved"} & {key for found in packages for key in found} == set()
    assert all(found["integrity"].startswith("sha512-") for found in packages)


def test_intuit_oauth_takes_a_consent_to_a_call(app: Simulator, oauth: Client) -> None:
    address = oauth.authorizeUri({"scope": [SCOPE], "state": "s1"})
    assert address.startswith(f"{app.url}/connect/oauth2?")
    issued = oauth.createToken(callback(app, address))
    assert (issued["token_type"], issued["expires_in"]) == ("bearer", 3600)
    url = f"{app.url}/v3/company/{REALM}/companyinfo/{REALM}?minorversion=75"
    answer = oauth.makeApiCall({"url": url})
    assert answer["json"]["CompanyInfo"]["Country"] == "US"
    assert answer["headers"]["intuit_tid"].startswith("1-")


def test_intuit_oauth_refreshes_and_revokes(app: Simulator, oauth: Client) -> None:
    oauth.createToken(callback(app, oauth.authorizeUri({"scope": SCOPE, "state": "s2"})))
    refreshed = oauth.refresh()
    oauth.revoke({"refresh_token": refreshed["refresh_token"]})
    with pytest.raises(RefusedError) as refusal:
        oauth.refreshUsingToken(refreshed["refresh_token"])
    assert refusal.value.message == "invalid_grant"


def test_the_hard_end_of_a_consent_is_not_told_unasked(app: Simulator, oauth: Client) -> None:
    code = app.authorize()["code"]
    issued = oauth.createToken(f"{REDIRECT}?code={code}&realmId={REALM}")
    assert "x_refresh_token_hard_expires_in" not in issued


def test_intuit_oauth_accepts_the_id_token_of_an_openid_consent(
    app: Simulator, oauth: Client
) -> None:
    code = app.authorize(f"{SCOPE} openid profile email")["code"]
    oauth.createToken(f"{REDIRECT}?code={code}&realmId={REALM}")
    assert oauth.validateIdToken() is True
    assert oauth.getUserInfo()["email"] == "owner@company.example"


def test_intuit_oauth_throws_the_fault_of_a_refused_call(app: Simulator, oauth: Client) -> None:
    code = app.authorize()["code"]
    oauth.createToken(f"{REDIRECT}?code={code}&realmId={REALM}")
    url = f"{app.url}/v3/company/{REALM}/customer"
    body = {"DisplayName": "no:colons"}
    with pytest.raises(RefusedError) as refusal:
        oauth.makeApiCall({"url": url, "method": "POST", "body": body})
    assert refusal.value.message == "Invalid String"


@pytest.fixture
def connected(app: Simulator, promise: Client) -> Client:
    promise.createToken(app.authorize()["code"])
    return promise


def rows(found: Any, entity: str) -> list[dict[str, Any]]:
    return list(found["QueryResponse"].get(entity, []))


def test_the_promise_client_exchanges_refreshes_and_revokes(
    app: Simulator, connected: Client
) -> None:
    issued = connected.refreshAccessToken()
    connected.revokeAccess(True)
    answer = app.tokens(grant_type="refresh_token", refresh_token=issued["refresh_token"])
    assert answer.json()["error"] == "invalid_grant"


def test_the_promise_client_creates_changes_and_finds(connected: Client) -> None:
    made = connected.createCustomer({"DisplayName": "Promised Land"})
    head = {"Id": made["Customer"]["Id"], "SyncToken": "0", "sparse": True}
    connected.updateCustomer(head | {"CompanyName": "Land Ltd"})
    found = connected.findCustomers({"DisplayName": "Promised Land"})
    assert [customer["CompanyName"] for customer in rows(found, "Customer")] == ["Land Ltd"]
    assert made["specialHeaders"]["intuitTid"].startswith("1-")


def test_the_promise_client_counts_and_walks_pages(connected: Client) -> None:
    count = connected.countAccounts()["QueryResponse"]["totalCount"]
    found = connected.findAccounts({"limit": 1000, "sort": ["Name", "DESC"]})
    names = [account["Name"].casefold() for account in rows(found, "Account")]
    assert (len(names), names) == (count, sorted(names, reverse=True))


def test_the_promise_client_prints_an_invoice(connected: Client) -> None:
    invoice = rows(connected.findInvoices({"limit": 1}), "Invoice")[0]
    assert "$bytes" in connected.getInvoicePdf(invoice["Id"])


def test_the_node_snippet_of_the_docs_runs_as_it_is_printed(node: str, app: Simulator) -> None:
    page = (HERE.parents[2] / "docs" / "simulators.md").read_text()
    snippet = re.search(r"^```js\n(.*?)^```$", page, re.M | re.S)
    assert snippet
    script = snippet[1].replace("http://127.0.0.1:8801", app.url)
    done = subprocess.run(  # noqa: S603
        [node, "-"], cwd=HERE, input=script, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.returncode) == ("Harbor Cafe by Node\n", 0), done.stderr

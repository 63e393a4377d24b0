from pathlib import Path
from typing import Any

import pytest

from local.template import Deployable, Source, deployable

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def ready() -> Deployable:
    return deployable(Source(root=ROOT, logs=Path("/logs")), "http://127.0.0.1:4600")


def of_kind(ready: Deployable, kind: str) -> dict[str, Any]:
    found = ready.template["Resources"].items()
    return {name: it["Properties"] for name, it in found if it["Type"] == kind}


def test_every_route_of_the_template_is_a_resource_with_its_authorisation(
    ready: Deployable,
) -> None:
    routes = of_kind(ready, "AWS::ApiGatewayV2::Route").values()

    open_to_all = {
        "ANY /connections/callback",
        "ANY /console",
        "ANY /console/{proxy+}",
        "ANY /webhooks/mobiwork/{connection_id}",
        "POST /webhooks/quickbooks",
    }
    told = {one["RouteKey"]: one["AuthorizationType"] for one in routes}
    assert {key for key, kind in told.items() if kind == "NONE"} == open_to_all
    assert {kind for key, kind in told.items() if key not in open_to_all} == {"AWS_IAM"}
    assert "ANY /connections/{connection_id}/settings" in told


def test_a_route_leads_to_the_function_that_has_it(ready: Deployable) -> None:
    routes = of_kind(ready, "AWS::ApiGatewayV2::Route").items()
    (name,) = [name for name, it in routes if it["RouteKey"] == "ANY /connections"]
    integration = name.removesuffix("Route") + "Integration"

    assert of_kind(ready, "AWS::ApiGatewayV2::Integration")[integration]["IntegrationUri"] == {
        "Fn::GetAtt": ["ServeConnectionsFunction", "Arn"]
    }


def test_no_api_has_a_body_that_the_emulator_would_not_read(ready: Deployable) -> None:
    assert [it for it in of_kind(ready, "AWS::ApiGatewayV2::Api").values() if "Body" in it] == []


def test_whoever_tells_people_where_the_api_is_tells_the_loopback_address(
    ready: Deployable,
) -> None:
    function = ready.template["Resources"]["ServeConnectionsFunction"]["Properties"]

    assert function["Environment"]["Variables"]["API_URL"] == {
        "Fn::Sub": "http://127.0.0.1:4600/_aws/execute-api/${Api}/$default"
    }

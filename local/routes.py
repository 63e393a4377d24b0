"""The routes of the API as resources: the emulator reads no OpenAPI body.

SAM makes of each `HttpApi` event an entry in the body of its API, and AWS makes the routes of it.
"""

import re
from collections.abc import Iterator
from typing import Any

API = "AWS::ApiGatewayV2::Api"
ANY = "x-amazon-apigateway-any-method"
FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}")

type Resources = dict[str, Any]


def open_routes(template: dict[str, Any]) -> None:
    """Give every API of a translated template its routes, in place of the body that has them."""
    resources: Resources = template["Resources"]
    for name in [name for name, it in resources.items() if it["Type"] == API]:
        properties = resources[name]["Properties"]
        body = properties.pop("Body")
        properties |= {"Name": body["info"]["title"], "ProtocolType": "HTTP"}
        for path, methods in body["paths"].items():
            for method, operation in methods.items():
                resources |= _route(name, path, method, operation)


def _route(api: str, path: str, method: str, operation: dict[str, Any]) -> Resources:
    """Return a route and its integration, named after the function and the path."""
    integration = operation["x-amazon-apigateway-integration"]
    (function,) = FUNCTION.findall(integration["uri"]["Fn::Sub"])
    verb = "ANY" if method == ANY else method.upper()
    name = "".join(_words(f"{verb} {path}"))
    signed = any("AWS_IAM" in one for one in operation.get("security", ()))
    return {
        f"{name}Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": [function, "Arn"]},
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            },
        },
        f"{name}Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": api},
                "RouteKey": f"{verb} {path}",
                "AuthorizationType": "AWS_IAM" if signed else "NONE",
                "Target": {"Fn::Sub": f"integrations/${{{name}Integration}}"},
            },
        },
    }


def _words(text: str) -> Iterator[str]:
    return (word.capitalize() for word in re.findall(r"[A-Za-z]+", text))

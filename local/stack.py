"""Create or update the stack in the emulator from the real template."""

import json
from collections.abc import Mapping

from botocore.exceptions import ClientError, WaiterError

from local.emulator import Emulator
from local.template import BUCKET, Deployable, Source, deployable

STACK = "mobiwork-quickbooks"
Outputs = dict[str, str]


class StackError(Exception):
    """The stack could not be created or updated; the text is the emulator's reason."""


def deploy(
    emulator: Emulator, source: Source, parameters: Mapping[str, str], *, name: str = STACK
) -> Outputs:
    """Create the stack, or update it when it is there; returns its outputs.

    Raises:
        StackError: the emulator refused a resource.
    """
    source.logs.mkdir(parents=True, exist_ok=True)
    ready = deployable(source, emulator.endpoint)
    wanted = {
        "StackName": name,
        "TemplateURL": _upload(emulator, ready),
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    }
    cloudformation = emulator.client("cloudformation")
    if _exists(emulator, name):
        _update(emulator, name, wanted)
    else:
        cloudformation.create_stack(**wanted)
        _wait(emulator, name, "stack_create_complete")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _upload(emulator: Emulator, ready: Deployable) -> str:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    template = json.dumps(ready.template).encode()
    for key, content in ({"template.json": template} | dict(ready.uploads)).items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return f"{emulator.endpoint}/{BUCKET}/template.json"


def _exists(emulator: Emulator, name: str) -> bool:
    try:
        emulator.client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise
    return True


def _update(emulator: Emulator, name: str, wanted: Mapping[str, object]) -> None:
    try:
        emulator.client("cloudformation").update_stack(**wanted)
    except ClientError as error:
        if "No updates are to be performed" in error.response["Error"]["Message"]:
            return
        raise
    _wait(emulator, name, "stack_update_complete")


def _wait(emulator: Emulator, name: str, until: str) -> None:
    cloudformation = emulator.client("cloudformation")
    try:
        cloudformation.get_waiter(until).wait(
            StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 3000}
        )
    except WaiterError as error:
        raise StackError(_first_failure(emulator, name)) from error


def _first_failure(emulator: Emulator, name: str) -> str:
    # Newest first, a hundred to a page: the first failure comes before all that was rolled back.
    pages = emulator.client("cloudformation").get_paginator("describe_stack_events")
    told = [it for page in pages.paginate(StackName=name) for it in page["StackEvents"]]
    failed = [it for it in told if it["ResourceStatus"].endswith("FAILED")]
    reasons = [f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in failed]
    return reasons[-1] if reasons else "the stack failed without a reason"

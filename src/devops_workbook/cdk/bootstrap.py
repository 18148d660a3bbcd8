"""Bootstrap an account and region: the stack of what the CDK deploys with."""

from __future__ import annotations

from pathlib import Path

from botocore.exceptions import ClientError

from devops_workbook.cdk.assembly import StackArtifact
from devops_workbook.cdk.clients import client
from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.runtime import say
from devops_workbook.cdk.stacks import execute, fresh_change_set

STACK = "CDKToolkit"
_TEMPLATE = Path(__file__).with_name("bootstrap.yaml")
_CHANGE_SET = "cdk-bootstrap-change-set"


def bootstrap() -> None:
    """Make the account ready for the CDK, as ``cdk bootstrap`` does; again changes nothing.

    Raises ``CdkError`` where the stack ``CDKToolkit`` cannot be made.
    """
    cloudformation = client("cloudformation")
    where = _environment()
    made = fresh_change_set(
        STACK,
        _CHANGE_SET,
        TemplateBody=_TEMPLATE.read_text(encoding="utf-8"),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    if not made["Changes"]:
        cloudformation.delete_change_set(StackName=STACK, ChangeSetName=_CHANGE_SET)
        say(f"{where} is bootstrapped already.")
        return
    execute(STACK, _CHANGE_SET)
    say(f"{where} is bootstrapped: the stack {STACK} holds what the CDK deploys with.")


def check_bootstrapped(stack: StackArtifact) -> None:
    """Raise ``CdkError`` where the account is not bootstrapped as a stack requires."""
    required = stack.properties.get("requiresBootstrapStackVersion")
    name = stack.properties.get("bootstrapStackVersionSsmParameter")
    if not required or not name:
        return
    try:
        found = client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError:
        raise CdkError(
            f"{stack.name}: {_environment()} is not bootstrapped, since it has no SSM parameter "
            f"{name}. Run `bootstrap()` once."
        ) from None
    if int(found) < int(required):
        raise CdkError(
            f"{stack.name} needs version {required} of the bootstrap stack, and {_environment()} "
            f"has version {found}. Run `bootstrap()` again."
        )


def _environment() -> str:
    account = client("sts").get_caller_identity()["Account"]
    return f"aws://{account}/{client('sts').meta.region_name}"

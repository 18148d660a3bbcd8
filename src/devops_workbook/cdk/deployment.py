"""Deploy and destroy the stacks of an assembly, as ``cdk deploy`` and ``cdk destroy`` do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from devops_workbook.cdk.assembly import Assembly, StackArtifact
from devops_workbook.cdk.assets import publish, refuse_images, template_url
from devops_workbook.cdk.bootstrap import check_bootstrapped
from devops_workbook.cdk.clients import client
from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.runtime import say
from devops_workbook.cdk.stacks import (
    execute,
    existing,
    fresh_change_set,
    remove,
)
from devops_workbook.display import Table
from devops_workbook.stack_drift import detect_drift
from devops_workbook.stack_tables import drift_table

Shape = dict[str, Any]

RIGHTS = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_CHANGE_SET = "cdk-deploy-change-set"
#: From where a stack takes no change set.
_STUCK = ("ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED")
#: The custom resources that the CDK adds by itself, and what to write instead.
_INSTEAD = {
    "Custom::S3AutoDeleteObjects": "Leave auto_delete_objects out, and empty the bucket by boto3.",
    "Custom::CDKBucketDeployment": "Upload the files by boto3 after the deployment.",
    "Custom::LogRetention": "Give the construct a log_group instead of log_retention.",
    "Custom::VpcRestrictDefaultSG": "Set restrict_default_security_group=False.",
    "Custom::S3BucketNotifications": "Let the consumer poll a queue, or use an EventBridge rule.",
}


def deploy(assembly: Assembly, *names: str, parameters: Mapping[str, str] | None = None) -> None:
    """Deploy the stacks of an app, each after those that it needs, and print their outputs.

    ``names`` choose stacks, and those that they need come along. ``parameters`` are values of the
    templates' parameters. Raises ``CdkError`` with the first cause where a stack fails; the stacks
    after it are left alone.
    """
    stacks = _chosen(assembly, names)
    if not stacks:
        raise CdkError("The app has no stacks. Is one made with the app as its scope?")
    for stack in stacks:
        _check(stack)
    for stack in stacks:
        _deploy(stack, parameters or {})


def destroy(assembly: Assembly, *names: str) -> None:
    """Delete the stacks of an app, each before those that it needs; ``names`` choose stacks."""
    chosen = [assembly.stack(each) for each in names] or list(assembly.stacks)
    for stack in reversed([each for each in assembly.stacks if each in chosen]):
        if existing(stack.name):
            remove(stack.name)
            say(f"✓ {stack.name}: destroyed")


def drift(name: str) -> Table:
    """Let CloudFormation compare a stack with the account; return a row for each difference.

    As ``cdk drift`` it shows what has drifted, and counts the rest in the caption.
    """
    detect_drift(name, client("cloudformation"))
    found = drift_table(name)
    rows = [row for row in found.rows if row[1] != "IN_SYNC"]
    caption = f"{found.caption}: {len(found.rows) - len(rows)} resources are in sync"
    return Table(caption, found.columns, rows)


def change_set_of(stack: StackArtifact, parameters: Mapping[str, str], name: str) -> Shape:
    """Make a change set from a stack of an assembly, and return it. Raises ``CdkError``."""
    there = existing(stack.name)
    url = template_url(stack)
    body = {"TemplateURL": url} if url else {"TemplateBody": stack.text}
    tags = stack.properties.get("tags", {})
    return fresh_change_set(
        stack.name,
        name,
        Capabilities=RIGHTS,
        Parameters=_parameters(stack, parameters, there.get("Parameters", ())),
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        NotificationARNs=stack.properties.get("notificationArns", []),
        **body,
    )


def _chosen(assembly: Assembly, names: Sequence[str]) -> list[StackArtifact]:
    if not names:
        return list(assembly.stacks)
    wanted: set[str] = set()
    todo = [assembly.stack(name) for name in names]
    while todo:
        stack = todo.pop()
        wanted.add(stack.id)
        todo += [assembly.stack(need) for need in stack.needs if need not in wanted]
    return [each for each in assembly.stacks if each.id in wanted]


def _check(stack: StackArtifact) -> None:
    """Refuse what cannot be deployed here, before anything is. Raises ``CdkError``."""
    sts = client("sts")
    here = {"unknown-account", sts.get_caller_identity()["Account"]}
    region = {"unknown-region", sts.meta.region_name}
    account, _, place = stack.environment.removeprefix("aws://").partition("/")
    if account not in here or place not in region:
        raise CdkError(
            f"{stack.name} is for {stack.environment}, and this is account "
            f"{sts.get_caller_identity()['Account']} in {sts.meta.region_name}."
        )
    resources = stack.template.get("Resources", {})
    if not resources:
        raise CdkError(f"{stack.name} has no resources, so there is nothing to deploy.")
    for resource in resources.values():
        kind = resource["Type"]
        if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
            instead = _INSTEAD.get(kind, "Do its work by boto3 after the deployment.")
            raise CdkError(f"{stack.name} has a {kind}, which is not run here. {instead}")
    refuse_images(stack)
    check_bootstrapped(stack)


def _deploy(stack: StackArtifact, parameters: Mapping[str, str]) -> None:
    cloudformation = client("cloudformation")
    _make_way(stack.name)
    say(f"{stack.name}: {publish(stack)}")
    change_set = change_set_of(stack, parameters, _CHANGE_SET)
    if change_set["Changes"]:
        status = execute(stack.name, _CHANGE_SET)
        say(f"✓ {stack.name}: {status}, {_counted(change_set['Changes'])}")
    else:
        cloudformation.delete_change_set(StackName=stack.name, ChangeSetName=_CHANGE_SET)
        say(f"✓ {stack.name}: no changes")
    _protect(stack)
    for each in existing(stack.name).get("Outputs", ()):
        say(f"  {stack.name}.{each['OutputKey']} = {each['OutputValue']}")


def _make_way(name: str) -> None:
    """Delete what a failed creation has left. Raises ``CdkError`` where a stack is stuck."""
    status = existing(name).get("StackStatus", "")
    if status in ("ROLLBACK_COMPLETE", "CREATE_FAILED"):
        remove(name)
    if status in _STUCK:
        raise CdkError(f"{name} is in {status} and takes no deployment. Mend it first.")


def _protect(stack: StackArtifact) -> None:
    wanted = bool(stack.properties.get("terminationProtection"))
    if bool(existing(stack.name).get("EnableTerminationProtection")) != wanted:
        client("cloudformation").update_termination_protection(
            StackName=stack.name, EnableTerminationProtection=wanted
        )


def _parameters(
    stack: StackArtifact, given: Mapping[str, str], before: Sequence[Shape]
) -> list[Shape]:
    """Return the parameters of a change set: what is given, else what the stack has already."""
    declared = stack.template.get("Parameters", {})
    old = {each["ParameterKey"] for each in before}
    found: list[Shape] = [
        {"ParameterKey": key, "ParameterValue": value}
        for key, value in given.items()
        if key in declared
    ]
    found += [
        {"ParameterKey": key, "UsePreviousValue": True}
        for key in declared
        if key in old and key not in given
    ]
    return found


def _counted(changes: Sequence[Shape]) -> str:
    words = {"Add": "added", "Modify": "modified", "Remove": "removed", "Import": "imported"}
    actions = [each["ResourceChange"]["Action"] for each in changes]
    counts = {word: actions.count(action) for action, word in words.items()}
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number)

"""The rules that one action of a declaration has to keep, with AWS's messages."""

from __future__ import annotations

import re

from offline_aws.codepipeline import action_catalogue
from offline_aws.codepipeline.checks import not_simulated
from offline_aws.codepipeline.custom_actions import find
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_ARN_PARTS = 6
_QUERYABLE = re.compile(r"[A-Za-z0-9_\-]{1,20}")


def check(call: Call, declaration: Shape, stage: Shape, action: Shape) -> None:
    """Refuse an action that AWS would refuse whatever stands around it.

    Raises ``InvalidActionDeclarationException``.
    """
    action_type = find(call, action["actionTypeId"])
    if action_type is None:
        raise _unavailable(call, action)
    _check_commands(action)
    if action_catalogue.is_simulated(_key(action)):
        _check_configuration(action, action_type)
    for kind in ("input", "output"):
        _check_count(action, kind, action_type[f"{kind}ArtifactDetails"])
    key = _key(action)
    if action.get("timeoutInMinutes") and key != action_catalogue.APPROVAL:
        raise _wrong(
            f"Action {action['name']} cannot have a timeout. timeoutInMinutes can only be used "
            "with manual approval actions."
        )
    if key == action_catalogue.APPROVAL:
        _check_notification(call, action)


def check_simulated(operation: str, action: Shape) -> None:
    """Refuse by name what AWS could run and this simulation cannot.

    Raises botocore's ``ClientError`` with the code NotSimulatedOffline.
    """
    kind, name = action["actionTypeId"], action["name"]
    if not action_catalogue.is_simulated(_key(action)):
        raise not_simulated(
            operation,
            f"the action {name}, which is {kind['category']} {kind['provider']},",
            f"There are: {', '.join(action_catalogue.simulated())}.",
        )
    if action.get("environmentVariables") and kind["category"] != "Compute":
        raise not_simulated(operation, f"environmentVariables of the action {name}")


def _key(action: Shape) -> tuple[str, str, str]:
    kind = action["actionTypeId"]
    return (kind["category"], kind["owner"], kind["provider"])


def _check_commands(action: Shape) -> None:
    name, has_commands = action["name"], bool(action.get("commands"))
    if _key(action) == ("Compute", "AWS", "Commands"):
        if not has_commands:
            raise _wrong(f"Action {name} must have a non-empty commands field")
        return
    # The service names the commands field too where only files of an output are given.
    if has_commands or any("files" in output for output in action["outputArtifacts"]):
        raise _compute_only(name, "commands")
    if action.get("outputVariables"):
        raise _compute_only(name, "outputVariables")


def _check_configuration(action: Shape, action_type: Shape) -> None:
    name, given = action["name"], action["configuration"]
    properties = action_type["actionConfigurationProperties"]
    for known in properties:
        if known["required"] and known["name"] not in given:
            raise _wrong(
                f"Action configuration for action '{name}' is missing required configuration "
                f"'{known['name']}'"
            )
        if known.get("queryable") and not _QUERYABLE.fullmatch(given[known["name"]]):
            raise _wrong(
                f"Action configuration for action '{name}' contains an invalid value for the "
                f"queryable property '{known['name']}'. It must have at most 20 letters, digits, "
                "underscores and hyphens."
            )
    unknown = sorted(given.keys() - {known["name"] for known in properties})
    if unknown:
        raise _wrong(
            f"Action configuration for action '{name}' contains unknown configuration "
            f"'{unknown[0]}'"
        )


def _check_count(action: Shape, kind: str, allowed: Shape) -> None:
    count = len(action[f"{kind}Artifacts"])
    declares = f"Action {action['name']} declares {count} {kind} artifacts which is"
    if count < allowed["minimumCount"]:
        raise _wrong(f"{declares} less than the minimum count ({allowed['minimumCount']})")
    if count > allowed["maximumCount"]:
        raise _wrong(f"{declares} more than the maximum count ({allowed['maximumCount']})")


def _check_notification(call: Call, action: Shape) -> None:
    arn, name = action["configuration"].get("NotificationArn"), action["name"]
    if not arn or "#{" in arn:
        return
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn" or not (parts[4] and parts[5]):
        raise _wrong(
            f"The ARN {arn} you specified for sending notifications for the approval action "
            f"{name} contains a format error."
        )
    said = f"The ARN {arn} has been specified for sending notifications for the approval action"
    if parts[2] != "sns":
        raise _wrong(
            f"{said} {name}, but the AWS service for this ARN cannot be used to send approval "
            "requests."
        )
    if parts[3] != call.region:
        raise _wrong(f"{said} {name}, but the ARN is not in the same region as the pipeline.")


def _unavailable(call: Call, action: Shape) -> AwsError:
    kind, region = action["actionTypeId"], call.region.upper().replace("-", "_")
    return _wrong(
        f"ActionType (Category: '{kind['category']}', Provider: '{kind['provider']}', Owner: "
        f"'{kind['owner']}', Version: '{kind['version']}') in action '{action['name']}' is not "
        f"available in region '{region}'"
    )


def _compute_only(name: str, field: str) -> AwsError:
    return _wrong(
        f"The following action cannot contain a {field} field: {name}. To use the {field} field, "
        "use a compute action."
    )


def _wrong(message: str) -> AwsError:
    return AwsError("InvalidActionDeclarationException", message)

"""What AWS refuses in the settings that groups and deployments share."""

from __future__ import annotations

from offline_aws.codedeploy.shapes import Shape
from offline_aws.errors import AwsError

_MOST_ALARMS = 10
_LONGEST_ALARM = 255
_MOST_TRIGGERS = 10
_LONGEST_WAIT = 2880  # minutes: two days


def check_alarms(alarms: Shape | None) -> None:
    """Raises ``InvalidAlarmConfigException`` and ``AlarmsLimitExceededException``."""
    if alarms is None:
        return
    names = [each.get("name", "") for each in alarms.get("alarms", [])]
    if len(names) > _MOST_ALARMS:
        raise AwsError("AlarmsLimitExceededException", f"A group has at most {_MOST_ALARMS} alarms")
    if any(not 0 < len(name) <= _LONGEST_ALARM for name in names):
        raise _alarm("An alarm's name has from 1 to 255 characters")
    if len(set(names)) < len(names):
        raise _alarm("Two alarms with the same name have been specified")
    if alarms.get("enabled") and not names:
        raise _alarm("The alarm configuration is enabled, but the alarm list is empty")


def check_rollback(rollback: Shape | None) -> None:
    """Raises ``InvalidAutoRollbackConfigException``."""
    if rollback and rollback.get("enabled") and not rollback.get("events"):
        raise AwsError(
            "InvalidAutoRollbackConfigException",
            "Automatic rollback is enabled, but no event types were listed",
        )


def check_triggers(triggers: list[Shape]) -> None:
    """Raises ``InvalidTriggerConfig-`` and ``TriggerTargetsLimitExceededException``."""
    if len(triggers) > _MOST_TRIGGERS:
        raise AwsError(
            "TriggerTargetsLimitExceededException", f"A group has at most {_MOST_TRIGGERS} triggers"
        )
    names = [each.get("triggerName", "") for each in triggers]
    if len(set(names)) < len(names) or not all(names):
        raise _trigger("Each trigger has a name of its own")
    for each in triggers:
        if not each.get("triggerTargetArn", "").startswith("arn:aws:sns:"):
            raise _trigger("The target of a trigger is the ARN of an SNS topic")
        if not each.get("triggerEvents"):
            raise _trigger("A trigger has at least one event")


def check_processes(options: Shape | None) -> None:
    """Raises ``InvalidAutoScalingGroupProcessToSuspendException``."""
    processes = (options or {}).get("autoScalingGroupProcessesToSuspend", [])
    if len(set(processes)) < len(processes):
        raise AwsError(
            "InvalidAutoScalingGroupProcessToSuspendException", "A process is named twice"
        )


def check_blue_green(given: Shape | None, platform: str, settings: Shape) -> None:
    """Raises ``InvalidBlueGreenDeploymentConfigurationException``."""
    style = settings["deploymentStyle"]["deploymentType"]
    if given is None:
        if style == "BLUE_GREEN":
            raise _blue_green("A blue/green group needs a blueGreenDeploymentConfiguration")
        return
    if style != "BLUE_GREEN":
        raise _blue_green("blueGreenDeploymentConfiguration is for blue/green deployments")
    ready = given.get("deploymentReadyOption") or {}
    termination = given.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    waits = (ready.get("waitTimeInMinutes"), termination.get("terminationWaitTimeInMinutes"))
    for minutes in waits:
        if minutes is not None and not 0 <= minutes <= _LONGEST_WAIT:
            raise _blue_green(f"A wait is from 0 to {_LONGEST_WAIT} minutes")
    provisioning = given.get("greenFleetProvisioningOption")
    if platform == "ECS":
        if provisioning:
            raise _blue_green("ECS has no greenFleetProvisioningOption")
        if not ready or not termination:
            raise _blue_green(
                "deploymentReadyOption and terminateBlueInstancesOnDeploymentSuccess are required"
            )
        if termination.get("action") == "KEEP_ALIVE":
            raise _blue_green("The original task set of ECS can only be terminated")
        return
    copied = (provisioning or {}).get("action") == "COPY_AUTO_SCALING_GROUP"
    if copied and len(settings["autoScalingGroups"]) != 1:
        raise _blue_green("COPY_AUTO_SCALING_GROUP needs exactly one Auto Scaling group")


def _alarm(message: str) -> AwsError:
    return AwsError("InvalidAlarmConfigException", message)


def _trigger(message: str) -> AwsError:
    return AwsError("InvalidTriggerConfigException", message)


def _blue_green(message: str) -> AwsError:
    return AwsError("InvalidBlueGreenDeploymentConfigurationException", message)

"""The break/fix: a bad release stays, although there are alarms and a rollback."""

from __future__ import annotations

import re
from typing import Any

from devops_workbook.chapters.safe_deployments.account import (
    APPLICATION,
    GROUP,
    Shop,
    chapter,
    customers,
    the_shop,
)
from devops_workbook.chapters.safe_deployments.operate import (
    deploy,
    deployments,
    finish,
    joined,
    rate_alarm,
    version_before,
    version_deployed,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

BAD = "1.5.0"
CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"
ALARMS = ("orders-blue", "orders-green")
_BY_ALARM = "ALARM_ACTIVE"
#: An alarm in the rule of a composite one.
_PART = re.compile(r"ALARM\(\s*[\"']?([^\"')]+)[\"']?\s*\)")
_ANEW = (
    'Begin again with `lab.catch_up("no-rollback")`: mend all three first, and only then '
    f"deploy {BAD}."
)


def arrange_no_rollback(lab: Lab) -> None:
    """A group with three faults, and a bad release that has reached everybody, then was undone.

    The alarms are not enabled; a stop by an alarm is not among the events of a rollback; and the
    alarm of green looks at blue.
    """
    shop = the_shop()
    for name in ALARMS:
        rate_alarm(name, shop.balancer, shop.dimension(0))
    clients.client("codedeploy", REGION).update_deployment_group(
        applicationName=APPLICATION,
        currentDeploymentGroupName=GROUP,
        deploymentConfigName=CANARY,
        alarmConfiguration={"enabled": False, "alarms": [{"name": name} for name in ALARMS]},
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )
    finish(lab.clock, deploy(BAD))
    finish(lab.clock, deploy("1.4.0", config="CodeDeployDefault.ECSAllAtOnce"))
    lab.clock.advance(minutes=5)


@chapter.exercise(
    "no-rollback",
    title="The rollback that never comes",
    minutes=9,
    kind="break/fix",
    hints=(
        "Three things have to hold: CodeDeploy looks at the alarms, an alarm goes off, and a stop "
        "by an alarm leads to a rollback. get_deployment_group tells of two of them.",
        "describe_alarms: which target group does each alarm look at? Compare the dimension with "
        "the alarm's name.",
        'guard("orders-blue", "orders-green") sets alarms and events, rate_alarm puts an alarm '
        f"anew. Then deploy {BAD} again, and finish it.",
    ),
    arrange=arrange_no_rollback,
)
def check_no_rollback(lab: Lab, answer: Any) -> str:
    """After the repair the bad release was rolled back, into whichever group it came."""
    tried = [each for each in deployments() if version_deployed(each) == BAD]
    group = clients.client("codedeploy", REGION).get_deployment_group(
        applicationName=APPLICATION, deploymentGroupName=GROUP
    )["deploymentGroupInfo"]
    faults = _faults(the_shop(), group)
    if len(faults) == len(_CHECKS) and len(tried) < 2:
        raise NotStarted(f"Everything is as it was, and {BAD} has not been deployed again.")
    require(not faults, " ".join(faults[:1]))
    require(
        len(tried) > 1,
        f"The set-up looks right now. Try it: deploy {BAD} again, and see whether it comes back.",
    )
    last = tried[-1]
    if last["status"] not in ("Succeeded", "Failed", "Stopped"):
        raise NotYet(f"Deployment {last['deploymentId']} of {BAD} is still in progress.")
    _require_rolled_back(last)
    table = customers(lab).table(since=last["createTime"])
    met = table[table.version == BAD]
    require(
        int(met.requests.sum()),
        f"Deployment {last['deploymentId']} was rolled back before any customer met {BAD}: an "
        "alarm was on already, which would stop good releases, too. `describe_alarms` says what "
        f"each of them counts. {_ANEW}",
    )
    harmed = int(met.harmed.sum())
    return (
        f"Deployment {last['deploymentId']} was stopped by its alarm and rolled back by "
        f"{last['rollbackInfo']['rollbackDeploymentId']}. It harmed {harmed} requests."
    )


def _require_rolled_back(last: dict[str, Any]) -> None:
    require(
        version_before(last) != BAD,
        f"{BAD} was in production already when {last['deploymentId']} was made: there was nothing "
        f"better to go back to, and the alarm was on. {_ANEW}",
    )
    rollback, error = last.get("rollbackInfo", {}), last.get("errorInformation", {})
    reason = "It was made before the repair was complete."
    if "rollbackMessage" in rollback or error.get("code", _BY_ALARM) != _BY_ALARM:
        reason = f"{error.get('message', '')} {rollback.get('rollbackMessage', '')}".strip()
    require(
        rollback.get("rollbackDeploymentId"),
        f"The last deployment of {BAD}, {last['deploymentId']}, is {last['status']} and was not "
        f"rolled back. {reason} {_ANEW}",
    )
    require(
        error.get("code") == _BY_ALARM,
        f"Deployment {last['deploymentId']} was rolled back, and no alarm has done it: "
        f"{error.get('message', '')} Nobody stands by in the night: let the alarm stop it. {_ANEW}",
    )


def _faults(shop: Shop, group: dict[str, Any]) -> list[str]:
    return [said for check in _CHECKS if (said := check(shop, group))]


def _heeded(shop: Shop, group: dict[str, Any]) -> str:
    watched = group.get("alarmConfiguration", {})
    if not watched.get("enabled"):
        return "CodeDeploy knows the alarms of this group, and does not look at them."
    if not watched.get("alarms"):
        return "The group looks at its alarms, and has none."
    return ""


def _undone(shop: Shop, group: dict[str, Any]) -> str:
    rollback = group.get("autoRollbackConfiguration", {})
    if not rollback.get("enabled"):
        return "The group does not roll back at all."
    if "DEPLOYMENT_STOP_ON_ALARM" not in rollback.get("events", ()):
        return (
            f"The group rolls back on {', '.join(rollback.get('events', ()))}. A deployment that "
            "an alarm stops does not count as one that failed."
        )
    return ""


def _seen(shop: Shop, group: dict[str, Any]) -> str:
    names = [each["name"] for each in group.get("alarmConfiguration", {}).get("alarms", ())]
    found = _alarms(names or list(ALARMS))
    if missing := [each for each in names if each not in found]:
        return f"The group looks at {joined(missing)}, and there is no alarm of that name."
    text = str([each.get("Metrics") or each.get("Dimensions") for each in found.values()])
    blind = [
        shop.dimension(place).split("/")[1] for place in (0, 1) if shop.dimension(place) not in text
    ]
    if not blind:
        return ""
    return (
        f"No alarm of the group looks at {blind[0]}. When the new version is there, it can fail as "
        "many requests as it likes."
    )


def _alarms(names: list[str]) -> dict[str, dict[str, Any]]:
    """Return alarms by name, and what a composite one is composed of."""
    found = clients.client("cloudwatch", REGION).describe_alarms(
        AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    alarms = {each["AlarmName"]: dict(each) for each in found["MetricAlarms"]}
    for each in found["CompositeAlarms"]:
        parts = _PART.findall(each["AlarmRule"])
        alarms |= {each["AlarmName"]: {}} | (_alarms(parts) if parts else {})
    return alarms


_CHECKS = (_heeded, _undone, _seen)

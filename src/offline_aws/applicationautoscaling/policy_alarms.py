"""The alarms that target tracking makes for its policies, and what they say of a metric."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.applicationautoscaling.checks import invalid
from offline_aws.applicationautoscaling.store import Place, Policy, Shape, Store
from offline_aws.operations import Call

_OF_ECS = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}
_OF_TARGETS = "ALBRequestCountPerTarget"
_PERIOD = 60
#: Minutes above the target until there is more capacity, and below it until there is less.
HIGH_FOR, LOW_FOR = 3, 15
#: The share of the target below which there is too much capacity.
_LOW = 0.9


def cloudwatch(call: Call) -> Any:
    """Return a client of CloudWatch, which watches the metrics."""
    return clients.client("cloudwatch", call.region, call.account)


def metric_of(place: Place, settings: Shape) -> Shape:
    """Return the metric of a target tracking policy, as an alarm has it."""
    own = settings.get("CustomizedMetricSpecification")
    predefined = settings.get("PredefinedMetricSpecification")
    if own is not None and predefined is None:
        return _customized(own)
    if predefined is not None and own is None:
        return _predefined(place, predefined)
    raise invalid("Specify either a predefined or a customized metric specification.")


def _customized(own: Shape) -> Shape:
    if own.get("Metrics"):
        queries = [_query(each) for each in own["Metrics"]]
        return {"Metrics": queries}
    if not all(own.get(name) for name in ("MetricName", "Namespace", "Statistic")):
        raise invalid("A customized metric needs MetricName, Namespace and Statistic.")
    metric = {name: own[name] for name in ("MetricName", "Namespace", "Statistic")}
    metric |= {"Dimensions": own.get("Dimensions", []), "Period": _PERIOD}
    return {**metric, "Unit": own["Unit"]} if own.get("Unit") else metric


def _query(given: Shape) -> Shape:
    """Return a query of CloudWatch; target tracking has one minute for its metrics."""
    query = dict(given)
    if "MetricStat" in query:
        query["MetricStat"] = {"Period": _PERIOD, **query["MetricStat"]}
    else:
        query["Period"] = _PERIOD
    return query


def _predefined(place: Place, predefined: Shape) -> Shape:
    kind = predefined["PredefinedMetricType"]
    if place.namespace != "ecs":
        return {}
    if kind in _OF_ECS:
        _, cluster, service = place.resource.split("/")
        return _alarm_metric(
            "AWS/ECS", _OF_ECS[kind], "Average", {"ClusterName": cluster, "ServiceName": service}
        )
    if kind != _OF_TARGETS:
        raise invalid(f"The predefined metric {kind} is not one of ECS services.")
    label = str(predefined.get("ResourceLabel", ""))
    balancer, found, group = label.partition("/targetgroup/")
    if not found or balancer.count("/") != 2 or group.count("/") != 1:
        raise invalid(
            f"{_OF_TARGETS} needs a ResourceLabel such as app/shop/1a2b/targetgroup/orders/3c4d."
        )
    return _alarm_metric(
        "AWS/ApplicationELB",
        "RequestCountPerTarget",
        "Sum",
        {"TargetGroup": f"targetgroup/{group}", "LoadBalancer": balancer},
    )


def _alarm_metric(namespace: str, name: str, statistic: str, dimensions: dict[str, str]) -> Shape:
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Statistic": statistic,
        "Period": _PERIOD,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }


def make_alarms(call: Call, place: Place, policy: Policy, metric: Shape) -> None:
    """Make the alarms of a policy: above the target for 3 minutes, below 90 % of it for 15."""
    goal = float(policy.settings["TargetValue"])
    sides = [("High", "GreaterThanThreshold", goal, HIGH_FOR)]
    if not policy.settings.get("DisableScaleIn"):
        sides.append(("Low", "LessThanThreshold", _LOW * goal, LOW_FOR))
    for side, comparison, threshold, minutes in sides:
        identifier = call.state(Store).new_id(call.account, call.region)
        name = f"TargetTracking-{place.resource}-Alarm{side}-{identifier}"
        action = f"{policy.arn}:createdBy/{identifier}"
        cloudwatch(call).put_metric_alarm(
            AlarmName=name,
            AlarmDescription=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}.",
            AlarmActions=[action],
            ComparisonOperator=comparison,
            Threshold=threshold,
            EvaluationPeriods=minutes,
            **metric,
        )
        arn = f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}"
        policy.alarms.append({"AlarmName": name, "AlarmARN": arn})
        policy.low = name if side == "Low" else policy.low


def remove_alarms(call: Call, policy: Policy) -> None:
    """Delete the alarms that were made for a policy."""
    if policy.alarms:
        names = [each["AlarmName"] for each in policy.alarms]
        cloudwatch(call).delete_alarms(AlarmNames=names)
    policy.alarms, policy.low = [], ""


def values_of(call: Call, alarm: Shape) -> list[float]:
    """Return what the metric of an alarm was in the periods that it looks at, the newest first."""
    if alarm.get("Metrics"):
        queries, period = alarm["Metrics"], _PERIOD
    else:
        period = alarm["Period"]
        metric = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")}
        statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
        stat = {"Metric": metric, "Period": period, "Stat": statistic}
        queries = [{"Id": "value", "MetricStat": stat}]
    now = call.clock.now()
    since = now - timedelta(seconds=period * (alarm["EvaluationPeriods"] + 1))
    try:
        results = cloudwatch(call).get_metric_data(
            MetricDataQueries=queries, StartTime=since, EndTime=now, ScanBy="TimestampDescending"
        )["MetricDataResults"]
    except (BotoCoreError, ClientError):
        return []
    return list(results[0]["Values"]) if results else []

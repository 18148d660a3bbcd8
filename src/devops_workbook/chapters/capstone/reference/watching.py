"""What watches: alarms on failing and on slow requests, and who is called."""

from __future__ import annotations

from devops_workbook.chapters.capstone.account import Template
from devops_workbook.chapters.capstone.reference.design import Design


def on_call() -> Template:
    """Return the topic that alarms tell, with whoever is on call."""
    return {
        "OnCall": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"Subscription": [{"Protocol": "sms", "Endpoint": "+15550100"}]},
        }
    }


def alarms() -> Template:
    """Return an alarm on requests that fail, one on slow ones, and who is called."""
    return {**on_call(), "ErrorsAlarm": _errors(2), "LatencyAlarm": _latency()}


def alarms_of_groups() -> Template:
    """Return the same alarms for each target group: what a canary does is lost in the whole."""
    found = on_call()
    for group in ("Blue", "Green"):
        found[f"{group}ErrorsAlarm"] = _errors(5, group)
        found[f"{group}LatencyAlarm"] = _latency(group)
    return found


def watching(design: Design) -> Template:
    """Return the alarms of a design."""
    if not design.alarms:
        return {}
    return alarms_of_groups() if design.canary else alarms()


def names_of(found: Template) -> list[Template]:
    """Return references to the alarms of some resources: their names, once they are made."""
    return [{"Ref": name} for name in found if name.endswith("Alarm")]


def _errors(threshold: float, group: str = "") -> Template:
    return _alarm(
        threshold,
        _metric("failed", "HTTPCode_Target_5XX_Count", "Sum", group),
        _metric("all", "RequestCount", "Sum", group),
        {"Id": "share", "Expression": "100 * FILL(failed, 0) / all", "ReturnData": True},
    )


def _latency(group: str = "") -> Template:
    return _alarm(1, {**_metric("slow", "TargetResponseTime", "p98", group), "ReturnData": True})


def _alarm(threshold: float, *metrics: Template) -> Template:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Metrics": list(metrics),
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 3,
            "DatapointsToAlarm": 2,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "OnCall"}],
        },
    }


def _metric(name: str, metric: str, statistic: str, group: str) -> Template:
    names = {"LoadBalancer": {"Fn::GetAtt": "LoadBalancer.LoadBalancerFullName"}}
    if group:
        names["TargetGroup"] = {"Fn::GetAtt": f"{group}.TargetGroupFullName"}
    dimensions = [{"Name": key, "Value": value} for key, value in names.items()]
    of = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions}
    measured = {"Metric": of, "Period": 60, "Stat": statistic}
    return {"Id": name, "ReturnData": False, "MetricStat": measured}

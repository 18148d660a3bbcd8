"""AWS::CloudWatch::Alarm, CompositeAlarm and Dashboard."""

from __future__ import annotations

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live

_TAGS = Tags(resource=live("AlarmArn"), aws_tags=False)
_ALARM = {"AlarmName": ID}
_OF_ALARM = """
    ActionsEnabled AlarmActions AlarmDescription ComparisonOperator DatapointsToAlarm Dimensions
    EvaluateLowSampleCountPercentile EvaluationPeriods ExtendedStatistic InsufficientDataActions
    MetricName Metrics Namespace OKActions Period Statistic Threshold ThresholdMetricId
    TreatMissingData Unit
"""


def _alarm(path: str, kind: str) -> Look:
    return Look("describe_alarms", {"AlarmNames": [ID], "AlarmTypes": [kind]}, f"{path}[0]")


register(
    Declared(
        "AWS::CloudWatch::Alarm",
        service="cloudwatch",
        properties=f"{_OF_ALARM} AlarmName Tags",
        named=Named("AlarmName", 255),
        make=Call("put_metric_alarm", told=f"{_OF_ALARM} AlarmName"),
        taken=_alarm("MetricAlarms", "MetricAlarm"),
        look=_alarm("MetricAlarms", "MetricAlarm"),
        change=(Call("put_metric_alarm", _ALARM, _OF_ALARM),),
        remove=Call("delete_alarms", {"AlarmNames": [ID]}),
        parts=(_TAGS,),
        show={"Arn": "AlarmArn"},
    )
)

_OF_COMPOSITE = """
    ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod
    AlarmActions AlarmDescription AlarmRule InsufficientDataActions OKActions
"""
register(
    Declared(
        "AWS::CloudWatch::CompositeAlarm",
        service="cloudwatch",
        properties=f"{_OF_COMPOSITE} AlarmName Tags",
        named=Named("AlarmName", 255),
        make=Call("put_composite_alarm", told=f"{_OF_COMPOSITE} AlarmName"),
        taken=_alarm("CompositeAlarms", "CompositeAlarm"),
        look=_alarm("CompositeAlarms", "CompositeAlarm"),
        change=(Call("put_composite_alarm", _ALARM, _OF_COMPOSITE),),
        remove=Call("delete_alarms", {"AlarmNames": [ID]}),
        parts=(_TAGS,),
        show={"Arn": "AlarmArn"},
    )
)

_DASHBOARD = {"DashboardName": ID}
register(
    Declared(
        "AWS::CloudWatch::Dashboard",
        service="cloudwatch",
        properties="DashboardBody DashboardName",
        named=Named("DashboardName", 255),
        make=Call("put_dashboard"),
        taken=Look("get_dashboard", _DASHBOARD),
        look=Look("get_dashboard", _DASHBOARD),
        change=(Call("put_dashboard", _DASHBOARD, "DashboardBody"),),
        remove=Call("delete_dashboards", {"DashboardNames": [ID]}),
        accepted="Tags",
    )
)

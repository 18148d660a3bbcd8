from __future__ import annotations

import json

import pytest
from cfn_examples import Example, World, client, known, lives

TAGS = [{"Key": "team", "Value": "shop"}]
OTHER_TAGS = [{"Key": "team", "Value": "till"}, {"Key": "cost", "Value": "1"}]
ENABLED = {"State": "ENABLED"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
METRIC = {"MetricName": "Errors", "MetricNamespace": "Shop", "MetricValue": "1"}
ALARM = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 3,
    "MetricName": "Errors",
    "Namespace": "Shop",
    "Period": 60,
    "Threshold": 5,
}
BODY = {"type": "text", "x": 0, "y": 0, "width": 3, "height": 3}


def queue(world: World) -> str:
    return str(world.attribute(world.make("AWS::SQS::Queue"), "Arn"))


def rule(world: World, **more: object) -> dict[str, object]:
    return {
        "Description": "Tells of orders",
        "EventPattern": {"source": ["shop.orders"]},
        "RoleArn": "arn:aws:iam::123456789012:role/events",
        "State": "DISABLED",
        "Tags": TAGS,
        "Targets": [
            {
                "Id": "queue",
                "Arn": queue(world),
                "InputTransformer": {
                    "InputPathsMap": {"order": "$.detail.order"},
                    "InputTemplate": '"Order <order>"',
                },
            }
        ],
        **more,
    }


def changed_rule(world: World) -> dict[str, object]:
    arn = queue(world)
    return {
        "Description": None,
        "EventPattern": {"source": ["shop.till"]},
        "RoleArn": "arn:aws:iam::123456789012:role/other",
        "State": None,
        "Tags": OTHER_TAGS,
        "Targets": [
            {"Id": "queue", "Arn": arn, "Input": "{}"},
            {"Id": "again", "Arn": arn, "RetryPolicy": {"MaximumRetryAttempts": 3}},
        ],
    }


def topic(world: World) -> str:
    return world.make("AWS::SNS::Topic")


def alarm(world: World) -> dict[str, object]:
    told = [topic(world)]
    return {
        **ALARM,
        "ActionsEnabled": False,
        "AlarmActions": told,
        "AlarmDescription": "Too many errors",
        "AlarmName": "errors",
        "DatapointsToAlarm": 2,
        "Dimensions": [{"Name": "Service", "Value": "orders"}],
        "InsufficientDataActions": told,
        "OKActions": told,
        "Statistic": "Sum",
        "Tags": TAGS,
        "TreatMissingData": "notBreaching",
        "Unit": "Count",
    }


def queries(expression: str) -> list[dict[str, object]]:
    metric = {
        "MetricName": "Errors",
        "Namespace": "Shop",
        "Dimensions": [{"Name": "Service", "Value": "orders"}],
    }
    return [
        {"Id": "result", "Expression": expression, "ReturnData": True},
        {
            "Id": "errors",
            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        },
    ]


def composite(world: World) -> dict[str, object]:
    name = world.make("AWS::CloudWatch::Alarm", Statistic="Sum", **ALARM)
    told = [topic(world)]
    return {
        "ActionsEnabled": False,
        "ActionsSuppressor": name,
        "ActionsSuppressorExtensionPeriod": 60,
        "ActionsSuppressorWaitPeriod": 60,
        "AlarmActions": told,
        "AlarmDescription": "Orders are in trouble",
        "AlarmName": "orders",
        "AlarmRule": f'ALARM("{name}")',
        "InsufficientDataActions": told,
        "OKActions": told,
        "Tags": TAGS,
    }


EXAMPLES = [
    Example(
        "AWS::Logs::LogGroup",
        {
            "KmsKeyId": KEY,
            "LogGroupClass": "STANDARD",
            "LogGroupName": "/shop/orders",
            "RetentionInDays": 7,
            "Tags": TAGS,
        },
        {"RetentionInDays": None, "Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::Logs::MetricFilter",
        lambda world: {
            "FilterName": "errors",
            "FilterPattern": "ERROR",
            "LogGroupName": world.make("AWS::Logs::LogGroup"),
            "MetricTransformations": [{**METRIC, "DefaultValue": 0, "Unit": "Count"}],
        },
        {
            "FilterPattern": '{ $.level = "error" }',
            "MetricTransformations": [
                {**METRIC, "Dimensions": [{"Key": "Service", "Value": "$.service"}]}
            ],
        },
    ),
    Example(
        "AWS::Events::EventBus",
        {"Description": "Orders", "Name": "orders", "Tags": TAGS},
        {"Tags": OTHER_TAGS},
    ),
    Example("AWS::Events::Rule", lambda world: rule(world, Name="orders"), changed_rule, ENABLED),
    Example(
        "AWS::Events::Rule",
        lambda world: rule(world, EventBusName=world.make("AWS::Events::EventBus", Name="till")),
        changed_rule,
        ENABLED,
    ),
    Example(
        "AWS::Events::Rule",
        {"ScheduleExpression": "rate(5 minutes)"},
        {"ScheduleExpression": "rate(1 hour)"},
    ),
    Example(
        "AWS::CloudWatch::Alarm",
        alarm,
        lambda world: {
            "ActionsEnabled": True,
            "AlarmActions": None,
            "AlarmDescription": None,
            "ComparisonOperator": "LessThanThreshold",
            "DatapointsToAlarm": None,
            "Dimensions": None,
            "EvaluationPeriods": 2,
            "InsufficientDataActions": [topic(world)],
            "MetricName": "Orders",
            "Namespace": "Till",
            "OKActions": [topic(world)],
            "Period": 300,
            "Statistic": "Average",
            "Tags": OTHER_TAGS,
            "Threshold": 6.5,
            "TreatMissingData": "breaching",
            "Unit": None,
        },
    ),
    Example(
        "AWS::CloudWatch::Alarm",
        {**ALARM, "EvaluateLowSampleCountPercentile": "ignore", "ExtendedStatistic": "p90"},
        {"EvaluateLowSampleCountPercentile": "evaluate", "ExtendedStatistic": "p99"},
    ),
    Example(
        "AWS::CloudWatch::Alarm",
        {
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "Metrics": queries("errors * 2"),
            "Threshold": 1,
        },
        {"Metrics": queries("errors * 3")},
    ),
    Example(
        "AWS::CloudWatch::Alarm",
        {
            "ComparisonOperator": "GreaterThanUpperThreshold",
            "EvaluationPeriods": 1,
            "Metrics": [
                {
                    "Id": "band",
                    "Expression": "ANOMALY_DETECTION_BAND(errors, 2)",
                    "ReturnData": True,
                },
                {**queries("")[1], "ReturnData": True},
            ],
            "ThresholdMetricId": "band",
        },
        lambda _: [
            {
                "Metrics": [
                    {
                        "Id": "range",
                        "Expression": "ANOMALY_DETECTION_BAND(errors, 3)",
                        "ReturnData": True,
                    },
                    {**queries("")[1], "ReturnData": True},
                ],
                "ThresholdMetricId": "range",
            }
        ],
    ),
    Example(
        "AWS::CloudWatch::CompositeAlarm",
        composite,
        lambda world: {
            "ActionsEnabled": True,
            "ActionsSuppressor": world.make("AWS::CloudWatch::Alarm", Statistic="Sum", **ALARM),
            "ActionsSuppressorExtensionPeriod": 120,
            "ActionsSuppressorWaitPeriod": 120,
            "AlarmActions": [topic(world)],
            "AlarmDescription": "Orders need help",
            "AlarmRule": f'OK("{world.made[-2][1]}")',
            "InsufficientDataActions": [topic(world)],
            "OKActions": [topic(world)],
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::CloudWatch::Dashboard",
        {"DashboardBody": json.dumps({"widgets": []}), "DashboardName": "orders"},
        {
            "DashboardBody": json.dumps(
                {"widgets": [{**BODY, "properties": {"markdown": "Orders"}}]}
            )
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_that_watches_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_an_alarm_whose_threshold_was_changed_by_hand_is_read(world: World) -> None:
    name = world.make("AWS::CloudWatch::Alarm", Statistic="Sum", **ALARM)
    client("cloudwatch").put_metric_alarm(
        AlarmName=name, Statistic="Sum", **{**ALARM, "Threshold": 50}
    )
    live = known("AWS::CloudWatch::Alarm").read(world.context(), name)
    assert live is not None
    assert live["Threshold"] == 50

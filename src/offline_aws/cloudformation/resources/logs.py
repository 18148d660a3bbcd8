"""AWS::Logs::LogGroup and AWS::Logs::MetricFilter."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, one
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE, prop

_GROUP = {"logGroupName": ID}
register(
    Declared(
        "AWS::Logs::LogGroup",
        service="logs",
        properties="KmsKeyId LogGroupClass LogGroupName RetentionInDays Tags",
        named=Named("LogGroupName", 512),
        make=Call("create_log_group"),
        look=one(
            "describe_log_groups",
            "logGroups[?logGroupName=='{id}'] | [0]",
            {"logGroupNamePrefix": ID},
        ),
        remove=Call("delete_log_group", _GROUP),
        parts=(
            Own(
                "RetentionInDays",
                put=Call("put_retention_policy", {**_GROUP, "retentionInDays": VALUE}),
                unset=Call("delete_retention_policy", _GROUP),
            ),
            Tags(resource=lambda it: str(it.live["arn"]).removesuffix(":*")),
        ),
        fixed="KmsKeyId LogGroupClass",
        unread="LogGroupClass",
    )
)


def _dimensions(_: Resource, transformations: list[Properties]) -> list[Properties]:
    """Return metric transformations with their dimensions as a map, as Logs has them."""
    found = []
    for each in transformations:
        dimensions = {one["Key"]: one["Value"] for one in each.get("Dimensions", ())}
        found.append({**each, **({"Dimensions": dimensions} if dimensions else {})})
    return found


def _dimensions_back(it: Resource) -> list[Any]:
    found = []
    for each in it.live["metricTransformations"]:
        pairs = each.get("dimensions", {}).items()
        dimensions = [{"Key": key, "Value": value} for key, value in pairs]
        found.append({**each, "dimensions": dimensions or None})
    return found


_FILTER = {"logGroupName": prop("LogGroupName"), "filterName": ID}
_OF_FILTER = "FilterPattern MetricTransformations"


def _put_again(it: Resource) -> None:
    """Replace a filter: moto would keep the old one beside the new one."""
    Call("delete_metric_filter", _FILTER).run(it)
    Call("put_metric_filter", _FILTER, _OF_FILTER).run(it)


register(
    Declared(
        "AWS::Logs::MetricFilter",
        service="logs",
        properties="FilterName FilterPattern LogGroupName MetricTransformations",
        named=Named("FilterName", 512),
        make=Call("put_metric_filter"),
        look=one(
            "describe_metric_filters",
            "metricFilters[?filterName=='{id}'] | [0]",
            {"logGroupName": prop("LogGroupName"), "filterNamePrefix": ID},
        ),
        change=(By(_put_again, _OF_FILTER),),
        remove=Call("delete_metric_filter", _FILTER),
        send={"MetricTransformations": _dimensions},
        show={"MetricTransformations": _dimensions_back},
    )
)

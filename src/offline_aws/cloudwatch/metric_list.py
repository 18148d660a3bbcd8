"""ListMetrics: what metrics there are."""

from __future__ import annotations

from datetime import timedelta

from offline_aws.cloudwatch.checks import Shape, invalid_value, metric_operation, page
from offline_aws.operations import Call
from offline_aws.service_metrics import Metric, MetricKey, Metrics

_PAGE = 500
_RECENT = timedelta(hours=3)
# A metric without new values is not listed after this long.
_LISTED = timedelta(weeks=2)


@metric_operation("ListMetrics")
def list_metrics(call: Call, parameters: Shape) -> Shape:
    """Return metrics, those that had a value in the last two weeks, in the order of their names."""
    age = _RECENT if parameters.get("RecentlyActive") else _LISTED
    since = (call.clock.now() - age).timestamp()
    found = sorted(
        metric.key
        for metric in call.state(Metrics).by_key.values()
        if metric.newest >= since and _matches(metric, parameters)
    )
    try:
        shown, more = page(found, parameters, _PAGE)
    except ValueError:
        raise invalid_value("The value for parameter NextToken is invalid.") from None
    answer: Shape = {"Metrics": [metric_shape(key) for key in shown], **more}
    if parameters.get("IncludeLinkedAccounts"):
        answer["OwningAccounts"] = [call.account for _ in shown]
    return answer


def metric_shape(key: MetricKey) -> Shape:
    """Return a metric as the API shows it."""
    dimensions = [{"Name": name, "Value": value} for name, value in key.dimensions]
    return {"Namespace": key.namespace, "MetricName": key.name, "Dimensions": dimensions}


def _matches(metric: Metric, parameters: Shape) -> bool:
    """Return whether a metric has the wanted name and all wanted dimensions, among others."""
    key = metric.key
    dimensions = dict(key.dimensions)
    return (
        parameters.get("Namespace") in (None, key.namespace)
        and parameters.get("MetricName") in (None, key.name)
        and all(
            each["Name"] in dimensions and each.get("Value") in (None, dimensions[each["Name"]])
            for each in parameters.get("Dimensions") or ()
        )
    )

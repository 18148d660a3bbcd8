"""What CloudWatch refuses in the queries of GetMetricData and of alarms."""

from __future__ import annotations

import re

from offline_aws.cloudwatch.checks import Shape, not_simulated, validation_error
from offline_aws.cloudwatch.metric_math.evaluation import KNOWN
from offline_aws.cloudwatch.metric_math.expression import (
    AbsentFunctionError,
    MathError,
    functions_in,
)
from offline_aws.cloudwatch.metric_statistics import is_period
from offline_aws.cloudwatch.queries import Query, check_names
from offline_aws.cloudwatch.statistics import UnknownStatisticError, statistic

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")


def check_queries(operation_name: str, queries: list[Shape]) -> None:
    """Raise what AWS answers where a query is wrong, or names what there is not.

    Raises the refusal of what is not simulated too: SEARCH, and SELECT of Metrics Insights.
    """
    ids = [query["Id"] for query in queries]
    for place, query in enumerate(queries, 1):
        where = f"MetricDataQueries.member.{place}"
        if not _ID.fullmatch(query["Id"]):
            raise validation_error(
                f'The value {query["Id"]} for parameter "{where}.Id" is not matching the expected '
                "pattern ^[a-z][a-zA-Z0-9_]*$."
            )
        if ids.count(query["Id"]) > 1:
            raise validation_error(
                f'The values for parameter "{where}.Id" are not unique: {query["Id"]}.'
            )
        if (query.get("MetricStat") is None) == (query.get("Expression") is None):
            raise validation_error(
                f"Exactly one of {where}.MetricStat and {where}.Expression must be specified."
            )
        if query.get("MetricStat") is not None:
            _check_stat(where, query["MetricStat"])
        else:
            _check_expression(operation_name, where, query["Expression"])
    try:
        check_names([Query.of(query) for query in queries])
    except MathError as error:
        raise validation_error(f"Error in expression: {error}") from None


def _check_stat(where: str, stat: Shape) -> None:
    for name in ("Namespace", "MetricName"):
        if stat["Metric"].get(name) is None:
            raise validation_error(f"The parameter {where}.MetricStat.Metric.{name} is required.")
    if not is_period(stat["Period"]):
        raise validation_error(
            f"The parameter {where}.MetricStat.Period must be 1, 5, 10, 20, 30, or a multiple of "
            "60."
        )
    try:
        statistic(stat["Stat"])
    except UnknownStatisticError:
        raise validation_error(
            f"The value {stat['Stat']} for parameter {where}.MetricStat.Stat is not supported."
        ) from None


def _check_expression(operation_name: str, where: str, text: str) -> None:
    try:
        node = Query.of({"Id": "e", "Expression": text}).node
        if unknown := sorted(set(functions_in(node)) - KNOWN):
            raise MathError(f"Unsupported function {unknown[0]}")
    except AbsentFunctionError as error:
        raise not_simulated(
            operation_name,
            f"{error.args[0]} in an expression",
            "Name each metric in a query of its own.",
        ) from None
    except MathError as error:
        raise validation_error(f"Error in expression '{where}': {error}") from None

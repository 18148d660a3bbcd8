"""Register CloudWatch's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.page_tokens import begin_of_page, page_token
from offline_aws.refusals import not_simulated_with

Shape = dict[str, Any]
_SERVICE = "cloudwatch"


def validation_error(message: str) -> AwsError:
    """Return the error of a wrong parameter of an alarm, one of those common to AWS's services."""
    return AwsError("ValidationError", message)


def invalid_value(message: str) -> AwsError:
    """Return the error of a wrong parameter of a metric, a dashboard, or a detector."""
    return AwsError("InvalidParameterValueException", message)


def invalid_combination(message: str) -> AwsError:
    """Return the error of parameters that do not go together."""
    return AwsError("InvalidParameterCombinationException", message)


def invalid_dashboard(message: str) -> AwsError:
    """Return the error of a dashboard that CloudWatch does not take."""
    return AwsError("DashboardInvalidInputError", message)


def missing(message: str) -> AwsError:
    """Return the error of a parameter that is not there."""
    return AwsError("MissingRequiredParameterException", message)


def not_simulated(operation_name: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with(_SERVICE, operation_name, what, instead)


_CHECK = ModelCheck(_SERVICE)
#: Register an operation whose wrong parameters are a ValidationError, as those of alarms are.
alarm_operation = checked_operations(_CHECK, validation_error)
#: Register an operation whose wrong parameters are an InvalidParameterValue.
metric_operation = checked_operations(_CHECK, invalid_value)
#: Register PutDashboard, which has an error of its own for them.
dashboard_operation = checked_operations(_CHECK, invalid_dashboard)


def page(
    items: list[Any], parameters: Shape, size: int, limit: str = ""
) -> tuple[list[Any], dict[str, str]]:
    """Return one page of a list, and its NextToken where there is another.

    ``limit`` names the parameter with the size of a page. Raises ``ValueError`` for a wrong token.
    """
    token = parameters.get("NextToken")
    begin = begin_of_page(_SERVICE, token) if token else 0
    end = begin + min(size, parameters.get(limit) or size)
    more = {"NextToken": page_token(_SERVICE, end)} if end < len(items) else {}
    return items[begin:end], more


def next_page(
    items: list[Any], parameters: Shape, size: int, limit: str = ""
) -> tuple[list[Any], dict[str, str]]:
    """Return one page of a list as ``page`` does, for operations that have InvalidNextToken."""
    try:
        return page(items, parameters, size, limit)
    except ValueError:
        raise AwsError("InvalidNextToken", "The next token is not valid.") from None


def in_utc(time: datetime) -> datetime:
    """Return a time that a caller gave, in UTC; one without a zone is in UTC already."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

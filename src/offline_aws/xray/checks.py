"""Register X-Ray's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.page_tokens import begin_of_page, page_token
from offline_aws.refusals import not_simulated_with

Shape = dict[str, Any]
_SERVICE = "xray"


def invalid(message: str) -> AwsError:
    """Return the error of a wrong request."""
    return AwsError("InvalidRequestException", message)


def not_found(arn: str) -> AwsError:
    """Return the error of a resource that does not exist."""
    message = f"The resource {arn} does not exist."
    return AwsError("ResourceNotFoundException", message, ResourceName=arn)


def not_simulated(operation_name: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with(_SERVICE, operation_name, what, instead)


#: Register an operation of X-Ray.
xray_operation = checked_operations(ModelCheck(_SERVICE), invalid)


def page(key: str, items: Sequence[object], parameters: Shape, size: int) -> Shape:
    """Return the page of a list that a NextToken asks for, under ``key``, and the next token.

    Raises ``InvalidRequestException`` for a token that this service did not give.
    """
    token = parameters.get("NextToken")
    try:
        begin = begin_of_page(_SERVICE, token) if token else 0
    except ValueError:
        raise invalid("The NextToken is not valid.") from None
    end = begin + size
    more = {"NextToken": page_token(_SERVICE, end)} if end < len(items) else {}
    return {key: list(items[begin:end]), **more}


def time_range(parameters: Shape, hours: int) -> tuple[float, float]:
    """Return StartTime and EndTime in seconds since 1970.

    Raises ``InvalidRequestException`` for a range that is empty or longer than ``hours``.
    """
    start, end = seconds(parameters["StartTime"]), seconds(parameters["EndTime"])
    if start >= end:
        raise invalid("StartTime has to be before EndTime.")
    if end - start > hours * 3600:
        raise invalid(f"Time range cannot be longer than {hours} hours.")
    return start, end


def seconds(time: datetime) -> float:
    """Return a time that a caller gave in seconds since 1970; without a zone it is in UTC."""
    return (time.replace(tzinfo=UTC) if time.tzinfo is None else time).timestamp()


def moment(time: float) -> datetime:
    """Return seconds since 1970 as an aware datetime in UTC."""
    return datetime.fromtimestamp(time, UTC)

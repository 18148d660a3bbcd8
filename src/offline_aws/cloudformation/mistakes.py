"""The error of CloudFormation for nearly everything that it refuses."""

from __future__ import annotations

from offline_aws.errors import AwsError


class Mistake(AwsError):
    """A ValidationError, which is common to AWS's services of the query protocol."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationError", message)

"""Ask an AWS account of one's own, with the credentials that the AWS CLI would take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

#: What to do about what the computer lacks; AWS's own sentences say the rest.
_HINTS: dict[type[BotoCoreError], str] = {
    NoCredentialsError: "`aws configure` sets them up, --profile NAME takes those of a profile",
    PartialCredentialsError: "`aws configure` sets them up",
    NoRegionError: "--region NAME does, as in --region eu-west-1",
}


@contextmanager
def session(
    profile: str | None, region: str | None, error: Callable[[str], Exception]
) -> Iterator[boto3.Session]:
    """Yield a session of this profile and region, by default those of the AWS configuration.

    What AWS refuses, and what keeps it from being asked (a profile that is not there, missing
    credentials, no network), is raised as ``error`` of one sentence.
    """
    try:
        yield boto3.Session(profile_name=profile, region_name=region)
    except ClientError as refused:
        said = refused.response["Error"]
        raise error(f"AWS says: {_line(said.get('Message') or said['Code'])}") from refused
    except BotoCoreError as failed:
        hint = _HINTS.get(type(failed))
        sentence = f"AWS cannot be asked: {_line(str(failed))}"
        raise error(f"{sentence.rstrip('.')}: {hint}" if hint else sentence) from failed


def _line(text: str) -> str:
    return " ".join(text.split())

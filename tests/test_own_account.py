"""A session of one's own account, and the sentences in which it fails."""

from __future__ import annotations

import os
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from devops_workbook.own_account import session
from offline_aws import OfflineAWS


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A computer on which AWS was never set up."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


def said(region: str | None, profile: str | None = None) -> str:
    with pytest.raises(RuntimeError) as raised, session(profile, region, RuntimeError) as own:
        own.client("xray").get_trace_summaries(StartTime=1, EndTime=2)
    return str(raised.value)


def test_the_region_is_that_of_the_configuration_or_the_one_named() -> None:
    with OfflineAWS(region="eu-west-1"):
        for asked, found in ((None, "eu-west-1"), ("us-west-2", "us-west-2")):
            with session(None, asked, RuntimeError) as own:
                assert isinstance(own, boto3.Session)
                assert own.region_name == found


def test_what_is_missing_is_said_with_what_to_do(bare: pytest.MonkeyPatch) -> None:
    assert said(None) == (
        "AWS cannot be asked: You must specify a region: --region NAME does, as in"
        " --region eu-west-1"
    )
    assert said("eu-west-1") == (
        "AWS cannot be asked: Unable to locate credentials: `aws configure` sets them up,"
        " --profile NAME takes those of a profile"
    )
    bare.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    assert said("eu-west-1").startswith("AWS cannot be asked: Partial credentials found in env")
    assert said("eu-west-1", "nobody") == (
        "AWS cannot be asked: The config profile (nobody) could not be found"
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"Code": "AccessDenied", "Message": "Not you,\n my friend"}, "Not you, my friend"),
        ({"Code": "AccessDenied"}, "AccessDenied"),
    ],
)
def test_what_aws_refuses_is_its_own_sentence(answer: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuntimeError) as raised, session(None, "eu-west-1", RuntimeError):
        raise ClientError({"Error": answer}, "GetTraceSummaries")  # type: ignore[typeddict-item]
    assert str(raised.value) == f"AWS says: {sentence}"


def test_a_sentence_is_one_line() -> None:
    with pytest.raises(RuntimeError) as raised, session(None, "eu-west-1", RuntimeError):
        raise ParamValidationError(report="one\n two")
    assert str(raised.value).count("\n") == 0

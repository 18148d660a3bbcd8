"""The policies that AWS manages are there from the first call that names one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from offline_aws import OfflineAWS, clients

ARN = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture
def iam() -> Iterator[Any]:
    with OfflineAWS():
        yield clients.client("iam", "us-east-1")


def test_a_policy_of_aws_is_known_by_its_arn(iam: Any) -> None:
    found = iam.get_policy(PolicyArn=ARN)["Policy"]
    assert (found["PolicyName"], found["Path"]) == ("AWSLambdaBasicExecutionRole", "/service-role/")
    version = iam.get_policy_version(PolicyArn=ARN, VersionId=found["DefaultVersionId"])
    actions = version["PolicyVersion"]["Document"]["Statement"][0]["Action"]
    assert "logs:PutLogEvents" in actions


def test_a_policy_that_aws_has_not_is_not_there(iam: Any) -> None:
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/DoesEverything")


def test_a_list_has_all_of_them_but_that_of_the_account_s_own(iam: Any) -> None:
    assert iam.list_policies(Scope="Local")["Policies"] == []
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS")
    found = [each["Arn"] for page in pages for each in page["Policies"]]
    assert ARN in found
    assert len(found) > 1000
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_they_can_be_attached(iam: Any) -> None:
    iam.create_user(UserName="ana")
    iam.attach_user_policy(UserName="ana", PolicyArn=ARN)
    attached = iam.list_attached_user_policies(UserName="ana")["AttachedPolicies"]
    assert [each["PolicyArn"] for each in attached] == [ARN]

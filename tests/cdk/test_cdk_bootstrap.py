"""An account is bootstrapped by a stack, once; without it nothing is deployed."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest
from cdk_account import status

from devops_workbook.cdk import Assembly, CdkError, bootstrap, deploy
from offline_aws import OfflineAWS

AppOf = Callable[..., Assembly]
VERSION = "/cdk-bootstrap/hnb659fds/version"


def queue(stack: object) -> None:
    from aws_cdk import aws_sqs as sqs

    sqs.Queue(stack, "Orders")  # type: ignore[arg-type]


def test_an_account_is_bootstrapped_once_and_before_the_first_deployment(
    app_of: AppOf, capsys: pytest.CaptureFixture[str]
) -> None:
    assembly = app_of(queue)
    with OfflineAWS():
        with pytest.raises(CdkError, match=r"is not bootstrapped.*Run `bootstrap\(\)` once"):
            deploy(assembly)
        bootstrap()
        bootstrap()
        assert capsys.readouterr().out == (
            "aws://123456789012/us-east-1 is bootstrapped: the stack CDKToolkit holds what the CDK "
            "deploys with.\naws://123456789012/us-east-1 is bootstrapped already.\n"
        )
        assert status("CDKToolkit") == "CREATE_COMPLETE"
        roles = [each["RoleName"] for each in boto3.client("iam").list_roles()["Roles"]]
        for name in ("deploy", "cfn-exec", "lookup", "file-publishing", "image-publishing"):
            assert f"cdk-hnb659fds-{name}-role-123456789012-us-east-1" in roles
        deploy(assembly)
        assert status("shop") == "CREATE_COMPLETE"


def test_a_bootstrap_that_is_too_old_is_refused(app_of: AppOf) -> None:
    assembly = app_of(queue)
    with OfflineAWS():
        boto3.client("ssm").put_parameter(Name=VERSION, Value="5", Type="String")
        with pytest.raises(CdkError, match=r"needs version 6 of the bootstrap stack.*version 5"):
            deploy(assembly)

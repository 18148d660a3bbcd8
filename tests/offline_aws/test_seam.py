"""How a service is completed or added: operations as plain functions, through the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import offline_aws.codecommit  # noqa: F401  its operations must be registered before they are hidden
from offline_aws import AwsError, NotRunningError, OfflineAWS
from offline_aws.moto_seam import simulated
from offline_aws.operations import REGISTRY, Call, operation

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Services:
    """The App Runner services of one account and region."""

    def __init__(self) -> None:
        self.names: list[str] = []


class Branches:
    """The branches of one account and region."""

    def __init__(self) -> None:
        self.names = ["main"]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register operations for the length of a test: one new service, one completed service."""
    for service in ("proton", "codecommit", "xray"):
        monkeypatch.setitem(REGISTRY, service, {})

    @operation("proton", "ListServices")
    def list_services(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        summaries = [
            {"name": name, "createdAt": call.clock.now(), "status": "ACTIVE"}
            for name in call.state(Services).names
        ]
        return {"services": summaries}

    @operation("proton", "CreateService")
    def create_service(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        call.state(Services).names.append(parameters["name"])
        return {"service": {"name": parameters["name"]}}

    @operation("proton", "GetService")
    def get_service(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        raise AwsError("ResourceNotFoundException", f"No service {parameters['name']}.")

    @operation("codecommit", "ListBranches")
    def list_branches(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if parameters["repositoryName"] != "shop":
            raise AwsError("RepositoryDoesNotExistException", "There is no such repository.")
        return {"branches": call.state(Branches).names}

    @operation("codecommit", "CreateBranch")
    def create_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        call.state(Branches).names.append(parameters["branchName"])
        return {}

    @operation("codecommit", "DeleteRepository")
    def delete_repository(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"repositoryId": f"{call.account}/{call.region}/{parameters['repositoryName']}"}

    @operation("codecommit", "GetBranch")
    def get_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"branch": {}["missing"]}


def test_a_service_that_moto_lacks() -> None:
    with OfflineAWS(now=MONDAY):
        client = boto3.client("proton")
        assert client.list_services()["services"] == []
        wanted = {"templateName": "web", "templateMajorVersion": "1", "spec": "x"}
        client.create_service(name="orders", **wanted)
        (service,) = client.list_services()["services"]
    assert service == {"name": "orders", "createdAt": MONDAY, "status": "ACTIVE"}


def test_an_operation_that_moto_lacks_in_a_service_that_it_has() -> None:
    with OfflineAWS():
        client = boto3.client("codecommit")
        created = client.create_repository(repositoryName="shop")  # moto's own
        client.create_branch(repositoryName="shop", branchName="hotfix", commitId="0" * 40)
        assert client.list_branches(repositoryName="shop")["branches"] == ["main", "hotfix"]
    assert created["repositoryMetadata"]["repositoryName"] == "shop"


def test_an_operation_that_moto_has_is_replaced() -> None:
    with OfflineAWS(region="eu-west-1"):
        answer = boto3.client("codecommit").delete_repository(repositoryName="shop")
    assert answer["repositoryId"] == "123456789012/eu-west-1/shop"


def test_errors_are_the_client_s_own_exceptions() -> None:
    with OfflineAWS():
        client = boto3.client("codecommit")
        with pytest.raises(client.exceptions.RepositoryDoesNotExistException) as error:
            client.list_branches(repositoryName="other")
        proton = boto3.client("proton")
        with pytest.raises(proton.exceptions.ResourceNotFoundException, match="No service"):
            proton.get_service(name="orders")
    assert error.value.response["Error"]["Message"] == "There is no such repository."
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_error_that_the_model_does_not_have_is_raised_all_the_same() -> None:
    @operation("codecommit", "GetBranch")
    def get_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        raise AwsError("ValidationException", "One of AWS's common errors.")

    with OfflineAWS(), pytest.raises(ClientError, match="One of AWS's") as error:
        boto3.client("codecommit").get_branch(repositoryName="shop", branchName="main")
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(
    ("service", "call", "parameters", "code"),
    [
        ("cloudformation", "update_stack", {"StackName": "shop"}, "ValidationError"),
        ("ec2", "describe_fast_launch_images", {}, "NotSimulatedOffline"),
        ("eks", "list_insights", {"clusterName": "shop"}, "NotSimulatedOffline"),
        ("codebuild", "batch_get_fleets", {"names": ["shop"]}, "NotSimulatedOffline"),
        ("s3", "get_bucket_metrics_configuration", {"Bucket": "a", "Id": "b"}, "NotSimulated"),
    ],
)
def test_an_error_is_raised_by_botocore_in_the_protocol_of_its_service(
    service: str, call: str, parameters: dict[str, Any], code: str
) -> None:
    with OfflineAWS(), pytest.raises(ClientError) as error:
        getattr(boto3.client(service), call)(**parameters)
    assert error.value.response["Error"]["Code"].startswith(code)
    assert error.traceback[-1].path.parts[-2:] == ("botocore", "client.py")


def test_a_fault_in_an_operation_is_named() -> None:
    with OfflineAWS(), pytest.raises(ClientError) as failure:
        boto3.client("codecommit").get_branch(repositoryName="shop", branchName="main")
    assert failure.value.response["Error"]["Code"] == "OfflineInternalFailure"
    assert isinstance(failure.value.__cause__, KeyError)


def test_state_is_of_one_account_region_and_environment() -> None:
    branch = {"repositoryName": "shop", "branchName": "x", "commitId": "0" * 40}
    with OfflineAWS() as aws:
        here, there = boto3.client("codecommit"), boto3.client("codecommit", "eu-west-1")
        here.create_branch(**branch)
        assert there.list_branches(repositoryName="shop")["branches"] == ["main"]
        aws.reset()
        assert here.list_branches(repositoryName="shop")["branches"] == ["main"]
        here.create_branch(**branch)
    with OfflineAWS():
        again = boto3.client("codecommit")
        assert again.list_branches(repositoryName="shop")["branches"] == ["main"]


def test_what_is_kept_is_closed_and_its_folder_removed() -> None:
    closed = []

    class Files:
        def close(self) -> None:
            closed.append(self)

    @operation("codecommit", "ListPullRequests")
    def list_pull_requests(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        call.state(Files)
        (call.folder / "a file").write_text("text")
        return {"pullRequestIds": []}

    with OfflineAWS() as aws:
        first = aws.folder
        boto3.client("codecommit").list_pull_requests(repositoryName="shop")
        assert (first / "a file").exists()
        aws.reset()
        assert len(closed) == 1
        assert not first.exists()
        assert list(aws.folder.iterdir()) == []
        second = aws.folder
    assert not second.exists()
    with pytest.raises(NotRunningError):
        _ = aws.folder


def test_the_caller_is_the_one_that_sts_names() -> None:
    @operation("codecommit", "GetBranch")
    def get_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"branch": {"branchName": call.caller}}

    def arn_of_caller(**keys: str) -> str:
        client = boto3.client("codecommit", **keys)  # type: ignore[call-overload]
        answer = client.get_branch(repositoryName="shop", branchName="main")
        return str(answer["branch"]["branchName"])

    with OfflineAWS():
        iam, sts = boto3.client("iam"), boto3.client("sts")
        iam.create_user(UserName="ada")
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        role = {"RoleArn": "arn:aws:iam::123456789012:role/Reviewer", "RoleSessionName": "grace"}
        session = sts.assume_role(**role)["Credentials"]
        assert arn_of_caller() == sts.get_caller_identity()["Arn"]
        assert arn_of_caller(
            aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
        ).endswith(":user/ada")
        assert arn_of_caller(
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        ).endswith(":assumed-role/Reviewer/grace")


def test_what_is_not_registered_is_still_refused_and_listed() -> None:
    with OfflineAWS(), pytest.raises(ClientError) as refusal:
        boto3.client("proton").delete_service(name="orders")
    message = refusal.value.response["Error"]["Message"]
    assert "CreateService, GetService, ListServices" in message


def test_moto_is_as_it_was_afterwards() -> None:
    import moto

    before = simulated("codecommit")
    with OfflineAWS():
        boto3.client("codecommit").list_branches(repositoryName="shop")
        assert "ListBranches" in simulated("codecommit")
    assert simulated("codecommit") == before
    with moto.mock_aws():
        client = boto3.client("proton", "us-east-1")
        with pytest.raises(ClientError, match="Not yet implemented"):
            client.list_services()

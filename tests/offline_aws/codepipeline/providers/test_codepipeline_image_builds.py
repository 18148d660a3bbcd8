"""ECRBuildAndPublish: what is given to the builder, what comes into ECR, how it fails."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pipeline_lab import stage

from offline_aws import OfflineAWS
from offline_aws.image_builds import BuildRequest, BuiltImage, ImageBuildError

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def packed(request: BuildRequest) -> BuiltImage:
    """Return an image whose one layer is the list of the context's files."""
    if "fail" in request.dockerfile:
        raise ImageBuildError("Dockerfile, line 1: fail is not understood here.")
    config = json.dumps({"architecture": "amd64", "os": "linux"}).encode()
    layer = " ".join(sorted(request.files)).encode()
    blobs = {digest(data): data for data in (config, layer)}
    parts = [
        {"mediaType": "application/octet-stream", "digest": name, "size": len(data)}
        for name, data in blobs.items()
    ]
    head = {"schemaVersion": 2, "mediaType": MANIFEST}
    manifest = {**head, "config": parts[0], "layers": parts[1:]}
    return BuiltImage(json.dumps(manifest).encode(), blobs, MANIFEST, (f"COPY {layer.decode()}",))


@pytest.fixture
def asked(aws: OfflineAWS) -> list[BuildRequest]:
    """Provide a builder; return what it is asked for."""
    requests: list[BuildRequest] = []

    def build(request: BuildRequest) -> BuiltImage:
        requests.append(request)
        return packed(request)

    aws.image_builds.provide(build)
    return requests


@pytest.fixture
def ecr(aws: OfflineAWS) -> Any:
    client = boto3.client("ecr")
    client.create_repository(repositoryName="orders")
    return client


@pytest.fixture
def build(shop: Any, act: Any, ecr: Any) -> Any:
    """Run a pipeline that builds; the source has a folder with a Dockerfile."""

    def run(**configuration: str) -> None:
        files = {"orders/Dockerfile": "FROM scratch\n", "orders/run__sh": "true"}
        shop.commit(**{**files, "README__md": "1"})
        given = {"ECRRepositoryName": "orders", "DockerFilePath": "orders", **configuration}
        shop.pipeline(act("Build", "ECRBuildAndPublish", **given))

    return run


def test_the_image_of_the_folder_is_in_the_repository_under_each_tag(
    shop: Any, build: Any, ecr: Any, asked: list[BuildRequest]
) -> None:
    build(ImageTags="#{Source.CommitId}, latest")

    assert shop.status() == "Succeeded"
    (request,) = asked
    assert request.dockerfile == "FROM scratch\n"
    assert sorted(request.files) == ["Dockerfile", "run.sh"]
    (image,) = ecr.describe_images(repositoryName="orders")["imageDetails"]
    commit = shop.variables("Source")["CommitId"]
    assert sorted(image["imageTags"]) == sorted([commit, "latest"])
    assert shop.variables("Build") == {
        "ECRImageDigestId": image["imageDigest"],
        "ECRRepositoryName": "orders",
    }
    action = shop.action("Build")
    assert action["output"]["outputArtifacts"] == []
    assert (action["lastUpdateTime"] - action["startTime"]).total_seconds() == 60
    states = shop.codepipeline.get_pipeline_state(name="shop")["stageStates"][1]["actionStates"]
    assert states[0]["entityUrl"].endswith("/ecr/repositories/orders/?region=us-east-1")

    # The same again pushes nothing, and is no failure.
    shop.again()
    assert shop.status() == "Succeeded"
    assert len(ecr.describe_images(repositoryName="orders")["imageDetails"]) == 1


def test_the_log_is_the_pipelines(shop: Any, build: Any, asked: list[BuildRequest]) -> None:
    build()
    arn = shop.result("Build")["logStreamARN"]
    group, stream = arn.split(":log-group:")[1].split(":log-stream:")
    assert (group, stream) == ("/aws/codepipeline/shop", shop.action("Build")["actionExecutionId"])
    found = boto3.client("logs").get_log_events(
        logGroupName=group, logStreamName=stream, startFromHead=True
    )
    lines = [event["message"] for event in found["events"]]
    uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders"
    assert lines[1].endswith(f"Running command docker build -t {uri}:latest orders")
    assert lines[2] == "COPY Dockerfile run.sh"
    assert lines[3].endswith(f"Running command docker push {uri}:latest")
    assert lines[4].startswith(f"latest: digest: {shop.variables('Build')['ECRImageDigestId']} ")
    assert lines[5].endswith("Phase complete: BUILD State: SUCCEEDED")
    took = found["events"][5]["timestamp"] - found["events"][0]["timestamp"]
    assert took == 60_000


#: What an action is configured with, and what it fails with.
WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "Broken": ({"DockerFilePath": "broken"}, "JobFailed", "Dockerfile, line 1: fail is not"),
    "NoFolder": ({"DockerFilePath": "./nothing"}, "JobFailed", 'path "./nothing" not found'),
    "NoFile": ({"DockerFilePath": "."}, "JobFailed", "open Dockerfile: no such file"),
    "AFile": ({"DockerFilePath": "orders/Dockerfile"}, "JobFailed", "must be a directory: orders"),
    "Tag": ({"ImageTags": "1.0,not a tag"}, "JobFailed", "invalid reference format"),
    "Public": ({"RegistryType": "public"}, "ConfigurationError", "not simulated offline"),
    "Shared": ({"RegistryType": "shared"}, "ConfigurationError", "not 'shared'"),
    "NoRepository": (
        {"ECRRepositoryName": "payments"},
        "JobFailed",
        "The repository with name 'payments' does not exist in the registry with id",
    ),
}


def test_what_cannot_be_built_or_pushed_fails_its_action(
    shop: Any, act: Any, ecr: Any, asked: list[BuildRequest]
) -> None:
    shop.commit(**{"orders/Dockerfile": "FROM scratch", "broken/Dockerfile": "fail"})
    given = {"ECRRepositoryName": "orders", "DockerFilePath": "orders"}
    actions = [
        act("Build", "ECRBuildAndPublish", name=name, namespace=name, **{**given, **wrong[0]})
        for name, wrong in WRONG.items()
    ]
    shop.pipeline(actions[0], stages=[stage("Source", shop.source), stage("Build", *actions)])

    for name, (_, code, message) in WRONG.items():
        found, said = shop.error(name)
        assert (found, message in said) == (code, True), said
    assert ecr.describe_images(repositoryName="orders")["imageDetails"] == []


def test_a_tag_that_is_immutable_stays(
    shop: Any, build: Any, ecr: Any, asked: list[BuildRequest]
) -> None:
    ecr.put_image_tag_mutability(repositoryName="orders", imageTagMutability="IMMUTABLE")
    build(ImageTags="1.0")
    shop.commit(**{"orders/more": "1"})
    shop.again()
    code, message = shop.error("Build")
    assert code == "JobFailed"
    assert "The image tag '1.0' already exists in the 'orders' repository" in message
    (image,) = ecr.describe_images(repositoryName="orders")["imageDetails"]
    assert image["imageDigest"] == digest(packed(asked[0]).manifest)


def test_nobody_builds_until_a_lab_says_who(shop: Any, build: Any, aws: OfflineAWS) -> None:
    aws.image_builds.provide(lambda request: None)
    build()
    code, message = shop.error("Build")
    assert code == "JobFailed"
    assert message.startswith("Docker builds cannot run offline")
    assert "aws.image_builds.provide(builder)" in message


def test_a_reset_forgets_who_builds(aws: OfflineAWS) -> None:
    aws.image_builds.provide(packed)
    aws.reset()
    with pytest.raises(ImageBuildError, match="cannot run offline"):
        aws.image_builds.build(BuildRequest("FROM scratch"))


def test_files_that_may_be_run_are_told_to_the_builder(
    shop: Any, act: Any, ecr: Any, asked: list[BuildRequest]
) -> None:
    files = [("Dockerfile", "NORMAL"), ("run.sh", "EXECUTABLE")]
    put = [{"filePath": n, "fileContent": n.encode(), "fileMode": m} for n, m in files]
    shop.codecommit.create_commit(repositoryName="shop", branchName="main", putFiles=put)
    shop.pipeline(act("Build", "ECRBuildAndPublish", ECRRepositoryName="orders"))
    assert asked[0].executable == {"run.sh"}


def test_it_needs_a_repository_and_a_pipeline_of_type_v2(shop: Any, act: Any) -> None:
    action = act("Build", "ECRBuildAndPublish")
    with pytest.raises(ClientError, match="missing required configuration 'ECRRepositoryName'"):
        shop.pipeline(action)
    action["configuration"] = {"ECRRepositoryName": "orders"}
    with pytest.raises(ClientError, match="can only be used with V2"):
        shop.pipeline(action, pipelineType="V1")

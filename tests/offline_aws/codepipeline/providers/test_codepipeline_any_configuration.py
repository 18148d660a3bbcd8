"""Whatever an action is configured with, its provider says how it stands and does not raise."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import offline_aws.codepipeline  # noqa: F401 - registers the providers
from offline_aws import OfflineAWS
from offline_aws.codepipeline.provider import PROVIDERS, Artifact, Job, Provider
from offline_aws.codepipeline.providers.ecs_deploy import EcsDeploy

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEYS = {
    "CodeCommit": ("RepositoryName", "BranchName", "OutputArtifactFormat"),
    "S3": (
        *("S3Bucket", "S3ObjectKey", "AllowOverrideForS3ObjectKey"),
        *("BucketName", "Extract", "ObjectKey", "CannedACL", "CacheControl"),
    ),
    "ECR": ("RepositoryName", "ImageTag"),
    "CodeStarSourceConnection": ("ConnectionArn", "FullRepositoryId", "BranchName"),
    "CodeBuild": ("ProjectName", "PrimarySource", "EnvironmentVariables", "BatchEnabled"),
    "Commands": (),
    "CloudFormation": (
        *("ActionMode", "StackName", "ChangeSetName", "TemplatePath", "TemplateConfiguration"),
        *("ParameterOverrides", "Capabilities", "RoleArn", "OutputFileName"),
    ),
    "CodeDeploy": ("ApplicationName", "DeploymentGroupName"),
    "CodeDeployToECS": (
        *("ApplicationName", "DeploymentGroupName", "TaskDefinitionTemplateArtifact"),
        *("TaskDefinitionTemplatePath", "AppSpecTemplateArtifact", "AppSpecTemplatePath"),
        *("Image1ArtifactName", "Image1ContainerName"),
    ),
    "ECRBuildAndPublish": ("ECRRepositoryName", "DockerFilePath", "ImageTags", "RegistryType"),
    "ECS": ("ClusterName", "ServiceName", "FileName", "DeploymentTimeout"),
}
# A function would really be invoked.
REGISTERED = {key: each for key, each in PROVIDERS.items() if key[2] in KEYS}
EVERY: dict[tuple[str, str, str], Provider] = {
    **REGISTERED,
    ("Deploy", "AWS", "ECS"): EcsDeploy(),
}
VALUES = st.one_of(
    st.sampled_from(
        [
            *("shop", "main", "artifacts", "code.zip", "true", "false", "latest", "team/shop"),
            *("CREATE_UPDATE", "REPLACE_ON_FAILURE", "DELETE_ONLY", "CHANGE_SET_REPLACE"),
            *("CHANGE_SET_EXECUTE", "CODEBUILD_CLONE_REF", "Code::file.json", "Code::none"),
            *("Other::", "::", "Code", "Other", "file.json", "{}", "[]", "[{}]", '{"A": 1}'),
            *('[{"name": "A", "value": "1"}]', '{"A": {"Fn::GetParam": ["Code", "file.json", 1]}}'),
            '{"A": {"Fn::GetParam": ["Code", "file.json", "A"]}}',
            '{"A": {"Fn::GetArtifactAtt": ["Code", "URL"]}}',
        ]
    ),
    # moto's answers in XML quote what they are given, which no parser takes then.
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12),
)
CONTENTS = st.one_of(
    st.binary(max_size=20),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["Parameters", "Tags", "name", "imageUri"]), inner)
        ),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
)


@pytest.fixture(scope="module")
def account() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        boto3.client("s3").create_bucket(Bucket="artifacts")
        codecommit = boto3.client("codecommit")
        codecommit.create_repository(repositoryName="shop")
        put = [{"filePath": "file.json", "fileContent": b"{}"}]
        codecommit.create_commit(repositoryName="shop", branchName="main", putFiles=put)
        yield aws


def artifact(name: str, data: bytes) -> Artifact:
    key = f"shop/{name}/1.zip"
    boto3.client("s3").put_object(Bucket="artifacts", Key=key, Body=data)
    return Artifact(name, "artifacts", key)


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("file.json", "imagedefinitions.json", "imageDetail.json", "taskdef.json"):
            archive.writestr(name, content)
    return buffer.getvalue()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(sorted(EVERY)), data=st.data())
def test_every_action_comes_to_a_status(
    key: tuple[str, str, str], data: Any, account: OfflineAWS
) -> None:
    configuration = {name: data.draw(VALUES, name) for name in KEYS[key[2]]}
    content = data.draw(CONTENTS)
    inputs = {
        "Code": artifact("Code", zipped(content)),
        "Other": artifact("Other", content),
        "None": Artifact("None", "artifacts", "shop/None/1.zip"),
    }
    names = data.draw(st.permutations(sorted(inputs)))[: data.draw(st.integers(0, 3))]
    job = Job(
        pipeline="shop",
        execution_id="e-1",
        stage="Stage",
        action="Action",
        action_execution_id=f"a-{data.draw(st.integers(0, 10**9))}",
        region="us-east-1",
        account="123456789012",
        configuration=configuration,
        inputs={name: inputs[name] for name in names},
        outputs={"Out": Artifact("Out", "artifacts", "shop/Out/1.zip")},
        now=account.clock.now(),
        declaration={"commands": ["true"], "outputArtifacts": [{"name": "Out"}]},
    )
    status = EVERY[key].start(job)
    assert status.state in ("InProgress", "Succeeded", "Failed")
    if status.state == "Failed":
        assert status.error_code in ("ConfigurationError", "JobFailed", "PermissionError")
        assert status.error_message
    else:
        assert status.external_id or key[2] == "CloudFormation"

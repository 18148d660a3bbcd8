"""AWS::CodeCommit::Repository."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import VALUE, live

_NAME = {"repositoryName": live("repositoryName")}


def _repository(it: Resource) -> Any:
    """Return a repository, which CodeCommit finds by its name alone."""
    names = [
        each["repositoryName"]
        for page in it.client.get_paginator("list_repositories").paginate()
        for each in page["repositories"]
        if each["repositoryId"] == it.id
    ]
    if not names:
        return None
    return it.found("get_repository:repositoryMetadata", repositoryName=names[0])


def _first_commit(it: Resource, _: Properties) -> None:
    """Put the files of a zip file in S3 into the first commit; there is no second one."""
    code = it["Code"]
    if code is None or "defaultBranch" in it.look():
        return
    place = code["S3"]
    found = it.context.client("s3").get_object(Bucket=place["Bucket"], Key=place["Key"])
    with zipfile.ZipFile(io.BytesIO(found["Body"].read())) as archive:
        files = [
            {"filePath": name, "fileContent": archive.read(name)}
            for name in archive.namelist()
            if not name.endswith("/")
        ]
    it.ask(
        "create_commit",
        repositoryName=it.live["repositoryName"],
        branchName=code.get("BranchName", "main"),
        putFiles=files,
        commitMessage="Initial commit by AWS CloudFormation",
    )


def _rename(it: Resource, old: Properties) -> None:
    if it["RepositoryName"] != old["RepositoryName"]:
        it.ask(
            "update_repository_name",
            oldName=it.live["repositoryName"],
            newName=it["RepositoryName"],
        )
        it.look()


register(
    Declared(
        "AWS::CodeCommit::Repository",
        service="codecommit",
        properties="Code KmsKeyId RepositoryDescription RepositoryName Tags Triggers",
        id="repositoryMetadata.repositoryId",
        make=Call("create_repository", told="KmsKeyId RepositoryDescription RepositoryName"),
        look=Find(_repository),
        remove=Call("delete_repository", _NAME),
        parts=(
            Do("RepositoryName", _rename),
            Own(
                "RepositoryDescription",
                put=Call(
                    "update_repository_description", {**_NAME, "repositoryDescription": VALUE}
                ),
                default="",
            ),
            Own(
                "Triggers",
                put=Call("put_repository_triggers", {**_NAME, "triggers": VALUE}),
                look=Look("get_repository_triggers", _NAME, "triggers"),
                default=[],
            ),
            Do("Code", _first_commit),
            Tags(resource=live("Arn"), aws_tags=False),
        ),
        show={"Name": "repositoryName"},
        fixed="KmsKeyId",
        unread="Code",
    )
)

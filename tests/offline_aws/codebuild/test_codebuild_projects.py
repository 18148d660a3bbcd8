"""Projects through boto3: defaults, changes, lists, and what AWS refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from codebuild_lab import MONDAY, Lab, spec

BUILDSPEC = spec("true")


def test_create_fills_in_aws_s_defaults(lab: Lab) -> None:
    project = lab.create(BUILDSPEC)
    assert project["arn"] == "arn:aws:codebuild:us-east-1:123456789012:project/orders"
    assert project["timeoutInMinutes"] == 60
    assert project["queuedTimeoutInMinutes"] == 480
    assert project["cache"] == {"type": "NO_CACHE"}
    assert project["encryptionKey"].endswith(":alias/aws/s3")
    assert project["badge"] == {"badgeEnabled": False}
    assert project["environment"]["imagePullCredentialsType"] == "CODEBUILD"
    assert project["created"] == project["lastModified"] == MONDAY


def test_update_keeps_what_is_not_given(lab: Lab) -> None:
    lab.create(BUILDSPEC, description="old", tags=[{"key": "team", "value": "shop"}])
    lab.clock.advance(minutes=1)
    changed = lab.codebuild.update_project(name="orders", description="new", timeoutInMinutes=5)
    project = changed["project"]
    assert (project["description"], project["timeoutInMinutes"]) == ("new", 5)
    assert project["tags"] == [{"key": "team", "value": "shop"}]
    assert project["created"] == MONDAY
    assert project["lastModified"] == MONDAY + timedelta(minutes=1)
    assert lab.codebuild.batch_get_projects(names=["orders"])["projects"] == [project]


def test_a_refused_update_changes_nothing(lab: Lab) -> None:
    before = lab.create(BUILDSPEC)
    with pytest.raises(lab.codebuild.exceptions.InvalidInputException):
        lab.codebuild.update_project(name="orders", description="new", serviceRole="nobody")
    assert lab.codebuild.batch_get_projects(names=["orders"])["projects"] == [before]


def test_list_and_get(lab: Lab) -> None:
    for name in ("orders", "storefront", "admin"):
        lab.create(BUILDSPEC, name=name)
        lab.clock.advance(seconds=1)
    listed = lab.codebuild.list_projects
    assert listed()["projects"] == ["admin", "orders", "storefront"]
    newest = listed(sortBy="CREATED_TIME", sortOrder="DESCENDING")["projects"]
    assert newest == ["admin", "storefront", "orders"]
    found = lab.codebuild.batch_get_projects(names=["none", "orders"])
    assert [project["name"] for project in found["projects"]] == ["orders"]
    assert found["projectsNotFound"] == ["none"]


def test_delete_keeps_the_builds(lab: Lab) -> None:
    project = lab.create(BUILDSPEC)
    build = lab.build()
    lab.codebuild.delete_project(name=project["arn"])
    lab.codebuild.delete_project(name="orders")
    assert lab.codebuild.list_projects()["projects"] == []
    assert lab.look(build["id"])["projectName"] == "orders"


def test_a_name_is_taken_once(lab: Lab) -> None:
    lab.create(BUILDSPEC)
    with pytest.raises(lab.codebuild.exceptions.ResourceAlreadyExistsException, match=":project/"):
        lab.create(BUILDSPEC)
    with pytest.raises(lab.codebuild.exceptions.ResourceNotFoundException):
        lab.codebuild.update_project(name="other", description="x")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "a shop"}, "alphanumeric"),
        ({"timeoutInMinutes": 2161}, "less than or equal to 2160"),
        ({"serviceRole": "arn:aws:iam::111122223333:role/build"}, "service role"),
        ({"source": {"type": "NO_SOURCE"}}, "buildspec is required"),
        ({"source": {"type": "NO_SOURCE", "buildspec": "a\n", "location": "b"}}, "null location"),
        ({"source": {"type": "S3"}}, "location is required"),
        ({"source": {"type": "SVN", "location": "x"}}, "'source.type' failed .* enum value set"),
        ({"artifacts": {"type": "S3"}}, "location is required"),
        ({"artifacts": {"type": "NO_ARTIFACTS", "location": "b"}}, "null location"),
        ({"artifacts": {"type": "CODEPIPELINE"}}, "CODEPIPELINE"),
        ({"secondaryArtifacts": [{"type": "S3", "location": "b"}]}, "Identifier"),
        (
            {"secondarySources": [{"type": "S3", "location": "b", "sourceIdentifier": "../up"}]},
            "sourceIdentifier",
        ),
        (
            {"secondarySources": [{"type": "S3", "location": "b", "sourceIdentifier": "a"}] * 2},
            "name of its own",
        ),
    ],
)
def test_what_create_refuses(lab: Lab, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(lab.codebuild.exceptions.InvalidInputException, match=message):
        lab.create(BUILDSPEC, **settings)
    assert lab.codebuild.list_projects()["projects"] == []


def test_an_override_is_checked_too(lab: Lab) -> None:
    lab.create(BUILDSPEC)
    with pytest.raises(ClientError, match="less than or equal to 2160"):
        lab.codebuild.start_build(projectName="orders", timeoutInMinutesOverride=3000)
    with pytest.raises(ClientError, match="reserved CODEBUILD_"):
        lab.codebuild.start_build(
            projectName="orders",
            environmentVariablesOverride=[{"name": "CODEBUILD_X", "value": "1"}],
        )

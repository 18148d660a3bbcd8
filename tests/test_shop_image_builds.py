"""A pipeline of CodePipeline builds the shop's orders service and pushes it to ECR."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from devops_workbook.images import Context, build, files_in, lint
from devops_workbook.shop.base_images import shop_bases
from devops_workbook.shop.build_commands import COMMANDS
from devops_workbook.shop.image_builds import image_files, provide
from devops_workbook.shop.pip_command import SITE_PACKAGES
from devops_workbook.shop_repository import commit_files, create_shop_repository, shop_files
from offline_aws import OfflineAWS
from offline_aws.image_builds import BuildRequest, ImageBuildError

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
FILES = {**shop_files("orders"), **image_files("orders")}
PYTHON = "shop/python:2025.11"


def request(**changed: str) -> BuildRequest:
    """Return what is built of the orders folder, with other texts by path."""
    texts = {path.removeprefix("orders/"): text for path, text in FILES.items()} | changed
    return BuildRequest(texts["Dockerfile"], {path: text.encode() for path, text in texts.items()})


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        provide(running)
        yield running


def action(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, "namespace": name, **more}


def test_a_commit_becomes_an_image_in_the_registry(aws: OfflineAWS) -> None:
    boto3.client("s3").create_bucket(Bucket="artifacts")
    ecr, codepipeline = boto3.client("ecr"), boto3.client("codepipeline")
    ecr.create_repository(repositoryName="orders")
    create_shop_repository(FILES)
    source = action(
        "Source",
        "Source",
        "CodeCommit",
        configuration={"RepositoryName": "shop", "BranchName": "main"},
        outputArtifacts=[{"name": "Code"}],
    )
    publish = action(
        "Publish",
        "Build",
        "ECRBuildAndPublish",
        configuration={
            "ECRRepositoryName": "orders",
            "DockerFilePath": "orders",
            "ImageTags": "#{Source.CommitId}",
        },
        inputArtifacts=[{"name": "Code"}],
    )
    stages: Any = [{"name": each["name"], "actions": [each]} for each in (source, publish)]
    codepipeline.create_pipeline(
        pipeline={
            "name": "orders",
            "roleArn": "arn:aws:iam::123456789012:role/pipeline",
            "artifactStore": {"type": "S3", "location": "artifacts"},
            "stages": stages,
            "pipelineType": "V2",
        }
    )

    aws.clock.advance(minutes=2)
    commit = commit_files("Say so", {"orders/service/config.py": "# other\n"})
    aws.clock.advance(minutes=4)

    images = {
        each["imageTags"][0]: each
        for each in ecr.describe_images(repositoryName="orders")["imageDetails"]
    }
    assert len(images) == 2
    (got,) = ecr.batch_get_image(repositoryName="orders", imageIds=[{"imageTag": commit}])["images"]
    (first,) = (images[tag]["imageDigest"] for tag in images if tag != commit)
    (other,) = ecr.batch_get_image(repositoryName="orders", imageIds=[{"imageDigest": first}])[
        "images"
    ]
    layers = [
        [each["digest"] for each in json.loads(one["imageManifest"])["layers"]]
        for one in (got, other)
    ]
    # A line of the code changed: the libraries are the same layer, the last one another.
    assert layers[0][:-1] == layers[1][:-1]
    assert layers[0][-1] != layers[1][-1]


def test_the_image_runs_the_service_as_its_own_user(aws: OfflineAWS) -> None:
    made = build(
        FILES["orders/Dockerfile"],
        Context(dict(request().files)),
        bases=shop_bases(),
        commands=COMMANDS,
    ).image
    assert aws.image_builds.build(request()).manifest == made.manifest
    settings = made.settings
    assert (settings["User"], settings["WorkingDir"]) == ("10001:10001", "/app")
    assert settings["Entrypoint"] == ["python", "-m", "service"]
    assert [*settings["ExposedPorts"]] == ["8080/tcp"]
    assert settings["Healthcheck"]["Test"][-1] == "http://localhost:8080/health"
    paths = {path for layer in made.layers for path in files_in(layer)}
    assert {"app/service/web.py", "app/migrations/001_customers_and_orders.sql"} <= paths
    assert f"{SITE_PACKAGES}/waitress-3.0.2.dist-info/METADATA" in paths
    assert not [path for path in paths if "test" in path or ".cache" in path or "tools" in path]


def test_hadolint_has_nothing_to_say_of_it() -> None:
    assert lint(FILES["orders/Dockerfile"]) == []


def test_a_second_build_takes_its_layers_from_the_cache(aws: OfflineAWS) -> None:
    first = aws.image_builds.build(request()).log
    again = aws.image_builds.build(request(**{"service/web.py": "# other\n"})).log
    install = next(number for number, line in enumerate(again) if "pip install" in line)
    assert "shown, not executed" in first[install + 1]
    assert again[install + 1] == f"#{install // 2 + 1} CACHED"
    copy = next(number for number, line in enumerate(again) if "COPY service/" in line)
    assert again[copy + 1].endswith("DONE")


def test_a_mistake_in_the_dockerfile_is_what_the_build_says(aws: OfflineAWS) -> None:
    wrong = request(Dockerfile="FROM shop/python:3\n")
    with pytest.raises(ImageBuildError, match=r"line 1: FROM .*found no base shop/python:3"):
        aws.image_builds.build(wrong)


def test_a_program_that_may_be_run_stays_so(aws: OfflineAWS) -> None:
    text = f"FROM {PYTHON}\nCOPY start.sh plain.sh /\n"
    files = {"start.sh": b"1", "plain.sh": b"2"}
    ran = aws.image_builds.build(BuildRequest(text, files, frozenset({"start.sh"})))
    plain = aws.image_builds.build(BuildRequest(text, files))
    assert ran.manifest != plain.manifest


@pytest.mark.parametrize(
    ("command", "left"),
    [
        ("pip install --no-cache-dir flask==3.1.2", ["flask 3.1.2"]),
        ("python -m pip install --no-cache-dir 'a.b[x]==1' c", ["a.b 1", "c 1"]),
        ("pip install --no-cache-dir -r requirements.txt -c other.txt", ["waitress 3.0.2"]),
        ("pip install --no-cache-dir --requirement=requirements.txt", ["waitress 3.0.2"]),
        ("pip check", []),
        ("python -m compileall .", []),
    ],
)
def test_what_pip_leaves(command: str, left: list[str]) -> None:
    text = f"FROM {PYTHON}\nCOPY requirements.txt .\nRUN {command}\n"
    context = Context({"requirements.txt": FILES["orders/requirements.txt"].encode()})
    made = build(text, context, bases=shop_bases(), commands=COMMANDS).image
    found = files_in(made.layers[-1])
    metadata = [
        each.data.decode().splitlines()
        for path, each in sorted(found.items())
        if each.data and path.startswith(SITE_PACKAGES) and path.endswith("METADATA")
    ]
    assert [f"{lines[1][6:]} {lines[2][9:]}" for lines in metadata] == left


def test_pip_keeps_what_it_downloaded_and_installs_where_it_is_told() -> None:
    text = f"FROM {PYTHON}\nWORKDIR /app\nRUN pip install --target lib flask==3.1.2\n"
    made = build(text, Context({}), bases=shop_bases(), commands=COMMANDS).image
    found = files_in(made.layers[-1])
    assert "root/.cache/pip/flask-3.1.2.whl" in found
    assert "app/lib/flask/__init__.py" in found

"""Deployments by hand and by a push, from images and from source code."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from apprunner_lab import FILE, REGION, REPOSITORY, URL, Lab, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_aws.apprunner.configuration_file import FileMistakeError, read
from offline_aws.event_bus import Event
from offline_aws.workloads import Behaviour, Container

API = {
    "ConfigurationSource": "API",
    "CodeConfigurationValues": {
        "Runtime": "NODEJS_22",
        "BuildCommand": "npm ci",
        "StartCommand": "node server.js",
        "Port": "3000",
    },
}


def test_a_service_follows_the_tag_of_its_image(lab: Lab) -> None:
    lab.push("production", "1")
    arn = lab.running(SourceConfiguration=lab.source("production"))
    lab.push("2")
    lab.aws.clock.advance(hours=1)
    assert len(lab.operations(arn)) == 1
    lab.push("production", "2")
    lab.aws.clock.advance(seconds=1)
    assert lab.operations(arn)[0] == ("START_DEPLOYMENT", "PENDING")
    assert lab.end(arn) == ("RUNNING", "SUCCEEDED")
    lab.aws.clock.advance(hours=1)
    assert len(lab.operations(arn)) == 2


def test_a_push_while_an_operation_goes_on_is_deployed_after_it(lab: Lab) -> None:
    lab.push("production", "1")
    arn = lab.create(SourceConfiguration=lab.source("production"))
    lab.aws.clock.advance(seconds=50)
    lab.push("production", "2")
    lab.aws.clock.advance(minutes=20)
    assert lab.operations(arn) == [
        ("START_DEPLOYMENT", "SUCCEEDED"),
        ("CREATE_SERVICE", "SUCCEEDED"),
    ]


def test_ecr_s_event_of_a_push_is_heard_at_once(lab: Lab) -> None:
    lab.push("1")
    arn = lab.running()
    lab.push("1", "newer")
    detail = {"action-type": "PUSH", "result": "SUCCESS", "repository-name": "orders"}
    lab.bus.send(Event("aws.ecr", "ECR Image Action", (), lab.aws.clock.now(), detail))
    assert lab.operations(arn)[0] == ("START_DEPLOYMENT", "PENDING")


def test_without_automatic_deployment_only_a_hand_deploys(lab: Lab) -> None:
    lab.push("1")
    arn = lab.running(SourceConfiguration=lab.source(AutoDeploymentsEnabled=False))
    lab.push("1", "newer")
    lab.aws.clock.advance(hours=1)
    assert len(lab.operations(arn)) == 1
    operation = lab.api.start_deployment(ServiceArn=arn)["OperationId"]
    assert lab.api.list_operations(ServiceArn=arn)["OperationSummaryList"][0]["Id"] == operation
    with refused("InvalidRequestException", "OPERATION_IN_PROGRESS"):
        lab.api.start_deployment(ServiceArn=arn)
    assert lab.end(arn) == ("RUNNING", "SUCCEEDED")
    assert lab.log(arn)[-4:] == [
        "Deployment started.",
        "Service status is set to OPERATION_IN_PROGRESS.",
        "Deployment completed successfully.",
        "Service status is set to RUNNING.",
    ]


def test_a_bad_push_is_rolled_back_once_and_the_old_version_serves(lab: Lab) -> None:
    good, bad = Behaviour(health=200), Behaviour(starts_after=timedelta(days=1))
    digests = [lab.push("production", "1")]

    def program(container: Container) -> Behaviour:
        return bad if "broken" in container.tags else good

    lab.aws.workloads.provide(program)
    arn = lab.running(SourceConfiguration=lab.source("production"))
    digests.append(lab.push("production", "2"))
    lab.push("broken", "2")
    lab.aws.clock.advance(minutes=5)
    assert lab.answer(arn) == 200
    assert lab.end(arn) == ("RUNNING", "ROLLBACK_SUCCEEDED")
    lab.aws.clock.advance(hours=2)
    assert lab.operations(arn)[0] == ("START_DEPLOYMENT", "ROLLBACK_SUCCEEDED")
    assert len(lab.operations(arn)) == 2
    assert digests[0] != digests[1]


def test_a_version_pinned_by_its_digest_stays(lab: Lab) -> None:
    digest = lab.push("1")
    image = {"ImageIdentifier": f"{REPOSITORY}@{digest}"}
    arn = lab.running(SourceConfiguration=lab.source(image=image))
    lab.push("1", "newer")
    lab.aws.clock.advance(hours=1)
    assert len(lab.operations(arn)) == 1


def test_an_image_of_another_account_is_not_followed(lab: Lab) -> None:
    other = {"ImageIdentifier": f"999999999999.dkr.ecr.{REGION}.amazonaws.com/orders:1"}
    with refused("InvalidRequestException", "different AWS account"):
        lab.create(SourceConfiguration=lab.source(image=other, AutoDeploymentsEnabled=True))
    arn = lab.create(SourceConfiguration=lab.source(image=dict(other)))
    assert lab.service(arn)["SourceConfiguration"]["AutoDeploymentsEnabled"] is False
    assert lab.end(arn) == ("CREATE_FAILED", "FAILED")


def test_code_is_built_from_a_branch_and_its_configuration_file_is_read(lab: Lab) -> None:
    asked: list[Container] = []

    def program(container: Container) -> Behaviour:
        asked.append(container)
        return Behaviour()

    lab.aws.workloads.provide(program)
    commit = lab.aws.code_hosts.push(URL, "main", {"apprunner.yaml": FILE, "app.py": ""})
    arn = lab.running(SourceConfiguration=lab.code(lab.connection()))
    (container,) = asked
    assert (container.repository, container.tag) == ("shop/orders", commit)
    assert container.command == ("python", "app.py")
    assert container.environment == {"PORT": "8000", "APP_PORT": "8000", "MODE": "shop"}
    assert lab.log(arn, "deployment")[:4] == [
        "Starting to pull source code.",
        "Successfully pulled source code.",
        "Starting source code build.",
        "Successfully built source code.",
    ]
    lab.aws.code_hosts.push(URL, "main", {"apprunner.yaml": "version: 1.0", "app.py": ""})
    lab.aws.clock.advance(seconds=1)
    assert lab.end(arn) == ("RUNNING", "ROLLBACK_SUCCEEDED")
    assert "Failed to validate configuration file." in lab.log(arn, "deployment")[1]
    lab.aws.clock.advance(hours=1)
    assert len(lab.operations(arn)) == 2


def test_an_api_configuration_needs_no_file(lab: Lab) -> None:
    lab.aws.code_hosts.push(URL, "main", {"server.js": ""})
    arn = lab.running(SourceConfiguration=lab.code(lab.connection(), **API))
    assert lab.log(arn, "deployment")[5] == "Performing health check on port '3000'."
    image = lab.source()
    with refused("InvalidRequestException", "type of the source"):
        lab.api.update_service(ServiceArn=arn, SourceConfiguration=image)


def test_code_needs_a_connection_that_is_available(lab: Lab) -> None:
    made = lab.api.create_connection(ConnectionName="github", ProviderType="GITHUB")["Connection"]
    assert made["Status"] == "PENDING_HANDSHAKE"
    arn = made["ConnectionArn"]
    for connection, message in ((arn, "not AVAILABLE"), (f"{arn}x", "could not be found")):
        with refused("InvalidRequestException", message):
            lab.create(SourceConfiguration=lab.code(connection))
    other = lab.api.create_connection(ConnectionName="others", ProviderType="BITBUCKET")
    with refused("InvalidRequestException", "no access"):
        lab.create(SourceConfiguration=lab.code(other["Connection"]["ConnectionArn"]))
    lab.aws.code_hosts.accept(arn)
    (found,) = lab.api.list_connections(ConnectionName="github")["ConnectionSummaryList"]
    assert found["Status"] == "AVAILABLE"
    service = lab.create(SourceConfiguration=lab.code(arn))
    assert lab.end(service) == ("CREATE_FAILED", "FAILED")
    with refused("InvalidRequestException", "is used"):
        lab.api.delete_connection(ConnectionArn=arn)
    lab.api.delete_service(ServiceArn=service)
    lab.end(service)
    assert lab.api.delete_connection(ConnectionArn=arn)["Connection"]["Status"] == "DELETED"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "line"),
        ("- x", "mapping"),
        (FILE.replace("1.0", "2.0"), "version"),
        (FILE.replace("python311", "cobol"), "runtime cobol"),
        (FILE.replace("build: [pip install -r requirements.txt]", "pre-build: [x]"), "build is"),
        (FILE.replace("command: python app.py", "commands: x"), "no key commands"),
        (FILE.replace("port: 8000", "port: 80000"), "no port"),
        (FILE.replace("[pip install -r requirements.txt]", "pip install"), "list of commands"),
        (FILE.replace("{name: MODE, value: shop}", "{value: shop}"), "name is required"),
    ],
)
def test_a_configuration_file_with_a_mistake_is_refused(text: str, message: str) -> None:
    with pytest.raises(FileMistakeError, match=message):
        read(text)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(max_examples=50)
@given(st.sampled_from(["version", "runtime", "build", "run"]), VALUES)
def test_any_value_in_a_configuration_file_is_read_or_refused(key: str, value: Any) -> None:
    import yaml

    document = {**yaml.safe_load(FILE), key: value}
    with suppress(FileMistakeError):
        assert read(yaml.safe_dump(document)).command

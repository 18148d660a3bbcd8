"""Builds through boto3: they run, take lab time, fail, stop and are counted."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from codebuild_lab import MONDAY, Lab, spec

from offline_aws import OfflineAWS
from offline_aws.codebuild.builds import require_posix

States = Callable[[dict[str, Any]], dict[str, str]]

#: Returns a command of a build, with which something is done in this process.
Meanwhile = Callable[[Callable[[], object]], str]

ALL = [
    *("SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD"),
    *("BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED"),
]


@pytest.fixture
def meanwhile() -> Iterator[Meanwhile]:
    def command(act: Callable[[], object]) -> str:
        signal.signal(signal.SIGUSR1, lambda *_: act())
        return f"kill -USR1 {os.getpid()}; sleep 1"

    before = signal.getsignal(signal.SIGUSR1)
    yield command
    signal.signal(signal.SIGUSR1, before)


def test_a_build_runs_as_the_clock_moves(lab: Lab) -> None:
    lab.create(spec("echo hello", "sleep 60"))
    build = lab.codebuild.start_build(projectName="orders")["build"]
    assert (build["buildStatus"], build["currentPhase"]) == ("IN_PROGRESS", "QUEUED")
    assert (build["buildNumber"], build["startTime"]) == (1, MONDAY)
    assert build["id"].startswith("orders:")
    assert build["arn"].endswith(f":build/{build['id']}")
    lab.clock.advance(seconds=10)
    assert lab.look(build["id"])["currentPhase"] == "PROVISIONING"
    lab.clock.advance(seconds=50)
    build = lab.look(build["id"])
    assert (build["currentPhase"], build["buildComplete"]) == ("BUILD", False)
    assert "endTime" not in build
    lab.clock.advance(minutes=2)
    build = lab.look(build["id"])
    assert (build["buildStatus"], build["currentPhase"]) == ("SUCCEEDED", "COMPLETED")
    assert [phase["phaseType"] for phase in build["phases"]] == ALL


def test_every_phase_s_times_are_on_the_lab_s_clock(lab: Lab) -> None:
    build = lab.run("sleep 60", "sleep 1.5")
    seconds = [phase.get("durationInSeconds") for phase in build["phases"]]
    assert seconds == [0, 1, 24, 4, 0, 0, 65, 0, 0, 2, None]
    *phases, completed = build["phases"]
    for before, after in zip(phases, build["phases"][1:], strict=True):
        assert before["endTime"] == after["startTime"]
    assert build["endTime"] == completed["startTime"] == MONDAY + timedelta(seconds=96.5)


def test_two_runs_give_the_same(aws: OfflineAWS) -> None:
    def once() -> dict[str, Any]:
        aws.reset()
        lab = Lab(aws)
        build = lab.run("echo hello $CODEBUILD_BUILD_ID in $CODEBUILD_SRC_DIR")
        return {**build, "log": lab.log(build)}

    assert once() == once()


def test_a_build_that_fails_fails(lab: Lab, states: States) -> None:
    build = lab.run("echo before", "exit 7", "echo after")
    assert build["buildStatus"] == "FAILED"
    assert states(build)["BUILD"] == "FAILED"
    assert states(build)["POST_BUILD"] == "SUCCEEDED"
    (phase,) = (phase for phase in build["phases"] if phase["phaseType"] == "BUILD")
    assert phase["contexts"] == [
        {
            "statusCode": "COMMAND_EXECUTION_ERROR",
            "message": "Error while executing command: exit 7\n. Reason: exit status 7",
        }
    ]
    assert "before" in lab.log(build)
    assert "after" not in lab.log(build)


def test_the_log_has_lab_times(lab: Lab) -> None:
    build = lab.run("echo hello")
    assert build["logs"]["groupName"] == "/aws/codebuild/orders"
    assert build["logs"]["streamName"] == build["id"].split(":")[1]
    log = lab.log(build)
    assert log[0] == "[Container] 2026/01/05 09:00:25.000000 Running on CodeBuild On-demand"
    assert log.index("hello") == 1 + log.index(
        "[Container] 2026/01/05 09:00:29.000000 Running command echo hello\n"
    )


def test_date_tells_the_lab_s_time(lab: Lab) -> None:
    build = lab.run("date +%FT%T%z", "sleep 90; true", "date -u +%T", "date -d @0 +%Y")
    log = [line for line in lab.log(build) if not line.startswith("[Container]")]
    assert [line for line in log if line] == ["2026-01-05T09:00:29+0000", "09:02:03", "1970"]


def test_logs_can_be_elsewhere_or_nowhere(lab: Lab) -> None:
    lab.create(spec("echo hello"))
    there = {"status": "ENABLED", "groupName": "builds", "streamName": "nightly"}
    build = lab.build(logsConfigOverride={"cloudWatchLogs": there})
    assert build["logs"]["streamName"] == f"nightly/{build['id'].split(':')[1]}"
    assert "hello" in lab.log(build)
    build = lab.build(logsConfigOverride={"cloudWatchLogs": {"status": "DISABLED"}})
    assert "groupName" not in build["logs"]


@pytest.mark.parametrize(
    ("buildspec", "message"),
    [
        (
            "version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n",
            "Expected Commands[0] to be of string type: found subkeys instead at line 5",
        ),
        ("deploy/buildspec.yml", "stat /codebuild/output/src/deploy/buildspec.yml: no such file"),
        ("arn:aws:s3:::shop/none.yml", "NoSuchKey"),
    ],
)
def test_a_wrong_buildspec_fails_the_download(
    lab: Lab, states: States, buildspec: str, message: str
) -> None:
    lab.create(buildspec)
    build = lab.build()
    assert build["buildStatus"] == "FAILED"
    assert list(states(build)) == [*ALL[:4], *ALL[-2:]]
    context = build["phases"][3]["contexts"][0]
    assert message in context["message"]
    assert any(message in line for line in lab.log(build))


@pytest.mark.parametrize("more", ["run-as: builder\n", "env:\n  shell: cmd.exe\n"])
def test_what_the_runner_lacks_fails_by_name(lab: Lab, more: str) -> None:
    build = lab.run("true", more=more)
    assert "not simulated offline" in build["phases"][3]["contexts"][0]["message"]


def test_time_out(lab: Lab, states: States) -> None:
    build = lab.run("sleep 10m", timeoutInMinutes=5)
    assert build["buildStatus"] == "TIMED_OUT"
    assert states(build)["BUILD"] == "TIMED_OUT"
    (phase,) = (phase for phase in build["phases"] if phase["phaseType"] == "BUILD")
    assert phase["contexts"][0]["statusCode"] == "BUILD_TIMED_OUT"
    assert phase["endTime"] == MONDAY + timedelta(seconds=25 + 300)


def test_a_build_that_is_interrupted_has_stopped(
    lab: Lab, states: States, meanwhile: Meanwhile
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    lab.create(spec(meanwhile(interrupt)))
    identifier = lab.codebuild.start_build(projectName="orders")["build"]["id"]
    with pytest.raises(KeyboardInterrupt):
        lab.clock.advance(minutes=5)
    build = lab.look(identifier)
    assert (build["buildStatus"], states(build)["DOWNLOAD_SOURCE"]) == ("STOPPED", "STOPPED")
    assert lab.logs.describe_log_groups()["logGroups"] == []


def test_a_machine_that_cannot_build_is_a_fault(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    build = lab.run("true")
    context = build["phases"][3]["contexts"][0]
    assert (build["buildStatus"], context["statusCode"]) == ("FAULT", "INTERNAL_SERVICE_ERROR")
    assert "No such file or directory" in context["message"]


def test_a_reset_under_a_build_leaves_nothing_of_it(
    aws: OfflineAWS, lab: Lab, meanwhile: Meanwhile
) -> None:
    lab.create(spec(meanwhile(aws.reset), "echo done"))
    lab.codebuild.start_build(projectName="orders")
    assert aws.clock.advance(hours=1) == MONDAY
    aws.clock.advance(hours=1)
    assert lab.logs.describe_log_groups()["logGroups"] == []
    assert lab.codebuild.list_builds()["ids"] == []


def test_stop(lab: Lab, states: States) -> None:
    lab.create(spec("echo first", "sleep 60", "echo second"))
    identifier = lab.codebuild.start_build(projectName="orders")["build"]["id"]
    lab.clock.advance(seconds=60)
    stopped = lab.codebuild.stop_build(id=identifier)["build"]
    assert stopped["buildStatus"] == "STOPPED"
    assert states(stopped)["BUILD"] == "STOPPED"
    assert stopped["endTime"] == MONDAY + timedelta(seconds=60)
    lab.clock.advance(hours=1)
    assert lab.look(identifier) == {**stopped}
    assert "first" in lab.log(stopped)
    assert "second" not in lab.log(stopped)
    assert lab.codebuild.stop_build(id=identifier)["build"]["buildStatus"] == "STOPPED"


def test_a_build_stopped_in_time_never_runs(lab: Lab) -> None:
    lab.create(spec("echo hello"))
    identifier = lab.codebuild.start_build(projectName="orders")["build"]["id"]
    lab.codebuild.stop_build(id=identifier)
    lab.clock.advance(hours=1)
    assert lab.logs.describe_log_groups()["logGroups"] == []
    assert lab.look(identifier)["phases"][-1]["phaseType"] == "COMPLETED"


def test_builds_run_beside_each_other(lab: Lab) -> None:
    lab.create(spec("sleep $SECONDS_TO_SLEEP"))

    def start(seconds: int) -> str:
        variable = {"name": "SECONDS_TO_SLEEP", "value": str(seconds)}
        started = lab.codebuild.start_build(
            projectName="orders", environmentVariablesOverride=[variable]
        )
        return str(started["build"]["id"])

    slow, quick = start(100), start(10)
    lab.clock.advance(seconds=60)
    assert [lab.look(i)["buildStatus"] for i in (slow, quick)] == ["IN_PROGRESS", "SUCCEEDED"]
    lab.clock.advance(seconds=100)
    assert lab.look(slow)["buildStatus"] == "SUCCEEDED"
    assert [lab.look(i)["buildNumber"] for i in (slow, quick)] == [1, 2]


def test_the_concurrent_build_limit(lab: Lab) -> None:
    lab.create(spec("true"), concurrentBuildLimit=1)
    lab.codebuild.start_build(projectName="orders")
    with pytest.raises(lab.codebuild.exceptions.AccountLimitExceededException, match="1 active"):
        lab.codebuild.start_build(projectName="orders")
    lab.clock.advance(hours=1)
    assert lab.build()["buildNumber"] == 2


def test_retry_builds_the_same_again(lab: Lab) -> None:
    lab.create(spec("echo $TAG"))
    tag = {"name": "TAG", "value": "v1"}
    first = lab.build(environmentVariablesOverride=[tag])
    again = lab.codebuild.retry_build(id=first["id"])["build"]
    assert again["buildNumber"] == 2
    lab.clock.advance(hours=1)
    assert "v1" in lab.log(lab.look(again["id"]))
    running = lab.codebuild.start_build(projectName="orders")["build"]["id"]
    with pytest.raises(ClientError, match="in progress"):
        lab.codebuild.retry_build(id=running)


def test_lists_and_deletes(lab: Lab) -> None:
    lab.create(spec("true"))
    lab.create(spec("true"), name="storefront")
    one, two = lab.build("orders"), lab.build("storefront")
    running = lab.codebuild.start_build(projectName="orders")["build"]
    ids = [running["id"], two["id"], one["id"]]
    assert lab.codebuild.list_builds()["ids"] == ids
    assert lab.codebuild.list_builds(sortOrder="ASCENDING")["ids"] == ids[::-1]
    of_orders = lab.codebuild.list_builds_for_project(projectName="orders")["ids"]
    assert of_orders == [running["id"], one["id"]]
    answer = lab.codebuild.batch_delete_builds(ids=[one["id"], running["id"], "orders:none"])
    assert answer["buildsDeleted"] == [one["arn"]]
    assert [each["id"] for each in answer["buildsNotDeleted"]] == [running["id"], "orders:none"]
    found = lab.codebuild.batch_get_builds(ids=[one["id"], two["arn"]])
    assert [build["id"] for build in found["builds"]] == [two["id"]]
    assert found["buildsNotFound"] == [one["id"]]
    assert lab.build("orders")["buildNumber"] == 3


def test_pages_of_a_hundred(lab: Lab) -> None:
    lab.create(spec("true"))
    for _ in range(101):
        lab.codebuild.start_build(projectName="orders")
    pages = lab.codebuild.get_paginator("list_builds").paginate()
    assert [len(found["ids"]) for found in pages] == [100, 1]
    with pytest.raises(lab.codebuild.exceptions.InvalidInputException, match="nextToken"):
        lab.codebuild.list_builds(nextToken="1")


def test_an_idempotency_token_starts_one_build(lab: Lab) -> None:
    lab.create(spec("true"))
    start = lab.codebuild.start_build
    one = start(projectName="orders", idempotencyToken="x")["build"]["id"]
    assert start(projectName="orders", idempotencyToken="x")["build"]["id"] == one
    with pytest.raises(ClientError, match="do not match"):
        start(projectName="orders", idempotencyToken="x", sourceVersion="2")
    lab.clock.advance(minutes=5)
    assert start(projectName="orders", idempotencyToken="x")["build"]["id"] != one


def test_no_such_build_or_project(lab: Lab) -> None:
    errors = lab.codebuild.exceptions
    with pytest.raises(errors.ResourceNotFoundException, match="Project cannot be found: arn:"):
        lab.codebuild.start_build(projectName="orders")
    with pytest.raises(errors.ResourceNotFoundException):
        lab.codebuild.list_builds_for_project(projectName="orders")
    with pytest.raises(errors.InvalidInputException, match="Invalid build ID"):
        lab.codebuild.batch_get_builds(ids=["orders"])
    for operation in (lab.codebuild.stop_build, lab.codebuild.retry_build):
        with pytest.raises(errors.ResourceNotFoundException, match="does not exist"):
            operation(id="orders:none")


@pytest.mark.parametrize(
    ("override", "name"),
    [
        ({"sourceTypeOverride": "GITHUB", "sourceLocationOverride": "https://x"}, "GITHUB"),
        ({"sourceTypeOverride": "GITLAB", "sourceLocationOverride": "https://x"}, "GITLAB"),
        ({"environmentTypeOverride": "WINDOWS_SERVER_2022_CONTAINER"}, "WINDOWS_SERVER_2022"),
        ({"logsConfigOverride": {"s3Logs": {"status": "ENABLED", "location": "b"}}}, "logs in S3"),
        ({"autoRetryLimitOverride": 2}, "autoRetryLimit"),
        ({"fleetOverride": {"fleetArn": "arn:aws:codebuild:::fleet/x"}}, "fleet"),
        ({"debugSessionEnabled": True}, "debug session"),
    ],
)
def test_what_is_absent_is_refused_by_name(lab: Lab, override: dict[str, Any], name: str) -> None:
    lab.create(spec("true"))
    with pytest.raises(ClientError, match=f"{name}.* is not simulated offline") as refusal:
        lab.codebuild.start_build(projectName="orders", **override)
    assert refusal.value.response["Error"]["Code"] == "NotSimulatedOffline"
    assert lab.codebuild.list_builds()["ids"] == []


def test_windows_is_refused() -> None:
    with pytest.raises(ClientError, match="Windows"):
        require_posix("nt")


def test_regions_are_apart(lab: Lab) -> None:
    lab.create(spec("true"))
    build = lab.build()
    elsewhere = boto3.client("codebuild", "eu-west-1")
    assert elsewhere.list_projects()["projects"] == []
    assert elsewhere.batch_get_builds(ids=[build["id"]])["builds"] == []

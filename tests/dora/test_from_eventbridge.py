"""EventBridge events as deployments, changes and incidents."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.eventbridge import from_eventbridge
from devops_workbook.dora.eventbridge_records import (
    ActionState,
    AlarmState,
    DeploymentState,
    Event,
    Push,
    records,
)
from devops_workbook.paths import DATA

SAMPLES = json.loads((DATA / "aws_events" / "eventbridge_samples.json").read_text())
MONDAY = pd.Timestamp("2026-01-05T09:00:00Z")


def sample(name: str) -> dict[str, Any]:
    return copy.deepcopy(SAMPLES[name]["event"])


def expected(name: str) -> dict[str, Any]:
    record = SAMPLES[name]["expected_record"]
    return {**record["detail"], "time": pd.Timestamp(record["time"])}


def event(source: str, detail_type: str, minute: float, detail: dict[str, Any]) -> dict[str, Any]:
    time = (MONDAY + pd.Timedelta(minutes=minute)).isoformat()
    return {"source": source, "detail-type": detail_type, "time": time, "detail": detail}


def deployment(identity: str, state: str, minute: float, **more: Any) -> dict[str, Any]:
    detail = {"deploymentId": identity, "application": "orders", "deploymentGroup": "live"}
    kind = "CodeDeploy Deployment State-change Notification"
    return event("aws.codedeploy", kind, minute, detail | {"state": state} | more)


def action(
    category: str,
    state: str,
    minute: float,
    *,
    execution: str = "e1",
    name: str = "Ship",
    stage: str | None = None,
    external: str | None = None,
) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "pipeline": "orders-pipeline",
        "execution-id": execution,
        "stage": stage or category,
        "action": name,
        "state": state,
        "type": {"owner": "AWS", "provider": "CodeDeploy", "category": category, "version": "1"},
    }
    if external is not None:
        detail["execution-result"] = {"external-execution-id": external}
    return event("aws.codepipeline", "CodePipeline Action Execution State Change", minute, detail)


def push(commit: str, minute: float, branch: str = "main") -> dict[str, Any]:
    detail = {
        "event": "referenceUpdated",
        "repositoryName": "orders",
        "referenceType": "branch",
        "referenceName": branch,
        "commitId": commit,
        "callerUserArn": "arn:aws:iam::123456789012:user/ada",
    }
    return event("aws.codecommit", "CodeCommit Repository State Change", minute, detail)


def alarm(state: str, minute: float, previous: str | None = None, **more: Any) -> dict[str, Any]:
    def at(value: str, when: float) -> dict[str, str]:
        stamp = (MONDAY + pd.Timedelta(minutes=when)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        return {"value": value, "timestamp": stamp}

    detail = {"alarmName": "orders-errors", "state": at(state, minute)} | more
    if previous is not None:
        detail["previousState"] = at(previous, minute - 7)
    return event("aws.cloudwatch", "CloudWatch Alarm State Change", minute, detail)


def minutes(times: pd.Series) -> list[float]:
    return [round((time - MONDAY).total_seconds() / 60, 3) for time in times]


def test_the_codecommit_sample_is_the_record_expected_from_it() -> None:
    want = expected("codecommit")
    assert records(Event(sample("codecommit"), "samples", 1)) == [
        Push(
            at=want["time"],
            repository=want["repositoryName"],
            branch=want["branchName"],
            commit=want["commitId"],
            author=want["authorName"],
        )
    ]


def test_the_codedeploy_sample_is_the_record_expected_from_it() -> None:
    want = expected("codedeploy")
    (record,) = records(Event(sample("codedeploy"), "samples", 1)) or []
    assert isinstance(record, DeploymentState)
    assert (record.at, record.state) == (want["time"], want["deploymentState"])
    assert record.deployment == want["deploymentId"]
    assert record.application == want["deploymentApplication"]


def test_the_codepipeline_sample_is_the_record_expected_from_it() -> None:
    want = expected("codepipeline")
    assert records(Event(sample("codepipeline"), "samples", 1)) == [
        ActionState(
            at=want["time"],
            pipeline=want["pipelineName"],
            execution=want["executionId"],
            stage=want["stage"],
            action=want["action"],
            state=want["state"],
            category=want["actionCategory"],
            owner=want["actionOwner"],
            provider=want["actionProvider"],
            external_id=want["externalExecutionId"],
        )
    ]


def test_the_alarm_sample_is_the_record_expected_from_it() -> None:
    want = expected("cloudwatch_alarm")
    (record,) = records(Event(sample("cloudwatch_alarm"), "samples", 1)) or []
    assert isinstance(record, AlarmState)
    assert record.previous_at is not None
    assert record.alarm == want["canaryAlarmName"]
    assert (record.state, record.previous_state) == (
        want["canaryAlarmCurrState"],
        want["canaryAlarmPrevState"],
    )
    # The expected record drops the milliseconds and rounds the minutes.
    assert pd.Timestamp(record.at).floor("s") == pd.Timestamp(want["canaryAlarmCurrStateTimeStamp"])
    assert pd.Timestamp(record.previous_at).floor("s") == pd.Timestamp(
        want["canaryAlarmPrevStateTimeStamp"]
    )


def test_the_samples_together_are_a_deployment_a_change_and_an_incident() -> None:
    events = from_eventbridge([SAMPLES[name]["event"] for name in SAMPLES])

    assert events.changes is not None
    assert events.incidents is not None
    row = events.deployments.iloc[0]
    assert (row["service"], row["status"]) == ("MyDemoApplication", "failed")
    assert row["finished_at"] == expected("codedeploy")["time"]
    assert list(events.changes["change_id"]) == [expected("codecommit")["commitId"]]
    assert list(events.changes["committed_at"]) == [expected("codecommit")["time"]]
    lasted = events.incidents["resolved_at"] - events.incidents["started_at"]
    want = expected("cloudwatch_alarm")["recoveryDurationMinutes"]
    assert [round(minute) for minute in lasted.dt.total_seconds() / 60] == [want]
    assert events.incidents["deployment_id"].isna().all()
    assert events.notes == ()


def test_dicts_texts_and_a_jsonl_file_are_read_alike(tmp_path: Path) -> None:
    dicts = [SAMPLES[name]["event"] for name in SAMPLES]
    texts = [json.dumps(content) for content in dicts]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join([*texts, "", ""]))
    want = from_eventbridge(dicts)
    for given in (texts, path, str(path), iter(dicts)):
        got = from_eventbridge(given)
        for table in ("deployments", "changes", "incidents"):
            pd.testing.assert_frame_equal(getattr(got, table), getattr(want, table))


def test_a_codedeploy_deployment_has_its_start_and_end() -> None:
    log = [
        deployment("d-1", "SUCCESS", 9),
        deployment("d-1", "START", 2),
        deployment("d-2", "START", 20),
        deployment("d-2", "STOP", 21),
    ]
    events = from_eventbridge(log)
    assert list(events.deployments["deployment_id"]) == ["d-1"]
    assert minutes(events.deployments["started_at"]) == [2]
    assert minutes(events.deployments["finished_at"]) == [9]
    assert events.notes == ("1 deployment left out: stopped, or not finished yet",)


def test_tables_of_services_that_the_log_does_not_have_are_none() -> None:
    events = from_eventbridge([deployment("d-1", "SUCCESS", 0)])
    assert events.changes is None
    assert events.incidents is None
    assert not events.kinds_recorded


def test_an_empty_log_has_no_deployments() -> None:
    assert from_eventbridge([]).deployments.empty


def test_a_rollback_is_known_by_its_creator() -> None:
    rollback = {"rollbackTriggeringDeploymentId": "d-1"}
    events = from_eventbridge(
        [
            deployment("d-1", "FAILURE", 0, creator="user"),
            deployment("d-2", "SUCCESS", 5, creator="codeDeployRollback", rollbackInfo=rollback),
        ]
    )
    assert list(events.deployments["kind"]) == ["planned", "rollback"]
    assert events.deployments["repairs"].fillna("").tolist() == ["", "d-1"]


def test_a_rollback_of_a_deployment_before_the_log_repairs_nothing_in_it() -> None:
    rollback = {"rollbackTriggeringDeploymentId": "d-0"}
    creator = "codeDeployRollback"
    events = from_eventbridge(
        [deployment("d-2", "SUCCESS", 5, creator=creator, rollbackInfo=rollback)]
    )
    assert list(events.deployments["kind"]) == ["rollback"]
    assert events.deployments["repairs"].isna().all()


def test_a_deployment_of_codedeploy_by_a_pipeline_counts_once() -> None:
    events = from_eventbridge(
        [
            action("Deploy", "STARTED", 1),
            deployment("d-1", "START", 2),
            deployment("d-1", "SUCCESS", 8),
            action("Deploy", "SUCCEEDED", 9, external="d-1"),
        ]
    )
    assert list(events.deployments["deployment_id"]) == ["d-1"]
    assert list(events.deployments["service"]) == ["orders"]
    assert events.notes == ()


def test_the_deploy_actions_of_a_stage_are_one_deployment() -> None:
    events = from_eventbridge(
        [
            action("Deploy", "STARTED", 1, name="ChangeSet"),
            action("Deploy", "SUCCEEDED", 2, name="ChangeSet"),
            action("Deploy", "STARTED", 3, name="Execute"),
            action("Deploy", "SUCCEEDED", 7, name="Execute"),
            action("Build", "FAILED", 8, execution="e2"),
            action("Deploy", "SUCCEEDED", 9, execution="e3", name="ChangeSet"),
            action("Deploy", "FAILED", 11, execution="e3", name="Execute"),
        ]
    )
    assert list(events.deployments["deployment_id"]) == ["e1/Deploy", "e3/Deploy"]
    assert list(events.deployments["status"]) == ["succeeded", "failed"]
    assert minutes(events.deployments["finished_at"]) == [7, 11]
    assert minutes(events.deployments["started_at"].iloc[:1]) == [1]
    assert list(events.deployments["service"].unique()) == ["orders-pipeline"]


def test_an_action_retried_in_the_same_execution_counts_as_it_ended() -> None:
    events = from_eventbridge([action("Deploy", "FAILED", 1), action("Deploy", "SUCCEEDED", 5)])
    assert list(events.deployments["status"]) == ["succeeded"]
    assert events.notes == ("1 failed action left out: retried in the same execution",)


def test_only_deployments_to_production_count() -> None:
    log = [
        deployment("d-1", "SUCCESS", 0, deploymentGroup="staging"),
        deployment("d-2", "SUCCESS", 1),
        action("Deploy", "SUCCEEDED", 2, stage="Staging"),
        action("Deploy", "SUCCEEDED", 3, stage="live-eu"),
    ]
    events = from_eventbridge(log, production="live*")
    assert list(events.deployments["deployment_id"]) == ["d-2", "e1/live-eu"]
    assert events.notes == ("2 deployments left out: not to production",)


def _release(execution: str, commit: str, minute: float, state: str) -> list[dict[str, Any]]:
    return [
        action("Source", "SUCCEEDED", minute, execution=execution, external=commit),
        action("Deploy", state, minute + 1, execution=execution),
    ]


def test_a_deployment_brings_the_pushes_since_the_last_successful_one() -> None:
    log = [
        *(push(commit, minute) for minute, commit in enumerate("abcde")),
        push("w", 2, branch="wip"),
        *_release("e1", "a", 10, "SUCCEEDED"),
        *_release("e2", "c", 20, "FAILED"),
        *_release("e3", "d", 30, "SUCCEEDED"),
        *_release("e4", "a", 40, "SUCCEEDED"),
        *_release("e5", "d", 50, "SUCCEEDED"),
    ]
    events = from_eventbridge(log)

    assert events.changes is not None
    held = events.changes.fillna("not yet").groupby("deployment_id")["change_id"].agg("".join)
    assert held.to_dict() == {
        "e1/Deploy": "a",
        "e2/Deploy": "bc",
        "e3/Deploy": "bcd",
        "not yet": "we",
    }
    assert events.deployments["version"].tolist() == ["a", "c", "d", "a", "d"]


def test_a_push_reported_twice_is_one_change_at_its_first_time() -> None:
    cloudtrail = sample("codecommit")
    cloudtrail["time"] = "2026-01-05T09:00:00Z"
    references = cloudtrail["detail"]["requestParameters"]["references"]
    references[0] = {"commit": "a", "ref": "refs/heads/main"}
    references.append({"commit": "a", "ref": "refs/tags/v1"})
    cloudtrail["detail"]["additionalEventData"]["repositoryName"] = "orders"

    events = from_eventbridge([push("a", 1), cloudtrail, *_release("e1", "a", 5, "SUCCEEDED")])

    assert events.changes is not None
    assert events.changes["change_id"].tolist() == ["a"]
    assert events.changes["deployment_id"].tolist() == ["e1/Deploy"]
    assert minutes(events.changes["committed_at"]) == [0]


def test_an_alarm_is_an_incident_until_it_is_ok() -> None:
    events = from_eventbridge(
        [
            alarm("ALARM", 0, "OK"),
            alarm("INSUFFICIENT_DATA", 5, "ALARM"),
            alarm("OK", 12, "INSUFFICIENT_DATA"),
            alarm("OK", 20, "INSUFFICIENT_DATA"),
            alarm("ALARM", 30, "OK"),
        ]
    )
    assert events.incidents is not None
    assert minutes(events.incidents["started_at"]) == [0, 30]
    assert minutes(events.incidents["resolved_at"].dropna()) == [12]
    assert list(events.incidents["incident_id"]) == [
        "orders-errors 2026-01-05T09:00:00Z",
        "orders-errors 2026-01-05T09:30:00Z",
    ]


def test_an_alarm_that_went_off_before_the_log_began_has_its_earlier_time() -> None:
    events = from_eventbridge([alarm("OK", 3, "ALARM")])
    assert events.incidents is not None
    assert minutes(events.incidents["started_at"]) == [-4]


def test_only_alarms_that_fit_are_incidents() -> None:
    log = [alarm("ALARM", 0), alarm("ALARM", 1, alarmName="disk-half-full")]
    incidents = from_eventbridge(log, alarms="*-errors").incidents
    assert incidents is not None
    assert minutes(incidents["started_at"]) == [0]


def test_other_kinds_and_repeats_are_counted_not_read() -> None:
    branch_created = sample("codecommit")
    branch_created["detail"] = {"eventName": "CreateBranch"}
    log = [
        deployment("d-1", "SUCCESS", 0),
        deployment("d-1", "SUCCESS", 0),
        event("aws.ecs", "ECS Task State Change", 1, {}),
        event("aws.ecs", "ECS Task State Change", 2, {}),
        branch_created,
    ]
    events = from_eventbridge(log)
    assert events.changes is None
    assert events.notes == (
        "3 events left out: of other kinds (2 aws.ecs ECS Task State Change,"
        " 1 aws.codecommit AWS API Call via CloudTrail)",
        "1 event left out: delivered more than once",
    )


def test_stage_and_execution_states_are_known_and_add_nothing() -> None:
    detail = {"pipeline": "p", "execution-id": "e1", "stage": "Deploy", "state": "SUCCEEDED"}
    stage = event("aws.codepipeline", "CodePipeline Stage Execution State Change", 0, detail)
    whole = event("aws.codepipeline", "CodePipeline Pipeline Execution State Change", 1, detail)
    events = from_eventbridge([stage, whole])
    assert events.deployments.empty
    assert events.notes == ()


def _without(content: dict[str, Any], path: str) -> dict[str, Any]:
    *steps, last = path.split(".")
    inner = content
    for step in steps:
        inner = inner[step]
    del inner[last]
    return content


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("codecommit", "source"),
        ("codecommit", "detail.requestParameters.references"),
        ("codecommit", "detail.additionalEventData.repositoryName"),
        ("codedeploy", "time"),
        ("codedeploy", "detail.deploymentId"),
        ("codedeploy", "detail.state"),
        ("codepipeline", "detail.execution-id"),
        ("codepipeline", "detail.type.category"),
        ("cloudwatch_alarm", "detail.alarmName"),
        ("cloudwatch_alarm", "detail.state.timestamp"),
    ],
)
def test_a_malformed_event_names_its_position_and_field(name: str, path: str) -> None:
    broken = _without(sample(name), path)
    with pytest.raises(
        EventsError, match=f"^events, row 2, column {path}: found nothing"
    ) as caught:
        from_eventbridge([deployment("d-1", "SUCCESS", 0), broken])
    assert (caught.value.row, caught.value.column) == (2, path)


@pytest.mark.parametrize("time", ["yesterday", "2026-01-05T09:00:00", 17])
def test_a_time_must_be_one_with_an_offset(time: object) -> None:
    broken = deployment("d-1", "SUCCESS", 0) | {"time": time}
    with pytest.raises(EventsError, match="column time: found"):
        from_eventbridge([broken])


@pytest.mark.parametrize("line", ["{", "[1]", '"text"', "null"])
def test_a_line_that_is_no_object_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(deployment("d-1", "SUCCESS", 0)) + f"\n\n{line}\n")
    with pytest.raises(EventsError, match="expected an event as one JSON object") as caught:
        from_eventbridge(path)
    assert (caught.value.file, caught.value.row) == (str(path), 3)


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match=r"nothing\.jsonl: cannot be read: No such file"):
        from_eventbridge(tmp_path / "nothing.jsonl")

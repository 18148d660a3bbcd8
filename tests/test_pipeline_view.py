"""A pipeline's picture and its steps, on a pipeline that really runs offline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import boto3
import ipywidgets as w
import pytest

from devops_workbook import PipelineView
from devops_workbook.lab import MONDAY
from devops_workbook.pipeline_picture import PipelinePicture
from devops_workbook.pipeline_state import Action, PipelineState, Stage
from devops_workbook.stepped_view import widget
from offline_aws import OfflineAWS


def action(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
    """Return an action of a declaration."""
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, **more}


def declaration(mode: str = "SUPERSEDED") -> dict[str, Any]:
    """Return a pipeline of a source, an approval and a deployment."""
    source = action(
        "Read",
        "Source",
        "S3",
        configuration={"S3Bucket": "sources", "S3ObjectKey": "shop.zip"},
        outputArtifacts=[{"name": "Code"}],
    )
    deploy = action(
        "Copy",
        "Deploy",
        "S3",
        configuration={"BucketName": "sources", "Extract": "false", "ObjectKey": "out.zip"},
        inputArtifacts=[{"name": "Code"}],
    )
    return {
        "name": "shop",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "pipelineType": "V2",
        "executionMode": mode,
        "stages": [
            {"name": "Source", "actions": [source]},
            {"name": "Approve", "actions": [action("Ask", "Approval", "Manual")]},
            {"name": "Production", "actions": [deploy]},
        ],
    }


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        s3 = boto3.client("s3")
        for bucket in ("sources", "artifacts"):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="sources", Key="shop.zip", Body=b"code")
        yield aws


@pytest.fixture
def client(aws: OfflineAWS) -> Any:
    client = boto3.client("codepipeline")
    client.create_pipeline(pipeline=declaration())
    return client


@pytest.fixture
def view(client: Any, aws: OfflineAWS) -> PipelineView:
    return PipelineView(client, "shop", aws.clock)


def approve(client: Any) -> None:
    [_, stage, _] = client.get_pipeline_state(name="shop")["stageStates"]
    client.put_approval_result(
        pipelineName="shop",
        stageName="Approve",
        actionName="Ask",
        result={"summary": "yes", "status": "Approved"},
        token=stage["actionStates"][0]["latestExecution"]["token"],
    )


def statuses(view: PipelineView) -> list[str]:
    return [row[2] for row in view.table().rows]


def test_a_new_pipeline_has_not_run_yet(view: PipelineView) -> None:
    assert statuses(view) == ["not run yet"] * 3
    assert "Stage Production not run yet: Copy not run yet." in view.picture().alt


def test_a_step_goes_to_the_next_change_and_says_what_it_was(
    view: PipelineView, aws: OfflineAWS
) -> None:
    said = view.step()
    assert "Source/Read: in progress." in said
    assert MONDAY < aws.clock.now() < MONDAY + timedelta(minutes=1)


def test_it_settles_where_an_approval_waits(view: PipelineView, client: Any) -> None:
    *_, last = view.settle().splitlines()
    assert last.endswith("Nothing changed. Approve/Ask waits for your answer.")
    assert statuses(view) == ["succeeded", "waiting for approval", "not run yet"]
    approve(client)
    assert view.settle().endswith("Nothing changed. The pipeline has nothing to do.")
    assert statuses(view) == ["succeeded"] * 3


def test_a_step_at_an_approval_does_not_lose_the_day(view: PipelineView, aws: OfflineAWS) -> None:
    view.settle()
    before = aws.clock.now()
    view.step()
    assert aws.clock.now() - before == timedelta(minutes=2)


def test_a_failure_is_shown_with_what_aws_says(view: PipelineView, client: Any) -> None:
    view.settle()
    broken = declaration()
    broken["stages"][2]["actions"][0]["configuration"]["BucketName"] = "no-such-bucket"
    client.update_pipeline(pipeline=broken)
    client.start_pipeline_execution(name="shop")
    view.settle()
    approve(client)
    view.settle()
    [*_, row] = view.table().rows
    assert row[:3] == ("Production", "Copy", "failed")
    assert "bucket does not exist" in row[3]
    assert "✗" in view.picture().to_svg()


def test_an_action_behind_a_failed_one_does_not_show_how_it_ended_before(
    view: PipelineView, client: Any
) -> None:
    twice = declaration()
    [copy] = twice["stages"][2]["actions"]
    twice["stages"][2]["actions"].append(copy | {"name": "Again", "runOrder": 2})
    view.settle()
    client.update_pipeline(pipeline=twice)
    client.start_pipeline_execution(name="shop")
    view.settle()
    approve(client)
    view.settle()
    assert statuses(view) == ["succeeded"] * 4

    twice["stages"][2]["actions"][0] = copy | {
        "configuration": copy["configuration"] | {"BucketName": "no-such-bucket"}
    }
    client.update_pipeline(pipeline=twice)
    client.start_pipeline_execution(name="shop")
    view.settle()
    approve(client)
    view.settle()
    assert statuses(view)[2:] == ["failed", "not reached"]
    assert view.table().rows[3][3] == ""


def test_an_action_that_begins_in_a_moment_does_not_show_how_it_ended_before(
    view: PipelineView, client: Any
) -> None:
    twice = declaration()
    [copy] = twice["stages"][2]["actions"]
    twice["stages"][2]["actions"].append(copy | {"name": "Again", "runOrder": 2})
    view.settle()
    client.update_pipeline(pipeline=twice)
    said = ""
    for _ in range(2):
        client.start_pipeline_execution(name="shop")
        view.settle()
        approve(client)
        said = view.settle()
    assert said.count("Production/Again: succeeded.") == 1
    assert said.index("Again: in progress") < said.index("Again: succeeded")


def test_a_closed_transition_and_who_waits_before_it_are_shown(
    view: PipelineView, client: Any
) -> None:
    client.disable_stage_transition(
        pipelineName="shop",
        stageName="Approve",
        transitionType="Inbound",
        reason="Freeze (and rest)",
    )
    assert view.settle().endswith("The transition into Approve is disabled.")
    execution = client.list_pipeline_executions(pipelineName="shop")
    waiting = execution["pipelineExecutionSummaries"][0]["pipelineExecutionId"][:8]
    picture = view.picture()
    assert f"Before it waits {waiting}." in picture.alt
    assert "The transition into it is disabled: Freeze (and rest)." in picture.alt
    assert f"waiting: {waiting}, transition disabled" in picture.to_svg()


def test_in_parallel_mode_it_says_that_there_is_no_common_state(aws: OfflineAWS) -> None:
    client = boto3.client("codepipeline")
    client.create_pipeline(pipeline=declaration("PARALLEL"))
    said = PipelineView(client, "shop", aws.clock).settle()
    assert said.endswith(
        "In the mode PARALLEL a pipeline has no common state: list its executions."
    )


def test_moving_the_clock_says_all_that_changed(view: PipelineView) -> None:
    said = view.move(minutes=10)
    assert said.startswith("Mon 05 Jan 09:10:00. ")
    assert "Source/Read: succeeded." in said
    assert "Approve/Ask: waiting for approval." in said
    assert view.move(seconds=0) == "Mon 05 Jan 09:10:00. Nothing changed."


def test_what_a_step_says_reads_in_a_notebook_as_it_is(view: PipelineView) -> None:
    said = view.settle()
    assert repr(said) == str(said)
    assert len(repr(said).splitlines()) > 2


def test_looking_leaves_the_clock_where_it_is(view: PipelineView, aws: OfflineAWS) -> None:
    assert view.look() == "Mon 05 Jan 09:00:00. An action is at work."
    assert aws.clock.now() == MONDAY


def test_the_picture_is_a_picture_whatever_a_text_says() -> None:
    hostile = """</svg>"'<b onclick=x>&amp;"""
    stage = Stage(hostile, hostile, "1", ((Action(hostile, "S3", hostile),),), ("2",), hostile)
    picture = PipelinePicture(PipelineState(hostile, (stage, stage)))
    ElementTree.fromstring(picture.to_svg())
    page = ElementTree.fromstring(picture.to_html().replace("></div>", "/></div>"))
    assert [image.attrib["alt"] for image in page.iter("img")] == [picture.alt]


def test_the_picture_scrolls_where_there_is_little_room(view: PipelineView) -> None:
    html = view.picture().to_html()
    widths = dict(re.findall(r"(max-width|min-width):(\d+)px", html))
    assert "overflow-x:auto" in html
    assert int(widths["min-width"]) == round(0.8 * int(widths["max-width"]))


def test_in_a_terminal_it_is_a_table(view: PipelineView) -> None:
    assert repr(view).splitlines()[0] == "shop at Mon 05 Jan 09:00:00"
    shown = view._repr_mimebundle_()
    assert shown["text/plain"] == repr(view)
    assert "<img alt=" in shown["text/html"]


def buttons_of(shown: w.VBox) -> dict[str, w.Button]:
    return {button.description: button for button in shown.children[1].children}


def test_the_buttons_do_what_the_calls_do(view: PipelineView, aws: OfflineAWS) -> None:
    shown = widget(view)
    buttons = buttons_of(shown)
    assert all(button.tooltip for button in buttons.values())
    buttons["To the next change"].click()
    assert "Source/Read: in progress." in shown.children[2].value
    buttons["One minute on"].click()
    assert "Approve/Ask: waiting for approval." in shown.children[2].value
    assert "waiting for approval" in shown.children[0].value
    before = aws.clock.now()
    buttons["Look again"].click()
    assert aws.clock.now() == before
    buttons["Ten minutes on"].click()
    assert aws.clock.now() == before + timedelta(minutes=10)


def test_the_newest_picture_is_live_and_the_one_before_shows_what_was(view: PipelineView) -> None:
    old = widget(view)
    before = old.children[0].value
    new = widget(view)
    view.move(minutes=10)
    assert old.children[0].value == before
    assert new.children[0].value != before


def test_a_pipeline_that_is_gone_is_said_beside_the_buttons(
    view: PipelineView, client: Any
) -> None:
    shown = widget(view)
    client.delete_pipeline(name="shop")
    buttons_of(shown)["Look again"].click()
    assert "PipelineNotFoundException" in shown.children[2].value

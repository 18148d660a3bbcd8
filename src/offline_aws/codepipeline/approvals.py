"""Manual approvals: an action that waits for someone's word."""

from __future__ import annotations

import json
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codepipeline import durations
from offline_aws.codepipeline.checks import codepipeline_operation, invalid
from offline_aws.codepipeline.ending import end
from offline_aws.codepipeline.execution import IN_PROGRESS, SUCCEEDED, ActionRun
from offline_aws.codepipeline.line import Course, Line, line_of
from offline_aws.codepipeline.provider import Status, failed
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_FAILED = "Failed"


def ask(course: Course, run: ActionRun) -> None:
    """Ask for an approval, by an SNS message where the action has a topic."""
    run.token = course.new_id()
    if course.execution.parallel:
        # Where the state of a pipeline shows no single execution, this is where the token is.
        run.external_id = run.token
    topic = run.resolved.get("NotificationArn")
    if topic:
        try:
            _publish(course, run, topic)
        except (ClientError, BotoCoreError, IndexError) as error:
            end(course, run, failed("ConfigurationError", f"The notification failed: {error}"))


@codepipeline_operation("PutApprovalResult")
def put_approval_result(call: Call, parameters: Shape) -> Shape:
    """Approve or reject what an action asked for, by its token."""
    line = line_of(call, parameters["pipelineName"])
    action = line.action(parameters["stageName"], parameters["actionName"])
    if action["actionTypeId"]["category"] != "Approval":
        raise invalid(f"Action '{action['name']}' is not an approval action")
    course, run = _asked(call, line, parameters)
    result = parameters["result"]
    run.updated_by = call.caller
    end(course, run, _answer(result["status"], result["summary"]))
    return {"approvedAt": call.clock.now()}


def _answer(answer: str, summary: str) -> Status:
    return Status(SUCCEEDED if answer == "Approved" else _FAILED, summary=summary)


def _asked(call: Call, line: Line, parameters: Shape) -> tuple[Course, ActionRun]:
    """Return the approval that the token is of, which has to be open."""
    token, where = parameters["token"], (parameters["stageName"], parameters["actionName"])
    for execution in line.executions.values():
        for run in execution.runs:
            if run.token == token and (run.stage, run.name) == where:
                if run.status == IN_PROGRESS:
                    return Course(call, line, execution), run
                if run.updated_by:
                    raise AwsError(
                        "ApprovalAlreadyCompletedException",
                        "The approval action has already been approved or rejected.",
                    )
    raise AwsError(
        "InvalidApprovalTokenException",
        "The approval request already received a response or has expired.",
    )


def _publish(course: Course, run: ActionRun, topic: str) -> None:
    pipeline, region = course.line.pipeline.name, course.call.region
    view = f"https://console.aws.amazon.com/codepipeline/home?region={region}#/view/{pipeline}"
    seconds = durations.limit(run.key, run.declaration.get("timeoutInMinutes"))
    optional = {
        "externalEntityLink": run.resolved.get("ExternalEntityLink"),
        "customData": run.resolved.get("CustomData"),
    }
    approval = {
        "pipelineName": pipeline,
        "stageName": run.stage,
        "actionName": run.name,
        "token": run.token,
        "expires": (course.now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%MZ"),
        "approvalReviewLink": f"{view}/{run.stage}/{run.name}/approve/{run.token}",
        **{name: value for name, value in optional.items() if value},
    }
    message = {"region": region, "consoleLink": view, "approval": approval}
    clients.client("sns", topic.split(":")[3]).publish(
        TopicArn=topic,
        Subject=f"APPROVAL NEEDED: AWS CodePipeline {pipeline} for action {run.name}"[:100],
        Message=json.dumps(message),
    )

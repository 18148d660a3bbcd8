"""Actions: begin one, look how its provider stands, end it by what was found or by time."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.codepipeline import approvals, artifact_places, durations, jobs
from offline_aws.codepipeline.ending import end
from offline_aws.codepipeline.execution import IN_PROGRESS, ActionRun, StageRun
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.notifications import tell_action
from offline_aws.codepipeline.provider import PROVIDERS, Job, ProviderKey, Revision, Status, failed
from offline_aws.codepipeline.store import Shape
from offline_aws.codepipeline.variables import UnresolvedError, resolved, with_commands_resolved
from offline_aws.image_builds import ImageBuilds

_LAMBDA = ("Invoke", "AWS", "Lambda")


def start(course: Course, stage: StageRun, action: Shape, when_ended: Callable[[], object]) -> None:
    """Begin an action of a stage. ``when_ended`` is called when it has ended, never before."""
    region = action.get("region") or course.call.region
    run = ActionRun(
        id=course.new_id(),
        stage=stage.name,
        declaration=action,
        region=region,
        started=course.now,
        updated=course.now,
        when_ended=when_ended,
    )
    stage.runs.append(run)
    stage.current[run.name] = run
    try:
        run.resolved = resolved(action.get("configuration") or {}, course.execution)
        run.declaration = with_commands_resolved(action, course.execution)
        run.inputs = artifact_places.inputs_of(course.execution, action, region, course.call.region)
        run.outputs = artifact_places.outputs_of(course, action, region)
    except UnresolvedError as error:
        _fail_at_once(course, run, "ConfigurationError", str(error))
    except (ClientError, BotoCoreError, KeyError) as error:
        text = f"An input artifact could not be read: {error}"
        _fail_at_once(course, run, "ConfigurationError", text)
    else:
        tell_action(course, run)
        _begin(course, run)


def start_for_rule(
    course: Course,
    stage: StageRun,
    rule: Shape,
    key: ProviderKey,
    when_ended: Callable[[ActionRun], object],
) -> ActionRun:
    """Do for a rule what an action of a kind does. Raises ``UnresolvedError``."""
    category, owner, provider = key
    kind = {"category": category, "owner": owner, "provider": provider, "version": "1"}
    run = ActionRun(
        id=course.new_id(),
        stage=stage.name,
        declaration={**rule, "actionTypeId": kind},
        region=rule.get("region") or course.call.region,
        started=course.now,
        updated=course.now,
        when_ended=lambda: when_ended(run),
        for_rule=True,
    )
    run.resolved = resolved(rule.get("configuration") or {}, course.execution)
    run.declaration = with_commands_resolved(run.declaration, course.execution)
    home = course.call.region
    run.inputs = artifact_places.inputs_of(course.execution, rule, run.region, home)
    _begin(course, run)
    return run


def _fail_at_once(course: Course, run: ActionRun, code: str, message: str) -> None:
    tell_action(course, run)
    _end_later(course, run, failed(code, message), durations.NEXT_ACTIONS)


def _begin(course: Course, run: ActionRun) -> None:
    seconds = durations.limit(run.key, run.declaration.get("timeoutInMinutes"))
    _later(course, run, seconds, partial(_time_out, course, run))
    category, owner, _ = run.key
    if category == "Approval":
        approvals.ask(course, run)
    elif owner == "Custom":
        _open_custom_job(course, run)
    elif run.key == _LAMBDA:
        _invoke(course, run)
    else:
        _take(course, run, _ask(PROVIDERS[run.key].start, _job(course, run)))


def _open_custom_job(course: Course, run: ActionRun, token: str = "") -> None:
    jobs.open_job(course, run, partial(_open_custom_job, course, run), token)


def _invoke(course: Course, run: ActionRun, token: str = "") -> None:
    """Call the function of an Invoke action; its answer comes as the result of the job."""
    record = jobs.open_job(course, run, partial(_invoke_later, course, run), token)
    status = _ask(PROVIDERS[run.key].start, _job(course, run, record.event))
    if status.state == "Failed":
        end(course, run, status)
    silence = partial(_end_silent, course, run, record)
    _later(course, run, durations.FUNCTION_ANSWERS, silence)


def _end_silent(course: Course, run: ActionRun, record: jobs.JobRecord) -> None:
    """End an action whose function has said nothing of a job, not even that it goes on."""
    if record.status in jobs.OPEN:
        record.status = jobs.TIMED_OUT
        name = run.resolved.get("FunctionName", "")
        text = (
            f"The AWS Lambda function {name} failed to return a result. Check the function to "
            "verify that it has permission to call the PutJobSuccessResult action and that it "
            "made a call to PutJobSuccessResult."
        )
        end(course, run, failed("JobFailed", text))


def _invoke_later(course: Course, run: ActionRun, token: str) -> None:
    _later(course, run, durations.CONTINUE, partial(_invoke, course, run, token))


def _look(course: Course, run: ActionRun) -> None:
    _take(course, run, _ask(PROVIDERS[run.key].poll, _job(course, run)))


def _take(course: Course, run: ActionRun, status: Status) -> None:
    """Note how an action stands; look again later, or end it."""
    if status.state == IN_PROGRESS:
        run.take(status, course.now)
        since = course.now - run.started
        _later(course, run, durations.until_next_look(since), partial(_look, course, run))
    elif course.now == run.started:
        _end_later(course, run, status, durations.SHORT_ACTION)
    else:
        end(course, run, status)


def _end_later(course: Course, run: ActionRun, status: Status, seconds: float) -> None:
    _later(course, run, seconds, partial(end, course, run, status))


def _later(course: Course, run: ActionRun, seconds: float, step: Callable[[], object]) -> None:
    def unless_ended() -> None:
        if run.status == IN_PROGRESS:
            step()

    course.after(seconds, unless_ended)


def _time_out(course: Course, run: ActionRun) -> None:
    for job in course.call.state(jobs.Jobs).by_id.values():
        if job.run is run and job.status in jobs.OPEN:
            job.status = jobs.TIMED_OUT
    end(course, run, failed("JobTimedOut", f"The action {run.name} timed out"))


def _ask(question: Callable[[Job], Status], job: Job) -> Status:
    """Return what a provider says; an exception of it fails the action and nothing else."""
    try:
        return question(job)
    except ClientError as error:
        return failed("ActionExecutionError", str(error))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        return failed("ActionExecutionError", text)


def _job(course: Course, run: ActionRun, event: Mapping[str, object] | None = None) -> Job:
    execution = course.execution
    overrides = execution.overrides.get(run.name, {})
    return Job(
        pipeline=course.line.pipeline.name,
        execution_id=execution.id,
        stage=run.stage,
        action=run.name,
        action_execution_id=run.id,
        region=run.region,
        account=course.call.account,
        configuration=run.resolved,
        inputs=run.inputs,
        outputs=run.outputs,
        now=course.now,
        external_id=run.external_id,
        revision=next((Revision(value, kind=kind) for kind, value in overrides.items()), None),
        overrides=overrides,
        declaration=run.declaration,
        event=dict(event or {}),
        started=run.started,
        image_builds=course.call.shared(ImageBuilds),
    )

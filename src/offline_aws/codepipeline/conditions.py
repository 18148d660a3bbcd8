"""Conditions of a stage: evaluate their rules, and say whether they are met."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.codepipeline import actions, durations
from offline_aws.codepipeline.ending import abandon
from offline_aws.codepipeline.execution import (
    ABANDONED,
    FAILED,
    IN_PROGRESS,
    OVERRIDDEN,
    SUCCEEDED,
    ActionRun,
    ConditionRun,
    RuleRun,
    StageRun,
)
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.provider import Status, failed
from offline_aws.codepipeline.rules import BY_PROVIDER, RULES, Question, Waiting
from offline_aws.codepipeline.store import Shape
from offline_aws.codepipeline.variables import UnresolvedError, resolved

_WEEK = 7 * 86400.0
Decided = Callable[[bool], object]


def condition_of(stage: StageRun, kind: str) -> Shape | None:
    """Return the declared condition of a stage, None where it has none of the kind."""
    declared = (stage.declaration.get(kind) or {}).get("conditions") or []
    return declared[0] if declared else None


def evaluate(course: Course, stage: StageRun, kind: str, decided: Decided) -> None:
    """Evaluate a stage's condition; ``decided`` is called with whether it is met, a bit later."""
    declaration = condition_of(stage, kind) or {}
    condition = ConditionRun(declaration, course.now)
    stage.conditions[kind] = condition
    for rule in declaration.get("rules") or ():
        _Evaluation(course, stage, kind, condition, decided).begin(rule)
    if not condition.rules:
        _decide(course, stage, condition, decided)


def override(course: Course, stage: StageRun, kind: str) -> None:
    """Count a condition as met, whatever its rules say."""
    condition = stage.conditions[kind]
    _abandon_rules(course, condition)
    condition.status, condition.changed = OVERRIDDEN, course.now
    condition.summary = f"Overridden by {course.call.caller}"


def give_up(course: Course, stage: StageRun) -> None:
    """Abandon the evaluations of a stage that is left in the middle of them."""
    for condition in stage.conditions.values():
        if condition.status == IN_PROGRESS:
            _abandon_rules(course, condition)
            condition.status, condition.changed = ABANDONED, course.now


def _abandon_rules(course: Course, condition: ConditionRun) -> None:
    for rule in condition.rules:
        if rule.status == IN_PROGRESS:
            rule.status, rule.updated = ABANDONED, course.now
            if rule.action is not None and rule.action.status == IN_PROGRESS:
                abandon(course, rule.action)


def _decide(course: Course, stage: StageRun, condition: ConditionRun, decided: Decided) -> None:
    if any(rule.status == IN_PROGRESS for rule in condition.rules):
        return
    met = all(rule.status == SUCCEEDED for rule in condition.rules)
    condition.status, condition.changed = SUCCEEDED if met else FAILED, course.now
    reasons = [rule.result.error_message for rule in condition.rules if rule.status == FAILED]
    condition.summary = "; ".join(reasons)[:2048]

    def unless_overridden() -> None:
        if condition.status in (SUCCEEDED, FAILED):
            decided(met)

    course.in_stage(stage, durations.NEXT_ACTIONS, unless_overridden)


class _Evaluation:
    """One rule on its way to an answer."""

    def __init__(
        self,
        course: Course,
        stage: StageRun,
        kind: str,
        condition: ConditionRun,
        decided: Decided,
    ) -> None:
        self._course, self._stage, self._kind = course, stage, kind
        self._condition, self._decided = condition, decided

    def begin(self, rule: Shape) -> None:
        """Begin a rule. What is wrong with it makes it fail."""
        course = self._course
        run = RuleRun(course.new_id(), self._stage.name, rule, course.now, course.now)
        self._condition.rules.append(run)
        course.execution.rules.append(run)
        minutes = rule.get("timeoutInMinutes")
        seconds = minutes * 60.0 if minutes else _WEEK
        self._later(
            run, seconds, partial(self._end, run, failed("RuleTimedOut", "The rule timed out"))
        )
        try:
            run.resolved = resolved(rule.get("configuration") or {}, course.execution)
            provider = rule["ruleTypeId"]["provider"]
            if provider in RULES:
                # Not at once: the others of the condition are to be there first.
                self._later(run, 0.0, partial(self._ask, run))
            else:
                ended = partial(self._end_by_action, run)
                key = BY_PROVIDER[provider]
                run.action = actions.start_for_rule(course, self._stage, rule, key, ended)
        except (UnresolvedError, ClientError, BotoCoreError, KeyError) as error:
            status = failed("ConfigurationError", str(error))
            self._later(run, 0.0, partial(self._end, run, status))

    def _ask(self, run: RuleRun) -> None:
        course = self._course
        region = run.declaration.get("region") or course.call.region
        question = Question(self._kind, run.resolved, region, run.started, course.now)
        try:
            status = RULES[run.declaration["ruleTypeId"]["provider"]](question)
        except (ClientError, BotoCoreError, ValueError) as error:
            status = failed("ConfigurationError", str(error))
        if status.state != IN_PROGRESS:
            self._end(run, status)
            return
        run.result, run.updated = status, course.now
        wait = durations.until_next_look(course.now - run.started)
        if isinstance(status, Waiting) and status.until is not None:
            wait = (status.until - course.now).total_seconds()
        self._later(run, wait, partial(self._ask, run))

    def _end_by_action(self, run: RuleRun, action: ActionRun) -> None:
        """End a rule by its action: not at once, the condition's other rules may be to come."""
        status = Status(
            action.status,
            summary=action.summary,
            external_id=action.external_id,
            external_url=action.external_url,
            error_code=action.error_code,
            error_message=action.error_message,
        )
        self._later(run, 0.0, partial(self._end, run, status))

    def _end(self, run: RuleRun, status: Status) -> None:
        if run.status != IN_PROGRESS:
            return
        run.status = SUCCEEDED if status.state == SUCCEEDED else FAILED
        run.result, run.updated = status, self._course.now
        _decide(self._course, self._stage, self._condition, self._decided)

    def _later(self, run: RuleRun, seconds: float, step: Callable[[], object]) -> None:
        def unless_ended() -> None:
            if run.status == IN_PROGRESS:
                step()

        self._course.after(seconds, unless_ended)

"""Lifecycle hooks of a service deployment: functions that are asked, and pauses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.ecs.names import new_uuid
from offline_aws.ecs.store import ServiceDeployment, Shape
from offline_aws.operations import Call

_TIMEOUT = 1440
_CALL_BACK = 30
_WAITING = ("AWAITING_ACTION", "IN_PROGRESS")
#: Called with why a deployment has to go back, "" for going on.
Outcome = Callable[[str], None]


@dataclass
class Hooks:
    """The hooks of one stage, one after the other; ``outcome`` hears of the end of them all."""

    call: Call
    of: ServiceDeployment
    stage: str
    service: str
    outcome: Outcome
    left: list[Shape] = field(default_factory=list)
    current: Shape = field(default_factory=dict)

    def begin(self) -> None:
        """Ask the first hook of the stage."""
        hooks = self.of.configuration.get("lifecycleHooks", [])
        self.left = [each for each in hooks if self.stage in each.get("lifecycleStages", [])]
        self._next()

    def answer(self, hook_id: str, action: str) -> bool:
        """Answer a pause; return whether it is this one that waits."""
        waits = self.current.get("status") == "AWAITING_ACTION"
        if not waits or self.current["hookId"] != hook_id:
            return False
        back = action == "ROLLBACK"
        self.current["status"] = "FAILED" if back else "SUCCEEDED"
        self._end("rollback was requested at a lifecycle hook." if back else "")
        return True

    def _next(self) -> None:
        if not self.left:
            self.outcome("")
            return
        hook = self.left.pop(0)
        pauses = hook.get("targetType") == "PAUSE"
        limit = hook.get("timeoutConfiguration", {})
        expires = self.call.clock.now() + timedelta(
            minutes=limit.get("timeoutInMinutes") or _TIMEOUT
        )
        self.current = {
            "hookId": new_uuid(self.call),
            "targetType": "PAUSE" if pauses else "AWS_LAMBDA",
            "status": "AWAITING_ACTION" if pauses else "IN_PROGRESS",
            "expiresAt": expires,
            "timeoutAction": limit.get("action", "ROLLBACK"),
        }
        if not pauses:
            self.current["targetArn"] = hook.get("hookTargetArn", "")
        self.of.hooks.append(self.current)
        self.call.clock.call_at(expires, partial(self._expire, self.current))
        if not pauses:
            self._ask(hook, self.current)

    def _expire(self, detail: Shape) -> None:
        if detail["status"] in _WAITING and detail is self.current:
            detail["status"] = "TIMED_OUT"
            back = detail["timeoutAction"] == "ROLLBACK"
            self._end("a lifecycle hook timed out." if back else "")

    def _ask(self, hook: Shape, detail: Shape) -> None:
        """Invoke the function, now and again as long as it is in progress."""
        if detail["status"] != "IN_PROGRESS" or detail is not self.current:
            return
        answer = self._invoke(hook, detail)
        status = answer.get("hookStatus")
        if status == "IN_PROGRESS":
            delay = answer.get("callBackDelay")
            seconds = delay if isinstance(delay, int) and delay > 0 else _CALL_BACK
            later = partial(self._ask, hook, detail)
            self.call.clock.call_later(timedelta(seconds=seconds), later)
            return
        good = status == "SUCCEEDED"
        detail["status"] = "SUCCEEDED" if good else "FAILED"
        self._end("" if good else f"lifecycle hook {hook.get('hookTargetArn', '')} failed.")

    def _invoke(self, hook: Shape, detail: Shape) -> Shape:
        """Return what the function answers; what is no answer has failed."""
        event = {
            "executionDetails": {
                "testTrafficWeights": {a: test for a, (_, test) in self.of.weights.items()},
                "productionTrafficWeights": {a: prod for a, (prod, _) in self.of.weights.items()},
                "serviceArn": self.service,
                "targetServiceRevisionArn": self.of.target,
            },
            "executionId": detail["hookId"],
            "lifecycleStage": self.stage,
            "resourceArn": self.of.arn,
        }
        if hook.get("hookDetails") is not None:
            event["hookDetails"] = hook["hookDetails"]
        client: Any = clients.client("lambda", self.call.region, self.call.account)
        try:
            made = client.invoke(
                FunctionName=hook.get("hookTargetArn", ""), Payload=json.dumps(event).encode()
            )
            answer = json.loads(made["Payload"].read())
        except (ClientError, BotoCoreError, ValueError):
            return {}
        failed = "FunctionError" in made or not isinstance(answer, dict)
        return {} if failed else answer

    def _end(self, reason: str) -> None:
        self.current = {}
        if reason:
            self.outcome(reason)
        else:
            self._next()

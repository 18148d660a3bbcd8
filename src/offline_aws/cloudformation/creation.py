"""A stack created: its resources in the order of their needs, and all of it back on a failure."""

from __future__ import annotations

from datetime import timedelta

from offline_aws.cloudformation import outputs, resource_steps
from offline_aws.cloudformation.deletion import Deletion, sentence
from offline_aws.cloudformation.failure import TROUBLE, reason_of
from offline_aws.cloudformation.stack_events import set_resource_status, set_status
from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.surroundings import export_value, scope_of
from offline_aws.cloudformation.template_check import dependencies
from offline_aws.cloudformation.underway import cancel_nested
from offline_aws.cloudformation.walk import Steps, Walk
from offline_aws.operations import Call

BEGINNING = timedelta(seconds=2)
STACK = "AWS::CloudFormation::Stack"


class Creation:
    """A stack that is created."""

    def __init__(self, call: Call, stack: Stack) -> None:
        self._call = call
        self._stack = stack
        self._scope = scope_of(call, stack)
        self._active = self._scope.active()
        self._why = ""
        self._abandoned = False
        self._keeps = stack.disable_rollback or stack.on_failure == "DO_NOTHING"
        self._walk = Walk(
            call.clock,
            dependencies(self._active),
            self._begin,
            self._fail,
            self._cancel,
            self._end,
            goes_on=self._keeps,
        )

    def begin(self) -> None:
        """Give the stack its status; the rest happens on the clock."""
        self._stack.underway = self
        set_status(self._call, self._stack, "CREATE_IN_PROGRESS", "User Initiated")
        self._call.clock.call_later(BEGINNING, self._go)
        if self._stack.timeout:
            self._call.clock.call_later(timedelta(minutes=self._stack.timeout), self._expire)

    def cancel(self, reason: str) -> None:
        """Stop what runs and go back."""
        self._why = reason
        self._walk.stop()

    def abandon(self) -> None:
        """Stop what runs and do nothing else: the stack is deleted."""
        self._why, self._abandoned = "abandoned", True
        self._walk.stop()

    def _expire(self) -> None:
        if self._stack.underway is self and self._stack.status == "CREATE_IN_PROGRESS":
            self.cancel("Stack creation time exceeded the specified timeout. ")

    def _go(self) -> None:
        if self._why:
            return
        try:
            for name in outputs.imports_of(self._call, self._stack):
                export_value(self._call, name)
        except TROUBLE as trouble:
            self._fall(f"{reason_of(trouble, STACK, self._stack.token)} ")
            return
        self._walk.start()

    def _begin(self, name: str) -> Steps:
        resource = resource_steps.new_resource(self._call, name, self._active[name])
        self._stack.resources[name] = resource
        if physical := self._stack.adopting.get(name):
            return resource_steps.adopt(self._call, self._stack, resource, self._scope, physical)
        return resource_steps.create(self._call, self._stack, resource, self._scope)

    def _fail(self, name: str, error: Exception) -> None:
        resource = self._stack.resources[name]
        reason = reason_of(error, resource.type_name, resource.token)
        set_resource_status(self._call, self._stack, resource, "CREATE_FAILED", reason)

    def _cancel(self, name: str) -> None:
        resource = self._stack.resources[name]
        cancel_nested(self._call, resource)
        reason = "Resource creation cancelled"
        set_resource_status(self._call, self._stack, resource, "CREATE_FAILED", reason)

    def _end(self) -> None:
        if self._abandoned:
            return
        failed = [self._stack.resources[name] for name in self._walk.failures]
        if failed or self._why:
            self._fall(self._why or sentence("create", failed))
            return
        try:
            found = outputs.outputs_of(self._scope)
            outputs.check_exports(self._call, self._stack, found)
        except TROUBLE as trouble:
            self._fall(f"{reason_of(trouble, STACK, self._stack.token)} ")
            return
        self._stack.outputs = found
        self._stack.underway = None
        set_status(self._call, self._stack, "CREATE_COMPLETE")

    def _fall(self, why: str) -> None:
        """Do with a stack that could not be created what it was created with."""
        if self._keeps:
            self._stack.underway = None
            set_status(self._call, self._stack, "CREATE_FAILED", why)
        elif self._stack.on_failure == "DELETE":
            CreationRollback(self._call, self._stack, "DELETE").begin(
                f"{why}Delete requested by user."
            )
        else:
            CreationRollback(self._call, self._stack, "ROLLBACK").begin(
                f"{why}Rollback requested by user."
            )


class CreationRollback:
    """What a failed creation has made, deleted; ``status`` is that of the stack on the way."""

    def __init__(self, call: Call, stack: Stack, status: str) -> None:
        self._call = call
        self._stack = stack
        self._status = status

    def begin(self, reason: str) -> None:
        """Give the stack its status; the rest happens on the clock."""
        self._stack.underway = self
        set_status(self._call, self._stack, f"{self._status}_IN_PROGRESS", reason)
        deletion = Deletion(
            self._call, self._stack, self._stack.resources.values(), self._policy, self._end
        )
        self._call.clock.call_later(BEGINNING, deletion.start)

    def cancel(self, reason: str) -> None:
        """Do nothing: a rollback goes on."""

    def _policy(self, resource: Resource) -> str:
        policy = resource.policy("DeletionPolicy")
        if resource.logical_id in self._stack.adopting:
            return "Retain"  # it was there before
        if policy == "RetainExceptOnCreate" or self._stack.retain_except_on_create:
            return "Delete"
        # Nothing is in what was only just made: no snapshot.
        return "Retain" if policy == "Retain" else "Delete"

    def _end(self, failed: list[Resource]) -> None:
        self._stack.underway = None
        if failed:
            reason = sentence("delete", failed)
            set_status(self._call, self._stack, f"{self._status}_FAILED", reason)
        else:
            set_status(self._call, self._stack, f"{self._status}_COMPLETE")

"""An update taken back: what it changed put back, what it made deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from offline_aws.cloudformation import resource_steps
from offline_aws.cloudformation.creation import BEGINNING
from offline_aws.cloudformation.deletion import Deletion, sentence
from offline_aws.cloudformation.failure import reason_of
from offline_aws.cloudformation.references import references
from offline_aws.cloudformation.stack_events import set_resource_status, set_status
from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.template_check import depends_on
from offline_aws.cloudformation.walk import Steps, Walk
from offline_aws.operations import Call

_WayBack = Callable[[Call, Stack, Resource, Resource], Steps]
_NESTED = "AWS::CloudFormation::Stack"


class UpdateRollback:
    """The way back from ``stack.model`` to ``stack.before``, by the stack's journal."""

    def __init__(self, call: Call, stack: Stack, skipped: Iterable[str] = ()) -> None:
        self._call = call
        self._stack = stack
        self._skipped = set(skipped)
        self._back = {name: old for name, old in stack.journal.items() if old is not None}
        self._walk = Walk(
            call.clock,
            self._needs(),
            self._put_back,
            self._fail,
            lambda _: None,
            self._end,
            goes_on=True,
        )

    def begin(self, reason: str) -> None:
        """Give the stack its status; the rest happens on the clock."""
        self._stack.underway = self
        set_status(self._call, self._stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
        if self._stack.before is not None:
            self._stack.model = self._stack.before
        self._call.clock.call_later(BEGINNING, self._walk.start)

    def cancel(self, reason: str) -> None:
        """Do nothing: a rollback goes on."""

    def _needs(self) -> dict[str, set[str]]:
        return {
            name: {
                each
                for each in (
                    *(reference.name for reference in references(old.definition)),
                    *depends_on(old.definition),
                )
                if each in self._back and each != name
            }
            for name, old in self._back.items()
        }

    def _put_back(self, name: str) -> Steps:
        old, current = self._back[name], self._stack.resources[name]
        back = old.copy()
        if name in self._skipped:
            back.skipped, back.drift = True, "NOT_CHECKED"
            self._stack.resources[name] = back
            set_resource_status(self._call, self._stack, back, "UPDATE_COMPLETE")
            del self._stack.journal[name]
            return
        if current.token != old.token:
            yield from self._old_one_again(old, back, current)
        elif current.applied == old.properties and old.type_name != _NESTED:
            yield from self._go_back(back, current, resource_steps.confirm)
        else:
            yield from self._go_back(back, current, resource_steps.update)
        del self._stack.journal[name]

    def _go_back(self, back: Resource, current: Resource, steps: _WayBack) -> Steps:
        self._stack.resources[back.logical_id] = back
        try:
            yield from steps(self._call, self._stack, current, back)
        except Exception:
            # Still what it was, for the next attempt, which goes on from where this one came.
            current.status, current.in_place = back.status, back.applied
            self._stack.resources[back.logical_id] = current
            raise

    def _old_one_again(self, old: Resource, back: Resource, current: Resource) -> Steps:
        set_resource_status(self._call, self._stack, current, "UPDATE_IN_PROGRESS")
        yield resource_steps.BEFORE
        self._stack.garbage = [each for each in self._stack.garbage if each is not old]
        if current.physical_id:
            self._stack.garbage.append(current)
        self._stack.resources[old.logical_id] = back
        set_resource_status(self._call, self._stack, back, "UPDATE_COMPLETE")

    def _fail(self, name: str, error: Exception) -> None:
        resource = self._stack.resources[name]
        reason = reason_of(error, resource.type_name, resource.token)
        set_resource_status(self._call, self._stack, resource, "UPDATE_FAILED", reason)

    def _end(self) -> None:
        if self._walk.failures:
            self._stack.underway = None
            failed = [self._stack.resources[name] for name in self._walk.failures]
            reason = sentence("update", failed)
            set_status(self._call, self._stack, "UPDATE_ROLLBACK_FAILED", reason)
            return
        set_status(self._call, self._stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        everything = [*self._stack.garbage, *self._made()]
        deletion = Deletion(self._call, self._stack, everything, self._policy, self._cleaned)
        self._call.clock.call_later(BEGINNING, deletion.start)

    def _made(self) -> list[Resource]:
        return [
            self._stack.resources[name]
            for name, old in self._stack.journal.items()
            if old is None and name in self._stack.resources
        ]

    def _policy(self, resource: Resource) -> str:
        policy = resource.policy("DeletionPolicy")
        if resource.logical_id in self._stack.adopting:
            return "Retain"  # it was there before
        kept = policy == "Retain" and not self._stack.retain_except_on_create
        return "Retain" if kept else "Delete"

    def _cleaned(self, _: list[Resource]) -> None:
        for resource in self._made():
            del self._stack.resources[resource.logical_id]
        self._stack.garbage.clear()
        self._stack.journal.clear()
        self._stack.policy_during_update = ""
        self._stack.underway = None
        set_status(self._call, self._stack, "UPDATE_ROLLBACK_COMPLETE")

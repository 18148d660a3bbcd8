"""Resources deleted, those that need others first; a whole stack deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from offline_aws.cloudformation import outputs, resource_steps
from offline_aws.cloudformation.failure import reason_of
from offline_aws.cloudformation.references import references
from offline_aws.cloudformation.stack_events import set_resource_status, set_status
from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.template_check import depends_on
from offline_aws.cloudformation.walk import Steps, Walk
from offline_aws.operations import Call

_BEFORE = timedelta(seconds=1)
_NOTHING: tuple[str, ...] = ("DELETE_COMPLETE", "DELETE_SKIPPED")


class Deletion:
    """Some resources of a stack deleted; ``ended`` is told those that could not be.

    ``policy_of`` gives what to do with each: Delete, Retain or Snapshot. ``forced`` leaves one
    there that cannot be deleted.
    """

    def __init__(
        self,
        call: Call,
        stack: Stack,
        resources: Iterable[Resource],
        policy_of: Callable[[Resource], str],
        ended: Callable[[list[Resource]], None],
        *,
        forced: bool = False,
    ) -> None:
        self._call = call
        self._stack = stack
        self._policy_of = policy_of
        self._ended = ended
        self._forced = forced
        self._failed: list[Resource] = []
        # A resource and the one that replaced it have one name.
        self._by_key = {f"{each.logical_id} {each.token}": each for each in resources}
        self._walk = Walk(
            call.clock,
            _reversed(self._by_key),
            self._delete,
            self._fail,
            lambda _: None,
            lambda: ended(self._failed),
            goes_on=True,
        )

    def start(self) -> None:
        """Begin."""
        self._walk.start()

    def _delete(self, key: str) -> Steps:
        resource = self._by_key[key]
        if resource.status in _NOTHING:
            return iter(())
        if not resource.physical_id:
            return self._forget(resource)
        policy = self._policy_of(resource)
        return resource_steps.delete(self._call, self._stack, resource, policy=policy)

    def _forget(self, resource: Resource) -> Steps:
        """Say of what was never made that it is gone."""
        set_resource_status(self._call, self._stack, resource, "DELETE_COMPLETE")
        yield from ()

    def _fail(self, key: str, error: Exception) -> None:
        resource = self._by_key[key]
        reason = reason_of(error, resource.type_name, resource.token)
        if self._forced:
            set_resource_status(self._call, self._stack, resource, "DELETE_SKIPPED", reason)
            return
        self._failed.append(resource)
        set_resource_status(self._call, self._stack, resource, "DELETE_FAILED", reason)


def _reversed(resources: dict[str, Resource]) -> dict[str, set[str]]:
    """Return for each resource those that need it: they go first."""
    needs: dict[str, set[str]] = {key: set() for key in resources}
    by_name: dict[str, list[str]] = {}
    for key, resource in resources.items():
        by_name.setdefault(resource.logical_id, []).append(key)
    for key, resource in resources.items():
        named = {each.name for each in references(resource.definition)}
        for name in named | set(depends_on(resource.definition)):
            for other in by_name.get(name, ()):
                if name != resource.logical_id:
                    needs[other].add(key)
    return needs


class StackDeletion:
    """A whole stack deleted, but for what its policies and the caller say to keep."""

    def __init__(self, call: Call, stack: Stack, retained: Iterable[str], *, forced: bool) -> None:
        self._call = call
        self._stack = stack
        self._retained = set(retained)
        self._forced = forced
        self._before = (stack.status, stack.reason)

    def begin(self, reason: str = "User Initiated") -> None:
        """Give the stack its new status; the rest happens on the clock."""
        self._stack.underway = self
        set_status(self._call, self._stack, "DELETE_IN_PROGRESS", reason)
        self._call.clock.call_later(_BEFORE, self._go)

    def cancel(self, reason: str) -> None:
        """Do nothing: a deletion goes on."""

    def _go(self) -> None:
        if reason := outputs.why_not_to_delete(self._call, self._stack):
            set_status(self._call, self._stack, self._before[0], reason)
            return
        everything = [*self._stack.resources.values(), *self._stack.garbage]
        Deletion(
            self._call,
            self._stack,
            everything,
            self._policy,
            self._end,
            forced=self._forced,
        ).start()

    def _policy(self, resource: Resource) -> str:
        if resource.logical_id in self._retained:
            return "Retain"
        policy = resource.policy("DeletionPolicy")
        return "Retain" if policy == "RetainExceptOnCreate" else policy

    def _end(self, failed: list[Resource]) -> None:
        self._stack.underway = None
        if failed:
            set_status(self._call, self._stack, "DELETE_FAILED", sentence("delete", failed))
        else:
            self._stack.garbage.clear()
            set_status(self._call, self._stack, "DELETE_COMPLETE")


def sentence(what: str, resources: Iterable[Resource]) -> str:
    """Return CloudFormation's sentence of the resources that failed."""
    names = ", ".join(dict.fromkeys(each.logical_id for each in resources))
    return f"The following resource(s) failed to {what}: [{names}]. "

"""A stack updated: what is new made, what differs changed or replaced, what is left deleted."""

from __future__ import annotations

from offline_aws.cloudformation import outputs, resource_steps, schemas
from offline_aws.cloudformation.creation import BEGINNING
from offline_aws.cloudformation.deletion import Deletion, sentence
from offline_aws.cloudformation.failure import TROUBLE, reason_of
from offline_aws.cloudformation.stack_events import set_resource_status, set_status
from offline_aws.cloudformation.stack_policy import check_allowed
from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.surroundings import scope_of
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.template_check import dependencies
from offline_aws.cloudformation.underway import cancel_nested
from offline_aws.cloudformation.update_kind import check_own_name, replaces
from offline_aws.cloudformation.update_rollback import UpdateRollback
from offline_aws.cloudformation.walk import Steps, Walk
from offline_aws.operations import Call

NESTED = "AWS::CloudFormation::Stack"
#: A resource that the stack does not have any more.
GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")


class Update:
    """A stack that is updated from ``stack.before`` to ``stack.model``."""

    def __init__(self, call: Call, stack: Stack) -> None:
        self._call = call
        self._stack = stack
        self._scope = scope_of(call, stack)
        self._active = self._scope.active()
        self._why = ""
        self._walk = Walk(
            call.clock,
            dependencies(self._active),
            self._begin,
            self._fail,
            self._cancel,
            self._end,
            goes_on=stack.disable_rollback,
        )

    def begin(self) -> None:
        """Give the stack its status; the rest happens on the clock."""
        self._stack.underway = self
        self._stack.updated = self._call.clock.now()
        set_status(self._call, self._stack, "UPDATE_IN_PROGRESS", "User Initiated")
        self._call.clock.call_later(BEGINNING, self._go)

    def cancel(self, reason: str) -> None:
        """Stop what runs and go back."""
        self._why = reason
        self._walk.stop()

    def _go(self) -> None:
        if not self._why:
            self._walk.start()

    def _begin(self, name: str) -> Steps:
        old = self._stack.resources.get(name)
        if old is not None and old.physical_id and old.status not in GONE:
            if old.status != "CREATE_FAILED":
                return self._change(name, old)
            self._stack.garbage.append(old)
        new = resource_steps.new_resource(self._call, name, self._active[name])
        self._stack.journal.setdefault(name, None)
        self._stack.resources[name] = new
        if physical := self._stack.adopting.get(name):
            return resource_steps.adopt(self._call, self._stack, new, self._scope, physical)
        return resource_steps.create(self._call, self._stack, new, self._scope)

    def _change(self, name: str, old: Resource) -> Steps:
        new = old.copy()
        new.definition, new.in_place = self._active[name], None
        resource_steps.put_in(self._call, self._scope, new)
        if not self._differs(old, new):
            self._stack.resources[name] = new
            return
        self._stack.journal.setdefault(name, old)
        new.skipped, new.drift = False, "NOT_CHECKED"
        replacing = replaces(self._call.region, old, new)
        check_allowed(self._stack, old, "Replace" if replacing else "Modify")
        if replacing:
            check_own_name(self._call.region, old, new)
            new, steps = resource_steps.replacing(
                self._call, self._stack, old, new.definition, self._scope
            )
            self._stack.garbage.append(old)
            self._stack.resources[name] = new
            yield from steps
        elif self._only_metadata(old, new):
            self._stack.resources[name] = new
            set_resource_status(self._call, self._stack, new, "UPDATE_IN_PROGRESS")
            set_resource_status(self._call, self._stack, new, "UPDATE_COMPLETE")
        else:
            self._stack.resources[name] = new
            yield from resource_steps.update(self._call, self._stack, old, new)

    def _differs(self, old: Resource, new: Resource) -> bool:
        return (
            new.type_name == NESTED
            or old.applied != new.properties
            or old.metadata != new.metadata
            or self._new_tags(new)
        )

    def _only_metadata(self, old: Resource, new: Resource) -> bool:
        return old.applied == new.properties and new.type_name != NESTED and not self._new_tags(new)

    def _new_tags(self, resource: Resource) -> bool:
        """Return whether the stack's tags change and the resource takes them on."""
        before = self._stack.before
        return (
            before is not None
            and before.tags != self._stack.model.tags
            and is_taggable(self._call.region, resource.type_name)
        )

    def _fail(self, name: str, error: Exception) -> None:
        resource = self._stack.resources[name]
        reason = reason_of(error, resource.type_name, resource.token)
        self._failed(name, reason)

    def _cancel(self, name: str) -> None:
        cancel_nested(self._call, self._stack.resources[name])
        kind = "creation" if self._is_new(name) else "update"
        self._failed(name, f"Resource {kind} cancelled")

    def _failed(self, name: str, reason: str) -> None:
        status = "CREATE_FAILED" if self._is_new(name) else "UPDATE_FAILED"
        resource = self._stack.resources[name]
        set_resource_status(self._call, self._stack, resource, status, reason)

    def _is_new(self, name: str) -> bool:
        return name in self._stack.journal and self._stack.journal[name] is None

    def _end(self) -> None:
        if self._walk.failures or self._why:
            self._fall(self._why or self._sentence())
            return
        try:
            for resource in self._removed():
                check_allowed(self._stack, resource, "Delete")
            found = outputs.outputs_of(self._scope)
            outputs.check_exports(self._call, self._stack, found)
        except TROUBLE as trouble:
            self._fall(reason_of(trouble, NESTED, self._stack.token))
            return
        self._stack.outputs = found
        self._clean_up()

    def _sentence(self) -> str:
        made = [self._stack.resources[each] for each in self._walk.failures if self._is_new(each)]
        changed = [
            self._stack.resources[each] for each in self._walk.failures if not self._is_new(each)
        ]
        return (sentence("create", made) if made else "") + (
            sentence("update", changed) if changed else ""
        )

    def _fall(self, why: str) -> None:
        if self._stack.disable_rollback:
            self._stack.underway = None
            set_status(self._call, self._stack, "UPDATE_FAILED", why)
        else:
            UpdateRollback(self._call, self._stack).begin(why)

    def _removed(self) -> list[Resource]:
        return [each for name, each in self._stack.resources.items() if name not in self._active]

    def _clean_up(self) -> None:
        set_status(self._call, self._stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        removed = self._removed()
        replaced = {id(each) for each in self._stack.garbage}

        def policy(resource: Resource) -> str:
            named = "UpdateReplacePolicy" if id(resource) in replaced else "DeletionPolicy"
            found = resource.policy(named)
            return "Retain" if found == "RetainExceptOnCreate" else found

        everything = [*self._stack.garbage, *removed]
        deletion = Deletion(self._call, self._stack, everything, policy, self._cleaned)
        self._call.clock.call_later(BEGINNING, deletion.start)

    def _cleaned(self, _: list[Resource]) -> None:
        """End well: what could not be deleted is left behind, as AWS leaves it."""
        for resource in self._removed():
            del self._stack.resources[resource.logical_id]
        end_update(self._stack)
        set_status(self._call, self._stack, "UPDATE_COMPLETE")


def end_update(stack: Stack) -> None:
    """Forget what an update would go back to."""
    stack.garbage.clear()
    stack.journal.clear()
    stack.policy_during_update = ""
    stack.underway = None


def is_taggable(region: str, type_name: str) -> bool:
    """Return whether resources of a type take on the tags of their stack."""
    schema: Shape = schemas.find_schema(region, type_name) or {}
    tagging = schema.get("tagging")
    if isinstance(tagging, dict):
        return bool(tagging.get("taggable", True))
    return "Tags" in schema.get("properties", {})

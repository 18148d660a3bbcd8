"""Policies of resources: one document that CloudFormation puts on several queues or topics."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.resource_type import Context, Properties
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._models import text
from offline_aws.cloudformation.resources._resource import Resource, is_gone
from offline_aws.cloudformation.resources._shown import shown


@dataclass(frozen=True)
class PolicyOfSeveral:
    """A policy on every one of the property ``targets``.

    ``put`` sets the policy ``VALUE`` of the one ``ID``; ``look`` asks for it, ``none`` is the
    policy of one that was given none. The physical id is a name that is made up; the template
    says which ones have the policy.
    """

    type_name: str
    service: str
    targets: str
    put: Call
    look: Look
    none: Callable[[Resource], str] = lambda _: ""
    takes: timedelta = timedelta(seconds=5)
    not_read: frozenset[str] = frozenset()

    @property
    def properties(self) -> str:
        """Return the names of the properties."""
        return f"{self.targets} PolicyDocument"

    def create(self, context: Context, properties: Properties) -> str:
        """Put the policy on all."""
        self.update(context, "", {}, properties)
        return context.name(128)

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return those that have a policy, and it; None when none has."""
        found = {
            target: policy
            for target in context.properties.get(self.targets, ())
            if (policy := self._policy(self._one(context, target)))
        }
        if not found:
            return None
        read = {"Id": physical_id, self.targets: list(found)}
        schema = self._one(context, "").type.schema
        properties: Properties = shown(
            schema, schema, {**read, "PolicyDocument": next(iter(found.values()))}, {}
        )
        return properties

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the policy on all that are named now, and take it from those that are not."""
        for target in new[self.targets]:
            self.put.run(self._one(context, target, text(new["PolicyDocument"])))
        for target in old.get(self.targets, ()):
            if target not in new[self.targets]:
                self._take(context, target)

    def delete(self, context: Context, physical_id: str) -> None:
        """Take the policy from all that are still there."""
        for target in context.properties.get(self.targets, ()):
            self._take(context, target)

    def _policy(self, it: Resource) -> Any:
        """Return the policy of one; none where it is the one that it has of itself."""
        found = self.look.run(it)
        none = self.none(it)
        return None if none and found and json.loads(found) == json.loads(none) else found

    def _take(self, context: Context, target: str) -> None:
        try:
            it = self._one(context, target)
            it.value = self.none(it)
            self.put.run(it)
        except ClientError as error:
            if not is_gone(error):
                raise

    def _one(self, context: Context, target: str, policy: Any = None) -> Resource:
        words = Declared(
            self.type_name, self.service, self.properties, self.put, self.look, self.put
        )
        return Resource(words, context, target, value=policy)

"""Configurations that never change: each is one revision of a name, and the last is the latest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offline_aws.apprunner.checks import too_many
from offline_aws.apprunner.names import page
from offline_aws.apprunner.store import Resource, Shape, Store
from offline_aws.operations import Call


@dataclass(frozen=True)
class Revisioned:
    """A kind of configuration.

    kind        the kind in its ARNs
    member      the name of one in AWS's model, which its members begin with
    words       what one is called in the sentences about the quotas
    names       how many names an account may have, and ``revisions`` how many of one name
    """

    kind: str
    member: str
    words: str
    names: int
    revisions: int

    def shape(self, call: Call, resource: Resource) -> Shape:
        """Return what is said of a revision of every kind."""
        same = [each for each in self._active(call) if each.name == resource.name]
        shape = {
            f"{self.member}Arn": resource.arn,
            f"{self.member}Name": resource.name,
            f"{self.member}Revision": resource.revision,
            "Latest": bool(same) and same[-1] is resource,
            "Status": "INACTIVE" if resource.deleted else "ACTIVE",
            **resource.settings,
            "CreatedAt": resource.created,
        }
        return {**shape, "DeletedAt": resource.deleted} if resource.deleted else shape

    def check_room(self, call: Call, name: str) -> None:
        """Raise AWS's error where the account has too many names, or too many revisions of one."""
        names = [each.name for each in self._active(call)]
        if name not in names and len(set(names)) >= self.names:
            raise too_many(f"{self.words}s", self.names)
        if names.count(name) >= self.revisions:
            raise too_many(f"revisions of an {self.words}", self.revisions)

    def listed(
        self,
        call: Call,
        parameters: Shape,
        shape: Callable[[Call, Resource], Shape],
        summary: Sequence[str],
    ) -> Shape:
        """Return a page of summaries of the active ones: the latest of each name, or all."""
        wanted = parameters.get(f"{self.member}Name")
        found = [shape(call, each) for each in self._active(call) if wanted in (None, each.name)]
        if parameters.get("LatestOnly", True):
            found = [each for each in found if each["Latest"]]
        summaries = [{name: each[name] for name in summary} for each in found]
        return page(f"{self.member}SummaryList", summaries, parameters)

    def _active(self, call: Call) -> list[Resource]:
        return call.state(Store).of_kind(self.kind)

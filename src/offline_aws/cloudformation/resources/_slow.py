"""Types whose service takes minutes to make, change and delete, and lets nobody touch meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from offline_aws.cloudformation.resource_type import Context
from offline_aws.cloudformation.resources._calls import Looking
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._resource import Resource


@dataclass(frozen=True)
class Slow(Declared):
    """A type whose resources have a status, which is waited for.

    status      asks for the status, also of what is being deleted; None when it is gone
    busy        the statuses in which the service refuses to delete it
    """

    status: Looking = field(kw_only=True)
    busy: tuple[str, ...] = field(kw_only=True)

    def delete(self, context: Context, physical_id: str) -> None:
        """Delete it, or leave that to ``gone`` while the service is still at work on it."""
        if self.status_of(context, physical_id) not in self.busy:
            super().delete(context, physical_id)

    def gone(self, context: Context, physical_id: str) -> bool:
        """Return whether what is to be deleted is gone."""
        self.delete(context, physical_id)
        return self.status_of(context, physical_id) is None

    def status_of(self, context: Context, physical_id: str) -> Any:
        """Return what the service says of it now."""
        return self.status.run(Resource(self, context, physical_id, dict(context.properties)))

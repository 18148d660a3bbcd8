"""AWS::CDK::Metadata: what the CDK says of itself. Nothing is made for it."""

from __future__ import annotations

from datetime import timedelta

from offline_aws.cloudformation.resource_type import Context, Properties, register


@register
class Metadata:
    """A resource that is there as long as its stack has it."""

    type_name = "AWS::CDK::Metadata"
    takes = timedelta(seconds=1)
    properties = "Analytics Modules"
    not_read = frozenset(("Analytics", "Modules"))

    def create(self, context: Context, properties: Properties) -> str:
        """Return a physical id."""
        return f"{context.letters(8)}-{context.letters(12)}".lower()

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return the id, of which there is nothing to say."""
        return {"Id": physical_id}

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Do nothing."""

    def delete(self, context: Context, physical_id: str) -> None:
        """Do nothing."""

"""Tags of services, tasks and task sets; those of everything else are moto's."""

from __future__ import annotations

from offline_aws.ecs.checks import ecs_operation, invalid
from offline_aws.ecs.store import Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_OURS = (":service/", ":task/", ":task-set/")


@ecs_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Add tags, or change those of the same keys."""
    for each in parameters["tags"]:
        if "key" not in each or "value" not in each:
            raise invalid("A tag needs a key and a value.")
    if not _is_ours(parameters["resourceArn"]):
        return call.moto()
    tags = _tags(call, parameters["resourceArn"])
    given = {each.get("key"): each for each in parameters["tags"]}
    tags[:] = [each for each in tags if each.get("key") not in given] + list(given.values())
    return {}


@ecs_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away."""
    if not _is_ours(parameters["resourceArn"]):
        return call.moto()
    tags = _tags(call, parameters["resourceArn"])
    tags[:] = [each for each in tags if each.get("key") not in parameters["tagKeys"]]
    return {}


@ecs_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a resource."""
    if not _is_ours(parameters["resourceArn"]):
        return call.moto()
    return {"tags": list(_tags(call, parameters["resourceArn"]))}


def _is_ours(arn: str) -> bool:
    return any(part in arn for part in _OURS)


def _tags(call: Call, arn: str) -> list[Shape]:
    store = call.state(Store)
    if arn in store.tasks:
        found: list[Shape] = store.tasks[arn].settings.setdefault("tags", [])
        return found
    for service in store.services.values():
        if service.arn == arn and service.status != "INACTIVE":
            of_service: list[Shape] = service.settings.setdefault("tags", [])
            return of_service
        for group in service.groups:
            if getattr(group, "arn", "") == arn:
                of_group: list[Shape] = group.tags
                return of_group
    raise AwsError("InvalidParameterException", "The specified resource was not found.")

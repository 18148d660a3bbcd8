"""What a request means: a place that can be scaled, its target, and a page of a list."""

from __future__ import annotations

from typing import Any

from offline_aws.applicationautoscaling.checks import invalid, not_found
from offline_aws.applicationautoscaling.store import Place, Shape, Store, Target
from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.page_tokens import page_of

_MOST = 50
#: Where the kind of resource is not the first part of the id.
_ELSEWHERE = ("cassandra", "comprehend", "custom-resource", "sagemaker")


def place_of(parameters: Shape) -> Place:
    """Return what a request is about. Raises ``ValidationException`` where it fits together not."""
    place = Place(
        parameters["ServiceNamespace"], parameters["ResourceId"], parameters["ScalableDimension"]
    )
    namespace, kind, _ = place.dimension.split(":")
    of_kind = place.namespace in _ELSEWHERE or place.resource.split("/")[0] == kind
    parts = place.resource.count("/") == 2 or place.namespace != "ecs"
    if namespace != place.namespace or not of_kind or not parts:
        raise invalid("Unsupported service namespace, resource type or scalable dimension")
    return place


def target_of(call: Call, parameters: Shape) -> Target:
    """Return the scalable target that a request is about."""
    place = place_of(parameters)
    target = call.state(Store).targets.get(place)
    if target is None:
        raise not_found(f"No scalable target found for {words(place)}")
    return target


def words(place: Place) -> str:
    """Return a place in the words of AWS's errors."""
    return (
        f"service namespace: {place.namespace}, resource ID: {place.resource}, "
        f"scalable dimension: {place.dimension}"
    )


def targets_of(call: Call, parameters: Shape) -> list[Target]:
    """Return the targets of a namespace, of one resource and one dimension if they are given."""
    resource, dimension = parameters.get("ResourceId"), parameters.get("ScalableDimension")
    if dimension and not resource and "ResourceIds" not in parameters:
        raise invalid("If you specify a scalable dimension, you must also specify a resource ID.")
    return [
        target
        for place, target in call.state(Store).targets.items()
        if place.namespace == parameters["ServiceNamespace"]
        and resource in (None, place.resource)
        and dimension in (None, place.dimension)
    ]


def page(key: str, items: list[Any], parameters: Shape) -> Shape:
    """Return a page of a list, with the token of the next if there is one."""
    size = parameters.get("MaxResults", _MOST)
    if not 1 <= size <= _MOST:
        raise invalid(f"MaxResults must be between 1 and {_MOST}.")
    wrong = AwsError("InvalidNextTokenException", "The next token supplied was invalid")
    made = page_of("autoscaling", key, items, parameters.get("NextToken") or "", size, wrong)
    if "nextToken" in made:
        made["NextToken"] = made.pop("nextToken")
    return made

"""The capacity of what is scaled: asked of its service, and set there; ECS services alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.applicationautoscaling.store import Place
from offline_aws.operations import Call


@dataclass(frozen=True)
class Capacity:
    """How many tasks a service is to have, and how many it has."""

    desired: int
    running: int


def _ecs(call: Call) -> Any:
    return clients.client("ecs", call.region, call.account)


def _names(place: Place) -> tuple[str, str]:
    _, cluster, service = place.resource.split("/")
    return cluster, service


def capacity_of(call: Call, place: Place) -> Capacity | None:
    """Return the capacity of an active ECS service, None for what is none."""
    if place.namespace != "ecs":
        return None
    cluster, service = _names(place)
    try:
        found = _ecs(call).describe_services(cluster=cluster, services=[service])["services"]
    except (BotoCoreError, ClientError):
        return None
    active = [each for each in found if each["status"] == "ACTIVE"]
    return Capacity(active[0]["desiredCount"], active[0]["runningCount"]) if active else None


def set_capacity(call: Call, place: Place, desired: int) -> str:
    """Set the desired count of a service; return the error that keeps it from that."""
    cluster, service = _names(place)
    try:
        _ecs(call).update_service(cluster=cluster, service=service, desiredCount=desired)
    except (BotoCoreError, ClientError) as error:
        return str(error)
    return ""

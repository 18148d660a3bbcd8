"""The action types of an account: AWS's own and those that it has made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from offline_aws.codepipeline import action_catalogue
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call

CustomKey = tuple[str, str, str]


@dataclass
class CustomActions:
    """The custom action types of an account and region, by category, provider and version."""

    by_key: dict[CustomKey, Shape] = field(default_factory=dict)
    tags: dict[CustomKey, dict[str, str]] = field(default_factory=dict)
    #: AWS never lets one be made again that was deleted.
    deleted: set[CustomKey] = field(default_factory=set)


def key_of(type_id: Shape) -> CustomKey:
    """Return the key of a custom action type by AWS's ``ActionTypeId``."""
    return (type_id["category"], type_id["provider"], type_id["version"])


def find(call: Call, type_id: Shape) -> Shape | None:
    """Return AWS's ``ActionType`` of an ``ActionTypeId``, or None."""
    if type_id["owner"] == "Custom":
        return call.state(CustomActions).by_key.get(key_of(type_id))
    found = action_catalogue.built_in(type_id["category"], type_id["owner"], type_id["provider"])
    return found.described() if found and type_id["version"] == "1" else None


def secrets_of(call: Call, action: Shape) -> Iterator[str]:
    """Yield the keys of an action's configuration that are secret."""
    found = find(call, action["actionTypeId"]) or {"actionConfigurationProperties": []}
    for known in found["actionConfigurationProperties"]:
        if known["secret"] and known["name"] in action.get("configuration", {}):
            yield str(known["name"])

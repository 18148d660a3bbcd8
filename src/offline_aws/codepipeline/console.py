"""The address of what an action works with, which GetPipelineState shows."""

from __future__ import annotations

from offline_aws.codepipeline import custom_actions
from offline_aws.codepipeline.execution import key_of
from offline_aws.codepipeline.providers import entity_urls
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call


def entity_url(call: Call, action: Shape) -> str:
    """Return the address of what an action works with, "" where there is none."""
    key, configuration = key_of(action), action.get("configuration") or {}
    if key[1] != "Custom":
        return entity_urls.entity_url(key, configuration, action.get("region") or call.region)
    found = custom_actions.find(call, action["actionTypeId"]) or {}
    url = str((found.get("settings") or {}).get("entityUrlTemplate", ""))
    for name, value in configuration.items():
        url = url.replace(f"{{Config:{name}}}", value)
    return url

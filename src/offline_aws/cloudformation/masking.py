"""What NoEcho hides: parameters' values where they are shown."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.parameters import HIDDEN
from offline_aws.cloudformation.store import Model


def masked(value: Any, *models: Model) -> Any:
    """Return a value with the secret parameters of some models hidden in it."""
    secrets = {
        each.given
        for model in models
        for each in model.parameters.values()
        if each.secret and each.given
    }
    return _without(value, secrets) if secrets else value


def _without(value: Any, secrets: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, secrets) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, secrets) for each in value]
    if isinstance(value, str):
        for secret in secrets:
            if value == secret or (len(secret) >= 4 and secret in value):
                value = value.replace(secret, HIDDEN)
    return value

"""A shop with pipelines, and how an action is declared."""

from __future__ import annotations

from typing import Any

import pytest
from shop_lab import Shop, kind

from offline_aws import OfflineAWS


@pytest.fixture
def shop(aws: OfflineAWS) -> Shop:
    return Shop(aws)


@pytest.fixture
def act() -> Any:
    """Return the declaration of an action."""

    def make(
        category: str, provider: str, inputs: str = "Code", outputs: str = "", **more: Any
    ) -> dict[str, Any]:
        names = {key: more.pop(key) for key in ("name", "namespace") if key in more}
        own = {
            key: more.pop(key)
            for key in ("commands", "outputVariables", "environmentVariables", "outputArtifacts")
            if key in more
        }
        return {
            "name": category,
            "actionTypeId": kind(category, provider),
            "configuration": more,
            "inputArtifacts": [{"name": name} for name in inputs.split()],
            "outputArtifacts": [{"name": name} for name in outputs.split()],
            "namespace": category,
            **names,
            **own,
        }

    return make

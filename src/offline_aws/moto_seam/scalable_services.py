"""Application Auto Scaling asks ECS whether a service is there: ours, and not moto's."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from offline_aws import clients


def services_of_ours_scale() -> AbstractContextManager[Any]:
    """Return a patch of the look for the service of a scalable target."""
    models = importlib.import_module("moto.applicationautoscaling.models")

    def is_there(backend: Any, resource_id: str) -> bool:
        _, cluster, service = resource_id.split("/")
        ecs = clients.client("ecs", backend.region_name, backend.account_id)
        found = ecs.describe_services(cluster=cluster, services=[service])["services"]
        if not any(each["status"] == "ACTIVE" for each in found):
            raise models.AWSValidationException(f"ECS service doesn't exist: {resource_id}")
        return True

    return patch.object(
        models.ApplicationAutoscalingBackend, "_ecs_service_exists_for_target", is_there
    )
